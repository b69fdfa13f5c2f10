//! Words on the pages, in the language of the reader: Fluent messages, dates and numbers.

use std::fmt::Display;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unic_langid::LanguageIdentifier;

/// The languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// All of them, the one for readers whose language is not there first.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The tag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// Its name for those who read it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
        }
    }

    /// The language of a tag, whatever the region.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let base = tag.split('-').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(base))
    }

    /// The best for an `Accept-Language` header (RFC 9110, section 12.5.4): the highest quality, the first among equals.
    pub fn accepted(header: &str) -> Self {
        let quality = |part: &str| {
            let given = part.split(';').skip(1).find_map(|setting| setting.trim().strip_prefix("q="));
            given.map_or(Some(1000), |q| q.parse().ok().map(|q: f32| (q.clamp(0.0, 1.0) * 1000.0) as u32))
        };
        let mut best: Option<(u32, Self)> = None;
        for part in header.split(',') {
            let tag = part.split(';').next().unwrap_or_default();
            let (Some(language), Some(q)) = (Self::from_tag(tag), quality(part)) else { continue };
            if q > best.map_or(0, |(best, _)| best) {
                best = Some((q, language));
            }
        }
        best.map_or(Self::ALL[0], |(_, language)| language)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::En));
        static ES: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Es));
        match self {
            Self::En => &EN,
            Self::Es => &ES,
        }
    }

    /// The messages as they are written in `web/words`.
    pub const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../../web/words/en.ftl"),
            Self::Es => include_str!("../../../web/words/es.ftl"),
        }
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let tag: LanguageIdentifier = language.tag().parse().expect("the tags are well-formed");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::En => |value, _| grouped(value, ','),
        Language::Es => |value, _| grouped(value, '.'),
    }));
    let source = FluentResource::try_new(language.source().to_owned()).expect("a test reads every message");
    bundle.add_resource(source).expect("a test finds a message that is there twice");
    bundle
}

fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(digits(number.value as i64, separator)),
        _ => None,
    }
}

/// Digits in groups of three; a number of four digits stays together, as both languages allow.
fn digits(number: i64, separator: char) -> String {
    let plain = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) && plain.len() > 4 {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    if number < 0 { format!("−{grouped}") } else { grouped }
}

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Words {
    /// The words of a language.
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    fn message(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.language.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut wrong = Vec::new();
        bundle.format_pattern(pattern, arguments, &mut wrong).into_owned()
    }

    /// Whether there is a message with this key.
    pub fn has(self, key: &str) -> bool {
        self.language.bundle().has_message(key)
    }

    /// A message without arguments. A key that is missing stands for itself; a test finds those.
    pub fn say(self, key: &str) -> String {
        self.message(key, None)
    }

    /// A message about a number, `$n`.
    pub fn count(self, key: &str, n: impl Amount) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("n", FluentValue::Number(FluentNumber::from(n.amount())));
        self.message(key, Some(&arguments))
    }

    /// A message about two numbers, `$n` of `$all`.
    pub fn share(self, key: &str, n: impl Amount, all: impl Amount) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("n", FluentValue::Number(FluentNumber::from(n.amount())));
        arguments.set("all", FluentValue::Number(FluentNumber::from(all.amount())));
        self.message(key, Some(&arguments))
    }

    /// A message with one argument.
    pub fn with(self, key: &str, name: &str, value: impl Display) -> String {
        self.with_all(key, &[(name, value.to_string())])
    }

    /// A message with two arguments.
    pub fn with2(self, key: &str, one: &str, first: impl Display, two: &str, second: impl Display) -> String {
        self.with_all(key, &[(one, first.to_string()), (two, second.to_string())])
    }

    /// A message with any number of arguments.
    pub fn with_all(self, key: &str, values: &[(&str, String)]) -> String {
        let arguments: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect();
        self.message(key, Some(&arguments))
    }

    /// A number with its groups.
    pub fn number(self, n: impl Amount) -> String {
        digits(n.amount(), if self.language == Language::En { ',' } else { '.' })
    }

    /// A day in words: "3 May 2027", "3 de mayo de 2027".
    pub fn date(self, date: &Date) -> String {
        let month = self.say(&format!("month-{}", date.month()));
        let part = |n: i64| n.to_string();
        self.with_all(
            "date-long",
            &[("day", part(date.day().into())), ("month", month), ("year", part(date.year().into()))],
        )
    }

    /// The day of an instant in a time zone, in words.
    pub fn day(self, at: &Timestamp, zone: &TimeZone) -> String {
        self.date(&at.to_zoned(zone.clone()).date())
    }

    /// An instant in a time zone: day and minute.
    pub fn moment(self, at: &Timestamp, zone: &TimeZone) -> String {
        let zoned = at.to_zoned(zone.clone());
        let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        self.with2("date-and-time", "date", self.date(&zoned.date()), "time", time)
    }

    /// A word of a closed list: the message `list-key`.
    pub fn word(self, list: &str, key: &str) -> String {
        self.say(&format!("{list}-{key}"))
    }
}

/// Something that counts.
pub trait Amount {
    /// How many.
    fn amount(&self) -> i64;
}

macro_rules! amounts {
    ($($kind:ty),+) => { $(impl Amount for $kind {
        fn amount(&self) -> i64 {
            i64::try_from(*self).unwrap_or(i64::MAX)
        }
    })+ };
}
amounts!(u8, u32, u64, usize, i64);

impl<T: Amount> Amount for &T {
    fn amount(&self) -> i64 {
        (*self).amount()
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Words};
    use jiff::civil::date;

    #[test]
    fn the_best_language_is_the_one_asked_for_most() {
        for (header, wanted) in [
            ("es-ES,es;q=0.9,en;q=0.8", Language::Es),
            ("fr, es;q=0.3, en;q=0.2", Language::Es),
            ("en;q=0.1, es;q=0.1", Language::En),
            ("de", Language::En),
            ("es;q=0", Language::En),
            ("es;q=x", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }

    #[test]
    fn dates_and_numbers_are_those_of_the_language() {
        let (en, es) = (Words::of(Language::En), Words::of(Language::Es));
        let day = date(2027, 5, 3);
        assert_eq!((en.date(&day), es.date(&day)), ("3 May 2027".into(), "3 de mayo de 2027".into()));
        assert_eq!((en.number(9_999_u32), es.number(9_999_u32)), ("9999".into(), "9999".into()));
        assert_eq!((en.number(1_234_567_u32), es.number(10_000_u32)), ("1,234,567".into(), "10.000".into()));
    }
}
