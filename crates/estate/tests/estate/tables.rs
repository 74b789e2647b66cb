//! Tables of devices, components, accounts, zones, rules and names.

use crate::shown;

#[test]
fn devices_with_every_column() {
    let table = "name,fqdn,aliases,address,mac,zone,role,vendor,model,version,system,internet_facing,end_of_support,crown_jewel,owner,sid,Rack\n\
        portal-1,portal-1.harbour.example,PORTAL1;gate,203.0.113.10 2001:db8::10,00:00:5e:00:53:01,dmz,server,Acme,Gate,4.2,Linux,yes,2027-01-31,no,it@harbour.example,S-1-5-21-1-2-3-1104,R4\n";
    assert_eq!(shown(table), {
        "device table\n\
         device=portal-1 fqdn=portal-1.harbour.example aliases=PORTAL1|gate addresses=203.0.113.10|2001:db8::10 zone=dmz \
         role=server vendor=Acme model=Gate version=4.2 system=Linux facing=true end=2027-01-31 jewel=false \
         owner=it@harbour.example sid=S-1-5-21-1-2-3-1104 extra=Rack:R4|mac:00:00:5e:00:53:01 @ line 2\n"
    });
}

#[test]
fn devices_as_a_german_spreadsheet_saves_them() {
    let table = "Gerätename;IP-Adresse;Hersteller;Modell;Aus dem Internet erreichbar;Support-Ende;Verantwortlich\r\n\
        kamera-7;10.20.30.40/24;Acme;C1;Nein;31.12.2021;Hafenmeisterei\r\n";
    assert_eq!(shown(table), {
        "device table\ndevice=kamera-7 addresses=10.20.30.40 vendor=Acme model=C1 facing=false end=2021-12-31 \
         owner=Hafenmeisterei @ line 2\n"
    });
}

#[test]
fn devices_in_windows_1252() {
    let table = "Ger\u{e4}tename;Zone\nT\u{fc}r-1;Nord\n";
    let bytes: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(crate::shown_as("inventory", &bytes), {
        "device table\ndevice=Tür-1 zone=Nord @ line 2\n\
         ! inventory, line 2: not UTF-8: read as Windows-1252 (save the table as UTF-8)\n"
    });
}

#[test]
fn bad_cells_are_named_by_line_and_column_and_unknown() {
    let table = "name,address,internet_facing,end_of_support\na,10.0.0.300,maybe,6/7/2024\n,10.0.0.1,,\nb,10.0.0.2,?,unknown\n";
    assert_eq!(shown(table), {
        "device table\ndevice=a @ line 2\ndevice=b addresses=10.0.0.2 @ line 4\n\
         ! inventory, line 2: column address: `10.0.0.300` is no address: taken as unknown (write IPv4 or IPv6 addresses, set off by blanks)\n\
         ! inventory, line 2: column end_of_support: `6/7/2024` may be one of two days: taken as unknown (write it as YYYY-MM-DD)\n\
         ! inventory, line 2: column internet_facing: `maybe` is neither yes nor no: taken as unknown (write yes or no, or leave it empty)\n\
         ! inventory, line 3: no name: the row is not used (give the device a name)\n"
    });
}

#[test]
fn components_by_name_package_url_and_cpe() {
    let table = "host,name,version,vendor,purl,cpe\n\
        wiki-1,confluence,8.3.1,Atlassian,,\n\
        wiki-1,,,,pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1,\n\
        wiki-1,,,,,cpe:2.3:a:apache:tomcat:9.0.1:*:*:*:*:*:*:*\n\
        wiki-1,agent,,,nonsense,\n";
    assert_eq!(shown(table), {
        "component table\n\
         component=confluence version=8.3.1 vendor=Atlassian host=wiki-1 @ line 2\n\
         component=log4j-core version=2.14.1 package=maven/org.apache.logging.log4j/log4j-core host=wiki-1 @ line 3\n\
         component=tomcat version=9.0.1 vendor=apache cpe=cpe:2.3:a:apache:tomcat:9.0.1:*:*:*:*:*:*:* host=wiki-1 @ line 4\n\
         component=agent host=wiki-1 @ line 5\n\
         ! inventory, line 5: column purl: `nonsense` is no package URL: taken as unknown (write pkg:type/namespace/name@version)\n\
         ! inventory, line 5: a component without a version (export its version too: without it only the name can be judged)\n"
    });
}

