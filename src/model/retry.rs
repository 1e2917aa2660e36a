//! When a delivery is tried again: an explicit list of delays, with chance as an argument.

use std::time::Duration;

/// Delays after the first, second, … attempt; the last one repeats until `keep` is over.
pub const DELAYS: [Duration; 7] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(60 * 60),
];

/// Each delay is moved by at most this share of itself, up or down.
pub const JITTER: f64 = 0.2;

/// The delay after `attempt` attempts (from 1), moved by `chance` in `0.0..=1.0` (0.5 moves nothing),
/// and never shorter than what the robot asked for.
#[must_use]
pub fn delay(attempt: u32, asked: Option<Duration>, chance: f64) -> Duration {
    let last = DELAYS.len() - 1;
    let index = usize::try_from(attempt.saturating_sub(1)).map_or(last, |n| n.min(last));
    let factor = 1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    DELAYS[index].mul_f64(factor).max(asked.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_follow_the_list_and_stay_on_the_last() {
        assert_eq!(delay(1, None, 0.5), Duration::from_secs(1));
        assert_eq!(delay(4, None, 0.5), Duration::from_secs(120));
        assert_eq!(delay(7, None, 0.5), Duration::from_secs(3600));
        assert_eq!(delay(1000, None, 0.5), Duration::from_secs(3600));
    }

    #[test]
    fn chance_moves_a_delay_by_a_fifth_at_most() {
        assert_eq!(delay(2, None, 0.0), Duration::from_secs(4));
        assert_eq!(delay(2, None, 1.0), Duration::from_secs(6));
        assert_eq!(delay(2, None, 7.0), Duration::from_secs(6));
    }

    #[test]
    fn what_the_robot_asks_for_is_the_least() {
        assert_eq!(delay(1, Some(Duration::from_secs(60)), 0.5), Duration::from_secs(60));
    }
}
