//! Stolen accounts as JSON, as those who collect stealer logs give them: SpyCloud's results, Hudson Rock's stealers and
//! their like.
//!
//! No two have one shape, so the shape is not asked for: an object with an account is a record, and what the objects
//! around it say of the machine (name, address, family, day) belongs to each. Secrets are cut while reading, by the
//! names of their fields. Sources: SpyCloud's and Hudson Rock's public descriptions of their APIs. Invariant: a record
//! has at most the fields of its own object and of those around it.

use super::{CollectionRecord, leak, stem};
use crate::sink::Sink;
use input::{Document, Head, table};
use model::{Fault, Place, Problems};
use serde_json::Value;

/// How many records of one value are given, how deep it is walked, and how many fields are inherited.
const RECORDS_MAX: usize = 500_000;
const DEPTH_MAX: usize = 12;
const INHERITED_MAX: usize = 60;

/// Keys that only these documents have.
const MARKS: [&str; 10] = [
    "infected_machine_id",
    "spycloud_publish_date",
    "stealer_family",
    "date_compromised",
    "infected_time",
    "stealers",
    "top_logins",
    "stealer_type",
    "malware_path",
    "infected_path",
];

/// Whether a JSON document is of stolen accounts.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let has = |names: &[&str]| head.keys().iter().any(|key| names.contains(&key.name));
    head.is_json()
        && has(&MARKS)
        && has(&[
            "email",
            "username",
            "user",
            "login",
            "credentials",
            "top_logins",
            "computer_name",
            "password",
        ])
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let name = stem(&sink.source);
    input::json::values(document, problems, &mut |place, bytes, problems| {
        let mut walk = Walk { name: &name, place, left: RECORDS_MAX, sink: &mut *sink };
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => {
                walk.value(&value, &[], 0, problems);
            }
            Err(_) => problems.add(place, Fault::Partial, "not JSON that can be read", None),
        }
    });
}

type Fields = Vec<(String, String)>;

struct Walk<'w, 's> {
    name: &'w str,
    place: Place,
    left: usize,
    sink: &'w mut Sink<'s>,
}

impl Walk<'_, '_> {
    /// Gives the records of a value; says whether there was one.
    fn value(
        &mut self,
        value: &Value,
        around: &[(String, String)],
        deep: usize,
        problems: &mut Problems,
    ) -> bool {
        match value {
            Value::Array(all) if deep < DEPTH_MAX => {
                let given = all.iter().filter(|one| self.value(one, around, deep + 1, problems));
                given.count() > 0
            }
            Value::Object(object) if deep < DEPTH_MAX => {
                let mut fields: Fields = Vec::new();
                let mut inner: Vec<&Value> = Vec::new();
                // By name: whether the parser keeps the order is not ours to say.
                let mut members: Vec<_> = object.iter().collect();
                members.sort_by_key(|(name, _)| name.as_str());
                for (name, value) in members {
                    match value {
                        Value::Array(all) if all.iter().any(Value::is_object) => inner.push(value),
                        Value::Object(_) => inner.push(value),
                        other => fields.extend(shown(other).map(|text| (name.clone(), text))),
                    }
                }
                let has = |names: &[&str]| {
                    fields.iter().any(|(name, _)| names.contains(&table::normal(name).as_str()))
                };
                let account = has(leak::ACCOUNTS);
                let machine = has(&["computername", "machinename", "userhostname", "infectedmachineid"]);
                let known = |name: &str| fields.iter().any(|(own, _)| own == name);
                let outer: Fields = around.iter().filter(|(name, _)| !known(name)).cloned().collect();
                fields.extend(outer);
                let below: Fields =
                    fields.iter().take(INHERITED_MAX).filter(|(name, _)| of_machine(name)).cloned().collect();
                let given =
                    inner.into_iter().filter(|one| self.value(one, &below, deep + 1, problems)).count() > 0;
                if account || (machine && !given) {
                    self.give(fields, problems);
                    return true;
                }
                given
            }
            _ => false,
        }
    }

    fn give(&mut self, fields: Fields, problems: &mut Problems) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if self.left == 0 {
            let what = format!("more than {RECORDS_MAX} accounts; the rest was not read");
            problems.add(self.place, Fault::Partial, what, Some("split the document"));
        }
        leak::account(CollectionRecord::of(fields), true, self.name, self.place, self.sink, problems);
    }
}

/// Whether a field says something of the machine or the theft, and so of each account of it.
fn of_machine(name: &str) -> bool {
    const PARTS: [&str; 12] = [
        "computer",
        "machine",
        "host",
        "ip",
        "family",
        "date",
        "time",
        "operating",
        "antivirus",
        "malware",
        "stealer",
        "infected",
    ];
    let name = name.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

/// A plain value, or a list of plain values, as text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().take(50).filter_map(Value::as_str).map(str::to_owned).collect();
            (!all.is_empty()).then(|| all.join(" "))
        }
        _ => None,
    }
}
