//! Reminders as a Rust user would write them: tokio-cron-scheduler and reqwest, one job each.

use std::io::Write as _;

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Runs until it is killed. `args` are webhook, count and due second.
pub(super) fn run(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [webhook, count, due] = args else { return Err("webhook, count, due".into()) };
    let (count, due): (u32, i64) = (count.parse()?, due.parse()?);
    let of_day = due.rem_euclid(86_400);
    let when = format!("{} {} {} * * *", of_day % 60, of_day / 60 % 60, of_day / 3600);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(jobs(webhook, count, &when))?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "another program, as its user would write it")]
async fn jobs(webhook: &str, count: u32, when: &str) -> Result<(), JobSchedulerError> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::new();
    let scheduler = JobScheduler::new().await?;
    for number in 0..count {
        let (client, url) = (client.clone(), format!("{webhook}{number}"));
        let job = Job::new_async(when, move |_, _| {
            let body = format!(r#"{{"msgtype":"text","text":{{"content":"reminder {number}"}}}}"#);
            let request = client.post(url.clone()).header("content-type", "application/json");
            Box::pin(async move {
                if let Ok(response) = request.body(body).send().await {
                    drop(response.bytes().await);
                }
            })
        })?;
        scheduler.add(job).await?;
    }
    scheduler.start().await?;
    let mut out = std::io::stdout();
    drop(writeln!(out, "ready").and_then(|()| out.flush()));
    std::future::pending().await
}
