//! The page of a rehearsal: one file that holds everything, for whoever has to be shown what the
//! groups will get. It loads nothing and runs nothing.

mod months;

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, civil::Date};

use self::months::Months;
use super::{span::Span, stage::Scene};
use crate::{
    app,
    cli::{calendar::words, output},
    daemon::{composer::Composed, reasons, world::World},
    model::{
        language::Language,
        message::Message,
        target::{Target, TargetId},
        text::{Text, text},
    },
    send::html::{self, escaped},
};

const STYLE: &str = include_str!("page/style.css");

/// More messages are counted, and not on the page.
const MOST: usize = 5_000;

/// Groups that get a colour and a switch of their own.
const MOST_SWITCHES: usize = 40;

/// A page under way.
pub(super) struct Page<'a> {
    world: &'a World,
    span: Span,
    language: Language,
    days: String,
    day: Option<Date>,
    /// Messages by group, in the order of the settings' keys.
    groups: BTreeMap<&'a TargetId, usize>,
    /// Messages by day, for the months at the top.
    months: Months,
    /// What was shown in full already, so that it need not be again.
    seen: HashSet<String>,
    reminders: HashSet<String>,
    shown: usize,
    left_out: usize,
    silent: usize,
}

impl<'a> Page<'a> {
    pub(super) fn new(world: &'a World, span: &Span) -> Self {
        Self {
            world,
            span: *span,
            language: output::language(),
            days: String::new(),
            day: None,
            groups: BTreeMap::new(),
            months: Months::default(),
            seen: HashSet::new(),
            reminders: HashSet::new(),
            shown: 0,
            left_out: 0,
            silent: 0,
        }
    }

    fn told(&self, text: Text) -> String {
        escaped(&text.told(self.language))
    }

    /// Adds an occurrence.
    pub(super) fn add(&mut self, scene: &Scene<'a>) {
        if self.shown >= MOST {
            self.left_out += 1;
            return;
        }
        let date = self.date(scene.planned.due_at);
        if self.day != Some(date) {
            self.begin(date);
        }
        self.reminders.insert(scene.reminder.id.to_string());
        match (&scene.outcome, scene.skipped) {
            (Err(wrong), _) => {
                self.silent += 1;
                let wrong: Vec<String> =
                    wrong.iter().map(|one| one.told(self.language).to_string()).collect();
                self.line(scene, "wrong", text!("this fails: {why}", why = wrong.join("; ")));
            }
            (Ok(_), Some(why)) => {
                self.silent += 1;
                self.line(
                    scene,
                    "silent",
                    text!("nothing is sent: {why}", why = reasons::of_occurrence(&why.into())),
                );
            }
            (Ok(rendered), None) => {
                for Composed { target, messages, .. } in &rendered.composed {
                    messages.iter().for_each(|message| self.message(scene, target, message));
                    *self.groups.entry(&target.id).or_default() += messages.len();
                    self.months.count(date, messages.len());
                }
            }
        }
    }

