//! What reports do to observables, class by class: text in, what is found out.

use observable::{Role, scan_text};

fn found(text: &str) -> Vec<String> {
    scan_text(text)
        .iter()
        .map(|found| format!("{} {}", found.observable.kind.name(), found.observable.value))
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "{text}");
}

#[test]
fn file_names_are_no_domains() {
    check(
        "dropped archive.zip, run.sh and libfoo.so; see README.md",
        &["file-name archive.zip", "file-name run.sh", "file-name libfoo.so", "file-name readme.md"],
    );
    check("stage2.ps is not stage2.ps1", &["file-name stage2.ps", "file-name stage2.ps1"]);
    check("my_tool.com_backup.zip was sent", &["file-name my_tool.com_backup.zip"]);
    check("Opened notes.one and report.doc.", &["file-name notes.one", "file-name report.doc"]);
    check("Installed Updater.app from updater.app", &["file-name updater.app", "domain updater.app"]);
    check(
        "2021-10-07-binary-from-185.106.96.158.bin",
        &["file-name 2021-10-07-binary-from-185.106.96.158.bin"],
    );
}

#[test]
fn code_is_no_domain() {
    for text in [
        "System.Net.WebClient downloads, then app.run() and window.name",
        "The package com.evil.app calls document.location.host",
        "Detected as Trojan.Win32.Agent.gen and JS/TrojanDownloader.Agent.TNX or Win32/Ketrican.C",
        "built with Node.js and ASP.NET 4.8, e.g. i.e. U.S. v2.0 3.5.1",
        "chrome.storage.local.set(x); self.id; $this.data; obj->host.name; Foo::bar.io",
        "see 10.5281/zenodo",
    ] {
        check(text, &[]);
    }
    check("mail help.desk.com@evil.example now", &["email help.desk.com@evil.example"]);
}

/// In a text without blanks a host begins behind a letter beyond ASCII; the path behind it is read once.
#[test]
fn a_host_in_foreign_letters_has_its_path() {
    let url = "url evil.example/techniques/T1190/techniques/T1566";
    check(
        "{domain}éevil.example/techniques/T1190/techniques/T1566",
        &[url, "technique T1190", "technique T1566"],
    );
}

#[test]
fn numbers_are_no_addresses() {
    for text in [
        "version 10.0.0.1 and 10.0.0.2 are affected",
        "fixed in version 9.1.2.3, update to 9.1.2.4",
        "Firmware 1.2.3.4 or later",
        "Chrome/120.0.0.0",
        "OID 1.3.6.1.4.1.311",
        "at 13:55:36 on 2026:11:24, MAC 00:1a:2b:3c:4d:5e",
        "std::vector, abc::def",
        "12:34:56:78:9a:bc:de:f0 serial",
        "999.1.1.1 and 1.2.3 and 01.02.03.04",
    ] {
        check(text, &[]);
    }
    check(
        "C2 203.0.113.7:8080, [2001:db8::7]:443, 198.51.100.0/24",
        &["ipv4 203.0.113.7", "ipv6 2001:db8::7", "network 198.51.100.0/24"],
    );
    check("203.0.113.1-203.0.113.9", &["ipv4 203.0.113.1", "ipv4 203.0.113.9"]);
    check("203.0.113[.]7.", &["ipv4 203.0.113.7"]);
}

#[test]
fn digits_are_hashes_only_where_they_name_a_file() {
    let md5 = "0123456789abcdef0123456789abcde0";
    let sha1 = format!("{md5}01234567");
    for text in [
        format!("imphash: {md5}"),
        format!("JA3 {md5}"),
        format!("fixed in commit {sha1}"),
        format!("https://{md5}.s3.example/{sha1}").replace("https", "ssh"),
        format!("0x{md5}, {md5}x, key: {md5}"),
        format!("IMPHASH VALUES:\n- {md5}\n- {md5}"),
    ] {
        assert!(
            !found(&text).iter().any(|found| found.starts_with("md5") || found.starts_with("sha")),
            "{text}: {:?}",
            found(&text)
        );
    }
    check(&format!("MD5: {md5}, SHA1={sha1}"), &[&format!("md5 {md5}"), &format!("sha1 {sha1}")]);
    check(&format!("MD5{md5}"), &[&format!("md5 {md5}")]);
    check(&format!("{}Malicious", md5.to_uppercase()), &[&format!("md5 {md5}")]);
    check(&format!("sample {md5}.exe"), &[&format!("file-name {md5}.exe")]);
}

