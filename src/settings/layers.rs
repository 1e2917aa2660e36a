//! `calendars:` what each is made of. Whether the data exists is for the catalog to say.

use jiff::civil::{Date, Weekday};

use crate::{
    model::{
        calendar::OnUncovered,
        layers::{Layers, Named},
        text::{text, words},
    },
    yaml::{Entry, Flaw, Hint, Keys, Node, Report, short, suggest, values},
};

pub(super) const KEYS: Keys = Keys {
    of: words!("a calendar"),
    known: &["base", "builtin", "weekend", "ics", "off", "work", "on_uncovered"],
    hints: &[
        ("holidays", Hint::Meant("off")),
        ("weekends", Hint::Meant("weekend")),
        ("make_up", Hint::Meant("work")),
    ],
};

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

pub(super) const ON_UNCOVERED: [(&str, OnUncovered); 3] =
    [("weekday", OnUncovered::Weekday), ("hold", OnUncovered::Hold), ("skip", OnUncovered::Skip)];

/// Reads every calendar in the order written.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> Vec<Layers> {
    let entries = report.map(node, "`calendars`").unwrap_or_default();
    entries.iter().filter_map(|entry| calendar(report, entry)).collect()
}

fn calendar(report: &mut Report<'_>, entry: &Entry) -> Option<Layers> {
    if let Err(flaw) = values::name(&entry.key) {
        report.error(entry.span, flaw);
    }
    let fields = report.fields(&entry.node, &KEYS)?;
    let mut named = |key: &str| {
        let node = fields.get(key)?;
        let name = report.text(node, format!("`{key}`"))?.trim().to_owned();
        Some(Named { name, place: report.document.place(node.span) })
    };
    let (base, builtin) = (named("base"), named("builtin"));
    let mut list = |key: &str| fields.get(key).map(|node| dates(report, node, key));
    let (off, work) = (list("off").unwrap_or_default(), list("work").unwrap_or_default());
    let weekend = fields.get("weekend").map(|node| {
        let days = node.items().iter();
        days.filter_map(|item| report.read(item, "`weekend`", weekday)).collect()
    });
    let ics = fields.get("ics").map(|node| {
        let files = node.items().iter().filter_map(|item| {
            let name = report.text(item, "`ics`")?.trim().to_owned();
            Some(Named { name, place: report.document.place(item.span) })
        });
        files.collect()
    });
    let on_uncovered = fields.get("on_uncovered");
    let on_uncovered =
        on_uncovered.and_then(|node| report.word(node, "`on_uncovered`", &ON_UNCOVERED));
    Some(Layers {
        called: Named { name: entry.key.clone(), place: report.document.place(entry.span) },
        base,
        weekend,
        builtin,
        ics: ics.unwrap_or_default(),
        off,
        work,
        on_uncovered,
    })
}

fn dates(report: &mut Report<'_>, node: &Node, key: &str) -> Vec<(Date, Date)> {
    let items = node.items().iter();
    items.filter_map(|item| report.read(item, format!("`{key}`"), values::dates)).collect()
}

/// A weekday by its English name, its first three letters, or in Chinese.
fn weekday(text: &str) -> Result<Weekday, Flaw> {
    let lower = text.to_lowercase();
    let english = WEEKDAYS.iter().find(|(name, _)| *name == lower || name[..3] == *lower);
    let chinese = ["周", "星期", "礼拜"].iter().find_map(|prefix| lower.strip_prefix(prefix));
    let chinese = chinese.and_then(|day| match day {
        "天" => Some(6),
        _ => "一二三四五六日".chars().position(|c| day.chars().eq([c])),
    });
    english.or_else(|| WEEKDAYS.get(chinese?)).map(|&(_, day)| day).ok_or_else(|| {
        let message = text!("`{text}` is no weekday", text = short(text));
        let known = WEEKDAYS.iter().map(|&(name, _)| name);
        Flaw::new("unknown-weekday", message).help(suggest(&lower, known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_have_names() {
        for text in ["saturday", "Sat", "周六", "星期六"] {
            assert_eq!(weekday(text), Ok(Weekday::Saturday), "{text}");
        }
        assert_eq!(weekday("周日"), weekday("星期天"));
        for text in ["", "周", "周八", "satur", "六"] {
            assert_eq!(weekday(text).expect_err(text).code, "unknown-weekday", "{text}");
        }
    }
}
