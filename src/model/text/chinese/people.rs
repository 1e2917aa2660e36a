//! What is said about people, roles and departments.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // whom `mention` means
    (
        "`{name}` is a role and a department; write `role:{name}` or `department:{name}`",
        "`{name}` 既是角色又是部门；请写 `role:{name}`（角色）或 `department:{name}`（部门）",
    ),
    ("no role is called `{name}`", "没有名为 `{name}` 的角色"),
    (
        "several departments are called `{name}`; write which: {one}, {two}",
        "有几个部门都叫 `{name}`，请写明是哪一个：{one}、{two}",
    ),
    ("no department is called `{name}`", "没有名为 `{name}` 的部门"),
    (
        "`{name}` is the name of several people ({one}, {two}, …); write the id of one",
        "有几个人都叫 `{name}`（{one}、{two}……），请写其中一人的编号",
    ),
    ("no person, role or department is called `{name}`", "没有名为 `{name}` 的人员、角色或部门"),
    // entries in the settings
    (
        "roles stand under `roles:`, each with the ids of its people",
        "角色写在 `roles:` 下面，每个角色列出成员的编号",
    ),
    ("`{text}` is no CSV file", "`{text}` 不是 CSV 文件"),
    (
        "write people.csv, or each person on a line: zhangsan: {{ name: 张三, mobile: \"13800000000\" }}",
        "写 people.csv，或者每人一行：zhangsan: {{ name: 张三, mobile: \"13800000000\" }}",
    ),
    ("the role `{name}`", "角色 `{name}`"),
    ("{of} has no members", "{of}没有成员"),
    ("write the ids of people: [zhangsan, lisi]", "写成员的编号：[zhangsan, lisi]"),
    ("`{id}` means everyone in the group", "`{id}` 表示群里所有人"),
    ("use another id", "换一个编号"),
    ("`{key}` has more than {most} entries", "`{key}` 超过 {most} 项"),
    ("keep those that still matter", "只保留还有用的"),
    // values
    ("`{key}` is empty", "`{key}` 是空的"),
    ("write one, or delete the line", "填上，或删掉这一行"),
    ("`{text}` cannot be a `{key}`", "`{text}` 不能作为 `{key}`"),
    ("write one line of at most {most} characters", "写一行，最多 {most} 个字符"),
    ("`{text}` has a space in it", "`{text}` 里面有空格"),
    ("copy the `{key}` again, without spaces", "重新复制 `{key}`，不要带空格"),
    ("`{text}` is not a mail address", "`{text}` 不是邮箱地址"),
    ("write it like zhangsan@example.com", "写成 zhangsan@example.com 这样"),
    ("`{text}` is not a mobile number: {why}", "`{text}` 不是手机号：{why}"),
    (
        "write 11 digits, or the country code first: +852-12345678",
        "写 11 位数字；境外号码先写国家或地区代码：+852-12345678",
    ),
    ("it has more than digits", "里面有数字以外的字符"),
    ("the country code does not end", "看不出国家或地区代码到哪里为止"),
    ("it has too few or too many digits", "位数太少或太多"),
    (
        "without a country code it has 11 digits and begins with 1",
        "不带国家或地区代码时应为 11 位，以 1 开头",
    ),
    (
        "write the first and the last day: 2026-10-01..2026-10-07",
        "写第一天和最后一天：2026-10-01..2026-10-07",
    ),
    // what does not fit together
    ("`{id}` is there twice: first on line {line}", "`{id}` 重复了：第 {line} 行已经有"),
    ("give each person an id of their own", "每个人要有自己的编号"),
    ("{one} and {two} have the same mobile number", "{one}和{two}的手机号相同"),
    ("correct it: a mention would reach the wrong one", "请更正，否则会 @ 错人"),
    ("no person is called `{name}`", "没有名为 `{name}` 的人员"),
    ("`{name}` is the name of several people", "有几个人都叫 `{name}`"),
    ("write the id of one", "请写其中一人的编号"),
    ("nobody can stand in for themselves", "代理人不能是自己"),
    ("name someone else, or delete it", "换一个人，或删掉"),
    (
        "{names} stand in for each other, and on {date} all of them are on leave",
        "{names} 互为代理人，而 {date} 这些人全都休假",
    ),
    ("name someone who is there as `delegate`", "请指定当时在岗的人作代理人（`delegate`）"),
    ("`{name}` is a person already", "`{name}` 已经是某个人员的编号"),
    ("give the role another name", "给角色换一个名字"),
    // the file
    ("the last good version of this file stays in force", "继续使用这个文件上一次正确的版本"),
    ("it does not exist", "文件不存在"),
    ("the service's user may not read it", "运行本服务的用户没有读取权限"),
    ("the file of people `{file}` cannot be read: {why}", "读不了人员文件 `{file}`：{why}"),
    (
        "no column of this file is called 姓名, 工号, name or id",
        "这个文件没有叫“姓名”“工号”、name 或 id 的列",
    ),
    (
        "write the names of the columns into the first row: 工号,姓名,手机号,部门 or id,name,mobile,department",
        "第一行写列名：工号,姓名,手机号,部门（或 id,name,mobile,department）",
    ),
    (
        "column `{unused}` is not read: `{used}` says the same",
        "没有读 `{unused}` 这一列：`{used}` 是同样的内容",
    ),
    ("delete one of the two, or give it another heading", "删掉其中一列，或换个列名"),
    ("column `{heading}` is not read", "没有读 `{heading}` 这一列"),
    ("this row names nobody", "这一行没有写是谁"),
    ("write who it is, or delete the row", "写上是谁，或删掉这一行"),
    ("`{text}` cannot be the name of a role", "`{text}` 不能作角色名"),
    ("use another name", "换一个名字"),
    ("this row has more cells than there are headings", "这一行的单元格比列名还多"),
    (
        "put the cell that has a comma in it into quotes: \"a, b\"; a spreadsheet does so by itself",
        "含逗号的单元格要加引号：\"a, b\"；用表格软件保存时会自动加上",
    ),
    ("`{text}` is an error of the spreadsheet", "`{text}` 是表格公式的错误"),
    ("correct the formula, or write the value itself", "改好公式，或直接填写值"),
    ("{cell}: {what}", "单元格 {cell}：{what}"),
    ("{cell} ({heading}): {what}", "单元格 {cell}（{heading}）：{what}"),
    // rotas
    ("no rota is called `{name}`", "没有名为 `{name}` 的轮值表"),
    ("a rota", "轮值表"),
    ("the rota `{name}`", "轮值表 `{name}`"),
    ("a member", "成员"),
    ("write members: [zhangsan, lisi]", "写 members: [zhangsan, lisi]"),
    ("{of} has more than {most} members", "{of}的成员超过 {most} 个"),
    ("make several rotas of it", "拆成几个轮值表"),
    (
        "{of} has no `from`, so nobody knows whose turn is first",
        "{of}没有写 `from`，不知道从哪天轮起",
    ),
    (
        "add a date in the first turn, such as from: 2026-01-05",
        "加上第一轮里的一天，例如 from: 2026-01-05",
    ),
    ("`{text}` is not the length of a turn", "`{text}` 不是一轮的长度"),
    (
        "write week, 2 weeks, workday, 3 workdays, occurrence or 2 occurrences",
        "写 week（每周）、2 weeks（每两周）、workday（每个工作日）、3 workdays、occurrence（每次提醒）或 2 occurrences",
    ),
    (
        "the turns of the rota `{name}` do not change any more: this reminder was due more than {most} times since its `from`",
        "轮值表 `{name}` 不会再轮换：从它的 `from` 起，这条提醒已经超过 {most} 次",
    ),
    (
        "give the rota a later `from`, or turns by week or workday",
        "把轮值表的 `from` 改晚一些，或改为按周、按工作日轮换",
    ),
];
