//! What an event's words say: a day off, a make-up workday, or neither; and which holiday.
//!
//! The marks are those of real files: `元旦（休）` and `春节（班）` (Apple, Google), `上班(补元旦假期)`
//! (holiday-cn), `国庆节 放假` and `国庆节 补班` (Outlook), Apple's `X-APPLE-SPECIAL-DAY`, and Google's
//! descriptions, where days that are no public holiday carry a hint how to hide them.

use jiff::civil::{Date, Weekday};

use super::component::Component;

/// What kind of days an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Marked as off, in a file that marks its days off: those without a mark are none.
    Off,
    /// Called a holiday.
    Holiday,
    /// A make-up workday.
    Work,
    /// `调休`: off, or worked on a weekend day.
    Swap,
    /// Said not to be off: an observance, half a day.
    NotOff,
    /// Nothing is said.
    None,
}

impl Mark {
    /// What it means for one day of an event: off or worked.
    pub(super) fn is_off(self, date: Date, alone: bool) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self {
            Self::Work => false,
            Self::Swap => !(alone && weekend),
            _ => true,
        }
    }
}

const BRACKETS: [(char, char); 6] =
    [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】'), ('〔', '〕'), ('「', '」')];

/// Words that make a day worked, wherever they stand.
const WORK: [&str; 15] = [
    "补班",
    "補班",
    "补上班",
    "補上班",
    "調整上班",
    "调班",
    "上班",
    "工作日",
    "make-up workday",
    "make-up work day",
    "makeup workday",
    "make-up day",
    "working day",
    "workday",
    "work day",
];

/// Words that hold one of [`WORK`] and mean the opposite.
const NO_WORK: [&str; 9] = [
    "不上班",
    "无需上班",
    "不用上班",
    "非工作日",
    "non-working",
    "non working",
    "nonworking",
    "no working day",
    "non-workday",
];

/// Words that make a day off.
const OFF: [&str; 4] = ["放假", "放假日", "公休", "休假"];

/// Words that call a day a holiday.
const HOLIDAY: [&str; 3] = ["假期", "法定节假日", "法定假日"];

/// Words, in the name or the description, of days that are no days off.
const NOT_OFF: [&str; 9] = [
    "not a public holiday",
    "not a holiday",
    "observance only",
    "half-day",
    "half day",
    "半天",
    "半日",
    "meio expediente",
    "ponto facultativo até",
];

/// What an event's words say, and the holiday's name.
pub(super) fn read(event: &Component) -> (Mark, String) {
    let summary = event.text("SUMMARY");
    let special = event.text("X-APPLE-SPECIAL-DAY").to_ascii_uppercase();
    let mark = match special.as_str() {
        "WORK-HOLIDAY" => Mark::Off,
        "ALTERNATE-WORKDAY" => Mark::Work,
        _ => match described(&event.text("DESCRIPTION")) {
            Some(mark) => mark,
            None => of_summary(&summary),
        },
    };
    (mark, name(&summary))
}

/// Google writes what kind of day it is into the description; in every language the note on days
/// that are no public holiday goes on with how to hide them in Google's calendar.
fn described(text: &str) -> Option<Mark> {
    let lower = text.to_lowercase();
    let observance =
        lower.starts_with("observance") || lower.contains("google") && lower.contains('\n');
    let half = NOT_OFF.iter().any(|words| lower.contains(words));
    (observance || half).then_some(Mark::NotOff)
}

fn of_summary(summary: &str) -> Mark {
    let lower = summary.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&NOT_OFF) {
        return Mark::NotOff;
    }
    let tags = tags(&lower);
    let tag = |words: &[&str]| tags.iter().any(|tag| words.contains(&tag.as_str()));
    if has(&NO_WORK) || tag(&["休", "假"]) || has(&OFF) && !has(&["补班", "補班"]) {
        return Mark::Off;
    }
    if has(&WORK) || tag(&["班", "補"]) {
        return Mark::Work;
    }
    if has(&["调休", "調休"]) {
        return Mark::Swap;
    }
    if has(&HOLIDAY) { Mark::Holiday } else { Mark::None }
}

/// What stands in brackets, or alone at the start or the end.
fn tags(summary: &str) -> Vec<String> {
    let inside = BRACKETS.iter().filter_map(|(open, close)| {
        let (_, rest) = summary.split_once(*open)?;
        Some(rest.split_once(*close)?.0.trim().to_owned())
    });
    let mut words = summary.split([' ', '\u{3000}', ':', '：', '·', '-', '_', '|']);
    let ends = [words.next(), words.next_back()].into_iter().flatten().map(str::to_owned);
    inside.chain(ends).collect()
}

