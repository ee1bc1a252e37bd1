use proptest::prelude::*;

use super::*;

fn image() -> MediaFacts {
    MediaFacts {
        mime: "image/jpeg".into(),
        bytes: 400_000,
        width: Some(1200),
        height: Some(800),
        alt: "A bench by the window".into(),
        ready: true,
        ..MediaFacts::default()
    }
}

fn video() -> MediaFacts {
    MediaFacts { mime: "video/mp4".into(), duration_ms: Some(20_000), ..image() }
}

/// `code` of every problem, with `?` after those that are only remarks.
fn codes(platform: Platform, text: &str, media: &[MediaFacts]) -> Vec<String> {
    codes_with(platform, &Limits::default(), text, media)
}

fn codes_with(platform: Platform, limits: &Limits, text: &str, media: &[MediaFacts]) -> Vec<String> {
    validate(platform, limits, &Content { text, media })
        .into_iter()
        .map(|problem| if problem.is_error() { problem.code } else { problem.code + "?" })
        .collect()
}

#[test]
fn an_ordinary_post_is_fine_everywhere() {
    for platform in Platform::ALL {
        assert!(codes(platform, "Hello", &[]).is_empty());
        assert!(codes(platform, "Hello", &[image(), image()]).is_empty());
        assert!(codes(platform, "", &[video()]).is_empty());
    }
}

#[test]
fn nothing_at_all_is_not_a_post() {
    for platform in Platform::ALL {
        assert_eq!(codes(platform, " \n", &[]), ["text-missing"]);
    }
}

#[test]
fn a_long_text_is_refused_with_the_excess() {
    let problems = validate(Platform::Bluesky, &Limits::default(), &Content { text: &"x".repeat(301), media: &[] });
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].pointer, "/text");
    assert_eq!(problems[0].detail, "The text has 301 characters; Bluesky takes 300.");
    assert!(problems[0].fix.starts_with("Shorten it by 1,"));
    assert_eq!(codes(Platform::Bluesky, &"👩‍👩‍👧‍👦".repeat(150), &[]), ["text-too-many-bytes"]);
    assert_eq!(codes(Platform::Mastodon, &"x".repeat(501), &[]), ["text-too-long"]);
    assert_eq!(codes(Platform::Page, &"x".repeat(10_001), &[]), ["text-too-long"]);
}

#[test]
fn attachments_are_counted_by_kind() {
    let five = vec![image(); 5];
    assert_eq!(codes(Platform::Bluesky, "a", &five), ["too-many-images"]);
    assert_eq!(codes(Platform::Mastodon, "a", &[video(), video()]), ["too-many-videos"]);
    assert_eq!(codes(Platform::Mastodon, "a", &[image(), video()]), ["media-mixed"]);
    assert!(codes(Platform::Page, "a", &[image(), video()]).is_empty());
    let mut many = vec![image(); 19];
    many.extend([video(), video()]);
    assert_eq!(codes(Platform::Page, "a", &many), ["too-many-media"]);
    let roomy = Limits { media_max: Some(16), ..Limits::default() };
    assert!(codes_with(Platform::Mastodon, &roomy, "a", &five).is_empty());
}

#[test]
fn a_wrong_type_is_named_with_what_would_do() {
    let pdf = MediaFacts { mime: "application/pdf".into(), alt: String::new(), ..image() };
    let problems = validate(Platform::Bluesky, &Limits::default(), &Content { text: "a", media: &[image(), pdf] });
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].pointer.as_str(), problems[0].code.as_str()), ("/media/1", "media-type"));
    assert!(problems[0].fix.contains("image/png"));
}

#[test]
fn a_large_image_is_made_to_fit_but_a_large_gif_or_video_is_refused() {
    let large = MediaFacts { bytes: 3_000_000, ..image() };
    assert_eq!(codes(Platform::Bluesky, "a", std::slice::from_ref(&large)), ["media-too-large?"]);
    let gif = MediaFacts { mime: "image/gif".into(), ..large };
    assert_eq!(codes(Platform::Bluesky, "a", &[gif]), ["media-too-large", "gif-still?"]);
    let film = MediaFacts { bytes: 60_000_000, ..video() };
    assert_eq!(codes(Platform::Bluesky, "a", &[film]), ["media-too-large"]);
    let poster = MediaFacts { bytes: 21_000_000, ..image() };
    assert_eq!(codes(Platform::Page, "a", &[poster]), ["media-too-large"]);
}

#[test]
fn pixels_and_duration_are_limited() {
    let wide = MediaFacts { width: Some(4096), height: Some(2304), ..video() };
    assert_eq!(codes(Platform::Mastodon, "a", &[wide]), ["media-too-many-pixels"]);
    let huge = MediaFacts { width: Some(8000), height: Some(8000), ..image() };
    assert_eq!(codes(Platform::Mastodon, "a", &[huge]), ["media-too-many-pixels?"]);
    let long = MediaFacts { duration_ms: Some(180_001), ..video() };
    assert_eq!(codes(Platform::Bluesky, "a", &[long]), ["video-too-long"]);
}

#[test]
fn an_unfinished_upload_is_refused() {
    let unfinished = MediaFacts { ready: false, ..image() };
    assert_eq!(codes(Platform::Page, "a", &[unfinished]), ["media-not-ready"]);
}

#[test]
fn a_description_is_advised_or_required() {
    let bare = MediaFacts { alt: " ".into(), ..image() };
    assert_eq!(codes(Platform::Bluesky, "a", std::slice::from_ref(&bare)), ["alt-missing?"]);
    let strict = Limits { alt_required: Some(true), ..Limits::default() };
    assert_eq!(codes_with(Platform::Bluesky, &strict, "a", &[bare]), ["alt-missing"]);
    let chatty = MediaFacts { alt: "x".repeat(1501), ..image() };
    assert_eq!(codes(Platform::Mastodon, "a", &[chatty]), ["alt-too-long"]);
}

#[test]
fn a_hundred_thousand_characters_are_judged_quickly() {
    let text = "👩‍👩‍👧‍👦 http://a.de @a@b.c ".repeat(4_000);
    let start = std::time::Instant::now();
    for platform in Platform::ALL {
        assert!(!codes(platform, &text, &[]).is_empty());
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(3));
}

proptest! {
    #[test]
    fn no_content_panics_and_every_pointer_is_in_the_content(
        text in ".{0,400}",
        mimes in prop::collection::vec("(image|video)/(jpeg|gif|mp4|png|webp)|.{0,10}", 0..30),
        bytes: u64,
        side: Option<u32>,
        duration_ms: Option<u64>,
        alt in ".{0,20}",
        ready: bool,
    ) {
        let media: Vec<_> = mimes
            .into_iter()
            .map(|mime| MediaFacts { mime, bytes, width: side, height: side, duration_ms, alt: alt.clone(), ready })
            .collect();
        for platform in Platform::ALL {
            for problem in validate(platform, &Limits::default(), &Content { text: &text, media: &media }) {
                let known = match problem.pointer.as_str() {
                    "/text" | "/media" => true,
                    other => other.strip_prefix("/media/").and_then(|i| i.parse::<usize>().ok()).is_some_and(|i| i < media.len()),
                };
                prop_assert!(known, "{}", problem.pointer);
                prop_assert!(!problem.detail.is_empty() && !problem.fix.is_empty());
            }
        }
    }
}
