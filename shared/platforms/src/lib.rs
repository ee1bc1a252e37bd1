//! Social networks behind one trait, one module per network.
//!
//! A network never retries by itself and never decides what an error means for a delivery: it
//! classifies every answer once, as a [`domain::delivery::Failure`], and the caller decides.

pub mod bluesky;
pub mod checkup;
pub mod facebook;
pub mod graph;
pub mod http;
pub mod images;
pub mod instagram;
pub mod linkedin;
pub mod mastodon;
pub mod network;
mod networks;
pub mod page;
pub mod pinterest;
#[cfg(test)]
mod testing;
pub mod threads;
pub mod tiktok;
pub mod token;
mod vault;
pub mod x;
pub mod youtube;

pub use bluesky::Bluesky;
pub use facebook::Facebook;
pub use instagram::Instagram;
pub use linkedin::Linkedin;
pub use mastodon::Mastodon;
pub use network::{
    Attachment, Clients, Connected, Cover, Credentials, Holding, Job, LostComment, MediaSource, Network, Profile,
    Published, Secret, Sleep, Steps, Subtitles, ThreadPart,
};
pub use networks::{Networks, Tools};
pub use page::Page;
pub use pinterest::Pinterest;
pub use threads::Threads;
pub use tiktok::Tiktok;
pub use token::{Apps, Attempt, ClientApp, Consent, Granted, Scope, Token, Way};
pub use vault::{Vault, VaultError};
pub use x::X;
pub use youtube::Youtube;
