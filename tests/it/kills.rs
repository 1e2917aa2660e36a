//! `kill -9` at random instants while messages come due: nothing is lost, and the group sees nothing
//! twice. A few kills here; `benches/kills.sh` runs the same over a thousand occurrences.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use dingdong::clock::{Clock as _, SystemClock};
use jiff::{
    Timestamp,
    tz::{TimeZone, offset},
};
use rustix::process::Signal;

use super::support::{
    fake_dingtalk::{FakeDingtalk, rules::Group},
    workplace::Workplace,
};

/// Each group is sent a message every so many seconds.
const EVERY: i64 = 10;

/// An office of so many groups, whose messages come due in turn, second by second.
fn office(fake: &FakeDingtalk, groups: usize) -> Workplace {
    let mut settings =
        "timezone: Asia/Shanghai\nstore: sqlite:data/dingdong.db\ntargets:\n".to_owned();
    let mut schedule = "defaults: { on_miss: all, format: text }\nreminders:\n".to_owned();
    let mut office = Workplace::empty();
    for n in 0..groups {
        office = office.variable(&format!("H{n}"), &fake.group(&format!("g{n}"), Group::default()));
        writeln!(settings, "  g{n}: {{ robot: dingtalk, webhook: env:H{n} }}").unwrap();
        let first = n as i64 % EVERY;
        writeln!(schedule, "  r{n}: {{ when: \"{first}-59/{EVERY} * * * * *\", to: g{n}, text: \"{{{{ due }}}}\" }}")
            .unwrap();
    }
    office.write("dingdong.yaml", settings);
    office.write("schedules/all.yaml", schedule);
    office
}

fn now() -> Timestamp {
    SystemClock.now()
}

/// What is known of the service's lives.
struct Lives {
    /// The service ran for the first time.
    begun: Timestamp,
    /// It was told to stop for the last time.
    stopped: Timestamp,
    kills: u32,
}

/// Lets the service live and die until so many messages were shown, and then once more in
/// peace.
async fn live_and_die(
    fake: &FakeDingtalk,
    office: &Workplace,
    enough: usize,
    random: &mut fastrand::Rng,
) -> Lives {
    let (mut begun, mut kills) = (None, 0);
    while fake.shown().len() < enough {
        let service = office.service();
        begun.get_or_insert_with(now);
        // Killed as soon as the n-th request from now has been read, whatever else is under way.
        fake.wait_for_requests(fake.requests().len() + random.usize(1..30)).await;
        service.kill();
        kills += 1;
    }
    let service = office.service();
    fake.wait_for_requests(fake.requests().len() + 10).await;
    service.signal(Signal::TERM);
    let stopped = now();
    let (status, log) = service.wait();
    assert!(status.success(), "{log}");
    Lives { begun: begun.unwrap(), stopped, kills }
}

/// When each reminder's delivered messages were due; every row but the youngest is delivered.
fn delivered(office: &Workplace, lives: &Lives) -> BTreeMap<String, BTreeSet<Timestamp>> {
    let (_, log) = office.json(&["log", "-n", "100000"]);
    let mut rows: BTreeMap<String, BTreeSet<Timestamp>> = BTreeMap::new();
    for row in log.as_array().unwrap() {
        let due: Timestamp = row["due_at"].as_str().unwrap().parse().unwrap();
        let settled = row["state"] == "composed" && row["deliveries"][0]["state"] == "delivered";
        assert!(settled || lives.young(due), "{row:#}");
        if settled {
            let own = rows.entry(row["reminder"].as_str().unwrap().to_owned()).or_default();
            assert!(own.insert(due), "one row for each: {row:#}");
        }
    }
    rows
}

impl Lives {
    /// Whether it may still be under way.
    fn young(&self, due: Timestamp) -> bool {
        self.stopped.duration_since(due).as_secs() < 5
    }

    /// When the reminder of this group has been due while the service lived, or was dead for a
    /// moment.
    fn due(&self, group: usize) -> Vec<Timestamp> {
        let seconds = self.begun.as_second() + 1..self.stopped.as_second();
        let own = seconds.filter(|second| second % EVERY == group as i64 % EVERY);
        let instants = own.map(|second| Timestamp::from_second(second).unwrap());
        instants.filter(|due| !self.young(*due)).collect()
    }
}

fn story(groups: usize, enough: usize) {
    let seed = u64::from(std::process::id());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fake = FakeDingtalk::start();
    let office = office(&fake, groups);
    let mut random = fastrand::Rng::with_seed(seed);
    let lives = runtime.block_on(live_and_die(&fake, &office, enough, &mut random));

    let mut shown: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in fake.shown() {
        // Above the text stands the title.
        let text = one.text.lines().last().unwrap_or_default().to_owned();
        *shown.entry((one.token, text)).or_default() += 1;
    }
    let twice: Vec<_> = shown.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "seed {seed}: shown twice: {twice:?}");
    let delivered = delivered(&office, &lives);
    let mut occurrences = 0;
    for group in 0..groups {
        for due in lives.due(group) {
            let row = delivered.get(&format!("r{group}")).is_some_and(|rows| rows.contains(&due));
            assert!(row, "seed {seed}: r{group} of {due} has no row");
            let zoned = due.to_zoned_datetime(TimeZone::fixed(offset(8)));
            let text = zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            let seen = shown.contains_key(&(format!("g{group}"), text));
            assert!(seen, "seed {seed}: r{group} of {due} was lost");
            occurrences += 1;
        }
    }
    let (kills, requests) = (lives.kills, fake.requests().len());
    let said = format!("{occurrences} occurrences, {kills} kills, {requests} requests");
    println!("{said}: none lost, none shown twice");
    assert!(occurrences > 0 && kills > 0, "{said}");
}

#[test]
fn killed_at_random_instants_nothing_is_lost_and_nothing_shown_twice() {
    story(60, 40);
}

#[test]
#[ignore = "takes some minutes: benches/kills.sh runs it"]
fn killed_at_random_instants_over_a_thousand_occurrences() {
    story(100, 1_100);
}
