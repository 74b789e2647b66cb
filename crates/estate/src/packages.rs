//! What package managers of operating systems and languages list as text, one form a file.

pub(crate) mod apk;
pub(crate) mod apk_installed;
pub(crate) mod choco;
pub(crate) mod conda;
pub(crate) mod described;
pub(crate) mod distribution;
pub(crate) mod dpkg_list;
pub(crate) mod dpkg_query;
pub(crate) mod dpkg_state;
pub(crate) mod exported;
pub(crate) mod flatpak;
pub(crate) mod named;
pub(crate) mod pip;
pub(crate) mod rpm;
pub(crate) mod rpm_info;
pub(crate) mod winget;
