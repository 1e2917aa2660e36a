//! Bytes to text: UTF-8 and nothing else, every other encoding named with the way out.

use crate::model::{
    diagnostic::{Diagnostic, Place},
    text::{Words, text, words},
};

/// Decodes a file people write. Line breaks become `\n`, a byte-order mark goes.
pub(super) fn decode(file: &str, bytes: &[u8], max_bytes: usize) -> Result<String, Diagnostic> {
    let whole = || Place { file: file.into(), line: 0, column: 0, length: 1 };
    if bytes.len() > max_bytes {
        let message = text!(
            "the file has {size} KiB; at most {most} KiB are read",
            size = bytes.len().div_ceil(1024),
            most = max_bytes / 1024,
        );
        return Err(Diagnostic::error(whole(), "file-too-large", message)
            .help(text!("split it into several files")));
    }
    if let Some(kind) = foreign(bytes) {
        return Err(Diagnostic::error(
            whole(),
            "not-utf8",
            text!("the file is {kind}", kind = kind),
        )
        .help(text!("save it as plain text in UTF-8")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = place_of(file, bytes, error.valid_up_to());
        let (_, _, garbled) = encoding_rs::GBK.decode(bytes);
        let message = if garbled {
            text!("these bytes are not UTF-8 text")
        } else {
            text!("the file is not UTF-8; it seems to be in GBK, the encoding of Chinese Windows")
        };
        Diagnostic::error(place, "not-utf8", message).help(text!(
            "save the file as UTF-8 (Notepad: Save As, Encoding: UTF-8; 另存为，编码选 UTF-8)"
        ))
    })?;
    if let Some((offset, c)) = text.char_indices().find(|&(_, c)| unprintable(c)) {
        let message = text!(
            "the control character U+{code} does not belong in text",
            code = format!("{:04X}", c as u32),
        );
        return Err(Diagnostic::error(place_of(file, bytes, offset), "control-character", message)
            .help(text!("delete it; retype the line if it cannot be seen")));
    }
    Ok(if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    })
}

/// What the file is when it is no text of eight-bit units at all.
fn foreign(bytes: &[u8]) -> Option<Words> {
    let head = &bytes[..bytes.len().min(64)];
    let zeros = head.iter().filter(|&&byte| byte == 0).count();
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || zeros * 4 > head.len() {
        Some(words!("in UTF-16 (\"Unicode\" in Notepad)"))
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        Some(words!("a Word, Excel or zip file, not text"))
    } else {
        None
    }
}

/// Control characters no YAML file may hold (YAML 1.2, section 5.1), line breaks and tabs aside.
fn unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}')
}

/// The place of a byte, all before it being UTF-8.
fn place_of(file: &str, bytes: &[u8], offset: usize) -> Place {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let before = before.replace("\r\n", "\n").replace('\r', "\n");
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    Place {
        file: file.into(),
        line: super::count(before.matches('\n').count() + 1),
        column: super::count(column + 1),
        length: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, (u32, u32, &'static str)> {
        decode("a.yaml", bytes, 1024).map_err(|d| (d.place.line, d.place.column, d.code))
    }

    #[test]
    fn line_breaks_and_the_byte_order_mark_go() {
        assert_eq!(
            read("\u{feff}a: 1\r\nb: 2\rc: 3\n".as_bytes()),
            Ok("a: 1\nb: 2\nc: 3\n".into())
        );
    }

    #[test]
    fn other_encodings_are_named() {
        let (gbk, _, _) = encoding_rs::GBK.encode("a: 1\nb: 政策更新提醒\n");
        assert_eq!(read(&gbk), Err((2, 4, "not-utf8")));
        assert!(decode("a", &gbk, 1024).is_err_and(|d| d.message.to_string().contains("GBK")));
        assert_eq!(read(b"\xFF\xFEa\0:\0"), Err((0, 0, "not-utf8")));
        assert_eq!(read(b"a\0:\0 \x001\0"), Err((0, 0, "not-utf8")));
        assert_eq!(read(b"PK\x03\x04abcdefgh"), Err((0, 0, "not-utf8")));
        assert_eq!(read(b"abc\xFF"), Err((1, 4, "not-utf8")));
    }

    #[test]
    fn control_characters_and_size_are_bounded() {
        assert_eq!(read(b"abcdefgh\nab\0"), Err((2, 3, "control-character")));
        assert_eq!(read(&[b'a'; 1025]), Err((0, 0, "file-too-large")));
    }
}
