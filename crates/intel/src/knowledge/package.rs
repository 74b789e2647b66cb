//! Packages of ecosystems as records name them: package URLs, OSV ecosystems, collection URLs, CPE parts.
//!
//! One name in one form (type, namespace, name after the package URL specification), so that records of
//! different sources meet on it.

use model::world::Package;

/// How long a package URL may be.
const PURL_BYTES_MAX: usize = 2048;

/// Type, namespace and name of a package URL; version, qualifiers and subpath are left out.
pub(crate) fn from_purl(purl: &str) -> Option<Package> {
    let rest = purl.trim().strip_prefix("pkg:").filter(|_| purl.len() <= PURL_BYTES_MAX)?;
    let rest = rest.trim_start_matches('/');
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (ecosystem, path) = rest.split_once('/')?;
    let path = path.trim_matches('/');
    let (path, last) = path.rsplit_once('/').map_or((None, path), |(path, last)| (Some(path), last));
    // A version is set off by `@`; one at the start belongs to an npm scope that was not encoded.
    let last = match last.split_once('@') {
        Some(("", _)) | None => last,
        Some((name, _)) => name,
    };
    let name = percent_decoded(last);
    if name.is_empty() {
        return None;
    }
    let namespace = path.map(percent_decoded).filter(|path| !path.is_empty());
    Some(Package::canonical(ecosystem, namespace, name))
}

/// The version in a package URL; that of an rpm or Debian package with its epoch, which is a qualifier.
pub(crate) fn purl_version(purl: &str) -> Option<String> {
    let purl = purl.trim();
    let rest = purl.strip_prefix("pkg:").filter(|_| purl.len() <= PURL_BYTES_MAX)?;
    let (path, qualifiers) = rest.split('#').next().map(|rest| rest.split_once('?').unwrap_or((rest, "")))?;
    let last = path.rsplit('/').next().unwrap_or_default();
    let (name, version) = last.rsplit_once('@')?;
    let version = percent_decoded(version);
    if name.is_empty() || version.is_empty() {
        return None;
    }
    let epoch = qualifiers.split('&').find_map(|pair| pair.strip_prefix("epoch="));
    Some(from_purl(purl)?.version_with_epoch(&version, epoch))
}

/// A package of an OSV ecosystem (`Debian:12`, `Maven`, `npm`).
pub(crate) fn from_osv(ecosystem: &str, name: &str) -> Option<Package> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let family = ecosystem.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, namespace): (&str, Option<&str>) = match family.as_str() {
        "maven" => return Some(maven(name)),
        "npm" => return Some(split_scope("npm", name)),
        "packagist" => return Some(split_scope("composer", name)),
        "go" => return Some(split_scope("golang", name)),
        "pypi" => ("pypi", None),
        "crates.io" => ("cargo", None),
        "rubygems" => ("gem", None),
        "nuget" => ("nuget", None),
        "hex" => ("hex", None),
        "pub" => ("pub", None),
        "cran" => ("cran", None),
        "hackage" => ("hackage", None),
        "github actions" => return Some(split_scope("githubactions", name)),
        "debian" => ("deb", Some("debian")),
        "ubuntu" => ("deb", Some("ubuntu")),
        "alpine" => ("apk", Some("alpine")),
        "wolfi" => ("apk", Some("wolfi")),
        "chainguard" => ("apk", Some("chainguard")),
        "red hat" => ("rpm", Some("redhat")),
        "almalinux" => ("rpm", Some("almalinux")),
        "rocky linux" => ("rpm", Some("rocky-linux")),
        "suse" => ("rpm", Some("suse")),
        "opensuse" => ("rpm", Some("opensuse")),
        "mageia" => ("rpm", Some("mageia")),
        "bitnami" => ("bitnami", None),
        "swifturl" => return Some(split_scope("swift", name)),
        "" => return None,
        other => return Some(Package::canonical(other, None, name.to_owned())),
    };
    Some(Package::canonical(kind, namespace.map(str::to_owned), name.to_owned()))
}

