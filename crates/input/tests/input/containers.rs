//! Containers of every sort, in each other, damaged, and meant to harm.

use crate::walked;
use input::{Limits, open_bytes};
use proptest::prelude::*;
use std::fs;
use std::io::{Cursor, Read, Write};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn tar(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn zip(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn one(name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![(name.to_owned(), bytes.to_vec())]
}

/// What a file of these bytes gives.
fn opened(bytes: &[u8], limits: &Limits) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), bytes).unwrap();
    walked(folder.path(), &["f"], limits)
}

const MEBIBYTE: usize = 1 << 20;

#[test]
fn every_kind_is_known_by_its_bytes() {
    let text = b"one\n";
    let all = Limits::default();
    for bytes in [gzip(text), zstd(text), xz(text), bzip2(text)] {
        assert_eq!(opened(&bytes, &all), "f: one\n\n");
    }
    for bytes in [tar(&one("d/a.log", text)), zip(&one("d/a.log", text)), gzip(&tar(&one("d/a.log", text)))] {
        assert_eq!(opened(&bytes, &all), "f!d/a.log: one\n\n");
    }
    let inner = zip(&one("c", &gzip(text)));
    assert_eq!(opened(&xz(&tar(&one("b.zip", &inner))), &all), "f!b.zip!c: one\n\n");
}

#[test]
fn streams_end_to_end_are_one_document() {
    for pack in [gzip, zstd, xz, bzip2] {
        let two = [pack(b"one,"), pack(b"two")].concat();
        assert_eq!(opened(&two, &Limits::default()), "f: one,two\n");
    }
    assert_eq!(opened(&gzip(b""), &Limits::default()), "f: \n");
}

#[test]
fn what_comes_before_a_cut_is_given() {
    let text: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    for (name, pack) in [("gzip", gzip as fn(&[u8]) -> Vec<u8>), ("zstd", zstd), ("xz", xz), ("bzip2", bzip2)]
    {
        let packed = pack(&text);
        let mut given = Vec::new();
        let walked = open_bytes("f", &packed[..packed.len() / 2], &Limits::default(), &mut |mut document| {
            document.reader.read_to_end(&mut given).unwrap();
        });
        assert!(given.len() > text.len() / 4 && text.starts_with(&given), "{name} gave {}", given.len());
        assert_eq!(walked.problems.len(), 1, "{name}");
        assert_eq!(walked.problems[0].to_string(), format!("f: the {name} data is cut off"));
    }
}

#[test]
fn a_cut_tar_in_a_gzip_is_named_once() {
    let packed = gzip(&tar(&[("a".into(), b"one".to_vec()), ("b".into(), noise(300_000))]));
    let out = opened(&packed[..packed.len() / 2], &Limits::default());
    assert!(out.starts_with("f!a: one\nf!b: "), "{out}");
    assert_eq!(out.matches('!').count(), 3, "{out}");
    assert!(
        out.contains("! f: the gzip data is cut off (what came before it is used; get the file again)"),
        "{out}"
    );
}

