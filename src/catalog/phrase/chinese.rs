//! Chinese words. Traditional characters are read as their simplified forms.

use jiff::civil::{Time, Weekday};

use crate::model::language::Language;
use crate::model::recurrence::MonthDay;

use super::lexicon::Tongue;
use super::speech::Speech;
use super::token::DayPart;
use super::token::Word::{
    After, And, At, Before, Between, Biweekly, DateMark, DateOrSunday, Day, DayOff, End, Every,
    Except, Filler, FirstOf, From, Half, Holiday, Hour, HourMark, HourMarkOrHour, Last, MakeUp,
    Minus, Minute, Month, Months, NextDay, Number, Once, Ordinal, OrdinalMark, Other, PartAfter,
    PartBefore, Plus, Quarter, QuarterHour, Second, Start, To, Week, Weekday as On, Weekend,
    Workday, Year, Zone,
};

/// Chinese.
pub(super) const TONGUE: Tongue = Tongue {
    language: Language::Chinese,
    words: &[
        (
            &[Filler],
            "的 | 个 | 在 | 于 | 当 | 都 | 那天 | 当天 | 这天 | 整 | 外 | 以外 | 之外 | 两次 | 二次 | 三次 | 四次 | 2次 | 3次 | 4次",
        ),
        (&[Once], "次 | 一次 | 1次"),
        (&[Week, Once], "周一次 | 星期一次 | 礼拜一次"),
        (&[Every], "每 | 每个 | 每一个 | 每逢 | 逢 | 每到 | 各 | 每一 | 所有 | 所有的 | 全部"),
        (&[Every, Other], "每隔 | 隔 | 间隔"),
        (&[Every, Number(1), Half, Hour], "每一个半小时"),
        (&[Every, Biweekly], "双周 | 每双周"),
        (&[Every, Day], "每天 | 每日 | 天天 | 日日 | 每一天"),
        (&[Day], "天"),
        (&[DateOrSunday], "日"),
        (&[DateMark], "号"),
        (&[Week], "周 | 星期 | 礼拜"),
        (&[Month], "月 | 月份"),
        (&[Months], "个月"),
        (&[Quarter], "季度 | 季"),
        (&[Year], "年 | 年度"),
        (&[Hour], "小时 | 钟头"),
        (&[Minute], "分钟 | 分"),
        (&[Second], "秒 | 秒钟"),
        (&[HourMark], "点 | 时 | 点钟 | 点整"),
        (&[HourMarkOrHour], "h"),
        (&[QuarterHour], "刻 | 刻钟"),
        (&[Half], "半"),
        (&[Workday], "工作日 | 上班日 | 工作天"),
        (&[Ordinal(1), Workday], "上班第一天 | 第一天上班 | 上班首日 | 首个上班日"),
        (
            &[MakeUp],
            "调休上班日 | 调休工作日 | 调休补班日 | 补班日 | 调休班日 | 补班工作日 | 调班日 | 补班 | 周末上班日",
        ),
        (
            &[DayOff],
            "休息日 | 非工作日 | 休假日 | 公休日 | 放假日 | 周末和节假日 | 周末及节假日 | 周末、节假日 | 节假日和周末 | 节假日及周末 | 双休日和节假日",
        ),
        (
            &[Holiday],
            "节假日 | 法定节假日 | 法定假日 | 节日 | 假日 | 假期 | 长假 | 小长假 | 放假 | 节 | 法定假期 | 公众假期",
        ),
        (&[Weekend], "周末 | 双休日"),
        (&[On(Weekday::Monday)], "周一 | 星期一 | 礼拜一"),
        (&[On(Weekday::Tuesday)], "周二 | 星期二 | 礼拜二"),
        (&[On(Weekday::Wednesday)], "周三 | 星期三 | 礼拜三"),
        (&[On(Weekday::Thursday)], "周四 | 星期四 | 礼拜四"),
        (&[On(Weekday::Friday)], "周五 | 星期五 | 礼拜五"),
        (&[On(Weekday::Saturday)], "周六 | 星期六 | 礼拜六"),
        (&[On(Weekday::Sunday)], "周日 | 周天 | 星期日 | 星期天 | 礼拜日 | 礼拜天"),
        (&[Last], "最后 | 倒数"),
        (&[Ordinal(1)], "首 | 头一"),
        (&[Ordinal(1), Day], "首日"),
        (&[Last, Day], "末日"),
        (&[Month, Last, Day], "月末日"),
        (&[FirstOf], "头"),
        (&[Month, End], "月底 | 月末"),
        (&[Quarter, End], "季末 | 季底 | 季度末"),
        (&[Year, End], "年底 | 年末"),
        (&[Month, Start], "月初"),
        (&[Quarter, Start], "季初 | 季度初"),
        (&[Year, Start], "年初"),
        (&[OrdinalMark], "第"),
        (&[Before], "前 | 之前 | 以前"),
        (&[After], "后 | 之后 | 以后"),
        (&[Except], "除 | 除了"),
        (&[Plus], "过 | 过了"),
        (&[Minus], "差"),
        (&[NextDay], "次日 | 翌日"),
        (&[Zone], "北京时间 | 当地时间 | utc | gmt"),
        (&[And], "和 | 与 | 及 | 以及 | 跟"),
        (&[To], "至 | 到"),
        (&[Between], "之间 | 期间"),
        (&[From], "从 | 自"),
        (&[At], "at"),
        (&[PartBefore(DayPart::SmallHours)], "凌晨"),
        (&[PartBefore(DayPart::Morning)], "早上 | 早晨 | 清晨 | 上午 | 早"),
        (&[PartBefore(DayPart::Noon)], "中午 | 正午"),
        (&[PartBefore(DayPart::Afternoon)], "下午 | 午后"),
        (&[PartBefore(DayPart::Evening)], "傍晚"),
        (&[PartBefore(DayPart::Night)], "晚上 | 夜里 | 夜晚 | 晚间 | 晚 | 夜间 | 半夜 | 深夜"),
        (&[PartBefore(DayPart::Midnight)], "午夜"),
        (&[PartAfter(DayPart::Am)], "am | a.m."),
        (&[PartAfter(DayPart::Pm)], "pm | p.m."),
    ],
    cardinals: &[],
    ordinals: &[],
    changes: &[
        ("当", "有更新时"),
        ("当", "更新时"),
        ("当", "有变化时"),
        ("当", "变化时"),
        ("", "有更新时"),
        ("", "更新时"),
        ("", "有变化时"),
        ("", "变化时"),
        ("", "变更时"),
        ("", "改变时"),
    ],
    minutes_after_and: false,
    every_nth_of_month: false,
    speech: SPEECH,
};

