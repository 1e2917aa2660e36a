"""Reminders as a Python user would write them: APScheduler and httpx, one job each."""

import asyncio
import sys
from datetime import datetime, timezone

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger


async def main() -> None:
    webhook, count, due = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    at = datetime.fromtimestamp(due, timezone.utc)
    async with httpx.AsyncClient(timeout=30) as client:

        async def send(number: int) -> None:
            body = {"msgtype": "text", "text": {"content": f"reminder {number}"}}
            response = await client.post(f"{webhook}{number}", json=body)
            response.raise_for_status()

        scheduler = AsyncIOScheduler(timezone=timezone.utc)
        for number in range(count):
            trigger = CronTrigger(second=at.second, minute=at.minute, hour=at.hour, timezone=timezone.utc)
            scheduler.add_job(send, trigger, args=[number])
        scheduler.start()
        print("ready", flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
