//! A table of machines and appliances: an export of a configuration database, or what people keep by hand.

use crate::cells::Cells;
use crate::tables::ordered;
use input::table::Column;
use input::{Document, Head};
use model::Problems;
use model::ours::{Device, Fact, Lease};
use std::net::IpAddr;

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "name", spellings: &["hostname", "host", "computername", "computer", "device", "devicename", "name0", "asset", "assetname", "systemname", "displayname", "gerät", "gerätename", "rechner", "rechnername", "nom", "nomdhôte", "appareil", "équipement", "nombre", "equipo", "dispositivo", "endpoint", "endpointname", "computercomputername", "clientname"] },
    Column { name: "machine", spellings: &["pscomputername", "node", "machinename", "csname", "netbiosname0", "vm", "vmname", "virtualmachine", "virtualmachinename"] },
    Column { name: "fqdn", spellings: &["dnshostname", "dnsname", "fullname", "fullyqualifieddomainname", "fulldomainname", "computerdnsname", "vollständigername", "nomcomplet", "nombrecompleto", "endpointfqdn", "computerfqdn"] },
    Column { name: "aliases", spellings: &["alias", "othernames", "alternativenames", "netbios", "netbiosname", "weiterenamen", "autresnoms"] },
    Column { name: "address", spellings: &["addresses", "ip", "ips", "ipaddress", "ipaddresses", "ipv4", "ipv4address", "ipv6", "ipv6address", "networkingip", "netzwerkip", "réseauip", "redip", "primaryip", "primaryipaddress", "primaryip4", "primaryip4address", "primaryip6address", "clientipaddress", "deviceips", "lastipaddress", "lastip", "localip", "ipaddresses0", "ipadresse", "ipadressen", "adresse", "adressen", "adresses", "adresseip", "adressesip", "dirección", "direcciónip", "direccion", "direccionip", "lanip", "managementip", "mgmtip", "managementipaddress", "computeripaddress", "ipv4addresses", "ipaddressv4"] },
    Column { name: "mac", spellings: &["macaddress", "macaddresses", "networkmac", "wifimac", "ethernetmac", "macadresse", "adressemac", "direcciónmac", "ethernetaddress", "hwaddr", "hardwareaddress", "physicaladdress", "computermacaddress"] },
    Column { name: "zone", spellings: &["zones", "networkzone", "segment", "networksegment", "netzzone", "netzsegment", "zona"] },
    Column { name: "role", spellings: &["function", "category", "class", "devicerole", "rolle", "funktion", "kategorie", "rôle", "fonction", "catégorie", "rol", "función", "sysclassname"] },
    Column { name: "type", spellings: &["devicetype", "types", "assettypename", "typ", "gerätetyp", "tipo", "producttype"] },
    Column { name: "vendor", spellings: &["manufacturer", "manufacturers", "manufacturer0", "devicetypemanufacturer", "maker", "make", "brand", "hersteller", "marke", "fabricant", "marque", "fabricante", "marca", "computermanufacturer", "csmanufacturer"] },
    Column { name: "model", spellings: &["product", "productname", "hardwaremodel", "models", "model0", "devicemodel", "devicetypemodel", "modell", "produkt", "modèle", "produit", "modelo", "producto", "modelid", "computermodel", "csmodel", "modelname"] },
    Column { name: "version", spellings: &["firmware", "firmwareversion", "softwareversion", "productversion", "versión", "versionfirmware"] },
    Column { name: "system", spellings: &["os", "osname", "osplatform", "operatingsystemname", "betriebssystemname", "systèmedexploitationnom", "sistemaoperativonombre", "operatingsystemnameandversion0", "operatingsystemnameand0", "caption", "osdescription", "oscaption", "platform", "operatingsystem", "betriebssystem", "système", "systèmedexploitation", "sistema", "sistemaoperativo", "computerosname", "guestos", "guestoperatingsystem", "osaccordingtothevmwaretools", "osaccordingtotheconfigurationfile", "esxversion", "operatingsystemtype"] },
    Column { name: "system_version", spellings: &["osversion", "operatingsystemversion", "computerosversion", "betriebssystemversion"] },
    Column { name: "description", spellings: &["beschreibung"] },
    Column { name: "internet_facing", spellings: &["internetexposed", "exposed", "exposedtointernet", "publicfacing", "reachablefrominternet", "ausdeminterneterreichbar", "internetseitig", "exposé", "exposésurinternet", "expuesto", "expuestoainternet"] },
    Column { name: "end_of_support", spellings: &["endofsupportdate", "endofsupp", "eos", "endoflife", "eol", "eoldate", "supportends", "supporteduntil", "supportende", "supportbis", "findesupport", "findevie", "findesoporte", "findevida"] },
    Column { name: "crown_jewel", spellings: &["crownjewels", "critical", "businesscritical", "missioncritical", "kronjuwel", "kritisch", "critique", "crítico"] },
    Column { name: "owner", spellings: &["responsible", "contact", "team", "verantwortlich", "verantwortlicher", "ansprechpartner", "eigentümer", "responsable", "propriétaire", "propietario"] },
    Column { name: "expires", spellings: &["leaseexpirytime", "leaseexpires", "leaseends", "expire"] },
    Column { name: "sid", spellings: &["objectsid", "securityidentifier"] },
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_devices = [
        "fqdn",
        "address",
        "mac",
        "zone",
        "role",
        "type",
        "model",
        "system",
        "internet_facing",
        "end_of_support",
    ];
    // A client of an access point may have nothing but a description.
    let described = ["description", "mac", "address"].iter().all(|name| head.has_column(COLUMNS, &[name]));
    (head.has_column(COLUMNS, &["name", "machine", "fqdn"]) || described)
        && head.has_column(COLUMNS, &of_devices)
        && !crate::events::is_of_events(head)
        // What `Get-HotFix` lists are updates.
        && !head.headers().into_iter().flatten().any(|header| header == "hotfixid")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    ordered::rows(document, COLUMNS, problems, &mut |cells| {
        device(cells).map(Fact::Device).into_iter().for_each(&mut *each);
    });
}

