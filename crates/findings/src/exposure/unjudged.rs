//! What one flaw affects here: on which machines it is open, and what it may affect where no version decides it.

use super::judge::{Reach, Verdict, judge};
use crate::facts::flaw::Flaw;
use crate::facts::products::Products;
use std::collections::BTreeSet;

/// How many products of one flaw are listed.
const LISTED_MAX: usize = 100;

/// A product of ours that a flaw may affect.
pub(crate) struct Unjudged {
    /// The product and its machine, or how many: `Confluence 8.3.1 on wiki-1`.
    pub(crate) shown: String,
    /// Why it is not known.
    pub(crate) why: String,
}

/// The products of ours of which the records of a flaw do not decide, in order of name.
pub(crate) fn unjudged_claims(flaw: &Flaw, products: &Products) -> Vec<Unjudged> {
    let mut open: Vec<Unjudged> = Vec::new();
    for (claim, judged) in judge(flaw, products, &mut Reach::default()) {
        let Some(claimed) = products.claim(claim).filter(|_| judged.verdict == Verdict::Unknown) else {
            continue;
        };
        let machines = products.bearers(claim).iter().filter_map(|bearer| products.machine(bearer));
        let hosts: BTreeSet<&str> = machines.filter_map(|machine| machine.display.as_deref()).collect();
        let on = match (hosts.first(), hosts.len()) {
            (Some(host), 1) => format!(" on {host}"),
            (Some(_), number) => format!(" on {number} machines"),
            (None, _) => String::new(),
        };
        let why = match &claimed.claim.version {
            None => "no version is known".to_owned(),
            Some(version) => format!("the record names no versions that {version} can be compared with"),
        };
        open.push(Unjudged { shown: format!("{}{on}", claimed.claim.shown()), why });
    }
    open.sort_by(|a, b| (&a.shown, &a.why).cmp(&(&b.shown, &b.why)));
    open.dedup_by(|a, b| a.shown == b.shown);
    open.truncate(LISTED_MAX);
    open
}

/// Whether a flaw is open on a machine, by its display name.
pub(crate) fn is_open_on(flaw: &Flaw, products: &Products, host: &str) -> bool {
    judge(flaw, products, &mut Reach::default()).iter().any(|(claim, judged)| {
        let named = |machine: &model::Machine| machine.display.as_deref() == Some(host);
        judged.verdict == Verdict::Affected
            && products.bearers(*claim).iter().filter_map(|bearer| products.machine(bearer)).any(named)
    })
}
