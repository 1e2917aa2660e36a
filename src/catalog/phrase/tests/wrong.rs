//! Phrases that are refused: where, why, and what is offered instead.

use super::*;

#[test]
#[rustfmt::skip]
fn the_first_word_that_makes_no_sense_is_named_and_the_nearest_phrase_offered() {
    all_refused(&[
        // Misspelt.
        ("every workdya at 9:00", "workdya", "is not understood", "did you mean `every workday at 09:00`?"),
        ("evry workdya at 9:00", "evry", "is not understood", "did you mean `every workday at 09:00`?"),
        ("每个工做日9:00", "工做", "is not understood", "did you mean `每个工作日 9:00`?"),
        ("setiap hari kreja pukul 09.00", "kreja", "is not understood", "did you mean `setiap hari kerja pukul 09.00`?"),
        ("todo dia utli às 9h", "utli", "is not understood", "did you mean `todo dia útil às 9h`?"),
        // Nothing like a phrase.
        ("", "", "there is no phrase", "for example: `every workday at 09:00`"),
        ("?", "?", "is not understood", "for example: `every workday at 09:00`"),
        ("whenever you like", "whenever", "is not understood", "for example: `every workday at 09:00`"),
        ("开会之前", "开会", "is not understood", "for example: `节假日前最后一个工作日 16:00`"),
        ("工作日不发", "不发", "is not understood", "for example: `每个工作日 9:00`"),
        ("every weekday at 09:00 except holidays", "every weekday at 09:00 except holidays", "no phrase leaves out holidays", "write `every workday at 09:00`; or leave out the exception and add on_day_off: skip"),
        ("every workday except friday at 9:00", "every workday except friday", "mixes workdays and weekdays", "name the weekdays and add on_day_off: skip"),
        // Known words in the wrong place.
        ("between monday and friday at 9:00", "between", "does not fit here", "for example: `every friday at 17:00`"),
        ("每月第一周周一9:00", "每月第一周周一", "counted in several ways", "write `每月第一个周一 9:00`"),
        ("every friday 17", "17", "does not fit here", "write `every friday at 17:00`"),
        ("every day at 9:00 15", "15", "does not fit here", "for example: `every day at 09:00`"),
        ("每周八 9:00", "八", "does not fit here", "for example: `每两周周五 17:00`"),
        // Incomplete.
        ("every workday", "every workday", "at what time", "write `every workday at 09:00`"),
        ("每个工作日", "每个工作日", "at what time", "write `每个工作日 9:00`"),
        ("setiap hari kerja", "setiap hari kerja", "at what time", "write `setiap hari kerja pukul 09.00`"),
        ("todo dia útil", "todo dia útil", "at what time", "write `todo dia útil às 9h`"),
        ("at 9:00", "at 9:00", "on which days", "write `every workday at 09:00` or `every day at 09:00`"),
        ("每天早上", "早上", "at what hour", "write the hour beside it, such as 9:00 or 17:30"),
        ("every workday between 9:00 and 18:00", "every workday between 9:00 and 18:00", "how often", "write `every hour between 09:00 and 18:00 on workdays`"),
        ("every at 9", "every", "what?", "write `every day at 09:00` or `every workday at 09:00`"),
        ("setiap jam 9 pagi", "setiap", "what?", "write `setiap hari pukul 09.00` or `setiap hari kerja pukul 09.00`"),
        ("每周9:00", "每周", "on which weekday", "write `每周一 9:00`"),
        ("every 2 weeks at 9:00", "every 2 weeks", "on which weekday", "write `every 2 weeks on monday at 09:00`"),
        ("every month at 9:00", "every month", "on which day", "write `the 1st of every month at 09:00` or `the first workday of every month at 09:00`"),
        ("年底 9:00", "年底", "on which day", "write `每年12月31日 9:00` or `每年最后一个工作日 9:00`"),
        ("the 15th at 9:00", "15th", "of which month", "write `the 15th of every month at 09:00`"),
        ("15号9:00", "15号", "of which month", "write `每月15日 9:00`"),
        ("december 31 at 9:00", "december 31", "of which year", "write `every december 31 at 09:00`"),
        ("the last workday at 9:00", "last workday", "of which period", "write `the last workday of every month at 09:00` or `the last workday of every week at 09:00`"),
        ("the last workday before at 9:00", "before", "which holiday", "write `the last workday before every holiday at 09:00`"),
        // Said twice.
        ("every monday at 9:00 and friday at 10:00", "at 10:00", "second statement of times", "write a list of phrases, one for each set of times"),
        ("every 30 minutes at 9:00", "at 9:00", "second statement of times", "write a list of phrases, one for each set of times"),
        ("the 2nd monday and friday of every month at 9:00", "2nd monday and friday of every month", "counted in two ways", "write `the 2nd monday and 2nd friday of every month at 09:00`"),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_can_be_read_in_two_ways_is_refused_and_both_are_offered() {
    all_refused(&[
        ("每天晚上12点", "晚上12点", "start of that day or its end", "write `每天 0:00` or `每天 23:59`"),
        ("every day at 12 at night", "12 at night", "start of that day or its end", "write `every day at 00:00` or `every day at 23:59`"),
        ("setiap hari jam 12 malam", "12 malam", "start of that day or its end", "write `setiap hari pukul 00.00` or `setiap hari pukul 23.59`"),
        ("todo dia útil às 12 da noite", "12 da noite", "start of that day or its end", "write `todo dia útil às 0h` or `todo dia útil às 23h59`"),
        ("每天24:00", "24:00", "two days", "write `每天 0:00` or `每天 23:59`"),
        ("每天晚上12点半", "晚上12点半", "start of that day or its end", "write `每天 0:30`; for the night that follows, name the next day"),
        ("每天晚上2点", "晚上2点", "before dawn", "write `每天 2:00`; for the night that follows, name the next day"),
        ("每天上午12点", "上午12点", "noon or midnight", "write `每天 12:00` or `每天 0:00`"),
        ("每天下午2点、5点", "5点", "before or after noon", "write `每天 5:00、14:00` or `每天 14:00、17:00`"),
        ("every workday at 5 and 6 pm", "5", "before or after noon", "write `every workday at 05:00 and 18:00` or `every workday at 17:00 and 18:00`"),
        ("todo dia útil às 9 e 15", "9 e 15", "one time or two", "write `todo dia útil às 9h15` or `todo dia útil às 9h e 15h`"),
        ("every day at nine fifteen", "nine fifteen", "one time or two", "write `every day at 09:15` or `every day at 09:00 and 15:00`"),
        ("setiap hari jam 9 15", "9 15", "one time or two", "write `setiap hari pukul 09.15` or `setiap hari pukul 09.00 dan 15.00`"),
        ("每天早晚9点", "早", "second part of the day", "write the hours beside them, such as 9:00 and 17:30"),
        ("every morning at 9 pm", "morning", "second part of the day", "write the hours beside them, such as 9:00 and 17:30"),
        ("every day between 9 and 5 every hour", "9 and 5", "ends before it starts", "write `every hour between 09:00 and 17:00` or `every hour between 09:00 and 05:00 the next day`"),
        ("every 2nd friday at 9:00", "every 2nd friday", "two readings", "write `the 2nd friday of every month at 09:00` or `every 2 weeks on friday at 09:00`"),
        ("每隔两周周五9:00", "每隔两周周五", "two ways", "write `每两周周五 9:00` or `每3周周五 9:00`"),
        ("每隔2个工作日9:00", "每隔2个工作日", "two ways", "write `每两个工作日 9:00` or `每3个工作日 9:00`"),
        ("setiap minggu pukul 09.00", "setiap minggu", "week or a Sunday", "write `setiap hari Minggu pukul 09.00` or `setiap Senin pukul 09.00`"),
        ("Minggu terakhir setiap bulan pukul 09.00", "Minggu terakhir setiap bulan", "week or a Sunday", "write `hari Minggu terakhir setiap bulan pukul 09.00`"),
        ("节假日前一天 9:00", "节假日前一天", "day off", "write `节假日前最后一个工作日 9:00`"),
        ("the day before 春节 at 9:00", "day before 春节", "day off", "write `the last workday before 春节 at 09:00`"),
        ("春节前两个工作日 9:00", "春节前两个工作日", "one day or several", "write `春节前倒数第二个工作日 9:00` or `春节前最后一个、倒数第二个工作日 9:00`"),
        ("月底第一个工作日9:00", "月底第一个工作日", "from the end or from the start", "write `每月最后一个工作日 9:00` or `每月第一个工作日 9:00`"),
        ("05/06/2026 at 9:00", "05/06/2026", "two ways", "write `2026-06-05 at 09:00` or `2026-05-06 at 09:00`"),
        ("em 5/6/2026 às 9h", "5/6/2026", "two ways", "write `5 de junho de 2026 às 9h` or `6 de maio de 2026 às 9h`"),
        ("31/12 at 9:00", "31/12", "not a date", "write year, month and day, such as 2026-12-31"),
        ("31/12/26 at 9:00", "31/12/26", "not a date", "write year, month and day, such as 2026-12-31"),
    ]);
}

#[test]
#[rustfmt::skip]
fn impossible_values_are_named() {
    all_refused(&[
        ("every day at 25:00", "25:00", "no time `25:00`", "hours run from 0 to 23, minutes from 00 to 59"),
        ("每天25点", "25点", "no time `25点`", "hours run from 0 to 23, minutes from 00 to 59"),
        ("每天9:75", "9:75", "no time `9:75`", "hours run from 0 to 23, minutes from 00 to 59"),
        ("every day at 13 am", "13 am", "no time `13 am`", "hours run from 0 to 23, minutes from 00 to 59"),
        ("every day at 9:5", "9:5", "is not understood", "for example: `every day at 09:00`"),
        ("the 32nd of every month at 9:00", "32nd of every month", "no month has a day 32", "write `the last day of every month at 09:00`"),
        ("每月32日9:00", "每月32日", "no month has a day 32", "write `每月最后一天 9:00`"),
        ("每年13月1日9:00", "每年13月1日", "no month 13", "months run from 1 to 12, days from 1 to the month's last"),
        ("every february 31 at 9:00", "every february 31", "month 2 has no day 31", "months run from 1 to 12, days from 1 to the month's last"),
        ("2026-02-30 at 9:00", "2026-02-30", "there is no date", "write year, month and day, such as 2026-12-31"),
        ("30/02/2026 at 9:00", "30/02/2026", "there is no date", "write year, month and day, such as 2026-12-31"),
        ("every friday at 1730", "1730", "no time `1730`", "write `every friday at 17:30`"),
        ("february 29, 2026 at 9:00", "february 29, 2026", "there is no day", "29 February comes in leap years only"),
        ("the 6th monday of every month at 9:00", "6th monday of every month", "weekday 6 times", "write `the last monday of every month at 09:00`"),
        ("the 40th workday of every month at 9:00", "40th workday of every month", "workday number 40", "write `the last workday of every month at 09:00`"),
        ("the 100th workday before 春节 at 9:00", "100th workday before 春节", "number 100", "1 to 99 are"),
        ("the last workday after 春节 at 9:00", "last workday after 春节", "counted forwards", "write `the first workday after 春节 at 09:00`"),
        ("every 0 workdays at 9:00", "every 0 workdays", "is never", "write `every workday at 09:00`"),
        ("every 5000 weeks on monday at 9:00", "every 5000 weeks on monday", "too far apart", "999 is the most"),
        ("every 0 minutes", "every 0 minutes", "never moves on", "the smallest step is 1 second"),
        ("every 36 hours", "every 36 hours", "longer than a day", "24 hours are the longest step"),
        ("every 99999999999 hours", "every 99999999999 hours", "longer than a day", "24 hours are the longest step"),
        ("every hour between 9:00 and 18:00 the next day", "9:00 and 18:00", "longer than a day", "a span starts and ends within 24 hours"),
        ("every 2 days at 9:00", "every 2 days", "no fixed start", "write `every 2 workdays at 09:00` or `every monday at 09:00`"),
        ("每15天9:00", "每15天", "no fixed start", "write `每两个工作日 9:00` or `每周一 9:00`"),
        ("every 2 months at 9:00", "every 2 months", "no fixed start", "write `the 1st of every month at 09:00` or `the first workday of every quarter at 09:00`"),
        ("每个节假日 9:00", "每个节假日", "counted from", "write `每个休息日 9:00` or `节假日前最后一个工作日 9:00`"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_holiday_is_one_of_the_calendar() {
    all_refused(&[
        ("春结前最后一个工作日 16:00", "春结", "no holiday called", "write `春节前最后一个工作日 16:00`"),
        ("último dia útil antes do Carnval às 16h", "Carnval", "no holiday called", "write `último dia útil antes de Carnaval às 16h`"),
        ("the last workday before hoilday at 9:00", "hoilday", "no holiday called", "write `the last workday before every holiday at 09:00`"),
        ("春节 10:00", "春节", "counted from, not named as days", "write `春节前最后一个工作日 9:00` or `春节后第一个工作日 9:00`"),
        ("国庆当天 10:00", "国庆", "counted from, not named as days", "write `国庆节前最后一个工作日 9:00` or `国庆节后第一个工作日 9:00`"),
        ("every carnaval at 10:00", "carnaval", "counted from, not named as days", "write `the last workday before Carnaval at 09:00` or `the first workday after Carnaval at 09:00`"),
        ("the last workday before easter at 9:00", "easter", "no holiday called", "it has 元旦, 春节, 国庆节, 中秋节, Carnaval"),
    ]);
    for (text, name) in [
        ("国庆前最后一个工作日 9:00", "国庆节"),
        ("中秋节前最后一个工作日 9:00", "中秋节"),
        ("春节假期前最后一个工作日 9:00", "春节"),
        ("最后一个工作日 before CARNAVAL at 9:00", ""),
        ("the last workday before CARNAVAL at 9:00", "Carnaval"),
    ] {
        let meant = Phrase::Timed(means::at(means::before(1, name), &[(9, 0)]));
        let found = parse(text, &Context { holidays: &holidays() }).map(|found| found.phrase).ok();
        assert_eq!(found, (!name.is_empty()).then_some(meant), "{text}");
    }
}

#[test]
fn what_people_call_a_holiday_is_the_calendars_name_for_it() {
    let names = ["元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节", "除夕"];
    let holidays = names.map(String::from);
    for (text, name) in [
        ("五一前最后一个工作日 9:00", "劳动节"),
        ("五一劳动节前最后一个工作日 9:00", "劳动节"),
        ("十一假期前最后一个工作日 9:00", "国庆节"),
        ("除夕前最后一个工作日 9:00", "春节"),
        ("元旦节前最后一个工作日 9:00", "元旦"),
        ("the last workday before Chinese New Year at 9:00", "春节"),
        ("the last workday before New Year’s Day at 9:00", "元旦"),
        ("hari kerja terakhir sebelum Imlek pukul 09.00", "春节"),
        ("último dia útil antes do Ano Novo Chinês às 9h", "春节"),
    ] {
        let meant = Phrase::Timed(means::at(means::before(1, name), &[(9, 0)]));
        let found = parse(text, &Context { holidays: &holidays }).map(|found| found.phrase);
        assert_eq!(found, Ok(meant), "{text}");
    }
}

#[test]
fn a_long_text_is_refused_where_it_becomes_too_long() {
    let text = "每".repeat(LONGEST + 1);
    assert_eq!(parsed(&text).map_err(|error| (error.at, error.length)), Err((LONGEST, 1)));
}

fn holidays() -> [String; 4] {
    ["元旦", "春节", "国庆节、中秋节", "Carnaval"].map(String::from)
}

/// Each phrase is refused at the word, with the help.
#[track_caller]
fn all_refused(table: &[(&str, &str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (text, word, message, help) in table {
        match parse(text, &Context { holidays: &holidays() }) {
            Ok(found) => wrong.push(format!("{text}\n  means {found:?}")),
            Err(error) => {
                let typed: String = text.chars().skip(error.at).take(error.length).collect();
                let said = error.help.as_ref().map(ToString::to_string).unwrap_or_default();
                if typed != *word || !error.message.to_string().contains(message) || said != *help {
                    wrong.push(format!("{text}\n  at {typed:?}: {} -> {said}", error.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
