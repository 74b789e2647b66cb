//! The two indexes of a MISP feed: `manifest.json` says which events there are, `hashes.csv` which values, hashed.
//!
//! Both accompany the events and say nothing that these do not. The hashes are of the written values, not of
//! files, so they must not be taken for indicators. Source: MISP feed format (draft-dulaunoy-misp-core-format).

use crate::sink::Sink;
use input::Document;
use input::Head;
use model::{Fault, Place, Problems};

/// How many lines or keys are looked at.
const SAMPLE_MAX: usize = 100;

/// Whether a head is of an index of a MISP feed.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    if head.is_json() {
        let mut top = head.keys().iter().filter(|key| key.depth == 1).take(SAMPLE_MAX);
        let events = top.clone().next().is_some() && top.all(|key| is_uuid(key.name));
        return events && head.keys().iter().any(|key| key.depth == 2 && key.name == "Orgc");
    }
    let whole = head.text.rfind('\n').and_then(|end| head.text.get(..end)).unwrap_or(head.text);
    let mut lines = whole.lines().take(SAMPLE_MAX);
    let hashed = |line: &str| {
        line.split_once(',').is_some_and(|(hash, id)| {
            hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_uuid(id)
        })
    };
    lines.clone().next().is_some() && lines.all(hashed)
}

/// Says that there is nothing to be read here.
pub(crate) fn read(_: &mut Document<'_>, _: &mut Sink<'_>, problems: &mut Problems) {
    let what = "the index of a MISP feed, which says nothing that its events do not: passed over";
    problems.add(Place::Whole, Fault::Note, what, Some("give the events of the feed"));
}

/// Whether a text is a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    let text = text.trim();
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if hyphens.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_index(text: &str) -> bool {
        claims(&Head::of_text("a", text))
    }

    #[test]
    fn indexes_are_known_and_lists_of_hashes_are_not_indexes() {
        let (hash, id) = ("b285e91f511df62beae442b87a9bb53e", "7eadccd4-9496-557c-96c0-6f4b805be6d3");
        assert!(is_index(&format!("{hash},{id}\n{hash},{id}\n")));
        assert!(is_index(&format!("{{\"{id}\":{{\"Orgc\":{{\"name\":\"a\"}},\"info\":\"b\"}}}}")));
        assert!(!is_index(&format!("{hash}\n")) && !is_index(&format!("{hash},a loader\n")) && !is_index(""));
        assert!(!is_index("{\"Event\":{\"Orgc\":{}}}") && !is_index("{}"));
    }
}
