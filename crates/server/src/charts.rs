//! Pictures of numbers, drawn by the server: no script, and each beside the table of its numbers.

/// A bar of a share, 100 wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// How much of it is filled.
    pub filled: i64,
}

impl Bar {
    /// A bar of `part` in `whole`.
    pub fn new(part: i64, whole: i64) -> Self {
        Self { filled: (part.max(0) * 100 / whole.max(1)).min(100) }
    }
}

/// Columns, one for each number, the highest as high as the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
}

/// A column, 40 wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its number.
    pub number: u32,
    /// Where it begins.
    pub left: u32,
    /// How high it is.
    pub height: u32,
}

impl Columns {
    /// The height of the highest column.
    const HEIGHT: u64 = 120;

    /// Columns for numbers.
    pub fn new(numbers: &[u32]) -> Self {
        let highest = u64::from(numbers.iter().copied().max().unwrap_or(0).max(1));
        let height = |n: u32| u32::try_from(u64::from(n) * Self::HEIGHT / highest).unwrap_or(0);
        let column = |(place, n): (u32, &u32)| Column { number: *n, left: place * 40, height: height(*n) };
        Self { columns: (0..).zip(numbers).map(column).collect() }
    }
}

/// Where the plot lies in the picture: left, top, right, bottom.
const PLOT: (u32, u32, u32, u32) = (44, 12, 448, 210);

/// Lines over time. Each differs from the others by its dashes, not by its colour alone.
#[derive(Debug)]
pub struct Lines {
    /// The lines.
    pub lines: Vec<Line>,
    /// Heights with their numbers.
    pub levels: Vec<(u32, u32)>,
    /// Places along the time with what stands there, and how it is aligned.
    pub times: Vec<(u32, String, &'static str)>,
}

/// A line.
#[derive(Debug)]
pub struct Line {
    /// What it counts, in words.
    pub name: String,
    /// The number at its end.
    pub last: u32,
    /// Its points, as SVG writes them.
    pub points: String,
    /// Its colour.
    pub colour: &'static str,
    /// Its dashes, as SVG writes them.
    pub dashes: &'static str,
    /// Its width.
    pub width: u32,
}

/// Colour (each with a contrast of 3 to 1 or more on white), dashes and width of the lines.
const STYLES: [(&str, &str, u32); 4] =
    [("#1d70b8", "none", 3), ("#00703c", "none", 5), ("#4c2c92", "9 4", 3), ("#942514", "2 3", 3)];

impl Lines {
    /// Lines with their names and numbers, all over the same times.
    pub fn new(named: Vec<(String, Vec<u32>)>, times: &[String]) -> Self {
        let (left, _, right, bottom) = PLOT;
        let highest = named.iter().flat_map(|(_, numbers)| numbers).copied().max().unwrap_or(0);
        let step = step(highest);
        let top = highest.div_ceil(step).max(1) * step;
        let steps = u32::try_from(times.len().saturating_sub(1)).unwrap_or(u32::MAX).max(1);
        let across = |place: u32| left + (right - left) * place / steps;
        let up = |number: u32| bottom - (bottom - PLOT.1) * number / top;
        let line = |((name, numbers), (colour, dashes, width)): (
            (String, Vec<u32>),
            &(&'static str, &'static str, u32),
        )| {
            let points =
                (0..).zip(&numbers).map(|(place, number)| format!("{},{}", across(place), up(*number)));
            let points = points.collect::<Vec<_>>().join(" ");
            let last = numbers.last().copied().unwrap_or(0);
            Line { name, last, points, colour, dashes, width: *width }
        };
        let levels = (0..=top / step).map(|level| (up(level * step), level * step)).collect();
        let mut marks = Vec::new();
        if let [first, .., last] = times {
            marks = vec![(left, first.clone(), "start"), (right, last.clone(), "end")];
        } else if let [only] = times {
            marks = vec![(left, only.clone(), "start")];
        }
        Self { lines: named.into_iter().zip(STYLES.iter()).map(line).collect(), levels, times: marks }
    }
}

/// A round step, of which four or five reach the highest number.
fn step(highest: u32) -> u32 {
    let steps = (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u32.pow(power)));
    steps.into_iter().find(|step| highest.div_ceil(*step) <= 5).unwrap_or(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::{Bar, Columns, Lines, step};

    #[test]
    fn the_highest_column_fills_the_picture() {
        let heights = |numbers: &[u32]| -> Vec<(u32, u32)> {
            Columns::new(numbers).columns.iter().map(|column| (column.left, column.height)).collect()
        };
        assert_eq!(heights(&[0, 3, 6]), [(0, 0), (40, 60), (80, 120)]);
        assert_eq!(heights(&[0]), [(0, 0)]);
        assert_eq!(heights(&[u32::MAX]), [(0, 120)]);
    }

    #[test]
    fn a_bar_is_never_longer_than_its_place() {
        assert_eq!(
            [(0, 0), (0, 5), (1, 3), (3, 3), (4, 3)].map(|(n, all)| Bar::new(n, all).filled),
            [0, 0, 33, 100, 100]
        );
    }

    #[test]
    fn levels_are_round_and_reach_the_highest_number() {
        for (highest, expected) in
            [(0, 1), (5, 1), (6, 2), (11, 5), (74, 20), (100, 20), (101, 50), (u32::MAX, 1_000_000_000)]
        {
            assert_eq!(step(highest), expected, "{highest}");
        }
    }

    #[test]
    fn a_line_goes_from_the_first_time_to_the_last_and_higher_numbers_stand_higher() {
        let chart = Lines::new(vec![("made".into(), vec![0, 10, 20])], &["a", "b", "c"].map(String::from));
        assert_eq!(chart.lines[0].points, "44,210 246,111 448,12");
        assert_eq!(chart.lines[0].last, 20);
        assert_eq!(chart.levels, [(210, 0), (161, 5), (111, 10), (62, 15), (12, 20)]);
    }
}
