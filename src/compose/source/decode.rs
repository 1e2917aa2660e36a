//! Bytes to text, as spreadsheets and exports write it.

use super::Flaw;
use crate::{model::text::text, sheet};

/// The text of bytes in UTF-8, GB18030 or UTF-16.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Flaw> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let message = text!("this is a document or a zip file, not text");
        return Err(Flaw::new("not-text", 0, message, text!("name a text file")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = sheet::text(bytes).map_err(|valid| {
        let before = bytes.get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = text!("these bytes are no text in UTF-8 or GB18030");
        Flaw::new("not-text", line, message, text!("save the file as UTF-8, or write it again"))
    })?;
    match text.find('\0') {
        None => Ok(text),
        Some(_) => {
            let help = text!("save it as text in UTF-8");
            Err(Flaw::new("not-text", 0, text!("this is no text"), help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_spreadsheets_are_read() {
        let text = "姓名,工号\n张三,007\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let utf16: Vec<u8> =
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &gb, &marked, &utf16] {
            assert_eq!(decode(bytes).as_deref(), Ok(text), "{bytes:?}");
        }
        // Beyond GBK: the first ideograph of plane 2.
        assert_eq!(decode(b"\x95\x32\x82\x36").as_deref(), Ok("\u{20000}"));
    }

    #[test]
    fn what_is_no_text_is_said() {
        for (bytes, line) in [
            (&b"PK\x03\x04rest"[..], 0),
            (b"a\0b", 0),
            (b"ok\n\xFF\xFF\xFF", 2),
            (b"\xEF\xBB\xBFa\n\nb\xFF", 3),
        ] {
            let flaw = decode(bytes).unwrap_err();
            assert_eq!((flaw.code, flaw.line), ("not-text", line), "{bytes:?}");
        }
    }
}
