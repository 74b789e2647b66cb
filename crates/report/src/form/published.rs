//! A report of our own in every form that it is published in: one edition in, bytes out.
//!
//! People get it defanged (`page.rs`, set by the room of pages; `table.rs`, for its author), programs exact (`csv.rs`,
//! `misp.rs`, and a STIX bundle beside the others of its kind). A withdrawn report is in each form a withdrawal: its values
//! are named as values to let go of, its text is gone.

mod csv;
mod misp;
mod page;
mod table;
mod write;

pub use write::{PublicationForm, write_publication};
