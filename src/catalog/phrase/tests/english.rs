//! English phrases.
#![expect(clippy::too_many_lines, reason = "a table")]

use super::means::*;
use super::*;

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
