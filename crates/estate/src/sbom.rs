//! Bills of materials and the package lists of scanners, one form a file. CycloneDX as JSON is in `cyclonedx.rs`.

pub(crate) mod cyclonedx_xml;
pub(crate) mod osquery;
pub(crate) mod reports;
pub(crate) mod spdx;
pub(crate) mod spdx3;
pub(crate) mod spdx_text;
pub(crate) mod syft;
pub(crate) mod trivy;
pub(crate) mod upstream;
