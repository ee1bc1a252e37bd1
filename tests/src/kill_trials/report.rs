//! What many trials came to.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::fate::Counts;
use super::phase::Phase;

/// What many trials came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Trials run.
    pub trials: usize,
    /// Posts written, undisturbed ones included.
    pub posts: usize,
    /// Deliveries of those posts, each of which was judged.
    pub deliveries: usize,
    /// Processes killed during or right after an invocation.
    pub kills: usize,
    /// Where the kills met open deliveries.
    pub phases: BTreeMap<Phase, usize>,
    /// Events given to two processes at once.
    pub twins: usize,
    /// Events given once more, later.
    pub late_duplicates: usize,
    /// Times that the network forgot its keys between two attempts.
    pub hours: usize,
    /// From the start of a process until it asked for an event.
    pub startups: Vec<Duration>,
    /// Length of undisturbed invocations: of processes that had seen no event before, and of those that had.
    pub undisturbed: [Vec<Duration>; 2],
    /// What the networks did.
    pub network: Counts,
    /// Deliveries that are not out, or of which nobody knows: one line each.
    pub lost: Vec<String>,
    /// Deliveries that are out more than once: one line each.
    pub doubled: Vec<String>,
}

impl Report {
    /// Adds what another row of trials came to.
    pub fn add(&mut self, other: Self) {
        self.trials += other.trials;
        self.posts += other.posts;
        self.deliveries += other.deliveries;
        self.kills += other.kills;
        for (phase, count) in other.phases {
            *self.phases.entry(phase).or_default() += count;
        }
        self.twins += other.twins;
        self.late_duplicates += other.late_duplicates;
        self.hours += other.hours;
        self.startups.extend(other.startups);
        for (all, more) in self.undisturbed.iter_mut().zip(other.undisturbed) {
            all.extend(more);
        }
        self.network.lost_answers += other.network.lost_answers;
        self.network.failed += other.network.failed;
        self.network.limited += other.network.limited;
        self.network.repeats += other.network.repeats;
        self.network.collisions += other.network.collisions;
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
    }
}

/// The last line is for programs.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network, .. } = self;
        writeln!(f, "{} posts with {} deliveries, {} kills", self.posts, self.deliveries, self.kills)?;
        for (phase, count) in &self.phases {
            writeln!(f, "  {count:5}  deliveries met {phase}")?;
        }
        writeln!(
            f,
            "network: {} answers lost after the effect, {} failures without, {} times too many requests; {} repeats \
             recognized by their key, {} met their first",
            network.lost_answers, network.failed, network.limited, network.repeats, network.collisions
        )?;
        writeln!(
            f,
            "events: {} given to two processes at once, {} once more later; {} times an hour passed",
            self.twins, self.late_duplicates, self.hours
        )?;
        let [cold, warm] = &self.undisturbed;
        let [startup, cold, warm] = [&self.startups, cold, warm].map(|times| spread(times));
        writeln!(f, "processes: ready after {startup}; undisturbed they took {cold}, warm ones {warm}")?;
        for (what, lines) in [("lost", &self.lost), ("doubled", &self.doubled)] {
            for line in lines {
                writeln!(f, "{what}: {line}")?;
            }
        }
        write!(f, "kill-trials: trials={} lost={} doubled={}", self.trials, self.lost.len(), self.doubled.len())
    }
}

/// Median and longest.
fn spread(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |place: usize| sorted.get(place).map_or(0, Duration::as_millis);
    format!("{} ms (p50), {} ms at most", at(sorted.len() / 2), at(sorted.len().saturating_sub(1)))
}
