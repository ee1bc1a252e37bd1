//! Which posts are due when, and whose they are.

use fastrand::Rng;

use crate::quotas::SECOND;

/// A post to one account.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// When, from the beginning of the hour.
    pub at: i64,
    /// Whose.
    pub org: u32,
    /// The last bits of its id, from which its shard follows.
    pub id: u128,
}

/// The posts of an hour.
#[derive(Debug, Clone)]
pub struct Load {
    /// What it is called in reports.
    pub name: &'static str,
    /// The posts.
    pub posts: Vec<Due>,
    /// How many organizations there are.
    pub orgs: u32,
}

/// Organizations that share the posts.
const ORGS: u32 = 50_000;
const HOUR: i64 = 3_600;

impl Load {
    /// So many posts, each at any second of the hour, of any organization.
    #[must_use]
    pub fn spread(posts: usize, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let posts = (0..posts).map(|_| any(&mut random)).collect();
        Self { name: "spread over the hour", posts, orgs: ORGS }
    }

    /// The same, but a tenth of them at one and the same instant: twelve minutes in, on the minute.
    #[must_use]
    pub fn on_the_minute(posts: usize, seed: u64) -> Self {
        let mut load = Self::spread(posts, seed);
        for due in load.posts.iter_mut().step_by(10) {
            due.at = 12 * 60 * SECOND;
        }
        Self { name: "a tenth at one instant", ..load }
    }

    /// The same, but 10,000 of them at one instant and of one organization.
    #[must_use]
    pub fn one_organization(posts: usize, seed: u64) -> Self {
        let mut load = Self::spread(posts, seed);
        for due in load.posts.iter_mut().take(10_000) {
            (due.at, due.org) = (12 * 60 * SECOND, 0);
        }
        Self { name: "10,000 of one organization", ..load }
    }
}

fn any(random: &mut Rng) -> Due {
    Due { at: random.i64(0..HOUR) * SECOND, org: random.u32(1..ORGS), id: random.u128(..) }
}
