//! Which table a row belongs to, by the names of its columns, and how it becomes a fact.
//!
//! The recognisers of the tables decide, so that a record in JSON is of a kind if and only if the same columns in CSV are.

use crate::cells::{Cells, Orders};
use crate::scans::table as scans;
use crate::{accounts, components, devices};
use input::Head;
use input::table::{Column, Row, normal};
use model::ours::Fact;
use model::{Place, Problems};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A kind of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    Components,
    Accounts,
    Devices,
    /// Results of a scanner.
    Scans,
}

impl TableKind {
    /// The kind of a table with these columns.
    pub(crate) fn of<'h>(headers: impl IntoIterator<Item = &'h str>) -> Option<Self> {
        let mut line = String::new();
        for header in headers {
            line.push_str(&header.replace([';', '\n', '\r', '"', '\t', '|', '#'], " "));
            line.push(';');
        }
        // One column more, so that even a single one is a table.
        line.push_str("x\n");
        let head = Head::of_text("", &line);
        [Self::Scans, Self::Components, Self::Accounts, Self::Devices]
            .into_iter()
            .find(|kind| kind.is_of(&head))
    }

    fn is_of(self, head: &Head<'_>) -> bool {
        match self {
            Self::Components => components::recognise(head),
            Self::Accounts => accounts::recognise(head),
            Self::Devices => devices::recognise(head),
            Self::Scans => scans::recognise(head),
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Components => components::COLUMNS,
            Self::Accounts => accounts::COLUMNS,
            Self::Devices => devices::COLUMNS,
            Self::Scans => scans::COLUMNS,
        }
    }

    /// A row of this kind from the cells under their headers as written. Of two columns of one name the first counts.
    pub(crate) fn row<'p>(self, number: u64, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Row {
        let mut row = Row { record: number, line: number, known: BTreeMap::new(), extra: BTreeMap::new() };
        for (header, cell) in pairs {
            let (name, cell) = (normal(header), cell.trim());
            if cell.is_empty() {
                continue;
            }
            match self.columns().iter().find(|column| column.is_named(&name)) {
                Some(column) if !row.known.contains_key(column.name) => {
                    row.known.insert(column.name, cell.to_owned());
                }
                _ => {
                    row.extra.entry(header.to_owned()).or_insert_with(|| cell.to_owned());
                }
            }
        }
        row
    }
}

/// Makes facts of the rows of one document.
pub(crate) struct RowReader {
    source: Arc<str>,
    scans: scans::Rows,
}

impl RowReader {
    pub(crate) fn new(source: &Arc<str>) -> Self {
        Self { source: Arc::clone(source), scans: scans::Rows::new(source) }
    }

    /// Gives what a row is.
    pub(crate) fn row(
        &mut self,
        kind: TableKind,
        row: Row,
        place: Place,
        orders: &Orders,
        problems: &mut Problems,
        each: &mut dyn FnMut(Fact),
    ) {
        let mut row = row;
        if kind == TableKind::Accounts && !row.known.contains_key("groups") {
            row.known.extend(accounts::privilege::group_of(&self.source).map(|group| ("groups", group)));
        }
        let cells = &mut Cells::at(&self.source, row, place, problems).ordered(orders);
        let fact = match kind {
            TableKind::Components => components::component(cells).map(Fact::Component),
            TableKind::Accounts => accounts::account(cells).map(Fact::Account),
            TableKind::Devices => devices::device(cells).map(Fact::Device),
            TableKind::Scans => return self.scans.row(cells, each),
        };
        fact.into_iter().for_each(each);
    }

    /// Says what was counted.
    pub(crate) fn end(self, problems: &mut Problems) {
        self.scans.end(problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_decide() {
        assert_eq!(
            TableKind::of(["PSComputerName", "DisplayName", "DisplayVersion"]),
            Some(TableKind::Components)
        );
        assert_eq!(TableKind::of(["SamAccountName", "Enabled"]), Some(TableKind::Accounts));
        assert_eq!(
            TableKind::of(["DNSHostName", "SamAccountName", "OperatingSystem"]),
            Some(TableKind::Devices)
        );
        assert_eq!(TableKind::of(["colour"]), None);
    }
}
