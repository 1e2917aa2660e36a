//! Occurrence to message: renders a reminder's texts for each of its targets and gives them the
//! shape each robot demands.
//!
//! [`compose`] makes what is sent; [`check`] says beforehand, by the very same way, what would be
//! wrong with it, and also what the sample does not reach: every branch of every template.

mod check;
mod content;
mod flaws;
mod mentions;
mod merge;
mod parts;
mod personal;
mod remarks;
mod render;
mod source;
mod split;

use std::{collections::BTreeMap, io, sync::Arc};

use jiff::civil::Date;
use url::Url;

use self::render::{Engine, Inline, Mentioner, Scope, Source};
pub use self::{
    check::check,
    content::{ContentFile, ContentRoots, FILE_LIMIT},
    flaws::{flaws, is_plain},
    merge::merge,
    parts::{Draft, Fitted, Fitting, fit, key},
    personal::nudge,
    render::in_room,
    source::{
        DATA_LIMIT, Data, KnownHashes, Listing, Looking, Memo, News, Telling, known_hashes,
        question, unanswered,
    },
    split::MOST_PARTS,
};
use crate::model::{
    diagnostic::{Diagnostic, Place},
    language::Language,
    message::{Button, Mentions, Message},
    occurrence::Occurrence,
    people::People,
    reminder::{Body, Reminder, Template},
    rota::Moment,
    target::{Shape, Target, TargetId},
    text::{Text, Words, text, words},
};

/// Says whether a date is a workday.
type Workdays = Arc<dyn Fn(Date) -> bool + Send + Sync>;

/// What stands before a message that is a test: `--to`, `--set`, `--data`.
pub const TEST_BANNER: &str = "【测试】";

/// Everything around a reminder that its messages depend on.
#[derive(Clone)]
pub struct Scene<'a> {
    /// To whom it goes, and what each robot demands.
    pub targets: &'a [(&'a Target, Shape)],
    /// Everyone the settings know.
    pub people: &'a Arc<People>,
    /// The language of dates, numbers and notices.
    pub language: Language,
    /// Where `file:` looks.
    pub content: &'a ContentRoots,
    /// The date and the calendar of the occurrence, and what decides whose turn it is.
    pub moment: Moment,
    /// What the reminder's sources gave.
    pub data: &'a Data,
    /// Further names in templates, such as those given by `--set`; they hide names of ours.
    pub values: &'a BTreeMap<String, serde_json::Value>,
    /// Stands before everything, e.g. [`TEST_BANNER`].
    pub banner: Option<&'a str>,
}

/// What an occurrence became for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// To whom.
    pub target: TargetId,
    /// What there is to send.
    pub outcome: Outcome,
    /// What else `check` says about it; an error among these is one that did not keep the message
    /// from being made, such as a mention of nobody.
    pub notes: Vec<Diagnostic>,
}

/// What there is to send to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The parts in order.
    Messages(Vec<Message>),
    /// Nothing, by the reminder's `only_if`.
    Skipped {
        /// The expression, and the values it looked at.
        because: Text,
    },
    /// Nothing can be sent, for these reasons.
    Failed(Vec<Diagnostic>),
}

/// Composes an occurrence for each target of the scene, in order.
#[must_use]
pub fn compose(reminder: &Reminder, occurrence: &Occurrence, scene: &Scene) -> Vec<Composed> {
    let compose = || Composer::new(reminder, occurrence, scene).compose();
    if is_plain(reminder) {
        return compose();
    }
    in_room(compose).unwrap_or_else(|error| {
        let failed = |(target, _): &(&Target, Shape)| Composed {
            target: target.id.clone(),
            outcome: Outcome::Failed(vec![no_room(reminder, &error)]),
            notes: Vec::new(),
        };
        scene.targets.iter().map(failed).collect()
    })
}

