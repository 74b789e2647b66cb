//! What is said of a document that is no inventory: its kind, and what to give instead.

use crate::shown_as;

/// The problem of a document that no reader knows, with its remedy.
fn said(bytes: impl AsRef<[u8]>) -> String {
    let out = shown_as("f", bytes.as_ref());
    let rest = out.strip_prefix("unknown\n! f: not read: ").unwrap_or_default();
    rest.trim_end().to_owned()
}

fn all_say(kind: &str, remedy: &str, documents: &[&str]) {
    for document in documents {
        assert_eq!(said(document), format!("{kind} ({remedy})"), "{document}");
    }
}

#[test]
fn names_without_versions() {
    all_say(
        "names without versions",
        "give `dpkg-query -W`, `rpm -qa`, `apk info -v` or `pip freeze`, which have versions",
        &[
            "adduser\nlibquay-dev\nmolelib\n",
            "libquay6:amd64\nmole:amd64\nkeel:i386\n",
            "quay.x86_64\nmole.noarch\nkeel.x86_64\n",
            "adduser\t\t\t\tinstall\nquay:amd64\t\t\tdeinstall\n",
        ],
    );
    all_say(
        "names without versions",
        "give `winget list`, or the names and versions of the registry's Uninstall keys as CSV",
        &[
            "Quay Viewer Pro\nMole Office\nKeel Reader DC\nBerth\n",
            "\"Name\"\n\"Quay Viewer\"\n\"Mole Notes\"\n",
        ],
    );
    all_say(
        "names without versions, as JSON",
        "export records with `name` and `version`",
        &["[\"quay\", \"mole\"]", "[\n \"quay\"\n]\n"],
    );
}

#[test]
fn what_says_too_little_of_a_windows() {
    all_say(
        "a list of updates, which names no installed version",
        "give `systeminfo` or `Get-ComputerInfo`, which have the build",
        &[
            "\nSource        Description      HotFixID      InstalledBy          InstalledOn\n------        -----------      --------      -----------          -----------\nQUAY-1        Update           KB5000001     NT AUTHORITY\\SYSTEM  11/28/2031\n",
            "\"PSComputerName\",\"Description\",\"HotFixID\"\n\"QUAY-1\",\"Update\",\"KB5000001\"\n",
        ],
    );
    all_say(
        "a part of `systeminfo`, without the name of the machine and of the system",
        "give all of what `systeminfo` writes",
        &[
            "System Boot Time:          28.11.2031, 08:10:00\nSystem Manufacturer:       Quayworks\nSystem Model:              Q-7\nHotfix(s):                 2 Hotfix(s) Installed.\n",
        ],
    );
}

#[test]
fn what_lists_hardware() {
    all_say(
        "a list of hardware, which has no version",
        "give `show version`",
        &["NAME: \"1\", DESCR: \"Q-7 switch\"\nPID: Q-7-48TS  , VID: V05  , SN: FOC0000A0A0\n"],
    );
}

#[test]
fn what_lists_processes() {
    all_say(
        "a list of processes, services or connections, which has no versions",
        "give the list of what is installed",
        &[
            "\nImage Name                     PID Session Name        Session#    Mem Usage\n========================= ======== ================ =========== ============\nquay.exe                         7 Services                   0          8 K\n",
            "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.1 168140 11404 ?        Ss   Nov28   0:07 /sbin/init\n",
            "\nStatus   Name               DisplayName\n------   ----               -----------\nRunning  quay               Quay Service\n",
        ],
    );
}

#[test]
fn what_is_no_text() {
    let table = "export it as CSV, JSON or .xlsx";
    assert_eq!(said(b"%PDF-1.7\n%\xe2\xe3"), format!("a PDF, which is no table ({table})"));
    assert_eq!(said(b"\x89PNG\r\n\x1a\n\0"), format!("an image ({table})"));
    assert_eq!(said(b"{\\rtf1 quay}"), format!("a document in rich text, which is no table ({table})"));
    assert_eq!(said(b"\x01\x02\0\x03quay"), format!("binary data ({table})"));
    assert_eq!(said(b"ElfFile\0\0\0"), "a log of Windows events (give it with --logs)");
    assert_eq!(said(b"MZ\x90\0\x03"), "a program (give the list of what is installed)");
    let compound = |stream: &str| {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        said(bytes)
    };
    assert_eq!(
        compound("EncryptedPackage"),
        "a workbook or document that a password protects (remove the password, and save it as .xlsx or CSV)"
    );
    assert_eq!(compound("Workbook"), "a workbook of the old form (.xls) (save it as .xlsx or CSV)");
    assert!(compound("Quay").starts_with("a document of the old form of Office, or one that a password"));
}

