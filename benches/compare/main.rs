//! How late, how much, at what cost: this service beside what people would use instead, on one
//! machine in one run, against one loopback robot.
//!
//! ```text
//! cargo bench --bench compare                  everything, five rounds (about half an hour)
//! cargo bench --bench compare -- lateness --rounds 3 --most 1000
//! ```
//!
//! Measures: `lateness`, `idle`, `start`, `check`, `log`. Each prints a table of medians; `docs/performance.md`
//! holds the last run and what the numbers mean.

mod contenders;
mod limits;
mod measure;
mod peer;
mod robot;
mod store;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::Child,
    time::Duration,
};

use contenders::{Contender, Kind, Task};
use limits::{instant, millis, now};
use measure::{Lateness, lateness, median};
use robot::Robot;
use tokio::runtime::Runtime;

type Done = Result<(), Box<dyn Error>>;

/// What was asked for on the command line.
struct Asked {
    measures: Vec<String>,
    rounds: usize,
    most: usize,
}

/// Everything a measure needs.
struct Bench {
    robot: Robot,
    runtime: Runtime,
    contenders: Vec<Contender>,
    scratch: PathBuf,
    asked: Asked,
}

fn main() -> Done {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if args.first().is_some_and(|first| first == "--peer") {
        return peer::run(&args[1..]);
    }
    let asked = asked(&args)?;
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare");
    std::fs::create_dir_all(&scratch)?;
    let bench = Bench {
        robot: Robot::start()?,
        runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        contenders: contenders::all(&scratch),
        scratch,
        asked,
    };
    for contender in &bench.contenders {
        if let Kind::Missing(why) = &contender.kind {
            say(&format!("missing: {} ({why})", contender.name));
        }
    }
    for measure in &bench.asked.measures {
        match measure.as_str() {
            "lateness" => bench.lateness()?,
            "idle" => bench.idle()?,
            "start" => bench.start()?,
            "check" => bench.check()?,
            "log" => bench.log()?,
            other => return Err(format!("there is no measure `{other}`").into()),
        }
    }
    Ok(())
}

fn asked(args: &[String]) -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked { measures: Vec::new(), rounds: 5, most: 10_000 };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut number = || {
            let digits = args.next().and_then(|digits| digits.parse::<usize>().ok());
            digits.ok_or("a number is missing")
        };
        match arg.as_str() {
            "--rounds" => asked.rounds = number()?,
            "--most" => asked.most = number()?,
            measure => asked.measures.push(measure.to_owned()),
        }
    }
    if asked.measures.is_empty() {
        asked.measures = ["lateness", "idle", "start", "check", "log"].map(str::to_owned).to_vec();
    }
    Ok(asked)
}

impl Bench {
    /// Every contender in turn, round after round, so that a slow moment of the machine meets all.
    fn lateness(&self) -> Done {
        for count in [1, 100, 1_000, 10_000].into_iter().filter(|count| *count <= self.asked.most) {
            say(&format!(
                "\n{count} reminders on one second, each to its own target (median of {} rounds)",
                self.asked.rounds
            ));
            say(
                "| | p50 ms | p99 ms | max ms | messages/s | lost | doubled |\n|---|---|---|---|---|---|---|",
            );
            let mut rounds: Vec<Vec<Lateness>> = vec![Vec::new(); self.contenders.len()];
            for _ in 0..self.asked.rounds {
                for (contender, rounds) in self.contenders.iter().zip(&mut rounds) {
                    rounds.extend(self.round(contender, count, None)?);
                }
            }
            for (contender, rounds) in self.contenders.iter().zip(&rounds) {
                self.row(contender.name, rounds, count);
            }
        }
        let bare: Vec<f64> = (0..self.asked.rounds)
            .map(|_| limits::bare_timer(&self.robot))
            .collect::<Result<_, _>>()?;
        say(&format!("\nlimit: a bare timer and a bare socket write: {:.2} ms", median(bare)));
        say(&format!("limit: one fsync: {:.2} ms", limits::fsync(&self.scratch, 200)?));
        Ok(())
    }

    fn row(&self, name: &str, rounds: &[Lateness], count: usize) {
        if rounds.is_empty() {
            return say(&format!("| {name} | missing | | | | | |"));
        }
        let of = |number: fn(&Lateness) -> f64| median(rounds.iter().map(number));
        let rate = median(rounds.iter().map(|one| count as f64 / (one.max / 1000.0)));
        let sum = |number: fn(&Lateness) -> usize| rounds.iter().map(number).sum::<usize>();
        say(&format!(
            "| {name} | {:.2} | {:.2} | {:.2} | {rate:.0} | {} | {} |",
            of(|one| one.p50),
            of(|one| one.p99),
            of(|one| one.max),
            sum(|one| one.lost),
            sum(|one| one.doubled)
        ));
    }

    /// One start, one due second, one end. `None` when the contender is missing.
    fn round(
        &self,
        contender: &Contender,
        count: usize,
        store: Option<&Path>,
    ) -> Result<Option<Lateness>, Box<dyn Error>> {
        let folder = self.folder()?;
        if let Some(store) = store {
            std::fs::create_dir_all(folder.path().join("data"))?;
            std::fs::copy(store, folder.path().join("data/dingdong.db"))?;
        }
        // Long enough for the slowest to get ready.
        let lead = 4 + i64::try_from(count / 700)?;
        let due = now().as_second() + lead;
        let task = Task { webhook: self.robot.webhook(), count, targets: count, due };
        self.robot.clear();
        let Some(child) = contender.start(&task, folder.path())? else { return Ok(None) };
        let child = Ended(child);
        let most = Duration::from_secs(u64::try_from(lead)? + 30);
        let all = self.runtime.block_on(self.robot.wait(count, most));
        if all {
            // What comes a second time comes soon.
            self.runtime.block_on(self.robot.wait(count + 1, Duration::from_millis(500)));
        }
        drop(child);
        Ok(Some(lateness(&self.robot.arrivals(), count, due)))
    }

