//! STIX patterns (STIX 2.1, section 9): the comparisons that name an observable.
//!
//! Not an evaluator: what is wanted are the values to look for. `=` and `IN` on object paths that carry an observable
//! give one each, `ISSUBSET` a network; `LIKE` and `MATCHES` give one where they have no wildcard. What narrows without
//! naming (`EXISTS`, `<`, negations, other paths) is named as not used. A file's name that is only beside a hash, an
//! address or a domain (joined by `AND`) is left out: the author did not call the name alone malicious. Comments are
//! skipped (the published grammar). Invariants: a pattern that breaks gives what was read of it; parentheses nest at
//! most [`DEPTH_MAX`].

use super::pattern_token::{Token, tokens};
use observable::{Kind, Observable, canonical, recognise};
use std::collections::HashSet;

/// How long a pattern may be; a feed of IP addresses in one pattern is some 500 kB.
const PATTERN_BYTES_MAX: usize = 4 << 20;

/// How deep parentheses may nest.
const DEPTH_MAX: usize = 64;

/// What a pattern says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparisons {
    /// The observables that it compares with, in order, each once.
    pub(crate) observables: Vec<Observable>,
    /// What was not used, in the pattern's words: `file:name LIKE`, `process:pid =`.
    pub(crate) unused: Vec<String>,
    /// Whether the pattern could not be read to its end.
    pub(crate) broken: bool,
}

/// Reads a pattern.
pub(crate) fn comparisons(pattern: &str) -> Comparisons {
    let mut said = Comparisons::default();
    if pattern.len() > PATTERN_BYTES_MAX {
        said.broken = true;
        return said;
    }
    let (tokens, whole) = tokens(pattern);
    said.broken = !whole;
    let mut walk = PatternWalk { tokens: &tokens, at: 0, said, seen: HashSet::new() };
    walk.run();
    walk.said
}

/// An observable of an expression, and whether something stronger is beside it.
struct Compared {
    observable: Observable,
    beside: bool,
}

/// Whether a value names what others have too.
fn is_weak(observable: &Observable) -> bool {
    matches!(observable.kind, Kind::FileName | Kind::AutonomousSystem)
}

struct PatternWalk<'w, 'p> {
    tokens: &'w [Token<'p>],
    at: usize,
    said: Comparisons,
    seen: HashSet<Observable>,
}

