//! The blocks of pages of the documentation run one after the other in one folder, as a reader would type them.

use crate::memory::RECORD;
use crate::program::{ADVISORY, Folder, LOG};
use std::path::Path;
use std::process::Command;

#[test]
fn every_block_of_the_page_on_publishing_runs() {
    run(&Folder::new(), include_str!("../../../../docs/publish.md"), 5);
}

#[test]
fn every_block_of_the_page_on_memory_runs() {
    run_all(include_str!("../../../../docs/memory.md"), 17);
}

#[test]
fn every_block_of_the_page_on_notices_runs() {
    run_all(include_str!("../../../../docs/notices.md"), 4);
}

#[test]
fn every_block_of_the_page_on_partners_runs() {
    let folder = Folder::new();
    folder.file("collections/2026-06-23-event4_sinkhole_http-harbour.csv", crate::notices::SINKHOLE);
    folder.file(
        "inventory/firewall.csv",
        "device,seq,enabled,action,src,dst,protocol,dst_port,comment\n\
         fw-1,20,yes,allow,192.0.2.70,198.51.100.7,tcp,22,upkeep of cranes\n",
    );
    run(&folder, include_str!("../../../../docs/partners.md"), 2);
}

fn run_all(page: &str, count: usize) {
    let folder = Folder::new();
    folder.file(
        "inventory/devices.csv",
        "name,ip,vendor,product,version,internet_facing\napp-1,10.20.1.5,Apache,log4j-core,2.14.1,yes\n",
    );
    folder.file("feeds/cve.jsonl", RECORD);
    folder.file("advisory.md", ADVISORY);
    folder.file("logs/app-1/access.log", LOG);
    crate::story::intrusions(&folder);
    run(&folder, page, count);
}

/// Runs the blocks of a page.
fn run(folder: &Folder, page: &str, count: usize) {
    let blocks: Vec<&str> =
        page.split("```sh\n").skip(1).filter_map(|part| Some(part.split_once("```")?.0)).collect();
    assert_eq!(blocks.len(), count, "a block more or less: look whether each runs");
    let directory = Path::new(env!("CARGO_BIN_EXE_outpace")).parent().expect("a folder");
    let path = format!("{}:{}", directory.display(), std::env::var("PATH").unwrap_or_default());
    for block in blocks {
        let output = Command::new("sh")
            .args(["-e", "-c", block])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("XDG_DATA_HOME", folder.path())
            .output()
            .expect("a shell");
        assert!(
            output.status.success(),
            "{block}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
