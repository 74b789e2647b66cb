//! Names and partners as a view: what others saw of each party, what it was given, and whether it can reach us.

use crate::notices::{CONFIG, Home, SINKHOLE};
use serde_json::Value;

const NOW: &str = "2026-07-01T06:00:00Z";
const NAMES: &str = "name,kind,party,party_name,owner,expires\n\
    harbour.example,domain,own,Harbour Ltd,network,\n\
    quay.example,domain,customer,North Quay,network,\n";
const CRANES: &str = "192.0.2.64/28,network,supplier,Tidewise Cranes,network,2027-12-31\n\
    tide.example,domain,supplier,Tidewise Cranes,network,2026-01-31\n\
    cranes.example,domain,supplier,Tidewise Cranes,network,\n";
/// Three machines and one account of the crane maker; of the third machine for named recipients only.
const EVENTS: &str = concat!(
    "{\"__type\":\"Event\",\"feed.name\":\"sinkhole\",\"classification.type\":\"infected-system\",\"malware.name\":\"lumma\",\"source.ip\":\"192.0.2.70\",\"time.source\":\"2026-06-23T11:00:00+00:00\"}\n",
    "{\"__type\":\"Event\",\"feed.name\":\"sinkhole\",\"classification.type\":\"infected-system\",\"malware.name\":\"mirai\",\"source.ip\":\"192.0.2.71\",\"time.source\":\"2026-06-25T11:00:00+00:00\"}\n",
    "{\"__type\":\"Event\",\"feed.name\":\"ports\",\"tlp\":\"RED\",\"classification.type\":\"vulnerable-system\",\"source.ip\":\"192.0.2.72\",\"time.source\":\"2026-06-21T11:00:00+00:00\"}\n",
    "{\"__type\":\"Event\",\"feed.name\":\"sinkhole\",\"classification.type\":\"infected-system\",\"malware.name\":\"lumma\",\"source.ip\":\"198.51.100.99\",\"time.source\":\"2026-06-23T11:00:00+00:00\"}\n",
);
const STOLEN: &str = "log_date,stealer,computer_name,os,url,mail,password\n\
    2026-06-24T10:00:00Z,lumma,PC-1,Windows 10,https://portal.quay.example/,anna@cranes.example,not-a-real-1\n";

/// A home to which the supplier is added only after its records.
fn home() -> Home {
    home_of(CONFIG)
}

fn home_of(config: &str) -> Home {
    let home = Home::new(config);
    home.ingest(NOW, "names.csv", NAMES, &["--source", "names"]);
    home.ingest(NOW, "events.jsonl", EVENTS, &[]);
    home.ingest(NOW, "stealer-log-2026-06-30.csv", STOLEN, &[]);
    home
}

fn add_supplier(home: &Home) {
    home.ingest(NOW, "names.csv", &format!("{NAMES}{CRANES}"), &["--source", "names"]);
}

fn status(home: &Home, line: &[&str]) -> String {
    let (code, out, err) = home.run(NOW, &[&["status", "--no-built-in-rules"], line].concat());
    assert_eq!(code, 0, "{err}");
    out
}

/// The markings of the notices in a folder that say this.
fn marked(home: &Home, folder: &str, what: &str) -> Vec<String> {
    let files = std::fs::read_dir(format!("{}/{folder}", home.home)).expect("a folder").flatten();
    let texts = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| std::fs::read_to_string(path).expect("a notice"));
    let notices =
        texts.filter(|text| text.contains(what)).map(|text| serde_json::from_str(&text).expect("JSON"));
    notices.map(|notice: Value| notice["data"]["tlp"].as_str().expect("a marking").to_owned()).collect()
}

fn page(home: &Home, party: &str) -> Value {
    serde_json::from_str(&status(home, &["--party", party, "--format", "json"])).expect("JSON")
}

fn texts<'v>(rows: &'v Value, name: &str) -> Vec<&'v str> {
    rows.as_array().expect("rows").iter().map(|row| row[name].as_str().expect("text")).collect()
}

