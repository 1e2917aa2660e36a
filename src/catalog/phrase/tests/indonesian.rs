//! Indonesian phrases.
#![expect(clippy::too_many_lines, reason = "a table")]

use super::means::*;
use super::*;

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
