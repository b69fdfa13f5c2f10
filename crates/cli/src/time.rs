//! Dates and times as people write them, and the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Zoned};

/// The seconds since 1970 began, by this computer's clock.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Reads a date and time with its distance from Greenwich (`2026-12-01T19:00:00+01:00`) or its place
/// (`2026-12-01T19:00[Europe/Madrid]`), as Unix seconds.
///
/// # Errors
/// What is wrong with it.
pub fn seconds(text: &str) -> Result<u64, String> {
    let moment = match text.contains('[') {
        true => text.parse::<Zoned>().map(|zoned| zoned.timestamp()),
        false => text.parse::<Timestamp>(),
    };
    let moment =
        moment.map_err(|_| "this is not a date and time with its distance from Greenwich".to_owned())?;
    if moment.subsec_nanosecond() != 0 {
        return Err("parts of a second cannot be announced".to_owned());
    }
    u64::try_from(moment.as_second()).map_err(|_| "this is before 1970".to_owned())
}

/// How a date and time is written, for messages.
pub const FORMS: &str = "write it as 2026-12-01T19:00:00+01:00 or 2026-12-01T19:00[Europe/Madrid]";

/// Unix seconds as people read them, such as `2026-12-01 18:00:00 UTC`.
pub fn shown(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.map_or_else(
        || format!("Unix time {seconds}"),
        |moment| moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// The day of Unix seconds in Greenwich, as YYYY-MM-DD.
pub fn day(seconds: u64) -> String {
    shown(seconds).chars().take(10).collect()
}

/// Reads a day written as YYYY-MM-DD.
///
/// # Errors
/// It is no such day.
pub fn checked_day(text: &str) -> Result<String, String> {
    let day = text.parse::<jiff::civil::Date>().map_err(|_| "a day is written as 2026-12-01".to_owned())?;
    Ok(day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_their_zone() {
        for (text, expected) in [
            ("2020-08-16T21:49:30Z", 1_597_614_570),
            ("2023-08-23T17:59:24+02:00", 1_692_806_364),
            ("2023-08-23T17:59:24[Europe/Madrid]", 1_692_806_364),
            ("2023-08-23T17:59:24+02:00[Europe/Madrid]", 1_692_806_364),
            ("2023-08-23 15:59:24Z", 1_692_806_364),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            "tomorrow",
            "2026-12-01",
            "2026-12-01T19:00:00",
            "2026-02-30T19:00:00Z",
            "2026-12-01T19:00:00.5Z",
            "1960-01-01T00:00:00Z",
            "2026-12-01T19:00[Europe/Nowhere]",
            "2026-12-01T19:00+05:00[Europe/Madrid]",
        ] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_shown_in_one_way() {
        assert_eq!(shown(1_597_614_570), "2020-08-16 21:49:30 UTC");
        assert_eq!(day(1_597_614_570), "2020-08-16");
        assert_eq!(shown(u64::MAX), format!("Unix time {}", u64::MAX));
        assert_eq!(checked_day("2026-12-01"), Ok("2026-12-01".to_owned()));
        assert!(checked_day("1.12.2026").is_err());
    }
}
