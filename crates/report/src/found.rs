//! What a search found, in its forms: [`page`] is what is shown, [`people`] and [`programs`] write it.

pub(crate) mod page;
mod people;
mod programs;
mod write;

pub use page::{FoundHit, FoundPage, FoundTie, FoundTotal, looked_line};
pub use write::{FoundForm, write_found};
