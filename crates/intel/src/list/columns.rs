//! What the columns of a table (or the keys of a JSON object) are, by their header words, and whether the table
//! is one of indicators.
//!
//! `ip`, `url` or `sha256` name a column of values, but inventories and logs have them too. So a table is a list
//! of indicators only when a header says *indicator* in one of its words, when a second column has something that
//! only tables of indicators have (what malware, how sure, of which type), or when the document's name or head
//! says so; and never when it has columns of devices, accounts or traffic.

use crate::collection::secrets::is_secret_name;
use input::table::normal;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How many columns a table may have of which nothing is said but that it is about indicators.
const ASKED_FOR_COLUMNS_MAX: usize = 6;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnRole {
    /// Indicators, by its name.
    Indicator,
    /// Values of one sort, which may be indicators.
    Value(ColumnSort),
    /// What type the value of the row has.
    Type,
    /// Whether the row is meant for detection (MISP).
    ToIds,
    /// First seen; valid until.
    From,
    Until,
    /// The marking of the row.
    Tlp,
    /// Something to be said beside the value, from what it is (0) to who says so (2) and the rest (3).
    About(u8),
    /// Identifiers and fingerprints that nothing here compares.
    Nothing,
}

/// What sort of value a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnSort {
    /// Any.
    Any,
    Address,
    /// A name that reverse lookup may have given to an address.
    HostName,
    Host,
    Url,
    Mail,
    Hash,
}

/// Headers of one role, in normal form, parted by blanks.
const ROLES: &[(&str, ColumnRole)] = &[
    (
        "indicator indicators indicatorvalue indicatorofcompromise ioc iocs iocvalue observable observables \
         observablevalue threatindicator c2 c2ip c2address c2domain c2server c2url cnc maliciousip maliciousdomain \
         maliciousurl malwareurl phishingurl phishurl badip blockedip blockeddomain",
        ColumnRole::Indicator,
    ),
    ("value values artifact artefact wert", ColumnRole::Value(ColumnSort::Any)),
    (
        "ip ips ipv4 ipv6 ipaddress ipaddresses ipaddr address addresses dst dstip dstaddr dstaddress destip \
         destination destinationip destinationaddress remoteip serverip hostip cidr network subnet netblock prefix \
         iprange ipcidr ipadresse adresse",
        ColumnRole::Value(ColumnSort::Address),
    ),
    ("hostname hostnames rdns ptr reversedns", ColumnRole::Value(ColumnSort::HostName)),
    ("domain domains domainname domainnames host hosts fqdn website", ColumnRole::Value(ColumnSort::Host)),
    ("url urls uri", ColumnRole::Value(ColumnSort::Url)),
    ("email emails emailaddress mail mailaddress sender senderaddress", ColumnRole::Value(ColumnSort::Mail)),
    (
        "hash hashes filehash filehashes hashvalue md5 md5hash md5sum hashmd5 filemd5 filehashmd5 sha1 sha1hash sha1sum \
         hashsha1 filesha1 filehashsha1 sha1fingerprint certsha1 sha256 sha256hash sha256sum hashsha256 filesha256 \
         filehashsha256 sha512 sha512hash sha512sum hashsha512 filesha512 filehashsha512",
        ColumnRole::Value(ColumnSort::Hash),
    ),
    ("type ioctype indicatortype observabletype valuetype kind typ attributetype", ColumnRole::Type),
    ("toids", ColumnRole::ToIds),
    ("firstseen firstseenutc firstseenat validfrom", ColumnRole::From),
    (
        "validuntil validto expiration expirationdate expirationtime expires expiresat expiry expirydate \
         expirationdatetime indicatorexpirationdatetime",
        ColumnRole::Until,
    ),
    ("tlp tlplevel tlpmarking", ColumnRole::Tlp),
    (
        "malware malwareprintable malwarefamily malwarename family botnet botname signature threat threattype threatname \
         indicatorthreattype campaign actor threatactor adversary tags tag labels label attributetag category \
         classification description desc comment comments note notes remark remarks reason listingreason info context \
         title role target filename beschreibung kommentar bemerkung notiz",
        ColumnRole::About(0),
    ),
    (
        "confidence confidencelevel score weight severity risk priority status urlstatus c2status verdict detections \
         reliability port dstport protocol lastseen lastseenutc lastseenat lastonline isactive online verified",
        ColumnRole::About(1),
    ),
    (
        "source sources reference references ref refs link links urlhauslink reporter feed provider origin report \
         phishdetailurl quelle author",
        ColumnRole::About(2),
    ),
    (
        "id uuid guid iocid phishid eventid objectuuid attributeid imphash ssdeep tlsh telfhash gimphash ja3 \
         fkmalware anonymous humanhash mimetype filetypeguess",
        ColumnRole::Nothing,
    ),
];

