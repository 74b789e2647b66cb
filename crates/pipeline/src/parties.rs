//! Parties of the table of names, of a memory: what others saw of each, what each was given, whether it can reach us.
//!
//! Records are counted from the documents themselves, so a party that was added today has its past at once; whose a
//! record is, the names say, as in the join of compromises.
//!
//! Invariants: no clock but the caller's; the same home and moment give the same page; no field of a record is in it.

mod given;
mod records;
mod seen;

use crate::recall::recall_ours;
use crate::{Progress, Source};
use findings::{Ours, Reaching, Spool, Whose};
use model::ours::{Name, NameValue, Party};
use model::party::{ListedParty, Parties, PartyName, PartyPage};
use model::{Answer, Timestamp};
use records::Counting;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Home;

/// What pages of parties are made with.
pub struct PartyMeans<'m> {
    /// The rules that the program carries, if they are asked.
    pub built_in: &'m Source,
    /// Where details of indicators wait.
    pub spool: &'m Arc<dyn Spool>,
    /// The moment.
    pub now: Timestamp,
    /// Whether somebody of a party is configured to get notices.
    pub has_contact: &'m dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for PartyMeans<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartyMeans").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Lists all parties.
///
/// # Errors
/// When the home cannot be read.
pub fn list_parties(
    home: &Home,
    means: &PartyMeans<'_>,
    progress: &dyn Progress,
) -> Result<Parties, store::Fault> {
    home.at_one_moment(|| {
        let (answer, ours) = recall_ours(home, means.built_in, (means.spool, means.now), progress)?;
        let whose = Whose::of(&ours);
        let mut counting = Counting::new(&whose, None);
        counting.home(home)?;
        let mut rows = summaries(&ours, means);
        rows.iter_mut().for_each(|row| counting.summarise(row));
        Ok(Parties { organisation: answer.organisation, now: means.now, tlp: counting.tlp, rows })
    })
}

/// The page of one party.
///
/// # Errors
/// When the home cannot be read; the inner one: no party has this name; the names that there are.
pub fn party_page(
    home: &Home,
    name: &str,
    means: &PartyMeans<'_>,
    progress: &dyn Progress,
) -> Result<Result<PartyPage, Vec<String>>, store::Fault> {
    home.at_one_moment(|| {
        let (answer, ours) = recall_ours(home, means.built_in, (means.spool, means.now), progress)?;
        let mut rows = summaries(&ours, means);
        let Some(at) = place_of(&rows, name) else {
            return Ok(Err(rows.into_iter().map(|row| row.party).collect()));
        };
        let summary = rows.swap_remove(at);
        page(home, (&answer, &ours), summary, means.now).map(Ok)
    })
}

/// The party that a name means: as it is written, else the only one that differs in case alone.
fn place_of(rows: &[ListedParty], name: &str) -> Option<usize> {
    let exact = rows.iter().position(|row| row.party == name);
    let lower = name.to_lowercase();
    let mut alike =
        rows.iter().enumerate().filter(|(_, row)| row.party.to_lowercase() == lower).map(|(at, _)| at);
    exact.or_else(|| alike.next().filter(|_| alike.next().is_none()))
}

fn page(
    home: &Home,
    (answer, ours): (&Answer, &Ours),
    mut summary: ListedParty,
    now: Timestamp,
) -> Result<PartyPage, store::Fault> {
    let name = summary.party.clone();
    let whose = Whose::of(ours);
    let mut counting = Counting::new(&whose, Some((&name, answer)));
    counting.home(home)?;
    counting.summarise(&mut summary);
    let is_other = summary.has_contact.is_some();
    let given = if is_other { given::given(home, answer, &name)? } else { Vec::new() };
    let reach = if is_other { Some(reach(home, answer, ours, &name)?) } else { None };
    let names = names_of(ours, &name).map(|one| shown(one, now)).collect::<BTreeSet<_>>();
    let tlp = counting.tlp;
    let (collections, records, records_left) = counting.made();
    Ok(PartyPage {
        summary,
        organisation: answer.organisation.clone(),
        now,
        tlp,
        names: names.into_iter().collect(),
        collections,
        records,
        records_left,
        given,
        reach,
    })
}

fn reach(
    home: &Home,
    answer: &Answer,
    ours: &Ours,
    name: &str,
) -> Result<model::party::PartyReach, store::Fault> {
    let reaching = Reaching::of(ours, name);
    let seen = seen::seen(home, &reaching)?;
    let sightings = seen::sightings(answer, &reaching);
    Ok(reaching.answer(seen, sightings))
}

fn names_of<'o>(ours: &'o Ours, party: &str) -> impl Iterator<Item = &'o Name> {
    ours.names().filter(move |name| name.party_name == party)
}

/// Parties with their names and nothing counted yet: what is nearest to us first.
fn summaries(ours: &Ours, means: &PartyMeans<'_>) -> Vec<ListedParty> {
    let parties: BTreeSet<&str> = ours.names().map(|name| name.party_name.as_str()).collect();
    let mut rows: Vec<(Option<Party>, ListedParty)> = parties
        .into_iter()
        .map(|party| {
            let relations: BTreeSet<Party> = names_of(ours, party).map(|name| name.party).collect();
            let is_expired = |name: &&Name| name.has_expired(means.now);
            let expired = names_of(ours, party).filter(is_expired).count();
            let all = names_of(ours, party).map(|name| &name.value).collect::<Vec<_>>().len();
            let owners: BTreeSet<String> =
                names_of(ours, party).filter_map(|name| name.owner.clone()).collect();
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            let row = ListedParty {
                party: party.to_owned(),
                relations: relations.iter().map(|party| party.name()).collect(),
                names: count(all.saturating_sub(expired)),
                expired: count(expired),
                owners: owners.into_iter().collect(),
                has_contact: (!relations.contains(&Party::Own)).then(|| (means.has_contact)(party)),
                collections: std::collections::BTreeMap::new(),
                malicious: 0,
                suspicious: 0,
                newest: None,
                kept_back: 0,
            };
            (relations.first().copied(), row)
        })
        .collect();
    rows.sort_by(|a, b| (a.0, &a.1.party).cmp(&(b.0, &b.1.party)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn shown(name: &Name, now: Timestamp) -> PartyName {
    let (kind, value) = match &name.value {
        NameValue::Observable(value) => (value.kind.name(), value.value.clone()),
        NameValue::Keyword(word) => ("keyword", word.clone()),
    };
    PartyName {
        kind,
        value,
        owner: name.owner.clone(),
        expires: name.expires,
        is_expired: name.has_expired(now),
        document: name.origin.source.to_string(),
        place: name.origin.place.to_string(),
    }
}
