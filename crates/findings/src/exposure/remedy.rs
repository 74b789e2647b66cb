//! What one machine needs: for each product, the lowest release that closes every exposure of it that is counted.
//!
//! A remedy of one flaw may leave the others open, so the latest of all fixes is named. Where support has ended, or no
//! release is known that closes a flaw, the remedy says that instead of a number that would calm somebody wrongly.

use super::copies::fixed_by_scan;
use super::exposed::{Exposed, Of};
use super::fix::Fix;
use super::judge::judge_some;
use crate::facts::products::Products;
use crate::facts::world::World;
use model::Member;
use version::Scheme;

/// How many flaws without a fix a remedy names.
const OPEN_NAMED_MAX: usize = 2;

/// What one product on one machine needs.
#[derive(Debug, Default)]
pub(crate) struct Remedy {
    name: String,
    version: Option<String>,
    /// How many exposures it closes.
    pub(crate) count: u64,
    fix: Option<(Fix, Scheme)>,
    /// Flaws that no known release closes.
    open: Vec<String>,
    /// Support has ended.
    ended: bool,
}

/// The remedies of one machine, in the order of its exposures: the worst product first.
pub(crate) fn remedies(exposures: &[(&Exposed, &Member)], world: &World, products: &Products) -> Vec<Remedy> {
    let mut remedies: Vec<Remedy> = Vec::new();
    for (exposed, member) in exposures {
        let Some(claimed) = products.claim(member.claim) else { continue };
        let (name, version) = (claimed.claim.name.to_string(), claimed.claim.version.as_deref());
        let known = remedies.iter().position(|one| one.is_of(&name, version));
        let at = known.unwrap_or_else(|| {
            let version = version.map(str::to_owned);
            remedies.push(Remedy { name: name.clone(), version, ..Remedy::default() });
            remedies.len() - 1
        });
        let Some(remedy) = remedies.get_mut(at) else { continue };
        remedy.count += 1;
        let Of::Flaw(id) = &exposed.of else {
            remedy.ended = true;
            continue;
        };
        let verdicts = world.flaws.get(id).map(|flaw| judge_some(flaw, products, &[member.claim]));
        let judged = verdicts.as_ref().and_then(|verdicts| verdicts.get(&member.claim));
        let by_record = judged.and_then(|judged| judged.fix(claimed.claim.compared_version().as_deref()));
        let by_scan = || {
            let fix = fixed_by_scan(&claimed.claim, version.unwrap_or_default())?;
            Some((fix, Scheme::Generic))
        };
        match by_record.or_else(by_scan) {
            Some((fix, scheme)) => {
                remedy.fix = Some(match remedy.fix.take() {
                    Some((known, of)) => (known.later(fix, of), of),
                    None => (fix, scheme),
                });
            }
            None => remedy.open.push(id.to_string()),
        }
    }
    remedies
}

impl Remedy {
    /// Whether a row is about this product: inventories name one product shorter and longer.
    fn is_of(&self, name: &str, version: Option<&str>) -> bool {
        let holds = |long: &str, short: &str| long.to_lowercase().contains(&short.to_lowercase());
        self.version.as_deref() == version && (holds(&self.name, name) || holds(name, &self.name))
    }

    /// Whether it is about the product of this row.
    pub(crate) fn closes(&self, member: &Member, products: &Products) -> bool {
        let claimed = products.claim(member.claim);
        claimed.is_some_and(|claimed| self.is_of(&claimed.claim.name, claimed.claim.version.as_deref()))
    }

    /// What to do: `update FortiOS to 7.0.14 or later`.
    pub(crate) fn shown(&self) -> String {
        let name = &self.name;
        let fix = self.fix.as_ref().map(|(fix, _)| fix);
        if self.ended {
            return match fix {
                Some(fix) => format!("move {name} to a supported release, {}", fix.bound()),
                None => format!("move {name} to a supported release, or take it off the network"),
            };
        }
        let Some(to) = fix.map(Fix::to) else {
            return format!(
                "update {name} to a release that its maker lists as fixed, or take it off the network"
            );
        };
        if self.open.is_empty() {
            return format!("update {name} to {to}");
        }
        let named: Vec<&str> = self.open.iter().take(OPEN_NAMED_MAX).map(String::as_str).collect();
        let more = self.open.len().saturating_sub(named.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("update {name} to {to}; no release is known that closes {}{more}", named.join(", "))
    }
}
