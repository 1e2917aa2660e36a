//! What changed in a text, in one line: the headings it stands under, and the words themselves.
//!
//! 「三、年假：「年假为 5 天」→「年假为 10 天」；五、加班：新增「加班须提前申请」」

use std::hash::{Hash, Hasher};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::{compose::split::heading, model::language::Language};

/// Changes named; the others are counted.
const MOST_NAMED: usize = 4;

/// Characters shown of a line.
const MOST_SHOWN: usize = 40;

/// Characters shown before and after what changed within a line.
const AROUND: usize = 8;

/// Lines compared, between those that are the same at both ends; more than these were rewritten.
const MOST_LINES: usize = 3_000;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    /// The heading it stands under.
    under: Option<String>,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Added(String),
    Removed(String),
    Changed(String, String),
}

/// What changed from one text to another.
pub(super) fn of_update(language: Language, old: &str, new: &str) -> String {
    let words = words(language);
    let (old, new) = (lines(old), lines(new));
    let Some(changes) = changes(&old, &new) else { return words.rewritten.to_owned() };
    if changes.is_empty() {
        return words.layout.to_owned();
    }
    let mut said = String::new();
    let mut under: Option<&str> = None;
    for (at, change) in changes.iter().take(MOST_NAMED).enumerate() {
        if at > 0 {
            said.push_str(words.gap);
        }
        if let Some(heading) = change.under.as_deref()
            && under != Some(heading)
        {
            said.push_str(&short(heading, MOST_SHOWN));
            said.push_str(words.colon);
            under = Some(heading);
        }
        said.push_str(&match &change.what {
            What::Added(line) => words.quote(words.added, line),
            What::Removed(line) => words.quote(words.removed, line),
            What::Changed(old, new) => words.arrow(old, new),
        });
    }
    if changes.len() > MOST_NAMED {
        let more = (changes.len() - MOST_NAMED).to_string();
        said.push_str(&words.more.replace("{n}", &more));
    }
    said
}

/// The beginning of a text that is new.
pub(super) fn of_new(text: &str) -> String {
    let lines = lines(text);
    let first = lines.iter().find(|line| !line.is_heading && line.shown.chars().count() > 1);
    first.or(lines.first()).map(|line| short(&line.shown, 2 * MOST_SHOWN)).unwrap_or_default()
}

/// What is said of a file that has another name now.
pub(super) fn of_rename(language: Language, old: &str) -> String {
    words(language).renamed.replace("{old}", old)
}

/// What is said of a changed file without text.
pub(super) fn of_bytes(language: Language) -> String {
    words(language).bytes.to_owned()
}

/// A line that people read. Two are the same when they read the same.
#[derive(Clone, Debug)]
struct Line {
    /// Without Markdown's marks.
    shown: String,
    is_heading: bool,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown && self.is_heading == other.is_heading
    }
}

impl Eq for Line {}

impl Hash for Line {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.shown.hash(state);
    }
}

impl PartialOrd for Line {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Line {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.shown, self.is_heading).cmp(&(&other.shown, other.is_heading))
    }
}

/// The lines of a text that say something: no blank ones, no rules, no marks of Markdown, white
/// space as people see it.
fn lines(text: &str) -> Vec<Line> {
    let read = |line: &str| {
        let is_heading = heading(line);
        let bare = line.trim().trim_start_matches(['#', '>', '-', '*', '+', '|', ' ']);
        let bare = bare.trim_end_matches(['#', '|', ' ']);
        let shown = bare.replace("**", "").replace('`', "");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        shown.chars().any(char::is_alphanumeric).then_some(Line { shown, is_heading })
    };
    text.lines().filter_map(read).collect()
}

/// The changes in order; none when there are too many lines to compare.
fn changes(old: &[Line], new: &[Line]) -> Option<Vec<Change>> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (tail_old, tail_new) = (&old[before..], &new[before..]);
    let after =
        tail_old.iter().rev().zip(tail_new.iter().rev()).take_while(|(a, b)| a == b).count();
    let tail_old = &tail_old[..tail_old.len() - after];
    let tail_new = &tail_new[..tail_new.len() - after];
    if tail_old.len() > MOST_LINES || tail_new.len() > MOST_LINES {
        return None;
    }
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, tail_old, tail_new) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (old_range, new_range) = (op.old_range(), op.new_range());
        let above_old = &old[..before + old_range.start];
        let above_new = &new[..before + new_range.start];
        replace(&tail_old[old_range], &tail_new[new_range], above_old, above_new, &mut changes);
    }
    Some(changes)
}

