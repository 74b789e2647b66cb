//! CycloneDX documents.

use crate::shown;

#[test]
fn components_nested_described_and_their_host() {
    let bill = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{
        "component":{"type":"application","name":"portal","version":"2.0","supplier":{"name":"Harbour"}},
        "properties":[{"name":"outpace:host","value":"portal-1"}]},
        "components":[
          {"type":"library","group":"org.apache.logging.log4j","name":"log4j-core","version":"2.14.1",
           "purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar",
           "components":[{"name":"inner","publisher":"P","cpe":"cpe:2.3:a:p:inner:1:*:*:*:*:*:*:*"}]},
          {"type":"file","name":"/etc/motd"}, {"name":"no-version"}]}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\n\
         component=portal version=2.0 vendor=Harbour host=portal-1 @ record 1\n\
         component=log4j-core version=2.14.1 vendor=org.apache.logging.log4j package=maven/org.apache.logging.log4j/log4j-core host=portal-1 @ record 2\n\
         component=inner vendor=P cpe=cpe:2.3:a:p:inner:1:*:*:*:*:*:*:* host=portal-1 @ record 3\n\
         component=no-version host=portal-1 @ record 5\n\
         ! inventory: 1 component is a file, data or key and no software: passed over (-)\n\
         ! inventory, record 3: a component without a version (export its version too: without it only the name can be judged)\n\
         ! inventory, record 5: a component without a version (export its version too: without it only the name can be judged)\n"
    });
}

#[test]
fn metadata_behind_the_components_name_the_host_too() {
    let bill = r#"{"bomFormat":"CycloneDX","components":[{"name":"a","version":"1"}],
        "metadata":{"component":{"type":"device","name":"router-3","version":"7"}}}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\ncomponent=a version=1 host=router-3 @ record 1\ncomponent=router-3 version=7 host=router-3 @ record 2\n"
    });
}

#[test]
fn values_of_unexpected_types_lose_themselves_only() {
    let bill = r#"{"bomFormat":"CycloneDX","metadata":null,"components":[
        {"name":"a","version":1.5,"supplier":"S","purl":["x"],"components":null}, "text", 7, {"version":"1"},
        {"name":"b","version":null,"purl":"nonsense"}]}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\ncomponent=a version=1.5 @ record 1\ncomponent=b @ record 5\n\
         ! inventory, record 2: a component that is no object: passed over (-)\n\
         ! inventory, record 3: a component that is no object: passed over (-)\n\
         ! inventory, record 4: a component without name and package URL: passed over (-)\n\
         ! inventory, record 5: the package URL of a component cannot be read: its name alone is used (write it as pkg:type/namespace/name@version)\n\
         ! inventory, record 5: a component without a version (export its version too: without it only the name can be judged)\n"
    });
}

#[test]
fn what_comes_before_a_cut_is_used() {
    let bill =
        "{\"bomFormat\":\"CycloneDX\",\"metadata\":{},\n\"components\":[{\"name\":\"a\"},\n{\"name\":\"b";
    let out = shown(bill);
    assert!(
        out.starts_with("CycloneDX SBOM\ncomponent=a @ record 1\n! inventory, line 3: not whole JSON: EOF"),
        "{out}"
    );
}

#[test]
fn several_documents_in_a_row() {
    let bill = "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\"}]}\n";
    assert_eq!(
        shown(&bill.repeat(2)),
        "CycloneDX SBOM\ncomponent=a @ record 1\ncomponent=a @ record 2\n\
         ! inventory, record 1: a component without a version (export its version too: without it only the name can be judged)\n\
         ! inventory, record 2: a component without a version (export its version too: without it only the name can be judged)\n"
    );
}

#[test]
fn brackets_without_end_are_survived() {
    let nested = "{\"components\":[".repeat(100_000);
    let out = shown(&format!("{{\"bomFormat\":\"CycloneDX\",\"components\":[{nested}"));
    assert!(out.contains("recursion limit exceeded"), "{out}");
}

