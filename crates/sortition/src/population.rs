//! Quotas from a census: how many seats each group would have if the panel were the population in small.

use std::collections::BTreeMap;

use crate::findings::Findings;
use crate::fold::{fold, tidy};
use crate::problem::{Problem, Reading};
use crate::quotas::{Quota, Quotas};
use crate::sheet::{Row, Sheet};
use crate::wording::{names, quoted};

/// The headers of a column of shares.
const SHARES: [&str; 4] = ["share", "percent", "per cent", "%"];
/// The headers of a column of heads.
const COUNTS: [&str; 3] = ["count", "population", "people"];
/// The most digits that a number may have after the decimal point.
const DECIMALS: usize = 6;
/// 10 to the power of [`DECIMALS`].
const UNIT: u64 = 1_000_000;
/// The largest number, before the decimal point.
const MOST: u64 = 20_000_000_000;

/// The groups of a population, by feature and value in ascending order of their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// At least one.
    pub groups: Vec<Group>,
}

/// Those of a population who have one value of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The feature.
    pub feature: String,
    /// The value.
    pub value: String,
    /// The number of heads or the share, in millionths of whatever the file counts in.
    pub weight: u64,
}

/// By how much a quota lies around the seats of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slack {
    /// So many people each way.
    People(u32),
    /// So many hundredths of the seats each way, rounded up to whole people.
    Percent(u32),
}

impl Slack {
    /// Reads `2` or `10%`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().filter(|&percent| percent <= 100).map(Self::Percent),
            None => text.parse().ok().map(Self::People),
        }
    }

    fn of(self, seats: u32) -> u32 {
        match self {
            Self::People(people) => people,
            Self::Percent(percent) => (u64::from(seats) * u64::from(percent)).div_ceil(100) as u32,
        }
    }
}

impl Population {
    /// Reads a population from a table with the columns feature, value and share or count. Numbers may have a decimal
    /// point or comma, groups of three digits and a per cent sign. Each feature is taken by itself: its numbers need not add up
    /// to those of another.
    pub fn read(sheet: &Sheet) -> Reading<Self> {
        let mut findings = Findings::new(&sheet.file);
        let header: Vec<String> = sheet.header.iter().map(|name| fold(name)).collect();
        let at = |wanted: &[&str]| header.iter().position(|name| wanted.contains(&name.as_str()));
        let columns =
            [at(&["feature", "category"]), at(&["value", "name"]), at(&SHARES).or_else(|| at(&COUNTS))];
        for (name, _) in
            ["feature", "value", "share or count"].iter().zip(columns).filter(|(_, at)| at.is_none())
        {
            findings.error("missing column", |file| {
                let reason = format!("there is no column {name}; the header has {}", names(&sheet.header));
                Problem::error(file, reason, "write the header feature,value,share or feature,value,count")
            });
        }
        if sheet.rows.is_empty() {
            findings.error("no groups", |file| {
                Problem::error(file, "there are no groups", "write one row for each feature value")
            });
        }
        let [Some(feature), Some(value), Some(number)] = columns else {
            return Reading::failed(findings.finish());
        };
        let is_share = SHARES.contains(&header[number].as_str());
        let groups = groups(sheet, [feature, value, number], is_share, &mut findings);
        let mut problems = findings.finish();
        if !problems.iter().any(Problem::is_error) {
            let mut findings = Findings::new(&sheet.file);
            check_sums(&groups, is_share, &mut findings);
            problems.extend(findings.finish());
        }
        Reading::new(Self { groups }, problems)
    }

    /// The seats of each group on a panel of `size`, by largest remainder (Hamilton): each feature's seats add up to `size`. Of
    /// equal remainders the larger group's comes first, then that of the lower bytes.
    pub fn seats(&self, size: u32) -> Vec<u32> {
        let mut seats = Vec::with_capacity(self.groups.len());
        for feature in self.groups.chunk_by(|one, other| one.feature == other.feature) {
            let total: u128 = feature.iter().map(|group| u128::from(group.weight)).sum::<u128>().max(1);
            let share = |group: &Group| u128::from(size) * u128::from(group.weight);
            let first = seats.len();
            seats.extend(feature.iter().map(|group| (share(group) / total) as u32));
            let missing = size - seats[first..].iter().sum::<u32>();
            let mut order: Vec<usize> = (0..feature.len()).collect();
            order.sort_by_key(|&place| {
                let group = &feature[place];
                (std::cmp::Reverse((share(group) % total, group.weight)), place)
            });
            order.iter().take(missing as usize).for_each(|&place| seats[first + place] += 1);
        }
        seats
    }

