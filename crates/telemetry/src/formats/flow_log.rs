//! Flow logs of Amazon's virtual networks as text: one flow a line, cells set off by blanks.
//!
//! "VPC Flow Logs", "Flow log records": the default format is version 2 with 14 cells; a user may choose cells and
//! their order, and files in a bucket then have a line of names first. Without that line the cells of
//! the default come first. The time is that of the first packet.

use crate::cut::chunk::{self, Chunk, Line};
use crate::names::log_source::log_source;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts};
use crate::record::trouble::Trouble;
use crate::record::{address, clock};
use input::Head;
use model::{LogSource, Text};
use std::sync::{Arc, LazyLock};

/// The cells of the default format.
const DEFAULT: [&str; 14] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
];
/// The other cells that may be chosen, in the order of their documentation.
const MORE: [&str; 26] = [
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
];
/// How many of the first lines are looked at.
const LOOKED_AT: usize = 10;

/// A line of names, or flows in the default format.
pub(crate) fn recognise(head: &Head<'_>) -> bool {
    if head.lines(1).next().is_some_and(|line| names(line).is_some()) {
        return true;
    }
    let (good, all) =
        head.lines(LOOKED_AT).fold((0, 0), |(good, all), line| (good + usize::from(is_flow(line)), all + 1));
    all > 0 && good * 2 > all
}

/// The names of a line that has nothing else, both addresses among them.
fn names(line: &str) -> Option<Vec<&'static str>> {
    let known = |word: &str| DEFAULT.iter().chain(&MORE).find(|name| **name == word).copied();
    let names: Option<Vec<_>> = line.split_ascii_whitespace().map(known).collect();
    names.filter(|names| names.contains(&"srcaddr") && names.contains(&"dstaddr"))
}

/// Whether a line is a flow of the default format.
fn is_flow(line: &str) -> bool {
    let mut cells = line.split_ascii_whitespace();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (Some(version), Some(_), Some(interface)) = (cells.next(), cells.next(), cells.next()) else {
        return false;
    };
    let (Some(from), Some(to)) = (cells.next(), cells.next()) else { return false };
    let side = |text: &str| text == "-" || address::parse(text).is_some();
    digits(version)
        && version.len() <= 2
        && (interface.starts_with("eni-") || interface == "-")
        && side(from)
        && side(to)
        && cells.nth(5).is_some_and(digits)
        && cells.next().is_some_and(digits)
}

pub(crate) fn reader(head: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    let named = head.lines(1).next().and_then(names);
    Arc::new(FlowLog { names: named.unwrap_or_else(|| DEFAULT.into_iter().chain(MORE).collect()) })
}

/// A flow log with its cells in this order.
struct FlowLog {
    names: Vec<&'static str>,
}

impl Reader for FlowLog {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            // Files that were put together have their line of names again.
            if names(line.text).is_none() {
                self.flow(&line, &mut draft, out);
            }
        }
    }

    fn state(&self) -> State {
        State::Flow { names: self.names.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::Flow { names: kept } = state else { return None };
        Some(Arc::new(Self { names: names(&kept.join(" "))? }))
    }
}

impl FlowLog {
    fn flow<'c>(&self, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
        draft.clear();
        if line.cut {
            out.tally.troubles.add(Trouble::TooLong, line.number);
        }
        for (name, cell) in self.names.iter().zip(line.text.split_ascii_whitespace()) {
            if cell != "-" {
                draft.push_text(name, cell);
            }
        }
        let time = ["start", "end"].iter().find_map(|name| draft.get(name).and_then(clock::epoch));
        if time.is_none() && draft.get("srcaddr").is_none() {
            out.tally.troubles.add(Trouble::NotOfFormat, line.number);
            out.bare(line, &FLOWS);
            return;
        }
        for (name, from) in
            [("src_ip", "srcaddr"), ("dst_ip", "dstaddr"), ("src_port", "srcport"), ("dst_port", "dstport")]
        {
            draft.add(name, &[from]);
        }
        let mut facts = Facts::of(&FLOWS);
        facts.time = time;
        // Behind a load balancer or gateway the packet's own addresses are those of the two ends.
        let side = |names: [&str; 2]| names.iter().find_map(|name| draft.get(name).and_then(address::parse));
        facts.from = side(["pkt-srcaddr", "srcaddr"]);
        facts.to = side(["pkt-dstaddr", "dstaddr"]);
        facts.host = draft.piece("instance-id");
        out.draft(draft, line.number, line.raw, Text::Raw, &facts);
    }
}

static FLOWS: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("aws"), Some("vpcflow"), &["firewall"]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_and_what_is_none() {
        for (line, expected) in [
            (
                "2 123456789010 eni-1 192.0.2.1 198.51.100.1 53211 443 6 2 152 1599665193 1599665488 ACCEPT OK",
                true,
            ),
            ("2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA", true),
            ("2 123456789010 eni-1 192.0.2.1 198.51.100.1 a b c d e f g h", false),
            ("version account-id srcaddr dstaddr", false),
            ("1 2 3 4 5 6 7 8 9 10 11 12 13 14", false),
        ] {
            assert_eq!(is_flow(line), expected, "{line}");
        }
        assert_eq!(names("srcaddr dstaddr start").map(|names| names.len()), Some(3));
        assert_eq!(names("srcaddr dstaddr something"), None);
    }
}
