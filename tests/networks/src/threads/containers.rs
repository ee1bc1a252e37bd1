//! Containers: what is to be published, checked when it is made and processed for a while.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use domain::platform::Platform;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Answer, Fields, GraphError, State as Kept, Threads, error, field, fields, invalid};
use crate::fetch::Fetched;

const TEXT_MAX: usize = 500;
const ALT_MAX: usize = 1000;
const LINKS_MAX: usize = 5;
const IMAGE_MAX: u64 = 8 * 1024 * 1024;
const VIDEO_MAX: u64 = 1024 * 1024 * 1024;
const EXPIRES: SignedDuration = SignedDuration::from_hours(24);
const IMAGE_TAKES: SignedDuration = SignedDuration::from_secs(2);
const VIDEO_TAKES: SignedDuration = SignedDuration::from_secs(12);
/// How long a post is unknown to those who want to answer it.
const LAG: SignedDuration = SignedDuration::from_secs(4);

/// What is to be published.
#[derive(Clone)]
pub(super) struct Container {
    pub(super) owner: String,
    pub(super) fields: Fields,
    /// What it carries, one entry per file.
    pub(super) media: Vec<String>,
    pub(super) made: Timestamp,
    pub(super) ready: Timestamp,
    /// Why it cannot be published.
    pub(super) error: Option<&'static str>,
    pub(super) published: bool,
}

impl Container {
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match () {
            () if self.published => "PUBLISHED",
            () if now.duration_since(self.made) >= EXPIRES => "EXPIRED",
            () if self.ready > now => "IN_PROGRESS",
            () if self.error.is_some() => "ERROR",
            () => "FINISHED",
        }
    }

    pub(super) fn is_item(&self) -> bool {
        field(&self.fields, "is_carousel_item") == "true"
    }
}

/// How long a text is: an emoji counts the bytes of its UTF-8.
fn length(text: &str) -> usize {
    let is_emoji =
        |character: char| matches!(u32::from(character), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF);
    text.chars().map(|character| if is_emoji(character) { character.len_utf8() } else { 1 }).sum()
}

fn links(fields: &Fields) -> usize {
    let of_text = field(fields, "text").split_whitespace().filter(|word| word.contains("://"));
    let card = Some(field(fields, "link_attachment")).filter(|link| !link.is_empty());
    of_text.chain(card).collect::<BTreeSet<_>>().len()
}

/// What is wrong with the fields, whatever the media.
fn check(fields: &Fields, world_knows: impl Fn(&str) -> bool) -> Result<(), GraphError> {
    let kind = field(fields, "media_type");
    if !["TEXT", "IMAGE", "VIDEO", "CAROUSEL"].contains(&kind) {
        return Err(invalid("Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}"));
    }
    let (text, only_text) = (field(fields, "text"), kind == "TEXT");
    if length(text) > TEXT_MAX {
        return Err(invalid("Param text must be at most 500 characters long."));
    }
    if only_text && text.trim().is_empty() {
        return Err(invalid("The parameter text is required"));
    }
    if field(fields, "alt_text").chars().count() > ALT_MAX {
        return Err(invalid("Param alt_text must be at most 1000 characters long."));
    }
    let for_text = ["link_attachment", "poll_attachment", "text_attachment", "gif_attachment", "is_ghost_post"];
    if let Some(name) = for_text.into_iter().find(|name| !only_text && fields.contains_key(*name)) {
        return Err(invalid(&format!("{name} is only allowed with media_type TEXT")));
    }
    let spoiler = fields.get("is_spoiler_media");
    if spoiler.is_some_and(|value| !["true", "false"].contains(&value.as_str())) {
        return Err(invalid("Param is_spoiler_media must be a boolean"));
    }
    if spoiler.is_some() && only_text {
        return Err(invalid("is_spoiler_media is only allowed with media_type IMAGE, VIDEO or CAROUSEL"));
    }
    if fields.contains_key("poll_attachment") {
        poll(fields)?;
    }
    if links(fields) > LINKS_MAX {
        return Err(error(400, 100, 0, "THREADS_API__LINK_LIMIT_EXCEEDED: too many links in this post."));
    }
    if let Some(topic) = fields.get("topic_tag")
        && (!(1..=50).contains(&topic.chars().count()) || topic.contains(['.', '&']))
    {
        return Err(invalid("Param topic_tag must have 1 to 50 characters without periods and ampersands"));
    }
    let who = ["everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"];
    if fields.get("reply_control").is_some_and(|control| !who.contains(&control.as_str())) {
        return Err(invalid("Param reply_control is not one of the known values"));
    }
    match fields.get("reply_to_id") {
        Some(id) if !world_knows(id) => Err(error(400, 24, 2_207_006, "The requested resource does not exist")),
        _ => Ok(()),
    }
}

