//! Looking for a job's posts among the account's own, after a doubt. X bills every post that it returns.

use domain::delivery::Failure;
use icu_normalizer::ComposingNormalizerBorrowed;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::X;
use super::api::at;
use crate::http::{Effect, Request};
use crate::network::{Job, LostComment};
use crate::token::Token;

/// How far X's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const PAGES_MAX: usize = 5;
const TIME: &str = "%Y-%m-%dT%H:%M:%SZ";

/// A post of the account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Own {
    id: String,
    text: String,
    entities: Entities,
    note_tweet: Option<Note>,
    referenced_tweets: Vec<Reference>,
}

/// The whole of a long post; `text` has its beginning.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Note {
    text: String,
    entities: Entities,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entities {
    urls: Vec<Link>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    url: String,
    expanded_url: String,
    media_key: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    r#type: String,
    id: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Own>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next_token: Option<String>,
}

/// What is looked for. An equal text that the user posted in the same minutes by other means cannot be told from
/// ours and counts as it; X refuses one of the two anyway.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) text: &'a str,
    /// The post that it answers.
    pub(super) parent: Option<&'a str>,
}

impl Wanted<'_> {
    /// The id of the post among these; the first one made, if there are several.
    pub(super) fn among(self, own: &[Own]) -> Option<String> {
        let words = words(self.text);
        let is_it = |post: &&Own| post.parent() == self.parent && self::words(&post.written()) == words;
        own.iter().rev().find(is_it).map(|post| post.id.clone())
    }
}

impl Own {
    fn parent(&self) -> Option<&str> {
        let answered = self.referenced_tweets.iter().find(|reference| reference.r#type == "replied_to");
        answered.map(|reference| reference.id.as_str())
    }

    /// The text as it was written: X escapes some characters, shortens links and appends one for the media.
    fn written(&self) -> String {
        let (text, entities) = match &self.note_tweet {
            Some(note) if !note.text.is_empty() => (&note.text, &note.entities),
            _ => (&self.text, &self.entities),
        };
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let links = entities.urls.iter().filter(|link| !link.url.is_empty());
        // The longest first: one short link may be the beginning of another.
        let mut links: Vec<&Link> = links.collect();
        links.sort_by_key(|link| std::cmp::Reverse(link.url.len()));
        links.iter().fold(text, |text, link| {
            let expanded = if link.is_media() { "" } else { link.expanded_url.as_str() };
            text.replace(&link.url, expanded)
        })
    }
}

impl Link {
    /// Whether it stands for what is attached.
    fn is_media(&self) -> bool {
        let path = self.expanded_url.contains("/photo/") || self.expanded_url.contains("/video/");
        self.media_key.is_some() || (path && self.expanded_url.contains("/status/"))
    }
}

/// What two texts have in common when they are the same: X composes characters, changes white space, and completes
/// addresses.
fn words(text: &str) -> Vec<String> {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text).to_lowercase();
    let text = text.replace("https://", "").replace("http://", "");
    let words = text.split_whitespace().map(|word| word.trim_end_matches('/').to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

impl X {
    /// The id of a post at X.
    pub(super) async fn find(&self, job: &Job, wanted: Wanted<'_>, token: &Token) -> Result<Option<String>, Failure> {
        Ok(wanted.among(&self.own_posts(job, None, token).await?))
    }

    /// The id of a first comment at X.
    pub(super) async fn find_lost(&self, lost: &LostComment, token: &Token) -> Result<Option<String>, Failure> {
        let end = lost.until + SKEW;
        // Only a moment that is past: what follows is read in vain, and billed.
        let end = Some(end).filter(|end| *end + SKEW < self.tools.clock.now());
        let mut own = self.own_posts(&lost.job, end, token).await?;
        own.retain(|post| !lost.is_other(&post.id));
        Ok(Wanted { text: lost.text(), parent: lost.parent() }.among(&own))
    }

    /// The account's posts since the job's key was drawn, and before `end`, newest first.
    pub(super) async fn own_posts(
        &self,
        job: &Job,
        end: Option<Timestamp>,
        token: &Token,
    ) -> Result<Vec<Own>, Failure> {
        let since = job.created_at.checked_sub(SKEW).unwrap_or(job.created_at);
        let path = format!("/2/users/{}/tweets", job.profile.remote_id);
        let (mut own, mut next) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let mut url = at(&path);
            url.query_pairs_mut()
                .append_pair("max_results", "100")
                .append_pair("exclude", "retweets")
                .append_pair("tweet.fields", "created_at,text,entities,referenced_tweets,note_tweet")
                .append_pair("start_time", &since.strftime(TIME).to_string())
                .extend_pairs(end.map(|end| ("end_time", end.strftime(TIME).to_string())))
                .extend_pairs(next.as_ref().map(|next: &String| ("pagination_token", next)));
            let request = Request::get(url, "/2/users/{id}/tweets").bearer(token.access_token.expose());
            let response = self.send(request, Effect::None).await?;
            let page: Page = response.json().ok_or_else(|| self.classify(&response, Effect::None))?;
            own.extend(page.data);
            next = page.meta.next_token;
            if next.is_none() {
                break;
            }
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn own(value: serde_json::Value) -> Own {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_x_returns_is_recognized() {
        let post = own(json!({
            "id": "7",
            "text": "Q&amp;A &lt;3: https://t.co/ab and https://t.co/abc https://t.co/m",
            "entities": {"urls": [
                {"url": "https://t.co/ab", "expanded_url": "https://example.com/?a=1&b=2"},
                {"url": "https://t.co/abc", "expanded_url": "http://example.org"},
                {"url": "https://t.co/m", "expanded_url": "https://x.com/a/status/7/photo/1", "media_key": "3_1"},
            ]},
        }));
        let wanted = Wanted { text: "Q&A <3:\nhttps://example.com/?a=1&b=2 and example.org", parent: None };
        assert_eq!(wanted.among(&[post]), Some("7".to_owned()));
    }

    #[test]
    fn an_answer_is_only_found_below_its_parent() {
        let post =
            own(json!({"id": "8", "text": "e\u{301}", "referenced_tweets": [{"type": "replied_to", "id": "7"}]}));
        let posts = [post];
        assert_eq!(Wanted { text: "é", parent: Some("7") }.among(&posts), Some("8".to_owned()));
        assert_eq!(Wanted { text: "é", parent: None }.among(&posts), None);
        assert_eq!(Wanted { text: "é", parent: Some("6") }.among(&posts), None);
    }

    #[test]
    fn a_long_post_is_compared_as_a_whole() {
        let long = "word ".repeat(100);
        let post = own(json!({"id": "9", "text": &long[..280], "note_tweet": {"text": long}}));
        assert_eq!(Wanted { text: &long, parent: None }.among(&[post]), Some("9".to_owned()));
    }

    proptest! {
        #[test]
        fn escaping_never_hides_a_post(text in "[a-z&<>;é日 ]{1,60}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let post = own(json!({"id": "1", "text": escaped}));
            let wanted = Wanted { text: &text, parent: None };
            prop_assert_eq!(wanted.among(&[post]), Some("1".to_owned()));
        }
    }
}
