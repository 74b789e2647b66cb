//! A font of a PDF as far as text needs it: what a code reads as, and how wide it is (ISO 32000-2, 9.6, 9.7, 9.10).
//!
//! The map to Unicode comes first, then the names of glyphs, then the encoding. A code that nothing maps gives no text
//! and is counted, so that a font without a map is a problem and not silence.

use super::cmap::{CharMap, number};
use super::file::File;
use super::names;
use super::syntax::{Dict, Value};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE};

/// How many ranges of widths one font may have.
const WIDTHS_MAX: usize = 70_000;

/// A font.
pub(super) struct Font {
    /// The text of each code of one byte; none where codes are longer.
    simple: Option<Vec<String>>,
    unicode: CharMap,
    /// The encoding that codes of several bytes are in, where their map is a known one.
    encoding: Option<&'static Encoding>,
    widths: Vec<(u32, u32, f64)>,
    width: f64,
    /// The name, where widths are those of a standard font.
    standard: Option<String>,
}

/// A code as it is shown.
pub(super) struct Glyph<'t> {
    pub(super) text: &'t str,
    /// In ems.
    pub(super) width: f64,
    /// Whether the spacing of words applies.
    pub(super) blank: bool,
    /// Whether anything said which text it is.
    pub(super) known: bool,
}

impl Font {
    pub(super) fn read(file: &File<'_>, dict: &Dict) -> Self {
        let unicode = dict.get("ToUnicode").and_then(|map| file.stream(map));
        let unicode = unicode.map(|(_, map)| CharMap::read(&map)).unwrap_or_default();
        let base = dict.name("BaseFont").unwrap_or_default().to_owned();
        let mut font =
            Self { simple: None, unicode, encoding: None, widths: Vec::new(), width: 0.0, standard: None };
        if dict.name("Subtype") == Some("Type0") {
            font.composite(file, dict);
        } else {
            font.plain(file, dict, base);
        }
        font
    }

    fn plain(&mut self, file: &File<'_>, dict: &Dict, base: String) {
        let encoding = file.entry(dict, "Encoding");
        let symbolic = encoding.is_none();
        let (name, differences) = match &encoding {
            Some(Value::Name(name)) => (name.clone(), None),
            Some(Value::Dict(encoding)) => (
                encoding.name("BaseEncoding").unwrap_or("StandardEncoding").to_owned(),
                file.entry(encoding, "Differences"),
            ),
            _ => ("StandardEncoding".to_owned(), None),
        };
        let mut codes: Vec<String> = (0..=255).map(|code| names::of_code(&name, code)).collect();
        // Fonts that are a subset without an encoding have codes of their own.
        if symbolic && base.get(6..7) == Some("+") && !self.unicode.is_empty() {
            codes.iter_mut().for_each(String::clear);
        }
        if let Some(Value::Array(differences)) = differences {
            let mut code = 0;
            for value in &differences {
                if let Value::Name(name) = value {
                    if let Some(place) = codes.get_mut(code) {
                        *place = names::text(name).unwrap_or_default();
                    }
                    code += 1;
                } else {
                    code = value.index().unwrap_or(code);
                }
            }
        }
        self.simple = Some(codes);
        let scale = match file.entry(dict, "FontMatrix") {
            Some(Value::Array(matrix)) => matrix.first().and_then(Value::number).unwrap_or(0.001).abs(),
            _ => 0.001,
        };
        let first = file.entry(dict, "FirstChar").and_then(|first| first.index()).unwrap_or_default();
        match file.entry(dict, "Widths") {
            Some(Value::Array(widths)) => {
                let codes = u32::try_from(first).unwrap_or_default()..;
                let widths = codes.zip(widths.iter().take(256));
                self.widths = widths
                    .map(|(code, width)| (code, code, file.value(width).number().unwrap_or_default() * scale))
                    .collect();
            }
            _ => self.standard = Some(base),
        }
    }

