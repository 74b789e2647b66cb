//! Groups and roles that make an account privileged wherever they occur.
//!
//! Sources: Microsoft, "Active Directory security groups" and "Microsoft Entra built-in roles" (those marked
//! privileged), with the names of German, French, Spanish,
//! Italian, Portuguese, Dutch and Japanese installations; Unix and AWS by custom.

use input::table::normal;

/// Compared by [`plain`]; a line holds the groups of one language; those that an earlier line has are left out.
#[rustfmt::skip]
const PRIVILEGED: &[&str] = &[
    // Active Directory. Japanese systems keep the English names; those that people write in their own tables follow.
    "administrators", "domainadmins", "enterpriseadmins", "schemaadmins", "accountoperators", "backupoperators", "serveroperators", "printoperators", "grouppolicycreatorowners", "keyadmins", "enterprisekeyadmins", "domaincontrollers", "hypervadministrators", "dnsadmins", "organizationmanagement", "domainadministrators", "enterpriseadministrators", "schemaadministrators",
    "administratoren", "domanenadmins", "organisationsadmins", "kontenoperatoren", "sicherungsoperatoren", "serveroperatoren", "druckoperatoren", "richtlinienerstellerbesitzer", "schlusseladministratoren", "unternehmensschlusseladministratoren", "domanencontroller", "hypervadministratoren", "domanenadministratoren", "unternehmensadmins", "unternehmensadministratoren", "organisationsadministratoren", "schemaadministratoren", "kontooperatoren", "backupoperatoren", "richtlinienersteller",
    "administrateurs", "adminsdudomaine", "administrateursdelentreprise", "administrateursduschema", "operateursdecompte", "operateursdesauvegarde", "operateursdeserveur", "operateursdimpression", "proprietairescreateursdelastrategiedegroupe", "administrateurscles", "administrateursclesenterprise", "controleursdedomaine", "administrateurshyperv", "administrateursdudomaine", "adminsdelentreprise", "adminsduschema", "operateursdecomptes", "operateursdeserveurs", "administrateursclesdelentreprise",
    "administradores", "adminsdeldominio", "administradoresdeempresas", "administradoresdeesquema", "opersdecuentas", "operadoresdecopiadeseguridad", "opersdeservidores", "opersdeimpresion", "propietariosdelcreadordedirectivasdegrupo", "administradoresclave", "administradoresclavedelaorganizacion", "controladoresdedominio", "administradoresdehyperv", "administradoresdeldominio", "administradoresdedominio", "administradoresdeorganizacion", "administradoresdelaempresa", "administradoresdelesquema", "operadoresdecuentas", "operadoresdeservidores", "operadoresdeimpresion", "adminsdedominio", "adminsdelaempresa", "adminsdelesquema",
    "amministratori", "amministratoridominio", "amministratoriazienda", "amministratorischema", "operatoriaccount", "operatoribackup", "operatoriserver", "operatoristampa", "proprietariautoricriteridigruppo", "amministratorichiavi", "amministratorichiavidellorganizzazione", "controllerdidominio", "amministratorihyperv", "amministratorididominio", "amministratorideldominio", "amministratoriaziendali", "amministratoridellazienda", "amministratoridellorganizzazione", "amministratoriorganizzazione", "amministratoridelloschema", "amministratoridischema", "operatoridiaccount", "operatoridibackup", "operatoridiserver", "operatoridistampa", "administratoridominio",
    "adminsdodominio", "administradoresdeempresa", "opersdecontas", "operadoresdecopia", "opersdeimpressao", "proprietarioscriadoresdediretivadegrupo", "administradoreschave", "administradoreschavedaempresa", "administradoresdohyperv", "administradoresdodominio", "administradoresdaempresa", "administradoresdoesquema", "operadoresdeconta", "operadoresdecontas", "operadoresdecopiadeseguranca", "operadoresdebackup", "operadoresdeservidor", "operadoresdeimpressao", "adminsdaempresa", "adminsdoesquema",
    "beheerders", "domeinadministrators", "ondernemingsadministrators", "printeroperators", "makereigenaargroepsbeleid", "sleuteladministrators", "ondernemingssleuteladministrators", "domeincontrollers", "hypervbeheerders", "domeinadmins", "domeinbeheerders", "ondernemingsbeheerders", "enterprisebeheerders", "schemabeheerders", "accountbeheerders", "administratorsvanonderneming", "afdrukoperators",
    "管理者", "ドメイン管理者", "エンタープライズ管理者", "スキーマ管理者", "アカウントオペレーター", "バックアップオペレーター", "サーバーオペレーター", "プリントオペレーター", "グループポリシー作成者所有者", "キー管理者", "エンタープライズキー管理者", "ドメインコントローラー", "企業管理者",
    // Entra ID.
    "globaladministrator", "companyadministrator", "privilegedroleadministrator", "privilegedauthenticationadministrator", "useradministrator", "exchangeadministrator", "sharepointadministrator", "applicationadministrator", "cloudapplicationadministrator", "authenticationadministrator", "hybrididentityadministrator", "conditionalaccessadministrator", "securityadministrator", "intuneadministrator", "helpdeskadministrator", "passwordadministrator", "domainnameadministrator", "externalidentityprovideradministrator", "partnertier2support", "globaleradministrator", "グローバル管理者", "amministratoreglobale", "globalebeheerder", "administrateurgeneral", "administradorglobal",
    // Okta.
    "superadmin", "superadministrator", "orgadmin", "organizationadministrator",
    // Unix, AWS.
    "root", "sudo", "wheel", "administratoraccess", "iamfullaccess",
];

