//! The modifiers after a field's name: `CommandLine|base64offset|contains`.
//!
//! Modifiers appendix 2.1. Some modifiers change the text of the values, in the order written; the others say how the
//! values are compared, and of these a key may have only one.

use crate::parse::diagnostic::{Diagnostics, SourcePlace, closest, shown};
use crate::values::number::{Comparison, DatePart};

/// One modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modifier {
    Contains,
    StartsWith,
    EndsWith,
    All,
    Cased,
    Expression,
    Insensitive,
    MultiLine,
    DotAll,
    Network,
    Base64,
    Base64Offset,
    Utf16,
    Utf16Le,
    Utf16Be,
    Windash,
    Exists,
    Expand,
    FieldReference,
    Compare(Comparison),
    NotEqual,
    Date(DatePart),
}

/// Modifiers of one key. Each encoding makes a value longer by a third. Public rules have at most 4.
const MODIFIERS_MAX: usize = 8;

/// Every name of the appendix.
const NAMES: [(&str, Modifier); 34] = [
    ("contains", Modifier::Contains),
    ("startswith", Modifier::StartsWith),
    ("endswith", Modifier::EndsWith),
    ("all", Modifier::All),
    ("cased", Modifier::Cased),
    ("re", Modifier::Expression),
    ("i", Modifier::Insensitive),
    ("ignorecase", Modifier::Insensitive),
    ("m", Modifier::MultiLine),
    ("multiline", Modifier::MultiLine),
    ("s", Modifier::DotAll),
    ("dotall", Modifier::DotAll),
    ("cidr", Modifier::Network),
    ("base64", Modifier::Base64),
    ("base64offset", Modifier::Base64Offset),
    ("utf16", Modifier::Utf16),
    ("utf16le", Modifier::Utf16Le),
    ("wide", Modifier::Utf16Le),
    ("utf16be", Modifier::Utf16Be),
    ("windash", Modifier::Windash),
    ("exists", Modifier::Exists),
    ("expand", Modifier::Expand),
    ("fieldref", Modifier::FieldReference),
    ("gt", Modifier::Compare(Comparison::Greater)),
    ("gte", Modifier::Compare(Comparison::GreaterOrEqual)),
    ("lt", Modifier::Compare(Comparison::Less)),
    ("lte", Modifier::Compare(Comparison::LessOrEqual)),
    ("neq", Modifier::NotEqual),
    ("minute", Modifier::Date(DatePart::Minute)),
    ("hour", Modifier::Date(DatePart::Hour)),
    ("day", Modifier::Date(DatePart::Day)),
    ("week", Modifier::Date(DatePart::Week)),
    ("month", Modifier::Date(DatePart::Month)),
    ("year", Modifier::Date(DatePart::Year)),
];

/// How the values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComparisonKind {
    Text,
    Expression,
    Network,
    Exists,
    FieldReference,
    /// A number: the value itself, or a part of the date in it.
    Number(Option<DatePart>, Comparison),
}

/// The modifiers of one key, checked against each other.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// In the order written, without `all` and `neq`.
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) kind: ComparisonKind,
    pub(crate) all: bool,
    pub(crate) negated: bool,
}

impl Chain {
    pub(crate) fn has(&self, modifier: Modifier) -> bool {
        self.modifiers.contains(&modifier)
    }

    /// Whether a `*` is added before and after the written values.
    pub(crate) fn open(&self) -> (bool, bool) {
        let contains = self.has(Modifier::Contains);
        (contains || self.has(Modifier::EndsWith), contains || self.has(Modifier::StartsWith))
    }
}

