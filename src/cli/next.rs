//! `next`: coming occurrences, of reminders or of a phrase that is in no file; as a list, as a month
//! on one screen, or as an iCalendar file.

mod ad_hoc;
mod ics;
mod month;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::{Value, json};

use self::{ad_hoc::AdHoc, month::Months};
use super::{Exit, Globals, duty, output, prepare, view};
use crate::{
    app,
    catalog::phrase,
    daemon::world::World,
    model::{
        language::Language,
        reminder::{Reminder, Schedule, Zone},
        text::text,
    },
    plan::{self, Planned, Prospect, Stretch},
};

/// How many are shown where nothing else is asked for.
const USUAL: usize = 10;
/// No more are shown at once.
const MOST: usize = 100_000;

/// Arguments of `next`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Only these reminders.
    reminders: Vec<String>,
    /// How many; with a bare --calendar, how many months.
    #[arg(short = 'n', value_name = "N")]
    count: Option<usize>,
    /// Strictly after this: RFC 3339, or a civil date(-time) in the reminder's zone. Default: now.
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// Not after this.
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// A phrase or cron expression in place of reminders.
    #[arg(long, value_name = "PHRASE", conflicts_with = "reminders", allow_hyphen_values = true)]
    when: Option<String>,
    /// Alone, or with a month such as 2026-10: that month as a grid, with the days on which
    /// something fires, days off and make-up workdays. With --when and a name: the calendar.
    #[arg(long, value_name = "CALENDAR", num_args = 0..=1, default_missing_value = "", action = clap::ArgAction::Append)]
    calendar: Vec<String>,
    /// The coming occurrences as an iCalendar file, for Outlook, Apple and Google; a year of them
    /// where neither -n nor --until is given.
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    #[command(flatten)]
    ad_hoc: AdHoc,
}

impl Options {
    /// The calendar a phrase is read against.
    fn named_calendar(&self) -> Option<&str> {
        let mut names = self.calendar.iter().filter(|name| !name.is_empty());
        names.rfind(|name| month::parse(name).is_none()).map(String::as_str)
    }

    /// Whether a grid is wanted, and the month it names.
    fn grid(&self) -> Option<Option<Date>> {
        let month = self.calendar.iter().find_map(|name| month::parse(name));
        let bare = self.when.is_none() || self.calendar.iter().any(String::is_empty);
        (month.is_some() || bare && !self.calendar.is_empty()).then_some(month)
    }
}

/// A schedule that is asked about, and the reminder it belongs to unless it is a phrase.
struct Asked<'a> {
    schedule: &'a Schedule,
    reminder: Option<&'a Reminder>,
}

impl Asked<'_> {
    fn tz(&self) -> &TimeZone {
        &self.schedule.zone.tz
    }

    /// The reminder's id; nothing for a phrase.
    fn id(&self) -> &str {
        self.reminder.map_or("", |reminder| reminder.id.as_str())
    }

    /// When it fires, in canonical words.
    fn words(&self, language: Language) -> String {
        let when = self.schedule.when.iter();
        when.map(|one| phrase::words(one, language)).collect::<Vec<_>>().join("; ")
    }

    /// The reminder's id; a phrase in canonical words.
    fn called(&self, language: Language) -> String {
        self.reminder.map_or_else(|| self.words(language), |reminder| reminder.id.to_string())
    }
}

/// Everything that is asked about.
struct Question<'a> {
    options: &'a Options,
    asked: Vec<Asked<'a>>,
    /// Where reminders are asked about.
    world: Option<&'a World>,
    language: Language,
    now: Timestamp,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    let done = match &options.when {
        Some(phrase) => of_phrase(globals, options, phrase),
        None => of_reminders(globals, options),
    };
    done.err().unwrap_or(Exit::Done)
}

/// Reads an instant: RFC 3339, or civil in the zone.
pub(super) fn instant(text: &str, tz: &TimeZone) -> Result<Timestamp, Exit> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil = text.parse::<DateTime>().map_err(|_| {
        output::error(text!(
            "`{text}` is no instant; write 2026-11-24T09:00:00+08:00 or 2026-11-24T09:00",
            text = text
        ));
        Exit::Usage
    })?;
    tz.to_ambiguous_timestamp(civil).compatible().map_err(|error| {
        output::error(text!("`{text}`: {why}", text = text, why = error.to_string()));
        Exit::Usage
    })
}

fn of_phrase(globals: &Globals, options: &Options, phrase: &str) -> Result<(), Exit> {
    let now = app::clock().now();
    let after = |zone: &Zone| match options.from.as_deref() {
        Some(text) => instant(text, &zone.tz),
        None => Ok(now),
    };
    let calendar = options.named_calendar();
    let (schedule, language) = ad_hoc::schedule(globals, &options.ad_hoc, calendar, phrase, after)?;
    let asked = vec![Asked { schedule: &schedule, reminder: None }];
    let question = Question { options, asked, world: None, language, now };
    let after = question.after(&question.asked[0])?;
    if plan::prospects(&schedule, after).contains(&Prospect::Never) {
        output::error(text!("`{phrase}` never fires", phrase = phrase));
        return Err(Exit::Invalid);
    }
    question.answer(globals)
}

