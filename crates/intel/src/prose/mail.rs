//! Mail as it is sent (`.eml`; RFC 5322, MIME: RFC 2045 to 2047), read as an advisory.
//!
//! The subject is the title and the sender the publisher; no other header is advice, so none is read. The body is read
//! in its richest plain form: text where there is text, else HTML. Attachments and mails inside of the mail are handed
//! over as documents of their own. Invariant: a part that cannot be read is named.

use crate::body::DOCUMENT_BYTES_MAX;
use crate::prose;
use crate::prose::article::{self, Article};
use crate::sink::Sink;
use input::{Document, Head};
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use model::{Date, Fault, Place, Problems};

/// How many attachments of one mail are read.
const ATTACHMENTS_MAX: usize = 256;

/// Whether a text begins with the headers of a mail: a sender, and two more that mail has.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    const HEADERS: [&str; 12] = [
        "from",
        "to",
        "date",
        "subject",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
        "content-type",
        "reply-to",
        "dkim-signature",
    ];
    let (mut from, mut others) = (false, 0);
    for (number, line) in head.text.trim_start_matches('\u{feff}').lines().take(400).enumerate() {
        if line.is_empty() || (number == 0 && line.starts_with("From ")) {
            if line.is_empty() {
                break;
            }
            continue;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return false;
        }
        from |= name.eq_ignore_ascii_case("from");
        others += usize::from(HEADERS.iter().skip(1).any(|header| name.eq_ignore_ascii_case(header)));
    }
    from && others >= 2
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(whole) = document.whole(DOCUMENT_BYTES_MAX, problems) else { return };
    let bytes = whole.beginning(problems, "save the attachments and give them");
    of_bytes(&bytes, sink, problems);
}

/// A mail that was read whole.
pub(crate) fn of_bytes(bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(message) = MessageParser::default().parse(bytes) else {
        problems.add(Place::Whole, Fault::Unreadable, "a mail without a header that can be read", None);
        return;
    };
    let mut article = Article::default();
    // The subject is the title, and often says who may see the mail.
    let lines = |offset: u32| {
        let before = bytes.get(..index(offset)).unwrap_or_default();
        u64::try_from(before.iter().filter(|byte| **byte == b'\n').count())
            .unwrap_or(u64::MAX)
            .saturating_add(1)
    };
    let subject =
        message.headers().iter().find(|header| header.name.as_str().eq_ignore_ascii_case("subject"));
    article
        .block(subject.map_or(1, |header| lines(header.offset_field)), message.subject().unwrap_or_default());
    let empty = article.text.len();
    for part in message.text_body.iter().filter_map(|id| message.parts.get(index(*id))) {
        add(part, bytes, &mut article, problems);
    }
    attachments(&message, bytes, sink, problems);
    article.title = message.subject().and_then(article::title_of);
    let sender = message.from().and_then(|from| from.first());
    article.publisher = sender.and_then(|one| one.name().or(one.address())).and_then(article::title_of);
    article.published = message
        .date()
        .and_then(|date| Date::new(i32::from(date.year), u32::from(date.month), u32::from(date.day)));
    if article.text.len() > empty || (empty > 0 && sink.attached.is_empty()) {
        prose::read(&article, sink, problems);
    } else if sink.attached.is_empty() {
        problems.add(Place::Whole, Fault::Unreadable, "a mail without text or attachments", None);
    }
}

/// A subject as people read it, of a header as it is sent: `=?UTF-8?B?…?=` (RFC 2047).
#[must_use]
pub fn subject_of_header(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mail = format!("Subject: {line}\r\n\r\n");
    let read = MessageParser::default().parse(mail.as_bytes());
    read.and_then(|mail| mail.subject().map(str::to_owned)).unwrap_or(line)
}

fn index(id: u32) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

/// Adds a part of the body. Lines are those of the mail where the text is written as it is, else that of its begin.
fn add(part: &MessagePart<'_>, bytes: &[u8], article: &mut Article, problems: &mut Problems) {
    let before = bytes.get(..index(part.offset_body)).unwrap_or_default();
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let first = u64::try_from(lines).unwrap_or(u64::MAX).saturating_add(1);
    let read = match &part.body {
        PartType::Text(text) => article::plain(text),
        PartType::Html(text) => article::html(text, problems),
        _ => return,
    };
    article.append(&read, first, part.encoding == Encoding::None);
}

/// Hands attachments and inner mails over.
fn attachments(message: &Message<'_>, bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    let all = message.attachments.iter().filter_map(|id| message.parts.get(index(*id)));
    for (number, part) in (1..).zip(all) {
        if number > ATTACHMENTS_MAX {
            let what = format!("more than {ATTACHMENTS_MAX} attachments; the rest was not read");
            problems.add(Place::Whole, Fault::Partial, what, Some("save the attachments and give them"));
            return;
        }
        let given = part.attachment_name().map(|name| name.replace(['/', '\\', '!'], "_"));
        let (name, content) = match &part.body {
            PartType::Text(text) => ("text.txt", text.as_bytes()),
            PartType::Html(text) => ("page.html", text.as_bytes()),
            PartType::Binary(content) | PartType::InlineBinary(content) => ("attachment", &**content),
            PartType::Message(_) => {
                let range = index(part.offset_body)..index(part.offset_end);
                ("message.eml", bytes.get(range).unwrap_or_default())
            }
            PartType::Multipart(_) => continue,
        };
        let name = given.unwrap_or_else(|| format!("{number}-{name}"));
        sink.attached.push((name, content.to_vec()));
    }
}
