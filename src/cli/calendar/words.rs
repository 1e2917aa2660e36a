//! How days, weekdays and months are said on a screen.

use jiff::civil::{Date, Weekday};
use unicode_width::UnicodeWidthStr as _;

use crate::model::language::Language;

/// A weekday in two columns: `一`, `Mo`.
pub(in crate::cli) fn weekday(weekday: Weekday, language: Language) -> &'static str {
    const CHINESE: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    const ENGLISH: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    let names = if language == Language::Chinese { CHINESE } else { ENGLISH };
    let index = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0);
    names.get(index).copied().unwrap_or_default()
}

/// A month, with its year where one is given: `2026年10月`, `October 2026`.
pub(in crate::cli) fn month(year: Option<i16>, month: i8, language: Language) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    if language == Language::Chinese {
        return year.map_or_else(|| format!("{month}月"), |year| format!("{year}年{month}月"));
    }
    let index = usize::try_from(month - 1).unwrap_or(0);
    let name = ENGLISH.get(index).copied().unwrap_or_default();
    year.map_or_else(|| name.to_owned(), |year| format!("{name} {year}"))
}

/// A day of a known year: `10月1日 周四`, `Thu 1 Oct`.
pub(in crate::cli) fn day(date: Date, language: Language) -> String {
    if language == Language::Chinese {
        let weekday = weekday(date.weekday(), language);
        return format!("{}月{}日 周{weekday}", date.month(), date.day());
    }
    date.strftime("%a %-d %b").to_string()
}

/// A day with its year, as in files: `2026-10-01 周四`, `2026-10-01 Thu`.
pub(in crate::cli) fn date(date: Date, language: Language) -> String {
    if language == Language::Chinese {
        return format!("{date} 周{}", weekday(date.weekday(), language));
    }
    date.strftime("%Y-%m-%d %a").to_string()
}

/// A day, or the first and the last of several.
pub(in crate::cli) fn span(first: String, last: String) -> String {
    if first == last { first } else { format!("{first} – {last}") }
}

/// A text as wide as `columns`, filled with spaces; a wider one as it is.
pub(in crate::cli) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// A text in the middle of `columns`.
pub(in crate::cli) fn centre(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{}{text}{}", " ".repeat(missing / 2), " ".repeat(missing - missing / 2))
}

/// A text no wider than `columns`, an ellipsis where it was cut.
pub(in crate::cli) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if format!("{cut}{c}…").width() > columns {
            break;
        }
        cut.push(c);
    }
    if columns > 0 { cut + "…" } else { cut }
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    #[test]
    fn days_are_said_in_both_languages() {
        let first = civil::date(2026, 10, 1);
        assert_eq!(day(first, Language::Chinese), "10月1日 周四");
        assert_eq!(day(first, Language::English), "Thu 1 Oct");
        assert_eq!(date(first, Language::Chinese), "2026-10-01 周四");
        assert_eq!(date(first, Language::Portuguese), "2026-10-01 Thu");
        assert_eq!(month(Some(2026), 10, Language::Chinese), "2026年10月");
        assert_eq!(month(None, 10, Language::English), "October");
    }

    #[test]
    fn texts_are_measured_in_columns() {
        assert_eq!(pad("国庆", 6), "国庆  ");
        assert_eq!(centre("国庆", 7), " 国庆  ");
        assert_eq!(cut("国庆节假期", 7), "国庆节…");
        assert_eq!(cut("国庆节假期", 6), "国庆…");
        assert_eq!(cut("国庆", 4), "国庆");
        assert_eq!(cut("国庆", 0), "");
    }
}
