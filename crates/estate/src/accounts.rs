//! A table of accounts: our own, or an export of Active Directory (Get-ADUser, csvde), Entra ID, Okta or the
//! AWS credential report.
//!
//! What an export does not say stays unknown: an account is privileged when the table says so or a group of
//! it is a well-known one, and never *not* privileged because a column is missing.

mod factor;
pub(crate) mod privilege;

use crate::cells::{Cells, quoted};
use crate::tables::ordered;
use input::table::{self, Column};
use input::{Document, Head};
use model::ours::{Account, AccountKind, Fact, Factor};
use model::{Fault, Problems, Timestamp};

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "logon", spellings: &["samaccountname", "onpremisessamaccountname", "account", "accountname", "user", "username", "login", "logonname", "loginname", "profilelogin", "userid", "benutzer", "benutzername", "konto", "kontoname", "anmeldename", "utilisateur", "nomdutilisateur", "compte", "identifiant", "usuario", "nombredeusuario", "cuenta"] },
    Column { name: "name", spellings: &["cn", "nom", "nombre"] },
    Column { name: "display_name", spellings: &["anzeigename", "userdisplayname"] },
    Column { name: "domain", spellings: &["netbiosdomain", "userdomain", "onpremisesdomainname", "domäne", "domaine", "dominio"] },
    Column { name: "upn", spellings: &["userprincipalname", "principalname", "onpremisesuserprincipalname"] },
    Column { name: "sid", spellings: &["objectsid", "securityidentifier", "onpremisessecurityidentifier"] },
    Column { name: "mail", spellings: &["email", "emailaddress", "emailaddressrequired", "mailaddress", "primarysmtpaddress", "profileemail", "emailadresse", "courriel", "adressemail", "correo", "correoelectrónico"] },
    Column { name: "kind", spellings: &["accounttype", "type", "usertype", "objectclass", "kontotyp", "kontoart", "typ", "art", "typedecompte", "tipo", "tipodecuenta"] },
    Column { name: "enabled", spellings: &["accountenabled", "active", "status", "accountstatus", "statusreadonly", "aktiv", "aktiviert", "actif", "activé", "activo", "habilitado"] },
    Column { name: "password_enabled", spellings: &[] },
    Column { name: "key_1_active", spellings: &["accesskey1active"] },
    Column { name: "key_2_active", spellings: &["accesskey2active"] },
    Column { name: "disabled", spellings: &["accountdisabled", "locked", "deaktiviert", "gesperrt", "désactivé", "deshabilitado"] },
    Column { name: "privileged", spellings: &["isprivileged", "admin", "isadmin", "administrator", "privilegiert", "privilégié", "privilegiado"] },
    Column { name: "admin_count", spellings: &[] },
    Column { name: "mfa", spellings: &["multifactor", "mfaenabled", "mfaactive", "mfastatus", "mfastate", "mfamethod", "mfamethods", "mfatype", "methodsregistered", "authenticationmethods", "2fa", "twofactor", "secondfactor", "zweifaktor", "zweiterfaktor", "doublefacteur", "secondfacteur", "segundofactor", "doblefactor", "mfafactors", "defaultmfamethod"] },
    Column { name: "mfa_registered", spellings: &["ismfaregistered", "ismfacapable", "2svenrolledreadonly", "mfacapable", "multifactorauthenticationregistered", "multifactorauthenticationcapable", "isenrolled", "2svenrolled", "isenrolledin2sv", "mfaconfigured"] },
    Column { name: "account_control", spellings: &["useraccountcontrol"] },
    Column { name: "last_used", spellings: &["lastuse", "lastlogon", "lastlogondate", "lastlogin", "lastsignin", "lastsigninreadonly", "lastsuccessfulsignindatetime", "signinactivitylastsuccessfulsignindatetime", "lastactivity", "lastactivitydate", "passwordlastused", "letzteanmeldung", "letzterlogin", "zuletztbenutzt", "dernièreconnexion", "dernièreutilisation", "últimoacceso", "últimouso"] },
    Column { name: "last_used_replicated", spellings: &["lastlogontimestamp"] },
    Column { name: "last_used_key_1", spellings: &["accesskey1lastuseddate"] },
    Column { name: "last_used_key_2", spellings: &["accesskey2lastuseddate"] },
    Column { name: "last_attempt", spellings: &["lastsignindatetime", "signinactivitylastsignindatetime"] },
    Column { name: "created", spellings: &["whencreated", "createddatetime", "creationdate", "createddate", "createdat", "usercreationtime", "erstellt", "erstelltam", "créé", "crééle", "creado", "fechadecreación"] },
    Column { name: "password_set", spellings: &["passwordlastset", "pwdlastset", "lastpasswordchangedatetime", "passwordlastchanged", "passwordchanged", "kennwortgesetzt", "passwortgesetzt", "passwortgeändert", "motdepassechangé", "contraseñacambiada"] },
    Column { name: "groups", spellings: &["group", "memberof", "groupmembership", "roles", "gruppen", "gruppe", "mitgliedvon", "groupes", "groupe", "grupos", "grupo"] },
    Column { name: "primary_group", spellings: &["primarygroupid"] },
    Column { name: "identity", spellings: &[] },
    Column { name: "distinguished_name", spellings: &["dn"] },
    Column { name: "owner", spellings: &["manager", "managedby", "responsible", "verantwortlich", "verantwortlicher", "vorgesetzter", "responsable", "propriétaire", "propietario"] },
];

