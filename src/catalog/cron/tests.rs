use super::*;

fn cron(text: &str) -> (CronDays, CronTimes) {
    match parse(text) {
        Ok(Recurrence { days: Days::Cron(days), times: Times::Cron(times) }) => (days, times),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn fields_become_bit_sets() {
    let (days, times) = cron("5,10-20/5 9-17 1-7,L-2 jan-MAR/2,12 mon#2,fril");
    assert_eq!((times.seconds, times.minutes), (1, 1 << 5 | 1 << 10 | 1 << 15 | 1 << 20));
    assert_eq!((times.hours, times.wildcard), (0x3FE00, false));
    assert_eq!((days.days, days.from_end.as_slice()), (0xFE, [2].as_slice()));
    assert_eq!(days.months, 1 << 1 | 1 << 3 | 1 << 12);
    assert_eq!(days.nth_weekdays, [(Weekday::Monday, 2), (Weekday::Friday, -1)]);
    assert!(days.weekdays.is_empty() && !days.both);
    let (days, times) = cron("*/20 0 0 15W,LW,W3 * ?");
    assert_eq!((times.seconds, times.wildcard), (1 | 1 << 20 | 1 << 40, false));
    assert_eq!(
        (days.nearest_weekday.as_slice(), days.days, days.both),
        ([15, 0, 3].as_slice(), 0, true)
    );
    assert_eq!(days.weekdays, WeekdaySet::ALL);
}

#[test]
fn sunday_is_zero_and_seven_and_ends_a_week() {
    let weekdays = |text: &str| cron(&format!("0 0 * * {text}")).0.weekdays;
    let sunday = WeekdaySet::EMPTY.with(Weekday::Sunday);
    for text in ["0", "7", "SUN", "0-0", "7-7"] {
        assert_eq!(weekdays(text), sunday, "{text}");
    }
    for text in ["1-7", "mon-sun", "0-6", "0-7", "1-0", "sun-sat", "sun-sun", "*"] {
        assert_eq!(weekdays(text), WeekdaySet::ALL, "{text}");
    }
    for text in ["sun-tue", "0-tue", "7-tue", "0-2"] {
        assert_eq!(weekdays(text), sunday.with(Weekday::Monday).with(Weekday::Tuesday), "{text}");
    }
    let even: WeekdaySet =
        [Weekday::Sunday, Weekday::Tuesday, Weekday::Thursday, Weekday::Saturday]
            .into_iter()
            .collect();
    assert_eq!(weekdays("*/2"), even);
    assert_eq!(weekdays("*/7"), sunday);
}

#[test]
fn a_leading_star_or_a_plus_means_and() {
    let both = |text: &str| cron(text).0.both;
    for text in [
        "0 0 1 * *",
        "0 0 * * 1",
        "0 0 */100,1-7 * mon",
        "0 0 1-7 * */7",
        "0 0 13 * +fri",
        "0 0 ? * 1",
    ] {
        assert!(both(text), "{text}");
    }
    for text in ["0 0 13 * fri", "0 0 1-31 * mon", "0 0 L * 5L", "0 0 1-7,*/9 * mon"] {
        assert!(!both(text), "{text}");
    }
}

#[test]
fn wildcards_are_those_of_minute_and_hour() {
    let wildcard = |text: &str| cron(text).1.wildcard;
    for text in
        ["* * * * *", "*/15 9 * * *", "0 * * * *", "0 */2 * * *", "@hourly", "5,*/20 1 * * *"]
    {
        assert!(wildcard(text), "{text}");
    }
    for text in ["0 9 * * *", "0-59 0-23 * * *", "* 30 2 * * *", "@daily"] {
        assert!(!wildcard(text), "{text}");
    }
}

#[test]
fn nicknames_keep_their_name() {
    for (nickname, meaning) in NICKNAMES {
        let (days, times) = cron(nickname);
        let (plain, same) = cron(meaning);
        assert_eq!((days.text.as_str(), times), (nickname, same));
        assert_eq!(CronDays { text: meaning.to_owned(), ..days }, plain);
    }
}

#[test]
fn full_width_characters_and_odd_spaces_are_read() {
    assert_eq!(cron("０　９\u{A0}＊ ＊\t１－５"), cron("0 9 * * 1-5"));
    assert_eq!(cron("  0  9 * * 1-5 \n").0.text, "0 9 * * 1-5");
}

#[test]
fn mistakes_are_named_where_they_are() {
    for (text, at, length, message) in [
        ("", 0, 1, "the cron expression is empty"),
        ("75 * * * *", 0, 2, "minute 75: must be 0-59"),
        ("0 24 * * *", 2, 2, "hour 24: must be 0-23"),
        ("0 0 1,32 * *", 6, 2, "day of month 32: must be 1-31, L, L-n, nW or LW"),
        ("0 0 0 * *", 4, 1, "day of month 0: must be 1-31, L, L-n, nW or LW"),
        ("* * * janu-jun *", 6, 8, "month janu-jun: must be 1-12 or jan-dec"),
        ("0 0 * * 8", 8, 1, "weekday 8: must be 0-7 or sun-sat (0 and 7 are Sunday)"),
        ("5--5 * * * *", 0, 4, "minute 5--5: `-` cannot stand there"),
        ("0 17-9 * * *", 2, 4, "hour 17-9: a range must not run backwards"),
        ("5/15 * * * *", 0, 4, "minute 5/15: a step needs `*` or a range before it"),
        ("*/0 * * * *", 0, 3, "minute */0: a step must be 1 or more"),
        ("*/90 * * * *", 0, 4, "minute */90: a step must not be more than 60"),
        ("0-9/ * * * *", 0, 4, "minute 0-9/: `/` must be followed by a number"),
        ("0 0 1,,2 * *", 6, 1, "day of month: a value is missing"),
        ("0 0 * * 1#6", 8, 3, "weekday 1#6: the number behind # must be 1-5"),
        ("0 0 L-31 * *", 4, 4, "day of month L-31: days before the last must be 0-30"),
        ("? 12 * * *", 0, 1, "minute ?: `?` cannot stand there"),
        ("0 +12 * * *", 2, 3, "hour +12: `+` cannot stand there"),
        ("@wekly", 0, 6, "the nickname @wekly is not known"),
        ("@Daily", 0, 6, "the nickname @Daily is not known"),
        ("@daily 0 0 * * *", 7, 1, "nothing may follow the nickname @daily"),
        ("¹ * * * *", 0, 1, "minute ¹: must be 0-59"),
        ("99999999999 * * * *", 0, 11, "minute 99999999999: must be 0-59"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!((error.at, error.length, &*error.message.to_string()), (at, length, message));
    }
    let wrong = parse("* * * *").expect_err("four fields");
    assert!(wrong.message.to_string().ends_with("this one has 4"), "{wrong}");
    let help = |text: &str| {
        parse(text).expect_err(text).help.map(|help| help.to_string()).unwrap_or_default()
    };
    assert_eq!(help("5/15 * * * *"), "write 5-59/15");
    assert_eq!(help("0 17-9 * * *"), "write 17-23,0-9");
    assert_eq!(help("@Daily"), "did you mean @daily? Nicknames are in small letters");
}

#[test]
fn a_seventh_field_names_years() {
    let years = |text: &str| {
        let (days, _) = cron(&format!("0 0 9 1 1 * {text}"));
        (2024..2033).filter(|year| days.years.iter().any(|range| range.contains(*year))).collect()
    };
    let found: Vec<Vec<i16>> =
        ["2026", "2025-2027,2031", "*/4", "2025-2032/3", "*", "1970"].map(years).into();
    let expected = [
        vec![2026],
        vec![2025, 2026, 2027, 2031],
        // Counted from 1970, the first of the years.
        vec![2026, 2030],
        vec![2025, 2028, 2031],
        (2024..2033).collect(),
        vec![],
    ];
    assert_eq!(found, expected);
    for (text, at, length, message) in [
        ("0 0 9 1 1 * 1969", 12, 4, "year 1969: must be 1970-2199"),
        ("0 0 9 1 1 * 2026,99999", 17, 5, "year 99999: must be 1970-2199"),
        ("0 0 9 1 1 * 2027-2026", 12, 9, "year 2027-2026: a range must not run backwards"),
        ("0 0 9 1 1 * 2026/2", 12, 6, "year 2026/2: a step needs `*` or a range before it"),
        ("0 0 9 1 1 * */0", 12, 3, "year */0: a step must be 1 or more"),
        ("0 0 9 1 1 * 2026,", 17, 1, "year: must be 1970-2199"),
        ("0 0 9 1 1 * 26", 12, 2, "year 26: must be 1970-2199"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!((error.at, error.length, &*error.message.to_string()), (at, length, message));
    }
}

#[test]
fn every_malformed_field_is_refused() {
    let everywhere = [
        "-1", "61", "ABC", "2/", "/2", "2#", "#2", "1##1", "1//2", "LL", "LWX", "*1", "*a", "1-",
        "-", "0-0-0", "*/*", "*/5/5", "*/a", "a/5", "*-5", "1-*", "/", "", "1_0", "+", "1+",
    ];
    for field in 0..5 {
        for bad in everywhere.iter().filter(|bad| !(bad.is_empty())) {
            let fields: Vec<&str> = (0..5).map(|n| if n == field { bad } else { "*" }).collect();
            let text = fields.join(" ");
            assert!(parse(&text).is_err(), "{text}");
        }
    }
    for text in [
        "0 12 1-15W * *",
        "0 0 15W-20 * *",
        "0 0 5L * *",
        "0 0 L/2 * *",
        "0 0 * * 2W",
        "0 0 * * L",
        "0 0 * * L-1",
        "0 0 * * L8",
        "0 0 * * 5L#1",
        "0 0 * * 5L-6",
        "0 0 * * 5L/3",
        "0 0 * * 1#0",
        "0 0 * * *#2",
        "0 0 * * +",
        "0 0 1 * *+1",
        "* * ?,1 * *",
        "15W * * * *",
        "0 0 0 * * * * *",
        "@every 1h",
        "@reboot",
        "@",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn cron_is_told_from_phrases() {
    for text in [
        "0 9 * * 1-5",
        "@daily",
        "@nonsense",
        "* * * janu-jun *",
        "0 0 1 1 1",
        "０ ９ ＊ ＊ ＊",
        "0 9 15 JAN MON",
    ] {
        assert!(looks_like(text), "{text}");
    }
    for text in [
        "every workday at 09:00",
        "每个工作日 9:00",
        "2026-12-31 at 09:00",
        "",
        "9:00",
        "tanggal 15 setiap bulan pukul 09.00",
    ] {
        assert!(!looks_like(text), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn anything_ends_in_an_answer(text in "[-*/,?#+@LWlw0-9a-z １＊年]{0,40}|\\PC{0,40}") {
        let _ = looks_like(&text);
        if let Err(error) = parse(&text) {
            proptest::prop_assert!(error.at <= text.chars().count());
            proptest::prop_assert!(!error.message.is_empty());
        }
    }
}
