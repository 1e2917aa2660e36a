//! Who is measured, and how each is started. A contender whose tools are missing is named as
//! missing.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// What a contender is to do: post one message to each of `count` targets at the second `due`
/// (unix time).
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) webhook: String,
    pub(super) count: usize,
    /// So many targets share the reminders. Where it is fewer, each minute has one for each.
    pub(super) targets: usize,
    pub(super) due: i64,
}

/// A program under measurement.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// So many reminders are set up within a second, at the least.
    pub(super) ready_in_a_second: usize,
    /// It has years of deliveries in its log.
    pub(super) full: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// This service as it is shipped: durable.
    Dingdong,
    /// This program again, as tokio-cron-scheduler with reqwest.
    TokioCron,
    /// A program with its arguments before the task's.
    Peer(Vec<PathBuf>),
    /// Why it cannot run.
    Missing(String),
}

/// Every contender, built and installed below `tools`.
pub(super) fn all(tools: &Path) -> Vec<Contender> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/compare/peers");
    let kind = |made: Result<Kind, String>| made.unwrap_or_else(Kind::Missing);
    let contender =
        |name, ready_in_a_second, kind| Contender { name, kind, ready_in_a_second, full: false };
    vec![
        contender("dingdong", 5_000, Kind::Dingdong),
        Contender { full: true, ..contender("dingdong, full log", 5_000, Kind::Dingdong) },
        contender("tokio-cron-scheduler 0.15 + reqwest", 700, Kind::TokioCron),
        contender("APScheduler 3.11.0 + httpx", 700, kind(python(&peers, tools))),
        contender("croner 9.1.0 + fetch (Node)", 5_000, kind(node(&peers, tools))),
        contender("robfig/cron 3.0.1 + net/http (Go)", 5_000, kind(go(&peers, tools))),
    ]
}

fn python(peers: &Path, tools: &Path) -> Result<Kind, String> {
    let venv = tools.join("venv");
    let interpreter = venv.join("bin/python");
    if !interpreter.exists() {
        done("python3", Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let requirements = peers.join("requirements.txt");
    let installed = tools.join("venv.installed");
    if fs::read(&installed).ok() != fs::read(&requirements).ok() {
        let mut pip = Command::new(&interpreter);
        done("pip", pip.args(["-m", "pip", "install", "-q", "-r"]).arg(&requirements))?;
        fs::copy(requirements, installed).map_err(|error| error.to_string())?;
    }
    Ok(Kind::Peer(vec![interpreter, peers.join("apscheduler_peer.py")]))
}

fn node(peers: &Path, tools: &Path) -> Result<Kind, String> {
    let folder = tools.join("node");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for name in ["package.json", "croner_peer.mjs"] {
        fs::copy(peers.join(name), folder.join(name)).map_err(|error| error.to_string())?;
    }
    if !folder.join("node_modules/croner").exists() {
        let mut npm = Command::new("npm");
        let npm = npm.args(["install", "--silent", "--no-audit", "--no-fund"]);
        done("npm", npm.current_dir(&folder))?;
    }
    Ok(Kind::Peer(vec!["node".into(), folder.join("croner_peer.mjs")]))
}

/// Debian's packages golang-go and golang-github-robfig-cron-dev.
fn go(peers: &Path, tools: &Path) -> Result<Kind, String> {
    let program = tools.join("robfig_peer");
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&program).arg(peers.join("robfig_peer.go"));
    go.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode");
    go.env("GOCACHE", tools.join("gocache"));
    done("go", &mut go)
        .map_err(|why| format!("{why} (Debian: golang-go golang-github-robfig-cron-dev)"))?;
    Ok(Kind::Peer(vec![program]))
}

fn done(what: &str, command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{what}: {}", said.lines().last().unwrap_or("it failed")))
}

impl Contender {
    /// Whether it is this service.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Dingdong)
    }

    /// Starts it in a folder of its own.
    pub(super) fn start(&self, task: &Task, folder: &Path) -> io::Result<Child> {
        let mut command = match &self.kind {
            Kind::Missing(why) => return Err(io::Error::other(why.clone())),
            Kind::Dingdong => {
                write_files(task, folder)?;
                command(folder, "run")
            }
            Kind::TokioCron => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("--peer").args(arguments(task));
                command
            }
            Kind::Peer(words) => {
                let mut command = Command::new(&words[0]);
                command.args(&words[1..]).args(arguments(task));
                command
            }
        };
        let log = fs::File::create(folder.join("log"))?;
        command.stdin(Stdio::null()).stderr(log.try_clone()?).stdout(log);
        command.spawn()
    }
}

/// A command of this program, in that folder and silent.
pub(super) fn command(folder: &Path, word: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dingdong"));
    command.arg(word).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn arguments(task: &Task) -> [String; 3] {
    [task.webhook.clone(), task.count.to_string(), task.due.to_string()]
}

/// Settings with one target for each reminder, and schedule files of at most a thousand reminders.
pub(super) fn write_files(task: &Task, folder: &Path) -> io::Result<()> {
    const IN_A_FILE: usize = 1000;
    let when = |number: usize| {
        let minute = i64::try_from(number / task.targets).unwrap_or_default();
        let of_day = (task.due + minute * 60).rem_euclid(86_400);
        format!("{} {} {} * * *", of_day % 60, of_day / 60 % 60, of_day / 3600)
    };
    let mut settings = "timezone: UTC\nlanguage: en\ntargets:\n".to_owned();
    fs::create_dir_all(folder.join("hooks"))?;
    fs::create_dir_all(folder.join("schedules"))?;
    for number in 0..task.targets {
        fs::write(folder.join(format!("hooks/{number}")), format!("{}{number}", task.webhook))?;
        let _ =
            writeln!(settings, "  t{number}: {{ robot: dingtalk, webhook: file:hooks/{number} }}");
    }
    fs::write(folder.join("dingdong.yaml"), settings)?;
    for first in (0..task.count).step_by(IN_A_FILE) {
        let mut file = "reminders:\n".to_owned();
        for number in first..task.count.min(first + IN_A_FILE) {
            let _ = writeln!(
                file,
                "  r{number}: {{ when: \"{}\", to: t{}, format: text, text: reminder {number} }}",
                when(number),
                number % task.targets
            );
        }
        fs::write(folder.join(format!("schedules/{first}.yaml")), file)?;
    }
    Ok(())
}
