//! Series: the next post when one's time has come, and nothing of what was missed.

use cloud::WakeUp;
use domain::audit::AuditEntry;
use domain::delivery::{Delivery, DeliveryState};
use domain::ids::{AuditId, SeriesId};
use domain::media::{File, UsedBy};
use domain::post::{OccurrenceOf, Post, TargetOutcome};
use domain::series::{Missed, Series, lapsed};
use domain::tenancy::OrgScope;
use futures::stream::{self, StreamExt as _};
use store::{Change, Condition, DueSeries, OrgKey, OrgStore, StoreError, Write};

use crate::Publisher;

/// Series looked at side by side.
const SIDE_BY_SIDE: usize = 16;

/// Makes the next post of every series whose time has come. One that cannot be read is looked at again
/// in a minute and keeps no other waiting.
pub(crate) async fn sweep(publisher: &Publisher, due: impl Iterator<Item = DueSeries>) {
    let due: Vec<DueSeries> = due.collect();
    stream::iter(due)
        .for_each_concurrent(SIDE_BY_SIDE, |due| async move {
            let store = publisher.table.org(OrgScope::from_own_wakeup(due.org));
            advance_or_log(publisher, &store, due.series).await;
        })
        .await;
}

/// Makes the post that comes after `post` in its series, if it is in one and its time has come.
pub(crate) async fn follow(publisher: &Publisher, store: &OrgStore, post: &Post) {
    if let Some(OccurrenceOf { series_id, .. }) = post.series {
        advance_or_log(publisher, store, series_id).await;
    }
}

async fn advance_or_log(publisher: &Publisher, store: &OrgStore, series: SeriesId) {
    if let Err(error) = advance(publisher, store, series).await {
        tracing::error!(org = %store.org(), %series, %error, "a series could not go on: the sweep tries again");
    }
}

/// One transaction: the next post with its deliveries, the series one step on, and the audit entry.
/// Of any number of callers one wins, by the series' version.
async fn advance(publisher: &Publisher, store: &OrgStore, id: SeriesId) -> Result<(), StoreError> {
    let Some(series) = store.get::<Series>(&OrgKey::Series(id)).await? else { return Ok(()) };
    let now = publisher.cloud.clock.now();
    let Some(step) = series.advanced(now) else { return Ok(()) };
    let missed = step.series.missed_count - series.missed_count;
    let mut writes = vec![store.put(&OrgKey::Series(id), &step.series, Condition::Version(series.version))?];
    if let Some((post, deliveries)) = &step.next {
        let keys: Vec<OrgKey> = post.files.iter().map(|file| OrgKey::File(file.file_id)).collect();
        let files: Vec<File> = store.get_all(&keys).await?;
        writes.extend(store.new_post(post, deliveries)?);
        writes.extend(store.note_use(&files, &[UsedBy::Post(post.id)])?);
    }
    let summary = match (&step.next, missed) {
        (Some((post, _)), 0) => format!("Made the next post, {}", post.id),
        (Some((post, _)), missed) => format!("Made the next post, {}; {missed} before it were missed", post.id),
        (None, _) => "Its last time has passed".to_owned(),
    };
    writes.push(audit(publisher, store, "series.advance", &id, summary)?);
    match store.transact(writes).await {
        Ok(()) => {}
        Err(error) if error.is_conflict() => {
            tracing::info!(series = %id, "another made the next post");
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    if let Some((post, _)) = &step.next {
        wake(publisher, store, post).await;
    }
    Ok(())
}

/// The deliveries of a post without those of an occurrence that nobody began within an hour: these are
/// canceled and listed with the series, so that a standstill ends without a burst.
pub(crate) async fn without_lapsed(
    publisher: &Publisher,
    store: &OrgStore,
    post: &Post,
    deliveries: Vec<Delivery>,
) -> Result<Vec<Delivery>, StoreError> {
    let late = lapsed(post, &deliveries, publisher.cloud.clock.now());
    if late.is_empty() {
        return Ok(deliveries);
    }
    match cancel(publisher, store, post, &late).await {
        // Moved, edited or claimed just now: the next look tells what it is.
        Err(error) if error.is_conflict() => tracing::info!(post = %post.id, "a missed post changed just now"),
        Err(error) => return Err(error),
        Ok(()) => tracing::warn!(org = %store.org(), post = %post.id, "an occurrence was missed"),
    }
    let is_late = |delivery: &Delivery| late.iter().any(|late| late.account_id == delivery.account_id);
    Ok(deliveries.into_iter().filter(|delivery| !is_late(delivery)).collect())
}

async fn cancel(publisher: &Publisher, store: &OrgStore, post: &Post, late: &[Delivery]) -> Result<(), StoreError> {
    let mut note = Change::default();
    let mut writes = Vec::with_capacity(late.len() + 3);
    for delivery in late {
        let key = OrgKey::Delivery(post.id, delivery.account_id);
        writes.push(store.put(&key, &delivery.canceled(), Condition::unmoved(delivery))?);
        let outcome = TargetOutcome { state: DeliveryState::Canceled, permalink: None };
        note = note.set_in("outcomes", &delivery.account_id.to_string(), &outcome)?;
    }
    // The post's outcomes are noted side by side with other deliveries' conclusions, so only they are written.
    writes.push(store.change(&OrgKey::Post(post.id), note, Condition::Version(post.version)));
    writes.extend(list_missed(store, post).await?);
    let summary = "Was not sent: more than an hour had passed since its time";
    writes.push(audit(publisher, store, "post.missed", &post.id, summary)?);
    store.transact(writes).await
}

/// The write that lists the post with its series, unless that is gone or has another rule by now.
async fn list_missed(store: &OrgStore, post: &Post) -> Result<Option<Write>, StoreError> {
    let Some(OccurrenceOf { series_id, number }) = post.series else { return Ok(None) };
    let key = OrgKey::Series(series_id);
    let Some(series) = store.get::<Series>(&key).await? else { return Ok(None) };
    let Some(occurrence) = series.rule.occurrence(number).filter(|_| series.post_id(number) == post.id) else {
        return Ok(None);
    };
    let mut next = series.clone();
    next.version += 1;
    next.note_missed(Missed { occurrence, post_id: Some(post.id) });
    Ok(Some(store.put(&key, &next, Condition::Version(series.version))?))
}

async fn wake(publisher: &Publisher, store: &OrgStore, post: &Post) {
    let Some(schedule) = &post.schedule else { return };
    let wake_up = WakeUp { org: store.org(), post: post.id, revision: post.revision };
    if let Err(error) = publisher.cloud.wake(wake_up, schedule.at).await {
        tracing::warn!(post = %post.id, error, "no wake-up: the sweep will publish");
    }
}

/// What the system itself did.
fn audit(
    publisher: &Publisher,
    store: &OrgStore,
    action: &str,
    target: &impl ToString,
    summary: impl Into<String>,
) -> Result<Write, StoreError> {
    let at = publisher.cloud.clock.now();
    let entry = AuditEntry {
        id: AuditId::new(publisher.cloud.random.ulid(at)),
        at,
        actor: None,
        actor_name: None,
        action: action.to_owned(),
        target: Some(target.to_string()),
        summary: summary.into(),
    };
    store.put(&OrgKey::Audit(entry.id), &entry, Condition::Always)
}
