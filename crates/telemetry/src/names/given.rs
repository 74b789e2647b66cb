//! Which Sigma log sources the readers of this room can give, so that a rule that can never match is named.
//!
//! The list comes from the tables that the readers use, so that it grows with them; [`WRITTEN`] has the log sources
//! that readers name in their code. A test runs the readers over public logs and holds every log source that
//! comes out against this.

use crate::names::{cloud, defender, ecs, mapping, ocsf, shapes, windows_events, zeek};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A product or service, and categories, of log sources that readers name in their code.
const WRITTEN: [(Option<&str>, Option<&str>, &[&str]); 48] = [
    (Some("linux"), Some("auditd"), &[]),
    (Some("linux"), Some("syslog"), &[]),
    (Some("linux"), None, &[]),
    (Some("linux"), Some("fail2ban"), &[]),
    (Some("linux"), Some("wtmp"), &[]),
    (Some("snort"), None, &["ids"]),
    (Some("exchange"), Some("messagetracking"), &[]),
    (Some("aws"), Some("elb"), &["webserver"]),
    (Some("aws"), Some("s3"), &["webserver"]),
    (Some("windows"), None, &[]),
    (Some("fortigate"), Some("event"), &[]),
    (Some("fortigate"), Some("traffic"), &["firewall"]),
    (Some("fortigate"), Some("utm"), &["firewall"]),
    (None, Some("iis"), &["webserver"]),
    (None, Some("apache"), &["webserver"]),
    (None, Some("nginx"), &["webserver"]),
    (None, None, &["webserver", "proxy", "firewall", "dns", "antivirus", "authentication"]),
    (Some("aws"), Some("vpcflow"), &["firewall"]),
    (Some("cisco"), None, &["firewall"]),
    (Some("cisco"), Some("aaa"), &[]),
    (Some("cisco"), Some("bgp"), &[]),
    (Some("cisco"), Some("ldp"), &[]),
    (Some("cisco"), Some("ise"), &[]),
    (Some("cisco"), Some("meraki"), &["firewall"]),
    (Some("paloalto"), None, &["firewall"]),
    (Some("paloalto"), Some("globalprotect"), &["appliance"]),
    (Some("juniper"), None, &["firewall"]),
    (Some("juniper"), Some("bgp"), &[]),
    (Some("huawei"), None, &[]),
    (Some("huawei"), Some("bgp"), &[]),
    (Some("cisco"), Some("syslog"), &[]),
    (Some("checkpoint"), None, &["firewall"]),
    (Some("clavister"), None, &["firewall"]),
    (Some("linux"), None, &["firewall"]),
    (Some("pfsense"), None, &["firewall"]),
    (Some("vmware"), None, &[]),
    (Some("citrix"), Some("netscaler"), &[]),
    (Some("f5"), Some("big-ip"), &[]),
    (Some("haproxy"), None, &[]),
    (Some("aruba"), None, &[]),
    (Some("linux"), Some("postfix"), &[]),
    (Some("linux"), Some("openvpn"), &[]),
    (Some("linux"), Some("dhcpd"), &[]),
    (Some("linux"), Some("freeradius"), &[]),
    (Some("linux"), Some("openldap"), &[]),
    (Some("hayabusa"), None, &["detection"]),
    (Some("chainsaw"), None, &["detection"]),
    (Some("windows"), Some("dhcp"), &[]),
];

type Given = BTreeSet<(Option<&'static str>, Option<&'static str>, Option<&'static str>)>;

static GIVEN: LazyLock<Given> = LazyLock::new(|| {
    let mut given = Given::new();
    let mut add = |product, service, categories: &[&'static str]| {
        given.insert((product, service, None));
        given.extend(categories.iter().map(|category| (product, service, Some(*category))));
    };
    for (product, service, categories) in WRITTEN {
        add(product, service, categories);
    }
    for (_, service) in windows_events::CHANNELS {
        add(Some("windows"), Some(service), &[]);
    }
    for events in windows_events::EVENTS {
        add(Some("windows"), Some(events.service), events.categories);
        if events.service == "sysmon" {
            // Sysmon for Linux.
            add(Some("linux"), Some("sysmon"), events.categories);
        }
    }
    for (_, service) in mapping::PROGRAMS {
        add(Some("linux"), Some(service), &[]);
    }
    for shape in &shapes::SHAPES {
        add(shape.product, shape.service, shape.categories);
    }
    for (_, _, service) in cloud::APPLICATIONS {
        add(Some("gcp"), Some(service), &[]);
    }
    for appliance in &mapping::APPLIANCES {
        add(appliance.product, appliance.service, appliance.categories);
    }
    for path in zeek::PATHS {
        let known = mapping::ZEEK.iter().find(|(known, _, _)| *known == path);
        add(Some("zeek"), Some(path), known.map_or(&[], |(_, categories, _)| categories));
    }
    for categories in defender::categories() {
        add(Some("windows"), None, categories);
    }
    for (product, categories) in ecs::given() {
        add(product, None, categories);
    }
    for categories in ocsf::categories() {
        add(None, None, categories);
    }
    given
});

/// Whether a record may have this log source, as a rule names it; a rule leaves open what is `None`.
#[must_use]
pub fn gives(product: Option<&str>, service: Option<&str>, category: Option<&str>) -> bool {
    let fits = |wanted: Option<&str>, given: Option<&str>| wanted.is_none() || wanted == given;
    // A Zeek log is called what its script says: any service may come.
    let any_service = |product: &Option<&str>| *product == Some("zeek");
    GIVEN.iter().any(|(p, s, c)| {
        fits(product, *p)
            && (fits(service, *s) || (any_service(p) && product.is_some()))
            && fits(category, *c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_makes_is_given_and_what_none_makes_is_not() {
        assert!(gives(Some("windows"), None, Some("process_creation")));
        assert!(gives(Some("windows"), Some("security"), None));
        assert!(gives(Some("linux"), None, Some("process_creation")));
        assert!(gives(None, None, Some("proxy")) && gives(Some("zeek"), Some("dns"), None));
        assert!(gives(Some("cisco"), Some("aaa"), None) && gives(Some("cisco"), Some("duo"), None));
        assert!(gives(Some("opencanary"), None, Some("application")) && gives(None, None, None));
        assert!(!gives(Some("bitbucket"), Some("audit"), None));
        assert!(!gives(Some("windows"), Some("sshd"), None));
    }
}
