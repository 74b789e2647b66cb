//! The rules that are asked of a log source: looked up once for each log source, not for each record.

use super::rules::Rules;
use crate::sighting::logon::attempt;
use model::LogSource;

/// What is asked of the records of a log source.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) rules: sigma::Route,
    /// Records report traffic between others: their subject is the machine at the address.
    pub(super) traffic: bool,
    /// Records may report a log-on.
    pub(super) logons: bool,
    /// Records report what another engine detected.
    pub(super) detections: bool,
}

impl Route {
    /// What records of this log source are asked; `only`: of which rules, by index, if not of all.
    pub(super) fn of(log: &LogSource, rules: &Rules, only: Option<&[bool]>) -> Self {
        let source = sigma::LogSource {
            product: log.product.clone(),
            service: log.service.clone(),
            categories: log.categories.clone(),
        };
        let any = |names: &[&str]| log.categories.iter().any(|category| names.contains(&category.as_str()));
        Self {
            rules: rules.set.route_among(&source, &|rule| {
                only.is_none_or(|only| only.get(rule).copied().unwrap_or_default())
            }),
            traffic: log.product.as_deref() == Some("zeek") || any(&["firewall", "dns", "proxy"]),
            logons: attempt::may_report(log),
            detections: any(&["detection"]),
        }
    }
}