#[test]
fn urls_end_where_they_end() {
    check(
        "[report](https://a.example/x_(1)) and [https://b.example/y](https://b.example/y).",
        &["url https://a.example/x_(1)", "url https://b.example/y", "url https://b.example/y"],
    );
    check("“hxxps[:]//evil[.]example/a;b=c'd|x” see", &["url https://evil.example/a;b=c'd"]);
    check(
        "blob:https://evil.example/1-2 view-source:http://evil.example/x",
        &["url https://evil.example/1-2", "url http://evil.example/x"],
    );
    check("https://a.example/1https://b.example/2", &["url https://a.example/1", "url https://b.example/2"]);
    check("GEThxxp://evil[.]example/gate.php", &["url http://evil.example/gate.php"]);
    check("<a href=\"http://evil.example/x?a=1&b=2\">x</a>", &["url http://evil.example/x?a=1&b=2"]);
    check(
        "http://evil.example/a, then (http://evil.example/b).",
        &["url http://evil.example/a", "url http://evil.example/b"],
    );
}

#[test]
fn nothing_is_invented() {
    check("evil[.]example:8080 and www.evil.example", &["domain evil.example", "domain www.evil.example"]);
    check("http://<host>/x, https://[redacted].evil.example/, *.evil.example, %s.evil.example", &[]);
    check("evil[.]example/gate.php", &["url evil.example/gate.php"]);
    check(
        "hxxp://evil[.]example/{id}/x and hxxp://evil[.]example/?m=[victim's address]",
        &["domain evil.example", "domain evil.example"],
    );
    check("hxxps[:]//203.0.113[.]7/", &["url https://203.0.113.7/"]);
}

