//! What the versions of a CVE record mean, in the odd ways in which records write them.

use intel::Lexicon;
use model::world::{Affected, Fact, Versions};
use version::Within;

fn affected(versions: &str, default: &str) -> Vec<Affected> {
    let record = format!(
        r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"CVE-2023-22515","state":"PUBLISHED"}},
        "containers":{{"cna":{{"affected":[{{"vendor":"Atlassian","product":"Confluence Data Center",
        "defaultStatus":"{default}","versions":{versions}}}]}}}}}}"#
    )
    .replace('\n', " ");
    let mut document = input::Document::open("cve.json", record.as_bytes()).expect("memory");
    let mut all = Vec::new();
    let _ = intel::read(&mut document, &Lexicon::built_in(), &mut |fact| {
        if let Fact::Vulnerability(record) = fact {
            all.extend(record.affected);
        }
    });
    assert_eq!(all.len(), 1, "{all:?}");
    all
}

/// Which of the versions are affected.
fn among<'v>(affected: &[Affected], versions: &[&'v str]) -> Vec<&'v str> {
    let Versions::In(ranges, exceptions) = &affected[0].versions else { panic!("{affected:?}") };
    let within =
        |ranges: &[version::Range], version: &str| ranges.iter().any(|r| r.contains(version) == Within::Yes);
    versions.iter().filter(|v| within(ranges, v) && !within(exceptions, v)).copied().collect()
}

#[test]
fn half_lines_of_both_kinds_are_switches_of_the_status() {
    let versions = r#"[{"status":"unaffected","version":"< 8.0.0"},{"status":"affected","version":">= 8.0.0"},
        {"status":"affected","version":">= 8.3.1"},{"status":"affected","version":">= 8.4.0"},
        {"status":"affected","version":">= 8.5.1"},{"status":"unaffected","version":">= 8.3.3"},
        {"status":"unaffected","version":">= 8.4.3"},{"status":"unaffected","version":">= 8.5.2"}]"#;
    let asked = [
        "7.19.1", "8.0.0", "8.3.2", "8.3.3", "8.3.9", "8.4.0", "8.4.2", "8.4.3", "8.5.0", "8.5.1", "8.5.2",
        "9.0.0",
    ];
    assert_eq!(among(&affected(versions, ""), &asked), ["8.0.0", "8.3.2", "8.4.0", "8.4.2", "8.5.1"]);
}

#[test]
fn a_list_of_affected_versions_means_the_list_whatever_the_default_says() {
    let versions = r#"[{"status":"affected","version":"8.0.0","lessThan":"8.3.3","versionType":"custom"}]"#;
    assert_eq!(among(&affected(versions, "affected"), &["7.0", "8.3.1", "8.3.3", "9.0"]), ["8.3.1"]);
}

#[test]
fn a_default_of_affected_with_exceptions_is_all_but_these() {
    let versions = r#"[{"status":"unaffected","version":"8.3.3","lessThan":"*","versionType":"custom"}]"#;
    assert_eq!(among(&affected(versions, "affected"), &["7.0", "8.3.1", "8.3.3", "9.0"]), ["7.0", "8.3.1"]);
}

#[test]
fn the_package_inside_a_platform_is_what_is_affected() {
    let record = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2024-1","state":"PUBLISHED"},"containers":{"cna":{"affected":[{"vendor":"Red Hat","product":"Red Hat Enterprise Linux 8","packageName":"kernel","cpes":["cpe:/o:redhat:enterprise_linux:8"],"defaultStatus":"affected"},{"vendor":"Apache","product":"Apache Log4j2","packageName":"log4j-core","defaultStatus":"affected"}]}}}"#;
    let mut document = input::Document::open("cve.json", record.as_bytes()).expect("memory");
    let mut names = Vec::new();
    let _ = intel::read(&mut document, &Lexicon::built_in(), &mut |fact| {
        if let Fact::Vulnerability(record) = fact {
            names.extend(
                record
                    .affected
                    .into_iter()
                    .map(|a| (a.product.name.unwrap_or_default(), a.product.cpes.len())),
            );
        }
    });
    assert_eq!(names, [("kernel".to_owned(), 0), ("Apache Log4j2".to_owned(), 0)]);
}
