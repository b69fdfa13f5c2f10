//! The lottery: m equally likely panels, of which the seed picks one.

use crate::canonical::{MAX_FILE, integer};
use crate::hash::{Digest, h};
use crate::merkle::Tree;
use crate::rules::{Breach, Rules};

/// The most panels that a portfolio may have.
pub const MAX_PANELS: u32 = 100_000;

/// Panels as strictly ascending member indices, in the lexicographic order of their integers. The same panel
/// may be there more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    panels: Vec<Vec<u32>>,
}

impl Portfolio {
    /// The portfolio of `panels`, which may come in any order.
    ///
    /// # Errors
    /// The first panel, by its place in `panels`, that breaks a rule.
    pub fn new(mut panels: Vec<Vec<u32>>, rules: &Rules) -> Result<Self, (usize, Breach)> {
        for (place, panel) in panels.iter().enumerate() {
            rules.check(panel).map_err(|breach| (place, breach))?;
        }
        panels.sort_unstable();
        Ok(Self { panels })
    }

    /// Reads `portfolio.csv`: exactly `m` lines of `k` strictly ascending indices below `n`. The order of the
    /// lines is not checked.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8], n: u32, k: u32, m: u32) -> Result<Self, String> {
        if bytes.len() > MAX_FILE {
            return Err(format!("it is larger than {MAX_FILE} bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
        let lines = text.strip_suffix('\n').ok_or("its last line does not end with a line feed")?.split('\n');
        let panels: Vec<Vec<u32>> = lines
            .enumerate()
            .map(|(line, text)| {
                read_panel(text, n, k).map_err(|reason| format!("line {}: {reason}", line + 1))
            })
            .collect::<Result<_, _>>()?;
        if panels.len() as u64 != u64::from(m) {
            return Err(format!("it has {} panels instead of {m}", panels.len()));
        }
        Ok(Self { panels })
    }

    /// The panels.
    pub fn panels(&self) -> &[Vec<u32>] {
        &self.panels
    }

    /// The number m of panels.
    pub fn size(&self) -> u32 {
        self.panels.len() as u32
    }

    /// Whether the panels are in lexicographic order; the place of the first that is smaller than the one
    /// before, if not.
    pub fn disorder(&self) -> Option<usize> {
        self.panels.windows(2).position(|pair| pair[0] > pair[1]).map(|place| place + 1)
    }

    /// How many panels hold each of `n` members.
    pub fn counts(&self, n: usize) -> Vec<u32> {
        let mut counts = vec![0; n];
        for &index in self.panels.iter().flatten() {
            counts[index as usize] += 1;
        }
        counts
    }

    /// `portfolio.csv`.
    pub fn to_csv(&self) -> String {
        self.panels.iter().map(|panel| line(panel) + "\n").collect()
    }

    /// The tree under `portfolio_root`.
    pub fn tree(&self, observer_secret: &Digest) -> Tree {
        let leaf = |(place, panel): (usize, &Vec<u32>)| {
            let place = place as u32;
            panel_leaf(place, &panel_salt(observer_secret, place), panel)
        };
        Tree::new(self.panels.iter().enumerate().map(leaf))
    }
}

/// Reads `k` strictly ascending indices below `n`, joined by commas.
fn read_panel(text: &str, n: u32, k: u32) -> Result<Vec<u32>, &'static str> {
    let last = u64::from(n).checked_sub(1).ok_or("there are no members")?;
    let panel: Option<Vec<u32>> = text.split(',').map(|index| Some(integer(index, last)? as u32)).collect();
    let panel = panel.ok_or("an index is not a whole number below the number of members")?;
    if panel.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err("the indices do not ascend");
    }
    if panel.len() as u64 != u64::from(k) {
        return Err("the panel has another size than announced");
    }
    Ok(panel)
}

/// The line of a panel in `portfolio.csv`, without its LF.
pub fn line(panel: &[u32]) -> String {
    let indices: Vec<String> = panel.iter().map(u32::to_string).collect();
    indices.join(",")
}

