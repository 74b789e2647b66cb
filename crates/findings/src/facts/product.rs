//! When two names mean one product: a package, a CPE, or the words of a name.
//!
//! Records name products in three ways, and each way has its own certainty: a package URL or CPE that both sides
//! carry is *certain* (see [`cpe`](super::cpe)), vendor and name that agree in their words are *likely*, a name alone is *possible*.
//! Words are compared as sets after the vendor's own words and the words that every product carries
//! (server, enterprise, edition …) are taken out: `Confluence Data Center` by Atlassian is `Confluence`.
//! Years distinguish editions (`Exchange Server 2016`, `2019`).

use crate::facts::cpe::{Cpe, Meant};
use model::Certainty;
use model::world::{Package, Product};
use std::collections::BTreeSet;

/// Words that distinguish no product from another.
const GENERIC: &[&str] = &[
    "and",
    "appliance",
    "application",
    "center",
    "centre",
    "cloud",
    "community",
    "core",
    "corp",
    "corporation",
    "cumulative",
    "data",
    "edition",
    "enterprise",
    "firmware",
    "for",
    "foundation",
    "gmbh",
    "inc",
    "limited",
    "ltd",
    "of",
    "on",
    "os",
    "platform",
    "premises",
    "product",
    "products",
    "project",
    "series",
    "server",
    "service",
    "software",
    "standard",
    "suite",
    "system",
    "the",
    "update",
    "version",
    "with",
    "x64",
    "x86",
    "bit",
    "amd64",
];

/// A product's name in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Words {
    /// The words that distinguish it from other products.
    pub(crate) name: BTreeSet<String>,
    /// The vendor's words.
    pub(crate) vendor: BTreeSet<String>,
    /// Four-digit years in the name.
    years: BTreeSet<String>,
    /// Numbers of three digits or more, years included: names that both have some share one (`DIR-825`, `DIR-615`).
    numbers: BTreeSet<String>,
    /// The distinguishing words without trailing digits, in order: what is compared.
    stems: Vec<Box<str>>,
}

/// What of ours a record's product is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OurProduct {
    pub(crate) words: Words,
    /// The words of its other names.
    pub(crate) also: &'static [Words],
    pub(crate) package: Option<String>,
    pub(crate) cpe: Option<Cpe>,
    /// The ecosystem of its package.
    pub(crate) ecosystem: Option<String>,
    /// A package of a distribution: its versions are its own, names of upstream products say nothing.
    pub(crate) distribution: bool,
    /// The release of that distribution, where the row says it.
    pub(crate) release: Option<String>,
}

impl Words {
    /// The words of a vendor and a name.
    pub(crate) fn new(vendor: Option<&str>, name: &str) -> Self {
        let vendor: BTreeSet<String> = vendor.map(|vendor| words(vendor).collect()).unwrap_or_default();
        let all: BTreeSet<String> = words_of_name(name).collect();
        let years = all.iter().filter(|word| is_year(word)).cloned().collect();
        let numbers = all.iter().filter(|word| is_number(word) && word.len() >= 3).cloned().collect();
        let distinguishing = |word: &String| !GENERIC.contains(&word.as_str()) && !is_number(word);
        let (of_vendor, mut name): (BTreeSet<String>, BTreeSet<String>) =
            all.into_iter().filter(distinguishing).partition(|word| vendor.contains(word));
        if name.is_empty() {
            name = of_vendor;
        }
        let stems = stems(name.iter());
        Self { name, vendor, years, numbers, stems }
    }

    /// Adds words of the vendor.
    pub(crate) fn add_vendor(&mut self, words: BTreeSet<String>) {
        self.vendor.extend(words);
    }

    /// The product's distinguishing words in order: its name where it has no package.
    pub(crate) fn key(&self) -> String {
        self.name.iter().chain(&self.years).cloned().collect::<Vec<_>>().join("-")
    }

    /// The words under which the product is found.
    pub(crate) fn index_words(&self) -> impl Iterator<Item = &str> {
        self.stems.iter().map(|stem| &**stem)
    }

    fn same_name(&self, other: &Words) -> bool {
        let bears = |words: &Words, other: &Words| words.name.iter().any(|word| other.vendor.contains(word));
        let same = if bears(self, other) || bears(other, self) {
            let (left, right) = (self.without_vendor_of(other), other.without_vendor_of(self));
            !left.is_empty() && left == right
        } else {
            !self.stems.is_empty() && self.stems == other.stems
        };
        let apart = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
        };
        same && !apart(&self.numbers, &other.numbers)
    }

    /// The stems of this name without the other's vendor; all of them if nothing else would be left.
    fn without_vendor_of(&self, other: &Words) -> Vec<Box<str>> {
        let kept = stems(self.name.iter().filter(|word| !other.vendor.contains(*word)));
        if kept.is_empty() { self.stems.clone() } else { kept }
    }
}

