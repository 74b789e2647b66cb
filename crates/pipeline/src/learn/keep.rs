//! Keeping documents word for word: after they are read, so that what is in them says what may be kept.
//!
//! Feeds that are published for everybody are kept as they are. What is ours, what others saw of us and reports are looked
//! through for secrets: a report with one is not kept; of the others the secrets are cut out, and what is left is kept if a reader finds in it
//! what it finds in the document itself, but for fingerprints of secrets. Otherwise nothing is kept, and why is.
//!
//! Invariant: what is kept is what was read: a document that changed since it was surveyed is not kept.

use super::readers::readers;
use super::text::{Look, TEXT_BYTES_MAX};
use super::{Fate, Learnt, Run};
use crate::Sort;
use crate::ask::lexicon;
use input::Document;
use model::world::Fact;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;
use store::Home;

/// How long a document is at most that is kept: the largest feed of today has a quarter of it.
pub(super) const DOCUMENT_BYTES_MAX: u64 = 4 << 30;
/// How much is read at a time.
const BLOCK_BYTES: usize = 256 << 10;

const LETTER: &str = "of a mail the body is not kept";
const SECRETS: &str = "there are secrets in it";
const CHANGED: &str = "it changed while it was read";

impl Run<'_> {
    /// Keeps the documents of a sort that were read just now.
    pub(super) fn keep(&mut self, home: &mut Home, sort: Sort) -> Result<(), store::Fault> {
        let is_read = |fate: &Fate| matches!(fate, Fate::New | Fate::Changed);
        let read = self.learnt.iter().filter(|one| {
            one.sort == sort.name() && is_read(&one.fate) && self.survey.documents.contains_key(&one.name)
        });
        // As a record of a collection a mail is somebody's letter; a report that came by mail is a report.
        let is_letter = |one: &&Learnt| {
            sort == Sort::Knowledge && one.form.as_deref() == Some(intel::Format::Mail.name())
        };
        let (letters, read): (Vec<&Learnt>, Vec<&Learnt>) = read.partition(is_letter);
        // Reports are always kept: names that come later are looked for in them.
        if !(home.keeps_documents() || sort == Sort::Intel) {
            return Ok(());
        }
        for letter in letters {
            home.stage_unkept(&letter.name, LETTER)?;
        }
        if read.is_empty() {
            return Ok(());
        }
        let names: BTreeSet<String> = read.iter().map(|one| one.name.clone()).collect();
        let source = crate::Source::Only(self.learning.paths.clone(), std::sync::Arc::new(names));
        let mut outcome = Ok(());
        // What is wrong with files and archives is known from the first time.
        _ = source.walk(&(), &mut |document| {
            if outcome.is_ok() {
                outcome = self.keep_document(home, sort, document);
            }
        });
        outcome
    }

    fn keep_document(&self, home: &Home, sort: Sort, mut document: Document<'_>) -> Result<(), store::Fault> {
        let name = document.name.to_string();
        let Some(there) = self.survey.documents.get(&name) else { return Ok(()) };
        let (readers, sort_name) = (readers(sort), sort.name());
        if there.bytes > DOCUMENT_BYTES_MAX {
            return home.stage_unkept(&name, "it is longer than 4 GiB");
        }
        let is_public = sort == Sort::Knowledge && self.public.contains(&name);
        if is_public || there.bytes > TEXT_BYTES_MAX {
            // Published for everybody: what is kept of the same bytes is shared. Others are looked through first.
            if is_public && home.keep_like(&name, sort_name, &there.digest, readers)? {
                return Ok(());
            }
            return stream(home, (&name, sort_name, readers), &mut document, there.digest, !is_public);
        }
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = document.reader.by_ref().take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes);
        if read.is_err() || digest(&name, &bytes) != there.digest {
            return home.stage_unkept(&name, CHANGED);
        }
        let kept = match self.without_secrets(sort, &name, &bytes) {
            Ok(kept) => kept,
            Err(why) => return home.stage_unkept(&name, why),
        };
        let is_cut = matches!(kept, Cow::Owned(_));
        if !is_cut && home.keep_like(&name, sort_name, &there.digest, readers)? {
            return Ok(());
        }
        let mut keeping = home.keeping(&name, sort_name)?;
        keeping.add(&kept)?;
        keeping.finish(readers, is_cut)?;
        Ok(())
    }

    /// What may be kept of a document; otherwise why nothing may.
    fn without_secrets<'b>(
        &self,
        sort: Sort,
        name: &str,
        bytes: &'b [u8],
    ) -> Result<Cow<'b, [u8]>, &'static str> {
        let is_report = sort == Sort::Intel;
        let mut look = if is_report { Look::default() } else { Look::structured() };
        look.add(bytes);
        let holds = look.end()?;
        let Ok(text) = std::str::from_utf8(bytes) else {
            return if holds || sort != Sort::Estate { Err(NOT_UTF8) } else { Ok(Cow::Borrowed(bytes)) };
        };
        if is_report {
            return if holds { Err(SECRETS) } else { Ok(Cow::Borrowed(bytes)) };
        }
        match intel::without_secrets(name, text) {
            Cow::Borrowed(_) if holds => Err(SECRETS),
            Cow::Borrowed(_) => Ok(Cow::Borrowed(bytes)),
            Cow::Owned(cut) => {
                let mut look = Look::structured();
                look.add(cut.as_bytes());
                if look.end()? {
                    return Err("there are secrets in it that cannot be cut out");
                }
                let is_same = facts(sort, name, bytes) == facts(sort, name, cut.as_bytes());
                is_same
                    .then(|| Cow::Owned(cut.into_bytes()))
                    .ok_or("without its secrets it says something else")
            }
        }
    }
}

