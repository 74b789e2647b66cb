//! A report of ours as a bundle: the report, its indicators, the groups and targets of its head.
//!
//! Identifiers follow from the author, the report and the value, so that each version has the same and a platform replaces
//! what it has (STIX 2.1 section 3.6). An indicator belongs to its report: when that is withdrawn, the indicator of another
//! report for the same value still holds. `revoked` is final (section 3.2): what is named again
//! after it was taken back is another indicator.
//!
//! What many reports share (the author, a group, a flaw) is dated by a constant: one identifier must not have two dates of
//! creation.

use super::bundle::{Bundle, Common, head, id, time};
use super::observed::{self, Object};
use super::pattern::pattern;
use crate::safe::node::{Node, list, maybe, object, text, texts};
use crate::words::mention::{group, value};
use model::publication::{Edition, Named, PassageSort, Publication};
use model::{Timestamp, Tlp};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The date of objects that no single report made: 1 January 2026.
const SHARED_SECONDS: i64 = 1_767_225_600;

/// Writes the bundle.
pub(crate) fn write(edition: &Edition, out: &mut dyn Write) -> io::Result<()> {
    let publication = &edition.publication;
    let mut bundle = Bundle::begin(out)?;
    let at = Timestamp::from_seconds(SHARED_SECONDS).unwrap_or(Timestamp::EPOCH);
    let (author, members) =
        named_identity(&publication.author, "organization", &Common { by: None, time: at });
    bundle.add(&author, Tlp::Unmarked, members)?;
    let shared = Common { by: Some(author.clone()), time: at };
    let mut writer = Writer { bundle, edition, author, shared, refs: BTreeSet::new(), actors: Vec::new() };
    writer.actors()?;
    for named in &edition.named {
        writer.named(named, false)?;
    }
    for named in &edition.gone {
        writer.named(named, true)?;
    }
    writer.report()
}

struct Writer<'e, 'o> {
    bundle: Bundle<'o>,
    edition: &'e Edition,
    author: String,
    shared: Common,
    refs: BTreeSet<String>,
    actors: Vec<String>,
}

/// An identity by its name.
fn named_identity(name: &str, class: &'static str, common: &Common) -> Object {
    let id = id("identity", &["published", class, name]);
    let mut members = head("identity", &id, common);
    members.extend([("name", text(name)), ("identity_class", text(class))]);
    (id, members)
}

impl Writer<'_, '_> {
    fn publication(&self) -> &Publication {
        &self.edition.publication
    }

    /// The identifier of an object of this report.
    fn own(&self, sort: &str, what: &str) -> String {
        id(sort, &["published", &self.publication().author, &self.publication().id, what])
    }

    /// The members of an object that this report made, and that its versions change.
    fn versioned(&self, sort: &'static str, id: &str, is_revoked: bool) -> Vec<(&'static str, Node)> {
        let common = Common { by: Some(self.author.clone()), time: self.edition.created };
        let mut members: Vec<_> =
            head(sort, id, &common).into_iter().filter(|(name, _)| *name != "modified").collect();
        members.push(("modified", time(self.edition.modified)));
        if is_revoked {
            members.push(("revoked", Node::Flag(true)));
        }
        members
    }

    /// The groups that the report is about, and whom they attack.
    fn actors(&mut self) -> io::Result<()> {
        let tlp = self.publication().tlp;
        let mut targets = Vec::new();
        for target in &self.edition.publication.targets {
            let (id, members) = named_identity(target, "class", &self.shared);
            self.bundle.add(&id, tlp, members)?;
            self.refs.insert(id.clone());
            targets.push(id);
        }
        for name in &self.edition.publication.actors {
            let actor = id("intrusion-set", &["published", &self.author, name]);
            let mut members = head("intrusion-set", &actor, &self.shared);
            members.push(("name", text(name)));
            self.bundle.add(&actor, tlp, members)?;
            self.refs.insert(actor.clone());
            for target in &targets {
                self.relation("targets", &actor, target, tlp, self.edition.is_withdrawn)?;
            }
            self.actors.push(actor);
        }
        Ok(())
    }

    fn relation(
        &mut self,
        kind: &'static str,
        source: &str,
        target: &str,
        tlp: Tlp,
        is_revoked: bool,
    ) -> io::Result<()> {
        let id = self.own("relationship", &format!("{kind} {source} {target}"));
        let mut members = self.versioned("relationship", &id, is_revoked);
        members.extend([
            ("relationship_type", text(kind)),
            ("source_ref", text(source)),
            ("target_ref", text(target)),
        ]);
        self.bundle.add(&id, tlp, members)?;
        self.refs.insert(id);
        Ok(())
    }