/// Words without trailing digits, each once, in order.
fn stems<'w>(words: impl Iterator<Item = &'w String>) -> Vec<Box<str>> {
    let mut stems: Vec<&str> = words.map(|word| stem(word)).collect();
    stems.sort_unstable();
    stems.dedup();
    stems.into_iter().map(Box::from).collect()
}

/// A record's product, taken apart once however many of ours it is compared with.
pub(crate) struct Theirs {
    pub(crate) package: Option<String>,
    pub(crate) cpes: Vec<Cpe>,
    /// The name as the record writes it.
    named: Option<Words>,
    /// The names in its CPE names.
    by_cpe: Vec<Words>,
    /// The release of the distribution that the package is of.
    release: Option<String>,
}

impl Theirs {
    pub(crate) fn of(product: &Product) -> Self {
        let named = product.name.as_deref().map(|name| Words::new(product.vendor.as_deref(), name));
        let cpes: Vec<Cpe> = product.cpes.iter().filter_map(|cpe| Cpe::parse(cpe)).collect();
        let by_cpe = cpes.iter().map(|cpe| Words::new(cpe.vendor(), cpe.product())).collect();
        Self {
            package: product.package.as_ref().map(Package::key),
            named,
            by_cpe,
            cpes,
            release: product.release.clone(),
        }
    }

    /// Every name under which the record may mean something.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Words> {
        self.named.iter().chain(&self.by_cpe)
    }
}

impl OurProduct {
    /// How sure it is that a record's product is this one; `None`: it is another.
    pub(crate) fn matches(&self, theirs: &Theirs) -> Option<Certainty> {
        let of_record = theirs;
        if let (Some(ours), Some(theirs)) = (&self.package, &theirs.package) {
            return (ours == theirs).then(|| self.same_release(of_record)).flatten();
        }
        let by_cpe = self.by_cpe(theirs);
        if let Some(Meant::Yes(certainty)) = by_cpe {
            return Some(certainty);
        }
        if self.distribution {
            return None;
        }
        let resembles = |words: &Words| self.resembles(words);
        match by_cpe {
            // Names that a tool made up for a package decide nothing; any other CPE name is a claim.
            Some(Meant::NotOfVendor) if self.package.is_none() => None,
            Some(_) if self.package.is_none() => theirs.named.as_ref().and_then(resembles),
            _ => theirs.names().filter_map(resembles).min(),
        }
    }

    /// What the record's CPE names say of ours: the surest; `None` where one side has none.
    fn by_cpe(&self, theirs: &Theirs) -> Option<Meant> {
        let ours = self.cpe.as_ref()?;
        let rank = |meant: &Meant| match meant {
            Meant::Yes(certainty) => (0, Some(*certainty)),
            Meant::NotOfVendor => (1, None),
            Meant::No => (2, None),
        };
        let ecosystem = self.ecosystem.as_deref();
        theirs.cpes.iter().map(|criterion| criterion.means(ours, ecosystem)).min_by_key(rank)
    }

    /// How sure it is that a record of one release of a distribution is about ours: of another release it is not, and
    /// where ours is unknown it may be.
    fn same_release(&self, theirs: &Theirs) -> Option<Certainty> {
        match (&self.release, &theirs.release) {
            (_, None) => Some(Certainty::Certain),
            (Some(ours), Some(theirs)) => (ours == theirs).then_some(Certainty::Certain),
            (None, Some(_)) => Some(Certainty::Likely),
        }
    }

    /// How sure it is that a name of the record is one of ours.
    fn resembles(&self, theirs: &Words) -> Option<Certainty> {
        std::iter::once(&self.words).chain(self.also).filter_map(|ours| ours.resembles(theirs)).min()
    }
}

impl Words {
    fn resembles(&self, theirs: &Words) -> Option<Certainty> {
        if !self.same_name(theirs) {
            return None;
        }
        if self.vendor.is_empty() || theirs.vendor.is_empty() {
            return Some(Certainty::Possible);
        }
        let distinguishing = |word: &&String| !GENERIC.contains(&word.as_str());
        let shared = self.vendor.iter().filter(distinguishing).any(|word| theirs.vendor.contains(word));
        let in_name = theirs.vendor.iter().filter(distinguishing).any(|word| self.name.contains(word));
        (shared || in_name).then_some(Certainty::Likely)
    }
}

/// Whether a package belongs to an operating system's distribution.
pub(crate) fn is_distribution(package: &Package) -> bool {
    matches!(package.ecosystem.as_str(), "deb" | "rpm" | "apk" | "alpm")
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The words of a name. The number of a client's Windows is a part of its name, its release is not: the build decides.
fn words_of_name(name: &str) -> impl Iterator<Item = String> + '_ {
    let mut before_is_windows = false;
    words(name).filter_map(move |word| {
        let number_of_windows = before_is_windows && matches!(word.as_str(), "7" | "8" | "10" | "11");
        let is_release =
            word.len() == 4 && word.as_bytes().get(2) == Some(&b'h') && is_windows_release(&word);
        before_is_windows = word == "windows";
        if number_of_windows { Some(format!("win{word}")) } else { Some(word).filter(|_| !is_release) }
    })
}

