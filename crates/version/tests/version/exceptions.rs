//! The cases in which our answer differs from a suite's, each list with its cause.

/// Nothing but separators: rpm calls them all equal, we call them no version.
pub(crate) const RPM_SEPARATORS: &[&str] = &["+_", "_+", "+", "_"];

/// Refused by `apk version --check`; what apk answers for them changed between its versions.
pub(crate) const ALPINE_INVALID: &[&str] = &[
    "1-r",
    "1-r-0",
    "1-r-1",
    "0.r1",
    "0..1..0",
    "0..1..1",
    "0...1...0",
    "0...1...1",
    "0...1...0.r1",
    "0...1...0.r2",
    "0...1...0r1",
    "0...1...0r2",
    "0..8",
    "0...8",
    "0.8.21.r2",
    "0.8.21.r1",
    "10.2.24.r0",
    "10.2.22.r0",
    "1.2.0A",
    "1.2.0D",
    "1-ruff",
    "1-r0-1",
    "1-r-2",
    "1-r0-2",
    "1-ruff2",
    "1-ruff1",
    "1--ruff1",
    "1-r0-ruff2",
    "1-r0-ruff1",
    "1.2_blah",
    "1.2_csv2",
    ".1",
    ".2",
    "a",
    "b",
    "c",
    "23_foo",
    "1.0bc",
];

/// PHP lets `#` equal every number (`1.# = 1.1`, `1.# = 1.2`), which is no order.
pub(crate) const PACKAGIST_PLACEHOLDER: &[&str] = &["1.2.3.#", "1.2.3.#.1", "1.2.3.#.p3", "1.2.3.#.beta"];

/// Legacy versions: not PEP 440, and without an order since `packaging` 22.
pub(crate) const PYPI_LEGACY: &[&str] = &[
    "0.1-bulbasaur",
    "0.1-charmander",
    "0.9-doduo",
    "0.9-eevee",
    "0.9-fearow",
    "0.9-gyarados",
    "0.9-horsea",
    "0.9-ivysaur",
    "-class.-jw.util.version.version-pre",
    "-class.-jw.util.version.version-preview",
    "-class.-jw.util.version.version-dev",
    "2.0.1rc2-git",
    "0.7.1.fix1",
    "0.7.4.svn.r2010",
    "2013-01-21T20:33:09+0100",
    "2013-01-23T17:11:52+0100",
    "2013-02-01T20:50:46+0100",
    "2013-02-02T19:59:03+0100",
    "2013-02-02T20:23:17+0100",
    "2013-02-08T17:40:57+0000",
    "2013-03-27T16:32:26+0100",
    "2013-05-09T12:47:53+0200",
    "2013-05-10T17:55:56+0200",
    "2013-05-14T20:16:05+0200",
    "2013-06-01T10:32:51+0200",
    "2013-07-19T09:11:08+0000",
    "2013-08-12T21:48:56+0200",
    "2013-09-11T19-27-10",
    "2013-12-23T17-51-15",
    "2014-01-12T15-52-10",
    "0.0.1-test1",
    "0.7.10p1",
    "0.7.11p1",
    "0.7.11p2",
    "0.7.11p3",
    "0.8.1p1",
    "0.8.3p1",
    "0.8.4p1",
    "0.8.4p2",
    "0.8.6p1",
    "0.8.7p1",
    "-class.-jw.util.version.Version-",
    "trunk",
    "0.3m1",
    "0.3m2",
    "0.3m3",
    "0.3m4",
    "0.3m5",
    "0.4m1",
    "0.4m2",
    "0.4m3",
    "0.4m4",
    "0.4m5",
    "0.5m1",
    "0.5m2",
    "0.5m3",
    "0.5m4",
    "0.5m5",
    "0.6m1",
    "0.6m2",
    "0.6m3",
    "0.6m4",
    "0.6m5",
    "0.6m6",
    "1.3.1-STAGING",
    "4.11-final",
    "5.0-final",
    "a3",
    "2.0.0-final",
    "1.0beta6.1",
    "0.3.1-p1",
    "0.4.0-p1",
];

