//! The outside networks, as the program calls them: what becomes of each call is the world's to decide.

use async_trait::async_trait;
use domain::delivery::{Failure, OUT};
use domain::platform::{Class, Platform};
use jiff::SignedDuration;
use platforms::http::heard;
use platforms::network::{aside, once, shown};
use platforms::{Credentials, Holding, Job, MediaSource, Network, Profile, Published, Secret, Steps, Token};

use crate::guards::Guard;
use crate::nets::{COMMENT, Call, Facts, Shape, request};
use crate::sim::Sim;
use crate::world::{Kind, World};

/// A network of the simulation, under the name of a real one.
#[derive(Debug, Clone)]
pub struct SimNetwork {
    sim: Sim,
    platform: Platform,
}

impl SimNetwork {
    /// The network known as `platform`.
    #[must_use]
    pub const fn new(sim: Sim, platform: Platform) -> Self {
        Self { sim, platform }
    }

    async fn send(&self, call: Call, facts: &Facts, credentials: &Credentials) -> Result<String, Failure> {
        let token = token_of(credentials);
        let kind = if call.is_visible() { Kind::Effect } else { Kind::Call };
        self.sim
            .call(call.name(), kind, |world, fate| {
                let request = request(world, self.platform, call, facts);
                world.answer(&request, token, fate)
            })
            .await
            .inspect(|_| heard())
            .inspect_err(told)
    }

    /// What the network shows of a part, if the program looks.
    async fn look(&self, facts: &Facts, part: u32, credentials: &Credentials) -> Result<Option<String>, Failure> {
        let token = token_of(credentials);
        self.sim
            .call("network: look", Kind::Call, |world, _| {
                let net = self.sim_net(world);
                let answer = if net.1 {
                    Err(Failure::Revoked { message: "revoked".to_owned() })
                } else if token != net.0 {
                    Err(Failure::TokenExpired { message: "expired".to_owned() })
                } else if world.call_fault().is_some() {
                    Err(Failure::Transient { message: "simulated".to_owned() })
                } else {
                    Ok(world.find(&facts.key, part).filter(|_| world.guards.has(Guard::ReadBack)))
                };
                if answer.is_err() {
                    world.record.trouble(&facts.delivery);
                }
                (answer, SignedDuration::ZERO)
            })
            .await
            .inspect(|_| heard())
            .inspect_err(told)
    }

    fn sim_net(&self, world: &mut World) -> (u64, bool) {
        let net = world.nets.get(self.platform);
        (net.token, net.revoked)
    }

    fn shape(&self) -> Shape {
        self.sim.world().nets.get(self.platform).nature.shape
    }

    /// Sends a file in chunks.
    async fn upload(&self, facts: &Facts, steps: &mut dyn Steps, credentials: &Credentials) -> Result<String, Failure> {
        let upload = once(steps, "upload", self.send(Call::Open, facts, credentials)).await?;
        for chunk in ["chunk.0", "chunk.1"] {
            once(steps, chunk, self.send(Call::Append(upload.clone()), facts, credentials)).await?;
        }
        Ok(upload)
    }

    /// Makes a part, looking for it first where that is needed and possible.
    async fn part(&self, part: u32, job: &Job, facts: &Facts, credentials: &Credentials) -> Result<String, Failure> {
        let keyed = self.class() == Class::Keyed;
        if self.class() == Class::Searchable
            && job.unsettled
            && let Some(found) = self.look(facts, part, credentials).await?
        {
            return Ok(found);
        }
        self.send(Call::Create { part, keyed }, facts, credentials).await
    }
}

/// Whether a failure is an answer of the network, for whoever listens.
fn told(failure: &Failure) {
    if !matches!(failure, Failure::Transient { .. } | Failure::Ambiguous { .. }) {
        heard();
    }
}

fn token_of(credentials: &Credentials) -> u64 {
    let token = match credentials {
        Credentials::Bluesky { access_jwt, .. } => access_jwt.expose(),
        Credentials::Mastodon { access_token, .. } => access_token.expose(),
        Credentials::Token(token) => token.access_token.expose(),
        Credentials::Page => "",
    };
    token.parse().unwrap_or(0)
}

