//! Occurrence -> Message: renders a reminder's texts, resolves whom it mentions, and shapes the
//! result for each target's robot.
//!
//! [`compose`] is what sends, previews and checks all go through, so that none of them can see
//! anything else than the others.

mod content;
mod mentions;
mod render;
mod split;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{ZonedDateTime, civil::Date};
use sha2::{Digest as _, Sha256};

use self::render::{Engine, Scope, Source};
pub use self::{content::ContentRoots, render::in_room};
use crate::model::{
    calendar::Calendar,
    diagnostic::{Diagnostic, Place},
    language::Language,
    message::{Button, Format, Mentions, Message, Part},
    occurrence::Occurrence,
    people::People,
    reminder::{Body, Reminder, TooLong},
    target::{Shape, Target, TargetId},
};

/// Says whether a date is a workday.
pub type Workdays = Arc<dyn Fn(Date) -> bool + Send + Sync>;

/// A title is shown on one line; it may have so many characters.
const TITLE_LIMIT: usize = 200;

/// The first line of every message that is visibly a test.
const BANNER: &str = "【测试】";

/// Everything outside the reminder that its message depends on.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// When it is due, in the reminder's zone.
    pub due: &'a ZonedDateTime,
    /// To whom it goes, with the shape their robots need.
    pub targets: &'a [(&'a Target, Shape)],
    /// Everyone.
    pub people: &'a People,
    /// For dates and numbers.
    pub language: Language,
    /// Where `file:` is read.
    pub content: &'a ContentRoots,
    /// For `workdays_until`.
    pub calendar: &'a Arc<Calendar>,
    /// Values of `--set` and `--data`.
    pub values: &'a BTreeMap<String, serde_json::Value>,
    /// Whether the message is visibly a test.
    pub banner: bool,
}

/// What was composed for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// To whom.
    pub target: TargetId,
    /// The parts, in order.
    pub messages: Vec<Message>,
    /// Worth knowing, no reason to keep the message back.
    pub warnings: Vec<Diagnostic>,
}

/// Composes an occurrence for each of the scene's targets, in their order.
///
/// # Errors
/// What is wrong, located in the file a person wrote. Nothing is composed by halves.
pub fn compose(
    reminder: &Reminder,
    occurrence: &Occurrence,
    scene: &Scene<'_>,
) -> Result<Vec<Composed>, Vec<Diagnostic>> {
    let run = || {
        let mut composed = Vec::with_capacity(scene.targets.len());
        let mut wrong = Vec::new();
        for (target, shape) in scene.targets {
            match for_target(reminder, occurrence, scene, target, shape) {
                Ok(one) => composed.push(one),
                Err(found) => wrong.extend(found),
            }
        }
        crate::model::diagnostic::sort(&mut wrong);
        if wrong.is_empty() { Ok(composed) } else { Err(wrong) }
    };
    in_room(run).unwrap_or_else(|error| {
        let message = format!("there is no room to render it: {error}");
        Err(vec![Diagnostic::error(reminder.place.clone(), "no-room", message)])
    })
}

/// Everything that is wrong with a reminder's content: in every branch of its templates, and in
/// the message it would send for the scene.
#[must_use]
pub fn check(reminder: &Reminder, occurrence: &Occurrence, scene: &Scene<'_>) -> Vec<Diagnostic> {
    let run = || {
        let mut found = Vec::new();
        for (target, _) in scene.targets {
            let scope = Scope::new(scene.due, reminder, target, scene.people, scene.values);
            found.extend(analyse(reminder, &scope.titled(""), scene));
        }
        found
    };
    let mut found = in_room(run).unwrap_or_default();
    if found.is_empty() {
        match compose(reminder, occurrence, scene) {
            Ok(composed) => found.extend(composed.into_iter().flat_map(|one| one.warnings)),
            Err(wrong) => found = wrong,
        }
    }
    crate::model::diagnostic::sort(&mut found);
    found
}

fn analyse(reminder: &Reminder, scope: &Scope, scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let inline = reminder.title.iter().chain(match &reminder.body {
        Body::Inline(template) => Some(template),
        Body::File { .. } => None,
    });
    let buttons = reminder.buttons.iter().flat_map(|button| [&button.label, &button.url]);
    for template in inline.chain(buttons) {
        found.extend(Engine::analyse(&Source::inline(template), scope));
    }
    if let Body::File { path, place } = &reminder.body {
        match scene.content.read(path, place) {
            Ok(text) => found.extend(Engine::analyse(&file_source(&text, path), scope)),
            Err(wrong) => found.push(wrong),
        }
    }
    found
}

/// A content file as a template, its errors placed in that file.
fn file_source<'a>(text: &'a str, path: &str) -> Source<'a> {
    let place = Place { file: path.to_owned(), line: 1, column: 1, length: 1 };
    Source { text, place, indent: 0, limit: content::FILE_LIMIT_BYTES }
}

