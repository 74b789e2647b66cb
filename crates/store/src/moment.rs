//! Moments as they are kept: microseconds since 1970, UTC.

use model::Timestamp;

/// A moment as it is kept.
pub(crate) fn moment(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
}