    /// What the report names: a sign as an indicator, a flaw, a technique. What it names in passing is in its text.
    fn named(&mut self, named: &Named, is_gone: bool) -> io::Result<()> {
        let tlp = named.tlp.max(self.publication().tlp);
        let (kind, value) = (group(&named.mention.what).1, value(&named.mention.what));
        if named.mention.malicious
            && let Some(pattern) = pattern(kind, value)
        {
            let id = match named.returns {
                0 => self.own("indicator", &pattern),
                times => self.own("indicator", &format!("{times} {pattern}")),
            };
            let mut members = self.versioned("indicator", &id, is_gone);
            members.extend([
                ("name", text(format!("{kind} {value}"))),
                ("description", maybe(Some(&named.mention.sentence))),
                ("indicator_types", texts(["malicious-activity"])),
                ("pattern", text(pattern)),
                ("pattern_type", text("stix")),
                ("pattern_version", text("2.1")),
                ("valid_from", time(self.edition.created)),
            ]);
            self.bundle.add(&id, tlp, members)?;
            self.refs.insert(id.clone());
            // The bare value beside its indicator, under the identifier that everybody gives it.
            if let Some((seen, members)) = observed::of(kind, value).filter(|_| !is_gone) {
                self.bundle.add(&seen, tlp, members)?;
                self.refs.insert(seen);
            }
            // A name of a file is what many groups use: it points at nobody.
            let is_mere_name = matches!(kind, "file-name" | "path" | "user-agent" | "registry-key");
            if let ([actor], false) = (self.actors.as_slice(), is_mere_name) {
                let actor = actor.clone();
                self.relation("indicates", &id, &actor, tlp, is_gone)?;
            }
            return Ok(());
        }
        let (sort, source) = match kind {
            "vulnerability" => ("vulnerability", "cve"),
            "technique" => ("attack-pattern", "mitre-attack"),
            _ => return Ok(()),
        };
        if is_gone {
            return Ok(());
        }
        let id = id(sort, &["published", &self.author, value]);
        let mut members = head(sort, &id, &self.shared);
        members.push(("name", text(value)));
        if sort == "attack-pattern" || value.starts_with("CVE-") {
            let reference = object([("source_name", text(source)), ("external_id", text(value))]);
            members.push(("external_references", list([reference])));
        }
        self.bundle.add(&id, tlp, members)?;
        self.refs.insert(id);
        Ok(())
    }

    fn report(mut self) -> io::Result<()> {
        let id = self.own("report", "");
        // A report refers to at least one object (section 4.16).
        self.refs.insert(self.author.clone());
        let mut members = self.versioned("report", &id, self.edition.is_withdrawn);
        members.extend([
            ("name", text(&self.publication().title)),
            ("description", maybe(Some(&description(self.edition)))),
            ("report_types", texts(["threat-report"])),
            ("published", time(self.edition.created)),
            (
                "labels",
                list(self.publication().actor_type.iter().map(|sort| text(format!("actor-type:{sort}")))),
            ),
            ("external_references", references(self.publication())),
            ("object_refs", texts(&self.refs)),
        ]);
        let marking = self.edition.marking();
        self.bundle.add(&id, marking, members)?;
        self.bundle.end()
    }
}

/// What was corrected, and the first paragraph.
fn description(edition: &Edition) -> String {
    let mut lines: Vec<String> = Vec::new();
    for one in edition.corrections.iter().rev() {
        let what =
            if edition.is_withdrawn && one.version == edition.version { "withdrawn" } else { "corrected" };
        lines.push(format!("{what} (version {}): {}", one.version, one.note));
    }
    let passages = &edition.publication.passages;
    lines.extend(passages.iter().find(|one| one.sort == PassageSort::Paragraph).map(|one| one.words()));
    match edition.left_out {
        0 => {}
        1 => lines.push("1 passage was left out, which this audience may not see.".to_owned()),
        count => lines.push(format!("{count} passages were left out, which this audience may not see.")),
    }
    lines.join("\n")
}

/// The report by its own name, and what was published before.
fn references(publication: &Publication) -> Node {
    let own = object([("source_name", text(&publication.author)), ("external_id", text(&publication.id))]);
    let past = publication.past_reporting.iter().map(|past| {
        let is_address = past.starts_with("https://") || past.starts_with("http://");
        let clean = past.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        let what = if is_address && clean { "url" } else { "description" };
        object([("source_name", text("past reporting")), (what, text(past))])
    });
    list(std::iter::once(own).chain(past))
}
