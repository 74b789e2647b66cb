//! What a statement asks of one table, as plain data: its columns, and the conditions that leave rows out.
//!
//! A condition is a promise about rows that are not wanted, never about rows that are: whoever cannot use one ignores it.

use model::Timestamp;
use rusqlite::types::Value;
use std::collections::BTreeSet;

/// The first and the last second that a moment can have: the years 1 to 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A moment, as text in RFC 3339.
    Time,
    Number,
    Any,
}

impl Kind {
    /// The word of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Time => "time",
            Self::Number => "number",
            Self::Any => "text, or bytes that are no text",
        }
    }
}

/// A column of a table that is read while a statement runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether equality on it is handed down.
    pub(crate) is_asked: bool,
    /// Whether equality on it leads to few rows.
    pub(crate) finds: bool,
    /// Whether it is an argument of the table, no column of its rows.
    pub(crate) is_argument: bool,
}

impl Column {
    /// A column that is only given.
    pub(crate) const fn given(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_asked: false, finds: false, is_argument: false }
    }

    /// A column of which rows are left out early.
    pub(crate) const fn asked(name: &'static str, kind: Kind) -> Self {
        Self { is_asked: true, ..Self::given(name, kind) }
    }

    /// A column that leads to few rows.
    pub(crate) const fn finding(name: &'static str, kind: Kind) -> Self {
        Self { finds: true, ..Self::asked(name, kind) }
    }

    /// An argument of the table.
    pub(crate) const fn argument(name: &'static str) -> Self {
        Self { is_argument: true, ..Self::finding(name, Kind::Text) }
    }

    /// Whether conditions with this operator are handed down.
    pub(crate) fn takes(&self, operator: Operator) -> bool {
        self.is_asked && (operator == Operator::Is || matches!(self.kind, Kind::Time | Kind::Number))
    }
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// It is one of the values.
    Is,
    /// It is not less.
    From,
    /// It is not greater.
    To,
}

impl Operator {
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Is => 'i',
            Self::From => 'f',
            Self::To => 't',
        }
    }

    pub(crate) fn of_letter(letter: &str) -> Option<Self> {
        [Self::Is, Self::From, Self::To].into_iter().find(|one| letter == one.letter().to_string())
    }
}

/// One condition.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) column: usize,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<Value>,
}

/// All that is asked of a table; all terms hold of a row that is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) terms: Vec<Term>,
    /// A bit for each column that the statement reads; the last bit means all columns from there on.
    pub(crate) used: u64,
}

impl Asked {
    /// Whether the statement reads a column.
    pub(crate) fn uses(&self, column: usize) -> bool {
        self.used >> column.min(63) & 1 == 1
    }

    /// The texts of which a column has one; none where it may have any.
    pub(crate) fn texts(&self, column: usize) -> Option<BTreeSet<String>> {
        self.sets(column, &|value| match value {
            Value::Text(text) => Some(text.clone()),
            // SQLite compares a text column with the text of a number.
            Value::Integer(number) => Some(number.to_string()),
            Value::Null => Some(String::new()),
            _ => None,
        })
    }

