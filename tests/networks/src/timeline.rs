//! The page of each simulated network: what people would see there, and which requests came.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::platform::Platform;
use domain::rules::rule;
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::late;
use crate::world::World;

/// `/` and `/timeline/{network}`; `/timeline/{network}.json` for programs.
pub(crate) fn routes(world: &World) -> Router {
    Router::new().route("/", get(overview)).route("/timeline/{network}", get(timeline)).with_state(world.clone())
}

async fn overview(State(world): State<World>) -> Html<String> {
    late::land(&world).await;
    let list = html! {
        ul {
            @for platform in outside() {
                li {
                    a href={ "/timeline/" (platform.as_str()) } { (rule(platform).label) }
                    " · " (world.shown(platform).len()) " visible"
                }
            }
        }
    };
    page("Simulated networks", &list)
}

async fn timeline(State(world): State<World>, Path(name): Path<String>) -> Response {
    let (name, as_json) = name.strip_suffix(".json").map_or((name.as_str(), false), |name| (name, true));
    let Some(platform) = Platform::parse(name).filter(|platform| *platform != Platform::Page) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    late::land(&world).await;
    let mut shown = world.shown(platform);
    if as_json {
        return axum::Json(shown).into_response();
    }
    shown.reverse();
    let list = html! {
        p { a href="/" { "All networks" } }
        @if shown.is_empty() { p { "Nothing is visible here yet." } }
        @for item in shown {
            article id=(item.id) {
                p { b { (item.kind) } " by " (item.account) " · " (item.at) " · " code { (item.id) } }
                @if let Some(parent) = &item.parent { p { "to " code { (parent) } } }
                pre { (item.text) }
                @for file in &item.media { p { "▣ " (file) } }
                @for (name, value) in &item.notes { p { (name) ": " (value) } }
            }
        }
    };
    page(&format!("{} (simulated)", rule(platform).label), &list).into_response()
}

fn outside() -> impl Iterator<Item = Platform> {
    Platform::ALL.into_iter().filter(|platform| *platform != Platform::Page)
}

/// A page of the simulation, which nobody can take for the real thing.
pub(crate) fn page(title: &str, content: &Markup) -> Html<String> {
    let style = "body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
        .sim{background:#fff3cd;border:1px solid #b58900;padding:.5rem 1rem;border-radius:.5rem}\
        article{border-top:1px solid #ddd;padding:.5rem 0}pre{white-space:pre-wrap;font:inherit;margin:.25rem 0}\
        p{margin:.25rem 0}button{font:inherit;padding:.5rem 1rem}label{display:block;margin:.25rem 0}";
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width"; title { (title) } style { (style) } }
            body { p.sim { "A simulation for trying Atelier out. Nothing here is real." } main { h1 { (title) } (content) } }
        }
    };
    Html(markup.into_string())
}
