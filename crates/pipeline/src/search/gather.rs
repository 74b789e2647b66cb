//! What is kept of documents, asked for terms: each fact by the values that it has.
//!
//! Of reports, the title and what they mention are asked, not their prose: it is not kept. Ties are taken on the way,
//! because a row or a report holds both of their ends.

use super::hit::{Collected, Group, Hit, Tie, shortened};
use super::term::{How, Met, Terms};
use findings::{Installed, Stated, Whose};
use model::ours::{Account, Device, FirewallRule, Name, NameValue, Zone};
use model::world::{Indicator, IntrusionSet, Mention, Mentioned, Observation, Report, TermRole};
use model::{Certainty, Date, Place, Timestamp, Tlp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A document whose facts are asked.
pub(crate) struct Gather<'g> {
    pub(crate) terms: &'g Terms,
    pub(crate) document: Arc<str>,
    pub(crate) source: &'g str,
    pub(crate) received: Timestamp,
    pub(crate) ties: bool,
    /// Whose records are, where a term is the name of a party.
    pub(crate) whose: Option<&'g Whose<'g>>,
    pub(crate) wants: &'g dyn Fn(&Hit) -> bool,
    pub(crate) found: &'g mut Collected,
    pub(crate) looked: &'g mut BTreeMap<&'static str, u64>,
}

/// What is said of a fact, before it is known which terms it meets.
struct Draft {
    group: Group,
    kind: &'static str,
    source: String,
    value: String,
    words: String,
    place: Place,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    tlp: Tlp,
    actors: Vec<String>,
}

impl Draft {
    fn new(group: Group, kind: &'static str, source: &str, value: &str, words: &str) -> Self {
        Self {
            group,
            kind,
            source: source.to_owned(),
            value: value.to_owned(),
            words: shortened(words),
            place: Place::Whole,
            first: None,
            last: None,
            tlp: Tlp::Unmarked,
            actors: Vec::new(),
        }
    }

    fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    fn when(mut self, first: Option<Timestamp>, last: Option<Timestamp>) -> Self {
        (self.first, self.last) = (first, last);
        self
    }
}

