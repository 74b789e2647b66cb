//! The web feed of Zscaler's Nanolog Streaming Service as `name=value`, set off by tabs.
//!
//! Zscaler, "NSS feed output format: web logs": the formats for Splunk and for ArcSight-like receivers give a time
//! first and then `reason=…`, `ClientIP=…`, `url=…` and more; `None` and `N/A` are nothing. Feeds write the time of the
//! zone that is set for them, GMT by default.

use crate::names::log_source::log_source;
use crate::names::mapping::Added;
use crate::record::address;
use crate::record::draft::{Draft, Facts};
use model::LogSource;
use std::sync::LazyLock;

/// Names of Sigma's category `proxy`.
const PROXY: [Added; 8] = [
    ("c-uri", &["url", "eurl"]),
    ("cs-method", &["requestmethod", "reqmethod"]),
    ("sc-status", &["status", "respcode"]),
    ("c-useragent", &["useragent", "ua", "eua"]),
    ("cs-referrer", &["refererURL", "referer", "ereferer"]),
    ("cs-host", &["hostname", "host", "ehost"]),
    ("src_ip", &["ClientIP", "cip", "clientip"]),
    ("dst_ip", &["serverip", "sip"]),
];

/// Whether the pairs of a draft are of the feed.
pub(crate) fn is_feed(draft: &Draft<'_>) -> bool {
    let maker = draft.get("vendor").is_some_and(|vendor| vendor.eq_ignore_ascii_case("zscaler"))
        || draft.get("product") == Some("NSS");
    maker && draft.get("url").or_else(|| draft.get("eurl")).is_some()
}

/// Adds the names of rules, and the facts. The machine is that of the user, where the feed has it: `hostname` is the
/// server that was asked.
pub(crate) fn map<'c>(draft: &mut Draft<'c>, facts: &mut Facts<'c, 'static>) {
    for (name, from) in PROXY {
        draft.add(name, from);
    }
    let known = |name: &str| {
        draft.piece(name).filter(|value| !matches!(draft.text(*value), "None" | "N/A" | "NA" | "Unknown"))
    };
    facts.log = &ZSCALER;
    facts.host = known("devicehostname").or_else(|| known("deviceHostname"));
    facts.account = ["user", "login", "elogin"].into_iter().find_map(known);
    facts.from = draft.get("src_ip").and_then(address::parse);
    facts.to = draft.get("dst_ip").and_then(address::parse);
}

static ZSCALER: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("zscaler"), None, &["proxy"]));

#[cfg(test)]
mod tests {
    use crate::formats::key_values;
    use crate::record::draft::Draft;

    #[test]
    fn a_line_of_the_feed() {
        let text = "2024-06-12 03:14:15\treason=Allowed\taction=Allowed\trequestmethod=GET\tuseragent=curl/8 x\tproduct=NSS\tClientIP=192.0.2.1\tserverip=198.51.100.1\tstatus=200\tuser=mo@gate.example\turl=a.example/k\tvendor=Zscaler\thostname=a.example\tdevicehostname=None";
        let mut draft = Draft::default();
        let facts = key_values::line(text, &mut draft).unwrap();
        assert_eq!(facts.time.map(|time| time.to_string()).as_deref(), Some("2024-06-12T03:14:15Z"));
        assert_eq!(facts.account.map(|account| draft.text(account)), Some("mo@gate.example"));
        assert_eq!(
            ["c-uri", "c-useragent"].map(|name| draft.get(name)),
            [Some("a.example/k"), Some("curl/8 x")]
        );
        assert!(facts.host.is_none() && facts.local && facts.to.is_some());
    }
}
