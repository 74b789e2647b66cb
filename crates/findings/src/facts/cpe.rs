//! When two CPE names mean one product: attribute by attribute, as NISTIR 7696 compares them.
//!
//! A record gives a criterion, an inventory a name. An attribute of the criterion that is ANY holds every value; NA
//! holds NA only; a value holds itself, with its wildcards. Where our name leaves an attribute open that the criterion
//! fixes (an update, an edition), nobody knows, and the match is *possible*. Versions are compared by ranges, elsewhere;
//! here only NA counts. Both bindings are read: formatted strings (2.3) and URIs (2.2).
//! Source: NISTIR 7695 (naming), NISTIR 7696 section 6 (matching).

use model::Certainty;

/// Attributes behind the part: vendor, product, version, update, edition, language, software edition, target software,
/// target hardware, other.
const ATTRIBUTES: usize = 10;
const VENDOR: usize = 0;
const PRODUCT: usize = 1;
const VERSION: usize = 2;
const TARGET_SOFTWARE: usize = 7;
/// Longer names are none.
const LENGTH_MAX: usize = 1024;

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Attribute {
    Any,
    Na,
    /// In lower case, without escapes; wildcards are kept as characters of [`WILD`].
    Value(String),
}

/// Unescaped `*` and `?` in a value, so that they differ from the same characters escaped.
const WILD: (char, char) = ('\u{1}', '\u{2}');

/// A CPE name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cpe {
    part: String,
    attributes: [Attribute; ATTRIBUTES],
}

/// Whether a criterion means a product of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// So sure.
    Yes(Certainty),
    /// Another product of the same vendor.
    NotOfVendor,
    /// Another product, or another vendor.
    No,
}

impl Cpe {
    /// A formatted string or a URI; `None` for anything else, and without a product.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let fields = match text.strip_prefix("cpe:2.3:") {
            Some(rest) => fields(rest),
            None => unpacked(text.strip_prefix("cpe:/")?),
        };
        let mut fields = fields.into_iter();
        let part = fields.next()?.to_lowercase();
        let mut attributes: [Attribute; ATTRIBUTES] = std::array::from_fn(|_| Attribute::Any);
        for (slot, field) in attributes.iter_mut().zip(fields) {
            *slot = match field.as_str() {
                "" => Attribute::Any,
                "-" => Attribute::Na,
                one if one.chars().all(|c| c == WILD.0) => Attribute::Any,
                _ => Attribute::Value(field),
            };
        }
        let cpe = Self { part, attributes };
        matches!(cpe.at(PRODUCT), Attribute::Value(_)).then_some(cpe)
    }

    fn at(&self, attribute: usize) -> &Attribute {
        self.attributes.get(attribute).unwrap_or(&Attribute::Any)
    }

    /// The product, as the index has it.
    pub(crate) fn product(&self) -> &str {
        self.text(PRODUCT).unwrap_or_default()
    }

    /// The vendor, where the name fixes it.
    pub(crate) fn vendor(&self) -> Option<&str> {
        self.text(VENDOR)
    }

    /// Whether its version is NA: it names no version, and none is excluded.
    pub(crate) fn has_no_version(&self) -> bool {
        *self.at(VERSION) == Attribute::Na
    }

    /// Whether it names an operating system.
    pub(crate) fn is_of_a_system(&self) -> bool {
        self.part == "o"
    }

    fn text(&self, attribute: usize) -> Option<&str> {
        match self.at(attribute) {
            Attribute::Value(text) => Some(text),
            Attribute::Any | Attribute::Na => None,
        }
    }

    /// Whether this criterion means a product of ours; `ecosystem` is that of our package, which fixes the target
    /// software where our name leaves it open.
    pub(crate) fn means(&self, ours: &Self, ecosystem: Option<&str>) -> Meant {
        let mut open = false;
        for attribute in (0..ATTRIBUTES).filter(|attribute| *attribute != VERSION) {
            let known = (attribute == TARGET_SOFTWARE).then(|| ecosystem.and_then(target_software)).flatten();
            match holds(self.at(attribute), ours.at(attribute), known) {
                Held::Yes => {}
                Held::Open => open = true,
                Held::No if attribute == PRODUCT && !self.part_differs(ours) => return Meant::NotOfVendor,
                Held::No => return Meant::No,
            }
        }
        match (self.part_differs(ours), open) {
            (true, _) => Meant::No,
            (false, true) => Meant::Yes(Certainty::Possible),
            (false, false) => Meant::Yes(Certainty::Certain),
        }
    }

    fn part_differs(&self, other: &Self) -> bool {
        let open = |part: &str| part.is_empty() || part.starts_with(WILD.0);
        self.part != other.part && !open(&self.part) && !open(&other.part)
    }
}

