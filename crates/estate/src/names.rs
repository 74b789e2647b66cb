//! A table of names that are ours or a partner's: domains, networks, mail addresses, accounts, keywords.
//!
//! They are the needles: collections are searched for them.

use crate::cells::Cells;
use input::table::{self, Column};
use input::{Document, Head};
use model::ours::{Fact, Name, NameValue, Party};
use model::{Fault, Place, Problems};
use observable::{Kind, Observable, canonical, recognise as recognise_value};

/// Lists that one word may be in.
const LISTS_MAX: usize = 50;

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "name", spellings: &["value", "domain", "watch", "asset", "wert", "nom", "valeur", "nombre", "valor"] },
    Column { name: "kind", spellings: &["type", "art", "typ", "genre", "tipo"] },
    Column { name: "party", spellings: &["relation", "relationship", "whose", "partei", "beziehung", "partie", "parte", "relación"] },
    Column { name: "party_name", spellings: &["organisation", "organization", "company", "partner", "firma", "unternehmen", "entreprise", "société", "empresa", "organización"] },
    Column { name: "owner", spellings: &["responsible", "contact", "notify", "verantwortlich", "verantwortlicher", "responsable", "propriétaire", "propietario"] },
    Column { name: "list", spellings: &["lists", "watchlist", "watchlists", "group", "liste", "lista", "gruppe", "groupe", "grupo"] },
    Column { name: "expires", spellings: &["until", "validuntil", "expiry", "ablauf", "gültigbis", "expire", "validejusque", "caduca", "válidohasta"] },
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_devices = ["fqdn", "address", "mac", "zone", "model", "system"];
    head.has_column(COLUMNS, &["name"])
        && head.has_column(COLUMNS, &["party", "party_name"])
        && !head.has_column(crate::devices::COLUMNS, &of_devices)
        && !crate::accounts::has_account_column(head)
        && !crate::events::is_of_events(head)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    table::rows(document, COLUMNS, problems, &mut |row, problems| {
        if let Some(name) = name(&mut Cells::new(&source, row, problems)) {
            each(Fact::Name(name));
        }
    });
}

fn name(cells: &mut Cells<'_>) -> Option<Name> {
    let Some(text) = cells.text("name") else {
        cells.name_row("no name", "give a domain, network, address, mail address, account or keyword");
        return None;
    };
    let value = match cells.text("kind") {
        None => guessed(&text),
        Some(kind) => match of_kind(&text, &table::normal(&kind)) {
            Some(value) => value,
            None => {
                let why = format!(
                    "column name: {} is no {}",
                    crate::cells::quoted(&text),
                    crate::cells::quoted(&kind)
                );
                cells.name_row(&why, "kinds are domain, network, address, mail, account and keyword");
                return None;
            }
        },
    };
    let party = cells.text("party").and_then(|word| {
        let party = party(&table::normal(&word));
        if party.is_none() {
            let what = format!("column party: {} is no party: taken as our own", crate::cells::quoted(&word));
            let help = "write own, subsidiary, supplier or customer";
            cells.problems.add(Place::Line(cells.row.line), Fault::Partial, what, Some(help));
        }
        party
    });
    let party = party.unwrap_or(Party::Own);
    let lists = lists(cells, &value);
    Some(Name {
        value,
        lists,
        party_name: cells.text("party_name").unwrap_or_else(|| party.name().to_owned()),
        party,
        owner: cells.text("owner"),
        expires: cells.date("expires"),
        origin: cells.origin(),
    })
}

/// The lists of watched words that a row is of, each once, in order.
fn lists(cells: &mut Cells<'_>, value: &NameValue) -> Vec<String> {
    let Some(text) = cells.text("list") else { return Vec::new() };
    let mut note = |what: String, help| {
        cells.problems.add(Place::Line(cells.row.line), Fault::Note, what, Some(help));
    };
    if !matches!(value, NameValue::Keyword(_)) {
        note(
            "column list: only a keyword is in a list of watched words".to_owned(),
            "write the word in a row of kind keyword",
        );
        return Vec::new();
    }
    let named = text.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut lists: Vec<String> = named.filter(|one| !one.is_empty()).collect();
    lists.sort();
    lists.dedup();
    if lists.len() > LISTS_MAX {
        note(
            format!("column list: {} lists; the first {LISTS_MAX} by name are used", lists.len()),
            "name fewer lists in the row",
        );
        lists.truncate(LISTS_MAX);
    }
    lists
}

/// A name whose kind the table gives; `None` when it is not of that kind.
fn of_kind(text: &str, kind: &str) -> Option<NameValue> {
    let observable = match kind {
        "domain" | "domains" | "domäne" | "domaine" | "dominio" | "hostname" | "fqdn" => domain(text),
        "network" | "cidr" | "subnet" | "netz" | "netzwerk" | "réseau" | "red" => {
            canonical(Kind::Network, text).or_else(|| address(text))
        }
        "address" | "ip" | "ipaddress" | "ipv4" | "ipv6" | "adresse" | "ipadresse" | "dirección" => {
            address(text)
        }
        "mail" | "email" | "mailaddress" | "emailaddress" | "courriel" | "correo" => {
            canonical(Kind::Email, text)
        }
        // A logon name that is a mail address is looked for as one.
        "account" | "upn" | "user" | "konto" | "benutzer" | "compte" | "cuenta" | "usuario" => {
            return Some(observed_or_word(canonical(Kind::Email, text), text));
        }
        "keyword" | "word" | "brand" | "term" | "stichwort" | "marke" | "motclé" | "marque" | "palabra"
        | "marca" => {
            return Some(NameValue::Keyword(text.to_owned()));
        }
        _ => return None,
    };
    observable.map(NameValue::Observable)
}

/// A name whose kind the table does not give: what it can only be, else a keyword.
fn guessed(text: &str) -> NameValue {
    let wanted = [Kind::Ipv4, Kind::Ipv6, Kind::Network, Kind::Domain, Kind::Email];
    let bare = without_wildcard(text);
    let found = recognise_value(bare).filter(|found| wanted.contains(&found.kind));
    observed_or_word(found, text)
}

fn observed_or_word(observable: Option<Observable>, text: &str) -> NameValue {
    observable.map_or_else(|| NameValue::Keyword(text.to_owned()), NameValue::Observable)
}

/// `*.example.org`, `.example.org` and `@example.org` name the domain, with all below it.
fn without_wildcard(text: &str) -> &str {
    text.strip_prefix("*.")
        .or_else(|| text.strip_prefix('.'))
        .or_else(|| text.strip_prefix('@'))
        .unwrap_or(text)
}

fn domain(text: &str) -> Option<Observable> {
    canonical(Kind::Domain, without_wildcard(text))
}

fn address(text: &str) -> Option<Observable> {
    canonical(Kind::Ipv4, text).or_else(|| canonical(Kind::Ipv6, text))
}

fn party(word: &str) -> Option<Party> {
    Some(match word {
        "own" | "self" | "us" | "we" | "our" | "ours" | "eigen" | "eigene" | "wir" | "nous" | "propre"
        | "propio" | "nosotros" => Party::Own,
        "subsidiary" | "affiliate" | "tochter" | "tochterfirma" | "filiale" | "filial" => Party::Subsidiary,
        "supplier" | "vendor" | "provider" | "contractor" | "lieferant" | "dienstleister" | "fournisseur"
        | "prestataire" | "proveedor" => Party::Supplier,
        "customer" | "client" | "kunde" | "cliente" => Party::Customer,
        _ => return None,
    })
}
