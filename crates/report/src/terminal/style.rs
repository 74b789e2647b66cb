//! How an answer is shown: the terminal's width, colours and signs, who may see what is made of own data, and how much
//! a page holds.
//!
//! One value for all, because every form gets it: the first three are for terminals only, the last for pages.

use crate::outline::marking::Marking;

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Cells in a line.
    pub width: usize,
    /// Whether the terminal's colours may be used.
    pub colour: bool,
    /// Whether more than ASCII may be used.
    pub unicode: bool,
    /// The marking of what is made of own data.
    pub own: model::Tlp,
    /// Whether a page holds only what two printed sheets do.
    pub short: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true, own: model::Tlp::AmberStrict, short: false }
    }
}

impl Style {
    /// The marking of what is made of own data, for the forms.
    pub(crate) fn marking(&self) -> Marking {
        Marking::new(self.own)
    }
}
