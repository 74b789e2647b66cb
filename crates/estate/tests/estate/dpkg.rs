//! Debian's list of packages.

use crate::shown;

#[test]
fn installed_packages_with_their_source() {
    let status = "Package: fdisk\nStatus: install ok installed\nSource: util-linux (2.36.1-8)\nVersion: 2.36.1-8+deb11u1\nDescription: tools\n for disks\n .\n Package: no\n\n\
        Package: mount\nStatus: hold ok installed\nSource: util-linux (2.36.1-8)\nVersion: 2.36.1-8+deb11u1\n\n\
        Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n\n\
        Package: bash\nStatus: install ok installed\nMaintainer: Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>\nVersion: 5.0-6\n";
    assert_eq!(shown(status), {
        "dpkg status\n\
         component=fdisk version=2.36.1-8+deb11u1 package=deb/debian/fdisk @ line 1\n\
         component=util-linux version=2.36.1-8 package=deb/debian/util-linux @ line 1\n\
         component=mount version=2.36.1-8+deb11u1 package=deb/debian/mount @ line 10\n\
         component=bash version=5.0-6 package=deb/ubuntu/bash @ line 20\n"
    });
}

#[test]
fn broken_paragraphs_are_named_and_the_rest_read() {
    let status = "Package: no-version\n\nPackage:\nVersion: 1\n\nPackage: a\nnonsense\nVersion: 1\n";
    assert_eq!(shown(status), {
        "dpkg status\ncomponent=no-version package=deb/debian/no-version @ line 1\n\
         component=a version=1 package=deb/debian/a @ line 6\n\
         ! inventory, line 3: a paragraph without package name: passed over (-)\n\
         ! inventory, line 7: not a field of a package list: passed over (-)\n\
         ! inventory, line 1: a component without a version (export its version too: without it only the name can be judged)\n"
    });
}

#[test]
fn what_has_files_on_the_machine_is_installed() {
    let status: String = [
        "installed",
        "half-configured",
        "triggers-pending",
        "triggers-awaited",
        "unpacked",
        "half-installed",
        "config-files",
        "not-installed",
    ]
    .iter()
    .map(|state| format!("Package: mole-{state}\nStatus: hold ok {state}\nVersion: 7\n\n"))
    .collect();
    let out = shown(&status);
    assert_eq!(out.matches("component=").count(), 6, "{out}");
    assert!(!out.contains("config-files") && !out.contains("not-installed"), "{out}");
    let rows = "[{\"name\":\"mole\",\"version\":\"7\",\"source\":\"\",\"status\":\"deinstall ok not-installed\",\"maintainer\":\"\",\"section\":\"\",\"arch\":\"all\",\"revision\":\"\",\"size\":\"1\",\"priority\":\"\"}]";
    assert!(!shown(rows).contains("component="), "{}", shown(rows));
    let query = "mole\t7-1\tiF \nmole-common\t7-1\trc \nmole-data\t7-1\tinstall ok unpacked\n";
    let out = shown(query);
    assert_eq!(out.matches("component=").count(), 2, "{out}");
    let table = "name,version,status\nmole,7,install ok half-configured\ngone,7,deinstall ok config-files\n";
    assert!(
        shown(table).contains("package=deb/debian/mole") && !shown(table).contains("gone"),
        "{}",
        shown(table)
    );
}
