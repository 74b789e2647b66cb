//! The JSON of what an advisory asks: question by question, each with its answer and the findings that say so.

use model::FindingId;
use model::asked::{Asked, Question};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct AskedShape<'a> {
    title: &'a str,
    source: &'a str,
    questions: Vec<QuestionShape<'a>>,
}

impl<'a> AskedShape<'a> {
    pub(crate) fn of(asked: &'a Asked) -> Self {
        Self {
            title: &asked.title,
            source: &asked.source,
            questions: asked.questions.iter().map(QuestionShape::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct QuestionShape<'a> {
    kind: &'static str,
    about: &'a str,
    number: u64,
    verdict: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    supply: Option<&'a str>,
    findings: &'a [FindingId],
    finding_count: u64,
}

impl<'a> QuestionShape<'a> {
    fn of(question: &'a Question) -> Self {
        Self {
            kind: question.kind.name(),
            about: &question.about,
            number: question.number,
            verdict: question.verdict.name(),
            detail: &question.detail,
            supply: question.supply.as_deref(),
            findings: &question.findings,
            finding_count: question.finding_count,
        }
    }
}
