//! One file or folder a form; a form takes an answer, a finding or reports, and writes bytes.

mod baseline;
mod csv;
mod explain;
mod extract;
mod html;
mod hunt;
mod json;
mod logons;
mod markdown;
mod navigator;
mod ndjson;
mod ocsf;
mod sarif;
mod stix;
mod table;
mod timeline;
mod write;

pub use explain::{explain, is_meant, name_line};
pub use extract::{ExtractWish, extract, extract_types};
pub use hunt::hunt;
pub use logons::{LogonsForm, logons};
pub use ndjson::{NotSaved, SavedHead, read_each_finding, read_findings, read_saved, save};
pub use timeline::{TimelineForm, timeline_head, timeline_line};
pub use write::{Form, write};
