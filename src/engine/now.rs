//! The only place that asks what time it is; everything else is told.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The time now in nanoseconds since the Unix epoch, by this machine's clock.
///
/// The wall clock is read once and carried on by the steady one, so that durations stay true when somebody sets it.
#[must_use]
pub fn utc_ns() -> i64 {
    static START: OnceLock<(Instant, i64)> = OnceLock::new();
    let (instant, wall) = START.get_or_init(|| (Instant::now(), wall_ns()));
    let passed = i64::try_from(instant.elapsed().as_nanos()).unwrap_or(i64::MAX);
    wall.saturating_add(passed)
}

/// What this machine's clock shows now, in nanoseconds since the Unix epoch: for what the user does, who may have set it
/// right, or opened the lid again, since the program began.
#[must_use]
pub fn wall_ns() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}
