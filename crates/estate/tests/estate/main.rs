//! Inventories as people and programs write them: text in, facts and problems out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test reads what it wrote itself, and may stop at the first surprise"
)]

mod columns;
mod cyclonedx;
mod dpkg;
mod goldens;
mod harmful;
mod limits;
mod public_data;
mod recognition;
mod smoke;
mod systems;
mod tables;
mod unread;

use input::Document;
use model::ours::{Fact, NameValue};
use std::fmt::Write as _;

/// Reads a document and gives its format, every fact in one line, and every problem.
fn shown(text: &str) -> String {
    shown_as("inventory", text.as_bytes())
}

fn shown_as(name: &str, bytes: &[u8]) -> String {
    let mut document = Document::open(name, bytes).expect("memory");
    let mut out = String::new();
    let (format, problems) = estate::read(&mut document, &mut |fact| {
        let _ = writeln!(out, "{}", line(&fact));
    });
    let format = format.map_or("unknown", estate::Format::name);
    let mut out = format!("{format}\n{out}");
    for problem in problems.into_vec() {
        let _ = writeln!(out, "! {problem} ({})", problem.help.as_deref().unwrap_or("-"));
    }
    out
}

/// A fact in one line; what is unknown is left out.
fn line(fact: &Fact) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut add =
        |key: &str, value: Option<String>| parts.extend(value.map(|value| format!("{key}={value}")));
    let place = match fact {
        Fact::Component(it) => {
            add("component", Some(it.name.clone()));
            add("version", it.version.clone());
            add("vendor", it.vendor.clone());
            add("package", it.package.as_ref().map(model::world::Package::key));
            add("cpe", it.cpe.clone());
            add("host", it.host.clone());
            Some(it.origin.place)
        }
        Fact::Device(it) => {
            add("device", Some(it.name.clone()));
            add("fqdn", it.fqdn.clone());
            add("aliases", list(it.aliases.iter()));
            add("addresses", list(it.addresses.iter().map(|lease| lease.address)));
            add("zone", it.zone.as_deref().map(str::to_owned));
            add("role", it.role.as_deref().map(str::to_owned));
            add("vendor", it.vendor.as_deref().map(str::to_owned));
            add("model", it.model.as_deref().map(str::to_owned));
            add("version", it.version.as_deref().map(str::to_owned));
            add("system", it.system.as_deref().map(str::to_owned));
            add("facing", it.internet_facing.map(|yes| yes.to_string()));
            add("end", it.end_of_support.map(|date| date.to_string()));
            add("jewel", it.crown_jewel.map(|yes| yes.to_string()));
            add("owner", it.owner.as_deref().map(str::to_owned));
            add("sid", it.sid.clone());
            add("extra", list(it.extra.iter().map(|(column, cell)| format!("{column}:{cell}"))));
            it.origin.as_ref().map(|origin| origin.place)
        }
        Fact::Account(it) => {
            add("account", Some(it.name.clone()));
            add("domain", it.domain.clone());
            add("upn", it.upn.clone());
            add("mail", it.mail.clone());
            add("sid", it.sid.clone());
            add("kind", it.kind.map(|kind| format!("{kind:?}")));
            add("enabled", it.enabled.map(|yes| yes.to_string()));
            add("privileged", it.privileged.map(|yes| yes.to_string()));
            add("factor", it.factor.map(|factor| format!("{factor:?}")));
            add("used", it.last_used.map(|used| used.map_or("never".to_owned(), |used| used.to_string())));
            add("created", it.created.map(|time| time.to_string()));
            add("set", it.password_set.map(|time| time.to_string()));
            add("groups", list(it.groups.iter()));
            add("owner", it.owner.clone());
            add("extra", list(it.extra.iter().map(|(column, cell)| format!("{column}:{cell}"))));
            it.origin.as_ref().map(|origin| origin.place)
        }
        Fact::Zone(it) => {
            add("zone", Some(it.name.clone()));
            add("networks", list(it.networks.iter().map(|network| &network.value)));
            add("kind", it.kind.map(|kind| format!("{kind:?}")));
            add("jewel", it.crown_jewel.map(|yes| yes.to_string()));
            add("owner", it.owner.clone());
            add("extra", list(it.extra.iter().map(|(column, cell)| format!("{column}:{cell}"))));
            Some(it.origin.place)
        }
        Fact::FirewallRule(it) => {
            add("rule", Some(it.sequence.to_string()));
            add("device", it.device.clone());
            add("enabled", Some(it.enabled.to_string()));
            add("allows", Some(it.allows.to_string()));
            add("from", it.from.clone());
            add("to", it.to.clone());
            add("protocol", it.protocol.clone());
            add("ports", it.ports.clone());
            add("comment", it.comment.clone());
            Some(it.origin.place)
        }
        Fact::Name(it) => {
            let value = match &it.value {
                NameValue::Observable(observable) => {
                    format!("{} {}", observable.kind.name(), observable.value)
                }
                NameValue::Keyword(word) => keyword(word, &it.lists),
            };
            add("name", Some(value));
            add("party", Some(format!("{} ({})", it.party.name(), it.party_name)));
            add("owner", it.owner.clone());
            add("expires", it.expires.map(|date| date.to_string()));
            Some(it.origin.place)
        }
        _ => return scan_line(fact),
    };
    format!("{} @ {}", parts.join(" "), place.map_or_else(String::new, |place| place.to_string()))
}

/// A keyword with its lists.
fn keyword(word: &str, lists: &[String]) -> String {
    format!("keyword {}", [&[word.to_owned()], lists].concat().join(" |"))
}

/// A result of a scanner in one line.
fn scan_line(fact: &Fact) -> String {
    let Fact::ScanResult(it) = fact else { return "?".to_owned() };
    let component = it.component.as_ref().map(|component| {
        let version = component.version.as_deref().unwrap_or("?");
        let package = component.package.as_ref().map(model::world::Package::key).unwrap_or_default();
        let host = component.host.as_deref().unwrap_or("-");
        format!("{}~{version}~{package}~{host}", component.name)
    });
    let parts = [
        ("found", Some(it.vulnerability.clone())),
        ("by", Some(it.scanner.clone())),
        ("aliases", list(it.aliases.iter())),
        ("host", it.host.clone()),
        ("in", component),
        ("title", it.title.clone()),
        ("port", it.port.clone()),
        ("fixed", it.fixed.clone()),
        ("seen", it.found.map(|found| found.to_string())),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?))).collect();
    format!("{} @ {}", parts.join(" "), it.origin.place)
}

fn list(values: impl Iterator<Item = impl ToString>) -> Option<String> {
    let values: Vec<_> = values.map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| values.join("|"))
}
