//! What can be seen: observables (addresses, domains, URLs, hashes, paths …) found in bytes, brought
//! into one canonical form, and looked up in a compiled set.
//!
//! One tokenizer serves both sides of every join: an advisory's prose and a log line give the same
//! [`Observable`] for the same thing. That is what makes the join symmetric, and fast: indicators are
//! looked up, not searched.
//!
//! ```
//! use observable::{Kind, Needle, Role, Scope, Scratch, Set, scan_text};
//!
//! // What an advisory names …
//! let found = scan_text("The group used login[.]evil[.]example (203.0.113[.]77) as C2.");
//! assert_eq!(found[0].observable.value, "login.evil.example");
//! assert_eq!(found[1].observable.kind, Kind::Ipv4);
//! assert!(found.iter().all(|found| found.role == Role::Indicator));
//!
//! // … is looked up in the bytes of a log line.
//! let mut builder = Set::builder();
//! for (found, tag) in found.into_iter().zip(0..) {
//!     builder.add(Needle { observable: found.observable, scope: Scope::Below, tag });
//! }
//! let set = builder.build();
//! let line = br#"198.51.100.9 - - [12/Jun/2026:03:14:07 +0000] "GET http://www.login.evil.example/x HTTP/1.1" 200 5"#;
//! let mut tags = Vec::new();
//! set.scan(line, &mut Scratch::default(), &mut |hit| tags.push(hit.tag));
//! assert_eq!(tags, [0]);
//! ```
//!
//! An index of what lines hold answers for a needle that arrives later: [`Extractor`] gives every value of a line, and
//! [`filed_under`] those by which the needle is found.
//!
//! ```
//! use observable::{Extractor, Kind, Observable, Scope, canonical, filed_under};
//!
//! let line = br"10.0.0.9 ran C:\Temp\Run.DLL, then asked http://cdn.evil.example/x";
//! let mut values = Vec::new();
//! let complete = Extractor::default()
//!     .extract(line, &mut |kind, value| values.push(Observable { kind, value: value.to_owned() }));
//! assert!(complete);
//! for (kind, text) in
//!     [(Kind::Domain, "evil.example"), (Kind::Url, "cdn.evil.example/x"), (Kind::Path, r"c:\temp\run.dll")]
//! {
//!     let needle = canonical(kind, text).unwrap();
//!     let filed = filed_under(&needle, Scope::Below).unwrap();
//!     assert!(filed.iter().any(|value| values.contains(value)), "{text}");
//! }
//! ```
//!
//! | folder | what it has |
//! |---|---|
//! | `kind/` | one file a kind of observable: what it looks like, its one canonical form; refanging |
//! | `prose/` | [`scan_text`]: a walk over a text, what each word is, what it means to its author |
//! | `set/` | [`Set`]: needles compiled into a table behind a filter, and the scan of a haystack; [`Extractor`] |
//! | `token.rs` | the alphabet of words, which both walks share |
//!
//! A text is refanged (`kind/refang.rs`) and walked (`prose/walk.rs`); each word becomes an [`Observable`]
//! (`prose/word.rs`, [`canonical`]) with its [`Role`]. Observables become [`Needle`]s of a [`Builder`]; [`Set::scan`]
//! cuts a haystack into the same words, asks the table for each and gives a [`Hit`]. The extractor goes the same walk
//! (`set/scan.rs`) as another asker (`set/asker.rs`).
//!
//! For a new kind copy `kind/mail.rs`: a file with its form, a line in [`Kind`], in [`canonical`] and in
//! `prose/word.rs`; `set/scan.rs`, `set/extract.rs` and `set/filing.rs` if logs have it.
//!
//! Nothing here knows documents, files or the clock.

#[doc(hidden)]
pub mod fuzz;
mod kind;
mod prose;
mod set;
#[doc(hidden)]
pub mod steps;
mod token;

pub use kind::canonical::{VALUE_BYTES_MAX, canonical, defang, given, recognise};
pub use kind::{Kind, Observable};
pub use prose::{FOUND_MAX, Found, Role, scan_text};
pub use set::builder::{Builder, NEEDLES_MAX};
pub use set::extract::{EXTRACTED_MAX, Extractor};
pub use set::filing::{filed_under, in_numbers};
pub use set::needle::{Hit, Needle, Scope};
pub use set::{Scratch, Set};
