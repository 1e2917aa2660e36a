//! The report on a terminal.

use super::{Told, gathered::gathered};
use crate::{
    cli::output,
    daemon::report::Count,
    model::text::{Text, text},
};

/// Lines of what did not go as planned.
const SHOWN: usize = 30;

pub(super) fn show(told: &Told<'_>) {
    let language = told.language();
    output::line(title(told).told(language));
    output::line("");
    let totals = &told.report.totals;
    output::line(summary(totals).told(language));
    output::line("");
    if totals.all() == 0 {
        return;
    }
    let figures: Vec<String> = figures(totals)
        .into_iter()
        .filter(|(_, count, always)| *always || *count > 0)
        .map(|(name, count, _)| format!("{} {count}", name.told(language)))
        .collect();
    output::line(figures.join("   "));
    output::line("");
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    let names = figures_of(&Count::default());
    let mut header = vec![text!("reminder").told(language)];
    header.extend(names.iter().map(|(name, _)| name.told(language)));
    table.set_header(header);
    for (id, count) in &told.report.reminders {
        let mut row = vec![id.clone()];
        row.extend(figures_of(count).into_iter().map(|(_, count)| dash(count)));
        table.add_row(row);
    }
    output::line(&table);
    noted(told);
    policies(told);
}

/// What is counted, in the order it is shown, and whether it is shown also when there is none.
pub(super) fn figures(count: &Count) -> Vec<(Text, u64, bool)> {
    vec![
        (text!("sent"), count.sent, true),
        (text!("late"), count.late, true),
        (text!("skipped"), count.skipped, true),
        (text!("missed"), count.missed, true),
        (text!("not composed"), count.failed, false),
        (text!("refused"), count.refused, true),
        (text!("not sent"), count.unsent, false),
        (text!("waiting"), count.waiting, false),
    ]
}

fn figures_of(count: &Count) -> Vec<(Text, u64)> {
    figures(count).into_iter().map(|(name, count, _)| (name, count)).collect()
}

/// The span in one sentence.
pub(super) fn summary(totals: &Count) -> Text {
    match totals.all() {
        0 => text!("Nothing was due."),
        all => text!(
            "{all} messages were due, {sent} arrived, {in_time} of them in time.",
            all = all,
            sent = totals.sent,
            in_time = totals.sent.saturating_sub(totals.late),
        ),
    }
}

/// Nothing is shown as nothing.
pub(super) fn dash(count: u64) -> String {
    if count == 0 { "·".to_owned() } else { count.to_string() }
}

/// `Reminders of 2026-11`, `Reminders of 2026-11-24`.
pub(super) fn title(told: &Told<'_>) -> Text {
    let period = &told.period;
    let day = period.first == period.last();
    let pattern = if day { "%Y-%m-%d" } else { "%Y-%m" };
    text!("Reminders of {period}", period = period.first.strftime(pattern).to_string())
}

fn noted(told: &Told<'_>) {
    let language = told.language();
    let report = told.report;
    if report.noted.is_empty() {
        return;
    }
    output::line("");
    output::line(text!("Not as planned").told(language));
    let lines = gathered(&report.noted);
    for one in lines.iter().take(SHOWN) {
        let (word, why) = one.said(told);
        let target = one.line.target.as_ref().map(|id| told.world.called(id)).unwrap_or_default();
        let what = format!("{} {target}", one.line.occurrence.reminder);
        output::line(format_args!("  {}  {}  {word}  {why}", one.due(told), what.trim()));
    }
    let more = report.more + lines.len().saturating_sub(SHOWN) as u64;
    if more > 0 {
        output::line(text!("  … and {more} more; --csv writes all", more = more).told(language));
    }
}

fn policies(told: &Told<'_>) {
    let policies = told.report.policies();
    if policies.is_empty() {
        return;
    }
    output::line("");
    output::line(text!("Who heard of what").told(told.language()));
    for (path, heard) in policies {
        let heard: Vec<String> = heard
            .iter()
            .map(|one| format!("{} {}", told.world.called(&one.target), told.clock(one.at)))
            .collect();
        output::line(format_args!("  {path}: {}", heard.join(", ")));
    }
}
