//! The cells of the table: what is measured of whom, and how one round of each is made.

use std::{
    error::Error,
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::Child,
    time::Duration,
};

use tokio::runtime::Runtime;

use super::{
    contenders::{self, Contender, Task},
    limits::{self, instant, millis, now},
    measure::{self, lateness},
    robot::Robot,
    samples::Sample,
    store,
};

/// Nothing comes any more when nothing came for so long.
const SILENCE: Duration = Duration::from_secs(5);

/// How long after the due second the first message may come: with 10,000 jobs some begin late.
const FIRST: Duration = Duration::from_secs(30);

/// Deliveries in the log of a large office after years.
pub(super) const FULL: usize = 200_000;

/// The groups of a large office: each gets a message a minute, for five hours at most.
fn groups(reminders: usize) -> usize {
    reminders.min(100).max(reminders / 300)
}

/// One place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// So many reminders due on one second, each to its own target.
    Lateness(usize),
    /// Nothing due for hours.
    Idle(usize),
    /// From the start of the process to `READY=1`, as systemd would hear it.
    Start(usize),
    /// `check`, beside the YAML parser alone.
    Check(usize),
    /// What the machine itself allows.
    Limits,
}

impl Measure {
    /// The row of samples of a contender.
    pub(super) fn key(self, who: &str) -> String {
        match self {
            Self::Lateness(count) => format!("lateness {count} {who}"),
            Self::Idle(count) => format!("idle {count} {who}"),
            Self::Start(count) => format!("start {count} {who}"),
            Self::Check(count) => format!("check {count} {who}"),
            Self::Limits => "limits".to_owned(),
        }
    }

    /// How many rounds there are of it, of those asked for: an idle minute hardly varies and is
    /// measured once.
    pub(super) fn rounds(self, asked: usize) -> usize {
        match self {
            Self::Idle(_) => asked.min(1),
            _ => asked,
        }
    }

    /// Whether there is such a number for somebody. Who needs more than a minute to set up what is
    /// to be idle is not waited for.
    pub(super) fn applies(self, contender: &Contender) -> bool {
        match self {
            Self::Lateness(_) => true,
            Self::Idle(count) => !contender.full && contender.ready_in_a_second * 60 >= count,
            Self::Start(_) => contender.is_ours(),
            Self::Check(_) | Self::Limits => contender.is_ours() && !contender.full,
        }
    }
}

/// Everything a round needs.
pub(super) struct Ground {
    robot: Robot,
    runtime: Runtime,
    scratch: PathBuf,
}

