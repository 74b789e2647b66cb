//! What is searched for: values as somebody types them, read once, and asked of each value that is kept.
//!
//! A term is read by the tokenizer that reads advisories and logs, so a defanged address and a plain one are the same
//! term. What is no observable is a name (of a machine, an account, a group), which must be equal, or a text, which
//! titles hold as whole words: `APT4` is not in `APT40`.
//!
//! Invariant: a value is asked about once for all terms; exact terms are looked up, not compared one by one.

use observable::{Kind, Observable, VALUE_BYTES_MAX, canonical, given};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// How many terms are searched for at once.
pub const TERMS_MAX: usize = 1_000;
/// How many characters a pattern has at least: with fewer it would mean nearly everything.
const PATTERN_CHARS_MIN: usize = 3;

/// How a value meets a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is the term.
    Is,
    /// It is inside of it: an address in a network, a name below a domain, a sub-technique.
    Inside,
    /// It holds it: a network with the address, a domain above the name.
    Holds,
    /// The term is a part of it: the host of a URL, the name of a file in a path.
    Part,
    /// It matches the pattern.
    Like,
    /// It names the term in words.
    Names,
}

impl How {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Is => "is it",
            Self::Inside => "inside of it",
            Self::Holds => "holds it",
            Self::Part => "it is a part",
            Self::Like => "like it",
            Self::Names => "names it",
        }
    }
}

/// Terms, compiled.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    written: Vec<String>,
    kinds: Vec<String>,
    exact: HashMap<Observable, Vec<usize>>,
    /// Domains above a term.
    above: HashMap<String, BTreeSet<usize>>,
    networks: Vec<(Network, usize)>,
    addresses: Vec<(IpAddr, usize)>,
    names: HashMap<String, BTreeSet<usize>>,
    texts: Vec<(String, usize)>,
    patterns: Vec<(Pattern, usize)>,
}

/// Where a value must have the text.
#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    open_start: bool,
    open_end: bool,
}

/// A network.
#[derive(Clone, Copy, Debug)]
struct Network {
    base: IpAddr,
    bits: u8,
}

