//! Texts with a secret and their benign twins: the secret goes, all else stays.

use super::*;
use proptest::prelude::*;

/// Texts in which `hunter2!X` is the secret: what is shown has a mask in its place.
#[rustfmt::skip]
const SECRET: &[&str] = &[
    "POST /?user=bob&password=hunter2!X&x=1", "password: hunter2!X", "Password : hunter2!X", "passwd=hunter2!X",
    "{\"token\": \"hunter2!X\", \"a\": 1}", "{\"db_password\":\"hunter2!X\"}", "Cookie: hunter2!X", "pwd='hunter2!X'",
    "Authorization: Basic hunter2!X", "{\\\"password\\\":\\\"hunter2!X\\\",\\\"a\\\":1}", "Kennwort: hunter2!X",
    "mot de passe : hunter2!X", "contraseña: hunter2!X", "clave=hunter2!X", "пароль: hunter2!X", "Пароль: hunter2!X",
    "密码：hunter2!X", "パスワード: hunter2!X", "비밀번호: hunter2!X", "senha=hunter2!X", "hasło: hunter2!X",
    "API key: hunter2!X", "session id: hunter2!X", "the api_key=hunter2!X,", "password%3Dhunter2!X%26x%3D1",
    "https://bob:hunter2!X@mail.example/x", "ftp://bob:hunter2!X@192.0.2.1", "--password=hunter2!X --host db",
    "--password hunter2!X --host db", "tool -Password hunter2!X", "cmdkey /add:x /user:bob /pass:hunter2!X",
    "xfreerdp /v:h /u:bob /p:hunter2!X", "sshpass -p hunter2!X ssh bob@h", "sshpass -phunter2!X ssh h",
    "mysql -u root -phunter2!X db", "mysqldump -uroot -p'hunter2!X' db", "curl -u bob:hunter2!X https://h/",
    "curl --user bob:hunter2!X https://h/", "net user bob hunter2!X /add", "net  user bob hunter2!X",
    "C:\\Windows\\system32\\net.exe user bob hunter2!X /add", "net use \\\\h\\c$ hunter2!X /user:bob",
    "net use x: \\\\h\\c$ /user:bob hunter2!X", "ConvertTo-SecureString \"hunter2!X\" -AsPlainText -Force",
    "ConvertTo-SecureString -String 'hunter2!X' -Force", "CREATE USER a IDENTIFIED BY 'hunter2!X'",
    "ALTER USER a IDENTIFIED WITH caching_sha2_password BY 'hunter2!X'",
    "ALTER ROLE a WITH PASSWORD 'hunter2!X'", "SET PASSWORD = PASSWORD('hunter2!X')", "plink -pw hunter2!X h",
    "psexec \\\\h -u bob -p hunter2!X cmd", "docker login -u bob -p hunter2!X reg.example", "sc config s password= hunter2!X",
    "schtasks /create /ru bob /rp hunter2!X", "echo hunter2!X | sudo -S id", "echo 'root:hunter2!X' | chpasswd",
    "7z a -phunter2!X a.7z", "rar a -hphunter2!X a", "zip -P hunter2!X a", "nxc smb h -u bob -p hunter2!X",
    "smbclient -U bob%hunter2!X //h/c", "sqlplus bob/hunter2!X@db", "wmiexec.py corp/bob:hunter2!X@192.0.2.1",
    "reg add HKLM\\x /v DefaultPassword /t REG_SZ /d hunter2!X", "setx DB_PASSWORD hunter2!X", "wpa_passphrase net hunter2!X",
    "redis-cli -a hunter2!X", "htpasswd -b f bob hunter2!X", "a0=\"sshpass\" a1=\"-p\" a2=\"hunter2!X\" a3=\"ssh\"",
    "[\"sshpass\",\"-p\",\"hunter2!X\",\"ssh\"]", "<password>hunter2!X</password>", "<add key=\"ApiKey\" value=\"hunter2!X\"/>",
    "Server=h;User Id=sa;Password=hunter2!X;Database=d", "export AWS_SECRET_ACCESS_KEY=hunter2!X", "password for bob: hunter2!X",
    "Password (root): hunter2!X", "userPassword:: hunter2!X", "\"tokens\": [\"hunter2!X\", \"hunter2!X\"]",
    "curl -H 'X-Api-Key: hunter2!X' h", "-H \"Cookie: a=hunter2!X; b=1\" h", "user[password]=hunter2!X&a=b",
    "passphrase: hunter2!X and more hunter2!X", "Bearer hunter2hunter2hunter2", "* NTLM     : 31d6cfe0d16ae931b73c59d7e0c089c0",
    "PIN: 123456", "LogonUser password=\"hunter2!X\" ok", "the password \"hunter2!X\" was used",
    "the password hunter2!X was used", "username bob password 7 hunter2!X", "their password was hunter2!X.", "a2=\"--password\" a3=\"hunter2!X\" a4=\"--host\"",
    "[\"tool\", \"--password\", \"hunter2!X\"]", "'hunter2!X' | ConvertTo-SecureString -AsPlainText -Force", "a1=\"sc\" a4=\"password=\" a5=\"hunter2!X\"",
    "[\"sc\",\"password=\",\"hunter2!X\"]", "[\"net\",\"user\",\"bob\",\"hunter2!X\"]",
    "a0=\"reg\" a1=\"add\" a2=\"k\" a3=\"/v\" a4=\"DefaultPassword\" a5=\"/d\" a6=\"hunter2!X\"", "wget --http-passwd=hunter2!X h",
    "AccountKey=hunter2!X;EndpointSuffix=x", "seed: abandon ability able about above absent absorb abstract absurd abuse access hunter",
    "{\"name\":\"password\",\"value\":\"hunter2!X\"}", "{\"Name\": \"Password\", \"Type\": \"String\", \"Value\": \"hunter2!X\"}",
    "{\"parameterKey\":\"DBPassword\",\"parameterValue\":\"hunter2!X\"}", "{\"value\":\"hunter2!X\",\"name\":\"api_key\"}",
    "{\\\"ParameterName\\\":\\\"password\\\",\\\"ParameterValue\\\":\\\"hunter2!X\\\"}", "[{\"name\":\"adminPassword\",\"secure\":true,\"value\":\"hunter2!X\"},1]",
    "Password: hunter2!X the", "password: Reset2hunter2!X by the help desk",
];

