//! Cursors: what was told moves with the message that tells it, from where it was reckoned, or not
//! at all.

use std::{collections::BTreeMap, time::Duration};

use dingdong::{
    model::{
        cursor::{Cursor, CursorId, CursorMove, KnownFile},
        occurrence::OccurrenceState,
        reminder::ReminderId,
        target::TargetId,
    },
    outbox::{Composing, Composition, Fate, Outbox},
};
use proptest::prelude::*;

use super::{DATABASES, Place, at, due, on_every_database, record, row, runtime, to};

fn id(target: &str) -> CursorId {
    CursorId {
        reminder: ReminderId::new("news"),
        source: "changes".to_owned(),
        target: TargetId::new(target),
    }
}

fn file(text: &str) -> KnownFile {
    KnownFile { hash: format!("hash of {text}"), modified: at(0) }
}

/// A step over some files, each with what it holds now, or nothing.
fn step(target: &str, from: Option<u64>, files: &[(&str, Option<&str>)]) -> CursorMove {
    let now = |(path, text): &(&str, Option<&str>)| ((*path).to_owned(), text.map(file));
    let texts = files.iter().filter_map(|(_, text)| *text);
    CursorMove {
        id: id(target),
        from,
        mark: "policies/".to_owned(),
        files: files.iter().map(now).collect(),
        texts: texts.map(|text| (file(text).hash, text.into())).collect(),
    }
}

async fn cursor(outbox: &Outbox, target: &str) -> Option<Cursor> {
    let all = outbox.cursors(&ReminderId::new("news"), None).await.unwrap();
    all.into_iter().find(|cursor| cursor.id == id(target))
}

/// The files a target was told of at an instant: `a=1 b=2`.
async fn told(outbox: &Outbox, target: &str, seconds: Option<i64>) -> String {
    let all = outbox.cursors(&ReminderId::new("news"), seconds.map(at)).await.unwrap();
    let cursor = all.into_iter().find(|cursor| cursor.id == id(target)).unwrap();
    let file = |(path, file): (&String, &KnownFile)| {
        format!("{path}={}", file.hash.trim_start_matches("hash of "))
    };
    cursor.files.iter().map(file).collect::<Vec<_>>().join(" ")
}

/// Plans the occurrence so many seconds after nine.
async fn plan(outbox: &Outbox, seconds: i64) {
    outbox.plan(&[row(&due("news", seconds), Fate::Planned)], &[], at(seconds)).await.unwrap();
}

fn telling(seconds: i64, steps: Vec<CursorMove>) -> Composing {
    let targets = steps.iter().map(|step| to(step.id.target.as_str())).collect();
    Composing { steps, ..Composing::new(due("news", seconds), Composition::Deliveries(targets)) }
}

#[test]
fn a_cursor_moves_with_its_message_and_remembers_what_it_told_before() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let first = step("hr", None, &[("a", Some("1")), ("b", Some("1"))]);
        outbox.begin_cursors(std::slice::from_ref(&first), at(0)).await.unwrap();
        // Another process that began it meanwhile changes nothing.
        let late = step("hr", None, &[("a", Some("9"))]);
        outbox.begin_cursors(&[late], at(1)).await.unwrap();
        assert_eq!(told(&outbox, "hr", None).await, "a=1 b=1");
        plan(&outbox, 60).await;
        let news = step("hr", Some(1), &[("a", Some("2")), ("b", None), ("c", Some("3"))]);
        let done = outbox.compose(telling(60, vec![news]), at(60)).await.unwrap();
        assert_eq!(done.counted, [true]);
        assert_eq!(told(&outbox, "hr", None).await, "a=2 c=3");
        assert_eq!(told(&outbox, "hr", Some(59)).await, "a=1 b=1");
        assert_eq!(told(&outbox, "hr", Some(-1)).await, "a=1 b=1", "before it began: as it began");
        assert_eq!(cursor(&outbox, "hr").await.unwrap().version, 2);
        let texts = outbox.told_texts(&["hash of 1".into(), "hash of x".into()]).await.unwrap();
        assert_eq!(texts.get("hash of 1").map(String::as_str), Some("1"));
        assert_eq!(texts.len(), 1);
    });
}

