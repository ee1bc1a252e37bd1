//! The body of a post, read as strictly as its schema.

use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::api::{bad_field, error};
use super::media::{Asset, Kind};
use super::{State, little};

const COMMENTARY_CHARS: usize = 3000;
const ALT_CHARS: usize = 4086;
const TITLE_CHARS: usize = 400;
const DESCRIPTION_CHARS: usize = 256;
const POLL_DURATIONS: [&str; 4] = ["ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"];

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Draft {
    pub(super) author: Option<String>,
    pub(super) commentary: Option<String>,
    pub(super) visibility: Option<String>,
    pub(super) distribution: Option<Distribution>,
    pub(super) lifecycle_state: Option<String>,
    pub(super) is_reshare_disabled_by_author: Option<bool>,
    pub(super) content: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Distribution {
    feed_distribution: String,
    target_entities: Vec<Value>,
    third_party_distribution_channels: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Content {
    media: Option<Media>,
    multi_image: Option<MultiImage>,
    article: Option<Article>,
    poll: Option<Poll>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Media {
    id: String,
    title: Option<String>,
    alt_text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MultiImage {
    images: Vec<Media>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Article {
    source: String,
    title: Option<String>,
    description: Option<String>,
    thumbnail: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Poll {
    question: String,
    options: Vec<PollOption>,
    settings: PollSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PollOption {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PollSettings {
    duration: String,
}

/// What a post shows beside its text.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// One line for each file.
    pub(super) media: Vec<String>,
    pub(super) notes: Vec<(&'static str, String)>,
    /// Whether its URN is a share's.
    pub(super) is_share: bool,
}

pub(super) fn unreadable(problem: &serde_json::Error) -> Response {
    error(400, 0, "ILLEGAL_ARGUMENT", &format!("Unpermitted or missing fields in REQUEST_BODY: {problem}"))
}

impl Draft {
    /// Whether the fields beside the content are as the schema wants them.
    pub(super) fn check(&self) -> Result<(), Response> {
        let missing = |field: &str| bad_field("MISSING_FIELD", field);
        let author = self.author.as_deref().ok_or_else(|| missing("/author"))?;
        let commentary = self.commentary.as_deref().ok_or_else(|| missing("/commentary"))?;
        let distribution = self.distribution.as_ref().ok_or_else(|| missing("/distribution"))?;
        let feeds = ["MAIN_FEED", "NONE"];
        if !feeds.contains(&distribution.feed_distribution.as_str())
            || !distribution.target_entities.is_empty()
            || !distribution.third_party_distribution_channels.is_empty()
        {
            return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/distribution"));
        }
        if self.lifecycle_state.as_deref() != Some("PUBLISHED") {
            return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/lifecycleState"));
        }
        match self.visibility.as_deref() {
            None => return Err(missing("/visibility")),
            Some("PUBLIC" | "LOGGED_IN") => {}
            Some("CONNECTIONS") if author.starts_with("urn:li:person:") => {}
            Some(_) => return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/visibility")),
        }
        if commentary.trim().is_empty() && self.content.is_none() {
            return Err(bad_field("INVALID_VALUE_BLANK_FIELD", "/commentary"));
        }
        if little::render(commentary).text.encode_utf16().count() > COMMENTARY_CHARS {
            return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/commentary"));
        }
        Ok(())
    }

    /// Its content, checked against the author's files.
    pub(super) fn carried(&self, state: &State, now: jiff::Timestamp) -> Result<Carried, Response> {
        let mut carried = Carried { is_share: true, ..Carried::default() };
        let Some(content) = self.content.clone() else { return Ok(carried) };
        let content: Content = serde_json::from_value(content).map_err(|problem| unreadable(&problem))?;
        let author = self.author.as_deref().unwrap_or_default();
        let files = Files { state, author, now };
        match (content.media, content.multi_image, content.article, content.poll) {
            (Some(media), None, None, None) => {
                let asset = files.usable(&media.id, &[Kind::Image, Kind::Video, Kind::Document])?;
                carried.is_share = asset.kind == Kind::Image;
                if asset.kind == Kind::Document && media.title.as_deref().is_none_or(str::is_empty) {
                    return Err(bad_field("MISSING_FIELD", "/content/media/title"));
                }
                if media.title.as_ref().is_some_and(|title| title.encode_utf16().count() > TITLE_CHARS) {
                    return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/content/media/title"));
                }
                files.add(&mut carried, &media)?;
            }
            (None, Some(MultiImage { images }), None, None) => {
                if !(2..=20).contains(&images.len()) {
                    return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content/multiImage/images"));
                }
                for image in &images {
                    files.usable(&image.id, &[Kind::Image])?;
                    files.add(&mut carried, image)?;
                }
            }
            (None, None, Some(article), None) => {
                if !article.source.starts_with("https://") && !article.source.starts_with("http://") {
                    return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content/article/source"));
                }
                let title = article.title.filter(|title| !title.is_empty());
                let title = title.ok_or_else(|| bad_field("MISSING_FIELD", "/content/article/title"))?;
                if title.encode_utf16().count() > TITLE_CHARS {
                    return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/content/article/title"));
                }
                carried.notes.extend([("link", article.source), ("link title", title)]);
                if let Some(description) = article.description {
                    if description.encode_utf16().count() > DESCRIPTION_CHARS {
                        return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/content/article/description"));
                    }
                    carried.notes.push(("link description", description));
                }
                if let Some(thumbnail) = article.thumbnail {
                    let asset = files.usable(&thumbnail, &[Kind::Image])?;
                    carried.notes.push(("link picture", asset.line()));
                }
            }
            (None, None, None, Some(poll)) => carried.notes.extend(checked(&poll)?),
            _ => return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content")),
        }
        Ok(carried)
    }
}

fn checked(poll: &Poll) -> Result<Vec<(&'static str, String)>, Response> {
    let length = |text: &str| text.chars().count();
    if !(1..=140).contains(&length(&poll.question)) {
        return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content/poll/question"));
    }
    let options: Vec<&str> = poll.options.iter().map(|option| option.text.as_str()).collect();
    if !(2..=4).contains(&options.len()) || options.iter().any(|text| !(1..=30).contains(&length(text))) {
        return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content/poll/options"));
    }
    if !POLL_DURATIONS.contains(&poll.settings.duration.as_str()) {
        return Err(bad_field("INVALID_VALUE_FOR_FIELD", "/content/poll/settings/duration"));
    }
    Ok(vec![
        ("poll", poll.question.clone()),
        ("poll options", options.join(", ")),
        ("poll duration", poll.settings.duration.clone()),
    ])
}

/// The files that an author may use now.
struct Files<'a> {
    state: &'a State,
    author: &'a str,
    now: jiff::Timestamp,
}

impl<'a> Files<'a> {
    fn usable(&self, urn: &str, kinds: &[Kind]) -> Result<&'a Asset, Response> {
        let code = if urn.starts_with("urn:li:video:") { "INVALID_VIDEO_ID" } else { "INVALID_IMAGE_ID" };
        let asset =
            self.state.assets.get(urn).filter(|asset| kinds.contains(&asset.kind) && asset.owner == self.author);
        let asset = asset.ok_or_else(|| bad_field(code, urn))?;
        match asset.status(self.now) {
            "AVAILABLE" => Ok(asset),
            "PROCESSING_FAILED" => Err(bad_field("MEDIA_ASSET_PROCESSING_FAILED", urn)),
            _ => Err(bad_field("MEDIA_ASSET_WAITING_UPLOAD", urn)),
        }
    }

    fn add(&self, carried: &mut Carried, media: &Media) -> Result<(), Response> {
        if media.alt_text.as_ref().is_some_and(|alt| alt.chars().count() > ALT_CHARS) {
            return Err(bad_field("FIELD_LENGTH_TOO_LONG", "/content/media/altText"));
        }
        let line = self.state.assets.get(&media.id).map(Asset::line).unwrap_or_default();
        let alt = media.alt_text.as_ref().map(|alt| format!(" alt: {alt}")).unwrap_or_default();
        carried.media.push(format!("{line}{alt}"));
        carried.notes.extend(media.title.clone().map(|title| ("title", title)));
        Ok(())
    }
}
