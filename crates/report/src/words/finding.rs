//! One finding in words: the fact of the world, the facts of ours, how often it was seen, where the proof is.
//!
//! Every form for people takes these words from here, so that all forms name a finding alike.

use crate::safe::shown::Shown;
use crate::words::package::{self, Namesakes};
use crate::words::phrase;
use model::{Evidence, Finding, FindingId, FindingKind, Subject};

/// What the decision with a star means, wherever it is shown to people.
pub(crate) const TRACK_STAR: &str = "track* is a word of SSVC: in the usual time, but watched closely";

/// The join that makes a finding of this kind, in words.
pub(crate) fn join(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Chain => "sightings that belong together",
        FindingKind::Sighting => "what to look for, met in what happened here",
        FindingKind::Compromise => "what others saw, met with our names",
        FindingKind::Exposure => "a known weakness, met with what we own",
        FindingKind::Gap => "advised control, met with how we run it",
    }
}

/// The fact of the world by sort and identifier, with its name if that adds anything.
pub(crate) fn world_fact(finding: &Finding) -> Shown {
    let intel = &finding.intel;
    let id = Shown::prose(&intel.id);
    let name = Shown::prose(&intel.name);
    if finding.intel.kind == model::IntelType::Several {
        return Shown::of(&[&sort(finding), &": ", &name]);
    }
    if name.is_empty() || name == id || intel.name == finding.title {
        return Shown::of(&[&sort(finding), &" ", &id]);
    }
    Shown::of(&[&sort(finding), &" ", &id, &": ", &name])
}

fn sort(finding: &Finding) -> &'static str {
    match finding.intel.kind {
        model::IntelType::SigmaRule => "rule",
        model::IntelType::Indicator => "indicator",
        model::IntelType::Vulnerability => "vulnerability",
        model::IntelType::EndOfLife => "end of life",
        model::IntelType::Control => "control",
        model::IntelType::Collection => "collection",
        model::IntelType::Several => "several facts",
    }
}

/// The subject in one or two words: the host, else the account, name, scope, component or party. A component that was
/// found on no machine says so, since its own name has a place beside the machine's.
pub(crate) fn subject(finding: &Finding) -> Shown {
    let s = &finding.subject;
    if finding.kind == FindingKind::Exposure && s.host.is_none() && s.component.is_some() {
        return "no machine".into();
    }
    let first = [&s.host, &s.account, &s.name, &s.scope].into_iter().flatten().next();
    match (first, &s.component, &s.party) {
        (Some(name), ..) => Shown::prose(name),
        (None, Some(name), _) => package::named(name, &Namesakes::default()),
        (None, None, Some(party)) => Shown::prose(party),
        (None, None, None) => Shown::default(),
    }
}

/// The facts of ours, each with its sort.
pub(crate) fn our_facts(s: &Subject) -> Vec<Shown> {
    let mut facts = Vec::new();
    for (sort, value) in [
        ("host ", &s.host),
        ("account ", &s.account),
        ("component ", &s.component),
        ("name ", &s.name),
        ("party ", &s.party),
        ("scope ", &s.scope),
    ] {
        if let Some(value) = value {
            facts.push(Shown::of(&[&sort, &Shown::prose(value)]));
        }
    }
    facts
}

/// How often and when, with full times.
pub(crate) fn seen_line(finding: &Finding) -> Shown {
    let about = if finding.count_exact { "" } else { "about " };
    let times = phrase::counted(finding.count, "time", "times");
    let mut line = Shown::of(&[&about, &times]);
    match (finding.first_seen, finding.last_seen) {
        (Some(first), Some(last)) if first != last => {
            line = Shown::of(&[&line, &", ", &first, &" to ", &last]);
        }
        (Some(time), _) | (None, Some(time)) => line = Shown::of(&[&line, &", ", &time]),
        (None, None) => {}
    }
    if let Some(since) = finding.known_since {
        line = Shown::of(&[&line, &"; could be known since ", &since]);
    }
    line
}

/// The place of a piece of proof: file, record, time.
pub(crate) fn place(evidence: &Evidence) -> Shown {
    let mut line = Shown::exact(&evidence.source);
    if evidence.record > 0 {
        line = Shown::of(&[&line, &", record ", &evidence.record]);
    }
    if let Some(time) = evidence.time {
        line = Shown::of(&[&line, &", ", &time]);
    }
    line
}

/// The first eight digits of an identifier: enough to find it again among the findings of a run.
pub(crate) fn short_id(id: &FindingId) -> Shown {
    let text = id.as_str();
    let digits = text.strip_prefix("finding--").unwrap_or(text);
    Shown::exact(&digits.chars().take(8).collect::<String>())
}