    /// The numbers of which a column has one; none where it may have any.
    pub(crate) fn numbers(&self, column: usize) -> Option<BTreeSet<i64>> {
        self.sets(column, &|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })
    }

    /// What all sets of equal values have in common; a set with a value that cannot be read is no condition.
    fn sets<T: Ord + Clone>(&self, column: usize, read: &dyn Fn(&Value) -> Option<T>) -> Option<BTreeSet<T>> {
        let mut all: Option<BTreeSet<T>> = None;
        for term in self.terms.iter().filter(|term| term.column == column && term.operator == Operator::Is) {
            let Some(set) = term.values.iter().map(read).collect::<Option<BTreeSet<T>>>() else { continue };
            all = Some(match all {
                Some(before) => before.intersection(&set).cloned().collect(),
                None => set,
            });
        }
        all
    }

    /// From when to when a column is, both included; none where no condition says so.
    pub(crate) fn times(&self, column: usize) -> Option<(Timestamp, Timestamp)> {
        let moment = |value: &Value| match value {
            Value::Text(text) => Timestamp::parse(text),
            _ => None,
        };
        let (mut from, mut to) = (Timestamp::from_seconds(FIRST)?, Timestamp::from_seconds(LAST)?);
        let mut is_bounded = false;
        for term in self.terms.iter().filter(|term| term.column == column) {
            let Some(all) = term.values.iter().map(moment).collect::<Option<Vec<_>>>() else { continue };
            let (Some(least), Some(greatest)) = (all.iter().min(), all.iter().max()) else { continue };
            is_bounded = true;
            if term.operator != Operator::To {
                from = from.max(*least);
            }
            if term.operator != Operator::From {
                to = to.min(*greatest);
            }
        }
        is_bounded.then_some((from, to))
    }

    /// The least and the greatest number that a column may have, both included.
    pub(crate) fn range(&self, column: usize) -> (i64, i64) {
        let (mut from, mut to) = (i64::MIN, i64::MAX);
        for term in self.terms.iter().filter(|term| term.column == column) {
            match (term.operator, term.values.as_slice()) {
                (Operator::From, [Value::Integer(number)]) => from = from.max(*number),
                (Operator::To, [Value::Integer(number)]) => to = to.min(*number),
                _ => {}
            }
        }
        (from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn term(operator: Operator, values: Vec<Value>) -> Term {
        Term { column: 0, operator, values }
    }

    fn asked(terms: Vec<Term>) -> Asked {
        Asked { terms, used: 0 }
    }

    #[test]
    fn conditions_on_one_column_hold_together() {
        let both = asked(vec![
            term(Operator::Is, vec![text("a"), text("b"), Value::Integer(7)]),
            term(Operator::Is, vec![text("b"), text("7"), text("c")]),
        ]);
        assert_eq!(both.texts(0), Some(BTreeSet::from(["7".to_owned(), "b".to_owned()])));
        assert_eq!(both.texts(1), None, "of another column nothing is asked");
        assert_eq!(asked(Vec::new()).texts(0), None);
        assert_eq!(asked(vec![term(Operator::Is, Vec::new())]).texts(0), Some(BTreeSet::new()));
    }

    #[test]
    fn a_value_that_cannot_be_read_makes_no_condition() {
        let real = || term(Operator::Is, vec![text("a"), Value::Real(1.5)]);
        assert_eq!(asked(vec![real()]).texts(0), None);
        assert_eq!(asked(vec![term(Operator::Is, vec![text("5")])]).numbers(0), None);
        assert_eq!(asked(vec![term(Operator::From, vec![text("soon")])]).times(0), None);
        assert_eq!(asked(vec![term(Operator::From, vec![Value::Real(5.5)])]).range(0), (i64::MIN, i64::MAX));
    }

    #[test]
    fn bounds_of_time_are_the_tightest() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let bounded = asked(vec![
            term(Operator::From, vec![text("2026-06-12")]),
            term(Operator::From, vec![text("2026-06-12T05:00:00+02:00")]),
            term(Operator::To, vec![text("2026-06-13 00:00")]),
        ]);
        assert_eq!(bounded.times(0), Some((at("2026-06-12T03:00:00Z"), at("2026-06-13"))));
        let listed = asked(vec![term(Operator::Is, vec![text("2026-06-14"), text("2026-06-12")])]);
        assert_eq!(listed.times(0), Some((at("2026-06-12"), at("2026-06-14"))));
    }

    #[test]
    fn columns_beyond_the_last_bit_share_it() {
        let asked = Asked { terms: Vec::new(), used: 1 << 63 | 1 << 2 };
        assert_eq!([0, 2, 63, 70].map(|column| asked.uses(column)), [false, true, true, true]);
    }
}
