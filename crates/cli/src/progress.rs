//! A line that shows that something is going on: on a terminal only, and only when it takes long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::say;

/// The line, on standard error. It goes away when it is dropped.
pub struct Progress {
    since: Instant,
    line: Option<ProgressBar>,
}

impl Progress {
    /// Nothing shows for the first half second.
    pub fn begin() -> Self {
        Self { since: Instant::now(), line: None }
    }

    /// Shows how far the lottery is: what is being done, at which level of fairness, and how many panels still break a rule.
    pub fn lottery(&mut self, phase: &str, level: usize, bad_panels: usize) {
        let mut words = vec![phase.to_owned()];
        if level > 0 {
            words.push(format!("level {level}"));
        }
        if bad_panels > 0 {
            words.push(format!("{} to mend", say::counted(bad_panels, "panel")));
        }
        self.show(words.join(" · "));
    }

    /// Shows what is being done.
    pub fn show(&mut self, words: String) {
        if self.line.is_none() && self.since.elapsed() > Duration::from_millis(500) {
            let style = ProgressStyle::with_template("{spinner} {msg} · {elapsed}");
            let line = ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            line.enable_steady_tick(Duration::from_millis(120));
            self.line = Some(line);
        }
        if let Some(line) = &self.line {
            line.set_message(words);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}
