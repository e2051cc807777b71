//! Values of simple types: what a type wants, in words, and whether a value fits.

use super::schema::{Schemas, Simple, Type, TypeRef};
use super::{QName, XSD};

/// What a simple type comes down to: a type of XML Schema itself, and all limits on the way to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The local name of the built-in type; empty where anything goes.
    pub(super) base: String,
    values: Vec<String>,
    facets: Vec<(String, String)>,
    open: bool,
}

/// Types narrow each other this many times at most.
const LONGEST: usize = 32;

impl Wanted {
    /// What the text of a type must be; `None` where it holds elements.
    pub(super) fn of(schemas: &Schemas, reference: &TypeRef) -> Option<Self> {
        let mut wanted = Self::default();
        match reference {
            TypeRef::Named(name) => wanted.named(schemas, name, 0)?,
            TypeRef::Here(here) => wanted.typed(schemas, here, 0)?,
        }
        Some(wanted)
    }

    fn named(&mut self, schemas: &Schemas, name: &QName, steps: usize) -> Option<()> {
        if name.namespace == XSD {
            if name.local != "anyType" && name.local != "anySimpleType" {
                self.base.clone_from(&name.local);
            }
            return Some(());
        }
        match schemas.types.get(name) {
            Some(found) if steps < LONGEST => self.typed(schemas, found, steps + 1),
            // A type that isn't here can't be held against anything.
            _ => {
                self.open = true;
                Some(())
            }
        }
    }

    fn typed(&mut self, schemas: &Schemas, found: &Type, steps: usize) -> Option<()> {
        match found {
            Type::Simple(simple) => self.narrowed(schemas, simple, steps),
            Type::Complex(complex) => self.named(schemas, complex.text.as_ref()?, steps),
        }
    }

    fn narrowed(&mut self, schemas: &Schemas, simple: &Simple, steps: usize) -> Option<()> {
        self.open |= simple.open;
        if self.values.is_empty() {
            self.values.clone_from(&simple.values);
        }
        for (name, value) in &simple.facets {
            // The narrowest comes first.
            if name == "pattern" || !self.facets.iter().any(|(known, _)| known == name) {
                self.facets.push((name.clone(), value.clone()));
            }
        }
        match (&simple.base, &simple.inner) {
            (Some(base), _) => self.named(schemas, base, steps),
            (None, Some(inner)) if steps < LONGEST => self.typed(schemas, inner, steps + 1),
            _ => Some(()),
        }
    }

