//! The machine that measures: its processor, and the time and memory that this process has used on it.

use std::fs;
use std::time::Duration;

/// What runs the measurements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The model of the processor.
    pub model: String,
    /// The number of cores.
    pub cores: usize,
    /// The load average of the last minute, as the system writes it; empty where it does not.
    pub load: String,
}

impl Machine {
    /// This machine, now.
    pub fn here() -> Self {
        let text = |path| fs::read_to_string(path).unwrap_or_default();
        let (processors, load) = (text("/proc/cpuinfo"), text("/proc/loadavg"));
        let known = Self::from_text(&processors, &load);
        if known.cores > 0 {
            return known;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { model: std::env::consts::ARCH.to_owned(), cores, ..known }
    }

    fn from_text(processors: &str, load: &str) -> Self {
        let of = |key: &'static str| {
            let pairs = processors.lines().filter_map(|line| line.split_once(':'));
            pairs.filter(move |(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
        };
        Self {
            model: of("model name").next().unwrap_or_default(),
            cores: of("processor").count(),
            load: load.split(' ').next().unwrap_or_default().trim().to_owned(),
        }
    }

    /// Model and cores in the letters of a file's name.
    pub fn slug(&self) -> String {
        let words = format!("{} {} cores", self.model, self.cores).to_lowercase();
        let parts = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("-")
    }
}

/// The processor time that this process has used so far, all its threads together; where the system does not tell, the
/// time that has passed.
#[cfg(unix)]
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The time that has passed since the first call: this system is not asked for the time of its processor.
#[cfg(not(unix))]
pub fn processor_time() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// The most memory that this process has held so far, in KiB; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    peak(&fs::read_to_string("/proc/self/status").ok()?)
}

fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Machine, peak};

    #[test]
    fn what_the_system_writes_is_understood() {
        let processors = "processor\t: 0\nmodel name\t: Acme(R) 9 @ 2.0GHz\n\nprocessor\t: 1\nmodel name\t: Acme(R) 9 @ 2.0GHz\n";
        let machine = Machine::from_text(processors, "0.52 0.60 0.71 2/77 1234\n");
        assert_eq!((machine.model.as_str(), machine.cores), ("Acme(R) 9 @ 2.0GHz", 2));
        assert_eq!((machine.load.as_str(), machine.slug().as_str()), ("0.52", "acme-r-9-2-0ghz-2-cores"));
        assert_eq!(peak("VmPeak:\t  9000 kB\nVmHWM:\t    6524 kB\n"), Some(6524));
        assert_eq!(peak("VmPeak:\t  9000 kB\n"), None);
    }
}
