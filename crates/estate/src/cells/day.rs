//! Days and moments as people and programs write them, and the order of day and month in a column.
//!
//! A cell is read in the one way that is possible, or in the order that other cells of its column show; it is never
//! guessed.

use input::table::Row;
use model::{Date, Timestamp};
use std::collections::BTreeMap;

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

    /// The order of a column: its own, or where its cells show none the one that all other columns of the table show,
    /// since one program wrote it.
    pub(crate) fn of(&self, column: &str) -> Option<DayOrder> {
        if let Some(own) = self.columns.get(column) {
            return *own;
        }
        let mut others = self.columns.values();
        let first = others.next().copied().flatten()?;
        others.all(|other| *other == Some(first)).then_some(first)
    }
}

/// The order that a cell shows: a number above twelve is a day, and where a clock has two halves the month comes first.
fn shown_order(cell: &str) -> Option<DayOrder> {
    let mut numbers = cell.split(['/', '-', ' ', ',']).map(str::trim);
    let (first, second) = (number(numbers.next()?)?, number(numbers.next()?)?);
    let year = numbers.next()?;
    let has_year = number(year)? >= 1000 || (cell.contains('/') && of_century(year).is_some());
    if !cell.contains(['/', '-']) || !has_year || first > 31 || second > 31 {
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
pub(crate) fn date_in(text: &str, order: Option<DayOrder>) -> Result<Date, &'static str> {
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
    // With hyphens the year may come first, and nothing is guessed.
    let short = day.rsplit(separator).next().and_then(of_century).filter(|_| separator != '-');
    let third = match short {
        Some(year) => year,
        None if third < 1000 => return Err("is a day without century"),
        None => third,
    };
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

/// A year of two digits: up to 68 it is of this century (POSIX, strptime, `%y`).
fn of_century(text: &str) -> Option<u32> {
    let year = number(text).filter(|_| text.len() == 2)?;
    Some(if year <= 68 { 2000 + year } else { 1900 + year })
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
pub(crate) fn moment_in(text: &str, order: Option<DayOrder>) -> Result<Option<Timestamp>, &'static str> {
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
    if let Some(moment) = of_named_month(text) {
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

/// A moment whose month is a word: `Nov 28, 2026 08:10:00 UTC`, `Sat Nov 28 08:10:00 2026` (asctime(3)), `28-Nov-2026`.
fn of_named_month(text: &str) -> Option<Timestamp> {
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (mut month, mut day, mut year, mut clock) = (None, None, None, String::new());
    for word in text.split([' ', ',', '-', 'T']).filter(|word| !word.is_empty()).take(12) {
        let start = word.get(..3).unwrap_or_default().to_ascii_lowercase();
        let of_word = MONTHS.iter().position(|name| *name == start);
        if word.contains(':') {
            clock = word.to_owned();
        } else if matches!(word, "AM" | "PM" | "am" | "pm") {
            clock.push_str(word);
        } else if month.is_none() && of_word.is_some() && word.chars().all(char::is_alphabetic) {
            month = of_word.and_then(|at| u32::try_from(at + 1).ok());
        } else if let Some(value) = number(word.trim_end_matches('.')) {
            match value {
                1000.. => year = i32::try_from(value).ok(),
                _ if day.is_none() => day = Some(value),
                // `28-Nov-26`.
                _ if month.is_some() && year.is_none() => {
                    year = i32::try_from(of_century(word)?).ok();
                }
                _ => return None,
            }
        }
    }
    let date = Date::new(year?, month?, day?)?;
    if clock.is_empty() { Some(date.start()) } else { time_of_day(date, &clock) }
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
        for text in ["13.06.24", "13/06/24", "6/13/24"] {
            assert_eq!(day(text), "2024-06-13", "{text}");
        }
        assert_eq!((day("1.2.68"), day("1.2.69")), ("2068-02-01".into(), "1969-02-01".into()));
        // The year may come first.
        assert_eq!(day("13-06-24"), "is a day without century");
        assert_eq!(
            (day("1/2/24"), day("1.2.4")),
            ("may be one of two days".into(), "is a day without century".into())
        );
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
        for text in [
            "Jun 13, 2024 15:14:15 UTC",
            "Thu Jun 13 15:14:15 2024",
            "13-Jun-2024 3:14:15 PM",
            "13-Jun-24 15:14:15",
        ] {
            assert_eq!(when(text), "2024-06-13T15:14:15Z", "{text}");
        }
        assert_eq!(when("13. June 2024"), "2024-06-13T00:00:00Z");
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
        assert_eq!(read(["13-6-2024", ""]), "2024-07-06");
        assert_eq!(read(["13/6/24", ""]), "2024-07-06");
        assert_eq!(read(["1/2/24 3:14 PM", ""]), "2024-06-07");
    }

    #[test]
    fn a_column_that_shows_nothing_follows_the_others() {
        let of = |columns: &[(&'static str, &str)]| {
            let mut orders = Orders::default();
            for (column, cell) in columns {
                let known = [(*column, (*cell).to_owned())].into();
                orders.learn(&Row { record: 1, line: 2, known, extra: BTreeMap::new() });
            }
            orders.of("created")
        };
        assert_eq!(of(&[("used", "6/13/2024")]), Some(DayOrder::MonthFirst));
        assert_eq!(of(&[("used", "6/13/2024"), ("set", "13/6/2024")]), None);
        assert_eq!(of(&[("used", "6/13/2024"), ("created", "13/6/2024")]), Some(DayOrder::DayFirst));
    }
}
