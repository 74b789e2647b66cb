//! What happened: bytes of logs → [`model::Record`]s, streaming, on all cores, in bounded memory.
//!
//! [`recognise`] says by content which of [`formats`] a document is in; [`run`] takes documents from a
//! feeding closure, cuts each into chunks on record boundaries, lets workers parse the chunks, and calls back
//! with every record. A record is borrowed from its chunk and has flat fields under the names that SigmaHQ
//! rules use for its log source; whoever wants to keep something copies it.
//!
//! Why chunks and not lines: one hand-over a mebibyte costs nothing, one a line costs more than parsing it.
//! Why a sink a worker and no order of records: a caller that wants an order has each record's number.
//!
//! Invariants:
//! - the records of a run, and its summaries, do not depend on the number of threads or on where chunks were
//!   cut; only the order of the callbacks does;
//! - memory is some chunks a thread, whatever the size of the log or of a line;
//! - nothing in the input is an error or a panic: what could not be read is counted in the document's
//!   summary, and a line that is not understood is still a record (without fields), so that observables in it
//!   are found.

mod access;
mod address;
mod appliance;
mod cef;
mod chunk;
mod clock;
mod cloud;
mod csv_log;
mod cut;
mod defender;
mod detections;
mod dns_log;
mod draft;
mod ecs;
mod error_log;
mod event_xml;
mod evtx;
mod feeder;
mod flatten;
mod flow_log;
#[doc(hidden)]
pub mod fuzz;
mod given;
mod head;
mod job;
mod json;
mod key_values;
mod linux;
mod log_source;
mod mapping;
mod markup;
mod ocsf;
mod options;
mod plain;
mod queue;
mod reader;
mod registry;
mod rows;
mod run;
mod scanner;
mod sequence;
mod service_facts;
mod shapes;
mod summary;
mod syslog;
mod tally;
mod trouble;
mod user_mapping;
mod values;
mod w3c;
mod windows;
mod windows_events;
mod words;
mod yaml;
mod zeek;
mod zeek_names;

pub use feeder::Feeder;
pub use given::gives;
pub use options::Options;
pub use registry::{Format, formats, recognise};
pub use run::{Outcome, Source, run};
pub use sequence::{Hole, Numbers, Sequence};
pub use summary::DocumentSummary;
pub use user_mapping::Mapping;
