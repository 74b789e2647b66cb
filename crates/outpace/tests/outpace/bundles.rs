//! STIX bundles before the validator of OASIS, where it is installed (`STIX_VALIDATOR` names it): no error, with
//! harmless and with hostile values.

use crate::poison::Poison;
use crate::program::{Folder, NOW, outpace};
use std::path::PathBuf;
use std::process::Command;

fn validator() -> Option<PathBuf> {
    let path = std::env::var_os("STIX_VALIDATOR").map(PathBuf::from).filter(|path| path.is_file());
    if path.is_none() {
        eprintln!("skipped: STIX_VALIDATOR names no stix2_validator");
    }
    path
}

#[test]
fn bundles_are_valid_for_the_validator_of_the_standard() {
    let Some(validator) = validator() else { return };
    let folder = Folder::new();
    let odd = folder.file(
        "odd.md",
        "# It's a \\ 'test' \u{202e}\n\nTLP:AMBER+STRICT\n\nThe malware drops C:\\Temp\\it's.exe and asks evil[.]example, \
         203[.]0[.]113[.]0/24, hxxp://evil[.]example/a'b and HKLM\\Software\\Evil. It exploits CVE-2021-44228.\n",
    );
    let odd = odd.display().to_string();
    let (poison, home) = (Poison::new(), folder.path().join("home").display().to_string());
    assert_eq!(outpace(&["init", "--home", &home]).code, 0);
    let report = folder.file("report.md", crate::publish::REPORT).display().to_string();
    let text = crate::publish::REPORT.replace("evil[.]example", "drop[.]example");
    let corrected = folder.file("corrected.md", text).display().to_string();
    let published = ["--home", &home, "--now", NOW, "--format", "stix"];
    for (name, arguments) in [
        ("published", [&["publish", &report], &published[..]].concat()),
        (
            "corrected",
            [&["publish", "correct", "R-1", &corrected, "--note", "wrong"], &published[..]].concat(),
        ),
        ("withdrawn", [&["publish", "withdraw", "R-1", "--note", "it's \\ wrong"], &published[..]].concat()),
        (
            "hostile",
            vec!["publish", &poison.report, "--home", &poison.home, "--now", NOW, "--format", "stix"],
        ),
        ("demo", vec!["demo", "--format", "stix"]),
        ("marked", vec!["demo", "--format", "stix", "--tlp", "green"]),
        ("odd", vec!["extract", &odd, "--format", "stix", "--now", NOW]),
    ] {
        let run = outpace(&arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        let bundle = folder.file(&format!("{name}.json"), &run.out);
        let output =
            Command::new(&validator).args(["--version", "2.1"]).arg(&bundle).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("STIX JSON: Valid"), "{name}: {said}");
    }
}