    /// Quotas around the seats.
    pub fn quotas(&self, size: u32, slack: Slack) -> Quotas {
        let quota = |(group, seats): (&Group, u32)| Quota {
            feature: group.feature.clone(),
            value: group.value.clone(),
            min: seats.saturating_sub(slack.of(seats)),
            max: seats.saturating_add(slack.of(seats)).min(size),
            min_flex: None,
            max_flex: None,
        };
        Quotas::of(self.groups.iter().zip(self.seats(size)).map(quota).collect())
    }
}

/// The rows as groups, in ascending order.
fn groups(
    sheet: &Sheet,
    [feature, value, number]: [usize; 3],
    is_share: bool,
    findings: &mut Findings,
) -> Vec<Group> {
    let mut seen = BTreeMap::<(String, String), usize>::new();
    let mut spelled = BTreeMap::<String, String>::new();
    let mut groups = Vec::new();
    for row in &sheet.rows {
        let name = |column: usize, findings: &mut Findings| {
            let name = tidy(row.cells.get(column).map_or("", String::as_str));
            let (reason, remedy) = if fold(&name).is_empty() {
                ("the cell is empty", "fill it in, or delete the row")
            } else if crate::fold::has_control(&name) {
                (
                    "the name holds a line break or another control character",
                    "type the name anew, on one line",
                )
            } else {
                return Some(name);
            };
            findings.error(reason, |file| {
                Problem::error(file, reason, remedy).at_row(row.number).in_column(&sheet.header[column])
            });
            None
        };
        let (feature, value) = (name(feature, findings), name(value, findings));
        let weight = weight(row, sheet, number, is_share, findings);
        let (Some(feature), Some(value)) = (feature, value) else { continue };
        let feature = spelled.entry(fold(&feature)).or_insert(feature).clone();
        if let Some(before) = seen.insert((feature.clone(), fold(&value)), row.number) {
            findings.error("group twice", |file| {
                let reason = format!("{} already has a row for this value, row {before}", quoted(&feature));
                Problem::error(file, reason, "keep one of the two rows").at_row(row.number).with_value(&value)
            });
        }
        groups.push(Group { feature, value, weight: weight.unwrap_or(UNIT) });
    }
    groups.sort_by(|one, other| (&one.feature, &one.value).cmp(&(&other.feature, &other.value)));
    for feature in groups.chunk_by(|one, other| one.feature == other.feature) {
        if feature.iter().all(|group| group.weight == 0) {
            findings.error("empty feature", |file| {
                let reason =
                    format!("nobody in the population has any value of {}", quoted(&feature[0].feature));
                Problem::error(file, reason, "give at least one of its values a number above 0")
            });
        }
    }
    groups
}

/// Warns of shares that do not add up to 100 or 1, and of counts that add up to different populations; says what is made of them.
fn check_sums(groups: &[Group], is_share: bool, findings: &mut Findings) {
    const MISSING: &str = "nothing, if you know why; else a group is missing, wrong or there twice";
    let sum = |feature: &[Group]| feature.iter().map(|group| group.weight).sum::<u64>();
    let sums: Vec<(&str, u64)> = groups
        .chunk_by(|one, other| one.feature == other.feature)
        .map(|feature| (feature[0].feature.as_str(), sum(feature)))
        .filter(|&(_, sum)| sum > 0)
        .collect();
    let is_near = |sum: u64, whole: u64| sum.abs_diff(whole) * 50 <= whole;
    let largest = sums.iter().copied().max_by_key(|&(_, sum)| sum);
    for &(feature, sum) in &sums {
        let (name, whole) = (quoted(feature), if is_near(sum, UNIT) { UNIT } else { 100 * UNIT });
        let (reason, remedy) = match largest {
            _ if is_share && sum == whole => continue,
            _ if is_share => {
                let (said, near) = (number(sum), is_near(sum, whole));
                let instead = if near { number(whole) } else { "100 or 1".to_owned() };
                let remedy = match near {
                    true => {
                        "nothing, if the figures were rounded; else a group is wrong, missing or there twice"
                    }
                    false => MISSING,
                };
                let reason = format!(
                    "the shares of {name} add up to {said}, not to {instead}; each group is counted as its part of {said}"
                );
                (reason, remedy)
            }
            Some((other, most)) if !is_near(sum, most) => {
                let (said, other, others) = (number(sum), quoted(other), number(most));
                let reason = format!("the counts of {name} add up to {said}, those of {other} to {others}");
                (reason, MISSING)
            }
            _ => continue,
        };
        findings.warning("sum", |file| Problem::warning(file, reason, remedy));
    }
}