fn no_room(reminder: &Reminder, error: &io::Error) -> Diagnostic {
    let message = text!(
        "the text could not be rendered: no thread could be started: {why}",
        why = error.to_string(),
    );
    Diagnostic::error(reminder.place.clone(), "no-thread", message)
        .help(text!("the machine is out of memory or of threads"))
}

/// One occurrence with its scene.
struct Composer<'a> {
    reminder: &'a Reminder,
    occurrence: &'a Occurrence,
    scene: &'a Scene<'a>,
    due: jiff::ZonedDateTime,
    engine: Engine,
    /// The body's file, when it has one.
    file: Option<Result<ContentFile, Diagnostic>>,
}

impl<'a> Composer<'a> {
    fn new(reminder: &'a Reminder, occurrence: &'a Occurrence, scene: &'a Scene<'a>) -> Self {
        let due = occurrence.due_at.to_zoned_datetime(reminder.schedule.zone.tz.clone());
        let calendar = Arc::clone(&scene.moment.calendar);
        let workdays: Workdays = Arc::new(move |date| calendar.is_workday(date));
        let engine = Engine::new(scene.language, due.date(), workdays, scene.data.weight());
        let file = match &reminder.body {
            Body::Inline(_) => None,
            Body::File { path, place } => {
                let read = || scene.content.read(path, place);
                Some(scene.data.body().cloned().unwrap_or_else(read))
            }
        };
        Self { reminder, occurrence, scene, due, engine, file }
    }

    fn compose(&self) -> Vec<Composed> {
        let each = self.scene.targets.iter();
        each.map(|(target, shape)| {
            let mut notes = Vec::new();
            let outcome = self.outcome(target, shape, &mut notes);
            Composed { target: target.id.clone(), outcome, notes }
        })
        .collect()
    }

    fn scope(&self, target: Option<&Target>) -> Scope {
        self.scope_with(target, self.scene.data)
    }

    fn scope_with(&self, target: Option<&Target>, data: &Data) -> Scope {
        let Scene { people, moment, values, .. } = self.scene;
        Scope::new(&self.due, self.reminder, target, (people, moment), data, values)
    }

