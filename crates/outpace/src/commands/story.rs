//! `outpace story join|split|list`: what people say of stories. Whatever nobody says is decided by joins.

use super::{built_in_rules, forms, home, open, turns};
use crate::arguments::{Format, Join, Shared, Split, Story, StorySaid};
use crate::console;
use crate::failure::Failure;
use model::FindingId;
use model::identity::EntityKey;
use pipeline::{RegroupAct, RegroupedStories, Regrouping, SaidBy, StepHere, StoryHere, regroup};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use store::{Regrouped, SAID_MAX, Work};

/// How many identifiers are offered when one is not enough.
const OFFERED_MAX: usize = 5;
/// How long a note is at most, in bytes.
const NOTE_BYTES_MAX: usize = 4_096;

/// Says something of stories, or lists what was said.
pub fn run(verb: &Story, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("story", forms::ROWS, shared.format)?;
    match verb {
        Story::Join(verb) => act(&verb.ids, &verb.said, shared, &|there| join(verb, there)),
        Story::Split(verb) => {
            act(std::slice::from_ref(&verb.id), &verb.said, shared, &|there| split(verb, there))
        }
        Story::List => list(shared),
    }
}

/// What an act is made of.
struct There<'t> {
    stories: &'t [StoryHere],
    before: &'t [Regrouped],
    /// Of identifiers of stories that were joined into others, those others.
    led: &'t BTreeMap<String, String>,
    said: SaidBy,
}

type Choose<'c> = dyn Fn(&There<'_>) -> Result<RegroupAct, Failure> + 'c;

fn act(ids: &[String], said: &StorySaid, shared: &Shared, choose: &Choose<'_>) -> Result<u8, Failure> {
    if said.note.as_ref().is_some_and(|note| note.len() > NOTE_BYTES_MAX) {
        let why = format!("the note has more than {NOTE_BYTES_MAX} bytes");
        return Err(Failure::Refused {
            why,
            help: "write a shorter one that names the place of the long one",
        });
    }
    let spool = home::spool();
    let mut home = home::open(shared, &spool)?;
    home::lock(&mut home, shared)?;
    let mut led = BTreeMap::new();
    for id in ids {
        led.extend(open::joined_into(&home, id)?.map(|into| (id.clone(), into)));
    }
    let (work, threads) = (home.work()?, home.open_threads()?);
    let now = console::now(shared);
    let by = said.by.clone().unwrap_or_else(home::user);
    let said_by = SaidBy { by, at: now, note: said.note.clone() };
    let mut done = None;
    let rules = built_in_rules(said.no_built_in_rules);
    let result = regroup(home, &rules, &spool, now, &mut |stories, before| {
        let act = choose(&There { stories, before, led: &led, said: said_by.clone() })?;
        done = Some(act.clone());
        Ok::<_, Failure>(act)
    })?;
    let RegroupedStories { events, stories } = result?;
    let lines = turns::of_events(&events, now);
    console::output(|out| turns::write(&lines, "", shared, out))?;
    if let (Some(RegroupAct::Said(said, findings)), false) = (done, shared.quiet) {
        let work_on = |id: &String| threads.get(id).and_then(|thread| work.get(thread));
        came_of(&said, &findings, &stories, &work_on);
    }
    Ok(0)
}

/// Says what came of a join or split.
fn came_of<'w>(
    said: &Regrouping,
    findings: &[String],
    stories: &[StoryHere],
    work_on: &dyn Fn(&String) -> Option<&'w Work>,
) {
    let name = said.story.id();
    match stories.iter().find(|story| story.id == name) {
        Some(story) => console::note(&format!("{}: {}", story.id.digits(), story.title)),
        None => console::note("what is left forms no story: its sightings are by themselves"),
    }
    let others = findings.iter().skip(1).filter(|_| said.is_join());
    for other in others {
        if stories.iter().any(|one| one.id != name && one.id.as_str() == *other) {
            console::note(&format!("{other} is still a story by itself"));
        } else if let Some(work) = work_on(other) {
            let work = super::triage::shown(work);
            console::note(&format!(
                "the work on {other} ({work}) is kept, and is back if the join is undone"
            ));
        }
    }
}