impl Terms {
    /// Reads terms; equal ones are one.
    ///
    /// # Errors
    /// Which one cannot be searched for, and why.
    pub fn read<'t>(written: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut terms = Self::default();
        let mut known = BTreeSet::new();
        for text in written.into_iter().map(str::trim).filter(|text| !text.is_empty()) {
            if !known.insert(form(text)) {
                continue;
            }
            if terms.written.len() >= TERMS_MAX {
                return Err(format!("more than {TERMS_MAX} terms"));
            }
            if text.len() > VALUE_BYTES_MAX {
                return Err(format!(
                    "a term of {} bytes: no value is longer than {VALUE_BYTES_MAX}",
                    text.len()
                ));
            }
            let number = terms.written.len();
            let kind = match text.starts_with('%') || text.ends_with('%') {
                true => terms.pattern(text, number)?,
                false => terms.value(text, number),
            };
            terms.written.push(text.to_owned());
            terms.kinds.push(kind);
        }
        if terms.written.is_empty() {
            return Err("no term".to_owned());
        }
        Ok(terms)
    }

    fn pattern(&mut self, text: &str, number: usize) -> Result<String, String> {
        let inner = text.trim_matches('%');
        let text_of = inner.replace("[.]", ".").to_lowercase();
        if text_of.chars().count() < PATTERN_CHARS_MIN {
            return Err(format!(
                "`{text}` means nearly everything: give at least {PATTERN_CHARS_MIN} characters"
            ));
        }
        let (open_start, open_end) = (text.starts_with('%'), text.ends_with('%'));
        self.patterns.push((Pattern { text: text_of, open_start, open_end }, number));
        Ok("pattern".to_owned())
    }

    fn value(&mut self, text: &str, number: usize) -> String {
        let observables = given(text);
        _ = self.names.entry(text.to_lowercase()).or_default().insert(number);
        if observables.is_empty() {
            self.texts.push((text.to_lowercase(), number));
            return "text".to_owned();
        }
        let kinds: Vec<&str> = observables.iter().map(|one| one.kind.name()).collect();
        let kinds = kinds.join(" or ");
        for one in observables {
            _ = self.names.entry(one.value.to_lowercase()).or_default().insert(number);
            let host = one.host();
            self.above(&one, host.as_ref(), number);
            if let Some(network) = Network::of(&one) {
                self.networks.push((network, number));
            } else if let Some(address) = one.address().or_else(|| host.as_ref()?.address()) {
                self.addresses.push((address, number));
            }
            self.exact.entry(folded(one)).or_default().push(number);
        }
        kinds
    }

    /// The domains above a name, and of a URL its host too: an indicator with one of them means the term.
    fn above(&mut self, one: &Observable, host: Option<&Observable>, number: usize) {
        let domain = match one.kind {
            Kind::Domain => one.value.split_once('.').map(|(_, rest)| rest.to_owned()),
            _ => host.filter(|host| host.kind == Kind::Domain).map(|host| host.value.clone()),
        };
        let mut rest = domain.as_deref().unwrap_or_default();
        // A single label is above half of the world.
        while rest.contains('.') {
            _ = self.above.entry(rest.to_owned()).or_default().insert(number);
            rest = rest.split_once('.').map_or("", |(_, rest)| rest);
        }
    }

    /// The terms that are one value each, by value.
    pub(crate) fn exact(&self) -> BTreeMap<Observable, Vec<usize>> {
        self.exact.iter().map(|(value, terms)| (value.clone(), terms.clone())).collect()
    }

    /// The terms that are many values: networks and patterns.
    pub(crate) fn wide(&self) -> BTreeSet<usize> {
        let patterns = self.patterns.iter().map(|(_, term)| *term);
        self.networks.iter().map(|(_, term)| *term).chain(patterns).collect()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// A term as it was written.
    #[must_use]
    pub fn written(&self, number: usize) -> &str {
        self.written.get(number).map_or("", String::as_str)
    }

    /// As what a term was read.
    #[must_use]
    pub fn kind(&self, number: usize) -> &str {
        self.kinds.get(number).map_or("", String::as_str)
    }

    /// The terms that an observable meets, each with the nearest way in which it does.
    pub(crate) fn of_observable(&self, seen: &Observable, met: &mut Met) {
        let seen = &folded(seen.clone());
        self.equal(seen, How::Is, met);
        self.of_address(seen, met);
        match seen.kind {
            Kind::Domain => {
                self.below(&seen.value, How::Inside, met);
                for number in self.above.get(&seen.value).into_iter().flatten() {
                    met.add(*number, How::Holds);
                }
            }
            Kind::Url | Kind::Email => {
                if let Some(host) = seen.host() {
                    self.equal(&host, How::Part, met);
                    self.below(&host.value, How::Part, met);
                    self.of_address(&host, &mut met.at_most(How::Part));
                }
            }
            Kind::Path => {
                let name = seen.value.rsplit('/').next().unwrap_or_default().to_owned();
                self.equal(&Observable { kind: Kind::FileName, value: name }, How::Part, met);
            }
            Kind::Technique => {
                if let Some((parent, _)) = seen.value.split_once('.') {
                    let parent = Observable { kind: Kind::Technique, value: parent.to_owned() };
                    self.equal(&parent, How::Inside, met);
                }
            }
            _ => {}
        }
        self.like(&seen.value.to_lowercase(), met);
        if let Some(host) = seen.host().filter(|_| !self.patterns.is_empty()) {
            self.like(&host.value, met);
        }
    }

    /// The terms that a name meets: of a machine, an account, a group, a product.
    pub(crate) fn of_name(&self, name: &str, met: &mut Met) {
        let name = name.trim().to_lowercase();
        for number in self.names.get(&name).into_iter().flatten() {
            met.add(*number, How::Is);
        }
        self.like(&name, met);
    }

    /// The terms that a text holds as whole words.
    pub(crate) fn of_text(&self, text: &str, met: &mut Met) {
        if self.texts.is_empty() {
            return;
        }
        let text = text.to_lowercase();
        for (term, number) in &self.texts {
            if holds_words(&text, term) {
                met.add(*number, How::Names);
            }
        }
    }

    /// The terms that a name meets which may be an observable as well.
    pub(crate) fn of_either(&self, text: &str, met: &mut Met) {
        self.of_name(text, met);
        if let Some(seen) = observable::recognise(text) {
            self.of_observable(&seen, met);
        }
    }

    fn equal(&self, seen: &Observable, how: How, met: &mut Met) {
        for number in self.exact.get(seen).into_iter().flatten() {
            met.add(*number, how);
        }
    }

    fn below(&self, domain: &str, how: How, met: &mut Met) {
        let mut rest = domain;
        while let Some((_, above)) = rest.split_once('.') {
            if let Some(above) = canonical(Kind::Domain, above) {
                self.equal(&above, how, met);
            }
            rest = above;
        }
    }

    fn of_address(&self, seen: &Observable, met: &mut Met) {
        if let Some(network) = Network::of(seen) {
            let inside = self.addresses.iter().filter(|(address, _)| network.holds(*address));
            inside.for_each(|(_, number)| met.add(*number, How::Holds));
            for (other, number) in &self.networks {
                if other.bits <= network.bits && other.holds(network.base) {
                    met.add(*number, How::Inside);
                } else if network.holds(other.base) && network.bits < other.bits {
                    met.add(*number, How::Holds);
                }
            }
        } else if let Some(address) = seen.address() {
            let holding = self.networks.iter().filter(|(network, _)| network.holds(address));
            holding.for_each(|(_, number)| met.add(*number, How::Inside));
        }
    }

    fn like(&self, value: &str, met: &mut Met) {
        for (pattern, number) in &self.patterns {
            if pattern.matches(value) {
                met.add(*number, How::Like);
            }
        }
    }
}

