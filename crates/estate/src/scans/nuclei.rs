//! Nuclei's results, one JSON object a line or one array (docs.projectdiscovery.io, "Nuclei output"; type `ResultEvent`).
//!
//! A template that is about no CVE has found something, but no vulnerability with an identifier: it is counted. The
//! machine is the host that was asked for by its name, since the address behind a name may be a front's.

use super::identifiers;
use super::results::{Item, Results, host_of, port};
use crate::held;
use input::{Document, Head, json};
use model::ours::Fact;
use model::{Fault, Problems, Timestamp};
use serde_json::Value;

/// How large one result may be; requests and responses can be in it.
const RESULT_BYTES_MAX: u64 = 64 << 20;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    (head.has_key("template-id") || head.has_key("templateID")) && head.has_key("info")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut results = Results::new(&source);
    json::values_bounded(document, RESULT_BYTES_MAX, problems, &mut |place, bytes, problems| {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(Value::Object(fields)) => {
                let found = Value::Object(fields);
                let id = held::text(&found, "template-id").or_else(|| held::text(&found, "templateID"));
                if found.get("matcher-status").and_then(Value::as_bool) == Some(false) {
                    return results.pass_over();
                }
                let info = found.get("info").unwrap_or(&Value::Null);
                let classification = info.get("classification").unwrap_or(&Value::Null);
                let listed = classification.get("cve-id").or_else(|| classification.get("cve"));
                let listed: Vec<&str> = match listed {
                    Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
                    Some(Value::String(id)) => vec![id],
                    _ => Vec::new(),
                };
                let named = identifiers::of_list(listed);
                let named = if named.is_empty() { identifiers::of_list(id) } else { named };
                let text = |key: &str| held::text(&found, key);
                let urls = || ["host", "url", "matched-at", "matched"].into_iter().filter_map(text);
                let item = Item {
                    scanner: "Nuclei".to_owned(),
                    host: urls().find_map(host_of).or_else(|| text("ip").map(str::to_owned)),
                    title: held::text(info, "name").map(str::to_owned),
                    port: port(text("port").or_else(|| urls().find_map(port_of)), Some("tcp")),
                    found: text("timestamp").and_then(Timestamp::parse),
                    ..Item::default()
                };
                results.named(place, named, item, each);
            }
            Ok(_) => problems.add(place, Fault::Partial, "no result: it is not used", None),
            Err(error) => {
                let what = format!("not whole JSON: {error}");
                problems.add(place, Fault::Partial, what, Some("export it again"));
            }
        }
    });
    results.end(problems);
}

/// The port of an address of the web: the one that is written, or that of its scheme.
fn port_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let written = authority.rsplit_once(':').map(|(_, port)| port);
    written.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).or(match scheme
    {
        "https" => Some("443"),
        "http" => Some("80"),
        _ => None,
    })
}