/// Headers that only tables of indicators have beside their values.
const SIGNS: &str = "malware malwareprintable malwarefamily malwarename botnet threat threattype threatname \
     indicatorthreattype campaign threatactor adversary confidence confidencelevel weight c2status listingreason \
     ioctype indicatortype toids verdict killchain killchainphase phishid phishdetailurl indicatorexpirationdatetime \
     urlhauslink";

/// Headers of inventories, accounts, logs and scans.
const OTHERS: &str = "os operatingsystem osversion serial serialnumber mac macaddress owner department location \
     building room zone site vendor manufacturer model assettag asset assetid crownjewel party device devicename \
     deviceid computer computername machine machinename endpoint package packagename product productname version \
     installedversion user username userid users account accountname accountid login password passwd passwordhash \
     src srcip srcaddr srcaddress srchost sourceip sourceaddress sourceipaddress sourcehost client clientip \
     clientaddress localip localaddress srcport sourceport useragent method httpmethod statuscode bytes bytessent \
     bytesreceived sentbytes receivedbytes duration policy ruleid rulename cve cves cveid cvss pluginid qid patch \
     gateway vlan interface netmask mask ttl lease invoice order price amount";

fn holds(words: &str, header: &str) -> bool {
    !header.is_empty() && words.split_ascii_whitespace().any(|word| word == header)
}

/// What a header, in normal form, says of its column. Objects of JSON may have new headers each, so it is looked up.
pub(super) fn role(header: &str) -> ColumnRole {
    static ROLE_OF: OnceLock<HashMap<&'static str, ColumnRole>> = OnceLock::new();
    let roles = ROLE_OF.get_or_init(|| {
        let words = |(words, role): &(&'static str, ColumnRole)| {
            let role = *role;
            words.split_ascii_whitespace().map(move |word| (word, role))
        };
        ROLES.iter().flat_map(words).collect()
    });
    let secret = || header.is_empty() || header.ends_with("uuid") || is_secret_name(header);
    roles
        .get(header)
        .copied()
        .unwrap_or_else(|| if secret() { ColumnRole::Nothing } else { ColumnRole::About(3) })
}

/// Whether a line only names a column of values.
pub(super) fn names_values(line: &str) -> bool {
    let mut words = line.split([',', ';', '\t', '|']).map(normal).filter(|word| !word.is_empty());
    line.len() <= 200 && words.next().is_some_and(|word| is_of_values(role(&word)))
}

/// Whether a column of this role has values.
pub(super) fn is_of_values(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Indicator | ColumnRole::Value(_))
}

/// What the headers of a table say of it as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderVerdict {
    /// It says indicator in so many words.
    Indicators,
    /// It has something beside its values that only tables of indicators have.
    Signs,
    /// It has a column of types beside identifiers: its cells decide.
    Typed,
    /// It has values; what they are is not said.
    Values,
    /// It is of something else, or of nothing known.
    Other,
}

/// Judges the headers, in normal form.
pub(super) fn verdict(headers: &[String]) -> HeaderVerdict {
    let roles: Vec<ColumnRole> = headers.iter().map(|header| role(header)).collect();
    let misp = ["category", "type", "value", "toids"];
    if roles.contains(&ColumnRole::Indicator)
        || misp.iter().all(|name| headers.iter().any(|header| header == name))
    {
        return HeaderVerdict::Indicators;
    }
    if headers.iter().any(|header| holds(OTHERS, header)) {
        return HeaderVerdict::Other;
    }
    if headers.iter().any(|header| holds(SIGNS, header)) {
        return if roles.iter().any(|role| is_of_values(*role)) {
            HeaderVerdict::Signs
        } else {
            HeaderVerdict::Other
        };
    }
    let typed = roles.contains(&ColumnRole::Type) && headers.iter().any(|header| header == "id");
    match roles.iter().any(|role| is_of_values(*role)) {
        true => HeaderVerdict::Values,
        false if typed => HeaderVerdict::Typed,
        false => HeaderVerdict::Other,
    }
}

/// Whether a line is the header of an inventory, a log or a list of accounts.
pub(super) fn is_of_something_else(line: &str) -> bool {
    let separator =
        [',', ';', '\t', '|'].into_iter().max_by_key(|separator| line.matches(*separator).count());
    let headers: Vec<String> = line.split(separator.unwrap_or(',')).map(normal).collect();
    headers.len() > 1 && headers.iter().filter(|header| holds(OTHERS, header)).count() >= 1
}

