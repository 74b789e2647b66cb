//! Where a reader puts its facts: the caller's function, with the document's name at hand.

use crate::Lexicon;
use crate::prose::sentences::SENTENCE_CHARS_MAX;
use model::Place;
use model::secret;
use model::world::{Fact, Mentioned, Origin};
use observable::{Kind, Observable, canonical};
use std::borrow::Cow;
use std::sync::Arc;

/// What every reader of this room needs beside the document and its problems.
pub(crate) struct Sink<'s> {
    /// The document's name, as the user would write it.
    pub(crate) source: Arc<str>,
    /// Names that prose is searched for, and the key of fingerprints.
    pub(crate) lexicon: &'s Lexicon,
    /// Whether the caller knows that the document is an advisory.
    pub(crate) advisory: bool,
    /// Documents inside of this one (attachments of a mail), which are read after it.
    pub(crate) attached: Vec<(String, Vec<u8>)>,
    each: &'s mut dyn FnMut(Fact),
}

/// A URL with a password is looked for without the login: a client sends it as a header, so no log of requests has it
/// in the URL.
fn without_login(observable: &mut Observable) {
    if observable.kind != Kind::Url || !observable.value.contains('@') {
        return;
    }
    let bare = || {
        let (scheme, rest) = observable.value.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (login, host) = authority.rsplit_once('@')?;
        login.contains(':').then(|| canonical(Kind::Url, &format!("{scheme}://{host}{path}")))?
    };
    if let Some(bare) = bare() {
        *observable = bare;
    }
}

/// Whether what was found is a secret that its own sentence announces: the password of `bob:password@host` is no
/// mail address.
fn is_secret(observable: &Observable, cut: &[String]) -> bool {
    const LEAST: usize = 6;
    let is_other = !matches!(
        observable.kind,
        Kind::Ipv4 | Kind::Ipv6 | Kind::Network | Kind::Domain | Kind::Url | Kind::Cve | Kind::Technique
    );
    let holds = |secret: &&String| {
        secret.len() >= LEAST && observable.value.to_lowercase().contains(&secret.to_lowercase())
    };
    is_other && cut.iter().any(|secret| holds(&secret))
}

/// Cuts secrets out of a text; gives what was cut.
fn clean(text: &mut String) -> Vec<String> {
    let mut cut = Vec::new();
    if let Cow::Owned(shown) = secret::cut_noting(text, &mut cut) {
        *text = shown;
        // The mask may be longer than what it covers.
        if let Some((at, _)) = text.char_indices().nth(SENTENCE_CHARS_MAX) {
            let end =
                text.get(..at).and_then(|kept| kept.char_indices().next_back()).map_or(0, |(end, _)| end);
            text.truncate(end);
            text.push('…');
        }
    }
    cut
}

impl<'s> Sink<'s> {
    pub(crate) fn new(
        source: &Arc<str>,
        lexicon: &'s Lexicon,
        advisory: bool,
        each: &'s mut dyn FnMut(Fact),
    ) -> Self {
        Self { source: Arc::clone(source), lexicon, advisory, attached: Vec::new(), each }
    }

    /// Hands a fact to the caller. Sentences of advisories and remarks of lists repeat what an attacker or a victim
    /// typed, so secrets are cut out of them here, whatever format they are from.
    pub(crate) fn give(&mut self, mut fact: Fact) {
        match &mut fact {
            Fact::Report(report) => {
                clean(&mut report.name);
                report.mentions.retain_mut(|mention| {
                    let cut = clean(&mut mention.sentence);
                    let Mentioned::Observable(observable) = &mut mention.what else { return true };
                    without_login(observable);
                    !is_secret(observable, &cut)
                });
            }
            Fact::Indicator(indicator) => {
                let cut = clean(&mut indicator.context);
                without_login(&mut indicator.observable);
                if is_secret(&indicator.observable, &cut) {
                    return;
                }
            }
            _ => {}
        }
        (self.each)(fact);
    }

    /// A place in the document.
    pub(crate) fn origin(&self, place: Place) -> Origin {
        Origin::new(&self.source, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_with_a_password_is_looked_for_without_the_login() {
        for (given, expected) in [
            ("https://bob:hunter2@h.example/r", "https://h.example/r"),
            ("https://bob@h.example/r", "https://bob@h.example/r"),
            ("https://h.example/a:b@c", "https://h.example/a:b@c"),
        ] {
            let mut url = canonical(Kind::Url, given).expect("a URL");
            without_login(&mut url);
            assert_eq!(url, canonical(Kind::Url, expected).expect("a URL"), "{given}");
        }
    }
}