/// `22h2`.
fn is_windows_release(word: &str) -> bool {
    let digit = |at: usize| word.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    digit(0) && digit(1) && digit(3)
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && is_number(word) && (word.starts_with("19") || word.starts_with("20"))
}

/// `log4j2` is found under `log4j`; `2fa` and `x86` stay.
pub(crate) fn stem(word: &str) -> &str {
    let cut = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if cut.len() >= 4 { cut } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(vendor: Option<&str>, name: &str) -> OurProduct {
        OurProduct {
            words: Words::new(vendor, name),
            also: &[],
            package: None,
            cpe: None,
            ecosystem: None,
            distribution: false,
            release: None,
        }
    }

    fn these(vendor: &str, name: &str) -> Theirs {
        Theirs::of(&Product { vendor: Some(vendor.into()), name: Some(name.into()), ..Product::default() })
    }

    #[test]
    fn vendor_and_name_that_agree_are_likely() {
        let confluence = ours(Some("Atlassian"), "Confluence");
        assert_eq!(
            confluence.matches(&these("Atlassian", "Confluence Data Center")),
            Some(Certainty::Likely)
        );
        assert_eq!(confluence.matches(&these("Atlassian", "Jira Data Center")), None);
        let log4j = ours(Some("org.apache.logging.log4j"), "log4j-core");
        assert_eq!(
            log4j.matches(&these("Apache Software Foundation", "Apache Log4j2")),
            Some(Certainty::Likely)
        );
        let api = ours(Some("org.apache.logging.log4j"), "log4j-api");
        assert_eq!(
            api.matches(&these("Apache Software Foundation", "Apache Log4j2")),
            None,
            "another module"
        );
        let security = ours(Some("org.springframework.security"), "spring-security-core");
        assert_eq!(security.matches(&these("VMware", "Spring Framework")), None);
    }

    #[test]
    fn a_name_alone_is_possible_and_another_vendor_is_another_product() {
        assert_eq!(
            ours(None, "Confluence").matches(&these("Atlassian", "Confluence Server")),
            Some(Certainty::Possible)
        );
        assert_eq!(ours(Some("Acme"), "Confluence").matches(&these("Atlassian", "Confluence Server")), None);
    }

    #[test]
    fn years_distinguish_editions() {
        let exchange = ours(Some("Microsoft"), "Exchange Server 2016");
        let record = these("Microsoft", "Microsoft Exchange Server 2016 Cumulative Update 19");
        assert_eq!(exchange.matches(&record), Some(Certainty::Likely));
        assert_eq!(exchange.matches(&these("Microsoft", "Microsoft Exchange Server 2019")), None);
    }

    #[test]
    fn a_cpe_name_of_another_product_outweighs_a_name_that_resembles() {
        let ours = |package: Option<&str>| OurProduct {
            cpe: Cpe::parse("cpe:2.3:a:pier:gangway\\+\\+:2.1:*:*:*:*:*:*:*"),
            package: package.map(str::to_owned),
            ..ours(Some("pier"), "gangway")
        };
        let record = |vendor: &str| Product {
            vendor: Some("pier".into()),
            name: Some("gangway".into()),
            cpes: vec![format!("cpe:2.3:a:{vendor}:gangway:*:*:*:*:*:*:*:*")],
            ..Product::default()
        };
        assert_eq!(ours(None).matches(&Theirs::of(&record("pier"))), None);
        assert_eq!(ours(None).matches(&Theirs::of(&record("quay"))), Some(Certainty::Likely), "by its name");
        let package = ours(Some("npm//gangway"));
        assert_eq!(package.matches(&Theirs::of(&record("pier"))), Some(Certainty::Likely), "a made-up CPE");
    }

    #[test]
    fn a_record_of_one_release_is_about_packages_of_that_release() {
        let of = |release: Option<&str>| OurProduct {
            package: Some("deb/debian/gangway".into()),
            distribution: true,
            release: release.map(str::to_owned),
            ..ours(None, "gangway")
        };
        let theirs = |release: Option<&str>| {
            let package =
                Package { ecosystem: "deb".into(), namespace: Some("debian".into()), name: "gangway".into() };
            let release = release.map(str::to_owned);
            Theirs::of(&Product { package: Some(package), release, ..Product::default() })
        };
        for (ours, record, expected) in [
            (Some("12"), Some("12"), Some(Certainty::Certain)),
            (Some("12"), Some("13"), None),
            (None, Some("13"), Some(Certainty::Likely)),
            (Some("12"), None, Some(Certainty::Certain)),
        ] {
            assert_eq!(of(ours).matches(&theirs(record)), expected, "{ours:?} {record:?}");
        }
    }
}
