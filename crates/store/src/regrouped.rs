//! What people said of stories: joins and splits, as rows of the audit log and nowhere else.
//!
//! The log is what counts: it is in order, its chain of hashes shows who changed what, and a backup has it. A table
//! beside it could disagree with it. An act is written in the transaction of the turns that follow from it.

use crate::{Fault, Home};
use findings::Regrouping;
use serde::{Deserialize, Serialize};

/// How many joins and splits hold at most.
pub const SAID_MAX: usize = 10_000;

/// Beginnings of the acts, as they are written.
const JOINED: &str = "story join";
const SPLIT: &str = "story split";
const UNDONE: &str = "story undo";

/// One thing that was said of stories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrouped {
    /// Its number in the audit log.
    pub seq: u64,
    /// What was said.
    pub said: Regrouping,
    /// The findings that it was about, as they were called then: the story that keeps its name first.
    pub findings: Vec<String>,
    /// Whether it was taken back.
    pub is_undone: bool,
}

impl Regrouped {
    /// Whether it is a join.
    #[must_use]
    pub fn is_join(&self) -> bool {
        self.said.is_join()
    }
}

/// An act as it is written.
#[derive(Serialize, Deserialize)]
struct ActBody {
    act: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said: Option<Regrouping>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<String>,
    /// The number of the act that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
}

impl Home {
    /// Everything that people said of stories, in order, also what was taken back.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn regroupings(&self) -> Result<Vec<Regrouped>, Fault> {
        let mut statement = self
            .connection
            .prepare_cached(r#"select seq, act from audit where act like '{"act":"story %' order by seq"#)?;
        let mut rows = statement.query([])?;
        let mut all: Vec<Regrouped> = Vec::new();
        while let Some(row) = rows.next()? {
            let (seq, text): (u64, String) = (row.get(0)?, row.get(1)?);
            let damaged = |_| Fault::Damaged { what: format!("act {seq} of the audit log") };
            let body: ActBody = serde_json::from_str(&text).map_err(damaged)?;
            if let Some(of) = body.of {
                all.iter_mut().filter(|one| one.seq == of).for_each(|one| one.is_undone = true);
            }
            if let Some(said) = body.said {
                all.push(Regrouped { seq, said, findings: body.findings, is_undone: false });
            }
        }
        Ok(all)
    }

    /// Stages what somebody said of stories: the next commit writes it.
    ///
    /// # Errors
    /// When it cannot be written as text.
    pub fn stage_regrouping(&mut self, said: &Regrouping, findings: Vec<String>) -> Result<(), Fault> {
        let act = if said.is_join() { JOINED } else { SPLIT };
        let body = ActBody { act: act.to_owned(), said: Some(said.clone()), findings, of: None };
        self.stage_act(&said.by, &body)
    }

    /// Stages that what was said is taken back.
    ///
    /// # Errors
    /// When it cannot be written as text.
    pub fn stage_undone(&mut self, seq: u64, who: &str) -> Result<(), Fault> {
        let body = ActBody { act: UNDONE.to_owned(), said: None, findings: Vec::new(), of: Some(seq) };
        self.stage_act(who, &body)
    }

    fn stage_act(&mut self, who: &str, body: &ActBody) -> Result<(), Fault> {
        let damaged = |_| Fault::Damaged { what: "what is said of a story".to_owned() };
        let what = serde_json::to_string(body).map_err(damaged)?;
        self.acts.push((who.to_owned(), what));
        Ok(())
    }
}
