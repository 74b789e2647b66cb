//! `outpace publish`: a report of our own is checked, kept as a version and written in one form.
//!
//! Without a memory a report can be published too, but no version of it is kept, so that it cannot be corrected later:
//! that is said. Whoever names a memory that is not there means one, and is refused.

use super::{forms, home, turns};
use crate::arguments::{Format, Publish, PublishOptions, PublishVerb, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::{Targets, write_file};
use model::Fault;
use model::publication::Edition;
use pipeline::{ListedReport, NotPublished, PublishAct, PublishWish, Source, listed_reports, publish};
use report::PublicationForm;
use std::io::Write;
use std::path::PathBuf;
use store::Home;

/// Publishes, corrects, withdraws or lists.
pub fn run(verb: &Publish, shared: &Shared) -> Result<u8, Failure> {
    let (act, options, reads) = match (&verb.verb, &verb.report) {
        (Some(PublishVerb::List), _) => return list(shared),
        (Some(PublishVerb::Correct { id, report, note, options }), _) => {
            let source = Source::paths(std::slice::from_ref(report));
            let act = PublishAct::Correct { id: id.clone(), source, note: note.clone() };
            (act, options, vec![report.clone()])
        }
        (Some(PublishVerb::Withdraw { id, note, options }), _) => {
            (PublishAct::Withdraw { id: id.clone(), note: note.clone() }, options, Vec::new())
        }
        (None, Some(report)) => {
            let source = Source::paths(std::slice::from_ref(report));
            (PublishAct::Publish(source), &verb.options, vec![report.clone()])
        }
        (None, None) => {
            let why = "no report was given".to_owned();
            return Err(Failure::Refused { why, help: "see `outpace publish --help`" });
        }
    };
    let form = form(options, &reads, shared)?;
    let mut home = memory(&act, shared)?;
    let wish = PublishWish {
        audience: options.audience,
        cuts: options.cut,
        allowed: options.allow.clone(),
        who: options.by.clone().unwrap_or_else(home::user),
        now: console::now(shared),
    };
    let progress = Progress::new(shared);
    let published = publish(home.as_mut(), &act, &wish, &progress);
    progress.done(true);
    let published = published?;
    if !shared.quiet {
        for problem in &published.notes {
            console::note(&problem.to_string());
        }
        remark(&published.edition, published.is_new, home.is_some());
    }
    let style = console::style(shared);
    let mut write = |out: &mut dyn Write| report::write_publication(&published.edition, form, &style, out);
    match &options.out {
        Some(path) => write_file(path, &mut write)?,
        None => console::output(write)?,
    }
    let is_faulty = published.notes.iter().any(|problem| problem.fault != Fault::Note);
    Ok(if shared.strict && is_faulty { 3 } else { 0 })
}

/// The form that was asked for, if it can be written where it shall be.
fn form(options: &PublishOptions, reads: &[PathBuf], shared: &Shared) -> Result<PublicationForm, Failure> {
    if shared.format == Format::Pdf && options.out.is_none() {
        let why = "a PDF is no text for standard output".to_owned();
        return Err(Failure::Refused { why, help: "give a file with --out FILE" });
    }
    forms::must_have("publish", forms::PUBLISH, shared.format)?;
    Targets::default().file("--out", options.out.as_deref()).read(reads).check()?;
    Ok(match shared.format {
        Format::Md => PublicationForm::Markdown,
        Format::Html => PublicationForm::Html,
        Format::Pdf => PublicationForm::Pdf,
        Format::Stix => PublicationForm::Stix,
        Format::Misp => PublicationForm::Misp,
        Format::Csv => PublicationForm::Csv,
        _ => PublicationForm::Table,
    })
}

/// The memory that keeps versions, if there is one.
fn memory(act: &PublishAct, shared: &Shared) -> Result<Option<Home>, Failure> {
    match home::open(shared, &home::spool()) {
        Ok(home) => Ok(Some(home)),
        Err(Failure::Home(store::Fault::NoHome(_)))
            if shared.home.is_none() && matches!(act, PublishAct::Publish(_)) =>
        {
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// Says what was kept.
fn remark(edition: &Edition, is_new: bool, has_memory: bool) {
    let id = &edition.publication.id;
    let (version, state, marking) = (edition.version, edition.state(), edition.marking());
    let what = match (has_memory, is_new) {
        (true, true) => format!("report {id}: version {version} is kept ({state}, {marking})"),
        (true, false) => format!("report {id}: version {version} again ({state}, {marking})"),
        (false, _) => format!(
            "report {id}: no version is kept, and no own names were asked, because there is no memory; \
             `outpace init` makes one ({marking})"
        ),
    };
    console::note(&what);
}

fn list(shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("publish list", forms::ROWS, shared.format)?;
    let home = home::open(shared, &home::spool())?;
    let reports = listed_reports(&home)?;
    console::output(|out| rows(&reports, shared.format, out))?;
    if reports.is_empty() && !shared.quiet {
        console::note("nothing is published yet: `outpace publish REPORT.md` publishes the first");
    }
    Ok(0)
}

fn rows(reports: &[ListedReport], format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    if format != Format::Table {
        let row = |one: &ListedReport| {
            serde_json::json!({
                "id": one.id, "version": one.version, "at": one.at.to_string(), "tlp": one.tlp.name(),
                "state": one.state, "title": one.title, "note": one.note,
            })
        };
        return turns::rows("reports", reports.iter().map(row).collect(), format, out);
    }
    let width = reports.iter().map(|one| one.id.chars().count()).max().unwrap_or(0);
    for one in reports {
        let (id, title) = (report::printable(&one.id), report::printable(&one.title));
        let day = one.at.date();
        writeln!(out, "  {id:width$}  version {}  {day}  {}  {}  {title}", one.version, one.tlp, one.state)?;
        if !one.note.is_empty() {
            writeln!(out, "  {:width$}  {}", "", report::printable(&one.note))?;
        }
    }
    Ok(())
}

impl From<NotPublished> for Failure {
    fn from(why: NotPublished) -> Self {
        match why {
            NotPublished::Refused(problems) => Self::NotPublished { problems },
            NotPublished::Home(fault) => Self::Home(fault),
        }
    }
}
