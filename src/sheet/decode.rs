//! Bytes to text, in the encodings offices save.

use crate::model::{
    diagnostic::{Diagnostic, Place},
    text::text,
};

/// Decodes a table. Line breaks become `\n`, a byte-order mark goes.
pub(super) fn decode(file: &str, bytes: &[u8], max_bytes: usize) -> Result<String, Diagnostic> {
    let whole = Place { file: file.into(), line: 0, column: 0, length: 1 };
    if bytes.len() > max_bytes {
        let message = text!(
            "the file has {size} KiB; at most {most} KiB are read",
            size = bytes.len().div_ceil(1024),
            most = max_bytes / 1024,
        );
        return Err(Diagnostic::error(whole, "file-too-large", message)
            .help(text!("keep the columns and rows that are needed")));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let message = text!("this is an Excel workbook, not a CSV file");
        return Err(Diagnostic::error(whole, "not-csv", message)
            .help(text!("open it in Excel and save it as CSV UTF-8 (Save As)")));
    }
    let text = text(bytes).map_err(|valid| {
        let place = place_of(file, &String::from_utf8_lossy(&bytes[..valid]));
        let message = text!("these bytes are neither UTF-8 nor GB18030 text");
        Diagnostic::error(place, "not-text", message)
            .help(text!("save the file again as CSV UTF-8"))
    })?;
    if let Some(at) = text.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        let place = place_of(file, &text[..at]);
        return Err(Diagnostic::error(place, "not-text", text!("a control character stands here"))
            .help(text!("delete it, or save the file again as CSV UTF-8")));
    }
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text })
}

/// The text of bytes in UTF-8, with or without a byte-order mark, in GB18030, or in UTF-16 with its
/// mark.
///
/// # Errors
/// How many bytes of UTF-8 there were before it ended.
pub fn text(bytes: &[u8]) -> Result<String, usize> {
    let bytes = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        [0xFF, 0xFE, rest @ ..] => return strict(encoding_rs::UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => return strict(encoding_rs::UTF_16BE, rest),
        all => all,
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => strict(encoding_rs::GB18030, bytes).map_err(|_| error.valid_up_to()),
    }
}

fn strict(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, usize> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or(0)
}

/// The place behind a text.
fn place_of(file: &str, before: &str) -> Place {
    let before = before.replace("\r\n", "\n").replace('\r', "\n");
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    Place {
        file: file.into(),
        line: count(before.matches('\n').count() + 1),
        column: count(column + 1),
        length: 1,
    }
}
