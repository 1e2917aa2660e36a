//! People out of a table: one row each, every bad cell told by its name in the spreadsheet.

use std::collections::BTreeMap;

use super::{Listed, cells, headings, headings::Columns, person_id};
use crate::{
    model::{
        diagnostic::Diagnostic,
        layers::Named,
        people::{EVERYONE, Person},
        text::{Text, text},
    },
    sheet::{self, Limits, Row, Sheet},
    yaml::{Flaw, short, values},
};

/// The bounds of a table of people.
pub(super) const LIMITS: Limits = Limits { bytes: 4 * 1024 * 1024, rows: 50_000, columns: 200 };

/// More findings are not shown.
const MOST: usize = 1_000;

/// What people leave in a cell to say that there is nothing.
const NOTHING: [&str; 8] = ["-", "--", "—", "/", "无", "暂无", "n/a", "null"];

/// What came of a table.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) people: Vec<Listed>,
    /// Ids of people by the role their row names.
    pub(super) roles: BTreeMap<String, Vec<String>>,
    pub(super) found: Vec<Diagnostic>,
    /// The decoded text; none when it is no text.
    pub(super) text: Option<String>,
}

/// Reads a table; `file` is its name for people.
pub(super) fn read(file: &str, bytes: &[u8]) -> Table {
    let sheet = match sheet::read(file, bytes, LIMITS) {
        Ok(sheet) => sheet,
        Err(found) => return Table { found: vec![found], ..Table::default() },
    };
    let mut table = Table { text: Some(sheet.text.clone()), ..Table::default() };
    match headings::find(&sheet) {
        Err(found) => table.found.push(found),
        Ok((columns, said)) => {
            table.found.extend(said);
            let rows = &sheet.rows[columns.row..];
            let (heading, rows) = (&rows[0], &rows[1..]);
            let mut reading =
                Reading { sheet: &sheet, columns: &columns, heading, table: &mut table };
            rows.iter().for_each(|row| reading.row(row));
        }
    }
    if table.found.len() > MOST {
        table.found.truncate(MOST);
        let message =
            text!("after {most} mistakes the rest of the file was not looked at", most = MOST);
        table.found.push(Diagnostic::error(sheet.place(&sheet.rows[0], 0), "more", message));
    }
    table
}

struct Reading<'s, 't> {
    sheet: &'s Sheet,
    columns: &'s Columns,
    heading: &'s Row,
    table: &'t mut Table,
}

impl Reading<'_, '_> {
    fn row(&mut self, row: &Row) {
        if self.table.found.len() > MOST {
            return;
        }
        self.too_long(row);
        let name = self.read(row, "name", |text| cells::account("name", text));
        let id = self.id(row, name.as_deref());
        let mut account = |key: &'static str| self.read(row, key, |text| cells::account(key, text));
        let mut person = Person {
            dingtalk: account("dingtalk"),
            feishu: account("feishu"),
            wecom: account("wecom"),
            slack: account("slack"),
            email: account("email"),
            ..Person::default()
        };
        person.mobile = self.read(row, "mobile", cells::mobile);
        person.leave = self.read(row, "leave", cells::leave).unwrap_or_default();
        let departments = self.read(row, "department", |text| Ok(cells::departments(text)));
        person.departments = departments.unwrap_or_default();
        let delegate = self.read(row, "delegate", |text| Ok(text.to_owned()));
        let delegate = delegate.map(|name| {
            let column = self.columns.of("delegate").unwrap_or_default();
            Named { name, place: self.sheet.place(row, column) }
        });
        // Every bad cell is told, also those of a row that names nobody.
        let roles = self.roles(row);
        let Some((id, column)) = id else { return };
        for role in roles {
            self.table.roles.entry(role).or_default().push(id.clone());
        }
        person.name = name.unwrap_or_else(|| id.clone());
        person.id = id;
        let place = self.sheet.place(row, column);
        self.table.people.push(Listed { person, place, delegate });
    }

