//! What is said about messages: their texts, sizes and mentions.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "the text could not be rendered: no thread could be started: {why}",
        "无法生成正文：启动线程失败：{why}",
    ),
    ("the machine is out of memory or of threads", "机器的内存或线程用完了"),
    ("{path} has not been read", "{path} 还没有读取"),
    ("a link begins with https:// and has no spaces in it", "链接以 https:// 开头，里面不能有空格"),
    ("the {what} renders to nothing", "{what}的结果是空的"),
    (
        "give every branch something to say; `only_if` keeps a reminder silent",
        "请让每个分支都写出内容；想不发请用 `only_if`",
    ),
    ("title", "标题"),
    ("label", "按钮文字"),
    ("text", "正文"),
    (
        "`{name}` is optional, and this fails when it is absent",
        "`{name}` 写了 optional，缺少它时这里会出错",
    ),
    ("ask `{{% if {name} is defined %}}` first", "请先用 `{{% if {name} is defined %}}` 判断"),
    ("`{name}` is absent now: {why}", "`{name}` 现在读不到：{why}"),
    (
        "write one of its keywords into the title or the text: what the data will hold is not known now",
        "请在标题或正文里写上它的一个关键词：数据里会有什么，现在还不知道",
    ),
    (
        "the title, buttons and mentions alone are over the {limit} bytes that a message to {target} may have",
        "单是标题、按钮和 @ 的人就超过了 {target} 每条消息 {limit} 字节的上限",
    ),
    ("shorten the title, or mention fewer people", "缩短标题，或少 @ 几个人"),
    (
        "the robot of {name} accepts only messages with `{keywords}`",
        "{name} 的机器人只接受含有 `{keywords}` 的消息",
    ),
    ("write one of its keywords into the title or the text", "请在标题或正文里写上它的一个关键词"),
    ("the text is too long for {name}: its end is cut off", "正文对 {name} 来说太长：末尾会被截掉"),
    ("shorten it, or write `too_long: split`", "缩短正文，或写 `too_long: split` 分几条发送"),
    ("shorten it: at most {most} parts are sent", "缩短正文：最多分 {most} 条发送"),
    ("the text is long: {name} gets it in {parts} parts", "正文较长：{name} 会分 {parts} 条收到"),
    ("{target} cannot write to single people", "{target} 不能发给个人"),
    ("nobody can be written to by {target}", "{target} 一个人也发不到"),
    ("{target} cannot write to {names}", "{target} 发不到 {names}"),
    ("nobody can be mentioned in {target}: {why}", "在 {target} 里一个人也 @ 不到：{why}"),
    (
        "give them {what} under `people:` in the settings",
        "请在设置的 `people:` 下面给他们填上{what}",
    ),
    ("{names} cannot be mentioned in {target}", "在 {target} 里 @ 不到 {names}"),
    (
        "{count} people are mentioned in {target}; the robot takes {most}",
        "在 {target} 里 @ 了 {count} 人；机器人最多 @ {most} 人",
    ),
    ("mention fewer, or `all`", "少 @ 几个人，或写 `all`"),
    (
        "nobody is mentioned in {target}: {robot} cannot mention everyone",
        "在 {target} 里不会 @ 任何人：{robot} 不能 @ 所有人",
    ),
    (
        "nobody is mentioned in {target}: {robot} cannot mention people",
        "在 {target} 里不会 @ 任何人：{robot} 不能 @ 人",
    ),
    ("the roles in `mention` have no people", "`mention` 里的角色没有成员"),
    ("{name} has no id for it ({what})", "{name} 没有它认识的编号（{what}）"),
    ("{names} have no id for it ({what})", "{names} 都没有它认识的编号（{what}）"),
    ("mention people or a role, or leave `mention` away", "写明具体的人或角色，或删掉 `mention`"),
    (
        "send it to a target with a group robot as well, whose message mentions them",
        "请同时发到一个有群机器人的目标，由那条消息 @ 他们",
    ),
    (
        "add a webhook robot to the same group, make it a target, and name that under this target's `nudge`: it follows with a short text that mentions them",
        "在同一个群里加一个 Webhook 机器人并设为目标，再把它写在本目标的 `nudge` 里：它会跟着发一条短消息 @ 他们",
    ),
    ("a `wecom` id or a mainland `mobile`", "`wecom` 编号或大陆手机号（`mobile`）"),
    ("an `email` (their sign-in name)", "登录用的邮箱（`email`）"),
    ("a `feishu` id (Open ID or User ID)", "`feishu` 编号（Open ID 或 User ID）"),
    ("a `slack` member id", "`slack` 成员编号"),
    ("a `dingtalk` id or a `mobile`", "`dingtalk` 编号或手机号（`mobile`）"),
    ("an `email` address", "邮箱地址（`email`）"),
    ("a `dingtalk` user id or a `mobile`", "`dingtalk` 用户编号或手机号（`mobile`）"),
];
