//! A report of our own on its way out: read, checked, kept as a version, and made an edition for an audience.
//!
//! ```text
//! text → publication → which version is it? → whose eyes? → what does it name, and is that ours or innocent? → edition
//! ```
//!
//! Everything is checked before anything is kept, so that a report that is refused leaves no trace. The first version is
//! dated by its head and not by the clock: the same report gives the same bytes wherever and whenever it is published.
//!
//! Invariants: a version that was published is never changed; each later one is modified later than the one before; what
//! an audience may not see is in no form that is made for it.

mod guard;
mod versions;
mod wish;

pub use versions::{ListedReport, listed_reports};
pub use wish::{NotPublished, PublishAct, PublishWish};

use crate::{Progress, Source};
use guard::Guard;
use intel::Lexicon;
use model::publication::{Edition, Named, Publication};
use model::world::Mentioned;
use model::{Fault, Place, Problem, Tlp};
use observable::Observable;
use std::collections::{BTreeMap, BTreeSet};
use store::{Home, PublishedRow};
use versions::{Body, History};
use wish::{problem, refused};

/// Letters of a note.
const NOTE_LETTERS_MAX: usize = 1_000;

/// What came of it.
#[derive(Debug)]
pub struct Published {
    /// The edition.
    pub edition: Edition,
    /// Whether it is a version that was not there before.
    pub is_new: bool,
    /// What its author should know: secrets that were masked, values that were allowed for nothing.
    pub notes: Vec<Problem>,
}

/// Does it. Without a home no version is kept, and only the first can be made.
///
/// # Errors
/// When something must be mended or allowed first, or the home cannot be read or written.
pub fn publish(
    home: Option<&mut Home>,
    act: &PublishAct,
    wish: &PublishWish,
    progress: &dyn Progress,
) -> Result<Published, NotPublished> {
    let mut notes = Vec::new();
    let publication = match act {
        PublishAct::Publish(source) | PublishAct::Correct { source, .. } => {
            Some(read(source, progress, &mut notes)?)
        }
        PublishAct::Withdraw { .. } => None,
    };
    if let PublishAct::Correct { id, note, .. } | PublishAct::Withdraw { id, note } = act {
        let letters = note.trim().chars().count();
        if letters == 0 || letters > NOTE_LETTERS_MAX {
            let what = format!("the note has {letters} letters");
            let help = format!("say in 1 to {NOTE_LETTERS_MAX} letters why: it is printed on every form");
            return Err(refused(id, what, &help));
        }
    }
    let id = match (act, &publication) {
        (PublishAct::Publish(_), Some(publication)) => publication.id.clone(),
        (PublishAct::Correct { id, .. } | PublishAct::Withdraw { id, .. }, _) => id.clone(),
        (PublishAct::Publish(_), None) => String::new(),
    };
    let rows: Vec<PublishedRow<Body>> = match &home {
        Some(home) => home.published(Some(&id))?,
        None => Vec::new(),
    };
    let history = History::of(rows)?;
    let next = history.next(act, publication, wish)?;
    let edition = edition(&history, &next.publication, next.row.as_ref(), wish)?;
    if !edition.is_withdrawn {
        let guard = Guard::of(home.as_deref())?;
        guarded(&edition, &guard, &history.allowed(), &wish.allowed, &mut notes)?;
    }
    let mut is_new = false;
    if let (Some(home), Some(mut row)) = (home, next.row) {
        row.body.allowed = wish.allowed.clone();
        is_new = home.publish(&row, &wish.who, edition.state())?;
        if !is_new {
            let what = format!("somebody else made version {} a moment ago", row.version);
            return Err(refused(&id, what, "look at it with `outpace publish list`, then try again"));
        }
    }
    Ok(Published { edition, is_new, notes })
}

/// The one report that a source holds.
fn read(
    source: &Source,
    progress: &dyn Progress,
    notes: &mut Vec<Problem>,
) -> Result<Publication, NotPublished> {
    let mut read: Vec<(String, Option<Publication>, Vec<Problem>)> = Vec::new();
    let mut more = 0_usize;
    let walked = source.walk(progress, &mut |mut document| {
        if !read.is_empty() {
            more += 1;
            return;
        }
        let name = document.name.to_string();
        let (publication, problems) = intel::read_publication(&mut document);
        read.push((name, publication, problems.into_vec()));
    });
    let Some((name, publication, problems)) = read.pop() else {
        let mut problems = walked.problems;
        if problems.is_empty() {
            problems.push(problem("report", Place::Whole, "there is no file", "give one Markdown file"));
        }
        return Err(NotPublished::Refused(problems));
    };
    if more > 0 {
        let what = format!("{more} more files are there beside it");
        return Err(refused(&name, what, "give one Markdown file"));
    }
    let (noted, wrong): (Vec<_>, Vec<_>) =
        problems.into_iter().chain(walked.problems).partition(|problem| problem.fault == Fault::Note);
    match publication.filter(|_| wrong.is_empty()) {
        Some(publication) => {
            notes.extend(noted);
            Ok(publication)
        }
        None if wrong.is_empty() => Err(refused(&name, "it cannot be read", "give one Markdown file")),
        None => Err(NotPublished::Refused(wrong)),
    }
}

