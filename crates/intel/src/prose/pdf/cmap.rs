//! Maps of character codes: which text a code of a font is, and how long codes are (ISO 32000-2, 9.10.3 and 9.7.5).
//!
//! Ranges stay ranges, for `<0000> <ffff>` is one line. Bounded: [`RANGES_MAX`].

use super::syntax::{Lexer, Value};

/// How many ranges one map may have.
const RANGES_MAX: usize = 100_000;

/// A map of codes to text.
#[derive(Debug, Default)]
pub(super) struct CharMap {
    /// First and last code, and the text of the first, in order.
    ranges: Vec<(u32, u32, String)>,
    /// How many bytes codes have, where the map says so: first and last code of each length.
    spaces: Vec<(usize, u32, u32)>,
}

impl CharMap {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::of_content(bytes);
        let mut held: Vec<Value> = Vec::new();
        while let Some(value) = lexer.next() {
            let Value::Word(word) = &value else {
                if held.len() < 3 * RANGES_MAX {
                    held.push(value);
                }
                continue;
            };
            match word.as_slice() {
                b"endcodespacerange" => map.spaces(&held),
                b"endbfchar" => {
                    for pair in held.chunks_exact(2) {
                        if let [Value::Text(code), Value::Text(text)] = pair {
                            map.add(number(code), number(code), unicode(text));
                        }
                    }
                }
                b"endbfrange" => map.bf_ranges(&held),
                _ => {}
            }
            held.clear();
        }
        map.ranges.sort_by_key(|(first, _, _)| *first);
        map
    }

    fn spaces(&mut self, held: &[Value]) {
        for pair in held.chunks_exact(2).take(64) {
            if let [Value::Text(first), Value::Text(last)] = pair {
                self.spaces.push((first.len().clamp(1, 4), number(first), number(last)));
            }
        }
    }

    fn bf_ranges(&mut self, held: &[Value]) {
        for triple in held.chunks_exact(3) {
            match triple {
                [Value::Text(first), Value::Text(last), Value::Text(text)] => {
                    self.add(number(first), number(last), unicode(text));
                }
                [Value::Text(first), _, Value::Array(texts)] => {
                    for (code, text) in (number(first)..).zip(texts) {
                        if let Value::Text(text) = text {
                            self.add(code, code, unicode(text));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, first: u32, last: u32, text: String) {
        if self.ranges.len() < RANGES_MAX {
            self.ranges.push((first, last, text));
        }
    }

    /// Adds the text of a code; says whether the map knows it.
    pub(super) fn text(&self, code: u32, out: &mut String) -> bool {
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        // Ranges may overlap; the nearest that holds the code counts, and few are looked at.
        let before = self.ranges.get(after.saturating_sub(8)..after).unwrap_or_default();
        let Some((first, _, text)) = before.iter().rev().find(|(_, last, _)| *last >= code) else {
            return false;
        };
        let mut characters: Vec<char> = text.chars().collect();
        if let Some(last) = characters.last_mut() {
            let moved = u32::from(*last).checked_add(code - first).and_then(char::from_u32);
            *last = moved.unwrap_or(*last);
        }
        out.extend(characters);
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many bytes the code has that begins here.
    pub(super) fn length(&self, bytes: &[u8]) -> usize {
        let mut lengths: Vec<_> = self.spaces.iter().collect();
        lengths.sort_unstable();
        let fits = lengths.into_iter().find(|(length, first, last)| {
            bytes.get(..*length).is_some_and(|code| (*first..=*last).contains(&number(code)))
        });
        fits.map_or(2, |(length, _, _)| *length)
    }
}

pub(super) fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// UTF-16, big-endian, at most a few characters.
fn unicode(text: &[u8]) -> String {
    if let [one] = text {
        return char::from(*one).to_string();
    }
    let units = text.chunks_exact(2).take(32).map(|pair| u16::try_from(number(pair)).unwrap_or_default());
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|c| *c != '\0')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_text() {
        let map = CharMap::read(
            b"1 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange 2 beginbfchar <01> <0041> <02> <00660069> \
              endbfchar 2 beginbfrange <10> <12> <0061> <20> <21> [<0078> <0079>] endbfrange",
        );
        let text = |code| {
            let mut out = String::new();
            map.text(code, &mut out);
            out
        };
        assert_eq!([text(1), text(2), text(0x12), text(0x21), text(0x13)], ["A", "fi", "c", "y", ""]);
        assert_eq!((map.length(b"\x01\x02"), map.length(b"\x81\x02")), (1, 2));
    }

    #[test]
    fn one_range_past_the_bound_is_left_out() {
        let mut map = CharMap::default();
        (0..=100_000).for_each(|code| map.add(code, code, "a".to_owned()));
        assert_eq!(map.ranges.len(), RANGES_MAX);
    }
}