/// The holiday without the marks: `国庆节` of `国庆节 放假`, `元旦` of `上班(补元旦假期)`.
fn name(summary: &str) -> String {
    const MARKS: [&str; 20] = [
        "调休上班",
        "補行上班",
        "调休放假",
        "补上班",
        "補上班",
        "补班",
        "補班",
        "上班",
        "调班",
        "放假",
        "假期",
        "调休",
        "調休",
        "公休",
        "工作日",
        "休",
        "班",
        "假",
        "补",
        "補",
    ];
    let mut plain = summary.to_owned();
    for (open, close) in BRACKETS {
        let Some((before, rest)) = plain.split_once(open) else { continue };
        let Some((inside, after)) = rest.split_once(close) else { continue };
        let outer = format!("{before}{after}");
        // `上班(补元旦假期)`: the holiday stands inside.
        plain = if stripped(&outer, &MARKS).is_empty() {
            inside.to_owned()
        } else if stripped(inside, &MARKS).is_empty() {
            outer
        } else {
            continue;
        };
    }
    let name = stripped(&plain, &MARKS);
    if name.is_empty() { summary.trim().to_owned() } else { name }
}

/// A text without marks at its start and end. A single character is a mark only where it stands
/// apart: `休` ends `国庆 休`, and `补` begins `补元旦假期`.
fn stripped(text: &str, marks: &[&str]) -> String {
    const EDGE: [char; 10] = [' ', '\u{3000}', ':', '：', '·', '-', '_', '|', '，', ','];
    let mut rest = text.trim_matches(EDGE);
    loop {
        let shorter = marks.iter().find_map(|mark| {
            let long = mark.chars().count() > 1;
            let first = rest.strip_prefix(mark).filter(|rest| {
                long || ["补", "補"].contains(mark) || rest.is_empty() || rest.starts_with(EDGE)
            });
            let last = || {
                let before = rest.strip_suffix(mark);
                before.filter(|rest| long || rest.is_empty() || rest.ends_with(EDGE))
            };
            first.or_else(last)
        });
        match shorter {
            Some(shorter) => rest = shorter.trim_matches(EDGE),
            None => return rest.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_off_and_make_up_days_are_told_by_their_words() {
        for (summary, mark, called) in [
            ("元旦（休）", Mark::Off, "元旦"),
            ("春节（班）", Mark::Work, "春节"),
            ("春节(班)", Mark::Work, "春节"),
            ("【休】国庆节", Mark::Off, "国庆节"),
            ("班 国庆节", Mark::Work, "国庆节"),
            ("国庆节 休", Mark::Off, "国庆节"),
            ("元旦假期", Mark::Holiday, "元旦"),
            ("上班(补元旦假期)", Mark::Work, "元旦"),
            ("国庆节 放假", Mark::Off, "国庆节"),
            ("国庆节 补班", Mark::Work, "国庆节"),
            ("国庆节放假调休", Mark::Off, "国庆节"),
            ("春节调休上班", Mark::Work, "春节"),
            ("春节调休", Mark::Swap, "春节"),
            ("春节前补班", Mark::Work, "春节前"),
            ("小年夜補班", Mark::Work, "小年夜"),
            ("小寒", Mark::None, "小寒"),
            ("农历年初一", Mark::None, "农历年初一"),
            ("耶穌受難節翌日", Mark::None, "耶穌受難節翌日"),
            ("New Year's Day", Mark::None, "New Year's Day"),
            ("Independence Day (observed)", Mark::None, "Independence Day (observed)"),
            ("Special Working Day", Mark::Work, "Special Working Day"),
            ("Special Non-Working Day", Mark::Off, "Special Non-Working Day"),
            ("International Workers' Day", Mark::None, "International Workers' Day"),
            ("三八妇女节（女职工放假半天）", Mark::NotOff, "三八妇女节（女职工放假半天）"),
            ("休", Mark::Off, "休"),
            ("", Mark::None, ""),
        ] {
            assert_eq!((of_summary(summary), name(summary).as_str()), (mark, called), "{summary}");
        }
    }

    #[test]
    fn a_swapped_day_is_worked_when_it_is_a_weekend_day() {
        assert!(!Mark::Swap.is_off(date(2026, 10, 10), true));
        assert!(Mark::Swap.is_off(date(2026, 10, 9), true));
        assert!(Mark::Swap.is_off(date(2026, 10, 10), false));
    }

    #[test]
    fn googles_observances_are_no_days_off() {
        let hidden = "Data comemorativa\nPara ocultar datas comemorativas, acesse as \
                      Configurações do Google Agenda > Feriados no Brasil";
        assert_eq!(described(hidden), Some(Mark::NotOff));
        assert_eq!(described("Observance"), Some(Mark::NotOff));
        assert_eq!(described("Public holiday\nThis is a half-day holiday."), Some(Mark::NotOff));
        assert_eq!(described("Public holiday"), None);
        assert_eq!(described("New Year's Day"), None);
    }
}
