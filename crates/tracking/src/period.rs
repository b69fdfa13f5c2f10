//! Periods of the calendar, written as in ISO 8601: `P30D`, `P6M`, `P1Y6M`.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Months and days. A year is twelve months, a week seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    months: i32,
    days: i32,
}

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPeriod(String);

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self { months: 0, days: 0 };

    /// So many months.
    pub const fn months(months: u16) -> Self {
        Self { months: months as i32, days: 0 }
    }

    /// So many days.
    pub const fn days(days: u16) -> Self {
        Self { months: 0, days: days as i32 }
    }

    /// The day that lies the period, and then `times` the period `again`, after `start`. Months are counted first and clamped
    /// to the month's end (31 January + P1M is 28 or 29 February), then days are added. Past the end of the calendar it is
    /// the calendar's last day.
    pub fn after(self, start: Date, again: Self, times: u32) -> Date {
        let times = i64::from(times);
        let months = i64::from(self.months) + i64::from(again.months) * times;
        let days = i64::from(self.days) + i64::from(again.days) * times;
        let span = Span::new().try_months(months).and_then(|span| span.try_days(days));
        span.and_then(|span| start.checked_add(span)).unwrap_or(Date::MAX)
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let no = || NoPeriod(text.to_owned());
        let span: Span = text.parse().map_err(|_| no())?;
        let whole = i32::from(span.get_years()) * 12 + span.get_months();
        let days = span.get_weeks() * 7 + span.get_days();
        let rest = span.fieldwise()
            == span
                .get_years()
                .years()
                .months(span.get_months())
                .weeks(span.get_weeks())
                .days(span.get_days());
        let fits = (0..=12_000).contains(&whole) && (0..=36_500).contains(&days) && whole + days > 0;
        if text.starts_with('P') && rest && fits { Ok(Self { months: whole, days }) } else { Err(no()) }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months >= 12 {
            write!(f, "{}Y", self.months / 12)?;
        }
        if self.months % 12 > 0 {
            write!(f, "{}M", self.months % 12)?;
        }
        if self.days > 0 { write!(f, "{}D", self.days) } else { Ok(()) }
    }
}

impl TryFrom<String> for Period {
    type Error = NoPeriod;

    fn try_from(text: String) -> Result<Self, NoPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl fmt::Display for NoPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no period of years, months, weeks and days; write for example P30D or P6M",
            self.0
        )
    }
}

impl std::error::Error for NoPeriod {}

#[cfg(test)]
mod tests {
    use super::Period;
    use jiff::civil::date;

    #[test]
    fn months_are_clamped_to_the_months_end() {
        let after =
            |start, period: &str| period.parse::<Period>().expect("a period").after(start, Period::ZERO, 0);
        assert_eq!(after(date(2026, 8, 31), "P6M"), date(2027, 2, 28));
        assert_eq!(after(date(2027, 8, 31), "P6M"), date(2028, 2, 29), "a leap year");
        assert_eq!(after(date(2028, 2, 29), "P1Y"), date(2029, 2, 28));
        assert_eq!(after(date(2026, 1, 31), "P1M"), date(2026, 2, 28));
        assert_eq!(after(date(2026, 3, 31), "P1M"), date(2026, 4, 30));
        assert_eq!(after(date(2026, 12, 31), "P2M"), date(2027, 2, 28), "over the year's end");
        assert_eq!(after(date(2028, 2, 15), "P14D"), date(2028, 2, 29));
        assert_eq!(after(date(2027, 2, 15), "P2W"), date(2027, 3, 1));
        assert_eq!(after(date(2026, 1, 30), "P1M1D"), date(2026, 3, 1), "months first, then days");
    }

    #[test]
    fn a_series_is_counted_from_its_start_so_that_it_never_drifts() {
        let (first, then) = (Period::months(3), Period::months(6));
        let due = |times| first.after(date(2026, 11, 30), then, times);
        assert_eq!(due(0), date(2027, 2, 28));
        assert_eq!(due(1), date(2027, 8, 30), "not the 28th");
        assert_eq!(due(2), date(2028, 2, 29));
    }

    #[test]
    fn only_periods_of_the_calendar_are_read() {
        for (text, written) in
            [("P30D", "P30D"), ("P6M", "P6M"), ("P18M", "P1Y6M"), ("P2W", "P14D"), ("P1Y", "P1Y")]
        {
            assert_eq!(text.parse::<Period>().expect(text).to_string(), written);
        }
        for text in ["", "P", "6M", "-P6M", "P-6M", "PT24H", "P1DT1H", "P0D", "six months", "P99999M"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_stays_the_end() {
        assert_eq!(
            Period::months(12).after(date(9999, 6, 1), Period::months(12), u32::MAX),
            jiff::civil::Date::MAX
        );
    }
}