/// Texts without a secret: nothing changes.
#[rustfmt::skip]
const BENIGN: &[&str] = &[
    "Failed password for root from 192.0.2.1 port 22 ssh2", "Accepted password for bob from 192.0.2.1",
    "mo : TTY=pts/0 ; PWD=/home/mo ; USER=root ; COMMAND=/bin/id", "Access denied for user 'a'@'h' (using password: YES)",
    "pam_unix(passwd:chauthtok): password changed for bob", "cat /etc/passwd: Permission denied", "ssh -p 2222 bob@h",
    "nmap -p 80,443 h", "mkdir -p /a/b", "docker run -p 8080:80 x", "net user", "net user bob /domain", "net user /domain",
    "the net use of energy: 5", "the net user command lists accounts", "https://portal.example:8443/a?b=c", "git@host:a/b",
    "2024-06-12T03:14:15Z", "bob@port.example", "a: b = c", "GET /password HTTP/1.1", "GET /reset-password?step=2 HTTP/1.1",
    "TokenElevationType=%%1936", "last_password_change=2024-01-01", "PasswordLastSet: 2024-01-01", "token_type=bearer",
    "MD5=44d88612fea8a8f36de82e1278abb02f,SHA256=275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
    "hash: 44d88612fea8a8f36de82e1278abb02f", "SHA-1: da39a3ee5e6b4b0d3255bfef95601890afd80709", "passed: 12", "pass: 12 fail: 3",
    "key: HKLM\\Software", "session opened for user root", "curl -u bob https://h/", "mysql -u root -p db", "sudo -S id",
    "PublicKeyToken=b77a5c561934e089", "password=", "password=&x=1", "password=***", "password: [secret]", "token=null&a=1",
    "The password policy: long", "password spraying: T1110.003", "cookie_name=PHPSESSID", "pin: 3", "compass=north", "pinned=7",
    "curl -o a -s https://h/", "net use", "net use x: /delete", "secretary: Ann", "author=Bob", "authority=1", "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN CERTIFICATE-----MIIC-----END CERTIFICATE-----", "eventid=4688", "1Password: a manager", "keyboard=de", "7z a -t7z a.7z",
    "ntlm: V1", "wallet: leather", "he said: pass the salt", "https://h/a:b@c", "openssl x509 -in a.pem", "sessionid=42",
    "{\"Details\":\"Cookie:\",\"User\":\"a\"}", "\"ElevatedToken\":\"%%1842\"", "krbtgt \"a\"", "password SHA256 hashes", "a password CVE-2021-44228 leaks",
    "password authentication failed", "the network use of it", "reg add HKLM\\x /v Name /d value", ".net user 1a 2b", "ConvertTo-SecureString -String $pw -AsPlainText", "[\"password\",\"x\"]",
    "a tool that is identified by an incident responder", "it is identified with the \"green movement\" of 2009",
    "Operation GhostSecret: Attack seeks to steal", "Unsecured Credentials: Credentials in Files", "api.example/bot<token>/send",
    "> Credential User Interface: Enumerate accounts", "caller \"NextToken\":\"AAIAAUCZLcGd\"", "ContainsKey('PassThru') -and $PassThru",
    "password: required", "password: reset by the help desk", "Password: must be changed", "password: the old one, of 2019",
    "Password: expired", "password: unknown\nuser: bob", "passwords: never in plain text", "{\"name\":\"user\",\"value\":\"bob\"}",
    "{\"name\":\"passwordLastSet\",\"value\":\"2024-01-01\"}", "{\"name\":\"password\",\"type\":\"String\"}", "{\"value\":\"x\",\"a\":\"password\"}",
    "powershell -File a.ps1 -Encoding UTF8", "proctitle=2F7573722F62696E2F707974686F6E33002F6F70742F61",
];

