//! Facts that know where they were read: what a store keeps apart from them, and what rows have in common.
//!
//! Reading shares the text of a cell that ten thousand rows have; so does whoever reads them back from a store.

use model::Place;
use model::ours::{Account, Device, Name};
use model::world::{
    Exploited, Indicator, KnownGood, LifeCycle, Observation, PublicExploit, Report, Vex, Vulnerability,
};
use std::sync::Arc;

/// A fact with its place. What a store keeps of it has none; the place comes back when it is read.
pub(super) trait Placed {
    /// Where it was read.
    fn place(&self) -> Place;
    /// Says where it was read.
    fn put(&mut self, place: Place);
    /// Gives each text that rows have in common.
    fn texts(&mut self, each: &mut dyn FnMut(&mut Arc<str>));
}

macro_rules! placed {
    ($($fact:ty)*) => {$(
        impl Placed for $fact {
            fn place(&self) -> Place {
                self.origin.place
            }
            fn put(&mut self, place: Place) {
                self.origin.place = place;
            }
            fn texts(&mut self, each: &mut dyn FnMut(&mut Arc<str>)) {
                each(&mut self.origin.source);
            }
        }
    )*};
}

// The mentions of a report have places of their own, which stay.
placed!(Report Name Vulnerability Exploited PublicExploit Vex KnownGood LifeCycle Indicator Observation);

impl Placed for Device {
    fn place(&self) -> Place {
        self.origin.as_ref().map_or(Place::Whole, |origin| origin.place)
    }
    fn put(&mut self, place: Place) {
        self.origin.iter_mut().for_each(|origin| origin.place = place);
    }
    fn texts(&mut self, each: &mut dyn FnMut(&mut Arc<str>)) {
        let Self { zone, role, vendor, model, version, system, owner, origin, .. } = self;
        [zone, role, vendor, model, version, system, owner].into_iter().flatten().for_each(&mut *each);
        origin.iter_mut().for_each(|origin| each(&mut origin.source));
    }
}

impl Placed for Account {
    fn place(&self) -> Place {
        self.origin.as_ref().map_or(Place::Whole, |origin| origin.place)
    }
    fn put(&mut self, place: Place) {
        self.origin.iter_mut().for_each(|origin| origin.place = place);
    }
    fn texts(&mut self, each: &mut dyn FnMut(&mut Arc<str>)) {
        self.origin.iter_mut().for_each(|origin| each(&mut origin.source));
    }
}

impl<F: Placed + Clone> Placed for Arc<F> {
    fn place(&self) -> Place {
        (**self).place()
    }
    fn put(&mut self, place: Place) {
        Self::make_mut(self).put(place);
    }
    fn texts(&mut self, each: &mut dyn FnMut(&mut Arc<str>)) {
        Self::make_mut(self).texts(each);
    }
}
