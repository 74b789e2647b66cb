//! Packages of a distribution, held until it is known which distribution they are of.
//!
//! A list of packages does not say whose it is; the versions do: Ubuntu writes `ubuntu` into its own (Ubuntu's policy
//! of versions), Red Hat and its rebuilds `.el9` into releases, Fedora `.fc41`, openSUSE `lp156` (each project's
//! packaging guidelines). One package that shows it decides for the list, since a machine has one distribution.

use crate::software;
use model::ours::Fact;
use model::{Fault, Place, Problems};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many packages of one list are held; a full installation of Debian has some 100,000 to choose from.
const HELD_MAX: usize = 500_000;

/// One package of a list.
pub(crate) struct Listed {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// The source package and its version, where the list names them.
    pub(crate) source: Option<(String, Option<String>)>,
    /// Who built it, where the list says so.
    pub(crate) vendor: Option<String>,
}

/// The packages of one list.
pub(crate) struct PackageList {
    kind: &'static str,
    listed: Vec<Listed>,
    beyond: u64,
    held_max: usize,
}

impl PackageList {
    /// An empty list of packages of this type (`deb`, `rpm`, `apk`, `alpm`).
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind, listed: Vec::new(), beyond: 0, held_max: HELD_MAX }
    }

    /// Adds a package of which a list gives no more than this.
    pub(crate) fn add(&mut self, line: u64, name: &str, version: Option<&str>) {
        let version = version.map(str::to_owned);
        self.push(Listed {
            place: Place::Line(line),
            name: name.to_owned(),
            version,
            source: None,
            vendor: None,
        });
    }

    /// Adds a package.
    pub(crate) fn push(&mut self, listed: Listed) {
        if self.listed.len() < self.held_max {
            self.listed.push(listed);
        } else {
            self.beyond += 1;
        }
    }

    /// Gives all of them. A source package is a component of its own where its name differs, once for each version.
    pub(crate) fn give(self, source: &Arc<str>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
        if self.beyond > 0 {
            let what = format!("more than {} packages: {} are not used", self.held_max, self.beyond);
            problems.add(Place::Whole, Fault::Partial, what, Some("split the list"));
        }
        let distribution = self.distribution();
        // A source package that is listed itself is given once.
        let named = self.listed.iter().map(|listed| (listed.name.clone(), listed.version.clone()));
        let mut sources: BTreeSet<(String, Option<String>)> = named.collect();
        for listed in self.listed {
            let mut give = |name: &str, version: Option<&str>| {
                let package = match distribution {
                    "" => software::plain(self.kind, name),
                    of => software::of_distribution(self.kind, of, name),
                };
                each(software::packaged(source, listed.place, package, name, version));
            };
            give(&listed.name, listed.version.as_deref());
            let Some((from, version)) = listed.source.filter(|(from, _)| *from != listed.name) else {
                continue;
            };
            let version = version.or(listed.version);
            if sources.insert((from.clone(), version.clone())) {
                give(&from, version.as_deref());
            }
        }
    }

    fn distribution(&self) -> &'static str {
        let first = |of: fn(&Listed) -> Option<&'static str>| self.listed.iter().find_map(of);
        match self.kind {
            "deb" => first(of_debian).unwrap_or("debian"),
            "apk" => first(of_alpine).unwrap_or("alpine"),
            "rpm" => first(of_rpm).unwrap_or(""),
            "alpm" => "arch",
            _ => "",
        }
    }
}

fn of_debian(listed: &Listed) -> Option<&'static str> {
    let of_ubuntu = listed.version.as_ref().is_some_and(|version| version.contains("ubuntu"))
        || listed.vendor.as_ref().is_some_and(|vendor| vendor.contains("ubuntu.com"));
    of_ubuntu.then_some("ubuntu")
}

fn of_alpine(listed: &Listed) -> Option<&'static str> {
    match listed.name.as_str() {
        "wolfi-baselayout" | "wolfi-base" => Some("wolfi"),
        "chainguard-baselayout" => Some("chainguard"),
        _ => None,
    }
}

