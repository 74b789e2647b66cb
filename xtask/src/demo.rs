//! Writes the logs of the demo organisation: `cargo xtask demo` (or `--check`: compares instead of writing).
//!
//! Thirty days of June 2026 of the Seaward Harbour Authority: innocent noise with the rhythm of days and weeks,
//! and one intrusion; `intrusion.rs` and `demo/STORY.md` list every event of it. Nothing is taken from
//! the clock or the system: the same program writes the same bytes. Each log draws from its own generator,
//! seeded with [`random::SEED`] and the log's name, so that a change of one log leaves the others as they are.

mod actors;
mod intrusion;
mod linux;
mod log;
mod moment;
mod network;
mod random;
mod signin;
mod sysmon;
mod web;
mod windows;

use log::Logs;
use std::path::{Path, PathBuf};

/// The demo is embedded in the program: a file, and all files, compressed.
const FILE_BYTES_MAX: usize = 900_000;
const TOTAL_BYTES_MAX: usize = 3_000_000;

/// Writes `demo/logs` and the places of the intrusion in them, which a test leaves out; or with `--check` says whether it is what would be written.
pub fn run(mut arguments: impl Iterator<Item = String>) -> Result<String, String> {
    let check = match arguments.next().as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => return Err(format!("unknown argument `{other}` of `cargo xtask demo`")),
    };
    let mut logs = Logs::default();
    noise(&mut logs);
    logs.of_intrusion = true;
    intrusion::write(&mut logs);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/logs");
    let (mut bytes_total, mut events_total) = (0, 0);
    let (mut report, mut places) = (String::new(), String::new());
    for (name, log) in logs.finish() {
        let text = log.text();
        let packed = log::pack(&text).map_err(|error| format!("cannot compress {name}: {error}"))?;
        if packed.len() > FILE_BYTES_MAX {
            return Err(format!(
                "{name}: {} bytes, at most {FILE_BYTES_MAX} fit into the demo",
                packed.len()
            ));
        }
        if !log.places().is_empty() {
            places.push_str(&format!("{name}: {}\n", log.places()));
        }
        bytes_total += packed.len();
        events_total += log.events();
        report.push_str(&format!("{:>8} events {:>8} bytes  {name}\n", log.events(), packed.len()));
        let path = root.join(format!("{name}.gz"));
        if check { compare(&path, &text)? } else { store(&path, &packed)? }
    }
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/outpace/tests/fixtures/demo-intrusion.txt");
    if check {
        compare_text(&path, &places)?
    } else {
        store(&path, places.as_bytes())?
    }
    if bytes_total > TOTAL_BYTES_MAX {
        return Err(format!("{bytes_total} bytes in all, at most {TOTAL_BYTES_MAX} fit into the demo"));
    }
    Ok(format!("{report}{events_total:>8} events {bytes_total:>8} bytes"))
}

/// Everything that happened on these thirty days but for the intrusion.
fn noise(logs: &mut Logs) {
    for write in [web::write, windows::write, sysmon::write, network::write, linux::write, signin::write] {
        write(logs);
    }
}

fn store(path: &PathBuf, packed: &[u8]) -> Result<(), String> {
    let parent = path.parent().unwrap_or(path);
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(path, packed))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn compare(path: &PathBuf, text: &str) -> Result<(), String> {
    if log::holds(&stored(path)?, text) { Ok(()) } else { Err(differs(path)) }
}

fn compare_text(path: &PathBuf, text: &str) -> Result<(), String> {
    if stored(path)? == text.as_bytes() { Ok(()) } else { Err(differs(path)) }
}

fn stored(path: &PathBuf) -> Result<Vec<u8>, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "our own file, bounded by FILE_BYTES_MAX when it was written"
    )]
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn differs(path: &Path) -> String {
    format!("{} is not what `cargo xtask demo` writes; run it and commit", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(write: impl Fn(&mut Logs)) -> Vec<(String, String)> {
        let mut logs = Logs::default();
        write(&mut logs);
        logs.finish().map(|(name, log)| (name, log.text())).collect()
    }

    #[test]
    fn each_run_writes_the_same() {
        assert!(texts(noise) == texts(noise));
        assert!(texts(intrusion::write) == texts(intrusion::write));
    }

    #[test]
    fn the_noise_keeps_away_from_the_story() {
        for (name, text) in texts(noise) {
            for sign in
                [actors::PROBER, actors::CALLER, actors::DROP, "tidewatch", "horizon.jsp", "bsync.exe"]
            {
                // An address must not be the beginning of a longer one.
                let found = text.match_indices(sign).any(|(at, sign)| {
                    !text[at + sign.len()..].starts_with(|next: char| next.is_ascii_digit())
                });
                assert!(!found, "{name} holds {sign}");
            }
        }
    }

    #[test]
    fn a_stored_file_holds_its_text_and_no_other() {
        let packed = log::pack("one\ntwo\n").expect("memory does not fail");
        assert!(log::holds(&packed, "one\ntwo\n"));
        assert!(!log::holds(&packed, "one\n"));
        assert!(!log::holds(&packed, "one\ntwo\nthree\n"));
        assert!(!log::holds(b"not gzip", ""));
    }
}
