//! A recurrence: which days, and at which wall-clock times on those days.
//!
//! There is one canonical form for everything a person can write. Phrases in four languages and
//! cron expressions are read into it by `catalog`; `plan` finds its instants; nothing else
//! interprets it.

use jiff::civil::{Date, Time, Weekday};

/// When something fires: days times wall-clock times.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence {
    /// The civil days.
    pub days: Days,
    /// The wall-clock times on each of them.
    pub times: Times,
}

impl Recurrence {
    /// Whether it counts from the reminder's `from`, and means nothing without it.
    #[must_use]
    pub fn needs_start(&self) -> bool {
        matches!(self.days, Days::EveryNWeeks { .. } | Days::EveryNWorkdays { .. })
    }
}

/// A rule that picks civil days.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Days {
    /// Every civil day.
    Every,
    /// Workdays by the calendar, make-up days included.
    Workdays,
    /// Days off by the calendar.
    DaysOff,
    /// Days that would be a weekend but are worked.
    MakeUpWorkdays,
    /// Weekdays by name; holidays are ignored.
    Weekdays(WeekdaySet),
    /// Weekdays by name in every n-th week, counted from the week (Monday to Sunday) that holds
    /// the reminder's `from`.
    EveryNWeeks {
        /// 2 or more.
        n: u16,
        /// The weekdays in such a week.
        weekdays: WeekdaySet,
    },
    /// Days of certain months. A month without that day yields nothing.
    MonthDays {
        /// The days, in order.
        days: Vec<MonthDay>,
        /// The months, usually all of them.
        months: MonthSet,
    },
    /// The n-th of a weekday in certain months, or several.
    NthWeekday {
        /// Which: from the start (1 is the first) or the end (-1 is the last).
        nths: Vec<i8>,
        /// The weekdays, each counted by itself.
        weekdays: WeekdaySet,
        /// The months, usually all of them.
        months: MonthSet,
    },
    /// The n-th workday of a period, or several. A period too short for it yields nothing.
    NthWorkday {
        /// Which: from the start (1 is the first) or the end (-1 is the last).
        nths: Vec<i16>,
        /// The period counted in.
        period: Period,
        /// Of the months these; only for [`Period::Month`] ever fewer than all.
        months: MonthSet,
    },
    /// The n-th last workday before a holiday break (1 is the last one), or several.
    BeforeHoliday {
        /// Each 1 or more.
        nths: Vec<u8>,
        /// Only breaks that contain a holiday of this name; every break when absent.
        holiday: Option<String>,
    },
    /// The n-th workday after a holiday break (1 is the first one), or several.
    AfterHoliday {
        /// Each 1 or more.
        nths: Vec<u8>,
        /// Only breaks that contain a holiday of this name; every break when absent.
        holiday: Option<String>,
    },
    /// Every n-th workday; the first workday on or after the reminder's `from` is number 0 and fires.
    EveryNWorkdays {
        /// 2 or more.
        n: u16,
    },
    /// The same dates each year.
    Yearly(Vec<YearDay>),
    /// Civil dates, each once.
    Dates(Vec<Date>),
    /// The day fields of a cron expression.
    Cron(CronDays),
}

impl Days {
    /// Whether the rule itself asks the calendar. Such a rule is left alone by `on_day_off`; any
    /// other asks the calendar only when `on_day_off` does something.
    #[must_use]
    pub fn asks_calendar(&self) -> bool {
        match self {
            Self::Workdays
            | Self::DaysOff
            | Self::MakeUpWorkdays
            | Self::NthWorkday { .. }
            | Self::BeforeHoliday { .. }
            | Self::AfterHoliday { .. }
            | Self::EveryNWorkdays { .. } => true,
            Self::Every
            | Self::Weekdays(_)
            | Self::EveryNWeeks { .. }
            | Self::MonthDays { .. }
            | Self::NthWeekday { .. }
            | Self::Yearly(_)
            | Self::Dates(_)
            | Self::Cron(_) => false,
        }
    }
}

/// A day of the month, from either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MonthDay {
    /// 1 to 31.
    Day(i8),
    /// 1 is the last day, 2 the one before.
    FromEnd(i8),
}

/// A date of any year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct YearDay {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

