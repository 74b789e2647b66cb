//! `outpace search TERM`: have we ever seen or known this? Everything that a memory keeps is asked.
//!
//! A search ends with 0 whether or not something was found: an answer was given, and it says what was looked at.

use super::{built_in_rules, forms, home, saved};
use crate::arguments::{Format, Search, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use pipeline::{Hit, SavedSearch, SearchMeans, SearchWish, Searched, Terms, Tie, search};
use report::{FoundForm, FoundHit, FoundPage, FoundTie, FoundTotal};
use std::io::Read;
use std::path::Path;
use store::Home;

/// How many hits a page has.
const PAGE_HITS: usize = 50;
/// How large a file of terms may be.
const TERMS_BYTES_MAX: u64 = 4 << 20;

/// Searches.
pub fn run(verb: &Search, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("search", forms::SEARCH, shared.format)?;
    let now = console::now(shared);
    let (since, until) = (verb.since.map(|at| at.from(now)), verb.until.map(|at| at.from(now)));
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        return Err(Failure::EmptyWindow { since, until });
    }
    if let Some(name) = verb.save.as_ref().filter(|name| !SavedSearch::is_name(name)) {
        let why = "a name has 1 to 100 bytes and no control character";
        return Err(Failure::NoSearch { name: name.clone(), why });
    }
    let typed = match (&verb.term, &verb.from) {
        (Some(term), _) => Some(read(&[term.as_str()])?),
        (None, Some(path)) => Some(listed(path)?),
        (None, None) if verb.new.is_none() => {
            verb.actor.as_ref().map(|actor| read(&[actor.as_str()])).transpose()?
        }
        (None, None) => None,
    };
    let spool = home::spool();
    let mut home = home::open(shared, &spool)?;
    let before = verb.new.as_ref().map(|name| saved_as(&home, name)).transpose()?;
    let terms = match (typed, &before) {
        (Some(terms), _) => terms,
        (None, Some(before)) => read(&before.terms)?,
        (None, None) => return Err(Failure::NoTerm { why: "no term".to_owned() }),
    };
    let (actor, source, text) = (verb.actor.clone(), verb.source.clone(), verb.text.clone());
    let wish = SearchWish { terms, since, until, actor, source, text, ties: verb.related };
    let progress = Progress::new(shared);
    let built_in = built_in_rules(verb.no_built_in_rules);
    let means = SearchMeans { built_in: &built_in, spool: &spool, now };
    let searched = search(&home, &wish, &means, &progress);
    progress.done(shared.quiet);
    let mut searched = searched?;
    let all = verb.save.as_ref().map(|_| SavedSearch::of(&wish.terms, &searched.hits));
    if let Some(before) = &before {
        searched.only(&|hit| before.is_new(&wish.terms, hit));
    }
    show(&wish, searched, verb.page, verb.new.as_deref(), shared)?;
    // Only what was shown has been seen: the output was flushed.
    if let (Some(name), Some(all)) = (&verb.save, all) {
        all.write(&mut home, name)?;
    }
    Ok(0)
}

/// Searches for one term beside an answer that is known, by `ask`: what `explain` does of what is no finding.
pub(super) fn beside(
    shared: &Shared,
    term: &str,
    ask: impl FnOnce(&SearchWish) -> Result<Searched, store::Fault>,
) -> Result<(), Failure> {
    forms::must_have("explain", forms::SEARCH, shared.format)?;
    let terms = read(&[term])?;
    let (since, until, actor, source, text) = (None, None, None, None, None);
    let wish = SearchWish { terms, since, until, actor, source, text, ties: true };
    let searched = ask(&wish)?;
    show(&wish, searched, 1, None, shared)
}

fn read(terms: &[impl AsRef<str>]) -> Result<Terms, Failure> {
    Terms::read(terms.iter().map(AsRef::as_ref)).map_err(|why| Failure::NoTerm { why })
}

/// The terms of a file.
fn listed(path: &Path) -> Result<Terms, Failure> {
    let mut text = String::new();
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    saved::open(path)?.take(TERMS_BYTES_MAX + 1).read_to_string(&mut text).map_err(failed)?;
    if u64::try_from(text.len()).is_ok_and(|length| length > TERMS_BYTES_MAX) {
        let why = format!("{} has more than {TERMS_BYTES_MAX} bytes", path.display());
        return Err(Failure::NoTerm { why });
    }
    let lines =
        text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim_start().starts_with('#'));
    read(&lines.collect::<Vec<_>>())
}

