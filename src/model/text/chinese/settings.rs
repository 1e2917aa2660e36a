//! What is said about the settings.

use super::Row;

pub(super) const ROWS: &[Row] = &[
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
];
