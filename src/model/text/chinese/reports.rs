//! What `report` says.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("Nothing was due.", "这段时间没有要发的提醒。"),
    (
        "{all} messages were due, {sent} arrived, {in_time} of them in time.",
        "应发 {all} 条，送达 {sent} 条，其中按时 {in_time} 条。",
    ),
    ("this date was taken out by a person", "这一天被人为跳过"),
    ("it waited longer than `keep`", "等候超过 `keep`"),
    ("a newer one took its place", "被更新的一次取代"),
    ("reminder", "提醒"),
    ("sent", "送达"),
    ("late", "晚到"),
    ("skipped", "跳过"),
    ("missed", "错过"),
    ("not composed", "未生成"),
    ("refused", "被拒收"),
    ("not sent", "未发出"),
    ("waiting", "等候中"),
    ("Reminders of {period}", "{period} 提醒送达报告"),
    ("arrived {at}", "{at} 才送达"),
    ("{time} (by hand)", "{time}（手动）"),
    ("Not as planned", "未按计划的"),
    ("  … and {more} more; --csv writes all", "  ……还有 {more} 条；--csv 可导出全部"),
    ("Who heard of what", "谁在何时得知了哪些更新"),
    ("due", "计划时间"),
    ("group", "群"),
    ("ending", "结果"),
    ("reason", "原因"),
    ("arrived", "送达时间"),
    ("times", "次数"),
    ("{first} to {last}, {zone}", "{first} 至 {last}，时区 {zone}"),
    (
        "Made by dingdong on {time}. Late: more than a minute after it was due.",
        "由 dingdong 生成于 {time}。晚到：比计划时间晚一分钟以上。",
    ),
    ("By reminder", "按提醒统计"),
    ("Everything arrived, and in time.", "全部按时送达。"),
    ("file", "文件"),
    ("`{text}` is not a span a report can be about", "`{text}` 不是报告可以统计的时间段"),
];
