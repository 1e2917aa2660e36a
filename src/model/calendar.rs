//! A calendar: which days are worked, and why.
//!
//! A calendar is a stack of layers over a weekend pattern; later layers win. It is compiled once
//! and never changes: a bit per day answers "is this day off?", the lists answer "why?".
//!
//! ```text
//! off     = listed as off, or a weekend day that is not listed as worked
//! workday = not off
//! break   = a maximal run of days off that contains a listed holiday
//! make-up = worked although the weekend pattern calls it weekend
//! ```
//!
//! Every layer of data says which dates it knows (its coverage). A day nothing knows is not
//! guessed in silence: the weekend pattern and the days fixed by law decide, and the day is
//! called uncovered. A calendar without any data knows all it needs and is never uncovered.

mod bits;
mod day;
mod fact;
mod layer;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use jiff::civil::{Date, Weekday};

use self::bits::Bits;
pub use self::{
    day::Day,
    fact::{Cause, DayFact},
    layer::{FixedHoliday, Layer, ListedDay, OnUncovered, Origin},
};
use super::recurrence::WeekdaySet;

/// Puts layers on top of one another. Made by [`Calendar::builder`] or [`Calendar::derive`].
#[derive(Clone, Debug)]
pub struct Builder {
    id: Arc<str>,
    weekend: WeekdaySet,
    on_uncovered: OnUncovered,
    layers: Vec<Arc<Layer>>,
}

impl Builder {
    /// Sets which weekdays are off unless a layer says otherwise (default Saturday and Sunday).
    #[must_use]
    pub fn weekend(mut self, weekend: WeekdaySet) -> Self {
        self.weekend = weekend;
        self
    }

    /// Sets what happens on days no layer knows (default [`OnUncovered::Weekday`]).
    #[must_use]
    pub fn on_uncovered(mut self, on_uncovered: OnUncovered) -> Self {
        self.on_uncovered = on_uncovered;
        self
    }

    /// Puts a layer on top.
    #[must_use]
    pub fn layer(mut self, layer: Layer) -> Self {
        self.layers.push(Arc::new(layer));
        self
    }

    /// Compiles the calendar.
    #[must_use]
    pub fn build(self) -> Calendar {
        let mut listed = BTreeMap::new();
        for (index, layer) in self.layers.iter().enumerate() {
            if let (Origin::Notice, Some((first, last))) = (layer.origin, layer.coverage) {
                let span = Day::new(first).number()..=Day::new(last).number();
                listed.retain(|number, _| !span.contains(number));
            }
            for (entry, day) in layer.days.iter().enumerate() {
                listed.insert(Day::new(day.date).number(), Listing { layer: index, entry });
            }
        }
        let mut hasher = DefaultHasher::new();
        (&self.id, self.weekend, self.on_uncovered, &self.layers).hash(&mut hasher);
        let mut calendar = Calendar {
            covered: merge(self.layers.iter().filter_map(|layer| layer.coverage)),
            id: self.id,
            weekend: self.weekend,
            on_uncovered: self.on_uncovered,
            layers: self.layers,
            listed,
            off: Bits::default(),
            digest: hasher.finish(),
        };
        calendar.off = Bits::compile(&calendar);
        calendar
    }
}

/// Spans in order, those that touch joined.
fn merge(spans: impl Iterator<Item = (Date, Date)>) -> Vec<(Day, Day)> {
    let mut spans: Vec<_> = spans
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| (Day::new(first), Day::new(last)))
        .collect();
    spans.sort();
    spans.dedup_by(|later, earlier| {
        let touch = later.0.number() <= earlier.1.number().saturating_add(1);
        if touch {
            earlier.1 = earlier.1.max(later.1);
        }
        touch
    });
    spans
}

/// Which layer decides a listed day, and by which of its entries.
#[derive(Clone, Copy, Debug)]
struct Listing {
    layer: usize,
    entry: usize,
}

/// A compiled calendar. Cheap to share, to compare and to ask.
#[derive(Clone, Debug)]
pub struct Calendar {
    id: Arc<str>,
    weekend: WeekdaySet,
    on_uncovered: OnUncovered,
    layers: Vec<Arc<Layer>>,
    /// What is known, in order; empty when no layer has data.
    covered: Vec<(Day, Day)>,
    listed: BTreeMap<i32, Listing>,
    off: Bits,
    /// Of all the above: unequal digests are unequal calendars.
    digest: u64,
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
            && self.id == other.id
            && self.weekend == other.weekend
            && self.on_uncovered == other.on_uncovered
            && self.layers == other.layers
    }
}

impl Eq for Calendar {}