    /// The date where the settings are.
    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.world.zone.tz.clone()).date()
    }

    fn begin(&mut self, date: Date) {
        if self.day.replace(date).is_some() {
            self.days.push_str("</section>\n");
        }
        let day = escaped(&words::day(date, self.language));
        self.days.push_str(&format!("<section id=\"d{date}\">\n<h2>{day}</h2>\n"));
    }

    /// The time and the reminder, as they stand above everything.
    fn head(&self, scene: &Scene<'_>) -> String {
        let zone = &scene.reminder.schedule.zone;
        let at =
            scene.planned.due_at.to_zoned_datetime(zone.tz.clone()).strftime("%H:%M").to_string();
        let elsewhere = if zone.name == self.world.zone.name { "" } else { &*zone.name };
        let note = scene.planned.told(self.language).unwrap_or_default();
        let id = scene.reminder.id.as_str();
        let parts =
            [("time", at.as_str()), ("id", id), ("zone", elsewhere), ("note", note.as_str())];
        let part = |(class, text): &(&str, &str)| {
            let text = escaped(text);
            if text.is_empty() { text } else { format!("<span class=\"{class}\">{text}</span>") }
        };
        parts.iter().map(part).collect()
    }

    /// An occurrence nothing is sent for.
    fn line(&mut self, scene: &Scene<'_>, class: &str, why: Text) {
        let (head, why) = (self.head(scene), self.told(why));
        self.days.push_str(&format!("<p class=\"{class}\">{head}<span>{why}</span></p>\n"));
    }

    /// A message: in full when it is seen for the first time, else folded.
    fn message(&mut self, scene: &Scene<'_>, target: &Target, message: &Message) {
        self.shown += 1;
        let at = self.world.targets.keys().position(|id| *id == target.id).unwrap_or_default();
        let (group, card) = (at % MOST_SWITCHES, html::card(message));
        let open = self.seen.insert(format!("{}\n{}\n{card}", scene.reminder.id, target.id));
        let open = if open { " open" } else { "" };
        let (head, name, robot) = (self.head(scene), escaped(&target.name), target.robot.name());
        let title = escaped(&message.title);
        let part = match message.part.of {
            0 | 1 => String::new(),
            of => format!("<span class=\"part\">{}/{of}</span>", message.part.number),
        };
        self.days.push_str(&format!(
            "<details class=\"g{group}\"{open}><summary>{head}<span class=\"group c{}\">{name}</span>\
             <span class=\"robot\">{robot}</span>{part}<span class=\"title\">{title}</span></summary>\n<div class=\"card\">{card}</div></details>\n",
            group % 8,
        ));
    }

    /// The whole page.
    pub(super) fn finish(mut self) -> String {
        if self.day.is_some() {
            self.days.push_str("</section>\n");
        }
        let title = self.told(text!("Rehearsal: what will be sent"));
        let lang = self.language.code();
        let (switches, hidden) = self.switches();
        let (numbers, months, notes) = (self.numbers(), self.months(), self.notes());
        let span = self.span_words();
        let days = if self.days.is_empty() {
            format!("<p class=\"empty\">{}</p>", self.told(text!("Nothing is sent in this time.")))
        } else {
            self.days
        };
        format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title} · {span}</title>\n<style>\n{STYLE}{hidden}</style>\n</head>\n<body>\n\
             <header>\n<h1>{title}</h1>\n<p class=\"span\">{span}</p>\n{numbers}</header>\n\
             {months}{switches}<main>\n{days}</main>\n{notes}</body>\n</html>\n"
        )
    }

    fn span_words(&self) -> String {
        let Ok((first, last)) = self.span.instants(&self.world.zone.tz) else {
            return String::new();
        };
        let day = |at| words::date(self.date(at), self.language);
        escaped(&words::span(day(first), day(last)))
    }

    fn numbers(&self) -> String {
        let numbers = [
            (self.shown, text!("messages")),
            (self.groups.len(), text!("groups")),
            (self.reminders.len(), text!("reminders")),
            (self.silent, text!("times nothing is sent")),
        ];
        let number = |(count, what): &(usize, Text)| {
            format!("<li><b>{count}</b><span>{}</span></li>", self.told(what.clone()))
        };
        let numbers: String = numbers.iter().map(number).collect();
        format!("<ul class=\"numbers\">{numbers}</ul>\n")
    }

    /// The months at the top, with the calendar most reminders go by.
    fn months(&self) -> String {
        let calendar = self.world.calendars.values().next();
        let Ok((first, last)) = self.span.instants(&self.world.zone.tz) else {
            return String::new();
        };
        self.months.drawn(
            self.date(first),
            self.date(last),
            calendar.map(|one| &**one),
            self.language,
        )
    }

    /// A switch for each group, where there are several; and the rules that hide a group's messages.
    fn switches(&self) -> (String, String) {
        if self.groups.len() < 2 {
            return Default::default();
        }
        let (mut switches, mut hidden) = (String::new(), String::new());
        for (at, target) in self.world.targets.values().enumerate().take(MOST_SWITCHES) {
            let Some(count) = self.groups.get(&target.id) else { continue };
            let (name, colour) = (escaped(&target.name), at % 8);
            switches.push_str(&format!(
                "<label class=\"c{colour}\"><input type=\"checkbox\" id=\"s{at}\" checked>{name}<small>{count}</small></label>\n"
            ));
            hidden.push_str(&format!(
                "body:has(#s{at}:not(:checked)) details.g{at}{{display:none}}\n"
            ));
        }
        (format!("<nav>{switches}</nav>\n"), hidden)
    }

    fn notes(&self) -> String {
        let mut notes = Vec::new();
        if self.left_out > 0 {
            notes.push(text!(
                "{count} further occurrences are not on this page.",
                count = self.left_out
            ));
        }
        notes.push(text!("A message that was shown before is folded; a tap opens it."));
        notes.push(text!("Files and folders are read as they are today; nothing was sent."));
        let now = app::clock().now().to_zoned_datetime(self.world.zone.tz.clone());
        notes.push(text!(
            "Made by dingdong on {at}.",
            at = now.strftime("%Y-%m-%d %H:%M").to_string()
        ));
        let notes = notes.into_iter().map(|note| format!("<p>{}</p>\n", self.told(note)));
        format!("<footer>\n{}</footer>\n", notes.collect::<String>())
    }
}