/// Joins stories, or takes that back.
fn join(verb: &Join, there: &There<'_>) -> Result<RegroupAct, Failure> {
    let Some((first, others)) = verb.ids.split_first() else {
        return Err(Failure::UnknownFinding { id: String::new(), like: Vec::new() });
    };
    if verb.said.undo {
        if !others.is_empty() {
            let why = "--undo takes back one join".to_owned();
            return Err(Failure::Refused { why, help: "name one story" });
        }
        return there.taken_back(first, true);
    }
    if others.is_empty() {
        let why = "one story cannot be joined alone".to_owned();
        return Err(Failure::Refused {
            why,
            help: "name those that are one with it: `outpace story join ID ID`",
        });
    }
    let first = there.story(first)?;
    let mut rest: Vec<&StoryHere> = Vec::new();
    for id in others {
        let other = there.story(id)?;
        if other.id == first.id || rest.iter().any(|known| known.id == other.id) {
            let why = format!("{id} is already in {}: nothing was done", other.id.digits());
            return Err(Failure::Refused {
                why,
                help: "name each story once; `outpace story list` lists what was said",
            });
        }
        rest.push(other);
    }
    there.is_free()?;
    let findings = std::iter::once(first).chain(rest.iter().copied()).map(|one| one.id.as_str().to_owned());
    Ok(RegroupAct::Said(first.join(&rest, there.said.clone()), findings.collect()))
}

/// Takes sightings and machines off a story, or takes that back.
fn split(verb: &Split, there: &There<'_>) -> Result<RegroupAct, Failure> {
    if verb.said.undo {
        return there.taken_back(&verb.id, false);
    }
    let story = there.story(&verb.id)?;
    let (mut sightings, mut machines) = (BTreeSet::new(), BTreeSet::new());
    for off in &verb.off {
        match in_story(story, off)? {
            Off::Sighting(finding) => _ = sightings.insert(finding),
            Off::Machine(machine) => _ = machines.insert(machine),
        }
    }
    there.is_free()?;
    let Some(said) = story.split(&sightings, &machines, there.said.clone()) else {
        let why = format!("nothing would be left of {}", story.id.digits());
        let help = "to say that it is none, use `outpace triage ID --state false-positive`";
        return Err(Failure::Refused { why, help });
    };
    let off = sightings.iter().map(|id| id.as_str().to_owned());
    let off = off.chain(machines.iter().map(|machine| machine.as_str().to_owned()));
    let findings = std::iter::once(story.id.as_str().to_owned()).chain(off).collect();
    Ok(RegroupAct::Said(said, findings))
}

/// What is taken off a story.
enum Off {
    Sighting(FindingId),
    Machine(EntityKey),
}

/// The sighting or machine of a story that is meant. A machine is meant by its name, full or not.
fn in_story(story: &StoryHere, typed: &str) -> Result<Off, Failure> {
    let lower = typed.to_ascii_lowercase();
    let is_host = |step: &&StepHere| {
        let name = step.host.to_ascii_lowercase();
        name == lower || step.steps.machine.host_name().is_some_and(|key| key == lower)
    };
    let is_label =
        |step: &&StepHere| step.host.to_ascii_lowercase().split('.').next() == Some(lower.as_str());
    let machines = |is: &dyn Fn(&&StepHere) -> bool| -> BTreeSet<EntityKey> {
        story.steps.iter().filter(|step| is(step)).map(|step| step.steps.machine.clone()).collect()
    };
    let by_name = machines(&is_host);
    let by_name = if by_name.is_empty() { machines(&is_label) } else { by_name };
    if let (1, Some(machine)) = (by_name.len(), by_name.first()) {
        return Ok(Off::Machine(machine.clone()));
    }
    let of = |step: &StepHere| (step.finding.clone(), format!("{} on {}", step.title, step.host));
    let all: BTreeMap<FindingId, String> = story.steps.iter().map(of).collect();
    let like: Vec<(&FindingId, &String)> = all.iter().filter(|(id, _)| begins(id.as_str(), typed)).collect();
    if let [(finding, _)] = like.as_slice() {
        return Ok(Off::Sighting((*finding).clone()));
    }
    if like.is_empty() {
        let why = format!("{typed} is neither a sighting nor a machine of {}", story.id.digits());
        return Err(Failure::Refused { why, help: "`outpace explain ID` lists what is in a story" });
    }
    let like = like.into_iter().take(OFFERED_MAX).map(|(id, what)| format!("{id} {what}")).collect();
    Err(Failure::UnknownFinding { id: typed.to_owned(), like })
}

