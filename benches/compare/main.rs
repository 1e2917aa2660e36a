//! How late, how much, at what cost: this service beside what people would use instead, on one
//! machine in one run, against one loopback robot.
//!
//! ```text
//! cargo bench --bench compare                            everything, five rounds (30 minutes)
//! cargo bench --bench compare -- --seconds 100           a piece of it; the next one goes on there
//! cargo bench --bench compare -- lateness --most 1000 --who dingdong
//! cargo bench --bench compare -- --table                 the table of what was measured so far
//! cargo bench --bench compare -- --fresh                 forgets what was measured
//! ```
//!
//! Measures: `limits`, `lateness`, `idle`, `start`, `check`. Rounds go from contender to contender,
//! so that a slow moment of the machine meets all. `docs/performance.md` holds the last table and
//! what its numbers mean.

mod cells;
mod contenders;
mod limits;
mod measure;
mod peer;
mod robot;
mod samples;
mod store;
mod table;

use std::{error::Error, path::Path, time::Duration};

use cells::{Ground, Measure};
use contenders::{Contender, Kind};
use samples::Samples;

type Done = Result<(), Box<dyn Error>>;

/// What was asked for on the command line.
struct Asked {
    measures: Vec<String>,
    rounds: usize,
    most: usize,
    who: Option<String>,
    seconds: Option<u64>,
    fresh: bool,
    table: bool,
}

fn main() -> Done {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if args.first().is_some_and(|first| first == "--peer") {
        return peer::run(&args[1..]);
    }
    let asked = asked(&args)?;
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare");
    std::fs::create_dir_all(&scratch)?;
    let mut samples = Samples::load(&scratch, asked.fresh)?;
    let contenders = contenders::all(&scratch);
    for contender in &contenders {
        if let Kind::Missing(why) = &contender.kind {
            say(&format!("missing: {} ({why})", contender.name));
        }
    }
    let measures = measures(&asked)?;
    let left = if asked.table {
        0
    } else {
        measure_all(&asked, &measures, &contenders, &Ground::new(&scratch)?, &mut samples)?
    };
    for measure in &measures {
        table::lines(*measure, &contenders, &samples).iter().for_each(|line| say(line));
    }
    say(&format!("\n{}", table::legend()));
    if left > 0 {
        say(&format!("{left} rounds are left: the same command goes on with them"));
    }
    Ok(())
}

/// Makes the rounds that are missing while there is time; returns how many are left.
fn measure_all(
    asked: &Asked,
    measures: &[Measure],
    contenders: &[Contender],
    ground: &Ground,
    samples: &mut Samples,
) -> Result<usize, Box<dyn Error>> {
    let began = limits::instant();
    let chosen = |contender: &&Contender| {
        asked.who.as_ref().is_none_or(|who| contender.name.contains(who.as_str()))
            && !matches!(contender.kind, Kind::Missing(_))
    };
    let mut left = 0;
    for measure in measures {
        for round in 0..measure.rounds(asked.rounds) {
            for contender in contenders.iter().filter(chosen).filter(|one| measure.applies(one)) {
                let key = measure.key(contender.name);
                if samples.count(&key) > round {
                    continue;
                }
                let over = |seconds| began.elapsed() > Duration::from_secs(seconds);
                if asked.seconds.is_some_and(over) {
                    left += 1;
                    continue;
                }
                let sample = ground.round(*measure, contender)?;
                samples.add(&key, sample)?;
            }
        }
    }
    Ok(left)
}

fn measures(asked: &Asked) -> Result<Vec<Measure>, Box<dyn Error>> {
    let up_to = |counts: &[usize], most: usize| -> Vec<usize> {
        counts.iter().copied().filter(|count| *count <= most).collect()
    };
    let mut measures = Vec::new();
    for name in &asked.measures {
        match name.as_str() {
            "limits" => measures.push(Measure::Limits),
            "lateness" => {
                let counts = up_to(&[1, 100, 1_000, 10_000], asked.most);
                measures.extend(counts.into_iter().map(Measure::Lateness));
            }
            "idle" => {
                let counts = up_to(&[10_000, 100_000], asked.most.saturating_mul(10));
                measures.extend(counts.into_iter().map(Measure::Idle));
            }
            "start" => {
                let counts = up_to(&[1_000, 10_000], asked.most);
                measures.extend(counts.into_iter().map(Measure::Start));
            }
            "check" => measures.push(Measure::Check(asked.most)),
            other => return Err(format!("there is no measure `{other}`").into()),
        }
    }
    Ok(measures)
}

fn asked(args: &[String]) -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked {
        measures: Vec::new(),
        rounds: 5,
        most: 10_000,
        who: None,
        seconds: None,
        fresh: false,
        table: false,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg}: a value is missing"));
        match arg.as_str() {
            "--rounds" => asked.rounds = value()?.parse()?,
            "--most" => asked.most = value()?.parse()?,
            "--seconds" => asked.seconds = Some(value()?.parse()?),
            "--who" => asked.who = Some(value()?.clone()),
            "--fresh" => asked.fresh = true,
            "--table" => asked.table = true,
            measure => asked.measures.push(measure.to_owned()),
        }
    }
    if asked.measures.is_empty() {
        let all = ["limits", "lateness", "idle", "start", "check"];
        asked.measures = all.map(str::to_owned).to_vec();
    }
    Ok(asked)
}

#[expect(clippy::print_stdout, reason = "a benchmark reports to the terminal")]
fn say(line: &str) {
    println!("{line}");
}
