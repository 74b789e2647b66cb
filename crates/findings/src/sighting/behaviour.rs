//! How far an event went that a rule found: by the log that shows it and by the tactic that the rule names.
//!
//! A rule's level says how much its author worries; it does not say what the event shows. A request with the shape of an
//! exploit is an attempt, whatever the server answers; a process, a file or a service on a machine is there; a stolen
//! credential, a deleted backup or a file that left is an act. So the strength follows from the log source and from the
//! tags of ATT&CK, and the level bounds the severity. An author who knows better adds one of the tags `outpace.tried`,
//! `outpace.succeeded` and `outpace.acted`.

use super::engine::Detection;
use super::strength::Strength;
use sigma::{Correlations, RuleSet};

/// Categories and services whose records report traffic or requests: they show an attempt, not what came of it.
const OF_NETWORK: &[&str] = &[
    "webserver",
    "proxy",
    "firewall",
    "dns",
    "dns_query",
    "ids",
    "ips",
    "waf",
    "suricata",
    "snort",
    "zeek",
    "nginx",
    "apache",
    "iis",
    "modsecurity",
    "dns-server",
];

/// Of these an inside machine is the one that asks.
const OUTWARD: &[&str] = &["proxy", "dns", "dns_query", "dns-server"];

/// Tactics whose event is the act itself.
const TACTICS_OF_ACTS: &[&str] = &["attack.credential-access", "attack.exfiltration", "attack.impact"];

/// Techniques that are acts under other tactics: an account made or changed, a log cleared, files packed to be carried
/// away.
const ACTS: &[&str] = &["T1136", "T1098", "T1070", "T1560", "T1003", "T1558"];

/// Techniques by which data leaves.
pub(crate) const LEAVING: &[&str] = &["T1041", "T1048", "T1567", "T1537", "T1020", "T1030"];

/// Techniques of credential access whose event is an attempt: guessing, and asking for a second factor again and again.
const GUESSING: &[&str] = &["T1110", "T1621"];

/// Rules, and the correlations over them.
pub(crate) type RulesAndCorrelations<'r> = (&'r RuleSet, &'r Correlations);

/// How far the event of a rule, or of a correlation of rules, went.
pub(super) fn of_rule(rule: &sigma::Rule, rules: RulesAndCorrelations<'_>) -> Strength {
    let said = |name: &str| rule.tags.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    for (tag, strength) in [
        ("outpace.acted", Strength::Acted),
        ("outpace.succeeded", Strength::Succeeded),
        ("outpace.tried", Strength::Tried),
    ] {
        if said(tag) {
            return strength;
        }
    }
    let sources = sources(rule, rules);
    let techniques = rule.techniques();
    let of =
        |list: &[&str], technique: &String| list.contains(&technique.split('.').next().unwrap_or_default());
    let tactic = |name: &&str| said(name) || said(&name.replace('-', "_"));
    let of_network =
        !sources.is_empty() && sources.iter().all(|source| OF_NETWORK.contains(&source.as_str()));
    if of_network {
        return match () {
            () if said("attack.exfiltration") || techniques.iter().any(|one| of(LEAVING, one)) => {
                Strength::Acted
            }
            () if techniques.iter().any(|technique| of(&["T1078"], technique)) => Strength::Succeeded,
            () if said("attack.command-and-control") || said("attack.command_and_control") => {
                Strength::TriedOutward
            }
            () if sources.iter().all(|source| OUTWARD.contains(&source.as_str())) => Strength::TriedOutward,
            () => Strength::Tried,
        };
    }
    if is_guessing(&techniques) {
        // Guessing that ends in a valid account came through.
        let through = techniques.iter().any(|technique| of(&["T1078"], technique));
        return if through { Strength::Succeeded } else { Strength::Tried };
    }
    let acts = techniques.iter().any(|technique| of(ACTS, technique));
    if acts || TACTICS_OF_ACTS.iter().any(tactic) { Strength::Acted } else { Strength::Succeeded }
}

/// Whether techniques are those of guessing passwords, or second factors.
pub(crate) fn is_guessing(techniques: &[String]) -> bool {
    techniques.iter().any(|technique| GUESSING.contains(&technique.split('.').next().unwrap_or_default()))
}

/// How far the event of another engine's detection went: these engines read events of machines.
pub(super) fn of_detection(detection: &Detection) -> Strength {
    let acts = detection
        .techniques()
        .iter()
        .any(|technique| ACTS.contains(&technique.split('.').next().unwrap_or_default()));
    if acts { Strength::Acted } else { Strength::Succeeded }
}

