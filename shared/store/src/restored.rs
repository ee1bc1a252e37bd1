//! What items of a backup become when they are put into a table again.
//!
//! See `domain::delivery` for why: what may have gone out since the backup waits for a person. Items are gone through
//! twice, in any order: first to find what is in doubt, then to change it on its way into the table. Everything
//! else stays as it is, with attributes that this code does not know.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::Random;
use cloud::reach::{Across, Reach};
use domain::audit::AuditEntry;
use domain::delivery::{Delivery, DeliveryState};
use domain::ids::{AccountId, AuditId, OrgId, PostId};
use domain::plan;
use domain::post::{Post, TargetOutcome};
use domain::slots::SlotReservation;
use jiff::Timestamp;

use crate::backend::{Index, Item};
use crate::entity::Entity;
use crate::error::StoreError;
use crate::key::{Key, OrgKey, PK, SK};
use crate::write::{Condition, Kind, LISTED, Write};

/// Between a backup and its restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The instant that the backup shows.
    pub backup: Timestamp,
    /// From when on nothing was published any more.
    pub until: Timestamp,
    /// Whether posts that were due later become drafts: they may have been moved forward and published, too.
    pub all: bool,
}

/// Whose post it is, and which.
type Name = (OrgId, PostId);

/// What is seen of one post's deliveries.
#[derive(Debug, Default)]
struct Seen {
    doubtful: BTreeSet<AccountId>,
    waiting: BTreeSet<AccountId>,
    ended: bool,
}

/// What happens to a post.
#[derive(Debug)]
enum Fate {
    /// These deliveries wait for a person.
    Held(BTreeSet<AccountId>),
    /// It is a draft again.
    Draft,
}

/// What a backup holds that may have gone out since.
#[derive(Debug)]
pub struct Doubts {
    window: Window,
    seen: BTreeMap<Name, Seen>,
    fates: BTreeMap<Name, Fate>,
}

impl Doubts {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new(window: Window) -> Self {
        Self { window, seen: BTreeMap::new(), fates: BTreeMap::new() }
    }

    /// Takes note of an item, whatever it is.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it is a delivery that cannot be read.
    pub fn note(&mut self, item: &Item) -> Result<(), StoreError> {
        let Some((name, Some(account))) = post_or_delivery(item) else { return Ok(()) };
        let delivery: Delivery = serde_dynamo::from_item(item.clone())?;
        let doubtful = delivery.is_in_doubt(self.window.until);
        if !doubtful && !self.window.all {
            return Ok(());
        }
        let seen = self.seen.entry(name).or_default();
        if doubtful {
            seen.doubtful.insert(account);
        } else if delivery.state.is_end() {
            seen.ended |= delivery.state != DeliveryState::Canceled;
        } else {
            seen.waiting.insert(account);
        }
        Ok(())
    }

    /// Decides, once every item was noted.
    #[must_use]
    pub fn decided(mut self) -> Self {
        let fate = |seen: Seen| match (seen.doubtful.is_empty(), seen.waiting.is_empty()) {
            (true, true) => None,
            (true, false) if !seen.ended => Some(Fate::Draft),
            _ => Some(Fate::Held(seen.doubtful.into_iter().chain(seen.waiting).collect())),
        };
        let seen = std::mem::take(&mut self.seen);
        self.fates = seen.into_iter().filter_map(|(name, seen)| Some((name, fate(seen)?))).collect();
        self
    }

