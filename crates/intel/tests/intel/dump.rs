//! Facts as plain text, a line each, for goldens that a person can read.

use model::world::{Fact, Mentioned, Versions};
use version::Bound;

/// One fact.
pub fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Report(report) => {
            let mut text = format!(
                "report {:?} publisher={:?} published={} tlp={}",
                report.name,
                report.publisher.as_deref().unwrap_or(""),
                report.published.map_or("-".into(), |day| day.to_string()),
                report.tlp.map_or("-", |tlp| tlp.name()),
            );
            for mention in &report.mentions {
                let what = match &mention.what {
                    Mentioned::Observable(one) => format!("{} {}", one.kind.name(), one.value),
                    Mentioned::Actor { written, groups } => format!("actor {written} = {}", groups.join("|")),
                    Mentioned::Software(name) => format!("software {name}"),
                    Mentioned::Control(name) => format!("control {name}"),
                };
                let sign = if mention.malicious { "!" } else { " " };
                text.push_str(&format!("\n  {sign}{what} [{}] {}", mention.origin.place, mention.sentence));
            }
            text
        }
        Fact::Vulnerability(one) => {
            let mut text = format!(
                "vulnerability {} {:?} aliases={} published={} withdrawn={} cvss={:?} ssvc={:?} references={}",
                one.id,
                one.title,
                one.aliases.join(","),
                one.published.map_or("-".into(), |day| day.to_string()),
                one.withdrawn,
                one.cvss_tenths,
                one.ssvc.map(|ssvc| (ssvc.exploitation, ssvc.automatable, ssvc.technical_impact)),
                one.references.len(),
            );
            for affected in &one.affected {
                let product = &affected.product;
                let package = product.package.as_ref().map_or("-".into(), |package| package.key());
                text.push_str(&format!(
                    "\n  {} / {} package={package} cpes={} versions={}",
                    product.vendor.as_deref().unwrap_or("-"),
                    product.name.as_deref().unwrap_or("-"),
                    product.cpes.len(),
                    versions(&affected.versions)
                ));
            }
            text
        }
        Fact::Exploited(one) => format!(
            "exploited {} {} / {} {:?} added={} due={} ransomware={}",
            one.cve,
            one.vendor,
            one.product,
            one.name,
            one.added.map_or("-".into(), |day| day.to_string()),
            one.due.map_or("-".into(), |day| day.to_string()),
            one.ransomware
        ),
        Fact::PublicExploit(one) => {
            format!("public-exploit {} {} weaponised={}", one.cve, one.first, one.weaponised)
        }
        Fact::IntrusionSet(set) => {
            let aliases: Vec<String> =
                set.aliases.iter().map(|alias| format!("{} ({})", alias.name, alias.source)).collect();
            format!("intrusion-set {} {:?} aliases={}", set.name, set.attack_id, aliases.join(", "))
        }
        Fact::Software(one) => {
            format!("software {} {:?} aliases={}", one.name, one.attack_id, one.aliases.join(", "))
        }
        Fact::AttackPattern(one) => {
            format!(
                "attack-pattern {} {} {} retired={}",
                one.attack_id,
                one.name,
                one.tactics.join(","),
                one.retired
            )
        }
        Fact::CourseOfAction(one) => format!("course-of-action {:?} {}", one.attack_id, one.name),
        Fact::Relationship(one) => format!("relationship {} {:?} {}", one.from, one.relation, one.to),
        Fact::Indicator(one) => format!(
            "indicator {} {} source={:?} attributed={} from={} until={} revoked={} {} context={:?}",
            one.observable.kind.name(),
            one.observable.value,
            one.source,
            one.attributed_to.join(","),
            one.valid_from.map_or("-".into(), |time| time.to_string()),
            one.valid_until.map_or("-".into(), |time| time.to_string()),
            one.revoked,
            one.tlp,
            one.context
        ),
        Fact::LifeCycle(one) => format!(
            "life-cycle {} {:?} {} {:?} latest={:?} identifiers={}",
            one.product,
            one.label,
            one.cycle,
            one.end,
            one.latest,
            one.identifiers.join(",")
        ),
        Fact::Observation(one) => {
            let terms: Vec<String> = one
                .terms
                .iter()
                .map(|term| {
                    format!("{:?}:{}={}", term.role, term.observable.kind.name(), term.observable.value)
                })
                .collect();
            let fields: Vec<String> =
                one.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!(
                "observation {} {:?} {:?} {:?} time={} known={} {} secret={} {}\n  terms {}\n  words {:?}\n  fields {}",
                one.collection,
                one.what,
                one.nature,
                one.classification.as_deref().unwrap_or("-"),
                one.time.map_or("-".into(), |time| time.to_string()),
                one.known_since.map_or("-".into(), |time| time.to_string()),
                one.tlp,
                one.secret.is_some(),
                one.origin.place,
                terms.join(" "),
                one.words,
                fields.join("; ")
            )
        }
        other => format!("{other:?}"),
    }
}

fn versions(versions: &Versions) -> String {
    let side = |bound: &Bound| match bound {
        Bound::Open => "·".to_owned(),
        Bound::Included(version) => format!("{version}!"),
        Bound::Excluded(version) => version.clone(),
    };
    let ranges = |ranges: &[version::Range]| {
        let all: Vec<String> = ranges
            .iter()
            .map(|range| {
                let all: Vec<String> = range
                    .intervals
                    .iter()
                    .map(|(low, high)| format!("{}..{}", side(low), side(high)))
                    .collect();
                format!("{:?}[{}]", range.scheme, all.join(" "))
            })
            .collect();
        all.join(" ")
    };
    match versions {
        Versions::Unknown => "unknown".to_owned(),
        Versions::All => "all".to_owned(),
        Versions::In(affected, unaffected) if unaffected.is_empty() => ranges(affected),
        Versions::In(affected, unaffected) => format!("{} but not {}", ranges(affected), ranges(unaffected)),
    }
}