/// Whether an attribute of a criterion holds one of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Yes,
    Open,
    No,
}

fn holds(theirs: &Attribute, ours: &Attribute, known: Option<&str>) -> Held {
    match (theirs, ours) {
        (Attribute::Any, _) | (Attribute::Na, Attribute::Na) => Held::Yes,
        (Attribute::Value(wanted), Attribute::Any) if known == Some(wanted) => Held::Yes,
        // NA says that the attribute does not apply; a name that leaves it open agrees.
        (Attribute::Na, Attribute::Any) => Held::Yes,
        (Attribute::Value(_), Attribute::Any) => Held::Open,
        (Attribute::Value(wanted), Attribute::Value(text)) if alike(wanted, text) => Held::Yes,
        (Attribute::Value(_), Attribute::Value(_) | Attribute::Na) | (Attribute::Na, Attribute::Value(_)) => {
            Held::No
        }
    }
}

/// Whether a value with wildcards at its ends holds a text.
fn alike(wanted: &str, text: &str) -> bool {
    if !wanted.contains([WILD.0, WILD.1]) {
        return wanted == text;
    }
    let core = wanted.trim_matches([WILD.0, WILD.1]);
    let (before, after) = wanted.split_once(core).filter(|_| !core.is_empty()).unwrap_or((wanted, ""));
    // `?` holds one character at most, `*` any number.
    let fits = |wild: &str, rest: &str| wild.contains(WILD.0) || rest.chars().count() <= wild.chars().count();
    text.match_indices(core).any(|(at, found)| {
        let (left, right) = (text.get(..at).unwrap_or(""), text.get(at + found.len()..).unwrap_or(""));
        fits(before, left) && fits(after, right)
    })
}

/// The name that CPE gives to the platform of an ecosystem's packages.
fn target_software(ecosystem: &str) -> Option<&'static str> {
    Some(match ecosystem {
        "npm" => "node.js",
        "pypi" => "python",
        "gem" => "ruby",
        "cargo" => "rust",
        "golang" => "go",
        "nuget" => ".net",
        "composer" => "php",
        "maven" => "java",
        _ => return None,
    })
}

/// The fields of a formatted string, in lower case: escapes are taken out, wildcards marked.
fn fields(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        let last = fields.last_mut();
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ':' if !escaped => fields.push(String::new()),
            '*' if !escaped => last.into_iter().for_each(|last| last.push(WILD.0)),
            '?' if !escaped => last.into_iter().for_each(|last| last.push(WILD.1)),
            _ => last.into_iter().for_each(|last| last.extend(c.to_lowercase())),
        }
        escaped = false;
    }
    fields
}

/// The fields of a URI. Its edition may pack five attributes between tildes (NISTIR 7695, 6.1.3).
fn unpacked(text: &str) -> Vec<String> {
    /// Part, vendor, product, version and update come before the edition.
    const EDITION: usize = 5;
    let mut fields: Vec<String> = text.split(':').map(percent_decoded).collect();
    let packed = fields.get(EDITION).filter(|edition| edition.starts_with('~')).cloned();
    if let Some(packed) = packed {
        let mut parts = packed.split('~').skip(1).map(str::to_owned);
        if let Some(edition) = fields.get_mut(EDITION) {
            *edition = parts.next().unwrap_or_default();
        }
        fields.resize(EDITION + 2, String::new());
        fields.extend(parts);
    }
    fields
}

