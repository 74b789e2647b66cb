//! What we own, and under which names: inventories of software, devices, accounts, zones, rules and names.
//!
//! A document goes in, facts of [`model::ours`] and problems come out; what an export leaves out stays
//! unknown. One format is one file here and one line in [`FORMATS`]. The columns of the tables are listed
//! in `COLUMNS.md` beside this crate's manifest; a test compares it with the code.
//!
//! ```
//! let text = &b"hostname;ip;role\nwiki-1;192.0.2.5;server\n"[..];
//! let mut document = input::Document::open("machines.csv", text).unwrap();
//! let mut devices = Vec::new();
//! let (format, problems) = estate::read(&mut document, &mut |fact| {
//!     if let model::ours::Fact::Device(device) = fact {
//!         devices.push(device.name);
//!     }
//! });
//! assert_eq!((format, problems.count()), (Some(estate::Format::Devices), 0));
//! assert_eq!(devices, ["wiki-1"]);
//! ```
//!
//! Invariants: content is never an error; every fact names its place; a cell that cannot be understood
//! is named by line and column and taken as unknown, never as "no"; secrets are not kept; the same document
//! gives the same facts in the same order.

mod accounts;
mod cells;
mod components;
mod cyclonedx;
mod devices;
mod directory;
mod dpkg;
mod events;
mod extras;
mod firewall_rules;
mod formats;
#[doc(hidden)]
pub mod fuzz;
mod held;
mod lock;
mod names;
mod network;
mod packages;
mod purl;
mod sbom;
mod scans;
mod software;
mod systems;
mod tables;
mod text;
mod unread;
mod xml;
mod zones;

/// The number of these readers: one more whenever one of them says something else of a document than before. A document that
/// is kept word for word and was read by another number is worth reading again.
pub const READERS: u32 = 1;

pub use extras::Extras;
pub use formats::{FORMATS, Format, Reader, read, recognise};
pub use purl::{Purl, parse as parse_purl};
