//! Goldens: `golden/NAME.in` is read as the document that its first part names, `golden/NAME.out` is what
//! comes of it; `advisory…` and `list…` are read as what the caller knows to be about indicators. The fixtures are invented; names end in `.example`, addresses are for documentation.

use crate::dump;
use input::Document;
use intel::Lexicon;
use model::SecretKey;
use std::path::{Path, PathBuf};

/// Facts, format and problems of a document as text.
pub fn shown(name: &str, bytes: &[u8]) -> String {
    let lexicon = Lexicon::built_in().with_secret_key(SecretKey::new([7; 32]));
    let mut document = Document::open(name, bytes).expect("memory");
    let mut facts = Vec::new();
    let advisory = name.starts_with("advisory") || name.starts_with("list");
    let mut each = |fact| facts.push(dump::fact(&fact));
    let (format, problems) = if advisory {
        intel::read_report(&mut document, &lexicon, &mut each)
    } else {
        intel::read(&mut document, &lexicon, &mut each)
    };
    let mut text = format!("format {}\n", format.map_or("none", |format| format.name()));
    for fact in facts {
        text.push_str(&fact);
        text.push('\n');
    }
    for problem in problems.into_vec() {
        text.push_str(&format!("problem {problem}\n"));
    }
    text
}

#[test]
fn fixtures_give_what_their_goldens_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intel/golden");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let bytes = std::fs::File::open(&path).map(|file| std::io::read_to_string(file).expect("text"));
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let actual = shown(&name, bytes.expect("readable").as_bytes());
        expect_test::expect_file![path.with_extension("out")].assert_eq(&actual);
    }
}
