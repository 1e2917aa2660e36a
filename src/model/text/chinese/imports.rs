//! What is said about days brought into a calendar: notices, tables, JSON.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("Monday", "星期一"),
    ("Tuesday", "星期二"),
    ("Wednesday", "星期三"),
    ("Thursday", "星期四"),
    ("Friday", "星期五"),
    ("Saturday", "星期六"),
    ("Sunday", "星期日"),
    ("`years` is no year like 2027, and no span", "`years` 不是年份，应写成 2027 或 2027..2028"),
    ("`{date}` is no date, and no span of dates", "`{date}` 不是日期，也不是日期范围"),
    ("`{key}` must be a list", "`{key}` 必须是一个列表"),
    ("`{kind}` is no kind of day", "看不懂这一天的类型 `{kind}`"),
    (
        "a holiday is written as in the notice: 元旦：1月1日（周五）至3日（周日）放假，共3天",
        "请按通知的写法，例如：元旦：1月1日（周五）至3日（周日）放假，共3天",
    ),
    (
        "compare date and weekday with the original, and see that the year is right",
        "请与原文核对日期和星期，并确认年份",
    ),
    ("compare with the original", "请与原文核对"),
    ("compare with the original; one of the two is wrong", "请与原文核对，其中一处有误"),
    (
        "correct it, or bring the file it came from in again with `dingdong calendar import`",
        "请改正它，或用 `dingdong calendar import` 重新导入原来的文件",
    ),
    ("import the notice of that year first", "请先导入那一年的通知"),
    ("imports[{index}]: {problem}", "第 {index} 次导入（imports）：{problem}"),
    ("it has no list `imports`", "没有 `imports` 列表"),
    ("it is no object", "不是对象（花括号）"),
    ("it lists no day", "一天也没有列出"),
    ("no day off is found for {name}", "没有找到{name}的放假日期"),
    ("nothing in this file says which days are off", "这个文件没有说明哪几天放假"),
    (
        "nothing is said about {words} here: a day off, or worked?",
        "这里没有说明{words}是放假还是上班",
    ),
    (
        "paste it with its title: 关于2027年部分节假日安排的通知",
        "请连同标题一起粘贴：关于2027年部分节假日安排的通知",
    ),
    (
        "paste the whole notice; single days can be imported as a table kind,date,name",
        "请粘贴完整的通知；个别日子可以用表格导入（列：kind,date,name）",
    ),
    ("put it in the place of calendars/NAME.json as it is", "请直接用它替换 calendars/日历名.json"),
    ("see that it exists and that the service may read it", "请确认它存在，并且服务有权读取"),
    ("see whether a month or a year is missing", "请看看是否漏了月份或年份"),
    (
        "the calendar knows no {name} shortly before {date} that could be made longer",
        "日历里在 {date} 之前不久没有可以延长的{name}假期",
    ),
    (
        "the document must be an object with `off` and `work`, or `days`",
        "内容必须是对象，含有 `off` 和 `work`，或者 `days`",
    ),
    ("the file is larger than {most} MiB", "文件超过 {most} MiB"),
    ("the notice does not say for which year it is", "通知里没有写是哪一年的"),
    ("the notice says nothing about {name}", "通知里没有说到{name}"),
    ("there is no {words}", "没有{words}这一天"),
    ("these are more than {most} days", "超过 {most} 天"),
    ("this file holds the days of several imports", "这个文件里有好几次导入的日子"),
    ("this is not JSON: {error}", "这不是 JSON：{error}"),
    ("what is only encouraged is no day off: {words}", "只是鼓励休息，不算放假：{words}"),
    (
        "what is read: the yearly notice as text, an .ics file, CSV with the columns kind,date,name, JSON with `off` and `work`, JSON of holiday-cn",
        "可以导入：国务院办公厅年度通知的文字、.ics 文件、CSV 表格（列：kind,date,name）、含 `off` 和 `work` 的 JSON、holiday-cn 的 JSON",
    ),
    ("what is read: 放假 (off) and 上班 (worked)", "能读懂的是“放假”和“上班”"),
    ("write 2027-10-01, or 2027-10-01..2027-10-07", "请写成 2027-10-01，或 2027-10-01..2027-10-07"),
    ("write off or work, 休 or 班", "请写 off 或 work、休 或 班"),
    ("{date} is both a day off and a workday", "{date} 既写了放假又写了上班"),
    (
        "{date} is worked for {name}, and is a workday anyway ({weekday})",
        "{date}是{weekday}，本来就上班，却写成了{name}的调休上班日",
    ),
    ("{date} is {actual}, and the notice calls it {said}", "{date} 是{actual}，通知里却写成{said}"),
    ("{first}..{last} is longer than {most} days", "{first}..{last} 超过 {most} 天"),
    ("{last} is before {first}", "{last} 早于 {first}"),
    (
        "{name} would last {days} days, from {first} to {last}",
        "{name}从 {first} 到 {last} 长达 {days} 天",
    ),
    (
        "{name}: the notice says {said} days, the dates in it are {count}",
        "{name}：通知说共 {said} 天，但写出的日期是 {count} 天",
    ),
    ("{place} has no `date`", "{place} 没有 `date`"),
    ("{place} has no `isOffDay`", "{place} 没有 `isOffDay`"),
    ("{place} is neither a date nor an object with one", "{place} 既不是日期，也不是带日期的对象"),
    (
        "{place} is no date like {help}, and no span",
        "{place} 不是日期（例如 {help}），也不是日期范围",
    ),
];
