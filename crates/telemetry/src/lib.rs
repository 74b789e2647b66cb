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
//! From the ground up: what a record is made of (`record`), what rules call things (`names`), what records are cut
//! from (`cut`), what a reader gets and gives (`reader`), a file for each format and their registry (`formats`), the
//! run of feeder and workers (`run`). No file imports one that imports it.
//!
//! ```
//! let line = br#"192.0.2.7 - - [12/Jun/2026:03:14:07 +0000] "GET /x HTTP/1.1" 200 5 "-" "-""#;
//! let format = telemetry::recognise("web-1/access.log", line).unwrap();
//! assert_eq!(format.name(), "web access log");
//! ```
//!
//! A log that grows is read piece by piece ([`Feeder::piece`]): the summary of a piece says how much of it was whole
//! records and gives a [`Resume`] for the next.
//!
//! Invariants:
//! - the records of a run, and its summaries, do not depend on the number of threads or on where chunks were
//!   cut; only the order of the callbacks does;
//! - memory is some chunks a thread, whatever the size of the log or of a line;
//! - nothing in the input is an error or a panic: what could not be read is counted in the document's
//!   summary, and a line that is not understood is still a record (without fields), so that observables in it
//!   are found.

mod cut;
mod formats;
#[doc(hidden)]
pub mod fuzz;
mod mail;
mod names;
mod reader;
mod record;
mod run;

pub use formats::{Format, formats, recognise};
pub use mail::{MailSaid, is_of_mail, mail_said};
pub use names::given::gives;
pub use names::given_fields::gives_field;
pub use names::user_mapping::Mapping;
pub use reader::options::Options;
pub use reader::state::Resume;
pub use record::sequence::{Hole, Numbers, Sequence};
pub use record::zone::Zone;
pub use run::feeder::{Feeder, Piece};
pub use run::summary::DocumentSummary;
pub use run::{Outcome, Source, run, run_in_chunks};
