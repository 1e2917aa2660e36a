//! What calendars are made of: layers of listed days.

use std::sync::Arc;

use jiff::civil::Date;

/// What a rule that asks the calendar does on a day the calendar does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnUncovered {
    /// Plan by the weekend pattern and the days fixed by law, marked uncovered.
    #[default]
    Weekday,
    /// Do not fire, and say that it was held back.
    Hold,
    /// Do not fire.
    Skip,
}

/// Where a layer's days come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Public holidays: built-in data, or a calendar file.
    Data,
    /// A year's days as its notice states them: within its coverage nothing below counts, so that
    /// a day an older version listed is gone.
    Notice,
    /// Dates of one's own: written in the settings, or imported day by day.
    Settings,
}

/// A day that a layer lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListedDay {
    /// Which day.
    pub date: Date,
    /// Off, or worked.
    pub off: bool,
    /// The holiday it belongs to (a make-up day, the one it makes up for).
    pub name: Option<Arc<str>>,
    /// Known by law before the year's notice: the day is used, and still counts as uncovered.
    pub provisional: bool,
}

/// A holiday the law puts on the same date each year; it decides days outside the coverage.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FixedHoliday {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
    /// Its name.
    pub name: Arc<str>,
    /// First year it is off.
    pub since: i16,
}

/// One layer of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layer {
    /// What people call it, e.g. `cn` or `calendars/br.ics`.
    pub name: Arc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// The days it lists; of two entries for one day the later wins.
    pub days: Vec<ListedDay>,
    /// First and last date it knows everything about; absent for a few dates of one's own.
    pub coverage: Option<(Date, Date)>,
    /// Holidays on the same date each year, for days outside any coverage.
    pub fixed: Vec<FixedHoliday>,
}
