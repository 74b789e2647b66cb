//! An advisory in words: what it mentions, each with its sentence and place, and what it holds for malicious.
//!
//! Observables come from the shared tokenizer, names from the lexicon, controls from their wordings. A
//! report is attributed only when it names exactly one group; names that it lists as aliases of a group
//! ("APT40, also known as …") count as that group's.

use crate::prose::article::{self, Article};
use crate::prose::controls::PlainWords;
use crate::prose::introduced;
use crate::prose::lexicon::NamedAs;
use crate::prose::passages;
use crate::prose::sentences::{Sentences, quoted};
use crate::sink::Sink;
use model::world::{Fact, Indicator, Mention, Mentioned, Origin, Report};
use model::{Fault, FindingId, Place, Problems};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

/// How many mentions of one report are kept; the longest indicator lists have some 30,000 rows.
pub(crate) const MENTIONS_MAX: usize = 200_000;

/// What a text mentions, in order of place.
pub(crate) struct ReadMentions {
    pub(crate) mentions: Vec<Mention>,
    /// The one group that it names.
    pub(crate) attributed_to: Vec<String>,
    /// How many mentions were beyond the bound.
    pub(crate) beyond: u64,
}

/// Reads an article: one [`Fact::Report`] and an [`Fact::Indicator`] for each malicious observable.
pub(crate) fn read(article: &Article, sink: &mut Sink<'_>, problems: &mut Problems) {
    if article.text.trim().is_empty() {
        let help = "give the advisory as text, Markdown or HTML";
        problems.add(Place::Whole, Fault::Unreadable, "there is no text in it", Some(help));
        return;
    }
    let front = article::front(article, &sink.source);
    let origin = sink.origin(Place::Whole);
    let read = mentions(article, &origin, sink);
    if read.beyond > 0 {
        let what = format!("{} mentions beyond the first {MENTIONS_MAX} were counted, not kept", read.beyond);
        problems.add(Place::Whole, Fault::Partial, what, Some("give long indicator lists as STIX or MISP"));
    }
    if let Some((widest, strictest)) = front.contradicting {
        let what = format!("marked {} and {}: the stricter one counts", widest.name(), strictest.name());
        problems.add(Place::Whole, Fault::Note, what, Some("ask who published it which one holds"));
    }
    let name = front.title.unwrap_or_else(|| sink.source.to_string());
    let tlp = front.tlp;
    for indicator in indicators(&read.mentions, &name, &read.attributed_to, tlp.unwrap_or_default()) {
        sink.give(Fact::Indicator(indicator));
    }
    sink.give(Fact::Report(Report {
        id: report_id(&name, &article.text),
        name,
        publisher: front.publisher,
        published: front.published,
        tlp,
        mentions: read.mentions,
        listed: Vec::new(),
        origin,
    }));
}

/// Everything that an article mentions. Places are lines of the article; in a text that is a field of a
/// record (its origin says so), the record.
pub(crate) fn mentions(article: &Article, origin: &Origin, sink: &Sink<'_>) -> ReadMentions {
    let mut reading = MentionReader {
        article,
        sentences: Sentences::of(&article.text),
        origin: origin.clone(),
        mentions: Vec::new(),
        said: (0, HashSet::new()),
        beyond: 0,
        groups: Groups::default(),
    };
    let passages = passages::scan(&article.text);
    let taken: Vec<Range<usize>> = passages.iter().map(|passage| passage.span.clone()).collect();
    let hashed = reading.sentences_with_hashes(&passages);
    for passage in passages {
        // The name of a file with its hash beside it is mentioned, but the hash is the sign.
        let number = reading.sentences.at(passage.span.start).map(|(number, _)| number);
        let beside_hash =
            passage.observable.kind == Kind::FileName && number.is_some_and(|one| hashed.contains(&one));
        let malicious = passage.malicious && !beside_hash;
        reading.mention(Mentioned::Observable(passage.observable), malicious, &passage.span);
    }
    reading.names(sink, &taken);
    reading.controls();
    reading.mitigation_numbers();
    let mut mentions = reading.mentions;
    mentions.sort_by_key(|(at, _)| *at);
    ReadMentions {
        mentions: mentions.into_iter().map(|(_, mention)| mention).collect(),
        attributed_to: reading.groups.only(),
        beyond: reading.beyond,
    }
}

/// `report--` and a UUID of title and text, in the namespace of all identifiers made here.
pub(crate) fn report_id(name: &str, text: &str) -> String {
    FindingId::derive(&["report", name, text]).as_str().replacen("finding", "report", 1)
}