/// What the n-th workday is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// January to March, and so on.
    Quarter,
    /// A calendar year.
    Year,
}

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// No weekday.
    pub const EMPTY: Self = Self(0);
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);
    /// Every weekday.
    pub const ALL: Self = Self(0b111_1111);

    /// The set with `day` added.
    #[must_use]
    pub fn with(self, day: Weekday) -> Self {
        Self(self.0 | 1 << day.to_monday_zero_offset())
    }

    /// Whether `day` is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 >> day.to_monday_zero_offset() & 1 == 1
    }

    /// Whether no day is in the set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days in the set, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        (0..7).filter_map(move |n| {
            (self.0 >> n & 1 == 1).then(|| Weekday::from_monday_zero_offset(n).ok()).flatten()
        })
    }
}

impl FromIterator<Weekday> for WeekdaySet {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        days.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// A set of months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MonthSet(u16);

impl MonthSet {
    /// No month.
    pub const EMPTY: Self = Self(0);
    /// Every month.
    pub const ALL: Self = Self(0b1_1111_1111_1110);

    /// The set with a month added, 1 to 12; any other number changes nothing.
    #[must_use]
    pub fn with(self, month: i8) -> Self {
        Self(self.0 | Self::bit(month))
    }

    /// Whether a month, 1 to 12, is in the set.
    #[must_use]
    pub fn contains(self, month: i8) -> bool {
        self.0 & Self::bit(month) != 0
    }

    /// The months in the set, January first.
    pub fn iter(self) -> impl Iterator<Item = i8> {
        (1..=12).filter(move |month| self.contains(*month))
    }

    fn bit(month: i8) -> u16 {
        if (1..=12).contains(&month) { 1 << month } else { 0 }
    }
}

impl FromIterator<i8> for MonthSet {
    fn from_iter<I: IntoIterator<Item = i8>>(months: I) -> Self {
        months.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// The wall-clock times on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Times {
    /// Fixed times, sorted and without repeats: in a gap they move to its end, in a fold they
    /// fire the first time only.
    At(Vec<Time>),
    /// A grid on the wall clock that starts at `from` anew each day, both ends included; it
    /// follows real time through gaps and folds. One whose end is before its start runs over
    /// midnight: it belongs to the day on which it starts and ends on the next one.
    Grid {
        /// Seconds between two points, 1 or more.
        step: u32,
        /// First point.
        from: Time,
        /// No point is later.
        to: Time,
    },
    /// The time fields of a cron expression.
    Cron(CronTimes),
}

/// The time fields of a cron expression as bit sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CronTimes {
    /// Bits 0 to 59.
    pub seconds: u64,
    /// Bits 0 to 59.
    pub minutes: u64,
    /// Bits 0 to 23.
    pub hours: u32,
    /// `*` or `*/n` stands in the minute or the hour: follows real time through gaps and folds.
    pub wildcard: bool,
}

/// The day fields of a cron expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CronDays {
    /// The expression as written, for people.
    pub text: String,
    /// Bits 1 to 31.
    pub days: u32,
    /// `L` and `L-n`: days from the end, 0 is the last.
    pub from_end: Vec<u8>,
    /// `nW` and `LW`: the weekday nearest to that day within the month; 0 stands for `LW`.
    pub nearest_weekday: Vec<u8>,
    /// Bits 1 to 12.
    pub months: u16,
    /// Weekdays that match in every week.
    pub weekdays: WeekdaySet,
    /// `d#n` (n from 1) and `dL` (n is -1).
    pub nth_weekdays: Vec<(Weekday, i8)>,
    /// The day of month and the weekday must both match; otherwise either is enough.
    pub both: bool,
    /// The years in which it fires; every year when there are none.
    pub years: Vec<YearRange>,
}

/// Years from one to another, every n-th of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct YearRange {
    /// The first.
    pub first: i16,
    /// None is later.
    pub last: i16,
    /// Years between two of them, 1 or more.
    pub step: i16,
}

impl YearRange {
    /// Whether a year is one of them.
    #[must_use]
    pub fn contains(self, year: i16) -> bool {
        (self.first..=self.last).contains(&year) && (year - self.first) % self.step.max(1) == 0
    }
}
