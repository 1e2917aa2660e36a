//! What answers mean.

use super::*;

#[test]
fn every_reply_of_every_robot_has_its_verdict() {
    for kind in RobotKind::ALL {
        for reply in replies::replies(kind) {
            let body = reply.body.as_str().map_or_else(|| reply.body.to_string(), str::to_owned);
            let response = Response {
                status: reply.status,
                date: Some("2026-11-23T23:00:00Z".parse().unwrap()),
                retry_after: Some(Duration::from_secs(42)),
                headers: reply.headers,
                body: body.clone().into_bytes(),
                ..Response::default()
            };
            let receipt = send::robot(kind).verdict(&Ok(response), now().timestamp());
            let case = format!("{} {body:.200}: {receipt:?}", reply.status);
            assert_eq!(receipt.verdict, reply.verdict, "{case}");
            let help = receipt.help.map(|help| help.to_string()).unwrap_or_default();
            assert!(help.contains(reply.help), "{case}");
            assert_eq!(help.is_empty(), reply.help.is_empty(), "{case}");
            let refused = receipt.verdict != Verdict::Sent;
            assert_eq!(receipt.code.is_some(), refused, "{case}");
            assert!(reply.code.is_none() || receipt.code.as_deref() == reply.code, "{case}");
            assert!(receipt.reason.to_string().len() < 300, "{case}");
        }
    }
}

/// A robot that asks somebody knows what is success, what is to be tried again, and what a person
/// has to look at.
#[test]
fn every_robot_has_replies_of_every_sort() {
    for kind in RobotKind::ALL.into_iter().filter(|kind| *kind != RobotKind::Console) {
        let found: Vec<Verdict> =
            replies::replies(kind).into_iter().map(|reply| reply.verdict).collect();
        let has = |like: fn(&Verdict) -> bool| found.iter().any(like);
        for (what, there) in [
            ("sent", has(|one| matches!(one, Verdict::Sent))),
            ("retry", has(|one| matches!(one, Verdict::Retry(_)))),
            ("throttled", has(|one| matches!(one, Verdict::Throttled(_)))),
            ("misconfigured", has(|one| matches!(one, Verdict::Misconfigured))),
            ("bad_message", has(|one| matches!(one, Verdict::BadMessage))),
            ("dead_target", has(|one| matches!(one, Verdict::DeadTarget))),
            ("unknown", has(|one| matches!(one, Verdict::Unknown))),
        ] {
            assert!(there, "{} has no reply that means {what}", kind.name());
        }
    }
}

#[test]
fn no_answer_at_all_has_its_verdict() {
    for (kind, verdict) in [
        (FailureKind::Address, "misconfigured"),
        (FailureKind::Setup, "retry"),
        (FailureKind::Dns, "retry"),
        (FailureKind::Connect, "retry"),
        (FailureKind::Tls, "retry"),
        (FailureKind::Timeout, "retry"),
        (FailureKind::Reset, "retry"),
        (FailureKind::Cut, "retry"),
        (FailureKind::TooLarge, "unknown"),
    ] {
        for robot in RobotKind::ALL.map(send::robot) {
            let (host, detail) = ("h".to_owned(), "".into());
            let failure = Failure { kind, host, detail, may_have_arrived: false };
            let receipt = robot.verdict(&Err(failure), now().timestamp());
            assert_eq!(receipt.verdict.name(), verdict, "{kind:?}");
            assert_eq!(receipt.code.as_deref(), Some(kind.name()));
        }
    }
}

proptest! {
    #[test]
    fn any_answer_has_a_verdict_and_only_one_is_success(
        status in 100_u16..600,
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "\\{\"errcode\":(\"?-?[0-9]{0,20}\"?|null|\\[\\]),\"errmsg\":\"[张a:= ]{0,300}\"\\}?"
                .prop_map(String::into_bytes),
        ],
    ) {
        let confirmed = |code: &Value| *code == json!(0) || *code == json!("0");
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let confirmed = status == 200 && confirmed(&json["errcode"]);
        let response = Response { status, body, ..Response::default() };
        let receipt = robot().verdict(&Ok(response), now().timestamp());
        prop_assert_eq!(receipt.verdict == Verdict::Sent, confirmed);
        prop_assert!(receipt.reason.to_string().len() < 300 && !receipt.reason.to_string().contains('\n'));
    }

    #[test]
    fn whatever_any_robot_answers_has_a_verdict(
        status in 100_u16..600,
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "\\{\"(err|Status)?[cC]ode\":(\"?-?[0-9]{0,20}\"?|null),\"(err)?msg\":\"[张a:= ]{0,300}\"\\}?"
                .prop_map(String::into_bytes),
        ],
    ) {
        for robot in RobotKind::ALL.map(send::robot) {
            let response = Response { status, body: body.clone(), ..Response::default() };
            let receipt = robot.verdict(&Ok(response), now().timestamp());
            prop_assert!(receipt.reason.to_string().len() < 300 && !receipt.reason.to_string().contains('\n'));
            prop_assert!(receipt.verdict != Verdict::Sent || (200..300).contains(&status));
        }
    }

    #[test]
    fn anything_may_be_pasted_as_a_webhook(pasted in "[ -~]{0,40}|\\PC{0,20}|https?://\\PC{0,40}") {
        let given = credentials(&pasted, Some(&pasted));
        let accepted = robot().check_credentials(&group(), &given).is_ok();
        prop_assert!(!accepted || pasted.contains("access_token="));
        for robot in RobotKind::ALL.map(send::robot) {
            if let Err(wrong) = robot.check_credentials(&group(), &given) {
                prop_assert!(!wrong.reason.is_empty() && !wrong.help.is_empty());
            }
        }
    }
}

#[test]
fn an_echo_of_secrets_does_not_reach_the_receipt() {
    let echo = format!("<a href='/robot/send?access_token={TOKEN}&timestamp=1&sign=aGk%2Bx%3D'>");
    for body in [echo.clone(), json!({"errcode": 5, "errmsg": echo}).to_string()] {
        let response = Response { status: 200, body: body.into_bytes(), ..Response::default() };
        let receipt = robot().verdict(&Ok(response), now().timestamp());
        assert!(!format!("{receipt:?}").contains(&TOKEN[..8]), "{receipt:?}");
        assert!(
            !receipt.reason.to_string().contains("aGk")
                && receipt.reason.to_string().contains("***"),
            "{receipt:?}"
        );
    }
}
