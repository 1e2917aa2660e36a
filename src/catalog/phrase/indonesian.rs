//! Indonesian words.

use jiff::civil::{Time, Weekday};

use crate::model::language::Language;
use crate::model::recurrence::MonthDay;

use super::lexicon::Tongue;
use super::speech::Speech;
use super::token::DayPart;
use super::token::Word::{
    After, And, At, AtOrHour, Before, Between, DateMark, Day, DayOff, DayOrFiller, End, Every,
    Filler, From, Half, Holiday, Last, MakeUp, Minute, Month, MonthName, Number, Ordinal,
    OrdinalMark, Other, PartAfter, Quarter, Second, To, Week, WeekOrSunday, Weekday as On, Weekend,
    Workday, Year,
};

/// Indonesian.
pub(super) const TONGUE: Tongue = Tongue {
    language: Language::Indonesian,
    words: &[
        (&[Filler], "pada | di | dalam | sekali | yang | buah"),
        (&[Every], "setiap | tiap | tiap-tiap | saban | masing-masing"),
        (&[Every, Other], "selang"),
        (&[Every, Day], "harian | sehari-hari"),
        (&[Every, Week], "mingguan | seminggu sekali"),
        (&[Every, Month], "bulanan | sebulan sekali"),
        (&[Every, Year], "tahunan | setahun sekali"),
        (&[DayOrFiller], "hari"),
        (&[Day], "harinya"),
        (&[DateMark], "tanggal | tgl"),
        (&[WeekOrSunday], "minggu"),
        (&[Week], "pekan"),
        (&[Month], "bulan"),
        (&[Quarter], "kuartal | triwulan"),
        (&[Year], "tahun"),
        (&[AtOrHour], "jam"),
        (&[At], "pukul"),
        (&[Minute], "menit"),
        (&[Second], "detik"),
        (&[Half], "setengah"),
        (&[Workday], "hari kerja"),
        (&[MakeUp], "hari kerja pengganti | hari pengganti"),
        (&[DayOff], "hari libur | hari istirahat"),
        (
            &[Holiday],
            "libur | libur nasional | hari libur nasional | hari raya | hari besar | hari libur resmi | tanggal merah | libur panjang",
        ),
        (&[Weekend], "akhir pekan | akhir minggu"),
        (&[On(Weekday::Monday)], "senin | sen"),
        (&[On(Weekday::Tuesday)], "selasa | sel"),
        (&[On(Weekday::Wednesday)], "rabu | rab"),
        (&[On(Weekday::Thursday)], "kamis | kam"),
        (&[On(Weekday::Friday)], "jumat | jum'at | jum"),
        (&[On(Weekday::Saturday)], "sabtu | sab"),
        (&[On(Weekday::Sunday)], "ahad"),
        (&[MonthName(1)], "januari | jan"),
        (&[MonthName(2)], "februari | pebruari | feb"),
        (&[MonthName(3)], "maret | mar"),
        (&[MonthName(4)], "april | apr"),
        (&[MonthName(5)], "mei"),
        (&[MonthName(6)], "juni | jun"),
        (&[MonthName(7)], "juli | jul"),
        (&[MonthName(8)], "agustus | agu | agt"),
        (&[MonthName(9)], "september | sep"),
        (&[MonthName(10)], "oktober | okt"),
        (&[MonthName(11)], "november | nopember | nov"),
        (&[MonthName(12)], "desember | des"),
        (&[Last], "terakhir | dari akhir | dari belakang"),
        (&[End], "akhir"),
        (&[OrdinalMark], "ke- | ke"),
        (&[Ordinal(1)], "pertama"),
        (&[Ordinal(2)], "kedua"),
        (&[Ordinal(3)], "ketiga"),
        (&[Ordinal(4)], "keempat"),
        (&[Ordinal(5)], "kelima"),
        (&[Ordinal(6)], "keenam"),
        (&[Ordinal(7)], "ketujuh"),
        (&[Ordinal(8)], "kedelapan"),
        (&[Ordinal(9)], "kesembilan"),
        (&[Ordinal(10)], "kesepuluh"),
        (&[Number(1)], "satu"),
        (&[Number(2)], "dua"),
        (&[Number(3)], "tiga"),
        (&[Number(4)], "empat"),
        (&[Number(5)], "lima"),
        (&[Number(6)], "enam"),
        (&[Number(7)], "tujuh"),
        (&[Number(8)], "delapan"),
        (&[Number(9)], "sembilan"),
        (&[Number(10)], "sepuluh"),
        (&[Number(11)], "sebelas"),
        (&[Number(12)], "dua belas"),
        (&[Number(15)], "lima belas"),
        (&[Number(20)], "dua puluh"),
        (&[Number(30)], "tiga puluh"),
        (&[Before], "sebelum | menjelang"),
        (&[After], "setelah | sesudah | usai"),
        (&[And], "dan | serta"),
        (&[To], "sampai | sampai dengan | hingga | s.d. | s.d | s/d"),
        (&[Between], "antara"),
        (&[From], "dari | mulai"),
        (&[PartAfter(DayPart::Am)], "am"),
        (&[PartAfter(DayPart::Pm)], "pm"),
        (&[PartAfter(DayPart::SmallHours)], "dini hari"),
        (&[PartAfter(DayPart::Morning)], "pagi | pagi hari"),
        (&[PartAfter(DayPart::Noon)], "tengah hari"),
        (&[PartAfter(DayPart::Midday)], "siang | siang hari"),
        (&[PartAfter(DayPart::Afternoon)], "sore | sore hari | petang"),
        (&[PartAfter(DayPart::Night)], "malam | malam hari"),
        (&[PartAfter(DayPart::Midnight)], "tengah malam"),
        (&[Other], "lainnya"),
    ],
    changes: &[
        ("pada perubahan ", ""),
        ("setiap perubahan ", ""),
        ("saat ", " berubah"),
        ("ketika ", " berubah"),
        ("setiap kali ", " berubah"),
    ],
    minutes_after_and: false,
    speech: SPEECH,
};

