//! `table`: rows as lines of a list. No group chat shows tables well, on a phone least of all; what
//! every robot's Markdown shows, and plain text too, is a list.

use minijinja::{Error, Value, value::ValueKind};

use super::{names::suggestion, refused::invalid, retold::kind};
use crate::{
    compose::render::clean,
    model::{
        language::Language,
        text::{text, words},
    },
};

/// Columns a table may have.
const MOST_COLUMNS: usize = 50;

/// The columns as they were asked for: one by one, or in a list.
pub(super) fn columns(asked: &[Value]) -> Vec<String> {
    let names = |value: &Value| match value.kind() {
        ValueKind::Seq => value.try_iter().map(Iterator::collect).unwrap_or_default(),
        _ => vec![value.clone()],
    };
    asked.iter().flat_map(names).map(|name| name.to_string()).collect()
}

/// Writes rows as a list: what the first column says, then the others by their names; of two
/// columns the second stands alone. `columns` picks and orders them.
pub(super) fn table(language: Language, rows: &Value, columns: &[String]) -> Result<String, Error> {
    let rows: Vec<Value> = match rows.kind() {
        ValueKind::Seq | ValueKind::Iterable => rows.try_iter()?.collect(),
        _ => {
            let kind = kind(rows);
            return Err(invalid(text!(
                "`table` needs a list of rows, this is {kind}",
                kind = kind
            )));
        }
    };
    let columns = match columns {
        [] => rows.first().map(names).unwrap_or_default(),
        chosen => chosen.to_vec(),
    };
    if columns.len() > MOST_COLUMNS {
        return Err(invalid(text!("a table has at most {most} columns", most = MOST_COLUMNS)));
    }
    let marks = Marks::of(language);
    let lines = rows.iter().map(|row| Ok(format!("- {}\n", line(row, &columns, marks)?)));
    let lines: String = lines.collect::<Result<_, Error>>()?;
    Ok(lines.trim_end().to_owned())
}

/// What stands between the cells of a line.
#[derive(Clone, Copy)]
struct Marks {
    colon: &'static str,
    comma: &'static str,
    space: &'static str,
}

impl Marks {
    fn of(language: Language) -> Self {
        match language {
            Language::Chinese => Self { colon: "：", comma: "，", space: " " },
            Language::English | Language::Indonesian | Language::Portuguese => {
                Self { colon: ": ", comma: ", ", space: " " }
            }
        }
    }
}

/// The names of a row's columns; none when it has none.
fn names(row: &Value) -> Vec<String> {
    let keys = (row.kind() == ValueKind::Map).then(|| row.try_iter().ok()).flatten();
    keys.map(|keys| keys.map(|key| key.to_string()).collect()).unwrap_or_default()
}

fn line(row: &Value, columns: &[String], marks: Marks) -> Result<String, Error> {
    let cells = match row.kind() {
        ValueKind::Map => cells(row, columns)?,
        ValueKind::Seq | ValueKind::Iterable => {
            row.try_iter()?.map(|cell| (String::new(), written(&cell))).collect()
        }
        _ => vec![(String::new(), written(row))],
    };
    let Some(((_, first), others)) = cells.split_first() else { return Ok(String::new()) };
    let rest: Vec<String> = match others {
        [(_, only)] => vec![only.clone()],
        others => others.iter().map(|(name, cell)| named(name, cell, marks)).collect(),
    };
    match rest.is_empty() {
        true => Ok(first.clone()),
        false => Ok(format!("{first}{}{}", marks.colon, rest.join(marks.comma))),
    }
}

fn named(name: &str, cell: &str, marks: Marks) -> String {
    if name.is_empty() { cell.to_owned() } else { format!("{name}{}{cell}", marks.space) }
}

/// A row's cells with their names, in the order of the columns.
fn cells(row: &Value, columns: &[String]) -> Result<Vec<(String, String)>, Error> {
    let cell = |name: &String| {
        let value = row.get_attr(name)?;
        if value.is_undefined() {
            let known = names(row);
            let help = suggestion(name, known.iter().map(String::as_str), words!("it has"));
            return Err(invalid(text!(
                "a row of the table has no `{name}` ({help})",
                name = name,
                help = help,
            )));
        }
        Ok((name.clone(), written(&value)))
    };
    columns.iter().map(cell).collect()
}

/// A cell on one line; what is empty is a dash.
fn written(cell: &Value) -> String {
    let text = if cell.is_none() { String::new() } else { clean(&cell.to_string()) };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "–".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::render::tests::render;

    #[test]
    fn tables_are_lists() {
        let table = |rows: &str| {
            let text = format!("{{{{ {rows} }}}}");
            render(Language::English, &text).unwrap_or_else(|wrong| wrong.message.to_string())
        };
        for (rows, expected) in [
            ("[{'a': 1, 'b': none, 'c': ' x\\n y '}] | table", "- 1: b –, c x y"),
            ("[{'a': 1}, {'a': ''}] | table", "- 1\n- –"),
            ("[[1, 2, 3], ['x', 'y']] | table", "- 1: 2, 3\n- x: y"),
            ("['x', 5] | table", "- x\n- 5"),
            ("[] | table", ""),
            ("[{'a': 1, 'b': 2}] | table('b', 'a')", "- 2: 1"),
            ("[{'a': 1, 'b': 2}] | table(['b', 'a'])", "- 2: 1"),
            (
                "[{'a': 1, 'b': 2}] | table('bb')",
                "a row of the table has no `bb` (did you mean `b`?)",
            ),
            ("5 | table", "`table` needs a list of rows, this is a number"),
        ] {
            assert_eq!(table(rows), expected, "{rows}");
        }
    }
}
