//! What must hold over the whole history of a run.

use domain::delivery::DeliveryState;
use domain::platform::{Class, Platform};

use crate::guards::is_delivery;
use crate::memory::{integer, text};
use crate::nets::{COMMENT, Shape};
use crate::record::Effect;
use crate::setup;
use crate::world::World;

/// What is wrong with a run that is over, by kind.
#[derive(Debug, Default, Clone)]
pub struct Verdict {
    /// Deliveries without an end, or whose receipt shows something that is not there.
    pub lost: u32,
    /// Deliveries that people see more than once.
    pub doubled: u32,
    /// Everything that is wrong, in words.
    pub violations: Vec<String>,
}

impl Verdict {
    /// Whether nothing is.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Judges a run.
#[must_use]
pub fn judge(world: &mut World) -> Verdict {
    let mut verdict = Verdict { violations: std::mem::take(&mut world.record.violations), ..Verdict::default() };
    effects(world, &mut verdict);
    let deliveries: Vec<_> = world.table.all().filter(|item| is_delivery(item)).cloned().collect();
    for item in &deliveries {
        *world.tally.ends.entry(text(item, "state").to_owned()).or_default() += 1;
        delivery(world, item, &mut verdict);
    }
    verdict
}

/// Every effect began under a claim, shows what its revision says, and is there once.
fn effects(world: &mut World, verdict: &mut Verdict) {
    let effects = std::mem::take(&mut world.record.effects);
    for (index, effect) in effects.iter().enumerate() {
        if !effect.held {
            verdict.violations.push(format!("{} went out without a claim on its revision", effect.delivery));
        }
        let post = effect.delivery.split("#DELIVERY#").next().unwrap_or("");
        let written = world.record.text_of(post, i64::try_from(effect.revision).unwrap_or(0));
        if written != Some(effect.text.as_str()) {
            verdict.violations.push(format!("{} shows the text of another revision", effect.delivery));
        }
        let same = |other: &&Effect| {
            (other.part, other.revision, &other.delivery) == (effect.part, effect.revision, &effect.delivery)
        };
        let earlier = effects[..index].iter().filter(same).count();
        let platform = platform_of(&effect.delivery);
        let blind = platform != Platform::Page && world.nets.get(platform).nature.class == Class::Blind;
        // A person who does not know may have a blind network's post sent again: that is theirs to decide.
        let allowed = if blind { world.record.resends(&effect.delivery) } else { 0 };
        if earlier > allowed {
            verdict.doubled += 1;
            verdict.violations.push(format!("{} part {} is there {} times", effect.delivery, effect.part, earlier + 1));
        }
    }
    world.record.effects = effects;
}

fn delivery(world: &mut World, item: &store::Item, verdict: &mut Verdict) {
    let key = text(item, "SK");
    let revision = u64::try_from(integer(item, "revision")).unwrap_or(0);
    let platform = platform_of(key);
    let nature = (platform != Platform::Page).then(|| world.nets.get(platform).nature);
    let seen = |part: u32| {
        let same = |effect: &&Effect| effect.delivery == key && effect.revision == revision && effect.part == part;
        world.record.effects.iter().filter(same).collect::<Vec<_>>()
    };
    let state = text(item, "state");
    let lost = |verdict: &mut Verdict, why: &str| {
        verdict.lost += 1;
        verdict.violations.push(format!("{key} is {state}, {why}"));
    };
    if state == DeliveryState::Published.as_str() {
        let receipt = item.get("receipt").and_then(|receipt| receipt.as_m().ok());
        // A person said so: that is theirs to know, and no receipt claims it.
        if receipt.is_none() && item.get("decision").is_some_and(store::AttributeValue::is_m) {
            return;
        }
        let told = receipt.map_or("", |receipt| text(receipt, "remote_id"));
        if !seen(0).iter().any(|effect| effect.id == told) {
            lost(verdict, "and the network does not hold what the receipt says");
        }
        if let Some(Shape::Thread(parts)) = nature.map(|nature| nature.shape)
            && (1..parts).any(|part| seen(part).is_empty())
        {
            lost(verdict, "and a part of it is missing");
        }
        // A comment may be missing after trouble, and only then.
        let commented = nature.is_some_and(|nature| nature.shape == Shape::Commented);
        if commented && seen(COMMENT).is_empty() && world.record.is_quiet() {
            lost(verdict, "and its comment is missing without a reason");
        }
    } else if state == DeliveryState::Failed.as_str() || state == DeliveryState::Canceled.as_str() {
        if !seen(0).is_empty() {
            lost(verdict, "and the network holds it");
        }
        if state == DeliveryState::Failed.as_str() && !world.record.is_troubled(key) {
            lost(verdict, "though nothing was wrong with it");
        }
    } else if state == DeliveryState::Unknown.as_str() {
        if !world.record.is_troubled(key) {
            lost(verdict, "though nothing was wrong with it");
        }
    } else if text(item, "wake_at").is_empty() {
        lost(verdict, "and nobody will look at it");
    } else {
        lost(verdict, "and has no end");
    }
}

/// The network of a delivery.
#[must_use]
pub fn platform_of(delivery: &str) -> Platform {
    let account = delivery.split("#DELIVERY#").nth(1).unwrap_or("");
    let found = setup::NETWORKS.into_iter().find(|platform| setup::account(*platform).to_string() == account);
    found.unwrap_or(Platform::Page)
}
