//! Entries for fuzzing: each takes any bytes and must neither panic nor take long.

use crate::{
    Extractor, Kind, Needle, Observable, Scope, Scratch, Set, canonical, defang, filed_under, recognise,
    scan_text,
};
use std::collections::BTreeSet;

/// Prose: every place given lies in the text and holds what is said to be written there.
pub fn fuzz_prose(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let found = scan_text(&text);
    let mut last = 0;
    for found in &found {
        assert!(found.span.start >= last, "in order of place");
        assert_eq!(text.get(found.span.clone()), Some(found.written));
        let again = canonical(found.observable.kind, &found.observable.value);
        assert_eq!(again.as_ref(), Some(&found.observable), "canonical forms stay");
        last = found.span.start;
    }
}

/// One value: canonical forms are fixed points, whatever is printed comes back.
pub fn fuzz_value(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for kind in Kind::ALL {
        if let Some(found) = canonical(kind, &text) {
            assert_eq!(canonical(found.kind, &found.value).as_ref(), Some(&found));
        }
    }
    if let Some(found) = recognise(&text) {
        let _ = defang(&found);
        let _ = found.registered_domain();
    }
}

/// A set made of the first half's values, walked over the second half.
pub fn fuzz_set(data: &[u8]) {
    let (needles, hay) = data.split_at_checked(data.len() / 2).unwrap_or_default();
    let text = String::from_utf8_lossy(needles);
    let mut builder = Set::builder();
    for (found, tag) in scan_text(&text).into_iter().zip(0..) {
        builder.add(Needle { observable: found.observable, scope: Scope::Below, tag });
    }
    let set = builder.build();
    set.scan(hay, &mut Scratch::default(), &mut |hit| {
        assert!(hay.get(hit.span.clone()).is_some(), "places lie in the haystack");
    });
}

/// What the first half names, each looked for in the second half: what a set finds is filed under what was extracted.
pub fn fuzz_extract(data: &[u8]) {
    let (needles, hay) = data.split_at_checked(data.len() / 2).unwrap_or_default();
    let mut values = BTreeSet::new();
    let mut extractor = Extractor::default();
    let complete = extractor.extract(hay, &mut |kind, value: &str| {
        assert!(values.insert(Observable { kind, value: value.to_owned() }), "each once");
        let is_form = || canonical(kind, value).is_some_and(|found| found.value == value);
        assert!(kind == Kind::Url || value.contains("xn--") || is_form(), "{kind:?} {value:?} is canonical");
    });
    let text = String::from_utf8_lossy(needles);
    for found in scan_text(&text).into_iter().take(16) {
        for scope in [Scope::Exact, Scope::Below] {
            let Some(filed) = filed_under(&found.observable, scope) else { continue };
            let mut builder = Set::builder();
            builder.add(Needle { observable: found.observable.clone(), scope, tag: 0 });
            let mut hits = 0;
            builder.build().scan(hay, &mut Scratch::default(), &mut |_| hits += 1);
            let given = !complete || filed.iter().any(|value| values.contains(value));
            assert!(hits == 0 || given, "{:?} is filed under what was extracted", found.observable);
        }
    }
}
