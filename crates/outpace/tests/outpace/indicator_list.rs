//! A list of indicators given to a hunt: what is found, what is kept back and why, and a list that is none.

use crate::program::{Folder, NOW, Run, outpace};
use serde_json::Value;

const LOG: &str = "203.0.113.77 - - [12/Jun/2026:03:14:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"-\" \"-\"\n\
    10.20.3.4 - - [12/Jun/2026:03:15:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"https://crane.seaward-pier.com/x\" \"-\"\n\
    8.8.8.8 - - [12/Jun/2026:03:16:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"https://harbour-ours.com/\" \"-\"\n";

fn hunt(folder: &Folder, name: &str, list: &str, format: &str) -> Run {
    let log = folder.file("access.log", LOG).display().to_string();
    let names = folder.file("names.csv", "name,party\nharbour-ours.com,own\n").display().to_string();
    let list = folder.file(name, list).display().to_string();
    outpace(&["hunt", &log, "--intel", &list, "--estate", &names, "--now", NOW, "--format", format])
}

fn answer(run: &Run) -> Value {
    serde_json::from_str(&run.out).expect("JSON")
}

fn found(answer: &Value) -> Vec<&str> {
    let findings = answer["findings"].as_array().expect("findings").iter();
    let of_indicators = findings.filter(|finding| finding["intel"]["type"] == "indicator");
    let mut ids: Vec<&str> = of_indicators.filter_map(|finding| finding["intel"]["id"].as_str()).collect();
    ids.sort_unstable();
    ids
}

const VALUES: [&str; 5] = ["203.0.113.77", "seaward-pier.com", "harbour-ours.com", "10.20.3.4", "8.8.8.8"];

#[test]
fn values_of_a_list_are_found_whatever_form_the_list_has() {
    let plain = VALUES.join("\n") + "\n";
    let table = format!("indicator,comment\n{}\n", VALUES.map(|value| format!("{value},seen")).join("\n"));
    for (name, list) in [("list.txt", plain), ("list.csv", table)] {
        let run = hunt(&Folder::new(), name, &list, "json");
        let answer = answer(&run);
        assert_eq!(found(&answer), ["203.0.113.77", "seaward-pier.com"], "{name}: {}", run.err);
        assert_eq!(answer["looked_at"]["indicators"], 2, "{name}");
    }
}

#[test]
fn values_that_are_not_looked_for_are_named_with_the_reason() {
    let answer = answer(&hunt(&Folder::new(), "list.txt", &(VALUES.join("\n") + "\n"), "json"));
    let said: Vec<&str> =
        answer["not_seen"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for line in [
        "1 indicator was not looked for, such as harbour-ours[.]com: an own name",
        "1 indicator was not looked for, such as 10[.]20[.]3[.]4: a private, loopback or multicast address means no one machine",
        "1 indicator was not looked for, such as 8[.]8[.]8[.]8: known to be good: public DNS resolvers",
    ] {
        assert!(said.contains(&line), "{line}: {said:?}");
    }
}

#[test]
fn a_list_in_which_nothing_is_a_value_is_said() {
    for (name, list, said) in [
        ("words.txt", "crane\nberth\ntide\n", "names no indicator"),
        ("words.csv", "indicator,comment\ncrane,tall\nberth,long\n", "no row gives a value to look for"),
        ("comments.txt", "# made today\n# nothing to report\n", "names no indicator"),
    ] {
        let folder = Folder::new();
        let run = hunt(&folder, name, list, "table");
        assert!(run.err.contains(name) && run.err.contains(said), "{name}: {}", run.err);
        assert!(run.err.contains("help: "), "{name}: {}", run.err);
        // Beside a good list it is a fault of a part, and the good list is used.
        let good =
            folder.file("good.txt", "203.0.113.77\n203.0.113.78\n203.0.113.79\n").display().to_string();
        let paths = [folder.path().join("access.log"), folder.path().join(name)];
        let [log, none] = paths.map(|path| path.display().to_string());
        let run =
            outpace(&["hunt", &log, "--intel", &none, &good, "--now", NOW, "--format", "json", "--strict"]);
        assert_eq!(run.code, 3, "{name}: {}", run.err);
        assert!(run.err.contains(name) && run.err.contains(said), "{name}: {}", run.err);
        assert_eq!(found(&answer(&run)), ["203.0.113.77"], "{name}");
    }
}