/// The message for one target, in parts.
fn for_target(
    reminder: &Reminder,
    occurrence: &Occurrence,
    scene: &Scene<'_>,
    target: &Target,
    shape: &Shape,
) -> Result<Composed, Vec<Diagnostic>> {
    let (mentions, warnings) = mentions::resolve(reminder, scene.people, target, shape)?;
    let whole = rendered(reminder, scene, target, shape, mentions).map_err(|found| vec![found])?;
    let parts = match reminder.too_long {
        TooLong::Split => split::split(whole, shape),
        TooLong::Truncate => vec![split::truncate(whole, shape, scene.language)],
    };
    let of = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let messages = (1..).zip(parts).map(|(number, part)| Message {
        part: Part { number, of },
        key: idempotency_key(occurrence, &target.id, number),
        ..with_keyword(part, target, shape)
    });
    Ok(Composed { target: target.id.clone(), messages: messages.collect(), warnings })
}

/// The whole message, before it is cut to the robot's size.
fn rendered(
    reminder: &Reminder,
    scene: &Scene<'_>,
    target: &Target,
    shape: &Shape,
    mentions: Mentions,
) -> Result<Message, Diagnostic> {
    let calendar = Arc::clone(scene.calendar);
    let workdays: Workdays = Arc::new(move |date| calendar.is_workday(date));
    let engine = Engine::new(scene.language, scene.due.date(), workdays);
    let scope = Scope::new(scene.due, reminder, target, scene.people, scene.values);
    let title = match &reminder.title {
        Some(template) => one_line(&engine.render(&Source::inline(template), &scope)?),
        None => reminder.id.to_string(),
    };
    let scope = scope.titled(&title);
    let (text, place) = match &reminder.body {
        Body::Inline(template) => {
            (engine.render(&Source::inline(template), &scope)?, &template.place)
        }
        Body::File { path, place } => {
            let text = scene.content.read(path, place)?;
            (engine.render(&file_source(&text, path), &scope)?, place)
        }
    };
    if text.trim().is_empty() {
        let found = Diagnostic::error(place.clone(), "empty-text", "the text renders to nothing");
        return Err(found.help("a message without text helps nobody: write some, or use `only_if`"));
    }
    let mut buttons = Vec::with_capacity(reminder.buttons.len());
    for button in &reminder.buttons {
        let label = one_line(&engine.render(&Source::inline(&button.label), &scope)?);
        let url = engine.render(&Source::inline(&button.url), &scope)?.trim().to_owned();
        buttons.push(Button { label, url });
    }
    let banner = if scene.banner { BANNER } else { "" };
    let title = format!("{banner}{title}");
    let body = headed(text.trim_matches('\n'), &title, reminder.format, shape, scene.banner);
    Ok(Message {
        title,
        body: body.trim_end().to_owned(),
        format: reminder.format,
        buttons,
        mentions,
        part: Part { number: 1, of: 1 },
        key: String::new(),
    })
}

/// The body under its heading, where the robot would hide the title; a test's banner is always seen.
fn headed(text: &str, title: &str, format: Format, shape: &Shape, banner: bool) -> String {
    let own_heading = text.trim_start().starts_with('#');
    match format {
        Format::Markdown if shape.hides_title && !own_heading => format!("### {title}\n\n{text}"),
        Format::Markdown if banner && own_heading => format!("{BANNER}\n\n{text}"),
        _ => text.to_owned(),
    }
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(TITLE_LIMIT).collect()
}

/// The message with one of the target's keywords in it: the robot refuses it otherwise.
fn with_keyword(mut message: Message, target: &Target, shape: &Shape) -> Message {
    let scanned = (shape.scanned_text)(&message);
    if let Some(first) = target.keywords.first()
        && !target.keywords.iter().any(|keyword| scanned.contains(keyword.as_str()))
    {
        message.body = format!("{}\n\n{first}", message.body);
    }
    message
}

/// The idempotency key of one part: the same over retries and restarts, 32 hexadecimal digits.
#[must_use]
pub fn idempotency_key(occurrence: &Occurrence, target: &TargetId, part: u32) -> String {
    let digest = Sha256::digest(format!("{}\n{target}\n{part}", occurrence.id()));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A plain message of the service about itself.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// One line.
    pub title: &'a str,
    /// More.
    pub text: &'a str,
    /// Its idempotency key.
    pub key: &'a str,
}

