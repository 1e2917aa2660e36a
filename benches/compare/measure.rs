//! Numbers: percentiles, medians, and what a process costs by `/proc`.

use std::{collections::BTreeMap, fs, time::Duration};

use jiff::Timestamp;

/// How late messages came, how many never, how many again.
#[derive(Clone, Debug, Default)]
pub(super) struct Lateness {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
    pub(super) lost: usize,
    pub(super) doubled: usize,
}

/// Judges arrivals in milliseconds after `due`.
pub(super) fn lateness(arrivals: &[(u32, Timestamp)], count: usize, due: i64) -> Lateness {
    let due = Timestamp::from_second(due).unwrap_or_default();
    let mut firsts: BTreeMap<u32, f64> = BTreeMap::new();
    let mut doubled = 0;
    for (number, at) in arrivals {
        let late = at.duration_since(due).as_secs_f64() * 1000.0;
        doubled += usize::from(firsts.insert(*number, late).is_some());
    }
    let mut late: Vec<f64> = firsts.into_values().collect();
    late.sort_by(f64::total_cmp);
    Lateness {
        p50: percentile(&late, 50),
        p99: percentile(&late, 99),
        max: percentile(&late, 100),
        lost: count - late.len(),
        doubled,
    }
}

/// A percentile of sorted numbers; not a number when there are none.
pub(super) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    sorted[(last * percent).div_ceil(100)]
}

/// The median.
pub(super) fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    percentile(&numbers, 50)
}

/// Processor time of a process and its threads so far.
pub(super) fn cpu(pid: u32) -> Option<Duration> {
    // /proc/PID/task/TID/schedstat: the first number is the time on a processor in nanoseconds;
    // threads that ended are not counted.
    let mut nanoseconds = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let Ok(stat) = fs::read_to_string(task.ok()?.path().join("schedstat")) else { continue };
        nanoseconds += stat.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanoseconds))
}

/// Resident memory of a process in MB.
pub(super) fn memory(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}
