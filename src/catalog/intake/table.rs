//! A table with a row for each day or span: what kind of day, when, and which holiday.

use super::{Form, Intake};
use crate::{
    catalog::{
        day_list::{self, Days},
        imported::Import,
    },
    model::{diagnostic::Diagnostic, text::text},
    sheet::{self, Limits, Row, Sheet},
};

const LIMITS: Limits = Limits { bytes: 4 * 1024 * 1024, rows: 20_000, columns: 50 };

const KIND: [&str; 5] = ["kind", "type", "类型", "类别", "种类"];
const DATE: [&str; 4] = ["date", "dates", "日期", "时间"];
const NAME: [&str; 6] = ["name", "holiday", "名称", "节日", "节假日", "说明"];

const OFF: [&str; 12] = [
    "off",
    "holiday",
    "day off",
    "rest",
    "休",
    "休息",
    "放假",
    "休息日",
    "节假日",
    "假期",
    "libur",
    "folga",
];
const WORK: [&str; 11] = [
    "work",
    "workday",
    "make-up",
    "make-up workday",
    "班",
    "上班",
    "补班",
    "调休上班",
    "工作日",
    "kerja",
    "trabalho",
];

/// Whether a text begins like such a table: a header, or a row.
pub(super) fn looks_like(text: &str) -> bool {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let cells: Vec<String> = line
        .split([',', ';', '\t'])
        .map(|cell| cell.trim().trim_matches('"').trim_start_matches('\u{feff}').to_lowercase())
        .collect();
    let known = |words: &[&str]| cells.iter().any(|cell| words.contains(&cell.as_str()));
    cells.len() > 1 && (known(&KIND) && known(&DATE) || known(&OFF) || known(&WORK))
}

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Intake, Vec<Diagnostic>> {
    let sheet = sheet::read(name, bytes, LIMITS).map_err(|error| vec![error])?;
    let columns = Columns::of(&sheet);
    let mut found = Vec::new();
    let mut days = Days::default();
    for row in sheet.rows.iter().skip(usize::from(columns.header)) {
        match entry(&sheet, row, &columns) {
            Ok((span, off)) => {
                if let Err(wrong) = days.add(span, off, Some(row.text(columns.name))) {
                    let place = sheet.place(row, columns.date);
                    found.push(Diagnostic::error(place, "import-table", wrong));
                }
            }
            Err(wrong) => found.push(*wrong),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let days = days.list();
    let import = Import { from: name.to_owned(), years: None, notice: false, days };
    Ok(Intake { form: Form::Table, import, found })
}

/// Where what stands, by the header; without one in the order kind, date, name.
struct Columns {
    header: bool,
    kind: usize,
    date: usize,
    name: usize,
}

impl Columns {
    fn of(sheet: &Sheet) -> Self {
        let first = sheet.rows.first();
        let find = |words: &[&str]| {
            let cells = first.map(|row| row.cells.as_slice()).unwrap_or_default();
            cells.iter().position(|cell| words.contains(&cell.text.to_lowercase().as_str()))
        };
        match (find(&KIND), find(&DATE)) {
            (Some(kind), Some(date)) => {
                // A header that calls no column a name has none.
                let name = find(&NAME).unwrap_or(usize::MAX);
                Self { header: true, kind, date, name }
            }
            _ => Self { header: false, kind: 0, date: 1, name: 2 },
        }
    }
}

type Entry = ((jiff::civil::Date, jiff::civil::Date), bool);

fn entry(sheet: &Sheet, row: &Row, columns: &Columns) -> Result<Entry, Box<Diagnostic>> {
    let wrong = |column, message, help| {
        let place = sheet.place(row, column);
        Box::new(Diagnostic::error(place, "import-table", message).help(help))
    };
    let kind = row.text(columns.kind).to_lowercase();
    let off = match kind.as_str() {
        kind if OFF.contains(&kind) => true,
        kind if WORK.contains(&kind) => false,
        _ => {
            let message = text!("`{kind}` is no kind of day", kind = &kind);
            return Err(wrong(columns.kind, message, text!("write off or work, 休 or 班")));
        }
    };
    let date = row.text(columns.date);
    let span = day_list::span(date).ok_or_else(|| {
        let message = text!("`{date}` is no date, and no span of dates", date = date);
        wrong(columns.date, message, text!("write 2027-10-01, or 2027-10-01..2027-10-07"))
    })?;
    Ok((span, off))
}
