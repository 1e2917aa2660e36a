//! What people read is in the language of whoever looks, also when it happened before and another
//! language was spoken then. What programs read is the same in every language.

use super::support::{
    fake_dingtalk::{FakeDingtalk, rules::Group},
    workplace::Workplace,
};

/// An office whose robot refuses each signature, and what a machine in English sent to it.
fn refused(fake: &FakeDingtalk) -> (Workplace, Workplace) {
    let group = Group::default().signed("SECanother");
    let office = Workplace::office(&fake.group("policy", group));
    let ran = office.run(&["send", "policy-daily", "--to", "policy-group"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("Copy the secret (SEC…) again"), "{}", ran.out);
    let reader = office.seen_in("zh_CN.UTF-8");
    (office, reader)
}

#[test]
fn a_refusal_is_told_in_the_language_of_whoever_looks_later() {
    let fake = FakeDingtalk::start();
    let (office, reader) = refused(&fake);
    let advice = "请从这个机器人的安全设置里重新复制“加签”的密钥（SEC…）";
    let (_, log) = office.json(&["log"]);
    let delivery = log[0]["deliveries"][0]["id"].as_str().unwrap();
    for (command, words) in [
        (vec!["log"], vec!["配置有误 310000：钉钉返回 310000：", "等待发送"]),
        (vec!["why", delivery], vec!["配置有误 310000：钉钉返回 310000：", advice]),
        (vec!["status"], vec!["已停用待修复：钉钉返回 310000"]),
    ] {
        let told = reader.run(&command).out;
        words.iter().for_each(|word| assert!(told.contains(word), "{command:?}: {told}"));
    }
    // Programs read the same words as ever.
    assert_eq!(reader.json(&["log"]), office.json(&["log"]));
    let attempt = &log[0]["deliveries"][0]["attempts"][0];
    assert_eq!(attempt["verdict"], "misconfigured");
    assert!(attempt["reason"].as_str().unwrap().starts_with("DingTalk answered 310000: "));
    assert!(attempt["help"].as_str().unwrap().starts_with("Copy the secret (SEC…) again"));
}

#[test]
fn mistakes_and_the_count_of_them_are_told_in_one_language() {
    let office = Workplace::office("https://example.com/");
    office.write("schedules/torn.yaml", "reminders:\n\tpolicy: [a\n");
    office.write("schedules/list.yaml", "- policy\n");
    let reader = office.seen_in("zh_CN.UTF-8");
    let told = reader.run(&["check"]);
    assert_eq!(told.code, Some(3));
    for words in [
        "这一行是用制表符（Tab）缩进的",
        "YAML 只认空格；把每个制表符换成两个空格",
        "提醒文件不是列表",
        "改好之前，这个文件不起作用",
    ] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    assert_eq!(reader.json(&["check"]), office.json(&["check"]));
    // Settings that say nothing more than that they are wrong do not change the language.
    office.write("dingdong.yaml", "targets:\n  a: { robot: dingtalk, webhook: https://x }\n");
    let told = reader.run(&["check"]);
    assert!(told.err.contains("这里直接写着 `webhook` 本身，任何人都能看到"), "{}", told.err);
    assert!(told.out.starts_with("检查结果：未通过，0 个提醒，"), "{}", told.out);
}

#[test]
fn what_is_taken_where_nothing_is_written_is_told_in_the_readers_language() {
    let nobody = Workplace::empty();
    let reader = nobody.seen_in("zh_CN.UTF-8");
    let told = reader.run(&["check"]).err;
    for words in ["消息只显示在这里，不会发送", "时区 Asia/Shanghai（按本机）", "日历 cn（按时区）"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
}
