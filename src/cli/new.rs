//! `new`: a commented schedule file from the gallery, with what it needs beside it.

mod gallery;

use std::path::{Path, PathBuf};

use serde_json::json;

use self::gallery::{GALLERY, Gaps, Template};
use super::{Exit, Globals, calendar::words, files, init::Writing, output, prepare, schema::Kind};
use crate::{
    app,
    daemon::world::World,
    model::{
        diagnostic::nearest,
        reminder::ReminderId,
        text::{Text, text},
    },
    settings::Settings,
    yaml::values,
};

/// The rota the templates speak of, as `init` writes it.
const ROTA: &str = "duty";

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// What the reminder is to be called: letters, digits, - and _.
    #[arg(required_unless_present = "list")]
    id: Option<String>,
    /// Which template; `--list` shows them.
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    template: Option<String>,
    /// The target it goes to, as named in dingdong.yaml.
    #[arg(long, value_name = "TARGET", required_unless_present = "list")]
    to: Option<String>,
    /// Show the templates there are.
    #[arg(long, conflicts_with_all = ["id", "template", "to"])]
    list: bool,
    /// The language of the file: zh or en. Default: that of the settings.
    #[arg(long, value_name = "LANGUAGE", value_parser = Writing::parse)]
    language: Option<Writing>,
}

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    let done = match (&options.id, &options.template, &options.to) {
        (Some(id), Some(template), Some(to)) => new(globals, options, id, template, to),
        _ => {
            list(globals);
            Ok(())
        }
    };
    done.err().unwrap_or(Exit::Done)
}

/// The gallery on one screen.
fn list(globals: &Globals) {
    // Only for the language.
    prepare::load(globals);
    if globals.json {
        let entry = |one: &Template| json!({ "template": one.name, "about": Text::from(one.about).to_string() });
        return output::json(&GALLERY.iter().map(entry).collect::<Vec<_>>());
    }
    for template in GALLERY {
        output::line(format_args!(
            "{}{}",
            words::pad(template.name, 18),
            output::told(template.about)
        ));
    }
    output::line("");
    output::tell(text!("To use one: dingdong new NAME --template policy-reminder --to TARGET"));
}

fn new(
    globals: &Globals,
    options: &Options,
    id: &str,
    template: &str,
    to: &str,
) -> Result<(), Exit> {
    let template = find(template)?;
    let prepared = prepare::settings(globals)?;
    let settings = &prepared.settings;
    let Some(schedules) = settings.file.as_ref().and(settings.schedules.as_ref()) else {
        output::error(text!("there is no dingdong.yaml here, so there are no targets"));
        output::help(text!("begin with `dingdong init`"));
        return Err(Exit::Failed);
    };
    let world = prepare::runtime()?.block_on(prepared.world());
    prepare::target(&world, to)?;
    let file = schedules.join(format!("{id}.yaml"));
    free(&world, id, &file)?;
    let writing = options.language.unwrap_or_else(|| Writing::of(output::language()));
    let place = Place { schedules, content: content(settings) };
    let rota = rota(&world);
    let today = app::clock().now().to_zoned_datetime(settings.zone.tz.clone()).date();
    let root = place.content.1.display().to_string();
    let gaps = Gaps {
        id,
        to,
        rota: &rota,
        prefix: &place.content.0,
        root: root.strip_prefix("./").unwrap_or(&root),
        today,
    };
    let written = place.write(template, writing, &gaps, &file).map_err(|(path, error)| {
        let why = error.to_string();
        output::error(text!("{path} cannot be written: {why}", path = shown(&path), why = why));
        Exit::Failed
    })?;
    say(globals, id, &written);
    if template.turns && !world.people.rotas.contains_key(&rota) {
        output::note(text!(
            "it speaks of a rota `{rota}` that is not in dingdong.yaml yet; add: rotas: {{ {rota}: {{ members: [zhangsan, lisi], from: {today} }} }}",
            rota = rota,
            today = today
        ));
    }
    Ok(())
}

