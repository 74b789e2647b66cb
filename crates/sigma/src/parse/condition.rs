//! The parser of conditions, such as `selection and not 1 of filter_*`.
//!
//! Sigma rules specification 2.1, "Condition". From weakest to strongest binding: `or`, `and`, `not`, `x of`,
//! parentheses. Operators are read in any case, because older rules write `AND`. `x` is `1`, `any` or `all`; other
//! counts are not in the grammar and are refused by name, like the aggregation of Sigma 1 (`| count() > 5`).

use std::collections::HashMap;

use crate::parse::diagnostic::shown;

/// Bytes of one condition.
pub(crate) const CONDITION_BYTES_MAX: usize = 65_536;
/// Nesting of parentheses and `not`. Public rules need 4.
pub(crate) const CONDITION_DEPTH_MAX: usize = 50;

/// Search identifiers that the conditions of one rule may name, after selectors are written out.
pub(crate) const OPERANDS_MAX: usize = 50_000;

/// Comparisons of names with the patterns of selectors, for one rule.
pub(crate) const COMPARED_MAX: usize = 30_000_000;

/// The search identifiers of a rule.
pub(crate) struct SearchNames<'n> {
    list: Vec<&'n str>,
    /// The index of each name; for a repeated name, the first.
    places: HashMap<&'n str, usize>,
}

impl<'n> SearchNames<'n> {
    pub(crate) fn new(names: impl Iterator<Item = &'n str>) -> Self {
        let list: Vec<&str> = names.collect();
        let mut places = HashMap::with_capacity(list.len());
        for (place, name) in list.iter().enumerate() {
            places.entry(*name).or_insert(place);
        }
        Self { list, places }
    }
}

/// What the conditions of one rule may still cost. Each parsed condition spends a part of it.
pub(crate) struct ConditionBudget {
    /// Search identifiers, selectors written out.
    pub(crate) operands: usize,
    /// Comparisons of names with patterns.
    compared: usize,
}

impl ConditionBudget {
    pub(crate) fn new(operands: usize) -> Self {
        Self { operands, compared: COMPARED_MAX }
    }
}

/// A condition as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A search identifier, by its index among the searches of the rule.
    Search(usize),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// What is wrong with a condition, and where in its text (in bytes).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConditionFault {
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) at: usize,
    pub(crate) length: usize,
}

/// Reads a condition over the searches with these names, and spends a part of the budget.
pub(crate) fn parse(
    text: &str,
    names: &SearchNames<'_>,
    budget: &mut ConditionBudget,
) -> Result<Condition, ConditionFault> {
    if text.len() > CONDITION_BYTES_MAX {
        let message = format!("the condition is longer than {CONDITION_BYTES_MAX} bytes");
        return Err(ConditionFault { rule: "condition-too-long", message, help: None, at: 0, length: 0 });
    }
    let mut reader = ConditionReader { text, tokens: tokens(text), next: 0, names, depth: 0, budget };
    let condition = reader.any()?;
    match reader.peek() {
        None => Ok(condition),
        Some(token) if token.text == "|" => Err(reader.fault_help(
            "aggregation-unsupported",
            "an aggregation after `|` is of Sigma 1 and is not evaluated".to_owned(),
            "write a correlation rule instead",
        )),
        Some(token) => {
            let message = format!("`{}` is not expected here: `and` or `or` is", shown(token.text));
            Err(reader.fault("condition-syntax", message))
        }
    }
}

#[derive(Clone, Copy)]
struct ConditionToken<'t> {
    text: &'t str,
    at: usize,
}

fn tokens(text: &str) -> Vec<ConditionToken<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        let single = matches!(character, '(' | ')' | '|');
        if single || character.is_whitespace() {
            if let Some(from) = start.take() {
                tokens.push(ConditionToken { text: text.get(from..at).unwrap_or_default(), at: from });
            }
            if single {
                tokens.push(ConditionToken { text: text.get(at..=at).unwrap_or_default(), at });
            }
        } else {
            start.get_or_insert(at);
        }
    }
    if let Some(from) = start {
        tokens.push(ConditionToken { text: text.get(from..).unwrap_or_default(), at: from });
    }
    tokens
}

struct ConditionReader<'t> {
    text: &'t str,
    tokens: Vec<ConditionToken<'t>>,
    next: usize,
    names: &'t SearchNames<'t>,
    depth: usize,
    budget: &'t mut ConditionBudget,
}

