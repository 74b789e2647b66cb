//! What a notice says: everything that one audience must know of one turn, so that nobody needs a link to act on it.
//!
//! The parts answer, in this order: what happened, is it still so, how sure is it, who may it be, why does it matter to us,
//! what is to be done by whom, where is the proof, what was not looked at, how is this known to be genuine, when does the
//! next notice come. A part that has nothing to say is left out; what is not known is said.
//!
//! Invariants: texts come from findings, which hold no secret and show values from outside defanged; an audience that is an
//! owner gets the steps that are its own first, and those of others in one line.

use super::moment::Clock;
use super::turned::There;
use super::words::list;
use super::{digest, reach};
use findings::{Whose, Why, strength_rank};
use model::answer::{Action, Story, Topic as Seen};
use model::{
    Finding, FindingId, FindingKind, Happened, IntelType, Notice, NoticePart, Says, Severity, Tlp, Topic,
};
use notify::{Ready, Row, Subscription, Turned};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How many pieces of proof, findings in a digest, and values of each sort a notice names.
const PROOFS_MAX: usize = 8;
const LINES_MAX: usize = 60;
const VALUES_MAX: usize = 50;
/// What a party reads in place of a title that names others.
const NAMES_OTHERS: &str = "a record about you that names others, too: ask us for it";
/// How many sentences say why.
const REASONS_MAX: usize = 4;

/// What every notice of a pass says alike.
pub(super) struct Letterhead<'l> {
    pub there: Option<&'l There<'l>>,
    pub organisation: &'l str,
    /// What a condition of the service means, and what to do about it, by thread.
    pub conditions: &'l BTreeMap<String, String>,
    /// Seconds after which something critical that nobody claims goes on.
    pub unclaimed_after: i64,
    /// A text so that nothing in it is a link.
    pub shown: &'l dyn Fn(&str) -> String,
}

