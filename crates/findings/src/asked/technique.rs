//! Each technique of an advisory: whether a rule for it read a log that would show it, and on how many machines.

use super::row::{AskedOf, cite, first_of, question};
use crate::count::counted;
use crate::sighting::{referred, shown};
use model::asked::{Question, QuestionKind, Verdict};
use model::{FindingId, LogSource};
use std::collections::{BTreeMap, BTreeSet};

/// What the rules could see in the logs that were read.
pub(super) struct Visibility<'q> {
    of: &'q AskedOf<'q>,
    /// By rule: its log sources, each with the machines that sent it.
    seen: BTreeMap<usize, BTreeMap<String, BTreeSet<&'q str>>>,
    /// Machines of ours that run Windows, and that run Linux or Unix, as far as the inventory says.
    systems: [u64; 2],
}

/// Words of systems of Linux and Unix.
const UNIX: &[&str] =
    &["linux", "ubuntu", "debian", "rhel", "red hat", "centos", "suse", "rocky", "alma", "bsd", "unix"];

impl<'q> Visibility<'q> {
    pub(super) fn of(of: &'q AskedOf<'q>) -> Self {
        let rules = &of.known.rules;
        let mut hosts: BTreeMap<&LogSource, BTreeSet<&str>> = BTreeMap::new();
        for sent in of.sent {
            let host = sent.host.as_ref().map(|host| host.display.as_str());
            hosts.entry(sent.log).or_default().extend(host);
        }
        let mut seen: BTreeMap<usize, BTreeMap<String, BTreeSet<&str>>> = BTreeMap::new();
        for (log, hosts) in hosts {
            let source = sigma::LogSource {
                product: log.product.clone(),
                service: log.service.clone(),
                categories: log.categories.clone(),
            };
            for rule in rules.set.route(&source).rules() {
                seen.entry(rule).or_default().entry(shown(log)).or_default().extend(&hosts);
            }
        }
        let running = |words: &[&str]| {
            let runs = |device: &&crate::facts::machine::Machine| {
                let system = device.system.as_deref().unwrap_or_default().to_lowercase();
                words.iter().any(|word| system.contains(word))
            };
            u64::try_from(of.known.ours.devices.values().filter(runs).count()).unwrap_or(u64::MAX)
        };
        Self { of, seen, systems: [running(&["windows"]), running(UNIX)] }
    }

    /// A row for each technique.
    pub(super) fn questions(&self, techniques: &[String]) -> Vec<Question> {
        techniques.iter().map(|technique| self.question(technique)).collect()
    }

    fn question(&self, technique: &str) -> Question {
        let kind = QuestionKind::Technique;
        let about = match self.of.known.world.technique_name(technique) {
            Some(name) => format!("{technique} {name}"),
            None => technique.to_owned(),
        };
        let rules = self.rules_for(technique);
        if rules.is_empty() {
            let mut question = question(kind, &about, Verdict::NoSource, "no rule for it".to_owned());
            question.supply = Some("Sigma rules for it (--rules)".to_owned());
            return question;
        }
        let (mut hosts, mut sources, mut by): (BTreeSet<&str>, BTreeSet<&str>, Vec<&str>) =
            Default::default();
        for (title, below) in &rules {
            let logs = below.iter().filter_map(|rule| self.seen.get(rule)).flatten();
            let mut any = false;
            for (source, of_source) in logs {
                any = true;
                sources.insert(source);
                hosts.extend(of_source);
            }
            if any && !by.contains(title) {
                by.push(title);
            }
        }
        if by.is_empty() {
            let wanted = self.wanted(&rules);
            let detail = format!("{}; no log was read that they ask", counted_rules(rules.len()));
            let mut question = question(kind, &about, Verdict::NoSource, detail);
            question.supply = Some(format!("logs of {}", first_of(&wanted)));
            return question;
        }
        let hits: Vec<FindingId> = self
            .of
            .findings
            .iter()
            .filter(|finding| finding.kind == model::FindingKind::Sighting)
            .filter(|finding| finding.techniques.iter().any(|own| covers(own, technique)))
            .map(|finding| finding.id.clone())
            .collect();
        let sources: Vec<&str> = sources.into_iter().collect();
        let hit = if hits.is_empty() { "" } else { "; seen" };
        let detail =
            format!("{} by {} in {}{hit}", self.on(&hosts, &sources), first_of(&by), first_of(&sources));
        let mut question = question(kind, &about, Verdict::Visible, detail);
        cite(&mut question, hits);
        question
    }

    /// Rules and correlations of a technique: title, and the rules below that read logs.
    fn rules_for(&self, technique: &str) -> Vec<(&'q str, Vec<usize>)> {
        let rules = &self.of.known.rules;
        let is_for = |rule: &sigma::Rule| rule.techniques().iter().any(|own| covers(own, technique));
        let own = rules.set.rules().iter().enumerate();
        let own = own.filter(|(_, rule)| is_for(rule)).map(|(n, rule)| (rule.title.as_str(), vec![n]));
        let joined = rules.correlations.correlations().iter().filter(|one| is_for(&one.about));
        own.chain(
            joined.map(|one| (one.about.title.as_str(), referred((&rules.set, &rules.correlations), one))),
        )
        .collect()
    }

    /// The log sources that rules ask, for people.
    fn wanted(&self, rules: &[(&str, Vec<usize>)]) -> Vec<String> {
        let all = self.of.known.rules.set.rules();
        let named = |rule: &usize| {
            let source = &all.get(*rule)?.logsource;
            let parts = [&source.product, &source.category, &source.service];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            Some(parts.join(" ").replace('_', " "))
        };
        let wanted: BTreeSet<String> = rules.iter().flat_map(|(_, below)| below).filter_map(named).collect();
        wanted.into_iter().collect()
    }

    /// `on 3 of 13 Windows machines`, where the inventory knows the systems.
    fn on(&self, hosts: &BTreeSet<&str>, sources: &[&str]) -> String {
        let number = u64::try_from(hosts.len()).unwrap_or(u64::MAX);
        if number == 0 {
            return "on machines that no record names".to_owned();
        }
        let [windows, unix] = self.systems;
        let all = |word: &str| sources.iter().all(|source| source.starts_with(word));
        match () {
            () if all("windows") && windows >= number => format!("on {number} of {windows} Windows machines"),
            () if all("linux") && unix >= number => format!("on {number} of {unix} Linux machines"),
            () => format!("on {}", counted(number, "machine", "machines")),
        }
    }
}

/// Whether a rule's technique is the advisory's, its parent or below it.
fn covers(own: &str, asked: &str) -> bool {
    let parent = |technique: &str| technique.split('.').next().unwrap_or_default().to_owned();
    own == asked || parent(own) == asked || own == parent(asked)
}

fn counted_rules(number: usize) -> String {
    counted(u64::try_from(number).unwrap_or(u64::MAX), "rule is for it", "rules are for it")
}