    fn composite(&mut self, file: &File<'_>, dict: &Dict) {
        self.encoding = file.entry(dict, "Encoding").and_then(|name| known(name.name()?));
        let inner = match file.entry(dict, "DescendantFonts") {
            Some(Value::Array(all)) => all.first().and_then(|first| file.dict(first)),
            Some(Value::Dict(dict)) => Some(dict),
            _ => None,
        };
        let Some(inner) = inner else { return };
        self.width = file.entry(&inner, "DW").and_then(|width| width.number()).unwrap_or(1000.0) / 1000.0;
        let Some(Value::Array(widths)) = file.entry(&inner, "W") else { return };
        let code = |value: &Value| value.index().and_then(|code| u32::try_from(code).ok());
        let mut rest = widths.as_slice();
        while let [first, second, after @ ..] = rest {
            rest = after;
            let Some(first) = code(first) else { continue };
            match (file.value(second), after) {
                (Value::Array(list), _) => {
                    let list = (first..).zip(&list).take(WIDTHS_MAX);
                    let list = list.filter_map(|(code, width)| Some((code, code, width.number()? / 1000.0)));
                    self.widths.extend(list);
                }
                (last, [width, after @ ..]) => {
                    rest = after;
                    if let (Some(last), Some(width)) = (code(&last), width.number()) {
                        self.widths.push((first, last, width / 1000.0));
                    }
                }
                _ => {}
            }
            if self.widths.len() > WIDTHS_MAX {
                break;
            }
        }
        self.widths.truncate(WIDTHS_MAX);
        self.widths.sort_by_key(|(first, _, _)| *first);
    }

    /// Hands over each code of a string.
    pub(super) fn each(&self, bytes: &[u8], give: &mut dyn FnMut(&Glyph<'_>)) {
        let (mut rest, mut text) = (bytes, String::new());
        while !rest.is_empty() {
            let length = match (&self.simple, self.encoding) {
                (Some(_), _) => 1,
                (None, Some(encoding)) if encoding != UTF_16BE => {
                    1 + usize::from(rest.first().is_some_and(|byte| *byte >= 0x81))
                }
                (None, Some(_)) => 2,
                (None, None) => self.unicode.length(rest),
            };
            let (code, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            text.clear();
            let whole = number(code);
            let mut known = self.unicode.text(whole, &mut text);
            if let Some(codes) = self.simple.as_ref().filter(|_| !known) {
                let found = codes.get(usize::try_from(whole).unwrap_or_default());
                known = found.is_some_and(|found| !found.is_empty());
                text.push_str(found.map_or("", String::as_str));
            } else if let Some(encoding) = self.encoding.filter(|_| !known) {
                known = true;
                text.push_str(&encoding.decode_without_bom_handling(code).0);
            }
            let blank = length == 1 && whole == 32;
            give(&Glyph { text: &text, width: self.width(whole), blank, known });
        }
    }

    fn width(&self, code: u32) -> f64 {
        if let Some(name) = &self.standard {
            return names::standard_width(name, u8::try_from(code).unwrap_or(b'n'));
        }
        let after = self.widths.partition_point(|(first, _, _)| *first <= code);
        let found =
            after.checked_sub(1).and_then(|at| self.widths.get(at)).filter(|(_, last, _)| *last >= code);
        found.map_or(self.width, |(_, _, width)| *width)
    }
}

/// The encodings behind the maps of codes that have names (9.7.5.2), as far as they are encodings.
fn known(name: &str) -> Option<&'static Encoding> {
    let has = |part: &str| name.contains(part);
    match name {
        _ if has("UCS2") || has("UTF16") => Some(UTF_16BE),
        _ if has("RKSJ") => Some(SHIFT_JIS),
        _ if has("GBK") || name.starts_with("GB-EUC") => Some(GBK),
        _ if has("B5") => Some(BIG5),
        _ if has("KSC") => Some(EUC_KR),
        _ if name.starts_with("EUC-") => Some(EUC_JP),
        _ => None,
    }
}
