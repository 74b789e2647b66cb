//! How an answer is shown: the terminal's width, colours and signs, and who may see what is made of own data.
//!
//! One value for both, because every form gets it: the first three are for terminals only.

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
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true, own: model::Tlp::AmberStrict }
    }
}

impl Style {
    /// The marking of what is made of own data, for the forms.
    pub(crate) fn marking(&self) -> Marking {
        Marking::new(self.own)
    }
}
