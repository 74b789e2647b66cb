//! Which rows of tables are one account: one system gives the groups, another the second factor, by other names.
//!
//! A directory writes SID, logon name and principal name; a cloud writes principal name or mail address. Rows that bear
//! one SID are one account, and so are rows that bear one principal name, or one logon name of one domain. A mail address
//! joins rows only where it can mean one account: one bears it as its principal name and one more as its address, or one
//! principal name at most bears it. A bare logon name joins the one account that has it. Rows whose SIDs differ are never
//! one. Everything here is a function of the set of rows: their order leaves no trace.

use super::name::normal;
use crate::ours::Account;
use std::collections::{BTreeMap, BTreeSet};

/// The names of one row, as they are compared.
#[derive(Clone, Debug, Default)]
struct Names {
    sid: Option<String>,
    upn: Option<String>,
    mail: Option<String>,
    /// `domain\name`, with the domain as written and, of a DNS name, with its first label.
    qualified: Vec<String>,
    name: String,
}

impl Names {
    fn of(row: &Account) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(normal).filter(|text| !text.is_empty());
        let name = normal(&row.name);
        let mut qualified = Vec::new();
        if let Some(domain) = text(&row.domain).filter(|_| !name.is_empty()) {
            let label = domain.split('.').next().unwrap_or_default().to_owned();
            qualified.push(format!("{domain}\\{name}"));
            qualified.push(format!("{label}\\{name}"));
            qualified.dedup();
        }
        Self { sid: text(&row.sid), upn: text(&row.upn), mail: text(&row.mail), qualified, name }
    }

    /// Whether nothing but the logon name is known.
    fn is_bare(&self) -> bool {
        self.sid.is_none() && self.upn.is_none() && self.mail.is_none() && self.qualified.is_empty()
    }
}

/// Rows in sets that grow together.
struct Sets {
    parent: Vec<usize>,
    sids: Vec<BTreeSet<String>>,
    upns: Vec<BTreeSet<String>>,
}

impl Sets {
    fn of(rows: &[Names]) -> Self {
        let one = |name: &Option<String>| name.iter().cloned().collect();
        Self {
            parent: (0..rows.len()).collect(),
            sids: rows.iter().map(|row| one(&row.sid)).collect(),
            upns: rows.iter().map(|row| one(&row.upn)).collect(),
        }
    }

    fn root(&self, mut n: usize) -> usize {
        while let Some(parent) = self.parent.get(n).copied().filter(|parent| *parent != n) {
            n = parent;
        }
        n
    }

    fn roots(&self, rows: &[usize]) -> BTreeSet<usize> {
        rows.iter().map(|row| self.root(*row)).collect()
    }

    fn names<'s>(of: &'s [BTreeSet<String>], roots: &BTreeSet<usize>) -> BTreeSet<&'s str> {
        roots.iter().filter_map(|root| of.get(*root)).flatten().map(String::as_str).collect()
    }

    /// Joins sets, unless they bear two SIDs.
    fn join(&mut self, roots: &BTreeSet<usize>) {
        let Some(first) = roots.first().copied().filter(|_| roots.len() > 1) else { return };
        if Self::names(&self.sids, roots).len() > 1 {
            return;
        }
        for other in roots.iter().skip(1) {
            let (sids, upns) = (
                self.sids.get_mut(*other).map(std::mem::take),
                self.upns.get_mut(*other).map(std::mem::take),
            );
            if let (Some(all), Some(more)) = (self.sids.get_mut(first), sids) {
                all.extend(more);
            }
            if let (Some(all), Some(more)) = (self.upns.get_mut(first), upns) {
                all.extend(more);
            }
            if let Some(parent) = self.parent.get_mut(*other) {
                *parent = first;
            }
        }
    }
}

type Bearers<'n> = BTreeMap<&'n str, Vec<usize>>;

fn bearers<'n>(rows: &'n [Names], name: impl Fn(&'n Names) -> Vec<&'n str>) -> Bearers<'n> {
    let mut by_name = Bearers::new();
    for (n, row) in rows.iter().enumerate() {
        for name in name(row) {
            by_name.entry(name).or_default().push(n);
        }
    }
    by_name
}

/// The number of the class of each row: rows with one number are one account.
pub(super) fn classes(rows: &[&Account]) -> Vec<usize> {
    let rows: Vec<Names> = rows.iter().map(|row| Names::of(row)).collect();
    let mut sets = Sets::of(&rows);
    let sids = bearers(&rows, |row| row.sid.as_deref().into_iter().collect());
    let upns = bearers(&rows, |row| row.upn.as_deref().into_iter().collect());
    let qualified = bearers(&rows, |row| row.qualified.iter().map(String::as_str).collect());
    for bearing in sids.values().chain(upns.values()).chain(qualified.values()) {
        let roots = sets.roots(bearing);
        sets.join(&roots);
    }
    for (mail, bearing) in bearers(&rows, |row| row.mail.as_deref().into_iter().collect()) {
        let as_mail = sets.roots(bearing.as_slice());
        let as_upn = sets.roots(upns.get(mail).map_or(&[][..], Vec::as_slice));
        let others: BTreeSet<usize> = as_mail.difference(&as_upn).copied().collect();
        let all: BTreeSet<usize> = as_mail.union(&as_upn).copied().collect();
        let means_one = match as_upn.len() {
            0 => Sets::names(&sets.upns, &all).len() <= 1 && of_one_name(&rows, &bearing),
            1 => others.len() <= 1,
            _ => false,
        };
        if means_one {
            sets.join(&all);
        }
    }
    bare(&rows, &mut sets);
    (0..rows.len()).map(|n| sets.root(n)).collect()
}

/// Whether all rows have one logon name: a mailbox that two accounts share joins neither.
fn of_one_name(rows: &[Names], bearing: &[usize]) -> bool {
    let names: BTreeSet<&str> =
        bearing.iter().filter_map(|n| rows.get(*n)).map(|row| row.name.as_str()).collect();
    names.len() <= 1
}

/// Joins each row that has a logon name only with the one account that bears it.
fn bare(rows: &[Names], sets: &mut Sets) {
    let by_name = bearers(rows, |row| vec![row.name.as_str()]);
    for bearing in by_name.values() {
        let (bare, named): (Vec<usize>, Vec<usize>) =
            bearing.iter().partition(|n| rows.get(**n).is_some_and(Names::is_bare));
        let named = sets.roots(&named);
        let mut all = sets.roots(&bare);
        if named.len() <= 1 && !bare.is_empty() {
            all.extend(named);
        }
        sets.join(&all);
    }
}
