//! Mails that were handed over as what others sent us (`.eml`; RFC 5322, MIME: RFC 2045 to 2047): one record a mail.
//!
//! What is kept is who sent what to whom: the day, the subject, senders and recipients, what a gateway found, names and
//! SHA-256 of attachments, and where links lead. People report a mail by sending it on as an attachment, so of a mail with
//! mails inside these are the records. A mail that brings a report for machines (X-ARF, ARF) is read as an advisory by mail
//! is.
//!
//! The record is about nobody: that a mail came to somebody is no compromise. It becomes one by a keyword in its subject, its
//! sender or the name of an attachment, where somebody uses a name of ours.
//!
//! Invariants: no word of a body is kept, and attachments are never opened; of a link with a secret in it only the host.

use super::{CollectionRecord, Counterpart, Seen, abuse, give, secrets};
use crate::body::DOCUMENT_BYTES_MAX;
use crate::prose::article;
use crate::prose::mail as advisory;
use crate::sink::Sink;
use input::{Document, Head};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Address, Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use model::world::{Observation, ObservationNature};
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::{Kind, Observable, canonical};
use ring::digest::{SHA256, digest};
use std::borrow::Cow;

/// Recipients, attachments and links of one mail that are kept.
const RECIPIENTS_MAX: usize = 100;
const ATTACHMENTS_MAX: usize = 50;
const LINKS_MAX: usize = 100;
/// Mails in one mail, and how deep they may nest.
const MAILS_MAX: usize = 256;
const DEPTH_MAX: usize = 4;
/// How much of a body is looked through for links.
const BODY_BYTES_MAX: usize = 1 << 20;
/// What the names of headers hold in which gateways write what they found.
const FOUND: [&str; 6] = ["virus", "malware", "threat", "amavis-alert", "phish", "spam-status"];

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    // A document can be read once: what is an advisory is known before.
    if sink.advisory {
        return advisory::read(document, sink, problems);
    }
    let Some(whole) = document.whole(DOCUMENT_BYTES_MAX, problems) else { return };
    let bytes = whole.beginning(problems, "save the attachments and give them");
    let Some(message) = MessageParser::default().parse(&bytes) else {
        problems.add(Place::Whole, Fault::Unreadable, "a mail without a header that can be read", None);
        return;
    };
    if message.attachments().any(is_report) {
        return advisory::of_bytes(&bytes, sink, problems);
    }
    let (mut left, mut is_cut) = (MAILS_MAX, false);
    each_mail(&message, 0, &mut |mail| match left.checked_sub(1) {
        Some(fewer) => {
            left = fewer;
            record(mail, sink, problems);
        }
        None => is_cut = true,
    });
    if is_cut {
        let what = format!("more than {MAILS_MAX} mails in one; the rest was not read");
        problems.add(Place::Whole, Fault::Partial, what, Some("save them one by one and give them"));
    }
}

/// Whether a part is a report for machines.
fn is_report(part: &MessagePart<'_>) -> bool {
    let text = match &part.body {
        PartType::Text(text) => text.as_ref(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            std::str::from_utf8(bytes).unwrap_or_default()
        }
        _ => return false,
    };
    abuse::claims(&Head::of_text("report", text))
}

/// The mails that were handed over: those inside, where there are some.
fn each_mail(message: &Message<'_>, depth: usize, each: &mut dyn FnMut(&Message<'_>)) {
    let mut inside = message
        .parts
        .iter()
        .filter_map(|part| match &part.body {
            PartType::Message(inner) => Some(inner),
            _ => None,
        })
        .filter(|_| depth < DEPTH_MAX)
        .peekable();
    if inside.peek().is_none() {
        return each(message);
    }
    inside.for_each(|inner| each_mail(inner, depth + 1, each));
}

fn record(mail: &Message<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let time = mail.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_timestamp);
    let time = time.and_then(|seconds| Timestamp::from_micros(seconds.checked_mul(1_000_000)?));
    let subject = one_line(mail.subject().unwrap_or_default());
    let (from, to) = (addresses(mail.from()), recipients(mail));
    let mut fields = vec![("subject".to_owned(), subject.clone())];
    fields.extend(time.map(|time| ("date".to_owned(), time.to_string())));
    fields.extend(from.iter().map(|one| ("from".to_owned(), one.shown())));
    fields.extend(addresses(mail.reply_to()).iter().map(|one| ("reply-to".to_owned(), one.shown())));
    fields.extend(mail.return_address().map(|path| ("return-path".to_owned(), one_line(path))));
    fields.extend(to.iter().map(|one| ("to".to_owned(), one.shown())));
    fields.extend(mail.message_id().map(|id| ("message-id".to_owned(), one_line(id))));
    fields.extend(found_by_gateways(mail).map(|found| ("detections".to_owned(), found)));
    let attachments = attachments(mail, problems);
    for (name, hash) in &attachments {
        fields.push(("attachment".to_owned(), name.clone()));
        fields.push(("attachment-sha256".to_owned(), hash.clone()));
    }
    let links = links(mail);
    // A field `message-id` or `attachment` is no secret by its name; what is inside of values is masked.
    let mut record = CollectionRecord::of(fields);
    record.word(Some(&subject));
    for one in &from {
        record.word(one.name.as_deref());
        record.word(Some(&one.address));
        record.term(Counterpart, Kind::Email, Some(one.address.clone()));
    }
    record.term(Counterpart, Kind::Email, mail.return_address().map(str::to_owned));
    for one in &to {
        record.term(Counterpart, Kind::Email, Some(one.address.clone()));
    }
    for (name, hash) in attachments {
        record.word(Some(&name));
        record.term(Counterpart, Kind::Sha256, Some(hash));
    }
    for link in links {
        let host = link.host();
        record.term(
            Counterpart,
            Kind::Url,
            Some(link.value).filter(|url| !secrets::masked(url).0.contains(secrets::MASK)),
        );
        record.term(
            Counterpart,
            host.as_ref().map_or(Kind::Domain, |host| host.kind),
            host.map(|host| host.value),
        );
    }
    if !record.is_findable() {
        problems.add(
            Place::Whole,
            Fault::Partial,
            "a mail without subject, sender and recipient was passed over",
            None,
        );
        return;
    }
    let origin = sink.origin(Place::Whole);
    give(record, suspicious(time, Tlp::Amber), origin, sink);
}