    fn body(&self) -> Result<Source<'_>, Diagnostic> {
        match (&self.reminder.body, &self.file) {
            (Body::Inline(template), _) => Ok(Source::inline(template)),
            (Body::File { .. }, Some(Ok(file))) => Ok(Source::file(file)),
            (Body::File { .. }, Some(Err(missing))) => Err(missing.clone()),
            (Body::File { path, place }, None) => {
                let message = text!("{path} has not been read", path = path);
                Err(Diagnostic::error(place.clone(), "content-missing", message))
            }
        }
    }

    /// What there is to send to a target: nothing while a source is missing, nothing when the
    /// condition does not hold, else the messages.
    fn outcome(&self, target: &Target, shape: &Shape, notes: &mut Vec<Diagnostic>) -> Outcome {
        let failures = self.scene.data.failures();
        if !failures.is_empty() {
            return Outcome::Failed(failures);
        }
        if let Some(only_if) = &self.reminder.only_if {
            let scope = self.scope(Some(target));
            match self.engine.judge(&Source::inline(only_if), &scope) {
                Err(wrong) => return Outcome::Failed(vec![wrong]),
                Ok(judged) if !judged.holds => {
                    return Outcome::Skipped { because: because(&only_if.text, judged.values) };
                }
                Ok(_) => {}
            }
        }
        match self.messages(target, shape, notes) {
            Ok(messages) => Outcome::Messages(messages),
            Err(wrong) => Outcome::Failed(wrong),
        }
    }

    fn messages(
        &self,
        target: &Target,
        shape: &Shape,
        notes: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Message>, Vec<Diagnostic>> {
        let Self { reminder, scene, occurrence, .. } = self;
        let (draft, inline) = self.draft(target, shape)?;
        let (too_long, language, priority) = (reminder.too_long, scene.language, reminder.priority);
        let fitting = Fitting { target, shape, too_long, language, priority, occurrence };
        let mut messages = Vec::new();
        let personal = reminder.personal(&target.id);
        if personal.is_none_or(|personal| personal.group_too) {
            messages.extend(self.to_group((draft.clone(), inline), &fitting, notes)?);
        }
        let Some(personal) = personal else { return Ok(messages) };
        messages.extend(self.personally(&draft, &fitting, &personal.people, notes)?);
        Ok(personal::keyed(messages, occurrence, target))
    }

    fn to_group(
        &self,
        (mut draft, inline): (Draft, Inline),
        fitting: &Fitting<'_>,
        notes: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Message>, Vec<Diagnostic>> {
        let Self { reminder, scene, .. } = self;
        let (target, shape, place) = (fitting.target, fitting.shape, &reminder.place);
        let people = scene.people.resolve(&reminder.mention, &scene.moment);
        let (mentions, said) = mentions::of(&reminder.mention, &people, target, shape, place);
        notes.extend(said);
        let inline_people = inline.people.clone();
        let (mentions, said) = mentions::with_inline(mentions, inline, target, shape, place);
        if mentions.all {
            draft.body = mentions::named(&draft.body, &inline_people);
        }
        draft.mentions = mentions;
        notes.extend(said);
        let fitted = fit(&draft, fitting).ok_or_else(|| vec![self.hopeless(target, shape)])?;
        notes.extend(self.remarks(target, &fitted));
        Ok(self.ringing(fitted.messages, fitting))
    }

    /// Renders all texts for a target.
    fn draft(&self, target: &Target, shape: &Shape) -> Result<(Draft, Inline), Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut keep = |result: Result<String, Diagnostic>| {
            result.map_err(|wrong| found.push(wrong)).unwrap_or_default()
        };
        let Scene { people, moment, .. } = self.scene;
        let mentioner = Arc::new(Mentioner::new(people, moment, shape.mention));
        let scope = self.scope(Some(target)).mentioning(&mentioner);
        let title = match &self.reminder.title {
            None => self.reminder.id.to_string(),
            Some(title) => keep(self.line(title, &scope, words!("title"))),
        };
        let scope = scope.titled(&title);
        let body = keep(self.text(&scope));
        let mut buttons = Vec::new();
        for button in &self.reminder.buttons {
            let label = keep(self.line(&button.label, &scope, words!("label")));
            let url = keep(self.url(&button.url, &scope));
            buttons.push(Button { label, url });
        }
        if !found.is_empty() {
            return Err(found);
        }
        let inline = mentioner.mentioned();
        // Only a body can mention; a headline says the name.
        let title = mentions::named(&title, &inline.people);
        let format = self.reminder.format;
        let banner = self.scene.banner.map(str::to_owned);
        let draft = Draft { title, body, format, buttons, mentions: Mentions::default(), banner };
        Ok((draft, inline))
    }

    /// The body, without blank lines at its ends.
    fn text(&self, scope: &Scope) -> Result<String, Diagnostic> {
        let source = self.body()?;
        let text = self.engine.render(&source, scope)?;
        let lines = text.trim_end();
        let blank = lines.len() - lines.trim_start().len();
        let start = lines[..blank].rfind('\n').map_or(0, |n| n + 1);
        match lines.get(start..).unwrap_or_default() {
            "" => Err(empty(source.place, words!("text"))),
            text => Ok(text.to_owned()),
        }
    }

    /// A text of one line.
    fn line(&self, template: &Template, scope: &Scope, what: Words) -> Result<String, Diagnostic> {
        let text = self.engine.render(&Source::inline(template), scope)?;
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() { Err(empty(template.place.clone(), what)) } else { Ok(line) }
    }

    fn url(&self, template: &Template, scope: &Scope) -> Result<String, Diagnostic> {
        let text = self.engine.render(&Source::inline(template), scope)?;
        let text = text.trim();
        let usable = |url: &Url| !matches!(url.scheme(), "javascript" | "data" | "file");
        let parsed = Url::parse(text).ok().filter(usable);
        match parsed {
            Some(url) if !text.contains(char::is_whitespace) => Ok(match text.is_ascii() {
                true => text.to_owned(),
                false => url.to_string(),
            }),
            _ => {
                let shown: String = text.chars().take(80).collect();
                let message = text!("`{text}` is not a link", text = shown);
                Err(Diagnostic::error(template.place.clone(), "bad-link", message)
                    .help(text!("a link begins with https:// and has no spaces in it")))
            }
        }
    }
}