pub(crate) fn device(cells: &mut Cells<'_>) -> Option<Device> {
    let mut fqdn = cells.text("fqdn");
    let short = |fqdn: &str| fqdn.split('.').next().unwrap_or(fqdn).to_owned();
    let name = cells.text("machine").or_else(|| cells.text("name")).or_else(|| fqdn.as_deref().map(short));
    let description = cells.text("description");
    let is_described = name.is_none();
    let Some(name) = name.or_else(|| description.clone()) else {
        cells.name_row("no name", "give the device a name");
        return None;
    };
    // Some exports write the full name into the only column of names.
    let is_full = name.contains('.') && name.parse::<IpAddr>().is_err() && !name.contains(' ');
    let name = if is_full && fqdn.is_none() { short(fqdn.insert(name)) } else { name };
    let fqdn = fqdn.map(|name| name.trim_end_matches('.').to_owned());
    let mut addresses = addresses(cells);
    // A lease ends; what its machine had before is not known.
    if let Some(until) = cells.moment("expires").flatten() {
        addresses.iter_mut().for_each(|lease| lease.until = Some(until));
    }
    // Beside a role, what a table calls the type of a device is its model (NetBox).
    let (role, model, kind) = (cells.text("role"), cells.text("model"), cells.text("type"));
    let (role, model) = match (role, model) {
        (Some(role), None) => (Some(role), kind),
        (role, model) => (role.or(kind), model),
    };
    let end_of_support = cells.date("end_of_support");
    let mut extra = std::mem::take(&mut cells.row.extra);
    if let Some(mac) = cells.text("mac") {
        extra.insert("mac".to_owned(), mac);
    }
    extra.extend(description.filter(|_| !is_described).map(|text| ("Description".to_owned(), text)));
    let system = system(cells);
    Some(Device {
        name,
        fqdn,
        aliases: cells.list("aliases", &[';', ',', '|', ' ', '\n']),
        sid: cells.text("sid"),
        addresses,
        zone: cells.text("zone").map(Into::into),
        role: role.map(Into::into),
        vendor: cells.text("vendor").map(Into::into),
        model: model.map(Into::into),
        version: cells.text("version").map(Into::into),
        system: system.map(Into::into),
        internet_facing: cells.yes_no("internet_facing"),
        end_of_support,
        crown_jewel: cells.yes_no("crown_jewel"),
        owner: cells.text("owner").map(Into::into),
        extra,
        origin: Some(cells.origin()),
    })
}

/// The system, with its version where that has a column of its own: `10.0 (22631)` of Active Directory is 10.0.22631.
fn system(cells: &mut Cells<'_>) -> Option<String> {
    let (system, version) = (cells.text("system"), cells.text("system_version"));
    let version = version.map(|version| match version.split_once(" (") {
        Some((release, build)) => format!("{release}.{}", build.trim_end_matches(')')),
        None => version,
    });
    match (system, version) {
        (Some(system), Some(version)) if !system.contains(&version) => Some(format!("{system} {version}")),
        (system, version) => system.or(version),
    }
}

/// Every address of the cell; `10.0.0.1/24` is an interface with its mask.
fn addresses(cells: &mut Cells<'_>) -> Vec<Lease> {
    let mut leases = Vec::new();
    for text in cells.list("address", &[';', ',', '|', ' ', '\n']) {
        let bare = text.split_once('/').map_or(text.as_str(), |(address, _)| address);
        match bare.trim_matches(['[', ']']).parse::<IpAddr>() {
            // Every machine calls itself so.
            Ok(address) if address.is_loopback() || address.is_unspecified() => {}
            Ok(address) => leases.push(Lease { address: address.to_canonical(), from: None, until: None }),
            Err(_) => cells.name(
                "address",
                &text,
                "is no address",
                "write IPv4 or IPv6 addresses, set off by blanks",
            ),
        }
    }
    // Of a million machines, room for three more each would be most of their memory.
    leases.shrink_to_fit();
    leases
}
