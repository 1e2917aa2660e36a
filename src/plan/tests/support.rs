//! Schedules to ask, written shortly.

use std::sync::Arc;

use jiff::{
    Timestamp,
    civil::{Date, Time, date},
    tz::TimeZoneDatabase,
};

use crate::model::{
    calendar::{Calendar, FixedHoliday, Layer, ListedDay, Origin},
    recurrence::{Days, Recurrence, Times},
    reminder::{OnDayOff, Schedule, Zone},
};

/// Mainland China in 2026, and what the law says of other years.
pub(crate) fn calendar() -> Calendar {
    let off = [
        ("元旦", date(2026, 1, 1), 3),
        ("春节", date(2026, 2, 15), 9),
        ("清明节", date(2026, 4, 4), 3),
        ("劳动节", date(2026, 5, 1), 5),
        ("端午节", date(2026, 6, 19), 3),
        ("中秋节", date(2026, 9, 25), 3),
        ("国庆节", date(2026, 10, 1), 7),
    ];
    let work = [
        ("元旦", date(2026, 1, 4)),
        ("春节", date(2026, 2, 14)),
        ("春节", date(2026, 2, 28)),
        ("劳动节", date(2026, 5, 9)),
        ("国庆节", date(2026, 9, 20)),
        ("国庆节", date(2026, 10, 10)),
    ];
    let day = |name: &str, date, off| ListedDay {
        date,
        off,
        name: Some(name.into()),
        provisional: false,
    };
    let days = off.iter().flat_map(|(name, first, count)| {
        let dates = std::iter::successors(Some(*first), |date: &Date| date.tomorrow().ok());
        dates.take(*count).map(|date| day(name, date, true)).collect::<Vec<_>>()
    });
    let fixed = [(1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节")];
    let fixed =
        fixed.map(|(month, day, name)| FixedHoliday { month, day, name: name.into(), since: 2008 });
    let layer = Layer {
        name: "cn".into(),
        origin: Origin::Data,
        days: days.chain(work.map(|(name, date)| day(name, date, false))).collect(),
        coverage: Some((date(2026, 1, 1), date(2026, 12, 31))),
        fixed: fixed.to_vec(),
    };
    Calendar::builder("cn").layer(layer).build()
}

pub(crate) fn zone(name: &str) -> Zone {
    Zone { name: name.into(), tz: TimeZoneDatabase::bundled().get(name).unwrap() }
}

/// A schedule in Shanghai under that calendar.
pub(crate) fn china(days: Days, times: Times) -> Schedule {
    Schedule {
        when: vec![Recurrence { days, times }],
        zone: zone("Asia/Shanghai"),
        calendar: Arc::new(calendar()),
        on_day_off: OnDayOff::Keep,
        from: None,
        until: None,
        except: Vec::new(),
    }
}

pub(crate) fn time(text: &str) -> Time {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Fixed times, written with blanks between them.
pub(crate) fn times(text: &str) -> Times {
    Times::At(text.split(' ').map(time).collect())
}

/// One fixed time.
pub(crate) fn at(text: &str) -> Times {
    times(text)
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The first instants after one, on the schedule's own wall clock, to the minute.
pub(crate) fn listed(schedule: &Schedule, after: &str, count: usize) -> Vec<String> {
    let show = |at| schedule.zone.tz.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string();
    super::instants(schedule, instant(after)).take(count).map(show).collect()
}