/// Terms that were met, each with the nearest way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met {
    pub(crate) terms: BTreeMap<usize, How>,
}

impl Met {
    /// Takes note of a meeting; the nearest way counts.
    pub(crate) fn add(&mut self, number: usize, how: How) {
        let known = self.terms.entry(number).or_insert(how);
        *known = (*known).min(how);
    }

    /// A view in which nothing is nearer than this.
    fn at_most(&mut self, how: How) -> AtMost<'_> {
        AtMost { met: self, inner: Met::default(), how }
    }
}

/// Meetings that are taken over when it is dropped, none of them nearer than `how`.
struct AtMost<'m> {
    met: &'m mut Met,
    inner: Met,
    how: How,
}

impl std::ops::Deref for AtMost<'_> {
    type Target = Met;
    fn deref(&self) -> &Met {
        &self.inner
    }
}

impl std::ops::DerefMut for AtMost<'_> {
    fn deref_mut(&mut self) -> &mut Met {
        &mut self.inner
    }
}

impl Drop for AtMost<'_> {
    fn drop(&mut self) {
        for (number, how) in std::mem::take(&mut self.inner.terms) {
            self.met.add(number, how.max(self.how));
        }
    }
}

impl Pattern {
    fn matches(&self, value: &str) -> bool {
        match (self.open_start, self.open_end) {
            (true, true) => value.contains(&self.text),
            (true, false) => value.ends_with(&self.text),
            _ => value.starts_with(&self.text),
        }
    }
}

impl Network {
    fn of(one: &Observable) -> Option<Self> {
        let (_, bits) = one.value.rsplit_once('/').filter(|_| one.kind == Kind::Network)?;
        Some(Self { base: one.address()?, bits: bits.parse().ok()? })
    }

    fn holds(self, address: IpAddr) -> bool {
        let shifted = |bits: u128, width: u32| {
            bits.checked_shr(width.saturating_sub(u32::from(self.bits))).unwrap_or(0)
        };
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(one)) => {
                shifted(u128::from(base.to_bits()), 32) == shifted(u128::from(one.to_bits()), 32)
            }
            (IpAddr::V6(base), IpAddr::V6(one)) => {
                shifted(base.to_bits(), 128) == shifted(one.to_bits(), 128)
            }
            _ => false,
        }
    }
}

