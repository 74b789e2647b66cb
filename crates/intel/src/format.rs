//! The formats that this room reads: one line a format, asked in order.

use crate::foreign::{network_rules, openioc, otx, stix1, yara};
use crate::knowledge::{
    csaf, cve5, cyclonedx, debian, endoflife, epss, euvd, exploit_status, github, kev, nvd, openvex, osv,
    ubuntu, vulncheck, warning_list,
};
use crate::list::Claim;
use crate::prose::{advisory, feed, mail, outlook, pdf, word};
use crate::sink::Sink;
use crate::{collection, list, misp, stix};
use input::{Document, Head, Registered};
use model::Problems;

/// A format of this room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// A STIX 2.0 or 2.1 bundle, a list of STIX objects, or one.
    Stix,
    /// A MISP event, or several.
    Misp,
    /// An index of a MISP feed, beside its events.
    MispFeedIndex,
    /// CISA's Known Exploited Vulnerabilities catalogue.
    Kev,
    /// The same as CSV, or a list of others in its form.
    KevTable,
    /// CVE records, JSON 5.x.
    CveRecord,
    /// OSV records.
    OsvRecord,
    /// Release cycles of endoflife.date.
    EndOfLife,
    /// Records of the NVD, API 2.0.
    Nvd,
    /// GitHub's advisories, REST API.
    GithubAdvisory,
    /// EPSS scores.
    Epss,
    /// VulnCheck's list of exploited vulnerabilities.
    VulnCheckKev,
    /// Records of the European vulnerability database.
    Euvd,
    /// A CSAF 2.0 document.
    Csaf,
    /// An OpenVEX document.
    OpenVex,
    /// A CycloneDX document with an analysis of vulnerabilities.
    CycloneDxVex,
    /// Debian's security tracker.
    DebianTracker,
    /// Ubuntu's security notices.
    UbuntuNotices,
    /// Dates of public exploits.
    ExploitStatus,
    /// A Shadowserver report.
    Shadowserver,
    /// Have I Been Pwned: domain search, call-back, stealer logs.
    HaveIBeenPwned,
    /// IntelMQ events.
    IntelMq,
    /// A table of leaked accounts.
    LeakTable,
    /// Stolen accounts as JSON.
    StealerJson,
    /// Blocks of a stealer log, or a combination list.
    StolenText,
    /// Events of n6.
    N6,
    /// Lines parted by bars, of Team Cymru.
    Bars,
    /// X-ARF or ARF.
    AbuseReport,
    /// A table of alerts of an authority.
    AlertTable,
    /// A table of mails in which a gateway found something.
    MailTable,
    /// A report of the TRAM data set: its text in JSON.
    TramReport,
    /// A MISP warning list: values that are known to be good.
    WarningList,
    /// Indicators as JSON: strings, or objects of one value each.
    IndicatorRecords,
    /// A table of indicators.
    IndicatorTable,
    /// A plain list of indicators, one a line.
    IndicatorList,
    /// OpenIOC.
    OpenIoc,
    /// Pulses of OTX.
    Otx,
    /// STIX 1, XML.
    Stix1,
    /// Rules of Snort or Suricata.
    NetworkRules,
    /// YARA rules.
    Yara,
    /// A mail with its attachments.
    Mail,
    /// A PDF.
    Pdf,
    /// A message of Outlook.
    Outlook,
    /// An RSS or Atom feed of advisories.
    Feed,
    /// The text of a Word document.
    Word,
    /// A part of an Office document that says nothing.
    OfficePart,
    /// An advisory as HTML.
    Html,
    /// An advisory as Markdown.
    Markdown,
    /// An advisory as plain text.
    Text,
}

/// How a document of a format is read.
pub(crate) type ReadDocument = fn(&mut Document<'_>, &mut Sink<'_>, &mut Problems);

