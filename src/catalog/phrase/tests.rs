//! Tables of phrases for each language, what they mean, and what is said of the wrong ones.

use jiff::civil::{Date, Time, Weekday};
use proptest::prelude::*;

use super::*;
use crate::model::recurrence::{Days, MonthDay, Period, Times, WeekdaySet};

/// Short names for what phrases mean.
mod means {
    use super::*;
    pub(super) use jiff::civil::Weekday::*;

    pub(super) fn at(days: Days, times: &[(i8, i8)]) -> Recurrence {
        let times = times.iter().map(|(hour, minute)| Time::constant(*hour, *minute, 0, 0));
        Recurrence { days, times: Times::At(times.collect()) }
    }

    pub(super) fn grid(days: Days, step: u32, from: (i8, i8), to: (i8, i8)) -> Recurrence {
        let time = |(hour, minute)| Time::constant(hour, minute, 0, 0);
        let to = if to == (24, 0) { clock::END_OF_DAY } else { time(to) };
        Recurrence { days, times: Times::Grid { step, from: time(from), to } }
    }

    pub(super) fn on(days: &[Weekday]) -> Days {
        Days::Weekdays(set(days))
    }

    pub(super) fn set(days: &[Weekday]) -> WeekdaySet {
        days.iter().copied().collect()
    }

    pub(super) fn weekdays() -> Days {
        Days::Weekdays(WeekdaySet::MONDAY_TO_FRIDAY)
    }

    pub(super) fn n_weeks(n: u16, days: &[Weekday]) -> Days {
        Days::EveryNWeeks { n, weekdays: set(days) }
    }

    pub(super) fn month(days: &[i8]) -> Days {
        let day = |n: i8| if n > 0 { MonthDay::Day(n) } else { MonthDay::FromEnd(-n) };
        Days::MonthDays(days.iter().copied().map(day).collect())
    }

    pub(super) fn nth_day(nth: i8, weekday: Weekday) -> Days {
        Days::NthWeekday { nth, weekday }
    }

    pub(super) fn nth(nth: i16, period: Period) -> Days {
        Days::NthWorkday { nth, period }
    }

    pub(super) fn before(nth: u8, name: &str) -> Days {
        Days::BeforeHoliday { nth, holiday: (!name.is_empty()).then(|| name.to_owned()) }
    }

    pub(super) fn after(nth: u8, name: &str) -> Days {
        Days::AfterHoliday { nth, holiday: (!name.is_empty()).then(|| name.to_owned()) }
    }

    pub(super) fn yearly(month: i8, day: i8) -> Days {
        Days::Yearly { month, day }
    }

    pub(super) fn once(year: i16, month: i8, day: i8) -> Days {
        Days::Date(Date::constant(year, month, day))
    }
}

use means::*;

fn parsed(text: &str) -> Result<Parsed, PhraseError> {
    parse(text, &Context::default())
}

