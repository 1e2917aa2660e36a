//! Dates in words: a pattern of letters as in Unicode CLDR (`yyyy年M月d日 EEEE`), in four languages.
//!
//! Letters: <https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table>; the names
//! of days and months are those of CLDR 47.

use jiff::civil::Time;

use super::filters::Moment;
use crate::model::{
    language::Language,
    text::{Text, text, words},
};

/// Characters a pattern may have.
const LONGEST_PATTERN: usize = 200;

/// Formats a date by a pattern, or in the language's usual way.
pub(super) fn format(
    language: Language,
    moment: Moment,
    pattern: Option<&str>,
) -> Result<String, Text> {
    let pattern = pattern.unwrap_or(match language {
        Language::Chinese => "y年M月d日",
        Language::English | Language::Indonesian => "d MMMM y",
        Language::Portuguese => "d 'de' MMMM 'de' y",
    });
    if pattern.chars().count() > LONGEST_PATTERN {
        return Err(text!("a date pattern has at most {most} characters", most = LONGEST_PATTERN,));
    }
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let taken = match c {
            '\'' => quoted(rest, &mut out)?,
            '%' => {
                return Err(text!(
                    "`{pattern}`: a pattern is written as yyyy-MM-dd, without %",
                    pattern = pattern,
                ));
            }
            c if c.is_ascii_alphabetic() => {
                out.push_str(&field(language, moment, c, run)?);
                run
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    Ok(out)
}

/// Copies `'quoted text'`; `''` is one quotation mark. Returns the bytes taken.
fn quoted(rest: &str, out: &mut String) -> Result<usize, Text> {
    if rest.starts_with("''") {
        out.push('\'');
        return Ok(2);
    }
    let mut end = 1;
    loop {
        let Some(length) = rest[end..].find('\'') else {
            return Err(text!("a quotation mark of the date pattern is not closed"));
        };
        out.push_str(&rest[end..end + length]);
        end += length + 1;
        if !rest[end..].starts_with('\'') {
            return Ok(end);
        }
        out.push('\'');
        end += 1;
    }
}

/// One field: a letter and how often it is repeated.
fn field(language: Language, moment: Moment, letter: char, run: usize) -> Result<String, Text> {
    let date = moment.date;
    let time = || {
        moment.time.ok_or_else(|| {
            text!("`{letter}` asks for a time of day, but this date has none", letter = letter)
        })
    };
    let hour12 = |time: Time| match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let words = names(language);
    let name = |list: &[&str], n: usize| list.get(n).map_or_else(String::new, |s| (*s).to_owned());
    Ok(match (letter, run) {
        ('y', 2) => format!("{:02}", date.year().rem_euclid(100)),
        ('y', 1 | 4) => format!("{:0run$}", date.year()),
        ('M', 1 | 2) => format!("{:0run$}", date.month()),
        ('M', 3) => name(&words.months_short, month),
        ('M', 4) => name(&words.months, month),
        ('d', 1 | 2) => format!("{:0run$}", date.day()),
        ('E', 1..=3) => name(&words.days_short, weekday),
        ('E', 4) => name(&words.days, weekday),
        ('a', 1) => name(&words.halves, usize::from(time()?.hour() >= 12)),
        ('H', 1 | 2) => format!("{:0run$}", time()?.hour()),
        ('h', 1 | 2) => format!("{:0run$}", hour12(time()?)),
        ('m', 1 | 2) => format!("{:0run$}", time()?.minute()),
        ('s', 1 | 2) => format!("{:0run$}", time()?.second()),
        _ => return Err(unknown(letter, run)),
    })
}

fn unknown(letter: char, run: usize) -> Text {
    let shown: String = std::iter::repeat_n(letter, run.min(8)).collect();
    let instead = match letter {
        'Y' => words!("the year is `yyyy`"),
        'D' => words!("the day of the month is `d`"),
        'S' => words!("seconds are `ss`"),
        _ => words!("put words in 'quotes'"),
    };
    text!(
        "`{shown}` means nothing in a date pattern; {instead} (known: y M d E a H h m s)",
        shown = shown,
        instead = instead,
    )
}

/// The words of a language, Monday and January first.
struct Names {
    days: [&'static str; 7],
    days_short: [&'static str; 7],
    months: [&'static str; 12],
    months_short: [&'static str; 12],
    halves: [&'static str; 2],
}

const ENGLISH: Names = Names {
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    days_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
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
    ],
    months_short: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    halves: ["AM", "PM"],
};

const CHINESE: Names = Names {
    days: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
    days_short: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    months: [
        "一月",
        "二月",
        "三月",
        "四月",
        "五月",
        "六月",
        "七月",
        "八月",
        "九月",
        "十月",
        "十一月",
        "十二月",
    ],
    months_short: [
        "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
    ],
    halves: ["上午", "下午"],
};

const INDONESIAN: Names = Names {
    days: ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    days_short: ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"],
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    months_short: [
        "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
    ],
    halves: ["AM", "PM"],
};

const PORTUGUESE: Names = Names {
    days: [
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
        "domingo",
    ],
    days_short: ["seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom."],
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    months_short: [
        "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.",
        "dez.",
    ],
    halves: ["AM", "PM"],
};

fn names(language: Language) -> &'static Names {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
        Language::Indonesian => &INDONESIAN,
        Language::Portuguese => &PORTUGUESE,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    fn at(text: &str) -> Moment {
        let at: civil::DateTime = text.parse().unwrap();
        Moment { date: at.date(), time: Some(at.time()) }
    }

    #[test]
    fn patterns_are_read_as_in_cldr() {
        use Language::*;
        for (language, pattern, expected) in [
            (Chinese, "yyyy年M月d日 EEEE", "2026年1月5日 星期一"),
            (Chinese, "M月d日（E）ah点mm分", "1月5日（周一）下午1点05分"),
            (English, "EEEE, d MMMM yyyy h:mm a", "Monday, 5 January 2026 1:05 PM"),
            (English, "EEE dd MMM yy HH:mm:ss", "Mon 05 Jan 26 13:05:09"),
            (Indonesian, "EEEE, d MMMM y H.mm", "Senin, 5 Januari 2026 13.05"),
            (Portuguese, "EEEE, d 'de' MMMM", "segunda-feira, 5 de janeiro"),
            (English, "h 'o''clock' ''yy", "1 o'clock '26"),
            (English, "", ""),
        ] {
            let found = format(language, at("2026-01-05T13:05:09"), Some(pattern));
            assert_eq!(found.as_deref(), Ok(expected), "{pattern}");
        }
        assert_eq!(format(English, at("2026-01-05T00:00"), Some("h a")).unwrap(), "12 AM");
        assert_eq!(
            format(Portuguese, at("2026-01-05T00:00"), None).unwrap(),
            "5 de janeiro de 2026"
        );
    }

    #[test]
    fn what_a_pattern_cannot_mean_is_said() {
        let date = Moment { date: civil::date(2026, 1, 5), time: None };
        for (pattern, word) in [
            ("YYYY-MM-DD", "the year is `yyyy`"),
            ("%Y-%m-%d", "without %"),
            ("HH:mm", "this date has none"),
            ("yyyyy", "means nothing"),
            ("'open", "not closed"),
            ("'open''", "not closed"),
            ("MMMMM", "means nothing"),
            (&"年".repeat(201), "at most 200"),
        ] {
            let found = format(Language::English, date, Some(pattern)).unwrap_err();
            assert!(found.to_string().contains(word), "{pattern}: {found}");
        }
    }
}