/// Columns that only accounts have.
const ONLY_OF_ACCOUNTS: &[&str] = &[
    "upn",
    "mfa",
    "mfa_registered",
    "privileged",
    "admin_count",
    "account_control",
    "last_used",
    "last_used_replicated",
    "last_attempt",
    "password_set",
    "groups",
];

/// Whether a table has a column that only accounts have.
pub(crate) fn has_account_column(head: &Head<'_>) -> bool {
    head.has_column(COLUMNS, ONLY_OF_ACCOUNTS)
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let exported = head.headers().into_iter().flatten().any(|header| header == "samaccountname");
    let named = head.has_column(COLUMNS, &["logon", "name", "display_name", "upn", "mail"]);
    let of_devices = ["fqdn", "address", "mac", "model", "system", "internet_facing", "end_of_support"];
    let of_group =
        privilege::group_of(head.name).is_some() && head.has_column(COLUMNS, &["sid", "mail", "kind"]);
    (exported || (named && (has_account_column(head) || of_group)))
        && !head.has_column(crate::devices::COLUMNS, &of_devices)
        && !crate::events::is_of_events(head)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let of_file = privilege::group_of(&document.name);
    ordered::rows(document, COLUMNS, problems, &mut |cells| {
        if let Some(group) = of_file.as_ref().filter(|_| !cells.row.known.contains_key("groups")) {
            cells.row.known.insert("groups", group.clone());
        }
        account(cells).map(Fact::Account).into_iter().for_each(&mut *each);
    });
}

pub(crate) fn account(cells: &mut Cells<'_>) -> Option<Account> {
    let class = cells.row.get("kind").unwrap_or_default();
    if ["group", "top;group", "foreignsecurityprincipal"]
        .iter()
        .any(|group| class.eq_ignore_ascii_case(group))
    {
        cells.name_row("a group and no account", "export its members: Get-ADGroupMember -Recursive");
        return None;
    }
    let Some(identity) = names(cells) else {
        cells.name_row("no name", "give the account a logon name, a principal name or a mail address");
        return None;
    };
    let groups = groups(cells);
    let control = cells.text("account_control").and_then(|text| text.parse::<u32>().ok());
    let privileged = privileged(cells, &groups, &identity);
    let kind = kind(cells, &identity.name);
    let enabled = enabled(cells, control);
    let factor = factor(cells, control);
    let last_used = last_used(cells);
    let created = cells.moment("created").flatten();
    // `never` is an account that must set its password first.
    let password_set = cells.moment("password_set").flatten();
    Some(Account {
        kind,
        enabled,
        privileged,
        factor,
        last_used,
        created,
        password_set,
        groups,
        owner: cells.text("owner"),
        extra: std::mem::take(&mut cells.row.extra),
        origin: Some(cells.origin()),
        ..identity
    })
}

