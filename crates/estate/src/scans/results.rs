//! A result of a scanner from its parts: the one place in which readers of reports make them.
//!
//! What a report says that is no vulnerability with an identifier is counted and said once, since a scan has ten times
//! as many remarks as flaws.

use super::identifiers::{self, Named};
use model::ours::{Component, Fact, ScanResult};
use model::world::Origin;
use model::{Fault, Place, Problems, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many characters of a scanner's line about a result are kept.
const TITLE_CHARS_MAX: usize = 200;

/// How many components of one report are remembered so that each is given once.
const SEEN_MAX: usize = 500_000;

/// The results of one report.
pub(crate) struct Results {
    source: Arc<str>,
    unnamed: u64,
    passed_over: u64,
    seen: BTreeSet<[Option<String>; 4]>,
    seen_max: usize,
}

/// One item of a report before its vulnerabilities are named.
#[derive(Clone, Default)]
pub(crate) struct Item {
    pub(crate) scanner: String,
    pub(crate) host: Option<String>,
    pub(crate) component: Option<Component>,
    pub(crate) title: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) fixed: Option<String>,
    pub(crate) found: Option<Timestamp>,
}

impl Results {
    pub(crate) fn new(source: &Arc<str>) -> Self {
        Self {
            source: Arc::clone(source),
            unnamed: 0,
            passed_over: 0,
            seen: BTreeSet::new(),
            seen_max: SEEN_MAX,
        }
    }

    /// Gives an item that is one vulnerability under an identifier of its own and others.
    pub(crate) fn one<'i>(
        &mut self,
        place: Place,
        own: Option<&'i str>,
        others: impl IntoIterator<Item = &'i str>,
        item: Item,
        each: &mut dyn FnMut(Fact),
    ) {
        self.named(place, identifiers::of_item(own, others), item, each);
    }

    /// Gives an item with the vulnerabilities that it lists.
    pub(crate) fn named(&mut self, place: Place, named: Vec<Named>, item: Item, each: &mut dyn FnMut(Fact)) {
        self.unnamed += u64::from(named.is_empty());
        let title = item.title.as_deref().and_then(line);
        for Named { id, aliases } in named {
            each(Fact::ScanResult(ScanResult {
                scanner: item.scanner.clone(),
                vulnerability: id,
                aliases,
                host: item.host.clone(),
                component: item.component.clone(),
                title: title.clone(),
                port: item.port.clone(),
                fixed: item.fixed.as_deref().and_then(line),
                found: item.found,
                origin: Origin::new(&self.source, place),
            }));
        }
    }

    /// Gives a component that a report names, once for each machine.
    pub(crate) fn component(&mut self, component: &Component, each: &mut dyn FnMut(Fact)) {
        let Component { name, version, host, package, .. } = component;
        let package = package.as_ref().map(model::world::Package::key);
        let key = [host.clone(), Some(name.clone()), version.clone(), package];
        if self.seen.contains(&key) {
            return;
        }
        if self.seen.len() < self.seen_max {
            self.seen.insert(key);
        }
        each(Fact::Component(component.clone()));
    }

    /// Counts an item that says that something is not there.
    pub(crate) fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// Counts an item that names no vulnerability.
    pub(crate) fn count_unnamed(&mut self) {
        self.unnamed += 1;
    }

    /// Says what was counted.
    pub(crate) fn end(self, problems: &mut Problems) {
        if self.unnamed > 0 {
            let what = format!(
                "results without a CVE or another identifier of a vulnerability, not used: {}",
                self.unnamed
            );
            problems.add(Place::Whole, Fault::Note, what, None);
        }
        if self.passed_over > 0 {
            let what = format!(
                "results that the scanner calls fixed, passed, suppressed or withdrawn, not used: {}",
                self.passed_over
            );
            problems.add(Place::Whole, Fault::Note, what, None);
        }
    }
}

/// The first line of a text that is not empty, cut.
pub(crate) fn line(text: &str) -> Option<String> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(first.chars().take(TITLE_CHARS_MAX).collect())
}

/// `443/tcp`; a port of zero is the machine as a whole.
pub(crate) fn port(number: Option<&str>, protocol: Option<&str>) -> Option<String> {
    let number = number.map(str::trim)?;
    let (number, of_number) = number.split_once('/').map_or((number, None), |(n, of)| (n, Some(of)));
    let number: u16 = number.parse().ok().filter(|number| *number > 0)?;
    let protocol = of_number.or(protocol).map(|protocol| protocol.trim().to_ascii_lowercase());
    Some(match protocol.filter(|protocol| matches!(protocol.as_str(), "tcp" | "udp" | "sctp")) {
        Some(protocol) => format!("{number}/{protocol}"),
        None => number.to_string(),
    })
}

/// The host of an address of the web, or of `host:port`; brackets of IPv6 are taken away.
pub(crate) fn host_of(written: &str) -> Option<String> {
    let rest = written.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = match rest.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None if rest.matches(':').count() == 1 => rest.split(':').next().unwrap_or_default(),
        None => rest,
    };
    Some(host.to_owned()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_hosts_as_scanners_write_them() {
        assert_eq!(port(Some("443"), Some("TCP")).as_deref(), Some("443/tcp"));
        assert_eq!(port(Some("53/udp"), None).as_deref(), Some("53/udp"));
        assert_eq!(port(Some("8443"), Some("https")).as_deref(), Some("8443"));
        assert_eq!(
            (port(Some("0"), None), port(Some("general/tcp"), None), port(None, None)),
            (None, None, None)
        );
        let host = |text| host_of(text).unwrap_or_default();
        assert_eq!(host("https://user@quay-1.example:8443/a?b"), "quay-1.example");
        assert_eq!(
            (host("192.0.2.7:80"), host("[2001:db8::7]:80")),
            ("192.0.2.7".into(), "2001:db8::7".into())
        );
        assert_eq!((host("2001:db8::7"), host("https://")), ("2001:db8::7".into(), String::new()));
    }

    #[test]
    fn one_component_past_the_bound_comes_again() {
        let source = Arc::from("a");
        let mut results = Results { seen_max: 1, ..Results::new(&source) };
        let mut count = 0;
        for name in ["a", "a", "b", "b"] {
            let component = crate::software::component(&source, Place::Whole, name, None);
            results.component(&component, &mut |_| count += 1);
        }
        assert_eq!(count, 3);
    }

    #[test]
    fn a_line_about_a_result_is_cut() {
        assert_eq!(line("\n  An old server \nmore").as_deref(), Some("An old server"));
        assert_eq!(line(&"x".repeat(TITLE_CHARS_MAX + 1)).map(|line| line.len()), Some(TITLE_CHARS_MAX));
        assert_eq!(line(" \n"), None);
    }
}