fn noise(count: u32) -> Vec<u8> {
    (0..count).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[test]
fn damage_and_what_follows_are_named() {
    let packed = gzip(b"one");
    let garbage = [packed.clone(), b"garbage of some length".to_vec()].concat();
    assert_eq!(opened(&garbage, &Limits::default()), {
        "f: one\n! f: what follows the gzip data is not gzip: passed over (-)\n"
    });
    let mut wrong_sum = packed;
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    assert!(opened(&wrong_sum, &Limits::default()).starts_with("f: one\n! f: the gzip data is damaged: "));
    let zip = zip(&[("a".into(), b"one".to_vec()), ("b".into(), b"two".to_vec())]);
    let directory = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let out = opened(&zip[..directory + 10], &Limits::default());
    assert!(out.starts_with("f!a: one\nf!b: two\n! f: not a whole zip archive: "), "{out}");
    assert!(out.contains(": 2 members were found from its front"), "{out}");
    assert!(opened(&zip[..10], &Limits::default()).starts_with("! f: not a whole zip archive: "));
}

#[test]
fn a_bomb_gives_what_it_gave_and_its_neighbours_are_read() {
    let limits = Limits { ratio_bytes_min: MEBIBYTE as u64, ..Limits::default() };
    let zeros = vec![b' '; 8 * MEBIBYTE];
    let says = "expands more than 200 times (if it is honest, unpack it first and give the unpacked file)\n";
    for bytes in [gzip(&zeros), zstd(&zeros), xz(&zeros), bzip2(&zeros)] {
        let out = opened(&bytes, &limits);
        assert!(out.starts_with("f: 1") && out.ends_with(says), "{out}");
        assert!(out.contains("! f: stopped after 1 MiB: "), "{out}");
    }
    let members =
        [("a".into(), b"one".to_vec()), ("bomb".into(), zeros.clone()), ("z".into(), b"two".to_vec())];
    let out = opened(&zip(&members), &limits);
    assert!(
        out.starts_with("f!a: one\nf!bomb: ") && out.contains("\nf!z: two\n! f!bomb: stopped after "),
        "{out}"
    );
    // Below the size at which the ratio is asked for, blanks harm nobody.
    assert_eq!(opened(&gzip(&zeros), &Limits::default()), format!("f: {} bytes\n", zeros.len()));
}

#[test]
fn one_bomb_too_many_ends_the_archive() {
    let limits = Limits { ratio_bytes_min: 1 << 16, ..Limits::default() };
    let bombs = |count: usize| {
        let mut members: Vec<_> = (0..count).map(|n| (format!("m{n}"), vec![b' '; MEBIBYTE])).collect();
        members.push(("z".into(), b"two".to_vec()));
        opened(&zip(&members), &limits)
    };
    let out = bombs(7);
    assert!(out.contains("f!z: two\n"), "{out}");
    let out = bombs(8);
    assert!(!out.contains("f!z: two\n") && out.contains("it expands without end"), "{out}");
}

#[test]
fn members_that_together_expand_too_much_end_the_archive() {
    let limits = Limits { ratio_bytes_min: MEBIBYTE as u64, ..Limits::default() };
    let members: Vec<_> = (0..40).map(|n| (format!("m{n:02}"), vec![b' '; MEBIBYTE / 2])).collect();
    let out = opened(&zip(&members), &limits);
    assert!(out.contains("the file as a whole expands more than 200 times"), "{out}");
    assert!(out.contains("the rest of the archive is not read: it expands without end"), "{out}");
    assert!(!out.contains("f!m39:"), "{out}");
}

#[test]
fn bombs_in_bombs_stop_early() {
    let limits = Limits { ratio_bytes_min: MEBIBYTE as u64, ..Limits::default() };
    let bomb = gzip(&gzip(&gzip(&vec![b' '; 64 * MEBIBYTE])));
    let out = opened(&bomb, &limits);
    assert!(out.contains("stopped after 1 MiB"), "{out}");
}

#[test]
fn one_past_each_bound() {
    let blanks = gzip(&noise(3000));
    let out = opened(&blanks, &Limits { expanded_bytes_max: 3001, ..Limits::default() });
    assert_eq!(out, "f: 3000 bytes\n");
    let out = opened(&blanks, &Limits { expanded_bytes_max: 2999, ..Limits::default() });
    assert!(out.contains("more is not read of one compressed document"), "{out}");

    let members = [("a".into(), b"1".to_vec()), ("b".into(), b"2".to_vec()), ("c".into(), b"3".to_vec())];
    for bytes in [zip(&members), tar(&members)] {
        assert_eq!(opened(&bytes, &Limits { members_max: 3, ..Limits::default() }).lines().count(), 3);
        let out = opened(&bytes, &Limits { members_max: 2, ..Limits::default() });
        assert!(
            out.ends_with("f!b: 2\n! f: more than 2 members: the rest is not read (split it)\n"),
            "{out}"
        );
    }

    let nested = gzip(&gzip(b"one"));
    assert_eq!(opened(&nested, &Limits { depth_max: 2, ..Limits::default() }), "f: one\n");
    let out = opened(&nested, &Limits { depth_max: 1, ..Limits::default() });
    assert_eq!(out, "! f: more than 1 containers inside each other: not opened (unpack it first)\n");

    let inner = zip(&one("a", b"one"));
    let held = gzip(&inner);
    let bytes = inner.len() as u64;
    assert_eq!(opened(&held, &Limits { held_bytes_max: bytes, ..Limits::default() }), "f!a: one\n");
    let out = opened(&held, &Limits { held_bytes_max: bytes - 1, ..Limits::default() });
    assert!(out.starts_with("! f: a zip archive of more than "), "{out}");
    // A zip on disk is not held.
    assert_eq!(opened(&inner, &Limits { held_bytes_max: 1, ..Limits::default() }), "f!a: one\n");
}

#[test]
fn links_and_encrypted_members_are_named() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "etc/passwd", "/etc/passwd").unwrap();
    let out = opened(&builder.into_inner().unwrap(), &Limits::default());
    assert_eq!(out, "! f: 1 link or special file in the archive not followed (-)\n");

    let mut bytes = zip(&[("a".into(), b"one".to_vec()), ("b".into(), b"two".to_vec())]);
    // The general purpose bit 0 of the first member, in its own header and in the directory.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let out = opened(&bytes, &Limits::default());
    assert_eq!(out, "f!b: two\n! f!a: encrypted: not read (decrypt it and give the decrypted file)\n");
}

