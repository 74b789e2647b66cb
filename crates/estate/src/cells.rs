//! What people write into cells: yes and no, days and moments, lists, in several languages.
//!
//! A cell is read or reported; it is never guessed. A cell that means "not known" gives no value and no problem.

mod day;

pub(crate) use day::Orders;
use day::{date_in, moment_in};
use input::table::Row;
use model::world::Origin;
use model::{Date, Fault, Place, Problems, Timestamp, secret};
use std::borrow::Cow;
use std::sync::Arc;

/// How many values one cell may list.
const LIST_MAX: usize = 10_000;

/// How much of a cell a message shows.
const SHOWN_CHARS_MAX: usize = 40;

/// One row, read cell by cell.
pub(crate) struct Cells<'r> {
    pub(crate) row: Row,
    pub(crate) problems: &'r mut Problems,
    pub(crate) place: Place,
    source: Arc<str>,
    orders: Option<&'r Orders>,
}

impl<'r> Cells<'r> {
    /// Reads a row. Columns that hold secrets are not kept; in other cells they are masked.
    pub(crate) fn new(source: &Arc<str>, row: Row, problems: &'r mut Problems) -> Self {
        let place = Place::Line(row.line);
        Self::at(source, row, place, problems)
    }

    /// Reads a row that is no line of a table but the record at this place.
    pub(crate) fn at(source: &Arc<str>, mut row: Row, place: Place, problems: &'r mut Problems) -> Self {
        row.extra.retain(|header, _| !secret::is_column(header));
        row.extra.values_mut().chain(row.known.values_mut()).for_each(|cell| {
            if let Cow::Owned(shown) = secret::cut(cell) {
                *cell = shown;
            }
        });
        Self { row, problems, place, source: Arc::clone(source), orders: None }
    }

    /// With what the other rows of the table show of the order of day and month.
    pub(crate) fn ordered(mut self, orders: &'r Orders) -> Self {
        self.orders = Some(orders);
        self
    }

    /// The place of the row.
    pub(crate) fn origin(&self) -> Origin {
        Origin::new(&self.source, self.place)
    }

    /// The cell; `None` when it is empty or says that nobody knows.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        self.row.get(column).filter(|text| !is_unknown(text)).map(str::to_owned)
    }

    /// The values of a cell that lists several.
    pub(crate) fn list(&mut self, column: &'static str, separators: &[char]) -> Vec<String> {
        let cell = self.text(column).unwrap_or_default();
        let mut values = cell.split(separators).map(str::trim).filter(|value| !value.is_empty());
        let list = values.by_ref().take(LIST_MAX).map(str::to_owned).collect();
        if values.next().is_some() {
            let what = format!("column {column}: more than {LIST_MAX} values: the rest is not used");
            self.problems.add(self.place, Fault::Partial, what, Some("use several rows"));
        }
        list
    }

    /// Yes or no; anything else is named and unknown.
    pub(crate) fn yes_no(&mut self, column: &'static str) -> Option<bool> {
        let text = self.text(column)?;
        let answer = yes_no(&text);
        if answer.is_none() {
            self.name(column, &text, "is neither yes nor no", "write yes or no, or leave it empty");
        }
        answer
    }

    /// A day; anything else is named and unknown.
    pub(crate) fn date(&mut self, column: &'static str) -> Option<Date> {
        let text = self.text(column)?;
        match date_in(&text, self.orders.and_then(|orders| orders.of(column))) {
            Ok(date) => Some(date),
            Err(why) => {
                self.name(column, &text, why, "write it as YYYY-MM-DD");
                None
            }
        }
    }

    /// A moment; anything else is named and unknown. `Some(None)` says never.
    pub(crate) fn moment(&mut self, column: &'static str) -> Option<Option<Timestamp>> {
        let text = self.text(column)?;
        match moment_in(&text, self.orders.and_then(|orders| orders.of(column))) {
            Ok(moment) => Some(moment),
            Err(why) => {
                self.name(column, &text, why, "write it as YYYY-MM-DD or RFC 3339");
                None
            }
        }
    }

    /// A moment whose cell is not named where it cannot be read. The zone in brackets and the word before the hour are
    /// passed over.
    pub(crate) fn quiet_moment(&self, column: &'static str, text: &str) -> Option<Timestamp> {
        let bare = text.split('(').next().unwrap_or(text).replace(" at ", " ");
        moment_in(bare.trim(), self.orders.and_then(|orders| orders.of(column))).ok().flatten()
    }

    /// Names a cell that cannot be used.
    pub(crate) fn name(&mut self, column: &str, cell: &str, why: &str, help: &str) {
        let what = format!("column {column}: {} {why}: taken as unknown", quoted(cell));
        self.problems.add(self.place, Fault::Partial, what, Some(help));
    }

    /// Names a row that cannot be used at all.
    pub(crate) fn name_row(&mut self, why: &str, help: &str) {
        let what = format!("{why}: the row is not used");
        self.problems.add(self.place, Fault::Partial, what, Some(help));
    }
}

/// A moment that is no cell of a table.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    moment_in(text, None).ok().flatten()
}

/// A cell in a message: cut, and without what a terminal obeys.
pub(crate) fn quoted(cell: &str) -> String {
    let mut shown: String = cell.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect();
    if cell.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Words by which a table says that it does not know.
fn is_unknown(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "?",
        "-",
        "--",
        "n/a",
        "na",
        "unknown",
        "unbekannt",
        "inconnu",
        "desconocido",
        "null",
        "not_supported",
        "no_information",
        "k.a.",
        "tbd",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Words for yes.
const YES: &[&str] = &[
    "yes",
    "y",
    "true",
    "t",
    "1",
    "x",
    "on",
    "enabled",
    "enable",
    "active",
    "provisioned",
    "password_expired",
    "recovery",
    "ja",
    "j",
    "wahr",
    "aktiv",
    "aktiviert",
    "oui",
    "o",
    "vrai",
    "actif",
    "activé",
    "si",
    "sí",
    "s",
    "verdadero",
    "activo",
    "habilitado",
    "✓",
    "✔",
];

/// Words for no.
const NO: &[&str] = &[
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "none",
    "disabled",
    "disable",
    "inactive",
    "nein",
    "falsch",
    "inaktiv",
    "deaktiviert",
    "gesperrt",
    "non",
    "faux",
    "inactif",
    "désactivé",
    "falso",
    "inactivo",
    "deshabilitado",
    "suspended",
    "staged",
    "locked",
    "locked_out",
    "deprovisioned",
    "✗",
    "✘",
];

/// Yes or no in English, German, French and Spanish.
pub(crate) fn yes_no(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    if YES.contains(&text.as_str()) {
        return Some(true);
    }
    NO.contains(&text.as_str()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_in_several_languages() {
        assert_eq!([yes_no("Ja"), yes_no("OUI"), yes_no("Sí"), yes_no("TRUE")], [Some(true); 4]);
        assert_eq!([yes_no("Nein"), yes_no("non"), yes_no("0"), yes_no("Disabled")], [Some(false); 4]);
        assert_eq!(yes_no("maybe"), None);
    }

    #[test]
    fn cells_in_messages_are_cut_and_harmless() {
        assert_eq!(quoted("a\x1b[2J"), "`a\\u{1b}[2J`");
        assert_eq!(quoted(&"x".repeat(41)).chars().count(), 43);
    }
}
