//! What a notice says, before it is judged: holidays, sentences, dates, and what is to happen on
//! them. White space and line breaks mean nothing, as whoever copies from a page or a PDF gets them
//! anywhere; full-width digits and signs are the same as plain ones.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

/// A name is no longer than this.
const LONGEST_NAME: usize = 20;

/// One character, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Char {
    c: char,
    line: u32,
    column: u32,
}

/// Where something stands; lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: u32,
    pub(super) column: u32,
    /// In characters, on its first line.
    pub(super) length: u32,
}

/// A date as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Where it is said.
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
    pub(super) weekday: Option<Weekday>,
    pub(super) spot: Spot,
    pub(super) words: String,
}

impl Said {
    /// The date, in a year where it names none; `None` where there is no such day.
    pub(super) fn date(&self, year: i16) -> Option<Date> {
        Date::new(self.year.unwrap_or(year), self.month, self.day).ok()
    }
}

/// A day, or the first and the last of a span.
pub(super) type Days = (Said, Option<Said>);

/// A sentence about one holiday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) words: String,
    pub(super) off: Vec<Days>,
    pub(super) work: Vec<Days>,
    /// `共3天`.
    pub(super) count: Option<(i64, Spot)>,
    /// It only encourages.
    pub(super) encouraged: Option<Spot>,
    /// A date of which nothing is said.
    pub(super) idle: Option<Said>,
}

/// What is said about one holiday, or about two that are one break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// `元旦`, `国庆节、中秋节`.
    pub(super) name: String,
    pub(super) spot: Spot,
    pub(super) sentences: Vec<Sentence>,
}

/// `延长2020年春节假期至2月2日`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extension {
    pub(super) year: i16,
    pub(super) name: String,
    pub(super) until: Said,
}

/// The characters that mean something.
pub(super) fn chars(text: &str) -> Vec<Char> {
    let (mut line, mut column) = (1, 0);
    let mut chars = Vec::new();
    for c in text.chars() {
        column += 1;
        let c = match c {
            '\n' => '\n',
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            '（' => '(',
            '）' => ')',
            '：' => ':',
            '，' => ',',
            '；' => ';',
            // Marks of Markdown and what else a copy brings along.
            '*' | '#' | '\u{feff}' | '\u{200b}' => continue,
            c if c.is_whitespace() => continue,
            c => c,
        };
        chars.push(Char { c, line, column });
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
    }
    chars
}

fn words(chars: &[Char]) -> String {
    chars.iter().map(|one| one.c).filter(|c| *c != '\n').collect()
}

fn spot(chars: &[Char]) -> Spot {
    let Some(first) = chars.first() else { return Spot { line: 0, column: 0, length: 1 } };
    let length = chars.iter().take_while(|one| one.line == first.line).count();
    let length = u32::try_from(length).unwrap_or(1).max(1);
    Spot { line: first.line, column: first.column, length }
}

/// Where some words begin at or after a place, line breaks inside them ignored.
fn find(chars: &[Char], from: usize, wanted: &str) -> Option<Range<usize>> {
    (from..chars.len()).find_map(|at| Some(at..starts_with(chars, at, wanted)?))
}

