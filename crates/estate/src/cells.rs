//! What people write into cells: yes and no, days and moments, lists, in several languages.
//!
//! A cell is read or reported; it is never guessed. A cell that means "not known" gives no value and no problem.

use input::table::{Row, normal};
use model::world::Origin;
use model::{Date, Fault, Place, Problems, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many values one cell may list.
const LIST_MAX: usize = 10_000;

/// How much of a cell a message shows.
const SHOWN_CHARS_MAX: usize = 40;

/// Headers of columns that hold secrets, compared by [`normal`].
#[rustfmt::skip]
const SECRETS: &[&str] = &[
    "password", "passwd", "pwd", "pass", "passphrase", "userpassword", "unixuserpassword", "unicodepwd", "passwort",
    "kennwort", "motdepasse", "contraseña", "secret", "clientsecret", "token", "accesstoken", "cookie", "apikey",
    "privatekey", "secretkey", "secretaccesskey", "hash", "passwordhash", "nthash", "ntlmhash", "ntlm", "lmhash", "pin",
    "snmpcommunity", "community", "psk",
];

/// One row, read cell by cell.
pub(crate) struct Cells<'r> {
    pub(crate) row: Row,
    pub(crate) problems: &'r mut Problems,
    pub(crate) place: Place,
    source: Arc<str>,
    orders: Option<&'r Orders>,
}

impl<'r> Cells<'r> {
    /// Reads a row. Columns that hold secrets are not kept.
    pub(crate) fn new(source: &Arc<str>, row: Row, problems: &'r mut Problems) -> Self {
        let place = Place::Line(row.line);
        Self::at(source, row, place, problems)
    }

    /// Reads a row that is no line of a table but the record at this place.
    pub(crate) fn at(source: &Arc<str>, mut row: Row, place: Place, problems: &'r mut Problems) -> Self {
        row.extra.retain(|header, _| !SECRETS.contains(&normal(header).as_str()));
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

/// Yes or no in English, German, French and Spanish.
pub(crate) fn yes_no(text: &str) -> Option<bool> {
    const YES: &[&str] = &[
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "enabled",
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
    const NO: &[&str] = &[
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "none",
        "disabled",
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
    let text = text.to_lowercase();
    if YES.contains(&text.as_str()) {
        return Some(true);
    }
    NO.contains(&text.as_str()).then_some(false)
}

/// The order of day and month where strokes or hyphens set them off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// What the cells of a table show of the order of day and month, a column.
#[derive(Default)]
pub(crate) struct Orders {
    /// `None` where cells contradict each other.
    columns: BTreeMap<&'static str, Option<DayOrder>>,
}

impl Orders {
    /// Looks at every cell of a row.
    pub(crate) fn learn(&mut self, row: &Row) {
        for (column, cell) in &row.known {
            let Some(order) = shown_order(cell) else { continue };
            let known = self.columns.entry(column).or_insert(Some(order));
            if *known != Some(order) {
                *known = None;
            }
        }
    }

    fn of(&self, column: &str) -> Option<DayOrder> {
        self.columns.get(column).copied().flatten()
    }
}

/// The order that a cell shows: a number above twelve is a day, and where a clock has two halves the month comes first.
fn shown_order(cell: &str) -> Option<DayOrder> {
    let mut numbers = cell.split(['/', ' ', ',']).map(str::trim);
    let (first, second) = (number(numbers.next()?)?, number(numbers.next()?)?);
    let year = number(numbers.next()?)?;
    if !cell.contains('/') || year < 1000 || first > 31 || second > 31 {
        return None;
    }
    if first > 12 || second > 12 {
        return Some(if first > 12 { DayOrder::DayFirst } else { DayOrder::MonthFirst });
    }
    let upper = cell.trim_end().to_ascii_uppercase();
    (upper.ends_with("AM") || upper.ends_with("PM")).then_some(DayOrder::MonthFirst)
}

/// A day: ISO 8601, or day and month in an order that only one reading allows.
#[cfg(test)]
fn date(text: &str) -> Result<Date, &'static str> {
    date_in(text, None)
}

/// A day, where the order of day and month may be known.
fn date_in(text: &str, order: Option<DayOrder>) -> Result<Date, &'static str> {
    if let Some(date) = Date::parse(text) {
        return Ok(date);
    }
    // A time may follow the day.
    let day = text.split([' ', 'T', ',']).next().unwrap_or_default();
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | '/' | '-'));
    let Some(separator) = separator else { return Err("is no day") };
    let numbers: Vec<Option<u32>> = day.split(separator).map(number).collect();
    let [Some(first), Some(second), Some(third)] = numbers[..] else { return Err("is no day") };
    let of = |year: u32, month, day| {
        let year = i32::try_from(year).map_err(|_| "is no day")?;
        Date::new(year, month, day).ok_or("is no day of the calendar")
    };
    if first >= 1000 {
        return of(first, second, third);
    }
    if third < 1000 {
        return Err("is a day without century");
    }
    match (separator, first, second) {
        // The day comes first wherever days are written with dots.
        ('.', day, month) => of(third, month, day),
        (_, day, month) if day > 12 || day == month => of(third, month, day),
        (_, month, day) if day > 12 => of(third, month, day),
        (_, day, month) if order == Some(DayOrder::DayFirst) => of(third, month, day),
        (_, month, day) if order == Some(DayOrder::MonthFirst) => of(third, month, day),
        _ => Err("may be one of two days"),
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A moment, as exports write it; `Ok(None)` is never.
#[cfg(test)]
fn moment(text: &str) -> Result<Option<Timestamp>, &'static str> {
    moment_in(text, None)
}

/// A moment, where the order of day and month may be known.
fn moment_in(text: &str, order: Option<DayOrder>) -> Result<Option<Timestamp>, &'static str> {
    const NEVER: &[&str] = &["0", "-1", "never", "nie", "niemals", "jamais", "nunca", "9223372036854775807"];
    if NEVER.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Ok(None);
    }
    if let Some(moment) = Timestamp::parse(text) {
        return Ok(Some(moment));
    }
    if let Some(moment) = counted(text).or_else(|| generalised(text)).or_else(|| of_powershell(text)) {
        return Ok(Some(moment));
    }
    let date = date_in(text, order)?;
    let time = text.split_once([' ', 'T']).map_or("", |(_, time)| time).trim();
    if time.is_empty() {
        return Ok(Some(date.start()));
    }
    time_of_day(date, time).map(Some).ok_or("is no moment")
}