impl Gather<'_> {
    /// Asks one fact.
    pub(crate) fn ask(&mut self, stated: Stated<'_>) {
        match stated {
            Stated::Indicator(one) => self.indicator(&one),
            Stated::Observation(one) => self.observation(one),
            Stated::Device(one) => self.device(one),
            Stated::Machine { name, rows } => {
                let words =
                    if rows == 1 { "1 row names it".to_owned() } else { format!("{rows} rows name it") };
                self.either(&[name], Draft::new(Group::Ours, "machine", self.source, name, &words));
            }
            Stated::Installed(one) => self.installed(&one),
            Stated::Account(one) => self.account(one),
            Stated::Zone(one) => self.zone(one),
            Stated::FirewallRule(one) => self.firewall_rule(one),
            Stated::Name(one) => self.name(one),
            Stated::Report(one) => self.report(one),
            Stated::IntrusionSet(one) => self.intrusion_set(one),
            other => self.of_the_world(&other),
        }
    }

    fn looked(&mut self, what: &'static str) {
        *self.looked.entry(what).or_default() += 1;
    }

    /// A hit of each term that was met, if it is wanted; the terms whose hit was.
    fn hits(&mut self, met: &Met, draft: &Draft) -> Vec<usize> {
        let mut taken = Vec::new();
        for (term, how) in &met.terms {
            let hit = Hit {
                term: *term,
                group: draft.group,
                source: draft.source.clone(),
                how: *how,
                value: draft.value.clone(),
                kind: draft.kind,
                words: draft.words.clone(),
                document: self.document.to_string(),
                place: draft.place,
                first: draft.first,
                last: draft.last,
                learnt: Some(self.received),
                tlp: draft.tlp,
                is_ours: draft.group == Group::Ours,
                actors: draft.actors.clone(),
                finding: None,
            };
            if (self.wants)(&hit) {
                self.found.hit(hit);
                taken.push(*term);
            }
        }
        taken
    }

    /// Hits of values that are names or observables.
    fn either(&mut self, values: &[&str], draft: Draft) -> Vec<usize> {
        let mut met = Met::default();
        values.iter().for_each(|value| self.terms.of_either(value, &mut met));
        self.hits(&met, &draft)
    }

    /// Ties from each of these terms to values.
    fn tie(
        &mut self,
        terms: &[usize],
        to: &[(String, String)],
        how: &'static str,
        sure: Certainty,
        draft: &Draft,
    ) {
        if !self.ties {
            return;
        }
        for term in terms {
            for (to, words) in to {
                self.found.tie(Tie {
                    term: *term,
                    how,
                    from: draft.value.clone(),
                    to: to.clone(),
                    words: shortened(words),
                    source: draft.source.clone(),
                    document: self.document.to_string(),
                    place: draft.place,
                    first: draft.first,
                    last: draft.last,
                    certainty: sure,
                    tlp: draft.tlp,
                    is_ours: draft.group == Group::Ours,
                });
            }
        }
    }

    fn indicator(&mut self, one: &Indicator) {
        self.looked("indicators");
        let mut met = Met::default();
        self.terms.of_observable(&one.observable, &mut met);
        let is_met = met.terms.clone();
        for actor in &one.attributed_to {
            let mut named = Met::default();
            self.terms.of_name(actor, &mut named);
            for term in named.terms.into_keys() {
                met.terms.entry(term).or_insert(How::Names);
            }
        }
        if met.terms.is_empty() {
            return;
        }
        let state = if one.revoked { "taken back by its source: " } else { "" };
        let words = format!("{state}{}", one.context);
        let mut draft =
            Draft::new(Group::Indicators, "indicator", self.source, &one.observable.value, &words)
                .at(one.origin.place)
                .when(one.valid_from, one.valid_until);
        (draft.tlp, draft.actors) = (one.tlp, one.attributed_to.clone());
        let taken = self.hits(&met, &draft);
        let actors: Vec<_> =
            one.attributed_to.iter().map(|actor| (actor.clone(), tied_by(&one.source))).collect();
        self.tie(&taken, &actors, "direct", Certainty::Likely, &draft);
        let host = one.observable.host().map(|host| (host.value, "the host of the value".to_owned()));
        self.tie(&taken, &host.into_iter().collect::<Vec<_>>(), "direct", Certainty::Certain, &draft);
        let held =
            |how| taken.iter().copied().filter(|term| is_met.get(term) == Some(&how)).collect::<Vec<_>>();
        for (term, words) in
            [(held(How::Holds), "holds the term"), (held(How::Inside), "is inside of the term")]
        {
            for number in term {
                let to = [(self.terms.written(number).to_owned(), words.to_owned())];
                self.tie(&[number], &to, "network or domain contains", Certainty::Certain, &draft);
            }
        }
    }

    fn observation(&mut self, one: &Observation) {
        self.looked("observations");
        let mut met = Met::default();
        one.terms.iter().for_each(|term| self.terms.of_observable(&term.observable, &mut met));
        one.words.iter().for_each(|word| self.terms.of_name(word, &mut met));
        one.words.iter().for_each(|word| self.terms.of_text(word, &mut met));
        let of_party = self.of_party(one, &mut met);
        if met.terms.is_empty() {
            return;
        }
        for (term, how) in met.terms {
            let is_of = |value: &str| {
                let mut one = Met::default();
                self.terms.of_either(value, &mut one);
                one.terms.contains_key(&term)
            };
            let seen = one.terms.iter().find(|seen| is_of(&seen.observable.value));
            let side = match seen.map(|seen| seen.role) {
                Some(TermRole::Subject) => "the side it is about: ",
                Some(TermRole::Counterpart) => "the other side: ",
                None => "",
            };
            let value =
                seen.map(|seen| seen.observable.value.clone()).or_else(|| of_party.get(&term).cloned());
            let value =
                value.or_else(|| one.words.iter().find(|word| is_of(word)).cloned()).unwrap_or_default();
            let words = format!("{side}{}", one.what);
            let mut draft = Draft::new(Group::Observations, "observation", &one.collection, &value, &words)
                .at(one.origin.place)
                .when(one.time, one.time);
            draft.tlp = one.tlp;
            let met = Met { terms: BTreeMap::from([(term, how)]) };
            let taken = self.hits(&met, &draft);
            let others = one.terms.iter().map(|other| (other.observable.value.clone(), one.what.clone()));
            self.tie(&taken, &others.collect::<Vec<_>>(), "direct", Certainty::Likely, &draft);
        }
    }

    /// The terms that are the name of a party that a record is about, each with the value by which it is.
    fn of_party(&self, one: &Observation, met: &mut Met) -> BTreeMap<usize, String> {
        let mut values = BTreeMap::new();
        for about in self.whose.into_iter().flat_map(|whose| whose.about(one)) {
            let mut named = Met::default();
            self.terms.of_name(about.name, &mut named);
            for term in named.terms.into_keys() {
                met.add(term, How::Names);
                values.entry(term).or_insert_with(|| about.value.clone());
            }
        }
        values
    }

    fn device(&mut self, one: &Device) {
        self.looked("devices");
        let addresses: Vec<String> = one.addresses.iter().map(|lease| lease.address.to_string()).collect();
        let mut names: Vec<&str> = vec![&one.name];
        names.extend(one.fqdn.as_deref());
        names.extend(one.aliases.iter().map(String::as_str));
        names.extend(one.sid.as_deref());
        names.extend(one.model.as_deref());
        let mut met = Met::default();
        names.iter().for_each(|name| self.terms.of_either(name, &mut met));
        let by_name = met.clone();
        addresses.iter().for_each(|address| self.terms.of_either(address, &mut met));
        if met.terms.is_empty() {
            return;
        }
        let about: Vec<&str> = [&one.vendor, &one.model, &one.version, &one.role, &one.zone]
            .into_iter()
            .filter_map(|text| text.as_deref())
            .collect();
        let words = format!("{} {}", about.join(", "), addresses.join(" "));
        let place = one.origin.as_ref().map_or(Place::Whole, |origin| origin.place);
        let draft = Draft::new(Group::Ours, "device", self.source, &one.name, words.trim()).at(place);
        let taken = self.hits(&met, &draft);
        let mut to: Vec<(String, String)> =
            names.iter().skip(1).map(|name| ((*name).to_owned(), "the same row".to_owned())).collect();
        to.extend(addresses.iter().map(|address| (address.clone(), "the same row".to_owned())));
        self.tie(&taken, &to, "direct", Certainty::Certain, &draft);
        let by_address: Vec<usize> =
            taken.iter().copied().filter(|term| !by_name.terms.contains_key(term)).collect();
        for term in by_address {
            let from = Draft {
                value: self.terms.written(term).to_owned(),
                ..Draft::new(Group::Ours, "device", self.source, "", "").at(place)
            };
            let to = [(one.name.clone(), "the machine with the address".to_owned())];
            self.tie(&[term], &to, "direct", Certainty::Certain, &from);
        }
    }

    fn installed(&mut self, one: &Installed<'_>) {
        let Installed { host, name, version, purl, scanner, vulnerabilities, place } = one;
        self.looked(if scanner.is_some() { "scan results" } else { "components" });
        let mut met = Met::default();
        self.terms.of_name(name, &mut met);
        purl.iter().for_each(|purl| self.terms.of_name(purl, &mut met));
        vulnerabilities.iter().for_each(|id| self.terms.of_either(id, &mut met));
        if met.terms.is_empty() {
            return;
        }
        let value = host.unwrap_or("a machine that the row does not name");
        let version = version.map(|version| format!(" {version}")).unwrap_or_default();
        let (kind, words) = match scanner {
            Some(scanner) => (
                "scan result",
                format!("{scanner} reports {} in {name}{version}", vulnerabilities.join(", ")),
            ),
            None => ("component", format!("bears {name}{version}")),
        };
        let draft = Draft::new(Group::Ours, kind, self.source, value, &words).at(Place::Record(*place));
        self.hits(&met, &draft);
    }

    fn account(&mut self, one: &Account) {
        self.looked("accounts");
        let with_domain = one.domain.as_ref().map(|domain| format!("{domain}\\{}", one.name));
        let mut values: Vec<&str> = vec![&one.name];
        let others = [&with_domain, &one.upn, &one.sid, &one.mail];
        values.extend(others.into_iter().filter_map(|text| text.as_deref()));
        let words = if one.privileged == Some(true) { "privileged" } else { "" };
        let place = one.origin.as_ref().map_or(Place::Whole, |origin| origin.place);
        let shown = with_domain.as_deref().unwrap_or(&one.name);
        let new = || Draft::new(Group::Ours, "account", self.source, shown, words).at(place);
        let (draft, again) = (new(), new());
        let taken = self.either(&values, draft);
        let to: Vec<_> =
            values.iter().map(|value| ((*value).to_owned(), "the same row".to_owned())).collect();
        self.tie(&taken, &to, "direct", Certainty::Certain, &again);
    }

    fn zone(&mut self, one: &Zone) {
        self.looked("zones");
        let mut met = Met::default();
        self.terms.of_name(&one.name, &mut met);
        one.networks.iter().for_each(|network| self.terms.of_observable(network, &mut met));
        let networks: Vec<&str> = one.networks.iter().map(|network| network.value.as_str()).collect();
        let draft =
            Draft::new(Group::Ours, "zone", self.source, &one.name, &networks.join(" ")).at(one.origin.place);
        let taken = self.hits(&met, &draft);
        let to: Vec<_> =
            networks.iter().map(|network| ((*network).to_owned(), "the zone's network".to_owned())).collect();
        self.tie(&taken, &to, "network contains", Certainty::Certain, &draft);
    }

    fn firewall_rule(&mut self, one: &FirewallRule) {
        self.looked("firewall rules");
        let values: Vec<&str> =
            [&one.from, &one.to, &one.device].into_iter().filter_map(|text| text.as_deref()).collect();
        let any = |text: &Option<String>| text.clone().unwrap_or_else(|| "any".to_owned());
        let act = if one.allows { "lets pass" } else { "blocks" };
        let off = if one.enabled { "" } else { " (not in force)" };
        let note = one.comment.as_ref().map(|note| format!(", \"{note}\"")).unwrap_or_default();
        let words = format!("{act} {} to {}{off}{note}", any(&one.from), any(&one.to));
        let value = format!("rule {}", one.sequence);
        let draft =
            Draft::new(Group::Ours, "firewall rule", self.source, &value, &words).at(one.origin.place);
        self.either(&values, draft);
    }

    fn name(&mut self, one: &Name) {
        self.looked("names");
        let mut met = Met::default();
        let value = match &one.value {
            NameValue::Observable(seen) => {
                self.terms.of_observable(seen, &mut met);
                &seen.value
            }
            NameValue::Keyword(word) => {
                self.terms.of_name(word, &mut met);
                word
            }
        };
        self.terms.of_name(&one.party_name, &mut met);
        let words = format!("{}: {}", one.party.name(), one.party_name);
        self.hits(&met, &Draft::new(Group::Ours, "name", self.source, value, &words).at(one.origin.place));
    }

    fn report(&mut self, one: &Report) {
        self.looked("reports");
        let published = one.published.map(Date::start);
        let (tlp, source) = (one.tlp.unwrap_or_default(), self.source);
        let new = |kind, value: &str, words: &str, place| {
            let mut draft =
                Draft::new(Group::Reports, kind, source, value, words).at(place).when(published, published);
            draft.tlp = tlp;
            draft
        };
        let mut met = Met::default();
        self.terms.of_text(&one.name, &mut met);
        self.terms.of_name(&one.id, &mut met);
        let title = new("report", &one.name, one.publisher.as_deref().unwrap_or(""), Place::Whole);
        // Of each term the value by which the report names it.
        let mut named: BTreeMap<usize, String> = BTreeMap::new();
        for term in self.hits(&met, &title) {
            named.insert(term, self.terms.written(term).to_owned());
        }
        for mention in &one.mentions {
            let mut met = Met::default();
            let value = mentioned(self.terms, mention, &mut met);
            if met.terms.is_empty() {
                continue;
            }
            let kind = if mention.malicious { "named as malicious" } else { "mention" };
            let draft = new(kind, &value, &mention.sentence, mention.origin.place);
            for term in self.hits(&met, &draft) {
                named.entry(term).or_insert_with(|| value.clone());
            }
        }
        if self.ties && !named.is_empty() {
            self.same_report(one, &named, &new);
        }
    }

    /// What a report names beside a term: each value once, where it is named first, as malicious before in passing.
    fn same_report(
        &mut self,
        one: &Report,
        terms: &BTreeMap<usize, String>,
        new: &dyn Fn(&'static str, &str, &str, Place) -> Draft,
    ) {
        let mut others: BTreeMap<String, (bool, &Mention)> = BTreeMap::new();
        for mention in &one.mentions {
            let known = others.entry(value_of(mention)).or_insert((mention.malicious, mention));
            if mention.malicious && !known.0 {
                *known = (true, mention);
            }
        }
        for (term, named) in terms {
            for (value, (malicious, mention)) in &others {
                let sure = if *malicious { Certainty::Likely } else { Certainty::Possible };
                let from = new("report", named, "", mention.origin.place);
                self.tie(&[*term], &[(value.clone(), mention.sentence.clone())], "same report", sure, &from);
            }
        }
    }

    fn intrusion_set(&mut self, one: &IntrusionSet) {
        self.looked("groups");
        let mut met = Met::default();
        self.terms.of_name(&one.name, &mut met);
        one.attack_id.iter().for_each(|id| self.terms.of_name(id, &mut met));
        one.aliases.iter().for_each(|alias| self.terms.of_name(&alias.name, &mut met));
        if met.terms.is_empty() {
            return;
        }
        let also: Vec<&str> = one.aliases.iter().map(|alias| alias.name.as_str()).collect();
        let words = if also.is_empty() { String::new() } else { format!("also called {}", also.join(", ")) };
        let mut draft =
            Draft::new(Group::Attack, "group", self.source, &one.name, &words).at(one.origin.place);
        draft.actors = vec![one.name.clone()];
        let taken = self.hits(&met, &draft);
        let to: Vec<_> = one
            .aliases
            .iter()
            .map(|alias| (alias.name.clone(), format!("an alias that {} asserts", alias.source)))
            .collect();
        self.tie(&taken, &to, "direct", Certainty::Likely, &draft);
    }

    /// Facts of the world that are a row with a few names.
    fn of_the_world(&mut self, stated: &Stated<'_>) {
        let day = |day: Option<Date>| day.map(Date::start);
        let source = self.source;
        match stated {
            Stated::Vulnerability(one) => {
                self.looked("vulnerabilities");
                let words =
                    if one.withdrawn { format!("withdrawn: {}", one.title) } else { one.title.clone() };
                let draft = Draft::new(Group::Vulnerabilities, "vulnerability", source, &one.id, &words)
                    .at(one.origin.place)
                    .when(day(one.published), one.modified.or(day(one.published)));
                let mut values: Vec<&str> = vec![&one.id];
                values.extend(one.aliases.iter().map(String::as_str));
                self.either(&values, draft);
            }
            Stated::Exploited(one) => {
                self.looked("exploited vulnerabilities");
                let words = format!("exploited: {} {} {}", one.vendor, one.product, one.name);
                let draft = Draft::new(Group::Vulnerabilities, "exploited", source, &one.cve, &words)
                    .at(one.origin.place)
                    .when(day(one.added), day(one.added));
                self.either(&[&one.cve], draft);
            }
            Stated::PublicExploit(one) => {
                self.looked("dates of exploits");
                let draft = Draft::new(
                    Group::Vulnerabilities,
                    "public exploit",
                    source,
                    &one.cve,
                    "a public exploit",
                )
                .at(one.origin.place);
                self.either(&[&one.cve], draft);
            }
            Stated::Vex(one) => {
                self.looked("statements");
                let draft = Draft::new(
                    Group::Vulnerabilities,
                    "statement",
                    source,
                    &one.vulnerability,
                    "a statement (VEX)",
                )
                .at(one.origin.place);
                self.either(&[&one.vulnerability], draft);
            }
            other => self.attack(other),
        }
    }

    /// Software, techniques, controls, and what is known to be good.
    fn attack(&mut self, stated: &Stated<'_>) {
        let source = self.source;
        match stated {
            Stated::Software(one) => {
                self.looked("software");
                let mut values: Vec<&str> = vec![&one.name];
                values.extend(one.attack_id.as_deref());
                values.extend(one.aliases.iter().map(String::as_str));
                let mut draft =
                    Draft::new(Group::Attack, "software", source, &one.name, "").at(one.origin.place);
                draft.actors = vec![one.name.clone()];
                self.either(&values, draft);
            }
            Stated::AttackPattern(one) => {
                self.looked("techniques");
                let words = format!("{}: {}", one.name, one.tactics.join(", "));
                let draft = Draft::new(Group::Attack, "technique", source, &one.attack_id, &words)
                    .at(one.origin.place);
                self.either(&[&one.attack_id, &one.name], draft);
            }
            Stated::CourseOfAction(one) => {
                self.looked("controls");
                let mut values: Vec<&str> = vec![&one.name];
                values.extend(one.attack_id.as_deref());
                self.either(
                    &values,
                    Draft::new(Group::Attack, "control", source, &one.name, "").at(one.origin.place),
                );
            }
            Stated::KnownGood(one) => {
                self.looked("known good values");
                let mut met = Met::default();
                self.terms.of_observable(&one.value, &mut met);
                let draft = Draft::new(Group::KnownGood, "known good", source, &one.value.value, &one.list)
                    .at(one.origin.place);
                self.hits(&met, &draft);
            }
            _ => {}
        }
    }
}

fn tied_by(source: &str) -> String {
    format!("{source} ties it to that name")
}

/// Asks what a report mentions; its value.
fn mentioned(terms: &Terms, mention: &Mention, met: &mut Met) -> String {
    match &mention.what {
        Mentioned::Observable(seen) => terms.of_observable(seen, met),
        Mentioned::Actor { written, groups } => {
            terms.of_name(written, met);
            groups.iter().for_each(|group| terms.of_name(group, met));
        }
        Mentioned::Software(name) | Mentioned::Control(name) => terms.of_name(name, met),
    }
    value_of(mention)
}

fn value_of(mention: &Mention) -> String {
    match &mention.what {
        Mentioned::Observable(seen) => seen.value.clone(),
        Mentioned::Actor { written, .. } => written.clone(),
        Mentioned::Software(name) | Mentioned::Control(name) => name.clone(),
    }
}
