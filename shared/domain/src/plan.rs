//! What a change of a post means for its deliveries, decided before anything is written.

use jiff::Timestamp;

use crate::delivery::{Decider, Delivery, DeliveryState, Refusal};
use crate::ids::AccountId;
use crate::post::{Post, TargetOutcome, may_change};
use crate::when::Schedule;

/// A delivery before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryChange {
    /// As it was read; absent when it is new.
    pub before: Option<Delivery>,
    /// As it is to be stored; absent when it goes.
    pub after: Option<Delivery>,
}

/// A post as it is to be stored, and its deliveries' changes, all of which happen or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The post.
    pub post: Post,
    /// The deliveries that change.
    pub deliveries: Vec<DeliveryChange>,
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// A delivery is, or may be, on its way.
    UnderWay,
    /// Part of it is published: its time cannot change any more.
    Published,
    /// It surely never arrived.
    NeverOut,
    /// Nothing to do it to.
    NotThere,
}

/// Stores a post that is new. With a time, a delivery waits for it at every target; a draft has none.
#[must_use]
pub fn create(post: Post) -> Plan {
    align(post, &[])
}

/// Gives the post its time: every delivery waits for it. A slot it held is free again.
///
/// # Errors
/// A [`Hindrance`] when one is on its way or published.
pub fn schedule(post: &Post, deliveries: &[Delivery], schedule: Schedule, now: Timestamp) -> Result<Plan, Hindrance> {
    untouched(deliveries)?;
    let mut post = next_version(post, now);
    post.schedule = Some(schedule);
    post.slot = None;
    Ok(align(post, deliveries))
}

/// Takes the post's time away: every delivery that has not started is canceled.
///
/// # Errors
/// A [`Hindrance`] when one is on its way or published, or the post has no time.
pub fn unschedule(post: &Post, deliveries: &[Delivery], now: Timestamp) -> Result<Plan, Hindrance> {
    if post.schedule.is_none() {
        return Err(Hindrance::NotThere);
    }
    untouched(deliveries)?;
    let mut post = next_version(post, now);
    post.schedule = None;
    post.slot = None;
    Ok(align(post, deliveries))
}

/// Stores new content: `edited` is the post with it. What is published stays at the networks as it
/// is; what waits gets the new revision; what failed waits for a retry.
///
/// # Errors
/// [`Hindrance::UnderWay`] when a delivery is, or may be, on its way; [`Hindrance::Published`] when all are out.
pub fn edit(edited: &Post, deliveries: &[Delivery], now: Timestamp) -> Result<Plan, Hindrance> {
    if !may_change(deliveries) {
        return Err(Hindrance::UnderWay);
    }
    let out = |delivery: &Delivery| delivery.state == DeliveryState::Published;
    if !deliveries.is_empty() && deliveries.iter().all(out) {
        return Err(Hindrance::Published);
    }
    let mut post = next_version(edited, now);
    post.slot = post.slot.filter(|slot| post.targets.iter().any(|target| target.account_id == slot.account_id));
    if !deliveries.is_empty() && deliveries.iter().all(|delivery| delivery.state == DeliveryState::Canceled) {
        // Its time was missed: mended, it waits for another one instead of going out late.
        post.schedule = None;
    }
    Ok(align(post, deliveries))
}

/// Sends one delivery again, because a person asked for it.
///
/// # Errors
/// [`Hindrance::NotThere`] when the post has no such delivery; [`Hindrance::UnderWay`] unless it failed or is unknown.
pub fn retry(post: &Post, deliveries: &[Delivery], account: AccountId, by: &Decider) -> Result<Plan, Hindrance> {
    let before = one(post, deliveries, account)?;
    let after = before.sent_again(by, post.revision).map_err(|_: Refusal| Hindrance::UnderWay)?;
    Ok(decided(post, before, after))
}

/// Takes one delivery of unknown outcome for published, because a person says that it is there: at `url`,
/// if they say where.
///
/// # Errors
/// [`Hindrance::NotThere`] when the post has no such delivery; when its outcome is known or to come, which it is.
pub fn confirm(
    post: &Post,
    deliveries: &[Delivery],
    account: AccountId,
    by: &Decider,
    url: Option<String>,
) -> Result<Plan, Hindrance> {
    let before = one(post, deliveries, account)?;
    let after = before.confirmed(by, url).map_err(|_: Refusal| match before.state {
        DeliveryState::Published => Hindrance::Published,
        DeliveryState::Failed | DeliveryState::Canceled => Hindrance::NeverOut,
        _ => Hindrance::UnderWay,
    })?;
    Ok(decided(post, before, after))
}

