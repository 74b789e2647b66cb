//! Where chunks are cut and how many threads there are cannot be seen in what comes out.

use super::goldens::FIXTURES;
use super::{options, read_with, shown, summed};
use proptest::prelude::*;
use telemetry::Options;

/// Records as text and summaries as text, log sources included.
fn seen(options: &Options, documents: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
    let (records, documents) =
        read_with(options, documents, |record| format!("{:016x} {}", record.id().0, shown(record)));
    let summaries = documents.iter().map(|one| format!("{}{:?}", summed(one), one.log_sources)).collect();
    (records, summaries)
}

#[test]
fn every_fixture_gives_the_same_in_chunks_of_any_size_on_any_number_of_threads() {
    let whole = seen(&options(), FIXTURES);
    assert!(whole.0.len() > 30);
    for threads in [1, 2, 4] {
        for chunk_bytes in [1, 7, 64, 333, 4096, usize::MAX] {
            let options = Options { threads, chunk_bytes, ..options() };
            assert_eq!(seen(&options, FIXTURES), whole, "{threads} threads, chunks of {chunk_bytes}");
        }
    }
}

#[test]
fn what_a_header_says_late_holds_alike_wherever_chunks_are_cut() {
    let log = "#Fields: date time c-ip cs-username\n#Software: SGOS\n2026-06-12 03:14:15 192.0.2.1 mo\n\
               #Software: Microsoft Internet Information Services\n2026-06-12 03:14:16 192.0.2.1 mo\n";
    let documents: &[(&str, &[u8])] = &[("late.log", log.as_bytes())];
    let whole = seen(&options(), documents);
    assert!(whole.1.iter().any(|summary| summary.contains("iis")), "{:?}", whole.1);
    for chunk_bytes in [1, 40, 90] {
        assert_eq!(seen(&Options { chunk_bytes, ..options() }, documents), whole, "chunks of {chunk_bytes}");
    }
}

/// Lines of a made-up access log: good ones, broken ones, empty ones, bytes that are no text, long ones.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let good = (0u8..9, "[a-z/?=]{0,12}").prop_map(|(second, target)| {
        let time = format!("12/Jun/2024:03:14:0{second} +0000");
        format!("192.0.2.{second} - - [{time}] \"GET /{target} HTTP/1.1\" 200 5").into_bytes()
    });
    let line = prop_oneof![
        6 => good,
        1 => "\\PC{0,20}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
        1 => (90usize..140, "[a\u{e4}\u{20ac}]").prop_map(|(count, text)| text.repeat(count).into_bytes()),
        1 => Just(Vec::new()),
    ];
    let end = prop_oneof![4 => Just(&b"\n"[..]), 1 => Just(&b"\r\n"[..])];
    proptest::collection::vec((line, end), 1..30).prop_map(|lines| {
        let head = b"192.0.2.1 - - [12/Jun/2024:03:14:00 +0000] \"GET / HTTP/1.1\" 200 5\n".repeat(20);
        let lines = lines.into_iter().flat_map(|(line, end)| [line, end.to_vec()]);
        std::iter::once(head).chain(lines).flatten().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_log_gives_the_same_in_chunks_of_any_size(
        log in lines(),
        chunk_bytes in 1usize..300,
        threads in 1usize..4,
    ) {
        let bound = Options { line_bytes_max: 100, ..options() };
        let whole = seen(&bound, &[("a.log", &log)]);
        let options = Options { chunk_bytes, threads, ..bound };
        prop_assert_eq!(seen(&options, &[("a.log", &log)]), whole);
    }
}

#[test]
fn the_year_turns_once_wherever_the_chunks_end() {
    let mut log = String::new();
    for month in ["Oct", "Nov", "Dec", "Jan", "Feb"] {
        for day in 10..20 {
            log += &format!(
                "{month} {day} 00:00:00 gate-1 sshd[1]: Connection closed by 192.0.2.{day} port 1\n"
            );
        }
    }
    for chunk_bytes in [1, 100, 1000, 1 << 20] {
        let (records, documents) =
            read_with(&Options { chunk_bytes, ..options() }, &[("a", log.as_bytes())], shown);
        assert!(records[0].contains("time=2023-10-10T"), "{}", records[0]);
        assert_eq!(documents[0].last.expect("times").to_string(), "2024-02-19T00:00:00Z");
    }
    let latest = model::Timestamp::parse("2022-02-20T00:00:00Z");
    let options = Options { year: None, latest, ..options() };
    let (records, documents) = read_with(&options, &[("a", log.as_bytes())], shown);
    assert!(records[0].contains("time=2021-10-10T"), "{}", records[0]);
    assert_eq!(documents[0].last.expect("times").to_string(), "2022-02-19T00:00:00Z");
    let options = Options { year: None, latest: None, ..options };
    let (_, documents) = read_with(&options, &[("a", log.as_bytes())], shown);
    assert_eq!((documents[0].first, documents[0].without_time), (None, 50));
    assert_eq!(documents[0].problems[0].what, "50 lines name no year, so their times are unknown");
}

#[test]
#[should_panic(expected = "the caller's own")]
fn a_panic_of_the_caller_ends_the_run_even_when_no_worker_is_left() {
    let log = FIXTURES.iter().find(|(name, _)| *name == "access.log").expect("a fixture").1.repeat(100);
    let options = Options { threads: 2, chunk_bytes: 64, ..options() };
    let record = |_: &mut (), _: &telemetry::Source<'_>, _: &model::Record<'_>| panic!("the caller's own");
    telemetry::run(&options, &|| (), &record, &mut |feeder| {
        feeder.document(input::Document::open("a.log", log.as_slice()).expect("memory"));
    });
}

#[test]
fn records_by_chunk_are_in_the_order_of_the_documents() {
    let line = |n: usize| format!("{{\"EventID\":1,\"Channel\":\"Security\",\"n\":{n}}}\n");
    let log: String = (0..500).map(line).collect();
    let text: String = "x\n".repeat(10);
    type Sink = (Vec<(u32, u64)>, Vec<(u64, Vec<(u32, u64)>)>);
    for threads in [1, 2, 4] {
        let options = Options { threads, chunk_bytes: 100, ..options() };
        let record = |sink: &mut Sink, source: &telemetry::Source<'_>, record: &model::Record<'_>| {
            sink.0.push((source.index, record.number));
        };
        let done = |sink: &mut Sink, place: u64| {
            let records = std::mem::take(&mut sink.0);
            sink.1.push((place, records));
        };
        let outcome = telemetry::run_in_chunks(&options, &Sink::default, (&record, &done), &mut |feeder| {
            for (name, log) in [("a.json", &log), ("b.log", &text), ("c.json", &log)] {
                feeder.document(input::Document::open(name, log.as_bytes()).expect("memory"));
            }
        });
        let mut chunks: Vec<_> = outcome.sinks.into_iter().flat_map(|(_, chunks)| chunks).collect();
        chunks.sort();
        let places: Vec<u64> = chunks.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, (0..u64::try_from(chunks.len()).expect("few")).collect::<Vec<_>>());
        let records: Vec<_> = chunks.into_iter().flat_map(|(_, records)| records).collect();
        assert!(records.is_sorted() && records.len() >= 1_000, "{} records", records.len());
    }
}
