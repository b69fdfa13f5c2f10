//! Numbers as people read them.

/// Parts of a million in percent with two decimals, rounded down.
pub fn percent_down(millionths: u64) -> String {
    hundredths(millionths / 100)
}

/// Parts of a million in percent with two decimals, rounded up.
pub fn percent_up(millionths: u64) -> String {
    hundredths(millionths.div_ceil(100))
}

/// Parts of a million in percent with two decimals, rounded.
pub fn percent(millionths: u64) -> String {
    hundredths((millionths + 50) / 100)
}

fn hundredths(value: u64) -> String {
    format!("{}.{:02} %", value / 100, value % 100)
}

/// `part` of `whole` in millionths, rounded down.
pub fn millionths(part: u64, whole: u64) -> u64 {
    (u128::from(part) * 1_000_000 / u128::from(whole.max(1))) as u64
}

/// Millionths as a number with three decimals.
pub fn thousandths(millionths: u64) -> String {
    let value = (millionths + 500) / 1000;
    format!("{}.{:03}", value / 1000, value % 1000)
}

/// Least to greatest.
pub fn range(least: u32, greatest: u32) -> String {
    if least == greatest { least.to_string() } else { format!("{least} to {greatest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_the_way_it_says() {
        assert_eq!(percent_down(48_399), "4.83 %");
        assert_eq!(percent_up(48_301), "4.84 %");
        assert_eq!([percent(48_350), percent(48_349)], ["4.84 %", "4.83 %"]);
        assert_eq!(percent_down(1_000_000), "100.00 %");
        assert_eq!(millionths(1, 3), 333_333);
        assert_eq!([thousandths(394_500), thousandths(1_000_000)], ["0.395", "1.000"]);
        assert_eq!([range(2, 2), range(2, 3)], ["2", "2 to 3"]);
    }
}
