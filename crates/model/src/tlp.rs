//! The Traffic Light Protocol, version 2.0 (FIRST, August 2022): who may see it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A marking. Ordered from the widest audience to the narrowest, so that the marking of a whole is the
/// maximum over its parts. Unmarked comes first and is no marking: who may see it was not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tlp {
    /// Nobody said.
    #[default]
    #[serde(rename = "unmarked")]
    Unmarked,
    /// No limit.
    #[serde(rename = "TLP:CLEAR")]
    Clear,
    /// The community.
    #[serde(rename = "TLP:GREEN")]
    Green,
    /// The organisation and its clients.
    #[serde(rename = "TLP:AMBER")]
    Amber,
    /// The organisation only.
    #[serde(rename = "TLP:AMBER+STRICT")]
    AmberStrict,
    /// The named recipients only.
    #[serde(rename = "TLP:RED")]
    Red,
}

/// Words of a marking that say nothing of the audience: the protocol's name and its versions.
const PROTOCOL: [&str; 9] = ["TLP", "TRAFFIC", "LIGHT", "PROTOCOL", "V1", "V2", "1", "2", "0"];
/// A marking is no longer than this; text that is, is prose.
const LENGTH_MAX: usize = 120;

impl Tlp {
    /// Every marking, from the widest to the narrowest, after none.
    pub const ALL: [Tlp; 6] = [Tlp::Unmarked, Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

    /// The marking as text, `TLP:AMBER+STRICT`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tlp::Unmarked => "unmarked",
            Tlp::Clear => "TLP:CLEAR",
            Tlp::Green => "TLP:GREEN",
            Tlp::Amber => "TLP:AMBER",
            Tlp::AmberStrict => "TLP:AMBER+STRICT",
            Tlp::Red => "TLP:RED",
        }
    }

    /// The marking, if there is one.
    #[must_use]
    pub fn marked(self) -> Option<Self> {
        (self != Tlp::Unmarked).then_some(self)
    }

    /// Reads a marking as documents and people write it: with or without `TLP:` or the protocol's whole name, of
    /// version 1 (`WHITE`) or 2, in any case, quoted or emphasised, full-width, with invisible characters inside.
    /// Of two markings in one text the stricter is taken. A text with any other word is no marking.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let plain: String = text.chars().filter_map(plain).collect();
        let mut strictest = None;
        let mut amber = false;
        for word in plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.strip_prefix("TLP").filter(|rest| !rest.is_empty()).unwrap_or(word);
            let marking = match word {
                "CLEAR" | "WHITE" => Tlp::Clear,
                "GREEN" => Tlp::Green,
                "AMBER" => Tlp::Amber,
                "STRICT" if amber => Tlp::AmberStrict,
                "AMBERSTRICT" => Tlp::AmberStrict,
                "RED" => Tlp::Red,
                word if PROTOCOL.contains(&word) => continue,
                _ => return None,
            };
            amber = word == "AMBER";
            strictest = strictest.max(Some(marking));
        }
        // A letter of another script is another word, however much it looks like one of ours.
        strictest.filter(|_| plain.is_ascii())
    }
}

/// A character as it is compared: upper case, full-width letters and signs as plain ones, signs as blanks; characters
/// that are not seen are left out.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_uppercase()),
        c if c.is_alphanumeric() => Some(c.to_ascii_uppercase()),
        // Every dash, quote, colon, bracket and blank sets words apart and means no more.
        _ => Some(' '),
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_versions_and_every_spelling() {
        assert_eq!(Tlp::parse("tlp:white"), Some(Tlp::Clear));
        assert_eq!(Tlp::parse("TLP: AMBER+STRICT"), Some(Tlp::AmberStrict));
        assert_eq!(Tlp::parse("GREEN"), Some(Tlp::Green));
        assert_eq!(Tlp::parse("TLP:PURPLE"), None);
        for tlp in Tlp::ALL {
            assert_eq!(Tlp::parse(tlp.name()), tlp.marked());
        }
    }

    #[test]
    fn reads_what_people_make_of_it() {
        for (text, tlp) in [
            ("AMBER-STRICT", Tlp::AmberStrict),
            ("TLP:AMBER + STRICT", Tlp::AmberStrict),
            ("tlp_amber_strict", Tlp::AmberStrict),
            ("TLP:AMBER\u{2011}STRICT", Tlp::AmberStrict),
            ("Traffic Light Protocol: RED", Tlp::Red),
            ("Traffic Light Protocol (TLP): Green", Tlp::Green),
            ("TLP v2.0: CLEAR", Tlp::Clear),
            ("tlp:\"red\"", Tlp::Red),
            ("\u{201c}tlp:amber\u{201d}", Tlp::Amber),
            ("**TLP:RED**", Tlp::Red),
            ("\u{ff34}\u{ff2c}\u{ff30}\u{ff1a}\u{ff32}\u{ff25}\u{ff24}", Tlp::Red),
            ("TLP:R\u{200b}E\u{3164}D", Tlp::Red),
            ("TLPRED", Tlp::Red),
            ("TLP:GREEN / TLP:AMBER", Tlp::Amber),
        ] {
            assert_eq!(Tlp::parse(text), Some(tlp), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_marking_is_not_read_as_one() {
        for text in [
            "",
            "TLP",
            "TLP:",
            "STRICT",
            "unmarked",
            "red hat",
            "TLP:RED team",
            "TLP:\u{42f}ED",
            "TLP:RED\u{416}",
        ] {
            assert_eq!(Tlp::parse(text), None, "{text:?}");
        }
        assert_eq!(Tlp::parse(&"TLP:RED ".repeat(40)), None, "prose");
    }

    #[test]
    fn the_marking_of_a_whole_is_the_strictest_of_its_parts() {
        assert_eq!(Tlp::ALL.iter().max(), Some(&Tlp::Red));
        assert!(Tlp::Unmarked < Tlp::Clear && Tlp::default() == Tlp::Unmarked);
    }
}