/// A package of a CVE record: `collectionURL` says where `packageName` is to be had.
pub(crate) fn from_collection(collection: &str, name: &str) -> Option<Package> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let host = collection.trim().trim_start_matches("https://").trim_start_matches("http://");
    let host = host.trim_start_matches("www.");
    let host = host.split('/').next().unwrap_or_default();
    let plain = |kind: &str, namespace: Option<&str>| {
        Some(Package::canonical(kind, namespace.map(str::to_owned), name.to_owned()))
    };
    match host {
        "repo.maven.apache.org"
        | "repo1.maven.org"
        | "mvnrepository.com"
        | "central.sonatype.com"
        | "search.maven.org" => Some(maven(name)),
        "pypi.org" | "pypi.python.org" => plain("pypi", None),
        "registry.npmjs.org" | "npmjs.com" => Some(split_scope("npm", name)),
        "crates.io" => plain("cargo", None),
        "rubygems.org" => plain("gem", None),
        "nuget.org" => plain("nuget", None),
        "packagist.org" => Some(split_scope("composer", name)),
        "pkg.go.dev" => Some(split_scope("golang", name)),
        "hex.pm" => plain("hex", None),
        "hackage.haskell.org" => plain("hackage", None),
        "access.redhat.com" => plain("rpm", Some("redhat")),
        "packages.fedoraproject.org" => plain("rpm", Some("fedora")),
        "packages.debian.org" => plain("deb", Some("debian")),
        _ => None,
    }
}

/// The part of a CPE 2.3 name (`cpe:2.3:a:vendor:product:version …`) at a position, quoting undone.
pub(crate) fn cpe_part(cpe: &str, at: usize) -> Option<String> {
    let (mut number, mut part, mut escaped) = (0, String::new(), false);
    for c in cpe.chars() {
        match c {
            _ if escaped => {
                part.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            ':' if number == at => return Some(part),
            ':' => {
                number += 1;
                part.clear();
            }
            _ => part.push(c),
        }
    }
    (number == at && !part.is_empty()).then_some(part)
}

fn maven(name: &str) -> Package {
    match name.split_once([':', '/']) {
        Some((group, artifact)) => Package::canonical("maven", Some(group.to_owned()), artifact.to_owned()),
        None => Package::canonical("maven", None, name.to_owned()),
    }
}

/// A name whose last part follows a slash: npm scopes, Composer vendors, Go paths.
fn split_scope(kind: &str, name: &str) -> Package {
    match name.rsplit_once('/') {
        Some((scope, name)) => Package::canonical(kind, Some(scope.to_owned()), name.to_owned()),
        None => Package::canonical(kind, None, name.to_owned()),
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        let hex = rest.clone().take(2).map(|b| char::from(b).to_digit(16)).collect::<Option<Vec<_>>>();
        match hex.as_deref() {
            Some([high, low]) if byte == b'%' => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                rest.next();
                rest.next();
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(package: Option<Package>) -> String {
        package.map_or_else(|| "none".to_owned(), |package| package.key())
    }

    #[test]
    fn the_same_package_from_every_source_has_one_key() {
        let log4j = "maven/org.apache.logging.log4j/log4j-core";
        assert_eq!(key(from_purl("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar")), log4j);
        assert_eq!(key(from_osv("Maven", "org.apache.logging.log4j:log4j-core")), log4j);
        let collection = "https://repo.maven.apache.org/maven2";
        assert_eq!(key(from_collection(collection, "org.apache.logging.log4j:log4j-core")), log4j);
        assert_eq!(key(from_purl("pkg:npm/%40angular/core@1.0.0")), "npm/@angular/core");
        assert_eq!(key(from_purl("pkg:npm/@angular/core@1.0.0")), "npm/@angular/core");
        assert_eq!(key(from_osv("npm", "@angular/core")), "npm/@angular/core");
        assert_eq!(key(from_osv("Debian:12", "openssl")), "deb/debian/openssl");
        assert_eq!(key(from_osv("PyPI", "Typing_Extensions")), "pypi//typing-extensions");
        assert_eq!(key(from_osv("Go", "github.com/gin-gonic/gin")), "golang/github.com/gin-gonic/gin");
    }

    #[test]
    fn versions_of_package_urls_have_their_epoch() {
        let version = |purl| purl_version(purl).unwrap_or_default();
        assert_eq!(version("pkg:rpm/redhat/crane@1.2-3.el9?arch=x86_64&epoch=1"), "1:1.2-3.el9");
        assert_eq!(version("pkg:npm/%40quay/crane@1.0.0%2Bb#lib"), "1.0.0+b");
        assert_eq!(
            (version("pkg:npm/@quay/crane"), version("pkg:npm/@quay")),
            (String::new(), String::new())
        );
    }

    #[test]
    fn what_is_no_package_is_none() {
        for text in ["", "pkg:", "pkg:npm", "npm/left-pad", "pkg:npm/"] {
            assert_eq!(key(from_purl(text)), "none", "{text}");
        }
        assert_eq!(key(from_collection("https://vendor.example/", "thing")), "none");
    }

    #[test]
    fn cpe_parts_are_unquoted() {
        let cpe = r"cpe:2.3:a:vendor:pro\:duct:1.0:*:*:*:*:*:*:*";
        assert_eq!(cpe_part(cpe, 4).as_deref(), Some("pro:duct"));
        assert_eq!(cpe_part(cpe, 40), None);
    }
}
