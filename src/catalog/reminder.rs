//! One reminder: its keys, the file's defaults, and what only both together can show to be wrong.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    change::{self, Waited},
    keys,
    personal::Addressed,
    raw::{At, Raw, Reader},
    texts::{self, Naming},
    when::{self, When, WhenError},
    world::World,
};
use crate::{
    model::{
        calendar::Calendar,
        diagnostic::Place,
        people::{Mention, Person},
        recurrence::Recurrence,
        reminder::{Reminder, ReminderId, Schedule, Zone},
        text::{Text, text},
    },
    yaml::{Entry, Flaw, Node, Report, short, values},
};

/// How late an occurrence may still be planned.
const GRACE: Duration = Duration::from_secs(2 * 3600);
/// How long a delivery may wait.
const KEEP: Duration = Duration::from_secs(12 * 3600);
/// More recurrences than this are no reminder any more.
const MAX_WHEN: usize = 100;
/// A phrase is shorter than this, in bytes.
const LONGEST_WHEN: usize = 1024;

/// What has been worked out before, so that it is not worked out for each of 10,000 reminders.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) zones: HashMap<String, Result<Zone, Text>>,
    phrases: HashMap<String, Phrases>,
    schedules: HashSet<Arc<Schedule>>,
}

/// What was read with the holidays of one calendar, as written and as understood.
#[derive(Debug)]
struct Phrases {
    holidays: Vec<String>,
    read: HashMap<Arc<str>, Result<When, WhenError>>,
}

impl Phrases {
    fn of(calendar: &Calendar) -> Self {
        let holidays = calendar.holiday_names().into_iter().map(|name| name.to_string());
        Self { holidays: holidays.collect(), read: HashMap::new() }
    }

    fn when(&mut self, text: &str) -> Result<(Arc<str>, When), WhenError> {
        if let Some((text, when)) = self.read.get_key_value(text) {
            return Ok((Arc::clone(text), when.clone()?));
        }
        let (text, when) = (Arc::from(text), when::read(text, &self.holidays));
        self.read.insert(Arc::clone(&text), when.clone());
        Ok((text, when?))
    }
}

impl Memo {
    /// Equal schedules become one.
    fn share(&mut self, schedule: Schedule) -> Arc<Schedule> {
        if let Some(known) = self.schedules.get(&schedule) {
            return known.clone();
        }
        let shared = Arc::new(schedule);
        self.schedules.insert(shared.clone());
        shared
    }

    /// What a phrase or a cron expression says; its text is kept once, however many say the same.
    fn when(&mut self, text: &str, calendar: &Calendar) -> Result<(Arc<str>, When), WhenError> {
        if let Some(phrases) = self.phrases.get_mut(calendar.id()) {
            return phrases.when(text);
        }
        let phrases = self.phrases.entry(calendar.id().to_owned());
        phrases.or_insert_with(|| Phrases::of(calendar)).when(text)
    }
}

/// Compiles reminders of one file.
pub(super) struct Compiler<'r, 'd, 'w> {
    pub(super) report: &'r mut Report<'d>,
    pub(super) world: &'w World,
    pub(super) memo: &'r mut Memo,
}