/// The changes where some lines took the place of others.
fn replace(
    removed: &[Line],
    added: &[Line],
    above_old: &[Line],
    above_new: &[Line],
    changes: &mut Vec<Change>,
) {
    let mut under = last_heading(above_new);
    let mut gone = removed.iter().peekable();
    let mut left_out = Vec::new();
    for line in added {
        // What became this line is the next removed one that is like it.
        let like = gone
            .clone()
            .position(|old| old.is_heading == line.is_heading && alike(&old.shown, &line.shown));
        let what = match like {
            Some(skipped) => {
                left_out.extend(gone.by_ref().take(skipped));
                gone.next().map(|old| marked(&old.shown, &line.shown))
            }
            None => None,
        };
        let what = what.unwrap_or_else(|| What::Added(line.shown.clone()));
        changes.push(Change { under: under.clone().filter(|_| !line.is_heading), what });
        if line.is_heading {
            under = Some(line.shown.clone());
        }
    }
    left_out.extend(gone);
    let under = last_heading(above_old);
    changes.extend(left_out.into_iter().map(|line| Change {
        under: under.clone().filter(|_| !line.is_heading),
        what: What::Removed(line.shown.clone()),
    }));
}

fn last_heading(above: &[Line]) -> Option<String> {
    above.iter().rev().find(|line| line.is_heading).map(|line| line.shown.clone())
}

/// Whether one line may have become the other: a third of the longer is the same at both ends.
fn alike(old: &str, new: &str) -> bool {
    let (same, longer) = (same_ends(old, new), old.chars().count().max(new.chars().count()));
    (same.0 + same.1) * 3 >= longer
}

/// How many characters are the same at the beginning and at the end.
fn same_ends(old: &str, new: &str) -> (usize, usize) {
    let start = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let most = old.chars().count().min(new.chars().count()) - start;
    let ends = old.chars().rev().zip(new.chars().rev());
    (start, ends.take(most).take_while(|(a, b)| a == b).count())
}

/// Both lines around what differs.
fn marked(old: &str, new: &str) -> What {
    let (start, end) = same_ends(old, new);
    let cut = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() <= MOST_SHOWN {
            return text.to_owned();
        }
        let from = start.saturating_sub(AROUND);
        let to = (chars.len() - end + AROUND).min(chars.len());
        let middle: String = chars.get(from..to).unwrap_or_default().iter().collect();
        let middle = short(middle.trim(), MOST_SHOWN);
        let (before, after) =
            (if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" });
        format!("{before}{middle}{after}").replace("……", "…")
    };
    What::Changed(cut(old), cut(new))
}

fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// How a language says it.
struct Words {
    open: &'static str,
    close: &'static str,
    colon: &'static str,
    gap: &'static str,
    added: &'static str,
    removed: &'static str,
    more: &'static str,
    layout: &'static str,
    rewritten: &'static str,
    bytes: &'static str,
    renamed: &'static str,
}

impl Words {
    fn quote(&self, word: &str, line: &str) -> String {
        format!("{word}{}{}{}", self.open, short(line, MOST_SHOWN), self.close)
    }

    fn arrow(&self, old: &str, new: &str) -> String {
        format!("{} → {}", self.quote("", old), self.quote("", new))
    }
}