#[test]
fn a_supplier_that_is_added_later_shows_its_past_at_once_newest_first() {
    let home = home();
    let before = status(&home, &["--parties", "--format", "ndjson"]);
    assert!(!before.contains("Tidewise"), "{before}");
    add_supplier(&home);
    let rows: Vec<Value> = status(&home, &["--parties", "--format", "ndjson"])
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let named: Vec<&str> = rows.iter().map(|row| row["party"].as_str().expect("a name")).collect();
    assert_eq!(named, ["Harbour Ltd", "Tidewise Cranes", "North Quay"], "what is nearest to us first");
    let cranes = &rows[1];
    assert_eq!(cranes["collections"]["sinkhole"], 2);
    assert_eq!((&cranes["malicious"], &cranes["suspicious"]), (&3.into(), &1.into()));
    assert_eq!((&cranes["names"], &cranes["expired"]), (&2.into(), &1.into()));
    assert_eq!(cranes["newest"], "2026-06-25T11:00:00Z");
    assert_eq!((&cranes["has_contact"], &rows[2]["has_contact"]), (&true.into(), &false.into()));
    let page = page(&home, "Tidewise Cranes");
    assert_eq!(
        texts(&page["records"], "value"),
        ["192.0.2.71", "anna@cranes.example", "192.0.2.70", "192.0.2.72"]
    );
    let newest = &page["records"][0];
    let path = newest["document"].as_str().expect("a document");
    assert!(path.ends_with("events.jsonl") && newest["place"] == "line 2", "{newest}");
    assert!(newest["finding"].as_str().is_some_and(|id| id.starts_with("finding--")), "{newest}");
    assert_eq!(texts(&page["records"], "nature"), ["malicious", "malicious", "malicious", "suspicious"]);
    // Of the customer nothing is there, though a record of the supplier has its name.
    assert_eq!(self::page(&home, "North Quay")["records"], Value::Array(Vec::new()));
}

#[test]
fn a_record_counts_once_however_often_it_comes_and_no_secret_is_shown() {
    let home = home();
    add_supplier(&home);
    let before = page(&home, "tidewise cranes");
    home.ingest(NOW, "again.jsonl", EVENTS, &[]);
    assert_eq!(page(&home, "Tidewise Cranes")["records"].as_array().map(Vec::len), Some(4));
    assert_eq!(before["records"].as_array().map(Vec::len), Some(4));
    for format in ["table", "json", "ndjson"] {
        let text = status(&home, &["--party", "Tidewise Cranes", "--format", format]);
        assert!(!text.contains("not-a-real"), "{text}");
        assert_eq!(text, status(&home, &["--party", "Tidewise Cranes", "--format", format]));
        let all = status(&home, &["--parties", "--format", format]);
        assert!(all.contains("Tidewise") && !all.contains("not-a-real"), "{all}");
    }
    let table = status(&home, &["--party", "Tidewise Cranes"]);
    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("it held a secret, which is not kept"), "{table}");
}

#[test]
fn what_is_made_of_our_data_is_marked_and_a_stricter_record_marks_the_page() {
    let home = home();
    add_supplier(&home);
    let tlp = |party: &str, more: &[&str]| {
        let out = status(&home, &[&["--party", party, "--format", "json"], more].concat());
        serde_json::from_str::<Value>(&out).expect("JSON")["tlp"].as_str().expect("a marking").to_owned()
    };
    assert_eq!(tlp("North Quay", &[]), "TLP:AMBER+STRICT");
    assert_eq!(tlp("North Quay", &["--tlp", "GREEN"]), "TLP:GREEN");
    assert_eq!(tlp("Tidewise Cranes", &["--tlp", "GREEN"]), "TLP:RED");
    let table = status(&home, &["--parties", "--tlp", "GREEN"]);
    assert!(table.lines().nth(1) == Some("TLP:RED"), "{table}");
}

