//! Fuzz entries: one a reader. They must not panic, whatever the bytes.

use crate::format::{Format, reader_of};
use crate::sink::Sink;
use crate::{Lexicon, stix};
use input::Document;
use model::{Problems, SecretKey};
use std::sync::OnceLock;

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::built_in().with_secret_key(SecretKey::new([1; 32])))
}

/// Reads the bytes as a document of one format, recognised or not; gives how many facts came of it.
fn read_as(format: Format, name: &str, data: &[u8]) -> u64 {
    read_given(format, name, true, data)
}

/// The same; `advisory`: as a document of which the caller knows that it is one.
fn read_given(format: Format, name: &str, advisory: bool, data: &[u8]) -> u64 {
    let Ok(mut document) = Document::open(name, data) else { return 0 };
    let source = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(name);
    let mut facts = 0;
    let mut each = |_| facts += 1;
    let mut sink = Sink::new(&source, lexicon(), advisory, &mut each);
    if let Some(read) = reader_of(format) {
        read(&mut document, &mut sink, &mut problems);
    }
    facts
}

/// Reports of our own.
pub fn fuzz_publication(data: &[u8]) {
    crate::publication::fuzz(data);
}

/// STIX bundles.
pub fn fuzz_stix(data: &[u8]) {
    read_as(Format::Stix, "bundle.json", data);
}

/// STIX patterns.
pub fn fuzz_stix_pattern(data: &[u8]) {
    let _ = stix::pattern::comparisons(&String::from_utf8_lossy(data));
}

/// MISP events.
pub fn fuzz_misp(data: &[u8]) {
    read_as(Format::Misp, "event.json", data);
}

/// The KEV catalogue.
pub fn fuzz_kev(data: &[u8]) {
    read_as(Format::Kev, "kev.json", data);
}

/// The KEV catalogue as a table.
pub fn fuzz_kev_table(data: &[u8]) {
    read_as(Format::KevTable, "known_exploited_vulnerabilities.csv", data);
}

/// CVE records.
pub fn fuzz_cve5(data: &[u8]) {
    read_as(Format::CveRecord, "cve.jsonl", data);
}

/// OSV records.
pub fn fuzz_osv(data: &[u8]) {
    read_as(Format::OsvRecord, "osv.jsonl", data);
}

/// Release cycles.
pub fn fuzz_endoflife(data: &[u8]) {
    read_as(Format::EndOfLife, "portal.json", data);
}

/// Records of the NVD.
pub fn fuzz_nvd(data: &[u8]) {
    read_as(Format::Nvd, "nvd.json", data);
}

/// GitHub's advisories.
pub fn fuzz_github(data: &[u8]) {
    read_as(Format::GithubAdvisory, "advisories.json", data);
}

/// EPSS scores.
pub fn fuzz_epss(data: &[u8]) {
    read_as(Format::Epss, "epss.csv", data);
}

/// VulnCheck's list of exploited vulnerabilities.
pub fn fuzz_vulncheck(data: &[u8]) {
    read_as(Format::VulnCheckKev, "vulncheck.json", data);
}

/// Records of the EUVD.
pub fn fuzz_euvd(data: &[u8]) {
    read_as(Format::Euvd, "euvd.json", data);
}

/// CSAF documents.
pub fn fuzz_csaf(data: &[u8]) {
    read_as(Format::Csaf, "csaf.json", data);
}

/// OpenVEX documents.
pub fn fuzz_openvex(data: &[u8]) {
    read_as(Format::OpenVex, "vex.json", data);
}

/// CycloneDX documents with an analysis of vulnerabilities.
pub fn fuzz_cyclonedx_vex(data: &[u8]) {
    read_as(Format::CycloneDxVex, "bom.json", data);
}

/// Debian's security tracker.
pub fn fuzz_debian(data: &[u8]) {
    read_as(Format::DebianTracker, "tracker.json", data);
}

/// Ubuntu's security notices.
pub fn fuzz_ubuntu(data: &[u8]) {
    read_as(Format::UbuntuNotices, "notices.json", data);
}

/// Exploit dates.
pub fn fuzz_exploit_status(data: &[u8]) {
    read_as(Format::ExploitStatus, "exploits.csv", data);
}

/// Shadowserver reports.
pub fn fuzz_shadowserver(data: &[u8]) {
    read_as(Format::Shadowserver, "2024-06-12-event4_sinkhole-x.csv", data);
}

/// Have I Been Pwned.
pub fn fuzz_have_i_been_pwned(data: &[u8]) {
    read_as(Format::HaveIBeenPwned, "hibp-port.example.json", data);
}