#[test]
fn secrets_are_cut() {
    for text in SECRET {
        let shown = cut(text);
        assert!(shown.contains(MASK), "{text} is shown as {shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("abandon ability"),
            "{text} is shown as {shown}"
        );
        assert_eq!(cut(&shown), shown, "{text}");
    }
}

#[test]
fn what_holds_none_stays() {
    for text in BENIGN {
        assert_eq!(cut(text), *text);
    }
}

#[test]
fn what_is_around_a_secret_stays() {
    let cases = [
        ("https://bob:hunter2@mail.example/x", "https://bob:[secret]@mail.example/x"),
        ("POST /?user=bob&password=hunter2&x=1", "POST /?user=bob&password=[secret]&x=1"),
        ("{\"token\": \"hunter2\", \"a\": 1}", "{\"token\": \"[secret]\", \"a\": 1}"),
        ("Cookie: a=hunter2; b=hunter2", "Cookie: [secret]"),
        ("Authorization: Basic hunter2", "Authorization: [secret]"),
        ("curl -H \"Authorization: Bearer abc\" -o x", "curl -H \"Authorization: [secret]\" -o x"),
        ("mysql -uroot -phunter2 shop", "mysql -uroot -p[secret] shop"),
        ("net user bob Hunter2 /add", "net user bob [secret] /add"),
        ("Password=a;b,c;Server=x", "Password=[secret];Server=x"),
        ("password=a&b=c", "password=[secret]&b=c"),
        ("password=\"a b\" next=1", "password=\"[secret]\" next=1"),
        ("Password: Sommer#24, then", "Password: [secret], then"),
        ("a ghp_0123456789abcdefghijABCDEFGHIJ012345 b", "a [secret] b"),
    ];
    for (given, expected) in cases {
        assert_eq!(cut(given), expected);
    }
}

#[test]
fn fields_are_cut_by_their_names() {
    for name in ["password", "cs(Cookie)", "userPassword", "request.headers.authorization", "PIN", "Kennwort"]
    {
        assert_eq!(cut_field(name, "hunter2"), MASK, "{name}");
    }
    for (name, value) in [
        ("PasswordLastSet", "2024-01-01"),
        ("Hashes", "MD5=44d88612fea8a8f36de82e1278abb02f"),
        ("password", "-"),
        ("TokenElevationType", "%%1936"),
        ("sha256", "aa"),
        ("SessionId", "2"),
        ("PWD", "/home/bob"),
        ("seed", "7"),
    ] {
        assert_eq!(cut_field(name, value), value, "{name}");
    }
    assert_eq!(cut_field("NTLM", "31d6cfe0d16ae931b73c59d7e0c089c0"), MASK);
    assert_eq!(cut_field("wallet", &["abandon"; 12].join(" ")), MASK);
    assert_eq!(cut_field("CommandLine", "x --password hunter2"), "x --password [secret]");
    assert!(
        is_announced("--password")
            && is_announced("-p")
            && !is_announced("--host")
            && !is_announced("password")
    );
}