/// The same credentials with another token.
#[must_use]
pub fn with_token(credentials: &Credentials, token: u64) -> Credentials {
    let token = Secret::new(token.to_string());
    match credentials.clone() {
        Credentials::Bluesky { service, did, refresh_jwt, .. } => {
            Credentials::Bluesky { service, did, access_jwt: token, refresh_jwt }
        }
        Credentials::Mastodon { instance, client_id, client_secret, .. } => {
            Credentials::Mastodon { instance, access_token: token, client_id, client_secret }
        }
        Credentials::Token(known) => Credentials::Token(Token { access_token: token, ..known }),
        Credentials::Page => Credentials::Page,
    }
}

#[async_trait]
impl Network for SimNetwork {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn class(&self) -> Class {
        self.sim.world().nets.get(self.platform).nature.class
    }

    async fn prepare(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<(), Failure> {
        let facts = Facts::of(job.post, job.account, job.revision, &job.key, &job.text);
        match self.shape() {
            Shape::Container => {
                once(steps, "container", self.send(Call::Open, &facts, credentials)).await?;
            }
            Shape::Chunked => {
                self.upload(&facts, steps, credentials).await?;
            }
            Shape::Single | Shape::Thread(_) | Shape::Commented => {
                self.look(&facts, 0, credentials).await?;
            }
        }
        Ok(())
    }

    async fn publish(
        &self,
        job: &Job,
        credentials: &Credentials,
        steps: &mut dyn Steps,
        _: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let facts = Facts::of(job.post, job.account, job.revision, &job.key, &job.text);
        let id = match self.shape() {
            Shape::Single => self.part(0, job, &facts, credentials).await?,
            Shape::Container => {
                let container = once(steps, "container", self.send(Call::Open, &facts, credentials)).await?;
                self.send(Call::Publish(container), &facts, credentials).await?
            }
            Shape::Chunked => {
                let upload = self.upload(&facts, steps, credentials).await?;
                self.send(Call::Publish(upload), &facts, credentials).await?
            }
            Shape::Thread(parts) => {
                let names = ["part.0", "part.1", "part.2", "part.3"];
                let mut first = None;
                for (part, name) in (0..parts).zip(names) {
                    let id = shown(steps, name, self.part(part, job, &facts, credentials)).await?;
                    first.get_or_insert(id);
                }
                first.unwrap_or_default()
            }
            Shape::Commented => {
                let id = shown(steps, "part.0", self.part(0, job, &facts, credentials)).await?;
                let comment = self.send(Call::Create { part: COMMENT, keyed: false }, &facts, credentials);
                aside(steps, "comment", comment).await?;
                id
            }
        };
        Ok(Published { permalink: format!("https://net.test/{id}"), remote_id: id })
    }

    async fn read_back(&self, job: &Job, credentials: &Credentials, steps: &dyn Steps) -> Result<Holding, Failure> {
        if steps.get(&format!("{OUT}part.0")).is_some() {
            return Ok(Holding::Part);
        }
        let facts = Facts::of(job.post, job.account, job.revision, &job.key, &job.text);
        let Some(id) = self.look(&facts, 0, credentials).await? else { return Ok(Holding::Nothing) };
        Ok(match self.shape() {
            Shape::Single => Holding::All(Published { permalink: format!("https://net.test/{id}"), remote_id: id }),
            _ => Holding::Part,
        })
    }

    async fn check(&self, _: &Credentials) -> Result<Profile, Failure> {
        Ok(Profile::default())
    }

    async fn refresh(&self, credentials: &Credentials) -> Result<Credentials, Failure> {
        self.sim
            .call("network: renew the token", Kind::Call, |world, _| {
                let fault = world.call_fault();
                let net = world.nets.get(self.platform);
                let answer = if net.revoked {
                    Err(Failure::Revoked { message: "revoked".to_owned() })
                } else if fault.is_some() {
                    Err(Failure::Transient { message: "simulated".to_owned() })
                } else {
                    Ok(with_token(credentials, net.token))
                };
                (answer, SignedDuration::ZERO)
            })
            .await
    }

    async fn revoke(&self, _: &Credentials) -> Result<(), Failure> {
        Ok(())
    }
}
