//! Known Exploited Vulnerabilities: CISA's catalogue as JSON and CSV (its schema, 2021 on), and lists of others in its
//! form.
//!
//! The title of the catalogue says whose it is: a list of exploited vulnerabilities is a claim. One that does not say
//! so has no asserter.

use crate::body;
use crate::sink::Sink;
use crate::wire::Text;
use input::{Document, table};
use model::world::{Exploited, Fact};
use model::{Date, Fault, Place, Problems};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CatalogueEntry<'a> {
    #[serde(borrow, default, rename = "cveID")]
    cve: Text<'a>,
    #[serde(borrow, default)]
    vendor_project: Text<'a>,
    #[serde(borrow, default)]
    product: Text<'a>,
    #[serde(borrow, default)]
    vulnerability_name: Text<'a>,
    #[serde(borrow, default)]
    date_added: Text<'a>,
    #[serde(borrow, default)]
    due_date: Text<'a>,
    #[serde(borrow, default)]
    known_ransomware_campaign_use: Text<'a>,
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let asserter = asserter(&text);
    body::elements(&text, "vulnerabilities", problems, &mut |number, raw, problems| {
        let place = Place::Record(number);
        let entry = match serde_json::from_str::<CatalogueEntry<'_>>(raw) {
            Ok(entry) if entry.cve.starts_with("CVE-") => entry,
            Ok(_) => {
                problems.add(place, Fault::Partial, "an entry without a CVE number was passed over", None);
                return;
            }
            Err(error) => {
                problems.add(
                    place,
                    Fault::Partial,
                    format!("not a catalogue entry: {}", body::reason(&error)),
                    None,
                );
                return;
            }
        };
        let fact = Exploited {
            cve: entry.cve.trim().to_owned(),
            vendor: entry.vendor_project.trim().to_owned(),
            product: entry.product.trim().to_owned(),
            name: entry.vulnerability_name.trim().to_owned(),
            added: Date::parse(&entry.date_added),
            due: Date::parse(&entry.due_date),
            ransomware: entry.known_ransomware_campaign_use.eq_ignore_ascii_case("known"),
            asserter: asserter.clone(),
            origin: sink.origin(place),
        };
        sink.give(Fact::Exploited(fact));
    });
}

/// Whether a header (in normal form) is of the catalogue as CSV, or of a list in its form.
pub(crate) fn claims_table(headers: &[String]) -> bool {
    let any = |names: &[&str]| headers.iter().any(|header| names.contains(&header.as_str()));
    any(CVES)
        && any(ADDED)
        && (any(&["vendorproject", "vendor"]) || any(&["exploitedsince", "dateexploited"]))
}

const CVES: &[&str] = &["cveid", "cve", "cvenumber"];
const ADDED: &[&str] = &["dateadded", "datereported", "exploitedsince", "dateexploited", "addeddate"];

/// The list as CSV: who keeps it is in a column, else in the file's name where that is CISA's.
pub(crate) fn read_table(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let file = sink.source.rsplit(['/', '\\', '!']).next().unwrap_or_default().to_ascii_lowercase();
    let cisa = file.starts_with("known_exploited_vulnerabilities");
    table::rows(document, &[], problems, &mut |row, problems| {
        let get = |names: &[&str]| {
            let mut cells = names.iter().filter_map(|name| {
                let cell = row.extra.iter().find(|(header, _)| table::normal(header) == *name);
                cell.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
            });
            cells.next().map(str::to_owned)
        };
        let place = Place::Line(row.line);
        let Some(cve) = get(CVES).filter(|cve| cve.starts_with("CVE-")) else {
            problems.add(place, Fault::Partial, "a row without a CVE number was passed over", None);
            return;
        };
        let name = get(&["vulnerabilityname", "name", "title"]).unwrap_or_else(|| cve.clone());
        let ransomware = get(&["knownransomwarecampaignuse", "ransomware"]);
        sink.give(Fact::Exploited(Exploited {
            cve,
            vendor: get(&["vendorproject", "vendor"]).unwrap_or_default(),
            product: get(&["product"]).unwrap_or_default(),
            name,
            added: get(ADDED).as_deref().and_then(Date::parse),
            due: get(&["duedate"]).as_deref().and_then(Date::parse),
            ransomware: ransomware.is_some_and(|word| {
                ["known", "yes", "true"].iter().any(|yes| word.eq_ignore_ascii_case(yes))
            }),
            asserter: get(&["originsource", "assertedby", "asserter", "source", "reportedby"])
                .or_else(|| cisa.then(|| "CISA".to_owned())),
            origin: sink.origin(place),
        }));
    });
}

/// How much before the first entry is searched for the catalogue's title, in bytes.
const TITLE_WITHIN: usize = 4096;

/// Who keeps a catalogue, by its title: `CISA Catalog of Known Exploited Vulnerabilities`.
fn asserter(text: &str) -> Option<String> {
    let start = text.find("\"title\"")?;
    if start > TITLE_WITHIN {
        return None;
    }
    let value = text.get(start..)?.split('"').nth(3)?;
    let name = value.split(" Catalog").next().and_then(|name| name.split(" Known ").next())?.trim();
    let name = name.trim_end_matches("'s").trim_end_matches(" Exploited Vulnerabilities");
    (!name.is_empty() && name.len() < 80 && !name.starts_with("Known")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_whose_list_it_is() {
        let of = |title: &str| asserter(&format!("{{\"title\": \"{title}\", \"vulnerabilities\": []}}"));
        assert_eq!(of("CISA Catalog of Known Exploited Vulnerabilities").as_deref(), Some("CISA"));
        assert_eq!(of("Harbour CERT Known Exploited Vulnerabilities").as_deref(), Some("Harbour CERT"));
        assert_eq!(of("Known Exploited Vulnerabilities"), None);
        assert_eq!(asserter("{\"vulnerabilities\": []}"), None);
    }
}
