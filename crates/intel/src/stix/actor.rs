//! Groups by the names that sources give them; MISP events name them alike.

use crate::sink::Sink;
use model::world::Mentioned;

/// A group by the name that an object gives it; an unknown name means itself.
pub(crate) fn actor(written: String, sink: &Sink<'_>) -> Mentioned {
    let mut groups: Vec<String> =
        sink.lexicon.groups_named(&written).into_iter().map(|named| named.group).collect();
    groups.dedup();
    if groups.is_empty() {
        groups.push(written.clone());
    }
    Mentioned::Actor { written, groups }
}

/// The preferred name of the one group that bears a name; the name itself when there is none or several.
pub(super) fn group_name(name: String, sink: &Sink<'_>) -> String {
    match actor(name.clone(), sink) {
        Mentioned::Actor { groups, .. } => match groups.as_slice() {
            [one] => one.clone(),
            _ => name,
        },
        _ => name,
    }
}
