use std::collections::BTreeSet;

use jiff::{civil::date, tz::TimeZoneDatabase};

use super::*;

fn zones(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

fn read_in(zone: &str, text: &str) -> Result<Read, Diagnostic> {
    let zone = zones(zone).expect("a zone");
    read("a.ics", text.as_bytes(), &Setting { zone: &zone, zones: &zones })
}

/// A calendar of events, each given by its lines.
fn calendar(head: &str, events: &[&str]) -> Read {
    let events: Vec<String> =
        events.iter().map(|event| format!("BEGIN:VEVENT\n{event}\nEND:VEVENT\n")).collect();
    let text = format!("BEGIN:VCALENDAR\n{head}\n{}END:VCALENDAR\n", events.concat());
    read_in("Asia/Shanghai", &text).expect("a calendar")
}

fn off(read: &Read) -> Vec<Date> {
    read.layer.days.iter().filter(|day| day.off).map(|day| day.date).collect()
}

fn work(read: &Read) -> Vec<Date> {
    read.layer.days.iter().filter(|day| !day.off).map(|day| day.date).collect()
}

/// The days off of one event.
fn days(event: &str) -> Vec<Date> {
    let other = "DTSTART:20300101\nSUMMARY:so that there is one";
    let mut days = off(&calendar("", &[event, other]));
    days.pop();
    days
}

const OCTOBER: [Date; 2] = [date(2026, 10, 1), date(2026, 10, 2)];

#[test]
fn a_day_off_is_a_day_however_it_is_written() {
    for event in [
        "DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261003",
        "DTSTART:20261001\nDTEND:20261003",
        "DTSTART;VALUE=DATE:20261001\nDURATION:P2D",
        "DTSTART:20261001T000000\nDTEND:20261003T000000",
        "DTSTART:20261001T000000\nDTEND:20261002T235959",
        "DTSTART:20261001T000000\nDURATION:PT48H",
        // As instants, on the clock of the settings or on that of UTC.
        "DTSTART:20260930T160000Z\nDTEND:20261002T160000Z",
        "DTSTART:20261001T000000Z\nDTEND:20261003T000000Z",
        "DTSTART;TZID=UTC:20260930T160000\nDTEND;TZID=UTC:20261002T160000",
        // On the clock of its own zone, known or not.
        "DTSTART;TZID=America/New_York:20261001T000000\nDTEND;TZID=America/New_York:20261003T000000",
        "DTSTART;TZID=\"Nowhere Time\":20261001T000000\nDTEND;TZID=\"Nowhere Time\":20261003T000000",
        "DTSTART;TZID=/x.org/1/Asia/Tokyo:20261001T010000\nDTEND;TZID=/x.org/1/Asia/Tokyo:20261003T010000",
    ] {
        assert_eq!(days(event), OCTOBER, "{event}");
    }
    for event in [
        "DTSTART:20261001",
        "DTSTART:20261001\nDTEND:20261001",
        "DTSTART:20261001\nDTEND:20261001T050001Z",
        "DTSTART:20261001T000000",
    ] {
        assert_eq!(days(event), OCTOBER[..1], "{event}");
    }
}

#[test]
fn the_clock_of_the_file_comes_before_that_of_the_settings() {
    let event = "DTSTART:20261001T040000Z\nDTEND:20261002T040000Z";
    assert_eq!(off(&calendar("X-WR-TIMEZONE:America/New_York", &[event])), OCTOBER[..1]);
    // A file that calls itself UTC and means another clock.
    let event = "DTSTART:20260930T160000Z\nDTEND:20261002T160000Z";
    assert_eq!(off(&calendar("X-WR-TIMEZONE:UTC", &[event])), OCTOBER);
}

#[test]
fn an_appointment_is_no_day_off_unless_it_says_so() {
    let meeting = "DTSTART:20261001T090000\nDTEND:20261001T100000\nSUMMARY:Meeting";
    assert_eq!(days(meeting), []);
    let marked = "DTSTART:20261001T090000\nDTEND:20261002T180000\nSUMMARY:国庆节 放假";
    assert_eq!(off(&calendar("", &[marked])), OCTOBER);
}

#[test]
fn events_repeat_and_make_exceptions() {
    let read = calendar(
        "",
        &[
            "UID:a\nDTSTART:20240701\nRRULE:FREQ=YEARLY;UNTIL=20270701\nEXDATE;VALUE=DATE:20250701\nSUMMARY:x",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20260701\nDTSTART:20260703\nSUMMARY:x (observed)",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20270701\nSTATUS:CANCELLED",
            "UID:b\nDTSTART:20240801\nDURATION:P2D\nRDATE:20240803,20240901\nSUMMARY:y",
            "UID:c\nDTSTART:20241001\nSTATUS:CANCELLED\nSUMMARY:z",
        ],
    );
    let august = [date(2024, 8, 1), date(2024, 8, 2), date(2024, 8, 3), date(2024, 8, 4)];
    let september = [date(2024, 9, 1), date(2024, 9, 2)];
    let others = [date(2024, 7, 1), date(2026, 7, 3)];
    let expected: BTreeSet<Date> = august.into_iter().chain(september).chain(others).collect();
    assert_eq!(off(&read), expected.into_iter().collect::<Vec<_>>());
    assert_eq!(read.found, []);
}

#[test]
fn instants_repeat_on_the_clock_that_is_meant() {
    let event = "DTSTART:20251231T160000Z\nDTEND:20260101T160000Z\nRRULE:FREQ=YEARLY;BYMONTH=12;\
                 BYMONTHDAY=31;COUNT=3\nEXDATE:20261231T160000Z\nSUMMARY:元旦";
    assert_eq!(off(&calendar("", &[event])), [date(2026, 1, 1), date(2028, 1, 1)]);
}

#[test]
fn the_newest_version_of_an_event_counts() {
    let versions = [
        "UID:a\nSEQUENCE:1\nDTSTART:20261002",
        "UID:a\nSEQUENCE:0\nDTSTART:20261005",
        // One identity for everything, as careless programs write it.
        "UID:b\nDTSTART:20261101",
        "UID:b\nDTSTART:20261102",
    ];
    let expected = [date(2026, 10, 2), date(2026, 11, 1), date(2026, 11, 2)];
    assert_eq!(off(&calendar("", &versions)), expected);
}

#[test]
fn marks_decide_where_a_file_marks_its_days() {
    let events = [
        "DTSTART:20261001\nDTEND:20261009\nSUMMARY:国庆节（休）",
        "DTSTART:20261008\nSUMMARY:国庆节（班）",
        "DTSTART:20261008\nSUMMARY:寒露",
        "DTSTART:20261010\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\nSUMMARY:国庆节",
        "DTSTART:20261018\nSUMMARY:重阳节",
    ];
    let read = calendar("", &events);
    assert_eq!(off(&read).len(), 7);
    assert_eq!(work(&read), [date(2026, 10, 8), date(2026, 10, 10)]);
    let [note] = read.found.as_slice() else { panic!("{:?}", read.found) };
    assert_eq!((note.code, note.place.line), ("ics-not-off", 12));
    let said = note.message.to_string();
    assert!(said.contains("2 events") && said.contains("寒露"), "{said}");
    // Without marks every whole day counts, make-up workdays apart.
    let plain =
        ["DTSTART:20261018\nSUMMARY:重阳节", "DTSTART:20261010\nSUMMARY:上班(补国庆节假期)"];
    let read = calendar("", &plain);
    assert_eq!((off(&read), work(&read)), (vec![date(2026, 10, 18)], vec![date(2026, 10, 10)]));
    assert_eq!(read.found, []);
}

#[test]
fn a_day_of_two_holidays_has_both_names() {
    let read =
        calendar("", &["DTSTART:20261001\nSUMMARY:国庆节", "DTSTART:20261001\nSUMMARY:中秋节"]);
    assert_eq!(read.layer.days[0].name.as_deref(), Some("国庆节、中秋节"));
}

#[test]
fn broken_events_are_named_by_their_line() {
    let read = calendar(
        "",
        &[
            "DTSTART:20261001\nSUMMARY:kept",
            "DTSTART:20261003\nDTEND:20261002\nSUMMARY:back",
            "SUMMARY:nothing",
            "DTSTART:20260230",
            "DTSTART:20261004\nRRULE:FREQ=HOURLY",
            "DTSTART:20261004\nDURATION:two days",
            "DTSTART:20200101\nDTEND:20270101",
        ],
    );
    assert_eq!(off(&read), OCTOBER[..1]);
    let found: Vec<_> =
        read.found.iter().map(|one| (one.place.line, one.message.to_string())).collect();
    let found: Vec<_> = found.iter().map(|(line, message)| (*line, message.as_str())).collect();
    assert_eq!(
        found,
        [
            (7, "event “back”: DTEND is before DTSTART"),
            (12, "event “nothing”: it has no DTSTART"),
            (15, "DTSTART `20260230` is no date"),
            (18, "it repeats within the day"),
            (22, "DURATION `two days` is no duration"),
            (26, "it lasts 2557 days; more than 100 are taken for a mistake"),
        ]
    );
}

#[test]
fn a_file_without_a_day_is_no_calendar_of_days_off() {
    let code = |text: &str| read_in("UTC", text).map_err(|error| error.code);
    assert_eq!(code("BEGIN:VCALENDAR\nEND:VCALENDAR"), Err("ics-empty"));
    let broken = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR";
    let error = read_in("UTC", broken).expect_err("no day");
    assert_eq!(
        error.help.map(|help| help.to_string()),
        Some("line 2: it has no DTSTART".to_owned())
    );
    let large = "x".repeat(MAX_BYTES + 1);
    assert_eq!(code(&large), Err("ics-too-large"));
}

#[test]
fn what_is_read_again_is_the_same() {
    let read = calendar("X-WR-TIMEZONE:Asia/Shanghai", &["DTSTART:20261001\nSUMMARY:国庆节（休）"]);
    let again = read_in("Asia/Shanghai", &read.text).expect("a calendar");
    assert_eq!(again, read);
}

proptest::proptest! {
    #[test]
    fn any_bytes_end_in_days_or_an_error(
        head in proptest::prop_oneof!["", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"],
        body in proptest::collection::vec(proptest::prop_oneof![
            "(DTSTART|DTEND|DURATION|RDATE|EXDATE|RECURRENCE-ID|UID|SUMMARY|STATUS)(;TZID=.{0,9})?:[0-9TZPD-]{0,20}",
            "DTSTART:20[0-9]{2}0[1-9]1[0-9](T[0-9]{6}Z?)?",
            "(BEGIN|END):(VEVENT|VCALENDAR|VTIMEZONE|STANDARD)",
            "RRULE:FREQ=(YEARLY|MONTHLY);(BYDAY=-?[1-5]?(MO|SU)|COUNT=[0-9]{1,9}|UNTIL=[0-9]{8})",
            ".{0,30}",
        ], 0..20),
        noise in proptest::collection::vec(proptest::num::u8::ANY, 0..30),
    ) {
        let text = format!("{head}{}\nEND:VEVENT\nEND:VCALENDAR\n", body.join("\n"));
        let zone = TimeZone::UTC;
        let setting = Setting { zone: &zone, zones: &zones };
        for bytes in [text.clone().into_bytes(), [noise, text.into_bytes()].concat()] {
            if let Ok(read) = read("x", &bytes, &setting) {
                proptest::prop_assert!(!read.layer.days.is_empty());
            }
        }
    }
}