#[test]
fn what_belongs_elsewhere() {
    all_say(
        "a log",
        "give it with --logs",
        &[
            "2031-11-28T08:10:00Z quay-1 opened\n2031-11-28T08:10:01Z quay-1 closed\n",
            "Nov 28 08:10:00 quay-1 sshd[7]: Accepted publickey for mole\n",
            "<34>Nov  8 08:10:00 quay-1 su: failed\n",
            "203.0.113.9 - - [28/Nov/2031:08:10:00 +0000] \"GET / HTTP/1.1\" 200 7\n",
            "type=SYSCALL msg=audit(1:7): arch=c000003e\n",
            "{\"@timestamp\":\"2031-11-28T08:10:00Z\",\"message\":\"x\"}\n",
        ],
    );
    all_say(
        "a list of addresses, hashes or links",
        "give indicators as an advisory before --estate, own machines as a table with `hostname` and `ip`",
        &[
            "# seen\n203.0.113.9\n203.0.113.10\n",
            "d41d8cd98f00b204e9800998ecf8427e\n",
            "hxxp://quay[.]example/a\nmole[.]example\n",
        ],
    );
    let knowledge = "give it as an advisory before --estate, or with --knowledge";
    all_say(
        "knowledge of flaws or indicators",
        knowledge,
        &["{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{}}", "{\"Event\":{\"info\":\"x\"}}"],
    );
    all_say(
        "a text of sentences",
        knowledge,
        &[
            "# Quay is broken\n\nA flaw in Quay lets a remote attacker run commands on the host without a password. We advise to patch.\n",
        ],
    );
    all_say(
        "a mail",
        knowledge,
        &["From: mole@quay.example\nTo: us@keel.example\nSubject: patch\n\nDear all\n"],
    );
    let seen = "give a log with --logs, and what others saw of you with --knowledge";
    all_say("a table of events", seen, &["timestamp,src,dst\n1,a,b\n"]);
}

#[test]
fn what_a_command_wrote_when_it_failed() {
    all_say(
        "the message of a command that had no permission",
        "run the command again as an administrator, or with sudo",
        &[
            "dpkg: error: opening status: Permission denied\n",
            "ERROR: Access is denied.\n",
            "Zugriff verweigert\n",
        ],
    );
    all_say(
        "the message of a command that is not there",
        "run it where it is installed, and check its name",
        &[
            "bash: rpm: command not found\n",
            "'winget' is not recognized as an internal or external command,\noperable program or batch file.\n",
        ],
    );
    all_say("a file without content", "export it again: the command may have failed", &["", "\n \n"]);
    all_say(
        "the page of a login",
        "log in, and save the export itself",
        &["<!DOCTYPE html><html><form><input type=\"password\"></form>"],
    );
    all_say(
        "a page of HTML",
        "save the export itself, as CSV, JSON or .xlsx",
        &["<html><body>gone</body></html>"],
    );
    all_say(
        "an answer that reports an error, and no data",
        "ask again with an account that may read the inventory",
        &["{\"error\":{\"code\":\"denied\"}}", "{\"status\":401,\"message\":\"no\"}"],
    );
    all_say("JSON without records", "export it again: the answer may be empty", &["[]", "{}"]);
    all_say(
        "the manifest of a project, which has ranges and no installed versions",
        "give its lock file, like package-lock.json or composer.lock",
        &["{\"name\":\"quay\",\"dependencies\":{\"mole\":\"^7\"}}"],
    );
}

#[test]
fn keys_and_columns_are_named_and_nothing_else() {
    assert_eq!(
        said("[{\"colour\":\"red\",\"taste\":{\"depth\":7}},{\"more\":1}]"),
        "JSON of no form that is known here, with the keys colour, taste (records are read whose keys are columns of a table, like `name` and `version` or `hostname` and `ip`)"
    );
    assert!(
        said("<?xml version=\"1.0\"?><!-- q --><quays><quay/></quays>")
            .starts_with("XML of no form that is known here, with the root <quays>")
    );
    let table = |text: &str| said(text);
    let lacks = "a table that lacks a column which an inventory needs, with the columns";
    assert_eq!(
        table("Colour,Taste\nred,sour\n"),
        format!(
            "{lacks} Colour, Taste (name them as COLUMNS.md does, like `name` and `version` for software, `hostname` and `ip` for machines)"
        )
    );
    assert_eq!(
        table("Product;Licences\nQuay;7\n"),
        format!(
            "{lacks} Product, Licences (software needs a column `version`, a machine one like `ip`, `os` or `model`)"
        )
    );
    assert!(
        table("Version\tSeats\n7.1\t2\n")
            .ends_with("(software needs a column `name`, or `package`, beside the version)")
    );
    assert!(
        table("IP address,Rack\n192.0.2.7,7\n")
            .ends_with("(machines need a column `hostname` beside the address)")
    );
    assert!(table("COLOUR    TASTE\nred       sour\n").starts_with(&format!("{lacks} COLOUR, TASTE (")));
    assert!(
        said("[web]\nquay-1 ansible_host=192.0.2.7\n").starts_with("a text of no form that is known here")
    );
    let wide: Vec<String> = (0..20).map(|n| format!("c{n}")).collect();
    assert!(
        table(&format!("{}\n{}\n", wide.join(","), wide.join(",")))
            .contains("c0, c1, c2, c3, c4, c5, c6, c7 and 12 more (")
    );
    assert!(table("7,192.0.2.7,9\n8,192.0.2.8,10\n").starts_with("a table without names of its columns"));
}

#[test]
fn components_without_a_version_are_named_by_their_places() {
    let list = |count: usize| {
        shown_as("f", format!("host,package,version\n{}", "quay-1,mole,\n".repeat(count)).as_bytes())
    };
    let one = list(1);
    let help = "(export its version too: without it only the name can be judged)";
    assert!(one.contains(&format!("! f, line 2: a component without a version {help}\n")), "{one}");
    let many = list(21);
    assert_eq!(many.matches("a component without a version").count(), 20);
    assert!(many.contains(&format!("! f: 1 more components without a version {help}\n")), "{many}");
}
