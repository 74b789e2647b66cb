//! The configuration of pfSense and OPNsense, `config.xml` (docs.netgate.com, "Backup"; `filter/rule` in the source).
//!
//! A rule is asked in the order of the file on the interface that it names; names of interfaces are their descriptions
//! where they have one. A source or destination that is negated cannot be said by a rule of ours: the rule is named and
//! not used. Aliases of addresses and ports are resolved.

use crate::xml::{self, Element};
use input::{Document, Head};
use model::Problems;
use model::ours::{Fact, FirewallRule};
use model::world::Origin;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let start = head.text.trim_start();
    start.starts_with('<') && (head.contains("<pfsense>") || head.contains("<opnsense>"))
}

/// Names that rules use.
struct RuleNames {
    device: Option<String>,
    interfaces: BTreeMap<String, String>,
    aliases: BTreeMap<String, String>,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut names = RuleNames { device: None, interfaces: BTreeMap::new(), aliases: BTreeMap::new() };
    names.device = root.child("system").and_then(|system| system.text("hostname")).map(str::to_owned);
    for interface in root.child("interfaces").into_iter().flat_map(|interfaces| &interfaces.children) {
        let name = interface.text("descr").unwrap_or(&interface.name);
        names.interfaces.insert(interface.name.clone(), name.to_owned());
    }
    for alias in root.all("aliases").flat_map(|aliases| aliases.all("alias")) {
        if let (Some(name), Some(values)) = (alias.text("name"), alias.text("address")) {
            names.aliases.insert(name.to_owned(), values.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let rules = root.all("filter").flat_map(|filter| filter.all("rule"));
    for (number, element) in (1_u64..).zip(rules) {
        match rule(&source, element, number, &names) {
            Ok(rule) => each(Fact::FirewallRule(rule)),
            Err(why) => {
                problems.add(element.place(), model::Fault::Partial, format!("a rule {why}: not used"), None)
            }
        }
    }
}

fn rule(
    source: &Arc<str>,
    rule: &Element,
    sequence: u64,
    names: &RuleNames,
) -> Result<FirewallRule, &'static str> {
    let allows = match rule.text("type").unwrap_or("pass") {
        "pass" => true,
        "block" | "reject" => false,
        _ => return Err("that neither passes nor blocks"),
    };
    let interface = rule.text("interface").map(|names_of| {
        let each = names_of.split(',').map(|key| names.interfaces.get(key).map_or(key, String::as_str));
        each.collect::<Vec<_>>().join(" ")
    });
    let from = side(rule.child("source"), names)?;
    let to = side(rule.child("destination"), names)?;
    let ports = rule.child("destination").and_then(|to| to.text("port"));
    Ok(FirewallRule {
        device: names.device.clone(),
        sequence,
        enabled: rule.child("disabled").is_none_or(|disabled| disabled.own_text() == Some("0")),
        allows,
        from: from.or(interface.filter(|interface| interface != "any")),
        to,
        protocol: rule.text("protocol").filter(|protocol| *protocol != "any").map(str::to_owned),
        ports: ports.map(|ports| names.aliases.get(ports).cloned().unwrap_or_else(|| ports.to_owned())),
        comment: rule.text("descr").map(str::to_owned),
        origin: Origin::new(source, rule.place()),
    })
}

/// An address, a network by the name of its interface, or nothing for any.
fn side(side: Option<&Element>, names: &RuleNames) -> Result<Option<String>, &'static str> {
    let Some(side) = side else { return Ok(None) };
    if side.child("not").is_some_and(|not| not.own_text() != Some("0")) {
        return Err("of which a side is negated");
    }
    if let Some(address) = side.text("address").filter(|address| *address != "any") {
        return Ok(Some(names.aliases.get(address).cloned().unwrap_or_else(|| address.to_owned())));
    }
    let network = side.text("network").filter(|network| *network != "any");
    Ok(network.map(|network| names.interfaces.get(network).cloned().unwrap_or_else(|| network.to_owned())))
}
