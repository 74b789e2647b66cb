//! A mail: text and HTML of one page (RFC 2046, multipart/alternative), with headers that say it was made by a program.
//!
//! A notice is the same message at each try (`Message-ID`), and notices of one thread to one audience are one
//! conversation (`References`): its root is derived from thread and audience, so that the order of arrival is no matter.

use super::page::{self, Page};
use super::{html, mime, moment, text};
use crate::channel::{Mail, Unsubscribe};
use crate::message::Occasion;
use model::{Notice, NoticeId};

/// How many earlier notices are named.
const REFERENCES_MAX: usize = 20;
/// A relay takes more; nobody reads more.
const BYTES_MAX: usize = 400_000;

/// From whom, to whom.
pub(crate) struct Envelope<'m> {
    from: &'m str,
    domain: &'m str,
    to: String,
    unsubscribe: Option<&'m Unsubscribe>,
}

impl<'m> Envelope<'m> {
    pub(crate) fn of(mail: &'m Mail) -> Self {
        let to: Vec<&str> = mail.to.iter().map(crate::channel::address::MailAddress::as_str).collect();
        Self {
            from: mail.from.as_str(),
            domain: mail.from.domain(),
            to: to.join(",\r\n "),
            unsubscribe: mail.unsubscribe.as_ref(),
        }
    }

    /// For a file: an empty group is a valid recipient (RFC 5322, 3.4), `.invalid` a domain that nobody has.
    pub(crate) fn nobody() -> Self {
        let domain = "outpace.invalid";
        Self {
            from: "outpace@outpace.invalid",
            domain,
            to: "undisclosed-recipients:;".to_owned(),
            unsubscribe: None,
        }
    }
}

pub(crate) fn write(notice: &Notice, envelope: &Envelope<'_>, occasion: &Occasion) -> Vec<u8> {
    let mut out = Vec::new();
    for limits in std::iter::once(page::MAIL).chain(page::CHAT) {
        out = of_page(&Page::of(notice, limits), notice, envelope, occasion);
        if out.len() <= BYTES_MAX {
            break;
        }
    }
    out
}

fn of_page(page: &Page, notice: &Notice, envelope: &Envelope<'_>, occasion: &Occasion) -> Vec<u8> {
    let id = notice.id.as_str();
    // A sign that quoted-printable never writes: no line of a part can be the boundary.
    let boundary = format!("=_{id}");
    let mut out = format!("From: {}\r\nTo: {}\r\n", envelope.from, envelope.to);
    out.push_str(&mime::header("Subject", &page.subject()));
    out.push_str(&format!("Date: {}\r\n", moment::mail_date(occasion.date)));
    out.push_str(&format!("Message-ID: <{id}@{}>\r\n", envelope.domain));
    push_thread(&mut out, notice, envelope, occasion);
    // RFC 3834: no holiday notice answers it; Exchange has a header of its own for that.
    out.push_str("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
    match envelope.unsubscribe {
        None => {}
        Some(Unsubscribe::Address(address)) => {
            out.push_str(&format!("List-Unsubscribe: <mailto:{address}?subject=unsubscribe>\r\n"));
        }
        Some(Unsubscribe::OneClick(url)) => {
            out.push_str(&format!("List-Unsubscribe: <{}>\r\n", url.uri()));
            out.push_str("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }
    }
    out.push_str("MIME-Version: 1.0\r\n");
    out.push_str(&format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n"));
    for (kind, content) in [("plain", text::write(page, id)), ("html", html::write(page, id))] {
        out.push_str(&format!("--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"));
        out.push_str("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
        out.push_str(&mime::quoted_printable(&content));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    out.into_bytes()
}

/// What this mail answers. The root was never sent; mail programs join what names the same one.
fn push_thread(out: &mut String, notice: &Notice, envelope: &Envelope<'_>, occasion: &Occasion) {
    let root = NoticeId::of(&notice.thread, "thread", &notice.audience);
    let first = occasion.before.len().saturating_sub(REFERENCES_MAX);
    let before = occasion.before.iter().skip(first);
    let named: Vec<String> =
        std::iter::once(&root).chain(before).map(|id| format!("<{id}@{}>", envelope.domain)).collect();
    if let Some(last) = named.last() {
        out.push_str(&format!("In-Reply-To: {last}\r\n"));
    }
    out.push_str(&format!("References: {}\r\n", named.join("\r\n ")));
}
