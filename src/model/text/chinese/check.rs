//! What `check` says about schedules that are probably not what was meant.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "this fires on {off} days off and misses {missed} make-up days in {year}",
        "{year} 年会在 {off} 个休息日发送，并漏掉 {missed} 个调休上班日",
    ),
    ("did you mean 每个工作日 (`every workday`)?", "是不是想写“每个工作日”？"),
    ("the calendar {id} ends on {last}", "日历 {id} 到 {last} 为止"),
    (
        "later days are planned by weekends and the holidays fixed by law only; bring in next year's with `dingdong calendar import FILE --into CALENDAR`",
        "之后的日子只按周末和法定日期固定的节日安排；请用 `dingdong calendar import FILE --into CALENDAR` 导入明年的放假安排",
    ),
    (
        "nothing fires on later days; bring in next year's with `dingdong calendar import FILE --into CALENDAR`",
        "之后的日子不会发送；请用 `dingdong calendar import FILE --into CALENDAR` 导入明年的放假安排",
    ),
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
    (
        "{most} messages to {target} come due together at {time} (first on {first}, {days} times in the next {ahead} days); its robot takes {count} in {window}, so the last one leaves {wait} late",
        "{time} 有 {most} 条消息同时发往 {target}（第一次是 {first}，今后 {ahead} 天内有 {days} 次）；它的机器人 {window} 内只能发 {count} 条，最后一条会晚 {wait} 发出",
    ),
    (
        "so it is with {target} at {rest} more times of day",
        "{target} 在一天中还有 {rest} 个时间也是这样",
    ),
    ("move some of them by a few minutes: {named}", "把其中一些错开几分钟：{named}"),
    ("{named} and {more} more", "{named} 等（还有 {more} 个）"),
    (
        "{most} messages to {target} come due on {date} ({days} such days in the next {ahead}); its daily limit is {limit}, so the rest waits until {time}",
        "{date} 有 {most} 条消息发往 {target}（今后 {ahead} 天内有 {days} 天如此）；它的每日上限是 {limit} 条，其余的要等到 {time}",
    ),
    (
        "send less often, make one message of several, or raise `daily_limit`: {named}",
        "少发几次、把几条合成一条，或调高 `daily_limit`：{named}",
    ),
    (
        "{robot} in {month}: about {messages} of the organisation's {quota} messages",
        "{month} {robot}：约 {messages} 条，全组织每月额度 {quota} 条",
    ),
    (
        "in {month} the schedules come to about {messages} messages through {robot} robots; the organisation has {quota} a month",
        "{month} 的提醒约有 {messages} 条经 {robot} 机器人发出；全组织每月额度为 {quota} 条",
    ),
    (
        "{target} gets most of them ({most}): send less often, gather them in one message, or write the organisation's own measure as `monthly_quota:`",
        "其中 {target} 最多（{most} 条）：减少次数、合并成一条，或用 `monthly_quota:` 写明本组织的实际额度",
    ),
    ("`{text}` is over; it does not fire any more", "“{text}”已经过去，不会再发送"),
    ("`{text}` never fires", "“{text}”永远不会发送"),
    (
        "no day fits it together with the reminder's dates and calendar",
        "加上提醒的起止日期和日历之后，没有一天符合",
    ),
    ("{hours} h", "{hours} 小时"),
    ("{minutes} min", "{minutes} 分"),
    ("{first} {next}", "{first} {next}"),
];
