//! Each format: a fixture in, its records and summary as text out. `UPDATE_EXPECT=1` writes what is new; read
//! it before it is committed.

use super::{options, read_with, shown, summed};
use expect_test::{ExpectFile, expect_file};

fn check(name: &str, fixture: &[u8], expected: &ExpectFile) {
    let (records, documents) = read_with(&options(), &[(name, fixture)], shown);
    let summaries: String = documents.iter().map(summed).collect();
    expected.assert_eq(&format!("{}{summaries}", records.concat()));
}

macro_rules! goldens {
    ($($(#[$doc:meta])* $test:ident: $fixture:literal => $golden:literal;)*) => {
        $(
            $(#[$doc])*
            #[test]
            fn $test() {
                let fixture = include_bytes!(concat!("../fixtures/", $fixture));
                check($fixture, fixture, &expect_file![concat!("../goldens/", $golden)]);
            }
        )*

        /// Every fixture, for tests that hold for all of them.
        pub(crate) const FIXTURES: &[(&str, &[u8])] =
            &[$(($fixture, include_bytes!(concat!("../fixtures/", $fixture)))),*];
    };
}

goldens! {
    windows_events_as_xml: "events.xml" => "events_xml.txt";
    sysmon_for_linux_in_syslog: "sysmon_linux.log" => "sysmon_linux.txt";
    hits_of_hayabusa_new_and_old: "hayabusa.jsonl" => "hayabusa.txt";
    hits_of_hayabusa_in_the_standard_profile: "hayabusa.csv" => "hayabusa_csv.txt";
    hits_of_chainsaw: "chainsaw.json" => "chainsaw.txt";
    windows_events_of_get_winevent_as_csv: "get_winevent.csv" => "get_winevent.txt";
    windows_events_of_evtxecmd: "evtxecmd.csv" => "evtxecmd.txt";
    windows_events_of_event_viewer_as_csv: "event_viewer.csv" => "event_viewer.txt";
    audit_records_of_purview: "purview.csv" => "purview.txt";
    device_tables_of_defender: "defender.csv" => "defender.txt";
    a_table_of_events_of_any_kind: "plain.csv" => "plain.txt";
    events_of_ecs_and_hits_of_elasticsearch: "ecs.jsonl" => "ecs.txt";
    events_of_ocsf: "ocsf.jsonl" => "ocsf.txt";
    queries_of_bind: "bind.log" => "bind.txt";
    dns_servers_in_syslog: "dnsmasq.log" => "dnsmasq.txt";
    error_logs_of_web_servers: "error.log" => "error.txt";
    the_log_of_squid: "squid.log" => "squid.txt";
    web_access_logs_in_their_forms: "access.log" => "access.txt";
    iis_logs_with_a_second_header: "iis.log" => "iis.txt";
    other_logs_in_the_extended_format: "extended.log" => "extended.txt";
    cef_and_leef_alone: "cef.log" => "cef.txt";
    cef_and_leef_behind_a_syslog_head: "cef_syslog.log" => "cef_syslog.txt";
    the_journal_as_json: "journal.json" => "journal.txt";
    windows_events_of_nxlog_and_log_analytics: "windows_flat.jsonl" => "windows_flat.txt";
    windows_events_of_evtx_dump_and_velociraptor: "windows_nested.json" => "windows_nested.txt";
    windows_events_of_winlogbeat_new_and_old: "winlogbeat.jsonl" => "winlogbeat.txt";
    json_records_of_any_kind_in_an_array: "records.json" => "records.txt";
    json_records_in_a_wrapper: "cloudtrail.json" => "cloudtrail.txt";
    zeek_text_with_two_headers: "zeek_dns.log" => "zeek_dns.txt";
    zeek_json_of_two_shippers: "zeek_conn.json" => "zeek_conn.txt";
    syslog_in_its_forms_over_a_new_year: "syslog.log" => "syslog.txt";
    appliances_behind_a_syslog_head: "appliances.log" => "appliances.txt";
    appliances_without_a_head: "appliance_lines.log" => "appliance_lines.txt";
    flows_of_a_network_with_chosen_cells: "flows.log" => "flows.txt";
    firewalls_and_the_audit_log_in_pairs: "firewall.log" => "firewall.txt";
    records_in_envelopes: "envelopes.jsonl" => "envelopes.txt";
    forms_mixed_in_one_file: "mixed.log" => "mixed.txt";
    lines_of_containers: "container.log" => "container.txt";
    journal_as_it_is_exported: "journal_export.log" => "journal_export.txt";
    message_tracking_of_exchange: "exchange.log" => "exchange.txt";
    alerts_of_snort_and_suricata: "snort.log" => "snort.txt";
    bans_of_fail2ban: "fail2ban.log" => "fail2ban.txt";
    what_last_prints: "last.txt" => "last.txt";
    histories_of_shells: "shell_history.txt" => "shell_history.txt";
    load_balancers_of_amazon: "balancer.log" => "balancer.txt";
    an_object_store_of_amazon: "object_store.log" => "object_store.txt";
    the_web_feed_of_zscaler: "zscaler.log" => "zscaler.txt";
    windows_events_of_evtxecmd_as_json: "evtxecmd.json" => "evtxecmd_json.txt";
    requests_that_cloudflare_pushed: "cloudflare.jsonl" => "cloudflare.txt";
    sign_ins_that_entra_exported: "entra.csv" => "entra.txt";
    what_splunk_exported: "splunk.csv" => "splunk.txt";
    the_audit_log_decoded: "audit.log" => "audit.txt";
    a_delivery_of_cloudwatch: "cloudwatch.json" => "cloudwatch.txt";
    a_central_syslog_of_many_senders: "central.log" => "central.txt";
}
