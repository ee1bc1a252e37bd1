use domain::ids::{FileId, OrgId, PostId};
use domain::org::Organization;
use proptest::prelude::{prop_assert, proptest};

use super::*;

/// A site with hostile words wherever a person chooses them.
pub(crate) fn site(name: &str) -> Site {
    let org = Organization {
        id: OrgId::new(Ulid::from(1)),
        name: name.into(),
        slug: "ada".into(),
        zone: "Europe/Berlin".into(),
        accent: "#24447c".into(),
        about: name.into(),
        require_alt_text: false,
        owners: 1,
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
    };
    Site { org, origin: "https://atelier.test".into(), media: "https://media.test".into() }
}

pub(crate) fn entry(text: &str, media: Vec<MediaUse>) -> PageEntry {
    PageEntry {
        id: Ulid::from(7).to_string(),
        post_id: PostId::new(Ulid::from(2)),
        text: text.into(),
        media,
        published_at: "2026-11-21T08:00:00Z".parse().unwrap(),
    }
}

pub(crate) fn media(mime: &str, alt: &str) -> MediaUse {
    MediaUse {
        file_id: FileId::new(Ulid::from(3)),
        mime: mime.into(),
        bytes: 1000,
        width: Some(1200),
        height: Some(800),
        duration_ms: None,
        details: domain::media::Details::default(),
        alt: alt.into(),
        thumb: mime.starts_with("image/"),
    }
}

#[test]
fn a_post_shows_its_time_on_the_organizations_clock() {
    let html = Post::new(&site("Ada"), entry("Hello", Vec::new())).article().into_string();
    assert!(html.contains("<time datetime=\"2026-11-21T08:00:00Z\">21 November 2026, 09:00 CET</time>"), "{html}");
    assert!(html.contains("href=\"https://atelier.test/p/ada/00000000000000000000000007\""), "{html}");
    assert!(html.contains("class=\"text short\""), "{html}");
}

#[test]
fn pictures_keep_their_place_and_offer_two_sizes() {
    let html = Post::new(&site("Ada"), entry("", vec![media("image/jpeg", "A bench")])).article().into_string();
    assert!(html.contains("width=\"640\" height=\"426\" alt=\"A bench\""), "{html}");
    assert!(html.contains("/thumb 480w, "), "{html}");
    assert!(!html.contains("class=\"text"), "{html}");
}

#[test]
fn a_video_has_controls_and_a_name() {
    let html = Post::new(&site("Ada"), entry("", vec![media("video/mp4", "")])).article().into_string();
    assert!(html.contains("<video controls playsinline preload=\"metadata\"") && html.contains("aria-label=\"Video\""));
}

#[test]
fn a_post_without_words_is_named_by_what_it_shows() {
    assert_eq!(Post::new(&site("Ada"), entry("", vec![media("image/png", "A bench")])).title, "A bench");
    assert_eq!(Post::new(&site("Ada"), entry("", vec![media("image/png", "")])).title, "A post by Ada");
}

#[test]
fn a_picture_keeps_its_shape_and_its_place() {
    assert_eq!(fitted(300, 200), (300, 200));
    assert_eq!(fitted(1600, 1000), (640, 400));
    assert_eq!(fitted(800, 1400), (420, 736));
    assert_eq!(fitted(u32::MAX, 1), (640, 1));
    assert_eq!(fitted(0, 0), (0, 0));
}

proptest! {
    #[test]
    fn names_and_descriptions_stay_text(words in "[a-z<>\"'&/=]{0,40}") {
        let site = site(&words);
        let post = Post::new(&site, entry("", vec![media("image/png", &words), media("video/mp4", &words)]));
        let html = html! { (post.article()) (meta(&site, &post)) (site.feed_links()) }.into_string();
        let tags = html.matches('<').count();
        let plain = Post::new(&self::site("x"), entry("", vec![media("image/png", "x"), media("video/mp4", "x")]));
        let site = self::site("x");
        let expected = html! { (plain.article()) (meta(&site, &plain)) (site.feed_links()) }.into_string();
        let missing = usize::from(words.is_empty());
        prop_assert!(tags + missing >= expected.matches('<').count() && tags <= expected.matches('<').count());
    }
}
