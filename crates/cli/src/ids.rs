//! Lists of people by their ids.

use std::collections::BTreeMap;
use std::path::Path;

use sortition::Problem;
use sortition::canonical::normal;
use sortition::fold::fold;
use sortition::people::People;
use sortition::pool::PoolOptions;
use sortition::wording::names;

use crate::failure::Failure;
use crate::inputs;

/// Reads a table with a column of ids and finds each among `people`: the index and the row of the table.
///
/// The column is the pool's id column; of several that both tables have, the first whose cells are all different.
///
/// # Errors
/// If the file cannot be read, or has no such column, or an id that nobody has; all at once.
pub fn read(file: &Path, people: &People, options: &PoolOptions) -> Result<Vec<(u32, usize)>, Failure> {
    let name = file.display().to_string();
    let reading = reading::read(&name, &inputs::bytes(file)?);
    let Some(sheet) = reading.value else { return Err(Failure::input(reading.problems)) };
    let wanted = options.id.as_deref().unwrap_or("id");
    let place = |header: &str| people.columns.iter().position(|column| fold(column) == fold(header));
    let differ = |column: usize| {
        let mut cells: Vec<&String> = people.rows.iter().map(|row| &row[column]).collect();
        cells.sort_unstable();
        cells.windows(2).all(|pair| pair[0] != pair[1])
    };
    let mut shared = sheet.header.iter().enumerate().filter_map(|(at, header)| Some((at, place(header)?)));
    let named = shared.clone().find(|(at, _)| fold(&sheet.header[*at]) == fold(wanted));
    let Some((at, column)) = named.or_else(|| shared.find(|(_, column)| differ(*column))) else {
        let reason = format!("there is no column \"{wanted}\"");
        return Err(Failure::input(vec![Problem::error(
            &name,
            reason,
            format!("give the file the pool's id column; it has {}", names(&sheet.header)),
        )]));
    };
    let by_id: BTreeMap<&str, u32> =
        (0u32..).zip(&people.rows).map(|(index, row)| (row[column].as_str(), index)).collect();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for row in &sheet.rows {
        let id = normal(row.cells.get(at).map_or("", String::as_str));
        if id.is_empty() {
            continue;
        }
        match by_id.get(id.as_str()) {
            Some(&index) => found.push((index, row.number)),
            None => problems.push(
                Problem::error(&name, "nobody in the pool has this id", "write it as it stands in the pool")
                    .at_row(row.number)
                    .in_column(&sheet.header[at])
                    .with_value(&id),
            ),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::input(problems)) }
}
