use super::*;

fn frame(at_ms: u64) -> CoverFacts {
    CoverFacts::Frame { at_ms }
}

fn picture(mime: &str) -> CoverFacts {
    CoverFacts::Picture(MediaFacts { mime: mime.into(), alt: String::new(), ..image() })
}

/// What is said about the cover of a post with these files, beside what the network demands.
fn said(platform: Platform, format: Format, media: &[MediaFacts], cover: &CoverFacts) -> Vec<String> {
    let settings = demanded(platform);
    let content = Content { settings: &settings, format, cover: Some(cover), ..Content::new("Hello", media) };
    let mut found = all_codes(platform, &content);
    found.retain(|problem| problem.starts_with("/cover"));
    found
}

fn of_video(platform: Platform, cover: &CoverFacts) -> Vec<String> {
    said(platform, Format::Post, &[video()], cover)
}

#[test]
fn each_network_takes_the_covers_that_it_offers() {
    let jpeg = picture("image/jpeg");
    for platform in [Platform::Instagram, Platform::Pinterest] {
        assert!(of_video(platform, &jpeg).is_empty() && of_video(platform, &frame(3000)).is_empty(), "{platform:?}");
    }
    for platform in [Platform::Youtube, Platform::Facebook, Platform::Mastodon] {
        assert!(of_video(platform, &jpeg).is_empty());
        assert_eq!(of_video(platform, &frame(3000)), ["/cover cover-not-offered"], "{platform:?}");
    }
    assert!(of_video(Platform::Tiktok, &frame(3000)).is_empty());
    assert_eq!(of_video(Platform::Tiktok, &jpeg), ["/cover cover-not-offered"]);
    for platform in [Platform::Page, Platform::Bluesky, Platform::Threads, Platform::X] {
        assert_eq!(of_video(platform, &jpeg), ["/cover cover-not-offered"], "{platform:?}");
    }
    let story = said(Platform::Instagram, Format::Story, &[video()], &frame(0));
    assert_eq!(story, ["/cover cover-not-offered"]);
    assert!(said(Platform::Instagram, Format::Reel, &[video()], &frame(0)).is_empty());
}

#[test]
fn a_short_is_shown_by_a_frame_of_the_network_s_own() {
    let film = |width, height, seconds: u64| {
        [MediaFacts { width: Some(width), height: Some(height), duration_ms: Some(seconds * 1000), ..video() }]
    };
    let told = |platform, media: &[MediaFacts]| said(platform, Format::Post, media, &picture("image/jpeg"));
    for short in [film(1080, 1920, 20), film(1080, 1080, 180)] {
        assert_eq!(told(Platform::Youtube, &short), ["/cover cover-not-shown?"], "a remark, no more");
        assert!(told(Platform::Facebook, &short).is_empty() && told(Platform::Pinterest, &short).is_empty());
        let settings = demanded(Platform::Youtube);
        let plain = Content { settings: &settings, ..Content::new("Hello", &short) };
        assert!(all_codes(Platform::Youtube, &plain).is_empty(), "without a cover there is nothing to say");
    }
    for long in [film(1920, 1080, 20), film(1080, 1920, 181), film(1081, 1080, 20)] {
        assert!(told(Platform::Youtube, &long).is_empty(), "{long:?}");
    }
    let unmeasured = [MediaFacts { duration_ms: None, ..film(1080, 1920, 20)[0].clone() }];
    assert!(told(Platform::Youtube, &unmeasured).is_empty());
}

#[test]
fn a_cover_needs_something_that_it_can_stand_for() {
    let two = [video(), image()];
    assert_eq!(said(Platform::Instagram, Format::Post, &two, &frame(0)), ["/cover cover-unused?"]);
    assert_eq!(said(Platform::Pinterest, Format::Post, &[image()], &frame(0)), ["/cover cover-unused?"]);
    let card = |platform, cover: &CoverFacts| {
        let settings: Settings = [("link".to_owned(), text("https://example.com"))].into();
        all_codes(platform, &Content { settings: &settings, cover: Some(cover), ..Content::new("Hello", &[]) })
    };
    assert!(card(Platform::Linkedin, &picture("image/png")).is_empty());
    assert_eq!(card(Platform::Linkedin, &frame(0)), ["/cover cover-not-offered"]);
    assert_eq!(card(Platform::Facebook, &picture("image/png")), ["/cover cover-unused?"]);
    assert_eq!(said(Platform::Linkedin, Format::Post, &[], &picture("image/png")), ["/cover cover-unused?"]);
}

#[test]
fn a_moment_lies_within_the_film() {
    for platform in [Platform::Instagram, Platform::Tiktok, Platform::Pinterest] {
        assert!(of_video(platform, &frame(19_000)).is_empty(), "{platform:?}");
        assert_eq!(of_video(platform, &frame(20_000)), ["/cover cover-outside"], "{platform:?}");
    }
    assert!(of_video(Platform::Tiktok, &frame(19_999)).is_empty());
    assert_eq!(of_video(Platform::Pinterest, &frame(1500)), ["/cover cover-rounded?"]);
    // Some films do not say how long they are.
    let unmeasured = [MediaFacts { duration_ms: None, ..video() }];
    assert!(said(Platform::Tiktok, Format::Post, &unmeasured, &frame(90_000)).is_empty());
}

#[test]
fn a_cover_is_a_still_picture_and_made_to_fit() {
    assert_eq!(of_video(Platform::Youtube, &picture("image/webp")), ["/cover media-converted?"]);
    assert_eq!(of_video(Platform::Instagram, &picture("image/png")), ["/cover media-converted?"]);
    for other in ["image/gif", "video/mp4", "application/pdf"] {
        assert_eq!(of_video(Platform::Youtube, &picture(other)), ["/cover media-type"], "{other}");
    }
    let large = CoverFacts::Picture(MediaFacts { bytes: 2_000_001, ..image() });
    assert_eq!(of_video(Platform::Youtube, &large), ["/cover media-too-large?"]);
    assert!(of_video(Platform::Instagram, &large).is_empty());
    let coming = CoverFacts::Picture(MediaFacts { ready: false, ..image() });
    assert_eq!(of_video(Platform::Youtube, &coming), ["/cover media-not-ready"]);
}

proptest! {
    #[test]
    fn whatever_moment_is_chosen_is_judged_by_the_length(at_ms: u64, length in prop::option::of(0_u64..10_000_000)) {
        let media = [MediaFacts { duration_ms: length, ..video() }];
        let found = said(Platform::Pinterest, Format::Post, &media, &frame(at_ms));
        let outside = length.is_some_and(|length| at_ms >= length);
        prop_assert_eq!(found.contains(&"/cover cover-outside".to_owned()), outside);
        prop_assert!(found.len() <= 1);
    }
}