const NOT_UTF8: &str = "it may hold secrets, and is no UTF-8 out of which they could be cut";

/// The digest of bytes, as documents are surveyed with it.
fn digest(name: &str, bytes: &[u8]) -> [u8; 32] {
    Document::open(name, bytes).map_or([0; 32], |mut document| document.digests(&[]).whole)
}

/// Keeps a document of any length, block by block.
fn stream(
    home: &Home,
    (name, sort, readers): (&str, &str, u32),
    document: &mut Document<'_>,
    digest: [u8; 32],
    is_looked_through: bool,
) -> Result<(), store::Fault> {
    let mut keeping = home.keeping(name, sort)?;
    let mut look = Look::default();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = match document.reader.read(&mut block) {
            Ok(0) => break,
            Ok(read) => block.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        if is_looked_through {
            look.add(read);
            if look.holds_secret() {
                return home.stage_unkept(name, "there are secrets in it, and it is longer than 16 MiB");
            }
        }
        keeping.add(read)?;
    }
    match look.end() {
        Err(why) if is_looked_through => return home.stage_unkept(name, why),
        Ok(true) => return home.stage_unkept(name, "there are secrets in it, and it is longer than 16 MiB"),
        _ => {}
    }
    if keeping.digest() != digest {
        return home.stage_unkept(name, CHANGED);
    }
    keeping.finish(readers, false)?;
    Ok(())
}

/// A digest of the facts of a document, but for fingerprints of secrets, and its form.
fn facts(sort: Sort, name: &str, bytes: &[u8]) -> Option<(String, u64, u64)> {
    let mut document = Document::open(name, bytes).ok()?;
    let (mut digest, mut count) = (super::names::NamesDigest::default(), 0);
    let form = if sort == Sort::Estate {
        let mut taken = |fact: &dyn std::fmt::Debug| {
            digest.take(fact);
            count += 1;
        };
        let form = estate::read(&mut document, &mut |fact| taken(&fact)).0?;
        if let Ok(mut again) = Document::open(name, bytes) {
            _ = intel::read_statements(&mut again, &mut |fact: Fact| taken(&fact));
        }
        form.name()
    } else {
        let read = intel::read(&mut document, &lexicon(None), &mut |fact| {
            digest.take(&fact);
            count += 1;
        });
        read.0?.name()
    };
    Some((form.to_owned(), digest.number(), count))
}