impl Letterhead<'_> {
    /// The notice of a row.
    pub(super) fn notice(
        &self,
        row: &Row,
        ready: &Ready,
        members: &[&Row],
        clock: &Clock<'_>,
        subscription: Option<&Subscription>,
    ) -> Notice {
        let mut notice = match row.turned() {
            Some(turned) => {
                let mut notice = self.of_turn(row, turned, ready, clock);
                self.add_reach(&mut notice, turned, ready, subscription);
                notice
            }
            None => self.of_digest(row, ready, members, clock, subscription),
        };
        let genuine = match is_outside(&ready.audience) {
            true => format!(
                "No link, attachment or password request. Ask the security desk of {} on a number that you have already.",
                self.organisation
            ),
            false => genuine(notice.findings.first()),
        };
        notice.parts.push(part("GENUINE?", Says::Text(genuine)));
        self.shown(&mut notice);
        notice
    }

    /// Writes every text for people so that nothing in it is a link.
    fn shown(&self, notice: &mut Notice) {
        let shown = |text: &mut String| *text = (self.shown)(text);
        shown(&mut notice.title);
        for part in &mut notice.parts {
            match &mut part.says {
                Says::Text(text) => shown(text),
                Says::Steps(all) | Says::Lines(all) => all.iter_mut().for_each(shown),
            }
        }
    }

    fn blank(&self, row: &Row, ready: &Ready) -> Notice {
        Notice {
            id: row.key.id.clone(),
            thread: row.thread.clone(),
            number: ready.number,
            topic: row.topic(),
            happened: Happened::Opened,
            severity: Severity::Informational,
            tlp: ready.tlp.marked().unwrap_or(model::Tlp::AmberStrict),
            organisation: self.organisation.to_owned(),
            at: row.made,
            title: String::new(),
            audience: audience(&ready.audience),
            findings: Vec::new(),
            parts: Vec::new(),
            values: BTreeMap::new(),
        }
    }

    fn of_turn(&self, row: &Row, turned: &Turned, ready: &Ready, clock: &Clock<'_>) -> Notice {
        let mut notice = self.blank(row, ready);
        notice.happened = turned.happened;
        notice.severity = turned.severity;
        notice.at = turned.at;
        let turned = &*self.for_audience(turned, ready);
        notice.title = turned.title.clone();
        notice.findings = turned.findings.clone();
        if ready.is_bare {
            let text = "What was reported earlier under this subject is judged otherwise now, and what it is now may not be \
                        sent to you. Ask whoever sends you these notices.";
            notice.title = format!("an earlier notice is {}", turned.happened.words());
            notice.parts.push(part("WHAT", Says::Text(text.to_owned())));
            return notice;
        }
        if turned.topic == Topic::Service {
            let text = self.conditions.get(&turned.thread).map(String::as_str).unwrap_or_default();
            let what = if text.is_empty() {
                sentence(&turned.title)
            } else {
                format!("{} {text}", sentence(&turned.title))
            };
            notice.parts.push(part("WHAT", Says::Text(what)));
            notice.parts.push(part("SINCE", Says::Text(clock.at(turned.at))));
            return notice;
        }
        let finding = self.there.and_then(|there| there.findings.get(turned.findings.first()?));
        if let Some(finding) = finding.filter(|_| is_outside(&ready.audience)) {
            notice.parts.extend(self.for_party(finding, turned, clock));
            return notice;
        }
        match finding.filter(|_| !is_over(turned.happened)) {
            Some(finding) => self.of_finding(finding, turned, ready, clock, &mut notice),
            None => notice.parts.push(part("WHAT", Says::Text(over(turned, clock)))),
        }
        notice.parts.push(part("NEXT", Says::Text(self.next(turned, clock))));
        notice
    }

    fn of_finding(
        &self,
        finding: &Finding,
        turned: &Turned,
        ready: &Ready,
        clock: &Clock<'_>,
        notice: &mut Notice,
    ) {
        let Some(there) = self.there else { return };
        let story = there.answer.stories.iter().find(|story| story.finding == finding.id);
        let parts = &mut notice.parts;
        parts.push(part("WHAT", Says::Text(what(finding, story, clock))));
        parts.extend(now(finding, story, there, clock).map(|text| part("NOW?", Says::Text(text))));
        parts.push(part("SURE", Says::Text(sure(finding))));
        if !finding.actors.is_empty() {
            let text = format!(
                "Consistent with {}, as the source of this says. That is no attribution.",
                list(&finding.actors)
            );
            parts.push(part("WHO", Says::Text(text)));
        }
        let why = why(finding);
        if !why.is_empty() {
            parts.push(part("WHY", Says::Text(why)));
        }
        let steps = steps(finding, story, there, ready);
        if !steps.is_empty() {
            parts.push(part("DO", Says::Steps(steps)));
        }
        parts.push(part("PROOF", Says::Lines(places(finding))));
        parts.extend(not_seen(there).map(|text| part("NOT SEEN", Says::Text(text))));
        notice.values = values(finding, story, turned);
    }

    /// When the next notice comes.
    fn next(&self, turned: &Turned, clock: &Clock<'_>) -> String {
        let digits = turned.findings.first().map(FindingId::digits).unwrap_or_default();
        if is_over(turned.happened) {
            return "The next notice comes only if it is back.".to_owned();
        }
        let mut text = "The next notice comes when this rises, is corrected or taken back.".to_owned();
        if let Some(holder) = &turned.holder {
            text.push_str(&format!(" {holder} works on it."));
            return text;
        }
        if turned.severity == Severity::Critical {
            let until = turned.at.plus_seconds(self.unclaimed_after);
            text.push_str(&format!(" If nobody claims it by {}, it goes on to the next.", clock.time(until)));
        }
        text.push_str(&format!(" Claim it: outpace triage {digits} --assign me"));
        text
    }

    fn of_digest(
        &self,
        row: &Row,
        ready: &Ready,
        members: &[&Row],
        clock: &Clock<'_>,
        subscription: Option<&Subscription>,
    ) -> Notice {
        let mut notice = self.blank(row, ready);
        let turns: Vec<Cow<'_, Turned>> =
            members.iter().filter_map(|member| Some(self.for_audience(member.turned()?, ready))).collect();
        let turns: Vec<&Turned> = turns.iter().map(AsRef::as_ref).collect();
        let count = u64::try_from(turns.len()).unwrap_or(u64::MAX).saturating_add(ready.beyond);
        let kind = row.digest().map(|digest| digest.kind);
        let period = row.digest().map_or("", |digest| digest.period.as_str());
        notice.severity = digest::worst(&turns);
        notice.findings =
            turns.iter().flat_map(|turned| turned.findings.iter().cloned()).take(LINES_MAX).collect();
        let name = subscription.map_or("", |subscription| subscription.name.as_str());
        if count == 0 {
            notice.happened = Happened::Quiet;
            notice.title = format!("nothing new: {name}, {period}");
            let looked_at = if is_outside(&ready.audience) { String::new() } else { self.looked_at() };
            let text = format!("Nothing new of “{name}” in this period. {looked_at}");
            notice.parts.push(part("WHAT", Says::Text(text.trim_end().to_owned())));
            let there = self.there.filter(|_| !is_outside(&ready.audience));
            notice.parts.extend(there.and_then(not_seen).map(|text| part("NOT SEEN", Says::Text(text))));
            return notice;
        }
        let counted = digest::counted(&turns, ready.beyond);
        notice.title = match kind {
            Some(notify::DigestKind::Import) => format!("import: {counted}"),
            Some(notify::DigestKind::FollowUp) => format!("more of the same: {counted}"),
            Some(notify::DigestKind::More) => format!("{counted} more, as too many came at once"),
            _ if name.is_empty() => counted.clone(),
            _ => format!("{name}, {period}: {counted}"),
        };
        let is_import = kind == Some(notify::DigestKind::Import);
        let (mut lines, left) = digest::lines(&turns, is_import);
        let left = left.saturating_add(ready.beyond);
        if left > 0 {
            lines.push(format!("… and {left} more: outpace status shows them"));
        }
        notice.parts.push(part("WHAT", Says::Lines(lines)));
        if is_outside(&ready.audience) {
            let text = "Find the machine or account behind each of them and look at it. Others saw this, not our own logs.";
            notice.parts.push(part("DO", Says::Text(text.to_owned())));
            notice.parts.extend(turns.iter().filter_map(|turned| self.seen(turned)));
            return notice;
        }
        let done = self.done_by(&turns, ready);
        if !done.is_empty() {
            notice.parts.push(part("DO", Says::Steps(done)));
        }
        if kind == Some(notify::DigestKind::Import) {
            let text = "This was found in what was there when it was first read. From now on each change is a notice of its own.";
            notice.parts.push(part("WHY", Says::Text(text.to_owned())));
        }
        notice.parts.extend(self.there.and_then(not_seen).map(|text| part("NOT SEEN", Says::Text(text))));
        let first = turns.iter().map(|turned| turned.at).max().unwrap_or(row.made);
        notice.at = first;
        notice.parts.push(part("UNTIL", Says::Text(clock.at(first))));
        notice
    }

    /// How the party of a turn can reach us, before what is to be done. That is made of what is ours, so it is for whoever
    /// may see that, and marks the notice.
    fn add_reach(
        &self,
        notice: &mut Notice,
        turned: &Turned,
        ready: &Ready,
        subscription: Option<&Subscription>,
    ) {
        let (Some(there), Some(party)) = (self.there, &turned.party) else { return };
        let is_there = turned.findings.first().is_some_and(|id| there.findings.contains_key(id));
        let may_see = |ceiling: Option<Tlp>| ceiling.is_none_or(|ceiling| ceiling >= Tlp::AmberStrict);
        let is_for_us = !is_outside(&ready.audience)
            && subscription.is_some_and(|subscription| may_see(subscription.ceiling.marked()));
        if !is_for_us || !is_there || ready.is_bare || is_over(turned.happened) {
            return;
        }
        let at = notice.parts.iter().position(|part| part.label == "DO").unwrap_or(notice.parts.len());
        notice.parts.insert(at, part("REACH", Says::Text(reach::in_words(there.ours, party))));
        notice.tlp = notice.tlp.max(Tlp::AmberStrict);
    }

    /// A turn as an audience may read it: a party reads no title with a name of another party or a machine of ours.
    fn for_audience<'t>(&self, turned: &'t Turned, ready: &Ready) -> Cow<'t, Turned> {
        if !is_outside(&ready.audience) || !self.names_others(&turned.title, turned) {
            return Cow::Borrowed(turned);
        }
        let title = NAMES_OTHERS.to_owned();
        Cow::Owned(Turned { title, hosts: Vec::new(), ..turned.clone() })
    }

    /// Whether a text names another than the party of a turn; where nobody knows, it does.
    fn names_others(&self, text: &str, turned: &Turned) -> bool {
        let (Some(there), Some(party)) = (self.there, turned.party.as_deref()) else { return true };
        Whose::of(there.ours).names_another(&text.replace("[.]", "."), party)
    }

    /// What a party is to know of a record about it.
    fn for_party(&self, finding: &Finding, turned: &Turned, clock: &Clock<'_>) -> Vec<NoticePart> {
        let text = "Find the machine or account behind it and look at it. Others saw this, not our own logs.";
        let what = match turned.title == NAMES_OTHERS {
            true => sentence(NAMES_OTHERS),
            false => what(finding, None, clock),
        };
        let mut parts = vec![part("WHAT", Says::Text(what)), part("SURE", Says::Text(sure(finding)))];
        parts.extend(self.seen(turned));
        parts.push(part("DO", Says::Text(text.to_owned())));
        parts
    }

    /// What was seen of a party, as the record says it, but for what names others.
    fn seen(&self, turned: &Turned) -> Option<NoticePart> {
        let finding = self.there?.findings.get(turned.findings.first()?)?;
        let mut lines = record(finding);
        let all = lines.len();
        lines.retain(|line| !self.names_others(line, turned));
        if lines.len() < all {
            lines.push("what names others, too, is left out: ask us for it".to_owned());
        }
        Some(part("SEEN", Says::Lines(lines)))
    }

    /// The remedies of the findings of a digest, the most frequent first.
    fn done_by(&self, turns: &[&Turned], ready: &Ready) -> Vec<String> {
        let Some(there) = self.there else { return Vec::new() };
        let ids: BTreeSet<&FindingId> = turns.iter().filter_map(|turned| turned.findings.first()).collect();
        let mine = own(&ready.audience);
        let answers = |action: &&Action| {
            action.findings.iter().any(|id| ids.contains(id))
                && mine.is_none_or(|mine| action.owner.as_deref() == Some(mine))
        };
        let mut steps: Vec<String> =
            there.answer.first.iter().filter(answers).map(|action| action.what.clone()).collect();
        let mut fixes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for finding in ids
            .iter()
            .filter_map(|id| there.findings.get(*id))
            .filter(|finding| finding.kind == FindingKind::Exposure)
        {
            if let Some(fix) = finding.remediation.first() {
                fixes.entry(fix).or_default().extend(finding.subject.host.as_deref());
            }
        }
        let mut fixes: Vec<(&str, BTreeSet<&str>)> = fixes.into_iter().collect();
        fixes.sort_by_key(|(fix, hosts)| (usize::MAX - hosts.len(), *fix));
        steps.extend(fixes.into_iter().map(|(fix, hosts)| {
            let named: Vec<String> = hosts.iter().take(6).map(|&host| host.to_owned()).collect();
            let more = hosts.len().saturating_sub(named.len());
            match (named.is_empty(), more) {
                (true, _) => fix.to_owned(),
                (false, 0) => format!("{}: {fix}", list(&named)),
                (false, more) => format!("{} and {more} more: {fix}", named.join(", ")),
            }
        }));
        steps.truncate(10);
        steps
    }

    /// What was looked at, in a sentence.
    fn looked_at(&self) -> String {
        let Some(there) = self.there else { return String::new() };
        let looked = &there.answer.looked_at;
        let parts = [
            (looked.devices, "machine", "machines"),
            (looked.components, "component", "components"),
            (looked.accounts, "account", "accounts"),
            (looked.names, "name", "names"),
            (looked.observations, "observation by others", "observations by others"),
            (looked.events, "event", "events"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        if parts.is_empty() {
            "Nothing was looked at.".to_owned()
        } else {
            format!("Looked at: {}.", list(&parts))
        }
    }
}

fn part(label: &str, says: Says) -> NoticePart {
    NoticePart { label: label.to_owned(), says }
}

/// `owner:network` as people read it.
fn audience(audience: &str) -> String {
    match audience.split_once(':') {
        Some(("owner", name)) => format!("{name}, as owner"),
        Some(("party", name)) => name.to_owned(),
        Some(("person", name)) => name.to_owned(),
        _ => audience.to_owned(),
    }
}

/// Whether an audience is not of our organisation: it gets what is about it, and nothing about us.
fn is_outside(audience: &str) -> bool {
    audience.starts_with("party:")
}

/// The record that others made, field by field; where it lies here is not for others.
fn record(finding: &Finding) -> Vec<String> {
    let of_others =
        finding.evidence.iter().find(|evidence| evidence.time.is_some()).or(finding.evidence.first());
    let fields = of_others.into_iter().flat_map(|evidence| &evidence.excerpt);
    fields.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}")).collect()
}

