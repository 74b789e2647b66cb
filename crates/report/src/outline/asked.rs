//! The questions of an advisory in the order in which people read the answers: by sort, in each the gravest first.
//!
//! Every form for people takes order, names and counts from here, so that all forms list the same.

use crate::safe::shown::Shown;
use crate::words::phrase::{counted, number};
use model::asked::{Asked, Question, QuestionKind, Verdict};

/// The questions of one sort with one answer.
pub(crate) struct AnsweredAlike<'a> {
    /// The answer.
    pub(crate) verdict: Verdict,
    /// The questions, in order of name.
    pub(crate) questions: Vec<&'a Question>,
}

/// The questions of one sort, the gravest answer first, then by name.
pub(crate) fn of_kind(asked: &Asked, kind: QuestionKind) -> Vec<&Question> {
    let mut questions: Vec<&Question> = asked.questions.iter().filter(|one| one.kind == kind).collect();
    questions.sort_by(|a, b| (gravity(a.verdict), &a.about).cmp(&(gravity(b.verdict), &b.about)));
    questions
}

/// All questions: flaws, indicators, techniques, controls.
pub(crate) fn all(asked: &Asked) -> Vec<&Question> {
    let kinds = [
        QuestionKind::Vulnerability,
        QuestionKind::Indicators,
        QuestionKind::Technique,
        QuestionKind::Control,
    ];
    kinds.into_iter().flat_map(|kind| of_kind(asked, kind)).collect()
}

/// Questions that have an order, by answer.
pub(crate) fn alike<'a>(questions: &[&'a Question]) -> Vec<AnsweredAlike<'a>> {
    let mut groups: Vec<AnsweredAlike<'a>> = Vec::new();
    for question in questions {
        match groups.last_mut().filter(|group| group.verdict == question.verdict) {
            Some(group) => group.questions.push(question),
            None => groups.push(AnsweredAlike { verdict: question.verdict, questions: vec![question] }),
        }
    }
    groups
}

const WELL: u8 = 3;

/// What comes first among the answers to one sort of question: what was found or is missing, then what is open, then
/// the rest.
fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Exposed | Verdict::Seen | Verdict::NoSource | Verdict::Fail => 0,
        Verdict::Undecided | Verdict::NotLookedFor | Verdict::Unknown => 1,
        Verdict::NoRecord => 2,
        Verdict::NotWithUs | Verdict::NotSeen | Verdict::Visible | Verdict::Pass => WELL,
    }
}

/// Whether an answer needs nobody: nothing was found, nothing is missing, nothing is open.
pub(crate) fn is_well(verdict: Verdict) -> bool {
    gravity(verdict) == WELL
}

/// The entry with its number: `CVE-2021-34473`, `domain (12)`.
pub(crate) fn about(question: &Question) -> Shown {
    let about = Shown::prose(&question.about);
    match question.kind {
        QuestionKind::Indicators => Shown::of(&[&about, &" (", &number(question.number), &")"]),
        _ => about,
    }
}

/// `12 more CVEs`, `1 more kind of indicator`.
pub(crate) fn so_many_more(kind: QuestionKind, n: u64) -> Shown {
    match kind {
        QuestionKind::Vulnerability => counted(n, "more CVE", "more CVEs"),
        QuestionKind::Indicators => counted(n, "more kind of indicator", "more kinds of indicator"),
        QuestionKind::Technique => counted(n, "more technique", "more techniques"),
        QuestionKind::Control => counted(n, "more control", "more controls"),
    }
}

/// The title of the advisory, else its document.
pub(crate) fn title(asked: &Asked) -> Shown {
    if asked.title.is_empty() { Shown::exact(&asked.source) } else { Shown::prose(&asked.title) }
}

/// The words where an advisory asks nothing.
pub(crate) const NOTHING_ASKED: &str = "it names no CVE, indicator, technique or control";

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: QuestionKind, about: &str, verdict: Verdict) -> Question {
        Question {
            kind,
            about: about.to_owned(),
            number: 1200,
            verdict,
            detail: String::new(),
            supply: None,
            findings: Vec::new(),
            finding_count: 0,
        }
    }

    #[test]
    fn the_gravest_answer_comes_first_and_what_is_open_before_what_is_well() {
        let flaw = |about, verdict| question(QuestionKind::Vulnerability, about, verdict);
        let asked = Asked {
            questions: vec![
                question(QuestionKind::Control, "mfa", Verdict::Pass),
                flaw("CVE-2021-1", Verdict::NotWithUs),
                flaw("CVE-2021-4", Verdict::NoRecord),
                flaw("CVE-2021-3", Verdict::Exposed),
                flaw("CVE-2021-2", Verdict::Exposed),
                flaw("CVE-2021-5", Verdict::Undecided),
            ],
            ..Asked::default()
        };
        let order: Vec<&str> = all(&asked).into_iter().map(|one| one.about.as_str()).collect();
        assert_eq!(order, ["CVE-2021-2", "CVE-2021-3", "CVE-2021-5", "CVE-2021-4", "CVE-2021-1", "mfa"]);
        let flaws = of_kind(&asked, QuestionKind::Vulnerability);
        let counts: Vec<usize> = alike(&flaws).iter().map(|group| group.questions.len()).collect();
        assert_eq!(counts, [2, 1, 1, 1]);
    }

    #[test]
    fn a_kind_of_indicator_says_how_many_values_it_has() {
        let kind = question(QuestionKind::Indicators, "domain", Verdict::Seen);
        assert_eq!(about(&kind).as_str(), "domain (1,200)");
        assert_eq!(about(&question(QuestionKind::Technique, "T1190", Verdict::Seen)).as_str(), "T1190");
    }
}
