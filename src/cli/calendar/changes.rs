//! What an import changes, in lines for people.

use super::words;
use crate::{
    catalog::difference::Change,
    model::{
        calendar::DayFact,
        language::Language,
        text::{Text, text},
    },
};

/// What a day is, in a word.
pub(super) fn kind(fact: &DayFact) -> &'static str {
    match fact {
        fact if fact.is_holiday() => "day off",
        fact if fact.is_make_up_workday() => "make-up workday",
        fact if fact.off => "weekend",
        _ => "workday",
    }
}

/// What a day becomes, in words of ours.
fn said(fact: &DayFact) -> Text {
    match fact {
        fact if fact.is_holiday() => text!("day off"),
        fact if fact.is_make_up_workday() => text!("make-up workday"),
        fact if fact.off => text!("weekend"),
        _ => text!("workday"),
    }
}

/// Days in a row that change in the same way.
pub(super) fn lines(changes: &[Change], language: Language) -> Vec<String> {
    let same = |one: &Change, next: &Change| {
        let key = |one: &Change| {
            (kind(&one.before), kind(&one.after), name(&one.before), name(&one.after))
        };
        // Days off in a row are one break, whether they were weekend or workday before.
        let becomes_off = |one: &Change| one.after.is_holiday() && !one.before.is_holiday();
        let alike = becomes_off(one) && becomes_off(next) && name(&one.after) == name(&next.after);
        one.after.date.tomorrow().is_ok_and(|day| day == next.after.date)
            && (alike || key(one) == key(next))
    };
    changes.chunk_by(same).filter_map(|run| line(run, language)).collect()
}

fn name(fact: &DayFact) -> String {
    fact.cause.name().map_or_else(String::new, ToString::to_string)
}

fn line(run: &[Change], language: Language) -> Option<String> {
    let (first, last) = (run.first()?, run.last()?);
    let span = words::span(
        words::date(first.after.date, language),
        words::date(last.after.date, language),
    );
    let green = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Green.into()));
    let red = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let special = |fact: &DayFact| fact.is_holiday() || fact.is_make_up_workday();
    let (sign, style) = match (special(&first.before), special(&first.after)) {
        (false, true) => ("+", green),
        (true, false) => ("-", red),
        _ => ("~", anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Yellow.into()))),
    };
    let after = said(&first.after).told(language);
    let called = words::pad(&name(&first.after), 8);
    // What is new needs no word about what it was: a workday, or a weekend.
    let was = match special(&first.before) {
        true => {
            let kind = said(&first.before).told(language);
            let was = format!("{kind} {}", name(&first.before));
            text!("(was: {what})", what = was.trim()).told(language)
        }
        false => String::new(),
    };
    let days = if run.len() > 1 {
        text!("{days} days", days = run.len()).told(language)
    } else {
        String::new()
    };
    let line = format!(
        "  {style}{sign}{style:#} {}  {}  {called} {days} {was}",
        words::pad(&after, 15),
        words::pad(&span, 31)
    );
    Some(line.trim_end().to_owned())
}