#[test]
fn the_source_package_of_a_distributions_package() {
    let bill = r#"{"bomFormat":"CycloneDX","metadata":{},"components":[
        {"name":"libssl3","version":"3.0.11-1","purl":"pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&upstream=openssl"},
        {"name":"libcrypto","version":"3.0.11-1","purl":"pkg:deb/debian/libcrypto@3.0.11-1?upstream=openssl"}]}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\n\
         component=libssl3 version=3.0.11-1 package=deb/debian/libssl3 @ record 1\n\
         component=openssl version=3.0.11-1 package=deb/debian/openssl @ record 1\n\
         component=libcrypto version=3.0.11-1 package=deb/debian/libcrypto @ record 2\n"
    });
}

#[test]
fn source_packages_that_properties_name() {
    let bill = r#"{"bomFormat":"CycloneDX","metadata":{"component":{"type":"device","name":"quay-3"}},"components":[
        {"name":"libmole7","version":"7.1-2","purl":"pkg:deb/debian/libmole7@7.1-2","properties":[
          {"name":"aquasecurity:trivy:SrcName","value":"mole"},{"name":"aquasecurity:trivy:SrcVersion","value":"7.0"},
          {"name":"aquasecurity:trivy:SrcRelease","value":"2"}]},
        {"name":"mole-c","version":"7.1-r0","purl":"pkg:apk/alpine/mole-c@7.1-r0","properties":[
          {"name":"syft:metadata:originPackage","value":"mole"}]}]}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\n\
         component=libmole7 version=7.1-2 package=deb/debian/libmole7 host=quay-3 @ record 1\n\
         component=mole version=7.0-2 package=deb/debian/mole host=quay-3 @ record 1\n\
         component=mole-c version=7.1-r0 package=apk/alpine/mole-c host=quay-3 @ record 2\n\
         component=mole version=7.1-r0 package=apk/alpine/mole host=quay-3 @ record 2\n"
    });
}

#[test]
fn vulnerabilities_without_analysis_are_results_of_the_tool() {
    let bill = r#"{"bomFormat":"CycloneDX","vulnerabilities":[
        {"id":"GHSA-tide-tide-tide","references":[{"id":"CVE-2031-5001"}],"description":"A tide\nthat comes",
         "affects":[{"ref":"a"},{"ref":"urn:cdx:7/1#pkg%3Anpm/ebb@2"}]},
        {"id":"CVE-2031-5002","analysis":{"state":"not_affected"},"affects":[{"ref":"a"}]},
        {"id":"CVE-2031-5003"}, {}],
        "components":[{"bom-ref":"a","name":"tide","version":"1"}],
        "metadata":{"timestamp":"2031-03-04T05:06:07Z","tools":{"components":[{"name":"grype"}]},
          "component":{"type":"device","name":"quay-4"}}}"#;
    assert_eq!(shown(bill), {
        "CycloneDX SBOM\n\
         component=tide version=1 host=quay-4 @ record 1\n\
         found=CVE-2031-5001 by=grype aliases=GHSA-tide-tide-tide host=quay-4 in=tide~1~~quay-4 title=A tide seen=2031-03-04T05:06:07Z @ record 2\n\
         found=CVE-2031-5001 by=grype aliases=GHSA-tide-tide-tide host=quay-4 in=ebb~2~npm//ebb~quay-4 title=A tide seen=2031-03-04T05:06:07Z @ record 2\n\
         found=CVE-2031-5003 by=grype host=quay-4 seen=2031-03-04T05:06:07Z @ record 4\n\
         ! inventory: results without a CVE or another identifier of a vulnerability, not used: 1 (-)\n\
         ! inventory: vulnerabilities with an analysis are statements (VEX) and no results: 1 (give the document as knowledge, too)\n"
    });
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><metadata><tools><tool><name>trivy</name></tool></tools></metadata>
        <components><component type="library" bom-ref="a"><name>tide</name><version>1</version></component></components>
        <vulnerabilities><vulnerability><id>CVE-2031-5001</id><affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities></bom>"#;
    assert_eq!(shown(xml), {
        "CycloneDX SBOM (XML)\ncomponent=tide version=1 @ line 2\nfound=CVE-2031-5001 by=trivy in=tide~1~~- @ record 2\n"
    });
}