/// Relative identifiers of privileged domain groups ([MS-DTYP] 2.4.2.4): Domain Admins, Domain Controllers, Schema Admins,
/// Enterprise Admins, Group Policy Creator Owners, Key Admins, Enterprise Key Admins. Read-only domain controllers (498,
/// 521) hold no copy that could be written, and whoever publishes certificates (517) chooses none.
const PRIVILEGED_RIDS: &[&str] = &["512", "516", "518", "519", "520", "526", "527"];

/// Built-in privileged groups: Administrators, Account, Server, Print and Backup Operators, Hyper-V Administrators.
const PRIVILEGED_SIDS: &[&str] =
    &["S-1-5-32-544", "S-1-5-32-548", "S-1-5-32-549", "S-1-5-32-550", "S-1-5-32-551", "S-1-5-32-578"];

/// Groups that everybody is in.
const COMMON: &[&str] =
    &["users", "domainusers", "guests", "domainguests", "remotedesktopusers", "benutzer", "domanenbenutzer"];

/// Whether membership makes an account privileged. The group may be a name, `DOMAIN\\name`, a distinguished
/// name or a SID.
pub(crate) fn is_privileged(group: &str) -> bool {
    let group = group.trim();
    if group.starts_with("S-1-5-") {
        let rid = group.rsplit('-').next().unwrap_or_default();
        return PRIVILEGED_SIDS.contains(&group)
            || (group.starts_with("S-1-5-21-") && is_privileged_rid(rid));
    }
    let name = name_of(group);
    let written = plain(name);
    if PRIVILEGED.contains(&written.as_str()) {
        return true;
    }
    // Windows PowerShell writes `?` for letters that ASCII has not: `Dom?nen-Admins`.
    let is_lossy = name.contains(['?', '\u{fffd}']) && written.len() >= 8;
    is_lossy && LOSSY.contains(&written.as_str())
}

/// Whether a group of a domain with this relative identifier makes its members privileged: their primary group is written so.
pub(crate) fn is_privileged_rid(rid: &str) -> bool {
    PRIVILEGED_RIDS.contains(&rid)
}

/// Names of privileged groups without the letters that ASCII has not.
const LOSSY: &[&str] = &[
    "domnenadmins",
    "domnenadministratoren",
    "domnencontroller",
    "schlsseladministratoren",
    "unternehmensschlsseladministratoren",
    "administrateursduschma",
    "adminsduschma",
    "oprateursdecompte",
    "oprateursdesauvegarde",
    "oprateursdeserveur",
    "oprateursdimpression",
    "administrateurscls",
    "contrleursdedomaine",
    "opersdeimpresin",
    "administradoresdeorganizacin",
    "adminsdodomnio",
    "administradoresdodomnio",
    "opersdeimpresso",
    "operadoresdecpia",
    "controladoresdedomnio",
];

/// A name without case, blanks, punctuation and the accents of Latin letters.
fn plain(name: &str) -> String {
    let bare = |c: char| match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        other => other,
    };
    normal(name).chars().map(bare).collect()
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
    is_privileged(group) || COMMON.contains(&plain(name_of(group)).as_str())
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
            "Amministratori di dominio",
            "Admins. do Dom\u{ed}nio",
            "Admins. do Domi\u{301}nio",
            "Ondernemingsadministrators",
            "ドメイン管理者",
            "Opérateurs d'impression",
            "OPERATEURS DE SAUVEGARDE",
            "Konten-Operatoren",
            "Dom?nen-Admins",
            "Global Administrator",
            "S-1-5-21-1-2-3-516",
            "S-1-5-21-1-2-3-520",
            "S-1-5-32-544",
            "S-1-5-21-1-2-3-512",
        ] {
            assert!(is_privileged(group), "{group}");
        }
        for group in [
            "Domain Users",
            "Crane Operators",
            "S-1-5-21-1-2-3-513",
            "S-1-5-21-1-2-512-1104",
            "S-1-5-21-1-2-3-521",
            "???",
            "",
        ] {
            assert!(!is_privileged(group), "{group}");
        }
        for file in ["est/Domain Admins.csv", "Domänen-Admins_2026-11-28.csv", "a.zip!Admins du domaine.json"]
        {
            assert!(group_of(file).is_some(), "{file}");
        }
        assert_eq!(group_of("Staff.csv"), None);
        for name in PRIVILEGED.iter().chain(COMMON) {
            assert_eq!(plain(name), *name);
        }
    }
}
