//! Lock files: which versions a project of a language has resolved, one ecosystem a file.

pub(crate) mod cargo;
pub(crate) mod composer;
pub(crate) mod gem;
pub(crate) mod go;
pub(crate) mod go_json;
pub(crate) mod gradle;
pub(crate) mod maven;
pub(crate) mod npm;
pub(crate) mod nuget;
pub(crate) mod nuget_xml;
pub(crate) mod pipfile;
pub(crate) mod pnpm;
pub(crate) mod toml;
pub(crate) mod yarn;
