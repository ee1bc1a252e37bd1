use atom_syndication::Feed;

use super::*;
use crate::entry::tests::{entry, media, site};

const HOSTILE: &str = "<b>5 > 4 & \"so\" on</b>\u{8}\n\nSee https://example.org/?a=1&b=2";

#[test]
fn the_atom_feed_parses_and_says_what_the_page_says() {
    let site = site("Ada & <Co>");
    let feed = atom(&site, vec![entry(HOSTILE, vec![media("image/jpeg", "A \"bench\"")])]);
    let feed: Feed = feed.parse().unwrap();
    assert_eq!(feed.title().value, "Ada & <Co>");
    assert_eq!(feed.updated().to_rfc3339(), "2026-11-21T08:00:00+00:00");
    let entry = &feed.entries()[0];
    assert_eq!(entry.id(), "urn:uuid:00000000-0000-0000-0000-000000000007");
    assert_eq!(entry.title().value, "<b>5 > 4 & \"so\" on</b>");
    assert_eq!(entry.links()[0].href(), "https://atelier.test/p/ada/00000000000000000000000007");
    let html = entry.content().unwrap().value().unwrap();
    assert!(html.starts_with("<p>&lt;b&gt;5 &gt; 4 &amp; &quot;so&quot; on&lt;/b&gt;</p>"), "{html}");
    assert!(html.contains("alt=\"A &quot;bench&quot;\""), "{html}");
}

#[test]
fn an_empty_feed_parses() {
    let feed: Feed = atom(&site("Ada"), Vec::new()).parse().unwrap();
    assert!(feed.entries().is_empty());
}

#[test]
fn the_json_feed_has_what_version_1_1_asks_for() {
    let mut film = media("video/mp4", "");
    film.duration_ms = Some(2500);
    let feed = json_feed(&site("Ada"), vec![entry(HOSTILE, vec![media("image/jpeg", ""), film])]);
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://atelier.test/p/ada/feed.json");
    let item = &feed["items"][0];
    assert_eq!(item["date_published"], "2026-11-21T08:00:00Z");
    assert_eq!(item["attachments"][1]["duration_in_seconds"], 2);
    assert!(item["content_html"].as_str().unwrap().starts_with("<p>&lt;b&gt;"));
    assert!(item["image"].as_str().unwrap().starts_with("https://atelier.test/p/ada/media/fil_"));
}
