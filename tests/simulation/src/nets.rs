//! The networks: what they hold, and how they answer.
//!
//! `MODEL.md` says what a network may do.

use std::collections::BTreeMap;

use domain::delivery::Failure;
use domain::ids::{AccountId, PostId};
use domain::platform::{Class, Platform};
use jiff::{SignedDuration, Timestamp};

use crate::record::{Effect, deliver_place};
use crate::world::{Event, Fate, World};

/// How a post is put together on a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One call.
    Single,
    /// A container is made, then published; publishing it again yields the same post.
    Container,
    /// A file is sent in chunks, then finished; finishing it again yields the same post.
    Chunked,
    /// Several posts, each an answer to the one before.
    Thread(u32),
    /// One post, then a first comment.
    Commented,
}

/// What a network is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nature {
    /// What may be done after a lost answer.
    pub class: Class,
    /// How a post is made.
    pub shape: Shape,
}

/// A call to a network.
#[derive(Debug, Clone)]
pub enum Call {
    /// Makes part `part` visible; with `keyed` a repeat finds the first.
    Create {
        /// Counts from 0; the comment is [`COMMENT`].
        part: u32,
        /// Whether the network knows the key.
        keyed: bool,
    },
    /// Makes an invisible container or upload.
    Open,
    /// Sends a piece of an upload.
    Append(String),
    /// Makes a container or upload visible, once.
    Publish(String),
}

/// The part that a first comment is.
pub const COMMENT: u32 = 99;

impl Call {
    /// Whether people may see what it does.
    #[must_use]
    pub const fn is_visible(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Publish(_))
    }

    /// Its name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create { part: 0, .. } => "network: create",
            Self::Create { part: COMMENT, .. } => "network: comment",
            Self::Create { .. } => "network: create a later part",
            Self::Open => "network: open a container",
            Self::Append(_) => "network: send a chunk",
            Self::Publish(_) => "network: publish a container",
        }
    }
}

/// A request as it is sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub call: Call,
    /// The network.
    pub platform: Platform,
    /// The delivery's sort key in the table.
    pub delivery: String,
    /// Revision of the content.
    pub revision: u64,
    /// The delivery's key.
    pub key: String,
    /// The content.
    pub text: String,
    /// When it was sent.
    pub began: Timestamp,
    /// Whether its sender held the delivery then.
    pub held: bool,
}

/// Something that happens to an account.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// Its token runs out.
    Expire(Platform),
    /// The network takes the access away.
    Revoke(Platform),
    /// It must slow down until then.
    Limit(Platform, SignedDuration),
    /// The user disconnects it.
    Disconnect(Platform),
}

/// One network and the account on it.
#[derive(Debug, Clone)]
pub struct Net {
    /// What it is like.
    pub nature: Nature,
    /// The token that works.
    pub token: u64,
    /// Whether any does.
    pub revoked: bool,
    /// Until when it answers 429.
    pub limited_until: Option<Timestamp>,
    containers: BTreeMap<String, Option<String>>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Nets {
    by_platform: BTreeMap<Platform, Net>,
    counter: u64,
}

impl Nets {
    /// Makes a network.
    pub fn add(&mut self, platform: Platform, nature: Nature) {
        let net = Net { nature, token: 1, revoked: false, limited_until: None, containers: BTreeMap::new() };
        self.by_platform.insert(platform, net);
    }

    /// A network.
    ///
    /// # Panics
    /// When there is none.
    pub fn get(&mut self, platform: Platform) -> &mut Net {
        self.by_platform.get_mut(&platform).expect("the network was made")
    }

    /// The networks there are.
    pub fn platforms(&self) -> Vec<Platform> {
        self.by_platform.keys().copied().collect()
    }

    /// Nothing is expired or limited any more. What was revoked stays so.
    pub fn calm(&mut self) {
        for net in self.by_platform.values_mut() {
            net.limited_until = None;
        }
    }

    fn id(&mut self) -> String {
        self.counter += 1;
        format!("n{}", self.counter)
    }
}

/// A limit that ends then: every other one is the whole app's.
fn limit(until: Timestamp) -> Failure {
    let message = "slow down".to_owned();
    match until.as_second() % 2 {
        0 => Failure::Throttled { until, message },
        _ => Failure::RateLimited { retry_at: Some(until), message },
    }
}

impl World {
    /// Does what a request asks, at the network; yields the id that the answer would have.
    pub fn apply(&mut self, request: &Request) -> String {
        match &request.call {
            Call::Open => {
                let id = self.nets.id();
                self.nets.get(request.platform).containers.insert(id.clone(), None);
                id
            }
            Call::Append(upload) => upload.clone(),
            Call::Publish(container) => {
                if let Some(Some(post)) = self.nets.get(request.platform).containers.get(container) {
                    return post.clone();
                }
                let id = self.show(request, 0);
                self.nets.get(request.platform).containers.insert(container.clone(), Some(id.clone()));
                id
            }
            Call::Create { part, keyed } => {
                let same = |effect: &&Effect| effect.key == request.key && effect.part == *part;
                let known = self.record.effects.iter().find(same).map(|effect| effect.id.clone());
                match known.filter(|_| *keyed) {
                    Some(id) => id,
                    None => self.show(request, *part),
                }
            }
        }
    }

