//! How cost grows, as a picture.

use plotters::prelude::*;

use crate::trial::Trial;

/// Seconds of processor time to prepare, and peak memory in MiB, by the number of members, both axes logarithmic, of the
/// pools without households; as SVG.
///
/// # Errors
/// What the plotting library says.
pub fn plot(trials: &[Trial]) -> Result<String, String> {
    let mut svg = String::new();
    draw(trials, &mut svg).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw(trials: &[Trial], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let trials: Vec<&Trial> = trials.iter().filter(|trial| !trial.households).collect();
    let seconds: Vec<(f64, f64)> = trials.iter().map(|t| (t.n as f64, t.prepare())).collect();
    let memory: Vec<(f64, f64)> =
        trials.iter().filter_map(|t| Some((t.n as f64, t.memory? as f64 / 1024.0))).collect();
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, 0.0f64), |(least, most), value| (least.min(value), most.max(value)))
    };
    let (few, many) = ends(&mut seconds.iter().map(|&(n, _)| n));
    let (low, high) = ends(&mut seconds.iter().chain(&memory).map(|&(_, y)| y));
    let root = SVGBackend::with_string(svg, (720, 440)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((few..many).log_scale(), (low / 2.0..high * 2.0).log_scale())?;
    chart.configure_mesh().x_desc("members of the pool").y_desc("seconds, MiB").draw()?;
    for (name, points, colour) in [("seconds", seconds, BLUE), ("MiB", memory, RED)] {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)).point_size(3))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().border_style(BLACK).background_style(WHITE).draw()?;
    root.present()?;
    Ok(())
}