#[test]
fn of_two_messages_about_one_change_one_is_written() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        let begin = [step("hr", None, &[]), step("it", None, &[])];
        outbox.begin_cursors(&begin, at(0)).await.unwrap();
        for seconds in [60, 120, 180] {
            plan(&outbox, seconds).await;
        }
        let news = |target| step(target, Some(1), &[("a", Some("1"))]);
        let both = telling(60, vec![news("hr"), news("it")]);
        let again = telling(120, vec![news("it")]);
        let done = outbox.compose_batch(&[both, again.clone()], at(180)).await.unwrap();
        assert_eq!(done.counted, [true, false]);
        let waiting = record(&outbox, &due("news", 120)).await;
        assert_eq!((waiting.state, waiting.deliveries.len()), (OccurrenceState::Planned, 0));
        // Nor in a transaction of its own; one of several cursors is enough.
        let half = telling(180, vec![step("hr", Some(2), &[("b", Some("1"))]), news("it")]);
        assert_eq!(outbox.compose(half, at(180)).await.unwrap().counted, [false]);
        assert_eq!(told(&outbox, "hr", None).await, "a=1");
        // Reckoned anew it counts.
        let anew = telling(120, vec![step("it", Some(2), &[("b", Some("2"))])]);
        assert_eq!(outbox.compose(anew, at(180)).await.unwrap().counted, [true]);
        assert_eq!(told(&outbox, "it", None).await, "a=1 b=2");
        // One that is not planned any more moves nothing.
        let late = telling(120, vec![step("it", Some(3), &[("c", Some("3"))])]);
        assert_eq!(outbox.compose(late, at(180)).await.unwrap().counted, [false]);
        assert_eq!(cursor(&outbox, "it").await.unwrap().version, 3);
    });
}

#[test]
fn a_cursor_about_other_files_begins_anew() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox
            .begin_cursors(&[step("hr", None, &[("a", Some("1")), ("b", Some("1"))])], at(0))
            .await
            .unwrap();
        plan(&outbox, 60).await;
        let other = CursorMove {
            mark: "rules/".to_owned(),
            ..step("hr", Some(1), &[("b", Some("2")), ("c", Some("2"))])
        };
        outbox.compose(telling(60, vec![other]), at(60)).await.unwrap();
        assert_eq!(told(&outbox, "hr", None).await, "b=2 c=2");
        assert_eq!(told(&outbox, "hr", Some(0)).await, "b=2 c=2", "what was before says nothing");
        assert_eq!(cursor(&outbox, "hr").await.unwrap().mark, "rules/");
    });
}

#[test]
fn what_was_told_long_ago_goes_and_what_counts_stays() {
    on_every_database(async |place| {
        let outbox = place.open().await;
        outbox
            .begin_cursors(&[step("hr", None, &[("a", Some("1")), ("b", Some("1"))])], at(0))
            .await
            .unwrap();
        let steps: [&[(&str, Option<&str>)]; 3] =
            [&[("a", Some("2"))], &[("b", None)], &[("a", Some("3"))]];
        for (from, files) in (1..).zip(steps) {
            let seconds = i64::try_from(from).unwrap() * 100;
            plan(&outbox, seconds).await;
            let news = step("hr", Some(from), files);
            assert_eq!(
                outbox.compose(telling(seconds, vec![news]), at(seconds)).await.unwrap().counted,
                [true]
            );
        }
        let keep = Duration::from_secs(1_000);
        while outbox.prune_cursors(keep, at(1_250), 1).await.unwrap() > 0 {}
        assert_eq!(told(&outbox, "hr", Some(250)).await, "a=2");
        assert_eq!(told(&outbox, "hr", None).await, "a=3");
        let hashes = ["1", "2", "3"].map(|text| file(text).hash);
        let texts = outbox.told_texts(&hashes).await.unwrap();
        assert_eq!(
            texts.into_values().collect::<std::collections::BTreeSet<_>>(),
            ["2".to_owned(), "3".to_owned()].into()
        );
        // While its reminder is there it stays, however long nothing changes.
        let day = 24 * 3600;
        outbox.see_cursors(&[id("hr")], at(100 * day)).await.unwrap();
        while outbox.prune_cursors(keep, at(100 * day + 500), 100).await.unwrap() > 0 {}
        assert_eq!(told(&outbox, "hr", None).await, "a=3");
        while outbox.prune_cursors(keep, at(200 * day), 100).await.unwrap() > 0 {}
        assert_eq!(cursor(&outbox, "hr").await, None);
    });
}

/// What a target hears, message after message.
type Heard = BTreeMap<&'static str, Vec<(String, Option<String>)>>;

