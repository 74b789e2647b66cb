//! Events of Windows as Wazuh's agent forwards them: below `data.win`, with names that begin small.
//!
//! Wazuh, "Windows event channel" decoder: `system` has the system part under names of its own, `eventdata` the data
//! with the first letter of each name made small, and backslashes and quotes in values are escaped once more than
//! JSON needs.

use crate::record::draft::{Draft, Piece};

/// The name that shows an event of this kind.
pub(crate) const MARK: &str = "data.win.system.eventID";

const SYSTEM: &str = "data.win.system.";
const DATA: &str = "data.win.eventdata.";

/// Names of the system part, and what rules call them.
const NAMES: [(&str, &str); 14] = [
    ("providerName", "Provider_Name"),
    ("providerGuid", "Provider_Guid"),
    ("eventID", "EventID"),
    ("version", "Version"),
    ("level", "Level"),
    ("task", "Task"),
    ("opcode", "Opcode"),
    ("keywords", "Keywords"),
    ("systemTime", "SystemTime"),
    ("eventRecordID", "EventRecordID"),
    ("processID", "Execution_ProcessID"),
    ("threadID", "Execution_ThreadID"),
    ("channel", "Channel"),
    ("computer", "Computer"),
];

/// Gives the fields of the event the names that it has on Windows, and their own values.
pub(crate) fn rename(draft: &mut Draft<'_>) {
    for index in 0..draft.fields.len() {
        let Some(field) = draft.fields.get(index).copied() else { break };
        let name = draft.text(field.name);
        let renamed = if let Some(rest) = name.strip_prefix(SYSTEM) {
            NAMES.iter().find(|(theirs, _)| *theirs == rest).map(|(_, ours)| Piece::Chunk(ours))
        } else {
            let data = name.strip_prefix(DATA).filter(|rest| !rest.is_empty());
            data.map(capitalised).map(|name| draft.keep(&name))
        };
        let Some(renamed) = renamed else { continue };
        let text = field.value.map(|value| draft.text(value)).filter(|text| text.contains('\\'));
        let plain = text.map(|text| text.replace("\\\\", "\\").replace("\\\"", "\""));
        let value = plain.map(|plain| draft.keep(&plain)).or(field.value);
        if let Some(field) = draft.fields.get_mut(index) {
            (field.name, field.value) = (renamed, value);
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
