//! `rotas:` as they are written.

use jiff::civil::Date;

use super::{named, person_id};
use crate::{
    model::{
        layers::Named,
        rota::Every,
        text::{text, words},
    },
    yaml::{Entry, Flaw, Hint, Keys, Node, Report, Value, short, values},
};

pub(in crate::settings) const KEYS: Keys = Keys {
    of: words!("a rota"),
    known: &["members", "every", "from"],
    hints: &[
        ("people", Hint::Meant("members")),
        ("who", Hint::Meant("members")),
        ("when", Hint::Meant("every")),
        ("start", Hint::Meant("from")),
        ("starting", Hint::Meant("from")),
    ],
};

/// More people take no turns.
const MOST: usize = 1_000;

/// No turn is longer.
const LONGEST: u32 = 1_000;

/// A rota, its members still to be found.
#[derive(Clone, Debug)]
pub(super) struct WrittenRota {
    pub(super) called: Named,
    pub(super) members: Vec<Named>,
    pub(super) every: Every,
    pub(super) from: Date,
}

/// Reads every rota.
pub(super) fn read(report: &mut Report<'_>, node: &Node) -> Vec<WrittenRota> {
    let entries = report.map(node, "`rotas`").unwrap_or_default();
    entries.iter().filter_map(|entry| rota(report, entry)).collect()
}

fn rota(report: &mut Report<'_>, entry: &Entry) -> Option<WrittenRota> {
    if let Err(flaw) = person_id(&entry.key) {
        report.error(entry.span, flaw);
    }
    let fields = report.fields(&entry.node, &KEYS)?;
    let of = text!("the rota `{name}`", name = short(&entry.key));
    let items = fields.get("members").map_or(&[][..], Node::items);
    let items = if matches!(items, [Node { value: Value::Nothing, .. }]) { &[] } else { items };
    if items.is_empty() {
        let flaw = Flaw::new("missing-value", text!("{of} has no members", of = of.clone()));
        report.error(entry.span, flaw.help(text!("write members: [zhangsan, lisi]")));
    } else if items.len() > MOST {
        let message = text!("{of} has more than {most} members", of = of.clone(), most = MOST);
        let flaw = Flaw::new("too-many", message).help(text!("make several rotas of it"));
        report.flaw(&items[MOST], flaw);
    }
    let members: Vec<Named> =
        items.iter().take(MOST).filter_map(|item| named(report, item, text!("a member"))).collect();
    let every = match fields.get("every") {
        None => Some(Every::Weeks(1)),
        Some(node) => report.read(node, "`every`", every),
    };
    let from = match fields.get("from") {
        Some(node) => report.read(node, "`from`", values::date),
        None => {
            let message = text!("{of} has no `from`, so nobody knows whose turn is first", of = of);
            let help = text!("add a date in the first turn, such as from: 2026-01-05");
            report.error(entry.span, Flaw::new("missing-key", message).help(help));
            None
        }
    };
    let called = Named { name: entry.key.clone(), place: report.document.place(entry.span) };
    // A mistake is no reason not to look for the members: all of them are told at once.
    let (every, from) = (every.unwrap_or(Every::Weeks(1)), from.unwrap_or(Date::ZERO));
    Some(WrittenRota { called, members, every, from }).filter(|_| !items.is_empty())
}

/// `week`, `2 weeks`, `workday`, `3 occurrences`; 周, 两周, 2 个工作日, 次.
fn every(text: &str) -> Result<Every, Flaw> {
    let wrong = || {
        let message = text!("`{text}` is not the length of a turn", text = short(text));
        Flaw::new("bad-every", message)
            .help(text!("write week, 2 weeks, workday, 3 workdays, occurrence or 2 occurrences"))
    };
    let lower = text.to_lowercase();
    let bare = lower.strip_prefix("every ").or(lower.strip_prefix('每')).unwrap_or(&lower).trim();
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = match bare.strip_prefix(['两', '二']) {
        Some(unit) => ("2", unit),
        None if digits == 0 => ("1", bare),
        None => bare.split_at(digits),
    };
    let number = number.parse().ok().filter(|n| (1..=LONGEST).contains(n)).ok_or_else(wrong)?;
    match unit.trim().trim_start_matches('个') {
        "week" | "weeks" | "周" | "星期" => Ok(Every::Weeks(number)),
        "workday" | "workdays" | "工作日" => Ok(Every::Workdays(number)),
        "occurrence" | "occurrences" | "time" | "times" | "次" => Ok(Every::Occurrences(number)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_have_a_length() {
        for (text, expected) in [
            ("week", Every::Weeks(1)),
            ("every week", Every::Weeks(1)),
            ("2 weeks", Every::Weeks(2)),
            ("每两周", Every::Weeks(2)),
            ("每 3 个星期", Every::Weeks(3)),
            ("Workday", Every::Workdays(1)),
            ("3个工作日", Every::Workdays(3)),
            ("occurrence", Every::Occurrences(1)),
            ("2 occurrences", Every::Occurrences(2)),
            ("每次", Every::Occurrences(1)),
        ] {
            assert_eq!(every(text), Ok(expected), "{text}");
        }
        for text in ["", "0 weeks", "1001 weeks", "month", "-1 week", "99999999999 weeks", "2"] {
            assert_eq!(every(text).expect_err(text).code, "bad-every", "{text}");
        }
    }
}
