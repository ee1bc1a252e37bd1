//! The outside networks together.

use std::fmt;
use std::sync::Arc;

use cloud::{Clock, Cloud};
use domain::platform::Platform;

use crate::bluesky::Bluesky;
use crate::facebook::Facebook;
use crate::http::Http;
use crate::instagram::Instagram;
use crate::linkedin::Linkedin;
use crate::mastodon::Mastodon;
use crate::network::{Clients, Network, Sleep, Timer};
use crate::pinterest::Pinterest;
use crate::threads::Threads;
use crate::tiktok::Tiktok;
use crate::token::{Apps, SandboxApps, SecretApps};
use crate::x::X;
use crate::youtube::Youtube;

/// What every network's module works with.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The way out.
    pub http: Http,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Waits for processing.
    pub sleep: Arc<dyn Sleep>,
    /// Our registrations.
    pub apps: Arc<dyn Apps>,
}

impl Tools {
    /// The real ones of a deployment, or those of its sandbox.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let http = Http::new(&cloud.config.base_url, cloud.config.allow_loopback);
        let apps: Arc<dyn Apps> = match &cloud.config.sandbox {
            Some(_) => Arc::new(SandboxApps),
            None => Arc::new(SecretApps::new(Arc::clone(cloud))),
        };
        Self {
            http: http.in_sandbox(cloud.config.sandbox.clone()),
            clock: Arc::clone(&cloud.clock),
            sleep: Arc::new(Timer),
            apps,
        }
    }
}

/// The outside networks.
pub struct Networks {
    bluesky: Bluesky,
    mastodon: Mastodon,
    clients: Clients,
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clients.keys()).finish()
    }
}

impl Networks {
    /// All of them over one way out.
    #[must_use]
    pub fn new(tools: &Tools) -> Self {
        let Tools { http, clock, sleep, .. } = tools.clone();
        let bluesky = Bluesky::new(http.clone(), Arc::clone(&clock));
        let mastodon = Mastodon::new(http, clock, sleep);
        let all: Vec<Arc<dyn Network>> = vec![
            Arc::new(bluesky.clone()),
            Arc::new(mastodon.clone()),
            Arc::new(Linkedin::new(tools)),
            Arc::new(Facebook::new(tools)),
            Arc::new(Instagram::new(tools)),
            Arc::new(Threads::new(tools)),
            Arc::new(Tiktok::new(tools)),
            Arc::new(X::new(tools)),
            Arc::new(Youtube::new(tools)),
            Arc::new(Pinterest::new(tools)),
        ];
        let clients = all.into_iter().map(|client| (client.platform(), client)).collect();
        Self { bluesky, mastodon, clients }
    }

    /// The client of a network. The page is not among them: it is part of the product and is made
    /// over the organization's own data.
    #[must_use]
    pub fn get(&self, platform: Platform) -> Option<&dyn Network> {
        self.clients.get(&platform).map(AsRef::as_ref)
    }

    /// All of them, by network.
    #[must_use]
    pub fn clients(&self) -> Clients {
        self.clients.clone()
    }

    /// Bluesky.
    #[must_use]
    pub const fn bluesky(&self) -> &Bluesky {
        &self.bluesky
    }

    /// Mastodon.
    #[must_use]
    pub const fn mastodon(&self) -> &Mastodon {
        &self.mastodon
    }
}
