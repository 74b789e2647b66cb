//! How the documents of a format are cut into chunks, and chunks into lines and records.

pub(crate) mod chunk;
pub(crate) mod scanner;

use crate::cut::scanner::Scanner;
use input::Head;

/// How the documents of a format are cut.
#[derive(Clone, Copy)]
pub(crate) enum Cut {
    /// At line ends.
    Lines,
    /// Between the records that a scanner finds; the function makes the scanner for a document and the bound on a
    /// record.
    Scanned(fn(&Head<'_>, usize) -> Scanner),
    /// Into blocks of one size.
    Blocks(Blocks),
}

/// Blocks of one size behind a header.
#[derive(Clone, Copy)]
pub(crate) struct Blocks {
    /// The size of the header.
    pub(crate) header_bytes: usize,
    /// The size of a block.
    pub(crate) block_bytes: usize,
    /// The first bytes of a block; a document that starts with them has lost its header.
    pub(crate) magic: &'static [u8],
}
