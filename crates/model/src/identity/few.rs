//! A set that nearly always has one member: that one has no tree around it.
//!
//! A tree keeps room for eleven members in its first node; in directories of a million names that is most of their
//! memory. With a second member it becomes a tree, because a name that very many rows share must not cost more.

use std::collections::BTreeSet;
use std::collections::btree_set;

/// A set of few members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Few<T> {
    /// No member.
    #[default]
    None,
    /// One member.
    One(T),
    /// Two or more.
    Several(BTreeSet<T>),
}

impl<T: Ord> Few<T> {
    /// Puts a member in, if it is not there.
    pub(super) fn insert(&mut self, member: T) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(member),
            Self::One(one) if one == member => Self::One(one),
            Self::One(one) => Self::Several([one, member].into()),
            Self::Several(mut several) => {
                several.insert(member);
                Self::Several(several)
            }
        };
    }
}

impl<T> Few<T> {
    /// The members in order.
    pub(super) fn iter(&self) -> Members<'_, T> {
        match self {
            Self::None => Members { one: None, several: None },
            Self::One(one) => Members { one: Some(one), several: None },
            Self::Several(several) => Members { one: None, several: Some(several.iter()) },
        }
    }
}

/// The members of a set in order.
pub(super) struct Members<'f, T> {
    one: Option<&'f T>,
    several: Option<btree_set::Iter<'f, T>>,
}

impl<'f, T> Iterator for Members<'f, T> {
    type Item = &'f T;

    fn next(&mut self) -> Option<&'f T> {
        self.one.take().or_else(|| self.several.as_mut()?.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_set(members in prop::collection::vec(0_u8..6, 0..9)) {
            let (mut few, mut set) = (Few::default(), BTreeSet::new());
            for member in members {
                few.insert(member);
                set.insert(member);
                prop_assert!(few.iter().eq(&set));
            }
        }
    }
}
