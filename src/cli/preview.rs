//! `preview`: what would be sent, through the very code that sends it. Sends nothing.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Exit, Globals, next, output,
    prepare::{self, Prepared},
    view,
};
use crate::{
    app,
    daemon::{
        composer::{self, Asked, Composed, Rendered, Request, UNCHANGED},
        world::World,
    },
    model::{
        diagnostic::{Diagnostic, nearest},
        occurrence::{Occurrence, Origin},
        reminder::Reminder,
        source::{DataSource, SourceKind},
        text::text,
    },
    plan, send, yaml,
};

/// Arguments of `preview`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which reminder.
    reminder: String,
    /// For which due instant. Default: the next occurrence.
    #[arg(long, value_name = "T")]
    at: Option<String>,
    #[command(flatten)]
    values: Values,
}

/// Options that `preview` and `send` share.
#[derive(Debug, clap::Args)]
pub(super) struct Values {
    /// Only to this target of the reminder; may be given more than once.
    #[arg(long, value_name = "TARGET")]
    pub(super) only: Vec<String>,
    /// A value in the template's scope, as a YAML scalar: k=v; may be given more than once.
    #[arg(long = "set", value_name = "K=V")]
    pub(super) set: Vec<String>,
    /// Sample data by name, from a YAML file.
    #[arg(long, value_name = "FILE")]
    pub(super) data: Option<PathBuf>,
    /// Tell what changed in folders since that day, in place of what is new to each target.
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<jiff::civil::Date>,
}

impl Values {
    /// The values of `--data` and, over them, of `--set`.
    pub(super) fn request(&self) -> Result<Request, Exit> {
        let mut values = match &self.data {
            Some(file) => sample_data(file)?,
            None => BTreeMap::new(),
        };
        for pair in &self.set {
            let Some((name, value)) = pair.split_once('=') else {
                output::error(text!("`{pair}` is no k=v", pair = pair));
                return Err(Exit::Usage);
            };
            values.insert(name.trim().to_owned(), scalar(name, value)?);
        }
        let (banner, since) = (!values.is_empty(), self.since);
        Ok(Request { only: self.only.clone(), values, banner, since, ..Request::default() })
    }
}

impl Values {
    /// Says which given names no source of the reminder has: most likely a slip of the pen.
    pub(super) fn remark(&self, request: &Request, reminder: &Reminder) {
        let known: Vec<&str> = reminder.data.iter().map(|one| one.name.as_str()).collect();
        for name in request.values.keys().filter(|name| !known.contains(&name.as_str())) {
            let near = nearest(name, known.iter().copied());
            let id = reminder.id.as_str();
            output::note(match near {
                Some(near) => text!(
                    "{id} has no data called `{name}`; did you mean `{near}`?",
                    id = id,
                    name = name,
                    near = near,
                ),
                None => text!("{id} has no data called `{name}`", id = id, name = name),
            });
        }
    }
}

/// What `--set` gives a name: text in quotes is text; a list or a map is no scalar.
fn scalar(name: &str, text: &str) -> Result<Value, Exit> {
    if !text.trim_start().starts_with(['"', '\'', '[', '{']) {
        return Ok(yaml::scalar(text));
    }
    match yaml::json("--set", text.as_bytes()) {
        Ok(Value::Array(_) | Value::Object(_)) => {
            output::error(text!(
                "`--set {name}` takes one value; give a list in the file of `--data`, and text \
                 that looks like one in quotes",
                name = name
            ));
            Err(Exit::Usage)
        }
        Ok(value) => Ok(value),
        Err(_) => Ok(Value::from(text)),
    }
}

fn sample_data(file: &Path) -> Result<BTreeMap<String, Value>, Exit> {
    let shown = file.display().to_string();
    let read = std::fs::read(file).map_err(|error| {
        text!("{file} cannot be read: {why}", file = &shown, why = error.to_string())
    });
    let parsed =
        read.and_then(|bytes| yaml::json(&shown, &bytes).map_err(|found| found.sentence()));
    match parsed {
        Ok(Value::Object(map)) => Ok(map.into_iter().collect()),
        Ok(_) => {
            output::error(text!("{file} holds no names with values", file = &shown));
            Err(Exit::Invalid)
        }
        Err(message) => {
            output::error(message);
            Err(Exit::Invalid)
        }
    }
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    preview(globals, options).err().unwrap_or(Exit::Done)
}

