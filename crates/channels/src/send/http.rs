//! A POST, and what its answer means.
//!
//! Only 2xx is success. A redirect is not followed: it would lead past what was allowed, with the body and its
//! signature. Busy (408, 425, 429, 5xx) is later, gone (410) is gone, all else is for a person to change. No proxy is
//! taken from the environment: behind one the guard would not be asked.

use super::guard::{Guard, Refused};
use super::https::Secure;
use super::stream;
use crate::channel::Webhook;
use crate::channel::credential::Credential;
use crate::channel::target::Target;
use crate::clean::{counted, short};
use crate::message::Message;
use crate::outcome::{Outcome, Why};
use model::{Date, Timestamp};
use std::io::Read;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Response;
use ureq::unversioned::transport::{Connector, TcpConnector};
use ureq::{Agent, Body};

/// From resolving the name to the last byte of the answer.
const TIME: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });
/// What of an answer is read.
const HEAD_BYTES_MAX: usize = 16_000;
const BODY_BYTES_MAX: u64 = 2_000;
/// Nobody waits longer than a day because a receiver says so.
const WAIT_MAX: Duration = Duration::from_secs(86_400);

/// Headers of one POST.
pub(super) type Headers = Vec<(&'static str, String)>;

/// The headers of Standard Webhooks. Each secret signs, so that a receiver knows one while they are replaced.
pub(super) fn signed(webhook: &Webhook, message: &Message, now: Timestamp) -> Headers {
    let (id, seconds) = (message.id.as_str(), now.seconds());
    let signatures: Vec<String> =
        webhook.secrets.iter().map(|secret| secret.sign(id, seconds, &message.bytes)).collect();
    let mut headers = vec![("webhook-id", id.to_owned()), ("webhook-timestamp", seconds.to_string())];
    if !signatures.is_empty() {
        headers.push(("webhook-signature", signatures.join(" ")));
    }
    headers
}

pub(super) fn bearer(token: Option<&Credential>) -> Headers {
    token.map(|token| ("authorization", format!("Bearer {}", token.reveal()))).into_iter().collect()
}

/// Posts a message as JSON.
pub(super) fn post(target: &Target, message: &Message, headers: Headers, now: Timestamp) -> Outcome {
    let client = match target.authorities.client() {
        Ok(client) => client,
        Err(error) => return Outcome::later(format!("{}: TLS cannot be set up ({error})", target.url)),
    };
    let config = Config::builder()
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(target.url.is_tls())
        .timeout_global(Some(TIME))
        .max_response_header_size(HEAD_BYTES_MAX)
        .user_agent(concat!("outpace/", env!("CARGO_PKG_VERSION")))
        .build();
    let connector = ().chain(TcpConnector::default()).chain(Secure(client));
    let agent = Agent::with_parts(config, connector, Guard { allow: target.allow.clone() });
    let mut request = agent.post(target.url.uri()).content_type("application/json");
    for (name, value) in &headers {
        request = request.header(*name, value);
    }
    match request.send(message.bytes.as_slice()) {
        Ok(response) => answered(target, response, &headers, now),
        Err(error) => failed(target, &error),
    }
}

fn answered(target: &Target, mut response: Response<Body>, headers: &Headers, now: Timestamp) -> Outcome {
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return Outcome::Sent;
    }
    let after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| retry_after(text, now));
    let said = body(&mut response, target, headers);
    let what = format!("{} answered {status}{said}", target.url);
    match status {
        410 => Outcome::Gone {
            why: Why::with(what, "it is there no more: take the channel out, or give its new URL"),
        },
        408 | 425 | 429 | 500..=599 => Outcome::Later { after, why: Why::new(what) },
        301 | 308 => Outcome::never(
            format!("{what}, a redirect, which is not followed"),
            "give the URL that it leads to",
        ),
        300..=399 => Outcome::later(format!("{what}, a redirect, which is not followed")),
        401 | 403 => Outcome::never(what, "check the token or the URL, which is a credential as well"),
        404 | 405 => Outcome::never(what, "check the URL"),
        413 => Outcome::never(what, "let the receiver take 20 kB"),
        _ => Outcome::Never { why: Why::new(what) },
    }
}

/// The start of what the answer says.
fn body(response: &mut Response<Body>, target: &Target, headers: &Headers) -> String {
    let mut bytes = Vec::new();
    let reader = response.body_mut().as_reader();
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    let _ = reader.take(BODY_BYTES_MAX).read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    if text.trim().is_empty() || repeats(&text, target, headers) {
        return String::new();
    }
    format!(" ({})", short(text.trim(), 120))
}

/// Whether a text repeats what opens the channel: a part of the URL behind its host, or of a header of ours.
fn repeats(text: &str, target: &Target, headers: &Headers) -> bool {
    let path = target.url.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let words =
        path.split(['/', '?', '&', '=']).chain(headers.iter().flat_map(|(_, value)| value.split(' ')));
    words.into_iter().any(|word| word.len() > 4 && text.contains(word))
}

fn failed(target: &Target, error: &ureq::Error) -> Outcome {
    let url = &target.url;
    match error {
        ureq::Error::Io(error) => {
            if let Some(refused) = error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>()) {
                let what = format!("{url} is not reached: {refused}");
                return Outcome::never(what, "if it is meant, allow this host or its network by name");
            }
            stream::broken(&url.to_string(), error)
        }
        ureq::Error::Timeout(_) => {
            Outcome::later(format!("{url} did not answer within {}", counted(TIME.as_secs(), "second")))
        }
        ureq::Error::HostNotFound => Outcome::later(format!("{url}: the name has no address")),
        other => {
            let said = other.to_string();
            let said = if repeats(&said, target, &Vec::new()) { "the request failed" } else { &said };
            Outcome::later(format!("{url}: {}", short(said, 200)))
        }
    }
}

/// How long to wait: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        // Digits only, and more than fit: as long as may be.
        Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => u64::MAX,
        Err(_) => u64::try_from(http_date(text)?.seconds_since(now)).unwrap_or(0),
    };
    Some(Duration::from_secs(seconds).min(WAIT_MAX))
}

/// `Wed, 01 Jul 2026 06:00:00 GMT`, the one form that servers still write.
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split_once(", ")?.1.split(' ');
    let day = words.next()?.parse().ok()?;
    let month = words.next().filter(|month| month.len() == 3)?;
    let month = u32::try_from(MONTHS.find(month)? / 3).ok()? + 1;
    let date = Date::new(words.next()?.parse().ok()?, month, day)?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    (words.next()? == "GMT").then(|| Timestamp::from_civil(date, hour, minute, second, 0))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_seconds_or_a_date_and_never_more_than_a_day() {
        let now = Timestamp::parse("2026-07-01T06:00:00Z").expect("a moment");
        for (text, expected) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("86400", Some(86_400)),
            ("86401", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Wed, 01 Jul 2026 06:02:00 GMT", Some(120)),
            ("Wed, 01 Jul 2026 05:00:00 GMT", Some(0)),
            ("Wed, 01 Jul 2036 05:00:00 GMT", Some(86_400)),
            ("Wed, 32 Jul 2026 06:02:00 GMT", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now).map(|wait| wait.as_secs()), expected, "{text:?}");
        }
    }
}