const SPEECH: Speech = Speech {
    every_day: "setiap hari",
    workdays: "setiap hari kerja",
    monday_to_friday: "setiap Senin sampai Jumat",
    days_off: "setiap hari libur",
    make_up: "setiap hari kerja pengganti",
    // Minggu alone may be the week or Sunday; `hari` says which. Sunday is alone when it is first.
    weekdays: ["setiap {weekdays}", "setiap hari {weekdays}"],
    n_weeks: ["setiap {n} minggu pada hari {weekdays}"; 2],
    month_days: "{days} setiap bulan",
    month_day_prefix: ["tanggal "; 2],
    month_day,
    nth_weekday: "hari {weekday} {nth} setiap bulan",
    nth_workday: "hari kerja {nth} setiap {period}",
    before_holiday: "hari kerja {nth} sebelum {holiday}",
    after_holiday: "hari kerja {nth} setelah {holiday}",
    holiday: "setiap libur nasional",
    n_workdays: "setiap {n} hari kerja",
    yearly: "setiap tanggal {day} {month}",
    date: "tanggal {day} {month} {year}",
    count: |n| n.to_string(),
    nth: |n, _| nth(n),
    weekday_names: WEEKDAYS,
    further_weekdays: WEEKDAYS,
    is_masculine: |day| day == Weekday::Sunday,
    to: Some(" sampai "),
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    periods: ["minggu", "bulan", "kuartal", "tahun"],
    comma: ", ",
    and: " dan ",
    time,
    at: |_| " pukul ",
    grid: "{step}{span}{days}",
    span: " antara pukul {from} dan {to}",
    end_of_day: "24.00",
    on_days: " pada {days}",
    on_workdays: " pada hari kerja",
    steps: [
        ["setiap jam", "setiap {n} jam"],
        ["setiap menit", "setiap {n} menit"],
        ["setiap detik", "setiap {n} detik"],
    ],
    cron_times: " pada menit {minutes} dari jam {hours}",
    on_change: "saat {folder} berubah",
};

const WEEKDAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

fn time(time: Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let seconds = if second == 0 { String::new() } else { format!(".{second:02}") };
    format!("{hour:02}.{minute:02}{seconds}")
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(n) => n.to_string(),
        MonthDay::FromEnd(n) => format!("hari {}", nth(i16::from(n).saturating_neg())),
    }
}

fn nth(n: i16) -> String {
    match n {
        1 => "pertama".into(),
        -1 => "terakhir".into(),
        n if n < 0 => format!("ke-{} dari akhir", n.unsigned_abs()),
        n => format!("ke-{n}"),
    }
}