/// The owner that an audience is.
fn own(audience: &str) -> Option<&str> {
    audience.strip_prefix("owner:")
}

fn is_over(happened: Happened) -> bool {
    matches!(happened, Happened::Closed | Happened::Withdrawn)
}

/// What became of what is not there any more.
fn over(turned: &Turned, clock: &Clock<'_>) -> String {
    let end = match turned.happened {
        Happened::Withdrawn => Why::Withdrawn.words(),
        Happened::Corrected => "judged otherwise than before",
        _ => "not there any more",
    };
    format!(
        "{} This is {end} since {}. Nothing more is to be done about it.",
        sentence(&turned.title),
        clock.at(turned.at)
    )
}

/// A title as a sentence.
fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let rest = letters.as_str();
    let end = if rest.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    // A value at the beginning stays as it is written.
    let is_word = title.split(' ').next().is_some_and(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    if is_word { format!("{first}{rest}{end}") } else { format!("{title}{end}") }
}

fn what(finding: &Finding, story: Option<&Story>, clock: &Clock<'_>) -> String {
    let Some(story) = story else {
        let mut text = sentence(&finding.title);
        if let Some(host) = finding.subject.host.as_deref().filter(|host| !finding.title.contains(*host)) {
            text.push_str(&format!(" On {host}."));
        }
        if finding.count > 1 {
            let exact = if finding.count_exact { "" } else { "about " };
            text.push_str(&format!(" {exact}{} times", finding.count));
            match (finding.first_seen, finding.last_seen) {
                (Some(first), Some(last)) if first != last => {
                    text.push_str(&format!(", from {} to {}.", clock.at(first), clock.at(last)));
                }
                (Some(first), _) => text.push_str(&format!(", {}.", clock.at(first))),
                _ => text.push('.'),
            }
        } else if let Some(first) = finding.first_seen {
            text.push_str(&format!(" Seen {}.", clock.at(first)));
        }
        return text;
    };
    let began = finding.first_seen.map(|first| format!(" since {}", clock.at(first))).unwrap_or_default();
    // An address outside may end a story.
    let ours: Vec<String> =
        story.hosts.iter().filter(|host| host.parse::<std::net::IpAddr>().is_err()).cloned().collect();
    let mut text = format!("Somebody has acted on {}{began}.", list(&ours));
    let mut said = BTreeSet::new();
    let weighty: Vec<String> = story
        .steps
        .iter()
        .filter(|step| step.severity <= Severity::High)
        .filter(|step| said.insert((step.what.clone(), step.host.clone())))
        .take(8)
        .map(|step| {
            let when = step.time.map(|time| format!("{} ", clock.short(time))).unwrap_or_default();
            format!("{when}{} on {}", step.what, step.host)
        })
        .collect();
    if !weighty.is_empty() {
        text.push_str(&format!(" The weightiest of {} steps: {}.", story.steps.len(), weighty.join("; ")));
    }
    if !story.accounts.is_empty() {
        text.push_str(&format!(" Accounts used or asked for: {}.", list(&story.accounts)));
    }
    text
}