    /// The id, with the column it stands in: the name's where there is none.
    fn id(&mut self, row: &Row, name: Option<&str>) -> Option<(String, usize)> {
        if let Some(column) = self.columns.of("id")
            && !is_nothing(row.text(column))
        {
            let id = self.read(row, "id", |text| {
                values::shortened_number(text).map_or(Ok(()), Err)?;
                person_id(text).map(|()| text.to_owned())
            });
            return id.map(|id| (id, column));
        }
        let column = self.columns.of("name").or(self.columns.of("id")).unwrap_or_default();
        if name.is_none() {
            // A bad name has been told already.
            if is_nothing(row.text(column)) {
                let flaw = Flaw::new("missing-value", text!("this row names nobody"));
                self.flaw(row, column, flaw.help(text!("write who it is, or delete the row")));
            }
            return None;
        }
        name.map(|name| (name.to_owned(), column))
    }

    /// Roles are names people choose, here often positions: spaces may be in them.
    fn roles(&mut self, row: &Row) -> Vec<String> {
        let column = self.columns.of("role").filter(|&column| !is_nothing(row.text(column)));
        let Some(column) = column else { return Vec::new() };
        let (good, bad): (Vec<&str>, Vec<&str>) =
            cells::parts(row.text(column)).partition(|role| is_role(role));
        for role in bad {
            let message = text!("`{text}` cannot be the name of a role", text = short(role));
            let flaw = Flaw::new("bad-name", message);
            self.flaw(row, column, flaw.help(text!("use another name")));
        }
        good.into_iter().map(str::to_owned).collect()
    }

    /// A row longer than its headings is one in which a comma was not quoted.
    fn too_long(&mut self, row: &Row) {
        let headings = self.heading.cells.len();
        if let Some(column) = (headings..row.cells.len()).find(|&n| !row.text(n).is_empty()) {
            let message = text!("this row has more cells than there are headings");
            let flaw = Flaw::new("row-too-long", message);
            self.flaw(row, column, flaw.help(text!(
                "put the cell that has a comma in it into quotes: \"a, b\"; a spreadsheet does so by itself"
            )));
        }
    }

    /// A cell's value; nothing when it is empty or wrong.
    fn read<T>(
        &mut self,
        row: &Row,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        let column = self.columns.of(key)?;
        let text = row.text(column);
        if is_nothing(text) {
            return None;
        }
        let value = if text.starts_with('#') && text.ends_with(['!', '?', 'A', '#']) {
            let message = text!("`{text}` is an error of the spreadsheet", text = short(text));
            let help = text!("correct the formula, or write the value itself");
            Err(Flaw::new("spreadsheet-error", message).help(help))
        } else {
            read(text)
        };
        value.map_err(|flaw| self.flaw(row, column, flaw)).ok()
    }

    /// Adds an error about a cell, named as the spreadsheet shows it.
    fn flaw(&mut self, row: &Row, column: usize, flaw: Flaw) {
        let heading = short(self.heading.text(column));
        let cell = sheet::name(column, row.number);
        let message: Text = match heading.as_str() {
            "" => text!("{cell}: {what}", cell = cell, what = flaw.message),
            _ => text!(
                "{cell} ({heading}): {what}",
                cell = cell,
                heading = heading,
                what = flaw.message
            ),
        };
        let mut found = Diagnostic::error(self.sheet.place(row, column), flaw.code, message);
        found.help = flaw.help;
        self.table.found.push(found);
    }
}

fn is_role(name: &str) -> bool {
    const LONGEST: usize = 64;
    name.chars().count() <= LONGEST && !EVERYONE.contains(&name.to_lowercase().as_str())
}

/// Whether a cell says nothing.
fn is_nothing(text: &str) -> bool {
    text.is_empty() || NOTHING.contains(&text.to_lowercase().as_str())
}