const fn row(
    format: Format,
    name: &'static str,
    recognise: fn(&Head<'_>) -> bool,
    read: ReadDocument,
) -> Registered<Format, ReadDocument> {
    Registered { format, name, recognise, read }
}

/// Every format, in the order in which they are asked. Markdown and plain text claim nothing by themselves:
/// any file could be one, so only a caller who knows that it is an advisory gets them.
#[rustfmt::skip]
const FORMATS: &[Registered<Format, ReadDocument>] = &[
    row(Format::Stix, "STIX", stix::claims, stix::read),
    row(Format::Misp, "MISP", misp::claims, misp::read),
    row(Format::Kev, "KEV catalogue", |head| head.has_key("vulnerabilities") && head.contains("\"cveID\""), kev::read),
    row(Format::KevTable, "KEV table", |head| head.is_table(kev::claims_table), kev::read_table),
    row(Format::VulnCheckKev, "VulnCheck KEV", vulncheck::claims, vulncheck::read),
    row(Format::Csaf, "CSAF", csaf::claims, csaf::read),
    row(Format::OpenVex, "OpenVEX", openvex::claims, openvex::read),
    row(Format::CycloneDxVex, "CycloneDX VEX", cyclonedx::claims, cyclonedx::read),
    row(Format::Euvd, "EUVD", euvd::claims, euvd::read),
    row(Format::Nvd, "NVD", nvd::claims, nvd::read),
    row(Format::GithubAdvisory, "GitHub advisory", github::claims, github::read),
    row(Format::UbuntuNotices, "Ubuntu security notices", ubuntu::claims, ubuntu::read),
    row(Format::DebianTracker, "Debian security tracker", debian::claims, debian::read),
    row(Format::Epss, "EPSS", epss::claims, epss::read),
    row(Format::CveRecord, "CVE record", |head| head.has_key("cveMetadata"), cve5::read),
    row(Format::OsvRecord, "OSV record", osv::claims, osv::read),
    row(Format::EndOfLife, "endoflife.date", endoflife::claims, endoflife::read),
    row(Format::TramReport, "TRAM report", |head| head.has_key("signal"), advisory::read_tram),
    row(Format::OpenIoc, "OpenIOC", openioc::claims, openioc::read),
    row(Format::Otx, "OTX pulse", otx::claims, otx::read),
    row(Format::Stix1, "STIX 1", stix1::claims, stix1::read),
    row(Format::NetworkRules, "network rules", network_rules::claims, network_rules::read),
    row(Format::Yara, "YARA rules", yara::claims, yara::read),
    row(Format::Pdf, "PDF", pdf::claims, pdf::read),
    row(Format::Outlook, "Outlook message", outlook::claims, outlook::read),
    row(Format::Mail, "mail", mail::claims, collection::read_mail),
    row(Format::AbuseReport, "abuse report", collection::claims_abuse, collection::read_abuse),
    row(Format::Feed, "feed", feed::claims, feed::read),
    row(Format::Word, "Word document", word::claims, word::read),
    row(Format::OfficePart, "part of an Office document", word::claims_other, word::pass_over),
    row(Format::ExploitStatus, "exploit dates", |head| head.is_table(exploit_status::claims), exploit_status::read),
    row(Format::HaveIBeenPwned, "Have I Been Pwned", collection::claims_hibp, collection::read_hibp),
    row(Format::N6, "n6 events", collection::claims_n6, collection::read_n6),
    row(Format::StealerJson, "stolen accounts as JSON", collection::claims_stealer_json, collection::read_stealer_json),
    row(Format::IntelMq, "IntelMQ", collection::claims_intelmq, collection::read_intelmq),
    row(Format::Shadowserver, "Shadowserver", |head| head.is_table(collection::claims_shadowserver), collection::read_shadowserver),
    row(Format::MailTable, "table of mails", |head| head.is_table(collection::claims_mail_table), collection::read_mail_table),
    row(Format::LeakTable, "leaked accounts", |head| head.is_table(collection::claims_leak), collection::read_leak),
    row(Format::AlertTable, "table of alerts", |head| head.is_table(collection::claims_alerts), collection::read_alerts),
    row(Format::StolenText, "stolen accounts", collection::claims_stolen_text, collection::read_stolen_text),
    row(Format::Bars, "Team Cymru", collection::claims_bars, collection::read_bars),
    row(Format::MispFeedIndex, "MISP feed index", misp::index::claims, misp::index::read),
    row(Format::WarningList, "MISP warning list", warning_list::claims, warning_list::read),
    row(Format::IndicatorRecords, "indicators as JSON", |head| list::claim_of_records(head) == Claim::Sure, list::read_records),
    row(Format::IndicatorTable, "table of indicators", |head| list::claim_of_table(head) == Claim::Sure, list::read_table),
    row(Format::IndicatorList, "list of indicators", |head| list::claim_of_lines(head) == Claim::Sure, list::read_plain),
    row(Format::Html, "HTML", |head| head.is_html(), advisory::read_html),
    row(Format::Markdown, "Markdown", |_| false, advisory::read_markdown),
    row(Format::Text, "text", |_| false, advisory::read_text),
];

impl Format {
    /// Whether a document of this format is a list of indicators, which may be of any size and is read as a
    /// stream.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self, Self::IndicatorRecords | Self::IndicatorTable | Self::IndicatorList)
    }

    /// Whether documents of this format are published for everybody: nobody's secret is in them.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(
            self,
            Self::Stix
                | Self::Kev
                | Self::KevTable
                | Self::CveRecord
                | Self::OsvRecord
                | Self::EndOfLife
                | Self::Nvd
                | Self::GithubAdvisory
                | Self::Epss
                | Self::VulnCheckKev
                | Self::Euvd
                | Self::Csaf
                | Self::OpenVex
                | Self::DebianTracker
                | Self::UbuntuNotices
                | Self::ExploitStatus
                | Self::WarningList
        )
    }

    /// How people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        input::line_of(FORMATS, self).map_or("", |row| row.name)
    }
}

/// The format of a document by its name and first bytes; `None` when this room does not know it.
#[must_use]
pub fn recognise(name: &str, head: &str) -> Option<Format> {
    input::recognised(FORMATS, &Head::of_text(name, head)).map(|row| row.format)
}

/// The format of a document that is no text, by its first bytes.
#[must_use]
pub fn of_bytes(name: &str, head: &[u8]) -> Option<Format> {
    let head = Head::of_bytes(name, head);
    FORMATS
        .iter()
        .filter(|row| matches!(row.format, Format::Pdf | Format::Outlook))
        .find(|row| (row.recognise)(&head))
        .map(|row| row.format)
}

/// How documents of a format are read.
pub(crate) fn reader_of(format: Format) -> Option<ReadDocument> {
    input::line_of(FORMATS, format).map(|row| row.read)
}

/// The format of a document of which the caller knows that it is about indicators: less has to be said of a list than
/// where a document may be anything. Each list is asked once for both.
pub(crate) fn recognise_given(name: &str, head: &str) -> Option<Format> {
    let head = Head::of_text(name, head);
    let mut given = None;
    for row in FORMATS {
        let claim = match row.format {
            Format::IndicatorRecords => list::claim_of_records(&head),
            Format::IndicatorTable => list::claim_of_table(&head),
            Format::IndicatorList => list::claim_of_lines(&head),
            _ if (row.recognise)(&head) => Claim::Sure,
            _ => Claim::No,
        };
        match claim {
            Claim::Sure => return Some(row.format),
            Claim::IfGiven => given = given.or(Some(row.format)),
            Claim::No => {}
        }
    }
    given
}
