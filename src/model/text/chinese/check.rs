//! What `check` says about schedules that are probably not what was meant.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "this fires on {off} days off and misses {missed} make-up workdays in {year}",
        "{year} 年会在 {off} 个休息日发送，并漏掉 {missed} 个调休上班日",
    ),
    ("did you mean `every workday` (每个工作日)?", "是不是想写“每个工作日”？"),
    ("day {day} comes in only {months} months of {year}", "{year} 年只有 {months} 个月有 {day} 日"),
    ("did you mean `the last day of every month` (每月最后一天)?", "是不是想写“每月最后一天”？"),
    (
        "this falls on {count} days off in {year}, first on {first}, and fires all the same",
        "{year} 年有 {count} 次落在休息日（第一次是 {first}），仍会照常发送",
    ),
    (
        "`on_day_off: previous` (or next, skip) moves it; `dingdong next` names such days",
        "写 `on_day_off: previous`（或 next、skip）可以顺延或跳过；`dingdong next` 会标出这些日子",
    ),
    (
        "this always reaches {target} in the same minute as `{other}`",
        "它总是和“{other}”在同一分钟发到 {target}",
    ),
    ("make one message of the two, or move one of them", "合成一条消息，或错开其中一个的时间"),
];
