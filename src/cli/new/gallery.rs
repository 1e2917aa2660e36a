//! The gallery: reminders an office has, each as a commented file in Chinese and English.

use jiff::{ToSpan as _, civil::Date};

use crate::{
    cli::init::Writing,
    model::text::{Words, words},
};

/// A reminder to begin with.
#[derive(Debug)]
pub(super) struct Template {
    /// What it is called on the command line.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) about: Words,
    /// In Chinese and in English.
    texts: [&'static str; 2],
    /// What it reads.
    pub(super) sample: Option<Sample>,
    /// It speaks of a rota.
    pub(super) turns: bool,
}

/// Data to begin with, under the content folder.
#[derive(Debug)]
pub(super) struct Sample {
    /// Where it is written.
    pub(super) path: &'static str,
    /// What somebody has in its place: when that is there, nothing is written.
    pub(super) stands_for: &'static str,
    texts: [&'static str; 2],
}

impl Template {
    /// The schedule file.
    pub(super) fn text(&self, writing: Writing) -> &'static str {
        in_language(self.texts, writing)
    }
}

impl Sample {
    /// The data.
    pub(super) fn text(&self, writing: Writing) -> &'static str {
        in_language(self.texts, writing)
    }
}

fn in_language(texts: [&'static str; 2], writing: Writing) -> &'static str {
    let [chinese, english] = texts;
    match writing {
        Writing::Chinese => chinese,
        Writing::English => english,
    }
}

/// What is filled into a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gaps<'a> {
    pub(super) id: &'a str,
    pub(super) to: &'a str,
    pub(super) rota: &'a str,
    /// How paths in the content folder begin.
    pub(super) prefix: &'a str,
    /// The content folder as people know it.
    pub(super) root: &'a str,
    pub(super) today: Date,
}

impl Gaps<'_> {
    /// Fills `{ID}`, `{TO}`, `{ROTA}`, `{PREFIX}`, `{ROOT}`, and `{+20}` with the date in 20 days.
    pub(super) fn fill(&self, text: &str) -> String {
        let named = [
            ("{ROTA}", self.rota),
            ("{PREFIX}", self.prefix),
            ("{ROOT}", self.root),
            ("{TO}", self.to),
            ("{ID}", self.id),
        ];
        let text =
            named.iter().fold(text.to_owned(), |text, (gap, value)| text.replace(gap, value));
        [20_i64, 45, 200].iter().fold(text, |text, days| {
            let date = self.today.checked_add(days.days()).unwrap_or(self.today);
            text.replace(&format!("{{+{days}}}"), &date.to_string())
        })
    }
}

/// A file of the gallery in both languages.
macro_rules! both {
    ($name:literal) => {
        [include_str!(concat!("zh/", $name)), include_str!(concat!("en/", $name))]
    };
}

/// A table under `data/`.
macro_rules! table {
    ($name:literal) => {
        Some(Sample { path: "data/{ID}.csv", stands_for: "data/{ID}.csv", texts: both!($name) })
    };
}

/// Every template, in the order they are shown.
pub(super) const GALLERY: &[Template] = &[
    Template {
        name: "policy-reminder",
        about: words!("every workday: a reminder to look at the policies"),
        texts: both!("policy-reminder.yaml"),
        sample: None,
        turns: false,
    },
    Template {
        name: "policy-digest",
        about: words!("every Friday: what changed in the folder of policies"),
        texts: both!("policy-digest.yaml"),
        sample: Some(Sample {
            path: "policies/example.md",
            stands_for: "policies",
            texts: both!("policy.md"),
        }),
        turns: false,
    },
    Template {
        name: "weekly-report",
        about: words!("Friday afternoon: please hand in the weekly report"),
        texts: both!("weekly-report.yaml"),
        sample: None,
        turns: false,
    },
    Template {
        name: "stock-warning",
        about: words!("every workday: what a table says is running low"),
        texts: both!("stock-warning.yaml"),
        sample: table!("stock-warning.csv"),
        turns: false,
    },
    Template {
        name: "duty-rota",
        about: words!("every Monday: who is on duty this week, with a mention"),
        texts: both!("duty-rota.yaml"),
        sample: None,
        turns: true,
    },
    Template {
        name: "contract-expiry",
        about: words!("every Monday: contracts that end within 60 days"),
        texts: both!("contract-expiry.yaml"),
        sample: table!("contract-expiry.csv"),
        turns: false,
    },
    Template {
        name: "pay-day",
        about: words!("the 10th of the month, or the workday before: pay-day"),
        texts: both!("pay-day.yaml"),
        sample: None,
        turns: false,
    },
    Template {
        name: "timesheet",
        about: words!("Fridays and the end of the month: fill in your timesheet"),
        texts: both!("timesheet.yaml"),
        sample: None,
        turns: false,
    },
];
