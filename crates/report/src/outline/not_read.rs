//! The kinds of input that a question needs and that were not read, as a sentence of the headline: who reads no further
//! must not take what nobody looked at for what is in order.
//!
//! A hunt asks about logs only, so only logs can be missing in it. What is missing is in what the answer says was not
//! seen, by topic; that a topic is open for another reason (a zone without logs) is not this.

use crate::safe::shown::Shown;
use crate::words::phrase::{and, capital};
use model::Answer;
use model::answer::Topic;

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
    let lacking: Vec<_> = parts.into_iter().filter(|(is_lacking, ..)| *is_lacking).collect();
    let verb = match lacking.as_slice() {
        [] => return Shown::default(),
        [(.., verb)] => verb,
        _ => "were",
    };
    let names = lacking.iter().map(|(_, name, _)| Shown::from(*name)).collect();
    Shown::of(&[&" ", &capital(&and(names)), &" ", &verb, &" read."])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::NotSeen;

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
