//! Whether a party can reach us, on a terminal: rules, accounts, what was seen; what is unknown beside what is known.

use super::rows::{LINES_MAX, ROWS_MAX, label, place};
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::terminal::rows::{grade, more};
use crate::words::finding::short_id;
use crate::words::handing::at;
use crate::words::phrase::{counted, number};
use model::Timestamp;
use model::party::{PartyReach, ReachAccount, ReachBy, ReachPart, ReachRule, ReachSeen};

/// Rules for anybody that are named by their numbers.
const ANYBODY_NAMED_MAX: usize = 12;

pub(super) fn put(page: &mut TerminalPage, reach: &PartyReach) {
    page.row("REACH US?", InkText::new(verdict(reach), Ink::Bold), 0, LINES_MAX);
    for (index, rule) in reach.rules.rows.iter().take(ROWS_MAX).enumerate() {
        put_rule(page, label(index, "rules"), rule);
    }
    end(page, "rules", &reach.rules, ("firewall rule", "firewall rules"));
    anybody(page, &reach.anybody);
    for (index, account) in reach.accounts.rows.iter().take(ROWS_MAX).enumerate() {
        put_account(page, label(index, "accounts"), account);
    }
    end(page, "accounts", &reach.accounts, ("account", "accounts"));
    for (index, seen) in reach.seen.rows.iter().take(ROWS_MAX).enumerate() {
        put_seen(page, label(index, "in logs"), seen);
    }
    end(page, "in logs", &reach.seen, ("record of logs", "records of logs"));
    for (index, one) in reach.sightings.iter().take(ROWS_MAX).enumerate() {
        let text = grade(one.severity).and(Shown::of(&[&"  ", &Shown::prose(&one.title)]), Ink::Plain);
        let text = text.and(Shown::of(&[&" with ", &Shown::prose(&one.value), &"  "]), Ink::Plain);
        page.row(label(index, "found"), text.and(short_id(&one.finding), Ink::Dim), 2, LINES_MAX);
    }
    more(page, reach.sightings.len(), ROWS_MAX);
}

/// The answer in one sentence; what was not read is never a "no".
fn verdict(reach: &PartyReach) -> Shown {
    let open = reach.rules.rows.iter().filter(|rule| rule.allows && rule.enabled).count();
    let live = reach.accounts.rows.iter().filter(|account| account.enabled != Some(false)).count();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let rules = match (reach.rules.looked_at, open) {
        (0, _) => "rules unknown".into(),
        (_, 0) => "no rule that was read and is in force is for it alone".into(),
        (_, open) => Shown::of(&[&counted(count(open), "rule", "rules"), &" in force that may let it in"]),
    };
    let accounts = match (reach.accounts.looked_at, live) {
        (0, _) => "accounts unknown".into(),
        (_, 0) => "no account that was read is known as its and can log on".into(),
        (_, live) => Shown::of(&[
            &counted(count(live), "account that is or may be its", "accounts that are or may be its"),
            &" and not switched off",
        ]),
    };
    let distinct = |of: &dyn Fn(&ReachSeen) -> bool| {
        let values = reach.seen.rows.iter().filter(|seen| of(seen)).map(|seen| seen.value.as_str());
        count(values.collect::<std::collections::BTreeSet<&str>>().len())
    };
    let came = distinct(&|seen| seen.from_it.is_some_and(|records| records > 0));
    let (values, unknown) = (distinct(&|_| true), distinct(&|seen| seen.from_it.is_none()));
    let seen = match (reach.seen.looked_at, values, came) {
        (0, ..) => "records unknown".into(),
        (_, 0, _) => "no value of it in the records that are kept".into(),
        (_, _, 0) if unknown > 0 => {
            "values of it are in our logs, and whether anything came from them is not known".into()
        }
        (_, _, 0) => "what is seen of it in our logs is not where anything came from".into(),
        (.., came) => Shown::of(&[
            &counted(came, "address that is or may be its", "addresses that are or may be its"),
            &" came to us, by our logs",
        ]),
    };
    Shown::joined([rules, accounts, seen], "; ")
}

/// What ends a part: how many are not shown, how many were looked at where nothing was found, and what is unknown.
fn end<R>(
    page: &mut TerminalPage,
    name: &'static str,
    part: &ReachPart<R>,
    (one, many): (&'static str, &'static str),
) {
    let left = usize::try_from(part.left).unwrap_or(usize::MAX);
    more(page, part.rows.len().saturating_add(left), part.rows.len().min(ROWS_MAX));
    let mut index = part.rows.len();
    if part.rows.is_empty() && part.looked_at > 0 {
        let text = Shown::of(&[&"none found in ", &counted(part.looked_at, one, many)]);
        page.row(label(index, name), InkText::plain(text), 2, LINES_MAX);
        index += 1;
    }
    for why in &part.unknown {
        let text = Shown::of(&[&"unknown: ", &Shown::prose(why)]);
        page.row(label(index, name), InkText::dim(text), 2, LINES_MAX);
        index += 1;
    }
}

/// `possible: has a word of its name: crane`.
fn because(by: &ReachBy) -> Shown {
    Shown::of(&[&by.certainty, &": ", &by.how, &" ", &Shown::prose(&by.by)])
}

