//! Columns of a table that nobody asks for, kept within bounds: so many of a row, and so much text of a row and of all.
//!
//! An export of a configuration database may have a thousand columns, and no join asks for these; without a bound they
//! would take a hundred times the memory of what is asked for.
//!
//! Invariant: of one row the columns whose headers come first are kept, whatever their order in the table.

use model::ours::Fact;
use model::{Fault, Place, Problems};
use std::collections::BTreeMap;

/// Bounds on the columns that are kept beside those that are known.
#[derive(Clone, Copy, Debug)]
struct ExtraBounds {
    /// How many of one row: those that people add by hand.
    columns: usize,
    /// How many bytes of one row.
    row_bytes: usize,
    /// How many bytes of the whole estate, with what each cell costs.
    bytes: usize,
}

const BOUNDS: ExtraBounds = ExtraBounds { columns: 64, row_bytes: 8 << 10, bytes: 64 << 20 };

/// What one cell costs beside its text: two texts and their place in a map.
const CELL_BYTES: usize = 96;

/// Bounds the further columns of all facts of an estate.
#[derive(Debug)]
pub struct Extras {
    bounds: ExtraBounds,
    bytes: usize,
    /// Rows of this document of which columns were left out.
    cut: u64,
}

impl Default for Extras {
    fn default() -> Self {
        Self { bounds: BOUNDS, bytes: 0, cut: 0 }
    }
}

impl Extras {
    /// Leaves out of a fact what is beyond the bounds.
    pub fn bound(&mut self, fact: &mut Fact) {
        match fact {
            Fact::Device(device) => self.keep(&mut device.extra),
            Fact::Account(account) => self.keep(&mut account.extra),
            Fact::Zone(zone) => self.keep(&mut zone.extra),
            _ => {}
        }
    }

    fn keep(&mut self, extra: &mut BTreeMap<String, String>) {
        let (mut columns, mut row_bytes) = (0, 0);
        let (all, before) = (extra.len(), self.bytes);
        extra.retain(|header, cell| {
            let text = header.len() + cell.len();
            let fits = columns < self.bounds.columns
                && row_bytes + text <= self.bounds.row_bytes
                && before + row_bytes + text + (columns + 1) * CELL_BYTES <= self.bounds.bytes;
            if fits {
                columns += 1;
                row_bytes += text;
            }
            fits
        });
        self.bytes = before + row_bytes + columns * CELL_BYTES;
        self.cut += u64::from(extra.len() < all);
    }

    /// Reports, at the end of a document, that columns of it were left out. No join asks for them, so it is a note.
    pub fn report(&mut self, problems: &mut Problems) {
        let rows = std::mem::take(&mut self.cut);
        if rows == 0 {
            return;
        }
        let ExtraBounds { columns, row_bytes, bytes } = self.bounds;
        let what = format!(
            "further columns of {rows} {} were not kept: at most {columns} and {} of a row are, and {} of all tables",
            if rows == 1 { "row" } else { "rows" },
            size(row_bytes),
            size(bytes),
        );
        let help = "nothing is asked of them; leave out columns that are not in COLUMNS.md";
        problems.add(Place::Whole, Fault::Note, what, Some(help));
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..=1023 => format!("{bytes} bytes"),
        1024..=1_048_575 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ours::Device;

    fn device(columns: &[(&str, &str)]) -> Fact {
        let extra = columns.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect();
        Fact::Device(Device { name: "a".to_owned(), extra, ..Device::default() })
    }

    /// The headers that are kept of each row, and what is reported.
    fn kept(bounds: ExtraBounds, rows: &[&[(&str, &str)]]) -> (Vec<String>, Vec<String>) {
        let mut extras = Extras { bounds, ..Extras::default() };
        let headers = rows.iter().map(|row| {
            let mut fact = device(row);
            extras.bound(&mut fact);
            let Fact::Device(device) = fact else { return String::new() };
            device.extra.into_keys().collect::<Vec<_>>().join(" ")
        });
        let headers = headers.collect();
        let mut problems = Problems::new("devices.csv");
        extras.report(&mut problems);
        extras.report(&mut problems);
        (headers, problems.into_vec().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn one_past_each_bound_is_left_out_and_reported() {
        let row: &[(&str, &str)] = &[("b", "12"), ("a", "34")];
        let wide = ExtraBounds { columns: 2, row_bytes: 6, bytes: 2 * (6 + 2 * CELL_BYTES) };
        assert_eq!(kept(wide, &[row, row]), (vec!["a b".to_owned(), "a b".to_owned()], vec![]));
        let first = |bounds| kept(bounds, &[row, row]).0;
        assert_eq!(first(ExtraBounds { columns: 1, ..wide }), ["a", "a"]);
        assert_eq!(first(ExtraBounds { row_bytes: 5, ..wide }), ["a", "a"]);
        let (headers, problems) = kept(ExtraBounds { bytes: wide.bytes - 1, ..wide }, &[row, row]);
        assert_eq!(headers, ["a b", "a"]);
        assert_eq!(
            problems,
            [
                "devices.csv: further columns of 1 row were not kept: at most 2 and 6 bytes of a row are, and 395 bytes \
              of all tables"
            ]
        );
    }

    #[test]
    fn a_fact_without_further_columns_costs_nothing() {
        let none = ExtraBounds { columns: 0, row_bytes: 0, bytes: 0 };
        assert_eq!(kept(none, &[&[]]), (vec![String::new()], vec![]));
    }
}
