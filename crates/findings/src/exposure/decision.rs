//! How soon: the SSVC decision of the one who deploys.
//!
//! The tree is SSVC's *Deployer* table 1.0.0 (CERT/CC): exploitation, system exposure, automatable, human
//! impact. Its outcomes have the names that CISA uses: immediate is *act*, out-of-cycle is *attend*, scheduled is
//! *track\**, defer is *track*. A point about which nothing is known takes the middle value, and the reasons say so.

use crate::facts::flaw::Flaw;
use crate::facts::products::Class;
use model::world::{Exploitation, TechnicalImpact};
use model::{Decision, Severity};

/// SSVC decision point *System Exposure*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exposure {
    Small,
    Controlled,
    Open,
}

/// SSVC decision point *Human Impact*, as far as an inventory shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impact {
    Low,
    Medium,
    High,
    VeryHigh,
}

/// The four decision points of one exposure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Points {
    exploitation: Exploitation,
    exposure: Exposure,
    exposure_known: bool,
    automatable: bool,
    automatable_known: bool,
    impact: Impact,
    crown_jewel: bool,
    past_support: bool,
}

/// The table, one string a row of exploitation × exposure; automatable no, then yes; impact low to very high.
/// d: defer, s: scheduled, o: out-of-cycle, i: immediate.
const TREE: [&[u8; 8]; 9] = [
    // none: small, controlled, open
    b"ddssdsss",
    b"dsssssss",
    b"dsssssso",
    // public poc
    b"dsssssss",
    b"dsssssso",
    b"sssossoo",
    // active
    b"ssoosooo",
    b"ssoooooo",
    b"sooiooii",
];

impl Points {
    /// The points of a flaw on machines of a class.
    pub(crate) fn of(flaw: &Flaw, class: &Class) -> Self {
        let assessed = flaw.records.iter().filter_map(|record| record.ssvc).max_by_key(|ssvc| ssvc.assessed);
        let mut exploitation = assessed.map_or(Exploitation::None, |ssvc| ssvc.exploitation);
        if flaw.exploit_public.is_some() {
            exploitation = exploitation.min(Exploitation::PublicPoc);
        }
        if flaw.kev.is_some() {
            exploitation = Exploitation::Active;
        }
        let exposure = match class.internet_facing {
            Some(true) => Exposure::Open,
            Some(false) if !class.in_dmz => Exposure::Small,
            Some(false) | None => Exposure::Controlled,
        };
        let total = assessed.is_some_and(|ssvc| ssvc.technical_impact == TechnicalImpact::Total)
            || flaw.records.iter().any(|record| record.cvss_tenths >= Some(90));
        let impact = match (class.crown_jewel, total) {
            (true, true) => Impact::VeryHigh,
            (true, false) | (false, true) => Impact::High,
            (false, false) if class.for_people => Impact::Low,
            (false, false) => Impact::Medium,
        };
        Self {
            exploitation,
            exposure,
            exposure_known: class.internet_facing.is_some(),
            automatable: assessed.is_some_and(|ssvc| ssvc.automatable),
            automatable_known: assessed.is_some(),
            impact,
            crown_jewel: class.crown_jewel,
            past_support: false,
        }
    }

    /// The points of a product whose maker has stopped: no fix will come.
    pub(crate) fn past_support(class: &Class) -> Self {
        Self {
            past_support: true,
            exploitation: Exploitation::PublicPoc,
            ..Self::of(&Flaw::default(), class)
        }
    }

    /// The outcome.
    pub(crate) fn decide(&self) -> Decision {
        let row = match self.exploitation {
            Exploitation::None => 0,
            Exploitation::PublicPoc => 3,
            Exploitation::Active => 6,
        } + match self.exposure {
            Exposure::Small => 0,
            Exposure::Controlled => 1,
            Exposure::Open => 2,
        };
        let column = usize::from(self.automatable) * 4
            + match self.impact {
                Impact::Low => 0,
                Impact::Medium => 1,
                Impact::High => 2,
                Impact::VeryHigh => 3,
            };
        match TREE.get(row).and_then(|row| row.get(column)) {
            Some(b'i') => Decision::Act,
            Some(b'o') => Decision::Attend,
            Some(b's') => Decision::TrackStar,
            _ => Decision::Track,
        }
    }

    /// How bad, for the common scale of all findings.
    pub(crate) fn severity(&self, decision: Decision) -> Severity {
        match decision {
            Decision::Act => Severity::Critical,
            Decision::Attend => Severity::High,
            Decision::TrackStar => Severity::Medium,
            Decision::Track => Severity::Low,
        }
    }

    /// How the internet reaches the target.
    pub(crate) fn reach(&self) -> &'static str {
        match (self.exposure, self.exposure_known) {
            (Exposure::Open, _) => "internet-facing",
            (_, false) => "not known whether the internet reaches it",
            (Exposure::Controlled, true) => "in the dmz",
            (Exposure::Small, true) => "not internet-facing",
        }
    }

    /// What else was known, and what was assumed.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.crown_jewel {
            reasons.push("a crown jewel".to_owned());
        }
        if self.automatable {
            reasons.push("exploitation can be automated".to_owned());
        } else if !self.automatable_known && !self.past_support {
            reasons.push("not assessed whether it can be automated".to_owned());
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(exploitation: Exploitation, exposure: Exposure, automatable: bool, impact: Impact) -> Decision {
        let points = Points {
            exploitation,
            exposure,
            exposure_known: true,
            automatable,
            automatable_known: true,
            impact,
            crown_jewel: false,
            past_support: false,
        };
        points.decide()
    }

    /// Rows of the published table, by number.
    #[test]
    fn the_table_says_what_the_published_one_says() {
        use Exploitation::{Active, None, PublicPoc};
        use Exposure::{Controlled, Open, Small};
        let rows = [
            (0, None, Small, false, Impact::Low, Decision::Track),
            (1, None, Small, false, Impact::Medium, Decision::Track),
            (5, None, Small, true, Impact::Medium, Decision::TrackStar),
            (23, None, Open, true, Impact::VeryHigh, Decision::Attend),
            (31, PublicPoc, Small, true, Impact::VeryHigh, Decision::TrackStar),
            (39, PublicPoc, Controlled, true, Impact::VeryHigh, Decision::Attend),
            (43, PublicPoc, Open, false, Impact::VeryHigh, Decision::Attend),
            (45, PublicPoc, Open, true, Impact::Medium, Decision::TrackStar),
            (46, PublicPoc, Open, true, Impact::High, Decision::Attend),
            (49, Active, Small, false, Impact::Medium, Decision::TrackStar),
            (52, Active, Small, true, Impact::Low, Decision::TrackStar),
            (53, Active, Small, true, Impact::Medium, Decision::Attend),
            (57, Active, Controlled, false, Impact::Medium, Decision::TrackStar),
            (60, Active, Controlled, true, Impact::Low, Decision::Attend),
            (66, Active, Open, false, Impact::High, Decision::Attend),
            (67, Active, Open, false, Impact::VeryHigh, Decision::Act),
            (70, Active, Open, true, Impact::High, Decision::Act),
        ];
        for (row, exploitation, exposure, automatable, impact, decision) in rows {
            assert_eq!(decide(exploitation, exposure, automatable, impact), decision, "row {row}");
        }
    }
}
