//! A folder such as somebody works in (settings, schedule files), and the built program run in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use super::fake_dingtalk::FakeDingtalk;

/// No test waits longer than this for something to happen; reached only when it never would.
const PATIENCE: Duration = Duration::from_secs(30);

/// The folder, and the environment of the programs run in it.
pub(crate) struct Workplace {
    folder: Arc<TempDir>,
    variables: BTreeMap<String, String>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Workplace {
    /// An empty folder on a machine in Shanghai.
    pub(crate) fn empty() -> Self {
        let variables = [("TZ", "Asia/Shanghai"), ("LANG", "en_US.UTF-8")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), variables: variables.into() }
    }

    /// An office with one DingTalk group, `policy-group`, whose robot is reached at `webhook`.
    pub(crate) fn office(webhook: &str) -> Self {
        let mut office = Self::empty().variable("HOOK", webhook);
        office.write("dingdong.yaml", SETTINGS);
        office.write("schedules/policy.yaml", POLICY);
        office.variables.insert("SECRET".to_owned(), "SECoffice".to_owned());
        office
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same folder as a machine with another locale sees it.
    pub(crate) fn seen_in(&self, locale: &str) -> Self {
        let mut variables = self.variables.clone();
        variables.insert("LANG".to_owned(), locale.to_owned());
        Self { folder: Arc::clone(&self.folder), variables }
    }

    /// The environment of the programs run here.
    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; its folder is made.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dingdong"));
        command.args(args).current_dir(self.folder.path()).env_clear().envs(&self.variables);
        command
    }

    /// Runs a command to its end, with nothing on its standard input.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).stdin(Stdio::null()).output().unwrap();
        Ran::of(output)
    }

    /// Runs a command with `--json`; stdout has to be one JSON document.
    pub(crate) fn json(&self, args: &[&str]) -> (Option<i32>, Value) {
        let ran = self.run(&[args, &["--json"]].concat());
        let json = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}\n{}", ran.out, ran.err));
        (ran.code, json)
    }

    /// Starts the service, and waits until it runs.
    pub(crate) fn service(&self) -> Running {
        self.start(self.command(&["run", "--json"]))
    }

    /// The same, and the service is not killed when a file may not grow: writing fails.
    pub(crate) fn service_with_failing_writes(&self) -> Running {
        let run = "trap '' XFSZ; exec \"$0\" run --json";
        let mut command = Command::new("/bin/sh");
        command.args(["-c", run, env!("CARGO_BIN_EXE_dingdong")]);
        command.current_dir(self.folder.path()).env_clear().envs(&self.variables);
        self.start(command)
    }

    fn start(&self, mut command: Command) -> Running {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Lines::default());
        let (err, out) = (child.stderr.take().unwrap(), child.stdout.take().unwrap());
        let writing = Arc::clone(&lines);
        let reader = std::thread::spawn(move || writing.follow(BufReader::new(err)));
        let swallower = std::thread::spawn(move || {
            let mut said = String::new();
            let _ = BufReader::new(out).read_to_string(&mut said);
            said
        });
        let running = Running { child, lines, reader: Some(reader), swallower: Some(swallower) };
        running.wait_for("its start", |line| message(line).ends_with(" runs"));
        running
    }

    /// Every byte below the folder, for finding what must not be there.
    pub(crate) fn bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push((path.clone(), fs::read(path).unwrap())),
                }
            }
        }
        found
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The message of a log line.
pub(crate) fn message(line: &Value) -> &str {
    line["message"].as_str().unwrap_or_default()
}

/// The running service. It is killed when dropped.
pub(crate) struct Running {
    child: Child,
    lines: Arc<Lines>,
    reader: Option<JoinHandle<()>>,
    swallower: Option<JoinHandle<String>>,
}

/// What the service has logged.
#[derive(Debug, Default)]
struct Lines {
    said: Mutex<Said>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Said {
    lines: Vec<String>,
    ended: bool,
}

impl Lines {
    fn follow(&self, reader: impl BufRead) {
        for line in reader.lines() {
            let Ok(line) = line else { break };
            self.said.lock().unwrap_or_else(PoisonError::into_inner).lines.push(line);
            self.more.notify_all();
        }
        self.said.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.more.notify_all();
    }
}

impl Running {
    /// Waits for the first log line that is like this, counted from the start.
    pub(crate) fn wait_for(&self, what: &str, like: impl Fn(&Value) -> bool) -> Value {
        self.wait_for_nth(1, what, like)
    }

    /// Waits for the n-th log line that is like this.
    pub(crate) fn wait_for_nth(
        &self,
        n: usize,
        what: &str,
        like: impl Fn(&Value) -> bool,
    ) -> Value {
        let found = |said: &Said| {
            let lines = said.lines.iter().filter_map(|line| serde_json::from_str(line).ok());
            lines.filter(|line| like(line)).nth(n - 1)
        };
        let said = self.lines.said.lock().unwrap();
        let (said, _) = self
            .lines
            .more
            .wait_timeout_while(said, PATIENCE, |said| !said.ended && found(said).is_none())
            .unwrap();
        found(&said).unwrap_or_else(|| panic!("waited for {what}; the log: {:#?}", said.lines))
    }

    /// Everything logged so far.
    pub(crate) fn log(&self) -> String {
        self.lines.said.lock().unwrap().lines.join("\n")
    }

    /// The same as `kill -9`: the process is gone when this returns.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.end().1
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// From now on no file the service writes may hold more than so many bytes.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).unwrap();
    }

    /// Waits for the process to end; returns how, and what it logged and printed.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        self.end()
    }

    fn end(&mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().map(JoinHandle::join);
        let printed = self.swallower.take().map(|thread| thread.join().unwrap());
        (status, format!("{}\n{}", self.log(), printed.unwrap_or_default()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether any of these words stands in the bytes.
pub(crate) fn holds<'a>(bytes: &[u8], words: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let stands = |word: &&&str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    words.iter().filter(stands).copied().collect()
}

/// Whether the path is the store or one of its companions.
pub(crate) fn is_store(path: &Path) -> bool {
    path.to_string_lossy().contains("dingdong.db")
}

/// A group whose robot demands a signature and the word 政策, with two members.
pub(crate) fn office_group(fake: &FakeDingtalk, token: &str) -> String {
    let group = super::fake_dingtalk::rules::Group::default();
    let group = group.signed("SECoffice").keywords(&["政策"]);
    fake.group(token, group.members(&["user123", "13900000000"]))
}

const SETTINGS: &str = "\
timezone: Asia/Shanghai
calendar: cn
store: sqlite:data/dingdong.db
schedules: schedules/
targets:
  policy-group:
    name: 政策群
    robot: dingtalk
    webhook: env:HOOK
    secret: env:SECRET
    keywords: [政策]
  sandbox: { robot: console }
people:
  zhangsan: { name: 张三, mobile: \"13800000000\", dingtalk: user123 }
  lisi: { name: 李四, mobile: \"13900000000\" }
roles: { hr: [zhangsan, lisi] }
";

const POLICY: &str = "\
reminders:
  policy-daily:
    when: 每个工作日的9:00
    to: policy-group
    mention: hr
    title: 政策更新提醒
    text: |
      请看最新的公司政策。
      有疑问请联系人力资源部。
";
