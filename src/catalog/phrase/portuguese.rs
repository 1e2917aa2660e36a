//! Portuguese words. They are read with or without their accents.

use jiff::civil::{Time, Weekday};

use crate::model::language::Language;
use crate::model::recurrence::MonthDay;

use super::lexicon::Tongue;
use super::speech::Speech;
use super::token::DayPart;
use super::token::Word::{
    A, AGrave, After, And, At, Before, Between, Day, DayOff, DecemberOrTen, End, Every, Filler,
    From, Half, Holiday, Hour, HourMark, HourMarkOrHour, Last, MakeUp, Minute, Month, MonthName,
    Number, Ordinal, OrdinalMark, OrdinalMarkOrFiller, OrdinalOrSecond, PartAfter, Quarter, Second,
    To, Week, Weekday as On, WeekdayOrOrdinal, Weekend, Workday, Year,
};

/// Portuguese.
pub(super) const TONGUE: Tongue = Tongue {
    language: Language::Portuguese,
    words: &[
        (
            &[Filler],
            "os | de | do | da | dos | em | no | na | nos | nas | ao | aos | uma vez | por",
        ),
        (
            &[Every],
            "todo | toda | todos os | todas as | todo o | toda a | todos | todas | cada | a cada",
        ),
        (&[Every, Day], "diariamente"),
        (&[Every, Week], "semanalmente"),
        (&[Every, Month], "mensalmente"),
        (&[Every, Quarter], "trimestralmente"),
        (&[Every, Year], "anualmente"),
        (&[Day], "dia | dias"),
        (&[Week], "semana | semanas"),
        (&[Month], "mês | meses"),
        (&[Quarter], "trimestre | trimestres"),
        (&[Year], "ano | anos"),
        (&[Hour], "hora"),
        (&[HourMarkOrHour], "h | horas"),
        (&[HourMark], "hs | em ponto"),
        (&[Minute], "minuto | minutos | min"),
        (&[Second], "segundos"),
        (&[Half], "meia"),
        (&[Half, Hour], "meia hora"),
        (&[Workday], "dia útil | dias úteis | dia de trabalho | dias de trabalho"),
        (
            &[MakeUp],
            "dia útil de reposição | dias úteis de reposição | dia de reposição | dias de reposição | dia útil de compensação | dias úteis de compensação | dia de compensação",
        ),
        (
            &[DayOff],
            "dia de folga | dias de folga | folga | folgas | dia de descanso | dias de descanso | dia não útil | dias não úteis",
        ),
        (&[Holiday], "feriado | feriados | feriado nacional | feriados nacionais | feriadão"),
        (&[Weekend], "fim de semana | fins de semana | final de semana | finais de semana"),
        (&[WeekdayOrOrdinal(Weekday::Monday)], "segunda"),
        (&[WeekdayOrOrdinal(Weekday::Wednesday)], "quarta"),
        (&[WeekdayOrOrdinal(Weekday::Thursday)], "quinta"),
        (&[WeekdayOrOrdinal(Weekday::Friday)], "sexta"),
        (
            &[On(Weekday::Monday)],
            "segunda-feira | segundas-feiras | segunda feira | segundas | seg | 2ª-feira | 2ª feira | 2a feira",
        ),
        (
            &[On(Weekday::Tuesday)],
            "terça-feira | terças-feiras | terça feira | terça | terças | ter | 3ª-feira | 3ª feira | 3a feira",
        ),
        (
            &[On(Weekday::Wednesday)],
            "quarta-feira | quartas-feiras | quarta feira | quartas | qua | 4ª-feira | 4ª feira | 4a feira",
        ),
        (
            &[On(Weekday::Thursday)],
            "quinta-feira | quintas-feiras | quinta feira | quintas | qui | 5ª-feira | 5ª feira | 5a feira",
        ),
        (
            &[On(Weekday::Friday)],
            "sexta-feira | sextas-feiras | sexta feira | sextas | sex | 6ª-feira | 6ª feira | 6a feira",
        ),
        (&[On(Weekday::Saturday)], "sábado | sábados | sáb"),
        (&[On(Weekday::Sunday)], "domingo | domingos | dom"),
        (&[MonthName(1)], "janeiro | jan"),
        (&[MonthName(2)], "fevereiro | fev"),
        (&[MonthName(3)], "março | mar"),
        (&[MonthName(4)], "abril | abr"),
        (&[MonthName(5)], "maio | mai"),
        (&[MonthName(6)], "junho | jun"),
        (&[MonthName(7)], "julho | jul"),
        (&[MonthName(8)], "agosto | ago"),
        (&[MonthName(9)], "setembro | set"),
        (&[MonthName(10)], "outubro | out"),
        (&[MonthName(11)], "novembro | nov"),
        (&[MonthName(12)], "dezembro"),
        (&[DecemberOrTen], "dez"),
        (&[Last], "último | última | a contar do fim | a partir do fim"),
        (&[Ordinal(2), Last], "penúltimo | penúltima"),
        (&[Ordinal(3), Last], "antepenúltimo | antepenúltima"),
        (&[End], "fim | final"),
        (&[OrdinalMark], "º | ª | .º | .ª"),
        (&[OrdinalMarkOrFiller], "o"),
        (&[A], "a"),
        (&[AGrave], "à"),
        (&[OrdinalOrSecond], "segundo"),
        (&[Ordinal(1)], "primeiro | primeira"),
        (&[Ordinal(3)], "terceiro | terceira"),
        (&[Ordinal(4)], "quarto"),
        (&[Ordinal(5)], "quinto"),
        (&[Ordinal(6)], "sexto"),
        (&[Ordinal(7)], "sétimo"),
        (&[Ordinal(8)], "oitavo"),
        (&[Ordinal(9)], "nono"),
        (&[Ordinal(10)], "décimo"),
        (&[Number(1)], "um | uma"),
        (&[Number(2)], "dois | duas"),
        (&[Number(3)], "três"),
        (&[Number(4)], "quatro"),
        (&[Number(5)], "cinco"),
        (&[Number(6)], "seis"),
        (&[Number(7)], "sete"),
        (&[Number(8)], "oito"),
        (&[Number(9)], "nove"),
        (&[Number(11)], "onze"),
        (&[Number(12)], "doze"),
        (&[Number(15)], "quinze"),
        (&[Number(20)], "vinte"),
        (&[Number(30)], "trinta"),
        (&[Before], "antes | antes de | antes do | antes da | véspera"),
        (&[After], "depois | depois de | depois do | depois da | após | após o | após a"),
        (&[And], "e"),
        (&[To], "até | até as | até às"),
        (&[Between], "entre | entre as | entre às"),
        (&[From], "das | desde | a partir das | a partir de"),
        (&[At], "às | as | pelas"),
        (&[PartAfter(DayPart::Am)], "am"),
        (&[PartAfter(DayPart::Pm)], "pm"),
        (&[PartAfter(DayPart::SmallHours)], "da madrugada"),
        (&[PartAfter(DayPart::Morning)], "da manhã"),
        (&[PartAfter(DayPart::Noon)], "meio-dia | meio dia"),
        (&[PartAfter(DayPart::Afternoon)], "da tarde"),
        (&[PartAfter(DayPart::Night)], "da noite"),
        (&[PartAfter(DayPart::Midnight)], "meia-noite | meia noite"),
    ],
    changes: &[
        ("ao mudar ", ""),
        ("a cada mudança em ", ""),
        ("a cada mudança de ", ""),
        ("quando ", " mudar"),
        ("sempre que ", " mudar"),
    ],
    minutes_after_and: true,
    speech: SPEECH,
};

