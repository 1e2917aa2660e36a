//! One field of a cron expression: lists of values, ranges and steps, and what days add to them.

use super::CronError;
use crate::model::text::{Text, Words, text, words};

/// A field's text: characters and where they start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) at: usize,
    pub(super) chars: &'a [char],
}

impl Field<'_> {
    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

/// What a field says. Bits count from the field's own zero; weekday 0 is Sunday.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    pub(super) bits: u64,
    /// `*` or `*/n` stands in it.
    pub(super) wildcard: bool,
    /// It begins with `*`, or is `?`.
    pub(super) unrestricted: bool,
    /// `L` and `L-n`.
    pub(super) from_end: Vec<u8>,
    /// `nW`, and 0 for `LW`.
    pub(super) nearest_weekday: Vec<u8>,
    /// `d#n`, and `dL` with -1.
    pub(super) nth_weekdays: Vec<(i8, i8)>,
    /// `+` stands before it.
    pub(super) and: bool,
}

/// What may stand in a field.
pub(super) struct Kind {
    name: Words,
    min: u8,
    max: u8,
    /// The last value `*` stands for.
    last: u8,
    names: &'static [&'static str],
    allowed: Words,
    /// What it counts.
    unit: Words,
    /// A step beyond the field's length is a mistake (`*/90` is not every 90 minutes). In the day
    /// fields it is an old idiom for "the first only".
    long_steps: bool,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fn kind(name: Words, unit: Words, min: u8, max: u8, allowed: Words) -> Kind {
    Kind { name, min, max, last: max, names: &[], allowed, unit, long_steps: false }
}

pub(super) const SECOND: Kind = kind(words!("second"), words!("seconds"), 0, 59, words!("0-59"));
pub(super) const MINUTE: Kind = kind(words!("minute"), words!("minutes"), 0, 59, words!("0-59"));
pub(super) const HOUR: Kind = kind(words!("hour"), words!("hours"), 0, 23, words!("0-23"));
const DAY: Kind = Kind {
    long_steps: true,
    ..kind(words!("day of month"), words!("days"), 1, 31, words!("1-31, L, L-n, nW or LW"))
};
pub(super) const MONTH: Kind = Kind {
    names: &MONTHS,
    ..kind(words!("month"), words!("months"), 1, 12, words!("1-12 or jan-dec"))
};
const WEEKDAY: Kind = Kind {
    names: &WEEKDAYS,
    last: 6,
    long_steps: true,
    ..kind(words!("weekday"), words!("days"), 0, 7, words!("0-7 or sun-sat (0 and 7 are Sunday)"))
};

/// Whether a word in small letters names a month or a weekday.
pub(super) fn is_name(word: &str) -> bool {
    MONTHS.contains(&word) || WEEKDAYS.contains(&word)
}

/// Reads a field of plain values: seconds, minutes, hours, months.
pub(super) fn time(kind: &'static Kind, field: &Field<'_>) -> Result<Parsed, CronError> {
    let mut parsed = Parsed::default();
    for mut item in items(kind, field) {
        parsed.join(&item.set()?);
        item.end()?;
    }
    Ok(parsed)
}

/// Reads the day of month.
pub(super) fn day_of_month(field: &Field<'_>) -> Result<Parsed, CronError> {
    if field.chars == ['?'] {
        return Ok(Parsed::any(&DAY));
    }
    let mut parsed =
        Parsed { unrestricted: field.chars.first() == Some(&'*'), ..Parsed::default() };
    for mut item in items(&DAY, field) {
        if item.take('L') {
            if item.take('W') {
                parsed.nearest_weekday.push(0);
            } else if item.take('-') {
                parsed.from_end.push(item.number(words!("days before the last"), 0, 30)?);
            } else {
                parsed.from_end.push(0);
            }
        } else if item.take('W') {
            parsed.nearest_weekday.push(item.value()?.0);
        } else {
            let set = item.set()?;
            match set.single.filter(|_| item.take('W')) {
                Some(day) => parsed.nearest_weekday.push(day),
                None => parsed.join(&set),
            }
        }
        item.end()?;
    }
    Ok(parsed)
}

