//! One entry of a zip archive, in bounds: as much of the format as Office files use.
//!
//! Fields and signatures: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (central
//! directory) and 4.3.16 (its end). No encryption, no zip64.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Entries looked at.
const MOST_ENTRIES: usize = 10_000;

/// The bytes of an entry, at most `limit`; none when there is no such entry, or it cannot be read.
pub(super) fn entry(archive: &[u8], name: &str, limit: usize) -> Option<Vec<u8>> {
    let end = end_of_directory(archive)?;
    let count = usize::from(u16_at(archive, end + 10)?).min(MOST_ENTRIES);
    let mut at = u32_at(archive, end + 16)?;
    for _ in 0..count {
        if archive.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let length = |field| u16_at(archive, at + field).map(usize::from);
        let (named, extra, comment) = (length(28)?, length(30)?, length(32)?);
        if archive.get(at + 46..at + 46 + named)? == name.as_bytes() {
            return read(archive, at, limit);
        }
        at = at.checked_add(46 + named + extra + comment)?;
    }
    None
}

/// Reads the entry whose line of the directory stands at `at`.
fn read(archive: &[u8], at: usize, limit: usize) -> Option<Vec<u8>> {
    const ENCRYPTED: u16 = 1;
    const STORED: u16 = 0;
    const DEFLATED: u16 = 8;
    if u16_at(archive, at + 8)? & ENCRYPTED != 0 {
        return None;
    }
    let packed = u32_at(archive, at + 20)?;
    let local = u32_at(archive, at + 42)?;
    if archive.get(local..local.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let named = usize::from(u16_at(archive, local + 26)?);
    let extra = usize::from(u16_at(archive, local + 28)?);
    let start = local.checked_add(30 + named + extra)?;
    let bytes = archive.get(start..start.checked_add(packed)?)?;
    match u16_at(archive, at + 10)? {
        STORED if bytes.len() <= limit => Some(bytes.to_vec()),
        DEFLATED => decompress_to_vec_with_limit(bytes, limit).ok(),
        _ => None,
    }
}

/// Where the end of the directory begins: the last of its signatures, behind which only a comment
/// may stand.
fn end_of_directory(archive: &[u8]) -> Option<usize> {
    const LENGTH: usize = 22;
    const LONGEST_COMMENT: usize = 65_535;
    let from = archive.len().saturating_sub(LENGTH + LONGEST_COMMENT);
    let tail = archive.get(from..)?;
    let at = tail.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    (tail.len() - at >= LENGTH).then_some(from + at)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An archive of one or more entries, deflated; checksums are not looked at.
    pub(in crate::compose::source) fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
        let long = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        for (name, text) in entries {
            let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6);
            let local = bytes.len();
            let sizes = [[0; 4], long(packed.len()), long(text.len())].concat();
            let shared =
                [&short(20)[..], &short(0), &short(8), &[0; 4], &sizes, &short(name.len())];
            let shared = shared.concat();
            bytes
                .extend([b"PK\x03\x04", &shared[..], &short(0), name.as_bytes(), &packed].concat());
            let place = [&short(0)[..], &short(0), &short(0), &short(0), &[0; 4], &long(local)];
            directory.extend(
                [b"PK\x01\x02", &short(20)[..], &shared, &place.concat(), name.as_bytes()].concat(),
            );
        }
        let (at, length, count) = (bytes.len(), directory.len(), short(entries.len()));
        bytes.extend(directory);
        let end = [&[0; 4][..], &count, &count, &long(length), &long(at), &short(0)].concat();
        bytes.extend([b"PK\x05\x06", &end[..]].concat());
        bytes
    }

    #[test]
    fn an_entry_is_found_and_unpacked() {
        let bytes = archive(&[("a/b.xml", "政策"), ("c", ""), ("d", &"x".repeat(5_000))]);
        assert_eq!(entry(&bytes, "a/b.xml", 100).as_deref(), Some("政策".as_bytes()));
        assert_eq!(entry(&bytes, "c", 100).as_deref(), Some(&b""[..]));
        assert_eq!(entry(&bytes, "d", 5_000).map(|found| found.len()), Some(5_000));
        assert_eq!(entry(&bytes, "d", 4_999), None, "over the limit");
        assert_eq!(entry(&bytes, "e", 100), None);
    }

    proptest! {
        #[test]
        fn damage_is_no_entry_and_no_panic(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
            let mut bytes = archive(&[("a", "hello hello hello"), ("b", "x")]);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(cut.index(bytes.len() + 1));
            let _ = entry(&bytes, "a", 100);
            let _ = entry(&bytes, "b", 100);
        }
    }
}
