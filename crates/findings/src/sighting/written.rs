//! The machine of a record as the record writes it; the join resolves it to a machine of the estate.
//!
//! Inventories change: a later one may show that two names are one machine, or whose an address was. So a hit keeps
//! what the record says (a name, the two ends of a connection, or only the document), and the join resolves it, not
//! the reading of the log.

use crate::facts::ours::{Ours, is_internal};
use model::identity::{Entity, EntityKey};
use model::{Record, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// The machine of a record, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Written {
    /// The machine that the record names: in a record about traffic, the sensor.
    pub(crate) named: Option<Box<str>>,
    /// The ends of a connection between others. Where exactly one is an address inside, only that.
    pub(crate) ends: [Option<IpAddr>; 2],
}

impl Written {
    /// What a record writes; `traffic`: it reports a connection between others.
    pub(crate) fn of(record: &Record<'_>, traffic: bool) -> Self {
        let ends = match (traffic, record.from, record.to) {
            (false, ..) => [None, None],
            (true, Some(from), Some(to)) => match (is_internal(from), is_internal(to)) {
                (true, false) => [Some(from), None],
                (false, true) => [None, Some(to)],
                _ => [Some(from), Some(to)],
            },
            (true, from, to) => [from, to],
        };
        Self { named: record.host.map(Box::from), ends }
    }

    /// The machine that is meant, at a moment, in a document: of traffic, the end inside, whether or not the inventory
    /// knows it.
    pub(crate) fn resolve(&self, ours: &Ours, at: Option<Timestamp>, document: &LogPlace<'_>) -> Entity {
        let ends = || self.ends.iter().flatten();
        // An address inside that the inventory lacks is still not the sensor; with no inventory, a name says more.
        let unknown = || ends().find(|address| !ours.devices.is_empty() && is_internal(**address));
        if let Some(address) = ends().find(|address| ours.owns(**address)).or_else(unknown) {
            return ours.hosts.resolve(&address.to_string(), at);
        }
        // Of traffic of which no end is known to be inside, the sensor is all that is known.
        if let Some(named) = &self.named {
            return ours.hosts.resolve(named, at);
        }
        if let Some(named) = document.machine {
            return named.clone();
        }
        Entity {
            key: EntityKey::document(&document.lineage),
            display: format!("unnamed machine of {}", document.name),
            known: false,
            reason: "no host named",
        }
    }
}

/// The document of a record, for records that name no machine.
#[derive(Clone, Debug)]
pub(crate) struct LogPlace<'a> {
    /// The least name among the documents of the lineage.
    pub(crate) name: Arc<str>,
    /// What copies and later states of one log have in common.
    pub(crate) lineage: String,
    /// The machine that the document's path names.
    pub(crate) machine: Option<&'a Entity>,
}
