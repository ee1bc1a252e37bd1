//! The way from a client to the networks, and what happens on it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use networks::transport::InProcess;
use platforms::http::{Request, Response, SendError, Transport};

/// When the process dies, or loses an answer, counted in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accident {
    /// It dies before this request arrives.
    DieBefore(u32),
    /// It dies after this request was done.
    DieAfter(u32),
    /// This request is done, and its answer lost.
    LoseAnswer(u32),
}

/// The way out, on which accidents happen.
#[derive(Clone)]
pub(super) struct Road {
    pub(super) to: InProcess,
    pub(super) count: Arc<AtomicU32>,
    pub(super) dead: Arc<AtomicBool>,
    pub(super) accident: Arc<Mutex<Option<Accident>>>,
}

#[async_trait]
impl Transport for Road {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let accident = *self.accident.lock().unwrap_or_else(PoisonError::into_inner);
        if accident == Some(Accident::DieBefore(number)) {
            return self.die().await;
        }
        let answer = self.to.send(request).await;
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
    async fn die<T>(&self) -> T {
        self.dead.store(true, Ordering::SeqCst);
        std::future::pending().await
    }
}
