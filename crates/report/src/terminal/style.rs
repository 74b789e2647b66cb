//! How a terminal shows a text: its width, its colours, its signs.

/// How a terminal shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Cells in a line.
    pub width: usize,
    /// Whether the terminal's colours may be used.
    pub colour: bool,
    /// Whether more than ASCII may be used.
    pub unicode: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true }
    }
}
