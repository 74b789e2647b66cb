//! The registry of formats that a room reads: one line a format, asked in order.
//!
//! Each room of readers (intelligence, inventories, logs) has its own list and its own way to read; how a format is
//! registered and chosen is the same for all. To add a format is to add a line.

use crate::Head;

/// One line of a registry: a format `F`, and `R`, how its documents are read.
pub struct Registered<F, R> {
    /// Which format.
    pub format: F,
    /// How people call it.
    pub name: &'static str,
    /// Whether a document that begins with this head is of the format.
    pub recognise: fn(&Head<'_>) -> bool,
    /// How its documents are read.
    pub read: R,
}

/// The first line whose format a document is of: registries have the surest formats first.
pub fn recognised<'r, F, R>(
    registry: &'r [Registered<F, R>],
    head: &Head<'_>,
) -> Option<&'r Registered<F, R>> {
    registry.iter().find(|line| (line.recognise)(head))
}

/// The line of a format.
pub fn line_of<F: PartialEq, R>(registry: &[Registered<F, R>], format: F) -> Option<&Registered<F, R>> {
    registry.iter().find(|line| line.format == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_format_that_recognises_a_document_is_chosen() {
        let line = |format, recognise| Registered { format, name: "", recognise, read: () };
        let registry = [line(1, |head| head.is_json()), line(2, |_| true), line(3, |_| true)];
        let chosen = |text| recognised(&registry, &Head::of_text("a", text)).map(|line| line.format);
        assert_eq!((chosen("{}"), chosen("x")), (Some(1), Some(2)));
        assert!(line_of(&registry, 3).is_some() && line_of(&registry, 4).is_none());
    }
}
