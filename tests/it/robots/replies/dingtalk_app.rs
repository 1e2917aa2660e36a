//! DingTalk's OpenAPI: a name with a status of its own, or 200 that may leave people out.

use super::*;

fn named(status: u16, name: &'static str, verdict: Verdict, help: &'static str) -> Reply {
    let body = json!({"code": name, "message": "不行", "requestid": "0F1E-2D3C"});
    Reply { status, code: Some(name), ..reply(body, verdict, help) }
}

pub(super) fn replies() -> Vec<Reply> {
    [names(), lists(), strange_pages()].into_iter().flatten().collect()
}

fn lists() -> Vec<Reply> {
    use Verdict::{BadMessage, Retry, Sent};
    let took = |more: Value| {
        let mut body = json!({"processQueryKey": "q1"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let none = json!({"invalidStaffIdList": [], "flowControlledStaffIdList": []});
    let held = json!({"invalidStaffIdList": ["x"], "flowControlledStaffIdList": ["a", "b"]});
    let soon = Retry(Some(Duration::from_secs(5)));
    vec![
        reply(took(json!({})), Sent, ""),
        reply(took(none), Sent, ""),
        reply(took(held), soon, ""),
        reply(took(json!({"invalidStaffIdList": ["x"]})), BadMessage, "user ids"),
        reply(json!({"openDingId": "d1", "failedList": {}}), Sent, ""),
        reply(json!({"openDingId": "d1", "failedList": {"x": "left"}}), BadMessage, "user ids"),
    ]
}

fn names() -> Vec<Reply> {
    use Verdict::{BadMessage, DeadTarget, Misconfigured, Retry, Throttled, Unknown};
    let (second, minute) = (Throttled(Duration::from_secs(1)), Throttled(Duration::from_secs(60)));
    let rows = [
        (400, "send.too.fast", minute, "fewer"),
        (400, "send.byToken.tooFast", minute, "fewer"),
        (400, "toomuch.msg", minute, "fewer"),
        (400, "too.many.group", minute, "fewer"),
        (400, "too.many.people", minute, "fewer"),
        (429, "systemBusy", minute, ""),
        (403, "Forbidden.AccessDenied.QpmLimitForApi", minute, "fewer"),
        (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", second, ""),
        (429, "system.busy", minute, ""),
        (429, "something.new", minute, "fewer"),
        (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", Misconfigured, "used up"),
        (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", Misconfigured, "permission"),
        (403, "Forbidden.AccessDenied.IpNotInWhiteList", Misconfigured, "IPv4"),
        (400, "invalidClientIdOrSecret", Misconfigured, "secret"),
        (400, "InvalidAuthentication", Misconfigured, "secret"),
        (400, "auth.error", Misconfigured, "secret"),
        (400, "unauthorized", Misconfigured, "secret"),
        (400, "sign.not.match", Misconfigured, "secret"),
        (400, "ip.not.match", Misconfigured, "IPv4"),
        (400, "keywords.not.match", Misconfigured, "keywords"),
        (400, "template.stopped", Misconfigured, "`robot_code`"),
        (400, "bot.forbidden.sendMessage", Misconfigured, "`robot_code`"),
        (400, "only.groupAdmin.canAtAll", Misconfigured, "`robot_code`"),
        (400, "chatbotId.notAllow.sendOTO", Misconfigured, "`robot_code`"),
        (400, "bot.stopped", Misconfigured, "`robot_code`"),
        (400, "invalidParameter.robotCode.x", Misconfigured, "`robot_code`"),
        (400, "conversation.org.notMatch", Misconfigured, "`conversation`"),
        (400, "group.disbanded", DeadTarget, "gone"),
        (400, "invalid.openConversationId", DeadTarget, "`conversation`"),
        (400, "token.notExisted", DeadTarget, "`conversation`"),
        (400, "session.expired", DeadTarget, "`conversation`"),
        (400, "session.notExisted", DeadTarget, "`conversation`"),
        (400, "resource.not.found", DeadTarget, "`conversation`"),
        (400, "contain.unsafe.url", BadMessage, "links"),
        (400, "contain.notAllowed.word", BadMessage, "text"),
        (400, "invalidParameter.msgParam.tooLong", BadMessage, "Shorten"),
        (400, "invalidParameter.msgKey.invalid", BadMessage, "report it"),
        (400, "miss.param.userIds", BadMessage, "report it"),
        (400, "staffId.notExisted", BadMessage, "user ids"),
        (400, "ding.receivercount.limit", BadMessage, "`ding`"),
        (400, "ding.serverquota.insufficient", BadMessage, "`ding`"),
        (500, "system.error", Retry(None), ""),
        (400, "unknown.send.result", Retry(None), ""),
        (503, "something.new", Retry(None), ""),
        (400, "something.new", Unknown, "documentation"),
    ];
    rows.map(|(status, name, verdict, help)| named(status, name, verdict, help)).into()
}