fn poll(fields: &Fields) -> Result<(), GraphError> {
    let poll: Value = serde_json::from_str(field(fields, "poll_attachment")).unwrap_or_default();
    let options = ["option_a", "option_b", "option_c", "option_d"].map(|name| poll[name].as_str());
    let given: Vec<&str> = options.iter().flatten().copied().collect();
    let in_order = options.iter().take(given.len()).all(Option::is_some);
    let fit = given.iter().all(|option| (1..=25).contains(&option.chars().count()));
    let known = poll.as_object().is_some_and(|poll| poll.len() == given.len());
    if given.len() < 2 || !in_order || !fit || !known || fields.contains_key("link_attachment") {
        return Err(invalid("Param poll_attachment must have two to four options of at most 25 characters"));
    }
    Ok(())
}

/// What a file is for the network: its description, or why it cannot be used.
fn judged(kind: &str, file: Option<Fetched>) -> Result<String, &'static str> {
    let is_image = |head: &[u8]| head.starts_with(b"\xff\xd8\xff") || head.starts_with(b"\x89PNG");
    let is_video = |head: &[u8]| head.get(4..8) == Some(b"ftyp");
    match (kind, file) {
        ("VIDEO", None) => Err("FAILED_DOWNLOADING_VIDEO"),
        ("VIDEO", Some(file)) if is_video(&file.head) && file.length <= VIDEO_MAX => {
            Ok(format!("video {} {} bytes", file.mime, file.length))
        }
        ("VIDEO", Some(_)) => Err("FAILED_PROCESSING_VIDEO"),
        (_, Some(file)) if is_image(&file.head) && file.length <= IMAGE_MAX => {
            Ok(format!("image {} {} bytes", file.mime, file.length))
        }
        _ => Err("UNKNOWN"),
    }
}

/// The children of a carousel, joined.
fn carousel(kept: &Kept, fields: &Fields, user: &str, now: Timestamp) -> Result<Container, GraphError> {
    let ids: Vec<&str> = field(fields, "children").split(',').filter(|id| !id.is_empty()).collect();
    if !(2..=20).contains(&ids.len()) {
        return Err(invalid("Param children must have 2 to 20 ids"));
    }
    let children: Vec<&Container> = ids.iter().filter_map(|id| kept.containers.get(*id)).collect();
    let usable = |child: &&Container| child.owner == user && child.is_item() && child.status(now) != "EXPIRED";
    if children.len() != ids.len() || !children.iter().all(usable) {
        return Err(invalid("Param children has ids that are no carousel items"));
    }
    Ok(Container {
        owner: user.to_owned(),
        fields: fields.clone(),
        media: children.iter().flat_map(|child| child.media.clone()).collect(),
        made: now,
        ready: children.iter().map(|child| child.ready).max().unwrap_or(now) + IMAGE_TAKES,
        error: children.iter().find_map(|child| child.error),
        published: false,
    })
}

pub(super) async fn create(
    State(threads): State<Threads>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Answer {
    let fields = fields(query, &body);
    let mut scopes = vec!["threads_basic", "threads_content_publish"];
    if fields.contains_key("reply_to_id") {
        scopes.push("threads_manage_replies");
    }
    let grant = threads.caller(&headers, &fields, &scopes)?;
    Threads::is_own(&user, &grant)?;
    let now = threads.world.now();
    let knows = |id: &str| threads.world.find(Platform::Threads, id).is_some_and(|shown| shown.at + LAG <= now);
    check(&fields, knows)?;
    let kind = field(&fields, "media_type").to_owned();
    let container = if kind == "CAROUSEL" {
        carousel(&threads.state(), &fields, &grant.user, now)?
    } else {
        let name = if kind == "VIDEO" { "video_url" } else { "image_url" };
        let address = field(&fields, name).to_owned();
        if kind != "TEXT" && address.is_empty() {
            return Err(invalid(&format!("The parameter {name} is required")));
        }
        let file = if kind == "TEXT" { None } else { Some(judged(&kind, threads.world.fetch(&address).await)) };
        let takes = match kind.as_str() {
            "TEXT" => SignedDuration::ZERO,
            "IMAGE" => IMAGE_TAKES,
            _ => VIDEO_TAKES,
        };
        let (media, error) = match file {
            None => (Vec::new(), None),
            Some(Ok(file)) => (vec![file], None),
            Some(Err(why)) => (Vec::new(), Some(why)),
        };
        Container { owner: grant.user, fields, media, made: now, ready: now + takes, error, published: false }
    };
    let id = (17_900_000_000_000_000 + threads.world.number()).to_string();
    threads.state().containers.insert(id.clone(), container);
    Ok(Json(json!({"id": id})))
}
