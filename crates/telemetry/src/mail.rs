//! What records of mail servers say of a mail: Exchange message tracking, and Postfix.
//!
//! A server writes several records of one mail: they share a key, and where one names the message-id, all mails of that
//! message-id are one. "Message tracking" (Microsoft) names the columns; of Postfix, `qmgr` names the sender, delivery the
//! recipient, `cleanup` the message-id, and the subject where `header_checks` logs it (`WARN`, `INFO`, `REJECT` …; header_checks(5)).
//!
//! Invariant: what a record does not say is absent; a text from outside is given as it is written.

use model::{LogSource, Record};

/// Recipients of one record.
const RECIPIENTS_MAX: usize = 500;
/// How long a text about what was found is, in characters.
const DETECTION_CHARS_MAX: usize = 160;
/// Events of message tracking with which a mail goes no further.
const STOPPED: [&str; 5] = ["FAIL", "BADMAIL", "POISONMESSAGE", "DROP", "QUARANTINE"];
/// What `header_checks` does to a mail that is no mere remark.
const ACTIONS: [&str; 5] = ["reject", "discard", "hold", "redirect", "milter-reject"];

/// What a record says of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSaid<'r> {
    /// What the server calls the mail while it has it; none where the record is all there is of it.
    pub key: Option<&'r str>,
    /// The message-id.
    pub message_id: Option<&'r str>,
    /// The subject; of Postfix as the header writes it.
    pub subject: Option<&'r str>,
    /// Who sent it, by the envelope where that is there.
    pub sender: Option<&'r str>,
    /// Who is to get it.
    pub recipients: Vec<&'r str>,
    /// Why it was stopped.
    pub detection: Option<String>,
}

/// Whether records of a log source are of a mail server that is known here.
#[must_use]
pub fn is_of_mail(log: &LogSource) -> bool {
    matches!(
        (log.product.as_deref(), log.service.as_deref()),
        (Some("exchange"), Some("messagetracking")) | (Some("linux"), Some("postfix"))
    )
}

/// What a record says of a mail; `None`: it is of no mail.
#[must_use]
pub fn mail_said<'r>(record: &Record<'r>) -> Option<MailSaid<'r>> {
    match record.log.service.as_deref() {
        Some("messagetracking") => tracked(record),
        Some("postfix") => {
            let text = ["message", "MESSAGE", "msg"].iter().find_map(|name| record.get(name));
            queued(text.or_else(|| std::str::from_utf8(record.raw).ok())?)
        }
        _ => None,
    }
}

/// A row of message tracking.
fn tracked<'r>(record: &Record<'r>) -> Option<MailSaid<'r>> {
    let event = record.get("event-id")?;
    let message_id = record.get("message-id").map(inside).filter(|id| !id.is_empty());
    let key =
        message_id.or_else(|| record.get("network-message-id")).or_else(|| record.get("internal-message-id"));
    let recipients = record.get("recipient-address").unwrap_or_default();
    let why = ["recipient-status", "source-context"].iter().find_map(|name| record.get(name));
    let is_stopped = STOPPED.contains(&event);
    Some(MailSaid {
        key,
        message_id,
        subject: record.get("message-subject"),
        sender: record.get("sender-address").map(inside).filter(|sender| !sender.is_empty()),
        recipients: recipients
            .split(';')
            .map(inside)
            .filter(|one| !one.is_empty())
            .take(RECIPIENTS_MAX)
            .collect(),
        detection: is_stopped
            .then(|| shortened(&format!("{event}: {}", why.unwrap_or("no reason is given")))),
    })
}

/// A message of Postfix: `queue-id: …`, or `NOQUEUE: reject: …`.
fn queued(text: &str) -> Option<MailSaid<'_>> {
    let (id, body) = text.trim_start().split_once(": ")?;
    let mut said = MailSaid { key: (id != "NOQUEUE").then_some(id), ..MailSaid::default() };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(id) = body.strip_prefix("message-id=") {
        said.message_id = Some(inside(id)).filter(|id| !id.is_empty());
        return Some(said);
    }
    if body.starts_with("from=<") || body.starts_with("to=<") {
        said.envelope(body);
        return Some(said);
    }
    let Some((action, rest)) = body.split_once(": ") else { return key_alone(said, body) };
    let is_check = rest.starts_with("header ") || ACTIONS.contains(&action);
    if !is_check {
        return key_alone(said, body);
    }
    // A header may hold anything, also `; from=`: what Postfix adds is last.
    let (about, envelope) = match rest.rsplit_once("; from=<") {
        Some((about, _)) => (about, rest.get(about.len() + 2..).unwrap_or_default()),
        None => (rest, ""),
    };
    said.envelope(envelope);
    if let Some(subject) = about.strip_prefix("header Subject: ") {
        said.subject = Some(subject.rsplit_once(" from ").map_or(subject, |(subject, _)| subject).trim());
        said.detection = ACTIONS.contains(&action).then(|| format!("{action}: a check of its headers"));
    } else if ACTIONS.contains(&action) {
        said.detection = Some(shortened(&format!("{action}: {about}")));
    }
    Some(said)
}

/// A message that says no more than that there is a mail.
fn key_alone<'r>(said: MailSaid<'r>, body: &str) -> Option<MailSaid<'r>> {
    let is_of_mail =
        ["client=", "uid=", "removed", "to=", "skipped"].iter().any(|start| body.starts_with(start));
    (said.key.is_some() && is_of_mail).then_some(said)
}

