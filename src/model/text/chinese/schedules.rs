//! What is said about schedule files.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // keys
    ("a schedule file", "提醒文件"),
    ("targets stand in dingdong.yaml", "目标群写在 dingdong.yaml 里"),
    ("people stand in dingdong.yaml", "人员写在 dingdong.yaml 里"),
    ("roles stand in dingdong.yaml", "角色写在 dingdong.yaml 里"),
    (
        "calendars stand in dingdong.yaml; a reminder names one with `calendar:`",
        "日历写在 dingdong.yaml 里；提醒用 `calendar:` 指明用哪一个",
    ),
    ("put it under `defaults:` or under a reminder", "把它写到 `defaults:` 下面，或某条提醒下面"),
    (
        "a reminder stands under `reminders:` and its id, indented",
        "提醒要写在 `reminders:` 和它的编号下面，并且缩进",
    ),
    (
        "did you mean `mention`, or the time, which belongs to `when`?",
        "想 @ 人请用 `mention`；时间写在 `when` 里",
    ),
    (
        "webhooks stand in dingdong.yaml, under a target; `to:` names the target",
        "webhook 写在 dingdong.yaml 的目标下面；这里用 `to:` 写目标的名字",
    ),
    (
        "secrets stand in dingdong.yaml, under a target, by reference",
        "密钥在 dingdong.yaml 的目标下面引用，不直接写出",
    ),
    (
        "robots stand in dingdong.yaml, under a target; `to:` names the target",
        "机器人写在 dingdong.yaml 的目标下面；这里用 `to:` 写目标的名字",
    ),
    ("the id is the key the reminder stands under", "提醒的编号就是它上面那一级的键"),
    (
        "the name is the key the reminder stands under; what people read is the `title`",
        "提醒的名字就是它上面那一级的键；群里看到的标题用 `title`",
    ),
    ("a reminder", "提醒"),
    ("`defaults`", "`defaults`（默认值）"),
    ("every reminder has its own `title`", "`title` 由每条提醒自己写"),
    ("every reminder has its own `text`", "`text` 由每条提醒自己写"),
    ("every reminder has its own `file`", "`file` 由每条提醒自己写"),
    ("a button", "按钮"),
    ("a source", "数据来源"),
    ("did you mean `csv`, `json` or `yaml`?", "是不是想写 `csv`、`json` 或 `yaml`？"),
    (
        "did you mean `csv`, `json`, `yaml` or `folder`?",
        "是不是想写 `csv`、`json`、`yaml` 或 `folder`？",
    ),
    ("save the sheet as CSV and name it with `csv`", "把表格另存为 CSV，再用 `csv` 写出文件名"),
    ("did you mean `text`, the columns that stay text?", "是不是想写 `text`（保持为文字的列）？"),
    // values
    ("ids are unique, names need not be", "姓名可能重复，编号不会：请写编号"),
    ("write several as a list: [{names}]", "多个要写成列表：[{names}]"),
    // mentions
    (
        "give {name} (`{id}`) {what} in the settings or the file of people",
        "在设置或人员文件里给{name}（`{id}`）填上 {what}",
    ),
    (
        "nobody here has an id by which {robot} can mention them in `{target}`",
        "这里没有一个人填了 {robot} 能用来在 `{target}` 里 @ 的编号",
    ),
    ("{robot} cannot mention {names} in `{target}`", "{robot} 无法在 `{target}` 里 @ {names}"),
    ("`mention` names nobody", "`mention` 里没有任何人"),
    ("give the role members, or delete the line", "给角色加上成员，或删掉这一行"),
];