/// Whether it goes on.
fn now(finding: &Finding, story: Option<&Story>, there: &There<'_>, clock: &Clock<'_>) -> Option<String> {
    if let Some(story) = story {
        let mut text =
            finding.last_seen.map(|last| format!("Last sign {}. ", clock.at(last))).unwrap_or_default();
        text.push_str(&story.notes.iter().map(|note| sentence(note)).collect::<Vec<_>>().join(" "));
        text.push_str(" Treat it as open until it is contained.");
        return Some(text);
    }
    let last = finding.last_seen?;
    let until = there.answer.looked_at.last_event.map(|at| format!("; logs were read to {}", clock.at(at)));
    Some(format!("Last sign {}{}.", clock.at(last), until.unwrap_or_default()))
}

fn sure(finding: &Finding) -> String {
    let word = finding.certainty.name();
    let reason =
        finding.reasons.iter().find(|reason| reason.contains("certain") || reason.contains("likely"));
    match reason {
        Some(reason) => format!("{} {}", sentence(word), sentence(reason)),
        None => sentence(word),
    }
}

fn why(finding: &Finding) -> String {
    let is_of_certainty = |reason: &&String| reason.contains("certain") || reason.contains("likely");
    let mut reasons: Vec<String> = Vec::new();
    if let Some(decision) = finding.decision {
        reasons.push(format!("Decision: {}.", decision.name()));
    }
    reasons.extend(
        finding
            .reasons
            .iter()
            .filter(|reason| !is_of_certainty(reason))
            .take(REASONS_MAX)
            .map(|reason| sentence(reason)),
    );
    reasons.join(" ")
}

