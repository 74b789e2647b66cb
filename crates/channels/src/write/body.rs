//! The body of a webhook (Standard Webhooks): what happened, when, and the notice as it is.
//!
//! Values are exact: a machine compares them. One that is too long is left out, never cut, and counted in `left_out`.

use super::event;
use model::{Notice, NoticePart, Says, Timestamp};
use serde::Serialize;
use std::io;

/// How many of everything are kept, until the body fits.
const STEPS: [usize; 8] = [1_000, 300, 100, 40, 15, 5, 1, 0];
/// So many characters of a text are kept for each of them, and always so many of what every notice has.
const CHARS_EACH: usize = 60;
const CHARS_LEAST: usize = 200;
/// An exact value is no longer.
const VALUE_CHARS_MAX: usize = 2_000;

#[derive(Serialize)]
struct Body<'n> {
    r#type: String,
    timestamp: Timestamp,
    data: &'n Notice,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'n LeftOut>,
}

/// How much of a notice is not in the body.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct LeftOut {
    findings: usize,
    values: usize,
    parts: usize,
    lines: usize,
    characters: usize,
}

/// The body, in at most so many bytes.
pub(crate) fn write(notice: &Notice, bytes_max: usize) -> Vec<u8> {
    if let Some(whole) = json(notice, None, bytes_max) {
        return whole;
    }
    // Where one text could fill the body there is no use in trying.
    for step in STEPS.into_iter().filter(|step| step * CHARS_EACH <= bytes_max) {
        let mut left_out = LeftOut::default();
        let less = less(notice, step, &mut left_out);
        if let Some(body) = json(&less, Some(&left_out), bytes_max) {
            return body;
        }
    }
    Vec::new()
}

/// The body, if it fits.
fn json(notice: &Notice, left_out: Option<&LeftOut>, bytes_max: usize) -> Option<Vec<u8>> {
    let body = Body { r#type: event::kind(notice), timestamp: notice.at, data: notice, left_out };
    let mut room = Room { bytes: Vec::new(), most: bytes_max };
    // Nothing else in it can fail: keys are text, numbers are whole.
    serde_json::to_writer(&mut room, &body).ok().map(|()| room.bytes)
}

/// Bytes, up to so many.
struct Room {
    bytes: Vec<u8>,
    most: usize,
}

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The notice with so many of everything.
fn less(notice: &Notice, step: usize, left_out: &mut LeftOut) -> Notice {
    let chars_max = (step * CHARS_EACH).max(CHARS_LEAST);
    let mut text = |text: &str| cut(text, chars_max, &mut left_out.characters);
    let (thread, organisation) = (text(&notice.thread), text(&notice.organisation));
    let (title, audience) = (text(&notice.title), text(&notice.audience));
    let parts: Vec<NoticePart> =
        notice.parts.iter().take(step).map(|part| less_of(part, step, chars_max, left_out)).collect();
    left_out.parts = notice.parts.len() - parts.len();
    left_out.findings = notice.findings.len().saturating_sub(step.max(1));
    let mut values = std::collections::BTreeMap::new();
    for (n, (name, all)) in notice.values.iter().enumerate() {
        let short = |value: &&String| value.chars().nth(VALUE_CHARS_MAX).is_none();
        let room = if n < step && short(&name) { step } else { 0 };
        let kept: Vec<String> = all.iter().filter(short).take(room).cloned().collect();
        left_out.values += all.len() - kept.len();
        if !kept.is_empty() {
            values.insert(name.clone(), kept);
        }
    }
    Notice {
        id: notice.id.clone(),
        thread,
        organisation,
        title,
        audience,
        findings: notice.findings.iter().take(step.max(1)).cloned().collect(),
        parts,
        values,
        ..*notice
    }
}

fn less_of(part: &NoticePart, step: usize, chars_max: usize, left_out: &mut LeftOut) -> NoticePart {
    let mut few = |lines: &[String]| {
        let kept = lines.iter().take(step).map(|line| cut(line, chars_max, &mut left_out.characters));
        let kept: Vec<String> = kept.collect();
        left_out.lines += lines.len() - kept.len();
        kept
    };
    let says = match &part.says {
        Says::Steps(steps) => Says::Steps(few(steps)),
        Says::Lines(lines) => Says::Lines(few(lines)),
        Says::Text(text) => Says::Text(cut(text, chars_max, &mut left_out.characters)),
    };
    NoticePart { label: cut(&part.label, CHARS_LEAST, &mut left_out.characters), says }
}

fn cut(text: &str, chars_max: usize, left_out: &mut usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars_max) else { return text.to_owned() };
    *left_out += text.get(end..).unwrap_or_default().chars().count();
    format!("{}…", text.get(..end).unwrap_or_default())
}
