//! Prepare, draw and verify at five sizes, in processor time.
#![allow(missing_docs)]

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use sortition::verification::Level;
use speed::machine::processor_time;
use speed::pools::{files, sizes};
use speed::run::{Assembly, check, draw};

/// The number of panels.
const PANELS: u32 = 1000;

/// Processor time of this process, so that other work on the machine does not count.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        processor_time()
    }

    fn end(&self, start: Duration) -> Duration {
        processor_time().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn lottery(criterion: &mut Criterion<ProcessorTime>) {
    for shape in sizes() {
        let files = files(&shape);
        let prepare = || {
            let assembly = Assembly::read(&shape, &files, false)?;
            assembly.commit(&assembly.propose(PANELS, &mut |_| {})?)
        };
        let mut group = criterion.benchmark_group("lottery");
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(2));
        group.sampling_mode(SamplingMode::Flat);
        group.bench_function(BenchmarkId::new("prepare", shape.pool), |bencher| bencher.iter(prepare));

        let drawn = LazyCell::new(|| {
            let prepared = prepare().expect("the pool has a lottery");
            let bundle = draw(&prepared).expect("the record can be drawn");
            (prepared, bundle)
        });
        group.bench_function(BenchmarkId::new("draw", shape.pool), |bencher| {
            let (prepared, _) = &*drawn;
            bencher.iter(|| draw(black_box(prepared)));
        });
        for (name, level) in
            [("public", Level::Public), ("observer", Level::Observer), ("auditor", Level::Auditor)]
        {
            group.bench_function(BenchmarkId::new(format!("verify {name}"), shape.pool), |bencher| {
                let (prepared, bundle) = &*drawn;
                check(bundle, level, prepared.commitment).expect("the record is sound");
                bencher.iter(|| check(black_box(bundle), level, prepared.commitment));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = lottery
}
criterion_main!(benches);