/// IntelMQ events.
pub fn fuzz_intelmq(data: &[u8]) {
    read_as(Format::IntelMq, "events.jsonl", data);
}

/// Leak tables.
pub fn fuzz_leak(data: &[u8]) {
    read_as(Format::LeakTable, "leak.csv", data);
}

/// Events of n6.
pub fn fuzz_n6(data: &[u8]) {
    read_as(Format::N6, "events.json", data);
}

/// Stolen accounts as JSON.
pub fn fuzz_stealer_json(data: &[u8]) {
    read_as(Format::StealerJson, "stealers.json", data);
}

/// Stealer logs and combination lists.
pub fn fuzz_stolen_text(data: &[u8]) {
    read_as(Format::StolenText, "passwords.txt", data);
}

/// Lines parted by bars.
pub fn fuzz_bars(data: &[u8]) {
    read_as(Format::Bars, "cymru.txt", data);
}

/// Abuse reports.
pub fn fuzz_abuse(data: &[u8]) {
    read_as(Format::AbuseReport, "report.txt", data);
}

/// Tables of alerts.
pub fn fuzz_alerts(data: &[u8]) {
    read_as(Format::AlertTable, "alerts.csv", data);
}

/// Tables of mails.
pub fn fuzz_mail_table(data: &[u8]) {
    read_as(Format::MailTable, "mails.csv", data);
}

/// Mail that was handed over as what others sent.
pub fn fuzz_kept_mail(data: &[u8]) {
    read_given(Format::Mail, "mail.eml", false, data);
}

/// Plain lists of indicators.
pub fn fuzz_indicator_list(data: &[u8]) {
    read_as(Format::IndicatorList, "list.txt", data);
}

/// Tables of indicators.
pub fn fuzz_indicator_table(data: &[u8]) {
    read_as(Format::IndicatorTable, "iocs.csv", data);
}

/// Indicators as JSON.
pub fn fuzz_indicator_records(data: &[u8]) {
    read_as(Format::IndicatorRecords, "iocs.json", data);
}

/// MISP warning lists.
pub fn fuzz_warning_list(data: &[u8]) {
    read_as(Format::WarningList, "list.json", data);
}

/// Mail.
pub fn fuzz_mail(data: &[u8]) {
    read_as(Format::Mail, "mail.eml", data);
}

/// PDF files.
pub fn fuzz_pdf(data: &[u8]) {
    read_as(Format::Pdf, "report.pdf", data);
}

/// Messages of Outlook.
pub fn fuzz_outlook(data: &[u8]) {
    read_as(Format::Outlook, "mail.msg", data);
}

/// RSS and Atom feeds.
pub fn fuzz_feed(data: &[u8]) {
    read_as(Format::Feed, "feed.xml", data);
}

/// Word documents.
pub fn fuzz_word(data: &[u8]) {
    read_as(Format::Word, "document.xml", data);
}

/// OpenIOC.
pub fn fuzz_openioc(data: &[u8]) {
    read_as(Format::OpenIoc, "a.ioc", data);
}

/// STIX 1.
pub fn fuzz_stix1(data: &[u8]) {
    read_as(Format::Stix1, "package.xml", data);
}

/// Rules of Snort and Suricata.
pub fn fuzz_network_rules(data: &[u8]) {
    read_as(Format::NetworkRules, "local.rules", data);
}

/// YARA rules.
pub fn fuzz_yara(data: &[u8]) {
    read_as(Format::Yara, "a.yar", data);
}

/// Pulses of OTX.
pub fn fuzz_otx(data: &[u8]) {
    read_as(Format::Otx, "pulse.json", data);
}

/// Advisories as HTML.
pub fn fuzz_html(data: &[u8]) {
    read_as(Format::Html, "page.html", data);
}

/// Advisories as Markdown.
pub fn fuzz_markdown(data: &[u8]) {
    read_as(Format::Markdown, "page.md", data);
}

/// Advisories as plain text.
pub fn fuzz_text(data: &[u8]) {
    read_as(Format::Text, "page.txt", data);
}

/// Whatever the bytes are taken for.
pub fn fuzz_recognised(data: &[u8]) {
    let head = String::from_utf8_lossy(data);
    let _ = crate::recognise("any.json", &head);
    for name in ["any", "hibp-port.example.json", "2024-06-12-scan_x-y.csv"] {
        if let Ok(mut document) = Document::open(name, data) {
            let _ = crate::read_report(&mut document, lexicon(), &mut |_| {});
        }
    }
}