/// One indicator for each observable that a report holds for malicious, at its first malicious mention.
/// Names of files and their like are looked for but attributed to nobody: a web shell's name is a web shell,
/// its hash is the report's.
pub(crate) fn indicators(
    mentions: &[Mention],
    source: &str,
    attributed_to: &[String],
    tlp: model::Tlp,
) -> Vec<Indicator> {
    let mut seen: HashSet<&Observable> = HashSet::new();
    let mut all = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.malicious) {
        if let Mentioned::Observable(observable) = &mention.what
            && seen.insert(observable)
        {
            let name = passages::is_mere_name(observable.kind);
            all.push(Indicator {
                observable: observable.clone(),
                context: mention.sentence.clone(),
                source: source.to_owned(),
                attributed_to: if name { Vec::new() } else { attributed_to.to_vec() },
                valid_from: None,
                valid_until: None,
                revoked: false,
                tlp,
                origin: mention.origin.clone(),
            });
        }
    }
    all
}

struct MentionReader<'a> {
    article: &'a Article,
    sentences: Sentences,
    origin: Origin,
    mentions: Vec<(usize, Mention)>,
    /// What the sentence of this number has said: once is enough. Each of the walks over the text finds its sort of
    /// things in order of place, so what earlier sentences said is not asked for again.
    said: (usize, HashSet<(Mentioned, bool)>),
    beyond: u64,
    groups: Groups,
}

impl MentionReader<'_> {
    /// The sentences that hold a malicious hash.
    fn sentences_with_hashes(&self, passages: &[passages::Passage]) -> HashSet<usize> {
        let hash = |kind| matches!(kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512);
        let hashes = passages.iter().filter(|passage| passage.malicious && hash(passage.observable.kind));
        hashes.filter_map(|passage| self.sentences.at(passage.span.start)).map(|(number, _)| number).collect()
    }

    fn mention(&mut self, what: Mentioned, malicious: bool, span: &Range<usize>) {
        let Some((number, sentence)) = self.sentences.at(span.start) else { return };
        let (current, said) = &mut self.said;
        if *current != number {
            *current = number;
            said.clear();
        }
        if !said.insert((what.clone(), malicious)) {
            return;
        }
        if self.mentions.len() >= MENTIONS_MAX {
            self.beyond += 1;
            return;
        }
        let place = match self.origin.place {
            Place::Whole if self.article.paged => Place::Page(self.article.line_at(span.start)),
            Place::Whole => Place::Line(self.article.line_at(span.start)),
            record => record,
        };
        let origin = Origin::new(&self.origin.source, place);
        let sentence = quoted(&self.article.text, &sentence, span);
        self.mentions.push((span.start, Mention { what, malicious, sentence, origin }));
    }

    fn names(&mut self, sink: &Sink<'_>, taken: &[Range<usize>]) {
        let article = self.article;
        let mut taken = taken.to_vec();
        for named in sink.lexicon.find(&article.text, &taken.clone()) {
            taken.push(named.span.clone());
            match named.what {
                NamedAs::Groups(groups) => {
                    let sentence = self.sentences.at(named.span.start);
                    let before = sentence.map_or("", |(_, sentence)| {
                        article.text.get(sentence.start..named.span.start).unwrap_or_default()
                    });
                    self.groups.note(&groups, before);
                    let written = named.written.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.mention(Mentioned::Actor { written, groups }, false, &named.span);
                }
                NamedAs::Software(name) => self.mention(Mentioned::Software(name), false, &named.span),
            }
        }
        self.introduced(taken);
    }

    /// Names that no source knows and the report introduces.
    fn introduced(&mut self, mut taken: Vec<Range<usize>>) {
        taken.sort_by_key(|span| span.start);
        let article = self.article;
        // Beside a group that is known, a name that only this report has is most likely another name of it.
        let alone = self.groups.named.is_empty();
        let mut all: Vec<(Range<usize>, Mentioned)> = Vec::new();
        for one in introduced::names(&article.text, &taken) {
            let what = if one.group {
                Mentioned::Actor { written: one.name.clone(), groups: vec![one.name.clone()] }
            } else {
                Mentioned::Software(one.name.clone())
            };
            all.extend(one.spans.into_iter().map(|span| (span, what.clone())));
        }
        all.sort_by_key(|(span, _)| span.start);
        for (span, what) in all {
            if let Mentioned::Actor { groups, .. } = &what
                && alone
            {
                let sentence = self.sentences.at(span.start);
                let before = sentence.map_or("", |(_, sentence)| {
                    article.text.get(sentence.start..span.start).unwrap_or_default()
                });
                self.groups.note(groups, before);
            }
            self.mention(what, false, &span);
        }
    }

    fn controls(&mut self) {
        let mut section = AdviceSection::default();
        let mut plain = PlainWords::default();
        for number in 0..self.sentences.len() {
            let Some(range) = self.sentences.get(number) else { return };
            let text = self.article.text.get(range.clone()).unwrap_or_default();
            plain.set(text);
            section.note(text, &plain);
            for name in plain.advised(section.advice) {
                self.mention(Mentioned::Control(name.to_owned()), false, &range);
            }
        }
    }

    /// `M1032` and its like: an M and four digits as a word of its own.
    fn mitigation_numbers(&mut self) {
        let text = &self.article.text;
        let numbers: Vec<Range<usize>> = text
            .match_indices('M')
            .map(|(at, _)| at..at + 5)
            .filter(|span| text.as_bytes().get(span.start + 1) == Some(&b'1'))
            .filter(|span| is_mitigation_number(text, span))
            .collect();
        for span in numbers {
            let number = self.article.text.get(span.clone()).unwrap_or_default().to_owned();
            self.mention(Mentioned::Control(number), false, &span);
        }
    }
}