impl<'r> MailSaid<'r> {
    /// Takes `from=<…>` and `to=<…>`; a null sender is absent.
    fn envelope(&mut self, text: &'r str) {
        let after = |name: &str| -> Option<&'r str> {
            let at = text.match_indices(name).find(|(at, _)| {
                // `orig_to=<` is where it was sent before it was rewritten.
                text.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with([' ', ',']))
            })?;
            text.get(at.0 + name.len()..)?.split_once('>').map(|(value, _)| value)
        };
        self.sender = after("from=<").filter(|sender| !sender.is_empty());
        self.recipients =
            [after("to=<"), after("orig_to=<")].into_iter().flatten().filter(|one| !one.is_empty()).collect();
        self.recipients.dedup();
    }
}

fn inside(text: &str) -> &str {
    text.trim().trim_start_matches('<').trim_end_matches('>')
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(DETECTION_CHARS_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Field, Text, Value};

    fn shown(text: &str) -> String {
        let Some(said) = queued(text) else { return "-".to_owned() };
        let or = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let detection = or(said.detection.as_deref());
        format!(
            "{} id={} subject={} from={} to={} {detection}",
            or(said.key),
            or(said.message_id),
            or(said.subject),
            or(said.sender),
            said.recipients.join(",")
        )
    }

    #[test]
    fn postfix_says_of_a_mail_in_several_lines() {
        for (text, expected) in [
            ("486D13F8B7: client=a.example[192.0.2.1]", "486D13F8B7 id=- subject=- from=- to= -"),
            ("486D13F8B7: message-id=<x@a.example>", "486D13F8B7 id=x@a.example subject=- from=- to= -"),
            (
                "486D13F8B7: from=<mo@a.example>, size=12, nrcpt=1 (queue active)",
                "486D13F8B7 id=- subject=- from=mo@a.example to= -",
            ),
            (
                "486D13F8B7: to=<b@c.example>, orig_to=<all@c.example>, relay=mx.example[192.0.2.2]:25, status=sent (250 ok)",
                "486D13F8B7 id=- subject=- from=- to=b@c.example,all@c.example -",
            ),
            ("486D13F8B7: from=<>, size=12", "486D13F8B7 id=- subject=- from=- to= -"),
            (
                "486D13F8B7: warning: header Subject: ETA from sea; from=<x> from a.example[192.0.2.1]; from=<mo@a.example> to=<b@c.example> proto=ESMTP helo=<a>",
                "486D13F8B7 id=- subject=ETA from sea; from=<x> from=mo@a.example to=b@c.example -",
            ),
            (
                "486D13F8B7: reject: header Subject: berth from local; from=<mo@a.example>: 5.7.1 no",
                "486D13F8B7 id=- subject=berth from=mo@a.example to= reject: a check of its headers",
            ),
            (
                "NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 554 5.7.1 <b>: no; from=<c@d.example> to=<e@f.example> proto=SMTP",
                "- id=- subject=- from=c@d.example to=e@f.example reject: RCPT from a.example[192.0.2.1]: 554 5.7.1 <b>: no",
            ),
            (
                "486D13F8B7: milter-reject: END-OF-MESSAGE from a.example[192.0.2.1]: 5.7.1 virus found; from=<c@d.example> to=<e@f.example>",
                "486D13F8B7 id=- subject=- from=c@d.example to=e@f.example milter-reject: END-OF-MESSAGE from a.example[192.0.2.1]: 5.7.1 virus found",
            ),
            ("connect from unknown[192.0.2.1]", "-"),
            ("warning: hostname x does not resolve", "-"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn message_tracking_says_of_a_mail_in_one_row() {
        let log = LogSource {
            product: Some("exchange".to_owned()),
            service: Some("messagetracking".to_owned()),
            categories: Vec::new(),
        };
        assert!(is_of_mail(&log));
        let of = |fields: &[(&str, &str)]| -> String {
            let fields: Vec<Field<'_>> =
                fields.iter().map(|(name, value)| Field { name, value: Value::Text(value) }).collect();
            let record = Record {
                number: 1,
                time: None,
                log: &log,
                host: None,
                account: None,
                from: None,
                to: None,
                fields: &fields,
                raw: b"",
                text: Text::Raw,
            };
            mail_said(&record).map_or_else(|| "-".to_owned(), |said| format!("{said:?}"))
        };
        let base = [
            ("event-id", "FAIL"),
            ("message-id", "<a@b.example>"),
            ("message-subject", "Berth"),
            ("sender-address", "<>"),
            ("recipient-address", "x@b.example;y@b.example"),
            ("recipient-status", "550 5.7.1 virus"),
        ];
        assert_eq!(
            of(&base),
            "MailSaid { key: Some(\"a@b.example\"), message_id: Some(\"a@b.example\"), subject: Some(\"Berth\"), \
             sender: None, recipients: [\"x@b.example\", \"y@b.example\"], detection: Some(\"FAIL: 550 5.7.1 virus\") }"
        );
        // A protocol log of Exchange has no events of mails.
        assert_eq!(of(&[("event", "+")]), "-");
        let long = "a@b.example;".repeat(RECIPIENTS_MAX + 1);
        let one_past = of(&[("event-id", "RECEIVE"), ("recipient-address", &long)]);
        assert_eq!(one_past.matches("a@b.example").count(), RECIPIENTS_MAX);
    }
}