/// What a record of a mail says.
pub(super) fn suspicious(time: Option<Timestamp>, tlp: Tlp) -> Seen {
    Seen {
        collection: Observation::MAIL.to_owned(),
        what: "suspicious mail".to_owned(),
        classification: None,
        nature: ObservationNature::Suspicious,
        time,
        known_since: None,
        tlp,
    }
}

/// Somebody who sends or gets a mail.
struct Mailbox {
    name: Option<String>,
    address: String,
}

impl Mailbox {
    fn shown(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} <{}>", self.address),
            None => self.address.clone(),
        }
    }
}

fn addresses(of: Option<&Address<'_>>) -> Vec<Mailbox> {
    let all = of.into_iter().flat_map(Address::iter).take(RECIPIENTS_MAX);
    all.filter_map(|one| {
        Some(Mailbox {
            address: one_line(one.address()?).to_lowercase(),
            name: one.name().map(one_line).filter(|name| !name.is_empty()),
        })
    })
    .collect()
}

/// Whom a mail was sent to, each once; who was added blindly is named by the server that delivered it.
fn recipients(mail: &Message<'_>) -> Vec<Mailbox> {
    let delivered = mail
        .header_raw("Delivered-To")
        .map(|to| Mailbox { name: None, address: one_line(to).trim_matches(['<', '>']).to_lowercase() });
    let mut all: Vec<Mailbox> = Vec::new();
    for one in [mail.to(), mail.cc(), mail.bcc()].into_iter().flat_map(addresses).chain(delivered) {
        if all.len() < RECIPIENTS_MAX && !all.iter().any(|known| known.address == one.address) {
            all.push(one);
        }
    }
    all
}

/// What gateways wrote into headers about what they found.
fn found_by_gateways<'m>(mail: &'m Message<'_>) -> impl Iterator<Item = String> + 'm {
    let is_found = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("x-") && FOUND.iter().any(|word| name.contains(word))
    };
    // `No, score=0.1`, `clean`: nothing was found.
    let is_nothing = |value: &str| {
        let value = value.trim().to_ascii_lowercase();
        ["no", "clean", "ok", "pass", "false"].iter().any(|word| value.starts_with(word))
    };
    mail.headers_raw()
        .filter(move |(name, value)| is_found(name) && !is_nothing(value))
        .map(|(name, value)| format!("{}: {}", name.trim_start_matches(['x', 'X', '-']), one_line(value)))
        .take(ATTACHMENTS_MAX)
}

/// Names and SHA-256 of attachments.
fn attachments(mail: &Message<'_>, problems: &mut Problems) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for part in mail.attachments() {
        let content = match &part.body {
            PartType::Text(_) | PartType::Html(_) => as_sent(mail, part),
            PartType::Binary(content) | PartType::InlineBinary(content) => Cow::Borrowed(&**content),
            PartType::Message(_) | PartType::Multipart(_) => continue,
        };
        if all.len() >= ATTACHMENTS_MAX {
            let what = format!("more than {ATTACHMENTS_MAX} attachments; the rest was not looked at");
            problems.add(Place::Whole, Fault::Partial, what, None);
            break;
        }
        let name = part.attachment_name().map_or_else(|| "without a name".to_owned(), one_line);
        let hash: String =
            digest(&SHA256, &content).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        all.push((name, hash));
    }
    all
}

/// The bytes of a text that is attached, in the encoding of the file: the message has it in UTF-8, which has another digest.
fn as_sent<'m>(mail: &'m Message<'_>, part: &MessagePart<'_>) -> Cow<'m, [u8]> {
    let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    let raw = mail.raw_message.get(place(part.offset_body)..place(part.offset_end)).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::None => None,
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
    };
    decoded.map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// Where links lead, each once.
fn links(mail: &Message<'_>) -> Vec<Observable> {
    let mut all: Vec<Observable> = Vec::new();
    // What is odd in the HTML of a lure is no problem of ours.
    let mut nobody = Problems::new("");
    for part in mail.text_bodies().chain(mail.html_bodies()) {
        let text = match &part.body {
            PartType::Text(text) => start(text).to_owned(),
            PartType::Html(text) => {
                let text = start(text);
                // The addresses of links are in the markup, not in the text that people see.
                let targets: Vec<&str> =
                    text.split(['"', '\'']).filter(|cell| cell.contains("://")).collect();
                format!("{}\n{}", article::html(text, &mut nobody).text, targets.join("\n"))
            }
            _ => continue,
        };
        for found in observable::scan_text(&text) {
            let link =
                canonical(Kind::Url, &found.observable.value).filter(|_| found.observable.kind == Kind::Url);
            if let Some(link) = link.filter(|link| all.len() < LINKS_MAX && !all.contains(link)) {
                all.push(link);
            }
        }
    }
    all
}

fn start(text: &str) -> &str {
    let mut end = text.len().min(BODY_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
