//! The advisory's own questions, one by one: each CVE, each kind of indicator, each technique, each control that it names.
//!
//! The joins rank what is worst for us; who holds the advisory goes down its lists. So each entry is answered from what
//! the joins found, and where they found nothing, from what was looked at: "not with us" needs a record and an
//! inventory, "not seen" needs logs, "visible" needs a rule and a log that it reads. Invariant: every entry of the
//! advisory has exactly one row.

mod control;
mod flaw;
mod indicator;
mod row;
mod technique;

use model::answer::Advisory;
use model::asked::Asked;
use model::world::Report;
pub(crate) use row::AskedOf;

/// Every question of these advisories.
pub(crate) fn asked(of: &AskedOf<'_>, advisories: &[(&Report, &Advisory)]) -> Vec<Asked> {
    let visibility = technique::Visibility::of(of);
    let exposed = flaw::ByFlaw::of(of);
    let questions = |report: &Report, advisory: &Advisory| {
        let mut questions = exposed.questions(&advisory.vulnerabilities);
        questions.extend(indicator::questions(of, report, advisory));
        questions.extend(visibility.questions(&advisory.techniques));
        questions.extend(control::questions(of.checks, &advisory.controls));
        questions
    };
    let one = |(report, advisory): &(&Report, &Advisory)| Asked {
        title: advisory.title.clone(),
        source: advisory.source.clone(),
        questions: questions(report, advisory),
    };
    advisories.iter().map(one).collect()
}
