//! Where a run's decisions come from: a seeded generator, or a path through all of them.

/// The decisions of one run, in order.
#[derive(Debug)]
pub enum Choice {
    /// Drawn from a seed: the same seed makes the same run.
    Random(fastrand::Rng),
    /// Walked through: the same path makes the same run, and the next path differs in its last step.
    Path(Path),
}

/// One branch of the tree of all runs.
#[derive(Debug, Default, Clone)]
pub struct Path {
    steps: Vec<(usize, usize)>,
    depth: usize,
}

impl Path {
    /// Begins the run that this path describes.
    pub const fn restart(&mut self) {
        self.depth = 0;
    }

    fn choose(&mut self, options: usize) -> usize {
        let chosen = match self.steps.get(self.depth) {
            Some((chosen, _)) => *chosen,
            None => {
                self.steps.push((0, options));
                0
            }
        };
        self.depth += 1;
        chosen
    }

    /// Goes on to the next branch; `false` when all were walked.
    pub fn advance(&mut self) -> bool {
        self.steps.truncate(self.depth);
        while let Some((chosen, options)) = self.steps.pop() {
            if chosen + 1 < options {
                self.steps.push((chosen + 1, options));
                return true;
            }
        }
        false
    }
}

impl Choice {
    /// One of `options`, counted from 0. In a walk every one of them comes up.
    pub fn pick(&mut self, options: usize) -> usize {
        match self {
            _ if options <= 1 => 0,
            Self::Random(random) => random.usize(..options),
            Self::Path(path) => path.choose(options),
        }
    }

    /// Whether something happens that does in `percent` of a hundred cases; never in a walk.
    pub fn chance(&mut self, percent: u32) -> bool {
        match self {
            Self::Random(random) => random.u32(..100) < percent,
            Self::Path(_) => false,
        }
    }

    /// A number of `from..=to`; in a walk the smallest.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        match self {
            Self::Random(random) => random.i64(from..=to),
            Self::Path(_) => from,
        }
    }

    /// Whether this run is one of a walk through all of them.
    #[must_use]
    pub const fn is_walk(&self) -> bool {
        matches!(self, Self::Path(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_visits_every_branch_once() {
        let mut path = Path::default();
        let mut seen = Vec::new();
        loop {
            path.restart();
            let mut choice = Choice::Path(path.clone());
            let first = choice.pick(3);
            // A tree whose branches differ in length.
            let second = if first == 1 { choice.pick(2) } else { 9 };
            seen.push((first, second));
            let Choice::Path(walked) = choice else { unreachable!("it was made a path") };
            path = walked;
            if !path.advance() {
                break;
            }
        }
        assert_eq!(seen, [(0, 9), (1, 0), (1, 1), (2, 9)]);
    }

    #[test]
    fn a_seed_replays() {
        let draw = |seed| {
            let mut choice = Choice::Random(fastrand::Rng::with_seed(seed));
            (0..20).map(|_| choice.pick(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
