//! A bundle while it is written: each object once, and what every object has.
//!
//! Objects are written as they come, so that an answer about ten thousand machines is no tree in memory; what is
//! remembered is which identifiers are out. Members that need all of them come last.

use super::marking;
use crate::safe::json;
use crate::safe::node::{Node, list, text, texts};
use model::{FindingId, Timestamp, Tlp};
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

/// What every object of a bundle has: who made it, and when.
#[derive(Clone, Debug)]
pub(super) struct Common {
    /// The identity that made it.
    pub(super) by: Option<String>,
    /// When.
    pub(super) time: Timestamp,
}

/// A bundle.
pub(super) struct Bundle<'o> {
    out: &'o mut dyn Write,
    known: HashSet<String>,
    ids: Vec<String>,
    begun: bool,
}

impl<'o> Bundle<'o> {
    /// Begins a bundle.
    pub(super) fn begin(out: &'o mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{\"type\":\"bundle\",\"objects\":[")?;
        Ok(Self { out, known: HashSet::new(), ids: Vec::new(), begun: false })
    }

    /// Adds an object, once, with the marking's definitions before it.
    pub(super) fn add(
        &mut self,
        id: &str,
        tlp: Tlp,
        mut members: Vec<(&'static str, Node)>,
    ) -> io::Result<()> {
        if !self.known.insert(id.to_owned()) {
            return Ok(());
        }
        for (definition, node) in marking::definitions(tlp) {
            if self.known.insert(definition.to_owned()) {
                self.put(&node)?;
            }
        }
        members.push(("object_marking_refs", texts(marking::ids(tlp))));
        self.put(&Node::Object(members))?;
        self.ids.push(id.to_owned());
        Ok(())
    }

    /// The identifiers of what was added, in order, without definitions of markings.
    pub(super) fn refs(&self) -> Node {
        list(self.ids.iter().map(text))
    }

    /// Ends the bundle; its identifier follows from what is in it.
    pub(super) fn end(self) -> io::Result<()> {
        let ids: BTreeSet<&str> = self.ids.iter().map(String::as_str).collect();
        let parts: Vec<&str> = ids.into_iter().collect();
        writeln!(self.out, "],\"id\":\"{}\"}}", id("bundle", &parts))
    }

    fn put(&mut self, node: &Node) -> io::Result<()> {
        let mut line = if self.begun { b",\n".to_vec() } else { b"\n".to_vec() };
        self.begun = true;
        json::append(node, &mut line)?;
        self.out.write_all(&line)
    }
}

/// The identifier of an object of this type, derived from what identifies it.
pub(super) fn id(sort: &str, parts: &[&str]) -> String {
    let mut key = vec!["stix", sort];
    key.extend(parts);
    format!("{sort}--{}", digits(&FindingId::derive(&key)))
}

/// An identifier of this type with the digits of a finding's, so that one leads to the other.
pub(super) fn id_of(sort: &str, finding: &FindingId) -> String {
    format!("{sort}--{}", digits(finding))
}

fn digits(id: &FindingId) -> &str {
    id.as_str().strip_prefix("finding--").unwrap_or_default()
}

/// The members that every domain object and relationship begins with.
pub(super) fn head(sort: &'static str, id: &str, common: &Common) -> Vec<(&'static str, Node)> {
    vec![
        ("type", text(sort)),
        ("spec_version", text("2.1")),
        ("id", text(id)),
        ("created_by_ref", common.by.as_ref().map_or(Node::Absent, text)),
        ("created", time(common.time)),
        ("modified", time(common.time)),
    ]
}

/// A moment with three digits of a second, as `created` asks (section 3.2).
pub(super) fn time(at: Timestamp) -> Node {
    let (hour, minute, second) = at.time_of_day();
    let millis = at.micros().rem_euclid(1_000_000) / 1000;
    text(format!("{}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", at.date()))
}

/// An object of ours or of others that is known by its name alone: an organisation, a machine, this program.
pub(super) fn identity(
    name: &str,
    class: &'static str,
    common: &Common,
) -> (String, Vec<(&'static str, Node)>) {
    let id = id("identity", &[class, name]);
    let mut members = head("identity", &id, common);
    members.extend([("name", text(name)), ("identity_class", text(class))]);
    (id, members)
}
