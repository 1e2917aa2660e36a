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