/// Each phrase means its recurrence, and is in the language.
#[track_caller]
fn all_mean(language: Language, table: &[(&str, Recurrence)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, meant)| match parsed(text) {
            Ok(found) if found.phrase != Phrase::Timed(meant.clone()) => {
                Some(format!("{text}\n  means {}", found.phrase.words(Language::English)))
            }
            Ok(found) if found.language != language => {
                Some(format!("{text}\n  is {:?}", found.language))
            }
            Ok(_) => None,
            Err(error) => Some(format!("{text}\n  {} ({:?})", error.message, error.help)),
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Each phrase is refused at the word, with the help.
#[track_caller]
fn all_refused(context: &Context, table: &[(&str, &str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (text, word, message, help) in table {
        match parse(text, context) {
            Ok(found) => wrong.push(format!("{text}\n  means {found:?}")),
            Err(error) => {
                let typed: String = text.chars().skip(error.at).take(error.length).collect();
                let said = error.help.clone().unwrap_or_default();
                if typed != *word || !error.message.contains(message) || said != *help {
                    wrong.push(format!("{text}\n  at {typed:?}: {} -> {said}", error.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn english_phrases_mean_what_they_say() {
    all_mean(
        Language::English,
        &[
            // The contract's table.
            ("every day at 08:30", at(Days::Every, &[(8, 30)])),
            ("every workday at 09:00 and 13:30", at(Days::Workdays, &[(9, 0), (13, 30)])),
            ("every weekday at 09:00", at(weekdays(), &[(9, 0)])),
            ("every day off at 10:00", at(Days::DaysOff, &[(10, 0)])),
            ("every make-up workday at 08:30", at(Days::MakeUpWorkdays, &[(8, 30)])),
            (
                "every monday, wednesday and friday at 17:00",
                at(on(&[Monday, Wednesday, Friday]), &[(17, 0)]),
            ),
            ("every 2 weeks on friday at 17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("the 15th of every month at 09:00", at(month(&[15]), &[(9, 0)])),
            ("the last day of every month at 18:00", at(month(&[-1]), &[(18, 0)])),
            ("the 2nd tuesday of every month at 10:00", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("the last friday of every month at 17:00", at(nth_day(-1, Friday), &[(17, 0)])),
            ("the first workday of every week at 09:30", at(nth(1, Period::Week), &[(9, 30)])),
            ("the 10th workday of every month at 09:00", at(nth(10, Period::Month), &[(9, 0)])),
            (
                "the last workday of every quarter at 15:00",
                at(nth(-1, Period::Quarter), &[(15, 0)]),
            ),
            (
                "the 3rd last workday of every month at 18:00",
                at(nth(-3, Period::Month), &[(18, 0)]),
            ),
            ("the last workday before every holiday at 16:00", at(before(1, ""), &[(16, 0)])),
            ("the 2nd last workday before every holiday at 10:00", at(before(2, ""), &[(10, 0)])),
            ("the first workday after every holiday at 09:00", at(after(1, ""), &[(9, 0)])),
            ("every 3 workdays at 11:00", at(Days::EveryNWorkdays { n: 3 }, &[(11, 0)])),
            ("every december 31 at 10:00", at(yearly(12, 31), &[(10, 0)])),
            ("the last workday before 春节 at 16:00", at(before(1, "春节"), &[(16, 0)])),
            ("2026-12-31 at 09:00", at(once(2026, 12, 31), &[(9, 0)])),
            ("every 30 minutes", grid(Days::Every, 1800, (0, 0), (24, 0))),
            (
                "every 2 hours between 09:00 and 18:00 on workdays",
                grid(Days::Workdays, 7200, (9, 0), (18, 0)),
            ),
            // Days in other words.
            ("weekdays at 9", at(weekdays(), &[(9, 0)])),
            ("daily at 9", at(Days::Every, &[(9, 0)])),
            ("Every  WORKING day, at 9:00.", at(Days::Workdays, &[(9, 0)])),
            ("on business days at 9am", at(Days::Workdays, &[(9, 0)])),
            ("on weekends at 10:00", at(on(&[Saturday, Sunday]), &[(10, 0)])),
            ("on mondays at 9", at(on(&[Monday]), &[(9, 0)])),
            ("mondays at 9", at(on(&[Monday]), &[(9, 0)])),
            ("mon, wed & fri at 9:00", at(on(&[Monday, Wednesday, Friday]), &[(9, 0)])),
            ("mon-fri 9:00", at(weekdays(), &[(9, 0)])),
            (
                "from monday to wednesday and on friday at 9:00",
                at(on(&[Monday, Tuesday, Wednesday, Friday]), &[(9, 0)]),
            ),
            ("sunday to tuesday at 9:00", at(on(&[Sunday, Monday, Tuesday]), &[(9, 0)])),
            ("every other friday at 17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            (
                "every two weeks on monday and friday at 17:00",
                at(n_weeks(2, &[Monday, Friday]), &[(17, 0)]),
            ),
            ("every 2 weeks at 17:00 on friday", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("every 1 weeks on friday at 17:00", at(on(&[Friday]), &[(17, 0)])),
            ("weekly on friday at 17:00", at(on(&[Friday]), &[(17, 0)])),
            ("the 1st and 15th of every month at 9:00", at(month(&[1, 15]), &[(9, 0)])),
            (
                "the 15th, the 1st and the last day of each month at 9:00",
                at(month(&[1, 15, -1]), &[(9, 0)]),
            ),
            ("every month on the 15th at 9:00", at(month(&[15]), &[(9, 0)])),
            ("monthly on the 1st to 3rd at 9:00", at(month(&[1, 2, 3]), &[(9, 0)])),
            ("on day 15 of every month at 9:00", at(month(&[15]), &[(9, 0)])),
            ("at the end of the month at 18:00", at(month(&[-1]), &[(18, 0)])),
            ("every last friday of the month at 9:00", at(nth_day(-1, Friday), &[(9, 0)])),
            ("the second tuesday of each month at 9:00", at(nth_day(2, Tuesday), &[(9, 0)])),
            ("the second last friday of every month at 9:00", at(nth_day(-2, Friday), &[(9, 0)])),
            ("last workday of the month at 5pm", at(nth(-1, Period::Month), &[(17, 0)])),
            ("every year on the first workday at 9:00", at(nth(1, Period::Year), &[(9, 0)])),
            ("the workday before holidays at 16:00", at(before(1, ""), &[(16, 0)])),
            ("2 workdays before every holiday at 10:00", at(before(2, ""), &[(10, 0)])),
            (
                "the first workday after the \"Spring Festival\" holiday at 9:00",
                at(after(1, "Spring Festival"), &[(9, 0)]),
            ),
            (
                "at 16:00 on the last workday before Spring Festival every year",
                at(before(1, "Spring Festival"), &[(16, 0)]),
            ),
            ("every other workday at 9:00", at(Days::EveryNWorkdays { n: 2 }, &[(9, 0)])),
            ("every 31st of december at 10:00", at(yearly(12, 31), &[(10, 0)])),
            ("december 31 every year at 10:00", at(yearly(12, 31), &[(10, 0)])),
            ("every february 29 at 10:00", at(yearly(2, 29), &[(10, 0)])),
            ("once on december 31, 2026 at 9:00", at(once(2026, 12, 31), &[(9, 0)])),
            ("31 December 2026, 9:00", at(once(2026, 12, 31), &[(9, 0)])),
            // Times in other words.
            ("at 9:00 every workday", at(Days::Workdays, &[(9, 0)])),
            ("17:00 on fridays", at(on(&[Friday]), &[(17, 0)])),
            ("every workday at 5:30 pm", at(Days::Workdays, &[(17, 30)])),
            ("every workday at 12 am", at(Days::Workdays, &[(0, 0)])),
            ("every workday at 12pm", at(Days::Workdays, &[(12, 0)])),
            ("every workday at noon", at(Days::Workdays, &[(12, 0)])),
            ("every workday at midnight", at(Days::Workdays, &[(0, 0)])),
            ("every workday at 9 o'clock in the morning", at(Days::Workdays, &[(9, 0)])),
            ("every workday at 5 in the afternoon", at(Days::Workdays, &[(17, 0)])),
            ("every workday at 17", at(Days::Workdays, &[(17, 0)])),
            ("every workday at 13:30, 9:00 and 9:00", at(Days::Workdays, &[(9, 0), (13, 30)])),
            (
                "every workday at 9am, noon and 5 p.m.",
                at(Days::Workdays, &[(9, 0), (12, 0), (17, 0)]),
            ),
            ("every workday at 9h30", at(Days::Workdays, &[(9, 30)])),
            ("every hour", grid(Days::Every, 3600, (0, 0), (24, 0))),
            ("every other hour on workdays", grid(Days::Workdays, 7200, (0, 0), (24, 0))),
            ("every 90 seconds", grid(Days::Every, 90, (0, 0), (24, 0))),
            ("every half an hour", grid(Days::Every, 1800, (0, 0), (24, 0))),
            ("every 2h from 9 to 18", grid(Days::Every, 7200, (9, 0), (18, 0))),
            ("every 30 min 9am-6pm on mondays", grid(on(&[Monday]), 1800, (9, 0), (18, 0))),
            (
                "on workdays between 9:00 and 24:00 every hour",
                grid(Days::Workdays, 3600, (9, 0), (24, 0)),
            ),
            ("every workday from 9:00 every 2 hours", grid(Days::Workdays, 7200, (9, 0), (24, 0))),
            ("ｅｖｅｒｙ　ｗｏｒｋｄａｙ　ａｔ　９：００", at(Days::Workdays, &[(9, 0)])),
        ],
    );
}

#[test]
fn chinese_phrases_mean_what_they_say() {
    all_mean(
        Language::Chinese,
        &[
            // The contract's table.
            ("每天 8:30", at(Days::Every, &[(8, 30)])),
            ("每个工作日 9:00、13:30", at(Days::Workdays, &[(9, 0), (13, 30)])),
            ("每周一至周五 9:00", at(weekdays(), &[(9, 0)])),
            ("每个休息日 10:00", at(Days::DaysOff, &[(10, 0)])),
            ("每个调休上班日 8:30", at(Days::MakeUpWorkdays, &[(8, 30)])),
            ("每周一、三、五 17:00", at(on(&[Monday, Wednesday, Friday]), &[(17, 0)])),
            ("每两周周五 17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("每月15日 9:00", at(month(&[15]), &[(9, 0)])),
            ("每月最后一天 18:00", at(month(&[-1]), &[(18, 0)])),
            ("每月第二个周二 10:00", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("每月最后一个工作日 17:00", at(nth(-1, Period::Month), &[(17, 0)])),
            ("节假日前一个工作日 16:00", at(before(1, ""), &[(16, 0)])),
            ("节后第一个工作日 9:00", at(after(1, ""), &[(9, 0)])),
            ("每3个工作日 11:00", at(Days::EveryNWorkdays { n: 3 }, &[(11, 0)])),
            ("每年12月31日 10:00", at(yearly(12, 31), &[(10, 0)])),
            ("春节前最后一个工作日 16:00", at(before(1, "春节"), &[(16, 0)])),
            ("国庆节后第一个工作日 9:00", at(after(1, "国庆节"), &[(9, 0)])),
            ("2026年12月31日 9:00", at(once(2026, 12, 31), &[(9, 0)])),
            ("每30分钟", grid(Days::Every, 1800, (0, 0), (24, 0))),
            ("工作日 9:00-18:00 每30分钟", grid(Days::Workdays, 1800, (9, 0), (18, 0))),
            // Days in other words.
            ("每个工作日的9:00", at(Days::Workdays, &[(9, 0)])),
            ("每工作日９：００，１３：３０", at(Days::Workdays, &[(9, 0), (13, 30)])),
            ("工作日9:00", at(Days::Workdays, &[(9, 0)])),
            ("每個工作日上午9點", at(Days::Workdays, &[(9, 0)])),
            ("天天8点半", at(Days::Every, &[(8, 30)])),
            ("每日8:30", at(Days::Every, &[(8, 30)])),
            ("每逢周五17:00", at(on(&[Friday]), &[(17, 0)])),
            ("每星期五17点", at(on(&[Friday]), &[(17, 0)])),
            ("每个礼拜天 17:00", at(on(&[Sunday]), &[(17, 0)])),
            ("每周5 17:00", at(on(&[Friday]), &[(17, 0)])),
            ("每周一三五9点", at(on(&[Monday, Wednesday, Friday]), &[(9, 0)])),
            ("每周六日9点", at(on(&[Saturday, Sunday]), &[(9, 0)])),
            ("每周六、日 9:00", at(on(&[Saturday, Sunday]), &[(9, 0)])),
            ("每周末 9:00", at(on(&[Saturday, Sunday]), &[(9, 0)])),
            ("周一到周三、周五 9:00", at(on(&[Monday, Tuesday, Wednesday, Friday]), &[(9, 0)])),
            ("周一至五每天9:00", at(weekdays(), &[(9, 0)])),
            ("每周一和周四的下午3点", at(on(&[Monday, Thursday]), &[(15, 0)])),
            ("每周二十点", at(on(&[Tuesday]), &[(10, 0)])),
            ("隔周周五17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("隔周五17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("每隔一周的周五 17:00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("每2个星期的星期一、星期三 9:00", at(n_weeks(2, &[Monday, Wednesday]), &[(9, 0)])),
            ("每月1号9:00", at(month(&[1]), &[(9, 0)])),
            ("每个月的十五号上午9点", at(month(&[15]), &[(9, 0)])),
            ("每月1日和15日 9:00", at(month(&[1, 15]), &[(9, 0)])),
            ("每月1、15日 9:00", at(month(&[1, 15]), &[(9, 0)])),
            ("每月1日至3日 9:00", at(month(&[1, 2, 3]), &[(9, 0)])),
            ("每月15日和最后一天 9:00", at(month(&[15, -1]), &[(9, 0)])),
            ("每月倒数第二天 9:00", at(month(&[-2]), &[(9, 0)])),
            ("月末18:00", at(month(&[-1]), &[(18, 0)])),
            ("每月月底18:00", at(month(&[-1]), &[(18, 0)])),
            ("每个月第2个星期二 10:00", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("每月倒数第二个周五 10:00", at(nth_day(-2, Friday), &[(10, 0)])),
            ("每周第一个工作日9:30", at(nth(1, Period::Week), &[(9, 30)])),
            ("每季度最后一个工作日15:00", at(nth(-1, Period::Quarter), &[(15, 0)])),
            ("每年的首个工作日 9:00", at(nth(1, Period::Year), &[(9, 0)])),
            ("每月倒数第3个工作日 18:00", at(nth(-3, Period::Month), &[(18, 0)])),
            ("月底最后一个工作日 17:00", at(nth(-1, Period::Month), &[(17, 0)])),
            ("每个节假日前的最后一个工作日 16:00", at(before(1, ""), &[(16, 0)])),
            ("放假前倒数第二个工作日 16:00", at(before(2, ""), &[(16, 0)])),
            ("法定节假日之后第一个工作日 9:00", at(after(1, ""), &[(9, 0)])),
            ("每年春节前最后一个工作日下午4点", at(before(1, "春节"), &[(16, 0)])),
            ("16:00 春节前最后一个工作日", at(before(1, "春节"), &[(16, 0)])),
            ("国庆长假后第一个工作日 9:00", at(after(1, "国庆"), &[(9, 0)])),
            ("“五一”后第一个工作日 9:00", at(after(1, "五一"), &[(9, 0)])),
            ("十一后第一个工作日 9:00", at(after(1, "十一"), &[(9, 0)])),
            ("隔一个工作日 9:00", at(Days::EveryNWorkdays { n: 2 }, &[(9, 0)])),
            ("每年十二月三十一日 10:00", at(yearly(12, 31), &[(10, 0)])),
            ("2026-12-31 下午2点", at(once(2026, 12, 31), &[(14, 0)])),
            ("2026 年 12 月 31 日 9 点", at(once(2026, 12, 31), &[(9, 0)])),
            // Times in other words.
            ("每天下午五点", at(Days::Every, &[(17, 0)])),
            ("每天早上8点", at(Days::Every, &[(8, 0)])),
            ("每天中午", at(Days::Every, &[(12, 0)])),
            ("每天中午12点", at(Days::Every, &[(12, 0)])),
            ("每天中午1点", at(Days::Every, &[(13, 0)])),
            ("每天晚上8点", at(Days::Every, &[(20, 0)])),
            ("每天傍晚6点一刻", at(Days::Every, &[(18, 15)])),
            ("每天凌晨两点半", at(Days::Every, &[(2, 30)])),
            ("每天凌晨12点", at(Days::Every, &[(0, 0)])),
            ("每天9点05分", at(Days::Every, &[(9, 5)])),
            ("每天九点零五分", at(Days::Every, &[(9, 5)])),
            ("每天9时30分", at(Days::Every, &[(9, 30)])),
            ("每天二十三点", at(Days::Every, &[(23, 0)])),
            ("每天下午5点半、上午9:00", at(Days::Every, &[(9, 0), (17, 30)])),
            ("每天上午9点下午5点", at(Days::Every, &[(9, 0), (17, 0)])),
            ("每天上午9点和下午17:30", at(Days::Every, &[(9, 0), (17, 30)])),
            ("9:00 每个工作日", at(Days::Workdays, &[(9, 0)])),
            ("每小时", grid(Days::Every, 3600, (0, 0), (24, 0))),
            ("每半小时", grid(Days::Every, 1800, (0, 0), (24, 0))),
            ("每个工作日每隔两个小时", grid(Days::Workdays, 7200, (0, 0), (24, 0))),
            ("工作日上午9点到下午6点每小时", grid(Days::Workdays, 3600, (9, 0), (18, 0))),
            ("工作日9-18点每小时", grid(Days::Workdays, 3600, (9, 0), (18, 0))),
            ("每天在9:00和18:00之间每隔30分钟", grid(Days::Every, 1800, (9, 0), (18, 0))),
            ("每周一从9点至18点之间每90秒", grid(on(&[Monday]), 90, (9, 0), (18, 0))),
        ],
    );
}

#[test]
fn indonesian_phrases_mean_what_they_say() {
    all_mean(
        Language::Indonesian,
        &[
            // The contract's table.
            ("setiap hari pukul 08.30", at(Days::Every, &[(8, 30)])),
            ("setiap hari kerja pukul 09.00", at(Days::Workdays, &[(9, 0)])),
            ("setiap Senin sampai Jumat pukul 09.00", at(weekdays(), &[(9, 0)])),
            ("setiap hari libur pukul 10.00", at(Days::DaysOff, &[(10, 0)])),
            ("setiap Jumat pukul 17.00", at(on(&[Friday]), &[(17, 0)])),
            ("tanggal 15 setiap bulan pukul 09.00", at(month(&[15]), &[(9, 0)])),
            (
                "hari kerja terakhir setiap bulan pukul 17.00",
                at(nth(-1, Period::Month), &[(17, 0)]),
            ),
            // The rows it shows in other languages.
            ("setiap hari kerja pengganti pukul 08.30", at(Days::MakeUpWorkdays, &[(8, 30)])),
            (
                "setiap Senin, Rabu dan Jumat pukul 17.00",
                at(on(&[Monday, Wednesday, Friday]), &[(17, 0)]),
            ),
            ("setiap 2 minggu pada hari Jumat pukul 17.00", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            (
                "setiap dua minggu sekali hari Minggu pukul 17.00",
                at(n_weeks(2, &[Sunday]), &[(17, 0)]),
            ),
            ("hari terakhir setiap bulan pukul 18.00", at(month(&[-1]), &[(18, 0)])),
            ("tanggal 1 dan 15 setiap bulan pukul 09.00", at(month(&[1, 15]), &[(9, 0)])),
            ("setiap tanggal 15 pukul 09.00", at(month(&[15]), &[(9, 0)])),
            ("setiap akhir bulan pukul 18.00", at(month(&[-1]), &[(18, 0)])),
            ("Selasa kedua setiap bulan pukul 10.00", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("hari Minggu terakhir setiap bulan pukul 10.00", at(nth_day(-1, Sunday), &[(10, 0)])),
            ("hari kerja pertama setiap minggu pukul 09.30", at(nth(1, Period::Week), &[(9, 30)])),
            ("hari kerja ke-10 setiap bulan pukul 09.00", at(nth(10, Period::Month), &[(9, 0)])),
            (
                "hari kerja ke-3 dari akhir setiap bulan pukul 18.00",
                at(nth(-3, Period::Month), &[(18, 0)]),
            ),
            (
                "hari kerja terakhir setiap triwulan pukul 15.00",
                at(nth(-1, Period::Quarter), &[(15, 0)]),
            ),
            (
                "hari kerja terakhir sebelum setiap libur nasional pukul 16.00",
                at(before(1, ""), &[(16, 0)]),
            ),
            ("hari kerja pertama setelah libur nasional pukul 09.00", at(after(1, ""), &[(9, 0)])),
            (
                "hari kerja terakhir sebelum Lebaran pukul 16.00",
                at(before(1, "Lebaran"), &[(16, 0)]),
            ),
            (
                "hari kerja pertama setelah libur Idul Fitri jam 9",
                at(after(1, "Idul Fitri"), &[(9, 0)]),
            ),
            ("setiap 3 hari kerja pukul 11.00", at(Days::EveryNWorkdays { n: 3 }, &[(11, 0)])),
            ("setiap tanggal 31 Desember pukul 10.00", at(yearly(12, 31), &[(10, 0)])),
            ("setiap tahun pada 31 Desember pukul 10.00", at(yearly(12, 31), &[(10, 0)])),
            ("tanggal 31 Desember 2026 pukul 09.00", at(once(2026, 12, 31), &[(9, 0)])),
            ("setiap 30 menit", grid(Days::Every, 1800, (0, 0), (24, 0))),
            ("setiap jam pada hari kerja", grid(Days::Workdays, 3600, (0, 0), (24, 0))),
            (
                "setiap 2 jam antara pukul 09.00 dan 18.00 pada hari kerja",
                grid(Days::Workdays, 7200, (9, 0), (18, 0)),
            ),
            (
                "hari kerja dari jam 9 sampai jam 18 setiap 30 menit",
                grid(Days::Workdays, 1800, (9, 0), (18, 0)),
            ),
            // Days and times in other words.
            ("tiap hari kerja jam 9 pagi dan jam 5 sore", at(Days::Workdays, &[(9, 0), (17, 0)])),
            ("setiap hari jam 12 siang", at(Days::Every, &[(12, 0)])),
            ("setiap hari jam 1 siang", at(Days::Every, &[(13, 0)])),
            ("setiap hari pukul 7 malam", at(Days::Every, &[(19, 0)])),
            ("setiap hari Sabtu dan Minggu pukul 09.00", at(on(&[Saturday, Sunday]), &[(9, 0)])),
            (
                "setiap hari Minggu pukul 09:00:15",
                Recurrence {
                    days: on(&[Sunday]),
                    times: Times::At(vec![Time::constant(9, 0, 15, 0)]),
                },
            ),
            ("pukul 09.00, 13.30 setiap hari kerja", at(Days::Workdays, &[(9, 0), (13, 30)])),
        ],
    );
}

#[test]
fn portuguese_phrases_mean_what_they_say() {
    all_mean(
        Language::Portuguese,
        &[
            // The contract's table.
            ("todos os dias às 8h30", at(Days::Every, &[(8, 30)])),
            ("todo dia útil às 9h", at(Days::Workdays, &[(9, 0)])),
            ("de segunda a sexta às 9h", at(weekdays(), &[(9, 0)])),
            ("todo dia de folga às 10h", at(Days::DaysOff, &[(10, 0)])),
            ("toda sexta-feira às 17h", at(on(&[Friday]), &[(17, 0)])),
            ("dia 15 de cada mês às 9h", at(month(&[15]), &[(9, 0)])),
            ("último dia útil de cada mês às 17h", at(nth(-1, Period::Month), &[(17, 0)])),
            // The rows it shows in other languages.
            ("todo dia útil de reposição às 8h30", at(Days::MakeUpWorkdays, &[(8, 30)])),
            (
                "toda segunda, quarta e sexta às 17h",
                at(on(&[Monday, Wednesday, Friday]), &[(17, 0)]),
            ),
            ("todas as segundas e quintas-feiras às 17h", at(on(&[Monday, Thursday]), &[(17, 0)])),
            ("todo sábado à 1h", at(on(&[Saturday]), &[(1, 0)])),
            ("toda 2ª feira às 9h", at(on(&[Monday]), &[(9, 0)])),
            ("a cada 2 semanas na sexta-feira às 17h", at(n_weeks(2, &[Friday]), &[(17, 0)])),
            ("último dia de cada mês às 18h", at(month(&[-1]), &[(18, 0)])),
            ("penúltimo dia de cada mês às 18h", at(month(&[-2]), &[(18, 0)])),
            ("dias 1º e 15 de cada mês às 9h", at(month(&[1, 15]), &[(9, 0)])),
            ("todo dia 15 às 9h", at(month(&[15]), &[(9, 0)])),
            ("todo mês no dia 15 às 9h", at(month(&[15]), &[(9, 0)])),
            ("no fim de cada mês às 18h", at(month(&[-1]), &[(18, 0)])),
            ("2ª terça-feira de cada mês às 10h", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("a segunda terça-feira do mês às 10h", at(nth_day(2, Tuesday), &[(10, 0)])),
            ("segunda segunda de cada mês às 10h", at(nth_day(2, Monday), &[(10, 0)])),
            ("a última sexta de cada mês às 17h", at(nth_day(-1, Friday), &[(17, 0)])),
            ("primeiro dia útil de cada semana às 9h30", at(nth(1, Period::Week), &[(9, 30)])),
            ("o 10o dia útil de cada mês às 9h", at(nth(10, Period::Month), &[(9, 0)])),
            ("antepenúltimo dia útil de cada mês às 18h", at(nth(-3, Period::Month), &[(18, 0)])),
            ("último dia útil de cada trimestre às 15h", at(nth(-1, Period::Quarter), &[(15, 0)])),
            ("último dia útil antes de cada feriado às 16h", at(before(1, ""), &[(16, 0)])),
            ("penúltimo dia útil antes de cada feriado às 10h", at(before(2, ""), &[(10, 0)])),
            ("primeiro dia útil depois do feriado às 9h", at(after(1, ""), &[(9, 0)])),
            ("último dia útil antes do Carnaval às 16h", at(before(1, "Carnaval"), &[(16, 0)])),
            (
                "primeiro dia útil após o feriado de Corpus Christi às 9h",
                at(after(1, "Corpus Christi"), &[(9, 0)]),
            ),
            ("a cada 3 dias úteis às 11h", at(Days::EveryNWorkdays { n: 3 }, &[(11, 0)])),
            ("todo dia 31 de dezembro às 10h", at(yearly(12, 31), &[(10, 0)])),
            ("todo ano em 31 de dezembro às 10h", at(yearly(12, 31), &[(10, 0)])),
            ("em 31 de dezembro de 2026 às 9h", at(once(2026, 12, 31), &[(9, 0)])),
            ("a cada 30 minutos", grid(Days::Every, 1800, (0, 0), (24, 0))),
            (
                "a cada 2 horas entre 9h e 18h em dias úteis",
                grid(Days::Workdays, 7200, (9, 0), (18, 0)),
            ),
            (
                "a cada meia hora das 9h às 18h, todo dia útil",
                grid(Days::Workdays, 1800, (9, 0), (18, 0)),
            ),
            ("dias úteis de 9h a 18h a cada hora", grid(Days::Workdays, 3600, (9, 0), (18, 0))),
            // Days and times in other words.
            ("todo dia util as 9:00", at(Days::Workdays, &[(9, 0)])),
            ("nos dias úteis às 9h e às 13h30", at(Days::Workdays, &[(9, 0), (13, 30)])),
            ("todo dia útil às 9 da manhã e às 5 da tarde", at(Days::Workdays, &[(9, 0), (17, 0)])),
            ("todo dia útil às 9 e meia", at(Days::Workdays, &[(9, 30)])),
            ("todos os dias ao meio-dia", at(Days::Every, &[(12, 0)])),
            ("todos os dias à meia-noite", at(Days::Every, &[(0, 0)])),
            ("TODO DIA U\u{301}TIL ÀS 9H30MIN", at(Days::Workdays, &[(9, 30)])),
        ],
    );
}

#[test]
fn a_folder_is_waited_for_in_every_language() {
    let folder = |name: &str| Phrase::OnChange { folder: name.to_owned() };
    for (text, language, name) in [
        ("on change of policies/", Language::English, "policies/"),
        ("policies/ 更新时", Language::Chinese, "policies/"),
        ("当“规章 制度/”有更新时", Language::Chinese, "规章 制度/"),
        ("saat policies/ berubah", Language::Indonesian, "policies/"),
        ("quando Políticas/ mudar", Language::Portuguese, "Políticas/"),
    ] {
        assert_eq!(parsed(text), Ok(Parsed { phrase: folder(name), language }), "{text}");
    }
    for language in Language::ALL {
        for name in ["policies/", "a b/"] {
            let said = folder(name).words(language);
            assert_eq!(parsed(&said), Ok(Parsed { phrase: folder(name), language }), "{said}");
        }
    }
    assert!(parsed("on change of policies/ at 9:00").is_err());
    assert!(parsed("更新时").is_err());
}
