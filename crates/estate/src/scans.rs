//! What other scanners found: their reports, one form a file, and how a result of any of them is made.
//!
//! Reports that are lists of packages first (Trivy, Grype, OSV-Scanner) are read in `sbom`, Nessus' own form in `network`.

pub(crate) mod audits;
pub(crate) mod greenbone;
pub(crate) mod identifiers;
pub(crate) mod nuclei;
pub(crate) mod pipelines;
pub(crate) mod qualys;
pub(crate) mod results;
pub(crate) mod sarif;
pub(crate) mod statements;
pub(crate) mod table;
