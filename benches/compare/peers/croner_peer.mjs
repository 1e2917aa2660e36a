// Reminders as a JavaScript user would write them: croner and fetch, one job each.
import { Cron } from "croner";

const [webhook, count, due] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const at = new Date(due * 1000);
const when = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;

for (let number = 0; number < count; number += 1) {
  new Cron(when, { timezone: "UTC", catch: (error) => console.error(error) }, async () => {
    const body = JSON.stringify({ msgtype: "text", text: { content: `reminder ${number}` } });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${webhook}${number}`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`status ${response.status}`);
  });
}
console.log("ready");
