//! What the machine itself allows: the floor under each measure.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use super::robot::Robot;

/// A timer of the kernel and a write to an open socket: how late the message comes, in
/// milliseconds.
pub(super) fn bare_timer(robot: &Robot) -> std::io::Result<f64> {
    let webhook = robot.webhook();
    let address = webhook.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut socket = TcpStream::connect(address)?;
    socket.set_nodelay(true)?;
    let request = format!(
        "POST /robot/send?access_token=t0 HTTP/1.1\r\nHost: {address}\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    robot.clear();
    let due = now().as_second() + 2;
    let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?;
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    let value = Timespec { tv_sec: due, tv_nsec: 0 };
    let spec = Itimerspec { it_interval: zero, it_value: value };
    timerfd_settime(&timer, TimerfdTimerFlags::ABSTIME, &spec)?;
    rustix::io::read(&timer, &mut [0u8; 8])?;
    socket.write_all(request.as_bytes())?;
    let mut answer = [0u8; 512];
    let _ = socket.read(&mut answer)?;
    Ok(super::measure::lateness(&robot.arrivals(), 1, due).max)
}

/// Appends 4 kB and waits until the disk has it, `times` times: milliseconds each.
pub(super) fn fsync(folder: &Path, times: u32) -> std::io::Result<f64> {
    let file = std::fs::File::create(folder.join("fsync"))?;
    let began = instant();
    for n in 0..times {
        file.write_all_at(&[7; 4096], u64::from(n) * 4096)?;
        file.sync_data()?;
    }
    Ok(millis(began.elapsed()) / f64::from(times))
}

/// Parsing schedule files with the YAML parser alone, in milliseconds.
pub(super) fn yaml(folder: &Path) -> std::io::Result<f64> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder.join("schedules"))? {
        texts.push(std::fs::read_to_string(entry?.path())?);
    }
    let began = instant();
    for text in &texts {
        let parsed: Result<serde_json::Value, _> = serde_saphyr::from_str(text);
        std::hint::black_box(parsed.map_err(|error| std::io::Error::other(error.to_string()))?);
    }
    Ok(millis(began.elapsed()))
}

pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(super) fn instant() -> Instant {
    Instant::now()
}
