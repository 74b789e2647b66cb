//! What directories export in forms of their own: LDIF and the collections of SharpHound.

pub(crate) mod base64;
pub(crate) mod bloodhound;
pub(crate) mod ldif;
pub(crate) mod sid;
