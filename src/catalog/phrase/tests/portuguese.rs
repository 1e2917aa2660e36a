//! Portuguese phrases.
#![expect(clippy::too_many_lines, reason = "a table")]

use super::means::*;
use super::*;

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
            ("dia 15 de cada mês à 1h", at(month(&[15]), &[(1, 0)])),
            ("todo dia 15 à 1h", at(month(&[15]), &[(1, 0)])),
            (
                "segunda à sexta, a cada dez minutos de 9 a 18h",
                grid(weekdays(), 600, (9, 0), (18, 0)),
            ),
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
