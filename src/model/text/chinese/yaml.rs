//! What is said about YAML and the values in it.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // values
    ("`{text}` is not a date", "`{text}` 不是日期"),
    ("write year, month and day like 2026-01-31", "按年-月-日写，例如 2026-01-31"),
    ("there is no {date}: {why}", "没有 {date} 这一天：{why}"),
    ("a year has 12 months", "一年只有 12 个月"),
    ("that year is out of reach", "这个年份超出范围"),
    ("that month has {days} days", "那个月只有 {days} 天"),
    ("the last one is {date}", "那个月最后一天是 {date}"),
    ("{until} is before {from}", "{until} 早于 {from}"),
    ("write the earlier date first: {until}..{from}", "把早的日期写在前面：{until}..{from}"),
    ("`{text}` is not a duration", "`{text}` 不是时长"),
    (
        "say of what: {n}s, {n}m, {n}h or {n}d",
        "要带单位：{n}s（秒）、{n}m（分）、{n}h（小时）或 {n}d（天）",
    ),
    ("write 90s, 30m, 2h, 1d or 1h30m", "写成 90s、30m、2h、1d 或 1h30m"),
    ("`{text}` is longer than a year", "`{text}` 超过一年"),
    ("write 366d at most", "最多写 366d"),
    (
        "use letters of any script, digits, - and _, at most 64 of them",
        "可用中文或其他文字、数字、- 和 _，最多 64 个字符",
    ),
    ("this name is empty", "名字是空的"),
    ("a space", "空格"),
    ("the name `{name}` has {what} in it", "名字 `{name}` 里有{what}"),
    ("the name `{name}` has {n} characters", "名字 `{name}` 有 {n} 个字符"),
    (
        "`{text}` is a number a spreadsheet shortened; its digits are lost",
        "`{text}` 是被表格软件缩写的数字，原来的数字已经丢了",
    ),
    (
        "format the column as text, then copy the number again",
        "把这一列的格式设为“文本”，再重新填入号码",
    ),
    ("`{text}` is not a time of day", "`{text}` 不是时刻"),
    ("write hours and minutes like 22:00", "写成时:分，例如 22:00"),
    // the walk over a file
    (
        "after {most} mistakes the rest of the file was not looked at",
        "错误已超过 {most} 处，文件其余部分没有再检查",
    ),
    (
        "{of} is written as `key: value` lines, not as {kind}",
        "{of}要写成若干行 `键: 值`，这里却是{kind}",
    ),
    (
        "write its keys on the lines below, each with a colon and a value",
        "把各项写在下面的行里，每行一个键、一个冒号和一个值",
    ),
    ("{of} must be text, not {kind}", "{of}应是一段文字，这里却是{kind}"),
    ("put the value in quotes if the brackets belong to it", "如果括号属于内容，请给整个值加引号"),
    ("write true", "写 true"),
    ("write false", "写 false"),
    ("write true or false", "写 true 或 false"),
    ("{of} is either true or false, without quotes", "{of}只能是 true 或 false，不加引号"),
    ("{of} cannot be `{word}`", "{of}不能是 `{word}`"),
    ("{of} has no key `{key}`", "{of}没有 `{key}` 这一项"),
    ("the value ends here: ` #` begins a comment", "值到这里就结束了：空格加 # 之后是注释"),
    (
        "put the value in quotes if this belongs to it, or a space after the # if not",
        "如果后面也是内容，给整个值加引号；如果是注释，在 # 后面加一个空格",
    ),
    ("{of} has no value", "{of}没有写值"),
    ("write one after the colon, or delete the line", "在冒号后面补上，或删掉这一行"),
    ("nothing", "空的"),
    ("one piece of text", "一段文字"),
    ("a list", "一个列表"),
    ("`key: value` lines", "若干行 `键: 值`"),
    ("there is none yet", "目前一个也没有"),
    ("known: {names}", "可以用：{names}"),
    ("known: {names}, …", "可以用：{names}……"),
    ("did you mean `{word}`?", "是不是想写 `{word}`？"),
    // labels
    ("error", "错误"),
    ("warning", "警告"),
    ("note", "提示"),
    ("help", "帮助"),
];