/// Behind some words, when they begin here.
fn starts_with(chars: &[Char], at: usize, wanted: &str) -> Option<usize> {
    let mut at = at;
    for (index, c) in wanted.chars().enumerate() {
        while index > 0 && chars.get(at)?.c == '\n' {
            at += 1;
        }
        if chars.get(at)?.c != c {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// A number that begins here, and what is behind it.
fn number(chars: &[Char], at: usize) -> Option<(i64, usize)> {
    let breaks = chars.get(at..)?.iter().take_while(|one| one.c == '\n').count();
    let at = at + breaks;
    let rest = chars.get(at..)?;
    let digits = rest.iter().take_while(|one| one.c.is_ascii_digit()).count();
    let text: String =
        rest.get(..digits).filter(|_| (1..=4).contains(&digits))?.iter().map(|one| one.c).collect();
    Some((text.parse().ok()?, at + digits))
}

/// The first year that is not part of a date.
pub(super) fn year(chars: &[Char]) -> Option<i16> {
    (0..chars.len()).find_map(|at| {
        let inside = at
            .checked_sub(1)
            .and_then(|at| chars.get(at))
            .is_some_and(|one| one.c.is_ascii_digit());
        let (year, after) = number(chars, at).filter(|_| !inside)?;
        let after = starts_with(chars, after, "年")?;
        let date = number(chars, after).is_some();
        i16::try_from(year).ok().filter(|year| (1950..=2200).contains(year) && !date)
    })
}

/// The holidays a notice announces in its first sentence, one by one.
pub(super) fn announced(chars: &[Char]) -> Vec<String> {
    let from = find(chars, 0, "现将").and_then(|found| find(chars, found.end, "年"));
    let Some(from) = from else { return Vec::new() };
    let Some(to) = find(chars, from.end, "放假") else { return Vec::new() };
    let list = words(chars.get(from.end..to.start).unwrap_or_default());
    if list.contains(['。', ':']) || list.chars().count() > 60 {
        return Vec::new();
    }
    let names = list.split(['、', ',', '和', '及', '与']).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Every holiday something is said about.
pub(super) fn items(chars: &[Char]) -> Vec<Item> {
    let mut heads: Vec<(Range<usize>, usize)> = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, one)| one.c == ':') {
        if let Some(name) = name_before(chars, at) {
            heads.push((name, at + 1));
        }
    }
    let ends = heads.iter().skip(1).map(|(name, _)| name.start).chain([chars.len()]);
    let item = |((name, from), to): (&(Range<usize>, usize), usize)| {
        let name = chars.get(name.clone()).unwrap_or_default();
        let body = chars.get(*from..to).unwrap_or_default();
        let sentences: Vec<Sentence> =
            body.split(|one| matches!(one.c, '。' | ';')).map(sentence).collect();
        let said = sentences.iter().any(|one| !one.off.is_empty() || !one.work.is_empty());
        let plain = words(name).replace(['和', '及', '与', ','], "、");
        let plain = plain.strip_suffix("假期").unwrap_or(&plain).to_owned();
        said.then(|| Item { name: plain, spot: spot(name), sentences })
    };
    heads.iter().zip(ends).filter_map(item).collect()
}

/// The name that ends before a colon, without what numbers it: `七、国庆节`, `（二）春节`, `3. 清明节`.
fn name_before(chars: &[Char], end: usize) -> Option<Range<usize>> {
    let before = chars.get(..end)?;
    let start = before.iter().rposition(|one| matches!(one.c, '。' | ';' | ':' | '\n'));
    let mut start = start.map_or(0, |at| at + 1);
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十(".contains(c);
    let numbers = before.get(start..)?.iter().take_while(|one| number(one.c)).count();
    let marks =
        before.get(start + numbers..)?.iter().take_while(|one| "、.．)".contains(one.c)).count();
    if marks > 0 {
        start += numbers + marks;
    }
    let name = before.get(start..)?;
    let plain = (1..=LONGEST_NAME).contains(&name.len())
        && !name.iter().any(|one| one.c.is_ascii_digit() || "()".contains(one.c));
    plain.then_some(start..end)
}

/// Takes a sentence apart: dates wait until it is said what is to happen on them.
fn sentence(chars: &[Char]) -> Sentence {
    let mut sentence = Sentence { words: words(chars), ..Sentence::default() };
    for encouraging in ["鼓励", "倡导", "可结合"] {
        if let Some(found) = find(chars, 0, encouraging) {
            sentence.encouraged = Some(spot(chars.get(found).unwrap_or_default()));
            return sentence;
        }
    }
    let mut waiting: Vec<Days> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let last = waiting.last().map(|(first, last)| last.as_ref().unwrap_or(first));
        if let Some((said, after)) = said(chars, at, last) {
            let to = waiting.last_mut().filter(|_| follows_to(chars, at));
            match to {
                Some((_, end @ None)) => *end = Some(said),
                _ => waiting.push((said, None)),
            }
            at = after;
        } else if let Some((count, after)) = count(chars, at) {
            sentence.count = Some((count, spot(chars.get(at..after).unwrap_or_default())));
            at = after;
        } else if let Some(after) = starts_with(chars, at, "放假") {
            let not = preceded(chars, at, "不");
            let days = std::mem::take(&mut waiting);
            sentence.off.extend(days.into_iter().filter(|_| !not));
            at = after;
        } else if let Some(after) =
            starts_with(chars, at, "上班").or_else(|| starts_with(chars, at, "补班"))
        {
            // `2月3日起正常上班` says that a break is over.
            let nothing = preceded(chars, at, "正常") || preceded(chars, at, "不");
            let days = std::mem::take(&mut waiting);
            sentence.work.extend(days.into_iter().filter(|_| !nothing));
            at = after;
        } else if chars.get(at).is_some_and(|one| one.c == '(') {
            at = behind_bracket(chars, at);
        } else {
            at += 1;
        }
    }
    let idle = waiting.into_iter().next().map(|(first, _)| first);
    // Behind the last holiday stands the day of signing.
    let signed = |said: &Said| said.year.is_some() && sentence.off.is_empty();
    sentence.idle = idle.filter(|said| !signed(said));
    sentence
}

/// Whether some words end here.
fn preceded(chars: &[Char], at: usize, words: &str) -> bool {
    let before: Vec<char> = chars
        .get(..at)
        .unwrap_or_default()
        .iter()
        .map(|one| one.c)
        .filter(|c| *c != '\n')
        .collect();
    before.iter().rev().zip(words.chars().rev()).filter(|(a, b)| **a == *b).count()
        == words.chars().count()
}

/// Whether what begins here is the end of a span: `1日至3日`.
fn follows_to(chars: &[Char], at: usize) -> bool {
    let before = chars.get(..at).unwrap_or_default().iter().rev().find(|one| one.c != '\n');
    before.is_some_and(|one| "至到-—–~～".contains(one.c))
}

/// `共3天`, or `放假1天` without the verb.
fn count(chars: &[Char], at: usize) -> Option<(i64, usize)> {
    let from =
        starts_with(chars, at, "共").or_else(|| preceded(chars, at, "放假").then_some(at))?;
    let (count, after) = number(chars, from)?;
    Some((count, starts_with(chars, after, "天")?))
}

/// A date that begins here: the year and the month may be those of the one before.
fn said(chars: &[Char], at: usize, before: Option<&Said>) -> Option<(Said, usize)> {
    chars.get(at).filter(|one| one.c.is_ascii_digit())?;
    let (mut year, mut month) = (None, before.map(|before| before.month));
    let (mut value, mut next) = number(chars, at)?;
    if let Some(after) = starts_with(chars, next, "年") {
        year = Some(i16::try_from(value).ok()?);
        (value, next) = number(chars, after)?;
    }
    if let Some(after) = starts_with(chars, next, "月") {
        month = Some(i8::try_from(value).ok()?);
        (value, next) = number(chars, after)?;
    }
    let end = starts_with(chars, next, "日").or_else(|| starts_with(chars, next, "号"))?;
    let after = if chars.get(end).is_some_and(|one| one.c == '(') {
        behind_bracket(chars, end)
    } else {
        end
    };
    let day_chars = chars.get(at..end)?;
    // A weekday in brackets, or right behind.
    let beside = chars.get(end..after.max((end + 3).min(chars.len())))?;
    let said = Said {
        year,
        month: month?,
        day: i8::try_from(value).ok()?,
        weekday: weekday(beside, after > end),
        spot: spot(day_chars),
        words: words(day_chars),
    };
    Some((said, after))
}

/// `周四`, `星期日`, `礼拜天`: anywhere in brackets, else at once.
fn weekday(chars: &[Char], inside: bool) -> Option<Weekday> {
    const DAYS: [(char, Weekday); 8] = [
        ('一', Weekday::Monday),
        ('二', Weekday::Tuesday),
        ('三', Weekday::Wednesday),
        ('四', Weekday::Thursday),
        ('五', Weekday::Friday),
        ('六', Weekday::Saturday),
        ('日', Weekday::Sunday),
        ('天', Weekday::Sunday),
    ];
    let places = if inside { chars.len() } else { 1 };
    (0..places).find_map(|at| {
        let after = ["周", "星期", "礼拜"].iter().find_map(|word| starts_with(chars, at, word))?;
        let name = chars.get(after..)?.iter().find(|one| one.c != '\n')?.c;
        DAYS.iter().find(|(day, _)| *day == name).map(|(_, weekday)| *weekday)
    })
}

/// Behind the bracket that opens here, or at the end of what there is.
fn behind_bracket(chars: &[Char], at: usize) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    rest.iter().position(|one| one.c == ')').map_or(chars.len(), |end| at + end + 1)
}

/// A notice that makes a break longer.
pub(super) fn extension(chars: &[Char]) -> Option<Extension> {
    let mut from = 0;
    // The title says it without the date.
    while let Some(found) = find(chars, from, "延长") {
        from = found.end;
        let Some(extension) = extension_at(chars, found.end) else { continue };
        return Some(extension);
    }
    None
}

fn extension_at(chars: &[Char], at: usize) -> Option<Extension> {
    let (year, after) = number(chars, at)?;
    let after = starts_with(chars, after, "年")?;
    let end = find(chars, after, "假期至")?;
    let name = words(chars.get(after..end.start)?);
    let near = name.chars().count() <= LONGEST_NAME && !name.contains(['。', ',']);
    let (until, _) = said(chars, end.end, None).filter(|_| near)?;
    Some(Extension { year: i16::try_from(year).ok()?, name, until })
}
