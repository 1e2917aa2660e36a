//! CSV files and answers: rows by the names of the first line.

use std::sync::Arc;

use super::{DATA_LIMIT, Datum, datum::Keys};
use crate::{
    model::{
        diagnostic::{Diagnostic, nearest},
        text::text,
    },
    sheet::{self, Limits, Row, Sheet},
};

/// Rows and columns a file may have.
const LIMITS: Limits = Limits { bytes: DATA_LIMIT as usize, rows: 100_001, columns: 1_000 };
/// Digits a number may have; a float keeps as many.
const MOST_DIGITS: usize = 15;

/// Reads rows; the cells of the columns `text` stay text, others that are plain decimals become
/// numbers.
pub(super) fn read(file: &str, bytes: &[u8], text: &[String]) -> Result<Datum, Diagnostic> {
    let sheet = sheet::read(file, bytes, LIMITS)?;
    let Some((header, rows)) = sheet.rows.split_first() else { return Ok(Datum::list(Vec::new())) };
    let columns = Columns::new(&sheet, header, text)?;
    let rows = rows.iter().map(|row| columns.row(&sheet, row));
    Ok(Datum::list(rows.collect::<Result<_, _>>()?))
}

/// The columns of a file.
struct Columns {
    keys: Arc<Keys>,
    /// Which cell of a row each column is; columns without a name are left out.
    cells: Vec<usize>,
    /// Whether a column's cells stay text.
    text: Vec<bool>,
    /// Cells of the first row.
    width: usize,
}

impl Columns {
    fn new(sheet: &Sheet, header: &Row, text: &[String]) -> Result<Self, Diagnostic> {
        let mut cells = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for (at, cell) in header.cells.iter().enumerate() {
            let name = cell.text.as_str();
            if names.contains(&name) {
                let message = text!("two columns are called `{name}`", name = name);
                return Err(Diagnostic::error(sheet.place(header, at), "bad-csv", message)
                    .help(text!("give each column a name of its own")));
            }
            if !name.is_empty() {
                cells.push(at);
                names.push(name);
            }
        }
        if let Some(unknown) = text.iter().find(|column| !names.contains(&column.as_str())) {
            let message = text!("there is no column `{name}`, which `text` names", name = unknown);
            let help = match nearest(unknown, names.iter().copied()) {
                Some(near) => text!("did you mean `{word}`?", word = near),
                None => text!("the columns are: {names}", names = names.join(", ")),
            };
            let place = sheet.place(header, 0);
            return Err(Diagnostic::error(place, "unknown-column", message).help(help));
        }
        let text = names.iter().map(|name| text.iter().any(|column| column == name)).collect();
        let keys = Arc::new(Keys::new(names.into_iter().map(Arc::from).collect()));
        Ok(Self { keys, cells, text, width: header.cells.len() })
    }

    /// One row. One that was cut off, or holds a separator too many, must not shift its cells.
    fn row(&self, sheet: &Sheet, row: &Row) -> Result<Datum, Diagnostic> {
        let filled = row.cells.iter().rposition(|cell| !cell.text.is_empty());
        let filled = filled.map_or(0, |last| last + 1);
        let found = filled.max(row.cells.len().min(self.width));
        if found != self.width {
            let message = text!(
                "this row has {found} cells, the first row names {columns} columns",
                found = found,
                columns = self.width,
            );
            let help = text!(
                "was the file cut off? A cell that holds the separator stands in quotation marks"
            );
            return Err(Diagnostic::error(sheet.place(row, 0), "bad-csv", message).help(help));
        }
        let values = self.cells.iter().zip(&self.text).map(|(at, text)| {
            let cell = row.text(*at);
            let number = if *text { None } else { number(cell) };
            number.unwrap_or_else(|| Datum::from(cell))
        });
        Ok(Datum::row(&self.keys, values.collect()))
    }
}

/// A plain decimal: no leading zero, no plus sign, no exponent, at most 15 digits. Anything else,
/// such as `007` or `+1`, is a code that must not change.
fn number(cell: &str) -> Option<Datum> {
    let plain = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = plain.split_once('.').map_or((plain, None), |(w, p)| (w, Some(p)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || leading_zero || !part.is_none_or(digits) {
        return None;
    }
    if whole.len() + part.map_or(0, str::len) > MOST_DIGITS {
        return None;
    }
    match part {
        None => cell.parse().ok().map(Datum::Whole),
        Some(_) => cell.parse().ok().map(Datum::Decimal),
    }
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::*;

    fn shown(text: &str, columns: &[&str]) -> String {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        match read("a.csv", text.as_bytes(), &columns) {
            Ok(datum) => Value::from(&datum).to_string(),
            Err(found) => format!("{}: {}", found.place.line, found.message),
        }
    }

    #[test]
    fn rows_are_read_in_every_dialect() {
        let rows = "[{'name': '张三', 'qty': 5}, {'name': '李, 四', 'qty': -1.5}]";
        for text in [
            "name,qty\n张三,5\n\"李, 四\",-1.5\n",
            "name,qty\r\n张三,5\r\n\"李, 四\",-1.5",
            "name;qty\n张三;5\n李, 四;-1.5\n",
            "name\tqty\n张三\t5\n李, 四\t-1.5\n",
            "sep=;\nname;qty\n张三;5\n\"李, 四\";-1.5\n",
            "\n,\n name , \"qty\" \n 张三 ,5,,\n\n\"李, 四\" , -1.5 \n,\n\n",
        ] {
            assert_eq!(shown(text, &[]), rows, "{text}");
        }
        assert_eq!(shown("a,b\n\"x\n\"\"y\"\"\",\"\"\n", &[]), "[{'a': 'x\\n\"y\"', 'b': ''}]");
        assert_eq!(shown("a,,b\n1,note,2\n", &[]), "[{'a': 1, 'b': 2}]");
        assert_eq!(shown("a,b\n", &[]), "[]");
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        for (cell, expected) in [
            ("0", "0"),
            ("-7", "-7"),
            ("12.50", "12.5"),
            ("0.5", "0.5"),
            ("999999999999999", "999999999999999"),
            ("1000000000000000", "'1000000000000000'"),
            ("1.000000000000000", "'1.000000000000000'"),
            ("007", "'007'"),
            ("00.5", "'00.5'"),
            ("+1", "'+1'"),
            ("1e5", "'1e5'"),
            ("1.38E+10", "'1.38E+10'"),
            (".5", "'.5'"),
            ("5.", "'5.'"),
            ("-", "'-'"),
            ("--1", "'--1'"),
            ("1 000", "'1 000'"),
            ("１", "'１'"),
            ("NaN", "'NaN'"),
        ] {
            assert_eq!(shown(&format!("n\n{cell}\n"), &[]), format!("[{{'n': {expected}}}]"));
        }
        assert_eq!(shown("n,m\n5,5\n", &["n"]), "[{'n': '5', 'm': 5}]");
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused() {
        for (text, expected) in [
            ("a,b\n1,2\n3", "3: this row has 1 cells, the first row names 2 columns"),
            ("a,b\n\"x\ny\",2\n1,2,3\n", "4: this row has 3 cells, the first row names 2 columns"),
            ("a,a\n1,2\n", "1: two columns are called `a`"),
        ] {
            let found = shown(text, &[]);
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(shown("a,b\n", &["c"]), "1: there is no column `c`, which `text` names");
    }
}