#[test]
fn accounts_with_every_column() {
    let table = "name,domain,upn,sid,mail,kind,enabled,privileged,mfa,last_used,created,password_set,groups,owner,note\n\
        alice,HARBOUR,alice@harbour.example,S-1-5-21-1-2-3-1105,alice@harbour.example,person,yes,yes,fido2,2024-06-01T08:00:00Z,2020-01-01,2024-01-01,Domain Admins;Staff,it,x\n\
        HARBOUR\\svc-backup,,,,,service,yes,,none,never,,,Backup Operators,,\n\
        bob@harbour.example,,,,,,no,no,sms+app,,,,,,\n\
        carol,,,,,,,,,,,,Staff,,\n";
    assert_eq!(shown(table), {
        "account table\n\
         account=alice domain=HARBOUR upn=alice@harbour.example mail=alice@harbour.example sid=S-1-5-21-1-2-3-1105 kind=Person enabled=true privileged=true factor=PhishingResistant used=2024-06-01T08:00:00Z created=2020-01-01T00:00:00Z set=2024-01-01T00:00:00Z groups=Domain Admins|Staff owner=it extra=note:x @ line 2\n\
         account=svc-backup domain=HARBOUR kind=Service enabled=true privileged=true factor=None used=never groups=Backup Operators @ line 3\n\
         account=bob upn=bob@harbour.example enabled=false privileged=false factor=Phishable @ line 4\n\
         account=carol groups=Staff @ line 5\n"
    });
}

#[test]
fn accounts_as_active_directory_exports_them() {
    let table = "\"DistinguishedName\",\"Enabled\",\"GivenName\",\"Name\",\"SamAccountName\",\"SID\",\"UserPrincipalName\",\"LastLogonDate\",\"PasswordLastSet\",\"MemberOf\"\n\
        \"CN=Alice Lee,OU=IT,DC=harbour,DC=example\",\"True\",\"Alice\",\"Alice Lee\",\"alee\",\"S-1-5-21-1-2-3-500\",\"alee@harbour.example\",\"13.06.2024 08:00:00\",\"2024-01-01\",\"CN=Domain Admins,CN=Users,DC=harbour,DC=example;CN=Staff,DC=harbour,DC=example\"\n";
    assert_eq!(shown(table), {
        "account table\naccount=alee domain=harbour.example upn=alee@harbour.example sid=S-1-5-21-1-2-3-500 enabled=true privileged=true used=2024-06-13T08:00:00Z set=2024-01-01T00:00:00Z \
         groups=CN=Domain Admins,CN=Users,DC=harbour,DC=example|CN=Staff,DC=harbour,DC=example \
         extra=GivenName:Alice|display_name:Alice Lee|distinguished_name:CN=Alice Lee,OU=IT,DC=harbour,DC=example @ line 2\n"
    });
    let csvde = "DN,objectClass,sAMAccountName,userAccountControl,lastLogonTimestamp,adminCount\n\
        \"CN=svc,DC=harbour,DC=example\",top;person;organizationalPerson;user,svc,514,133626356550000000,1\n\
        \"CN=PC1,DC=harbour,DC=example\",computer,PC1$,262656,0,\n";
    assert_eq!(shown(csvde), {
        "account table\n\
         account=svc domain=harbour.example enabled=false privileged=true used=2024-06-12T03:14:15Z extra=distinguished_name:CN=svc,DC=harbour,DC=example @ line 2\n\
         account=PC1$ domain=harbour.example kind=Machine enabled=true factor=PhishingResistant used=never extra=distinguished_name:CN=PC1,DC=harbour,DC=example @ line 3\n"
    });
}

#[test]
fn accounts_as_clouds_export_them() {
    let entra = "userPrincipalName,displayName,accountEnabled,userType,createdDateTime,signInActivity.lastSignInDateTime,methodsRegistered\n\
        alice@harbour.example,Alice Lee,True,Member,2020-01-01T00:00:00Z,2024-06-01T08:00:00Z,\"mobilePhone,passKeyDeviceBound\"\n";
    assert_eq!(shown(entra), {
        "account table\naccount=alice upn=alice@harbour.example enabled=true factor=Phishable used=2024-06-01T08:00:00Z \
         created=2020-01-01T00:00:00Z extra=display_name:Alice Lee @ line 2\n"
    });
    let aws = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,access_key_1_last_used_date,access_key_2_last_used_date\n\
        <root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,2024-01-01T00:00:00+00:00,not_supported,false,false,N/A,N/A\n\
        ci,arn:aws:iam::1:user/ci,2020-01-01T00:00:00+00:00,false,N/A,N/A,false,true,2024-06-01T00:00:00+00:00,N/A\n";
    assert_eq!(shown(aws), {
        "account table\n\
         account=<root_account> privileged=true factor=None used=2024-01-01T00:00:00Z created=2020-01-01T00:00:00Z extra=arn:aws:iam::1:root @ line 2\n\
         account=ci enabled=true factor=None used=2024-06-01T00:00:00Z created=2020-01-01T00:00:00Z extra=arn:aws:iam::1:user/ci @ line 3\n"
    }.replace("extra=arn", "extra=arn:arn"));
}

