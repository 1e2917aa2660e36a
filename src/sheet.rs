//! Tables as spreadsheets and HR systems save them: the bytes of a CSV file become rows of cells,
//! each of which knows its place.
//!
//! What people have is read: UTF-8 with or without a byte-order mark, GB18030 (and with it GBK,
//! what Chinese Excel saves), UTF-16 with its mark; commas, semicolons or tabs between the cells;
//! quoted cells with separators, quotes and line breaks in them (RFC 4180). What a cell means is
//! for the reader of the table to say: here everything is text.

mod decode;
mod scan;

pub use decode::text;

use std::sync::Arc;

use crate::model::diagnostic::{Diagnostic, Place};

/// A table, header included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its file, as people know it.
    pub file: Arc<str>,
    /// Its text, decoded, lines ending in `\n`: what a diagnostic shows.
    pub text: String,
    /// Every row that has something in it, in order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet counts, from 1. A cell with a line break in it makes this differ from the
    /// line of the file.
    pub number: u32,
    /// Its cells. Cells at the end that the file leaves out are missing.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text, quotes undone, without white space around it.
    pub text: String,
    /// The line of the file it begins on, from 1.
    pub line: u32,
    /// The character of that line it begins with, from 1.
    pub column: u32,
    /// Its characters on that line; at least 1.
    pub length: u32,
}

/// How much of a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Rows that have something in them, header included.
    pub rows: usize,
    /// Cells of one row.
    pub columns: usize,
}

impl Row {
    /// A cell by its column, from 0; an empty text where the row is shorter.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.as_str())
    }
}

impl Sheet {
    /// The place of a cell by its row and column (from 0). A cell the file leaves out is where its
    /// row begins.
    #[must_use]
    pub fn place(&self, row: &Row, column: usize) -> Place {
        let first = row.cells.first();
        let (line, column, length) = match row.cells.get(column).or(first) {
            Some(cell) => (cell.line, cell.column, cell.length),
            None => (0, 0, 1),
        };
        Place { file: self.file.clone(), line, column, length }
    }
}

/// A cell's name as spreadsheets show it, `B3`; columns count from 0, rows from 1.
#[must_use]
pub fn name(column: usize, row: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        // 26 letters without a zero.
        rest -= 1;
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().map(|&letter| char::from(letter)).collect();
    format!("{letters}{row}")
}

