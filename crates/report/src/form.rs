//! One file or folder a form; a form takes an answer, a finding or reports, and writes bytes.

mod baseline;
mod csv;
mod explain;
mod extract;
mod handover;
mod html;
mod hunt;
mod json;
mod listing;
mod logons;
mod markdown;
mod marked;
mod navigator;
mod ndjson;
mod ocsf;
mod parties;
mod published;
mod race;
mod sarif;
mod stix;
mod table;
mod timeline;
mod write;

pub use explain::{explain, explain_as, is_meant, name_line};
pub use extract::{ExtractWish, extract, extract_types};
pub use handover::handover;
pub use hunt::hunt;
pub use listing::{Listing, listing};
pub use logons::{LogonsForm, logons};
pub use marked::marking;
pub use ndjson::{NotSaved, SavedHead, read_each_finding, read_findings, read_saved, save};
pub use parties::{parties, party};
pub use published::{PublicationForm, write_publication};
pub use race::race;
pub use timeline::{TimelineForm, timeline_head, timeline_line};
pub use write::{Form, write};