/// The names of the account: `HARBOUR\\alice`, `alice@harbour.example` and `alice` are three different names.
fn names(cells: &mut Cells<'_>) -> Option<Account> {
    let (mail, mut upn, mut domain) = (cells.text("mail"), cells.text("upn"), cells.text("domain"));
    let logon = cells.text("logon");
    let called = cells.text("name");
    let local = |address: &String| address.split('@').next().unwrap_or(address).to_owned();
    let mut name = logon.clone().or_else(|| {
        // Without a logon name, the display name is taken for one only if nothing better is there.
        called.clone().filter(|name| !name.contains(' ') || (upn.is_none() && mail.is_none()))
    });
    name = name
        .or_else(|| upn.as_ref().map(local))
        .or_else(|| mail.as_ref().map(local))
        .or_else(|| cells.text("display_name"));
    let mut name = name?;
    let display = cells.text("display_name").or(called).filter(|display| *display != name);
    if let Some((before, after)) = name.split_once('\\').map(|(a, b)| (a.to_owned(), b.to_owned())) {
        domain = domain.or(Some(before));
        name = after;
    } else if name.contains('@') {
        upn = upn.or_else(|| Some(name.clone()));
        name = local(&name);
    }
    if let Some(display) = display {
        cells.row.extra.entry("display_name".to_owned()).or_insert(display);
    }
    if let Some(distinguished) = cells.text("distinguished_name") {
        domain = domain.or_else(|| domain_of(&distinguished));
        cells.row.extra.entry("distinguished_name".to_owned()).or_insert(distinguished);
    }
    Some(Account { name, domain, upn, sid: cells.text("sid"), mail, ..Account::default() })
}

/// The DNS domain of a distinguished name (RFC 4514): its `DC` parts.
fn domain_of(distinguished: &str) -> Option<String> {
    let is_domain = |part: &str| part.get(..3).is_some_and(|key| key.eq_ignore_ascii_case("dc="));
    let parts: Vec<_> = distinguished.split(',').map(str::trim).filter(|part| is_domain(part)).collect();
    let names: Vec<_> = parts.iter().filter_map(|part| part.get(3..)).collect();
    (!names.is_empty()).then(|| names.join("."))
}

/// The groups as written; distinguished names hold commas themselves.
fn groups(cells: &mut Cells<'_>) -> Vec<String> {
    // What `Export-Csv` writes for a list is the name of its type.
    if cells.row.get("groups").is_some_and(|cell| cell.starts_with("Microsoft.ActiveDirectory.")) {
        cells.row.known.remove("groups");
        let what = "column groups: the export wrote a type and no groups";
        let help = "select them as text: @{n='MemberOf';e={$_.MemberOf -join ';'}}";
        cells.problems.add(cells.place, Fault::Partial, what, Some(help));
    }
    let cell = cells.text("groups").unwrap_or_default();
    let is_distinguished = cell.to_ascii_lowercase().contains("cn=");
    let separators: &[char] = if is_distinguished { &[';', '|', '\n'] } else { &[';', ',', '|', '\n'] };
    let mut groups = cells.list("groups", separators);
    // Scripts that fill a directory name the group to put the account into so; elsewhere it is anything.
    if let Some(identity) = cells.text("identity") {
        if privilege::is_known_group(&identity) {
            groups.push(identity);
        } else {
            cells.row.extra.insert("identity".to_owned(), identity);
        }
    }
    groups
}

/// Whether it is privileged. A group goes before what a column says, since the column may only know its own system.
fn privileged(cells: &mut Cells<'_>, groups: &[String], identity: &Account) -> Option<bool> {
    // The built-in administrator has the relative identifier 500; the AWS report writes its root so.
    let sid = identity.sid.as_deref().unwrap_or_default();
    let built_in =
        (sid.starts_with("S-1-5-21-") && sid.ends_with("-500")) || identity.name == "<root_account>";
    // The primary group is in no list of groups: a relative identifier or a name.
    let primary = cells
        .text("primary_group")
        .is_some_and(|group| privilege::is_privileged_rid(&group) || privilege::is_privileged(&group));
    let said = cells.yes_no("privileged");
    if built_in || primary || groups.iter().any(|group| privilege::is_privileged(group)) {
        return Some(true);
    }
    // `adminCount` 1: once protected as an administrator; 0 or nothing says nothing.
    let counted = cells.text("admin_count").is_some_and(|count| count == "1");
    said.or(counted.then_some(true))
}

