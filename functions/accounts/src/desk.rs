//! What this group's handlers need beside what all need: the networks and the vault.

use std::sync::Arc;

use api::App;
use axum::extract::FromRef;
use cloud::Cloud;
use domain::platform::Platform;
use platforms::{Network, Networks, Page, Tools, Vault};

/// The state of this group's handlers.
#[derive(Debug, Clone)]
pub struct Desk {
    pub(crate) app: App,
    /// What the networks work with: registrations, and the way out.
    pub(crate) tools: Tools,
    pub(crate) networks: Arc<Networks>,
    pub(crate) page: Page,
    pub(crate) vault: Vault,
}

impl Desk {
    /// The state for a process.
    #[must_use]
    pub fn new(cloud: &Arc<Cloud>) -> Self {
        let app = api::state(cloud);
        let tools = Tools::new(cloud);
        Self {
            page: Page::new(app.table.clone(), &cloud.config.base_url, Arc::clone(&cloud.clock)),
            networks: Arc::new(Networks::new(&tools)),
            tools,
            vault: Vault::new(cloud, Arc::new(platforms::network::Timer)),
            app,
        }
    }

    /// The client of a network.
    pub(crate) fn network(&self, platform: Platform) -> &dyn Network {
        self.networks.get(platform).unwrap_or(&self.page)
    }

    /// Where a network sends the user back to.
    pub(crate) fn callback_url(&self, platform: Platform) -> String {
        format!("{}/api/accounts/callback/{}", self.app.cloud.config.base_url, platform.as_str())
    }
}

impl FromRef<Desk> for App {
    fn from_ref(desk: &Desk) -> Self {
        desk.app.clone()
    }
}
