//! The holiday break a phrase counts from: any, or one by a name of the calendar.

use crate::model::diagnostic::nearest;
use crate::model::recurrence::{Days, Recurrence, Times};
use crate::model::text::{Words, text, words};

use super::grammar::USUAL;
use super::lexicon::Lexicon;
use super::slots::{nth, nth_workdays};
use super::text::{Text, plain_word};
use super::token::{Fault, Offer, Token, Word, word};

/// How many names an error lists.
const LISTED: usize = 12;

/// Finds what stands before 前 or after `before`, puts [`Word::Break`] in its place, and gives the
/// holiday's name if it has one.
pub(super) fn find(
    tokens: &mut Vec<Token>,
    lexicon: &Lexicon,
    text: &Text,
    holidays: &[String],
) -> Result<Option<String>, Fault> {
    let side = tokens.iter().position(|token| matches!(token.word, Word::Before | Word::After));
    let Some(side) = side else { return Ok(None) };
    let (start, end) = if counts_days(tokens, side + 1) {
        (skip_every(tokens, 0), side)
    } else {
        let every_year = if ends_every_year(tokens) { 2 } else { 0 };
        // `before every holiday on the last workday`
        let count = (side + 2..tokens.len()).find(|at| counts_days(tokens, *at));
        (skip_every(tokens, side + 1), count.unwrap_or(tokens.len() - every_year))
    };
    let named = tokens.get(start..end).unwrap_or_default().to_vec();
    let (Some(first), Some(last)) = (named.first(), named.last()) else {
        return Err(nothing_named(tokens, side));
    };
    let token = Token { word: Word::Break, at: first.at, end: last.end };
    let name = name(&named, lexicon, text, holidays).map_err(|fault| {
        // `every` goes with the words that are replaced.
        let every = start.checked_sub(1).and_then(|before| tokens.get(before));
        match every.filter(|token| token.word == Word::Every) {
            Some(every) if fault.at == first.at => Fault { at: every.at, ..fault },
            _ => fault,
        }
    })?;
    // Around the break nothing is left but the count and the side.
    let outer = if end == side {
        0..end
    } else if counts_days(tokens, end) {
        side + 1..end
    } else {
        side + 1..tokens.len()
    };
    tokens.splice(outer, [token]);
    if let [every, year, _, ..] = tokens.as_slice()
        && (every.word, year.word) == (Word::Every, Word::Year)
    {
        tokens.drain(..2);
    }
    Ok(name)
}

/// Whether a count of days starts here: 前 stands after what it speaks of.
fn counts_days(tokens: &[Token], at: usize) -> bool {
    let is_day = |at: usize| matches!(word(tokens, at), Word::Workday | Word::Day | Word::DateMark);
    let after = match word(tokens, at) {
        Word::Number(_) => Some(at + 1),
        _ => nth(tokens, at).map(|(_, after)| after),
    };
    after.is_some_and(is_day)
        || word(tokens, at) != Word::Workday && nth_workdays(tokens, at).is_some()
}

/// Past `every`, 每年.
fn skip_every(tokens: &[Token], at: usize) -> usize {
    match (word(tokens, at), word(tokens, at + 1)) {
        (Word::Every, Word::Year) => at + 2,
        (Word::Every, _) => at + 1,
        _ => at,
    }
}

/// Whether the last tokens say `every year`.
fn ends_every_year(tokens: &[Token]) -> bool {
    matches!(tokens, [.., every, year] if (every.word, year.word) == (Word::Every, Word::Year))
}

fn nothing_named(tokens: &[Token], side: usize) -> Fault {
    let (at, end) = tokens.get(side).map_or((0, 0), |token| (token.at, token.end));
    let days = match word(tokens, side) {
        Word::After => Days::AfterHoliday { nths: vec![1], holiday: None },
        _ => Days::BeforeHoliday { nths: vec![1], holiday: None },
    };
    Fault::new(at, end, words!("`{typed}` which holiday?"))
        .offer(Offer::Phrase(Recurrence { days, times: Times::At(vec![USUAL]) }))
}