/// A template by its name.
fn find(name: &str) -> Result<&'static Template, Exit> {
    if let Some(template) = GALLERY.iter().find(|one| one.name == name) {
        return Ok(template);
    }
    output::error(text!("there is no template `{name}`", name = name));
    match nearest(name, GALLERY.iter().map(|one| one.name)) {
        Some(near) => output::help(text!("did you mean `{word}`?", word = near)),
        None => output::help(text!("`dingdong new --list` shows the templates")),
    }
    Err(Exit::Usage)
}

/// Makes sure that nothing has that name.
fn free(world: &World, id: &str, file: &Path) -> Result<(), Exit> {
    if let Err(flaw) = values::name(id) {
        output::error(flaw.message);
        flaw.help.into_iter().for_each(output::help);
        return Err(Exit::Usage);
    }
    if let Some(reminder) = world.reminders.get(&ReminderId::new(id)) {
        let place = format!("{}:{}", reminder.place.file, reminder.place.line);
        output::error(text!(
            "there is a reminder `{id}` already ({place})",
            id = id,
            place = place
        ));
        output::help(text!("choose another name"));
        return Err(Exit::Failed);
    }
    if file.exists() {
        output::error(text!("there is a {path} already; nothing was written", path = shown(file)));
        output::help(text!("choose another name"));
        return Err(Exit::Failed);
    }
    Ok(())
}

/// The rota of that name, else the only one there is.
fn rota(world: &World) -> String {
    let rotas = &world.people.rotas;
    match rotas.keys().next() {
        Some(only) if rotas.len() == 1 => only.clone(),
        _ => ROTA.to_owned(),
    }
}

/// The content folder that is used without a name, else the first: how paths in it begin, and where
/// it is.
fn content(settings: &Settings) -> (String, PathBuf) {
    let first = settings.content.iter().next();
    match first {
        Some((name, folder)) if name.is_empty() => (String::new(), folder.clone()),
        Some((name, folder)) => (format!("{name}:"), folder.clone()),
        None => (String::new(), settings.folder.join("content")),
    }
}

/// Where files are written.
struct Place<'a> {
    schedules: &'a Path,
    content: (String, PathBuf),
}

/// What was written, and what was there before.
struct Written {
    files: Vec<PathBuf>,
    sample: Option<PathBuf>,
    kept: Option<PathBuf>,
}

impl Place<'_> {
    /// Writes the schedule file last: the running service finds its data there.
    fn write(
        &self,
        template: &Template,
        writing: Writing,
        gaps: &Gaps<'_>,
        file: &Path,
    ) -> Result<Written, (PathBuf, std::io::Error)> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| (path, error)
        };
        let mut written = Written { files: Vec::new(), sample: None, kept: None };
        if let Some(sample) = &template.sample {
            let whole = self.content.1.join(gaps.fill(sample.stands_for));
            let path = self.content.1.join(gaps.fill(sample.path));
            if whole.exists() {
                written.kept = Some(whole);
            } else if files::create(&path, &gaps.fill(sample.text(writing))).map_err(at(&path))? {
                written.sample = Some(path);
            }
        }
        Kind::Schedule.put(self.schedules, writing.language()).map_err(at(self.schedules))?;
        if files::create(file, &gaps.fill(template.text(writing))).map_err(at(file))? {
            written.files.push(file.to_owned());
        }
        Ok(written)
    }
}

fn say(globals: &Globals, id: &str, written: &Written) {
    let Written { files, sample, kept } = written;
    let next = [format!("dingdong preview {id}"), format!("dingdong next {id}")];
    if globals.json {
        let written: Vec<_> = files.iter().chain(sample).map(|path| shown(path)).collect();
        return output::json(&json!({ "reminder": id, "written": written, "next": next }));
    }
    for path in files {
        output::tell(text!("written: {path}", path = shown(path)));
    }
    if let Some(path) = sample {
        output::tell(text!(
            "written: {path} (sample data; put your own there)",
            path = shown(path)
        ));
    }
    if let Some(path) = kept {
        output::tell(text!("left as it is: {path}", path = shown(path)));
    }
    output::line("");
    output::tell(text!("Next:"));
    let about = [text!("shows what it looks like"), text!("shows when it is sent")];
    for (command, about) in next.iter().zip(about) {
        output::line(format_args!("  {}{}", words::pad(command, 30), output::told(about)));
    }
}

/// A path as people know it.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
