//! A message of Outlook (`.msg`; MS-OXMSG in a compound file, MS-CFB), read as an advisory like any mail.
//!
//! The subject is the title and the sender the publisher; headers are no advice. The body is read as HTML where there is
//! one, for that keeps tables, then as text, then as RTF. Attachments and messages inside are documents of their own.
//! Properties are streams with the property's number in their name (MS-OXMSG 2.2); their text is UTF-16 (`001F`) or in
//! the message's code page (`001E`). Invariant: a compound file without a message is said to be an old Office document.

mod compound;
mod rtf;

use crate::prose;
use crate::prose::article::{self, Article};
use crate::sink::Sink;
use compound::{Compound, u32_at};
use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use input::{Document, Head};
use model::{Fault, Place, Problems, Timestamp};

/// How large a message may be, with its attachments: 128 MiB.
const FILE_BYTES_MAX: u64 = 128 << 20;

/// How many attachments of one message are read.
const ATTACHMENTS_MAX: usize = 256;

/// Numbers of properties (MS-OXPROPS).
const SUBJECT: u16 = 0x0037;
const SENDER: u16 = 0x0c1a;
const SENDER_ADDRESS: u16 = 0x5d01;
const BODY: u16 = 0x1000;
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;
const SUBMITTED: u16 = 0x0039;
const DELIVERED: u16 = 0x0e06;
const INTERNET_CODE_PAGE: u16 = 0x3fde;
const CODE_PAGE: u16 = 0x3ffd;
const LONG_NAME: u16 = 0x3707;
const SHORT_NAME: u16 = 0x3704;
const DATA: u16 = 0x3701;

/// Whether a document is a compound file.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.bytes.starts_with(compound::SIGNATURE)
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(whole) = document.whole(FILE_BYTES_MAX, problems) else { return };
    let bytes = whole.beginning(problems, "save the attachments and give them");
    let file = Compound::open(&bytes);
    let file = file.filter(|file| file.child(Compound::ROOT, PROPERTIES).is_some());
    let Some(file) = file else {
        let what = "an old Office document, or a damaged one; its text cannot be read";
        problems.add(
            Place::Whole,
            Fault::Unreadable,
            what,
            Some("save it as text, DOCX or XLSX and give that"),
        );
        return;
    };
    message(&file, Compound::ROOT, 0, sink, problems);
}

const PROPERTIES: &str = "__properties_version1.0";

/// Reads one message, which may lie in another.
fn message(file: &Compound<'_>, storage: u32, deep: usize, sink: &mut Sink<'_>, problems: &mut Problems) {
    let one = Storage::of(file, storage, if deep == 0 { 32 } else { 24 });
    let mut article = Article::default();
    let subject = one.text(SUBJECT).unwrap_or_default();
    article.block(1, &subject);
    let empty = article.text.len();
    if let Some(body) = body(&one, problems) {
        article.append(&body, 1, true);
    }
    article.title = article::title_of(&subject);
    let sender = one.text(SENDER).filter(|name| !name.trim().is_empty()).or_else(|| one.text(SENDER_ADDRESS));
    article.publisher = sender.as_deref().and_then(article::title_of);
    article.published = [SUBMITTED, DELIVERED].into_iter().find_map(|tag| one.time(tag)).map(Timestamp::date);
    let before = sink.attached.len();
    attachments(file, storage, deep, sink, problems);
    let attached = sink.attached.len() > before;
    if article.text.len() > empty || (empty > 0 && !attached) {
        prose::read(&article, sink, problems);
    } else if !attached {
        let help = Some("save it as .eml or as text and give that");
        problems.add(Place::Whole, Fault::Unreadable, "a message without text or attachments", help);
    }
}

/// The body in its richest form.
fn body(one: &Storage<'_, '_>, problems: &mut Problems) -> Option<Article> {
    let filled = |text: &String| !text.trim().is_empty();
    let html = one.binary(HTML).map(|bytes| one.decoded(&bytes, INTERNET_CODE_PAGE));
    if let Some(html) = html.or_else(|| one.text(HTML)).filter(filled) {
        return Some(article::html(&html, problems));
    }
    if let Some(text) = one.text(BODY).filter(filled) {
        return Some(article::plain(&text));
    }
    let packed = one.binary(RTF)?;
    let Some(unpacked) = rtf::unpacked(&packed) else {
        problems.add(Place::Whole, Fault::Partial, "a body in RTF that could not be unpacked", None);
        return None;
    };
    Some(match rtf::text(&unpacked) {
        rtf::Body::Html(html) => article::html(&html, problems),
        rtf::Body::Text(text) => article::plain(&text),
    })
}

