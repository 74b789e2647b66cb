//! STIX patterns (STIX 2.1, section 9): the comparisons that name an observable.
//!
//! Not an evaluator: what is wanted are the values to look for. `=` and `IN` on object paths that carry an
//! observable give one each, `ISSUBSET` a network. What narrows without naming (`LIKE`, `MATCHES`, `<`,
//! negations, other paths) is named as not used. A file's name that is only beside a hash, an address or
//! a domain (joined by `AND`) is left out: the author did not call the name alone malicious.

use observable::{Kind, Observable, canonical, recognise};
use std::collections::HashSet;

/// How long a pattern may be; a feed of IP addresses in one pattern is some 500 kB.
const PATTERN_BYTES_MAX: usize = 4 << 20;

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
    let Some(tokens) = tokens(pattern) else {
        said.broken = true;
        return said;
    };
    let mut walk = PatternWalk {
        tokens: &tokens,
        at: 0,
        said,
        seen: HashSet::new(),
        observation: ObservationPattern::default(),
    };
    walk.run();
    walk.said
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'p> {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// An object path: `file:hashes.'SHA-256'`.
    Path(&'p str),
    Word(&'p str),
    Operator(&'p str),
    Text(String),
}

fn tokens(pattern: &str) -> Option<Vec<Token<'_>>> {
    let mut all = Vec::new();
    let mut rest = pattern.trim_start();
    while let Some(c) = rest.chars().next() {
        let used = match c {
            '[' | ']' | '(' | ')' | ',' => {
                all.push(match c {
                    '[' => Token::Open,
                    ']' => Token::Close,
                    '(' => Token::OpenList,
                    ')' => Token::CloseList,
                    _ => Token::Comma,
                });
                1
            }
            '\'' => {
                let (text, used) = quoted(rest)?;
                all.push(Token::Text(text));
                used
            }
            '=' | '!' | '<' | '>' => {
                let used = rest.find(|c| !matches!(c, '=' | '!' | '<' | '>')).unwrap_or(rest.len());
                all.push(Token::Operator(rest.get(..used)?));
                used
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '+') => {
                let used = word(rest);
                let text = rest.get(..used)?;
                all.push(if text.contains(':') { Token::Path(text) } else { Token::Word(text) });
                used
            }
            _ => return None,
        };
        rest = rest.get(used..)?.trim_start();
    }
    Some(all)
}

/// A quoted string, its escapes undone, and how many bytes it takes.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let (mut text, mut escaped) = (String::new(), false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '\'' => return Some((text, at + 1)),
            _ => text.push(c),
        }
    }
    None
}

/// How far a word or object path goes; quoted keys and list indexes belong to a path.
fn word(rest: &str) -> usize {
    let (mut quote, mut index, mut path) = (None, false, false);
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if path => quote = Some(c),
            (None, '[') if path => index = true,
            (None, ']') if index => index = false,
            (None, ':') => path = true,
            (None, c) if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '+') => {}
            _ => return at,
        }
    }
    rest.len()
}

/// The comparisons of one observation expression, kept until it closes.
#[derive(Default)]
struct ObservationPattern {
    observables: Vec<Observable>,
    any_or: bool,
}

struct PatternWalk<'w, 'p> {
    tokens: &'w [Token<'p>],
    at: usize,
    said: Comparisons,
    seen: HashSet<Observable>,
    observation: ObservationPattern,
}

impl<'p> PatternWalk<'_, 'p> {
    fn next(&mut self) -> Option<&Token<'p>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn run(&mut self) {
        while let Some(token) = self.next() {
            match token {
                Token::Close => self.close(),
                Token::Word(word) if word.eq_ignore_ascii_case("OR") => self.observation.any_or = true,
                Token::Path(path) => {
                    let path = *path;
                    self.comparison(path);
                }
                _ => {}
            }
        }
        // A pattern without its closing bracket says what it says.
        self.said.broken |= !self.observation.observables.is_empty();
        self.close();
    }

    fn comparison(&mut self, path: &str) {
        let mut negated = false;
        let operator = loop {
            match self.next() {
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("NOT") => negated = true,
                Some(Token::Word(word)) => break word.to_ascii_uppercase(),
                Some(Token::Operator(operator)) => break (*operator).to_owned(),
                _ => {
                    self.said.broken = true;
                    return;
                }
            }
        };
        let values = self.values();
        let wanted = matches!(operator.as_str(), "=" | "==" | "IN" | "ISSUBSET") && !negated;
        let network = operator == "ISSUBSET";
        let mut any = false;
        if wanted {
            for value in values {
                if let Some(observable) = observable_at(path, &value, network) {
                    any = true;
                    self.observation.observables.push(observable);
                }
            }
        }
        if !any {
            let not = if negated { "NOT " } else { "" };
            self.said.unused.push(format!("{path} {not}{operator}"));
        }
    }

    /// The literals after an operator: one, or a list.
    fn values(&mut self) -> Vec<String> {
        let literal = |token: &Token<'_>| match token {
            Token::Text(text) => Some(text.clone()),
            Token::Word(word) => Some((*word).to_owned()),
            _ => None,
        };
        // Typed literals (`t'2024-…'`, `h'ff'`, `b'…'`) come as a word and a text: the text counts.
        match self.next().cloned() {
            Some(Token::OpenList) => {
                let mut all = Vec::new();
                while let Some(token) = self.next() {
                    if *token == Token::CloseList {
                        break;
                    }
                    all.extend(literal(token));
                }
                all
            }
            Some(Token::Word(word)) if word.len() == 1 => match self.tokens.get(self.at) {
                Some(Token::Text(text)) => {
                    let text = text.clone();
                    self.at += 1;
                    vec![text]
                }
                _ => vec![word.to_owned()],
            },
            Some(token) => literal(&token).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn close(&mut self) {
        let observation = std::mem::take(&mut self.observation);
        let weak =
            |observable: &Observable| matches!(observable.kind, Kind::FileName | Kind::AutonomousSystem);
        let any_strong = observation.observables.iter().any(|observable| !weak(observable));
        for observable in observation.observables {
            if weak(&observable) && any_strong && !observation.any_or {
                continue;
            }
            if self.seen.insert(observable.clone()) {
                self.said.observables.push(observable);
            }
        }
    }
}

/// The observable at an object path with this value.
pub(crate) fn observable_at(path: &str, value: &str, network: bool) -> Option<Observable> {
    let (object, property) = path.split_once(':')?;
    let property: String = property.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
    let lower = property.to_ascii_lowercase();
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
        ("email-message", "from_ref.value" | "sender_ref.value" | "reply_to_refs[*].value") => Kind::Email,
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

/// An address, or a network written as CIDR.
fn address(value: &str, network: bool) -> Option<Observable> {
    if network || value.contains('/') {
        return canonical(Kind::Network, value);
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
        assert_eq!(shown("[process:command_line MATCHES '^x']"), "(process:command_line MATCHES)");
        assert_eq!(shown("[ipv4-addr:value NOT = '198.51.100.7']"), "(ipv4-addr:value NOT =)");
        assert_eq!(shown("[network-traffic:dst_port = 443]"), "(network-traffic:dst_port =)");
    }

    #[test]
    fn broken_patterns_are_said_to_be() {
        for pattern in ["[file:name = 'a", "[file:name", "[ipv4-addr:value = '198.51.100.7'", "{x}"] {
            assert!(comparisons(pattern).broken, "{pattern}");
        }
    }
}
