//! The kinds of input that a question needs and that were not read, as a sentence of the headline: who reads no further
//! must not take what nobody looked at for what is in order.
//!
//! A hunt asks about logs only, so only logs can be missing in it. What is missing is in what the answer says was not
//! seen, by topic; that a topic is open for another reason (a zone without logs) is not this.

use crate::safe::shown::Shown;
use crate::words::phrase::{and, capital};
use model::Answer;
use model::answer::{NotSeen, Topic};

/// ` No logs and no record of vulnerabilities were read.`; nothing where all was read, or nothing at all.
pub(crate) fn not_read(answer: &Answer) -> Shown {
    let looked = &answer.looked_at;
    let is_open = |topic: Topic| answer.not_seen.iter().any(|one| one.about == topic);
    let has_inventory = looked.devices + looked.components > 0;
    let parts = [
        (is_open(Topic::AllLogs) && looked.events == 0, "no logs", "were"),
        (is_open(Topic::Estate) && !has_inventory, "no inventory", "was"),
        (is_open(Topic::Knowledge) && looked.vulnerabilities == 0, "no record of vulnerabilities", "was"),
        (is_open(Topic::Collections) && looked.observations == 0, "no collections", "were"),
    ];
    let is_empty_window = answer.not_seen.iter().any(|one| one.text.starts_with(NotSeen::EMPTY_WINDOW));
    let window = if is_empty_window { " No event of the logs is in the window." } else { "" };
    let lacking: Vec<_> = parts.into_iter().filter(|(is_lacking, ..)| *is_lacking).collect();
    let verb = match lacking.as_slice() {
        [] => return window.into(),
        [(.., verb)] => verb,
        _ => "were",
    };
    let names = lacking.iter().map(|(_, name, _)| Shown::from(*name)).collect();
    Shown::of(&[&" ", &capital(&and(names)), &" ", &verb, &" read.", &window])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(topics: &[Topic], change: impl FnOnce(&mut Answer)) -> String {
        let not_seen = topics.iter().map(|topic| NotSeen::new(*topic, "x")).collect();
        let mut answer = Answer { not_seen, ..Answer::default() };
        change(&mut answer);
        not_read(&answer).to_string()
    }

    #[test]
    fn what_was_not_read_is_named_once() {
        let all = [Topic::AllLogs, Topic::Estate, Topic::Knowledge, Topic::Collections];
        assert_eq!(
            sentence(&all, |_| {}),
            " No logs, no inventory, no record of vulnerabilities and no collections were read."
        );
        assert_eq!(sentence(&[Topic::AllLogs], |_| {}), " No logs were read.");
        assert_eq!(sentence(&[Topic::Estate], |_| {}), " No inventory was read.");
        assert_eq!(sentence(&[Topic::Knowledge], |_| {}), " No record of vulnerabilities was read.");
        assert_eq!(sentence(&[], |_| {}), "");
        let empty = |answer: &mut Answer| {
            answer.not_seen.push(NotSeen::new(Topic::Logs, format!("{}: x", NotSeen::EMPTY_WINDOW)));
        };
        assert_eq!(sentence(&[], empty), " No event of the logs is in the window.");
        let both = " No inventory was read. No event of the logs is in the window.";
        assert_eq!(sentence(&[Topic::Estate], empty), both);
    }

    #[test]
    fn a_topic_that_is_open_for_another_reason_was_read() {
        let all = [Topic::AllLogs, Topic::Estate, Topic::Knowledge, Topic::Collections, Topic::Logs];
        let read = |answer: &mut Answer| {
            let looked = &mut answer.looked_at;
            (looked.events, looked.components, looked.vulnerabilities, looked.observations) = (1, 1, 1, 1);
        };
        assert_eq!(sentence(&all, read), "");
    }
}
