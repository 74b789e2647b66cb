//! The versions of a report: which one comes next, when each was made, and what each said.
//!
//! What a home keeps of a version is its text; what it named is read again from that, by the same reader. A version that
//! takes the report back has no text.

use super::wish::{NotPublished, PublishAct, PublishWish, refused};
use input::Document;
use model::publication::{Correction, Publication};
use model::{Timestamp, Tlp};
use serde::{Deserialize, Serialize};
use store::{Home, PublishedRow};

/// What a home keeps of a version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    /// The document that it was read from.
    pub(super) source: String,
    /// Its text; none where it takes the report back.
    pub(super) text: String,
    /// Why it follows the version before.
    pub(super) note: String,
    /// Values that were published although they look innocent or ours.
    pub(super) allowed: Vec<String>,
}

/// The versions that there are.
pub(super) struct History {
    rows: Vec<PublishedRow<Body>>,
    /// The versions that have a text, in order.
    texts: Vec<Publication>,
}

/// What an act makes.
pub(super) struct Next {
    /// The report; of one that is taken back its last text.
    pub(super) publication: Publication,
    /// The version to be kept; none, where one is given again.
    pub(super) row: Option<PublishedRow<Body>>,
}

const LIST: &str = "`outpace publish list` shows what is published";

impl History {
    /// Reads what each version said.
    pub(super) fn of(rows: Vec<PublishedRow<Body>>) -> Result<Self, NotPublished> {
        let mut texts = Vec::new();
        for row in rows.iter().filter(|row| !row.body.text.is_empty()) {
            let read = reread(&row.body);
            let what = || format!("version {} cannot be read any more", row.version);
            texts.push(
                read.ok_or_else(|| refused(&row.id, what(), "look into the memory with `outpace doctor`"))?,
            );
        }
        Ok(Self { rows, texts })
    }

    /// The version that an act makes, or the one that it gives again.
    pub(super) fn next(
        &self,
        act: &PublishAct,
        publication: Option<Publication>,
        wish: &PublishWish,
    ) -> Result<Next, NotPublished> {
        match (act, publication) {
            (PublishAct::Publish(_), Some(publication)) => self.first(publication, wish),
            (PublishAct::Correct { id, note, .. }, Some(publication)) => {
                self.corrected(id, publication, note.trim(), wish)
            }
            (PublishAct::Withdraw { id, note }, _) => self.withdrawn(id, note.trim(), wish),
            (_, None) => Err(refused("report", "it cannot be read", "give one Markdown file")),
        }
    }

    fn first(&self, publication: Publication, wish: &PublishWish) -> Result<Next, NotPublished> {
        let Some(last) = self.rows.last() else {
            return Ok(Next { row: Some(row(1, &publication, "", wish)), publication });
        };
        let (id, source) = (&publication.id, &publication.source);
        if last.body.text.is_empty() {
            let what = format!("report {id} was withdrawn");
            return Err(refused(source, what, "publish what still holds under another `id`"));
        }
        if last.body.text == publication.text {
            return Ok(Next { publication, row: None });
        }
        let earlier = self.rows.iter().find(|row| row.body.text == publication.text);
        let what = match earlier {
            Some(row) => {
                format!("this is version {} of report {id}, and version {} holds", row.version, last.version)
            }
            None => format!("report {id} is published as version {} and says something else", last.version),
        };
        let help = format!("correct it: outpace publish correct {id} REPORT.md --note WHY");
        Err(refused(source, what, &help))
    }

    fn corrected(
        &self,
        id: &str,
        publication: Publication,
        note: &str,
        wish: &PublishWish,
    ) -> Result<Next, NotPublished> {
        let source = publication.source.clone();
        if publication.id != id {
            let what = format!("its head says that it is report {}, not {id}", publication.id);
            return Err(refused(&source, what, "give the text of the report that is corrected"));
        }
        let (Some(last), Some(first)) = (self.rows.last(), self.texts.first()) else {
            return Err(refused(id, "no report has this identifier", LIST));
        };
        if last.body.text.is_empty() {
            let help = "publish what still holds under another `id`";
            return Err(refused(id, "the report was withdrawn", help));
        }
        if last.body.text == publication.text {
            if last.body.note == note {
                return Ok(Next { publication, row: None });
            }
            let what = format!("it says what version {} says", last.version);
            return Err(refused(&source, what, "give the corrected text"));
        }
        for (what, is_same) in
            [("author", publication.author == first.author), ("date", publication.date == first.date)]
        {
            if !is_same {
                let help = format!(
                    "leave `{what}` as it is: a correction has a date of its own, and is its author's"
                );
                return Err(refused(&source, format!("`{what}` differs from version 1"), &help));
            }
        }
        let version = last.version.saturating_add(1);
        Ok(Next { row: Some(row(version, &publication, note, wish)), publication })
    }