/// Reads the modifiers of a key: everything after the first `|`.
pub(crate) fn read<'k>(
    names: impl Iterator<Item = &'k str>,
    place: SourcePlace,
    diagnostics: &mut Diagnostics,
) -> Option<Chain> {
    let mut modifiers = Vec::new();
    for name in names {
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, modifier)) => modifiers.push(*modifier),
            None => {
                let close = closest(name, NAMES.iter().map(|(known, _)| *known));
                let help = close.map(|close| format!("did you mean `{close}`?"));
                let message = format!("`{}` is not a modifier of Sigma", shown(name));
                diagnostics.error("unknown-modifier", place, message, help.as_deref());
                return None;
            }
        }
    }
    if modifiers.len() > MODIFIERS_MAX {
        let message = format!("the key has more than {MODIFIERS_MAX} modifiers");
        diagnostics.error("too-many-modifiers", place, message, None);
        return None;
    }
    let kind = kind(&modifiers, place, diagnostics)?;
    let all = modifiers.contains(&Modifier::All);
    let negated = modifiers.contains(&Modifier::NotEqual);
    modifiers.retain(|modifier| !matches!(modifier, Modifier::All | Modifier::NotEqual));
    let chain = Chain { modifiers, kind, all, negated };
    fits(&chain, place, diagnostics).then_some(chain)
}

fn kind(modifiers: &[Modifier], place: SourcePlace, diagnostics: &mut Diagnostics) -> Option<ComparisonKind> {
    let mut kinds: Vec<ComparisonKind> = modifiers
        .iter()
        .filter_map(|modifier| match modifier {
            Modifier::Expression => Some(ComparisonKind::Expression),
            Modifier::Network => Some(ComparisonKind::Network),
            Modifier::Exists => Some(ComparisonKind::Exists),
            Modifier::FieldReference => Some(ComparisonKind::FieldReference),
            Modifier::Date(part) => Some(ComparisonKind::Number(Some(*part), Comparison::Equal)),
            Modifier::Compare(comparison) => Some(ComparisonKind::Number(None, *comparison)),
            _ => None,
        })
        .collect();
    if let [ComparisonKind::Number(Some(part), _), ComparisonKind::Number(None, comparison)] =
        kinds.as_slice()
    {
        kinds = vec![ComparisonKind::Number(Some(*part), *comparison)];
    }
    match kinds.as_slice() {
        [] => Some(ComparisonKind::Text),
        [kind] => Some(*kind),
        _ => {
            let message = "these modifiers exclude one another: each says how to compare".to_owned();
            diagnostics.error("modifier-conflict", place, message, None);
            None
        }
    }
}

/// Refuses modifiers that have no meaning for this kind of comparison, instead of ignoring them.
fn fits(chain: &Chain, place: SourcePlace, diagnostics: &mut Diagnostics) -> bool {
    let allowed = |modifier: &Modifier| match modifier {
        Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith => {
            matches!(
                chain.kind,
                ComparisonKind::Text | ComparisonKind::FieldReference | ComparisonKind::Expression
            )
        }
        Modifier::Cased => matches!(
            chain.kind,
            ComparisonKind::Text | ComparisonKind::FieldReference | ComparisonKind::Expression
        ),
        Modifier::Insensitive | Modifier::MultiLine | Modifier::DotAll => {
            chain.kind == ComparisonKind::Expression
        }
        Modifier::Expand => matches!(chain.kind, ComparisonKind::Text),
        Modifier::Base64
        | Modifier::Base64Offset
        | Modifier::Utf16
        | Modifier::Utf16Le
        | Modifier::Utf16Be
        | Modifier::Windash => chain.kind == ComparisonKind::Text,
        _ => true,
    };
    let misfit = chain.modifiers.iter().find(|modifier| !allowed(modifier)).copied();
    if let Some(misfit) = misfit {
        let name = NAMES.iter().find(|(_, modifier)| *modifier == misfit).map_or("", |(name, _)| *name);
        let message = format!("the modifier `{name}` has no meaning with this kind of comparison");
        diagnostics.error("modifier-conflict", place, message, None);
        return false;
    }
    if chain.kind == ComparisonKind::Exists && (chain.all || chain.negated) {
        let message = "`exists` takes one truth value and no other modifier".to_owned();
        diagnostics.error("modifier-conflict", place, message, None);
        return false;
    }
    true
}
