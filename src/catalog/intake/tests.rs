use std::sync::Arc;

use jiff::{civil::date, tz::TimeZone};

use super::*;
use crate::{catalog::holidays, model::calendar::Day};

fn cn() -> Arc<Calendar> {
    holidays::builtin("cn").expect("cn")
}

fn take(name: &str, bytes: &[u8], calendar: &Calendar) -> Result<Intake, Vec<Diagnostic>> {
    let setting = Setting { zone: &TimeZone::UTC, zones: &|_| None };
    read(name, bytes, calendar, &setting)
}

fn notice(year: &str) -> String {
    let path = format!("{}/tests/it/fixtures/notices/{year}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a notice")
}

/// What is wrong with a text, as `line:column message`.
fn wrong(text: &str) -> Vec<String> {
    let errors = take("x", text.as_bytes(), &cn()).map(|intake| intake.import.days);
    let errors = errors.expect_err(text);
    errors
        .iter()
        .map(|one| format!("{}:{} {}", one.place.line, one.place.column, one.message))
        .collect()
}

/// The notices of seven years over a calendar that knows nothing, against the built-in days:
/// every day, with its name.
#[test]
fn seven_notices_give_seven_years() {
    let mut calendar = Calendar::weekends();
    for name in ["2020", "2020-extension", "2021", "2022", "2023", "2024", "2025", "2026"] {
        let intake = take(name, notice(name).as_bytes(), &calendar)
            .unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let form = if name.len() == 4 { Form::Notice } else { Form::Extension };
        assert_eq!(intake.form, form);
        let imported = crate::catalog::imported::Imported { imports: vec![intake.import] };
        let layers = imported.layers(name).into_iter();
        calendar = layers.fold(calendar.derive("x"), |builder, layer| builder.layer(layer)).build();
    }
    assert_eq!(calendar.coverage(), Some((date(2020, 1, 1), date(2026, 12, 31))));
    let (cn, mut day) = (cn(), Day::new(date(2020, 1, 1)));
    while day.date() < date(2027, 1, 1) {
        let (found, known) = (calendar.fact(day), cn.fact(day));
        assert_eq!((found.off, found.cause.name()), (known.off, known.cause.name()), "{found:?}");
        assert_eq!(calendar.is_holiday(day), cn.is_holiday(day), "{found:?}");
        day = day.next().expect("a day");
    }
}

#[test]
fn what_is_only_encouraged_is_said_and_not_done() {
    let intake = take("2024.txt", notice("2024").as_bytes(), &cn()).expect("a notice");
    let [note] = intake.found.as_slice() else { panic!("{:?}", intake.found) };
    assert!(note.message.to_string().contains("除夕"), "{note}");
    assert!(!intake.import.days.iter().any(|day| day.date == date(2024, 2, 9)));
}

/// However a notice reaches the clipboard or a file.
#[test]
fn a_notice_may_be_copied_from_anywhere() {
    let plain = notice("2026");
    let expected = take("x", plain.as_bytes(), &cn()).expect("a notice").import.days;
    let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let paragraphs: String = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    let numbered = plain.replace("一、", "1. ").replace("七、", "（七）").replace('，', ",");
    let digits: String = plain
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => char::from_u32('０' as u32 + digit).expect("a digit"),
            None => c,
        })
        .collect();
    let broken: String =
        plain.chars().map(|c| if c == '月' { "月\n ".to_owned() } else { c.to_string() }).collect();
    let weekdays = plain.replace("（周", "（星期").replace("、周", "，礼拜");
    for (how, text) in [
        ("one line", lines.concat()),
        ("windows", plain.replace('\n', "\r\n")),
        ("spaces", plain.replace('日', " 日 ").replace("放假", "放 假").replace("放 假", "放假")),
        (
            "a page",
            format!("<html><head><title>通知</title></head><body>{paragraphs}</body></html>"),
        ),
        ("markdown", plain.replace("元旦：", "**元旦**：")),
        ("other numbers", numbered),
        ("full-width digits", digits),
        ("a PDF", broken),
        ("星期", weekdays),
    ] {
        let found =
            take("x", text.as_bytes(), &cn()).unwrap_or_else(|error| panic!("{how}: {error:?}"));
        assert_eq!(found.import.days, expected, "{how}");
    }
    let gbk = encoding_rs::GB18030.encode(&plain).0.into_owned();
    assert_eq!(take("x", &gbk, &cn()).expect("a notice").import.days, expected);
}

#[test]
fn what_a_notice_says_twice_must_agree() {
    let change = |from: &str, to: &str| {
        let text = notice("2026");
        assert!(text.contains(from), "{from}");
        wrong(&text.replace(from, to))
    };
    assert_eq!(
        change("2月14日（周六）", "2月15日（周六）"),
        [
            "8:51 2026-02-15 is Sunday, and the notice calls it Saturday",
            "8:51 2026-02-15 is both a day off and a workday"
        ]
    );
    assert_eq!(
        change("4月4日（周六）至6日（周一）放假，共3天", "4月4日（周六）至5日（周日）放假，共3天"),
        ["9:29 清明节: the notice says 3 days, the dates in it are 2"]
    );
    assert_eq!(change("9月20日（周日）", "9月21日（周一）").len(), 1);
    assert_eq!(change("6月19日（周五）", "6月31日（周五）"), ["11:11 there is no 6月31日"]);
    // The title of another year over these dates.
    let other = notice("2026").replace("2026年", "2027年");
    assert!(
        wrong(&other).iter().all(|one| one.contains("and the notice calls it")),
        "{:?}",
        wrong(&other)
    );
}

