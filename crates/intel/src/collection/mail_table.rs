//! Tables of mails in which a gateway found something, by header: a subject beside a sender and what was found.
//!
//! The columns are those of gateways and of Microsoft's `EmailEvents` ("EmailEvents", Microsoft Defender XDR). A record is
//! about nobody, as one of a mail that was kept ([`super::mail`]).

use super::{CollectionRecord, Counterpart, column_order, give, in_order, mail};
use crate::prose::article::dates_in;
use crate::sink::Sink;
use input::{Document, table};
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;

/// What the subject of a mail is called, in normal form.
pub const MAIL_SUBJECTS: &[&str] = &["subject", "mailsubject", "messagesubject", "emailsubject"];
/// What its sender is called.
pub const MAIL_SENDERS: &[&str] = &[
    "sender",
    "from",
    "senderaddress",
    "fromaddress",
    "mailfrom",
    "senderfromaddress",
    "sendermailfromaddress",
    "senderemail",
];
/// What its recipients are called.
pub const MAIL_RECIPIENTS: &[&str] = &[
    "recipient",
    "recipients",
    "to",
    "recipientaddress",
    "toaddress",
    "recipientemailaddress",
    "recipientemail",
];
/// What a gateway calls what it found in it.
pub const MAIL_FOUND: &[&str] = &[
    "detections",
    "detection",
    "verdict",
    "malware",
    "malwarename",
    "malwarefamily",
    "virus",
    "virusname",
    "threat",
    "threatname",
    "threattypes",
    "detectionmethods",
];
const TIMES: &[&str] =
    &["date", "timestamp", "time", "datetime", "received", "receivedtime", "senttime", "day"];
const HASHES: &[&str] = &["sha256", "attachmentsha256", "filesha256"];
/// Addresses of one cell.
const MAILBOXES_MAX: usize = 100;

/// Whether a header (in normal form) is of mails in which something was found.
pub(crate) fn claims(headers: &[String]) -> bool {
    let any = |names: &[&str]| headers.iter().any(|header| names.contains(&header.as_str()));
    any(MAIL_SUBJECTS) && any(MAIL_SENDERS) && any(MAIL_FOUND)
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let order = column_order(document);
    table::rows(document, &[], problems, &mut |row, problems| {
        let mut record = CollectionRecord::of(in_order(row.extra, &order));
        record.words(MAIL_SUBJECTS);
        record.words(MAIL_SENDERS);
        record.terms(Counterpart, Kind::Sha256, HASHES);
        record.hosts(Counterpart, &["senderip", "senderipv4", "senderipv6", "clientip", "sourceip"]);
        for side in [MAIL_SENDERS, MAIL_RECIPIENTS] {
            let side = record.get(side).map(str::to_owned).unwrap_or_default();
            for one in side.split([';', ',']).take(MAILBOXES_MAX) {
                // `Ann <ann@port.example>`.
                let address = one.rsplit_once('<').map_or(one, |(_, inside)| inside);
                record.term(Counterpart, Kind::Email, Some(address.trim().trim_end_matches('>').to_owned()));
            }
        }
        let place = Place::Line(row.line);
        if !record.is_findable() {
            problems.add(place, Fault::Partial, "a row without subject and sender was passed over", None);
            return;
        }
        let tlp = record.get(&["tlp"]).and_then(Tlp::parse).unwrap_or(Tlp::Amber);
        let seen = mail::suspicious(record.get(TIMES).and_then(moment), tlp);
        let origin = sink.origin(place);
        give(record, seen, origin, sink);
    });
}

/// A moment, or the day that a cell names.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Some(dates_in(text).next()?.start()))
}
