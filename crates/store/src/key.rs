//! A key of findings as three columns: cores are found by them, and turns bear them.

use findings::Key;
use model::identity::EntityKey;
use std::sync::Arc;

/// The columns of a key: its sort, its name, its place.
pub(crate) fn columns(key: &Key) -> (&'static str, String, String) {
    match key {
        Key::Exposure(product) => ("exposure", product.to_string(), String::new()),
        Key::Sighting(cause, host) => ("sighting", cause.clone(), host.as_str().to_owned()),
        Key::Compromise(name) => ("compromise", name.clone(), String::new()),
        Key::Gap(check) => ("gap", check.clone(), String::new()),
        Key::Story(entry, day) => ("story", entry.clone(), day.to_string()),
    }
}

/// The key of columns.
pub(crate) fn key(kind: &str, name: String, place: &str) -> Option<Key> {
    Some(match kind {
        "exposure" => Key::Exposure(Arc::from(name)),
        "sighting" => Key::Sighting(name, EntityKey::parse(place)?),
        "compromise" => Key::Compromise(name),
        "gap" => Key::Gap(name),
        "story" => Key::Story(name, place.parse().ok()?),
        _ => return None,
    })
}