/// The edition for the audience.
fn edition(
    history: &History,
    publication: &Publication,
    row: Option<&PublishedRow<Body>>,
    wish: &PublishWish,
) -> Result<Edition, NotPublished> {
    let audience = wish.audience.unwrap_or_else(|| publication.marking());
    let is_withdrawn = history.is_withdrawn_with(row);
    let (mut kept, left_out) = seen_by(publication, audience, wish.cuts || is_withdrawn)?;
    let mut named = if is_withdrawn { Vec::new() } else { intel::named_in(&kept, &Lexicon::built_in()) };
    let gone = taken_back(history.texts(), &mut named, audience);
    if is_withdrawn {
        kept.passages.clear();
    }
    let (created, modified) = history.times(publication, row);
    let edition = Edition {
        publication: kept,
        version: history.version(row),
        created,
        modified,
        corrections: history.corrections(publication, row),
        is_withdrawn,
        named,
        gone,
        left_out: if is_withdrawn { 0 } else { left_out },
    };
    Ok(edition)
}

/// What the versions before called malicious and this one does not; and of what this one names, how often it was taken back
/// before.
fn taken_back(earlier: &[Publication], named: &mut [Named], audience: Tlp) -> Vec<Named> {
    struct Course {
        last: Named,
        is_there: bool,
    }
    let lexicon = Lexicon::built_in();
    let mut courses: BTreeMap<Mentioned, Course> = BTreeMap::new();
    for text in earlier {
        let seen = (text.tlp <= audience).then(|| intel::for_audience(text, audience).0);
        let signs = seen.map(|seen| intel::named_in(&seen, &lexicon)).unwrap_or_default();
        let signs: BTreeMap<Mentioned, Named> = signs
            .into_iter()
            .filter(|one| one.mention.malicious)
            .map(|one| (one.mention.what.clone(), one))
            .collect();
        for (what, course) in &mut courses {
            course.is_there &= signs.contains_key(what);
        }
        for (what, mut sign) in signs {
            let before = courses.get(&what);
            sign.returns =
                before.map_or(0, |course| course.last.returns.saturating_add(u32::from(!course.is_there)));
            courses.insert(what, Course { last: sign, is_there: true });
        }
    }
    for one in named.iter_mut().filter(|one| one.mention.malicious) {
        if let Some(course) = courses.remove(&one.mention.what) {
            one.returns = course.last.returns.saturating_add(u32::from(!course.is_there));
        }
    }
    courses.into_values().map(|course| course.last).collect()
}

/// The report as an audience may see it, and how many passages were left out.
fn seen_by(publication: &Publication, audience: Tlp, cuts: bool) -> Result<(Publication, u64), NotPublished> {
    let source = &publication.source;
    if publication.tlp > audience {
        let what = format!("the whole report is {}, and the audience is {audience}", publication.tlp);
        let help = "give a wider audience the text that it may see: mark the head as widely as that, and each stricter \
                    paragraph by itself";
        return Err(refused(source, what, help));
    }
    let (kept, left_out) = intel::for_audience(publication, audience);
    if left_out == 0 || cuts {
        return Ok((kept, left_out));
    }
    let stricter = publication.passages.iter().filter(|passage| passage.tlp > audience);
    let problems = stricter.map(|passage| {
        let words = intel::first_words(passage);
        let what = format!("this is {}, and the audience is {audience}: {words}", passage.tlp);
        problem(
            source,
            Place::Line(passage.first),
            what,
            "leave these passages out with --cut, or publish it for fewer readers",
        )
    });
    Err(NotPublished::Refused(problems.collect()))
}

/// Refuses what is ours or innocent, unless it is allowed: with a domain or address all that names it as a host.
fn guarded(
    edition: &Edition,
    guard: &Guard,
    earlier: &[String],
    allowed: &[String],
    notes: &mut Vec<Problem>,
) -> Result<(), NotPublished> {
    let source = &edition.publication.source;
    let given = |texts: &[String]| texts.iter().flat_map(|text| observable::given(text)).collect::<Vec<_>>();
    let (before, now) = (given(earlier), given(allowed));
    let mut used: BTreeSet<Observable> = BTreeSet::new();
    let mut problems = Vec::new();
    for one in &edition.named {
        let Mentioned::Observable(value) = &one.mention.what else { continue };
        let Some(why) = guard.why(value, one.mention.malicious) else { continue };
        let host = value.host();
        let frees = |free: &&Observable| *free == value || Some(*free) == host.as_ref();
        used.extend(now.iter().filter(frees).cloned());
        if !now.iter().chain(&before).any(|free| frees(&free)) {
            let shown = observable::defang(value);
            let what = format!("{shown} is {why}");
            let help = format!("take it out, or publish it all the same with --allow '{shown}'");
            problems.push(problem(source, one.mention.origin.place, what, &help));
        }
    }
    for text in allowed {
        if !observable::given(text).iter().any(|value| used.contains(value)) {
            let what = format!("--allow {text} allows nothing that is held back");
            let note = problem(source, Place::Whole, what, "");
            notes.push(Problem { fault: Fault::Note, help: None, ..note });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(NotPublished::Refused(problems)) }
}
