//! What holds for every recurrence, and for every text.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

fn weekdays() -> impl Strategy<Value = WeekdaySet> {
    (1_u8..128).prop_map(|bits| {
        let all = (0..7).map(|n| Weekday::from_monday_zero_offset(n).unwrap());
        all.filter(|day| bits >> day.to_monday_zero_offset() & 1 == 1).collect()
    })
}

/// Usually all months.
fn months() -> impl Strategy<Value = MonthSet> {
    let some = subsequence((1..=12).collect::<Vec<i8>>(), 2..12);
    prop_oneof![2 => Just(MonthSet::ALL), 1 => some.prop_map(|some| some.into_iter().collect())]
}

fn month_days() -> impl Strategy<Value = Vec<MonthDay>> {
    let from_start = (1..=29).map(MonthDay::Day);
    let all: Vec<MonthDay> = from_start.chain((1..=29).map(MonthDay::FromEnd)).collect();
    subsequence(all, 1..6)
}

/// Some of 1 to the most and of -1 to its opposite, as a rule keeps them.
fn signed(most: i16) -> impl Strategy<Value = Vec<i16>> {
    let all: Vec<i16> = (1..=most).chain((-most..=-1).rev()).collect();
    subsequence(all, 1..4).prop_map(|mut nths| {
        nths.sort_by_key(|nth| (*nth < 0, *nth));
        nths
    })
}

fn nth_workday() -> impl Strategy<Value = Days> {
    let periods =
        [(Period::Week, 7), (Period::Month, 31), (Period::Quarter, 92), (Period::Year, 366)];
    (select(periods.to_vec()), months()).prop_flat_map(|((period, most), months)| {
        let months = if period == Period::Month { months } else { MonthSet::ALL };
        signed(most).prop_map(move |nths| Days::NthWorkday { nths, period, months })
    })
}

fn nth_weekday() -> impl Strategy<Value = Days> {
    let few = subsequence((0..7).collect::<Vec<i8>>(), 1..3).prop_map(|days| {
        days.into_iter().map(|n| Weekday::from_monday_zero_offset(n).unwrap()).collect()
    });
    (signed(5), few, months()).prop_map(|(nths, weekdays, months)| {
        let nths = nths.into_iter().map(|nth| nth as i8).collect();
        Days::NthWeekday { nths, weekdays, months }
    })
}

