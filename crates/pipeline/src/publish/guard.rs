//! What must not leave by mistake: values that are innocent, and names and addresses that are ours or a partner's.
//!
//! An innocent value is held back only where the report calls it malicious: whoever looks for it would alarm on every
//! machine. A name of ours is held back wherever it is named.

use findings::Stated;
use model::ours::NameValue;
use observable::{Kind, Needle, Observable, Scope, Set};
use store::{Fault, Home};

/// Everything that is held back, compiled.
pub(super) struct Guard {
    set: Set,
    whys: Vec<(Whose, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Innocent,
}

impl Guard {
    /// The lists that the program carries, and what a home knows.
    pub(super) fn of(home: Option<&Home>) -> Result<Self, Fault> {
        let mut filling = Filling { builder: Set::builder(), whys: Vec::new() };
        intel::known_good_built_in(&mut |fact| {
            if let model::world::Fact::KnownGood(good) = fact {
                filling.innocent(&good.value, good.below, &good.list);
            }
        });
        if let Some(home) = home {
            for kept in home.documents()?.iter().filter(|kept| kept.sort != "logs") {
                home.each_part(&kept.name, &mut |said| {
                    said.each_stated(&std::sync::Arc::from(kept.name.as_str()), &mut |stated| {
                        filling.stated(&stated)
                    });
                })?;
            }
        }
        Ok(Self { set: filling.builder.build(), whys: filling.whys })
    }

    /// Why a value is held back, if it is.
    pub(super) fn why(&self, value: &Observable, is_malicious: bool) -> Option<String> {
        let mut whys: Vec<&(Whose, String)> = Vec::new();
        self.set.lookup(value, &mut |hit| {
            whys.extend(usize::try_from(hit.tag).ok().and_then(|tag| self.whys.get(tag)));
        });
        whys.retain(|(whose, _)| is_malicious || *whose == Whose::Ours);
        whys.sort_by_key(|(whose, why)| (*whose != Whose::Ours, why));
        whys.first().map(|(_, why)| why.clone())
    }
}

struct Filling {
    builder: observable::Builder,
    whys: Vec<(Whose, String)>,
}

impl Filling {
    fn stated(&mut self, stated: &Stated<'_>) {
        match stated {
            Stated::KnownGood(good) => self.innocent(&good.value, good.below, &good.list),
            Stated::Name(name) => {
                if let NameValue::Observable(value) = &name.value {
                    self.add(
                        value,
                        true,
                        Whose::Ours,
                        format!("a name of {} ({})", name.party_name, name.party.name()),
                    );
                }
            }
            Stated::Device(device) => {
                let why = || format!("of our machine {}", device.name);
                for lease in &device.addresses {
                    let kind = if lease.address.is_ipv4() { Kind::Ipv4 } else { Kind::Ipv6 };
                    let value = observable::canonical(kind, &lease.address.to_string());
                    value.iter().for_each(|value| {
                        self.add(value, false, Whose::Ours, format!("an address {}", why()))
                    });
                }
                let value = device.fqdn.as_deref().and_then(|name| observable::canonical(Kind::Domain, name));
                value
                    .iter()
                    .for_each(|value| self.add(value, false, Whose::Ours, format!("the name {}", why())));
            }
            _ => {}
        }
    }

    fn innocent(&mut self, value: &Observable, is_below: bool, list: &str) {
        self.add(value, is_below, Whose::Innocent, format!("known to be good ({list})"));
    }

    fn add(&mut self, value: &Observable, is_below: bool, whose: Whose, why: String) {
        let is_new = self.whys.last().is_none_or(|last| *last != (whose, why.clone()));
        if is_new {
            self.whys.push((whose, why));
        }
        let Ok(tag) = u32::try_from(self.whys.len().saturating_sub(1)) else { return };
        let scope = if is_below || value.kind == Kind::Network { Scope::Below } else { Scope::Exact };
        self.builder.add(Needle { observable: value.clone(), scope, tag });
    }
}
