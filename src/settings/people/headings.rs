//! The headings HR systems and offices give the columns of a table of people.

use crate::{
    model::{
        diagnostic::{Diagnostic, nearest},
        text::text,
    },
    sheet::{self, Sheet},
};

/// What columns can hold, each with the headings it has, most telling first. Spaces, case, and
/// what stands in brackets or behind a `*` do not matter.
const HEADINGS: [(&str, &[&str]); 12] = [
    (
        "id",
        &[
            "id",
            "工号",
            "员工工号",
            "员工编号",
            "员工号",
            "编号",
            "账号",
            "employeeid",
            "employeeno",
            "employeenumber",
            "staffid",
        ],
    ),
    (
        "name",
        &["name", "姓名", "员工姓名", "名字", "中文名", "fullname", "displayname", "employeename"],
    ),
    (
        "mobile",
        &[
            "mobile",
            "手机号",
            "手机",
            "手机号码",
            "移动电话",
            "联系电话",
            "联系方式",
            "电话",
            "mobilephone",
            "mobilenumber",
            "phone",
            "phonenumber",
            "cellphone",
            "tel",
        ],
    ),
    (
        "department",
        &[
            "department",
            "部门",
            "所属部门",
            "所在部门",
            "一级部门",
            "部门名称",
            "dept",
            "departments",
        ],
    ),
    (
        "email",
        &[
            "email",
            "邮箱",
            "电子邮箱",
            "企业邮箱",
            "工作邮箱",
            "邮件",
            "电子邮件",
            "e-mail",
            "mail",
            "workemail",
        ],
    ),
    (
        "dingtalk",
        &[
            "dingtalk",
            "钉钉",
            "员工userid",
            "钉钉userid",
            "钉钉id",
            "钉钉账号",
            "userid",
            "dingtalkid",
        ],
    ),
    ("feishu", &["feishu", "飞书", "飞书id", "飞书账号", "openid", "lark", "larkid", "feishuid"]),
    ("wecom", &["wecom", "企业微信", "企微", "企业微信账号", "企业微信id", "wecomid"]),
    ("slack", &["slack", "slackid", "slack账号"]),
    (
        "leave",
        &["leave", "请假", "休假", "请假日期", "休假日期", "请假时间", "休假时间", "leavedates"],
    ),
    (
        "delegate",
        &[
            "delegate",
            "代理人",
            "代理",
            "工作代理人",
            "职务代理人",
            "交接人",
            "代班人",
            "deputy",
            "standin",
        ],
    ),
    ("role", &["role", "roles", "角色", "岗位", "职位", "职务", "position", "jobtitle"]),
];

/// Rows above the headings, such as the title of the sheet, that are passed over.
const ABOVE: usize = 5;

/// Which column holds what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// The row of the headings, from 0.
    pub(super) row: usize,
    found: Vec<(&'static str, usize)>,
}

impl Columns {
    /// The column that holds something, from 0.
    pub(super) fn of(&self, key: &str) -> Option<usize> {
        self.found.iter().find(|(known, _)| *known == key).map(|&(_, column)| column)
    }
}

/// A heading as it is compared.
fn bare(heading: &str) -> String {
    let end = heading.find(['(', '（', '*', '【', '[']).filter(|&at| at > 0);
    let heading = heading[..end.unwrap_or(heading.len())].trim_start_matches('*');
    let kept = heading.chars().filter(|c| !c.is_whitespace() && *c != '_');
    kept.flat_map(char::to_lowercase).collect()
}

/// What a heading says its column holds, and how telling it is: 0 is best.
fn meaning(heading: &str) -> Option<(&'static str, usize)> {
    let bare = bare(heading);
    HEADINGS.iter().find_map(|(key, headings)| {
        let rank = headings.iter().position(|known| *known == bare)?;
        Some((*key, rank))
    })
}

/// Finds the headings, and what is to be said about them.
pub(super) fn find(sheet: &Sheet) -> Result<(Columns, Vec<Diagnostic>), Diagnostic> {
    let named = |row: &sheet::Row| {
        let keys = row.cells.iter().filter_map(|cell| meaning(&cell.text));
        keys.map(|(key, _)| key).any(|key| matches!(key, "id" | "name"))
    };
    let Some(at) = sheet.rows.iter().take(ABOVE).position(named) else {
        return Err(none(sheet));
    };
    let row = &sheet.rows[at];
    let mut found: Vec<(&'static str, usize, usize)> = Vec::new();
    let mut said = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let Some((key, rank)) = meaning(&cell.text) else {
            said.extend(mistyped(sheet, row, column));
            continue;
        };
        match found.iter_mut().find(|(known, ..)| *known == key) {
            None => found.push((key, column, rank)),
            Some(other) => {
                let (used, unused) =
                    if rank < other.2 { (column, other.1) } else { (other.1, column) };
                *other = (key, used, rank.min(other.2));
                said.push(twice(sheet, row, used, unused));
            }
        }
    }
    let found = found.into_iter().map(|(key, column, _)| (key, column)).collect();
    Ok((Columns { row: at, found }, said))
}

fn none(sheet: &Sheet) -> Diagnostic {
    let message = text!("no column of this file is called 姓名, 工号, name or id");
    Diagnostic::error(sheet.place(&sheet.rows[0], 0), "no-heading", message).help(text!(
        "write the names of the columns into the first row: 工号,姓名,手机号,部门 or id,name,mobile,department"
    ))
}

/// Two columns that say the same; the less telling one is left out.
fn twice(sheet: &Sheet, row: &sheet::Row, used: usize, unused: usize) -> Diagnostic {
    let message = text!(
        "column `{unused}` is not read: `{used}` says the same",
        unused = row.text(unused),
        used = row.text(used),
    );
    Diagnostic::warning(sheet.place(row, unused), "column-twice", message)
        .help(text!("delete one of the two, or give it another heading"))
}

/// A heading that is nearly one of ours. Others are the file's own business.
fn mistyped(sheet: &Sheet, row: &sheet::Row, column: usize) -> Option<Diagnostic> {
    // Two characters of Chinese are near to too much.
    let heading = bare(row.text(column));
    if !heading.is_ascii() || heading.len() < 4 {
        return None;
    }
    let near = nearest(&heading, HEADINGS.iter().flat_map(|(_, known)| known.iter().copied()))?;
    let message = text!("column `{heading}` is not read", heading = row.text(column));
    let place = sheet.place(row, column);
    Some(
        Diagnostic::warning(place, "unknown-column", message).help(crate::yaml::did_you_mean(near)),
    )
}