/// Categories and services of a rule; of a correlation, those of the rules it refers to.
fn sources(rule: &sigma::Rule, rules: RulesAndCorrelations<'_>) -> Vec<String> {
    let of = |rule: &sigma::Rule| -> Vec<String> {
        let source = &rule.logsource;
        let named = source.category.iter().chain(&source.service);
        let mut named: Vec<String> = named.map(|name| name.to_ascii_lowercase()).collect();
        if named.is_empty() {
            named.extend(source.product.iter().map(|product| product.to_ascii_lowercase()));
        }
        named
    };
    let own = of(rule);
    if !own.is_empty() {
        return own;
    }
    let correlation = rules.1.correlations().iter().find(|one| is_same(&one.about, rule));
    let below = correlation.map(|one| referred(rules, one)).unwrap_or_default();
    below.iter().filter_map(|rule| rules.0.rules().get(*rule)).flat_map(of).collect()
}

/// The rules that a correlation refers to, directly or through other correlations, by index.
pub(crate) fn referred(
    (set, correlations): RulesAndCorrelations<'_>,
    correlation: &sigma::Correlation,
) -> Vec<usize> {
    /// Correlations of correlations of correlations.
    const DEPTH_MAX: usize = 8;
    let correlations = correlations.correlations();
    let named = |one: &sigma::Rule, name: &str| {
        one.name.as_deref() == Some(name) || one.id.as_deref() == Some(name) || one.title == name
    };
    let mut found: Vec<usize> = Vec::new();
    let mut open: Vec<&sigma::Correlation> = vec![correlation];
    for _ in 0..DEPTH_MAX {
        let names: Vec<&str> = open.iter().flat_map(|one| one.references()).collect();
        for name in &names {
            let of_name = |(n, rule): (usize, &sigma::Rule)| named(rule, name).then_some(n);
            found.extend(set.rules().iter().enumerate().filter_map(of_name));
        }
        open = correlations.iter().filter(|one| names.iter().any(|name| named(&one.about, name))).collect();
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn is_same(one: &sigma::Rule, other: &sigma::Rule) -> bool {
    (&one.id, &one.title, &one.source_name) == (&other.id, &other.title, &other.source_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strength(source: &str, tags: &[&str]) -> Strength {
        let (name, value) = source.split_once('=').expect("a key and a name");
        let logsource = match name {
            "category" => sigma::RuleLogSource { category: Some(value.into()), ..Default::default() },
            "service" => sigma::RuleLogSource { service: Some(value.into()), ..Default::default() },
            _ => sigma::RuleLogSource { product: Some(value.into()), ..Default::default() },
        };
        let mut rule = sigma::Rule::default();
        rule.logsource = logsource;
        let tagged = |tag: &&str| format!("attack.{tag}").replace("attack.outpace", "outpace");
        rule.tags = tags.iter().map(tagged).collect();
        of_rule(&rule, (&RuleSet::default(), &Correlations::default()))
    }

    #[test]
    fn the_log_and_the_tactic_decide() {
        use Strength::{Acted, Succeeded, Tried, TriedOutward};
        for (source, tags, expected) in [
            ("category=webserver", vec!["initial-access", "t1190"], Tried),
            ("category=webserver", vec!["persistence", "t1505.003"], Tried),
            ("category=proxy", vec!["t1071"], TriedOutward),
            ("category=dns", vec!["command-and-control", "t1071.004"], TriedOutward),
            ("category=firewall", vec!["lateral-movement", "t1021.002"], Tried),
            ("category=firewall", vec!["exfiltration", "t1041"], Acted),
            ("category=webserver", vec!["credential-access", "t1110", "t1078"], Succeeded),
            ("category=process_creation", vec!["execution", "t1059"], Succeeded),
            ("category=process_access", vec!["credential-access", "t1003.001"], Acted),
            ("category=process_creation", vec!["impact", "t1490"], Acted),
            ("service=security", vec!["credential-access", "t1558.003"], Acted),
            ("service=security", vec!["credential-access", "t1110.003"], Tried),
            ("service=sshd", vec!["credential-access", "t1110", "t1078"], Succeeded),
            ("service=security", vec!["defense-evasion", "t1070.001"], Acted),
            ("product=windows", vec!["credential_access"], Acted),
            ("category=webserver", vec!["persistence", "outpace.succeeded"], Succeeded),
            ("category=process_creation", vec!["impact", "outpace.tried"], Tried),
        ] {
            assert_eq!(strength(source, &tags), expected, "{source} {tags:?}");
        }
    }
}
