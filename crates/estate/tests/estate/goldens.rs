//! Each form: a fixture in, its facts and problems as text out. `UPDATE_EXPECT=1` writes what is new; read it before it
//! is committed.

use crate::shown_as;
use expect_test::expect_file;

macro_rules! goldens {
    ($($test:ident: $fixture:literal => $golden:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let fixture = include_bytes!(concat!("../fixtures/", $fixture));
                expect_file![concat!("../goldens/", $golden)].assert_eq(&shown_as($fixture, fixture));
            }
        )*

        /// Every fixture, for tests that hold for all of them.
        pub(crate) const FIXTURES: &[(&str, &[u8])] =
            &[$(($fixture, include_bytes!(concat!("../fixtures/", $fixture)))),*];
    };
}

goldens! {
    cargo_lock: "Cargo.lock" => "cargo_lock.txt";
    domain_admins_csv: "Domain Admins.csv" => "domain_admins_csv.txt";
    gemfile_lock: "Gemfile.lock" => "gemfile_lock.txt";
    administrators_csv: "administrators.csv" => "administrators_csv.txt";
    apk_info_txt: "apk_info.txt" => "apk_info_txt.txt";
    apk_installed_txt: "apk_installed.txt" => "apk_installed_txt.txt";
    apk_list_txt: "apk_list.txt" => "apk_list_txt.txt";
    apt_list_txt: "apt_list.txt" => "apt_list_txt.txt";
    bill_spdx: "bill.spdx" => "bill_spdx.txt";
    bloodhound_computers_json: "bloodhound_computers.json" => "bloodhound_computers_json.txt";
    bloodhound_groups_json: "bloodhound_groups.json" => "bloodhound_groups_json.txt";
    bloodhound_old_json: "bloodhound_old.json" => "bloodhound_old_json.txt";
    bloodhound_users_json: "bloodhound_users.json" => "bloodhound_users_json.txt";
    brew_txt: "brew.txt" => "brew_txt.txt";
    choco_txt: "choco.txt" => "choco_txt.txt";
    choco_r_txt: "choco_r.txt" => "choco_r_txt.txt";
    composer_lock_json: "composer_lock.json" => "composer_lock_json.txt";
    conda_txt: "conda.txt" => "conda_txt.txt";
    cyclonedx_xml: "cyclonedx.xml" => "cyclonedx_xml.txt";
    defender_devices_csv: "defender_devices.csv" => "defender_devices_csv.txt";
    dhcpd_leases: "dhcpd.leases" => "dhcpd_leases.txt";
    directory_ldif: "directory.ldif" => "directory_ldif.txt";
    dnf_list_txt: "dnf_list.txt" => "dnf_list_txt.txt";
    dnsmasq_leases: "dnsmasq.leases" => "dnsmasq_leases.txt";
    dpkg_l_txt: "dpkg_l.txt" => "dpkg_l_txt.txt";
    dpkg_l_no_head_txt: "dpkg_l_no_head.txt" => "dpkg_l_no_head_txt.txt";
    dpkg_query_txt: "dpkg_query.txt" => "dpkg_query_txt.txt";
    dpkg_query_f_txt: "dpkg_query_f.txt" => "dpkg_query_f_txt.txt";
    dpkg_sources_txt: "dpkg_sources.txt" => "dpkg_sources_txt.txt";
    dpkg_table_csv: "dpkg_table.csv" => "dpkg_table_csv.txt";
    dpkg_two_columns_txt: "dpkg_two_columns.txt" => "dpkg_two_columns_txt.txt";
    flatpak_txt: "flatpak.txt" => "flatpak_txt.txt";
    format_list_txt: "format_list.txt" => "format_list_txt.txt";
    format_table_txt: "format_table.txt" => "format_table_txt.txt";
    fortigate_policies_csv: "fortigate_policies.csv" => "fortigate_policies_csv.txt";
    gem_list_txt: "gem_list.txt" => "gem_list_txt.txt";
    get_aduser_csv: "get_aduser.csv" => "get_aduser_csv.txt";
    get_aduser_json: "get_aduser.json" => "get_aduser_json.txt";
    glpi_csv: "glpi.csv" => "glpi_csv.txt";
    go_sum: "go.sum" => "go_sum.txt";
    go_list_json: "go_list.json" => "go_list_json.txt";
    go_list_txt: "go_list.txt" => "go_list_txt.txt";
    google_users_csv: "google_users.csv" => "google_users_csv.txt";
    gradle_lockfile: "gradle.lockfile" => "gradle_lockfile.txt";
    graph_devices_json: "graph_devices.json" => "graph_devices_json.txt";
    graph_users_json: "graph_users.json" => "graph_users_json.txt";
    grype_json: "grype.json" => "grype_json.txt";
    hosts_txt: "hosts.txt" => "hosts_txt.txt";
    intune_csv: "intune.csv" => "intune_csv.txt";
    intune_devices_csv: "intune_devices.csv" => "intune_devices_csv.txt";
    mvn_txt: "mvn.txt" => "mvn_txt.txt";
    netbox_json: "netbox.json" => "netbox_json.txt";
    nmap_xml: "nmap.xml" => "nmap_xml.txt";
    npm_ls_json: "npm_ls.json" => "npm_ls_json.txt";
    okta_json: "okta.json" => "okta_json.txt";
    os_release_txt: "os_release.txt" => "os_release_txt.txt";
    osquery_log_jsonl: "osquery_log.jsonl" => "osquery_log_jsonl.txt";
    osquery_programs_json: "osquery_programs.json" => "osquery_programs_json.txt";
    osquery_rpm_json: "osquery_rpm.json" => "osquery_rpm_json.txt";
    osv_scanner_json: "osv_scanner.json" => "osv_scanner_json.txt";
    package_lock_1_json: "package_lock_1.json" => "package_lock_1_json.txt";
    package_lock_3_json: "package_lock_3.json" => "package_lock_3_json.txt";
    packages_config: "packages.config" => "packages_config.txt";
    packages_lock_json: "packages_lock.json" => "packages_lock_json.txt";
    pacman_txt: "pacman.txt" => "pacman_txt.txt";
    panos_rules_csv: "panos_rules.csv" => "panos_rules_csv.txt";
    pfsense_xml: "pfsense.xml" => "pfsense_xml.txt";
    pip_freeze_txt: "pip_freeze.txt" => "pip_freeze_txt.txt";
    pip_list_json: "pip_list.json" => "pip_list_json.txt";
    pip_list_txt: "pip_list.txt" => "pip_list_txt.txt";
    pipfile_lock_json: "pipfile_lock.json" => "pipfile_lock_json.txt";
    pnpm_5_yaml: "pnpm_5.yaml" => "pnpm_5_yaml.txt";
    pnpm_9_yaml: "pnpm_9.yaml" => "pnpm_9_yaml.txt";
    poetry_lock: "poetry.lock" => "poetry_lock.txt";
    poetry_old_lock: "poetry_old.lock" => "poetry_old_lock.txt";
    quay_csproj: "quay.csproj" => "quay_csproj.txt";
    registration_json: "registration.json" => "registration_json.txt";
    requirements_txt: "requirements.txt" => "requirements_txt.txt";
    rpm_qa_txt: "rpm_qa.txt" => "rpm_qa_txt.txt";
    rpm_qf_txt: "rpm_qf.txt" => "rpm_qf_txt.txt";
    rpm_qi_txt: "rpm_qi.txt" => "rpm_qi_txt.txt";
    rpm_table_csv: "rpm_table.csv" => "rpm_table_csv.txt";
    scan_nessus: "scan.nessus" => "scan_nessus.txt";
    sccm_csv: "sccm.csv" => "sccm_csv.txt";
    snap_txt: "snap.txt" => "snap_txt.txt";
    spdx_json: "spdx.json" => "spdx_json.txt";
    spdx3_json: "spdx3.json" => "spdx3_json.txt";
    syft_json: "syft.json" => "syft_json.txt";
    syft_table_txt: "syft_table.txt" => "syft_table_txt.txt";
    systeminfo_txt: "systeminfo.txt" => "systeminfo_txt.txt";
    trivy_json: "trivy.json" => "trivy_json.txt";
    uninstall_csv: "uninstall.csv" => "uninstall_csv.txt";
    uv_lock: "uv.lock" => "uv_lock.txt";
    win32_operatingsystem_csv: "win32_operatingsystem.csv" => "win32_operatingsystem_csv.txt";
    winget_txt: "winget.txt" => "winget_txt.txt";
    wmic_csv: "wmic.csv" => "wmic_csv.txt";
    wmic_list_txt: "wmic_list.txt" => "wmic_list_txt.txt";
    wmic_table_txt: "wmic_table.txt" => "wmic_table_txt.txt";
    yarn_1_lock: "yarn_1.lock" => "yarn_1_lock.txt";
    cargo_audit_json: "cargo_audit.json" => "cargo_audit_json.txt";
    composer_audit_json: "composer_audit.json" => "composer_audit_json.txt";
    defender_vulnerabilities_csv: "defender_vulnerabilities.csv" => "defender_vulnerabilities_csv.txt";
    dependency_check_json: "dependency_check.json" => "dependency_check_json.txt";
    dependency_track_json: "dependency_track.json" => "dependency_track_json.txt";
    dotnet_vulnerable_json: "dotnet_vulnerable.json" => "dotnet_vulnerable_json.txt";
    gitlab_json: "gitlab.json" => "gitlab_json.txt";
    govulncheck_json: "govulncheck.json" => "govulncheck_json.txt";
    greenbone_csv: "greenbone.csv" => "greenbone_csv.txt";
    greenbone_xml: "greenbone.xml" => "greenbone_xml.txt";
    nessus_csv: "nessus.csv" => "nessus_csv.txt";
    npm_audit_1_json: "npm_audit_1.json" => "npm_audit_1_json.txt";
    npm_audit_2_json: "npm_audit_2.json" => "npm_audit_2_json.txt";
    nuclei_json: "nuclei.json" => "nuclei_json.txt";
    nuclei_jsonl: "nuclei.jsonl" => "nuclei_jsonl.txt";
    pip_audit_json: "pip_audit.json" => "pip_audit_json.txt";
    qualys_csv: "qualys.csv" => "qualys_csv.txt";
    qualys_detections_xml: "qualys_detections.xml" => "qualys_detections_xml.txt";
    qualys_report_xml: "qualys_report.xml" => "qualys_report_xml.txt";
    sarif_json: "sarif.json" => "sarif_json.txt";
    snyk_json: "snyk.json" => "snyk_json.txt";
    tenable_io_csv: "tenable_io.csv" => "tenable_io_csv.txt";
    tenable_sc_csv: "tenable_sc.csv" => "tenable_sc_csv.txt";
    trivy_cluster_json: "trivy_cluster.json" => "trivy_cluster_json.txt";
    trivy_old_json: "trivy_old.json" => "trivy_old_json.txt";
    wazuh_json: "wazuh.json" => "wazuh_json.txt";
    ansible_json: "ansible.json" => "ansible_json.txt";
    cargo_metadata_json: "cargo_metadata.json" => "cargo_metadata_json.txt";
    dhcp_windows_csv: "dhcp_windows.csv" => "dhcp_windows_csv.txt";
    glpi_agent_json: "glpi_agent.json" => "glpi_agent_json.txt";
    glpi_agent_xml: "glpi_agent.xml" => "glpi_agent_xml.txt";
    jamf_csv: "jamf.csv" => "jamf_csv.txt";
    kea_csv: "kea.csv" => "kea_csv.txt";
    meraki_json: "meraki.json" => "meraki_json.txt";
    opkg_txt: "opkg.txt" => "opkg_txt.txt";
    pkg_info_txt: "pkg_info.txt" => "pkg_info_txt.txt";
    quay_zone: "quay.zone" => "quay_zone.txt";
    syscollector_json: "syscollector.json" => "syscollector_json.txt";
    winget_export_json: "winget_export.json" => "winget_export_json.txt";
    yarn_berry_lock: "yarn_berry.lock" => "yarn_berry_lock.txt";
    arp_txt: "arp.txt" => "arp_txt.txt";
    ipconfig_txt: "ipconfig.txt" => "ipconfig_txt.txt";
    lsb_release_txt: "lsb_release.txt" => "lsb_release_txt.txt";
    rvtools_csv: "rvtools.csv" => "rvtools_csv.txt";
    show_version_txt: "show_version.txt" => "show_version_txt.txt";
}

#[test]
fn every_format_but_the_plain_tables_has_a_fixture() {
    let known: std::collections::BTreeSet<_> = FIXTURES
        .iter()
        .filter_map(|(name, bytes)| estate::recognise(name, &String::from_utf8_lossy(bytes)))
        .collect();
    let elsewhere = ["CycloneDX SBOM", "dpkg status", "firewall rule table", "zone table", "name table"];
    for line in estate::FORMATS.iter().filter(|line| !elsewhere.contains(&line.name)) {
        assert!(known.contains(&line.format), "{} has no fixture", line.name);
    }
}