    /// Something becomes visible.
    fn show(&mut self, request: &Request, part: u32) -> String {
        let id = self.nets.id();
        self.record.effects.push(Effect {
            delivery: request.delivery.clone(),
            revision: request.revision,
            key: request.key.clone(),
            part,
            text: request.text.clone(),
            id: id.clone(),
            began: request.began,
            held: request.held,
        });
        let now = self.now;
        self.record.note(now, || format!("visible: {} part {part} as {id}", request.delivery));
        id
    }

    /// What the network shows of a part of this key.
    #[must_use]
    pub fn find(&self, key: &str, part: u32) -> Option<String> {
        let found = |effect: &&Effect| effect.key == key && effect.part == part;
        self.record.effects.iter().find(found).map(|effect| effect.id.clone())
    }

    /// The network's answer to a request, and after how long it comes.
    pub fn answer(&mut self, request: &Request, token: u64, fate: Fate) -> (Result<String, Failure>, SignedDuration) {
        let visible = request.call.is_visible();
        if fate != Fate::Proceed {
            self.record.trouble(&request.delivery);
        }
        if fate == Fate::CrashLate {
            self.land_later(request);
            return (Err(lost()), SignedDuration::ZERO);
        }
        let now = self.now;
        let net = self.nets.get(request.platform);
        let refusal = if net.revoked {
            Some(Failure::Revoked { message: "revoked".to_owned() })
        } else if token != net.token {
            Some(Failure::TokenExpired { message: "expired".to_owned() })
        } else {
            let until = net.limited_until.filter(|until| *until > now);
            until.map(limit)
        };
        if let Some(refusal) = refusal {
            self.record.trouble(&request.delivery);
            return (Err(refusal), SignedDuration::ZERO);
        }
        if self.misbehaves(request.platform) && self.choice.chance(12) {
            self.record.trouble(&request.delivery);
            return self.misbehave(request, visible);
        }
        (Ok(self.apply(request)), SignedDuration::ZERO)
    }

    fn misbehave(&mut self, request: &Request, visible: bool) -> (Result<String, Failure>, SignedDuration) {
        let message = String::from("simulated");
        let patience = SignedDuration::from_secs(self.choice.between(0, 30));
        let kind = self.choice.pick(7);
        self.tally.network(kind);
        // What cannot be seen may be repeated, so its lost answers are only transient.
        let lost = if visible { lost() } else { Failure::Transient { message: message.clone() } };
        match kind {
            0 => (Err(Failure::Transient { message }), SignedDuration::ZERO),
            1 => {
                let until = self.now + SignedDuration::from_secs(self.choice.between(1, 400));
                self.nets.get(request.platform).limited_until = Some(until);
                (Err(limit(until)), SignedDuration::ZERO)
            }
            2 => (Err(Failure::RateLimited { retry_at: None, message }), SignedDuration::ZERO),
            3 => {
                let advice = String::from("shorten it");
                (Err(Failure::Rejected { code: "no".to_owned(), message, advice }), SignedDuration::ZERO)
            }
            4 => (Err(lost), patience),
            5 => {
                self.apply(request);
                (Err(lost), patience)
            }
            _ => {
                self.land_later(request);
                (Err(lost), patience)
            }
        }
    }

    /// The request is on its way when its sender is gone: it lands within [`domain::delivery::LATE_LANDING`].
    fn land_later(&mut self, request: &Request) {
        let most = i64::try_from(domain::delivery::LATE_LANDING.as_millis()).unwrap_or(0) - 500;
        // A walk has it land as late as it can: that is when it hurts.
        let after = if self.choice.is_walk() { most } else { self.choice.between(1, most) };
        let at = self.now + SignedDuration::from_millis(after);
        self.plan(at, Event::Land(request.clone()));
    }
}

fn lost() -> Failure {
    Failure::Ambiguous { message: "the answer was lost".to_owned() }
}

/// The facts of a job that a request carries.
#[must_use]
pub fn request(world: &World, platform: Platform, call: Call, job: &Facts) -> Request {
    let held = world.record.is_held(&world.table, &job.delivery, job.revision);
    Request {
        call,
        platform,
        delivery: job.delivery.clone(),
        revision: job.revision,
        key: job.key.clone(),
        text: job.text.clone(),
        began: world.now,
        held,
    }
}

/// What of a job the networks look at.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The delivery's sort key.
    pub delivery: String,
    /// Revision of the content.
    pub revision: u64,
    /// The delivery's key.
    pub key: String,
    /// The content.
    pub text: String,
}

impl Facts {
    /// Of a job.
    #[must_use]
    pub fn of(post: PostId, account: AccountId, revision: u64, key: &str, text: &str) -> Self {
        Self { delivery: deliver_place(post, account), revision, key: key.to_owned(), text: text.to_owned() }
    }
}
