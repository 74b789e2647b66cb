//! Names of machines without the domain that they all share: it is said once, so that the part that sets them apart
//! has room.
//!
//! A domain is left out only where every full name ends in it and no short name would then mean two machines.

use crate::safe::shown::Shown;
use std::collections::BTreeSet;

/// The domain that the full names of some machines share, if they do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedDomain(String);

impl SharedDomain {
    /// Of these names; addresses and names without a domain are left as they are.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: BTreeSet<&str> = names.collect();
        let mut full = names.iter().copied().filter(|name| domain(name).is_some());
        let Some(mut shared) = full.next().and_then(domain) else { return Self::default() };
        let mut several = false;
        for name in full {
            several = true;
            while !ends_in(name, shared) {
                let Some(wider) = domain(shared) else { return Self::default() };
                shared = wider;
            }
        }
        let found = Self(shared.to_owned());
        let short: BTreeSet<&str> = names.iter().map(|name| found.left_of(name)).collect();
        if several && short.len() == names.len() { found } else { Self::default() }
    }

    /// The name without the domain.
    pub(crate) fn short(&self, name: &str) -> Shown {
        Shown::prose(self.left_of(name))
    }

    fn left_of<'n>(&self, name: &'n str) -> &'n str {
        if self.0.is_empty() || !ends_in(name, &self.0) {
            return name;
        }
        name.get(..name.len() - self.0.len() - 1).unwrap_or(name)
    }

    /// `in quayside[.]harbour[.]example`; nothing where nothing is left out.
    pub(crate) fn said(&self) -> Option<Shown> {
        (!self.0.is_empty()).then(|| Shown::of(&[&"in ", &Shown::prose(&self.0)]))
    }
}

/// What is behind the first label, if this is a full name.
fn domain(name: &str) -> Option<&str> {
    let is_name =
        name.parse::<std::net::IpAddr>().is_err() && !name.contains(|c: char| c.is_whitespace() || c == '/');
    let (label, domain) = name.split_once('.').filter(|_| is_name)?;
    (!label.is_empty() && !domain.is_empty() && domain.chars().any(char::is_alphabetic)).then_some(domain)
}

fn ends_in(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(names: &[&str]) -> (Vec<String>, Option<String>) {
        let shared = SharedDomain::of(names.iter().copied());
        let short = names.iter().map(|name| shared.short(name).to_string()).collect();
        (short, shared.said().map(|said| said.to_string()))
    }

    #[test]
    fn the_domain_that_all_share_is_said_once() {
        let (names, said) =
            short(&["web-1.dmz.harbour.example", "dc-1.harbour.example", "203.0.113.77", "print-1"]);
        assert_eq!(
            names,
            ["web-1[.]dmz", "dc-1", "203[.]0[.]113[.]77", "print-1"]
                .map(|name| name.replace("[.]dmz", ".dmz"))
        );
        assert_eq!(said.as_deref(), Some("in harbour[.]example"));
    }

    #[test]
    fn nothing_is_left_out_where_names_differ_or_would_mean_two_machines() {
        for names in [
            &["web-1.harbour.example", "web-1.quay.invalid"][..],
            &["web-1.harbour.example", "dc-1.harbour.example", "web-1"],
            &["web-1.harbour.example"],
            &["10.0.0.1", "10.0.0.2"],
            &["", ".", "a b.c"],
        ] {
            let (short, said) = short(names);
            assert_eq!(said, None, "{names:?}");
            assert_eq!(short, names.iter().map(|name| Shown::prose(name).to_string()).collect::<Vec<_>>());
        }
    }
}
