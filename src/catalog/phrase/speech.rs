//! What a language must know to say a recurrence.

use jiff::civil::{Time, Weekday};

use crate::model::recurrence::MonthDay;

/// The canonical words of one language. Names in braces are filled in.
pub(super) struct Speech {
    pub every_day: &'static str,
    pub workdays: &'static str,
    pub monday_to_friday: &'static str,
    pub days_off: &'static str,
    pub make_up: &'static str,
    /// `{weekdays}`; before a feminine name and before a masculine one.
    pub weekdays: [&'static str; 2],
    /// `{n}`, `{weekdays}`; likewise.
    pub n_weeks: [&'static str; 2],
    /// `{what}`, `{period}`
    pub of_period: &'static str,
    /// `{what}`, `{months}`
    pub of_months: &'static str,
    /// Before a list of days that starts with a number: for one number and for several.
    pub month_day_prefix: [&'static str; 2],
    /// One day of the month.
    pub month_day: fn(MonthDay) -> String,
    /// `{nth}`, `{weekday}`
    pub nth_weekday: &'static str,
    /// `{nth}`
    pub nth_workday: &'static str,
    /// `{nth}`, `{holiday}`
    pub before_holiday: &'static str,
    /// `{nth}`, `{holiday}`
    pub after_holiday: &'static str,
    /// Any holiday.
    pub holiday: &'static str,
    /// `{n}`
    pub n_workdays: &'static str,
    /// `{dates}`
    pub yearly: &'static str,
    /// `{month}`, `{day}`
    pub year_day: &'static str,
    /// `{dates}`
    pub once: &'static str,
    /// `{year}`, `{month}`, `{day}`
    pub date: &'static str,
    /// A number in a phrase such as `every {n} weeks`.
    pub count: fn(u16) -> String,
    /// `first`, `2nd last`; for a feminine noun or a masculine one.
    pub nth: fn(i16, bool) -> String,
    /// From Monday, as they are said alone.
    pub weekday_names: [&'static str; 7],
    /// From Monday, as they are said after another one.
    pub further_weekdays: [&'static str; 7],
    /// Which names are masculine.
    pub is_masculine: fn(Weekday) -> bool,
    /// Between the ends of a range of weekdays; none where ranges are not said.
    pub to: Option<&'static str>,
    pub months: [&'static str; 12],
    /// In each week, month, quarter, year.
    pub periods: [&'static str; 4],
    /// Between the items of a list, but for the last two.
    pub comma: &'static str,
    /// Between the last two items of a list.
    pub and: &'static str,
    /// A time of the day.
    pub time: fn(Time) -> String,
    /// Before the first of the times.
    pub at: fn(Time) -> &'static str,
    /// `{step}`, `{span}`, `{days}`, of which the last two may be nothing.
    pub grid: &'static str,
    /// `{from}`, `{to}`
    pub span: &'static str,
    /// The same over midnight.
    pub night: &'static str,
    /// The end of the day.
    pub end_of_day: &'static str,
    /// `{days}`
    pub on_days: &'static str,
    /// The same for workdays.
    pub on_workdays: &'static str,
    /// A step of one and of `{n}` hours, minutes, seconds.
    pub steps: [[&'static str; 2]; 3],
    /// The fields of a cron expression: `{minutes}`, `{hours}`.
    pub cron_times: &'static str,
    /// `{folder}`
    pub on_change: &'static str,
}