/// The calendar's name for the words; none when they only say `holiday`.
fn name(
    named: &[Token],
    lexicon: &Lexicon,
    text: &Text,
    holidays: &[String],
) -> Result<Option<String>, Fault> {
    // `um feriado`
    let named = match named {
        [one, rest @ ..] if one.word == Word::Number(1) && is_holiday(rest) => rest,
        _ => named,
    };
    if let Some(fault) = no_holiday(named) {
        return Err(fault);
    }
    let mut candidates = vec![named];
    if let [first, rest @ ..] = named
        && first.word == Word::Holiday
    {
        // `feriado de Carnaval`
        candidates.push(rest);
    }
    if let [rest @ .., last] = named
        && last.word == Word::Holiday
        && last.end - last.at > 1
    {
        // 春节假期; but the 节 of 春节 belongs to the name.
        candidates.push(rest);
    }
    if candidates.iter().any(|tokens| tokens.is_empty()) || is_holiday(named) {
        return Ok(None);
    }
    for tokens in &candidates {
        if let Some(known) = known(&typed(tokens, text), holidays) {
            return Ok(Some(known));
        }
    }
    let tokens = candidates.last().copied().unwrap_or(named);
    let (at, end) = tokens.first().zip(tokens.last()).map_or((0, 0), |(a, b)| (a.at, b.end));
    let name = typed(tokens, text);
    let quoted = matches!(tokens, [token] if token.word == Word::Quoted);
    let misspelt = if quoted { None } else { nearest(&name, holiday_words(lexicon)) };
    match misspelt.or_else(|| nearest(&name, names(holidays))) {
        None if holidays.is_empty() => Ok(Some(name)),
        Some(meant) => Err(unknown(at, end).replace(meant)),
        None => Err(unknown(at, end).advice(listed(holidays))),
    }
}

/// The fault of a holiday that stands for a day, where a fault begins on its name.
pub(super) fn named_as_day(fault: &Fault, text: &Text, holidays: &[String]) -> Option<Fault> {
    let rest = text.chars.get(fault.at..)?;
    let spelt = |name: &str| {
        let chars = plain_word(name);
        rest.starts_with(&chars).then_some(chars.len())
    };
    let names = names(holidays).flat_map(|name| {
        let short = name.strip_suffix('节').filter(|short| short.chars().count() > 1);
        let other = OTHER_NAMES.iter().filter(move |(known, _)| *known == name);
        let other = other.flat_map(|(_, spellings)| spellings.split('|').map(str::trim));
        let spellings = [Some(name), short].into_iter().flatten().chain(other);
        spellings.filter_map(spelt).map(move |length| (length, name))
    });
    let (length, name) = names.max_by_key(|(length, _)| *length)?;
    let holiday = Some(name.to_owned());
    let phrase = |days| Offer::Phrase(Recurrence { days, times: Times::At(vec![USUAL]) });
    let message = words!("`{typed}`: holidays are counted from, not named as days");
    Some(
        Fault::new(fault.at, fault.at + length, message)
            .offer(phrase(Days::BeforeHoliday { nths: vec![1], holiday: holiday.clone() }))
            .offer(phrase(Days::AfterHoliday { nths: vec![1], holiday })),
    )
}

/// What stands where a holiday is to be named and is something else.
fn no_holiday(named: &[Token]) -> Option<Fault> {
    let (first, last) = (named.first()?, named.last()?);
    let fault = |message: Words| Fault::new(first.at, last.end, message);
    if matches!(named, [day_off] if day_off.word == Word::DayOff) {
        // Any holiday; nothing is said of weekends.
        return Some(fault(words!("`{typed}` may be a weekend as well")).offer(Offer::AnyHoliday));
    }
    named.iter().any(|token| matches!(token.word, Word::End | Word::Start)).then(|| {
        fault(words!("workdays before or after `{typed}` are counted in two ways")).advice(words!(
            "count from the end of the period, such as the 3rd last workday of every month"
        ))
    })
}

