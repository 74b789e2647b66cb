//! Which forms each verb has. A verb refuses a form that it does not have by name, before it reads anything: a page
//! that is silently a table would be published unescaped.

use crate::arguments::Format;
use crate::failure::Failure;

/// The forms of `demo`, `check` and `hunt`.
pub const ANSWER: &[Format] = &[
    Format::Table,
    Format::Json,
    Format::Ndjson,
    Format::Csv,
    Format::Md,
    Format::Html,
    Format::Navigator,
    Format::Timeline,
    Format::TimelineJsonl,
    Format::Stix,
    Format::Ocsf,
    Format::Sarif,
];
/// The forms of `hunt --summary logons`.
pub const LOGONS: &[Format] = &[Format::Table, Format::Csv, Format::Json, Format::Ndjson];
/// The forms of `extract`.
pub const EXTRACT: &[Format] = &[
    Format::Table,
    Format::Json,
    Format::Ndjson,
    Format::Csv,
    Format::Md,
    Format::Html,
    Format::Navigator,
    Format::Stix,
    Format::List,
    Format::Misp,
];
/// The forms of `explain`: one finding.
pub const ONE: &[Format] = &[Format::Table, Format::Json, Format::Ndjson, Format::Md, Format::Html];
/// The forms of `search`.
pub const SEARCH: &[Format] = &[Format::Table, Format::Ndjson, Format::Csv, Format::List];
/// The forms of `query`: rows of any columns.
pub const QUERY: &[Format] = &[Format::Table, Format::Json, Format::Ndjson, Format::Csv];
/// The forms of `rules test`: values beside each other, for people.
pub const TEST: &[Format] = &[Format::Table];
/// The forms of `rules check` and `rules list`.
pub const RULES: &[Format] =
    &[Format::Table, Format::Json, Format::Ndjson, Format::Csv, Format::Md, Format::Html];

/// The forms of an answer of a memory, in which single hits are not kept.
pub const KEPT: &[Format] = &[
    Format::Table,
    Format::Json,
    Format::Ndjson,
    Format::Csv,
    Format::Md,
    Format::Html,
    Format::Navigator,
    Format::Stix,
    Format::Ocsf,
    Format::Sarif,
];

/// The forms of rows that a memory gives.
pub const ROWS: &[Format] = &[Format::Table, Format::Json, Format::Ndjson];

/// The forms of what comes line by line, without an end.
pub const LINES: &[Format] = &[Format::Table, Format::Ndjson];

/// The forms of a race of patching.
pub const RACE: &[Format] = &[Format::Table, Format::Json, Format::Md, Format::Html];

/// The forms of a briefing; the table is its Markdown.
pub const BRIEF: &[Format] =
    &[Format::Table, Format::Json, Format::Md, Format::Html, Format::Pdf, Format::Slides, Format::SlidesPdf];

/// The forms of a change of shift.
pub const HANDOVER: &[Format] = &[Format::Table, Format::Md];

/// The forms of a report that is published.
pub const PUBLISH: &[Format] =
    &[Format::Table, Format::Md, Format::Html, Format::Pdf, Format::Stix, Format::Misp, Format::Csv];

/// Text for people and nothing else.
pub const TABLE: &[Format] = &[Format::Table];

/// Refuses a form that a verb does not have.
///
/// # Errors
/// With the forms that it has.
pub fn must_have(verb: &'static str, forms: &'static [Format], format: Format) -> Result<(), Failure> {
    if forms.contains(&format) {
        return Ok(());
    }
    Err(Failure::NoForm { verb, format, forms })
}

/// Refuses a short form where no page is written: it would change nothing.
///
/// # Errors
/// With what to add.
pub fn must_be_page(is_short: bool, format: Format, has_file: bool) -> Result<(), Failure> {
    if is_short && format != Format::Html && !has_file { Err(Failure::NoPage) } else { Ok(()) }
}