fn put_rule(page: &mut TerminalPage, label: &'static str, rule: &ReachRule) {
    let act = match (rule.enabled, rule.allows) {
        (false, _) => ", switched off",
        (true, true) => " lets pass",
        (true, false) => " blocks",
    };
    let any = |end: &Option<String>| end.as_deref().map_or("any".into(), Shown::prose);
    let service =
        rule.service.as_ref().map(|one| Shown::of(&[&" (", &Shown::prose(one), &")"])).unwrap_or_default();
    let way = Shown::of(&[&act, &": ", &any(&rule.from), &" → ", &any(&rule.to), &service]);
    page.row(label, InkText::new(name(rule), Ink::Bold).and(way, Ink::Plain), 2, LINES_MAX);
    let mut about = vec![because(&rule.by)];
    about.extend(rule.comment.as_ref().map(|note| Shown::of(&[&"\"", &Shown::prose(note), &"\""])));
    about.push(place(&rule.document, &rule.place));
    page.row("", InkText::dim(Shown::of(&[&"  ", &Shown::joined(about, " · ")])), 2, LINES_MAX);
}

/// `fw-1 rule 240`.
fn name(rule: &ReachRule) -> Shown {
    let device = rule.device.as_deref().map(|one| Shown::of(&[&Shown::prose(one), &" "])).unwrap_or_default();
    Shown::of(&[&device, &"rule ", &rule.number])
}

/// Rules that let anybody pass, by their numbers.
fn anybody(page: &mut TerminalPage, part: &ReachPart<ReachRule>) {
    let count = u64::try_from(part.rows.len()).unwrap_or(u64::MAX).saturating_add(part.left);
    if count == 0 {
        return;
    }
    let named = Shown::joined(part.rows.iter().take(ANYBODY_NAMED_MAX).map(name), ", ");
    let left = count.saturating_sub(ANYBODY_NAMED_MAX as u64);
    let left = if left > 0 { Shown::of(&[&" and ", &number(left), &" more"]) } else { Shown::default() };
    let verb = if count == 1 { " lets" } else { " let" };
    let text =
        Shown::of(&[&counted(count, "rule", "rules"), &verb, &" anybody pass, and it too: ", &named, &left]);
    page.row("", InkText::plain(text), 2, LINES_MAX);
}

fn put_account(page: &mut TerminalPage, label: &'static str, one: &ReachAccount) {
    let enabled = match one.enabled {
        Some(true) => "can log on",
        Some(false) => "switched off",
        None => "whether it can log on is unknown",
    };
    let privileged = match one.privileged {
        Some(true) => "privileged",
        Some(false) => "not privileged",
        None => "whether it is privileged is unknown",
    };
    let factor = match one.second_factor {
        Some("none") => "no second factor".into(),
        Some("yes") => "a second factor of unknown kind".into(),
        Some(kind) => Shown::of(&[&"second factor ", &kind]),
        None => "second factor unknown".into(),
    };
    let used = match (one.is_use_known, one.last_used) {
        (_, Some(time)) => Shown::of(&[&"last used ", &time.date()]),
        (true, None) => "never used".into(),
        (false, None) => "last use unknown".into(),
    };
    let says = Shown::joined([enabled.into(), privileged.into(), factor, used], ", ");
    let text = InkText::new(Shown::prose(&one.account), Ink::Bold);
    page.row(label, text.and(Shown::of(&[&": ", &says]), Ink::Plain), 2, LINES_MAX);
    let mut about = vec![because(&one.by)];
    about.extend(one.owner.as_ref().map(|owner| Shown::of(&[&"owner ", &Shown::prose(owner)])));
    if let Some(document) = &one.document {
        about.push(place(document, one.place.as_deref().unwrap_or_default()));
    }
    page.row("", InkText::dim(Shown::of(&[&"  ", &Shown::joined(about, " · ")])), 2, LINES_MAX);
}

fn put_seen(page: &mut TerminalPage, label: &'static str, one: &ReachSeen) {
    let when = match (one.first, one.last) {
        (Some(first), Some(last)) if first == last => at(first),
        (Some(first), Some(last)) => Shown::of(&[&at(first), &" to ", &end_of(first, last)]),
        _ => "without a time".into(),
    };
    let text = InkText::new(Shown::prose(&one.value), Ink::Bold);
    let from_it = match one.from_it {
        None => " (whether anything came from it: not known)".into(),
        Some(0) => ", none of them from it".into(),
        Some(count) if count == one.count => " that came from it".into(),
        Some(count) => Shown::of(&[&", ", &number(count), &" of them from it"]),
    };
    let says = Shown::of(&[&" in ", &counted(one.count, "record", "records"), &from_it, &", ", &when]);
    page.row(label, text.and(says, Ink::Plain), 2, LINES_MAX);
    let mut about = vec![because(&one.by)];
    if !one.accounts.is_empty() {
        let accounts = one.accounts.iter().map(|account| Shown::prose(account));
        about.push(Shown::of(&[&"accounts: ", &Shown::joined(accounts, ", ")]));
    }
    let record = one.record.map(|record| Shown::of(&[&", record ", &record])).unwrap_or_default();
    about.push(Shown::of(&[&Shown::exact(&one.log), &record]));
    page.row("", InkText::dim(Shown::of(&[&"  ", &Shown::joined(about, " · ")])), 2, LINES_MAX);
}

/// The end of a stretch; of one day, its time alone.
fn end_of(first: Timestamp, last: Timestamp) -> Shown {
    match first.date() == last.date() {
        true => crate::words::phrase::clock(last),
        false => at(last),
    }
}
