//! What came of an hour.

use std::fmt;

use crate::quotas::SECOND;

/// What came of an hour's posts.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Posts.
    pub posts: usize,
    /// Those that never went out.
    pub lost: usize,
    /// Those that people see more than once.
    pub doubled: usize,
    /// How late each went out, sorted.
    pub late: Vec<i64>,
    /// The most executions of `publish` at once.
    pub peak_concurrency: u32,
    /// The most write units that one second took: of the table with its indexes,
    pub peak_table_wcu: u32,
    /// of one organization's partition,
    pub peak_org_wcu: u32,
    /// and of one shard of the due index.
    pub peak_shard_wcu: u32,
    /// Claims that the table refused for want of write units.
    pub throttled: usize,
    /// Attempts that were repeated because their conclusion could not be stored in time.
    pub repeated: usize,
    /// The most messages that waited to be received.
    pub peak_backlog: usize,
    /// The most invocations by schedules that waited for a free execution.
    pub peak_waiting: usize,
    /// Posts that sweeps published themselves, and posts that they handed to the queue.
    pub swept: usize,
    /// See above.
    pub handed_over: usize,
}

impl Report {
    /// How late the given share of the posts is at most, in seconds.
    #[must_use]
    pub fn late_at(&self, percent: usize) -> f64 {
        let index = (self.late.len() * percent).div_ceil(100).clamp(1, self.late.len().max(1)) - 1;
        seconds(self.late.get(index).copied().unwrap_or(0))
    }

    /// The worse of two, figure by figure: how late each share of the posts is, too.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let late = self.late.into_iter().zip(other.late).map(|(one, other)| one.max(other)).collect();
        Self {
            posts: self.posts.max(other.posts),
            lost: self.lost.max(other.lost),
            doubled: self.doubled.max(other.doubled),
            late,
            peak_concurrency: self.peak_concurrency.max(other.peak_concurrency),
            peak_table_wcu: self.peak_table_wcu.max(other.peak_table_wcu),
            peak_org_wcu: self.peak_org_wcu.max(other.peak_org_wcu),
            peak_shard_wcu: self.peak_shard_wcu.max(other.peak_shard_wcu),
            throttled: self.throttled.max(other.throttled),
            repeated: self.repeated.max(other.repeated),
            peak_backlog: self.peak_backlog.max(other.peak_backlog),
            peak_waiting: self.peak_waiting.max(other.peak_waiting),
            swept: self.swept.max(other.swept),
            handed_over: self.handed_over.max(other.handed_over),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "posts={} lost={} doubled={} p50_late_s={:.2} p99_late_s={:.2} max_late_s={:.2} peak_concurrency={} \
             peak_table_wcu={} peak_org_wcu={} peak_shard_wcu={} throttled={} repeated={} peak_backlog={} \
             peak_waiting={} swept={} handed_over={}",
            self.posts,
            self.lost,
            self.doubled,
            self.late_at(50),
            self.late_at(99),
            self.late_at(100),
            self.peak_concurrency,
            self.peak_table_wcu,
            self.peak_org_wcu,
            self.peak_shard_wcu,
            self.throttled,
            self.repeated,
            self.peak_backlog,
            self.peak_waiting,
            self.swept,
            self.handed_over,
        )
    }
}

/// For people.
#[must_use]
pub fn seconds(time: i64) -> f64 {
    jiff::SignedDuration::from_micros(time).as_secs_f64()
}

/// In the model's unit.
#[must_use]
pub fn micros(seconds: f64) -> i64 {
    let time = std::time::Duration::from_secs_f64(seconds.max(0.0));
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4 / SECOND * SECOND)
}