#[test]
fn whether_it_can_reach_us_has_its_rules_accounts_and_addresses_and_unknown_is_no_no() {
    let home = home();
    add_supplier(&home);
    let bare = page(&home, "Tidewise Cranes");
    let reach = &bare["reach"];
    assert_eq!(reach["rules"]["unknown"][0], "no firewall rules were read");
    assert_eq!(reach["accounts"]["unknown"][0], "no accounts were read");
    assert_eq!(reach["seen"]["unknown"][0], "no records of logs are kept");
    let table = status(&home, &["--party", "Tidewise Cranes"]);
    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("REACH US? rules unknown; accounts unknown; records unknown"), "{table}");

    home.ingest(
        NOW,
        "firewall.csv",
        "device,seq,enabled,action,src_zone,src,dst_zone,dst,protocol,dst_port,comment\n\
         fw-1,10,yes,allow,internet,any,dmz,198.51.100.4,tcp,443,web\n\
         fw-1,20,yes,allow,internet,192.0.2.70,dmz,198.51.100.7,tcp,22,upkeep\n\
         fw-1,240,no,allow,internet,203.0.113.128/28,dmz,198.51.100.9,tcp,3389,\"crane maker, switched off\"\n\
         fw-1,250,yes,allow,dmz,198.51.100.7,internet,192.0.2.70,tcp,443,telemetry of cranes\n",
        &[],
    );
    home.ingest(
        NOW,
        "accounts.csv",
        "name,upn,mail,enabled,privileged,mfa,last_used\n\
         kim,kim@harbour.example,kim@cranes.example,yes,yes,none,2026-06-20T10:00:00Z\n\
         adm-vendor-crane,adm-vendor-crane@harbour.example,,no,yes,,\n\
         svc-crane,svc-crane@harbour.example,,yes,no,none,\n",
        &[],
    );
    let line = |address: &str, minute: u32| {
        format!(
            "{address} - - [12/Jun/2026:03:{minute:02}:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n"
        )
    };
    let log = [line("192.0.2.70", 1), line("203.0.113.140", 2), line("192.0.2.70", 9), line("192.0.2.99", 3)];
    home.ingest(NOW, "app-1/access.log", &log.concat(), &[]);
    let page = page(&home, "Tidewise Cranes");
    let reach = &page["reach"];
    let rules = reach["rules"]["rows"].as_array().expect("rules");
    let said: Vec<String> = rules
        .iter()
        .map(|rule| format!("{} {} {} {}", rule["number"], rule["certainty"], rule["enabled"], rule["how"]))
        .collect();
    assert_eq!(
        said,
        ["20 \"certain\" true \"lies in\"", "240 \"possible\" false \"has a word of its name:\""]
    );
    assert_eq!((&rules[0]["device"], &rules[0]["place"]), (&"fw-1".into(), &"line 3".into()));
    assert_eq!(reach["anybody"]["rows"][0]["number"], 10);
    let accounts = &reach["accounts"]["rows"];
    assert_eq!(texts(accounts, "account"), ["kim@harbour.example", "adm-vendor-crane@harbour.example"]);
    assert_eq!((&accounts[0]["second_factor"], &accounts[1]["enabled"]), (&"none".into(), &false.into()));
    let seen = &reach["seen"]["rows"];
    assert_eq!(texts(seen, "value"), ["192.0.2.70", "203.0.113.140"], "{seen}");
    assert_eq!(
        (&seen[0]["count"], &seen[0]["from_it"], &seen[0]["record"]),
        (&2.into(), &2.into(), &1.into())
    );
    assert_eq!(seen[0]["first"], "2026-06-12T03:01:16Z");
    assert_eq!((&seen[1]["certainty"], &seen[1]["by"]), (&"possible".into(), &"rule 240 of fw-1".into()));
    assert!(seen[0]["log"].as_str().is_some_and(|log| log.ends_with("app-1/access.log")), "{seen}");
}