#[test]
fn zones_in_one_cell_and_in_several_rows() {
    let table = "zone,cidr,kind,crown_jewel,owner\n\
        dmz,203.0.113.0/28; 2001:db8:1::/64,dmz,no,net\nserver,10.10.0.0/16,server,yes,it\nDMZ,198.51.100.7,,,\nserver,10.11.0.0/16,user,,\nx,10.0.0.0/33,moon,,\n";
    assert_eq!(shown(table), {
        "zone table\n\
         zone=dmz networks=203.0.113.0/28|2001:db8:1::/64|198.51.100.7 kind=Dmz jewel=false owner=net @ line 2\n\
         zone=server networks=10.10.0.0/16|10.11.0.0/16 kind=Server jewel=true owner=it @ line 3\n\
         zone=x @ line 6\n\
         ! inventory, line 5: zone `server` is described in two ways: the first counts (say the same in all rows of a zone)\n\
         ! inventory, line 6: column cidr: `10.0.0.0/33` is no network: taken as unknown (write networks as 192.0.2.0/24, set off by blanks)\n\
         ! inventory, line 6: column kind: `moon` is no kind of zone: taken as unknown (write internet, dmz, user, server, management, backup, ot or guest)\n"
    });
}

#[test]
fn firewall_rules_with_any_in_every_spelling() {
    let table = "device,ruleset,seq,enabled,action,src_zone,src,dst_zone,dst,protocol,dst_port,comment\n\
        fw-1,main,10,yes,allow,dmz,any,server,10.10.0.5,tcp,445,old share\nfw-1,main,20,no,DROP,any,0.0.0.0/0,*,,any,any,\nfw-1,main,30,yes,perhaps,a,,b,,,,\n";
    assert_eq!(shown(table), {
        "firewall rule table\n\
         rule=10 device=fw-1 enabled=true allows=true from=dmz to=10.10.0.5 protocol=tcp ports=445 comment=old share @ line 2\n\
         rule=20 device=fw-1 enabled=false allows=false @ line 3\n\
         ! inventory, line 4: column action: `perhaps` neither allows nor denies: the row is not used (write allow or deny)\n"
    });
}

#[test]
fn names_of_every_kind_given_and_guessed() {
    let table = "name,kind,party,party_name,owner,expires\n\
        *.Harbour.example,domain,own,,ciso@harbour.example,2027-01-01\nharbour.org,,,,,\n203.0.113.0/24,network,us,,,\n192.0.2.7,,supplier,Crane Works,,\n\
        Ann@Harbour.example,mail,own,,,\nMV Example,keyword,customer,Example Lines,,\nsvc-backup,account,own,,,\nnot a domain,domain,own,,,\nx.org,domain,friend,,,\n";
    assert_eq!(shown(table), {
        "name table\n\
         name=domain harbour.example party=own (own) owner=ciso@harbour.example expires=2027-01-01 @ line 2\n\
         name=domain harbour.org party=own (own) @ line 3\n\
         name=network 203.0.113.0/24 party=own (own) @ line 4\n\
         name=ipv4 192.0.2.7 party=supplier (Crane Works) @ line 5\n\
         name=email ann@harbour.example party=own (own) @ line 6\n\
         name=keyword MV Example party=customer (Example Lines) @ line 7\n\
         name=keyword svc-backup party=own (own) @ line 8\n\
         name=domain x.org party=own (own) @ line 10\n\
         ! inventory, line 9: column name: `not a domain` is no `domain`: the row is not used (kinds are domain, network, address, mail, account and keyword)\n\
         ! inventory, line 10: column party: `friend` is no party: taken as our own (write own, subsidiary, supplier or customer)\n"
    });
}