/// The distribution of one package, by its maker or its release.
pub(crate) fn of_rpm_package(vendor: &str, release: &str) -> &'static str {
    of_maker(vendor).or_else(|| of_release("", &format!("-{release}"))).unwrap_or_default()
}

fn of_rpm(listed: &Listed) -> Option<&'static str> {
    let by_maker = listed.vendor.as_deref().and_then(of_maker);
    by_maker.or_else(|| of_release(&listed.name, listed.version.as_deref().unwrap_or_default()))
}

/// The distribution of a maker as packages name it.
fn of_maker(vendor: &str) -> Option<&'static str> {
    const VENDORS: &[(&str, &str)] = &[
        ("Red Hat", "redhat"),
        ("Rocky", "rocky-linux"),
        ("AlmaLinux", "almalinux"),
        ("Fedora", "fedora"),
        ("openSUSE", "opensuse"),
        ("SUSE", "suse"),
        ("CentOS", "centos"),
        ("Oracle", "oracle"),
        ("Amazon", "amazon"),
        ("Mageia", "mageia"),
    ];
    VENDORS.iter().find(|(name, _)| vendor.contains(name)).map(|(_, distribution)| *distribution)
}

/// The distribution that the name of a release package or the mark of a release shows.
fn of_release(name: &str, version: &str) -> Option<&'static str> {
    match name {
        "rocky-release" => return Some("rocky-linux"),
        "almalinux-release" => return Some("almalinux"),
        "redhat-release" | "redhat-release-server" => return Some("redhat"),
        "fedora-release" | "fedora-release-common" => return Some("fedora"),
        "openSUSE-release" => return Some("opensuse"),
        "SLES-release" | "sles-release" => return Some("suse"),
        _ => {}
    }
    let release = version.rsplit_once('-')?.1;
    let marked = |mark: &str| {
        let mut after = release.match_indices(mark).filter_map(|(at, _)| release.get(at + mark.len()..));
        after.any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
    };
    const MARKS: &[(&str, &str)] = &[
        ("el", "redhat"),
        (".fc", "fedora"),
        ("amzn", "amazon"),
        (".mga", "mageia"),
        ("lp15", "opensuse"),
        ("bp15", "opensuse"),
    ];
    let by_mark = MARKS.iter().find(|(mark, _)| marked(mark)).map(|(_, distribution)| *distribution);
    by_mark.or_else(|| (release.starts_with("150") && release.len() >= 6).then_some("suse"))
}

/// The distribution of a list whose release packages decide before marks do.
pub(crate) fn release_first(list: &mut PackageList) {
    // A rebuild has the marks of Red Hat; its release package says whose it is.
    let is_release = |listed: &Listed| listed.name.to_lowercase().ends_with("-release");
    list.listed.sort_by_key(|listed| !is_release(listed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_show_the_distribution() {
        assert_eq!(of_release("bash", "4.4.20-5.el8"), Some("redhat"));
        assert_eq!(of_release("a", "2.4.37-56.module+el8.8.0+1456+d9e3d4fb.7"), Some("redhat"));
        assert_eq!(of_release("bash", "5.2.15-5.fc38"), Some("fedora"));
        assert_eq!(of_release("bash", "4.4-150400.25.22"), Some("suse"));
        assert_eq!(of_release("kernel-model", "1-1"), None);
        assert_eq!(of_release("rocky-release", "9.3-1.2.el9"), Some("rocky-linux"));
    }

    #[test]
    fn one_past_the_bound_is_counted() {
        let mut list = PackageList { held_max: 1, ..PackageList::new("deb") };
        list.add(1, "a", Some("1"));
        list.add(2, "b", Some("1ubuntu1"));
        let (mut problems, mut count) = (Problems::new("a"), 0);
        list.give(&Arc::from("a"), &mut problems, &mut |_| count += 1);
        assert_eq!((count, problems.count()), (1, 1));
    }
}
