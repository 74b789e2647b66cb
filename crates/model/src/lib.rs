//! The words: plain data for what the world knows, what is ours, what happened, and what follows.
//!
//! Every room uses these types, so they change rarely: no I/O, no parsing of documents, no clock. The
//! vocabulary is the field's own: STIX 2.1 for the world ([`world`]), CycloneDX and plain inventory words
//! for ours ([`ours`]), Sigma's log sources for what happened ([`Record`]), SSVC and OCSF for what follows
//! ([`Finding`], [`Answer`]).
//!
//! ```
//! use model::{Evidence, Finding, FindingKind, Intel, IntelType, Subject, Tlp};
//!
//! let intel = Intel {
//!     kind: IntelType::Vulnerability,
//!     id: "CVE-2021-44228".into(),
//!     name: "Log4Shell".into(),
//!     source: "kev.json".into(),
//!     tlp: Tlp::Clear,
//! };
//! let subject = Subject { host: Some("portal-1".into()), ..Subject::default() };
//! let proof = Evidence::at("inventory.csv", 7, None).with("name", "log4j-core").with("version", "2.14.1");
//! let finding = Finding::new(FindingKind::Exposure, intel, subject, &["host:portal-1", "log4j-core"], proof);
//! // The identifier is a function of content: whoever makes this finding, whenever, makes the same one.
//! assert!(finding.id.as_str().starts_with("finding--"));
//! ```
//!
//! Invariants, held by construction:
//! - a [`Finding`] has evidence; one without cannot be made or read back;
//! - an identifier is derived from content ([`FindingId`]): the same facts give the same identifier in any
//!   order, any batching, any number of times;
//! - a reader gives facts and [`Problem`]s; content is never an error;
//! - a [`Secret`] cannot be printed, and evidence holds none ([`secret::cut`]).

pub mod answer;
pub mod asked;
pub mod baseline;
pub mod brief;
mod finding;
mod grade;
mod hunt;
mod id;
pub mod identity;
mod notice;
pub mod ours;
pub mod party;
mod problem;
pub mod publication;
mod race;
mod record;
pub mod secret;
mod sketch;
mod spread;
mod timestamp;
mod tlp;
mod work;
pub mod world;

pub use answer::{Answer, Portion};
pub use finding::{EVIDENCE_MAX, Evidence, Finding, FindingKind, Intel, IntelType, Subject};
pub use grade::{Certainty, Decision, Severity};
pub use hunt::{Hit, Hole, Hour, LogonRow, Missing, Suppressed};
pub use id::{EventId, FactId, FindingId};
pub use notice::{Happened, Notice, NoticeId, NoticePart, Says, Topic};
pub use problem::{Fault, Place, Problem, Problems};
pub use record::{Field, LogSource, Record, Text, Value};
pub use secret::{Fingerprint, Secret, SecretKey};
pub use sketch::{Counted, Sketch};
pub use spread::{Cast, Dress, Grades, Group, Machine, Member, Row, Run, Spread};
pub use timestamp::{Date, Timestamp};
pub use tlp::Tlp;
pub use work::{FindingWork, WorkByFinding};