/// One or two of something, in order.
fn some_of<T: Ord + std::fmt::Debug>(
    one: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<T>> {
    proptest::collection::btree_set(one, 1..3).prop_map(|set| set.into_iter().collect())
}

fn holiday() -> impl Strategy<Value = Option<String>> {
    let names =
        ["春节", "国庆节", "十一", "五一", "Natal", "Idul Fitri", "Spring Festival", "before noon"];
    proptest::option::of(select(names.to_vec()).prop_map(String::from))
}

fn date() -> impl Strategy<Value = Date> {
    (1000_i16..=9999, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a date", |(year, month, day)| Date::new(year, month, day).ok())
}

fn days() -> impl Strategy<Value = Days> {
    prop_oneof![
        select(&[Days::Every, Days::Workdays, Days::DaysOff, Days::MakeUpWorkdays][..]),
        weekdays().prop_map(Days::Weekdays),
        (2_u16..=999, weekdays()).prop_map(|(n, weekdays)| Days::EveryNWeeks { n, weekdays }),
        (month_days(), months()).prop_map(|(days, months)| Days::MonthDays { days, months }),
        nth_weekday(),
        nth_workday(),
        (some_of(1_u8..=99), holiday())
            .prop_map(|(nths, holiday)| Days::BeforeHoliday { nths, holiday }),
        (some_of(1_u8..=99), holiday())
            .prop_map(|(nths, holiday)| Days::AfterHoliday { nths, holiday }),
        (2_u16..=999).prop_map(|n| Days::EveryNWorkdays { n }),
        some_of(date().prop_map(|date| YearDay { month: date.month(), day: date.day() }))
            .prop_map(Days::Yearly),
        some_of(date()).prop_map(Days::Dates),
    ]
}

fn time() -> impl Strategy<Value = Time> {
    let second = prop_oneof![4 => Just(0), 1 => 0_i8..60];
    (0_i8..24, prop_oneof![Just(0), 0_i8..60], second)
        .prop_map(|(hour, minute, second)| Time::constant(hour, minute, second, 0))
}

fn times() -> impl Strategy<Value = Times> {
    let fixed = proptest::collection::btree_set(time(), 1..5)
        .prop_map(|times| Times::At(times.into_iter().collect()));
    let step = || {
        prop_oneof![
            1_u32..=86_400,
            (1_u32..=24).prop_map(|n| n * 3600),
            (1_u32..=90).prop_map(|n| n * 60)
        ]
    };
    let within =
        (step(), time(), time()).prop_map(|(step, a, b)| Times::Grid { step, from: a, to: b });
    prop_oneof![fixed, within, step().prop_map(grammar::all_day)]
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    (days(), times()).prop_map(|(days, times)| Recurrence { days, times })
}

/// The phrases an error offers.
fn offered(error: &PhraseError) -> Vec<String> {
    let help = error.help.as_ref().map(ToString::to_string).unwrap_or_default();
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A text of words that mean something, in no order.
fn salad() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = lexicon::all()
        .flat_map(|lexicon| lexicon.tongue.words)
        .flat_map(|(_, spellings)| spellings.split('|').map(str::trim))
        .chain([
            "9:00",
            "09:00",
            "25:00",
            "9",
            "15",
            "32",
            "0",
            "2026-12-31",
            "一",
            "三十",
            ",",
            "-",
            "、",
            "x",
        ])
        .collect();
    let joint = select(&["", " "][..]);
    proptest::collection::vec((select(words), joint), 0..12)
        .prop_map(|words| words.into_iter().flat_map(|(word, joint)| [word, joint]).collect())
}

/// Reading ends, and what is said of a wrong text is true.
fn check(text: &str, holidays: &[String]) -> Result<(), TestCaseError> {
    let length = text.chars().count();
    let context = Context { holidays };
    match parse(text, &context) {
        Ok(found) => {
            if let Phrase::Timed(recurrence) = &found.phrase {
                for language in Language::ALL {
                    let said = words(recurrence, language);
                    let again = parse(&said, &Context::default());
                    prop_assert_eq!(
                        again.map(|again| again.phrase),
                        Ok(found.phrase.clone()),
                        "{}",
                        said
                    );
                }
            }
        }
        Err(error) => {
            prop_assert!(error.at + error.length <= length.max(LONGEST + 1), "{error:?}");
            for phrase in offered(&error) {
                prop_assert!(
                    parse(&phrase, &Context::default()).is_ok(),
                    "{} in {:?}",
                    phrase,
                    error
                );
            }
        }
    }
    Ok(())
}

/// Failures are mended at once, not stored. More cases: `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_said_means_what_was_meant(recurrence in recurrence()) {
        for language in Language::ALL {
            let said = words(&recurrence, language);
            let again = parse(&said, &Context::default());
            prop_assert_eq!(
                again,
                Ok(Parsed { phrase: Phrase::Timed(recurrence.clone()), language: in_figures(&said).unwrap_or(language) }),
                "{}", said
            );
        }
    }

    #[test]
    fn any_words_end_in_a_phrase_or_in_true_advice(text in salad()) {
        check(&text, &[])?;
        check(&text, &["春节".into(), "国庆节、中秋节".into()])?;
    }

    #[test]
    fn any_text_ends(text in "\\PC{0,60}") {
        check(&text, &[])?;
    }

    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        check(&String::from_utf8_lossy(&bytes), &[])?;
    }

    #[test]
    fn many_of_one_kind_end(text in salad(), times in 1_usize..80) {
        check(&text.repeat(times), &[])?;
    }
}

/// A date and times in figures alone belong to no language.
fn in_figures(said: &str) -> Option<Language> {
    (!said.chars().any(char::is_alphabetic)).then_some(Language::English)
}