impl<'d> Compiler<'_, 'd, '_> {
    /// Reads the keys of a map that reminders and `defaults:` have in common.
    pub(super) fn raw(&mut self, fields: &crate::yaml::Fields<'d>) -> Raw<'d> {
        let zones = &mut self.memo.zones;
        Reader { report: self.report, world: self.world, zones }.read(fields)
    }

    /// Compiles one reminder; nothing when it cannot be used. Everything wrong is reported.
    pub(super) fn reminder(
        &mut self,
        entry: &'d Entry,
        defaults: &Raw<'d>,
        default_keys: &[&str],
    ) -> Option<Reminder> {
        if let Err(flaw) = values::name(&entry.key) {
            self.report.error(entry.span, flaw);
        }
        let fields = self.report.fields(&entry.node, &keys::REMINDER)?;
        let raw = self.raw(&fields).or(defaults);
        for key in ["when", "to"] {
            if fields.get(key).is_none() && !default_keys.contains(&key) {
                self.missing(entry, key);
            }
        }
        if let (Some(from), Some(until)) = (&raw.from, &raw.until) {
            self.order(from, until);
        }
        let title = fields.get("title").map(|node| texts::title(self.report, node));
        let body = texts::body(self.report, &fields, entry.span, &self.world.content);
        let addressed = raw.to.clone().unwrap_or_default();
        self.somebody(raw.mention.as_ref(), &addressed);
        let calendar = raw.calendar.clone().unwrap_or_else(|| self.world.calendars.usual.clone());
        let Understood { texts: when_text, recurrences: when, folders } =
            self.when(raw.when?, &calendar, raw.from.is_some())?;
        let mut data = raw.data.unwrap_or_default();
        let on_change = change::sources(folders, &mut data);
        let schedule = self.memo.share(Schedule {
            when,
            zone: raw.zone.unwrap_or_else(|| self.world.zone.clone()),
            calendar,
            on_day_off: raw.on_day_off.unwrap_or_default(),
            from: raw.from.map(|from| from.value),
            until: raw.until.map(|until| until.value),
            except: raw.except.unwrap_or_default(),
        });
        Some(Reminder {
            id: ReminderId::new(entry.key.as_str()),
            place: self.report.document.place(entry.span),
            when_text: when_text.into(),
            schedule,
            on_change: on_change.into(),
            enabled: raw.enabled.unwrap_or(true),
            owner: raw.owner,
            on_miss: raw.on_miss.unwrap_or_default(),
            grace: raw.grace.unwrap_or(GRACE),
            keep: raw.keep.unwrap_or(KEEP),
            to: raw.to.map(|_| addressed.targets)?.into(),
            personal: addressed.personal.into(),
            mention: raw.mention.map(|mention| mention.value).unwrap_or_default().into(),
            data: data.into(),
            only_if: raw.only_if.map(Box::new),
            title: title.flatten().map(Box::new),
            body: body?,
            format: raw.format.unwrap_or_default(),
            buttons: raw.buttons.unwrap_or_default().into(),
            priority: raw.priority.unwrap_or_default(),
            too_long: raw.too_long.unwrap_or_default(),
        })
    }

    fn missing(&mut self, entry: &Entry, key: &str) {
        let help = match key {
            "when" => text!("add a line such as `when: every workday at 09:00`"),
            _ => {
                let mut some = self.world.targets.iter().filter(|(_, target)| target.enabled);
                let some = some.next().map_or("my-group", |(id, _)| id.as_str());
                text!("add a line such as `to: {some}`", some = some)
            }
        };
        let message = text!(
            "the reminder `{id}` has no `{key}`",
            id = crate::yaml::short(&entry.key),
            key = key
        );
        self.report.error(entry.span, Flaw::new("missing-key", message).help(help));
    }

    fn order(&mut self, from: &At<jiff::civil::Date>, until: &At<jiff::civil::Date>) {
        if until.value < from.value {
            let message = text!(
                "`until` ({until}) is before `from` ({from})",
                until = until.value,
                from = from.value
            );
            let help = text!("give a later date, or set `enabled: false` to keep it silent");
            self.report.error(until.span, Flaw::new("bad-range", message).help(help));
        }
    }

    /// Every `when`, as written and as understood. `starts`: the reminder has a `from`.
    fn when(&mut self, node: &'d Node, calendar: &Calendar, starts: bool) -> Option<Understood> {
        let items = node.items();
        if items.is_empty() || items.len() > MAX_WHEN {
            let message = text!("`when` has between one and {most} entries", most = MAX_WHEN);
            let help = text!("write at least one, such as every workday at 09:00");
            self.report.flaw(node, Flaw::new("missing-value", message).help(help));
            return None;
        }
        let (mut understood, mut whole) = (Understood::default(), true);
        let roots = &self.world.content;
        for item in items {
            let memo = &mut *self.memo;
            let read = |text: &str| {
                if text.len() > LONGEST_WHEN {
                    let message = text!("`when` is too long for a phrase or a cron expression");
                    let help = text!("write several as a list");
                    return Err(Flaw::new("too-long", message).help(help));
                }
                let (text, when) = memo.when(text, calendar).map_err(when_flaw)?;
                match &when {
                    When::Timed(recurrence) if recurrence.needs_start() && !starts => {
                        return Err(without_start(&text));
                    }
                    When::Timed(_) => {}
                    When::OnChange { folder } => {
                        texts::path(folder, roots, Naming::Folder, "`when`")?;
                    }
                }
                Ok((text, when))
            };
            match self.report.read(item, "`when`", read) {
                Some((text, when)) => {
                    understood.add(text, when, self.report.document.place(item.span));
                }
                None => whole = false,
            }
        }
        whole.then_some(understood)
    }

    /// Whoever is to be mentioned must be someone the robots can mention.
    fn somebody(&mut self, mention: Option<&At<Vec<Mention>>>, to: &Addressed) {
        let Some(mention) = mention.filter(|mention| !mention.value.contains(&Mention::All)) else {
            return;
        };
        let everyone = self.world.people.everyone(&mention.value);
        // Who may have to stand in is to be mentioned too.
        let away = everyone.iter().filter(|person| !person.leave.is_empty());
        let stand_ins = away.flat_map(|person| self.world.people.delegates(person).skip(1));
        let mut people = everyone.clone();
        for one in stand_ins {
            if people.iter().all(|known| known.id != one.id) {
                people.push(one);
            }
        }
        for target in to.groups() {
            let Some(receiver) = self.world.targets.get(target.as_str()) else { continue };
            if receiver.mention_by.is_empty() {
                // Said by what composes the message; it goes out all the same.
                continue;
            }
            let cannot = |person: &&&Person| (receiver.mention)(person).is_none();
            let missed: Vec<&Person> = people.iter().filter(cannot).copied().collect();
            let Some(first) = missed.first() else {
                if everyone.is_empty() {
                    let flaw = Flaw::new("nobody-to-mention", text!("`mention` names nobody"));
                    let help = text!("give the role members, or delete the line");
                    self.report.error(mention.span, flaw.help(help));
                }
                continue;
            };
            let robot = receiver.robot;
            let help = text!(
                "give {name} (`{id}`) {what} in the settings or the file of people",
                name = &first.name,
                id = &first.id,
                what = receiver.mention_by,
            );
            if everyone.iter().all(|person| cannot(&person)) {
                let message = text!(
                    "nobody here has an id by which {robot} can mention them in `{target}`",
                    robot = robot,
                    target = target.as_str(),
                );
                self.report.error(mention.span, Flaw::new("nobody-to-mention", message).help(help));
            } else {
                let names: Vec<&str> = missed.iter().map(|person| person.name.as_str()).collect();
                let names = crate::yaml::short(&names.join(", "));
                let message = text!(
                    "{robot} cannot mention {names} in `{target}`",
                    robot = robot,
                    names = names,
                    target = target.as_str(),
                );
                self.report.warning(mention.span, Flaw::new("cannot-mention", message).help(help));
            }
        }
    }
}

/// Everything `when` says.
#[derive(Default)]
struct Understood {
    /// What is a matter of time, as written and as understood.
    texts: Vec<Arc<str>>,
    recurrences: Vec<Recurrence>,
    /// Folders whose change is waited for.
    folders: Vec<Waited>,
}

impl Understood {
    fn add(&mut self, text: Arc<str>, when: When, place: Place) {
        match when {
            When::OnChange { folder } => self.folders.push((folder, place)),
            When::Timed(recurrence) if self.recurrences.contains(&recurrence) => {}
            When::Timed(recurrence) => {
                self.texts.push(text);
                self.recurrences.push(recurrence);
            }
        }
    }
}

/// "Every n" with nothing to count from: any answer would be a guess.
fn without_start(text: &str) -> Flaw {
    let message =
        text!("`{text}` counts from a date, and the reminder has no `from`", text = short(text));
    Flaw::new("missing-from", message).help(text!(
        "add a line such as `from: 2026-01-05`; the week or workday of that date is the first"
    ))
}

fn when_flaw(error: WhenError) -> Flaw {
    let mut flaw = Flaw::new("bad-when", error.message);
    flaw.help = error.help;
    flaw.part = Some((error.at, error.length));
    flaw
}