    /// How many deliveries wait for a person, and how many posts are drafts again.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let held = |fate: &Fate| if let Fate::Held(accounts) = fate { accounts.len() } else { 0 };
        let drafts = self.fates.values().filter(|fate| matches!(fate, Fate::Draft)).count();
        (self.fates.values().map(held).sum(), drafts)
    }

    /// The item as it is to be stored; nothing when it is to go.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when it is in doubt and cannot be read.
    pub fn settled(&self, item: Item, random: &dyn Random) -> Result<Option<Item>, StoreError> {
        let Some((name, account)) = post_or_delivery(&item) else { return self.without_slot(item) };
        let (Some(fate), (org, post)) = (self.fates.get(&name), name) else { return Ok(Some(item)) };
        let Window { backup, until, .. } = self.window;
        let Some(account) = account else {
            let before: Post = serde_dynamo::from_item(item.clone())?;
            let after = restored_post(&before, fate, until);
            return rewritten(item, Key::org(org, &OrgKey::Post(post)), &before, &after).map(Some);
        };
        let before: Delivery = serde_dynamo::from_item(item.clone())?;
        let after = match fate {
            Fate::Held(accounts) if accounts.contains(&account) => before.doubted(backup, until, random.ulid(until)),
            Fate::Draft if before.state == DeliveryState::Pending => before.canceled(),
            _ => return Ok(Some(item)),
        };
        rewritten(item, Key::org(org, &OrgKey::Delivery(post, account)), &before, &after).map(Some)
    }

    /// A slot that a post held which is a draft again is free.
    fn without_slot(&self, item: Item) -> Result<Option<Item>, StoreError> {
        let Some((org, _)) = org_and_sort(&item).filter(|(_, sort)| sort.starts_with("SLOT#")) else {
            return Ok(Some(item));
        };
        let slot: SlotReservation = serde_dynamo::from_item(item.clone())?;
        let is_draft = matches!(self.fates.get(&(org, slot.post_id)), Some(Fate::Draft));
        Ok((!is_draft).then_some(item))
    }

    /// Entries of the audit log for every organization that something changed for.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when they cannot be stored.
    pub fn audit(&self, random: &dyn Random) -> Result<Vec<Item>, StoreError> {
        let mut changed: BTreeMap<OrgId, (usize, usize)> = BTreeMap::new();
        for ((org, _), fate) in &self.fates {
            let (held, drafts) = changed.entry(*org).or_default();
            match fate {
                Fate::Held(accounts) => *held += accounts.len(),
                Fate::Draft => *drafts += 1,
            }
        }
        changed.into_iter().map(|(org, counts)| self.entry(org, counts, random)).collect()
    }

    fn entry(&self, org: OrgId, (held, drafts): (usize, usize), random: &dyn Random) -> Result<Item, StoreError> {
        let Window { backup, until, .. } = self.window;
        let entry = AuditEntry {
            id: AuditId::new(random.ulid(until)),
            at: until,
            actor: None,
            actor_name: None,
            action: "backup.restore".to_owned(),
            target: None,
            summary: format!(
                "Restored from a backup of {backup:.0}: {held} deliveries may have gone out since and wait for a \
                 decision, {drafts} posts are drafts again."
            ),
        };
        put(Key::org(org, &OrgKey::Audit(entry.id)), &entry)
    }
}

fn restored_post(before: &Post, fate: &Fate, until: Timestamp) -> Post {
    match fate {
        Fate::Held(accounts) => {
            let mut after = before.clone();
            after.version += 1;
            for account in accounts {
                let outcome = TargetOutcome { state: DeliveryState::Unknown, permalink: None };
                after.outcomes.insert(*account, outcome);
            }
            after
        }
        // Nothing of it is out, so nothing hinders it; one without a time is a draft already.
        Fate::Draft => plan::unschedule(before, &[], until).map_or_else(|_| before.clone(), |plan| plan.post),
    }
}

/// The new item, with what the old one has beyond what this code knows.
fn rewritten<T: Entity>(mut old: Item, key: Key, before: &T, after: &T) -> Result<Item, StoreError> {
    let known: Item = serde_dynamo::to_item(before)?;
    let indexes = [Index::Calendar, Index::Due, Index::User].map(|index| <[&str; 2]>::from(index.keys()));
    let own = |name: &str| name == LISTED || indexes.as_flattened().contains(&name);
    old.retain(|name, _| !known.contains_key(name) && !own(name));
    old.extend(put(key, after)?);
    Ok(old)
}

fn put<T: Entity>(key: Key, entity: &T) -> Result<Item, StoreError> {
    match Write::put(Reach::across(Across::WholeTable), key, entity, Condition::Always)?.0 {
        Kind::Put(item, _) => Ok(item),
        _ => Ok(Item::new()),
    }
}

/// The post that an item is, or is a delivery of, and then to which account.
fn post_or_delivery(item: &Item) -> Option<(Name, Option<AccountId>)> {
    let (org, sort) = org_and_sort(item)?;
    let own = sort.strip_prefix("POST#")?;
    Some(match own.split_once("#DELIVERY#") {
        Some((post, account)) => ((org, post.parse().ok()?), Some(account.parse().ok()?)),
        None => ((org, own.parse().ok()?), None),
    })
}

pub(crate) fn org_and_sort(item: &Item) -> Option<(OrgId, &str)> {
    let text = |name: &str| item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).map(String::as_str);
    Some((text(PK)?.strip_prefix("ORG#")?.parse().ok()?, text(SK)?))
}

#[cfg(test)]
#[path = "restored_tests.rs"]
mod tests;