#[test]
fn shares_and_files_of_servers() {
    check("file[:]//203.0.113[.]7/s/x.exe", &["url file://203.0.113.7/s/x.exe"]);
    check("file://evil[.]example@80/s/x.url", &["url file://evil.example@80/s/x.url"]);
    check(
        r"ran \\evil[.]example@8080\dav\x.dll,Entry",
        &["path //evil.example@8080/dav/x.dll", "domain evil.example"],
    );
    check(r"\\203.0.113[.]7\share\x.dll", &["path //203.0.113.7/share/x.dll", "ipv4 203.0.113.7"]);
    check(r#"read "\\Mozilla\\Firefox\\" profile"#, &[]);
}

#[test]
fn defanged_in_many_ways() {
    for text in [
        "evil[.]example",
        "evil(.)example",
        "evil{.}example",
        "evil[dot]example",
        "evil (dot) example.".replace('(', "[").replace(')', "]").as_str(),
        r"evil\.example",
        "evil[.example",
        "ev\u{200b}il[.]example",
        "evil.exa\u{ad}mple",
        "'%evil[.]example%'",
    ] {
        check(text, &["domain evil.example"]);
    }
    check("my‑evil–site[.]example", &["domain my-evil-site.example"]);
    check(
        "contact a [at] evil [dot] example, b[@]evil[.]example",
        &["email a@evil.example", "email b@evil.example"],
    );
    check("download from evil[.]com.au[.]example", &["domain evil.com.au.example"]);
    check("at evil[.]zzz and paste[.]ee/p/x", &["domain evil.zzz", "url paste.ee/p/x"]);
    check(
        "hxxp://evil[.]example, h**ps://evil[.]example/x",
        &["url http://evil.example/", "url https://evil.example/x"],
    );
}

#[test]
fn names_with_blanks_and_letters_of_the_world() {
    check(
        "File name: EE Survey - How to log on.pdf\nFile size: 3",
        &["file-name ee survey - how to log on.pdf"],
    );
    check(
        "opened “Новый договор.docx” and 'PURCHASE ORDER.exe'",
        &["file-name Новый договор.docx", "file-name purchase order.exe"],
    );
    let hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde0";
    check(
        &format!("- {hash} - 46,594 bytes - STATEMENT OF ACCOUNT.zip"),
        &[&format!("sha256 {hash}"), "file-name statement of account.zip"],
    );
    check(&format!("{hash}  files 02.21.doc"), &[&format!("sha256 {hash}"), "file-name files 02.21.doc"]);
    check("the victim runs Invoice (1).exe.", &["file-name invoice (1).exe"]);
    check("the file is named invoice.exe", &["file-name invoice.exe"]);
    check("runs powershell.exe -file x.ps1", &["file-name powershell.exe", "file-name x.ps1"]);
    check("[filename].dll, *.exe, <name>.bat", &[]);
}

#[test]
fn paths_with_blanks_arguments_and_placeholders() {
    for (text, path) in [
        (r"C:\Program Files (x86)\My Tool\x.exe -run", "c:/program files (x86)/my tool/x.exe"),
        (r"in C:\Users\[username]\AppData\Roaming\x.dll.", "c:/users/[username]/appdata/roaming/x.dll"),
        (r"C:\Users\<user>\AppData\Local\Temp\a.tmp > NUL", "c:/users/<user>/appdata/local/temp/a.tmp"),
        (r"rundll32 C:\ProgramData\x.dll,Start", "c:/programdata/x.dll"),
        (r#""C:\Documents and Settings\All Users\x y.exe""#, "c:/documents and settings/all users/x y.exe"),
        (
            r"%APPDATA%\Microsoft\Windows\Start Menu\Programs\Startup\x.lnk",
            "%appdata%/microsoft/windows/start menu/programs/startup/x.lnk",
        ),
        (r"C:\Users\Public\New Text Document.txt was", "c:/users/public/new text document.txt"),
        (r"saved to C:\ProgramData\Evil and run", "c:/programdata/evil"),
        (r"in C:\Program Files\Common Files (see below)", "c:/program files/common files"),
        (r"C:/Users\Public/x.exe", "c:/users/public/x.exe"),
        ("~/Library/Application Support/com.evil/x", "~/library/application support/com.evil/x"),
        ("cat /tmp/.X11-unix/x 2>/dev/null", "/tmp/.x11-unix/x"),
        ("(/var/www/html/shell.php)", "/var/www/html/shell.php"),
        (r"$env:TEMP\x.ps1;", "$env:temp/x.ps1"),
    ] {
        check(text, &[&format!("path {path}")]);
    }
    for text in [
        "and/or",
        "cmd /c /x /tmp",
        "TCP/IP",
        r"C:\",
        "GET /tmp/x.php HTTP/1.1",
        r"C:\Users\*\x.exe",
        r"C:\x\[random letters].dll",
        "24/7 and 1/2",
    ] {
        assert!(!found(text).iter().any(|found| found.starts_with("path")), "{text}: {:?}", found(text));
    }
    check(r"C:\a\x.exeC:\b\y.exe", &["path c:/a/x.exe", "path c:/b/y.exe"]);
}

#[test]
fn registry_keys() {
    for (text, key) in [
        (
            r"HKLM:\SOFTWARE\Policies\Microsoft\Windows Defender [DS0024].",
            r"HKEY_LOCAL_MACHINE\software\policies\microsoft\windows defender",
        ),
        (
            r"under HKCU\Software\Microsoft\Windows NT\CurrentVersion\Run. It",
            r"HKEY_CURRENT_USER\software\microsoft\windows nt\currentversion\run",
        ),
        (r#"reg add "HKLM\Software\X" /v Y"#, r"HKEY_LOCAL_MACHINE\software\x"),
        (
            r"[HKEY_CURRENT_USER\Control Panel\Default Monitor]",
            r"HKEY_CURRENT_USER\control panel\default monitor",
        ),
    ] {
        check(text, &[&format!("registry-key {key}")]);
    }
    check(r"HKLM\...\RunOnce", &[]);
}

#[test]
fn identifiers() {
    check("[T1505.003], TA0001, S0154, G0065, M1032, T1190.", &["technique T1505.003", "technique T1190"]);
    check("|T1003.001|tags: attack.t1059.003", &["technique T1003.001", "technique T1059.003"]);
    check("cve-2021-44228, CVE‑2021‑45046 and CVE-2021-1", &["cve CVE-2021-44228", "cve CVE-2021-45046"]);
    check(
        "https://attack.mitre.org/techniques/T1059/003/",
        &["url https://attack.mitre.org/techniques/T1059/003/", "technique T1059.003"],
    );
    check("AS64500 (ASN: 64501), AS400", &["autonomous-system AS64500", "autonomous-system AS64501"]);
}

#[test]
fn tables_that_were_flattened() {
    check(
        "|evil[.]example|203.0.113[.]7|gate.php|",
        &["domain evil.example", "ipv4 203.0.113.7", "file-name gate.php"],
    );
    check("`evil[.]example`\u{a0}„x.exe“", &["domain evil.example", "file-name x.exe"]);
    check("访问evil.com下载", &["domain evil.com"]);
    check("loads x.dll.Then it", &["file-name x.dll"]);
}

fn role(text: &str) -> Vec<Role> {
    scan_text(text).iter().map(|found| found.role).collect()
}

#[test]
fn roles() {
    for text in [
        "evil[.]example",
        "203.0.113[.]7",
        "0123456789abcdef0123456789abcde0",
        "invoice.exe",
        r"C:\ProgramData\x.exe",
        "C2 SERVERS:\n- 8.18.28.38\n",
    ] {
        assert_eq!(role(text), [Role::Indicator], "{text}");
    }
    for text in [
        "see https://www.cisa.gov/x",
        "10.0.0[.]1",
        "203.0.113.7",
        "8.8.8[.]8",
        "hxxps://www.virustotal[.]com/x",
        "cmd.exe",
        "CVE-2021-44228",
        "T1190",
        "api.ipify[.]org",
        r"C:\Windows\System32\cmd.exe",
        "REFERENCES:\n- https://blog.example/x",
    ] {
        assert_eq!(role(text), [Role::Context], "{text}");
    }
}
