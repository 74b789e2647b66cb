//! Secrets as people and programs write them: names, and texts that hold one. Each has a mark by which a test finds it.

/// The mark of a secret in letters and in hexadecimal digits, and words of a seed.
pub const MARKS: [&str; 3] = ["Wx9kHid", "c0ffee5ec2e7", "zebra zone zoo"];

/// Names of columns, keys and fields that hold a secret.
#[rustfmt::skip]
pub const NAMES: &[&str] = &[
    "password", "Passwd", "pwd", "pass", "user_password", "userPassword", "PASSWORD", "Password Hash", "passphrase", "passcode",
    "kennwort", "Passwort", "contraseña", "contrasena", "clave", "mot de passe", "mdp", "senha", "пароль", "hasło", "wachtwoord",
    "lösenord", "adgangskode", "salasana", "parola", "密码", "パスワード", "비밀번호", "backup codes", "recovery_code", "otp",
    "totp_seed", "secret", "api_key", "apiKey", "X-Api-Key", "token", "access_token", "refreshToken", "cookie", "Set-Cookie",
    "session_id", "PHPSESSID", "private key", "client_secret", "connection string", "Authorization", "plaintext_password",
    "secret_access_key", "AccountKey",
];

/// Command lines with a secret in place of `@`.
#[rustfmt::skip]
pub const COMMANDS: &[&str] = &[
    "tool --password=@ --host db", "tool --password @ --host db", "tool -Password @", "sshpass -p @ ssh bob@h", "sshpass -p@ ssh h",
    "mysql -u root -p@ shop", "mysqldump -uroot -p@ db", "curl -u bob:@ https://h.example/", "curl --user bob:@ https://h.example/",
    "curl -H Authorization:@ https://h.example/", "net user bob @ /add", "net use \\\\h\\c$ @ /user:bob",
    "net use x: \\\\h\\c$ /user:bob @", "cmdkey /add:h /user:bob /pass:@", "xfreerdp /v:h /u:bob /p:@", "plink -pw @ h",
    "psexec \\\\h -u bob -p @ cmd", "docker login -u bob -p @ reg.example", "sc config s password= @", "schtasks /create /ru bob /rp @",
    "7z a -p@ a.7z", "zip -P @ a.zip", "nxc smb h -u bob -p @", "smbclient -U bob%@ //h/c", "sqlplus bob/@@db", "setx DB_PASSWORD @",
    "wmiexec.py corp/bob:@@h.example", "redis-cli -a @", "ldapsearch -x -w @ -b dc", "export DB_PASSWORD=@", "git clone https://bob:@@h.example/r",
    "ConvertTo-SecureString '@' -AsPlainText -Force", "mysql -e CREATE USER a IDENTIFIED BY '@'", "echo @ | sudo -S id",
    "wget --http-password=@ https://h.example/", "rclone --sftp-pass @ ls", "openssl rsa -passin pass:@ -in k", "keytool -storepass @ -list",
    "az login -u bob -p @", "reg add HKLM\\x /v DefaultPassword /t REG_SZ /d @",
];

/// Sentences and parts of requests with a secret in place of `@`.
#[rustfmt::skip]
pub const TEXTS: &[&str] = &[
    "Password: @", "password=@&x=1", "Kennwort: @", "mot de passe : @", "пароль: @", "密码：@", "api_key=@", "API key: @1",
    "Authorization: Bearer @", "Cookie: a=@; b=1", "token=ghp_@0123456789abcdef", "seen ghp_@0123456789abcdef", "glpat-@0123456789",
    "xoxb-@0123456789", "AIza@0123456789abcdefghijklmnop", "sk_live_@0123456789", "eyJhbGciOiJIUzI1NiJ9.eyJ@.c2ln@",
    "$2b$12$@ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678", "$6$salt$@ABCDEFGHIJKLMNOPQRSTUVWXYZ", "https://bob:@@h.example/x",
    "bob:500:aad3b435b51404eeaad3b435b51404ee:c0ffee5ec2e7ae931b73c59d7e0c089c:::", "NTLM: c0ffee5ec2e7ae931b73c59d7e0c089c",
    "-----BEGIN PRIVATE KEY-----@-----END PRIVATE KEY-----", "AKIAIOSFODNN7EXAMPLE:@0123456789abcdefghijklmnop",
    "seed: abandon ability able about above absent absorb abstract absurd zebra zone zoo", "Server=h;Password=@;Database=d",
    "Password for bob: @", "the password `@` was used",
];

/// A secret: its number, and always 14 letters and digits.
pub fn secret(number: usize) -> String {
    format!("Wx9kHidden{number:04}")
}

/// A text with a secret in it.
pub fn with(template: &str, number: usize) -> String {
    // `@@` is a secret before the sign of a host.
    let secret = secret(number);
    let host = template.replace("@@", &format!("{secret}\u{1}"));
    let user = host.replace("bob@h", "bob\u{1}h");
    user.replace('@', &secret).replace('\u{1}', "@")
}

/// Every text, each with a secret of its own.
pub fn texts() -> Vec<String> {
    let all = COMMANDS.iter().chain(TEXTS).enumerate();
    all.map(|(number, template)| with(template, number)).collect()
}
