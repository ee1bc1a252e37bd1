//! Transactions that were done under a `ClientRequestToken`: for ten minutes a repeat is answered, not done.
//!
//! The SDK gives every transaction a token of its own, so that its retries are safe. The engine would
//! remember them too, but looks through all of them at each transaction: after ten busy minutes that takes
//! longer than the transaction.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use dynoxide::DynoxideError;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How long a token stands for its transaction, as in DynamoDB.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// The transactions of the last ten minutes, by token.
#[derive(Default)]
pub(super) struct Repeats {
    done: HashMap<String, Done>,
    /// Tokens, oldest first.
    order: VecDeque<(Timestamp, String)>,
}

struct Done {
    items: u64,
    answer: String,
}

impl Repeats {
    /// The answer that the transaction of these [`items`] got under `token`, if it was done before `now`.
    ///
    /// # Errors
    /// `IdempotentParameterMismatchException` when that was another one.
    pub(super) fn answer(&mut self, token: &str, items: u64, now: Timestamp) -> dynoxide::Result<Option<String>> {
        while self.order.front().is_some_and(|(at, _)| now.duration_since(*at) > KEPT) {
            if let Some((_, token)) = self.order.pop_front() {
                self.done.remove(&token);
            }
        }
        match self.done.get(token) {
            None => Ok(None),
            Some(done) if done.items == items => Ok(Some(done.answer.clone())),
            Some(_) => Err(DynoxideError::IdempotentParameterMismatchException(
                "An error occurred (IdempotentParameterMismatchException)".to_owned(),
            )),
        }
    }

    /// Remembers that the transaction of these [`items`] was done under `token`.
    pub(super) fn remember(&mut self, token: String, items: u64, answer: &str, now: Timestamp) {
        self.order.push_back((now, token.clone()));
        self.done.insert(token, Done { items, answer: answer.to_owned() });
    }
}

/// What tells one transaction from another: its items, whatever the order of names within them.
pub(super) fn items(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    request["TransactItems"].hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[u8] =
        br#"{"TransactItems":[{"Put":{"Item":{"a":{"S":"1"},"b":{"S":"2"}}}}],"ClientRequestToken":"t"}"#;
    const SAME: &[u8] =
        br#"{"ClientRequestToken":"t","TransactItems":[{"Put":{"Item":{"b":{"S":"2"},"a":{"S":"1"}}}}]}"#;
    const OTHER: &[u8] =
        br#"{"TransactItems":[{"Put":{"Item":{"a":{"S":"2"},"b":{"S":"1"}}}}],"ClientRequestToken":"t"}"#;

    #[test]
    fn a_repeat_is_answered_for_ten_minutes_and_another_transaction_refused() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut repeats = Repeats::default();
        assert_eq!(repeats.answer("t", items(ONE), at(0)).unwrap(), None);
        repeats.remember("t".into(), items(ONE), "{}", at(0));
        assert_eq!(repeats.answer("t", items(SAME), at(600)).unwrap().as_deref(), Some("{}"));
        assert!(matches!(
            repeats.answer("t", items(OTHER), at(600)),
            Err(DynoxideError::IdempotentParameterMismatchException(_))
        ));
        assert_eq!(repeats.answer("u", items(ONE), at(600)).unwrap(), None);
        assert_eq!(repeats.answer("t", items(OTHER), at(601)).unwrap(), None);
        assert!(repeats.done.is_empty() && repeats.order.is_empty(), "nothing is kept for longer");
    }
}
