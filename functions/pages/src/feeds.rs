//! The page as feeds: Atom and JSON Feed.

use std::fmt::Write as _;

use api::{App, Path};
use axum::extract::State;
use axum::response::Response;
use domain::ids::Ulid;
use http::HeaderMap;
use maud::{Markup, html};
use serde_json::{Value, json};
use store::PageEntry;

use crate::answer::{Document, NoPage};
use crate::entry::Post;
use crate::site::Site;
use crate::text::{paragraphs, printable};

/// Get an organization's posts as an Atom feed.
#[utoipa::path(
    get, path = "/p/{slug}/feed.atom", tag = "pages", params(("slug" = String, Path)),
    responses((status = 200, body = String, content_type = "application/atom+xml"))
)]
pub(crate) async fn get_atom_feed(
    State(app): State<App>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    let (site, posts) = Site::with_posts(&app, &slug, None).await?;
    Ok(Document::new("application/atom+xml; charset=utf-8", atom(&site, posts.items)).answer(&headers))
}

/// Get an organization's posts as a JSON feed.
#[utoipa::path(
    get, path = "/p/{slug}/feed.json", tag = "pages", params(("slug" = String, Path)),
    responses((status = 200, body = serde_json::Value, content_type = "application/feed+json"))
)]
pub(crate) async fn get_json_feed(
    State(app): State<App>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    let (site, posts) = Site::with_posts(&app, &slug, None).await?;
    Ok(Document::new("application/feed+json", json_feed(&site, posts.items).to_string()).answer(&headers))
}

fn atom(site: &Site, entries: Vec<PageEntry>) -> String {
    let url = xml(&site.url());
    let updated = entries.first().map_or(site.org.created_at, |newest| newest.published_at);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{}</id>\n<title>{name}</title>\n<subtitle>{}</subtitle>\n<updated>{updated}</updated>\n\
         <author><name>{name}</name><uri>{url}</uri></author>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{url}/feed.atom\"/>\n",
        urn(site.org.id.ulid()),
        xml(&site.org.about),
        name = xml(&site.org.name),
    );
    for entry in entries {
        let post = Post::new(site, entry);
        let at = post.entry.published_at;
        // Writing to a text cannot fail.
        let _ = write!(
            feed,
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{at}</published>\n<updated>{at}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            id(&post),
            xml(&post.title),
            xml(&post.url),
            xml(&content(&post).into_string()),
        );
    }
    feed.push_str("</feed>\n");
    feed
}

fn json_feed(site: &Site, entries: Vec<PageEntry>) -> Value {
    let items = entries.into_iter().map(|entry| {
        let post = Post::new(site, entry);
        let attachments = post.entry.media.iter().map(|media| {
            let mut attachment =
                json!({"url": post.file_url(media), "mime_type": media.mime, "size_in_bytes": media.bytes});
            if let Some(ms) = media.duration_ms {
                attachment["duration_in_seconds"] = json!(ms / 1000);
            }
            attachment
        });
        let mut item = json!({
            "id": id(&post),
            "url": post.url,
            "content_html": content(&post).into_string(),
            "date_published": post.entry.published_at,
            "attachments": attachments.collect::<Vec<_>>(),
        });
        if let Some(picture) = post.picture() {
            item["image"] = json!(picture.url);
        }
        item
    });
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.org.name,
        "description": site.org.about,
        "home_page_url": site.url(),
        "feed_url": format!("{}/feed.json", site.url()),
        "authors": [{"name": site.org.name, "url": site.url()}],
        "items": items.collect::<Vec<_>>(),
    })
}

/// Text and media, for readers that know no styles.
fn content(post: &Post) -> Markup {
    html! {
        (paragraphs(&post.entry.text))
        @for media in &post.entry.media {
            @let url = post.file_url(media);
            @if media.mime.starts_with("video/") {
                p { a href=(url) { @if media.alt.is_empty() { "Video" } @else { (media.alt) } } }
            } @else {
                p { img src=(url) alt=(media.alt) width=[media.width] height=[media.height]; }
            }
        }
    }
}

/// Stays the same when the page moves to another address.
fn id(post: &Post) -> String {
    Ulid::from_string(&post.entry.id).map_or_else(|_| post.url.clone(), urn)
}

/// A ULID and a UUID are both 128 bits.
fn urn(ulid: Ulid) -> String {
    let hex = format!("{:032x}", u128::from(ulid));
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn xml(text: &str) -> String {
    let text = printable(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
