//! Entries for the fuzzer: whatever the bytes, no panic.

use std::io::BufReader;

/// Reads bytes as findings and writes what was read in every form.
pub fn fuzz_read_findings(data: &[u8]) {
    let (findings, problems) = crate::read_findings(&mut BufReader::new(data));
    let answer = model::Answer { findings, problems: problems.into_vec(), ..model::Answer::default() };
    let style = crate::Style::default();
    for form in crate::Form::ALL {
        let _ = crate::write(&answer, form, &style, &mut std::io::sink());
    }
    for finding in &answer.findings {
        let _ = crate::explain(finding, &style, &mut std::io::sink());
    }
}