/// Hands attachments over, and reads the messages that lie in this one (2.2.2).
fn attachments(file: &Compound<'_>, storage: u32, deep: usize, sink: &mut Sink<'_>, problems: &mut Problems) {
    let mut all: Vec<(u32, &str)> = file.children(storage);
    all.retain(|(number, name)| file.is_storage(*number) && name.starts_with("__attach_version1.0_#"));
    all.sort_by_key(|(_, name)| *name);
    for (count, (number, _)) in (1..).zip(all) {
        if count > ATTACHMENTS_MAX {
            let what = format!("more than {ATTACHMENTS_MAX} attachments; the rest was not read");
            problems.add(Place::Whole, Fault::Partial, what, Some("save the attachments and give them"));
            return;
        }
        let one = Storage::of(file, number, 8);
        let name = one.text(LONG_NAME).or_else(|| one.text(SHORT_NAME));
        let name = name.filter(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| format!("{count}-attachment")).replace(['/', '\\', '!'], "_");
        if let Some(content) = one.binary(DATA) {
            sink.attached.push((name, content));
        } else if let Some(inner) = file.child(number, "__substg1.0_3701000D") {
            if deep < Compound::depth_max() && file.child(inner, PROPERTIES).is_some() {
                message(file, inner, deep + 1, sink, problems);
            } else {
                let what = format!("{name}: an object inside of the message was not read");
                problems.add(Place::Whole, Fault::Partial, what, Some("save it and give it by itself"));
            }
        }
    }
}

/// A message or an attachment with its properties of fixed length.
struct Storage<'f, 'b> {
    file: &'f Compound<'b>,
    number: u32,
    fixed: Vec<u8>,
}

impl<'f, 'b> Storage<'f, 'b> {
    /// `head`: how many bytes are before the properties (2.4.1).
    fn of(file: &'f Compound<'b>, number: u32, head: usize) -> Self {
        let fixed = file.stream(number, PROPERTIES).unwrap_or_default();
        Self { file, number, fixed: fixed.get(head..).unwrap_or_default().to_vec() }
    }

    /// The eight bytes of a property's value.
    fn fixed(&self, property: u16) -> Option<&[u8]> {
        let all = self.fixed.chunks_exact(16).take(10_000);
        let found = all.into_iter().find(|entry| entry.get(2..4) == Some(&property.to_le_bytes()));
        found.and_then(|entry| entry.get(8..16))
    }

    /// A time in steps of 100 ns since 1601.
    fn time(&self, property: u16) -> Option<Timestamp> {
        let steps = i64::from_le_bytes(*self.fixed(property)?.first_chunk()?);
        Timestamp::from_micros(steps.checked_div(10)?.checked_sub(11_644_473_600_000_000)?)
    }

    fn binary(&self, property: u16) -> Option<Vec<u8>> {
        self.file.stream(self.number, &format!("__substg1.0_{property:04X}0102"))
    }

    fn text(&self, property: u16) -> Option<String> {
        if let Some(bytes) = self.file.stream(self.number, &format!("__substg1.0_{property:04X}001F")) {
            return Some(trimmed(&UTF_16LE.decode_without_bom_handling(&bytes).0));
        }
        let bytes = self.file.stream(self.number, &format!("__substg1.0_{property:04X}001E"))?;
        Some(trimmed(&self.decoded(&bytes, CODE_PAGE)))
    }

    /// Bytes in the code page that a property names.
    fn decoded(&self, bytes: &[u8], page: u16) -> String {
        let page = self.fixed(page).or_else(|| self.fixed(CODE_PAGE)).and_then(|value| u32_at(value, 0));
        let encoding = match page {
            Some(page) => of_code_page(page),
            None if std::str::from_utf8(bytes).is_ok() => UTF_8,
            None => WINDOWS_1252,
        };
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('\0').to_owned()
}

/// The encoding of a code page of Windows.
fn of_code_page(page: u32) -> &'static Encoding {
    let label = match page {
        65001 => "utf-8",
        1200 => "utf-16le",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        20866 => "koi8-r",
        50220..=50222 => "iso-2022-jp",
        51932 => "euc-jp",
        54936 => "gb18030",
        page @ 1250..=1258 => {
            return Encoding::for_label(format!("windows-{page}").as_bytes()).unwrap_or(WINDOWS_1252);
        }
        page @ 28591..=28605 => {
            let label = format!("iso-8859-{}", page - 28590);
            return Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252);
        }
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}
