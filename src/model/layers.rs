//! A calendar as the settings write it: its layers, before any data is found for them.

use jiff::civil::Date;

use super::{calendar::OnUncovered, diagnostic::Place, recurrence::WeekdaySet};

/// A name and where it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Named {
    /// As written.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// One calendar under `calendars:`. Later layers win, in the order of these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Layers {
    /// Its name and where it stands.
    pub called: Named,
    /// Another calendar it builds on.
    pub base: Option<Named>,
    /// Which weekdays are off; Saturday and Sunday where nothing below says otherwise.
    pub weekend: Option<WeekdaySet>,
    /// Data that ships with the program.
    pub builtin: Option<Named>,
    /// Calendar files, relative to the settings file.
    pub ics: Vec<Named>,
    /// First and last date of spans that are off.
    pub off: Vec<(Date, Date)>,
    /// First and last date of spans that are worked.
    pub work: Vec<(Date, Date)>,
    /// What happens outside its coverage; as its base has it when absent.
    pub on_uncovered: Option<OnUncovered>,
}
