//! What an event is called by machines, and how bad it is on their scales.

use model::{Happened, Notice, Severity, Topic};

/// `finding.opened`, `service.raised`, `digest.quiet`: hierarchical, as receivers filter by what it begins with.
pub(crate) fn kind(notice: &Notice) -> String {
    let topic = match notice.topic {
        Topic::Finding(_) => "finding",
        other => other.name(),
    };
    format!("{topic}.{}", notice.happened.name())
}

/// What happened, for people: a digest happened in another way than what it lists.
pub(crate) fn happened(notice: &Notice) -> &'static str {
    match (notice.topic, notice.happened) {
        (Topic::Digest, Happened::Quiet) => Happened::Quiet.words(),
        (Topic::Digest, _) => "digest",
        (_, happened) => happened.words(),
    }
}

/// Which notice of its thread it is, for people.
pub(crate) fn ordinal(notice: &Notice) -> Option<String> {
    let of = match notice.topic {
        Topic::Finding(model::FindingKind::Chain) => "story",
        Topic::Finding(_) => "finding",
        Topic::Service => "condition",
        Topic::Digest => return None,
    };
    Some(format!("notice {} of this {of}", notice.number))
}

/// The first eight digits of the finding that the notice is named after.
pub(crate) fn short_id(notice: &Notice) -> Option<String> {
    let id = notice.findings.first()?.as_str();
    Some(id.rsplit_once("--")?.1.chars().take_while(char::is_ascii_hexdigit).take(8).collect())
}

/// RFC 5424, table 2: 2 is critical, 6 informational.
pub(crate) fn syslog_severity(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Informational => 6,
    }
}

/// CEF: 0–3 low, 4–6 medium, 7–8 high, 9–10 very high.
pub(crate) fn cef_severity(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 10,
        Severity::High => 8,
        Severity::Medium => 5,
        Severity::Low => 3,
        Severity::Informational => 1,
    }
}

/// ntfy: 5 is urgent, 3 the default, 1 makes no sound.
pub(crate) fn ntfy_priority(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 5,
        Severity::High => 4,
        Severity::Medium => 3,
        Severity::Low => 2,
        Severity::Informational => 1,
    }
}
