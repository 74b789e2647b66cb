//! Tables of one machine meet in one machine: what rows of it add to each other, and what they must not.
//!
//! A product and a version belong together only if one row holds both: the version beside an operating
//! system is no version of the application that another table names. Names join machines, addresses never do.

use crate::program::{Folder, NOW, outpace};
use serde_json::Value;

/// The flaw of Confluence 8.3.0 to 8.3.3.
const RECORD: &str = "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2026-10001\",\
    \"state\":\"PUBLISHED\",\"datePublished\":\"2026-05-01T00:00:00Z\"},\"containers\":{\"cna\":{\"affected\":[{\
    \"vendor\":\"Atlassian\",\"product\":\"Confluence\",\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\
    \"8.3.0\",\"lessThanOrEqual\":\"8.3.3\",\"versionType\":\"semver\",\"status\":\"affected\"}]}]}}}\n";

/// Asks about the flaw over tables, given in this order.
fn asked(tables: &[(&str, &str)]) -> Value {
    let folder = Folder::new();
    let advisory =
        folder.file("advisory.md", "# A flaw\n\nThe group exploits CVE-2026-10001 in Confluence.\n");
    let knowledge = folder.file("cve5.jsonl", RECORD).display().to_string();
    let advisory = advisory.display().to_string();
    let tables: Vec<String> =
        tables.iter().map(|(name, text)| folder.file(name, text).display().to_string()).collect();
    let mut arguments = vec!["check", &advisory, "--knowledge", &knowledge, "--now", NOW, "--format", "json"];
    arguments.push("--estate");
    arguments.extend(tables.iter().map(String::as_str));
    let run = outpace(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

fn list<'v>(answer: &'v Value, name: &str) -> &'v [Value] {
    answer[name].as_array().map_or(&[], Vec::as_slice)
}

fn exposures(answer: &Value) -> Vec<&Value> {
    list(answer, "findings").iter().filter(|finding| finding["kind"] == "exposure").collect()
}

/// What is not known of the exposed part: what it is about, and why.
fn not_judged(answer: &Value) -> Vec<String> {
    let rows = list(answer, "cannot_tell").iter().filter(|row| row["part"] == "exposed");
    rows.map(|row| format!("{}: {}", row["what"], row["why"]).replace('"', "")).collect()
}

const CMDB: (&str, &str) = ("cmdb.csv", "name,vendor,model\nwiki-1,Atlassian,Confluence\n");
const SYSTEMS: (&str, &str) = ("os.csv", "name,system,version\nwiki-1,Some Linux,8.3.1\n");

#[test]
fn a_product_of_one_table_and_a_version_of_another_are_no_exposure() {
    for tables in [[CMDB, SYSTEMS], [SYSTEMS, CMDB]] {
        let answer = asked(&tables);
        assert_eq!(answer["looked_at"]["devices"], 1);
        assert!(exposures(&answer).is_empty(), "{:?}", exposures(&answer));
        assert_eq!(
            not_judged(&answer),
            ["Confluence on wiki-1: no version known; it decides CVE-2026-10001"]
        );
    }
}

#[test]
fn a_product_and_a_version_of_one_row_are_an_exposure_that_names_the_row() {
    let rows =
        "name,vendor,model,version\nwiki-0,Atlassian,Confluence,8.2.9\nwiki-1,Atlassian,Confluence,8.3.1\n";
    for tables in [[("rows.csv", rows), SYSTEMS], [SYSTEMS, ("rows.csv", rows)]] {
        let answer = asked(&tables);
        let found = exposures(&answer);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["subject"]["host"], "wiki-1");
        assert_eq!(found[0]["intel"]["id"], "CVE-2026-10001");
        let ours: Vec<&Value> = list(found[0], "evidence")
            .iter()
            .filter(|evidence| evidence["excerpt"]["version"] == "8.3.1")
            .collect();
        assert_eq!(ours.len(), 1, "{}", found[0]["evidence"]);
        assert!(ours[0]["source"].as_str().is_some_and(|source| source.ends_with("rows.csv")), "{}", ours[0]);
        assert_eq!(ours[0]["record"], 3);
        assert_eq!(not_judged(&answer), Vec::<String>::new());
    }
}

#[test]
fn a_short_name_and_a_full_name_are_one_machine_in_any_order() {
    let owners = ("owners.csv", "hostname,ip,owner\nwiki-1,10.0.0.5,team-a\n");
    let names = ("names.csv", "hostname,fqdn\nwiki-1,wiki-1.corp.example\n");
    let software = ("software.csv", "host,vendor,name,version\nwiki-1,Atlassian,Confluence,8.3.1\n");
    let mut ids = Vec::new();
    for tables in [[owners, names, software], [software, names, owners], [names, software, owners]] {
        let answer = asked(&tables);
        assert_eq!(answer["looked_at"]["devices"], 1);
        let found = exposures(&answer);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["owner"], "team-a", "what one row says of it holds for the machine");
        ids.push(found[0]["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

/// What the answer says of names that fit several machines.
fn ambiguity(answer: &Value) -> Vec<&str> {
    let said = list(answer, "not_seen").iter().filter_map(Value::as_str);
    said.filter(|line| line.contains("short name")).collect()
}

#[test]
fn two_full_names_with_one_short_name_stay_two_and_that_is_said() {
    let table = ("fleet.csv", "hostname,fqdn\nwiki-1,wiki-1.north.example\nwiki-1,wiki-1.south.example\n");
    let owners = ("owners.csv", "hostname,ip,owner\nwiki-1,10.0.0.5,team-a\n");
    let answer = asked(&[table]);
    assert_eq!(answer["looked_at"]["devices"], 2);
    let said = [
        "1 short name fits several machines, such as wiki-1: a record that names a machine only so is of none of them",
    ];
    assert_eq!(ambiguity(&answer), said);
    // A row that has the short name alone is joined with neither.
    for tables in [[table, owners], [owners, table]] {
        let answer = asked(&tables);
        assert_eq!(answer["looked_at"]["devices"], 3);
        assert_eq!(ambiguity(&answer), said);
    }
}

#[test]
fn one_address_makes_no_two_machines_one() {
    let one = ("one.csv", "hostname,ip,owner\nwiki-1,10.0.0.5,team-a\n");
    let two = ("two.csv", "hostname,fqdn,ip\ndesk-7,desk-7.corp.example,10.0.0.5\n");
    let software = ("software.csv", "host,vendor,name,version\ndesk-7,Atlassian,Confluence,8.3.1\n");
    for tables in [[one, two, software], [software, two, one]] {
        let answer = asked(&tables);
        assert_eq!(answer["looked_at"]["devices"], 2);
        let found = exposures(&answer);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].get("owner").is_none(), "the owner is another machine's: {}", found[0]);
    }
}
