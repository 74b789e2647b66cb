//! Facts as plain text, a line each, for goldens that a person can read.

use model::world::{
    CycleEnd, Fact, Indicator, Mentioned, Observation, Product, Report, Term, Versions, Vex, Vulnerability,
};
use version::Bound;

/// One fact.
pub fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Report(one) => report(one),
        Fact::Vulnerability(one) => vulnerability(one),
        Fact::Indicator(one) => indicator(one),
        Fact::Observation(one) => observation(one),
        Fact::Exploited(one) => format!(
            "exploited {} {} / {} {:?} added={} due={} ransomware={} says={}",
            one.cve,
            one.vendor,
            one.product,
            one.name,
            or_dash(one.added),
            or_dash(one.due),
            one.ransomware,
            or_dash(one.asserter.as_deref())
        ),
        Fact::PublicExploit(one) => {
            format!("public-exploit {} {} weaponised={}", one.cve, one.first, one.weaponised)
        }
        Fact::ExploitLikelihood(one) => format!(
            "exploit-likelihood {} {} percentile={} scored={} model={} {}",
            one.cve,
            one.probability,
            or_dash(one.percentile),
            or_dash(one.scored),
            or_dash(one.model.as_deref()),
            one.origin.place
        ),
        Fact::Vex(one) => vex(one),
        Fact::IntrusionSet(set) => {
            let aliases: Vec<String> =
                set.aliases.iter().map(|alias| format!("{} ({})", alias.name, alias.source)).collect();
            format!("intrusion-set {} {:?} aliases={}", set.name, set.attack_id, aliases.join(", "))
        }
        Fact::Software(one) => {
            format!("software {} {:?} aliases={}", one.name, one.attack_id, one.aliases.join(", "))
        }
        Fact::AttackPattern(one) => {
            let tactics = one.tactics.join(",");
            format!("attack-pattern {} {} {tactics} retired={}", one.attack_id, one.name, one.retired)
        }
        Fact::CourseOfAction(one) => format!("course-of-action {:?} {}", one.attack_id, one.name),
        Fact::Relationship(one) => format!("relationship {} {:?} {}", one.from, one.relation, one.to),
        Fact::LifeCycle(one) => format!(
            "life-cycle {} {:?} {} {} latest={:?} identifiers={}",
            one.product,
            one.label,
            one.cycle,
            match one.end {
                CycleEnd::On(day) => day.to_string(),
                CycleEnd::Ended => "ended".to_owned(),
                CycleEnd::NotYet => "not yet".to_owned(),
            },
            one.latest,
            one.identifiers.join(",")
        ),
        Fact::KnownGood(one) => format!(
            "known-good {} {} {} list={:?} {}",
            one.value.kind.name(),
            one.value.value,
            if one.below { "below" } else { "alone" },
            one.list,
            one.origin.place
        ),
        other => format!("{other:?}"),
    }
}

fn or_dash<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn report(report: &Report) -> String {
    let mut text = format!(
        "report {:?} publisher={:?} published={} tlp={}",
        report.name,
        report.publisher.as_deref().unwrap_or(""),
        or_dash(report.published),
        or_dash(report.tlp),
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
    for (kind, count) in &report.listed {
        text.push_str(&format!("\n  listed {} {count}", kind.name()));
    }
    text
}

fn vulnerability(one: &Vulnerability) -> String {
    let mut text = format!(
        "vulnerability {} {:?} aliases={} published={} withdrawn={} cvss={:?} ssvc={:?} references={}",
        one.id,
        one.title,
        one.aliases.join(","),
        or_dash(one.published),
        one.withdrawn,
        one.cvss_tenths,
        one.ssvc.map(|ssvc| (ssvc.exploitation, ssvc.automatable, ssvc.technical_impact)),
        one.references.len(),
    );
    for affected in &one.affected {
        let product = &affected.product;
        text.push_str(&format!(
            "\n  {} / {} package={} cpes={} versions={}",
            product.vendor.as_deref().unwrap_or("-"),
            product.name.as_deref().unwrap_or("-"),
            or_dash(product.package.as_ref().map(|package| package.key())),
            product.cpes.len(),
            versions(&affected.versions)
        ));
    }
    text
}

fn vex(one: &Vex) -> String {
    let product = |product: &Product| {
        let package = product.package.as_ref().map(|package| package.key());
        package.or_else(|| product.name.clone()).unwrap_or_default()
    };
    format!(
        "vex {} aliases={} {:?} {} versions={} inside={} because={:?} says={:?} author={} stated={} {}",
        one.vulnerability,
        one.aliases.join(","),
        one.status,
        product(&one.product),
        versions(&one.versions),
        or_dash(one.inside.as_ref().map(product)),
        one.justification,
        one.statement.as_deref().unwrap_or(""),
        or_dash(one.author.as_deref()),
        or_dash(one.stated),
        one.origin.place
    )
}

fn indicator(one: &Indicator) -> String {
    format!(
        "indicator {} {} source={:?} attributed={} from={} until={} revoked={} {} context={:?}",
        one.observable.kind.name(),
        one.observable.value,
        one.source,
        one.attributed_to.join(","),
        or_dash(one.valid_from),
        or_dash(one.valid_until),
        one.revoked,
        one.tlp,
        one.context
    )
}

fn observation(one: &Observation) -> String {
    let term =
        |term: &Term| format!("{:?}:{}={}", term.role, term.observable.kind.name(), term.observable.value);
    let terms: Vec<String> = one.terms.iter().map(term).collect();
    let fields: Vec<String> = one.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "observation {} {:?} {:?} {:?} time={} known={} {} secret={} {}\n  terms {}\n  words {:?}\n  fields {}",
        one.collection,
        one.what,
        one.nature,
        one.classification.as_deref().unwrap_or("-"),
        or_dash(one.time),
        or_dash(one.known_since),
        one.tlp,
        one.secret.is_some(),
        one.origin.place,
        terms.join(" "),
        one.words,
        fields.join("; ")
    )
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
