//! How many requests to AWS each route and event makes, what DynamoDB consumes for it, and whether that is what the
//! budget says (`tests/budgets.json`).

mod accounts;
pub mod budget;
mod consent;
pub mod desk;
mod events;
pub mod growth;
mod media;
mod orgs;
mod people;
mod posts;
mod series;
mod site;

use desk::{Desk, Line};

pub use events::ChannelPost;

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// Each route and event.
    pub lines: Vec<Line>,
    /// One post to one account of each network, from draft to published.
    pub channel_posts: Vec<ChannelPost>,
}

/// Measures every route and event once, warm.
///
/// # Errors
/// When one of them does not do what it is asked.
pub async fn measure() -> anyhow::Result<Measured> {
    let mut desk = Desk::open().await?;
    people::measure(&mut desk).await?;
    orgs::measure(&mut desk).await?;
    accounts::measure(&mut desk).await?;
    media::measure(&mut desk).await?;
    posts::measure(&mut desk).await?;
    series::measure(&mut desk).await?;
    let channel_posts = events::measure(&mut desk).await?;
    site::measure(&mut desk).await?;
    Ok(Measured { lines: desk.lines, channel_posts })
}
