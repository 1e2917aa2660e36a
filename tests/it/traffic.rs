//! What `check` says of how much the schedules send.

use serde_json::Value;

use super::support::workplace::Workplace;

/// An office whose group takes two messages in 61 s and whose organisation has 100 a month.
fn office(target: &str, reminders: &str) -> Workplace {
    let office = Workplace::empty();
    let targets = format!("targets:\n  group: {{ name: 政策群, robot: dingtalk, {target} }}\n");
    let settings = "timezone: Asia/Shanghai\ncalendar: cn\nlanguage: en\nschedules: schedules/\n";
    office.write("dingdong.yaml", format!("{settings}monthly_quota: 100\n{targets}"));
    office.write("schedules/a.yaml", format!("reminders:\n{reminders}"));
    office
}

fn reminder(id: &str, more: &str) -> String {
    format!("  {id}: {{ to: group, text: text, {more} }}\n")
}

/// The findings of a code.
fn found<'a>(checked: &'a Value, code: &str) -> Vec<&'a Value> {
    let all = checked["diagnostics"].as_array().unwrap();
    all.iter().filter(|one| one["code"] == code).collect()
}

const HOOK: &str = "webhook: env:HOOK, pace: 2/61s";

#[test]
fn minutes_over_a_robots_pace_are_told_with_who_waits_and_how_long() {
    let at_nine = ["a", "b", "c", "d", "e"].map(|id| reminder(id, "when: every day at 09:00"));
    let at_ten = ["f", "g"].map(|id| reminder(id, "when: every day at 10:00"));
    let office = office(HOOK, &[at_nine.concat(), at_ten.concat()].concat());
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(0), "a warning is no mistake: {checked:#}");
    let [one] = found(&checked, "over-pace")[..] else { panic!("{checked:#}") };
    assert_eq!(
        (&one["file"], &one["line"], &one["column"]),
        (&"dingdong.yaml".into(), &7.into(), &3.into())
    );
    assert_eq!(one["severity"], "warning");
    let said = one["message"].as_str().unwrap();
    assert!(said.starts_with("5 messages to 政策群 come due together at 09:00"), "{said}");
    assert!(
        said.ends_with("takes 2 in 1 min 1 s, so the last one leaves 2 min 2 s late"),
        "{said}"
    );
    let help = one["help"].as_str().unwrap();
    assert!(help.contains("`a`, `b`, `c` and 2 more"), "{help}");
    assert_eq!(office.run(&["check", "--strict"]).code, Some(3));
}

#[test]
fn what_quiet_hours_keep_back_leaves_together_but_for_what_is_urgent() {
    let night = [("a", "23:00"), ("b", "02:00"), ("c", "07:29")]
        .map(|(id, time)| reminder(id, &format!("when: every day at {time}")))
        .concat();
    let quiet = format!("{HOOK}, quiet: \"22:00..07:30\"");
    let (_, checked) = office(&quiet, &night).json(&["check"]);
    let said = found(&checked, "over-pace")[0]["message"].as_str().unwrap();
    assert!(said.starts_with("3 messages to 政策群 come due together at 07:30"), "{said}");
    let urgent = night.replace("text: text", "text: text, priority: urgent");
    let (_, checked) = office(&quiet, &urgent).json(&["check"]);
    assert!(found(&checked, "over-pace").is_empty(), "{checked:#}");
}

#[test]
fn the_month_is_held_against_the_organisations_quota() {
    // At least 28 x 4 a month.
    let often = reminder("often", "when: \"0 9,11,14,16 * * *\"");
    let office_of_often = office(HOOK, &often);
    let (_, checked) = office_of_often.json(&["check"]);
    let [one] = found(&checked, "over-quota")[..] else { panic!("{checked:#}") };
    let said = one["message"].as_str().unwrap();
    assert!(said.contains("messages through dingtalk robots") && said.ends_with("100 a month"));
    for forecast in checked["forecast"].as_array().unwrap() {
        let messages = forecast["messages"].as_u64().unwrap();
        assert!([112, 116, 120, 124].contains(&messages), "{forecast:#}");
    }
    let told = office_of_often.run(&["check"]).out;
    assert!(told.contains("of the organisation's 100 messages"), "{told}");

    let thrice = reminder("thrice", "when: \"0 9,11,14 * * *\"");
    let (_, checked) = office(HOOK, &thrice).json(&["check"]);
    assert_eq!(found(&checked, "near-quota").len(), 1, "{checked:#}");
    let silent = often.replace("text: text", "text: text, enabled: false");
    let (_, checked) = office(HOOK, &silent).json(&["check"]);
    assert_eq!(checked["forecast"], serde_json::json!([]));
    assert!(found(&checked, "over-quota").is_empty());
}

#[test]
fn days_over_a_targets_limit_are_told_with_who_sends_most() {
    let often = reminder("often", "when: every day at 09:00 and 11:00 and 13:00");
    let weekly = reminder("weekly", "when: every Monday at 10:00");
    let urgent = reminder("urgent", "when: every day at 10:30, priority: urgent");
    let all = [often, weekly, urgent].concat();
    let limit = |more: &str| format!("webhook: env:HOOK, {more}");
    let (_, checked) = office(&limit("daily_limit: 3"), &all).json(&["check"]);
    let [one] = found(&checked, "over-limit")[..] else { panic!("{checked:#}") };
    assert_eq!((&one["line"], &one["severity"]), (&7.into(), &"warning".into()));
    let said = one["message"].as_str().unwrap();
    assert!(said.starts_with("4 messages to 政策群 come due on "), "{said}");
    assert!(said.ends_with("its daily limit is 3, so the rest waits until 18:00"), "{said}");
    let help = one["help"].as_str().unwrap();
    assert!(help.ends_with(": `often`, `weekly`"), "{help}");
    let (_, checked) = office(&limit("daily_limit: 4"), &all).json(&["check"]);
    assert!(found(&checked, "over-limit").is_empty(), "{checked:#}");
    let (_, checked) =
        office(&limit("daily_limit: 2, quiet: \"17:00..08:00\""), &all).json(&["check"]);
    let said = found(&checked, "over-limit")[0]["message"].as_str().unwrap();
    assert!(said.contains("(31 such days") || said.contains("(30 such days"), "{said}");
    assert!(said.ends_with("waits until 16:30"), "{said}");
}
