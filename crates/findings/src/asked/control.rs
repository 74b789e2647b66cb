//! Each control that an advisory advises: what the checks of it say.

use super::row::{cite, question};
use crate::gap::asks_for;
use model::answer::{Check, CheckAnswer};
use model::asked::{Question, QuestionKind, Verdict};

/// A row for each control. Of several checks the worst answer counts.
pub(super) fn questions(checks: &[Check], controls: &[String]) -> Vec<Question> {
    controls.iter().map(|control| of_control(checks, control)).collect()
}

fn of_control(checks: &[Check], control: &str) -> Question {
    let of_it: Vec<&Check> = checks.iter().filter(|check| asks_for(&check.id, control)).collect();
    // Fail, then unknown, then pass: the order of answers.
    let worst = of_it.iter().map(|check| check.answer).min();
    let verdict = match worst {
        Some(CheckAnswer::Fail) => Verdict::Fail,
        Some(CheckAnswer::Pass) => Verdict::Pass,
        Some(CheckAnswer::Unknown | CheckAnswer::NotApplicable) | None => Verdict::Unknown,
    };
    let said: Vec<&str> = of_it
        .iter()
        .filter(|check| Some(check.answer) == worst)
        .map(|check| check.summary.as_str())
        .collect();
    let detail = match said.is_empty() {
        true => "nothing that is read says whether it is in place: ask its owner".to_owned(),
        false => said.join("; "),
    };
    let mut question = question(QuestionKind::Control, control, verdict, detail);
    if verdict == Verdict::Unknown {
        question.supply = of_it.iter().find_map(|check| check.supply.clone());
    }
    cite(&mut question, of_it.iter().filter_map(|check| check.finding.clone()).collect());
    question
}