fn of_reminders(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let prepared = prepare::settings(globals)?;
    let world = prepare::runtime()?.block_on(prepared.world());
    let mut chosen: Vec<&Reminder> = Vec::new();
    // `next --calendar policy-daily` means the reminder.
    for id in options.reminders.iter().map(String::as_str).chain(options.named_calendar()) {
        chosen.push(prepare::reminder(&world, id)?);
    }
    if chosen.is_empty() {
        chosen.extend(world.reminders.values().map(|one| &**one).filter(|one| one.enabled));
    }
    let asked = chosen
        .into_iter()
        .map(|one| Asked { schedule: &one.schedule, reminder: Some(one) })
        .collect();
    let language = output::language();
    let now = app::clock().now();
    Question { options, asked, world: Some(&world), language, now }.answer(globals)
}

impl Question<'_> {
    fn answer(&self, globals: &Globals) -> Result<(), Exit> {
        if let Some(month) = self.options.grid() {
            return Months::asked(self, month)?.print(self, globals.json);
        }
        if self.options.ics {
            return ics::print(self);
        }
        let until = self.options.until.as_ref().map_or(USUAL, |_| MOST);
        let coming = self.coming(self.options.count.unwrap_or(until))?;
        if globals.json {
            let rows: Vec<Value> =
                coming.iter().map(|(asked, next)| self.row(asked, next)).collect();
            output::json(&rows);
        } else {
            coming.iter().for_each(|(asked, next)| self.line(asked, next));
        }
        self.changes();
        Ok(())
    }

    /// Says what also fires at no known time.
    fn changes(&self) {
        let reminders = self.asked.iter().filter_map(|asked| asked.reminder);
        for reminder in reminders.filter(|one| !one.on_change.is_empty()) {
            let folders: Vec<_> = reminder.on_change.iter().map(|one| &*one.folder).collect();
            output::note(text!(
                "{id} fires when {folders} changes, which has no time",
                id = reminder.id.as_str(),
                folders = folders.join(", "),
            ));
        }
    }

    /// The instant after which a schedule is asked about.
    fn after(&self, asked: &Asked<'_>) -> Result<Timestamp, Exit> {
        let from = self.options.from.as_deref();
        from.map_or(Ok(self.now), |text| instant(text, asked.tz()))
    }

    /// The last instant a schedule is asked about.
    fn until(&self, asked: &Asked<'_>) -> Result<Option<Timestamp>, Exit> {
        self.options.until.as_deref().map(|text| instant(text, asked.tz())).transpose()
    }

    /// The first occurrences of all that is asked about, in order.
    fn coming(&self, count: usize) -> Result<Vec<(&Asked<'_>, Planned)>, Exit> {
        let mut stretches = Vec::new();
        for asked in &self.asked {
            let (after, until) = (self.after(asked)?, self.until(asked)?);
            stretches.push(Stretch { schedule: asked.schedule, after, until });
        }
        let coming = plan::merged(stretches).take(count.min(MOST));
        Ok(coming.map(|(index, next)| (&self.asked[index], next)).collect())
    }

    /// An occurrence for programs.
    fn row(&self, asked: &Asked<'_>, next: &Planned) -> Value {
        let due_at = view::instant(next.due_at, asked.tz());
        let mut row = json!({ "due_at": due_at, "note": next.note() });
        if let (Some(reminder), Some(object)) = (asked.reminder, row.as_object_mut()) {
            object.insert("reminder".to_owned(), reminder.id.as_str().into());
        }
        if let (Some(world), Some(reminder)) = (self.world, asked.reminder) {
            duty::add(&mut row, &duty::of(world, reminder, next.due_at));
        }
        row
    }

    /// An occurrence for people.
    fn line(&self, asked: &Asked<'_>, next: &Planned) {
        let note = next.told(output::language());
        let note = note.map(|note| format!("  ({note})")).unwrap_or_default();
        let duty = self.duty(asked, next.due_at).map(|duty| format!("  [{duty}]"));
        let gap = if asked.reminder.is_some() { "  " } else { "" };
        let at = view::readable(next.due_at, asked.tz());
        output::line(format_args!("{at}{gap}{}{}{note}", asked.id(), duty.unwrap_or_default()));
    }

    /// Whose turn it is then, where rotas have a say.
    fn duty(&self, asked: &Asked<'_>, due_at: Timestamp) -> Option<String> {
        let (world, reminder) = self.world.zip(asked.reminder)?;
        duty::line(&duty::of(world, reminder, due_at))
    }
}