/// Seconds or milliseconds of Unix, or a Windows FILETIME, distinguished by their size.
fn counted(text: &str) -> Option<Timestamp> {
    let number: u64 = text.parse().ok()?;
    match text.len() {
        9 | 10 => Timestamp::from_seconds(i64::try_from(number).ok()?),
        13 => Timestamp::from_millis(i64::try_from(number).ok()?),
        17 | 18 => Timestamp::from_filetime(number),
        _ => None,
    }
}

/// LDAP's generalised time (RFC 4517, 3.3.13): `20240612031415.0Z`.
fn generalised(text: &str) -> Option<Timestamp> {
    let digits = text.get(..14).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = text.get(14..)?;
    if !(rest == "Z" || rest.starts_with('.') && rest.ends_with('Z')) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    Timestamp::parse(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    ))
}

/// What Windows PowerShell's `ConvertTo-Json` makes of a moment: `/Date(1718162055000)/`.
fn of_powershell(text: &str) -> Option<Timestamp> {
    let millis = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    Timestamp::from_millis(millis.parse().ok()?)
}

/// `3:14:15 PM`, `03:14`, `03:14:15`.
fn time_of_day(date: Date, text: &str) -> Option<Timestamp> {
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM").map(|clock| (clock, 0)) {
        Some((clock, half)) => (clock, Some(half)),
        None => upper.strip_suffix("PM").map_or((upper.as_str(), None), |clock| (clock, Some(12))),
    };
    let mut parts = clock.trim().split(':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    Timestamp::from_civil(date, hour, minute, second, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> String {
        date(text).map_or_else(str::to_owned, |date| date.to_string())
    }

    fn when(text: &str) -> String {
        match moment(text) {
            Ok(Some(moment)) => moment.to_string(),
            Ok(None) => "never".to_owned(),
            Err(why) => why.to_owned(),
        }
    }

    #[test]
    fn days_that_can_be_read_in_one_way_only() {
        for text in
            ["2024-06-13", "13.06.2024", "13/06/2024", "06/13/2024", "6/13/2024", "2024/06/13", "13-6-2024"]
        {
            assert_eq!(day(text), "2024-06-13", "{text}");
        }
        assert_eq!(day("1.2.2024"), "2024-02-01");
        assert_eq!(day("6/6/2024"), "2024-06-06");
        assert_eq!(day("1/2/2024"), "may be one of two days");
        assert_eq!(day("31.06.2024"), "is no day of the calendar");
        assert_eq!(day("13.06.24"), "is a day without century");
        assert_eq!(day("soon"), "is no day");
    }

    #[test]
    fn moments_as_directories_and_clouds_export_them() {
        assert_eq!(when("2024-06-12T03:14:15+00:00"), "2024-06-12T03:14:15Z");
        assert_eq!(when("20240612031415.0Z"), "2024-06-12T03:14:15Z");
        assert_eq!(when("133626356550000000"), "2024-06-12T03:14:15Z");
        assert_eq!(when("1718162055"), "2024-06-12T03:14:15Z");
        assert_eq!(when("13.06.2024 03:14"), "2024-06-13T03:14:00Z");
        assert_eq!(when("6/13/2024 3:14:15 PM"), "2024-06-13T15:14:15Z");
        assert_eq!(when("6/13/2024 12:14:15 AM"), "2024-06-13T00:14:15Z");
        assert_eq!(when("6/7/2024 3:14:15 PM"), "may be one of two days");
        assert_eq!(when("0"), "never");
        assert_eq!(when("nie"), "never");
        assert_eq!(when("13.06.2024 25:14"), "is no moment");
    }

    #[test]
    fn one_cell_decides_the_order_of_a_column() {
        let read = |cells: [&str; 2]| {
            let mut orders = Orders::default();
            for cell in cells {
                let known = [("created", cell.to_owned())].into();
                orders.learn(&Row { record: 1, line: 2, known, extra: BTreeMap::new() });
            }
            date_in("6/7/2024", orders.of("created")).map_or_else(str::to_owned, |date| date.to_string())
        };
        assert_eq!(read(["6/13/2024", ""]), "2024-06-07");
        assert_eq!(read(["13/6/2024 08:00", ""]), "2024-07-06");
        assert_eq!(read(["1/2/2024 3:14:15 PM", ""]), "2024-06-07");
        assert_eq!(read(["6/13/2024", "13/6/2024"]), "may be one of two days");
        assert_eq!(read(["1/2/2024", "10/20"]), "may be one of two days");
    }

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