/// An expression with the values it looked at, which may be itself alone.
fn because(expression: &str, values: Vec<(String, Text)>) -> Text {
    let whole = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    let alone = values.first().is_some_and(|(first, _)| *first == whole);
    let told = values.into_iter().map(|(of, value)| text!("{of}: {value}", of = of, value = value));
    match Text::several(told.collect()) {
        values if values.is_empty() => whole.into(),
        values if alone => values,
        values => text!("{whole} ({values})", whole = whole, values = values),
    }
}

fn empty(place: Place, what: Words) -> Diagnostic {
    Diagnostic::error(place, "empty-text", text!("the {what} renders to nothing", what = what))
        .help(text!("give every branch something to say; `only_if` keeps a reminder silent"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{
        calendar::Calendar,
        message::{Format, IdKind, Mentioned},
        occurrence::Origin,
        people::{Mention, Person},
        reminder::*,
        secret::Confided,
        source::{DataFormat, DataSource, Http, SourceKind},
        target::RobotKind,
    };

    pub(super) fn person(id: &str, name: &str) -> Person {
        Person { id: id.into(), name: name.into(), ..Person::default() }
    }

    pub(super) fn target(id: &str, name: &str) -> Target {
        Target { name: name.into(), ..Target::new(id, RobotKind::Console) }
    }

    /// A robot like DingTalk's: 18,000 bytes, 50 people by their mobile number.
    pub(super) fn shape() -> Shape {
        Shape {
            max_bytes: 18_000,
            max_text_bytes: None,
            max_mentions: 50,
            mention_by: words!("a `mobile`"),
            mention_all: true,
            nudge: |_| Mentions::default(),
            personal: None,
            hides_title: true,
            mention: |person| {
                let id = person.mobile.clone()?;
                Some(Mentioned { id, kind: IdKind::Mobile, name: person.name.clone() })
            },
            encoded_len: |message| serde_json::to_string(message).unwrap().len(),
            scanned_text: |message| format!("{}\n{}", message.title, message.body),
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
            when_text: Box::default(),
            on_change: Box::default(),
            schedule: Arc::new(schedule),
            enabled: true,
            owner: None,
            on_miss: OnMiss::Latest,
            grace: Duration::from_secs(7200),
            keep: Duration::from_secs(43200),
            personal: Box::default(),
            to: [TargetId::new("ops")].into(),
            mention: Box::default(),
            data: Box::default(),
            only_if: None,
            title: None,
            body: Body::Inline(template(text, 7)),
            format: Format::Markdown,
            buttons: Box::default(),
            priority: Priority::Normal,
            too_long: TooLong::Split,
        }
    }

    /// What the tests look at a reminder with.
    struct Stage {
        targets: Vec<Target>,
        shape: Shape,
        people: Arc<People>,
        content: ContentRoots,
        data: Data,
        values: BTreeMap<String, serde_json::Value>,
        banner: Option<&'static str>,
    }

    impl Stage {
        fn new() -> Self {
            let zhangsan =
                Person { mobile: Some("13800000000".into()), ..person("zhangsan", "张三") };
            let all = [zhangsan, person("lisi", "李四")];
            Self {
                targets: vec![target("ops", "运营群")],
                shape: shape(),
                people: Arc::new(People {
                    people: all.into_iter().map(|p| (p.id.clone(), p)).collect(),
                    ..People::default()
                }),
                content: ContentRoots::default(),
                data: Data::default(),
                values: BTreeMap::new(),
                banner: None,
            }
        }

        fn with<R>(&self, look: impl FnOnce(&Scene) -> R) -> R {
            let targets: Vec<_> = self.targets.iter().map(|target| (target, self.shape)).collect();
            look(&Scene {
                targets: &targets,
                people: &self.people,
                language: Language::Chinese,
                content: &self.content,
                moment: Moment {
                    on: jiff::civil::date(2026, 11, 24),
                    calendar: Arc::new(Calendar::weekends()),
                    occurrences: Arc::new(|_| 0),
                },
                data: &self.data,
                values: &self.values,
                banner: self.banner,
            })
        }

        fn check(&self, reminder: &Reminder) -> Vec<String> {
            let due = "2026-11-24T01:00:00Z".parse().unwrap();
            let found = self.with(|scene| check(reminder, due, scene));
            found.iter().map(|f| format!("{} {f}", f.code)).collect()
        }

        fn compose(&self, reminder: &Reminder) -> Vec<Composed> {
            let due_at = "2026-11-24T01:00:00Z".parse().unwrap();
            let occurrence =
                Occurrence { reminder: reminder.id.clone(), due_at, origin: Origin::Schedule };
            self.with(|scene| compose(reminder, &occurrence, scene))
        }

        fn bodies(&self, reminder: &Reminder) -> Vec<String> {
            let composed = self.compose(reminder);
            let messages = composed.into_iter().flat_map(|c| sent(c.outcome));
            messages.map(|message| message.body).collect()
        }
    }

    fn sent(outcome: Outcome) -> Vec<Message> {
        let Outcome::Messages(messages) = outcome else { panic!("{outcome:?}") };
        messages
    }

    fn failed(outcome: Outcome) -> Vec<Diagnostic> {
        let Outcome::Failed(wrong) = outcome else { panic!("{outcome:?}") };
        wrong
    }

    #[test]
    fn a_reminder_becomes_a_message_for_each_target() {
        let mut stage = Stage::new();
        stage.targets.push(target("hr", "人事群"));
        let mut policy = reminder(
            "policy",
            "{{ target.name }}请看 {{ due | date(\"M月d日\") }}：\r\n政策\u{7}\n\n",
        );
        policy.title = Some(template("  政策\n更新 {{ reminder.id }} ", 5).into());
        policy.buttons = [ButtonTemplate {
            label: template("看政策", 9),
            url: template("https://e.x/{{ due.date }}/政策", 10),
        }]
        .into();
        policy.mention = [Mention::Person("zhangsan".into())].into();
        let composed = stage.compose(&policy);
        assert_eq!(composed.len(), 2);
        let message = sent(composed[1].outcome.clone()).remove(0);
        assert_eq!(message.title, "政策 更新 policy");
        assert_eq!(message.body, "### 政策 更新 policy\n\n人事群请看 11月24日：\n政策");
        assert_eq!(message.buttons[0].url, "https://e.x/2026-11-24/%E6%94%BF%E7%AD%96");
        assert_eq!(message.mentions.people[0].id, "13800000000");
        assert_eq!(composed[1].target.as_str(), "hr");
        assert_eq!(stage.check(&policy), [""; 0]);
        assert_ne!(message.key, sent(composed[0].outcome.clone())[0].key);
    }

    #[test]
    fn without_a_title_the_id_is_the_title() {
        let body = &Stage::new().bodies(&reminder("政策-1", "{{ reminder.title }}"))[0];
        assert_eq!(body, "### 政策-1\n\n政策-1");
    }

    #[test]
    fn given_values_are_in_scope_and_marked_as_a_test() {
        let mut stage = Stage::new();
        stage.values.insert("n".into(), serde_json::json!(3));
        stage.banner = Some(TEST_BANNER);
        let text = reminder("policy", "{{ n + 1 }}");
        assert_eq!(stage.bodies(&text), ["### 【测试】policy\n\n4"]);
        assert_eq!(stage.check(&text), [""; 0]);
        stage.values.clear();
        assert_eq!(stage.check(&text).len(), 1);
    }

    /// A reminder over `stock.csv` in a folder of its own.
    fn stock(optional: bool, csv: Option<&str>) -> (tempfile::TempDir, Stage, Reminder) {
        let dir = tempfile::tempdir().unwrap();
        if let Some(csv) = csv {
            std::fs::write(dir.path().join("stock.csv"), csv).unwrap();
        }
        let mut stage = Stage::new();
        stage.content = ContentRoots::new([(String::new(), dir.path().to_owned())].into());
        let mut reminder = reminder(
            "stock",
            "{% for row in stock if row.qty < 5 %}{{ row['品名'] }}: {{ row.qty }}\n{% endfor %}",
        );
        reminder.only_if = Some(template("stock | selectattr('qty', 'lt', 5) | list", 6).into());
        reminder.data = [DataSource {
            name: "stock".into(),
            place: Place { file: "policy.yaml".into(), line: 5, column: 15, length: 9 },
            optional,
            kind: SourceKind::File {
                path: "stock.csv".into(),
                format: DataFormat::Csv { text: Vec::new() },
            },
        }]
        .into();
        stage.data = Data::files(&reminder, &stage.content);
        (dir, stage, reminder)
    }

    fn skipped(outcome: Outcome) -> String {
        match outcome {
            Outcome::Skipped { because } => because.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_table_is_read_and_decides() {
        let (_dir, stage, reminder) = stock(false, Some("品名,qty\n螺丝,3\n螺母,50\n垫片,0\n"));
        assert_eq!(stage.check(&reminder), [""; 0]);
        assert_eq!(stage.bodies(&reminder), ["### stock\n\n螺丝: 3\n垫片: 0"]);
        let (_dir, stage, reminder) = stock(false, Some("品名,qty\n螺丝,8\n"));
        let outcome = stage.compose(&reminder).remove(0).outcome;
        let because = "stock | selectattr('qty', 'lt', 5) | list: 0 entries";
        assert_eq!(skipped(outcome), because);
        assert_eq!(stage.check(&reminder), [""; 0], "silent today, and right");
    }

    #[test]
    fn a_source_that_fails_sends_nothing() {
        for (csv, code, at) in [
            (None, "content-missing", "policy.yaml:5:15"),
            (Some("品名,qty\n螺丝"), "bad-csv", "stock.csv:2"),
            (Some("品名,数量\n螺丝,1\n"), "template-undefined", "policy.yaml:7:"),
        ] {
            let (_dir, stage, reminder) = stock(false, csv);
            let wrong = failed(stage.compose(&reminder).remove(0).outcome);
            assert!(wrong[0].code == code && wrong[0].to_string().contains(at), "{wrong:?}");
            assert!(!stage.check(&reminder).is_empty());
        }
    }

    #[test]
    fn an_optional_source_may_be_absent() {
        let (_dir, stage, mut reminder) = stock(true, None);
        let found = stage.check(&reminder);
        assert!(found[0].starts_with("template-undefined policy.yaml:6"), "{found:?}");
        reminder.only_if = Some(template("stock is defined", 6).into());
        let outcome = stage.compose(&reminder).remove(0).outcome;
        assert_eq!(skipped(outcome), "stock is defined (stock: nothing)");
        let absent = stage.data.absent();
        assert!(absent[0].0 == "stock" && absent[0].1.code == "content-missing");
        // While it is there, `check` looks at both cases.
        let (_dir, stage, reminder) = stock(true, Some("品名,qty\n螺丝,3\n"));
        let found = stage.check(&reminder);
        let starts = ["optional-missing policy.yaml:6:7", "optional-missing policy.yaml:7:21"];
        for (found, start) in found.iter().zip(starts) {
            assert!(found.starts_with(start), "{found}");
        }
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_text_mentions_whom_it_speaks_of() {
        let stage = Stage::new();
        let mut reminder =
            reminder("duty", "请 {{ '张三' | mention }} 和 {{ people.lisi | mention }} 打扫");
        reminder.title = Some(template("值日：{{ 'zhangsan' | mention }}", 5).into());
        let composed = stage.compose(&reminder).remove(0);
        let Outcome::Messages(messages) = composed.outcome else { panic!("{composed:?}") };
        assert_eq!(messages[0].title, "值日：@张三");
        assert!(messages[0].body.ends_with("请 @13800000000 和 @李四 打扫"), "{messages:?}");
        let ids: Vec<_> = messages[0].mentions.people.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["13800000000"]);
        assert_eq!(composed.notes[0].message.to_string(), "李四 cannot be mentioned in 运营群");
        // With everyone mentioned, nobody is singly; and nobody is mentioned who is unknown.
        reminder.mention = [Mention::All].into();
        let composed = stage.compose(&reminder).remove(0);
        let Outcome::Messages(messages) = composed.outcome else { panic!("{composed:?}") };
        assert!(messages[0].mentions.all && messages[0].body.ends_with("请 @张三 和 @李四 打扫"));
        reminder.title = None;
        reminder.body = Body::Inline(template("{{ '赵六' | mention }}", 7));
        let wrong = failed(stage.compose(&reminder).remove(0).outcome);
        assert!(
            wrong[0].message.to_string().contains("no person, role or department is called `赵六`")
        );
    }

    #[test]
    fn given_values_take_the_place_of_sources() {
        let (_dir, mut stage, reminder) = stock(false, None);
        stage.values.insert("stock".into(), serde_json::json!([{"qty": 1, "品名": "样品"}]));
        stage.data = Data::default();
        assert_eq!(stage.bodies(&reminder), ["### stock\n\n样品: 1"]);
    }

    #[test]
    fn what_cannot_be_known_offline_may_be_anything() {
        let mut stage = Stage::new();
        let text = "{% for row in sales.rows %}{{ row.name }}: {{ row.sum | number(2) }}\n{% endfor %}\
                    {{ sale }}";
        let mut reminder = reminder("sales", text);
        let url = Confided::Plain("https://api.example.com/sales".into());
        let http = Http { url, headers: Vec::new(), format: None };
        let place = Place { file: "policy.yaml".into(), line: 5, column: 15, length: 9 };
        let kind = SourceKind::Http(http);
        reminder.data = [DataSource { name: "sales".into(), place, optional: true, kind }].into();
        stage.data.offline("sales");
        let found = stage.check(&reminder);
        let start = "template-undefined policy.yaml:8:22: `sale` is not defined here (did you mean";
        assert!(found.len() == 1 && found[0].starts_with(start), "{found:?}");
        reminder.body = Body::Inline(template(&text.replace("{{ sale }}", "完"), 7));
        let found = stage.check(&reminder);
        assert!(found.len() == 1 && found[0].starts_with("optional-missing"), "{found:?}");
        // Whether a keyword will be there is not known, and worth a word.
        stage.targets[0].keywords = vec!["制度".into()];
        reminder.body = Body::Inline(template("{{ sales.total }}", 7));
        reminder.data[0].optional = false;
        let found = stage.check(&reminder);
        assert!(found.len() == 1 && found[0].starts_with("keyword-missing"), "{found:?}");
    }

    #[test]
    fn mistakes_point_into_the_schedule_file() {
        let stage = Stage::new();
        let mut wrong = reminder("policy", "好\n{% if false %}{{ reminder.titel }}{% endif %}");
        wrong.title = Some(template("{{ reminder.title }}{{ du }}", 5).into());
        wrong.buttons =
            [ButtonTemplate { label: template("{{ 1 | up }}", 9), url: template("x", 10) }].into();
        let found = stage.check(&wrong);
        let starts = [
            "template-undefined policy.yaml:5:10: `reminder` has no `title`",
            "template-undefined policy.yaml:5:30: `du` is not defined here (did you mean `due`?)",
            "template-undefined policy.yaml:8:24: `reminder` has no `titel` (did you mean `title`?)",
            "template-filter policy.yaml:9:14: there is no filter `up`",
        ];
        assert_eq!(found.len(), starts.len(), "{found:#?}");
        for (found, start) in found.iter().zip(starts) {
            assert!(found.starts_with(start), "{found}");
        }
        let outcome = failed(stage.compose(&wrong).remove(0).outcome);
        assert_eq!(outcome.len(), 3, "what is not reached is not met: {outcome:?}");
    }

    #[test]
    fn what_cannot_be_sent_is_an_error() {
        let mut stage = Stage::new();
        stage.targets[0].keywords = vec!["政策".into()];
        let mut mentions_nobody = reminder("政策", "x");
        mentions_nobody.mention = [Mention::Person("lisi".into())].into();
        let mut bad_link = reminder("政策", "x");
        bad_link.buttons =
            [ButtonTemplate { label: template("x", 9), url: template("e x", 10) }].into();
        let mut untitled = reminder("政策", "x");
        untitled.title = Some(template("{{ '' }}", 5).into());
        let mut huge = reminder("政策", "x");
        huge.title = Some(template(&"政策".repeat(5_000), 5).into());
        let mut long = reminder("政策", &"字".repeat(9_000));
        long.too_long = TooLong::Truncate;
        for (reminder, code) in [
            (&reminder("政策", "{% if due.year < 2000 %}x{% endif %}\n "), "empty-text"),
            (&untitled, "empty-text"),
            (&mentions_nobody, "mention-nobody"),
            (&bad_link, "bad-link"),
            (&reminder("p", "x"), "keyword-missing"),
            (&huge, "message-too-long"),
            (&long, "message-cut-off"),
            (&reminder("政策", &"字".repeat(9_000)), "message-split"),
        ] {
            let found = stage.check(reminder);
            assert!(found.len() == 1 && found[0].starts_with(code), "{code}: {found:?}");
            let sent = stage.compose(reminder).remove(0);
            let goes_out = ["mention", "keyword", "message-cut", "message-split"];
            assert_eq!(
                matches!(sent.outcome, Outcome::Messages(_)),
                goes_out.iter().any(|s| code.starts_with(s))
            );
        }
    }

    #[test]
    fn a_content_file_is_a_template_too() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.md"), "一\n二 {{ nope }}").unwrap();
        let mut stage = Stage::new();
        stage.content = ContentRoots::new([(String::new(), dir.path().to_owned())].into());
        let mut policy = reminder("policy", "");
        let place = Place { file: "policy.yaml".into(), line: 7, column: 11, length: 4 };
        policy.body = Body::File { path: "a.md".into(), place: place.clone() };
        let found = stage.check(&policy);
        assert!(found[0].contains("a.md:2:6: `nope` is not defined"), "{found:?}");
        policy.body = Body::File { path: "b.md".into(), place };
        let found = stage.check(&policy);
        assert!(found[0].starts_with("content-missing policy.yaml:7:11"), "{found:?}");
        assert!(matches!(stage.compose(&policy)[0].outcome, Outcome::Failed(_)));
    }

    #[test]
    fn a_reminder_without_targets_is_checked_all_the_same() {
        let stage = Stage { targets: Vec::new(), ..Stage::new() };
        assert_eq!(stage.check(&reminder("policy", "{{ target.nam }}")).len(), 1);
        assert_eq!(stage.check(&reminder("policy", "{{ target.name }}")), [""; 0]);
    }

    #[test]
    fn a_batch_stays_in_one_room() {
        let of = || std::thread::current().id();
        let (outer, inner) = in_room(|| (of(), in_room(of).unwrap())).unwrap();
        assert_eq!(outer, inner);
        assert_ne!(outer, of());
    }
}
