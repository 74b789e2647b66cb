//! The files: lines are added in any order, sorted by time, numbered where the format numbers them, compressed.

use super::moment::Moment;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

/// All logs, by path below `demo/logs` without `.gz`.
#[derive(Default)]
pub struct Logs {
    logs: BTreeMap<String, Log>,
    /// What is added now is of the intrusion.
    pub of_intrusion: bool,
}

/// One log.
#[derive(Default)]
pub struct Log {
    head: String,
    numbered: bool,
    /// Each with whether it is of the intrusion.
    lines: Vec<(Moment, String, bool)>,
}

impl Logs {
    /// Adds a line that is written unchanged.
    pub fn line(&mut self, name: &str, time: Moment, line: String) {
        let of_intrusion = self.of_intrusion;
        self.log(name).lines.push((time, line, of_intrusion));
    }

    /// Adds a Windows event: the members of a JSON object without braces; time and record number are put
    /// before them.
    pub fn event(&mut self, name: &str, time: Moment, members: String) {
        let of_intrusion = self.of_intrusion;
        let log = self.log(name);
        log.numbered = true;
        log.lines.push((time, members, of_intrusion));
    }

    /// Sets the text before the first line.
    pub fn head(&mut self, name: &str, head: &str) {
        head.clone_into(&mut self.log(name).head);
    }

    fn log(&mut self, name: &str) -> &mut Log {
        self.logs.entry(name.to_owned()).or_default()
    }

    /// The logs in order of name, their lines in order of time.
    pub fn finish(mut self) -> impl Iterator<Item = (String, Log)> {
        for log in self.logs.values_mut() {
            // Stable: what happened in the same moment stays in the order in which it was added.
            log.lines.sort_by_key(|(time, ..)| *time);
        }
        self.logs.into_iter()
    }
}

impl Log {
    /// How many events it holds.
    pub fn events(&self) -> usize {
        self.lines.len()
    }

    /// The lines of the file that are of the intrusion, from 1 on: `12 40-45`.
    pub fn places(&self) -> String {
        let before = self.head.lines().count() + 1;
        let of_intrusion = self.lines.iter().enumerate().filter(|(_, (.., of_intrusion))| *of_intrusion);
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for place in of_intrusion.map(|(n, _)| n + before) {
            match runs.last_mut().filter(|(_, last)| *last + 1 == place) {
                Some((_, last)) => *last = place,
                None => runs.push((place, place)),
            }
        }
        let shown = |(first, last): &(usize, usize)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        runs.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = self.head.clone();
        // Windows logs do not begin with record 1 when they are exported.
        for (number, (time, line, _)) in (18_000_u64..).zip(&self.lines) {
            if self.numbered {
                let time = time.iso();
                text.push_str(&format!("{{\"TimeCreated\":\"{time}\",\"RecordNumber\":{number},{line}}}\n"));
            } else {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

/// A text as it is stored. The gzip head carries no name and no time.
pub fn pack(text: &str) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text.as_bytes())?;
    packer.finish()
}

/// Whether a stored file holds a text. Not its bytes are compared: processors pack differently.
pub fn holds(packed: &[u8], text: &str) -> bool {
    let mut unpacked = Vec::new();
    let bytes_max = u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_add(1);
    let read = std::io::copy(&mut flate2::read::GzDecoder::new(packed).take(bytes_max), &mut unpacked);
    read.is_ok() && unpacked == text.as_bytes()
}
