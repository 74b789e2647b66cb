//! Documents that are no text, by their first bytes: the marks are those of each format's own specification (ISO 32000 for
//! PDF, [MS-CFB] 2.2 for old and protected Office documents, RFC 2083 for PNG, ITU-T T.81 for JPEG).

use super::seems::{AS_LOG, Seems};

/// Of a thousand bytes of text, so many are no text at the most.
const CONTROLS_IN_1000_MAX: usize = 50;

const AS_TABLE: &str = "export it as CSV, JSON or .xlsx";

pub(crate) fn of(bytes: &[u8]) -> Option<Seems> {
    Some(match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Seems::new("a PDF, which is no table", AS_TABLE),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => of_compound(bytes),
        [0x89, b'P', b'N', b'G', ..]
        | [0xff, 0xd8, 0xff, ..]
        | [b'G', b'I', b'F', b'8', ..]
        | [b'I', b'I', 0x2a, 0, ..]
        | [b'M', b'M', 0, 0x2a, ..]
        | [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            Seems::new("an image", AS_TABLE)
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Seems::new("an image", AS_TABLE),
        [b'E', b'l', b'f', b'F', b'i', b'l', b'e', 0, ..] => Seems::new("a log of Windows events", AS_LOG),
        [0xd4, 0xc3, 0xb2, 0xa1, ..] | [0xa1, 0xb2, 0xc3, 0xd4, ..] | [0x0a, 0x0d, 0x0d, 0x0a, ..] => {
            Seems::new(
                "a capture of network traffic",
                "give the logs of Zeek or Suricata about it with --logs",
            )
        }
        [b'M', b'Z', _, ..] if bytes.contains(&0) => of_program(),
        [0x7f, b'E', b'L', b'F', ..] => of_program(),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', b'f', ..] => Seems::new(
            "a database",
            "export its tables as CSV; a database of packages by `rpm -qa` or `dpkg-query -W`",
        ),
        [b'r', b'e', b'g', b'f', ..] => {
            Seems::new("a hive of the Windows registry", "export the list of programs as CSV")
        }
        [b'{', b'\\', b'r', b't', b'f', ..] => {
            Seems::new("a document in rich text, which is no table", AS_TABLE)
        }
        _ if is_binary(bytes) => Seems::new("binary data", AS_TABLE),
        _ => return None,
    })
}

fn of_program() -> Seems {
    Seems::new("a program", "give the list of what is installed")
}

/// Names of the streams of a compound file, as its directory has them (UTF-16); the directory may lie behind the head.
fn of_compound(bytes: &[u8]) -> Seems {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has("EncryptedPackage") {
        return Seems::new(
            "a workbook or document that a password protects",
            "remove the password, and save it as .xlsx or CSV",
        );
    }
    if has("Workbook") || has("Book") {
        return Seems::new("a workbook of the old form (.xls)", "save it as .xlsx or CSV");
    }
    if has("__properties_version1.0") {
        return Seems::new(
            "a mail",
            "give it as an advisory before --estate, or save the table that it holds",
        );
    }
    let help = "remove a password, and save its table as .xlsx or CSV";
    Seems::new("a document of the old form of Office, or one that a password protects", help)
}

/// Text has no zeros, and few control characters: terminals write escapes.
fn is_binary(bytes: &[u8]) -> bool {
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let controls = bytes.iter().filter(is_control).count();
    bytes.contains(&0) || controls.saturating_mul(1000) > bytes.len().saturating_mul(CONTROLS_IN_1000_MAX)
}
