//! The table: medians, and how many times this service's number each one is.

use super::{
    cells::{FULL, Measure},
    contenders::{Contender, Kind},
    samples::Samples,
};

/// A column: its heading, the number's name, its digits behind the point.
type Column = (&'static str, &'static str, usize);

const LATENESS: [Column; 4] =
    [("p50 ms", "p50", 1), ("p99 ms", "p99", 1), ("max ms", "max", 1), ("messages/s", "rate", 0)];

const IDLE: [Column; 2] = [("CPU %", "cpu", 3), ("memory MB", "memory", 1)];

/// The lines of one measure's table.
pub(super) fn lines(measure: Measure, contenders: &[Contender], samples: &Samples) -> Vec<String> {
    let who: Vec<&Contender> =
        contenders.iter().filter(|contender| measure.applies(contender)).collect();
    match measure {
        Measure::Lateness(count) => {
            let heading = format!("{count} reminders on one second, each to its own target");
            let mut lines = columns(&heading, &LATENESS, measure, &who, samples);
            lines[2].push_str(" lost | doubled |");
            lines[3].push_str("---|---|");
            for (line, contender) in lines[4..].iter_mut().zip(&who) {
                for name in ["lost", "doubled"] {
                    let sum = samples.sum(&measure.key(contender.name), name);
                    line.push_str(&format!(" {} |", shown(sum, 0)));
                }
            }
            lines
        }
        Measure::Idle(count) => {
            columns(&format!("idle with {count} reminders"), &IDLE, measure, &who, samples)
        }
        Measure::Start(count) => {
            let heading = format!("from the start of the process to ready, {count} reminders");
            columns(&heading, &[("ms", "ms", 0)], measure, &who, samples)
        }
        Measure::Check(count) => {
            let key = measure.key(who[0].name);
            let (ms, bare) = (samples.median(&key, "ms"), samples.median(&key, "bare"));
            let times = ms.zip(bare).map(|(ms, bare)| ms / bare);
            vec![
                String::new(),
                format!(
                    "check of {count} reminders: {} ms; the YAML parser alone: {} ms ({} times)",
                    shown(ms, 0),
                    shown(bare, 0),
                    shown(times, 1)
                ),
            ]
        }
        Measure::Limits => {
            let of = |name| shown(samples.median("limits", name), 2);
            vec![
                String::new(),
                format!("limit: a bare timer and a bare socket write: {} ms late", of("timer")),
                format!("limit: one fsync of 4 kB: {} ms", of("fsync")),
            ]
        }
    }
}

fn columns(
    heading: &str,
    columns: &[Column],
    measure: Measure,
    who: &[&Contender],
    samples: &Samples,
) -> Vec<String> {
    let ours = |name| samples.median(&measure.key(who.first()?.name), name);
    let headings: String = columns.iter().map(|(heading, ..)| format!(" {heading} |")).collect();
    let mut lines = vec![
        String::new(),
        format!("**{heading}**"),
        format!("| |{headings}"),
        format!("|---|{}", "---|".repeat(columns.len())),
    ];
    for contender in who {
        let key = measure.key(contender.name);
        let cells = columns.iter().map(|(_, name, digits)| match &contender.kind {
            Kind::Missing(_) => " missing |".to_owned(),
            _ => {
                let number = samples.median(&key, name);
                let ratio = number.zip(ours(name)).map(|(number, ours)| number / ours);
                let ratio = ratio.filter(|_| !std::ptr::eq(*contender, who[0]));
                let ratio = ratio.map_or(String::new(), |ratio| format!(" ({ratio:.2}×)"));
                format!(" {}{ratio} |", shown(number, *digits))
            }
        });
        lines.push(format!("| {} |{}", contender.name, cells.collect::<String>()));
    }
    lines
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "-".to_owned(), |number| format!("{number:.digits$}"))
}

/// What the names in the table mean.
pub(super) fn legend() -> String {
    format!(
        "Medians over the rounds (one when idle); in brackets: \
         how many times the first row's number. Lost and doubled: sums over all rounds. \"full log\": \
         {FULL} deliveries in the store."
    )
}