/// Reads the weekday.
pub(super) fn weekday(field: &Field<'_>) -> Result<Parsed, CronError> {
    let (field, and) = match field.chars {
        ['+', rest @ ..] => (Field { at: field.at + 1, chars: rest }, true),
        _ => (*field, false),
    };
    if field.chars == ['?'] {
        return Ok(Parsed { and, ..Parsed::any(&WEEKDAY) });
    }
    let unrestricted = field.chars.first() == Some(&'*');
    let mut parsed = Parsed { unrestricted, and, ..Parsed::default() };
    for mut item in items(&WEEKDAY, &field) {
        // `L5` is `5L`.
        let last = item.take('L');
        let set = item.set()?;
        let nth = if last { Some(-1) } else { item.nth()? };
        match nth {
            Some(nth) => {
                let bits = set.bits | set.bits >> 7;
                parsed.nth_weekdays.extend((0..7).filter(|n| bits >> n & 1 == 1).map(|n| (n, nth)));
            }
            None => parsed.join(&set),
        }
        item.end()?;
    }
    parsed.bits |= parsed.bits >> 7;
    Ok(parsed)
}

/// The values of one entry of a list.
struct Set {
    bits: u64,
    /// The value, when it is one by itself.
    single: Option<u8>,
    star: bool,
}

impl Parsed {
    /// Every value: `?`.
    fn any(kind: &Kind) -> Self {
        let bits = (kind.min..=kind.last).fold(0, |bits, value| bits | 1 << value);
        Self { bits, unrestricted: true, ..Self::default() }
    }

    fn join(&mut self, set: &Set) {
        self.bits |= set.bits;
        self.wildcard |= set.star;
    }
}

/// What is wrong with an entry of a field.
pub(super) fn about(field: Words, item: &str, what: Text) -> Text {
    match item {
        "" => text!("{field}: {what}", field = field, what = what),
        _ => text!("{field} {item}: {what}", field = field, item = item, what = what),
    }
}

/// One entry of a field's list, read from left to right.
struct Item<'a> {
    kind: &'static Kind,
    /// Where it starts in the text.
    start: usize,
    chars: &'a [char],
    /// How many characters are read.
    read: usize,
}

fn items<'a>(kind: &'static Kind, field: &Field<'a>) -> Vec<Item<'a>> {
    let mut start = field.at;
    let entry = |chars: &'a [char]| {
        let item = Item { kind, start, chars, read: 0 };
        start += chars.len() + 1;
        item
    };
    field.chars.split(|c| *c == ',').map(entry).collect()
}

