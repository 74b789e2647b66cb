//! A record around several events: what a subscription of CloudWatch Logs delivers.
//!
//! "Using CloudWatch Logs subscription filters": `messageType` is `DATA_MESSAGE`, and `logEvents` has an event each with
//! `id`, `timestamp` and `message`. Each is a record of its own, with what is around all of them; its bytes are those of
//! its message, so that two events of one delivery are two.

use crate::record::draft::{Draft, DraftField};

const EVENT: &str = "logEvents.";

/// Whether a record is a delivery.
pub(super) fn is_batch(draft: &Draft<'_>) -> bool {
    draft.get("messageType") == Some("DATA_MESSAGE") && draft.get("logEvents.message").is_some()
}

/// Its events: for each the fields, those around it first.
pub(super) fn events<'c>(draft: &Draft<'c>) -> Vec<Vec<DraftField<'c>>> {
    let is_event = |field: &&DraftField<'c>| draft.text(field.name).starts_with(EVENT);
    let around: Vec<DraftField<'c>> = draft.fields.iter().filter(|field| !is_event(field)).copied().collect();
    let mut events: Vec<Vec<DraftField<'c>>> = Vec::new();
    for field in draft.fields.iter().filter(is_event) {
        let name = draft.text(field.name);
        let seen = |event: &Vec<DraftField<'c>>| {
            event.iter().any(|known| draft.text(known.name) == name.get(EVENT.len()..).unwrap_or_default())
        };
        if events.last().is_none_or(seen) {
            events.push(around.clone());
        }
        if let Some(event) = events.last_mut() {
            event.push(DraftField { name: draft.tail(field.name, EVENT.len()), value: field.value });
        }
    }
    events
}