/// The salt of the panel at `place`, counted from 0.
pub fn panel_salt(observer_secret: &Digest, place: u32) -> Digest {
    h("asl/1/salt-panel", &[observer_secret.as_bytes(), &place.to_be_bytes()])
}

/// The leaf of a panel in the tree under `portfolio_root`.
pub fn panel_leaf(place: u32, salt: &Digest, panel: &[u32]) -> Vec<u8> {
    let tag = crate::hash::f(b"asl/1/panel");
    [&tag, &place.to_be_bytes()[..], salt.as_bytes(), line(panel).as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::climb;
    use crate::rules::{Bounds, Standing};

    fn rules() -> Rules {
        let member = |row, household| Standing { rows: vec![row], household };
        Rules {
            size: 2,
            rows: vec![Bounds { min: 1, max: 2 }, Bounds { min: 0, max: 1 }],
            members: vec![member(0, None), member(0, Some(1)), member(1, Some(1)), member(1, None)],
        }
    }

    #[test]
    fn panels_are_checked_and_sorted() {
        let portfolio =
            Portfolio::new(vec![vec![0, 3], vec![1, 3], vec![0, 1], vec![0, 3]], &rules()).unwrap();
        assert_eq!(portfolio.to_csv(), "0,1\n0,3\n0,3\n1,3\n");
        assert_eq!(portfolio.counts(4), [3, 2, 0, 3]);
        assert_eq!(portfolio.disorder(), None);
        let read = Portfolio::from_canonical(portfolio.to_csv().as_bytes(), 4, 2, 4).unwrap();
        assert_eq!(read, portfolio);
        let bad = Portfolio::new(vec![vec![0, 1], vec![2, 3]], &rules());
        assert_eq!(bad, Err((1, Breach::Row { row: 0, count: 0 })));
        assert_eq!(Portfolio::new(vec![vec![1, 2]], &rules()), Err((0, Breach::Household(1))));
        assert_eq!(Portfolio::new(vec![vec![1]], &rules()), Err((0, Breach::Size(1))));
        assert_eq!(Portfolio::new(vec![vec![1, 9]], &rules()), Err((0, Breach::Indices)));
    }

    #[test]
    fn one_form_only() {
        let read = |text: &str| Portfolio::from_canonical(text.as_bytes(), 12, 2, 2);
        assert!(read("0,1\n10,11\n").is_ok());
        assert_eq!(read("10,11\n9,11\n").unwrap().disorder(), Some(1));
        for wrong in [
            "",
            "\n",
            "0,1\n",
            "0,1\n10,11",
            "0,1\n10,11\n\n",
            "0,1\r\n10,11\r\n",
            "0,1\n10,12\n",
            "1,0\n10,11\n",
            "0,0\n10,11\n",
            "0,01\n10,11\n",
            "0, 1\n10,11\n",
            "0,1,2\n10,11\n",
            "0\n10,11\n",
            "0,1\n10,11\n10,11\n",
            "0,-1\n10,11\n",
            "0,1,\n10,11\n",
            "0,99999999999999999999\n10,11\n",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
        assert!(Portfolio::from_canonical(b"0\n", 0, 1, 1).is_err());
        assert!(Portfolio::from_canonical(&[0xff, b'\n'], 1, 1, 1).is_err());
    }

    #[test]
    fn a_panel_is_found_in_the_tree() {
        let portfolio = Portfolio::new(vec![vec![0, 1], vec![0, 3], vec![1, 3]], &rules()).unwrap();
        let secret = Digest([7; 32]);
        let tree = portfolio.tree(&secret);
        for (place, panel) in portfolio.panels().iter().enumerate() {
            let leaf = panel_leaf(place as u32, &panel_salt(&secret, place as u32), panel);
            assert_eq!(climb(&leaf, place as u64, 3, &tree.path(place)), Some(tree.root()));
        }
    }
}
