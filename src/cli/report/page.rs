//! The report as one page for a browser: no script, nothing loaded from elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    Told,
    gathered::gathered,
    screen::{figures, summary, title},
};
use crate::{
    daemon::report::Count,
    model::{
        language::Language,
        target::TargetId,
        text::{Text, text},
    },
    outbox::Heard,
};

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(told: &Told<'_>) -> String {
    let language = told.language();
    let say = |text: Text| escaped(&text.told(language));
    let title = say(title(told));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        language.code()
    );
    let span = text!(
        "{first} to {last}, {zone}",
        first = told.period.first,
        last = told.period.last(),
        zone = &*told.world.zone.name,
    );
    let summary = say(summary(&told.report.totals));
    push(&mut page, format_args!("<p class=\"sub\">{}</p>\n<p>{summary}</p>\n", say(span)));
    tiles(&mut page, &told.report.totals, language);
    if told.report.totals.all() > 0 {
        reminders(&mut page, told);
        noted(&mut page, told);
    }
    policies(&mut page, told);
    let made = told.now.to_zoned_datetime(told.tz().clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let made = text!(
        "Made by dingdong on {time}. Late: more than a minute after it was due.",
        time = made
    );
    push(&mut page, format_args!("<footer>{}</footer>\n</main>\n</body>\n</html>\n", say(made)));
    page
}

/// Writing to a String cannot fail.
fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(text);
}

/// Text that means nothing to a browser.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// The class of each figure, in the order of [`figures`].
const CLASSES: [&str; 8] =
    ["sent", "late", "skipped", "missed", "failed", "refused", "unsent", "waiting"];

fn tiles(page: &mut String, totals: &Count, language: Language) {
    page.push_str("<div class=\"tiles\">\n");
    for ((name, count, always), class) in figures(totals).into_iter().zip(CLASSES) {
        if count > 0 || always {
            let class = if count == 0 { "none" } else { class };
            let name = escaped(&name.told(language));
            push(
                page,
                format_args!(
                    "<div class=\"tile {class}\"><b>{count}</b><span>{name}</span></div>\n"
                ),
            );
        }
    }
    page.push_str("</div>\n");
}

fn reminders(page: &mut String, told: &Told<'_>) {
    let language = told.language();
    let shown: Vec<usize> = figures(&told.report.totals)
        .iter()
        .enumerate()
        .filter(|(_, (_, count, always))| *count > 0 || *always)
        .map(|(at, _)| at)
        .collect();
    let heading = escaped(&text!("By reminder").told(language));
    push(page, format_args!("<h2>{heading}</h2>\n<div class=\"sheet\"><table>\n<tr><th>"));
    push(page, format_args!("{}</th><th></th>", escaped(&text!("reminder").told(language))));
    let names = figures(&told.report.totals);
    for &at in &shown {
        if let Some((name, ..)) = names.get(at) {
            push(page, format_args!("<th class=\"n\">{}</th>", escaped(&name.told(language))));
        }
    }
    page.push_str("</tr>\n");
    let most = told.report.reminders.values().map(Count::all).max().unwrap_or(1).max(1);
    for (id, count) in &told.report.reminders {
        push(page, format_args!("<tr><td>{}</td><td>{}</td>", escaped(id), bar(count, most)));
        let figures = figures(count);
        for (_, count, _) in shown.iter().filter_map(|&at| figures.get(at)) {
            let (class, count) = match count {
                0 => ("n zero", "·".to_owned()),
                count => ("n", count.to_string()),
            };
            push(page, format_args!("<td class=\"{class}\">{count}</td>"));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

/// How a reminder's messages ended, as a bar; the longest is that of the busiest reminder.
fn bar(count: &Count, most: u64) -> String {
    let pieces = [
        ("sent", count.sent.saturating_sub(count.late)),
        ("late", count.late),
        ("skipped", count.skipped),
        ("bad", count.missed + count.failed + count.refused + count.unsent),
        ("waiting", count.waiting),
    ];
    let mut bar = "<div class=\"bar\">".to_owned();
    for (class, piece) in pieces.into_iter().filter(|(_, piece)| *piece > 0) {
        let width = piece as f64 * 100.0 / most as f64;
        push(&mut bar, format_args!("<i class=\"{class}\" style=\"width:{width:.2}%\"></i>"));
    }
    bar + "</div>"
}

fn noted(page: &mut String, told: &Told<'_>) {
    let language = told.language();
    let say = |text: Text| escaped(&text.told(language));
    push(page, format_args!("<h2>{}</h2>\n<div class=\"sheet\">", say(text!("Not as planned"))));
    if told.report.noted.is_empty() {
        let well = say(text!("Everything arrived, and in time."));
        push(page, format_args!("<div class=\"well\">{well}</div></div>\n"));
        return;
    }
    page.push_str("<table>\n");
    for one in gathered(&told.report.noted) {
        let (word, why) = one.said(told);
        let line = one.line;
        let target = line.target.as_ref().map(|id| told.world.called(id)).unwrap_or_default();
        push(
            page,
            format_args!(
                "<tr><td class=\"when\">{}</td><td>{}</td><td>{}</td>\
                 <td><span class=\"mark {}\">{}</span></td><td class=\"why\">{}</td></tr>\n",
                escaped(&one.due(told)),
                escaped(line.occurrence.reminder.as_str()),
                escaped(target),
                line.ending.word(),
                escaped(&word),
                escaped(&why),
            ),
        );
    }
    page.push_str("</table>");
    if told.report.more > 0 {
        let more = text!("  … and {more} more; --csv writes all", more = told.report.more);
        push(page, format_args!("<div class=\"well\">{}</div>", say(more)));
    }
    page.push_str("</div>\n");
}

/// A file a line, a group a column, and when the group heard of it last.
fn policies(page: &mut String, told: &Told<'_>) {
    let policies = told.report.policies();
    if policies.is_empty() {
        return;
    }
    let language = told.language();
    let groups: BTreeSet<&TargetId> = told.report.heard.iter().map(|one| &one.target).collect();
    let heading = escaped(&text!("Who heard of what").told(language));
    let file = escaped(&text!("file").told(language));
    push(
        page,
        format_args!("<h2>{heading}</h2>\n<div class=\"sheet\"><table>\n<tr><th>{file}</th>"),
    );
    for group in &groups {
        push(page, format_args!("<th>{}</th>", escaped(told.world.called(group))));
    }
    page.push_str("</tr>\n");
    for (path, heard) in policies {
        let mut cells: BTreeMap<&TargetId, &Heard> = BTreeMap::new();
        for one in heard {
            cells.entry(&one.target).or_insert(one);
        }
        push(page, format_args!("<tr><td>{}</td>", escaped(path)));
        for group in &groups {
            let cell = match cells.get(group) {
                None => "<td class=\"zero\">·</td>".to_owned(),
                Some(one) => format!("<td class=\"when\">{}</td>", escaped(&told.clock(one.at))),
            };
            page.push_str(&cell);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_robot_answered_is_run_by_a_browser() {
        let text = "<script>alert('x')</script> & \"";
        let safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;";
        assert_eq!(escaped(text), safe);
    }
}