impl There<'_> {
    /// The story that is meant by an identifier or its first digits; of one that was joined into another, the other.
    fn story(&self, typed: &str) -> Result<&StoryHere, Failure> {
        let like: Vec<&StoryHere> =
            self.stories.iter().filter(|story| begins(story.id.as_str(), typed)).collect();
        if let [story] = like.as_slice() {
            return Ok(story);
        }
        if like.is_empty() {
            let led = self.led.get(typed);
            let into = led.and_then(|into| self.stories.iter().find(|story| story.id.as_str() == into));
            let why = format!("no story {typed} is there: nothing was done");
            let help = "`outpace triage --where kind:chain` lists the stories that are there";
            return into.ok_or(Failure::Refused { why, help });
        }
        let shown = |story: &&StoryHere| format!("{} {}", story.id, story.title);
        let like = like.iter().take(OFFERED_MAX).map(shown).collect();
        Err(Failure::UnknownFinding { id: typed.to_owned(), like })
    }

    /// Whether one more join or split can be kept.
    fn is_free(&self) -> Result<(), Failure> {
        if self.before.iter().filter(|one| !one.is_undone).count() < SAID_MAX {
            return Ok(());
        }
        let why = format!("{SAID_MAX} joins and splits hold already");
        Err(Failure::Refused { why, help: "take back those that are over: `outpace story list`, --undo" })
    }

    /// The last join or split of a story that still holds, taken back.
    fn taken_back(&self, typed: &str, is_join: bool) -> Result<RegroupAct, Failure> {
        let holds = || self.before.iter().rev().filter(|one| !one.is_undone && one.is_join() == is_join);
        let is_named = |one: &&Regrouped| {
            let named = if is_join { one.findings.len() } else { 1 };
            one.findings.iter().take(named).any(|id| begins(id, typed))
        };
        // A story that has another name since is known by its steps.
        let story = self.stories.iter().find(|story| begins(story.id.as_str(), typed));
        let is_of = |one: &&Regrouped| story.is_some_and(|story| shares_a_step(story, one));
        let Some(one) = holds().find(is_named).or_else(|| holds().find(is_of)) else {
            let what = if is_join { "joined into" } else { "split off" };
            let why = format!("nothing that holds was {what} {typed}: nothing was done");
            return Err(Failure::Refused { why, help: "`outpace story list` lists what was said" });
        };
        Ok(RegroupAct::TakenBack(one.seq, self.said.by.clone()))
    }
}

/// Whether a story has a step that was regrouped.
fn shares_a_step(story: &StoryHere, one: &Regrouped) -> bool {
    let mut steps = story.steps.iter().map(|step| &step.steps);
    steps.any(|step| {
        let is_it = |known: &pipeline::Steps| {
            known.cause == step.cause && known.first <= step.last && known.last >= step.first
        };
        one.said.steps.iter().any(is_it)
    })
}

/// Whether an identifier begins with these digits.
fn begins(id: &str, typed: &str) -> bool {
    let digits = typed.strip_prefix("finding--").unwrap_or(typed);
    !digits.is_empty() && id.strip_prefix("finding--").is_some_and(|id| id.starts_with(digits))
}

/// Lists what was said.
fn list(shared: &Shared) -> Result<u8, Failure> {
    let home = home::open(shared, &home::spool())?;
    let all = home.regroupings()?;
    console::output(|out| rows(&all, shared.format, out))?;
    if all.is_empty() && !shared.quiet {
        console::note("nobody has said anything of a story: `outpace story join ID ID` joins two");
    }
    Ok(0)
}

fn rows(all: &[Regrouped], format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    let act = |one: &Regrouped| if one.is_join() { "join" } else { "split" };
    if format != Format::Table {
        let row = |one: &Regrouped| {
            serde_json::json!({
                "act": one.seq, "what": act(one), "story": one.findings.first(),
                "with": one.findings.get(1..), "by": one.said.by, "at": one.said.at.to_string(),
                "note": one.said.note, "undone": one.is_undone,
            })
        };
        return turns::rows("regroupings", all.iter().map(row).collect(), format, out);
    }
    for one in all {
        let (story, rest) =
            one.findings.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let what = if one.is_join() {
            format!("join {story} {}", rest.join(" "))
        } else {
            format!("split {story} --off {}", rest.join(" "))
        };
        let undone = if one.is_undone { ", undone" } else { "" };
        let note = one.said.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        let line = format!("{}  {what}, {} on {}{undone}{note}", one.seq, one.said.by, one.said.at.date());
        writeln!(out, "  {}", report::printable(&line))?;
    }
    Ok(())
}
