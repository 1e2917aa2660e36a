//! What is said about calendars and the files they are made of.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("this event is left out, the others count", "这个日程不计入，其余照常"),
    ("more than {most} components stand inside one another here", "这里的组件嵌套超过 {most} 层"),
    ("this event has no END:VEVENT", "这个日程没有 END:VEVENT"),
    (
        "the file ends here without {ends}: part of it is missing",
        "文件到这里就结束了，缺少 {ends}：文件不完整",
    ),
    (
        "what begins here has no {ends}: part of the file is missing",
        "从这里开始的内容缺少 {ends}：文件不完整",
    ),
    ("download or export it again", "请重新下载或导出"),
    ("download or export the calendar again, as an .ics file", "请重新下载或导出日历，格式选 .ics"),
    ("the file is empty", "文件是空的"),
    (
        "this is a web page (“{title}”), not a calendar: it has no BEGIN:VCALENDAR",
        "这是一个网页（“{title}”），不是日历：没有 BEGIN:VCALENDAR",
    ),
    (
        "this is a web page, not a calendar: it has no BEGIN:VCALENDAR",
        "这是一个网页，不是日历：没有 BEGIN:VCALENDAR",
    ),
    (
        "the server asked for a login, perhaps: open the address in a browser, sign in and save the .ics file; or ask for an address that needs no login",
        "服务器可能要求登录：请用浏览器打开该地址，登录后保存 .ics 文件；或换一个不需要登录的地址",
    ),
    ("this looks like JSON: it has no BEGIN:VCALENDAR", "这看起来是 JSON：没有 BEGIN:VCALENDAR"),
    (
        "this is a zip or Excel file: it has no BEGIN:VCALENDAR",
        "这是 zip 或 Excel 文件：没有 BEGIN:VCALENDAR",
    ),
    ("this looks like XML: it has no BEGIN:VCALENDAR", "这看起来是 XML：没有 BEGIN:VCALENDAR"),
    (
        "this is not an iCalendar file: it has no BEGIN:VCALENDAR",
        "这不是 iCalendar 文件：没有 BEGIN:VCALENDAR",
    ),
    ("event “{title}”: {wrong}", "日程“{title}”：{wrong}"),
    ("it has no DTSTART", "没有 DTSTART（开始日期）"),
    ("DURATION `{text}` is no duration", "DURATION `{text}` 不是时长"),
    ("DTEND is before DTSTART", "DTEND（结束）早于 DTSTART（开始）"),
    (
        "it lasts {days} days; more than {most} are taken for a mistake",
        "它长达 {days} 天；超过 {most} 天视为写错",
    ),
    ("{name} has no value", "{name} 没有值"),
    ("{name} `{value}` is no date", "{name} 的值 `{value}` 不是日期"),
    ("RRULE is not understood: {error}", "看不懂 RRULE（重复规则）：{error}"),
    ("it repeats more than {most} times", "它重复超过 {most} 次"),
    ("it repeats within the day", "它在一天之内重复"),
    (
        "the file has {size} MiB; a calendar file has at most {most}",
        "文件有 {size} MiB；日历文件最多 {most} MiB",
    ),
    ("export the holidays alone, without appointments", "只导出节假日，不要带上日程安排"),
    ("the calendar has more than {most} events", "日历里的日程超过 {most} 个"),
    ("the calendar lists no day off and no make-up workday", "日历里没有休息日，也没有调休上班日"),
    ("line {line}: {wrong}", "第 {line} 行：{wrong}"),
    ("see that the right calendar was exported or downloaded", "请确认导出或下载的是正确的日历"),
    ("the calendar lists more than {most} days", "日历列出的日子超过 {most} 天"),
    ("“{first}” is not marked as a day off, and is none", "“{first}”没有标明放假，不算休息日"),
    (
        "{count} events are not marked as days off, and are none; “{first}” is the first",
        "有 {count} 个日程没有标明放假，不算休息日；第一个是“{first}”",
    ),
    (
        "days off that no file marks can be written under `off:`",
        "文件没有标明的休息日，可以写在 `off:` 下",
    ),
    ("{more} more events of this file cannot be used", "这个文件还有 {more} 个日程不能用"),
    ("the calendar file `{name}` cannot be read: {why}", "日历文件 `{name}` 读不了：{why}"),
    (
        "put the file there, or correct the path; it is relative to the settings file",
        "请把文件放到那里，或改正路径；路径从设置文件所在的文件夹算起",
    ),
    ("{wrong}; its last good version stays in force", "{wrong}；先沿用它上一个正确的版本"),
    (
        "there is no calendar `{name}` these days could belong to",
        "没有名为 `{name}` 的日历，这些日子不属于任何日历",
    ),
    ("name the file after a calendar, or delete it", "请用日历的名字给文件命名，或删掉它"),
    ("the calendar `{name}` lists too many days", "日历 `{name}` 里列出的日子太多"),
    (
        "shorten the spans; weekdays that are always off belong under `weekend:`",
        "把时间段写短一些；每周固定的休息日写在 `weekend:` 里",
    ),
    ("{day} stands under both `off:` and `work:`", "{day} 同时写在 `off:` 和 `work:` 里"),
    ("delete it from one of the two", "从其中一处删掉它"),
    (
        "`{name}` cannot be built: its calendars stand on one another",
        "日历 `{name}` 无法建立：几个日历互相以对方为基础",
    ),
    (
        "let one of them stand on a built-in calendar such as cn",
        "让其中一个以内置日历（例如 cn）为基础",
    ),
    ("`{text}` is no weekday", "“{text}”不是星期几"),
    ("its start is out of range", "它的开始时间超出范围"),
];
