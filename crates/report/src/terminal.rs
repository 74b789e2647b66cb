//! Lines on a terminal: ink, layout, and the rows that several forms write.

pub(crate) mod ansi;
pub(crate) mod asked;
pub(crate) mod layout;
pub(crate) mod rows;
pub(crate) mod shorten;
mod style;

pub use style::Style;
