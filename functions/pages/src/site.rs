//! An organization's page: its posts, newest first.

use api::{App, Path, Query};
use axum::extract::State;
use axum::response::Response;
use domain::org::Organization;
use http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Order, OrgKey, OrgList, OrgStore, Page, PageEntry, PageRequest};
use utoipa::IntoParams;

use crate::answer::NoPage;
use crate::entry::Post;
use crate::look::Frame;

/// Posts on one page.
const POSTS: usize = 20;

/// An organization whose page is asked for.
pub(crate) struct Site {
    /// The organization.
    pub(crate) org: Organization,
    /// Public origin, without a trailing slash.
    pub(crate) origin: String,
    /// Origin of the object store.
    pub(crate) media: String,
}

impl Site {
    fn new(app: &App, org: Organization) -> Self {
        let config = &app.cloud.config;
        Self { org, origin: config.base_url.clone(), media: config.media_origin() }
    }

    /// Absolute address of the page.
    pub(crate) fn url(&self) -> String {
        format!("{}/p/{}", self.origin, self.org.slug)
    }

    /// What a public address leads to. With it only what is public may be read.
    pub(crate) async fn find(app: &App, slug: &str) -> Result<OrgStore, NoPage> {
        let scope = app.table.page_scope(slug).await?.ok_or(NoPage::Missing)?;
        Ok(app.table.org(scope))
    }

    /// The page with some of its posts: two round trips.
    pub(crate) async fn with_posts(
        app: &App,
        slug: &str,
        cursor: Option<String>,
    ) -> Result<(Self, Page<PageEntry>), NoPage> {
        let store = Self::find(app, slug).await?;
        let request = PageRequest { cursor, limit: POSTS };
        let (org, posts) = tokio::join!(
            store.get::<Organization>(&OrgKey::Org),
            store.list::<PageEntry>(OrgList::PageEntries, Order::Descending, &request)
        );
        Ok((Self::new(app, org?.ok_or(NoPage::Missing)?), posts?))
    }

    /// The page with one post: two round trips.
    pub(crate) async fn with_post(app: &App, slug: &str, key: String) -> Result<(Self, PageEntry), NoPage> {
        let store = Self::find(app, slug).await?;
        let (own, key) = (OrgKey::Org, OrgKey::PageEntry(key));
        let (org, post) = tokio::join!(store.get::<Organization>(&own), store.get::<PageEntry>(&key));
        Ok((Self::new(app, org?.ok_or(NoPage::Missing)?), post?.ok_or(NoPage::Missing)?))
    }

    /// Links to the feeds, for feed readers.
    pub(crate) fn feed_links(&self) -> Markup {
        let url = self.url();
        html! {
            link rel="alternate" type="application/atom+xml" title=(self.org.name) href={ (url) "/feed.atom" };
            link rel="alternate" type="application/feed+json" title=(self.org.name) href={ (url) "/feed.json" };
        }
    }

    /// The end of every page.
    pub(crate) fn footer(&self) -> Markup {
        let path = format!("/p/{}", self.org.slug);
        html! {
            footer {
                div.column {
                    a href={ (path) "/feed.atom" } { "Atom feed" }
                    a href={ (path) "/feed.json" } { "JSON feed" }
                }
            }
        }
    }
}

/// Where in the list to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Position {
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Show an organization's public page.
#[utoipa::path(
    get, path = "/p/{slug}", tag = "pages", params(("slug" = String, Path), Position),
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub(crate) async fn get_page(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(position): Query<Position>,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    let first = position.cursor.is_none();
    let (site, posts) = Site::with_posts(&app, &slug, position.cursor).await?;
    let posts_shown: Vec<Post> = posts.items.into_iter().map(|entry| Post::new(&site, entry)).collect();
    let body = html! {
        (masthead(&site.org))
        main {
            div.column {
                @for post in &posts_shown { (post.article()) }
                @if posts_shown.is_empty() { p.empty { "Nothing is published here yet." } }
                (turning(&site, first, posts.next_cursor.as_deref()))
            }
        }
        (site.footer())
    };
    let head = html! { (meta(&site, posts_shown.first())) (site.feed_links()) @if !first { meta name="robots" content="noindex, follow"; } };
    Ok(Frame::site(&site.org.name, &site.org.accent, &site.media, head, body).document().answer(&headers))
}

fn masthead(org: &Organization) -> Markup {
    html! {
        header.band {
            div.column {
                h1 dir="auto" { (org.name) }
                @if !org.about.trim().is_empty() { p.about dir="auto" { (org.about) } }
            }
        }
    }
}

fn turning(site: &Site, first: bool, next: Option<&str>) -> Markup {
    let path = format!("/p/{}", site.org.slug);
    html! {
        @if !first || next.is_some() {
            nav aria-label="Pages" {
                @if first { span {} } @else { a href=(path) { "← Newest posts" } }
                @if let Some(cursor) = next { a rel="next" href={ (path) "?cursor=" (cursor) } { "Older posts →" } }
            }
        }
    }
}

fn meta(site: &Site, newest: Option<&Post>) -> Markup {
    let (name, url) = (&site.org.name, site.url());
    let about = if site.org.about.trim().is_empty() { format!("Posts by {name}.") } else { site.org.about.clone() };
    let picture = newest.and_then(Post::picture);
    html! {
        link rel="canonical" href=(url);
        meta name="description" content=(about);
        meta property="og:type" content="website";
        meta property="og:site_name" content=(name);
        meta property="og:title" content=(name);
        meta property="og:description" content=(about);
        meta property="og:url" content=(url);
        (card(picture.as_ref()))
    }
}

/// The picture that a link preview shows.
pub(crate) struct Picture {
    /// Absolute address.
    pub(crate) url: String,
    /// Alternative text.
    pub(crate) alt: String,
    /// Width and height in pixels.
    pub(crate) size: Option<(u32, u32)>,
}

/// What a link preview needs beyond the words.
pub(crate) fn card(picture: Option<&Picture>) -> Markup {
    html! {
        meta name="twitter:card" content={ @if picture.is_some() { "summary_large_image" } @else { "summary" } };
        @if let Some(picture) = picture {
            meta property="og:image" content=(picture.url);
            @if !picture.alt.is_empty() { meta property="og:image:alt" content=(picture.alt); }
            @if let Some((width, height)) = picture.size {
                meta property="og:image:width" content=(width);
                meta property="og:image:height" content=(height);
            }
        }
    }
}