fn is_mitigation_number(text: &str, span: &Range<usize>) -> bool {
    let digits = text.get(span.start + 2..span.end).unwrap_or_default();
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = text.get(..span.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(span.end..).unwrap_or_default().chars();
    let after = match after.next() {
        Some('.') => after.next().filter(|c| c.is_alphanumeric()),
        other => other.filter(|c| word(*c)),
    };
    digits.len() == 3
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !before.is_some_and(word)
        && after.is_none()
}

/// How many words a line without mark may have that heads a section.
const HEADING_WORDS_MAX: usize = 8;

/// Whether the text is under a heading of mitigations.
#[derive(Default)]
struct AdviceSection {
    advice: bool,
    level: usize,
}

impl AdviceSection {
    /// Notes a sentence, which is also given in its plain form.
    fn note(&mut self, sentence: &str, plain: &PlainWords) {
        let line = sentence.trim();
        let level = line.bytes().take_while(|b| *b == b'#').count();
        let short = !line.ends_with(['.', ',', ';'])
            && line.split_whitespace().nth(HEADING_WORDS_MAX).is_none()
            && line.chars().any(char::is_alphabetic);
        if level == 0 && !short {
            return;
        }
        if plain.heads_advice() {
            if !self.advice {
                self.level = level;
            }
            self.advice = true;
        } else if level > 0 && level <= self.level.max(1) || ends_advice(line) {
            self.advice = false;
        }
    }
}

fn ends_advice(line: &str) -> bool {
    let lower = line.trim_start_matches(['#', '*', '-', ' ']).to_ascii_lowercase();
    const OTHERS: [&str; 13] = [
        "indicator",
        "ioc",
        "reference",
        "appendix",
        "contact",
        "technical detail",
        "resource",
        "acknowledg",
        "disclaimer",
        "summary",
        "version history",
        "revision",
        "attack",
    ];
    OTHERS.iter().any(|word| lower.starts_with(word))
}

/// Which groups a report names, aliases within one list counted as one.
#[derive(Default)]
struct Groups {
    /// Sets of candidates: one name may lead to several groups.
    named: BTreeMap<Vec<String>, bool>,
}

impl Groups {
    /// Notes a name that leads to these groups; `before` is the sentence up to it.
    fn note(&mut self, groups: &[String], before: &str) {
        let before = before.to_lowercase();
        let alias_list = [
            "also known as",
            "track as",
            "we call",
            " aka ",
            "aka ",
            "a.k.a",
            "alias",
            "tracked as",
            "known in",
        ]
        .iter()
        .any(|cue| before.contains(cue));
        // An alias of somebody already named in the sentence is no second group.
        let only_alias = self.named.entry(groups.to_vec()).or_insert(true);
        *only_alias &= alias_list;
    }

    /// The one group that the report names; nobody when there are several or none.
    fn only(&self) -> Vec<String> {
        let independent =
            || self.named.iter().filter(|(_, only_alias)| !**only_alias).map(|(groups, _)| groups);
        let certain: BTreeSet<&String> = independent().filter(|groups| groups.len() == 1).flatten().collect();
        let mut all = certain.clone();
        for groups in independent().filter(|groups| groups.len() > 1) {
            // A name of several groups, one of which is named anyhow, adds nobody.
            if !groups.iter().any(|group| certain.contains(group)) {
                all.extend(groups);
            }
        }
        match all.into_iter().collect::<Vec<_>>().as_slice() {
            [one] => vec![(*one).clone()],
            _ => Vec::new(),
        }
    }
}
