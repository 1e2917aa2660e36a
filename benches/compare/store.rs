//! A store as it is after years: many settled deliveries in the log.

use std::{error::Error, path::Path, time::Duration};

use dingdong::{
    model::{
        delivery::{DeliveryState, NewDelivery, Settlement},
        message::{Format, Mentions, Message},
        occurrence::{Occurrence, Origin},
        receipt::Attempt,
        reminder::{Priority, ReminderId},
        target::TargetId,
    },
    outbox::{
        Answer, ClaimRequest, Composing, Composition, Fate, OpenMode, Outbox, Paces, PlannedRow,
    },
};

/// Writes a store with that many delivered messages of the year before now.
pub(super) async fn fill(path: &Path, deliveries: usize) -> Result<(), Box<dyn Error>> {
    const BATCH: usize = 1000;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        drop(std::fs::remove_file(name));
    }
    let outbox = Outbox::open(path, OpenMode::Write).await?;
    let year = Duration::from_secs(365 * 24 * 3600);
    let batches = deliveries.div_ceil(BATCH);
    let mut now = super::limits::now() - year;
    for batch in 0..batches {
        now += year / u32::try_from(batches + 1)?;
        let rows: Vec<PlannedRow> = (0..BATCH)
            .map(|number| PlannedRow {
                occurrence: Occurrence {
                    reminder: ReminderId::new(format!("old{number}")),
                    due_at: now,
                    origin: Origin::Schedule,
                },
                zone: "UTC".to_owned(),
                fate: Fate::Planned,
            })
            .collect();
        outbox.plan(&rows, &[], now).await?;
        let composing: Vec<Composing> = rows.into_iter().map(|row| compose(row, now)).collect();
        outbox.compose_batch(&composing, now).await?;
        send(&outbox, batch, now).await?;
    }
    outbox.close().await;
    Ok(())
}

fn compose(row: PlannedRow, now: jiff::Timestamp) -> Composing {
    let target = format!("g{}", row.occurrence.reminder);
    let message = Message {
        title: "Reminder".to_owned(),
        body: "请记得查看最新的公司政策更新。".repeat(4),
        format: Format::Markdown,
        buttons: Vec::new(),
        mentions: Mentions::default(),
        part: dingdong::model::message::Part { number: 1, of: 1 },
        key: format!("{target}{}", now.as_millisecond()),
        ..Message::default()
    };
    let delivery = NewDelivery {
        target: TargetId::new(target.as_str()),
        robot_key: target,
        priority: Priority::Normal,
        not_before: now,
        keep_until: now + Duration::from_secs(12 * 3600),
        message,
    };
    Composing::new(row.occurrence, Composition::Deliveries(vec![delivery]))
}

/// Claims and settles everything that waits.
async fn send(outbox: &Outbox, batch: usize, now: jiff::Timestamp) -> Result<(), Box<dyn Error>> {
    let paces = Paces::new([]);
    for round in 0.. {
        let token = format!("{batch}-{round}");
        let request = ClaimRequest {
            now,
            owner: "bench",
            token: &token,
            lease: Duration::from_secs(60),
            limit: 1000,
            paces: &paces,
            robots: None,
            targets: None,
            only: None,
        };
        let leased = outbox.claim(request).await?;
        if leased.is_empty() {
            return Ok(());
        }
        let answers: Vec<Answer> = leased
            .into_iter()
            .map(|leased| Answer {
                leased,
                settlement: Settlement {
                    state: DeliveryState::Delivered,
                    not_before: None,
                    rest_until: None,
                    suspend: None,
                    progress: None,
                },
                attempt: Attempt {
                    at_ms: now.as_millisecond(),
                    verdict: "sent".to_owned(),
                    code: Some("0".to_owned()),
                    reason: Some("confirmed".into()),
                    help: None,
                    ms: 80,
                },
                handle: None,
            })
            .collect();
        outbox.settle_batch(&answers, now).await?;
    }
    Ok(())
}
