//! The faces of a printed page, and which glyphs a text becomes in them.
//!
//! A letter that the wished face lacks is taken from the sans; one that no face has is written by its number
//! (`\u{6e2f}`), so that nothing is lost: an empty box would be a different text.
//!
//! Invariant: what comes out covers what went in, letter by letter; the same text gives the same glyphs.

use super::not_set::NotSet;
use crate::visible::escape;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use std::collections::HashMap;
use std::rc::Rc;

const FILES: [(&str, &[u8]); 4] = [
    ("sans-regular", include_bytes!("../../fonts/sans-regular.ttf")),
    ("sans-semibold", include_bytes!("../../fonts/sans-semibold.ttf")),
    ("serif-semibold", include_bytes!("../../fonts/serif-semibold.ttf")),
    ("mono-regular", include_bytes!("../../fonts/mono-regular.ttf")),
];
/// Shaped words that are kept: the words of a thick report; a word is shaped anew when the room is full.
const KEPT_MAX: usize = 50_000;

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Face {
    /// Text.
    Sans,
    /// What is strong in text.
    Semibold,
    /// Title, lead, statement.
    Serif,
    /// Values.
    Mono,
}

/// A piece of text in one face; lengths are shares of the size.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    pub(super) face: Face,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

struct Loaded {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    per_em: f32,
}

/// All faces.
pub(super) struct Faces {
    loaded: Vec<Loaded>,
    kept: HashMap<(Face, String), Rc<Vec<Shaped>>>,
    /// How many letters were written by their number, because no face has them.
    pub(super) without_glyph: usize,
}

impl Faces {
    pub(super) fn load() -> Result<Self, NotSet> {
        let mut loaded = Vec::new();
        for (name, bytes) in FILES {
            let broken = || NotSet::new(format!("the face {name} in this program cannot be read"));
            let font = Font::new(bytes.to_vec().into(), 0).ok_or_else(broken)?;
            let shaper = rustybuzz::Face::from_slice(bytes, 0).ok_or_else(broken)?;
            let per_em = font.units_per_em();
            loaded.push(Loaded { font, shaper, per_em });
        }
        Ok(Self { loaded, kept: HashMap::new(), without_glyph: 0 })
    }

    pub(super) fn font(&self, face: Face) -> Option<Font> {
        self.loaded(face).map(|loaded| loaded.font.clone())
    }

    fn loaded(&self, face: Face) -> Option<&Loaded> {
        let index = match face {
            Face::Sans => 0,
            Face::Semibold => 1,
            Face::Serif => 2,
            Face::Mono => 3,
        };
        self.loaded.get(index)
    }

    fn has(&self, face: Face, c: char) -> bool {
        self.loaded(face).is_some_and(|loaded| loaded.shaper.glyph_index(c).is_some())
    }

    /// The width of a text, as a share of the size.
    pub(super) fn width(&mut self, face: Face, text: &str) -> f32 {
        self.shape(face, text).iter().map(|piece| piece.width).sum()
    }

    /// The glyphs of a text, cut where the face changes.
    pub(super) fn shape(&mut self, face: Face, text: &str) -> Rc<Vec<Shaped>> {
        let key = (face, text.to_owned());
        if let Some(kept) = self.kept.get(&key) {
            return Rc::clone(kept);
        }
        let pieces: Vec<(Face, String)> = self.faced(face, text);
        let shaped: Vec<Shaped> = pieces.into_iter().map(|(face, text)| self.shape_in(face, text)).collect();
        let shaped = Rc::new(shaped);
        if self.kept.len() < KEPT_MAX {
            self.kept.insert(key, Rc::clone(&shaped));
        }
        shaped
    }

    /// The text with letters that no face has written by their numbers.
    pub(super) fn writable(&mut self, face: Face, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if self.has(face, c) || self.has(fallback(face), c) {
                out.push(c);
            } else {
                self.without_glyph += 1;
                out.push_str(&escape(c));
            }
        }
        out
    }

    fn faced(&self, face: Face, text: &str) -> Vec<(Face, String)> {
        let mut out: Vec<(Face, String)> = Vec::new();
        for c in text.chars() {
            let with = if self.has(face, c) { face } else { fallback(face) };
            match out.last_mut() {
                Some((last, piece)) if *last == with => piece.push(c),
                _ => out.push((with, c.to_string())),
            }
        }
        out
    }

    fn shape_in(&self, face: Face, text: String) -> Shaped {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        // No face has letters that are written from right to left.
        buffer.set_direction(Direction::LeftToRight);
        buffer.guess_segment_properties();
        let Some(loaded) = self.loaded(face) else {
            return Shaped { face, text, glyphs: Vec::new(), width: 0.0 };
        };
        let shaped = rustybuzz::shape(&loaded.shaper, &[], buffer);
        let starts: Vec<usize> =
            shaped.glyph_infos().iter().map(|info| usize::try_from(info.cluster).unwrap_or(0)).collect();
        let share = |units: i32| units as f32 / loaded.per_em;
        let mut width = 0.0;
        let mut glyphs = Vec::new();
        for (index, (info, at)) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).enumerate() {
            let from = starts.get(index).copied().unwrap_or(0);
            let to = starts.iter().skip(index).copied().find(|start| *start > from).unwrap_or(text.len());
            width += share(at.x_advance);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                share(at.x_advance),
                share(at.x_offset),
                share(at.y_offset),
                share(at.y_advance),
                from..to,
                None,
            ));
        }
        Shaped { face, text, glyphs, width }
    }
}

/// Where a letter is looked for that a face lacks.
fn fallback(face: Face) -> Face {
    match face {
        Face::Sans | Face::Mono => Face::Sans,
        Face::Semibold | Face::Serif => Face::Semibold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_a_glyph_or_a_number() {
        let mut faces = Faces::load().expect("own faces");
        assert_eq!(faces.writable(Face::Serif, "Ωμέγα Жуков 港 ●"), r"Ωμέγα Жуков \u{6e2f} ●");
        assert_eq!(faces.without_glyph, 1);
        let pieces = faces.shape(Face::Serif, "a●b");
        let faced: Vec<(Face, &str)> = pieces.iter().map(|piece| (piece.face, piece.text.as_str())).collect();
        assert_eq!(faced, [(Face::Serif, "a"), (Face::Semibold, "●"), (Face::Serif, "b")]);
        assert!(pieces.iter().flat_map(|piece| &piece.glyphs).all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn figures_have_one_width() {
        let mut faces = Faces::load().expect("own faces");
        for face in [Face::Sans, Face::Semibold, Face::Serif, Face::Mono] {
            let narrow = faces.width(face, "1111");
            assert!((narrow - faces.width(face, "8064")).abs() < 0.001, "{face:?}");
        }
    }
}