#[test]
fn the_owner_is_noticed_at_once_and_the_party_after_release_if_the_marking_permits() {
    // Somebody who may not see what is ours alone.
    let near = "[subscriptions.near]\nto = \"file:near\"\nfilter = \"has party\"\nceiling = \"AMBER\"\n";
    let home = home_of(&format!("{CONFIG}{near}"));
    add_supplier(&home);
    // What was there before is one summary; from then on each turn is for itself.
    home.pass("2026-07-01T06:01:00Z");
    home.pass("2026-07-01T06:03:00Z");
    home.ingest("2026-07-01T07:00:00Z", "2026-06-23-event4_sinkhole_http-x.csv", SINKHOLE, &[]);
    home.pass("2026-07-01T07:00:30Z");
    home.pass("2026-07-01T07:02:00Z");
    let notices = home.notices();
    let of_owner = notices.get("network").expect("the owner");
    assert!(of_owner.iter().any(|one| one.contains("contact with a sinkhole")), "{notices:?}");
    assert_eq!(home.saying("Rules for it"), [""; 0], "no rules were read");
    assert_eq!(home.saying("no firewall rules were read"), ["network"]);
    assert!(home.saying("contact with a sinkhole").contains(&"near".to_owned()));
    // With what is ours in it, it is for us alone.
    assert_eq!(marked(&home, "network", "no firewall rules were read"), ["TLP:AMBER+STRICT"]);
    assert_eq!(marked(&home, "near", "contact with a sinkhole"), ["TLP:AMBER"]);
    assert!(!notices.contains_key("tidewise"), "{notices:?}");

    let before = page(&home, "Tidewise Cranes");
    let given = before["given"].as_array().expect("rows");
    assert!(given.iter().all(|one| one["released_at"].is_null()), "{given:?}");
    for one in given {
        let digits = one["finding"].as_str().expect("id").replace("finding--", "");
        let (code, _, err) = home.run("2026-07-01T08:30:00Z", &["notify", "release", &digits[..13]]);
        assert_eq!(code, 0, "{err}");
    }
    home.pass("2026-07-01T08:31:00Z");
    home.pass("2026-07-02T08:01:00Z");
    let after = page(&home, "Tidewise Cranes");
    for one in after["given"].as_array().expect("rows") {
        assert_eq!(one["released_at"], "2026-07-01T08:30:00Z", "{one}");
        if one["is_kept_back"] == true {
            assert_eq!(one["tlp"], "TLP:RED");
            assert!(
                one["notices"].as_array().expect("rows").iter().all(|one| one["state"] != "sent"),
                "{one}"
            );
        } else {
            assert_eq!(one["notices"][0]["state"], "sent", "{one}");
            assert_eq!(one["notices"][0]["destination"], "file:tidewise", "{one}");
        }
    }
    assert_eq!(home.notices().get("tidewise").map(Vec::len), Some(1), "one digest");
    // What is for named recipients, what names others, and what is ours did not go there.
    for hidden in
        ["192.0.2.72", "192[.]0[.]2[.]72", "quay", "North Quay", "harbour.example", "REACH", "not-a-real"]
    {
        assert!(!home.saying(hidden).contains(&"tidewise".to_owned()), "{hidden}");
    }
    assert!(home.saying("names others, too").contains(&"tidewise".to_owned()));
    let table = status(&home, &["--party", "Tidewise Cranes"]);
    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("kept back: TLP:RED is for us alone"), "{table}");
    assert!(flat.contains("sent 2026-07-02 08:01 to file:tidewise"), "{table}");
}

#[test]
fn a_search_for_the_name_of_a_party_gives_its_names_and_records() {
    let home = home();
    add_supplier(&home);
    let hits = |term: &str| -> Vec<String> {
        let (code, out, err) = home.run(NOW, &["search", term, "--format", "ndjson", "--no-built-in-rules"]);
        assert_eq!(code, 0, "{err}");
        let rows = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let hits = rows.filter(|row| row["type"] == "hit");
        let mut hits: Vec<String> =
            hits.map(|row| format!("{} {}", row["group"], row["value"]).replace('"', "")).collect();
        hits.sort();
        hits
    };
    let found = hits("tidewise cranes");
    for expected in [
        "observations 192.0.2.70",
        "observations 192.0.2.71",
        "observations 192.0.2.72",
        "observations anna@cranes.example",
        "ours 192.0.2.64/28",
        "ours cranes.example",
        "ours tide.example",
    ] {
        assert!(found.iter().any(|hit| hit == expected), "{expected}: {found:?}");
    }
    assert_eq!(found.iter().filter(|hit| hit.starts_with("findings ")).count(), 4, "{found:?}");
    assert_eq!(hits("Tidewise Crane"), [""; 0]);
    assert!(hits("North Quay").iter().all(|hit| hit.starts_with("ours ")), "{:?}", hits("North Quay"));
}

#[test]
fn a_party_that_is_not_there_is_refused_with_those_that_are() {
    let home = home();
    for (line, why) in [
        (&["status", "--party", "Tidewise"][..], "there are Harbour Ltd, North Quay"),
        (&["status", "--party", "Harbour Ltd", "--format", "html"], "no form html"),
        (&["status", "--parties", "--format", "csv"], "no form csv"),
        (&["status", "--parties", "--fail-on", "high"], "reports no findings"),
        (&["status", "--parties", "--party", "North Quay"], "cannot be used with"),
        (&["status", "--party", "North Quay", "--changes"], "cannot be used with"),
    ] {
        let (code, out, err) = home.run(NOW, line);
        assert_eq!((code, out.as_str()), (2, ""), "{line:?}");
        assert!(err.contains(why), "{line:?}: {err}");
    }
    let empty = Home::new(CONFIG);
    let (code, _, err) = empty.run(NOW, &["status", "--party", "Tidewise"]);
    assert!(code == 2 && err.contains("the memory has no table of names"), "{err}");
    let table = status(&empty, &["--parties"]);
    assert!(table.contains("0 parties") && table.contains("no table of names"), "{table}");
}
