//! Vulnerabilities that a bill of materials names (CycloneDX 1.4 and later, `vulnerabilities`): results of the program that
//! wrote the bill.
//!
//! Grype and Trivy write their findings so, Dependency-Track its disclosure reports. One with an analysis is a statement of
//! whether it can be exploited (VEX), which is knowledge and no result: it is counted.

use super::results::{Item, Results};
use crate::held;
use crate::xml::Element;
use crate::{purl, software};
use model::ours::{Component, Fact};
use model::{Fault, Place, Problems, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The vulnerabilities of one bill.
#[derive(Default)]
pub(crate) struct Statements {
    list: Vec<Statement>,
    tool: Option<String>,
    found: Option<Timestamp>,
    /// References of the components that they name.
    wanted: BTreeSet<String>,
    /// The components with these references.
    known: BTreeMap<String, Component>,
}

struct Statement {
    ids: Vec<String>,
    refs: Vec<String>,
    title: Option<String>,
    tool: Option<String>,
    analysed: bool,
}

impl Statements {
    /// Those of a bill as JSON.
    pub(crate) fn of_json(bill: &Value) -> Self {
        let metadata = bill.get("metadata").unwrap_or(&Value::Null);
        let tool = |of: &Value| {
            let tools = of.get("tools")?;
            let list = tools.as_array().or_else(|| tools.get("components").and_then(Value::as_array))?;
            list.iter().find_map(|tool| held::text(tool, "name")).map(str::to_owned)
        };
        let list = held::list(bill, "vulnerabilities").iter().map(|one| Statement {
            ids: std::iter::once(one)
                .chain(held::list(one, "references"))
                .filter_map(|of| held::text(of, "id"))
                .map(str::to_owned)
                .collect(),
            refs: held::list(one, "affects")
                .iter()
                .filter_map(|of| held::text(of, "ref"))
                .map(str::to_owned)
                .collect(),
            title: held::text(one, "description").map(str::to_owned),
            tool: tool(one),
            analysed: one.get("analysis").is_some_and(|analysis| held::text(analysis, "state").is_some()),
        });
        let found = held::text(metadata, "timestamp").and_then(Timestamp::parse);
        Self::new(list.collect(), tool(metadata), found)
    }

    /// Those of a bill as XML.
    pub(crate) fn of_xml(bill: &Element) -> Self {
        let tool = |of: &Element| {
            let tools = of.child("tools")?;
            let listed = tools.all("components").flat_map(|list| list.all("component"));
            tools.all("tool").chain(listed).find_map(|tool| tool.text("name")).map(str::to_owned)
        };
        let list = bill.all("vulnerabilities").flat_map(|list| list.all("vulnerability"));
        let list = list.map(|one| {
            let references = one.all("references").flat_map(|list| list.all("reference"));
            let affects = one.all("affects").flat_map(|list| list.all("target"));
            Statement {
                ids: std::iter::once(one)
                    .chain(references)
                    .filter_map(|of| of.text("id"))
                    .map(str::to_owned)
                    .collect(),
                refs: affects.filter_map(|of| of.text("ref")).map(str::to_owned).collect(),
                title: one.text("description").map(str::to_owned),
                tool: tool(one),
                analysed: one.child("analysis").is_some_and(|analysis| analysis.child("state").is_some()),
            }
        });
        let metadata = bill.child("metadata");
        let found = metadata.and_then(|of| of.text("timestamp")).and_then(Timestamp::parse);
        Self::new(list.collect(), metadata.and_then(tool), found)
    }

    fn new(list: Vec<Statement>, tool: Option<String>, found: Option<Timestamp>) -> Self {
        let wanted = list.iter().flat_map(|one| &one.refs).cloned().collect();
        Self { list, tool, found, wanted, known: BTreeMap::new() }
    }

    /// Remembers a component whose reference is named.
    pub(crate) fn meet(&mut self, reference: Option<&str>, component: &Component) {
        if let Some(reference) = reference.filter(|reference| self.wanted.contains(*reference)) {
            self.known.entry(reference.to_owned()).or_insert_with(|| component.clone());
        }
    }

    /// Gives the results, once the components are known.
    pub(crate) fn give(
        self,
        source: &Arc<str>,
        host: Option<&str>,
        mut count: u64,
        problems: &mut Problems,
        each: &mut dyn FnMut(Fact),
    ) {
        let (mut results, mut analysed) = (Results::new(source), 0_u64);
        for statement in &self.list {
            let place = held::next(&mut count);
            if statement.analysed {
                analysed += 1;
                continue;
            }
            let tool = statement.tool.as_ref().or(self.tool.as_ref());
            let item = Item {
                scanner: tool.cloned().unwrap_or_else(|| "CycloneDX".to_owned()),
                host: host.map(str::to_owned),
                title: statement.title.clone(),
                found: self.found,
                ..Item::default()
            };
            let mut ids = statement.ids.iter().map(String::as_str);
            let own = ids.next();
            let others: Vec<&str> = ids.collect();
            let mut give = |component: Option<Component>| {
                let component = component.map(|one| Component { host: host.map(str::to_owned), ..one });
                let item = Item { component, ..item.clone() };
                results.one(place, own, others.iter().copied(), item, each);
            };
            if statement.refs.is_empty() {
                give(None);
            }
            for reference in &statement.refs {
                give(self.known.get(reference).cloned().or_else(|| of_link(source, place, reference)));
            }
        }
        results.end(problems);
        if analysed > 0 {
            let what =
                format!("vulnerabilities with an analysis are statements (VEX) and no results: {analysed}");
            problems.add(Place::Whole, Fault::Note, what, Some("give the document as knowledge, too"));
        }
    }
}

/// The component of a reference that is a package URL, or a link to a bill that ends in one (BOM-Link).
fn of_link(source: &Arc<str>, place: Place, reference: &str) -> Option<Component> {
    let text = match reference.strip_prefix("urn:cdx:") {
        Some(link) => link.split_once('#')?.1,
        None => reference,
    };
    let text = text.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/");
    let name = purl::parse(&text)?.package.name;
    Some(software::with_purl(software::component(source, place, &name, None), &text))
}
