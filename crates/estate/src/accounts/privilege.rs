//! Groups and roles that make an account privileged wherever they occur.
//!
//! Sources: Microsoft, "Active Directory security groups" and "Microsoft Entra built-in roles" (those marked
//! privileged), with the names of German, French, Spanish,
//! Italian, Portuguese, Dutch and Japanese installations; Unix and AWS by custom.

use input::table::normal;

/// Compared by [`normal`].
#[rustfmt::skip]
const PRIVILEGED: &[&str] = &[
    // Active Directory.
    "administrators", "domainadmins", "enterpriseadmins", "schemaadmins", "accountoperators", "backupoperators", "serveroperators", "printoperators", "dnsadmins", "grouppolicycreatorowners", "keyadmins", "enterprisekeyadmins", "domaincontrollers", "hypervadministrators", "organizationmanagement",
    "administratoren", "domänenadmins", "organisationsadmins", "unternehmensadmins", "schemaadministratoren", "kontenoperatoren", "sicherungsoperatoren", "serveroperatoren", "druckoperatoren", "richtlinienersteller",
    "administrateurs", "adminsdudomaine", "administrateursdelentreprise", "administrateursduschéma", "opérateursdecompte", "opérateursdesauvegarde", "opérateursdeserveur",
    "administradores", "adminsdeldominio", "administradoresdeempresas", "administradoresdeorganización", "administradoresdeesquema", "opersdecuentas", "operadoresdecopiadeseguridad", "opersdeservidores",
    "amministratori", "amministratoridominio", "amministratoriaziendali", "amministratorischema", "operatoridibackup", "operatoriaccount", "operatoriserver", "administratoridominio",
    "adminsdodomínio", "administradoresdeempresa", "administradoresdoesquema", "operadoresdecópiadesegurança", "operadoresdeconta", "operadoresdeservidor", "administradoresdodomínio",
    "domeinadministrators", "domeinadmins", "administratorsvanonderneming", "schemabeheerders", "beheerders",
    "ドメイン管理者", "管理者", "エンタープライズ管理者", "スキーマ管理者",
    "domainadministrators", "enterpriseadministrators", "schemaadministrators",
    // Entra ID.
    "globaladministrator", "companyadministrator", "privilegedroleadministrator", "privilegedauthenticationadministrator", "useradministrator", "exchangeadministrator", "sharepointadministrator", "applicationadministrator", "cloudapplicationadministrator", "authenticationadministrator", "hybrididentityadministrator", "conditionalaccessadministrator", "securityadministrator", "intuneadministrator", "helpdeskadministrator", "passwordadministrator", "domainnameadministrator", "externalidentityprovideradministrator", "partnertier2support", "globaleradministrator", "グローバル管理者", "amministratoreglobale", "globalebeheerder", "administrateurgénéral", "administradorglobal",
    // Okta.
    "superadmin", "superadministrator", "orgadmin", "organizationadministrator",
    // Unix, AWS.
    "root", "sudo", "wheel", "administratoraccess", "iamfullaccess",
];

/// Relative identifiers of privileged domain groups ([MS-DTYP] 2.4.2.4): Domain Admins, Schema Admins,
/// Enterprise Admins, Key Admins, Enterprise Key Admins.
const PRIVILEGED_RIDS: &[&str] = &["512", "518", "519", "526", "527"];

/// Built-in privileged groups: Administrators, Account, Server, Print and Backup Operators.
const PRIVILEGED_SIDS: &[&str] =
    &["S-1-5-32-544", "S-1-5-32-548", "S-1-5-32-549", "S-1-5-32-550", "S-1-5-32-551"];

/// Groups that everybody is in.
const COMMON: &[&str] =
    &["users", "domainusers", "guests", "domainguests", "remotedesktopusers", "benutzer", "domänenbenutzer"];

/// Whether membership makes an account privileged. The group may be a name, `DOMAIN\name`, a distinguished
/// name or a SID. Active Directory keeps the English names in Japanese; those of people's own tables are known too.
pub(crate) fn is_privileged(group: &str) -> bool {
    if group.starts_with("S-1-5-") {
        let rid = group.rsplit('-').next().unwrap_or_default();
        return PRIVILEGED_SIDS.contains(&group)
            || (group.starts_with("S-1-5-21-") && PRIVILEGED_RIDS.contains(&rid));
    }
    PRIVILEGED.contains(&normal(name_of(group)).as_str())
}

/// The group whose members a file lists, where its name is that of a privileged one: `Domain Admins.csv`.
pub(crate) fn group_of(document: &str) -> Option<String> {
    let file = document.rsplit(['/', '\\', '!']).next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // A day may follow the name: `Domain Admins_2026-11-28.csv`.
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || "-_ .".contains(c));
    is_privileged(stem).then(|| stem.to_owned())
}

/// Whether this is the name of a group that directories bring along.
pub(crate) fn is_known_group(group: &str) -> bool {
    is_privileged(group) || COMMON.contains(&normal(name_of(group)).as_str())
}

/// The group's own name.
fn name_of(group: &str) -> &str {
    let group = group.rsplit('\\').next().unwrap_or(group);
    let is_distinguished = group.get(..3).is_some_and(|key| key.eq_ignore_ascii_case("cn="));
    let common = group.get(3..).filter(|_| is_distinguished);
    common.map_or(group, |rest| rest.split(',').next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_groups_in_every_form() {
        for group in [
            "Domain Admins",
            "HARBOUR\\Domain Admins",
            "CN=Domain Admins,CN=Users,DC=harbour,DC=example",
            "Domänen-Admins",
            "Admins du domaine",
            "Admins. del dominio",
            "Global Administrator",
            "S-1-5-32-544",
            "S-1-5-21-1-2-3-512",
        ] {
            assert!(is_privileged(group), "{group}");
        }
        for group in ["Domain Users", "Crane Operators", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-512-1104", ""] {
            assert!(!is_privileged(group), "{group}");
        }
        for file in ["est/Domain Admins.csv", "Domänen-Admins_2026-11-28.csv", "a.zip!Admins du domaine.json"]
        {
            assert!(group_of(file).is_some(), "{file}");
        }
        assert_eq!(group_of("Staff.csv"), None);
        for name in PRIVILEGED.iter().chain(COMMON) {
            assert_eq!(normal(name), *name);
        }
    }
}
