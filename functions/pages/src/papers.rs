//! Documents of the whole installation: what it keeps, its terms, and what became of a wish to be forgotten.
//!
//! Networks ask for their addresses when an app is registered. The texts are in `assets/`, for the operator to adapt.

use api::{App, Path};
use axum::extract::State;
use axum::response::Response;
use domain::rules::rule;
use http::HeaderMap;
use maud::{Markup, html};
use store::Erasure;

use crate::answer::NoPage;
use crate::look;

const PRIVACY: &str = include_str!("../assets/privacy.txt");
const TERMS: &str = include_str!("../assets/terms.txt");
/// Longest code that is looked for, in bytes: ours are shorter.
const CODE_MAX: usize = 100;

/// Show what the installation keeps of people, and how they have it removed.
#[utoipa::path(get, path = "/p/-/privacy", tag = "pages",
    responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn get_privacy(State(app): State<App>, headers: HeaderMap) -> Response {
    look::paper("Privacy", &text(PRIVACY, &app)).answer(&headers)
}

/// Show the installation's terms of use.
#[utoipa::path(get, path = "/p/-/terms", tag = "pages",
    responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn get_terms(State(app): State<App>, headers: HeaderMap) -> Response {
    look::paper("Terms of use", &text(TERMS, &app)).answer(&headers)
}

/// Show what became of a person's wish to have their data removed.
#[utoipa::path(get, path = "/p/-/deletion/{code}", tag = "pages", params(("code" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn get_deletion(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, NoPage> {
    if code.len() > CODE_MAX {
        return Err(NoPage::Missing);
    }
    let erasure = app.table.erasure(&code).await?.ok_or(NoPage::Missing)?;
    Ok(look::paper("Your data was removed", &report(&erasure)).answer(&headers))
}

fn report(erasure: &Erasure) -> Markup {
    let label = &rule(erasure.platform).label;
    let done = erasure.done_at.strftime("%-d %B %Y, %H:%M UTC");
    html! {
        @match erasure.accounts {
            0 => p { "You asked " (label) " on " (done) " to have your data removed here. Nothing of yours was kept any more." }
            number => p {
                "You asked " (label) " to have your data removed here. On " (done) " the access that you allowed was destroyed, and name, "
                "handle and picture of " (number) " connected " (if number == 1 { "account" } else { "accounts" }) " were removed."
            }
        }
        p { "Posts that are public on " (label) " are there, not here: remove them in its own app." }
        p { "Confirmation code: " (erasure.code) }
    }
}

/// A text of `# headings`, `- points` and paragraphs, with this installation's address and contact filled in.
fn text(text: &str, app: &App) -> Markup {
    let config = &app.cloud.config;
    markup(&text.replace("{origin}", &config.base_url).replace("{contact}", contact(&config.mail_from)))
}

/// Whom to write to: the sender of mail, or in words where there is none.
fn contact(mail_from: &str) -> &str {
    if mail_from.is_empty() { "the operator of this installation" } else { mail_from }
}

fn markup(text: &str) -> Markup {
    html! {
        @for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            @if let Some(heading) = block.strip_prefix("# ") {
                h2 { (heading) }
            } @else if block.starts_with("- ") {
                ul { @for point in block.lines() { li { (point.trim_start_matches("- ")) } } }
            } @else {
                p { (block) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_headings_points_and_paragraphs() {
        let html = markup("# One\n\nTwo & three.\n\n- a;\n- b.\n").into_string();
        assert_eq!(html, "<h2>One</h2><p>Two &amp; three.</p><ul><li>a;</li><li>b.</li></ul>");
    }

    #[test]
    fn the_texts_say_how_to_be_forgotten_and_whom_to_ask() {
        for text in [PRIVACY, TERMS] {
            assert!(text.contains("{origin}") && text.contains("{contact}"));
        }
        assert!(markup(PRIVACY).into_string().contains("<h2>How to have it removed</h2>"));
    }

    #[test]
    fn a_wish_is_answered_whether_or_not_there_was_anything() {
        let erasure = |accounts| Erasure {
            code: "c".into(),
            platform: domain::platform::Platform::Facebook,
            done_at: jiff::Timestamp::UNIX_EPOCH,
            accounts,
            expires: 0,
        };
        assert!(report(&erasure(0)).into_string().contains("Nothing of yours was kept"));
        assert!(report(&erasure(2)).into_string().contains("2 connected accounts"));
    }
}