impl<'p> PatternWalk<'_, 'p> {
    fn peek(&self) -> Option<&Token<'p>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&Token<'p>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// Takes a word if it is the next token.
    fn takes(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    /// Observation expressions: what is in square brackets counts, qualifiers and operators between do not name values.
    fn run(&mut self) {
        while let Some(token) = self.peek() {
            match token {
                Token::Open => {
                    self.at += 1;
                    self.observation(true);
                }
                // Some writers leave the brackets out.
                Token::Path(_) => self.observation(false),
                _ => self.at += 1,
            }
        }
    }

    fn observation(&mut self, bracket: bool) {
        let all = self.alternatives(0, false);
        for one in all.into_iter().filter(|one| !one.beside) {
            if self.seen.insert(one.observable.clone()) {
                self.said.observables.push(one.observable);
            }
        }
        if bracket {
            // What the grammar does not have is passed over up to the end of the observation.
            let end = self.tokens.iter().skip(self.at).position(|token| *token == Token::Close);
            self.said.broken |= end != Some(0);
            self.at = end.map_or(self.tokens.len(), |end| self.at + end + 1);
        }
    }

    /// `a OR b`: either may be seen.
    fn alternatives(&mut self, deep: usize, negated: bool) -> Vec<Compared> {
        let mut all = self.together(deep, negated);
        while self.takes("OR") {
            all.extend(self.together(deep, negated));
        }
        all
    }

    /// `a AND b`: what is weak has the strong beside it.
    fn together(&mut self, deep: usize, negated: bool) -> Vec<Compared> {
        let mut all = self.one(deep, negated);
        let mut parts = 1;
        while self.takes("AND") {
            all.extend(self.one(deep, negated));
            parts += 1;
        }
        if parts > 1 && all.iter().any(|one| !is_weak(&one.observable)) {
            all.iter_mut().filter(|one| is_weak(&one.observable)).for_each(|one| one.beside = true);
        }
        all
    }

    /// A comparison, a test for existence, or an expression in parentheses.
    fn one(&mut self, deep: usize, negated: bool) -> Vec<Compared> {
        let negated = negated ^ self.takes("NOT");
        if self.takes("EXISTS") {
            if let Some(Token::Path(path)) = self.peek() {
                let not = if negated { "NOT " } else { "" };
                self.said.unused.push(format!("{not}EXISTS {path}"));
                self.at += 1;
            } else {
                self.said.broken = true;
            }
            return Vec::new();
        }
        match self.peek() {
            Some(Token::OpenList) if deep < DEPTH_MAX => {
                self.at += 1;
                let all = self.alternatives(deep + 1, negated);
                match self.peek() {
                    Some(Token::CloseList) => self.at += 1,
                    _ => self.said.broken = true,
                }
                all
            }
            Some(Token::Path(path)) => {
                let path = *path;
                self.at += 1;
                let found = self.comparison(path, negated);
                found.into_iter().map(|observable| Compared { observable, beside: false }).collect()
            }
            _ => {
                self.said.broken = true;
                Vec::new()
            }
        }
    }

    fn comparison(&mut self, path: &str, negated: bool) -> Vec<Observable> {
        let negated = negated ^ self.takes("NOT");
        let operator = match self.next() {
            Some(Token::Word(word)) => word.to_ascii_uppercase(),
            Some(Token::Operator(operator)) => (*operator).to_owned(),
            _ => {
                self.said.broken = true;
                return Vec::new();
            }
        };
        let values = self.values();
        let equal = match operator.as_str() {
            "=" | "==" | "IN" | "ISSUBSET" | "LIKE" | "MATCHES" => !negated,
            "!=" | "<>" => negated,
            _ => false,
        };
        let plain = |value: String| match operator.as_str() {
            "LIKE" => (!value.contains(['%', '_'])).then_some(value),
            "MATCHES" => literal(&value),
            _ => Some(value),
        };
        let values = values.into_iter().filter(|_| equal).filter_map(plain);
        let network = operator == "ISSUBSET";
        let found: Vec<Observable> =
            values.filter_map(|value| observable_at(path, &value, network)).collect();
        if found.is_empty() {
            let not = if negated { "NOT " } else { "" };
            self.said.unused.push(format!("{path} {not}{operator}"));
        }
        found
    }

    /// The literals after an operator: one, or a list.
    fn values(&mut self) -> Vec<String> {
        if self.peek() != Some(&Token::OpenList) {
            return self.literal().into_iter().collect();
        }
        self.at += 1;
        let mut all = Vec::new();
        loop {
            match self.peek() {
                Some(Token::Comma) => self.at += 1,
                Some(Token::Text(_) | Token::Word(_)) => all.extend(self.literal()),
                Some(Token::CloseList) => {
                    self.at += 1;
                    return all;
                }
                _ => {
                    self.said.broken = true;
                    return all;
                }
            }
        }
    }

    /// A literal. Typed ones (`t'2024-…'`, `h'ff'`, `b'…'`) come as a word and a text: the text counts.
    fn literal(&mut self) -> Option<String> {
        match self.next()? {
            Token::Text(text) => Some(text.clone()),
            Token::Word(word) => {
                let word = (*word).to_owned();
                match self.peek() {
                    Some(Token::Text(text)) if word.len() == 1 => {
                        let text = text.clone();
                        self.at += 1;
                        Some(text)
                    }
                    _ => Some(word),
                }
            }
            _ => {
                self.at -= 1;
                self.said.broken = true;
                None
            }
        }
    }
}

/// The one value that an expression matches: anchored at both ends, without a wildcard.
fn literal(expression: &str) -> Option<String> {
    let inner = expression.strip_prefix('^')?.strip_suffix('$')?;
    let (mut text, mut escaped) = (String::new(), false);
    for c in inner.chars() {
        match c {
            c if escaped && (c.is_alphanumeric() || c == '\\') => return None,
            c if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '{' | '}' | '|' | '^' | '$' => return None,
            c => text.push(c),
        }
    }
    (!escaped).then_some(text)
}