/// Removes the post. What is published stays at the networks.
///
/// # Errors
/// [`Hindrance::UnderWay`] when a delivery is, or may be, on its way.
pub fn delete(deliveries: &[Delivery]) -> Result<Vec<DeliveryChange>, Hindrance> {
    let moving = |delivery: &Delivery| matches!(delivery.state, DeliveryState::Publishing | DeliveryState::Retrying);
    if deliveries.iter().any(moving) {
        return Err(Hindrance::UnderWay);
    }
    Ok(deliveries.iter().map(|delivery| DeliveryChange { before: Some(delivery.clone()), after: None }).collect())
}

/// The delivery to an account that the post still goes to.
fn one<'a>(post: &Post, deliveries: &'a [Delivery], account: AccountId) -> Result<&'a Delivery, Hindrance> {
    let wanted = post.targets.iter().any(|target| target.account_id == account);
    let found = deliveries.iter().find(|delivery| delivery.account_id == account);
    found.filter(|_| wanted).ok_or(Hindrance::NotThere)
}

/// What a person decided about one delivery: its content and its time stay.
fn decided(post: &Post, before: &Delivery, after: Delivery) -> Plan {
    let mut post = post.clone();
    post.version += 1;
    post.outcomes.insert(after.account_id, TargetOutcome::from(&after));
    Plan { post, deliveries: vec![DeliveryChange { before: Some(before.clone()), after: Some(after) }] }
}

fn untouched(deliveries: &[Delivery]) -> Result<(), Hindrance> {
    if !may_change(deliveries) {
        return Err(Hindrance::UnderWay);
    }
    let out = deliveries.iter().any(|delivery| delivery.state == DeliveryState::Published);
    if out { Err(Hindrance::Published) } else { Ok(()) }
}

fn next_version(post: &Post, now: Timestamp) -> Post {
    Post { version: post.version + 1, revision: post.revision + 1, updated_at: now, ..post.clone() }
}

/// Brings the deliveries in line with the post's targets and time.
fn align(mut post: Post, deliveries: &[Delivery]) -> Plan {
    let mut changes = Vec::new();
    for target in &post.targets {
        let before = deliveries.iter().find(|delivery| delivery.account_id == target.account_id);
        let after = match (&post.schedule, before) {
            (None, None) => None,
            (None, Some(before)) if before.state == DeliveryState::Pending => Some(before.canceled()),
            (None, Some(_)) => continue,
            (Some(time), None) => {
                Some(Delivery::new(post.id, target.account_id, target.platform, post.revision, time.at))
            }
            (Some(_), Some(before)) if stays(before, &post) => continue,
            (Some(time), Some(before)) => Some(before.reopened(post.revision, time.at)),
        };
        if after.is_some() {
            changes.push(DeliveryChange { before: before.cloned(), after });
        }
    }
    let dropped = deliveries.iter().filter(|delivery| {
        let wanted = post.targets.iter().any(|target| target.account_id == delivery.account_id);
        !wanted && delivery.state != DeliveryState::Published
    });
    changes.extend(dropped.map(|delivery| DeliveryChange { before: Some(delivery.clone()), after: None }));
    outline(&mut post, deliveries, &changes);
    Plan { post, deliveries: changes }
}

/// Published deliveries always stay as they are. Failed ones do while their time is unchanged: an edit
/// mends the content, and a person retries.
fn stays(delivery: &Delivery, post: &Post) -> bool {
    let same_time = post.schedule.as_ref().is_some_and(|time| time.at == delivery.due_at);
    delivery.state == DeliveryState::Published || (delivery.state == DeliveryState::Failed && same_time)
}

/// Notes on the post where each delivery will stand; a draft's stand nowhere.
fn outline(post: &mut Post, deliveries: &[Delivery], changes: &[DeliveryChange]) {
    post.outcomes.clear();
    if post.schedule.is_none() {
        return;
    }
    let changed =
        |account| changes.iter().any(|c| c.before.as_ref().is_some_and(|b: &Delivery| b.account_id == account));
    let kept = deliveries.iter().filter(|delivery| !changed(delivery.account_id));
    for delivery in kept.chain(changes.iter().filter_map(|change| change.after.as_ref())) {
        post.outcomes.insert(delivery.account_id, TargetOutcome::from(delivery));
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
