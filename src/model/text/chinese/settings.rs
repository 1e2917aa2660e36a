//! What is said about the settings.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("the settings cannot be read: {why}", "无法读取设置：{why}"),
    ("{by} names it, and there is none", "{by} 指定了它，但没有这个文件"),
    (
        "name the right file with --config, or create it with `dingdong init`",
        "用 --config 指定正确的文件，或用 `dingdong init` 新建",
    ),
    ("a calendar", "日历"),
    ("the settings file", "设置文件"),
    ("reminders stand in the files under schedules/", "提醒写在 schedules/ 下的文件里"),
    (
        "a webhook stands under a target: targets: { my-group: { robot: dingtalk, webhook: env:NAME } }",
        "webhook 写在某个目标下面：targets: { my-group: { robot: dingtalk, webhook: env:NAME } }",
    ),
    ("`alerts`", "`alerts`（警报）"),
    ("a person", "人员"),
    ("a target", "目标"),
    (
        "write the whole webhook URL as `webhook: env:NAME`",
        "把整个 webhook 地址写成 `webhook: env:NAME`",
    ),
    ("only the robot `{owner}` knows `{key}`", "只有机器人 `{owner}` 认识 `{key}`"),
    ("delete it; it is not used", "删掉它；它没有用处"),
    ("`body` asks for `{name}`, which a message has not", "`body` 用到了 `{name}`，消息里没有它"),
    ("there are more than {most} headers", "请求头超过 {most} 个"),
    ("keep those that the receiver needs", "只保留接收方需要的"),
    ("`{name}` is not a header that can be set", "`{name}` 不是可以设置的请求头"),
    ("write a name such as Authorization", "写一个名字，例如 Authorization"),
    ("`log_keep`", "`log_keep`（记录保留多久）"),
    ("`{text}` is not a number of days", "“{text}”不是天数"),
    ("write 1d to 3660d, like 400d", "写 1d 到 3660d，例如 400d"),
    ("`monthly_quota`", "`monthly_quota`（每月额度）"),
    ("`{text}` is not a number of messages", "“{text}”不是消息条数"),
    ("write 5000", "例如写 5000"),
    (
        "mail to {host} would be sent where others can read it",
        "发往 {host} 的邮件会以明文传送，途中谁都能看到",
    ),
    (
        "write `tls: starttls`, or `allow_http: true` for a server in the house",
        "写 `tls: starttls`；如果服务器就在公司内部，写 `allow_http: true`",
    ),
    ("`{one}` stands here without `{other}`", "写了 `{one}`，却没有 `{other}`"),
    ("write both, or neither where nobody has to log in", "两个都写；如果不需要登录，就都不写"),
    ("the target `{target}` has no `{key}`", "目标 `{target}` 没有写 `{key}`"),
    (
        "add the mail server, like `host: smtp.example.com`",
        "加上邮件服务器，例如 `host: smtp.example.com`",
    ),
    (
        "add the sender, like `from: Reminders <reminders@example.com>`",
        "加上发件人，例如 `from: 提醒 <reminders@example.com>`",
    ),
    ("`{key}` has more than {most} addresses", "`{key}` 里的地址超过 {most} 个"),
    (
        "let the mail server keep a list, and write its address",
        "请在邮件服务器上建一个邮件组，这里只写它的地址",
    ),
    (
        "write it like hr@example.com or HR <hr@example.com>",
        "写成 hr@example.com 或 人事部 <hr@example.com>",
    ),
    ("`user` is empty", "`user` 是空的"),
    ("write the name to log in with, or env:NAME", "写登录用的用户名，或者 env:NAME"),
    ("`{text}` is not the name of a server", "“{text}”不是服务器名"),
    (
        "write the name alone, like smtp.example.com; its port stands under `port`",
        "只写服务器名，例如 smtp.example.com；端口写在 `port` 里",
    ),
    ("`{text}` is not a port", "“{text}”不是端口号"),
    ("write a number like 587 or 465", "写一个数字，例如 587 或 465"),
    ("`metrics`", "`metrics`（监控）"),
    ("`ca`", "`ca`（证书）"),
    ("`public`", "`public`（公开）"),
    ("write it like http://proxy.example.com:3128", "请写成 http://proxy.example.com:3128 的样子"),
    ("this is not the address of a proxy", "这不是代理服务器的地址"),
    ("write the whole address, beginning with https://", "请写完整的地址，以 https:// 开头"),
    ("this is not an https address", "这不是 https 地址"),
    (
        "write the whole address, or env:NAME where it is kept",
        "请写完整的地址，或写 env:名称 指出它存放在哪里",
    ),
    ("this is not an address", "这不是一个地址"),
    ("a password stands here itself, where anyone can read it", "这里直接写着密码，任何人都能看到"),
    (
        "keep the whole address in the environment and write env:NAME",
        "把整个地址放在环境变量里，这里写 env:名称",
    ),
    ("`metrics` does not say where to listen", "`metrics` 没有写明监听地址"),
    ("write metrics: 127.0.0.1:9464", "请写 metrics: 127.0.0.1:9464"),
    ("`{text}` is not an address to listen at", "`{text}` 不是监听地址"),
    (
        "anyone who reaches {address} could read the figures",
        "任何能访问 {address} 的人都能读到这些数据",
    ),
    (
        "write 127.0.0.1:{port}, or if you mean it metrics: {{ listen: {address}, public: true }}",
        "请写 127.0.0.1:{port}；如果确实要公开，写 metrics: {{ listen: {address}, public: true }}",
    ),
];