/// The observable at an object path with this value.
pub(crate) fn observable_at(path: &str, value: &str, network: bool) -> Option<Observable> {
    let (object, property) = path.split_once(':')?;
    let lower = property_name(property);
    if let Some((_, algorithm)) = lower.rsplit_once("hashes.").filter(|_| object != "x509-certificate") {
        return canonical(hash(algorithm)?, value);
    }
    let kind = match (object, lower.as_str()) {
        ("ipv4-addr" | "ipv6-addr", "value") => return address(value, network),
        ("network-traffic", lower) if lower.ends_with("_ref.value") => {
            return address(value, network).or_else(|| canonical(Kind::Domain, value));
        }
        ("domain-name", "value") => Kind::Domain,
        ("url", "value") => Kind::Url,
        ("email-addr", "value") => Kind::Email,
        ("domain-name", "resolves_to_refs.value") => {
            return address(value, network).or_else(|| canonical(Kind::Domain, value));
        }
        ("email-message", "from_ref.value" | "sender_ref.value" | "reply_to_refs.value") => Kind::Email,
        ("file", "name") | ("process", "image_ref.name" | "binary_ref.name" | "name") => Kind::FileName,
        ("email-message", lower) if lower.ends_with("body_raw_ref.name") => Kind::FileName,
        ("directory", "path") | ("file", "parent_directory_ref.path" | "path") => Kind::Path,
        ("windows-registry-key", "key") => Kind::RegistryKey,
        ("autonomous-system", "number") => {
            let number = value.trim_start_matches("AS");
            return canonical(Kind::AutonomousSystem, &format!("AS{number}"));
        }
        ("vulnerability", "name") => Kind::Cve,
        (_, lower) if lower.ends_with("user-agent") || lower.ends_with("user_agent") => Kind::UserAgent,
        _ => return None,
    };
    canonical(kind, value)
}

/// A property in lower case, without quotes and indexes: `resolves_to_refs[*].value` is `resolves_to_refs.value`.
fn property_name(property: &str) -> String {
    let mut inside = false;
    let outside = |c: &char| {
        let was = inside;
        inside = if *c == '[' { true } else { inside && *c != ']' };
        !was && !inside && !matches!(c, '\'' | '"')
    };
    property.chars().filter(outside).flat_map(char::to_lowercase).collect()
}

/// An address, or a network written as CIDR; one whose host bits are not zero is taken as it is meant.
fn address(value: &str, network: bool) -> Option<Observable> {
    if value.contains('/') {
        return canonical(Kind::Network, value);
    }
    if network {
        let whole = canonical(Kind::Network, value);
        return whole
            .or_else(|| recognise(value).filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6)));
    }
    recognise(value).filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6))
}

