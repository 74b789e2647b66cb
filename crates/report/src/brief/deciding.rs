//! Decisions in words: what is asked for, and why; with findings for those who work on it, plain for those who decide.

use super::words::{Room, both, figure, ids, long_day, many, prose};
use model::brief::{DecisionAbout, DecisionWanted};
use paper::Text;

/// What is asked for.
pub(super) fn asked(one: &DecisionWanted) -> String {
    match one.about {
        DecisionAbout::Unclaimed => {
            format!(
                "name who leads on {} that nobody has",
                many(one.count, "critical case", "critical cases")
            )
        }
        DecisionAbout::Reporting => {
            let cases = many(one.count, "intrusion or misuse", "intrusions and misuses");
            format!("decide whether {cases} must be reported to an authority or to those affected")
        }
        DecisionAbout::Unsupported => {
            format!(
                "money for {}",
                many(one.count, "unsupported device at the edge", "unsupported devices at the edge")
            )
        }
        DecisionAbout::AcceptanceEnds => {
            let what = many(one.count, "accepted risk", "accepted risks");
            format!("{what}: accept again, or have it closed")
        }
    }
}

/// Why it is asked.
pub(super) fn why(one: &DecisionWanted) -> String {
    let day = one.day.map(long_day).unwrap_or_default();
    match one.about {
        DecisionAbout::Unclaimed => format!("the first is known since {day}, and nobody has taken it on"),
        DecisionAbout::Reporting => format!("known here since {day}: deadlines of the law may run from then"),
        DecisionAbout::Unsupported => match one.facing {
            Some(facing) if facing > 0 => {
                let face = if facing == 1 { "faces" } else { "face" };
                format!("{} of them {face} the internet, and no patch will come", figure(facing))
            }
            _ => "no patch will come".to_owned(),
        },
        DecisionAbout::AcceptanceEnds => format!("the first ends on {day}, and counts again from then"),
    }
}

/// A capital at the start.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}", letters.as_str())
}

/// With its names and findings.
pub(super) fn in_full(one: &DecisionWanted, room: Room) -> Text {
    let mut text = Text::new().strong(capital(&asked(one))).plain(format!(": {}", why(one)));
    let names: Vec<String> =
        one.names.iter().take(room.behind.min(2)).map(|name| prose(name, room.letters.min(80))).collect();
    if !names.is_empty() {
        let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
        let left = one.count.saturating_sub(count);
        let left = if left > 0 { format!("; and {} more", figure(left)) } else { String::new() };
        text = text.plain(format!(" ({}{left})", names.join("; ")));
    }
    // Many devices are one finding.
    let count = if one.about == DecisionAbout::Unsupported { 0 } else { one.count };
    both(text.plain(" "), ids(&one.findings, count, room))
}
