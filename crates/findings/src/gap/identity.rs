//! Checks of accounts: a second factor, dormancy, and the number of those that can do everything.

use super::check::{CheckDefinition, CheckInputs, Tally, few, row};
use super::check_id::CheckId;
use crate::count::counted;
use model::ours::{Account, AccountKind, Factor};
use model::{Date, Evidence, Severity, Timestamp};

/// `identity.mfa.privileged`
pub(crate) const MFA: CheckDefinition = CheckDefinition {
    id: CheckId::Mfa,
    question: "does every privileged account need a second factor, one that cannot be phished?",
    why: "one password away from the domain",
    fix: "require FIDO2, passkey, smart card or certificate for every privileged account",
    supply: "the column `mfa` (none, otp, fido2 …) and `privileged` in the table of accounts",
    mitigation: "M1032",
    techniques: &["T1078", "T1133", "T1021.001"],
    control: "multi-factor authentication",
};

/// `identity.dormant.privileged`
pub(crate) const DORMANT: CheckDefinition = CheckDefinition {
    id: CheckId::Dormant,
    question: "is every privileged account in use?",
    why: "nobody notices when it is used",
    fix: "disable what nobody uses; remove it after a year",
    supply: "the columns `last_used` and `created` in the table of accounts",
    mitigation: "M1026",
    techniques: &["T1078"],
    control: "privileged account audits",
};

/// `identity.privileged.count`
pub(crate) const COUNT: CheckDefinition = CheckDefinition {
    id: CheckId::PrivilegedCount,
    question: "are there few privileged accounts?",
    why: "each one is a key",
    fix: "give rights for the time of the task; empty groups that nobody needs",
    supply: "the column `privileged`, or `groups`, in the table of accounts",
    mitigation: "M1026",
    techniques: &["T1078.002", "T1098"],
    control: "least privilege",
};

/// Days without use after which an account is dormant (ISM-1648).
pub(crate) const DORMANT_DAYS: i64 = 45;
/// How many accounts a summary names.
const NAMED_MAX: usize = 5;
/// More privileged accounts than this fail.
const PRIVILEGED_MAX: u64 = 50;
/// More than this share of active accounts fails, in percent, where there are more than [`SHARE_FROM`].
const PRIVILEGED_PERCENT_MAX: u64 = 10;
/// Below so many active accounts a share says nothing.
const SHARE_FROM: u64 = 100;

fn active<'q>(asked: &'q CheckInputs<'_>) -> impl Iterator<Item = &'q Account> {
    asked.ours.accounts.values().filter(|account| account.enabled != Some(false))
}

fn proof(account: &Account, name: &str, value: &str) -> Evidence {
    let proof = row(account.origin.as_ref()).with("account", &account.name).with(name, value);
    match account.groups.is_empty() {
        true => proof,
        false => proof.with("groups", &account.groups.join(", ")),
    }
}

/// Asks whether privileged accounts have a second factor.
pub(crate) fn mfa(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let (mut weak, mut unheard, mut unclear) = (0, Vec::new(), 0);
    for account in active(asked) {
        match account.privileged {
            None => unclear += 1,
            Some(false) => {}
            Some(true) => {
                tally.tested += 1;
                match account.factor {
                    None => unheard.push(account.name.as_str()),
                    Some(Factor::None) => tally.offend(&account.name, proof(account, "mfa", "none")),
                    Some(Factor::Phishable) => weak += 1,
                    Some(Factor::Unspecified | Factor::PhishingResistant) => {}
                }
            }
        }
    }
    let failed = tally.failed();
    tally.severity = Some(Severity::Critical);
    tally.summary = format!(
        "{failed} of {} without MFA",
        counted(tally.tested, "privileged account", "privileged accounts")
    );
    tally.action = Some(format!("require a second factor for {}", few(&tally)));
    tally.unknown += u64::try_from(unheard.len()).unwrap_or(u64::MAX).saturating_add(unclear);
    if !unheard.is_empty() {
        // No export says anything about their second factor: that is a question, and it has names.
        let shown = unheard.iter().take(NAMED_MAX).copied().collect::<Vec<&str>>().join(", ");
        let more = unheard.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        tally.summary.push_str(&format!(", {} unknown ({shown}{more})", unheard.len()));
    }
    if unclear > 0 {
        let accounts = counted(unclear, "account", "accounts");
        tally.summary.push_str(&format!(
            "; whether {accounts} {} privileged is not known",
            if unclear == 1 { "is" } else { "are" }
        ));
    }
    if weak > 0 {
        tally.reasons.push(format!("{} more with a factor that can be phished", weak));
    }
    tally
}

/// Asks whether privileged accounts are in use.
pub(crate) fn dormant(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let as_of = as_of(asked);
    for account in active(asked).filter(|account| account.privileged == Some(true)) {
        if account.kind == Some(AccountKind::BreakGlass) {
            tally.excepted += 1;
            continue;
        }
        tally.tested += 1;
        let age = |time: Timestamp| as_of.days_since(time.date());
        match (account.last_used, account.created) {
            (Some(Some(used)), _) if age(used) > DORMANT_DAYS => {
                let value = used.date().to_string();
                tally.offend(&account.name, proof(account, "last_used", &value));
            }
            (Some(Some(_)), _) => {}
            (Some(None), Some(created)) if age(created) > DORMANT_DAYS => {
                let value = format!("never, created {}", created.date());
                tally.offend(&account.name, proof(account, "last_used", &value));
            }
            (Some(None), Some(_)) => {}
            (Some(None) | None, _) => tally.unknown += 1,
        }
    }
    tally.severity = Some(Severity::High);
    let failed = tally.failed();
    let of = counted(tally.tested, "privileged account", "privileged accounts");
    tally.action = Some(format!("disable {}: privileged and unused", few(&tally)));
    tally.summary = format!("{failed} of {of} unused for more than {DORMANT_DAYS} days");
    tally
}

/// Ages count from the export's own day: the newest use in it, never later than now.
fn as_of(asked: &CheckInputs<'_>) -> Date {
    let newest = asked
        .ours
        .accounts
        .values()
        .filter_map(|account| account.last_used.flatten())
        .filter(|t| *t <= asked.now);
    newest.max().unwrap_or(asked.now).date()
}

/// Asks how many privileged accounts there are.
pub(crate) fn count(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let all = active(asked).count();
    let active_count = u64::try_from(all).unwrap_or(u64::MAX);
    let privileged: Vec<&Account> =
        active(asked).filter(|account| account.privileged == Some(true)).collect();
    let held = u64::try_from(privileged.len()).unwrap_or(u64::MAX);
    let unknown = active(asked).filter(|account| account.privileged.is_none()).count();
    tally.tested = u64::from(active_count > 0 && unknown < all);
    let share = held.saturating_mul(100).checked_div(active_count).unwrap_or(0);
    let too_many = held > PRIVILEGED_MAX
        || (active_count > SHARE_FROM
            && held.saturating_mul(100) > active_count.saturating_mul(PRIVILEGED_PERCENT_MAX));
    if too_many {
        for account in privileged {
            tally.offend(&account.name, proof(account, "privileged", "yes"));
        }
    } else {
        tally.unknown = u64::try_from(unknown).unwrap_or(u64::MAX);
    }
    tally.severity = Some(Severity::Medium);
    tally.summary =
        format!("{held} of {} privileged ({share} %)", counted(active_count, "account", "accounts"));
    tally
}
