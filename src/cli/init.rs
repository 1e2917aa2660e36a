//! `init`: a folder in which the program works at once.

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::{ToSpan as _, civil::Date};
use serde_json::json;

use super::{Exit, Globals, calendar::words, files, output, schema::Kind};
use crate::{
    app,
    model::{language::Language, text::text},
    settings::Settings,
};

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The folder; it is made where there is none.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The language of the files' comments and of the settings: zh or en. Default: the machine's.
    #[arg(long, value_name = "LANGUAGE", value_parser = Writing::parse)]
    language: Option<Writing>,
}

/// A language the files can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Chinese,
    English,
}

impl Writing {
    pub(super) fn parse(code: &str) -> Result<Self, String> {
        match code {
            "zh" => Ok(Self::Chinese),
            "en" => Ok(Self::English),
            _ => Err("write zh or en".to_owned()),
        }
    }

    /// That of whoever reads the screen, as near as it comes.
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::Chinese => Self::Chinese,
            Language::English | Language::Indonesian | Language::Portuguese => Self::English,
        }
    }

    pub(super) fn language(self) -> Language {
        match self {
            Self::Chinese => Language::Chinese,
            Self::English => Language::English,
        }
    }

    /// The settings and the first schedule file.
    fn files(self) -> [&'static str; 2] {
        match self {
            Self::Chinese => {
                [include_str!("init/zh/dingdong.yaml"), include_str!("init/zh/first.yaml")]
            }
            Self::English => {
                [include_str!("init/en/dingdong.yaml"), include_str!("init/en/first.yaml")]
            }
        }
    }

    /// A reminder of the first schedule file to look at.
    fn first(self) -> &'static str {
        match self {
            Self::Chinese => "政策提醒",
            Self::English => "policy-daily",
        }
    }
}

const SETTINGS: &str = "dingdong.yaml";
const FIRST: &str = "schedules/first.yaml";

pub(super) fn run(globals: &Globals, options: &Options) -> Exit {
    let machine = app::Machine::this();
    let usual = Settings::built_in(&machine.environment, &machine.zones);
    let language = options.language.unwrap_or_else(|| Writing::of(output::language()));
    output::speak(language.language());
    let folder = &options.folder;
    match write(folder, language, &usual) {
        Ok(None) => {
            output::error(text!(
                "there is a {path} already; nothing was written",
                path = shown(&folder.join(SETTINGS))
            ));
            output::help(text!("`dingdong new` adds a reminder to it"));
            Exit::Failed
        }
        Ok(Some(written)) => {
            say(globals, folder, language, &written);
            Exit::Done
        }
        Err(error) => {
            output::error(text!(
                "{path} cannot be written: {why}",
                path = shown(folder),
                why = error.to_string()
            ));
            Exit::Failed
        }
    }
}

/// Writes what is not there. None when there are settings already: then nothing is touched.
fn write(folder: &Path, language: Writing, usual: &Settings) -> io::Result<Option<Vec<PathBuf>>> {
    let [settings, first] = language.files();
    let (settings_path, first_path) = (folder.join(SETTINGS), folder.join(FIRST));
    if !files::create(&settings_path, &filled(settings, language, usual))? {
        return Ok(None);
    }
    let mut written = vec![settings_path];
    if files::create(&first_path, first)? {
        written.push(first_path);
    }
    Kind::Settings.put(folder, language.language())?;
    Kind::Schedule.put(&folder.join("schedules"), language.language())?;
    Ok(Some(written))
}

/// The settings for this machine.
fn filled(settings: &str, language: Writing, usual: &Settings) -> String {
    let today = app::clock().now().to_zoned_datetime(usual.zone.tz.clone()).date();
    // A machine that knows no zone stands somewhere; Chinese files are for China.
    let nowhere = matches!(&*usual.zone.name, "UTC" | "Etc/UTC");
    let (zone, calendar) = match language {
        Writing::Chinese if nowhere => ("Asia/Shanghai", "cn"),
        _ => (&*usual.zone.name, usual.calendar.name.as_str()),
    };
    settings
        .replace("{TIMEZONE}", zone)
        .replace("{CALENDAR}", calendar)
        .replace("{MONDAY}", &monday(today).to_string())
}

/// The Monday of the week.
fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

/// What to do next.
fn say(globals: &Globals, folder: &Path, language: Writing, written: &[PathBuf]) {
    let next = [
        "dingdong check".to_owned(),
        format!("dingdong preview {}", language.first()),
        "dingdong run".to_owned(),
    ];
    if globals.json {
        let written: Vec<_> = written.iter().map(|path| shown(path)).collect();
        return output::json(&json!({ "written": written, "next": next }));
    }
    for path in written {
        output::tell(text!("written: {path}", path = shown(path)));
    }
    output::line("");
    output::tell(text!("Next:"));
    if !is_here(folder) {
        output::line(format_args!("  cd {}", folder.display()));
    }
    let about = [
        text!("says whether everything is right"),
        text!("shows what a reminder looks like"),
        text!("the service; the first message comes within a minute (Ctrl-C ends it)"),
    ];
    for (command, about) in next.iter().zip(about) {
        output::line(format_args!("  {}{}", words::pad(command, 30), output::told(about)));
    }
}

fn is_here(folder: &Path) -> bool {
    folder.components().all(|part| part == std::path::Component::CurDir)
}

/// A path as people know it.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