/// Generated with a Maven before 3.9, which put `.X` below `-X` for a qualifier X; since MNG-7644 both
/// are the same, so the order turns round.
pub(crate) const MAVEN_BEFORE_3_9: &[&str] = &[
    "1.0.0-RC16 < 1.0.0.RC8-beta",
    "1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3",
    "2.9.0-1 < 2.9.0.RC1",
    "6.1.12.rc5 < 6.1.12rc1",
    "1.1.31.sec10 < 1.1.31_noneautotype",
    "1.1.34.sec10 < 1.1.34_noneautotype",
    "1.1.46.sec10 < 1.1.46_noneautotype",
    "1.2.8.sec10_noneautotype < 1.2.8_noneautotype",
    "1.2.31.sec10 < 1.2.31_noneautotype",
    "1.2.48.sec10 < 1.2.48_noneautotype",
    "1.2.50.sec10 < 1.2.50_noneautotype",
    "1.2.54.sec10 < 1.2.54_noneautotype",
    "1.2.57.sec10 < 1.2.57_noneautotype",
    "1.2.60.sec10 < 1.2.60_noneautotype",
    "1.2.67.sec10 < 1.2.67_noneautotype",
    "1.0.0rc0 < 1.0.beta8",
    "1.5.9.RC1 < 1.5.9-RC0",
    "3.5.0-CR-2 < 3.5.0.Beta-1",
    "1.1.0-01-glassfish < 1.1.0.Beta1",
    // The same reading, which Maven does not apply to a qualifier before another dot.
    "3.6.2.FL.20090615 < 3.6.2-FL-2009-05-11",
];

/// The same cause in the `vers` suite: `2.0.a` is `2-a` now, and a qualifier is below a number.
pub(crate) const MAVEN_BEFORE_3_9_QUALIFIERS: &[&str] = &["2-1 < 2.0.a", "2-1 < 2.0.0.a"];

/// Letters that OpenSSL never used: the generic order is not sure of them.
pub(crate) const OPENSSL_UNKNOWN: &[&str] = &["0.9.8lt 0.9.8ztl"];

/// pacman calls a version without release equal to each release of it, which is no order: `1.5-1 = 1.5 = 1.5-2`.
pub(crate) const ALPM_WITHOUT_RELEASE: &[&str] =
    &["1.5.b-1 = 1.5.b", "1.5 = 1.5-1", "1.5-1 = 1.5", "1.1-1 = 1.1"];

/// Conan orders any two words by their letters, and `*` as one; the generic order is not sure of them.
pub(crate) const CONAN_WORDS: &[&str] = &[
    "1.1.b 1.1.a",
    "1.1.1.abz 1.1.1.abc",
    "b.c a.b.c",
    "1.a 1.1",
    "1.1.a 1.1",
    "1.20 1.1*",
    "1.20 1.1.*",
    "1.3.* 1.2.2",
    "1.2.3* 1.2.2",
];

/// A hyphen without anything behind it is no pre-release in the generic order.
pub(crate) const CONAN_EMPTY: &[&str] = &["1.0.0- < 1.0.0-alpha1"];

/// What the suite makes of an empty range of Conan; a range that says nothing is no range.
pub(crate) const VERS_WITHOUT_CONSTRAINTS: &[&str] = &["vers:conan/"];

/// Not canonical, and with one meaning: blanks, empty constraints, another order, small letters, escapes that need not be.
pub(crate) const VERS_READ_LENIENTLY: &[&str] = &[
    "vers:npm/>=1.0.0| <2.0.0",
    "vers:npm/|>=1.0.0|<2.0.0",
    "vers:npm/>=1.0.0|<2.0.0|",
    "vers:npm/>=1.0.0||<2.0.0",
    "vers:npm/>=2.0.0|<1.0.0",
    "vers:datetime/2024-01-01t00:00:00z",
    "vers:datetime/2024-01-01T00%3A00%3A00Z",
    "vers:datetime/2024-01-01T00%3a00%3a00Z",
];
