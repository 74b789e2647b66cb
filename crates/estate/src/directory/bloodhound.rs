//! Collections of SharpHound and its like for BloodHound (bloodhound.specterops.io; SpecterOps/SharpHoundCommon, output
//! types): users and computers of a domain. The zip of a collection is opened like any other.
//!
//! A document has the nodes in `data` and its type in `meta`. Moments are seconds; `0` and `-1` are never. Groups name
//! their members by security identifier only, and a name is what an account is known by: these are counted.

use crate::cells::Orders;
use crate::held;
use crate::tables::kind::{RowReader, TableKind};
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    // Older versions have the nodes under the name of their type.
    let nodes = ["data", "users", "computers", "groups"].into_iter().any(|key| head.has_key(key));
    head.is_json()
        && nodes
        && (head.contains("\"ObjectIdentifier\"") || head.contains("\"collectorversion\""))
        || (head.has_key("data") && head.has_key("meta") && head.contains("\"methods\""))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(collection) = held::tree(document, problems) else { return };
    let kind = collection.pointer("/meta/type").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let (mut count, mut other) = (0, 0_u64);
    let nodes = held::list(&collection, "data");
    let nodes = if nodes.is_empty() { held::list(&collection, &kind) } else { nodes };
    for node in nodes {
        let place = held::next(&mut count);
        match kind.as_str() {
            _ if node.get("IsDeleted").and_then(Value::as_bool) == Some(true) => other += 1,
            "users" => give(&source, node, TableKind::Accounts, place, problems, each),
            "computers" => give(&source, node, TableKind::Devices, place, problems, each),
            _ => other += 1,
        }
    }
    if other > 0 {
        let kind = if kind.is_empty() { "nodes without type" } else { &kind };
        let what = format!("{kind} that are no accounts or machines, not used: {other}");
        let help =
            "privileges come from adminCount and the primary group; export memberships with Get-ADUser";
        problems.add(Place::Whole, Fault::Note, what, Some(help).filter(|_| kind == "groups"));
    }
}

fn give(
    source: &Arc<str>,
    node: &Value,
    kind: TableKind,
    place: Place,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let Some(properties) = node.get("Properties") else {
        return held::not_used(problems, place, "a node without properties");
    };
    let text = |key: &str| held::text(properties, key).map(str::to_owned);
    let moment =
        |key: &str| properties.get(key).and_then(Value::as_i64).map(|seconds| seconds.max(0).to_string());
    let yes = |key: &str| properties.get(key).and_then(Value::as_bool).map(|yes| yes.to_string());
    let sid = held::text(node, "ObjectIdentifier").filter(|sid| sid.starts_with("S-1-")).map(str::to_owned);
    let name = text("name").map(|name| name.to_lowercase());
    let mut cells: Vec<(&str, Option<String>)> = vec![("sid", sid)];
    if kind == TableKind::Devices {
        let short = text("samaccountname").map(|name| name.trim_end_matches('$').to_owned());
        let fqdn = name.filter(|name| name.contains('.'));
        cells.extend([("name", short), ("fqdn", fqdn), ("system", text("operatingsystem"))]);
    } else {
        let local = name.and_then(|name| name.split('@').next().map(str::to_owned));
        let primary = held::text(node, "PrimaryGroupSID").map(str::to_owned);
        let counted =
            properties.get("admincount").and_then(Value::as_bool).map(|yes| u8::from(yes).to_string());
        cells.extend([
            ("logon", text("samaccountname").or(local)),
            ("domain", text("domain").map(|domain| domain.to_lowercase())),
            ("display_name", text("displayname")),
            ("mail", text("email")),
            ("distinguished_name", text("distinguishedname")),
            ("enabled", yes("enabled")),
            ("admin_count", counted),
            ("last_used", moment("lastlogon")),
            ("last_used_replicated", moment("lastlogontimestamp")),
            ("password_set", moment("pwdlastset").filter(|seconds| seconds != "0")),
            ("created", moment("whencreated").filter(|seconds| seconds != "0")),
            ("groups", primary),
        ]);
    }
    let cells = cells.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    let row = kind.row(place.number(), cells);
    RowReader::new(source).row(kind, row, place, &Orders::default(), problems, each);
}
