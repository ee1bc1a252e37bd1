//! Taking a post back, and how it does.

use domain::delivery::Failure;
use domain::insights::Insights;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::gates;
use super::identity::resolver;
use super::record::COLLECTION;
use super::xrpc::{method, rejected};
use super::{Bluesky, Session};
use crate::http::{Body, Effect, Request};

#[derive(Deserialize)]
struct Posts {
    posts: Vec<Counts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    like_count: Option<u64>,
    repost_count: Option<u64>,
    quote_count: Option<u64>,
    reply_count: Option<u64>,
    bookmark_count: Option<u64>,
}

impl Bluesky {
    /// Deletes a post or a gate by its address. One that is gone already is a success to the network too.
    pub(super) async fn delete_record(&self, uri: &str, session: Session<'_>) -> Result<(), Failure> {
        const METHOD: &str = "com.atproto.repo.deleteRecord";
        let own = |collection: &'static str| {
            let key = uri.strip_prefix(&format!("at://{}/{collection}/", session.did))?;
            (!key.is_empty() && !key.contains('/')).then_some((collection, key))
        };
        let named = [COLLECTION, gates::REPLIES, gates::QUOTES].into_iter().find_map(own);
        let (collection, key) =
            named.ok_or_else(|| rejected("invalid-id", "that is no post of this account", "Look at the post."))?;
        let body = json!({"repo": session.did, "collection": collection, "rkey": key});
        let request = Request::post(method(session.service, METHOD), METHOD, Body::Json(body)).bearer(session.access);
        // Older servers answer nothing.
        self.send(request, Effect::None).await.map(drop)
    }

    /// What the public sees of a post; nobody is told of views or clicks.
    pub(super) async fn counts(&self, uri: &str) -> Result<Insights, Failure> {
        const METHOD: &str = "app.bsky.feed.getPosts";
        let mut url: Url = method(&resolver()?, METHOD);
        url.query_pairs_mut().append_pair("uris", uri);
        let found: Posts = self.call(Request::get(url, METHOD), Effect::None).await?;
        let post = found.posts.into_iter().next();
        let post = post.ok_or_else(|| rejected("RecordNotFound", "the post is gone", "Look at the account."))?;
        let shares = [post.repost_count, post.quote_count].into_iter().flatten().reduce(u64::saturating_add);
        Ok(Insights {
            likes: post.like_count,
            comments: post.reply_count,
            shares,
            saves: post.bookmark_count,
            ..Insights::default()
        })
    }
}
