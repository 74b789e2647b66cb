//! How a party can reach us, in one part of a notice to the owner of its name: rules and accounts, not records, which
//! would have to be read for each notice.
//!
//! Invariant: it is never in a notice that goes to a party, nor in one for whoever may not see what is ours.

use findings::{Ours, Reaching};
use model::party::{PartyReach, ReachPart};

/// Rules and accounts that are named.
const NAMED_MAX: usize = 4;

/// In sentences, with the way to all of it.
pub(super) fn in_words(ours: &Ours, party: &str) -> String {
    let reach = Reaching::of(ours, party).answer(ReachPart::default(), Vec::new());
    let quoted = party.replace('"', "'");
    format!(
        "{} {} All of it, with what logs show: outpace status --party \"{quoted}\"",
        rules(&reach),
        accounts(&reach)
    )
}

fn rules(reach: &PartyReach) -> String {
    let part = &reach.rules;
    if part.looked_at == 0 {
        return "Whether a rule lets it in is unknown: no firewall rules were read.".to_owned();
    }
    let open = part.rows.iter().filter(|rule| rule.allows);
    let named = open.map(|rule| {
        let device = rule.device.as_deref().map(|device| format!("{device} ")).unwrap_or_default();
        let off = if rule.enabled { "" } else { ", switched off" };
        format!("{device}rule {} ({}{off})", rule.number, rule.by.certainty)
    });
    let count =
        u64::try_from(reach.anybody.rows.len()).unwrap_or(u64::MAX).saturating_add(reach.anybody.left);
    let anybody = if count == 1 { "1 rule lets".to_owned() } else { format!("{count} rules let") };
    format!("{} {anybody} anybody pass.", sentence("Rules for it", named.collect(), part))
}

fn accounts(reach: &PartyReach) -> String {
    let part = &reach.accounts;
    if part.looked_at == 0 {
        return "Which accounts it has with us is unknown: no accounts were read.".to_owned();
    }
    let named = part.rows.iter().map(|one| {
        let mut about = vec![one.by.certainty.name()];
        about.extend((one.enabled == Some(false)).then_some("switched off"));
        about.extend((one.privileged == Some(true)).then_some("privileged"));
        about.extend((one.second_factor == Some("none")).then_some("no second factor"));
        format!("{} ({})", one.account, about.join(", "))
    });
    sentence("Accounts of it", named.collect(), part)
}

fn sentence<R>(what: &str, named: Vec<String>, part: &ReachPart<R>) -> String {
    if named.is_empty() {
        return format!("{what}: none found among {}.", part.looked_at);
    }
    let left = u64::try_from(named.len().saturating_sub(NAMED_MAX)).unwrap_or(0).saturating_add(part.left);
    let shown = named.into_iter().take(NAMED_MAX).collect::<Vec<_>>().join(", ");
    if left > 0 { format!("{what}: {shown} and {left} more.") } else { format!("{what}: {shown}.") }
}