impl<'t> ConditionReader<'t> {
    fn peek(&self) -> Option<ConditionToken<'t>> {
        self.tokens.get(self.next).copied()
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn fault(&self, rule: &'static str, message: String) -> ConditionFault {
        let (at, length) = self.peek().map_or((self.text.len(), 0), |token| (token.at, token.text.len()));
        ConditionFault { rule, message, help: None, at, length }
    }

    fn fault_help(&self, rule: &'static str, message: String, help: &str) -> ConditionFault {
        ConditionFault { help: Some(help.to_owned()), ..self.fault(rule, message) }
    }

    fn spend(&mut self, operands: usize) -> Result<(), ConditionFault> {
        match self.budget.operands.checked_sub(operands) {
            Some(left) => {
                self.budget.operands = left;
                Ok(())
            }
            None => {
                let message = format!(
                    "the conditions name more search identifiers than the limit of {OPERANDS_MAX} for a rule, or the limit for a file"
                );
                Err(self.fault("rule-too-large", message))
            }
        }
    }

    fn any(&mut self) -> Result<Condition, ConditionFault> {
        let mut operands = vec![self.all()?];
        while self.take_word("or") {
            operands.push(self.all()?);
        }
        Ok(joined(operands, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, ConditionFault> {
        let mut operands = vec![self.not()?];
        while self.take_word("and") {
            operands.push(self.not()?);
        }
        Ok(joined(operands, Condition::All))
    }

    fn not(&mut self) -> Result<Condition, ConditionFault> {
        let mut negated = false;
        while self.take_word("not") {
            negated = !negated;
        }
        let atom = self.atom()?;
        Ok(if negated { Condition::Not(Box::new(atom)) } else { atom })
    }

    fn atom(&mut self) -> Result<Condition, ConditionFault> {
        let Some(token) = self.peek() else {
            let message = "the condition ends where a search identifier is expected".to_owned();
            return Err(self.fault("condition-syntax", message));
        };
        if token.text == "(" {
            return self.parentheses();
        }
        let is_of = self.tokens.get(self.next + 1).is_some_and(|next| next.text.eq_ignore_ascii_case("of"));
        if is_of {
            return self.selector(token);
        }
        if let Some(index) = self.names.places.get(token.text) {
            self.spend(1)?;
            self.next += 1;
            return Ok(Condition::Search(*index));
        }
        if matches!(token.text, ")" | "|") || is_operator(token.text) {
            let message = format!("`{}` appears where a search identifier is expected", shown(token.text));
            return Err(self.fault("condition-syntax", message));
        }
        Err(self.unknown(token.text))
    }

    fn parentheses(&mut self) -> Result<Condition, ConditionFault> {
        if self.depth >= CONDITION_DEPTH_MAX {
            let message = format!("the condition nests deeper than {CONDITION_DEPTH_MAX} parentheses");
            return Err(self.fault("condition-too-deep", message));
        }
        self.depth += 1;
        self.next += 1;
        let inner = self.any()?;
        self.depth -= 1;
        if !self.take_word(")") {
            let message = "a closing parenthesis is missing here".to_owned();
            return Err(self.fault("condition-syntax", message));
        }
        Ok(inner)
    }

    /// `1 of`, `any of`, `all of`: `them`, a name, or a pattern with `*`.
    fn selector(&mut self, count: ConditionToken<'t>) -> Result<Condition, ConditionFault> {
        let join = match count.text.to_ascii_lowercase().as_str() {
            "1" | "any" => Condition::Any,
            "all" => Condition::All,
            _ => {
                let message = format!("`{} of` is not in the grammar of Sigma", shown(count.text));
                return Err(self.fault_help(
                    "unsupported-count",
                    message,
                    "use `1 of`, `any of` or `all of`",
                ));
            }
        };
        self.next += 2;
        let Some(target) = self.peek() else {
            let message = "the condition ends where `them`, a search identifier or a pattern is expected";
            return Err(self.fault("condition-syntax", message.to_owned()));
        };
        let pattern = if target.text.eq_ignore_ascii_case("them") { "*" } else { target.text };
        let Some(left) = self.budget.compared.checked_sub(self.names.list.len()) else {
            let message = format!("the selectors of the rule compare more than {COMPARED_MAX} names");
            return Err(self.fault("rule-too-large", message));
        };
        self.budget.compared = left;
        let operands: Vec<Condition> = (0..)
            .zip(&self.names.list)
            // Identifiers that start with an underscore match only patterns that start with one.
            .filter(|(_, name)| !name.starts_with('_') || pattern.starts_with('_'))
            .filter(|(_, name)| name_matches(pattern, name))
            .map(|(index, _)| Condition::Search(index))
            .collect();
        if operands.is_empty() {
            let message = format!("no search identifier matches `{}`", shown(target.text));
            return Err(self.fault("pattern-matches-nothing", message));
        }
        self.spend(operands.len())?;
        self.next += 1;
        Ok(joined(operands, join))
    }

    fn unknown(&self, name: &str) -> ConditionFault {
        let message = format!("`{}` is not a search identifier of this rule", shown(name));
        let help = match crate::parse::diagnostic::closest(name, self.names.list.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("the rule has: {}", shown(&self.names.list.join(", "))),
        };
        ConditionFault { help: Some(help), ..self.fault("unknown-search-identifier", message) }
    }
}

fn joined(mut operands: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            join(operands)
        }
        None => join(operands),
    }
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "not", "of"].iter().any(|operator| operator.eq_ignore_ascii_case(word))
}

