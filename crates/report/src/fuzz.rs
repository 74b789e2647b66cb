//! Entries for the fuzzer: no bytes make the room panic.

use model::{Answer, Cast, Finding, Machine, Member, Spread};
use std::io::BufReader;
use std::sync::Arc;

/// Reads bytes as findings and writes what was read in every form, each finding also as an exposure on several
/// machines.
pub fn fuzz_read_findings(data: &[u8]) {
    let (findings, problems) = crate::read_findings(&mut BufReader::new(data));
    let exposures = findings.iter().filter_map(on_machines).collect();
    let answer = Answer { findings, exposures, problems: problems.into_vec(), ..Answer::default() };
    let style = crate::Style::default();
    for form in crate::Form::OF_ANSWERS {
        let _ = crate::write(&answer, form, &style, &mut std::io::sink());
    }
    for finding in &answer.findings {
        let _ = crate::explain(finding, &style, &mut std::io::sink());
    }
}

/// Its own machine, one without a name, one named after its component, and one that the cast does not have.
fn on_machines(finding: &Finding) -> Option<Spread> {
    let owner = finding.owner.as_deref().map(Arc::from);
    let subject = &finding.subject;
    let names = [subject.host.as_deref(), None, subject.component.as_deref()];
    let machine = |name: Option<&str>| Machine {
        key: model::identity::EntityKey::host(name.unwrap_or_default()),
        display: name.map(Arc::from),
        owner: owner.clone(),
        reason: "",
    };
    let documents = vec![Arc::from(finding.intel.source.as_str())];
    let cast = Arc::new(Cast { machines: names.map(machine).into(), documents });
    let member = |machine| Member { claim: 0, machine, document: machine, place: u32::MAX };
    Spread::new(finding.clone(), &Arc::from("x"), (0..4).map(member).collect(), &cast)
}
