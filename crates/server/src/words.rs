//! Words on the pages, in the language of the reader: Fluent messages, dates and numbers.

use std::fmt::Display;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unic_langid::LanguageIdentifier;

/// The languages in the program, the one for readers whose language is not there first: a line here and the file of this name in
/// `web/words` are all that a language takes.
const IN_THE_PROGRAM: &[(&str, &str)] =
    &[("en", include_str!("../../../web/words/en.ftl")), ("es", include_str!("../../../web/words/es.ftl"))];

/// A language of the pages, by its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

/// What is known of a language; everything but the tag stands in its file.
struct Spoken {
    tag: String,
    source: String,
    bundle: FluentBundle<FluentResource>,
    own_name: String,
    direction: String,
    code: String,
    point: String,
    groups: char,
}

static SPOKEN: OnceLock<Vec<Spoken>> = OnceLock::new();

fn spoken() -> &'static [Spoken] {
    SPOKEN.get_or_init(|| {
        let read = |(tag, source): &(&str, &str)| Spoken::read(tag, source);
        IN_THE_PROGRAM.iter().map(read).collect::<Result<_, _>>().expect("a test reads every message")
    })
}

/// Adds languages from elsewhere, each a tag and what stands in its file. What a file does not say is said in the first
/// language. Before any page is shown.
///
/// # Errors
/// What cannot be read, or that it is too late.
pub fn add(more: &[(String, String)]) -> Result<(), String> {
    let own = IN_THE_PROGRAM.iter().map(|(tag, source)| (*tag, *source));
    let more = more.iter().map(|(tag, source)| (tag.as_str(), source.as_str()));
    let all = own.chain(more).map(|(tag, source)| Spoken::read(tag, source)).collect::<Result<_, _>>()?;
    SPOKEN.set(all).map_err(|_| "the languages are in use already".to_owned())
}

impl Spoken {
    fn read(tag: &str, source: &str) -> Result<Self, String> {
        let id: LanguageIdentifier = tag.parse().map_err(|_| format!("{tag} is no tag of a language"))?;
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
            format!("{tag}: {}", errors.first().map_or(String::new(), ToString::to_string))
        })?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|_| format!("{tag}: a message is there twice"))?;
        let say = |key: &str, instead: &str| {
            let pattern = bundle.get_message(key).and_then(|message| message.value());
            pattern.map_or_else(
                || instead.to_owned(),
                |pattern| bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned(),
            )
        };
        let (own_name, direction) = (say("this-language", tag), say("this-direction", "ltr"));
        let code = say("this-code", "");
        let point = say("this-decimal-point", ".");
        let groups = say("this-thousands", ",").chars().next().unwrap_or(',');
        bundle.set_formatter(Some(match groups {
            '.' => |value, _| grouped(value, '.'),
            ' ' | '\u{a0}' => |value, _| grouped(value, '\u{a0}'),
            _ => |value, _| grouped(value, ','),
        }));
        let (tag, source) = (tag.to_owned(), source.to_owned());
        Ok(Self { tag, source, bundle, own_name, direction, code, point, groups })
    }
}

impl Language {
    /// English, for readers whose language is not there.
    pub const EN: Self = Self(0);
    /// Spanish.
    pub const ES: Self = Self(1);

    /// All of them, the one for readers whose language is not there first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..spoken().len()).map(Self)
    }

    fn spoken(self) -> &'static Spoken {
        &spoken()[self.0]
    }

    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        &self.spoken().tag
    }

    /// Its name for those who read it.
    pub fn own_name(self) -> &'static str {
        &self.spoken().own_name
    }

    /// `rtl` where it is written from right to left, else `ltr`.
    pub fn direction(self) -> &'static str {
        &self.spoken().direction
    }

    /// Its code in the European Union's list of languages, where it has one.
    pub fn code(self) -> Option<&'static str> {
        Some(self.spoken().code.as_str()).filter(|code| !code.is_empty())
    }

    /// The language of a tag: that very one, or else one without regard to the region.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let base = tag.split('-').next().unwrap_or_default().trim();
        let find = |tag: &str| Self::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
        find(tag.trim()).or_else(|| find(base))
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
        best.map_or(Self::EN, |(_, language)| language)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        &self.spoken().bundle
    }

    /// The messages as they are written in its file.
    pub fn source(self) -> &'static str {
        &self.spoken().source
    }
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
        for language in [self.language, Language::EN] {
            let bundle = language.bundle();
            if let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) {
                return bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned();
            }
        }
        key.to_owned()
    }

    /// Whether there is a message with this key.
    pub fn has(self, key: &str) -> bool {
        [self.language, Language::EN].iter().any(|language| language.bundle().has_message(key))
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
        digits(n.amount(), self.language.spoken().groups)
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

    /// What stands between whole and parts of a number.
    pub fn point(self) -> &'static str {
        &self.language.spoken().point
    }

    /// The name of a language in which texts are kept: in the reader's words where they have one, else in its own.
    pub fn language(self, tag: &str) -> String {
        let key = format!("language-{tag}");
        let own = || Language::from_tag(tag).map_or_else(|| tag.to_owned(), |one| one.own_name().to_owned());
        if self.has(&key) { self.say(&key) } else { own() }
    }

    /// A word of a closed list: the message `list-key`.
    pub fn word(self, list: &str, key: &str) -> String {
        self.say(&format!("{list}-{key}"))
    }
}

/// The lists for paper speak as the pages do.
impl sessions::paper::Words for Words {
    fn tag(&self) -> &str {
        self.language.tag()
    }

    fn direction(&self) -> &str {
        self.language.direction()
    }

    fn say(&self, key: &str) -> String {
        Words::say(*self, key)
    }

    fn with(&self, key: &str, name: &str, value: &str) -> String {
        Words::with(*self, key, name, value)
    }

    fn with2(&self, key: &str, one: &str, first: &str, two: &str, second: &str) -> String {
        Words::with2(*self, key, one, first, two, second)
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
            ("es-ES,es;q=0.9,en;q=0.8", Language::ES),
            ("fr, es;q=0.3, en;q=0.2", Language::ES),
            ("en;q=0.1, es;q=0.1", Language::EN),
            ("de", Language::EN),
            ("es;q=0", Language::EN),
            ("es;q=x", Language::EN),
            ("", Language::EN),
        ] {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }

    #[test]
    fn dates_and_numbers_are_those_of_the_language() {
        let (en, es) = (Words::of(Language::EN), Words::of(Language::ES));
        let day = date(2027, 5, 3);
        assert_eq!((en.date(&day), es.date(&day)), ("3 May 2027".into(), "3 de mayo de 2027".into()));
        assert_eq!((en.number(9_999_u32), es.number(9_999_u32)), ("9999".into(), "9999".into()));
        assert_eq!((en.number(1_234_567_u32), es.number(10_000_u32)), ("1,234,567".into(), "10.000".into()));
    }
}