fn saved_as(home: &Home, name: &str) -> Result<SavedSearch, Failure> {
    let failed = |why| Failure::NoSearch { name: name.to_owned(), why };
    let saved = SavedSearch::read(home, name)?.ok_or_else(|| failed("nothing was saved under this name"))?;
    saved.map_err(|_| failed("what is saved under this name cannot be read"))
}

/// Shows a page.
fn show(
    wish: &SearchWish,
    searched: Searched,
    number: u32,
    new_since: Option<&str>,
    shared: &Shared,
) -> Result<(), Failure> {
    console::report_problems(&searched.problems, shared);
    let mut page = page(wish, searched, number, new_since)?;
    if shared.format == Format::List {
        page.hits.retain(|hit| hit.finding.is_none());
    }
    let form = match shared.format {
        Format::Ndjson => FoundForm::Ndjson,
        Format::Csv => FoundForm::Csv,
        Format::List => FoundForm::List,
        _ => FoundForm::Table,
    };
    let style = console::style(shared);
    console::output(|out| report::write_found(&page, form, &style, out))?;
    if matches!(form, FoundForm::Csv | FoundForm::List) && !shared.quiet {
        let pages =
            if page.pages > 1 { format!("page {} of {}; ", page.page, page.pages) } else { String::new() };
        console::note(&format!("{pages}{}", report::looked_line(&page)));
    }
    Ok(())
}

fn page(
    wish: &SearchWish,
    searched: Searched,
    number: u32,
    new_since: Option<&str>,
) -> Result<FoundPage, Failure> {
    let Searched { hits, ties, totals, looked_at, is_bounded, problems: _ } = searched;
    let pages = hits.len().div_ceil(PAGE_HITS).max(1);
    let asked = usize::try_from(number).unwrap_or(usize::MAX);
    if asked > pages {
        return Err(Failure::NoPageOf { page: number, pages });
    }
    let written = |term: usize| wish.terms.written(term).to_owned();
    let count =
        |term: usize| totals.iter().filter(|((of, ..), _)| *of == term).map(|(_, total)| total.count).sum();
    let terms =
        (0..wish.terms.len()).map(|term| (written(term), wish.terms.kind(term).to_owned(), count(term)));
    let from = (asked - 1) * PAGE_HITS;
    let kept = hits.len();
    Ok(FoundPage {
        terms: terms.collect(),
        totals: totals
            .iter()
            .map(|((term, group, source), total)| FoundTotal {
                term: written(*term),
                group: group.name(),
                source: source.clone(),
                count: total.count,
                first: total.first,
                last: total.last,
            })
            .collect(),
        hits: hits.into_iter().skip(from).take(PAGE_HITS).map(|hit| shown(hit, wish)).collect(),
        ties: wish.ties.then(|| ties.into_iter().map(|tie| tied(tie, wish)).collect()),
        looked_at,
        page: asked,
        pages,
        from: from + 1,
        kept,
        new_since: new_since.map(str::to_owned),
        is_bounded,
        is_narrowed: wish.is_narrowed(),
    })
}

fn shown(hit: Hit, wish: &SearchWish) -> FoundHit {
    FoundHit {
        term: wish.terms.written(hit.term).to_owned(),
        group: hit.group.name(),
        kind: hit.kind,
        value: hit.value,
        how: hit.how.name(),
        words: hit.words,
        source: hit.source,
        document: hit.document,
        place: hit.place,
        first: hit.first,
        last: hit.last,
        learnt: hit.learnt,
        actors: hit.actors,
        finding: hit.finding,
        tlp: hit.tlp,
        is_ours: hit.is_ours,
    }
}

fn tied(tie: Tie, wish: &SearchWish) -> FoundTie {
    FoundTie {
        term: wish.terms.written(tie.term).to_owned(),
        from: tie.from,
        to: tie.to,
        how: tie.how,
        words: tie.words,
        source: tie.source,
        document: tie.document,
        place: tie.place,
        first: tie.first,
        last: tie.last,
        certainty: tie.certainty,
        tlp: tie.tlp,
        is_ours: tie.is_ours,
    }
}
