//! OpenIOC 1.0 and 1.1: indicators as a tree of terms (schemas.mandiant.com/2010/ioc; github.com/fireeye/OpenIOC_1.1).
//!
//! A term is `Context search="FileItem/Md5sum"` with its `Content`. Under an AND, terms count together only, so one
//! alone is given as a sign only where it is one by itself (a hash, an address, a domain, a URL); names of files and
//! paths are given from an OR alone. A negated term, and one whose condition is not `is` or `contains`, is none.

use super::signs::Signs;
use crate::body;
use crate::sink::Sink;
use crate::xml::{self, Piece};
use input::{Document, Head};
use model::{Fault, Place, Problems};
use observable::{Kind, Observable, canonical, recognise};

/// How many characters of one value are read.
const CONTENT_CHARS_MAX: usize = 4096;

/// Whether a document is OpenIOC.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<')
        && (text.contains("schemas.mandiant.com/2010/ioc") || text.contains("openioc.org/schemas"))
}

/// A term while it is read.
#[derive(Default)]
struct Item {
    search: String,
    content: String,
    counts: bool,
}

#[derive(Default)]
struct Reading {
    path: Vec<String>,
    /// Whether each open `Indicator` joins its terms by OR.
    any: Vec<bool>,
    item: Option<Item>,
    title: String,
    author: String,
    found: Vec<(Observable, String, u64)>,
    others: u64,
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut reading = Reading::default();
    xml::walk(&text, problems, &mut |piece, line| reading.piece(&piece, line));
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut signs = Signs::new(sink, filled(&reading.title), filled(&reading.author), None);
    for (observable, search, line) in reading.found {
        signs.give(observable, &search, Place::Line(line));
    }
    let given = signs.end();
    if reading.others > 0 {
        let what = format!("terms that are no value to look for by themselves: {}", reading.others);
        problems.add(Place::Whole, Fault::Note, what, None);
    }
    if given == 0 {
        let what = "no term of it gives a value to look for";
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
}

impl Reading {
    fn piece(&mut self, piece: &Piece<'_>, line: u64) {
        match piece {
            Piece::Open(name, attributes) => {
                let value = |wanted: &str| {
                    attributes.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
                };
                match *name {
                    "Indicator" => self.any.push(!value("operator").eq_ignore_ascii_case("and")),
                    "IndicatorItem" => {
                        let condition = value("condition");
                        let plain =
                            ["is", "contains", ""].iter().any(|word| condition.eq_ignore_ascii_case(word));
                        let negated =
                            ["true", "1"].iter().any(|word| value("negate").eq_ignore_ascii_case(word));
                        self.item = Some(Item { counts: plain && !negated, ..Item::default() });
                    }
                    "Context" => {
                        if let Some(item) = &mut self.item {
                            value("search").clone_into(&mut item.search);
                        }
                    }
                    _ => {}
                }
                self.path.push((*name).to_owned());
            }
            Piece::Text(text) => match (self.path.last().map(String::as_str), &mut self.item) {
                (Some("Content"), Some(item)) if item.content.len() < CONTENT_CHARS_MAX => {
                    item.content.push_str(text)
                }
                (Some("short_description"), None) => self.title.push_str(text),
                (Some("authored_by"), None) => self.author.push_str(text),
                _ => {}
            },
            Piece::Close(name) => {
                self.path.pop();
                match *name {
                    "Indicator" => _ = self.any.pop(),
                    "IndicatorItem" => self.end_item(line),
                    _ => {}
                }
            }
        }
    }

    fn end_item(&mut self, line: u64) {
        let Some(item) = self.item.take() else { return };
        let alone = self.any.iter().all(|any| *any);
        match observable(&item.search, item.content.trim(), alone).filter(|_| item.counts) {
            Some(found) => self.found.push((found, item.search, line)),
            None => self.others += 1,
        }
    }
}

/// The value of a term; `alone` says that no AND is around it.
fn observable(search: &str, value: &str, alone: bool) -> Option<Observable> {
    let term = search.to_ascii_lowercase();
    let last = term.rsplit('/').next().unwrap_or_default();
    let kind = match last {
        "md5sum" | "md5" => Kind::Md5,
        "sha1sum" | "sha1" => Kind::Sha1,
        "sha256sum" | "sha256" => Kind::Sha256,
        "remoteip" | "localip" | "ip" | "ipv4address" | "ipv6address" | "ipaddress" => {
            let found = recognise(value);
            return found.filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network));
        }
        "dns" | "host" | "hostname" | "recordname" | "domain" => {
            let found = recognise(value)?;
            let named = matches!(found.kind, Kind::Domain | Kind::Ipv4 | Kind::Ipv6);
            return Some(found).filter(|_| named);
        }
        "url" | "uri" if value.contains("://") => Kind::Url,
        "from" | "emailaddress" if term.contains("email") => Kind::Email,
        "filename" if alone => Kind::FileName,
        "fullpath" | "filepath" if alone => Kind::Path,
        "keypath" if alone && term.starts_with("registry") => Kind::RegistryKey,
        "useragent" if alone => Kind::UserAgent,
        _ => return None,
    };
    canonical(kind, value)
}
