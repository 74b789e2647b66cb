//! Nothing is forgotten: every module, fixture and test file is named somewhere, every test can run.

use super::complaint::Complaint;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    let sources: Vec<(&str, String)> = tree.ending(".rs").map(|file| (file, tree.text(file))).collect();
    for (file, text) in &sources {
        module_is_named(tree, file, complaints);
        for (n, line) in text.lines().enumerate() {
            let code = line.trim_start();
            let ignored = code.starts_with(concat!("#[ig", "nore"));
            if ignored {
                complaints.push(Complaint::new(
                    file,
                    n + 1,
                    "an ignored test is a forgotten test: skip with a message instead",
                ));
            }
            let unfinished = [concat!("todo", "!("), concat!("unimplemented", "!(")];
            if unfinished.iter().any(|word| code.contains(word)) && !file.starts_with("xtask/") {
                complaints.push(Complaint::new(file, n + 1, "unfinished"));
            }
        }
    }
    for fixture in tree.files.iter().filter(|file| file.contains("/fixtures/") || file.contains("/goldens/"))
    {
        let name = fixture.rsplit('/').next().unwrap_or(fixture);
        let stem = name.split('.').next().unwrap_or(name);
        let room = fixture.split('/').take(2).collect::<Vec<_>>().join("/");
        let named = sources.iter().filter(|(file, _)| file.starts_with(&room)).any(|(_, text)| {
            text.contains(name) || text.contains(&format!("\"{stem}\"")) || text.contains("read_dir")
        });
        if !named {
            complaints.push(Complaint::new(fixture, 0, "no test names this file"));
        }
    }
    for target in tree.below("fuzz/fuzz_targets/") {
        let name = target.rsplit('/').next().unwrap_or(target).trim_end_matches(".rs");
        if !tree.text("fuzz/Cargo.toml").contains(&format!("\"{name}\"")) {
            complaints.push(Complaint::new(target, 0, "fuzz/Cargo.toml does not name this target"));
        }
    }
}

/// A module that no parent names is never compiled.
fn module_is_named(tree: &Tree, file: &str, complaints: &mut Vec<Complaint>) {
    let Some((folder, name)) = file.rsplit_once('/') else { return };
    let stem = name.trim_end_matches(".rs");
    let roots = ["lib", "main", "mod", "build"];
    let alone = ["/benches", "/examples", "/fuzz_targets", "/bin"].iter().any(|end| folder.ends_with(end));
    let own_test = folder.ends_with("/tests");
    if roots.contains(&stem) || alone || own_test || folder == "fuzz" {
        return;
    }
    let parents = ["lib.rs", "main.rs", "mod.rs"].map(|root| format!("{folder}/{root}"));
    let beside = format!("{folder}.rs");
    let declared = parents.iter().chain([&beside]).filter(|parent| tree.has(parent)).any(|parent| {
        let text = tree.text(parent);
        text.lines().map(str::trim).any(|line| line.ends_with(&format!("mod {stem};")))
    });
    let by_path =
        tree.ending(".rs").any(|other| other != file && tree.text(other).contains(&format!("/{name}\"]")));
    if !declared && !by_path {
        complaints.push(Complaint::new(file, 0, "no parent declares this module: it is never compiled"));
    }
}