    fn facet(&self, name: &str) -> Option<&str> {
        self.facets.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// `string, at most 3 characters`; nothing where anything goes.
    pub(super) fn words(&self) -> String {
        if !self.values.is_empty() {
            return format!("one of {}", self.values.join(", "));
        }
        let mut words = vec![if self.open { "text".to_owned() } else { self.base.clone() }];
        let limits = [
            ("length", "exactly {} characters"),
            ("maxLength", "at most {} characters"),
            ("minLength", "at least {} characters"),
            ("totalDigits", "at most {} digits"),
            ("fractionDigits", "at most {} decimals"),
            ("minInclusive", "at least {}"),
            ("maxInclusive", "at most {}"),
            ("minExclusive", "more than {}"),
            ("maxExclusive", "less than {}"),
            ("pattern", "like {}"),
        ];
        let said = limits.iter().filter_map(|(name, text)| Some(text.replace("{}", self.facet(name)?)));
        words.extend(said);
        words.retain(|word| !word.is_empty());
        words.join(", ")
    }

    /// Why a value doesn't fit, in words.
    pub(super) fn refuses(&self, value: &str) -> Option<String> {
        if self.open {
            return None;
        }
        let kept = matches!(self.base.as_str(), "string" | "normalizedString" | "");
        let value = if kept { value } else { value.trim() };
        if !self.values.is_empty() && !self.values.iter().any(|allowed| allowed == value) {
            return Some(format!("{value:?} is not one of {}", self.values.join(", ")));
        }
        if !self.is_lexical(value) {
            return Some(format!("{value:?} is no {}", self.base));
        }
        let length = value.chars().count();
        let number = |name: &str| self.facet(name).and_then(|text| text.trim().parse::<f64>().ok());
        let count = |name: &str| self.facet(name).and_then(|text| text.trim().parse::<usize>().ok());
        let long = |limit: usize| format!("{value:?} has {length} characters, {limit} are allowed");
        if let Some(limit) = count("maxLength").filter(|limit| length > *limit) {
            return Some(long(limit));
        }
        if let Some(limit) = count("minLength").or(count("length")).filter(|limit| length < *limit) {
            return Some(format!("{value:?} has {length} characters, {limit} are needed"));
        }
        if let Some(limit) = count("length").filter(|limit| length > *limit) {
            return Some(long(limit));
        }
        let (whole, fraction) = value.trim_start_matches(['+', '-']).split_once('.').unwrap_or((value, ""));
        let digits = whole.chars().filter(char::is_ascii_digit).collect::<String>();
        let significant = digits.trim_start_matches('0').len() + fraction.trim_end_matches('0').len();
        if let Some(limit) = count("totalDigits").filter(|limit| significant > *limit) {
            return Some(format!("{value} has {significant} digits, {limit} are allowed"));
        }
        if let Some(limit) = count("fractionDigits").filter(|limit| fraction.trim_end_matches('0').len() > *limit) {
            return Some(format!("{value} has more than {limit} decimals"));
        }
        let as_number: f64 = value.parse().ok()?;
        let outside = number("minInclusive").is_some_and(|limit| as_number < limit)
            || number("maxInclusive").is_some_and(|limit| as_number > limit)
            || number("minExclusive").is_some_and(|limit| as_number <= limit)
            || number("maxExclusive").is_some_and(|limit| as_number >= limit);
        outside.then(|| format!("{value} is out of range: {}", self.words()))
    }

    /// Whether a value can be one of the built-in type.
    fn is_lexical(&self, value: &str) -> bool {
        let whole = |min: i128, max: i128| {
            let text = value.strip_prefix('+').unwrap_or(value);
            text.parse::<i128>().is_ok_and(|number| (min..=max).contains(&number))
        };
        match self.base.as_str() {
            "boolean" => matches!(value, "true" | "false" | "1" | "0"),
            "integer" => whole(i128::MIN, i128::MAX),
            "nonNegativeInteger" => whole(0, i128::MAX),
            "positiveInteger" => whole(1, i128::MAX),
            "nonPositiveInteger" => whole(i128::MIN, 0),
            "negativeInteger" => whole(i128::MIN, -1),
            "long" => whole(i64::MIN.into(), i64::MAX.into()),
            "int" => whole(i32::MIN.into(), i32::MAX.into()),
            "short" => whole(i16::MIN.into(), i16::MAX.into()),
            "byte" => whole(i8::MIN.into(), i8::MAX.into()),
            "unsignedLong" => whole(0, u64::MAX.into()),
            "unsignedInt" => whole(0, u32::MAX.into()),
            "unsignedShort" => whole(0, u16::MAX.into()),
            "unsignedByte" => whole(0, u8::MAX.into()),
            "decimal" => {
                let text = value.strip_prefix(['+', '-']).unwrap_or(value);
                let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
                plain && text.matches('.').count() <= 1 && text.contains(|c: char| c.is_ascii_digit())
            }
            "float" | "double" => {
                matches!(value, "INF" | "-INF" | "NaN") || value.parse::<f64>().is_ok_and(f64::is_finite)
            }
            "date" => is_like(value, "dddd-dd-dd"),
            "time" => is_like(value, "dd:dd:dd"),
            "dateTime" => is_like(value, "dddd-dd-ddTdd:dd:dd"),
            "hexBinary" => value.len().is_multiple_of(2) && value.chars().all(|c| c.is_ascii_hexdigit()),
            "base64Binary" => value.chars().all(|c| c.is_ascii_alphanumeric() || "+/= \n\r\t".contains(c)),
            _ => true,
        }
    }
}

/// Whether a date or time has the digits of `form`, and behind them at most a fraction and a zone.
fn is_like(value: &str, form: &str) -> bool {
    let value = value.strip_prefix('-').unwrap_or(value);
    let Some((head, rest)) = value.split_at_checked(form.len()) else { return false };
    let fits = head.chars().zip(form.chars()).all(|(c, f)| if f == 'd' { c.is_ascii_digit() } else { c == f });
    let rest = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = rest.is_empty()
        || rest == "Z"
        || (rest.len() == 6 && rest.starts_with(['+', '-']) && rest.as_bytes()[3] == b':');
    fits && zone
}