/// What to do in which order and by whom: the lines of what to do first that answer it, those of the audience before
/// others; else its own remedies.
fn steps(finding: &Finding, story: Option<&Story>, there: &There<'_>, ready: &Ready) -> Vec<String> {
    let is_step =
        |id: &FindingId| story.is_some_and(|story| story.steps.iter().any(|step| step.finding == *id));
    let answers = |action: &&Action| action.findings.iter().any(|id| *id == finding.id || is_step(id));
    let actions: Vec<&Action> = there.answer.first.iter().filter(answers).collect();
    if actions.is_empty() {
        return finding.remediation.clone();
    }
    let by = |action: &Action| match &action.owner {
        Some(owner) => format!("{owner}: {}", action.what),
        None => action.what.clone(),
    };
    let Some(mine) = own(&ready.audience) else { return actions.into_iter().map(by).collect() };
    let (of_mine, of_others): (Vec<&Action>, Vec<&Action>) = actions
        .into_iter()
        .partition(|action| action.owner.as_deref().is_none_or(|owner| owner.eq_ignore_ascii_case(mine)));
    let mut steps: Vec<String> = of_mine.into_iter().map(|action| action.what.clone()).collect();
    let others: BTreeSet<String> = of_others.iter().filter_map(|action| action.owner.clone()).collect();
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        steps.push(format!("the rest is for {}, who get it themselves", list(&others)));
    }
    steps
}