/// A command as PowerShell takes it encoded.
fn encoded(command: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u8> = command.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let groups = bytes.chunks(3).map(|group| {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let letter = |at: u32| char::from(LETTERS[usize::try_from(bits >> (18 - 6 * at) & 63).unwrap()]);
        let letters: String = (0..4).map(letter).collect();
        format!("{}{}", &letters[..=group.len()], "=".repeat(3 - group.len()))
    });
    groups.collect()
}

#[test]
fn what_an_encoding_hides_is_cut_with_its_argument() {
    let hides = encoded("net user bob hunter2!X /add");
    let honest = encoded("Get-Process | Sort-Object CPU");
    assert_eq!(&honest[..8], "RwBlAHQA");
    for (before, behind) in [
        ("powershell.exe -NoP -W Hidden -enc ", " -x"),
        ("powershell -e ", ""),
        ("\"C:\\x\\pwsh.exe\" -EncodedCommand ", "\n"),
        ("cmd /c start x -EncodedCommand ", ""),
        ("{\"args\":[\"powershell\",\"-ec\",\"", "\"]}"),
    ] {
        assert_eq!(cut(&format!("{before}{hides}{behind}")), format!("{before}[secret]{behind}"));
        let line = format!("{before}{honest}{behind}");
        assert_eq!(cut(&line), line);
    }
    // An encoded command in an encoded command.
    assert_eq!(
        cut(&format!("pwsh -enc {}", encoded(&format!("powershell -e {hides}")))),
        "pwsh -enc [secret]"
    );
    let title: String = b"sshpass\0-p\0hunter2!X\0ssh".iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(
        cut(&format!("type=PROCTITLE proctitle={title} a=1")),
        "type=PROCTITLE proctitle=[secret] a=1"
    );
    assert_eq!(cut_field("proctitle", &title), MASK);
    assert_eq!(cut_field("process.PROCTITLE", "2F7573722F62696E2F707974"), "2F7573722F62696E2F707974");
}

#[test]
fn no_secret_is_as_short_and_plain_as_what_is_not_looked_at() {
    for shape in SHAPES {
        let shortest = format!("{}{}", shape.mark, "a".repeat(shape.least));
        assert!(!is_plain(&shortest), "{shortest}");
    }
    for text in SECRET {
        assert!(!is_plain(text), "{text}");
    }
    assert!(is_plain("host-0000001") && is_plain("192.168.100.200") && !is_plain("host-00000001"));
}

#[test]
fn what_was_cut_is_noted() {
    let mut found = Vec::new();
    assert_eq!(cut_noting("password=a1&token=b2", &mut found), "password=[secret]&token=[secret]");
    assert_eq!(found, ["a1", "b2"]);
}

#[test]
fn a_shortened_text_shows_no_part_of_a_secret() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n";
    let long = format!("{}{key}{}", "word ".repeat(100), "QUJD\n".repeat(10_000));
    let shown = cut_to(&long, 600);
    assert!(!shown.contains("MIIE") && !shown.contains("QUJD"), "{shown}");
    assert_eq!(cut_to(&"x".repeat(20), 10).chars().count(), 11);
    assert_eq!(cut_to("short", 10), "short");
}

#[test]
fn long_texts_end_soon() {
    for part in [
        "password=",
        "mysql ",
        "pass",
        "://a:b@",
        "eyJ",
        "key key ",
        "net user ",
        "\"token\":[",
        "-",
        "AKIA",
        "echo a ",
        "-u a:b curl ",
        "powershell ",
        "powershell -e ",
        "-enc ",
        "proctitle=61",
        "\"name\":\"password\",",
        "\"value\":\"a\",\"name\":\"key\",",
    ] {
        let text = part.repeat(100_000 / part.len());
        assert!(!cut(&text).is_empty());
    }
}

proptest! {
    #[test]
    fn a_text_that_was_cut_is_not_changed_again(
        parts in prop::collection::vec(prop::sample::select([SECRET, BENIGN].concat()), 1..4),
        joint in prop::sample::select(vec![" ", "\n", "; ", ", "]),
    ) {
        let text = parts.join(joint);
        let once = cut(&text).into_owned();
        prop_assert_eq!(cut(&once), once.as_str());
    }

    #[test]
    fn any_text_is_cut_within_its_own_signs(text in "\\PC{0,60}") {
        let shown = cut(&text);
        prop_assert!(shown.len() <= text.len() + MASK.len() * (text.len() + 1));
    }
}
