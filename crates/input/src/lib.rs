//! Where bytes come from: paths, directories, archives, compression, encodings, each with its limit.
//!
//! A wall gets [`Document`]s and does not know whether one was a file, a member of a tar in a zip, or
//! UTF-16: [`walk`] opens, decompresses and transcodes, and every expansion is capped by what comes *out*,
//! never by what a header promises. Helpers that every reader of text needs are here too: bounded lines
//! ([`Lines`]), JSON values one by one ([`json`]), tables with headers ([`table`]).
//!
//! ```
//! use input::table::{self, Column};
//! use input::{Document, Head, Registered, recognised};
//!
//! const COLUMNS: &[Column] = &[Column { name: "name", spellings: &["hostname"] }];
//! type Read = fn(&mut Document<'_>, &mut model::Problems, &mut dyn FnMut(String));
//!
//! fn read(document: &mut Document<'_>, problems: &mut model::Problems, each: &mut dyn FnMut(String)) {
//!     table::rows(document, COLUMNS, problems, &mut |row, _| row.get("name").into_iter().for_each(|name| each(name.into())));
//! }
//!
//! // A room of readers has a registry: one line a format, asked in order.
//! let machines = Registered {
//!     format: "machines",
//!     name: "table of machines",
//!     recognise: |head: &Head<'_>| head.has_column(COLUMNS, &["name"]),
//!     read: read as Read,
//! };
//! let mut document = Document::open("machines.csv", &b"Hostname;Rack\nwiki-1;7\n"[..]).unwrap();
//! let registry = [machines];
//! let line = recognised(&registry, &Head::of_text("machines.csv", document.head_text())).unwrap();
//! let (mut names, mut problems) = (Vec::new(), model::Problems::new("machines.csv"));
//! (line.read)(&mut document, &mut problems, &mut |name| names.push(name));
//! assert_eq!((names, problems.count()), (vec!["wiki-1".to_owned()], 0));
//! ```
//!
//! Invariants: nothing is ever unpacked to disk; a name inside an archive is a label, never a path to open;
//! links in archives and directories are not followed out of what was asked for; a document is read once,
//! front to back.

mod capped;
mod container;
mod document;
mod encoding;
#[doc(hidden)]
pub mod fuzz;
mod head;
pub mod json;
mod label;
mod limits;
mod lines;
mod once;
mod open;
mod registry;
mod shape;
pub mod table;
mod tar;
mod walk;
mod workbook;

pub use document::{Cut, Digests, Document, Whole};
pub use encoding::as_text;
pub use head::{Head, Key};
pub use limits::Limits;
pub use lines::{Line, Lines};
pub use registry::{Registered, line_of, recognised};
pub use shape::Shape;
pub use walk::{Walked, is_nameless_pipe, label_of, open_bytes, walk};