/// Reads a table.
///
/// # Errors
/// Why it cannot be read: no text, more than the limits, a quote that never closes.
pub fn read(file: &str, bytes: &[u8], limits: Limits) -> Result<Sheet, Diagnostic> {
    let text = decode::decode(file, bytes, limits.bytes)?;
    let rows = scan::rows(&text, limits).map_err(|trouble| trouble.diagnostic(file))?;
    Ok(Sheet { file: file.into(), text, rows })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { bytes: 10_000, rows: 100, columns: 20 };

    fn texts(text: &str) -> Vec<Vec<String>> {
        let sheet = read("a.csv", text.as_bytes(), LIMITS).expect(text);
        let texts = |row: Row| row.cells.into_iter().map(|cell| cell.text).collect();
        sheet.rows.into_iter().map(texts).collect()
    }

    #[test]
    fn cells_are_told_apart_by_what_the_first_line_uses() {
        let expected = vec![vec!["姓名", "手机号"], vec!["张三", "138"]];
        for text in [
            "姓名,手机号\n张三,138\n",
            "姓名;手机号\r\n张三;138",
            "姓名\t手机号\r张三\t138\r",
            "\u{feff}\"姓名\",手机号\n\n,\n 张三 , 138\u{a0}\n",
            "sep=;\n姓名;手机号\n张三;138\n",
            "姓名,手机号\n张三,=\"138\"\n",
            "姓名,手机号\n张三,'138\n",
        ] {
            assert_eq!(texts(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quoted_cells_hold_anything() {
        let text = "a,b\n\"x, \"\"y\"\"\nz\",\"\"\n\"p\"q,5\"\n";
        let expected = [["a", "b"], ["x, \"y\"\nz", ""], ["pq", "5\""]];
        assert_eq!(texts(text), expected);
    }

    #[test]
    fn every_encoding_an_office_saves_is_read() {
        let text = "姓名,手机号\n张三,138\n";
        let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
        let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(order)).collect::<Vec<_>>()
        };
        let files = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            gb18030.into_owned(),
            utf16(u16::to_le_bytes, [0xFF, 0xFE]),
            utf16(u16::to_be_bytes, [0xFE, 0xFF]),
        ];
        for bytes in files {
            assert_eq!(read("a.csv", &bytes, LIMITS).expect("read").text, text, "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        let cases: [(&[u8], u32, u32, &str); 8] = [
            (b"PK\x03\x04rest of a workbook", 0, 0, "not-csv"),
            (b"\xD0\xCF\x11\xE0rest", 0, 0, "not-csv"),
            (b"a,b\n1,\xFF\n", 2, 3, "not-text"),
            (b"a,b\n1,\0\n", 2, 3, "not-text"),
            (b"", 0, 0, "empty-file"),
            (b"\n ,, \n", 0, 0, "empty-file"),
            (b"a,b\n1,\"2\n3,4\n", 2, 3, "unclosed-quote"),
            (b"a\n1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21\n", 2, 52, "too-much"),
        ];
        for (bytes, line, column, code) in cases {
            let found = read("a.csv", bytes, LIMITS).expect_err(code);
            let seen = (found.place.line, found.place.column, found.code);
            assert_eq!(seen, (line, column, code), "{}", found.message);
            assert!(found.help.is_some(), "{code} has no help");
        }
        let long = "a\n".repeat(101);
        assert_eq!(read("a.csv", long.as_bytes(), LIMITS).expect_err("rows").code, "too-much");
        let large = "a".repeat(10_001);
        let found = read("a.csv", large.as_bytes(), LIMITS).expect_err("bytes");
        assert_eq!(found.code, "file-too-large");
    }

    #[test]
    fn a_cell_knows_where_it_stands() {
        let text = "工号,姓名\n\n1,\"张\n三\"\n2, 李四\n";
        let sheet = read("a.csv", text.as_bytes(), LIMITS).expect("read");
        let at = |row: usize, column| {
            let place = sheet.place(&sheet.rows[row], column);
            (sheet.rows[row].number, place.line, place.column, place.length)
        };
        assert_eq!(at(0, 1), (1, 1, 4, 2));
        // The empty second row counts, as it does in a spreadsheet.
        assert_eq!(at(1, 1), (3, 3, 3, 1));
        assert_eq!(at(2, 1), (4, 5, 4, 2));
        assert_eq!(at(2, 7), (4, 5, 1, 1));
        assert_eq!(
            [name(0, 1), name(25, 2), name(26, 3), name(701, 4), name(702, 5)],
            ["A1", "Z2", "AA3", "ZZ4", "AAA5"]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a-z张,;\t\"\n]{0,6}", 1..5), 1..8)
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines: Vec<String> = table
                .iter()
                .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(","))
                .collect();
            let filled = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
            let expected: Vec<Vec<String>> = table
                .iter()
                .filter(filled)
                .map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect())
                .collect();
            match read("a.csv", lines.join("\r\n").as_bytes(), LIMITS) {
                Ok(sheet) => {
                    let seen: Vec<Vec<String>> = sheet
                        .rows
                        .iter()
                        .map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect())
                        .collect();
                    prop_assert_eq!(seen, expected);
                }
                Err(found) => prop_assert!(expected.is_empty(), "{}", found.message),
            }
        }

        #[test]
        fn any_bytes_end_in_a_table_or_a_diagnostic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read("a.csv", &bytes, LIMITS);
        }
    }
}
