//! The page of results.

use crate::machine::Machine;
use crate::trial::Trial;

/// A table in Markdown, all columns but the first to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    let rule: Vec<String> =
        (0..header.len()).map(|column| if column == 0 { "---" } else { "--:" }.to_owned()).collect();
    [&header, &rule].into_iter().chain(rows).map(|cells| line(cells)).collect()
}

/// Seconds or milliseconds with three digits.
pub fn amount(number: f64) -> String {
    let decimals = if number < 0.1 {
        3
    } else if number < 10.0 {
        2
    } else if number < 100.0 {
        1
    } else {
        0
    };
    format!("{number:.decimals$}")
}

/// A chance in per cent.
pub fn per_cent(chance: f64) -> String {
    format!("{:.2} %", chance * 100.0)
}

/// The results of a day.
pub fn page(date: &str, machine: &Machine, trials: &[Trial]) -> String {
    let Machine { model, cores, load } = machine;
    let m = trials.first().map_or(0, |trial| trial.m);
    let prepare = trials.iter().map(prepare_row).collect::<Vec<_>>();
    let verify = trials.iter().map(verify_row).collect::<Vec<_>>();
    let prepare = table(
        &[
            "n",
            "k",
            "features",
            "sharing an address",
            "kinds",
            "reading",
            "leximin",
            "portfolio",
            "record",
            "together",
            "memory",
            "smallest chance",
            "no lottery gives all more than",
            "distance",
            "levels",
        ],
        &prepare,
    );
    let verify = table(&["n", "sharing an address", "draw", "everybody", "observers", "auditors"], &verify);
    format!(
        "# Speed, {date}\n\n\
         {model}, {cores} cores, one of them used; load average when it began: {load}. Times are processor time, which other \
         work on\nthe machine lengthens only a little. Every size ran once, in a process of its own: {m} panels. \
         Where\nmembers share an address, no panel holds two of one address.\n\n\
         ## Prepare\n\n\
         Seconds; memory is the peak of the process in MiB; the distance is that of the member farthest from the ideal, in panels\n\
         (units of 1/m).\n\n{prepare}\n\
         ## Draw and verify\n\n\
         Milliseconds, the mean of ten, without reading files from a disk.\n\n{verify}"
    )
}

fn prepare_row(trial: &Trial) -> Vec<String> {
    let times = [trial.reading, trial.leximin, trial.portfolio, trial.record, trial.prepare()];
    let mut row: Vec<String> = [trial.n.to_string(), trial.k.to_string(), trial.features.to_string()].into();
    row.extend([sharing(trial), trial.kinds.to_string()]);
    row.extend(times.map(amount));
    row.extend([
        trial.memory.map_or("-".to_owned(), |kib| kib.div_ceil(1024).to_string()),
        per_cent(trial.smallest),
        trial.bound.map_or("-".to_owned(), |parts| per_cent(parts as f64 / 1e12)),
        format!("{:.2}", trial.distance),
        trial.levels.to_string(),
    ]);
    row
}

/// How many share an address, as `rehearsal::SampleOptions` makes them up.
fn sharing(trial: &Trial) -> String {
    if trial.households { "one in five" } else { "-" }.to_owned()
}

fn verify_row(trial: &Trial) -> Vec<String> {
    let [everybody, observers, auditors] = trial.verify;
    let times = [trial.draw, everybody, observers, auditors].map(|seconds| amount(seconds * 1000.0));
    [trial.n.to_string(), sharing(trial)].into_iter().chain(times).collect()
}

#[cfg(test)]
mod tests {
    use super::{amount, page, table};
    use crate::machine::Machine;
    use crate::trial::Trial;

    #[test]
    fn tables_are_markdown() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["b".to_owned(), "22".to_owned()]];
        assert_eq!(table(&["x", "y"], &rows), "| x | y |\n| --- | --: |\n| a | 1 |\n| b | 22 |\n");
    }

    #[test]
    fn amounts_have_about_three_digits() {
        let amounts = [0.0, 0.01234, 0.9876, 2.345, 23.45, 234.5].map(amount);
        assert_eq!(amounts, ["0.000", "0.012", "0.99", "2.35", "23.4", "234"]);
    }

    #[test]
    fn the_page_says_what_was_measured() {
        let trial = Trial {
            name: "n200".to_owned(),
            n: 200,
            k: 20,
            features: 7,
            households: true,
            kinds: 150,
            m: 1000,
            reading: 0.001,
            leximin: 0.25,
            portfolio: 1.5,
            record: 0.099,
            memory: Some(20 << 10),
            draw: 0.0123,
            verify: [0.0001, 0.01, 0.02],
            smallest: 0.025,
            bound: Some(25_900_000_000),
            distance: 0.99,
            levels: 9,
            exact: true,
        };
        let machine = Machine { model: "Acme 9".to_owned(), cores: 4, load: "0.10".to_owned() };
        let page = page("2031-05-06", &machine, &[trial]);
        assert!(page.starts_with("# Speed, 2031-05-06\n\nAcme 9, 4 cores"), "{page}");
        let row = "| 200 | 20 | 7 | one in five | 150 | 0.001 | 0.25 | 1.50 | 0.099 | 1.85 | 20 | 2.50 % | 2.59 % | 0.99 | 9 |\n";
        assert!(page.contains(row), "{page}");
        assert!(page.ends_with("| 200 | one in five | 12.3 | 0.10 | 10.0 | 20.0 |\n"), "{page}");
    }
}
