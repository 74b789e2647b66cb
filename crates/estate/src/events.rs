//! Tables of events: they name machines and accounts too, and are no inventories.

use input::Head;

/// Whether a table is of what happened (a log, what others saw of us) and not of what there is.
pub(crate) fn is_of_events(head: &Head<'_>) -> bool {
    const TIMES: &[&str] = &[
        "timestamp",
        "time",
        "datetime",
        "date",
        "ts",
        "eventtime",
        "timegenerated",
        "timecreated",
        "timesource",
        "timeobservation",
        "detecttime",
        "sourcetime",
        "firstseenutc",
        "dateadded",
        "uhrzeit",
        "zeitstempel",
        "horodatage",
        "logdate",
    ];
    const SEEN: &[&str] =
        &["stealer", "malware", "botnet", "infection", "breach", "breachdate", "leak", "ioc", "indicator"];
    // Where a password was used, beside the password: what a stealer took.
    const SITES: &[&str] = &["url", "site", "website", "link", "loginurl"];
    let has =
        |words: &[&str]| head.headers().into_iter().flatten().any(|header| words.contains(&header.as_str()));
    has(TIMES) || has(SEEN) || (has(SITES) && has(&["password", "passwd", "pass", "passwort", "kennwort"]))
}