fn kind(cells: &mut Cells<'_>, name: &str) -> Option<AccountKind> {
    if name.ends_with('$') {
        return Some(AccountKind::Machine);
    }
    // Directories list an object's classes from the root down.
    let text = cells.list("kind", &[';']).pop()?;
    Some(match table::normal(&text).as_str() {
        "person" | "human" | "personal" | "employee" | "mensch" | "personne" | "persona" => {
            AccountKind::Person
        }
        "service"
        | "svc"
        | "serviceaccount"
        | "application"
        | "app"
        | "dienst"
        | "dienstkonto"
        | "servicekonto"
        | "compteservice"
        | "servicio"
        | "gmsa"
        | "msdsgroupmanagedserviceaccount"
        | "msdsmanagedserviceaccount" => AccountKind::Service,
        "breakglass" | "emergency" | "notfall" | "notfallkonto" | "secours" | "emergencia" => {
            AccountKind::BreakGlass
        }
        "machine" | "computer" | "host" | "rechner" | "maschine" | "ordinateur" | "equipo" => {
            AccountKind::Machine
        }
        // Directories call services so, too: nothing is known.
        "user" | "member" | "guest" | "benutzer" | "utilisateur" | "usuario" => return None,
        _ => {
            cells.name(
                "kind",
                &text,
                "is no kind of account",
                "write person, service, break-glass or machine",
            );
            return None;
        }
    })
}

/// Whether it can log on; bit 1 of the account control is "disabled" ([MS-ADTS] 2.2.16).
fn enabled(cells: &mut Cells<'_>, control: Option<u32>) -> Option<bool> {
    // Duo lets whoever is bypassed in without a second factor.
    let bypassed = is_bypassed(cells);
    let enabled = if bypassed { Some(true) } else { cells.yes_no("enabled") };
    let disabled = cells.yes_no("disabled");
    let said = enabled.or(disabled.map(|disabled| !disabled)).or(control.map(|control| control & 0x2 == 0));
    said.or_else(|| any_way_in(cells))
}

/// Whether an account of a cloud has a password or key that works. If the export says nothing about the password, the
/// account may have one that the export leaves out.
fn any_way_in(cells: &mut Cells<'_>) -> Option<bool> {
    let password = cells.yes_no("password_enabled");
    let keys = [cells.yes_no("key_1_active"), cells.yes_no("key_2_active")];
    if password == Some(true) || keys.contains(&Some(true)) { Some(true) } else { password }
}

fn is_bypassed(cells: &Cells<'_>) -> bool {
    cells.row.get("enabled").is_some_and(|status| status.eq_ignore_ascii_case("bypass"))
}

fn factor(cells: &mut Cells<'_>, control: Option<u32>) -> Option<Factor> {
    if is_bypassed(cells) {
        return Some(Factor::None);
    }
    // Bit 18: a smart card is required for interactive logon.
    if control.is_some_and(|control| control & 0x4_0000 != 0) {
        return Some(Factor::PhishingResistant);
    }
    let methods = cells.row.get("mfa").map(str::to_owned);
    // What `Export-Csv` writes for a list is the name of its type.
    let methods = methods.filter(|text| !text.starts_with("System."));
    let (factor, unknown) = methods.as_deref().map_or((None, None), factor::read);
    if let Some(word) = unknown {
        let what = format!("column mfa: {} is no kind of factor that is known: passed over", quoted(&word));
        let help = "write none, sms, totp, push, fido2, passkey, smartcard, yes or no";
        cells.problems.add(cells.place, Fault::Partial, what, Some(help));
    }
    factor.or_else(|| factor::read(cells.row.get("mfa_registered")?).0)
}

/// The latest of all that the export knows. An attempt counts only where no success is known.
fn last_used(cells: &mut Cells<'_>) -> Option<Option<Timestamp>> {
    let columns = ["last_used", "last_used_replicated", "last_used_key_1", "last_used_key_2"];
    let known: Vec<_> = columns.into_iter().filter_map(|column| cells.moment(column)).collect();
    known.into_iter().max().or_else(|| cells.moment("last_attempt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_of_a_distinguished_name() {
        let name = "CN=Alice,OU=Staff, DC=harbour,dc=example";
        assert_eq!(domain_of(name).as_deref(), Some("harbour.example"));
        assert_eq!(domain_of("CN=Alice"), None);
    }
}