/// The kind of a hash by the name of its algorithm (`SHA-256`, `sha256`).
pub(crate) fn hash(algorithm: &str) -> Option<Kind> {
    let plain: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.to_ascii_lowercase().as_str() {
        "md5" => Some(Kind::Md5),
        "sha1" => Some(Kind::Sha1),
        "sha256" => Some(Kind::Sha256),
        "sha512" => Some(Kind::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pattern: &str) -> String {
        let said = comparisons(pattern);
        let mut all: Vec<String> =
            said.observables.iter().map(|one| format!("{}={}", one.kind.name(), one.value)).collect();
        all.extend(said.unused.iter().map(|unused| format!("({unused})")));
        if said.broken {
            all.push("broken".to_owned());
        }
        all.join(" ")
    }

    #[test]
    fn every_comparison_with_a_value_is_given() {
        assert_eq!(
            shown("[ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'Evil.example']"),
            "ipv4=198.51.100.7 domain=evil.example"
        );
        assert_eq!(
            shown("[url:value IN ('http://a.example/x', 'http://b.example/')]").matches("url=").count(),
            2
        );
        assert_eq!(shown("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"), "network=198.51.100.0/24");
        assert_eq!(
            shown(
                "[file:hashes.'MD5' = 'D41D8CD98F00B204E9800998ECF8427E'] FOLLOWED BY \
                   [windows-registry-key:key = 'HKLM\\\\Software\\\\X'] WITHIN 300 SECONDS"
            ),
            "md5=d41d8cd98f00b204e9800998ecf8427e registry-key=HKEY_LOCAL_MACHINE\\software\\x"
        );
    }

    #[test]
    fn a_file_name_beside_a_hash_is_no_sign_by_itself() {
        let hash = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(
            shown(&format!("[file:name = 'a.exe' AND file:hashes.MD5 = '{hash}']")),
            format!("md5={hash}")
        );
        assert_eq!(
            shown(&format!("[file:name = 'a.exe' OR file:hashes.MD5 = '{hash}']")),
            format!("file-name=a.exe md5={hash}")
        );
        assert_eq!(shown("[file:name = 'a.exe']"), "file-name=a.exe");
    }

    #[test]
    fn what_is_not_used_is_named() {
        assert_eq!(shown("[file:name LIKE 'a%.exe']"), "(file:name LIKE)");
        assert_eq!(shown("[domain-name:value LIKE '%.evil.example']"), "(domain-name:value LIKE)");
        assert_eq!(shown("[domain-name:value MATCHES 'evil.example']"), "(domain-name:value MATCHES)");
        assert_eq!(shown("[ipv4-addr:value ISSUPERSET '198.51.100.7/32']"), "(ipv4-addr:value ISSUPERSET)");
        assert_eq!(shown("[process:command_line MATCHES '^x']"), "(process:command_line MATCHES)");
        assert_eq!(shown("[ipv4-addr:value NOT = '198.51.100.7']"), "(ipv4-addr:value NOT =)");
        assert_eq!(shown("[network-traffic:dst_port = 443]"), "(network-traffic:dst_port =)");
    }

    #[test]
    fn tests_for_existence_and_comments_lose_nothing() {
        let shown_of = |pattern| shown(pattern).split(" (").next().unwrap_or_default().to_owned();
        for pattern in [
            "[EXISTS domain-name:resolves_to_refs AND domain-name:value = 'jib.example']",
            "[domain-name:value = 'jib.example' AND NOT EXISTS url:value]",
            "[(NOT EXISTS file:name) AND (domain-name:value = 'jib.example')]",
            "/* a ] b */ [domain-name:value /* ' */ = 'jib.example'] // [url:value = 'http://x.example/']",
            "[domain-name:value = 'jib.example']\n// the end\n REPEATS 5 TIMES WITHIN 30 SECONDS",
            "[domain-name:value = 'jib.example'] START t'2031-01-01T00:00:00Z' STOP t'2031-02-01T00:00:00Z'",
            "[domain-name:value NOT != 'jib.example']",
            "[domain-name:value LIKE 'jib.example']",
            "[domain-name:value MATCHES '^jib\\\\.example$']",
            "([domain-name:value IN ('jib.example')] FOLLOWEDBY [process:pid > 4])",
        ] {
            assert_eq!(shown_of(pattern), "domain=jib.example", "{pattern}");
        }
        assert_eq!(shown("[EXISTS file:name]"), "(EXISTS file:name)");
        assert_eq!(
            shown(
                "[domain-name:value = 'jib.example' AND domain-name:resolves_to_refs[0].value = '203.0.113.7']"
            ),
            "domain=jib.example ipv4=203.0.113.7"
        );
        assert_eq!(shown("[NOT (ipv4-addr:value = '203.0.113.7')]"), "(ipv4-addr:value NOT =)");
        assert_eq!(shown("[ipv4-addr:value ISSUBSET '203.0.113.7']"), "ipv4=203.0.113.7");
    }

    #[test]
    fn alternatives_keep_a_name_that_is_alone() {
        let hash = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(
            shown(&format!("[(file:name = 'a.exe' AND file:hashes.MD5 = '{hash}') OR file:name = 'b.exe']")),
            format!("md5={hash} file-name=b.exe")
        );
    }

    #[test]
    fn one_parenthesis_past_the_bound_is_broken() {
        let deep = |levels: usize| {
            comparisons(&format!(
                "[{}url:value = 'http://a.example/'{}]",
                "(".repeat(levels),
                ")".repeat(levels)
            ))
        };
        assert!(!deep(DEPTH_MAX).broken && deep(DEPTH_MAX + 1).broken);
        assert!(deep(100_000).broken);
    }

    #[test]
    fn broken_patterns_are_said_to_be() {
        for pattern in ["[file:name = 'a", "[file:name", "[ipv4-addr:value = '198.51.100.7'", "{x}"] {
            assert!(comparisons(pattern).broken, "{pattern}");
        }
    }
}