impl Hash for Calendar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl Calendar {
    /// A calendar with nothing but Saturdays and Sundays off.
    #[must_use]
    pub fn weekends() -> Self {
        Self::builder("weekends").build()
    }

    /// Starts a calendar with Saturdays and Sundays off and no layers.
    pub fn builder(id: impl Into<Arc<str>>) -> Builder {
        Builder {
            id: id.into(),
            weekend: WeekdaySet::EMPTY.with(Weekday::Saturday).with(Weekday::Sunday),
            on_uncovered: OnUncovered::default(),
            layers: Vec::new(),
        }
    }

    /// Starts a calendar on top of this one: same weekend, same layers, room for more.
    pub fn derive(&self, id: impl Into<Arc<str>>) -> Builder {
        Builder {
            id: id.into(),
            weekend: self.weekend,
            on_uncovered: self.on_uncovered,
            layers: self.layers.clone(),
        }
    }

    /// What the settings and people call it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The weekdays that are off unless a layer says otherwise.
    #[must_use]
    pub fn weekend(&self) -> WeekdaySet {
        self.weekend
    }

    /// What happens on days it does not know.
    #[must_use]
    pub fn on_uncovered(&self) -> OnUncovered {
        self.on_uncovered
    }

    /// Its layers, the deciding one last.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        self.layers.iter().map(AsRef::as_ref)
    }

    /// First and last date known; `None` when it needs no data and is never uncovered.
    #[must_use]
    pub fn coverage(&self) -> Option<(Date, Date)> {
        let (first, last) = (self.covered.first()?, self.covered.last()?);
        Some((first.0.date(), last.1.date()))
    }

    /// Whether a day is known rather than guessed: inside the coverage, or listed for certain.
    #[must_use]
    pub fn is_covered(&self, day: Day) -> bool {
        self.covered.is_empty()
            || self.covered.iter().any(|(first, last)| (*first..=*last).contains(&day))
            || self.entry(day).is_some_and(|(_, listed)| !listed.provisional)
    }

    /// Whether nobody works on a day.
    #[must_use]
    pub fn is_off(&self, day: Day) -> bool {
        self.off.get(day.number())
    }

    /// Whether a date is a workday.
    #[must_use]
    pub fn is_workday(&self, date: Date) -> bool {
        !self.is_off(Day::new(date))
    }

    /// Whether a day is worked although the weekend pattern calls it weekend.
    #[must_use]
    pub fn is_make_up_workday(&self, day: Day) -> bool {
        self.weekend.contains(day.weekday()) && !self.is_off(day)
    }

    /// How many workdays there are from one day to another, both included.
    #[must_use]
    pub fn workdays(&self, first: Day, last: Day) -> u32 {
        if first > last { 0 } else { self.off.count_unset(first.number(), last.number()) }
    }

    /// The n-th workday from a day on, itself included: 1 is the first. Negative numbers go back
    /// in time. `None` for 0 and where it is more than about three years away.
    #[must_use]
    pub fn nth_workday(&self, from: Day, nth: i32) -> Option<Day> {
        const FARTHEST: i32 = 1000;
        if nth == 0 {
            return None;
        }
        let sign = nth.signum();
        let at = |distance: i32| from.number() + sign * distance;
        let count = |distance: i32| {
            let (first, last) = (from.number().min(at(distance)), from.number().max(at(distance)));
            self.off.count_unset(first, last)
        };
        let wanted = nth.unsigned_abs();
        // The least distance within which there are enough workdays: first far enough, then halved.
        let mut low = i32::try_from(wanted).unwrap_or(FARTHEST).min(FARTHEST) - 1;
        let mut high = low;
        while high < FARTHEST && count(high) < wanted {
            (low, high) = (high + 1, (high * 2 + 7).min(FARTHEST));
        }
        while low < high {
            let middle = (low + high) / 2;
            if count(middle) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Day::from_number(at(low)).filter(|_| count(low) == wanted)
    }

    /// Whether a day is a holiday: off because it is listed, or by law.
    #[must_use]
    pub fn is_holiday(&self, day: Day) -> bool {
        self.is_off(day) && (self.entry(day).is_some() || self.fixed(day).is_some())
    }

    /// Whether a day is a holiday of this name. A day can belong to two (`国庆节、中秋节`).
    #[must_use]
    pub fn is_holiday_named(&self, day: Day, name: &str) -> bool {
        let full = || match self.entry(day) {
            Some((_, listed)) => listed.name.as_deref(),
            None => self.fixed(day).map(|(_, fixed)| fixed.name.as_ref()),
        };
        self.is_off(day) && full().is_some_and(|full| full.split('、').any(|part| part == name))
    }

    /// First and last day on which a layer says something, but for the holidays of the law.
    #[must_use]
    pub fn listed(&self) -> Option<(Day, Day)> {
        let (first, last) = (self.listed.first_key_value()?, self.listed.last_key_value()?);
        Some((Day::from_number(*first.0)?, Day::from_number(*last.0)?))
    }

    /// Whether the law puts a holiday of this name on the same date each year.
    #[must_use]
    pub fn is_fixed(&self, name: &str) -> bool {
        self.layers().flat_map(|layer| &layer.fixed).any(|fixed| fixed.name.as_ref() == name)
    }

    /// The names of its holidays, each once, in the order of the calendar's layers and days.
    #[must_use]
    pub fn holiday_names(&self) -> Vec<&str> {
        let off = self.layers().flat_map(|layer| {
            let listed =
                layer.days.iter().filter(|day| day.off).filter_map(|day| day.name.as_ref());
            listed.chain(layer.fixed.iter().map(|fixed| &fixed.name))
        });
        let mut names = Vec::new();
        for name in off.flat_map(|name| name.split('、')) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Everything about a day: off or worked, known or not, and what decided it.
    #[must_use]
    pub fn fact(&self, day: Day) -> DayFact {
        DayFact {
            date: day.date(),
            off: self.is_off(day),
            weekend: self.weekend.contains(day.weekday()),
            covered: self.is_covered(day),
            cause: self.cause(day),
        }
    }

    /// What decides a day.
    fn cause(&self, day: Day) -> Cause {
        if let Some((layer, listed)) = self.entry(day) {
            let (layer, origin) = (layer.name.clone(), layer.origin);
            return Cause::Listed { layer, origin, name: listed.name.clone() };
        }
        match self.fixed(day) {
            Some((layer, fixed)) => {
                Cause::Law { layer: layer.name.clone(), name: fixed.name.clone() }
            }
            None => Cause::Pattern,
        }
    }

    /// The entry that lists a day, and its layer.
    fn entry(&self, day: Day) -> Option<(&Layer, &ListedDay)> {
        let listing = self.listed.get(&day.number())?;
        let layer = self.layers.get(listing.layer)?;
        Some((layer, layer.days.get(listing.entry)?))
    }

    /// The law's holiday on an uncovered day, and the layer that knows the law.
    fn fixed(&self, day: Day) -> Option<(&Layer, &FixedHoliday)> {
        let date = day.date();
        let (layer, fixed) = self.layers().rev().find_map(|layer| {
            let on = |fixed: &&FixedHoliday| {
                (fixed.month, fixed.day) == (date.month(), date.day()) && fixed.since <= date.year()
            };
            Some((layer, layer.fixed.iter().find(on)?))
        })?;
        (!self.is_covered(day)).then_some((layer, fixed))
    }

    /// Off or not, from the lists: what the bits are made from.
    fn decide_off(&self, day: Day) -> bool {
        match self.entry(day) {
            Some((_, listed)) => listed.off,
            None => self.weekend.contains(day.weekday()) || self.fixed(day).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::recurrence::Period;

    fn listed(date: Date, off: bool, name: &str) -> ListedDay {
        let name = (!name.is_empty()).then(|| name.into());
        ListedDay { date, off, name, provisional: false }
    }

    /// A holiday of two days over a weekend in 2026, made up for on a Sunday; New Year by law.
    fn country() -> Calendar {
        let days = vec![
            listed(date(2026, 10, 1), true, "国庆节、中秋节"),
            listed(date(2026, 10, 2), true, "国庆节"),
            listed(date(2026, 9, 27), false, "国庆节"),
            ListedDay { provisional: true, ..listed(date(2027, 2, 5), true, "除夕") },
        ];
        let new_year = FixedHoliday { month: 1, day: 1, name: "元旦".into(), since: 2000 };
        Calendar::builder("xx")
            .layer(Layer {
                name: "xx".into(),
                origin: Origin::Data,
                days,
                coverage: Some((date(2026, 1, 1), date(2026, 12, 31))),
                fixed: vec![new_year],
            })
            .build()
    }

    #[test]
    fn a_notice_takes_the_place_of_what_lies_below_it_in_its_years() {
        let notice = Layer {
            name: "notice".into(),
            origin: Origin::Notice,
            days: vec![listed(date(2026, 10, 1), true, "国庆节")],
            coverage: Some((date(2026, 1, 1), date(2026, 12, 31))),
            fixed: Vec::new(),
        };
        let company = own(vec![listed(date(2026, 10, 3), false, "")]);
        let calendar = country().derive("x").layer(notice).layer(company).build();
        let fact = |date| calendar.fact(Day::new(date)).to_string();
        assert_eq!(fact(date(2026, 10, 1)), "Thursday, statutory holiday (notice, 国庆节)");
        assert_eq!(fact(date(2026, 10, 2)), "Friday, workday");
        assert_eq!(fact(date(2026, 9, 27)), "Sunday, weekend");
        assert_eq!(fact(date(2026, 10, 3)), "Saturday, make-up workday (acme)");
        // Outside its years everything stays.
        assert_eq!(fact(date(2027, 2, 5)), "Friday, statutory holiday (xx, 除夕)");
    }

    fn own(days: Vec<ListedDay>) -> Layer {
        let name = "acme".into();
        Layer { name, origin: Origin::Settings, days, coverage: None, fixed: Vec::new() }
    }

    #[test]
    fn each_day_says_what_it_is_and_who_said_so() {
        let calendar = country();
        for (date, expected, covered) in [
            (date(2026, 10, 1), "Thursday, statutory holiday (xx, 国庆节、中秋节)", true),
            (date(2026, 9, 27), "Sunday, make-up workday (xx, 国庆节)", true),
            (date(2026, 10, 3), "Saturday, weekend", true),
            (date(2026, 10, 5), "Monday, workday", true),
            (date(2026, 1, 1), "Thursday, workday", true),
            (date(2027, 1, 1), "Friday, statutory holiday (xx, 元旦)", false),
            (date(2027, 2, 5), "Friday, statutory holiday (xx, 除夕)", false),
            (date(2027, 2, 8), "Monday, workday", false),
            (date(1999, 1, 1), "Friday, workday", false),
            (date(9999, 1, 1), "Friday, statutory holiday (xx, 元旦)", false),
        ] {
            let fact = calendar.fact(Day::new(date));
            assert_eq!((fact.to_string().as_str(), fact.covered), (expected, covered), "{date}");
        }
        assert_eq!(calendar.coverage(), Some((date(2026, 1, 1), date(2026, 12, 31))));
        assert!(calendar.is_holiday_named(Day::new(date(2026, 10, 1)), "中秋节"));
        assert!(!calendar.is_holiday_named(Day::new(date(2026, 9, 27)), "国庆节"));
        assert_eq!(calendar.holiday_names(), ["国庆节", "中秋节", "除夕", "元旦"]);
    }

    #[test]
    fn later_layers_win_and_what_they_list_is_known() {
        let base = country();
        let acme = base
            .derive("acme")
            .layer(own(vec![
                listed(date(2026, 10, 2), false, ""),
                listed(date(2027, 9, 15), true, "founding day"),
            ]))
            .build();
        assert!(acme.is_workday(date(2026, 10, 2)));
        assert!(!acme.is_make_up_workday(Day::new(date(2026, 10, 2))));
        assert!(!acme.is_workday(date(2026, 10, 1)));
        let founding = acme.fact(Day::new(date(2027, 9, 15)));
        assert_eq!(founding.to_string(), "Wednesday, day off (acme, founding day)");
        assert!(founding.covered && founding.is_holiday());
        assert_ne!(acme, base);
        assert_eq!(base, country());
    }

    #[test]
    fn without_data_nothing_is_uncovered() {
        let calendar = Calendar::weekends();
        assert_eq!(calendar.coverage(), None);
        assert!(
            calendar.is_covered(Day::new(Date::MAX)) && calendar.is_covered(Day::new(Date::MIN))
        );
        assert!(calendar.is_off(Day::new(date(2026, 10, 3))));
        assert!(calendar.is_workday(date(2026, 10, 1)));
        let gulf = WeekdaySet::EMPTY.with(Weekday::Friday).with(Weekday::Saturday);
        let calendar = Calendar::builder("gulf").weekend(gulf).build();
        assert!(calendar.is_workday(date(2026, 10, 4)) && !calendar.is_workday(date(2026, 10, 2)));
    }

    #[test]
    fn coverage_joins_what_touches_and_keeps_gaps() {
        let year = |year| Layer {
            coverage: Some((date(year, 1, 1), date(year, 12, 31))),
            ..own(Vec::new())
        };
        let calendar =
            [2027, 2026, 2030].map(year).into_iter().fold(Calendar::builder("c"), Builder::layer);
        let calendar = calendar.build();
        assert_eq!(calendar.coverage(), Some((date(2026, 1, 1), date(2030, 12, 31))));
        assert!(calendar.is_covered(Day::new(date(2027, 1, 1))));
        assert!(!calendar.is_covered(Day::new(date(2028, 1, 1))));
    }

    #[test]
    fn bits_and_lists_agree_everywhere() {
        let calendar = country();
        let days = (-1000..182_900).step_by(11).chain(20_400..21_200);
        for day in days.filter_map(Day::from_number) {
            assert_eq!(calendar.is_off(day), calendar.decide_off(day), "{day:?}");
        }
        let ends = (-146_200..-145_900).chain(328_500..328_800).chain(182_000..183_000);
        let far = (-4_300_000..2_900_000).step_by(97);
        for day in ends.chain(far).filter_map(Day::from_number) {
            assert_eq!(calendar.is_off(day), calendar.decide_off(day), "{day:?}");
        }
    }

    #[test]
    fn counting_is_adding_up() {
        let calendar = country();
        for (first, last) in [
            (date(2026, 9, 21), date(2026, 10, 11)),
            (date(2026, 10, 1), date(2026, 10, 1)),
            (date(2026, 10, 5), date(2026, 10, 5)),
            (date(2026, 1, 1), date(2026, 12, 31)),
            (date(1969, 12, 20), date(1970, 1, 9)),
            (date(2469, 12, 1), date(2471, 1, 9)),
            (date(1568, 1, 1), date(1571, 1, 9)),
            (date(1, 3, 5), date(9, 7, 11)),
            (date(9990, 3, 5), date(9999, 12, 31)),
            (date(1200, 1, 1), date(3200, 1, 1)),
            (date(2026, 10, 6), date(2026, 10, 5)),
        ] {
            let days = std::iter::successors(Some(Day::new(first)), |day| day.next());
            let slow =
                days.take_while(|day| day.date() <= last).filter(|day| !calendar.is_off(*day));
            let fast = calendar.workdays(Day::new(first), Day::new(last));
            assert_eq!(fast as usize, slow.count(), "{first} {last}");
        }
    }

    #[test]
    fn the_nth_workday_is_found_in_both_directions() {
        let calendar = country();
        let nth = |date, n| calendar.nth_workday(Day::new(date), n).map(Day::date);
        for (from, n, found) in [
            (date(2026, 9, 30), 1, Some(date(2026, 9, 30))),
            (date(2026, 9, 30), 2, Some(date(2026, 10, 5))),
            (date(2026, 10, 1), 1, Some(date(2026, 10, 5))),
            (date(2026, 10, 3), -1, Some(date(2026, 9, 30))),
            (date(2026, 9, 30), -4, Some(date(2026, 9, 27))),
            (date(2026, 9, 30), 0, None),
            (date(2026, 9, 30), i32::MAX, None),
            (date(2026, 9, 30), i32::MIN, None),
            (Date::MAX, 2, None),
            (Date::MIN, -2, None),
        ] {
            assert_eq!(nth(from, n), found, "{from} {n}");
        }
        let never = Calendar::builder("never").weekend(WeekdaySet::ALL).build();
        assert_eq!(never.nth_workday(Day::new(date(2026, 1, 1)), 1), None);
    }

    #[test]
    fn periods_have_bounds() {
        for (period, first, last) in [
            (Period::Week, date(2024, 2, 26), date(2024, 3, 3)),
            (Period::Month, date(2024, 2, 1), date(2024, 2, 29)),
            (Period::Quarter, date(2024, 1, 1), date(2024, 3, 31)),
            (Period::Year, date(2024, 1, 1), date(2024, 12, 31)),
        ] {
            let day = Day::new(date(2024, 2, 29));
            assert_eq!(
                (day.first_of(period), day.last_of(period)),
                (Day::new(first), Day::new(last))
            );
        }
        let last = Day::new(Date::MAX);
        assert_eq!((last.last_of(Period::Year), last.last_of(Period::Week)), (last, last));
        assert_eq!(last.first_of(Period::Week), Day::new(date(9999, 12, 27)));
    }

    #[test]
    fn days_know_their_number_week_and_neighbours() {
        let day = Day::new(date(2026, 11, 23));
        assert_eq!(Day::from_number(day.number()), Some(day));
        assert_eq!(day.weekday(), Weekday::Monday);
        assert_eq!(day.week(), day.previous().map_or(0, |sunday| sunday.week() + 1));
        for edge in [Date::MIN, Date::MAX, date(1969, 12, 31), date(1970, 1, 1)] {
            let day = Day::new(edge);
            assert_eq!(Day::from_number(day.number()), Some(day));
            assert_eq!(day.weekday(), edge.weekday());
        }
        assert_eq!(Day::new(Date::MAX).next(), None);
        assert_eq!(Day::new(Date::MIN).previous(), None);
        assert_eq!(Day::from_number(i32::MAX), None);
    }
}