const SPEECH: Speech = Speech {
    every_day: "todos os dias",
    workdays: "todo dia útil",
    monday_to_friday: "de segunda a sexta",
    days_off: "todo dia de folga",
    make_up: "todo dia útil de reposição",
    weekdays: ["toda {weekdays}", "todo {weekdays}"],
    n_weeks: ["a cada {n} semanas na {weekdays}", "a cada {n} semanas no {weekdays}"],
    month_days: "{days} de cada mês",
    month_day_prefix: ["dia ", "dias "],
    month_day,
    nth_weekday: "{nth} {weekday} de cada mês",
    nth_workday: "{nth} dia útil de cada {period}",
    before_holiday: "{nth} dia útil antes de {holiday}",
    after_holiday: "{nth} dia útil depois de {holiday}",
    holiday: "cada feriado",
    n_workdays: "a cada {n} dias úteis",
    yearly: "todo dia {day} de {month}",
    date: "{day} de {month} de {year}",
    count: |n| n.to_string(),
    nth,
    weekday_names: WEEKDAYS,
    further_weekdays: WEEKDAYS,
    is_masculine: |day| matches!(day, Weekday::Saturday | Weekday::Sunday),
    to: None,
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    periods: ["semana", "mês", "trimestre", "ano"],
    comma: ", ",
    and: " e ",
    time,
    at: |time| if time.hour() == 1 { " à " } else { " às " },
    grid: "{step}{span}{days}",
    span: " entre {from} e {to}",
    end_of_day: "24h",
    on_days: ", {days}",
    on_workdays: " em dias úteis",
    steps: [
        ["a cada hora", "a cada {n} horas"],
        ["a cada minuto", "a cada {n} minutos"],
        ["a cada 1 segundo", "a cada {n} segundos"],
    ],
    cron_times: " nos minutos {minutes} das horas {hours}",
    on_change: "quando {folder} mudar",
};

const WEEKDAYS: [&str; 7] = [
    "segunda-feira",
    "terça-feira",
    "quarta-feira",
    "quinta-feira",
    "sexta-feira",
    "sábado",
    "domingo",
];

fn time(time: Time) -> String {
    match (time.hour(), time.minute(), time.second()) {
        (hour, 0, 0) => format!("{hour}h"),
        (hour, minute, 0) => format!("{hour}h{minute:02}"),
        (hour, minute, second) => format!("{hour}:{minute:02}:{second:02}"),
    }
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(n) => n.to_string(),
        MonthDay::FromEnd(n) => format!("{} dia", nth(i16::from(n).saturating_neg(), true)),
    }
}

fn nth(n: i16, masculine: bool) -> String {
    let ending = if masculine { "o" } else { "a" };
    let mark = if masculine { "º" } else { "ª" };
    match n {
        1 => format!("primeir{ending}"),
        -1 => format!("últim{ending}"),
        -2 => format!("penúltim{ending}"),
        -3 => format!("antepenúltim{ending}"),
        n if n < 0 => format!("{}{mark} últim{ending}", n.unsigned_abs()),
        n => format!("{n}{mark}"),
    }
}