#[test]
fn containers_that_are_not_opened_are_named() {
    let out = opened(b"7z\xbc\xaf\x27\x1c\x00\x04", &Limits::default());
    assert_eq!(out, "! f: a 7-Zip archive, which is not opened (unpack it first)\n");
}

#[derive(Clone, Debug)]
enum Tree {
    Text(Vec<u8>),
    Packed(u8, Box<Tree>),
    Archive(bool, Vec<Tree>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop::collection::vec(any::<u8>(), 0..50).prop_map(|mut bytes| {
        bytes.insert(0, b'x');
        Tree::Text(bytes)
    });
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (0..4_u8, inner.clone()).prop_map(|(kind, tree)| Tree::Packed(kind, Box::new(tree))),
            (any::<bool>(), prop::collection::vec(inner, 1..4))
                .prop_map(|(zip, trees)| Tree::Archive(zip, trees)),
        ]
    })
}

fn build(tree: &Tree, name: &str, texts: &mut Vec<(String, Vec<u8>)>) -> Vec<u8> {
    match tree {
        Tree::Text(bytes) => {
            texts.push((name.to_owned(), bytes.clone()));
            bytes.clone()
        }
        Tree::Packed(kind, tree) => {
            let bytes = build(tree, name, texts);
            match kind {
                0 => gzip(&bytes),
                1 => zstd(&bytes),
                2 => bzip2(&bytes),
                _ => xz(&bytes),
            }
        }
        Tree::Archive(is_zip, trees) => {
            let members: Vec<_> = (0..)
                .zip(trees)
                .map(|(n, tree)| (format!("m{n}"), build(tree, &format!("{name}!m{n}"), texts)))
                .collect();
            if *is_zip { zip(&members) } else { tar(&members) }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_the_nesting_the_same_documents_come_out(tree in tree()) {
        let mut expected = Vec::new();
        let bytes = build(&tree, "f", &mut expected);
        let mut found = Vec::new();
        let walked = open_bytes("f", &bytes, &Limits::default(), &mut |mut document| {
            let mut text = Vec::new();
            document.reader.read_to_end(&mut text).unwrap();
            found.push((document.name.to_string(), text));
        });
        prop_assert_eq!(found, expected);
        prop_assert!(walked.problems.is_empty(), "{:?}", walked.problems);
    }
}
