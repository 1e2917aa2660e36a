//! Chance through one seam: jitter and lease tokens.

/// Where chance comes from. Tests give a fixed one.
pub trait Chance: Send + Sync {
    /// A number in `0.0..1.0`.
    fn unit(&self) -> f64;

    /// A fresh token of letters and digits that no other process or claim has.
    fn token(&self) -> String;
}

/// The machine's own chance.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn unit(&self) -> f64 {
        fastrand::f64()
    }

    fn token(&self) -> String {
        format!("{:032x}", fastrand::u128(..))
    }
}
