//! Wake-ups and secrets, as product code makes, removes and reads them.

use aws_sdk_scheduler::types::{ActionAfterCompletion, FlexibleTimeWindowMode};
use cloud::{SecretError, WakeUp};

use super::backend::{Backend, noon};
use super::on_both;

on_both!(a_wake_up_is_made_once, a_wake_up_can_be_forgotten, a_secret_is_read_or_named);

fn client(backend: &Backend) -> aws_sdk_scheduler::Client {
    let mut builder = aws_sdk_scheduler::config::Builder::from(backend.cloud.sdk());
    builder.set_endpoint_url(backend.cloud.config.endpoints.scheduler.clone());
    aws_sdk_scheduler::Client::from_conf(builder.build())
}

async fn names(backend: &Backend, wake_up: WakeUp) -> Vec<String> {
    let list = client(backend).list_schedules().group_name(&backend.cloud.config.schedule_group);
    let answer = list.name_prefix(wake_up.post.to_string()).send().await.expect("a list");
    answer.schedules().iter().filter_map(|schedule| schedule.name().map(str::to_owned)).collect()
}

async fn a_wake_up_is_made_once(backend: Backend) {
    let wake_up = WakeUp { org: backend.org().org(), post: Backend::post(0), revision: 3 };
    let schedules = backend.cloud.schedules();
    schedules.wake(wake_up, noon()).await.expect("made");
    schedules.wake(wake_up, noon()).await.expect("asking again is fine");

    let names = names(&backend, wake_up).await;
    assert_eq!(names.len(), 1, "{names:?}");
    let get = client(&backend).get_schedule().group_name(&backend.cloud.config.schedule_group).name(&names[0]);
    let made = get.send().await.expect("the schedule");
    assert_eq!(made.schedule_expression(), Some("at(2035-11-24T12:00:00)"));
    assert_eq!(made.schedule_expression_timezone(), Some("UTC"));
    assert_eq!(made.action_after_completion(), Some(&ActionAfterCompletion::Delete));
    assert_eq!(made.flexible_time_window().map(|window| window.mode().clone()), Some(FlexibleTimeWindowMode::Off));
    let target = made.target().expect("a target");
    assert_eq!(target.arn(), backend.cloud.config.publish_arn);
    let input: WakeUp = serde_json::from_str(target.input().expect("an input")).expect("a wake-up");
    assert_eq!(input, wake_up);
}

async fn a_wake_up_can_be_forgotten(backend: Backend) {
    let wake_up = WakeUp { org: backend.org().org(), post: Backend::post(0), revision: 1 };
    let schedules = backend.cloud.schedules();
    schedules.wake(wake_up, noon()).await.expect("made");
    schedules.forget(wake_up, noon()).await.expect("forgotten");
    schedules.forget(wake_up, noon()).await.expect("forgetting again is fine");
    assert!(names(&backend, wake_up).await.is_empty());
}

async fn a_secret_is_read_or_named(backend: Backend) {
    backend.cloud.secrets().keyring().await.expect("the keys");
    let missing = backend.cloud.secrets().get("no-such-secret").await;
    let Err(SecretError::Missing { name }) = missing else { panic!("{missing:?}") };
    assert!(name.ends_with("/no-such-secret"), "{name}");
    assert!(backend.cloud.secrets().find("no-such-secret").await.expect("an answer").is_none());
}