/// The one form of a term: spellings of one value are one term.
fn form(text: &str) -> String {
    match given(text).first() {
        Some(one) if !text.contains('%') => format!("{} {}", one.kind.name(), one.value.to_lowercase()),
        _ => text.to_lowercase(),
    }
}

/// File names are compared without case.
fn folded(mut one: Observable) -> Observable {
    if one.kind == Kind::FileName {
        one.value = one.value.to_lowercase();
    }
    one
}

/// Whether a text holds a term, with nothing of a word directly before or behind it.
fn holds_words(text: &str, term: &str) -> bool {
    text.match_indices(term).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + term.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a value meets a term, as an observable or as a name.
    fn meets(term: &str, value: &str) -> String {
        let terms = Terms::read([term]).expect("a term");
        let mut met = Met::default();
        terms.of_either(value, &mut met);
        met.terms.get(&0).map_or(String::new(), |how| how.name().to_owned())
    }

    #[test]
    fn a_value_meets_a_term_or_its_twin_does_not() {
        for (term, value, how) in [
            ("203[.]0.113.77", "203.0.113.77", "is it"),
            ("203.0.113.77", "203.0.113.78", ""),
            ("203.0.113.0/24", "203.0.113.77", "inside of it"),
            ("203.0.113.0/24", "203.0.114.77", ""),
            ("203.0.113.0/24", "203.0.113.0/25", "inside of it"),
            ("203.0.113.0/25", "203.0.113.0/24", "holds it"),
            ("203.0.113.77", "203.0.113.0/24", "holds it"),
            ("203.0.113.77", "0.0.0.0/0", "holds it"),
            ("2001:db8::1", "2001:db8::/32", "holds it"),
            ("203.0.113.77", "http://203.0.113.77/x", "it is a part"),
            ("203.0.113.0/24", "http://203.0.113.77/x", "it is a part"),
            ("evil.example", "www.evil.example", "inside of it"),
            ("evil.example", "notevil.example", ""),
            ("www.evil.example", "evil.example", "holds it"),
            ("evil.example", "https://www.evil.example/a", "it is a part"),
            ("https://www.evil.example/a", "evil.example", "holds it"),
            ("%evil.example", "notevil.example", "like it"),
            ("%evil.example", "evil.example.org", ""),
            ("evil%", "evil.example.org", "like it"),
            ("%il.ex%", "evil.example.org", "like it"),
            ("cve-2021-44228", "CVE-2021-44228", "is it"),
            ("CVE-2021-4422", "CVE-2021-44228", ""),
            ("T1505", "T1505.003", "inside of it"),
            ("T1505.003", "T1505", ""),
            ("Payload.exe", r"C:\x\payload.exe", "it is a part"),
            ("APP-1", "app-1", "is it"),
            ("app-1", "app-10", ""),
        ] {
            assert_eq!(meets(term, value), how, "{term} and {value}");
        }
    }

    #[test]
    fn a_text_is_held_as_whole_words() {
        let terms = Terms::read(["Volt Typhoon", "APT4"]).expect("terms");
        let mut met = Met::default();
        terms.of_text("What volt typhoon and APT40 did", &mut met);
        assert_eq!(met.terms.keys().copied().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn what_cannot_be_searched_for_is_refused_in_words() {
        let many: Vec<String> = (0..=TERMS_MAX).map(|n| format!("name-{n}")).collect();
        assert!(Terms::read(many.iter().map(String::as_str)).is_err_and(|why| why.contains("1000 terms")));
        assert!(Terms::read(many.iter().skip(1).map(String::as_str)).is_ok());
        assert!(Terms::read(["%a%"]).is_err_and(|why| why.contains("nearly everything")));
        assert!(Terms::read([" "]).is_err_and(|why| why == "no term"));
        let long = "a".repeat(VALUE_BYTES_MAX + 1);
        assert!(Terms::read([long.as_str()]).is_err());
        assert!(Terms::read([&long[1..]]).is_ok());
    }
}
