//! Values that are known to be good before any list is given: `data/known-good.tsv`.
//!
//! Some hundred values that turn up in lists of indicators again and again and are no sign of anything: public
//! resolvers, the root servers, hosts that systems ask for updates and for the way to the internet, the hash of
//! the empty file. The full lists are MISP's; see [`warning_list`](crate::knowledge::warning_list).

use model::Place;
use model::world::{Fact, KnownGood, Origin};
use observable::{Kind, canonical};
use std::sync::Arc;

const TABLE: &str = include_str!("../../data/known-good.tsv");

/// Gives every built-in value that is known to be good as a [`Fact::KnownGood`], in the order of the table.
pub fn known_good_built_in(each: &mut dyn FnMut(Fact)) {
    let source: Arc<str> = Arc::from("known-good.tsv (built in)");
    let mut list: Arc<str> = Arc::from("");
    for (number, row) in (1..).zip(TABLE.lines()).filter(|(_, row)| !row.starts_with('#')) {
        let mut cells = row.split('\t');
        let (Some(value), Some(kind), Some(below), Some(name)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let kind = Kind::ALL.into_iter().find(|known| known.name() == kind);
        let Some(value) = kind.and_then(|kind| canonical(kind, value)) else { continue };
        if *list != *name {
            list = Arc::from(name);
        }
        let origin = Origin::new(&source, Place::Line(number));
        each(Fact::KnownGood(KnownGood { value, below: below == "below", list: Arc::clone(&list), origin }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_of_the_table_is_used_and_in_order() {
        let mut all = Vec::new();
        known_good_built_in(&mut |fact| match fact {
            Fact::KnownGood(one) => all.push(one),
            other => panic!("{other:?}"),
        });
        let rows: Vec<&str> = TABLE.lines().filter(|row| !row.starts_with('#')).collect();
        assert_eq!(all.len(), rows.len(), "a row is not of its kind");
        for (one, row) in all.iter().zip(&rows) {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 4, "{row}");
            assert_eq!(
                (one.value.value.as_str(), one.value.kind.name()),
                (cells[0], cells[1]),
                "in its one form"
            );
            assert_eq!(cells[2], if one.below { "below" } else { "alone" }, "{row}");
            assert!(!one.below || one.value.kind == Kind::Domain, "{row}");
            assert!(
                !one.value.is_documentation_address(),
                "reports write these in place of real ones: {row}"
            );
        }
        let values: BTreeSet<_> = all.iter().map(|one| &one.value).collect();
        assert_eq!(values.len(), all.len(), "a value is there twice");
        assert!((300..1000).contains(&all.len()), "{}", all.len());
    }

    #[test]
    fn names_under_which_anybody_publishes_are_not_good_as_a_whole() {
        known_good_built_in(&mut |fact| {
            let Fact::KnownGood(one) = fact else { return };
            for host in [
                "google.com",
                "amazonaws.com",
                "github.com",
                "blogspot.com",
                "azurewebsites.net",
                "dropbox.com",
            ] {
                let inside = one.value.value == host || host.ends_with(&format!(".{}", one.value.value));
                assert!(!(one.below && inside), "{host}");
            }
        });
    }
}