/// Millionths as people write them: `101`, `99.9`.
fn number(millionths: u64) -> String {
    let (whole, part) = (millionths / UNIT, format!("{:06}", millionths % UNIT));
    match part.trim_end_matches('0') {
        "" => whole.to_string(),
        part => format!("{whole}.{part}"),
    }
}

fn weight(row: &Row, sheet: &Sheet, column: usize, is_share: bool, findings: &mut Findings) -> Option<u64> {
    let text = row.cells.get(column).map_or("", |cell| cell.trim());
    let number = decimal(text, is_share);
    if number.is_none() {
        findings.error("not a number", |file| {
            let reason = if text.is_empty() {
                "the cell is empty"
            } else {
                "this is not a share or a number of people"
            };
            let remedy = "write a number, 0 or above, such as 12.5 or 12500";
            let problem =
                Problem::error(file, reason, remedy).at_row(row.number).in_column(&sheet.header[column]);
            if text.is_empty() { problem } else { problem.with_value(text) }
        });
    }
    number
}

/// A number in millionths. As a share: `0.125`, `12,5` or `12.5 %`; as a count also with groups of three digits: `1234`,
/// `1 234`, `1,234,567`.
fn decimal(text: &str, is_share: bool) -> Option<u64> {
    let text = fold(text);
    let text = text.strip_suffix('%').unwrap_or(&text);
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let mut parts: Vec<&str> = plain.split([',', '.']).collect();
    let is_grouped =
        !parts[0].starts_with('0') && parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3);
    let fraction = match parts.len() {
        1 => "0",
        _ if is_grouped && !is_share && !(plain.contains(',') && plain.contains('.')) => "0",
        2 => parts.pop()?,
        _ => return None,
    };
    let whole = parts.concat();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(&whole) || !digits(fraction) {
        return None;
    }
    let whole: u64 = whole.parse().ok().filter(|&whole| whole <= MOST)?;
    let fraction: String = fraction.chars().chain("000000".chars()).take(DECIMALS).collect();
    Some(whole * UNIT + fraction.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sheet(lines: &[&str]) -> Sheet {
        let cells = |line: &&str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
        let rows = lines.iter().skip(1).zip(2..).map(|(line, number)| Row { number, cells: cells(line) });
        Sheet { file: "census.csv".to_owned(), header: cells(&lines[0]), rows: rows.collect() }
    }

    fn said(lines: &[&str]) -> Vec<String> {
        Population::read(&sheet(lines)).problems.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, share, count) in [
            ("12.5", Some(12_500_000), Some(12_500_000)),
            ("12,5 %", Some(12_500_000), Some(12_500_000)),
            ("0.125", Some(125_000), Some(125_000)),
            ("12.345", Some(12_345_000), Some(12_345_000_000)),
            ("1,234,567", None, Some(1_234_567_000_000)),
            ("1 234", Some(1_234_000_000), Some(1_234_000_000)),
            ("1.234,5", None, None),
            ("12.", None, None),
            (".5", None, None),
            ("-1", None, None),
            ("", None, None),
            ("many", None, None),
            ("99999999999999999999", None, None),
        ] {
            assert_eq!((decimal(text, true), decimal(text, false)), (share, count), "{text}");
        }
    }

    #[test]
    fn hamilton_by_hand() {
        // A well-known example: with one seat more two groups have one less.
        let lines =
            ["feature|value|count", "x|a|1500", "x|b|1500", "x|c|900", "x|d|500", "x|e|500", "x|f|200"];
        let population = Population::read(&sheet(&lines)).value.unwrap();
        assert_eq!(population.seats(25), [7, 7, 4, 3, 3, 1]);
        assert_eq!(population.seats(26), [8, 8, 5, 2, 2, 1], "the paradox of Alabama");
        let quotas = population.quotas(25, Slack::People(1));
        assert_eq!((quotas.rows()[0].min, quotas.rows()[0].max), (6, 8));
        let quotas = population.quotas(25, Slack::Percent(10));
        assert_eq!((quotas.rows()[0].min, quotas.rows()[5].min, quotas.rows()[5].max), (6, 0, 2));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let lines = [
            "feature|value|share",
            "Age|Old|60",
            "Age|Young|x",
            "age|young|30",
            "Sex||50",
            "Sex|F|",
            "Town|A|0",
            "Town|B|0",
        ];
        let expected = [
            r#"census.csv: nobody in the population has any value of "Town" -> give at least one of its values a number above 0"#,
            r#"census.csv, row 3, column "share", value "x": this is not a share or a number of people -> write a number, 0 or above, such as 12.5 or 12500"#,
            r#"census.csv, row 4, value "young": "Age" already has a row for this value, row 3 -> keep one of the two rows"#,
            r#"census.csv, row 5, column "value": the cell is empty -> fill it in, or delete the row"#,
            r#"census.csv, row 6, column "share": the cell is empty -> write a number, 0 or above, such as 12.5 or 12500"#,
        ];
        assert_eq!(said(&lines), expected);
        assert_eq!(said(&["feature|name"]).len(), 2);
        let sums = said(&[
            "feature|value|%",
            "Age|Old|60",
            "Age|Young|30.5",
            "Sex|F|0.5",
            "Sex|M|0.501",
            "Town|A|101",
        ]);
        let expected = [
            r#"census.csv: the shares of "Age" add up to 90.5, not to 100 or 1; each group is counted as its part of 90.5 -> nothing, if you know why; else a group is missing, wrong or there twice"#,
            r#"census.csv: the shares of "Sex" add up to 1.001, not to 1; each group is counted as its part of 1.001 -> nothing, if the figures were rounded; else a group is wrong, missing or there twice"#,
            r#"census.csv: the shares of "Town" add up to 101, not to 100; each group is counted as its part of 101 -> nothing, if the figures were rounded; else a group is wrong, missing or there twice"#,
        ];
        assert_eq!(sums, expected);
        assert!(
            said(&["feature|value|%", "Age|Old|60", "Age|Young|40", "Sex|F|0.4", "Sex|M|0.6"]).is_empty()
        );
        let counts = ["feature|value|count", "Age|Old|600", "Age|Young|300", "Sex|F|500", "Sex|M|500"];
        assert!(
            said(&counts)[0].contains("\"Age\" add up to 900, those of \"Sex\" to 1000"),
            "{:?}",
            said(&counts)
        );
    }

    proptest! {
        /// Each feature's seats add up; every group has its exact share rounded down or up; nobody without heads has a seat; the
        /// quotas leave room for exactly the panel.
        #[test]
        fn seats_are_the_share_rounded(
            heads in prop::collection::vec(0u64..5000, 1..9), size in 1u32..200, slack in 0u32..4, percent: bool,
        ) {
            prop_assume!(heads.iter().any(|&count| count > 0));
            let group = |(place, &weight): (usize, &u64)| Group {
                feature: "x".to_owned(), value: format!("{place}"), weight,
            };
            let population = Population { groups: heads.iter().enumerate().map(group).collect() };
            let seats = population.seats(size);
            let total: u64 = heads.iter().sum();
            prop_assert_eq!(seats.iter().sum::<u32>(), size);
            for (&seats, &count) in seats.iter().zip(&heads) {
                let exact = u64::from(size) * count;
                prop_assert!(u64::from(seats) == exact / total || u64::from(seats) == exact.div_ceil(total));
            }
            let slack = if percent { Slack::Percent(slack * 10) } else { Slack::People(slack) };
            let quotas = population.quotas(size, slack);
            prop_assert!(quotas.rows().iter().map(|quota| quota.min).sum::<u32>() <= size);
            prop_assert!(quotas.rows().iter().map(|quota| quota.max).sum::<u32>() >= size);
        }
    }
}
