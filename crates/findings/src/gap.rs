//! Gaps: the controls that advisories of this kind advise ⋈ how we run it.
//!
//! A check answers *pass*, *fail*, *unknown* or *not applicable*, with counts. An absent column is unknown,
//! never pass, and says which table would answer. One finding a check, so that its identifier stays while the
//! number of offenders moves; the offenders are its evidence.

mod all;
mod check;
mod check_id;
mod devices;
mod identity;
mod logging;
mod network;

pub(crate) use all::{asks_for, gaps};
pub(crate) use check::CheckInputs;
pub(crate) use check_id::CheckId;
pub(crate) use devices::allowed;
pub(crate) use identity::DORMANT_DAYS;
pub(crate) use network::way_between;
