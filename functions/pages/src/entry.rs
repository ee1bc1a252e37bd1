//! A post on an organization's page, in the list and alone.

use api::{App, Path};
use axum::extract::State;
use axum::response::Response;
use domain::ids::Ulid;
use domain::media::MediaUse;
use http::HeaderMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use store::PageEntry;

use crate::answer::NoPage;
use crate::look::Frame;
use crate::site::{Picture, Site, card};
use crate::text::{headline, paragraphs};

/// A text this short, without media, is set large.
const SHORT_CHARS: usize = 140;
/// Longest edge of a thumbnail.
const THUMB: u32 = domain::media::THUMB_EDGE;
/// Most room for a picture or video that is alone, in pixels: the column's width, and not taller than
/// most screens.
const ROOM: (u32, u32) = (640, 736);

/// A post with what its page says about it.
pub(crate) struct Post {
    /// The post itself.
    pub(crate) entry: PageEntry,
    /// Absolute address.
    pub(crate) url: String,
    /// First line, or what it shows when it has no words.
    pub(crate) title: String,
    /// Absolute address of its organization's page.
    site: String,
    /// When it went out, on the organization's clock.
    when: String,
}

impl Post {
    /// A post of this site.
    pub(crate) fn new(site: &Site, entry: PageEntry) -> Self {
        let title = match headline(&entry.text) {
            title if !title.is_empty() => title,
            _ => match entry.media.first().map(|media| headline(&media.alt)) {
                Some(alt) if !alt.is_empty() => alt,
                _ => format!("A post by {}", site.org.name),
            },
        };
        let url = format!("{}/{}", site.url(), entry.id);
        Self { url, title, site: site.url(), when: clock_time(entry.published_at, &site.org.zone), entry }
    }

    /// Absolute address of a file of it.
    pub(crate) fn file_url(&self, media: &MediaUse) -> String {
        format!("{}/media/{}", self.site, media.file_id)
    }

    /// The picture that stands for it.
    pub(crate) fn picture(&self) -> Option<Picture> {
        let media = self.entry.media.iter().find(|media| media.mime.starts_with("image/"))?;
        Some(Picture { url: self.file_url(media), alt: media.alt.clone(), size: media.width.zip(media.height) })
    }

    /// As shown on a page.
    pub(crate) fn article(&self) -> Markup {
        let short = self.entry.media.is_empty() && self.entry.text.chars().count() <= SHORT_CHARS;
        html! {
            article {
                @if !self.entry.text.trim().is_empty() {
                    div.text.short[short] dir="auto" { (paragraphs(&self.entry.text)) }
                }
                (self.gallery())
                p.when { a href=(self.url) { time datetime=(self.entry.published_at) { (self.when) } } }
            }
        }
    }

    fn gallery(&self) -> Markup {
        let class = if self.entry.media.len() == 1 { "media one" } else { "media many" };
        html! {
            @if !self.entry.media.is_empty() {
                div class=(class) {
                    @for media in &self.entry.media {
                        @if media.mime.starts_with("video/") { (self.video(media)) } @else { (self.image(media)) }
                    }
                }
            }
        }
    }

    fn image(&self, media: &MediaUse) -> Markup {
        let url = self.file_url(media);
        let (width, height) = (media.width.unwrap_or(THUMB), media.height.unwrap_or(THUMB));
        // A thumbnail is as wide as its longest edge allows.
        let small = u64::from(THUMB) * u64::from(width) / u64::from(width.max(height).max(1));
        let sources = (media.thumb && width.max(height) > THUMB && media.mime != "image/gif")
            .then(|| format!("{url}/thumb {small}w, {url} {width}w"));
        let sizes = if self.entry.media.len() == 1 {
            "(min-width: 43rem) 40rem, 92vw"
        } else {
            "(min-width: 43rem) 20rem, 46vw"
        };
        // The room is kept free before the picture is there, so nothing jumps.
        let (width, height) = fitted(width, height);
        html! {
            a href=(url) {
                img src=(url) srcset=[sources.as_deref()] sizes=[sources.as_ref().map(|_| sizes)]
                    width=(width) height=(height) alt=(media.alt) loading="lazy" decoding="async";
            }
        }
    }

    fn video(&self, media: &MediaUse) -> Markup {
        let label = if media.alt.is_empty() { "Video" } else { &media.alt };
        let (width, height) = fitted(media.width.unwrap_or(ROOM.0), media.height.unwrap_or(ROOM.0 * 9 / 16));
        html! {
            video controls playsinline preload="metadata" src=(self.file_url(media)) aria-label=(label)
                width=(width) height=(height) {}
        }
    }
}

/// The largest size of the same shape that fits [`ROOM`], but never larger than it is.
fn fitted(width: u32, height: u32) -> (u32, u32) {
    let shrunk = |edge: u32, by: u32, of: u32| {
        u32::try_from(u64::from(edge) * u64::from(by) / u64::from(of.max(1))).unwrap_or(u32::MAX).max(1)
    };
    let (width, height) = if width > ROOM.0 { (ROOM.0, shrunk(height, ROOM.0, width)) } else { (width, height) };
    if height > ROOM.1 { (shrunk(width, ROOM.1, height), ROOM.1) } else { (width, height) }
}

/// Date and time of day with the zone they are in.
fn clock_time(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// Show a post of an organization's public page.
#[utoipa::path(
    get, path = "/p/{slug}/{key}", tag = "pages", params(("slug" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn get_page_entry(
    State(app): State<App>,
    Path((slug, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    let canonical = Ulid::from_string(&key).is_ok_and(|ulid| ulid.to_string() == key);
    if !canonical {
        return Err(NoPage::Missing);
    }
    let (site, entry) = Site::with_post(&app, &slug, key).await?;
    let post = Post::new(&site, entry);
    let home = format!("/p/{}", site.org.slug);
    let body = html! {
        header.band.slim { div.column { a href=(home) dir="auto" { (site.org.name) } } }
        main.alone {
            div.column {
                (post.article())
                nav aria-label="Pages" { a href=(home) { "← All posts" } }
            }
        }
        (site.footer())
    };
    let title = format!("{} – {}", post.title, site.org.name);
    let head = html! { (meta(&site, &post)) (site.feed_links()) };
    Ok(Frame::site(&title, &site.org.accent, &site.media, head, body).document().answer(&headers))
}

fn meta(site: &Site, post: &Post) -> Markup {
    let picture = post.picture();
    let words: String = post.entry.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let description: String = words.chars().take(300).collect();
    html! {
        link rel="canonical" href=(post.url);
        meta name="description" content=(description);
        meta property="og:type" content="article";
        meta property="og:site_name" content=(site.org.name);
        meta property="og:title" content=(post.title);
        meta property="og:description" content=(description);
        meta property="og:url" content=(post.url);
        meta property="article:published_time" content=(post.entry.published_at);
        (card(picture.as_ref()))
    }
}

#[cfg(test)]
pub(crate) mod tests;
