//! What the world knows, and what it saw of us, in STIX 2.1 words.
//!
//! Readers emit [`Fact`]s one by one, in any order, any number of times; the joins decide what
//! they mean together. Every fact carries its [`Origin`], which is one half of a finding's evidence.

mod actor;
mod collection;
mod indicator;
mod life_cycle;
mod origin;
mod product;
mod release;
mod report;
mod vex;
mod vulnerability;

pub use actor::{
    AliasAssertion, AttackPattern, CourseOfAction, IntrusionSet, Relation, Relationship, Software,
};
pub use collection::{Observation, ObservationNature, Term, TermRole};
pub use indicator::{Indicator, KnownGood};
pub use life_cycle::{CycleEnd, LifeCycle};
pub use origin::Origin;
pub use product::{Package, Product, distribution_name};
pub use release::{release, release_of_system, release_of_version};
pub use report::{Mention, Mentioned, Report};
pub use vex::{Vex, VexJustification, VexStatus};
pub use vulnerability::{
    Affected, Authority, ExploitLikelihood, Exploitation, Exploited, PublicExploit, Ssvc, TechnicalImpact,
    Versions, Vulnerability,
};

/// One thing the world says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact {
    /// An advisory or report (`report`).
    Report(Report),
    /// A weakness of products (`vulnerability`): CVE record, OSV record.
    Vulnerability(Vulnerability),
    /// An entry of the Known Exploited Vulnerabilities catalogue.
    Exploited(Exploited),
    /// The day a public exploit for a vulnerability appeared.
    PublicExploit(PublicExploit),
    /// How likely exploitation of a vulnerability is, by a model (EPSS).
    ExploitLikelihood(ExploitLikelihood),
    /// Whether a product is affected by a vulnerability, said by somebody who looked (VEX).
    Vex(Vex),
    /// A group (`intrusion-set`).
    IntrusionSet(IntrusionSet),
    /// Malware or a tool (`malware`, `tool`).
    Software(Software),
    /// A technique (`attack-pattern`).
    AttackPattern(AttackPattern),
    /// An advised control (`course-of-action`).
    CourseOfAction(CourseOfAction),
    /// Who uses what, what mitigates what (`relationship`).
    Relationship(Relationship),
    /// A sign to look for (`indicator`).
    Indicator(Indicator),
    /// A value that is known to be good.
    KnownGood(KnownGood),
    /// When a product's release cycle ends.
    LifeCycle(LifeCycle),
    /// What others saw: one record of a collection.
    Observation(Observation),
}