/// `*` matches any text; every other character matches itself, and case counts.
fn name_matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["selection", "sel_a", "sel_b", "filter", "_hidden"];

    fn shape(condition: &Condition) -> String {
        let list = |items: &[Condition]| items.iter().map(shape).collect::<Vec<_>>().join(" ");
        match condition {
            Condition::Search(index) => NAMES[*index].to_owned(),
            Condition::Not(inner) => format!("!{}", shape(inner)),
            Condition::All(items) => format!("and({})", list(items)),
            Condition::Any(items) => format!("or({})", list(items)),
        }
    }

    fn check(text: &str, expected: &str) {
        let actual = match parse(text, &SearchNames::new(NAMES.into_iter()), &mut ConditionBudget::new(20)) {
            Ok(condition) => shape(&condition),
            Err(fault) => format!("{} at {}", fault.rule, fault.at),
        };
        assert_eq!(actual, expected, "{text}");
    }

    #[test]
    fn precedence_is_or_and_not_of() {
        check("selection or sel_a and not sel_b", "or(selection and(sel_a !sel_b))");
        check("(selection or sel_a) and sel_b", "and(or(selection sel_a) sel_b)");
        check("not 1 of sel_* and filter", "and(!or(sel_a sel_b) filter)");
        check("NOT not selection AND filter", "and(selection filter)");
        check("not(selection)", "!selection");
    }

    #[test]
    fn selectors_take_them_names_and_patterns() {
        check("1 of them", "or(selection sel_a sel_b filter)");
        check("all of sel*", "and(selection sel_a sel_b)");
        check("any of *_*", "or(sel_a sel_b)");
        check("1 of _h*", "_hidden");
        check("all of selection", "selection");
        check("1 of s*_b", "sel_b");
    }

    #[test]
    fn faults_are_named_and_placed() {
        check("selection and", "condition-syntax at 13");
        check("selection filter", "condition-syntax at 10");
        check("selection and (filter", "condition-syntax at 21");
        check("2 of them", "unsupported-count at 0");
        check("1 of nothing*", "pattern-matches-nothing at 5");
        check("selektion", "unknown-search-identifier at 0");
        check("selection | count() > 5", "aggregation-unsupported at 10");
        check("", "condition-syntax at 0");
        check("and selection", "condition-syntax at 0");
    }

    #[test]
    fn one_operand_past_the_budget_is_refused() {
        check(&["selection"; 20].join(" or "), &format!("or({})", ["selection"; 20].join(" ")));
        check(&["selection"; 21].join(" or "), "rule-too-large at 260");
        check(&["1 of them"; 6].join(" or "), "rule-too-large at 70");
    }

    #[test]
    fn nesting_one_past_the_limit_is_refused() {
        let nested = |depth: usize| format!("{}selection{}", "(".repeat(depth), ")".repeat(depth));
        check(&nested(CONDITION_DEPTH_MAX), "selection");
        check(&nested(CONDITION_DEPTH_MAX + 1), &format!("condition-too-deep at {CONDITION_DEPTH_MAX}"));
        check(&"(".repeat(60_000), &format!("condition-too-deep at {CONDITION_DEPTH_MAX}"));
        check(&" ".repeat(CONDITION_BYTES_MAX + 1), "condition-too-long at 0");
    }
}