#[test]
fn half_a_notice_is_no_notice() {
    let text = notice("2026");
    let half = text.split("五、").next().expect("half");
    assert_eq!(
        wrong(half),
        ["端午节", "中秋节", "国庆节"]
            .map(|name| format!("0:0 the notice says nothing about {name}"))
    );
    let untitled = text.replace("2026年", "");
    assert_eq!(wrong(&untitled), ["0:0 the notice does not say for which year it is"]);
    let idle = text.replace("5月9日（周六）上班", "5月9日（周六）照常");
    assert_eq!(wrong(&idle), ["10:35 nothing is said about 5月9日 here: a day off, or worked?"]);
}

/// A break over the end of a year, and days made up for in the year before.
#[test]
fn a_break_may_begin_in_the_year_before() {
    let text = notice("2026").replace(
        "1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班",
        "12月31日（周三）至1月2日（周五）放假调休，共3天。12月28日（周日）上班",
    );
    let days = take("x", text.as_bytes(), &cn()).expect("a notice").import.days;
    let first: Vec<_> = days.iter().take(4).map(|day| (day.date, day.off)).collect();
    let expected = [
        (date(2025, 12, 28), false),
        (date(2025, 12, 31), true),
        (date(2026, 1, 1), true),
        (date(2026, 1, 2), true),
    ];
    assert_eq!(first, expected);
}

#[test]
fn json_is_read_in_both_forms() {
    let public = r#"{"$schema": "x", "year": 2027, "papers": [], "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
        {"name": "元旦", "date": "2027-01-09", "isOffDay": false}]}"#;
    let own = r#"{"year": 2027, "off": [{"date": "2027-01-01", "name": "元旦"}],
        "work": [{"date": "2027-01-09", "name": "元旦"}]}"#;
    let (public, own) = (take("x", public.as_bytes(), &cn()), take("x", own.as_bytes(), &cn()));
    let (public, own) = (public.expect("holiday-cn"), own.expect("days"));
    assert_eq!((public.form, own.form), (Form::HolidayCn, Form::Days));
    assert_eq!(public.import, own.import);
    assert_eq!((own.import.years, own.import.notice), (Some((2027, 2027)), true));
    let provisional = r#"{"year": 2027, "status": "provisional", "off": ["2027-01-01"]}"#;
    let provisional = take("x", provisional.as_bytes(), &cn()).expect("days").import;
    assert_eq!((provisional.years, provisional.notice), (None, false));
    assert_eq!(wrong("{}").len(), 1);
    assert!(wrong("{\"off\": [\n1,]}")[0].starts_with("2:3 this is not JSON"));
    assert!(wrong(r#"{"days":[{"date":"2027-01-01"}]}"#)[0].contains("days[0] has no `isOffDay`"));
}

#[test]
fn tables_are_read_with_and_without_a_header() {
    let expected = take(
        "x",
        b"off,2027-10-01..2027-10-02,\xe5\x9b\xbd\xe5\xba\x86\xe8\x8a\x82\nwork,2027-10-09,\n",
        &cn(),
    );
    let expected = expected.expect("a table").import;
    assert_eq!(expected.days.len(), 3);
    assert_eq!(expected.years, None);
    for text in [
        "kind,date,name\noff,2027/10/1,国庆节\noff,2027/10/2,国庆节\nwork,2027/10/9,\n",
        "日期;类型;节日\n2027年10月1日至2027年10月2日;放假;国庆节\n2027年10月9日;上班;\n",
        "\u{feff}类型\t日期\t名称\r\n休\t20271001~20271002\t国庆节\r\n班\t20271009\r\n",
    ] {
        let found =
            take("x", text.as_bytes(), &cn()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!((found.form, found.import.days), (Form::Table, expected.days.clone()), "{text}");
    }
    assert_eq!(
        wrong(
            "kind,date,name\noff,2027-02-30,x\nfree,2027-01-01,\noff,2027-01-02\nwork,2027-01-02\n"
        ),
        [
            "2:5 `2027-02-30` is no date, and no span of dates",
            "3:1 `free` is no kind of day",
            "5:6 2027-01-02 is both a day off and a workday"
        ]
    );
}

#[test]
fn calendar_files_say_which_years_they_know() {
    let event = |day: &str| format!("BEGIN:VEVENT\nDTSTART:{day}\nEND:VEVENT\n");
    let file = |days: &[&str]| {
        let events: String = days.iter().map(|day| event(day)).collect();
        let text = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
        take("x.ics", text.as_bytes(), &cn()).expect("a calendar").import.years
    };
    let national =
        ["20270101", "20270206", "20270501", "20270502", "20271001", "20271002", "20271003"];
    assert_eq!(file(&national), Some((2027, 2027)));
    assert_eq!(file(&["20270115", "20270308", "20270618"]), None);
}

#[test]
fn what_says_nothing_about_days_off_is_an_error() {
    for text in
        ["", "hello", "<html>Sign in</html>", "a,b\n1,2\n", "本通知与假期无关", "BEGIN:VCALENDAR\n"]
    {
        assert_eq!(wrong(text).len(), 1, "{text}");
    }
    let large = vec![b' '; MAX_BYTES + 1];
    assert!(take("x", &large, &cn()).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_ends_in_days_or_errors(
        pieces in proptest::collection::vec(proptest::prop_oneof![
            "[一二]、(元旦|春节)：", "[0-9]{1,4}(年|月|日|天)", "(至|、|，|。|共)", "（周[一日]）?",
            "(放假|上班|正常上班|鼓励|延长2027年春节假期至)", ".{0,8}",
        ], 0..40),
    ) {
        let text = format!("现将2027年元旦放假通知如下。{}", pieces.concat());
        if let Err(errors) = take("x", text.as_bytes(), &cn()) {
            proptest::prop_assert!(!errors.is_empty());
        }
    }
}
