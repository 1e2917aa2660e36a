//! `calendar list`, `show` and `import`, as typed.

use serde_json::{Value, json};

use super::support::workplace::Workplace;

const NOTICE: &str = "\
国务院办公厅关于2027年部分节假日安排的通知
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
";

fn office() -> Workplace {
    let office = Workplace::empty();
    office.write(
        "dingdong.yaml",
        "timezone: Asia/Shanghai\nlanguage: en\ntargets: { a: { robot: console } }\n\
         calendars:\n  acme: { base: cn, off: [2027-09-14] }\n",
    );
    office
}

/// The first workdays after a day, by a calendar.
fn workdays(office: &Workplace, calendar: &str, from: &str, n: &str) -> Vec<(String, Value)> {
    let (code, next) = office.json(&[
        "next",
        "--when",
        "every workday at 09:00",
        "--calendar",
        calendar,
        "--from",
        from,
        "-n",
        n,
    ]);
    assert_eq!(code, Some(0));
    let day = |row: &Value| {
        let due = row["due_at"].as_str().unwrap();
        (due[..10].to_owned(), row["note"].clone())
    };
    next.as_array().unwrap().iter().map(day).collect()
}

#[test]
fn next_years_notice_needs_no_new_release() {
    let office = office();
    office.write("notice.txt", NOTICE);
    let before = workdays(&office, "cn", "2027-05-02", "1");
    assert_eq!(before[0].0, "2027-05-03");
    assert_eq!(before[0].1, "uncovered: calendar cn ends 2026-12-31");

    // Looking changes nothing, and neither does a missing --yes where nobody can be asked.
    let (code, shown) =
        office.json(&["calendar", "import", "notice.txt", "--into", "cn", "--dry-run"]);
    assert_eq!((code, &shown["written"]), (Some(0), &Value::Null));
    let ran = office.run(&["calendar", "import", "notice.txt", "--into", "cn"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("--yes") && ran.out.contains("2027-05-03 Mon – 2027-05-05 Wed"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(!office.path("calendars").exists());

    let (code, answer) =
        office.json(&["calendar", "import", "notice.txt", "--into", "cn", "--yes"]);
    assert_eq!(code, Some(0));
    assert_eq!(answer["form"], "notice");
    assert_eq!(answer["written"], "calendars/cn.json");
    assert_eq!(answer["covered"]["after"], json!({ "from": "2020-01-01", "to": "2027-12-31" }));
    let change =
        answer["changes"].as_array().unwrap().iter().find(|one| one["date"] == "2027-05-08");
    let expected = json!({ "date": "2027-05-08", "before": "weekend", "after": "make-up workday", "name": "劳动节" });
    assert_eq!(change, Some(&expected));

    // The days count at once, also in calendars that stand on this one.
    let after = workdays(&office, "acme", "2027-05-02", "3");
    let dates: Vec<&str> = after.iter().map(|(date, _)| date.as_str()).collect();
    assert_eq!(dates, ["2027-05-06", "2027-05-07", "2027-05-08"]);
    assert_eq!(after[2].1, "make-up workday (劳动节)");

    // A second time nothing changes, and nothing is written.
    let (code, again) = office.json(&["calendar", "import", "notice.txt", "--into", "cn"]);
    assert_eq!((code, &again["changes"], &again["written"]), (Some(0), &json!([]), &Value::Null));
}

#[test]
fn a_corrected_notice_takes_the_place_of_the_first_and_the_first_is_kept() {
    let office = office();
    office.write("notice.txt", NOTICE);
    let corrected = NOTICE
        .replace("至5日（周三）放假调休，共5天。5月8日（周六）上班", "至3日（周一）放假，共3天");
    office.write("corrected.txt", &corrected);
    let import = |file: &str| office.json(&["calendar", "import", file, "--into", "cn", "--yes"]);
    assert_eq!(import("notice.txt").0, Some(0));
    let first = std::fs::read(office.path("calendars/cn.json")).unwrap();
    let (code, answer) = import("corrected.txt");
    assert_eq!(code, Some(0));
    let changed: Vec<_> = answer["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["date"].as_str().unwrap(), one["after"].as_str().unwrap()))
        .collect();
    assert_eq!(
        changed,
        [("2027-05-04", "workday"), ("2027-05-05", "workday"), ("2027-05-08", "weekend")]
    );
    assert_eq!(std::fs::read(office.path("calendars/cn.previous.json")).unwrap(), first);
    // Going back is putting the file back.
    std::fs::rename(office.path("calendars/cn.previous.json"), office.path("calendars/cn.json"))
        .unwrap();
    assert_eq!(workdays(&office, "cn", "2027-05-02", "1")[0].0, "2027-05-06");
}

#[test]
fn what_is_wrong_changes_nothing() {
    let office = office();
    for (name, text, code, said) in [
        (
            "wrong.txt",
            NOTICE.replace("2月20日（周六）", "2月20日（周日）"),
            3,
            "2027-02-20 is Saturday, and the notice calls it Sunday",
        ),
        ("half.txt", NOTICE.split("六、").next().unwrap().to_owned(), 3, "中秋节"),
        ("page.ics", "<html><title>Sign in</title></html>".to_owned(), 3, "web page"),
        ("letter.txt", "hello".to_owned(), 3, "which days are off"),
    ] {
        office.write(name, &text);
        let ran = office.run(&["calendar", "import", name, "--into", "cn", "--yes"]);
        assert_eq!(ran.code, Some(code), "{name}");
        assert!(ran.err.contains(said), "{name}: {}", ran.err);
        let (code, answer) = office.json(&["calendar", "import", name, "--into", "cn", "--yes"]);
        assert_eq!(
            (code, answer["diagnostics"].as_array().map(Vec::is_empty)),
            (Some(3), Some(false))
        );
    }
    office.write("notice.txt", NOTICE);
    assert_eq!(
        office.run(&["calendar", "import", "missing", "--into", "cn", "--yes"]).code,
        Some(1)
    );
    let unknown = office.run(&["calendar", "import", "notice.txt", "--into", "nc", "--yes"]);
    assert_eq!(unknown.code, Some(3));
    assert!(unknown.err.contains("there are: acme, br, cn, "), "{}", unknown.err);
    assert_eq!(office.run(&["calendar", "import", "notice.txt"]).code, Some(2));
    assert!(!office.path("calendars").exists());
}

/// A file of imported days that someone broke by hand is an error everywhere, and mended by
/// importing anew; days of a calendar that is not there are named.
#[test]
fn imported_days_are_checked_like_everything_else() {
    let office = office();
    office.write("notice.txt", NOTICE);
    office.write("calendars/cn.json", "{\n  \"imports\": [,]\n}");
    office.write("calendars/nc.json", "{}");
    let (code, checked) = office.json(&["check"]);
    assert_eq!(code, Some(3));
    let found: Vec<_> = checked["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["file"].as_str().unwrap(),
                one["line"].as_u64().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(found.contains(&("calendars/cn.json", 2, "imported-days")), "{found:?}");
    assert!(found.contains(&("calendars/nc.json", 1, "stray-file")), "{found:?}");
    let ran = office.run(&["calendar", "import", "notice.txt", "--into", "cn", "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    // What was broken is no version to go back to.
    assert!(!office.path("calendars/cn.previous.json").exists());
    assert_eq!(workdays(&office, "cn", "2027-05-02", "1")[0].0, "2027-05-06");
}

#[test]
fn list_says_what_each_calendar_is_made_of() {
    let office = office();
    office.write("own.csv", "kind,date,name\noff,2027-06-01,Founders\n");
    assert_eq!(
        office.run(&["calendar", "import", "own.csv", "--into", "acme", "--yes"]).code,
        Some(0)
    );
    let (code, list) = office.json(&["calendar", "list"]);
    assert_eq!(code, Some(0));
    let names: Vec<_> =
        list.as_array().unwrap().iter().map(|one| one["calendar"].as_str().unwrap()).collect();
    assert_eq!(names, ["acme", "br", "cn", "gb", "jp", "pt", "sg", "us", "weekends"]);
    let layers: Vec<_> = list[0]["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["origin"].as_str().unwrap()))
        .collect();
    assert_eq!(layers, [("cn", "data"), ("calendars/acme.json", "own"), ("acme", "own")]);
    assert_eq!(list[0]["covered"], json!({ "from": "2020-01-01", "to": "2026-12-31" }));
    assert_eq!((&list[2]["usual"], &list[8]["covered"]), (&json!(true), &Value::Null));
    let plain = office.run(&["calendar", "list"]);
    assert!(plain.out.contains("* cn ") && !plain.out.contains('\u{1b}'), "{}", plain.out);
}

#[test]
fn a_year_is_shown_on_one_screen_without_colours_too() {
    let office = office();
    let ran = office.run(&["calendar", "show", "cn", "2026"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80) && ran.out.lines().count() < 50);
    // 15 February is the first day of the break, 14 February is worked.
    assert!(ran.out.contains(" 9 10 11 12 13 14+15*"), "{}", ran.out);
    assert!(
        ran.out.contains("Sun 15 Feb – Mon 23 Feb  9 days   + Sat 14 Feb, Sat 28 Feb"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
    let (code, year) = office.json(&["calendar", "show", "cn", "2026"]);
    assert_eq!((code, &year["workdays"], &year["uncovered"]), (Some(0), &json!(248), &json!(0)));
    assert_eq!(year["days"].as_array().unwrap().len(), 33 + 6);
    let (_, later) = office.json(&["calendar", "show", "cn", "2028"]);
    assert_eq!(later["uncovered"], json!(366));
    assert_eq!(office.run(&["calendar", "show", "nc"]).code, Some(3));
    assert_eq!(office.run(&["calendar", "show", "cn", "20260"]).code, Some(2));
}

/// Without any settings the calendars that ship with the program are there.
#[test]
fn no_settings_are_needed() {
    let bare = Workplace::empty();
    let (code, list) = bare.json(&["calendar", "list"]);
    assert_eq!((code, list[1]["calendar"].as_str()), (Some(0), Some("cn")));
    bare.write("notice.txt", NOTICE);
    assert_eq!(
        bare.run(&["calendar", "import", "notice.txt", "--into", "cn", "--yes"]).code,
        Some(0)
    );
    assert_eq!(workdays(&bare, "cn", "2027-05-02", "1")[0].0, "2027-05-06");
}