#[test]
fn a_keyword_is_in_lists_of_watched_words() {
    let table = "Name,Art,Partei,Firma,Liste\n\
        MV Tidal Crane,Stichwort,eigen,Harbour,vessels\n\
        Harbour Light,marke,,Harbour, vessels ; brands;vessels;\n\
        harbour.example,domain,,Harbour,vessels\n\
        Quay,,,Harbour,\n";
    assert_eq!(
        shown(table),
        "name table\n\
         name=keyword MV Tidal Crane |vessels party=own (Harbour) @ line 2\n\
         name=keyword Harbour Light |brands |vessels party=own (Harbour) @ line 3\n\
         name=domain harbour.example party=own (Harbour) @ line 4\n\
         name=keyword Quay party=own (Harbour) @ line 5\n\
         ! inventory, line 4: column list: only a keyword is in a list of watched words (write the word in a row of kind keyword)\n"
    );
    let many = |count: usize| {
        let lists: Vec<String> = (0..count).map(|n| format!("l{n:02}")).collect();
        shown(&format!("name,kind,party,list\nQuay,keyword,own,{}\n", lists.join(";")))
    };
    assert!(many(50).contains(" |l49 party=own"), "{}", many(50));
    assert!(
        many(51).contains(" |l49 party=own") && many(51).contains("51 lists; the first 50 by name are used")
    );
}

#[test]
fn secrets_are_not_kept() {
    let out = shown("SamAccountName,Password,PasswordNeverExpires\nalice,hunter2,True\n");
    assert_eq!(out, "account table\naccount=alice extra=PasswordNeverExpires:True @ line 2\n");
    let out = shown("name,address,SNMP community,Kennwort\nr-1,10.0.0.1,public,geheim\n");
    assert_eq!(out, "device table\ndevice=r-1 addresses=10.0.0.1 @ line 2\n");
}

#[test]
fn one_value_past_the_bound_of_a_cell_is_named() {
    let table = |count: usize| shown(&format!("name,aliases,zone\na,{},z\n", "x ".repeat(count)));
    assert!(!table(10_000).contains('!'));
    let past = table(10_001);
    assert!(past.ends_with("! inventory, line 2: column aliases: more than 10000 values: the rest is not used (use several rows)\n"));
    assert_eq!(past.matches("|x").count(), 9_999);
}

#[test]
fn privilege_is_known_by_group_in_any_language_and_by_primary_group() {
    let table = "SamAccountName,MemberOf,PrimaryGroupID,Privileged\n\
                 a,\"CN=Domänen-Admins,CN=Users,DC=quay,DC=example\",513,no\n\
                 b,,512,\n\
                 c,,513,no\n\
                 d,\"CN=Opérateurs de sauvegarde,CN=Builtin,DC=quay,DC=example\",513,\n";
    let out = shown(table);
    let privileged: Vec<&str> =
        out.lines().filter_map(|line| line.split("privileged=").nth(1)?.split(' ').next()).collect();
    assert_eq!(privileged, ["true", "true", "false", "true"], "{out}");
}

#[test]
fn whoever_is_bypassed_has_no_second_factor_and_silence_is_unknown() {
    let out = shown(
        "username,email,status,is_enrolled\na,a@quay.example,Bypass,True\nb,b@quay.example,Active,True\nc,c@quay.example,Active,\n",
    );
    assert_eq!(out, {
        "account table\n\
         account=a mail=a@quay.example enabled=true factor=None @ line 2\n\
         account=b mail=b@quay.example enabled=true factor=Unspecified @ line 3\n\
         account=c mail=c@quay.example enabled=true @ line 4\n"
    });
}

#[test]
fn methods_that_the_export_lost_leave_what_it_says_of_registration() {
    let out = shown(
        "UserPrincipalName,IsAdmin,IsMfaRegistered,MethodsRegistered\n\
         a@quay.example,True,True,System.String[]\nb@quay.example,True,False,\nc@quay.example,True,,\n\
         d@quay.example,False,True,fido2\n",
    );
    let factors: Vec<&str> = out
        .lines()
        .skip(1)
        .map(|line| line.split("factor=").nth(1).unwrap_or("unknown @").split(' ').next().unwrap())
        .collect();
    assert_eq!(factors, ["Unspecified", "None", "unknown", "PhishingResistant"], "{out}");
    let portal = "User principal name,Display name,Multifactor authentication capable,Methods registered\na@quay.example,A,Capable,\n";
    assert!(shown(portal).starts_with("account table\n"), "{}", shown(portal));
}

#[test]
fn one_row_decides_the_order_of_days_for_all_columns() {
    let out = shown(
        "SamAccountName,LastLogonDate,PasswordLastSet,whenCreated\na,11/20/2026 3:04:05 PM,1/2/2026,1/3/2026 1:02:03 AM\nb,1/2/2026,,\n",
    );
    assert!(
        out.contains("used=2026-11-20T15:04:05Z created=2026-01-03T01:02:03Z set=2026-01-02T00:00:00Z"),
        "{out}"
    );
    assert!(out.contains("account=b used=2026-01-02T00:00:00Z"), "{out}");
}
