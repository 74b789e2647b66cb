//! CISA's Known Exploited Vulnerabilities catalogue, JSON as published (schema of the catalogue, 2021 on).

use crate::body;
use crate::sink::Sink;
use crate::wire::Text;
use input::Document;
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
            origin: sink.origin(place),
        };
        sink.give(Fact::Exploited(fact));
    });
}
