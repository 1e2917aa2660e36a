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
];
