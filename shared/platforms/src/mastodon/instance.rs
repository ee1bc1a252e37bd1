//! An instance's address and its limits.

use domain::delivery::Failure;
use domain::rules::Limits;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::Mastodon;
use super::api::{at, is_absent, rejected};
use crate::http::{Effect, Request, address};

/// The origin of an instance that a user names: a host, an address, or a whole handle.
pub(super) fn normal(text: &str, allow_loopback: bool) -> Result<Url, Failure> {
    let invalid =
        || rejected("invalid-instance", "that is not a server's address", "Give a host such as mastodon.social.");
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        // `@user@host` and `user@host` name the host; a port may follow it.
        format!("https://{}", text.rsplit('@').next().unwrap_or_default())
    };
    let mut url = Url::parse(&with_scheme).map_err(|_| invalid())?;
    address::check_url(&url, allow_loopback)
        .map_err(|reason| rejected("address-refused", reason, "Use the public https address of the server."))?;
    let host = url.host_str().unwrap_or_default();
    if !host.contains('.') && !host.contains(':') && !allow_loopback {
        return Err(invalid());
    }
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statuses {
    max_characters: Option<usize>,
    max_media_attachments: Option<usize>,
    characters_reserved_per_url: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attachments {
    supported_mime_types: Option<Vec<String>>,
    description_limit: Option<usize>,
    image_size_limit: Option<u64>,
    image_matrix_limit: Option<u64>,
    video_size_limit: Option<u64>,
    video_matrix_limit: Option<u64>,
}

impl Mastodon {
    /// The limits that an instance states. What it does not state is the rule table's.
    pub(super) async fn limits(&self, instance: &Url) -> Result<Limits, Failure> {
        let current = Request::get(at(instance, "/api/v2/instance"), "/api/v2/instance");
        match self.call::<Value>(current, Effect::None).await {
            Ok(instance) => Ok(limits_of(&instance)),
            Err(failure) if is_absent(&failure) => {
                let older = Request::get(at(instance, "/api/v1/instance"), "/api/v1/instance");
                Ok(limits_of(&self.call(older, Effect::None).await?))
            }
            Err(failure) => Err(failure),
        }
    }
}

fn limits_of(instance: &Value) -> Limits {
    // A part of an unexpected shape is as good as none: other software answers here too.
    let part = |name: &str| instance["configuration"][name].clone();
    let statuses: Statuses = serde_json::from_value(part("statuses")).unwrap_or_default();
    let files: Attachments = serde_json::from_value(part("media_attachments")).unwrap_or_default();
    // Older servers and forks put these at the top.
    let older = |name: &str| instance[name].as_u64().and_then(|number| usize::try_from(number).ok());
    Limits {
        text_max: statuses.max_characters.or_else(|| older("max_toot_chars")),
        url_counts_as: statuses.characters_reserved_per_url,
        media_max: statuses.max_media_attachments.or_else(|| older("max_media_attachments")),
        media_types: files.supported_mime_types.filter(|types| !types.is_empty()),
        image_max_bytes: files.image_size_limit,
        image_max_pixels: files.image_matrix_limit,
        video_max_bytes: files.video_size_limit,
        video_max_pixels: files.video_matrix_limit,
        alt_max: files.description_limit,
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_instance_is_understood_however_it_is_written() {
        for text in [
            "mastodon.social",
            " Mastodon.Social/ ",
            "https://mastodon.social/@ada",
            "@ada@mastodon.social",
            "ada@mastodon.social",
        ] {
            assert_eq!(normal(text, false).unwrap().as_str(), "https://mastodon.social/", "{text}");
        }
        assert_eq!(normal("https://m.example:8443", false).unwrap().as_str(), "https://m.example:8443/");
        assert_eq!(normal("http://localhost:3000", true).unwrap().as_str(), "http://localhost:3000/");
    }

    #[test]
    fn what_is_no_public_address_is_refused() {
        for text in [
            "",
            "@",
            "localhost",
            "http://mastodon.social",
            "10.0.0.1",
            "https://[::1]",
            "https://u:p@m.example",
            "a b",
            "file:///x",
            "2130706433",
        ] {
            assert!(normal(text, false).is_err(), "{text}");
        }
        assert!(normal("http://192.168.0.1", true).is_err());
    }

    #[test]
    fn limits_are_read_from_every_generation() {
        let current = json!({"configuration": {
            "statuses": {"max_characters": 1000, "max_media_attachments": 8, "characters_reserved_per_url": 20},
            "media_attachments": {"supported_mime_types": ["image/png"], "description_limit": 420, "image_size_limit": 1, "image_matrix_limit": 2, "video_size_limit": 3, "video_matrix_limit": 4},
        }});
        let limits = limits_of(&current);
        assert_eq!(
            (limits.text_max, limits.media_max, limits.url_counts_as, limits.alt_max),
            (Some(1000), Some(8), Some(20), Some(420))
        );
        assert_eq!((limits.image_max_bytes, limits.video_max_pixels), (Some(1), Some(4)));
        assert_eq!(limits.media_types, Some(vec!["image/png".to_owned()]));
        assert_eq!(limits_of(&json!({"max_toot_chars": 5000})).text_max, Some(5000));
    }

    #[test]
    fn odd_answers_leave_the_defaults() {
        for odd in [
            json!({}),
            json!([]),
            json!({"configuration": {"statuses": "none", "media_attachments": {"image_size_limit": "big"}}}),
        ] {
            assert_eq!(limits_of(&odd), Limits::default());
        }
    }
}
