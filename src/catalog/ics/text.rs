//! Bytes to lines: whatever the encoding, whatever ends a line, wherever a line was folded.
//!
//! A long line is folded by a line break and a space, counted in bytes: the break may stand inside
//! a character, so lines are joined before they are decoded.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A line as it was before it was folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the file; from 1.
    pub(super) number: u32,
    /// Without its line break.
    pub(super) text: String,
}

/// The lines of a file, blank ones left out.
pub(super) fn lines(bytes: &[u8]) -> Vec<Line> {
    let wide = wide(bytes);
    let bytes = wide.as_ref().map_or(bytes, |text| text.as_bytes());
    let joined = unfold(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let encoding = encoding(&joined);
    let line = |(number, bytes): (u32, Vec<u8>)| Line { number, text: encoding.decode(&bytes) };
    joined.into_iter().map(line).collect()
}

/// A text that is not folded, its line breaks as `\n`.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = wide(bytes).unwrap_or_else(|| {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let lines: Vec<(u32, Vec<u8>)> =
            bytes.split(|byte| *byte == b'\n').map(|line| (0, line.to_vec())).collect();
        encoding(&lines).decode(bytes)
    });
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The lines as a file in UTF-8.
pub(super) fn join(lines: &[Line]) -> String {
    lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
}

/// The text of a file in UTF-16; with a byte-order mark, or as the zeros of its Latin letters show.
fn wide(bytes: &[u8]) -> Option<String> {
    let encoding = match bytes {
        [0xFF, 0xFE, ..] | [b'B' | b'b', 0, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] | [0, b'B' | b'b', ..] => UTF_16BE,
        _ => return None,
    };
    Some(encoding.decode(bytes).0.into_owned())
}

/// Splits at CR LF, LF and CR, and joins what was folded.
fn unfold(bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut lines: Vec<(u32, Vec<u8>)> = Vec::new();
    let (mut number, mut rest) = (0, bytes);
    while !rest.is_empty() {
        number += 1;
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = after.strip_prefix(b"\r\n").unwrap_or_else(|| after.get(1..).unwrap_or_default());
        match (line, lines.last_mut()) {
            ([], _) => {}
            ([b' ' | b'\t', more @ ..], Some((_, last))) => last.extend_from_slice(more),
            _ => lines.push((number, line.to_vec())),
        }
    }
    lines
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Gb18030,
    Western,
}

impl Encoding {
    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Gb18030 => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Western => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

/// UTF-8 unless more of the file's lines contradict it than fit it; else Chinese or Western.
fn encoding(lines: &[(u32, Vec<u8>)]) -> Encoding {
    let special = lines.iter().map(|(_, bytes)| bytes).filter(|bytes| !bytes.is_ascii());
    let (fit, other): (Vec<_>, Vec<_>) =
        special.partition(|bytes| std::str::from_utf8(bytes).is_ok());
    if other.len() <= fit.len() {
        return Encoding::Utf8;
    }
    let (chinese, western) = other.into_iter().map(|bytes| evidence(bytes)).fold(
        (0, 0),
        |(chinese, western), (more_chinese, more_western)| {
            (chinese + more_chinese, western + more_western)
        },
    );
    if chinese >= western { Encoding::Gb18030 } else { Encoding::Western }
}

/// What speaks for Chinese in a line, and what for a Western language: a Chinese character is two
/// bytes, most often among others; an accented letter stands alone or in pairs among plain ones.
fn evidence(bytes: &[u8]) -> (usize, usize) {
    let (mut chinese, mut western) = (0, 0);
    let runs = bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).collect::<Vec<_>>();
    for (at, run) in runs.iter().enumerate().filter(|(_, run)| !run.is_ascii()) {
        let before = at.checked_sub(1).and_then(|at| runs.get(at)?.last());
        let after = runs.get(at + 1).and_then(|run| run.first());
        let in_word = before.into_iter().chain(after).any(u8::is_ascii_alphabetic);
        if run.len() % 2 == 1 || run.len() == 2 && in_word {
            western += 1;
        } else {
            chinese += run.len() / 2;
        }
    }
    (chinese, western)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u32, String)> {
        lines(bytes).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn lines_end_and_are_folded_in_every_way() {
        let expected = vec![(1, "A:1".to_owned()), (3, "B:22".to_owned()), (5, "C:3".to_owned())];
        for file in
            ["A:1\r\n\r\nB:2\r\n 2\r\nC:3", "A:1\n\nB:2\n\t2\nC:3\n", "A:1\r\rB:2\r 2\rC:3\r"]
        {
            assert_eq!(texts(file.as_bytes()), expected, "{file:?}");
        }
        assert_eq!(texts(b"\xEF\xBB\xBFA:1"), [(1, "A:1".to_owned())]);
        assert_eq!(texts(b" A:1"), [(1, " A:1".to_owned())]);
        assert_eq!(texts(b"\r\n\r\n"), []);
    }

    #[test]
    fn a_fold_inside_a_character_is_mended() {
        let file = "SUMMARY:国庆".as_bytes();
        for at in 1..file.len() {
            let folded = [&file[..at], b"\r\n ", &file[at..]].concat();
            assert_eq!(texts(&folded), [(1, "SUMMARY:国庆".to_owned())], "{at}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let chinese = "BEGIN:VCALENDAR\nSUMMARY:元旦（休）\nSUMMARY:国庆节 补班\n";
        let western =
            "BEGIN:VCALENDAR\nSUMMARY:Confraternização Universal\nSUMMARY:Nossa Senhora\n";
        let utf16: Vec<u8> = chinese.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked =
            [b"\xFE\xFF".to_vec(), chinese.encode_utf16().flat_map(u16::to_be_bytes).collect()];
        for (file, text) in [
            (chinese.as_bytes().to_vec(), chinese),
            (GB18030.encode(chinese).0.into_owned(), chinese),
            (WINDOWS_1252.encode(western).0.into_owned(), western),
            (western.as_bytes().to_vec(), western),
            (utf16, chinese),
            (marked.concat(), chinese),
        ] {
            assert_eq!(join(&lines(&file)), text);
        }
    }

    #[test]
    fn a_damaged_line_does_not_change_the_encoding_of_the_others() {
        let file = [b"A:\xE5\x9B\n".as_slice(), "B:国庆\n".as_bytes()].concat();
        assert_eq!(texts(&file)[1].1, "B:国庆");
    }
}
