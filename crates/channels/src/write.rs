//! A notice as each channel takes it. Pure: no clock, no network, and the same bytes for the same input.
//!
//! Channels for people write a [`page::Page`], in which all texts are clean and bounded; those for machines write the
//! exact values, escaped for their form. What does not fit is written again with less of everything, and says so.

pub(crate) mod body;
mod cef;
mod event;
mod html;
mod mail;
mod mime;
mod moment;
mod ntfy;
mod page;
mod slack;
mod syslog;
mod teams;
mod text;

use crate::channel::{Cef, Channel};
use crate::message::{Message, Occasion};
use model::{Notice, NoticeId};

/// A webhook's body stays below this (Standard Webhooks: "under 20 kb").
const WEBHOOK_BYTES_MAX: usize = 20_000;
/// A file may hold whole notices.
const FILE_BYTES_MAX: usize = 1 << 20;

/// Writes a notice for a channel.
#[must_use]
pub fn write(notice: &Notice, channel: &Channel, occasion: &Occasion) -> Message {
    // An identifier that was read back may be anything, and becomes a header and the name of a file.
    let known = |id: &NoticeId| NoticeId::parse(id.as_str()).is_some();
    if !known(&notice.id) || !occasion.before.iter().all(known) {
        let id = if known(&notice.id) { notice.id.clone() } else { NoticeId::of("", notice.id.as_str(), "") };
        let before = occasion.before.iter().filter(|id| known(id)).cloned().collect();
        let notice = Notice { id, ..notice.clone() };
        return written(&notice, channel, &Occasion { before, ..occasion.clone() });
    }
    written(notice, channel, occasion)
}

/// A notice as the text of a mail: for a terminal.
#[must_use]
pub fn text(notice: &Notice) -> String {
    text::write(&page::Page::of(notice, page::MAIL), notice.id.as_str())
}

fn written(notice: &Notice, channel: &Channel, occasion: &Occasion) -> Message {
    let (bytes, beside) = match channel {
        Channel::Mail(mail) => (mail::write(notice, &mail::Envelope::of(mail), occasion), None),
        Channel::Webhook(_) => (body::write(notice, WEBHOOK_BYTES_MAX), None),
        Channel::Slack(_) => (slack::write(notice), None),
        Channel::Teams(_) => (teams::write(notice), None),
        Channel::Ntfy(ntfy) => (ntfy::write(notice, &ntfy.topic), None),
        Channel::Syslog(syslog) => (syslog::write(notice, syslog.facility, occasion), None),
        Channel::Cef(Cef::Syslog(syslog)) => {
            let event = cef::write(notice);
            (syslog::frame(notice, syslog.facility, occasion, "", &event), None)
        }
        Channel::Cef(Cef::File(_)) => (format!("{}\n", cef::write(notice)).into_bytes(), None),
        Channel::Folder(_) => {
            let mail = mail::write(notice, &mail::Envelope::nobody(), occasion);
            (mail, Some(body::write(notice, FILE_BYTES_MAX)))
        }
    };
    Message { id: notice.id.clone(), channel: channel.name(), bytes, beside }
}