/// The records of the proof by document: `portal-1/sysmon.json.gz 725, 726`.
fn places(finding: &Finding) -> Vec<String> {
    let mut records: Vec<(&str, Vec<String>)> = Vec::new();
    for evidence in finding.evidence.iter().take(PROOFS_MAX) {
        let number = (evidence.record > 0).then(|| evidence.record.to_string());
        match records.iter_mut().find(|(source, _)| *source == evidence.source) {
            Some((_, numbers)) => numbers.extend(number),
            None => records.push((&evidence.source, number.into_iter().collect())),
        }
    }
    let shown = |(source, numbers): (&str, Vec<String>)| {
        // The folder names the machine; what is above it is the same for all.
        let mut parts: Vec<&str> = source.rsplit('/').take(2).collect();
        parts.reverse();
        format!("{} {}", parts.join("/"), numbers.join(", ")).trim_end().to_owned()
    };
    records.into_iter().map(shown).collect()
}

/// What was not looked at that could change the answer.
fn not_seen(there: &There<'_>) -> Option<String> {
    let of_logs = |about: Seen| matches!(about, Seen::AllLogs | Seen::Logs);
    let texts: Vec<&str> = there
        .answer
        .not_seen
        .iter()
        .filter(|one| of_logs(one.about))
        .map(|one| one.text.as_str())
        .take(6)
        .collect();
    (!texts.is_empty()).then(|| format!("{}.", texts.join("; ")))
}

fn genuine(first: Option<&FindingId>) -> String {
    let on_console = match first {
        Some(id) => format!("On your own console: outpace explain {}.", id.digits()),
        None => "On your own console: outpace notify outbox.".to_owned(),
    };
    format!(
        "No link, attachment or password request. {on_console} Or ring the security desk on the number in your staff \
         directory, not one in this notice."
    )
}

/// Exact values, for machines.
fn values(finding: &Finding, story: Option<&Story>, turned: &Turned) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |name: &str, of: Vec<String>| {
        if !of.is_empty() {
            values.insert(name.to_owned(), of.into_iter().take(VALUES_MAX).collect());
        }
    };
    add("host", turned.hosts.clone());
    add("account", turned.accounts.clone());
    add("cve", turned.cves.clone());
    add("owner", turned.owners.clone());
    add("technique", finding.techniques.clone());
    add("party", turned.party.clone().into_iter().collect());
    add(
        "indicator",
        (finding.intel.kind == IntelType::Indicator).then(|| finding.intel.id.clone()).into_iter().collect(),
    );
    add("address", story.map(|story| story.addresses.clone()).unwrap_or_default());
    if strength_rank(finding).is_some() || turned.strength.is_some() {
        let strength =
            turned.strength.and_then(|is| notify::Strength::ALL.iter().find(|(known, _)| *known == is));
        add("strength", strength.map(|(_, word)| (*word).to_owned()).into_iter().collect());
    }
    values
}
