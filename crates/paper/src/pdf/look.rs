//! How a printed page looks: four sizes, two inks, one accent; millimetres for the sheet, points for the type.
//!
//! The name of a section is in the margin and what it says beside it, so that lines of text are 70 to 90 letters long and a
//! reader finds a section by the left edge. Slides have the same looks in other sizes, without the margin.

use super::face::Face;
use crate::document::Sheet;
use krilla::color::rgb;

const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// The margin of a sheet.
const MARGIN_MM: f32 = 18.0;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// What is said.
    Text,
    /// What is beside the point, or unknown.
    Soft,
    /// Hairlines.
    Line,
    /// A tick.
    Accent,
}

impl Ink {
    pub(super) fn colour(self) -> rgb::Color {
        match self {
            Ink::Text => rgb::Color::new(0x1c, 0x1f, 0x23),
            Ink::Soft => rgb::Color::new(0x5b, 0x63, 0x6c),
            Ink::Line => rgb::Color::new(0xb9, 0xb6, 0xaf),
            Ink::Accent => rgb::Color::new(0x0b, 0x5f, 0x8a),
        }
    }
}

/// How letters are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) leading: f32,
    pub(super) ink: Ink,
}

impl Type {
    const fn new(face: Face, size: f32, leading: f32) -> Self {
        Self { face, size, leading, ink: Ink::Text }
    }

    /// The face of strong words in it.
    pub(super) fn strong(&self) -> Face {
        match self.face {
            Face::Sans | Face::Mono => Face::Semibold,
            Face::Semibold | Face::Serif => self.face,
        }
    }

    pub(super) fn soft(self) -> Self {
        Self { ink: Ink::Soft, ..self }
    }

    pub(super) fn semibold(self) -> Self {
        Self { face: Face::Semibold, ..self }
    }

    /// Where the letters sit in a line, from its top: capitals are in its middle.
    pub(super) fn baseline(&self) -> f32 {
        self.leading / 2.0 + self.size * 0.33
    }

    fn scaled(self, by: f32) -> Self {
        Self { size: self.size * by, leading: self.leading * by, ..self }
    }
}

/// Everything that a page measures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) margin: f32,
    /// The column for names of sections; none on slides.
    pub(super) aside: f32,
    pub(super) text: Type,
    pub(super) small: Type,
    pub(super) title: Type,
    pub(super) lead: Type,
    /// Between two blocks.
    pub(super) gap: f32,
    /// Between two rows of a table.
    pub(super) row_gap: f32,
    /// Between two columns of a table.
    pub(super) column_gap: f32,
    /// One bar with its gap, and how high a full one is.
    pub(super) bar: f32,
    pub(super) bar_height: f32,
}

impl Look {
    /// A page of paper.
    pub(super) fn sheet(sheet: Sheet) -> Self {
        let (width, height) = match sheet {
            Sheet::A4 => (210.0 * POINTS_PER_MM, 297.0 * POINTS_PER_MM),
            Sheet::Letter => (612.0, 792.0),
        };
        Self {
            width,
            height,
            margin: MARGIN_MM * POINTS_PER_MM,
            aside: 92.0,
            text: Type::new(Face::Sans, 9.5, 13.0),
            small: Type::new(Face::Sans, 8.0, 10.5),
            title: Type::new(Face::Serif, 12.5, 16.0),
            lead: Type::new(Face::Serif, 17.0, 21.0),
            gap: 6.0,
            row_gap: 2.0,
            column_gap: 12.0,
            bar: 8.0,
            bar_height: 22.0,
        }
    }

    /// A slide: 16:9, 338.67 × 190.5 mm, as other programs make them.
    pub(super) fn slide(scale: f32) -> Self {
        Self {
            width: 960.0,
            height: 540.0,
            margin: 54.0,
            aside: 0.0,
            text: Type::new(Face::Sans, 24.0, 32.0).scaled(scale),
            small: Type::new(Face::Sans, 18.0, 25.0).scaled(scale),
            title: Type::new(Face::Semibold, 13.0, 17.0),
            lead: Type::new(Face::Serif, 40.0, 48.0).scaled(scale.max(0.75)),
            gap: 14.0 * scale,
            row_gap: 5.0 * scale,
            column_gap: 28.0 * scale,
            bar: 16.0 * scale,
            bar_height: 48.0 * scale,
        }
    }

    /// The width between the margins.
    pub(super) fn full(&self) -> f32 {
        self.width - 2.0 * self.margin
    }

    /// The width of the text column.
    pub(super) fn column(&self) -> f32 {
        self.full() - self.aside
    }

    /// The height between the margins.
    pub(super) fn room(&self) -> f32 {
        self.height - 2.0 * self.margin
    }
}