impl Item<'_> {
    fn rest(&self) -> &[char] {
        self.chars.get(self.read..).unwrap_or_default()
    }

    /// Reads a character if it comes next, in either case.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.rest().first().is_some_and(|c| c.eq_ignore_ascii_case(&wanted));
        self.read += usize::from(found);
        found
    }

    /// Reads as many characters of a class as there are.
    fn run(&mut self, class: impl Fn(&char) -> bool) -> String {
        let run: String = self.rest().iter().take_while(|c| class(c)).collect();
        self.read += run.chars().count();
        run
    }

    /// An error about the whole entry: `minute 5--5: …`.
    fn error(&self, message: Text) -> CronError {
        let item: String = self.chars.iter().collect();
        let message = about(self.kind.name, &item, message);
        CronError::new(self.start, self.chars.len(), message)
    }

    fn must_be(&self) -> CronError {
        self.error(text!("must be {allowed}", allowed = self.kind.allowed))
    }

    /// Reads `*`, a value or a range, with a step where one may stand.
    fn set(&mut self) -> Result<Set, CronError> {
        let star = self.take('*');
        let (first, last, single) = if star {
            (self.kind.min, self.kind.last, None)
        } else {
            let (first, _) = self.value()?;
            if self.take('-') {
                let (first, last) = self.range(first)?;
                (first, last, None)
            } else {
                (first, first, Some(first))
            }
        };
        let step = match (self.take('/'), single) {
            (false, _) => 1,
            (true, None) => self.step()?,
            (true, Some(first)) => return Err(self.step_without_range(first)),
        };
        let values = (first..=last).step_by(step.into());
        Ok(Set { bits: values.fold(0, |bits, value| bits | 1 << value), single, star })
    }

    /// Reads a number or a name; says whether it was a name.
    fn value(&mut self) -> Result<(u8, bool), CronError> {
        let digits = self.run(char::is_ascii_digit);
        if !digits.is_empty() {
            // A number too long to read is out of range as well.
            let value = digits.parse().unwrap_or(u8::MAX);
            let fits = (self.kind.min..=self.kind.max).contains(&value);
            return if fits { Ok((value, false)) } else { Err(self.must_be()) };
        }
        let read = self.read;
        let mut name = self.run(char::is_ascii_alphabetic).to_ascii_lowercase();
        let last_of = self.kind.name == WEEKDAY.name && name.len() == 4 && name.ends_with('l');
        if last_of {
            name.truncate(3);
            self.read -= 1;
        }
        match self.kind.names.iter().position(|known| *known == name) {
            Some(index) => Ok((u8::try_from(index).unwrap_or(0) + self.kind.min, true)),
            None => {
                self.read = read;
                Err(self.unexpected())
            }
        }
    }

    /// Reads the end of a range that starts with `first`.
    fn range(&mut self, first: u8) -> Result<(u8, u8), CronError> {
        let (last, named) = self.value()?;
        // Sunday ends a range as 7 and starts one as 0, however it is written.
        let sunday_twice = self.kind.last < self.kind.max;
        let ends_sunday = sunday_twice && last == 0 && (first > 0 || named);
        let last = if ends_sunday { self.kind.max } else { last };
        let first = if sunday_twice && first == self.kind.max && last < first { 0 } else { first };
        if first > last {
            let Kind { min, last: max, .. } = self.kind;
            let error = self.error(text!("a range must not run backwards"));
            return Err(error
                .help(text!("write {phrases}", phrases = format!("{first}-{max},{min}-{last}"))));
        }
        Ok((first, last))
    }

    /// Reads a step.
    fn step(&mut self) -> Result<u8, CronError> {
        let digits = self.run(char::is_ascii_digit);
        let length = self.kind.max - self.kind.min + 1;
        match digits.parse::<u32>() {
            Ok(0) => Err(self.error(text!("a step must be 1 or more"))),
            Ok(step) if step > length.into() && !self.kind.long_steps => {
                let message =
                    text!("a step must not be more than {most}", most = u16::from(length));
                Err(self.error(message).help(text!(
                    "the count starts anew at {min} each time; for an interval write `every {step} {unit}`",
                    min = u16::from(self.kind.min),
                    step = step,
                    unit = self.kind.unit,
                )))
            }
            // Any step beyond the field leaves the first value alone.
            Ok(step) => Ok(u8::try_from(step).unwrap_or(u8::MAX)),
            Err(_) if !digits.is_empty() => Err(self.error(text!("the step is too large"))),
            Err(_) => Err(self.error(text!("`/` must be followed by a number"))),
        }
    }

    fn step_without_range(&mut self, first: u8) -> CronError {
        let step = self.run(|_| true);
        let range = format!("{first}-{}/{step}", self.kind.last);
        self.error(text!("a step needs `*` or a range before it"))
            .help(text!("write {phrases}", phrases = range))
    }

    /// Reads `#n`, `#L` or `L` behind a weekday.
    fn nth(&mut self) -> Result<Option<i8>, CronError> {
        let hash = self.take('#');
        if !hash && self.rest().is_empty() {
            return Ok(None);
        }
        if self.chars.iter().take(self.read).any(|c| "*/".contains(*c)) {
            return Err(self.unexpected());
        }
        if self.take('L') {
            return Ok(Some(-1));
        }
        match hash {
            true => Ok(i8::try_from(self.number(words!("the number behind #"), 1, 5)?).ok()),
            false => Err(self.unexpected()),
        }
    }

    /// Reads a number.
    fn number(&mut self, what: Words, min: u8, max: u8) -> Result<u8, CronError> {
        let digits = self.run(char::is_ascii_digit);
        let number = digits.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| {
            let allowed = format!("{min}-{max}");
            self.error(text!("{what} must be {allowed}", what = what, allowed = allowed))
        })
    }

    /// Nothing may be left.
    fn end(&self) -> Result<(), CronError> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.unexpected()) }
    }

    /// What comes next cannot stand there.
    fn unexpected(&self) -> CronError {
        let Some(c) = self.rest().first() else {
            let error = self.error(text!("a value is missing"));
            return error.help(text!("write {phrases}", phrases = self.kind.allowed));
        };
        if c.is_alphanumeric() && self.read == 0 {
            return self.must_be();
        }
        let error = self.error(text!("`{sign}` cannot stand there", sign = *c));
        error.help(match c {
            '?' => text!("`?` is only for day of month and weekday: write *"),
            '+' => text!("`+` may only begin the weekday"),
            'L' | 'l' | 'W' | 'w' | '#' => text!(
                "L and W are for the day of month (L, L-3, 15W, LW), L and # for the weekday (5L, 2#1)"
            ),
            _ => text!(
                "the {field} must be {allowed}",
                field = self.kind.name,
                allowed = self.kind.allowed,
            ),
        })
    }
}