fn preview(globals: &Globals, options: &Options) -> Result<(), Exit> {
    let request = options.values.request()?;
    let prepared = prepare::settings(globals)?;
    let runtime = prepare::runtime()?;
    let world = Arc::new(runtime.block_on(prepared.world()));
    let reminder = prepare::reminder(&world, &options.reminder)?;
    options.values.remark(&request, reminder);
    let now = prepare::to_the_millisecond(app::clock().now());
    let due_at = match &options.at {
        Some(text) => next::instant(text, &reminder.schedule.zone.tz)?,
        None => plan::next(&reminder.schedule, now).map_or(now, |next| next.due_at),
    };
    let shown = Shown { world: &world, reminder, due_at, request: &request };
    runtime.block_on(shown.show(globals, &prepared))
}

/// What is shown.
pub(super) struct Shown<'a> {
    pub(super) world: &'a Arc<World>,
    pub(super) reminder: &'a Arc<Reminder>,
    pub(super) due_at: Timestamp,
    pub(super) request: &'a Request,
}

impl Shown<'_> {
    /// Renders and prints; also `send --dry-run`.
    pub(super) async fn show(&self, globals: &Globals, prepared: &Prepared) -> Result<(), Exit> {
        let Self { world, reminder, due_at, request } = *self;
        // One that has no time of its own is shown as sent by hand.
        let timed = !reminder.schedule.when.is_empty();
        let origin = if timed { Origin::Schedule } else { Origin::Manual(1) };
        let occurrence = Occurrence { reminder: reminder.id.clone(), due_at, origin };
        let reading = prepared.reading(composer::has_folders(reminder)).await?;
        let asked = Asked { world, reminder, request, scheduled: false };
        let gathered = composer::gather(&reading, asked).await.map_err(|error| {
            output::error(error.text());
            Exit::Store
        })?;
        let data = &gathered.data;
        let untold = composer::untold(world, reminder, &occurrence, request.clone(), data);
        let Some((request, known)) = untold else {
            let remarks = vec![composer::nothing_new(reminder)];
            let rendered = Rendered { remarks, ..Rendered::default() };
            print(globals, reminder, due_at, &rendered, Some(UNCHANGED));
            return Ok(());
        };
        let rendered = composer::render(world, reminder, &occurrence, &request, data);
        let mut rendered = rendered.map_err(|wrong| {
            prepare::show(&wrong, "");
            if wrong.iter().all(|one| is_elsewhere(reminder, one)) {
                Exit::Failed
            } else {
                Exit::Invalid
            }
        })?;
        rendered.remarks.extend(known.into_iter().chain(gathered.notes));
        let skipped = rendered.is_skipped().then_some("condition");
        print(globals, reminder, due_at, &rendered, skipped);
        Ok(())
    }
}

/// Whether a failure is that of something outside of the files: an address that does not answer.
pub(super) fn is_elsewhere(reminder: &Reminder, wrong: &Diagnostic) -> bool {
    let outside =
        |source: &DataSource| matches!(source.kind, SourceKind::Http(_) | SourceKind::Report(_));
    // A secret that goes where it may not is a mistake of the file.
    wrong.code != "secret-host"
        && reminder.data.iter().any(|source| source.place == wrong.place && outside(source))
}

fn print(
    globals: &Globals,
    reminder: &Reminder,
    due_at: Timestamp,
    rendered: &Rendered<'_>,
    skipped: Option<&str>,
) {
    let tz = &reminder.schedule.zone.tz;
    if globals.json {
        return output::json(&document(reminder, &view::instant(due_at, tz), rendered, skipped));
    }
    let Rendered { composed, remarks, .. } = rendered;
    let (id, at) = (reminder.id.as_str(), view::readable(due_at, tz));
    output::tell(match skipped.is_some() {
        true => text!("{id} at {at}: nothing would be sent", id = id, at = at),
        false => text!("{id} at {at}", id = id, at = at),
    });
    for remark in remarks {
        output::line(format_args!("  {}", output::told(remark.clone())));
    }
    let due = due_at.to_zoned_datetime(tz.clone());
    for Composed { target, messages, .. } in composed {
        for message in messages {
            output::line(send::console::card(&target.name, message, &due));
        }
    }
}

/// The document of `preview --json`.
pub(super) fn document(
    reminder: &Reminder,
    due_at: &str,
    rendered: &Rendered<'_>,
    skipped: Option<&str>,
) -> Value {
    let messages: Vec<_> = rendered.composed.iter().map(entry).collect();
    json!({
        "reminder": reminder.id.as_str(),
        "due_at": due_at,
        "skipped": skipped,
        "remarks": rendered.remarks,
        "messages": messages,
    })
}

fn entry(composed: &Composed<'_>) -> Value {
    let robot = send::robot(composed.target.robot);
    let body = |message| json!({ "body": robot.body(composed.target, message) });
    let parts: Vec<_> = composed.messages.iter().map(body).collect();
    json!({
        "target": composed.target.id.as_str(),
        "robot": robot.kind().name(),
        "parts": parts,
    })
}
