//! Values that are asked for by name, on the command line: indicators without a document.
//!
//! Who asks for one value means that value: it is of the kind that it looks like, defanged or not, and it is looked for
//! even where a list would keep it back. What names knowledge (a CVE, a technique, a network's number) is in no log
//! and is refused with what to give instead.

use model::Place;
use model::world::{Indicator, Origin};
use observable::{Kind, Observable};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A value that is asked for by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedValue(Vec<Observable>);

impl std::str::FromStr for AskedValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const KINDS: &str = "no address, network, domain, URL, mail address, hash, file name, path, registry key or user agent";
        let values = observable::given(text);
        let knowledge =
            |value: &&Observable| matches!(value.kind, Kind::Cve | Kind::Technique | Kind::AutonomousSystem);
        match values.iter().find(knowledge) {
            Some(value) => Err(format!(
                "this ({}) names knowledge, not a trace in logs: `outpace check` answers it",
                value.kind.name()
            )),
            None if values.is_empty() => Err(KINDS.to_owned()),
            None => Ok(Self(values)),
        }
    }
}

/// The values that are asked for, as what the command line says: each once, in order.
pub(crate) fn indicators(values: &[AskedValue]) -> impl Iterator<Item = Indicator> {
    let source: Arc<str> = Arc::from(findings::COMMAND_LINE);
    let values: BTreeSet<&Observable> = values.iter().flat_map(|AskedValue(values)| values).collect();
    values.into_iter().zip(1..).map(move |(observable, number)| Indicator {
        observable: observable.clone(),
        context: String::new(),
        source: source.to_string(),
        attributed_to: Vec::new(),
        valid_from: None,
        valid_until: None,
        revoked: false,
        tlp: model::Tlp::default(),
        origin: Origin::new(&source, Place::Record(number)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Result<String, String> {
        let name = |value: &Observable| format!("{} {}", value.kind.name(), value.value);
        text.parse::<AskedValue>()
            .map(|AskedValue(values)| values.iter().map(name).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn a_value_is_of_the_kind_that_it_looks_like() {
        for (text, seen) in [
            ("203.0.113[.]7", "ipv4 203.0.113.7"),
            ("10.0.0.0/8", "network 10.0.0.0/8"),
            ("hxxps[:]//evil[.]example/x", "url https://evil.example/x"),
            ("evil.zzz", "domain evil.zzz"),
            ("a[at]evil.example", "email a@evil.example"),
            ("D41D8CD98F00B204E9800998ECF8427E", "md5 d41d8cd98f00b204e9800998ecf8427e"),
            ("payload.exe", "file-name payload.exe"),
            ("/tmp/.x/run", "path /tmp/.x/run"),
            ("Mozilla/5.0 (X11) Evil/1.0", "user-agent Mozilla/5.0 (X11) Evil/1.0"),
        ] {
            assert_eq!(kind(text).as_deref(), Ok(seen), "{text}");
        }
        assert!(kind("CVE-2021-44228").is_err_and(|why| why.contains("names knowledge")));
        assert!(kind("hello").is_err() && kind("").is_err());
    }
}