    /// A process with nothing to do for hours.
    fn idle(&self) -> Done {
        const LOOK: Duration = Duration::from_secs(20);
        for count in [10_000, 100_000].into_iter().filter(|count| *count <= self.asked.most * 10) {
            say(&format!("\nidle with {count} reminders\n| | CPU % | memory MB |\n|---|---|---|"));
            for contender in &self.contenders {
                let folder = self.folder()?;
                let due = now().as_second() + 12 * 3600;
                let task = Task { webhook: self.robot.webhook(), count, targets: 1, due };
                let Some(child) = contender.start(&task, folder.path())? else {
                    say(&format!("| {} | missing | |", contender.name));
                    continue;
                };
                let child = Ended(child);
                let pid = child.0.id();
                self.settle(pid);
                let before = measure::cpu(pid).unwrap_or_default();
                self.pause(LOOK);
                let used = measure::cpu(pid).unwrap_or_default().saturating_sub(before);
                let share = used.as_secs_f64() / LOOK.as_secs_f64() * 100.0;
                let memory = measure::memory(pid).unwrap_or(f64::NAN);
                say(&format!("| {} | {share:.3} | {memory:.0} |", contender.name));
            }
        }
        Ok(())
    }

    /// Waits until a process has used no processor time for three seconds, a minute at most.
    fn settle(&self, pid: u32) {
        let mut last = measure::cpu(pid);
        for _ in 0..20 {
            self.pause(Duration::from_secs(3));
            let now = measure::cpu(pid);
            if now == last {
                return;
            }
            last = now;
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark waits for real time")]
    fn pause(&self, long: Duration) {
        self.runtime.block_on(tokio::time::sleep(long));
    }

    /// From the start of the process to `READY=1`, as systemd would hear it.
    fn start(&self) -> Done {
        say("\nfrom start to ready\n| reminders | ms |\n|---|---|");
        for count in [1_000, 10_000].into_iter().filter(|count| *count <= self.asked.most) {
            let mut took = Vec::new();
            for _ in 0..self.asked.rounds {
                let folder = self.folder()?;
                let due = now().as_second() + 12 * 3600;
                let task = Task { webhook: self.robot.webhook(), count, targets: 1, due };
                contenders::write_files(&task, folder.path())?;
                let notify = folder.path().join("notify");
                let socket = std::os::unix::net::UnixDatagram::bind(&notify)?;
                socket.set_read_timeout(Some(Duration::from_secs(60)))?;
                let began = instant();
                let mut command = contenders::service(folder.path());
                let child = Ended(command.env("NOTIFY_SOCKET", &notify).spawn()?);
                let mut said = [0u8; 4096];
                loop {
                    let length = socket.recv(&mut said)?;
                    if said[..length].windows(7).any(|word| word == b"READY=1") {
                        break;
                    }
                }
                took.push(millis(began.elapsed()));
                drop(child);
            }
            say(&format!("| {count} | {:.0} |", median(took)));
        }
        Ok(())
    }

    /// `check`, beside the YAML parser alone on the same bytes.
    fn check(&self) -> Done {
        let count = self.asked.most;
        let folder = self.folder()?;
        let due = now().as_second() + 12 * 3600;
        let task = Task { webhook: self.robot.webhook(), count, targets: 1, due };
        contenders::write_files(&task, folder.path())?;
        let (mut checks, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..self.asked.rounds {
            bare.push(limits::yaml(folder.path())?);
            let began = instant();
            let status = contenders::command(folder.path(), "check").status()?;
            if !status.success() {
                return Err("check found mistakes".into());
            }
            checks.push(millis(began.elapsed()));
        }
        let (check, bare) = (median(checks), median(bare));
        say(&format!(
            "\ncheck of {count} reminders: {check:.0} ms; the YAML parser alone: {bare:.0} ms ({:.1} times)",
            check / bare
        ));
        Ok(())
    }

    /// The same measures with years of deliveries in the log.
    fn log(&self) -> Done {
        const DELIVERIES: usize = 200_000;
        let count = 1_000.min(self.asked.most);
        let full = self.scratch.join("full.db");
        self.runtime.block_on(store::fill(&full, DELIVERIES))?;
        say(&format!(
            "\n{count} reminders on one second, with an empty log and with {DELIVERIES} deliveries in it"
        ));
        say(
            "| | p50 ms | p99 ms | max ms | messages/s | lost | doubled |\n|---|---|---|---|---|---|---|",
        );
        let dingdong = &self.contenders[0];
        let (mut empty, mut filled) = (Vec::new(), Vec::new());
        for _ in 0..self.asked.rounds {
            empty.extend(self.round(dingdong, count, None)?);
            filled.extend(self.round(dingdong, count, Some(&full))?);
        }
        self.row("empty", &empty, count);
        self.row("full", &filled, count);
        Ok(())
    }

    fn folder(&self) -> std::io::Result<tempfile::TempDir> {
        tempfile::tempdir_in(&self.scratch)
    }
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark reports to the terminal")]
fn say(line: &str) {
    println!("{line}");
}
