//! Records that name no machine, in words: who can do something about it, and what.
//!
//! A log that a machine wrote is about that machine, and the user can name it. A cloud service writes of accounts and
//! addresses, and no machine of ours wrote it: a name given there would be a false one, so no advice is given.

use crate::count::{counted, listed};
use crate::sighting::{Sent, shown};
use model::LogSource;
use std::collections::BTreeSet;

/// Products that are services of others, as Sigma calls them.
const SERVICES: [&str; 12] = [
    "aws",
    "azure",
    "bitbucket",
    "cloudflare",
    "gcp",
    "github",
    "google_workspace",
    "m365",
    "microsoft365portal",
    "okta",
    "onelogin",
    "salesforce",
];
/// Services of a product that also sells machines.
const OF_OTHER_PRODUCTS: [(&str, &str); 1] = [("cisco", "duo")];
/// How many log sources are named.
const NAMED_MAX: usize = 3;

/// The sentences: of logs of machines, and of those of services.
pub(crate) fn said(sent: &[Sent<'_>]) -> Vec<String> {
    let nameless = sent.iter().filter(|sent| sent.host.is_none() && sent.hourly.coverage.events > 0);
    sentences(&nameless.map(|sent| (sent.log, sent.hourly.coverage.events)).collect::<Vec<_>>())
}

fn sentences(nameless: &[(&LogSource, u64)]) -> Vec<String> {
    let (of_services, of_machines): (Vec<_>, Vec<_>) =
        nameless.iter().partition(|(log, _)| is_of_service(log));
    let events = |of: &[(&LogSource, u64)]| of.iter().map(|(_, events)| events).sum::<u64>();
    let mut said = Vec::new();
    if !of_machines.is_empty() {
        let records = counted(events(&of_machines), "record names", "records name");
        said.push(format!(
            "{records} no machine: give --host NAME, or put each log into a folder with the name of its machine"
        ));
    }
    if !of_services.is_empty() {
        let sources: BTreeSet<String> = of_services.iter().map(|(log, _)| shown(log)).collect();
        let mut named: Vec<String> = sources.iter().take(NAMED_MAX).cloned().collect();
        if let Some(left) = sources.len().checked_sub(NAMED_MAX).filter(|left| *left > 0) {
            named.push(format!("{left} more"));
        }
        let records = counted(events(&of_services), "record", "records");
        let name = if events(&of_services) == 1 { "names" } else { "name" };
        said.push(format!(
            "{records} of cloud services ({}) {name} no machine: what is found there is about accounts and addresses",
            listed(&named)
        ));
    }
    said
}

fn is_of_service(log: &LogSource) -> bool {
    let Some(product) = log.product.as_deref() else { return false };
    let service = log.service.as_deref().unwrap_or_default();
    SERVICES.contains(&product) || OF_OTHER_PRODUCTS.contains(&(product, service))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(product: &str, service: &str) -> LogSource {
        LogSource {
            product: Some(product.to_owned()),
            service: Some(service.to_owned()),
            categories: Vec::new(),
        }
    }

    #[test]
    fn only_a_log_of_a_machine_can_be_given_its_name() {
        let logs = ["okta", "aws", "azure", "gcp"].map(|product| log(product, "x"));
        let (duo, web) = (log("cisco", "duo"), log("linux", "sshd"));
        assert_eq!(
            sentences(&[(&web, 1), (&duo, 1)]),
            [
                "1 record names no machine: give --host NAME, or put each log into a folder with the name of its machine",
                "1 record of cloud services (cisco duo) names no machine: what is found there is about accounts and addresses",
            ]
        );
        let all: Vec<(&LogSource, u64)> = logs.iter().map(|log| (log, 700)).collect();
        assert_eq!(
            sentences(&all),
            [
                "2,800 records of cloud services (aws x, azure x, gcp x and 1 more) name no machine: what is found there \
              is about accounts and addresses"
            ]
        );
        assert!(sentences(&[]).is_empty());
    }
}