/// A field of a URI, in lower case: `%01` and `%02` are the wildcards, as the binding has them.
fn percent_decoded(field: &str) -> String {
    let mut decoded = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.push_str(before);
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii);
        match byte {
            Some(1) => decoded.push(WILD.1),
            Some(2) => decoded.push(WILD.0),
            Some(byte) => decoded.push(char::from(byte)),
            None => decoded.push('%'),
        }
        rest = if byte.is_some() { after.get(2..).unwrap_or("") } else { after };
    }
    decoded.push_str(rest);
    decoded.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(theirs: &str, ours: &str) -> Meant {
        Cpe::parse(theirs).expect("a criterion").means(&Cpe::parse(ours).expect("a name"), None)
    }

    #[test]
    fn attributes_are_compared_as_the_standard_compares_them() {
        let ours = "cpe:2.3:a:pier:gangway:2.1:*:*:*:*:*:*:*";
        let (certain, possible) = (Meant::Yes(Certainty::Certain), Meant::Yes(Certainty::Possible));
        for (theirs, name, expected) in [
            ("cpe:2.3:a:pier:gangway:*:*:*:*:*:*:*:*", ours, certain),
            ("cpe:2.3:a:pier:gangway:2.1:*:*:*:*:*:*:*", ours, certain),
            ("cpe:2.3:a:pier:gangway:2.1:rc1:*:*:*:*:*:*", ours, possible),
            ("cpe:2.3:a:pier:gangway:*:*:*:*:*:wordpress:*:*", ours, possible),
            ("cpe:2.3:a:pier:gangway:*:*:*:*:-:*:*:*", ours, certain),
            ("cpe:2.3:a:quay:gangway:*:*:*:*:*:*:*:*", ours, Meant::No),
            ("cpe:2.3:o:pier:gangway:*:*:*:*:*:*:*:*", ours, Meant::No),
            ("cpe:2.3:a:pier:gangway\\+:*:*:*:*:*:*:*:*", ours, Meant::NotOfVendor),
            (
                "cpe:2.3:a:pier:gangway:*:sp1:*:*:*:*:*:*",
                "cpe:2.3:a:pier:gangway:2.1:sp2:*:*:*:*:*:*",
                Meant::No,
            ),
            (
                "cpe:2.3:a:pier:gangway:*:sp1:*:*:*:*:*:*",
                "cpe:2.3:a:pier:gangway:2.1:-:*:*:*:*:*:*",
                Meant::No,
            ),
            ("cpe:2.3:a:pier:gangway:*:*:*:*:*:*:*:*", "cpe:2.3:a:*:gangway:2.1:*:*:*:*:*:*:*", possible),
            ("cpe:2.3:a:pier:gang*:*:*:*:*:*:*:*:*", ours, certain),
            ("cpe:/a:pier:gangway", "cpe:/a:Pier:Gangway:2.1", certain),
            ("cpe:/a:pier:gang%02", ours, certain),
            ("cpe:/a:pier:gangway:::~~~wordpress~~", ours, possible),
            (
                "cpe:/a:pier:gangway:::~~~wordpress~~",
                "cpe:2.3:a:pier:gangway:2.1:*:*:*:*:wordpress:*:*",
                certain,
            ),
            ("cpe:2.3:a:pier:gangwa?:*:*:*:*:*:*:*:*", ours, certain),
            ("cpe:2.3:a:pier:gang?:*:*:*:*:*:*:*:*", ours, Meant::NotOfVendor),
        ] {
            assert_eq!(meant(theirs, name), expected, "{theirs} and {name}");
        }
    }

    #[test]
    fn the_ecosystem_of_a_package_fixes_the_target_software() {
        let theirs = Cpe::parse("cpe:2.3:a:pier:gangway:*:*:*:*:*:node.js:*:*").expect("a criterion");
        let ours = Cpe::parse("cpe:2.3:a:pier:gangway:2.1:*:*:*:*:*:*:*").expect("a name");
        assert_eq!(theirs.means(&ours, Some("npm")), Meant::Yes(Certainty::Certain));
        assert_eq!(theirs.means(&ours, Some("pypi")), Meant::Yes(Certainty::Possible));
    }

    #[test]
    fn a_name_needs_a_product_and_a_bounded_length() {
        assert_eq!(Cpe::parse("cpe:2.3:a:pier"), None);
        assert_eq!(Cpe::parse("cpe:2.3:a:pier:*:2.1"), None);
        assert_eq!(Cpe::parse("gangway"), None);
        let long = format!("cpe:2.3:a:pier:{}", "g".repeat(LENGTH_MAX));
        assert_eq!(Cpe::parse(&long), None);
        assert!(Cpe::parse("cpe:2.3:a:pier:gangway:-:*:*:*:*:*:*:*").expect("a name").has_no_version());
    }
}