/// Whether a table of values of which nothing more is said may be one of indicators where its reader asked for
/// one: it is small, and has no names of machines or people.
pub(super) fn may_be_asked_for(headers: &[String]) -> bool {
    let names = headers.iter().any(|header| holds("name hostname fullname role", header));
    headers.len() <= ASKED_FOR_COLUMNS_MAX && !names
}

/// The MISP name of a type as tables call it; `None` when it is not the name of a sort of observable.
pub(super) fn misp_type(written: &str) -> Option<&'static str> {
    const TYPES: &[(&str, &str)] = &[
        ("ip ipv4 ipv6 ipv4addr ipv6addr ipaddress ipaddr addr address ipdst ipsrc ip4 ip6", "ip-dst"),
        ("ipport ipdstport ipsrcport ipv4port", "ip-dst|port"),
        ("cidr network subnet netblock range iprange ipv4cidr ipv6cidr ipsrcrange ipdstrange", "ip-dst"),
        ("domain domainname hostname host fqdn", "domain"),
        ("domainip", "domain|ip"),
        ("hostnameport domainport", "hostname|port"),
        ("url uri link", "url"),
        ("email emailaddr emailaddress mail emailsrc emaildst emailreplyto sender", "email-src"),
        ("md5 md5hash filehashmd5 hashmd5", "md5"),
        ("sha1 sha1hash filehashsha1 hashsha1", "sha1"),
        ("sha256 sha256hash filehashsha256 hashsha256", "sha256"),
        ("sha512 sha512hash filehashsha512 hashsha512", "sha512"),
        ("filenamemd5", "filename|md5"),
        ("filenamesha1", "filename|sha1"),
        ("filenamesha256", "filename|sha256"),
        ("filenamesha512", "filename|sha512"),
        ("filename filepath path attachment emailattachment", "filename"),
        ("hash hashes filehash file sample", "hash"),
        ("regkey registrykey registry windowsregistrykey", "regkey"),
        ("regkeyvalue", "regkey|value"),
        ("useragent httpuseragent", "user-agent"),
        ("as asn autonomoussystem", "AS"),
    ];
    let normal = normal(written);
    TYPES.iter().find(|(words, _)| holds(words, &normal)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(header: &str) -> HeaderVerdict {
        verdict(&header.split(',').map(normal).collect::<Vec<_>>())
    }

    #[test]
    fn tables_of_indicators_say_so() {
        for header in [
            "Indicator,Type,Comment",
            "first_seen_utc,ioc_id,ioc_value,ioc_type,threat_type",
            "uuid,event_id,category,type,value,comment,to_ids,date",
            "C2 Domain,Owner",
        ] {
            assert_eq!(of(header), HeaderVerdict::Indicators, "{header}");
        }
        for header in [
            "first_seen_utc,dst_ip,dst_port,c2_status,last_online,malware",
            "id,dateadded,url,url_status,threat,tags,urlhaus_link,reporter",
            "Listingdate,SHA1,Listingreason",
            "description,ip,weight",
            "phish_id,url,phish_detail_url",
        ] {
            assert_eq!(of(header), HeaderVerdict::Signs, "{header}");
        }
    }

    #[test]
    fn tables_of_something_else_do_not() {
        for header in [
            "name,address,os,owner",
            "hostname,ip,mac,location",
            "time,src,dst,action,threat",
            "email,password",
            "user,ip,malware",
            "zone,cidr,kind,crown_jewel",
            "name,kind,party",
            "ip,port,cve,severity",
            "cve,epss,percentile",
            "malware,count",
        ] {
            assert_eq!(of(header), HeaderVerdict::Other, "{header}");
        }
        for header in ["ip,comment", "name,address", "type,value,action,severity", "url,date"] {
            assert_eq!(of(header), HeaderVerdict::Values, "{header}");
        }
        assert_eq!(of("type,id,name"), HeaderVerdict::Typed);
        assert!(is_of_something_else("DeviceId,SHA1,Path") && !is_of_something_else("SHA1,Path"));
    }

    #[test]
    fn no_header_has_two_roles() {
        let mut seen = std::collections::BTreeSet::new();
        for (words, _) in ROLES {
            for word in words.split_ascii_whitespace() {
                assert_eq!(normal(word), word, "in normal form");
                assert!(seen.insert(word), "{word} is there twice");
            }
        }
        for word in OTHERS.split_ascii_whitespace() {
            assert!(!is_of_values(role(word)), "{word} is of something else and of values");
        }
    }
}