/// One process's life: it composes what is planned from what it sees, and dies after so many steps.
async fn live(outbox: &Outbox, folder: &BTreeMap<&str, u32>, now: i64, steps: usize) {
    let mut left = steps;
    let mut step = || {
        let alive = left > 0;
        left = left.saturating_sub(1);
        alive
    };
    loop {
        if !step() {
            return;
        }
        let planned = outbox.planned(at(now), 2).await.unwrap();
        if planned.is_empty() || !step() {
            return;
        }
        let cursors = outbox.cursors(&ReminderId::new("news"), None).await.unwrap();
        if !step() {
            return;
        }
        let mut items = Vec::new();
        for one in planned {
            let mut moves = Vec::new();
            for target in ["hr", "it"] {
                let cursor = cursors.iter().find(|cursor| cursor.id == id(target)).unwrap();
                let mut files = Vec::new();
                for path in ["a", "b", "c"] {
                    let there = folder.get(path).map(|n| file(&n.to_string()));
                    if there.as_ref() != cursor.files.get(path) {
                        files.push((path.to_owned(), there));
                    }
                }
                if !files.is_empty() {
                    let mark = "policies/".to_owned();
                    moves.push(CursorMove {
                        id: id(target),
                        from: Some(cursor.version),
                        mark,
                        files,
                        texts: Vec::new(),
                    });
                }
            }
            // The message holds what it tells, as a real one does.
            let deliveries = moves.iter().map(|step| {
                let mut delivery = to(step.id.target.as_str());
                let told = |(path, file): &(String, Option<KnownFile>)| {
                    format!("{path}={}\n", file.as_ref().map_or("gone", |file| &file.hash))
                };
                delivery.message.body = step.files.iter().map(told).collect();
                delivery
            });
            let composition = Composition::Deliveries(deliveries.collect());
            items.push(Composing {
                steps: moves,
                keep_older: true,
                ..Composing::new(one.occurrence, composition)
            });
        }
        outbox.compose_batch(&items, at(now)).await.unwrap();
    }
}

/// What the queue holds for each target, oldest first.
async fn heard(outbox: &Outbox) -> Heard {
    let mut heard = Heard::new();
    let records = super::log(outbox).await;
    for leased in super::claim(outbox, at(3_000)).await {
        assert!(records.iter().any(|one| one.occurrence == leased.occurrence));
        let target = if leased.target.as_str() == "hr" { "hr" } else { "it" };
        for line in leased.message.body.lines() {
            let (path, hash) = line.split_once('=').unwrap();
            let hash = Some(hash.to_owned()).filter(|hash| hash != "gone");
            heard.entry(target).or_default().push((path.to_owned(), hash));
        }
    }
    heard
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Files change, occurrences come, processes die at any step and two of them work at once:
    /// whoever follows the messages knows exactly what is in the folder.
    #[test]
    fn no_change_is_told_twice_and_none_is_lost(
        days in prop::collection::vec(
            (prop::sample::select(vec!["a", "b", "c"]), prop::option::of(0..4u32), 0..9usize, 0..9usize),
            1..12,
        ),
    ) {
        for database in DATABASES {
            runtime().block_on(async {
                let place = Place::new(database);
                let outbox = place.open().await;
                outbox.begin_cursors(&[step("hr", None, &[]), step("it", None, &[])], at(0)).await.unwrap();
                let mut folder = BTreeMap::new();
                let mut now = 0;
                for (path, content, first, second) in &days {
                    match content {
                        Some(n) => folder.insert(*path, *n),
                        None => folder.remove(path),
                    };
                    now += 60;
                    plan(&outbox, now).await;
                    let other = place.open().await;
                    tokio::join!(
                        live(&outbox, &folder, now, *first),
                        live(&other, &folder, now, *second),
                    );
                    other.close().await;
                }
                live(&outbox, &folder, now, usize::MAX).await;
                let heard = heard(&outbox).await;
                for target in ["hr", "it"] {
                    let mut known: BTreeMap<String, String> = BTreeMap::new();
                    for (path, hash) in heard.get(target).into_iter().flatten() {
                        let before = match hash {
                            Some(hash) => known.insert(path.clone(), hash.clone()),
                            None => known.remove(path),
                        };
                        assert_ne!(&before, hash, "{target} heard twice of {path}");
                    }
                    let there: BTreeMap<String, String> =
                        folder.iter().map(|(path, n)| ((*path).to_owned(), file(&n.to_string()).hash)).collect();
                    assert_eq!(known, there, "{target} does not know what is there");
                }
            });
        }
    }
}
