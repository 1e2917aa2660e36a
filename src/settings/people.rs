//! `people:`, `roles:` and `rotas:`. They are read here as they are written; what belongs together joins in
//! [`load`], because a CSV file beside the settings may hold the people.

mod assemble;
mod cells;
mod headings;
mod load;
pub(super) mod rotas;
mod table;

use std::path::Path;

pub use load::{Loaded, PeopleFile, load, path};

use crate::{
    model::{
        diagnostic::Place,
        layers::Named,
        people::{EVERYONE, Person},
        text::{text, words},
    },
    yaml::{Entry, Fields, Flaw, Hint, Keys, Node, Report, Value, short, values},
};

pub(super) const KEYS: Keys = Keys {
    of: words!("a person"),
    known: &[
        "name",
        "mobile",
        "dingtalk",
        "feishu",
        "wecom",
        "slack",
        "email",
        "leave",
        "department",
        "delegate",
    ],
    hints: &[
        ("phone", Hint::Meant("mobile")),
        ("tel", Hint::Meant("mobile")),
        ("mail", Hint::Meant("email")),
        ("userid", Hint::Meant("dingtalk")),
        ("departments", Hint::Meant("department")),
        ("deputy", Hint::Meant("delegate")),
        ("role", Hint::Say(words!("roles stand under `roles:`, each with the ids of its people"))),
        ("roles", Hint::Say(words!("roles stand under `roles:`, each with the ids of its people"))),
    ],
};

/// More spans of leave, or departments, of one person are not kept.
const MOST_EACH: usize = 100;

/// What the settings write about people.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The file that holds them, relative to the settings.
    pub file: Option<Named>,
    people: Vec<Listed>,
    roles: Vec<Group>,
    rotas: Vec<rotas::WrittenRota>,
}

/// A person as one entry says.
#[derive(Clone, Debug)]
struct Listed {
    person: Person,
    place: Place,
    /// Who stands in, as written.
    delegate: Option<Named>,
}

/// A name for several people.
#[derive(Clone, Debug)]
struct Group {
    called: Named,
    members: Vec<Named>,
}

/// Reads what stands under `people:`.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> Written {
    if let Value::Scalar(_) = node.value {
        let file = report.read(node, "`people`", file_name);
        let named = |name| Named { name, place: report.document.place(node.span) };
        return Written { file: file.map(named), ..Written::default() };
    }
    let entries = report.map(node, "`people`").unwrap_or_default();
    let people = entries.iter().filter_map(|entry| {
        good_id(report, entry);
        listed(report, entry)
    });
    Written { people: people.collect(), ..Written::default() }
}

fn file_name(text: &str) -> Result<String, Flaw> {
    let extension = Path::new(text).extension().map(std::ffi::OsStr::to_ascii_lowercase);
    if extension.is_some_and(|extension| extension == "csv") {
        return Ok(text.to_owned());
    }
    let message = text!("`{text}` is no CSV file", text = short(text));
    Err(Flaw::new("not-csv", message).help(text!(
        "write people.csv, or each person on a line: zhangsan: {{ name: 张三, mobile: \"13800000000\" }}"
    )))
}

impl Written {
    /// Reads what stands under `rotas:`.
    pub(super) fn rotas(&mut self, report: &mut Report<'_>, node: &Node) {
        self.rotas = rotas::read(report, node);
    }

    /// Reads what stands under `roles:`.
    pub(super) fn roles(&mut self, report: &mut Report<'_>, node: &Node) {
        for entry in report.map(node, "`roles`").unwrap_or_default() {
            good_id(report, entry);
            let of = text!("the role `{name}`", name = short(&entry.key));
            if matches!(entry.node.value, Value::Nothing) || entry.node.items().is_empty() {
                let flaw = Flaw::new("missing-value", text!("{of} has no members", of = of));
                let help = text!("write the ids of people: [zhangsan, lisi]");
                report.error(entry.span, flaw.help(help));
                continue;
            }
            let members = entry.node.items().iter();
            let members = members.filter_map(|item| named(report, item, of.clone())).collect();
            let place = report.document.place(entry.span);
            let called = Named { name: entry.key.clone(), place };
            self.roles.push(Group { called, members });
        }
    }
}

/// A name someone is called by, with its place.
fn named(
    report: &mut Report<'_>,
    node: &Node,
    of: impl Into<crate::model::text::Text>,
) -> Option<Named> {
    let name = report.text(node, of)?.trim().to_owned();
    Some(Named { name, place: report.document.place(node.span) })
}

fn good_id(report: &mut Report<'_>, entry: &Entry) {
    if let Err(flaw) = person_id(&entry.key) {
        report.error(entry.span, flaw);
    }
}

/// An id of a person or role.
fn person_id(id: &str) -> Result<(), Flaw> {
    // zhang.san is how many companies write it.
    values::name(&id.replace('.', "-"))?;
    if EVERYONE.contains(&id.to_lowercase().as_str()) {
        let message = text!("`{id}` means everyone in the group", id = id);
        return Err(Flaw::new("reserved-name", message).help(text!("use another id")));
    }
    Ok(())
}

fn listed(report: &mut Report<'_>, entry: &Entry) -> Option<Listed> {
    let fields = report.fields(&entry.node, &KEYS)?;
    let mut text = |key: &'static str| {
        let node = fields.get(key)?;
        report.read(node, format!("`{key}`"), |text| cells::account(key, text))
    };
    let mut person = Person {
        id: entry.key.clone(),
        name: text("name").unwrap_or_else(|| entry.key.clone()),
        dingtalk: text("dingtalk"),
        feishu: text("feishu"),
        wecom: text("wecom"),
        slack: text("slack"),
        email: text("email"),
        ..Person::default()
    };
    let mobile = fields.get("mobile");
    person.mobile = mobile.and_then(|node| report.read(node, "`mobile`", cells::mobile));
    person.leave = each(report, &fields, "leave", values::dates);
    let departments = each(report, &fields, "department", |text| Ok(cells::departments(text)));
    person.departments = departments.into_iter().flatten().collect();
    let delegate = fields.get("delegate").and_then(|node| named(report, node, "`delegate`"));
    Some(Listed { person, place: report.document.place(entry.span), delegate })
}

/// One value or a list of them, each read by itself.
fn each<T>(
    report: &mut Report<'_>,
    fields: &Fields<'_>,
    key: &str,
    read: impl Fn(&str) -> Result<T, Flaw>,
) -> Vec<T> {
    let items = fields.get(key).map_or(&[][..], Node::items);
    if items.len() > MOST_EACH {
        let message = text!("`{key}` has more than {most} entries", key = key, most = MOST_EACH);
        let flaw = Flaw::new("too-many", message).help(text!("keep those that still matter"));
        report.flaw(&items[MOST_EACH], flaw);
    }
    let items = items.iter().take(MOST_EACH);
    items.filter_map(|item| report.read(item, format!("`{key}`"), &read)).collect()
}