const SPEECH: Speech = Speech {
    every_day: "每天",
    workdays: "每个工作日",
    monday_to_friday: "每周一至周五",
    days_off: "每个休息日",
    make_up: "每个调休上班日",
    weekdays: ["每{weekdays}"; 2],
    n_weeks: ["每{n}周{weekdays}"; 2],
    of_period: "每{period}{what}",
    of_months: "每年{months}的{what}",
    month_day_prefix: ["", ""],
    month_day,
    nth_weekday: "{nth}{weekday}",
    nth_workday: "{nth}工作日",
    before_holiday: "{holiday}前{nth}工作日",
    after_holiday: "{holiday}后{nth}工作日",
    holiday: "节假日",
    n_workdays: "每{n}个工作日",
    yearly: "每年{dates}",
    year_day: "{month}{day}日",
    once: "{dates}",
    date: "{year}年{month}{day}日",
    count: |n| if n == 2 { "两".into() } else { n.to_string() },
    nth: |n, _| format!("{}个", nth(n)),
    weekday_names: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    further_weekdays: ["一", "二", "三", "四", "五", "六", "日"],
    is_masculine: |_| false,
    to: Some("至"),
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    periods: ["周", "月", "季度", "年"],
    comma: "、",
    and: "、",
    time,
    at: |_| " ",
    grid: "{days}{span}{step}",
    span: "{from}-{to} ",
    night: "{from}-次日{to} ",
    end_of_day: "24:00",
    on_days: "{days} ",
    on_workdays: "工作日 ",
    steps: [["每小时", "每{n}小时"], ["每分钟", "每{n}分钟"], ["每秒", "每{n}秒"]],
    cron_times: " {hours}点的第{minutes}分",
    on_change: "{folder} 更新时",
};

fn time(time: Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    format!("{hour}:{minute:02}{seconds}")
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(n) => format!("{n}日"),
        MonthDay::FromEnd(n) => format!("{}天", nth(i16::from(n).saturating_neg())),
    }
}

/// 第三, 最后一, 倒数第二; a counter must follow.
fn nth(n: i16) -> String {
    match n {
        -1 => "最后一".into(),
        n if n < 0 => format!("倒数第{}", numeral(n.unsigned_abs())),
        n => format!("第{}", numeral(n.unsigned_abs())),
    }
}

/// Up to ten in characters, above in digits, as most people write them.
fn numeral(n: u16) -> String {
    const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let index = usize::from(n).checked_sub(1);
    index.and_then(|index| NUMERALS.get(index)).map_or_else(|| n.to_string(), |n| (*n).to_owned())
}