/// A notice as a message for one target, cut to its robot's size.
#[must_use]
pub fn notice(notice: &Notice<'_>, target: &Target, shape: &Shape) -> Message {
    let message = Message {
        title: one_line(notice.title),
        body: render::clean(notice.text),
        format: Format::Text,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        part: Part { number: 1, of: 1 },
        key: notice.key.to_owned(),
    };
    with_keyword(split::truncate(message, shape, Language::English), target, shape)
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use crate::model::{
        calendar::Calendar,
        diagnostic::Place,
        message::Format,
        people::Person,
        reminder::*,
        target::{AfterCrash, RobotKind, Target, TargetId},
    };

    pub(super) fn person(id: &str, name: &str) -> Person {
        Person { id: id.into(), name: name.into(), ..Person::default() }
    }

    pub(super) fn target(id: &str, name: &str) -> Target {
        Target {
            id: TargetId::new(id),
            name: name.into(),
            robot: RobotKind::Console,
            webhook: None,
            secret: None,
            keywords: Vec::new(),
            quiet: None,
            pace: None,
            after_crash: AfterCrash::default(),
            fallback: None,
            enabled: true,
        }
    }

    pub(super) fn template(text: &str, line: u32) -> Template {
        let place = Place { file: "policy.yaml".into(), line, column: 7, length: 1 };
        Template { text: text.into(), place, indent: 6 }
    }

    /// A reminder in lines 2 to 9 of `policy.yaml`, its text from line 7.
    pub(super) fn reminder(id: &str, text: &str) -> Reminder {
        let zone = Zone {
            name: "Asia/Shanghai".into(),
            tz: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        };
        let schedule = Schedule {
            when: Vec::new(),
            zone,
            calendar: Arc::new(Calendar::weekends()),
            on_day_off: OnDayOff::Keep,
            from: None,
            until: None,
            except: Vec::new(),
        };
        Reminder {
            id: ReminderId::new(id),
            place: Place { file: "policy.yaml".into(), line: 2, column: 3, length: 6 },
            when_text: Vec::new(),
            schedule: Arc::new(schedule),
            enabled: true,
            owner: None,
            on_miss: OnMiss::Latest,
            grace: Duration::from_secs(7200),
            keep: Duration::from_secs(43200),
            to: vec![TargetId::new("ops")],
            mention: Vec::new(),
            title: None,
            body: Body::Inline(template(text, 7)),
            format: Format::Markdown,
            buttons: Vec::new(),
            priority: Priority::Normal,
            too_long: TooLong::Split,
        }
    }

    use super::*;
    use crate::model::{
        message::{IdKind, Mentioned},
        occurrence::Origin,
        people::Mention,
    };

    const SHAPE: Shape = Shape {
        max_bytes: 1000,
        max_mentions: 2,
        hides_title: true,
        mention: |person| {
            person.mobile.clone().map(|id| Mentioned {
                id,
                kind: IdKind::Mobile,
                name: person.name.clone(),
            })
        },
        encoded_len: |message| message.title.len() + message.body.len(),
        scanned_text: |message| message.body.clone(),
    };

    fn composed(
        reminder: &Reminder,
        to: &Target,
        people: &People,
    ) -> Result<Message, &'static str> {
        let due: ZonedDateTime = "2026-11-24T09:00:00+08:00[Asia/Shanghai]".parse().unwrap();
        let occurrence = Occurrence {
            reminder: reminder.id.clone(),
            due_at: due.timestamp(),
            origin: Origin::Schedule,
        };
        let scene = Scene {
            due: &due,
            targets: &[(to, SHAPE)],
            people,
            language: Language::Chinese,
            content: &ContentRoots::default(),
            calendar: &reminder.schedule.calendar,
            values: &BTreeMap::new(),
            banner: false,
        };
        let mut all = compose(reminder, &occurrence, &scene).map_err(|found| found[0].code)?;
        Ok(all.remove(0).messages.remove(0))
    }

    #[test]
    fn a_message_has_its_heading_its_keyword_and_its_key() {
        let mut group = target("ops", "运维");
        group.keywords = vec!["政策".into()];
        let message =
            composed(&reminder("policy", "今天是 {{ due.date }}"), &group, &People::default())
                .unwrap();
        assert_eq!(message.body, "### policy\n\n今天是 2026-11-24\n\n政策");
        assert_eq!(message.key.len(), 32);
        let again = composed(&reminder("policy", "x"), &group, &People::default()).unwrap();
        assert_eq!(message.key, again.key, "the key does not depend on the text");
    }

    #[test]
    fn nobody_to_mention_and_nothing_to_say_are_errors() {
        let group = target("ops", "运维");
        let mut people = People::default();
        people.people.insert("li".into(), person("li", "李四"));
        let mut silent = reminder("r", "hello");
        silent.mention = vec![Mention::Person("li".into())];
        assert_eq!(composed(&silent, &group, &people), Err("mention-nobody"));
        people.people.get_mut("li").unwrap().mobile = Some("13800000000".into());
        let message = composed(&silent, &group, &people).unwrap();
        assert_eq!(message.mentions.people[0].id, "13800000000");
        let empty = reminder("r", "{% if false %}x{% endif %}");
        assert_eq!(composed(&empty, &group, &people), Err("empty-text"));
    }
}
