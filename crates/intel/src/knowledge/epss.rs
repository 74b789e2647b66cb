//! EPSS: how likely a CVE is exploited within thirty days; the daily CSV of FIRST and its API as JSON.
//!
//! The CSV has `cve,epss,percentile` below a comment with the model and the day
//! (`#model_version:v2025.03.14,score_date:…`). Source: first.org/epss/data_stats and first.org/epss/api.

use super::record;
use crate::sink::Sink;
use crate::wire::Words;
use input::table::{self, Column};
use input::{Document, Head};
use model::world::{ExploitLikelihood, Fact};
use model::{Date, Fault, Place, Problems};
use serde::Deserialize;

const COLUMNS: &[Column] = &[
    Column { name: "cve", spellings: &[] },
    Column { name: "epss", spellings: &[] },
    Column { name: "percentile", spellings: &[] },
];

/// Parts of a whole score.
const WHOLE: f64 = 100_000.0;

/// An element of the API's `data`.
#[derive(Deserialize)]
struct Score {
    #[serde(default)]
    cve: Words,
    #[serde(default)]
    epss: Words,
    #[serde(default)]
    percentile: Words,
    #[serde(default)]
    date: Words,
}

/// Whether a document is of these scores.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let table = |headers: &[String]| {
        let has = |name: &str| headers.iter().any(|header| header == name);
        has("cve") && has("epss") && has("percentile")
    };
    head.is_table(table)
        || (head.has_key("data") && head.contains("\"epss\"") && head.contains("\"percentile\""))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let head = document.head_decoded().into_owned();
    if head.trim_start().starts_with(['{', '[']) {
        record::objects::<Score>(
            document,
            "data",
            "a score",
            sink,
            problems,
            &mut |score, place, sink, problems| {
                let day = Date::parse(&score.date);
                one([&score.cve, &score.epss, &score.percentile], (day, None), place, sink, problems);
            },
        );
        return;
    }
    let (model, day) = of_comment(head.lines().find(|line| line.starts_with('#')).unwrap_or_default());
    table::rows(document, COLUMNS, problems, &mut |row, problems| {
        let cell = |name: &str| row.get(name).unwrap_or_default();
        let cells = [cell("cve"), cell("epss"), cell("percentile")];
        one(cells, (day, model.clone()), Place::Line(row.line), sink, problems);
    });
}

fn one(
    [cve, probability, percentile]: [&str; 3],
    (scored, model): (Option<Date>, Option<String>),
    place: Place,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    let Some(probability) = parts(probability).filter(|_| record::is_cve(cve)) else {
        problems.add(place, Fault::Partial, "no score of a CVE between 0 and 1", None);
        return;
    };
    let origin = sink.origin(place);
    let percentile = parts(percentile);
    let cve = cve.to_owned();
    sink.give(Fact::ExploitLikelihood(ExploitLikelihood {
        cve,
        probability,
        percentile,
        scored,
        model,
        origin,
    }));
}

/// Model and day of the comment: `#model_version:v2025.03.14,score_date:2025-05-01T00:00:00+0000`.
fn of_comment(comment: &str) -> (Option<String>, Option<Date>) {
    let fields = comment.trim_start_matches('#').split(',').filter_map(|field| field.split_once(':'));
    let value =
        |wanted: &str| fields.clone().find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim());
    (value("model_version").map(str::to_owned), value("score_date").and_then(Date::parse))
}

/// A number from 0 to 1 in hundred-thousandths.
fn parts(text: &str) -> Option<u32> {
    let number: f64 = text.trim().parse().ok()?;
    if !(0.0..=1.0).contains(&number) {
        return None;
    }
    format!("{:.0}", number * WHOLE).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_between_nothing_and_one() {
        assert_eq!(parts("0.97342"), Some(97_342));
        assert_eq!((parts("1"), parts("0")), (Some(100_000), Some(0)));
        assert_eq!((parts("1.00001"), parts("-0.1"), parts("NaN"), parts("")), (None, None, None, None));
    }
}
