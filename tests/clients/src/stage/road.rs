//! The way from a client to the networks, and what happens on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::platform::Platform;
use http::Method;
use jiff::SignedDuration;
use networks::World;
use networks::faults::{Fault, Kind};
use networks::transport::InProcess;
use platforms::http::{Request, Response, SendError, Transport};

/// A request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Its method.
    pub(crate) method: Method,
    /// Where to.
    pub(crate) path: String,
    /// Whether people saw more or less once it was done.
    pub(crate) shows: bool,
}

impl Asked {
    /// Whether its like shows something in `run`: the same may be refused until a file is ready.
    pub(crate) fn may_show(&self, run: &[Self]) -> bool {
        run.iter().any(|other| other.shows && (&other.method, &other.path) == (&self.method, &self.path))
    }
}

/// When the process dies, or loses an answer, counted in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accident {
    /// It dies before this request arrives.
    DieBefore(u32),
    /// It dies after this request was done.
    DieAfter(u32),
    /// This request is done, and its answer lost.
    LoseAnswer(u32),
    /// This request has no answer, and is done so long after.
    Late(u32, SignedDuration),
}

impl Accident {
    /// Whether what it leaves behind is known only to the network: the process died on the way, or the answer is
    /// missing to a request that may show something.
    pub(crate) const fn leaves_open(self, may_show: bool) -> bool {
        match self {
            Self::DieBefore(_) | Self::DieAfter(_) => true,
            Self::LoseAnswer(_) | Self::Late(..) => may_show,
        }
    }
}

/// The way out, on which accidents happen.
#[derive(Clone)]
pub(super) struct Road {
    pub(super) to: InProcess,
    pub(super) world: World,
    pub(super) platform: Platform,
    /// The requests so far.
    pub(super) asked: Arc<Mutex<Vec<Asked>>>,
    pub(super) dead: Arc<AtomicBool>,
    pub(super) accident: Arc<Mutex<Option<Accident>>>,
}

#[async_trait]
impl Transport for Road {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let number = self.count(&request);
        let accident = *self.accident.lock().unwrap_or_else(PoisonError::into_inner);
        match accident {
            Some(Accident::DieBefore(at)) if at == number => return self.die().await,
            Some(Accident::Late(at, delay)) if at == number => self.world.plan(Fault::next("", "", Kind::Late(delay))),
            _ => {}
        }
        let seen = self.world.shown(self.platform).len();
        let answer = self.to.send(request).await;
        let shows = self.world.shown(self.platform).len() != seen;
        if let Some(asked) = self.asked().last_mut() {
            asked.shows = shows;
        }
        match accident {
            Some(Accident::DieAfter(at)) if at == number => self.die().await,
            Some(Accident::LoseAnswer(at)) if at == number => {
                Err(SendError::MaybeSent("the answer is lost".to_owned()))
            }
            _ => answer,
        }
    }
}

impl Road {
    pub(super) fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request, and yields its number.
    fn count(&self, request: &Request) -> u32 {
        let mut asked = self.asked();
        asked.push(Asked { method: request.method.clone(), path: request.url.path().to_owned(), shows: false });
        u32::try_from(asked.len() - 1).unwrap_or(u32::MAX)
    }

    async fn die<T>(&self) -> T {
        self.dead.store(true, Ordering::SeqCst);
        std::future::pending().await
    }
}
