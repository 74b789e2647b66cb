//! Server access logs of Amazon S3.
//!
//! "Amazon S3 server access log format": fields set off by blanks, the time in brackets, texts in quotes, `-` for
//! nothing. Fields are added at the end as the service grows, so a longer line is read as far as it is known.

use super::aws_lb::cells;
use crate::formats::access::request;
use crate::names::log_source::log_source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// The fields, under the names of the W3C Extended Log Format where it has one.
const NAMES: [&str; 26] = [
    "bucket_owner",
    "bucket",
    "time",
    "c-ip",
    "requester",
    "request_id",
    "operation",
    "key",
    "request",
    "sc-status",
    "error_code",
    "sc-bytes",
    "object_size",
    "total_time",
    "turn_around_time",
    "cs-referer",
    "cs-user-agent",
    "version_id",
    "host_id",
    "signature_version",
    "cipher_suite",
    "authentication_type",
    "cs-host",
    "tls_version",
    "access_point_arn",
    "acl_required",
];
/// Where these are.
const TIME: usize = 2;
const CLIENT: usize = 3;
const REQUESTER: usize = 4;
const OPERATION: usize = 6;
const REQUEST: usize = 8;

/// A line of the log.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // The owner is an identifier of 64 hexadecimal digits, or `-`.
    let owner = text.split(' ').next()?;
    (owner == "-" || owner.len() == 64 && owner.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(())?;
    let cells: Vec<&str> = cells(text).take(NAMES.len()).collect();
    let cell = |index: usize| cells.get(index).copied().filter(|cell| *cell != "-");
    let time = clock::common_log(cells.get(TIME)?.as_bytes())?;
    // `REST.GET.OBJECT`, `SOAP.…`, `WEBSITE.…`, `BATCH.…`, `S3.…`.
    let operation = cell(OPERATION)?;
    (operation.contains('.') && operation.bytes().next()?.is_ascii_uppercase()).then_some(())?;
    let mut facts = Facts::of(&S3);
    facts.time = Some(time);
    facts.from = cell(CLIENT).and_then(address::parse);
    facts.account = cell(REQUESTER).map(Piece::Chunk);
    for (name, cell) in NAMES.iter().zip(&cells) {
        if !matches!(*cell, "-" | "") && !matches!(*name, "time" | "request") {
            draft.push_text(name, cell);
        }
    }
    if let Some(line) = cell(REQUEST) {
        request::push(Piece::Chunk(line), draft);
    }
    Some(facts)
}

static S3: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("aws"), Some("s3"), &["webserver"]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_requester_and_a_request() {
        let owner = "79a59df900b949e5".repeat(4);
        let text = format!(
            "{owner} plans [12/Jun/2024:03:14:15 +0000] 192.0.2.1 arn:aws:iam::123456789012:user/mo 3E57 REST.GET.OBJECT a%20b \"GET /plans/a%20b?x=1 HTTP/1.1\" 403 AccessDenied 243 - 11 - \"-\" \"curl/8\" - h= SigV4 C AuthHeader plans.s3.example TLSv1.3 - -"
        );
        let mut draft = Draft::default();
        let facts = line(&text, &mut draft).unwrap();
        let got = ["cs-uri-stem", "sc-status", "operation", "cs-host"].map(|name| draft.get(name));
        assert_eq!(
            got,
            [Some("/plans/a%20b"), Some("403"), Some("REST.GET.OBJECT"), Some("plans.s3.example")]
        );
        assert_eq!(
            facts.account.map(|account| draft.text(account)),
            Some("arn:aws:iam::123456789012:user/mo")
        );
        for text in [
            "- - [12/Jun/2024:03:14:15 +0000] 192.0.2.1 - - get -",
            "192.0.2.1 - - [12/Jun/2024:03:14:15 +0000] \"-\" 400 0",
        ] {
            assert!(line(text, &mut Draft::default()).is_none());
        }
    }
}
