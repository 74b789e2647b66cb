//! A user's mapping applied to records of each kind, after the built-in tables.

use super::{options, read_with, shown};
use std::sync::Arc;
use telemetry::{Mapping, Options};

const MAPPING: &str = "
- when: { vendor: acme, kind: [login, logout] }
  logsource: { product: acme, service: door, category: [authentication] }
  fields: { usr: User }
  time: happened
  host: machine
  account: usr
  from: peer
- when: { session: '*' }
  logsource: { product: acme, service: session }
";

fn mapped(log: &str) -> String {
    let (mapping, problems) = Mapping::read("m.yml", MAPPING.as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    let options = Options { mappings: Arc::new(mapping), ..options() };
    read_with(&options, &[("a.log", log.as_bytes())], shown).0.concat()
}

#[test]
fn entries_hold_for_json_tables_and_pairs() {
    let expected =
        "acme/door  [authentication]  time=2024-06-12T03:14:15Z  host=d1  account=mo  from=192.0.2.7";
    let json = r#"{"time":"2024-06-12T09:00:00Z","vendor":"Acme","kind":"login","happened":"2024-06-12T03:14:15Z","machine":"d1","usr":"mo","User":"other","peer":"192.0.2.7"}"#;
    let csv = "time,vendor,kind,happened,machine,usr,peer\n2024-06-12T09:00:00Z,Acme,login,2024-06-12T03:14:15Z,d1,mo,192.0.2.7\n";
    let pairs = "time=2024-06-12T09:00:00Z vendor=Acme kind=login happened=2024-06-12T03:14:15Z machine=d1 usr=mo peer=192.0.2.7\n";
    for log in [json, csv, pairs] {
        let seen = mapped(log);
        assert!(seen.contains(expected), "{seen}");
        assert!(seen.contains("    User = \"mo\"\n") && !seen.contains("User = \"other\""), "{seen}");
    }
}

#[test]
fn a_record_that_no_entry_fits_is_as_it_was_and_a_later_entry_wins() {
    let seen = mapped("{\"time\":\"2024-06-12T09:00:00Z\",\"vendor\":\"other\",\"kind\":\"login\"}\n");
    assert!(seen.starts_with("1  -/-  []"), "{seen}");
    let seen = mapped(r#"{"time":"2024-06-12T09:00:00Z","vendor":"acme","kind":"login","session":"7"}"#);
    assert!(seen.starts_with("1  acme/session  []"), "{seen}");
}
