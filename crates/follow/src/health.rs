//! How a follower is: what it follows, how far behind it is, what was lost; for a person, a file and Prometheus.
//!
//! Invariant: a handle is cheap to clone, and reading it never waits for a source.

use crate::syslog::drops;
use model::Timestamp;
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is counted. The names are those of the fields in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// Files that are followed, those included that were rotated away and are still there.
    pub documents: u64,
    /// Bytes that are there and not taken: of files, and messages that wait.
    pub behind_bytes: u64,
    /// About how many lines these are, by the mean length of those that were taken.
    pub behind_lines: u64,
    /// Batches that were given.
    pub batches: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Lines in them.
    pub lines: u64,
    /// Records that the caller has committed.
    pub records: u64,
    /// When the last batch was given.
    pub last_batch: Option<Timestamp>,
    /// Datagrams that the kernel has dropped because they came faster than they were read.
    pub udp_dropped: u64,
    /// Connections that are open.
    pub connections: u64,
    /// Connections that were refused because there were too many.
    pub connections_refused: u64,
    /// Connections that were closed because they were silent or a message took too long.
    pub connections_idle: u64,
    /// Connections that broke, or never spoke TLS.
    pub connections_broken: u64,
    /// Messages that were longer than the bound, and cut.
    pub messages_cut: u64,
    /// Problems that batches reported.
    pub problems: u64,
}

#[derive(Default)]
struct State {
    numbers: Numbers,
    /// The sockets whose drops are counted.
    sockets: Vec<u64>,
}

/// A handle on the numbers.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<State>>);

impl Health {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the numbers.
    pub(crate) fn add(&self, change: impl FnOnce(&mut Numbers)) {
        change(&mut self.state().numbers);
    }

    pub(crate) fn counts_drops_of(&self, inode: u64) {
        self.state().sockets.push(inode);
    }

    /// The caller has committed this many records.
    pub fn committed(&self, records: u64) {
        self.add(|numbers| numbers.records = numbers.records.saturating_add(records));
    }

    /// The numbers as they are now.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        let mut state = self.state();
        if !state.sockets.is_empty() {
            state.numbers.udp_dropped = drops::dropped(&state.sockets).max(state.numbers.udp_dropped);
        }
        let mut numbers = state.numbers.clone();
        drop(state);
        let lines =
            u128::from(numbers.behind_bytes) * u128::from(numbers.lines) / u128::from(numbers.bytes.max(1));
        numbers.behind_lines = u64::try_from(lines).unwrap_or(u64::MAX);
        numbers
    }

    /// The numbers as one line of JSON, with its end.
    #[must_use]
    pub fn json(&self) -> String {
        let mut line = serde_json::to_string(&self.numbers()).unwrap_or_default();
        line.push('\n');
        line
    }

    /// The numbers as OpenMetrics text, which Prometheus reads.
    #[must_use]
    pub fn metrics(&self) -> String {
        let numbers = self.numbers();
        let mut text = String::new();
        for (name, help, value) in [
            ("documents", "Files that are followed.", numbers.documents),
            ("behind_bytes", "Bytes that are there and not taken.", numbers.behind_bytes),
            ("behind_lines", "About how many lines these bytes are.", numbers.behind_lines),
            ("connections", "Connections of syslog that are open.", numbers.connections),
        ] {
            family(&mut text, name, "gauge", help, ("", value));
        }
        if let Some(last) = numbers.last_batch {
            let name = "outpace_watch_last_batch_timestamp_seconds";
            let seconds = last.seconds();
            let _ = write!(
                text,
                "# TYPE {name} gauge\n# UNIT {name} seconds\n# HELP {name} When the last batch was given.\n{name} {seconds}\n"
            );
        }
        for (name, help, value) in [
            ("batches", "Batches that were given.", numbers.batches),
            ("taken_bytes", "Bytes in batches.", numbers.bytes),
            ("taken_lines", "Lines in batches.", numbers.lines),
            ("committed_records", "Records that were committed.", numbers.records),
            ("udp_dropped", "Datagrams that the kernel has dropped.", numbers.udp_dropped),
            ("connections_refused", "Connections that were refused: too many.", numbers.connections_refused),
            ("connections_idle", "Connections that were closed: silent too long.", numbers.connections_idle),
            ("connections_broken", "Connections that broke.", numbers.connections_broken),
            ("messages_cut", "Messages that were longer than the bound.", numbers.messages_cut),
            ("problems", "Problems that were reported.", numbers.problems),
        ] {
            family(&mut text, name, "counter", help, ("_total", value));
        }
        text.push_str("# EOF\n");
        text
    }
}

/// Writes one number with its head; of counters the name has an end.
fn family(text: &mut String, name: &str, kind: &str, help: &str, (end, value): (&str, u64)) {
    let unit = match name.ends_with("_bytes") {
        true => format!("# UNIT outpace_watch_{name} bytes\n"),
        false => String::new(),
    };
    let _ = write!(
        text,
        "# TYPE outpace_watch_{name} {kind}\n{unit}# HELP outpace_watch_{name} {help}\noutpace_watch_{name}{end} {value}\n"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_json_and_as_metrics() {
        let health = Health::default();
        health.add(|numbers| {
            (numbers.bytes, numbers.lines, numbers.behind_bytes) = (1000, 10, 250);
            numbers.last_batch = Timestamp::parse("2026-06-12T03:14:15Z");
        });
        health.committed(9);
        let json: serde_json::Value = serde_json::from_str(&health.json()).unwrap();
        assert_eq!((json["behind_lines"].as_u64(), json["records"].as_u64()), (Some(2), Some(9)));
        assert_eq!(json["last_batch"], "2026-06-12T03:14:15Z");
        assert!(health.json().ends_with("}\n") && health.json().lines().count() == 1);
        let metrics = health.metrics();
        for line in [
            "outpace_watch_behind_bytes 250",
            "# TYPE outpace_watch_committed_records counter",
            "outpace_watch_committed_records_total 9",
            "outpace_watch_last_batch_timestamp_seconds 1781234055",
            "# EOF",
        ] {
            assert!(metrics.lines().any(|one| one == line), "{line} in {metrics}");
        }
        // Each sample is behind its own metadata, and each name is there once (OpenMetrics 1.0, 4.4).
        let types: Vec<_> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
        let mut once = types.clone();
        once.dedup();
        assert_eq!(types.len(), once.len());
    }
}
