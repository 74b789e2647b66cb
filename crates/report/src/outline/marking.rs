//! Who may see what was made: the marking of a finding, and of all that a form shows.
//!
//! What is made of our own data is for our own organisation only (`TLP:AMBER+STRICT`), unless the user says
//! otherwise; what the world said keeps at least its own marking. A finding that a collection and a party's name alone
//! support holds nothing of ours, so it keeps the collection's. TLP 2.0, FIRST, August 2022.

use model::{Answer, Finding, FindingKind, Spread, Subject, Tlp};

/// The marking of what is made of our own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marking {
    /// For own data.
    pub(crate) own: Tlp,
    /// Of everything that the form shows; unmarked for a form of single findings.
    pub(crate) whole: Tlp,
}

impl Marking {
    /// With what is made of own data marked so.
    pub(crate) fn new(own: Tlp) -> Self {
        Self { own, whole: Tlp::Unmarked }
    }

    /// The same for a form that shows all of the answer.
    #[must_use]
    pub(crate) fn over(self, answer: &Answer) -> Self {
        Self { whole: of_answer(answer, self).unwrap_or_default(), ..self }
    }
}

/// The marking of a finding where a reader must see it: where it is not that of the whole.
pub(crate) fn of_its_own(finding: &Finding, marking: Marking) -> Option<Tlp> {
    of_finding(finding, marking).marked().filter(|tlp| *tlp != marking.whole)
}

/// The marking of a finding.
pub(crate) fn of_finding(finding: &Finding, marking: Marking) -> Tlp {
    if is_of_others(finding.kind, &finding.subject) {
        return finding.intel.tlp;
    }
    finding.intel.tlp.max(marking.own)
}

/// Whether nothing of ours is in it but a name.
fn is_of_others(kind: FindingKind, subject: &Subject) -> bool {
    let Subject { host, account, component, scope, name: _, party: _ } = subject;
    kind == FindingKind::Compromise && [host, account, component, scope].into_iter().all(Option::is_none)
}

/// The strictest marking of anything in the answer; `None` when nothing is marked.
pub(crate) fn of_answer(answer: &Answer, marking: Marking) -> Option<Tlp> {
    let looked = &answer.looked_at;
    let ours = [looked.devices, looked.components, looked.accounts, looked.zones, looked.events];
    let own = if ours.iter().any(|count| *count > 0) { marking.own } else { Tlp::Unmarked };
    let advisories = answer.advisories.iter().filter_map(|advisory| advisory.tlp);
    let findings = answer.findings.iter().map(|finding| of_finding(finding, marking));
    let exposures = answer.exposures.iter().map(Spread::tlp).map(|tlp| tlp.max(marking.own));
    // What is gone is in no list but this one.
    let gone = answer.baseline.iter().flat_map(|baseline| &baseline.gone.listed);
    let gone = gone.map(|one| one.tlp.max(marking.own));
    advisories.chain(findings).chain(exposures).chain(gone).chain([own]).max()?.marked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Evidence, Intel, IntelType};

    fn finding(kind: FindingKind, tlp: Tlp, host: Option<&str>) -> Finding {
        let intel = Intel {
            kind: IntelType::Collection,
            id: String::new(),
            name: String::new(),
            source: String::new(),
            tlp,
        };
        let subject = Subject { host: host.map(str::to_owned), name: Some("x".into()), ..Subject::default() };
        Finding::new(kind, intel, subject, &[], Evidence::at("a", 1, None))
    }

    #[test]
    fn own_data_is_for_us_and_what_others_saw_keeps_its_marking() {
        let default = Marking::new(Tlp::AmberStrict);
        for (kind, tlp, host, expected) in [
            (FindingKind::Sighting, Tlp::Unmarked, Some("a"), Tlp::AmberStrict),
            (FindingKind::Sighting, Tlp::Red, Some("a"), Tlp::Red),
            (FindingKind::Compromise, Tlp::Amber, Some("a"), Tlp::AmberStrict),
            (FindingKind::Compromise, Tlp::Green, None, Tlp::Green),
            (FindingKind::Gap, Tlp::Unmarked, None, Tlp::AmberStrict),
        ] {
            assert_eq!(of_finding(&finding(kind, tlp, host), default), expected, "{kind:?} {tlp}");
        }
        let open = Marking::new(Tlp::Green);
        assert_eq!(of_finding(&finding(FindingKind::Sighting, Tlp::Clear, Some("a")), open), Tlp::Green);
        assert_eq!(of_answer(&Answer::default(), default), None);
    }

    #[test]
    fn one_finding_raises_the_whole_and_the_others_say_their_own() {
        let red = finding(FindingKind::Compromise, Tlp::Red, None);
        let ours = finding(FindingKind::Sighting, Tlp::Clear, Some("a"));
        let answer = Answer { findings: vec![red.clone(), ours.clone()], ..Answer::default() };
        let marking = Marking::new(Tlp::AmberStrict).over(&answer);
        assert_eq!(marking.whole, Tlp::Red);
        assert_eq!(of_its_own(&red, marking), None);
        assert_eq!(of_its_own(&ours, marking), Some(Tlp::AmberStrict));
    }
}
