//! What a piece of work cost in requests to AWS.

use std::fmt;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::meter::Units;

/// One request.
#[derive(Debug, Clone)]
pub struct Trip {
    /// The service, as signatures name it.
    pub service: String,
    /// The operation; the method where the service goes by addresses.
    pub operation: String,
    /// When it left.
    pub began: Instant,
    /// When its answer was there.
    pub ended: Instant,
}

/// Requests by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trips {
    /// Reads of the table.
    pub reads: u32,
    /// Writes of the table: single ones and transactions.
    pub writes: u32,
    /// Schedules set or removed.
    pub schedules: u32,
    /// Messages sent.
    pub messages: u32,
    /// Objects looked at, read, written, copied or removed.
    pub objects: u32,
    /// Secrets fetched.
    pub secrets: u32,
    /// Mails sent.
    pub mails: u32,
    /// Requests to the user pool.
    pub pool: u32,
    /// Times that the work waits: requests that are under way together are waited for once.
    pub waits: u32,
}

/// What a piece of work asked of AWS.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Requests by kind.
    pub trips: Trips,
    /// What DynamoDB consumed for it.
    pub units: Units,
    /// Each request's service and operation, in order of their answers.
    pub operations: Vec<String>,
}

impl Tally {
    /// Sums requests up.
    #[must_use]
    pub fn of(mut requests: Vec<Trip>, units: Units) -> Self {
        let operations = requests.iter().map(|trip| format!("{}.{}", trip.service, trip.operation)).collect();
        let mut trips = Trips::default();
        for trip in &requests {
            *trips.counter(&trip.service, &trip.operation) += 1;
        }
        requests.sort_by_key(|trip| trip.began);
        let mut until = None;
        for trip in &requests {
            if until.is_none_or(|until| trip.began >= until) {
                trips.waits += 1;
            }
            until = until.max(Some(trip.ended));
        }
        Self { trips, units, operations }
    }
}

impl Trips {
    /// All requests.
    #[must_use]
    pub const fn all(&self) -> u32 {
        self.reads + self.writes + self.schedules + self.messages + self.objects + self.secrets + self.mails + self.pool
    }

    /// Each kind with its count.
    #[must_use]
    pub const fn kinds(&self) -> [(&'static str, u32); 9] {
        [
            ("reads", self.reads),
            ("writes", self.writes),
            ("schedules", self.schedules),
            ("messages", self.messages),
            ("objects", self.objects),
            ("secrets", self.secrets),
            ("mails", self.mails),
            ("pool", self.pool),
            ("waits", self.waits),
        ]
    }

    fn counter(&mut self, service: &str, operation: &str) -> &mut u32 {
        match (service, operation) {
            ("dynamodb", "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems") => &mut self.reads,
            ("dynamodb", _) => &mut self.writes,
            ("scheduler", _) => &mut self.schedules,
            ("sqs", _) => &mut self.messages,
            ("s3", _) => &mut self.objects,
            ("secretsmanager", _) => &mut self.secrets,
            ("ses", _) => &mut self.mails,
            ("cognito" | "cognito-idp", _) => &mut self.pool,
            _ => panic!("a request to {service} ({operation}), which nothing here counts"),
        }
    }
}

impl fmt::Display for Trips {
    /// What is none is left out, but for reads and writes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (name, count) in self.kinds() {
            if count > 0 || matches!(name, "reads" | "writes") {
                write!(f, "{between}{name}={count}")?;
                between = " ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_under_way_together_is_waited_for_once() {
        let zero = Instant::now();
        let trip = |from: u64, to: u64| Trip {
            service: "dynamodb".into(),
            operation: "GetItem".into(),
            began: zero + Duration::from_millis(from),
            ended: zero + Duration::from_millis(to),
        };
        let waits = |trips: &[(u64, u64)]| {
            let trips = trips.iter().map(|(from, to)| trip(*from, *to)).collect();
            Tally::of(trips, Units::default()).trips.waits
        };
        assert_eq!(waits(&[]), 0);
        assert_eq!(waits(&[(0, 5), (5, 9)]), 2);
        assert_eq!(waits(&[(0, 5), (1, 3), (4, 8)]), 1, "one chain of overlaps");
        assert_eq!(waits(&[(2, 9), (0, 1), (3, 4)]), 2, "in whatever order they were answered");
    }
}
