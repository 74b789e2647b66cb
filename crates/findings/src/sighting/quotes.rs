//! What is quoted of records, and letting the words go when their time is over.
//!
//! Only the words go. That a record was there, when, in which document and with whom stays, so nothing that is joined reads
//! otherwise.

use super::proof::Proof;
use super::seen::LogSeen;

impl LogSeen {
    /// The same without the words of these records, and of how many they were; `None`: it quotes none of them.
    #[must_use]
    pub(crate) fn without_words(&self, goes: &dyn Fn(&Proof) -> bool) -> Option<(Self, u64)> {
        let goes = |proof: &Proof| proof.has_words() && goes(proof);
        let is_touched = self.spans.iter().any(|(.., span)| span.proofs().any(|(_, proof)| goes(proof)))
            || self.logons.values().any(|logon| logon.proofs.values().any(goes));
        is_touched.then(|| {
            let (mut rest, mut count) = (self.clone(), 0);
            let of_spans = rest.spans.iter_mut().flat_map(|(.., span)| span.proofs_mut());
            let of_logons = rest.logons.values_mut().flat_map(|logon| logon.proofs.values_mut());
            for proof in of_spans.chain(of_logons).filter(|proof| goes(proof)) {
                proof.let_words_go();
                count += 1;
            }
            (rest, count)
        })
    }
}
