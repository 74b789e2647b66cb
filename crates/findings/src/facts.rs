//! What documents say, folded: facts of the world and of ours as the joins ask for them.
//!
//! [`Said`](said::Said) is what one document says. From all of them come what is ours ([`ours`], [`machine`], [`edge`]),
//! the products that we claim ([`claim`], [`appliance`], [`windows`], [`collected`], [`folder`], [`product`],
//! [`names`], [`cpe`], [`products`]), and what the world knows ([`world`],
//! [`flaw`], [`likelihood`]).
//! Indicators wait in a spool ([`sign`]).

pub(crate) mod appliance;
pub(crate) mod claim;
pub(crate) mod collected;
pub(crate) mod cpe;
pub(crate) mod cutting;
pub(crate) mod edge;
pub(crate) mod flaw;
pub(crate) mod folder;
pub(crate) mod likelihood;
pub(crate) mod machine;
pub(crate) mod names;
pub(crate) mod numbered;
pub(crate) mod ours;
pub(crate) mod part;
pub(crate) mod placed;
pub(crate) mod places;
pub(crate) mod product;
pub(crate) mod products;
pub(crate) mod said;
pub(crate) mod sign;
pub(crate) mod windows;
pub(crate) mod world;
