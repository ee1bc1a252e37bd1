//! What should have ended long ago is told of by the sweep, which reads nothing but the due index for it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use cloud::Cloud;
use domain::delivery::{Delivery, DeliveryState};
use jiff::SignedDuration;
use publish::Publisher;
use serde_json::{Value, json};
use tests::person::Team;
use tests::stack::stack;
use tracing_subscriber::fmt::MakeWriter;

use crate::journeys::recovery::post_with;

/// Lines that the program logs, kept for reading.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn of(&self, post: &Value) -> Vec<Value> {
        let lines = String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text");
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["message"] == "overdue" && line["post"] == post["id"]).collect()
    }
}

/// What one sweep logs.
async fn sweep() -> Lines {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(lines.clone()).finish();
    // Only for this thread, on which all of the test runs.
    let _guard = tracing::subscriber::set_default(subscriber);
    let publisher = Publisher::new(&Cloud::connect(stack().config.clone()).await);
    publisher.handle(json!({ "sweep": true })).await.expect("a sweep");
    lines
}

/// Was due a month ago, so that it is among the oldest, and is tried next in half an hour.
fn tried_for_a_month(waiting: &Delivery) -> Delivery {
    Delivery {
        state: DeliveryState::Retrying,
        due_at: waiting.due_at - SignedDuration::from_hours(24 * 30),
        wake_at: Some(waiting.due_at + SignedDuration::from_mins(90)),
        ..waiting.clone()
    }
}

#[tokio::test]
async fn what_is_overdue_is_told_by_id_though_its_next_look_is_ahead() {
    let team = Team::new(&stack().origin).await;
    let (post, _) = post_with(&team, tried_for_a_month).await;
    let told = sweep().await.of(&post);
    assert_eq!(told.len(), 1, "{told:?}");
    let line = &told[0];
    assert_eq!((line["level"].as_str(), line["org"].as_str()), (Some("WARN"), Some(team.org.as_str())));
    assert_eq!(line["account"], post["deliveries"][0]["account_id"]);
    let month = 30 * 24 * 3600;
    assert!(line["waits_seconds"].as_i64().is_some_and(|seconds| seconds > month), "{line}");
    assert!(!line.to_string().contains("Is it out?"), "no text of a post");
    let now = team.owner.get(&format!("/posts/{}", post["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(now["deliveries"][0]["state"], "retrying", "it was told of, not tried before its time");
}

#[tokio::test]
async fn what_has_an_end_is_told_of_no_more() {
    let team = Team::new(&stack().origin).await;
    let ended =
        |waiting: &Delivery| Delivery { state: DeliveryState::Failed, wake_at: None, ..tried_for_a_month(waiting) };
    let (post, _) = post_with(&team, ended).await;
    assert!(sweep().await.of(&post).is_empty());
}
