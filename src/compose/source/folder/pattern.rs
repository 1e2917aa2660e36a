//! Which files of a folder count: `*.md`, `2026/**/*.docx`, `合同-??.docx`.
//!
//! `*` stands for anything within one name, `**` for any folders, `?` for one character, `{a,b}`
//! for one of several. A pattern without `/` is about the name, at any depth. Letters count the
//! same in either case, as `.DOCX` and `.docx` are one to people.

/// Alternatives a pattern may stand for.
const MOST_ALTERNATIVES: usize = 100;

/// Whether a path inside the folder fits a pattern.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.trim_start_matches("./").to_lowercase(), path.to_lowercase());
    let (pattern, whole) = match pattern.strip_prefix('/') {
        Some(rooted) => (rooted, true),
        None => (pattern.as_str(), pattern.contains('/')),
    };
    let text = if whole { path.as_str() } else { path.rsplit('/').next().unwrap_or_default() };
    let text: Vec<char> = text.chars().collect();
    let mut alternatives = vec![String::new()];
    expand(pattern, &mut alternatives);
    alternatives.iter().any(|one| matches(&one.chars().collect::<Vec<_>>(), &text))
}

/// Appends a pattern to each alternative, its braces spelled out.
fn expand(pattern: &str, alternatives: &mut Vec<String>) {
    let mut rest = pattern;
    while let Some((before, inside, after)) = braces(rest) {
        let mut spelled = Vec::new();
        for one in alternatives.iter() {
            spelled.extend(inside.split(',').map(|choice| format!("{one}{before}{choice}")));
        }
        spelled.truncate(MOST_ALTERNATIVES);
        *alternatives = spelled;
        rest = after;
    }
    alternatives.iter_mut().for_each(|one| one.push_str(rest));
}

/// The first `{…}` of a pattern, with what stands before and after it.
fn braces(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = pattern.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    Some((before, inside, after))
}

/// Whether a text fits; `*` and `**` are tried by stepping back to the last of them, so the work
/// is at most length times length.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on when a star has to take one more character.
    let mut star: Option<(usize, usize)> = None;
    let mut stars: Option<(usize, usize)> = None;
    loop {
        let rest = pattern.get(p..).unwrap_or_default();
        let here = text.get(t).copied();
        match (rest, here) {
            (['*', '*', '/', ..], _) => {
                stars = Some((p, t));
                star = None;
                p += 3;
                continue;
            }
            (['*', '*'], _) => return true,
            (['*', ..], _) => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            ([], None) => return true,
            (['?', ..], Some(c)) if c != '/' => {
                p += 1;
                t += 1;
                continue;
            }
            ([wanted, ..], Some(c)) if *wanted == c => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        if let Some((at, taken)) = star
            && text.get(taken).is_some_and(|c| *c != '/')
        {
            star = Some((at, taken + 1));
            (p, t) = (at + 1, taken + 1);
        } else if let Some((at, taken)) = stars
            && let Some(slash) = text.get(taken..).and_then(|r| r.iter().position(|c| *c == '/'))
        {
            let next = taken + slash + 1;
            stars = Some((at, next));
            star = None;
            (p, t) = (at + 3, next);
        } else {
            return false;
        }
    }
}

/// Whether a name is an editor's or a system's own: never what people mean by a file.
pub(super) fn is_own(name: &str) -> bool {
    const BEGINNINGS: [&str; 5] = [".", "~$", "~", "#", "@eaDir"];
    const ENDINGS: [&str; 10] =
        ["~", ".tmp", ".temp", ".swp", ".swx", ".part", ".partial", ".crdownload", ".lock", ".bak"];
    const NAMES: [&str; 6] = [
        "thumbs.db",
        "desktop.ini",
        "4913",
        "__macosx",
        "$recycle.bin",
        "system volume information",
    ];
    let lower = name.to_lowercase();
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || NAMES.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_people_expect() {
        for (pattern, path, expected) in [
            ("*.md", "a.md", true),
            ("*.md", "2026/1/a.MD", true),
            ("*.md", "a.md.txt", false),
            ("*.{md,docx}", "x/a.docx", true),
            ("*.{md,docx}", "a.doc", false),
            ("合同-??.docx", "合同-01.docx", true),
            ("合同-??.docx", "合同-1.docx", false),
            ("2026/*.md", "2026/a.md", true),
            ("2026/*.md", "2026/1/a.md", false),
            ("2026/*.md", "x/2026/a.md", false),
            ("2026/**/*.md", "2026/a.md", true),
            ("2026/**/*.md", "2026/1/2/a.md", true),
            ("2026/**", "2026/1/2/a.md", true),
            ("**/hr/*.md", "a/hr/b.md", true),
            ("**/hr/*.md", "hr/b.md", true),
            ("**/hr/*.md", "a/xhr/b.md", false),
            ("/a.md", "a.md", true),
            ("/a.md", "x/a.md", false),
            ("./a/*", "a/b", true),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*a*b*c", "xxaxxcxxb", false),
            ("**/a*/b", "x/ab/c/a/b", true),
            ("*", "a/b/c", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let stars = "*a".repeat(200);
        assert!(!fits(&stars, &"a".repeat(199)));
        assert!(!fits(&"**/a".repeat(100), &"a/".repeat(90)));
        assert!(!fits(&"{a,b}".repeat(100), &"b".repeat(99)));
    }

    #[test]
    fn what_editors_leave_behind_is_no_file() {
        for name in [
            "~$政策.docx",
            ".DS_Store",
            "a.md~",
            ".a.md.swp",
            "4913",
            "Thumbs.db",
            "~WRD0001.tmp",
            ".~lock.a.odt#",
            "#a.md#",
            ".git",
            "a.docx.crdownload",
            ".goutputstream-X1",
        ] {
            assert!(is_own(name), "{name}");
        }
        for name in ["政策.docx", "a.md", "a~b.md", "tmp.md", "4913.md"] {
            assert!(!is_own(name), "{name}");
        }
    }
}
