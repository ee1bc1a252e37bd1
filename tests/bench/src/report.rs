//! The table, and a line per function.

use anyhow::Context as _;

use crate::contender::{Contender, Kind};
use crate::measure::Figures;

/// Writes every median and ratio.
#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
pub(crate) fn print(
    contenders: &[Contender],
    figures: &[Figures],
    trips: &[usize],
    colds: usize,
    warms: usize,
) -> anyhow::Result<()> {
    let rows: Vec<Row> = contenders
        .iter()
        .zip(figures)
        .zip(trips)
        .map(|((contender, figures), trips)| Row::new(contender, figures, *trips))
        .collect::<anyhow::Result<_>>()?;
    let named = |name: &str| rows.iter().find(|row| row.contender.name == name).context("a floor is missing");
    let (floor, node) = (named("floor_lean")?, named("node")?);
    println!(
        "Medians of {colds} cold starts and {warms} warm events each, taking turns. CPU and wall in ms, sizes in MB."
    );
    println!("{HEAD}");
    for row in &rows {
        println!("{}", row.line());
    }
    println!("floor_lean is the floor of the ratios; its warm event is one read, as is Node's.");
    for row in rows.iter().filter(|row| row.contender.kind == Kind::Function) {
        println!("{}", row.summary(floor, node));
    }
    Ok(())
}

const HEAD: &str = "                 |        init         |     first event     |            warm event           |  RSS  binary   zip | reads  event\n\
                    contender        |     CPU       wall  |     CPU       wall  |     CPU      p50        p99     |                    |";

/// The medians of one contender.
struct Row<'a> {
    contender: &'a Contender,
    trips: usize,
    init: (f64, f64),
    first: (f64, f64),
    warm_cpu: f64,
    p50: f64,
    p99: f64,
    memory: f64,
    binary: f64,
    zip: f64,
}

impl<'a> Row<'a> {
    fn new(contender: &'a Contender, figures: &Figures, trips: usize) -> anyhow::Result<Self> {
        let (binary, zip) = contender.sizes()?;
        Ok(Self {
            contender,
            trips,
            init: (percentile(&figures.init_cpu, 50), percentile(&figures.init_wall, 50)),
            first: (percentile(&figures.first_cpu, 50), percentile(&figures.first_wall, 50)),
            warm_cpu: percentile(&figures.warm_cpu, 50),
            p50: percentile(&figures.warm_wall, 50),
            p99: percentile(&figures.warm_wall, 99),
            memory: figures.memory,
            binary: megabytes(binary),
            zip: megabytes(zip),
        })
    }

    fn line(&self) -> String {
        let Self { contender, trips, init, first, warm_cpu, p50, p99, memory, binary, zip } = self;
        // The interpreter is no part of what is uploaded.
        let (binary, zip) = match contender.kind {
            Kind::Node => ("     –".to_owned(), "    –".to_owned()),
            _ => (format!("{binary:6.2}"), format!("{zip:5.2}")),
        };
        format!(
            "{:<16} | {:>8.2} {:>9.2}  | {:>8.2} {:>9.2}  | {warm_cpu:>8.3} {p50:>9.2} {p99:>9.2}    | {memory:>5.1} {binary} {zip} | {trips:>3}    {}",
            contender.name, init.0, init.1, first.0, first.1, contender.asked
        )
    }

    fn summary(&self, floor: &Self, node: &Self) -> String {
        format!(
            "bench: function={} init_cpu_ms={:.2} x_floor={:.2} first_cpu_ms={:.2} warm_cpu_ms={:.3} x_floor={:.2} reads={} rss_mb={:.1} zip_mb={:.2} node_x={:.0} node_warm_x={:.1}",
            self.contender.name,
            self.init.0,
            self.init.0 / floor.init.0,
            self.first.0,
            self.warm_cpu,
            self.warm_cpu / floor.warm_cpu,
            self.trips,
            self.memory,
            self.zip,
            node.init.0 / self.init.0,
            node.warm_cpu / self.warm_cpu,
        )
    }
}

/// What `percent` of all samples stay below.
fn percentile(samples: &[f64], percent: usize) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or(f64::NAN)
}

fn megabytes(bytes: usize) -> f64 {
    u32::try_from(bytes).map_or(f64::INFINITY, f64::from) / 1e6
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_median_is_the_middle_and_a_percentile_near_the_end() {
        let samples: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert!((percentile(&samples, 50) - 51.0).abs() < f64::EPSILON);
        assert!((percentile(&samples, 99) - 100.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 50).is_nan());
    }
}