    fn withdrawn(&self, id: &str, note: &str, wish: &PublishWish) -> Result<Next, NotPublished> {
        let (Some(last), Some(publication)) = (self.rows.last(), self.texts.last()) else {
            return Err(refused(id, "no report has this identifier", LIST));
        };
        let publication = publication.clone();
        if last.body.text.is_empty() {
            if last.body.note == note {
                return Ok(Next { publication, row: None });
            }
            let what = format!("the report was withdrawn already: {}", last.body.note);
            return Err(refused(id, what, "give the same --note to have the withdrawal in another form"));
        }
        let body = Body { note: note.to_owned(), ..Body::default() };
        let version = last.version.saturating_add(1);
        let row = PublishedRow { id: id.to_owned(), version, at: wish.now, body };
        Ok(Next { publication, row: Some(row) })
    }

    /// Values that earlier versions were published with.
    pub(super) fn allowed(&self) -> Vec<String> {
        self.rows.iter().flat_map(|row| row.body.allowed.iter().cloned()).collect()
    }

    /// What the versions that are there said.
    pub(super) fn texts(&self) -> &[Publication] {
        &self.texts
    }

    /// All versions with the one that is made.
    fn with<'r>(
        &'r self,
        row: Option<&'r PublishedRow<Body>>,
    ) -> impl Iterator<Item = &'r PublishedRow<Body>> {
        self.rows.iter().chain(row)
    }

    pub(super) fn is_withdrawn_with(&self, row: Option<&PublishedRow<Body>>) -> bool {
        self.with(row).last().is_some_and(|last| last.body.text.is_empty())
    }

    pub(super) fn version(&self, row: Option<&PublishedRow<Body>>) -> u32 {
        self.with(row).last().map_or(1, |last| last.version)
    }

    /// When each version was made: the first on its day, each other later than the one before by a second at least, because
    /// a form of MISP counts in seconds.
    fn moments(&self, publication: &Publication, row: Option<&PublishedRow<Body>>) -> Vec<Timestamp> {
        let created = self.texts.first().unwrap_or(publication).date.start();
        let mut moments = vec![created];
        for row in self.with(row).skip(1) {
            let before = moments.last().copied().unwrap_or(created);
            moments.push(row.at.max(before.plus_seconds(1)));
        }
        moments
    }

    /// When the report was published first, and when this version was made.
    pub(super) fn times(
        &self,
        publication: &Publication,
        row: Option<&PublishedRow<Body>>,
    ) -> (Timestamp, Timestamp) {
        let moments = self.moments(publication, row);
        let created = moments.first().copied().unwrap_or(Timestamp::EPOCH);
        (created, moments.last().copied().unwrap_or(created))
    }

    pub(super) fn corrections(
        &self,
        publication: &Publication,
        row: Option<&PublishedRow<Body>>,
    ) -> Vec<Correction> {
        let moments = self.moments(publication, row);
        let rows = self.with(row).zip(moments).skip(1);
        rows.map(|(row, at)| Correction { version: row.version, at, note: row.body.note.clone() }).collect()
    }
}

fn row(version: u32, publication: &Publication, note: &str, wish: &PublishWish) -> PublishedRow<Body> {
    let body = Body {
        source: publication.source.clone(),
        text: publication.text.clone(),
        note: note.to_owned(),
        allowed: Vec::new(),
    };
    PublishedRow { id: publication.id.clone(), version, at: wish.now, body }
}

/// What a version said.
fn reread(body: &Body) -> Option<Publication> {
    let mut document = Document::open(&body.source, body.text.as_bytes()).ok()?;
    intel::read_publication(&mut document).0
}

/// A report that a home keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedReport {
    /// The report.
    pub id: String,
    /// Its last version.
    pub version: u32,
    /// When that was made.
    pub at: Timestamp,
    /// The strictest marking of its last text.
    pub tlp: Tlp,
    /// published, corrected or withdrawn.
    pub state: &'static str,
    /// The title of its last text.
    pub title: String,
    /// Why the last version followed.
    pub note: String,
}

/// The reports that a home keeps, in order of identifier.
///
/// # Errors
/// When the home cannot be read.
pub fn listed_reports(home: &Home) -> Result<Vec<ListedReport>, store::Fault> {
    let mut all: Vec<ListedReport> = Vec::new();
    for row in home.published::<Body>(None)? {
        let read = reread(&row.body);
        let known = all.pop_if(|known| known.id == row.id);
        let state = match (row.body.text.is_empty(), row.version) {
            (true, _) => "withdrawn",
            (false, 1) => "published",
            (false, _) => "corrected",
        };
        let tlp = read.as_ref().map(Publication::marking).or(known.as_ref().map(|known| known.tlp));
        let title = read.map(|read| read.title).or(known.map(|known| known.title));
        all.push(ListedReport {
            id: row.id,
            version: row.version,
            at: row.at,
            tlp: tlp.unwrap_or(Tlp::Red),
            state,
            title: title.unwrap_or_default(),
            note: row.body.note,
        });
    }
    Ok(all)
}