impl Ground {
    pub(super) fn new(scratch: &Path) -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { robot: Robot::start()?, runtime, scratch: scratch.to_owned() })
    }

    /// One round.
    pub(super) fn round(
        &self,
        measure: Measure,
        contender: &Contender,
    ) -> Result<Sample, Box<dyn Error>> {
        match measure {
            Measure::Lateness(count) => self.lateness(contender, count),
            Measure::Idle(count) => self.idle(contender, count),
            Measure::Start(count) => self.start(contender, count),
            Measure::Check(count) => self.check(count),
            Measure::Limits => self.limits(),
        }
    }

    /// A folder of its own, with years of deliveries in the store where that is asked for.
    fn folder(&self, contender: &Contender) -> Result<tempfile::TempDir, Box<dyn Error>> {
        let folder = tempfile::tempdir_in(&self.scratch)?;
        if contender.full {
            let full = self.scratch.join("full.db");
            if !full.exists() {
                let filling = self.scratch.join("filling.db");
                self.runtime.block_on(store::fill(&filling, FULL))?;
                std::fs::rename(filling, &full)?;
            }
            std::fs::create_dir_all(folder.path().join("data"))?;
            let copy = folder.path().join("data/dingdong.db");
            std::fs::copy(full, &copy)?;
            std::fs::File::open(copy)?.sync_all()?;
        }
        Ok(folder)
    }

    /// One start, one due second, one end.
    fn lateness(&self, contender: &Contender, count: usize) -> Result<Sample, Box<dyn Error>> {
        let folder = self.folder(contender)?;
        let lead = 2 + i64::try_from(count.div_ceil(contender.ready_in_a_second))?;
        let due = now().as_second() + lead;
        let task = Task { webhook: self.robot.webhook(), count, targets: count, due };
        self.robot.clear();
        let child = Ended(contender.start(&task, folder.path())?);
        let until_due = Duration::from_secs(u64::try_from(lead)?);
        self.runtime.block_on(self.robot.wait(count, until_due + FIRST, SILENCE));
        // What comes a second time comes soon.
        let soon = Duration::from_millis(500);
        self.runtime.block_on(self.robot.wait(count + 1, soon, soon));
        drop(child);
        let came = lateness(&self.robot.arrivals(), count, due);
        let rate = (count - came.lost) as f64 / (came.max / 1000.0);
        Ok(sample([
            ("p50", came.p50),
            ("p99", came.p99),
            ("max", came.max),
            ("lost", came.lost as f64),
            ("doubled", came.doubled as f64),
            ("rate", rate),
        ]))
    }

    /// A process with nothing to do for hours.
    fn idle(&self, contender: &Contender, count: usize) -> Result<Sample, Box<dyn Error>> {
        // What comes round once a minute comes once.
        const LOOK: Duration = Duration::from_secs(60);
        let folder = self.folder(contender)?;
        let due = now().as_second() + 12 * 3600;
        let task = Task { webhook: self.robot.webhook(), count, targets: groups(count), due };
        let child = Ended(contender.start(&task, folder.path())?);
        let pid = child.0.id();
        let set_up = count as f64 / contender.ready_in_a_second as f64;
        self.pause(Duration::from_secs_f64(set_up));
        self.settle(pid);
        let before = measure::cpu(pid).unwrap_or_default();
        self.pause(LOOK);
        let used = measure::cpu(pid).unwrap_or_default().saturating_sub(before);
        let share = used.as_secs_f64() / LOOK.as_secs_f64() * 100.0;
        Ok(sample([("cpu", share), ("memory", measure::memory(pid).unwrap_or(f64::NAN))]))
    }

    /// Waits until a process uses hardly any processor time, for 80 seconds at most.
    fn settle(&self, pid: u32) {
        const STEP: Duration = Duration::from_secs(2);
        let mut last = measure::cpu(pid).unwrap_or_default();
        for _ in 0..40 {
            self.pause(STEP);
            let now = measure::cpu(pid).unwrap_or_default();
            if now.saturating_sub(last) < STEP / 50 {
                return;
            }
            last = now;
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark waits for real time")]
    fn pause(&self, long: Duration) {
        let _context = self.runtime.enter();
        self.runtime.block_on(tokio::time::sleep(long));
    }

    fn start(&self, contender: &Contender, count: usize) -> Result<Sample, Box<dyn Error>> {
        let folder = self.folder(contender)?;
        let due = now().as_second() + 12 * 3600;
        let task = Task { webhook: self.robot.webhook(), count, targets: groups(count), due };
        contenders::write_files(&task, folder.path())?;
        let notify = folder.path().join("notify");
        let socket = UnixDatagram::bind(&notify)?;
        socket.set_read_timeout(Some(Duration::from_secs(60)))?;
        let began = instant();
        let mut command = contenders::command(folder.path(), "run");
        let child = Ended(command.env("NOTIFY_SOCKET", &notify).spawn()?);
        let mut said = [0u8; 4096];
        loop {
            let length = socket.recv(&mut said)?;
            if said[..length].windows(7).any(|word| word == b"READY=1") {
                break;
            }
        }
        let took = millis(began.elapsed());
        drop(child);
        Ok(sample([("ms", took)]))
    }

    fn check(&self, count: usize) -> Result<Sample, Box<dyn Error>> {
        let folder = tempfile::tempdir_in(&self.scratch)?;
        let due = now().as_second() + 12 * 3600;
        let task = Task { webhook: self.robot.webhook(), count, targets: groups(count), due };
        contenders::write_files(&task, folder.path())?;
        let bare = limits::yaml(folder.path())?;
        let began = instant();
        let status = contenders::command(folder.path(), "check").status()?;
        if !status.success() {
            return Err("check found mistakes".into());
        }
        Ok(sample([("ms", millis(began.elapsed())), ("bare", bare)]))
    }

    fn limits(&self) -> Result<Sample, Box<dyn Error>> {
        let bare = limits::bare_timer(&self.robot)?;
        Ok(sample([("timer", bare), ("fsync", limits::fsync(&self.scratch, 100)?)]))
    }
}

fn sample<const N: usize>(numbers: [(&str, f64); N]) -> Sample {
    numbers.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