fn words(language: Language) -> Words {
    let quoted = Words {
        open: "“",
        close: "”",
        colon: ": ",
        gap: "; ",
        added: "new ",
        removed: "no longer ",
        more: "; and {n} more",
        layout: "only its layout changed",
        rewritten: "rewritten",
        bytes: "its content changed",
        renamed: "was called {old}",
    };
    match language {
        Language::English => quoted,
        Language::Chinese => Words {
            open: "「",
            close: "」",
            colon: "：",
            gap: "；",
            added: "新增",
            removed: "删除",
            more: "；另有 {n} 处",
            layout: "仅排版调整",
            rewritten: "全文改写",
            bytes: "内容有更新",
            renamed: "原名 {old}",
        },
        Language::Indonesian => Words {
            added: "baru ",
            removed: "dihapus ",
            more: "; dan {n} lainnya",
            layout: "hanya tata letak yang berubah",
            rewritten: "ditulis ulang",
            bytes: "isinya berubah",
            renamed: "sebelumnya bernama {old}",
            ..quoted
        },
        Language::Portuguese => Words {
            added: "novo ",
            removed: "removido ",
            more: "; e mais {n}",
            layout: "só a formatação mudou",
            rewritten: "reescrito",
            bytes: "o conteúdo mudou",
            renamed: "antes chamado {old}",
            ..quoted
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: &str = "# 考勤制度\n\n## 三、年假\n\n年假为 5 天，须提前一周申请。\n\n- 病假另计\n\n## 五、加班\n\n旧的规定。\n";

    #[test]
    fn an_update_names_headings_and_words() {
        let cases = [
            (
                OLD.replace("5 天", "10 天"),
                "三、年假：「年假为 5 天，须提前一周申请。」 → 「年假为 10 天，须提前一周申请。」",
            ),
            (OLD.replace("- 病假另计\n", "* **病假另计**   \n\n---\n"), "仅排版调整"),
            (OLD.replace("- 病假另计\n", ""), "三、年假：删除「病假另计」"),
            (
                format!("{OLD}\n## 六、远程办公\n\n每周一天。\n"),
                "新增「六、远程办公」；六、远程办公：新增「每周一天。」",
            ),
            (
                OLD.replace("旧的规定。", "加班须经批准。").replace("一周", "三天"),
                "三、年假：「年假为 5 天，须提前一周申请。」 → 「年假为 5 天，须提前三天申请。」；五、加班：新增「加班须经批准。」；删除「旧的规定。」",
            ),
        ];
        for (new, expected) in cases {
            assert_eq!(of_update(Language::Chinese, OLD, &new), expected);
        }
    }

    #[test]
    fn it_is_said_in_the_readers_language() {
        let new = OLD.replace("5 天", "10 天").replace("- 病假另计\n", "");
        for (language, word) in [
            (Language::English, "no longer “病假另计”"),
            (Language::Indonesian, "dihapus “病假另计”"),
            (Language::Portuguese, "removido “病假另计”"),
        ] {
            let said = of_update(language, OLD, &new);
            assert!(said.ends_with(word), "{said}");
        }
    }

    #[test]
    fn long_lines_show_what_differs() {
        let line = |n: u32| format!("{}第 {n} 条{}", "前".repeat(60), "后".repeat(60));
        assert_eq!(
            of_update(Language::Chinese, &line(5), &line(10)),
            "「…前前前前前前第 5 条后后后后后后…」 → 「…前前前前前前第 10 条后后后后后后…」"
        );
    }

    #[test]
    fn many_changes_are_counted_and_too_many_are_not_compared() {
        let text = |c: &str, n: u32| (0..n).map(|i| format!("{c}{i}\n")).collect::<String>();
        let said = of_update(Language::English, "", &text("line ", 10));
        assert!(said.ends_with("; and 6 more") && said.matches("new “").count() == 4, "{said}");
        let all = of_update(Language::English, &text("a", 4_000), &text("b", 4_000));
        assert_eq!(all, "rewritten");
    }

    #[test]
    fn a_new_text_shows_its_beginning() {
        assert_eq!(of_new("# 标题\n\n> 即日起执行。\n\n其余"), "即日起执行。");
        assert_eq!(of_new("# 标题"), "标题");
        assert_eq!(of_new("\n---\n"), "");
        assert_eq!(of_new(&"字".repeat(200)).chars().count(), 81);
    }

    proptest! {
        #[test]
        fn any_two_texts_have_a_short_summary(old in "([# a-c\n政]{0,8}\n){0,20}", new in "([# a-c\n政]{0,8}\n){0,20}") {
            let said = of_update(Language::Chinese, &old, &new);
            prop_assert!(!said.is_empty() && said.chars().count() < 600, "{said}");
            let same = of_update(Language::Chinese, &new, &new);
            prop_assert_eq!(same, "仅排版调整");
        }
    }
}