fn is_holiday(named: &[Token]) -> bool {
    named.iter().all(|token| token.word == Word::Holiday)
}

fn unknown(at: usize, end: usize) -> Fault {
    Fault::new(at, end, words!("the calendar has no holiday called `{typed}`"))
}

fn listed(holidays: &[String]) -> crate::model::text::Text {
    let names: Vec<&str> = names(holidays).take(LISTED).collect();
    text!("it has {names}", names = names.join(", "))
}

/// What was typed for a name, without its quotes.
fn typed(tokens: &[Token], text: &Text) -> String {
    match tokens {
        [token] if token.word == Word::Quoted => text.typed(token.at + 1, token.end - 1),
        [first, .., last] => text.typed(first.at, last.end),
        [token] => text.typed(token.at, token.end),
        [] => String::new(),
    }
}

/// The single names of the calendar: some days belong to two holidays (国庆节、中秋节).
fn names(holidays: &[String]) -> impl Iterator<Item = &str> {
    holidays.iter().flat_map(|name| name.split('、'))
}

/// The calendar's spelling of a name.
fn known(name: &str, holidays: &[String]) -> Option<String> {
    let find = |spelling: &[char]| {
        names(holidays)
            .chain(holidays.iter().map(String::as_str))
            .find(|known| plain_word(known) == spelling)
    };
    let plain = plain_word(name);
    // 除夕 is a day of that break, and has a name of its own in some years only.
    let eve = if name == "除夕" { find(&['春', '节']) } else { None };
    // 国庆 is 国庆节.
    let festival = || plain.iter().copied().chain(['节']).collect::<Vec<char>>();
    // `Christmas` is Christmas Day, `Natal` is Dia de Natal.
    let day = || {
        let name: String = plain.iter().collect();
        let longer = [format!("{name} day"), format!("dia de {name}"), format!("dia do {name}")];
        longer.iter().find_map(|name| find(&plain_word(name)))
    };
    let found = eve.or_else(|| find(&plain)).or_else(|| find(&festival())).or_else(day);
    found.or_else(|| find(&plain_word(other_name(&plain)?))).map(str::to_owned)
}

/// What people also call the holidays of a calendar, by the name most calendars give them.
const OTHER_NAMES: [(&str, &str); 7] = [
    (
        "元旦",
        "元旦节 | 新年 | new year | new year's day | new years day | tahun baru | ano novo | ano-novo",
    ),
    (
        "春节",
        "除夕 | 大年三十 | 过年 | 新春 | 农历新年 | spring festival | chinese new year | \
         lunar new year | imlek | tahun baru imlek | ano novo chinês | ano-novo chinês | \
         ano novo lunar | festival da primavera",
    ),
    ("清明节", "扫墓节 | qingming | qingming festival | tomb-sweeping day | tomb sweeping day"),
    (
        "劳动节",
        "五一 | 五一节 | 五一劳动节 | 国际劳动节 | labour day | labor day | may day | hari buruh | \
         dia do trabalho | dia do trabalhador",
    ),
    ("端午节", "端阳节 | dragon boat festival"),
    ("国庆节", "十一 | 十一国庆 | 国庆十一 | 十一国庆节 | national day | dia nacional"),
    ("中秋节", "mid-autumn festival | mid autumn festival | moon festival"),
];

fn other_name(plain: &[char]) -> Option<&'static str> {
    let is = |spellings: &str| spellings.split('|').any(|name| plain_word(name.trim()) == plain);
    OTHER_NAMES.iter().find(|(_, spellings)| is(spellings)).map(|(name, _)| *name)
}

/// The words for an unnamed holiday.
fn holiday_words(lexicon: &Lexicon) -> impl Iterator<Item = &'static str> {
    let of_holiday = |(words, _): &&(&[Word], &str)| **words == [Word::Holiday];
    let entries = lexicon.tongue.words.iter().filter(of_holiday);
    entries
        .flat_map(|(_, spellings)| spellings.split('|').map(str::trim))
        .filter(|word| word.chars().count() >= 3)
}
