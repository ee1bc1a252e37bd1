mod of_covers;
mod of_settings;
mod of_subtitles;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::settings::SettingRule;
use super::*;

fn image() -> MediaFacts {
    MediaFacts {
        mime: "image/jpeg".into(),
        bytes: 400_000,
        width: Some(1080),
        height: Some(720),
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
    validate(platform, limits, &Content::new(text, media))
        .into_iter()
        .map(|problem| if problem.is_error() { problem.code } else { problem.code + "?" })
        .collect()
}

/// The settings that a network demands, and nothing else.
fn demanded(platform: Platform) -> Settings {
    let required = rule(platform).settings.iter().filter(|setting| setting.required);
    let value = |setting: &SettingRule| setting.choices.first().cloned().unwrap_or_else(|| "chosen".into());
    required.map(|setting| (setting.name.clone(), Setting::Text(value(setting)))).collect()
}

/// Problems with an ordinary post that has only the given settings.
fn with_settings(platform: Platform, settings: &[(&str, Setting)], media: &[MediaFacts]) -> Vec<String> {
    let settings: Settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    all_codes(platform, &Content { settings: &settings, ..Content::new("Hello", media) })
}

/// Pointer and `code` of every problem.
fn all_codes(platform: Platform, content: &Content<'_>) -> Vec<String> {
    let problems = validate(platform, &Limits::default(), content);
    assert!(problems.iter().all(|problem| !problem.fix.is_empty() && !problem.detail.is_empty()));
    let mark = |problem: &Problem| if problem.is_error() { "" } else { "?" };
    problems.iter().map(|problem| format!("{} {}{}", problem.pointer, problem.code, mark(problem))).collect()
}

fn text(value: &str) -> Setting {
    Setting::Text(value.into())
}

fn list(items: &[&str]) -> Setting {
    Setting::List(items.iter().map(|item| (*item).to_owned()).collect())
}

fn pdf() -> MediaFacts {
    MediaFacts { mime: "application/pdf".into(), bytes: 9000, pages: Some(3), ready: true, ..MediaFacts::default() }
}

#[test]
fn an_ordinary_post_is_fine_everywhere() {
    for platform in Platform::ALL {
        let settings = demanded(platform);
        let fine = |text: &str, media: &[MediaFacts]| {
            let found = all_codes(platform, &Content { settings: &settings, ..Content::new(text, media) });
            assert!(found.is_empty(), "{platform:?} {found:?}");
        };
        let rule = rule(platform);
        if !rule.media_required {
            fine("Hello", &[]);
        }
        if rule.images_max > 1 {
            fine("Hello", &[image(), image()]);
        }
        fine("", &[video()]);
    }
}

#[test]
fn nothing_at_all_is_not_a_post() {
    for platform in Platform::ALL {
        let settings = demanded(platform);
        let found = all_codes(platform, &Content { settings: &settings, ..Content::new(" \n", &[]) });
        let missing = if rule(platform).media_required { "/media media-missing" } else { "/text text-missing" };
        assert_eq!(found, [missing], "{platform:?}");
    }
}

#[test]
fn a_long_text_is_refused_with_the_excess() {
    let problems = validate(Platform::Bluesky, &Limits::default(), &Content::new(&"x".repeat(301), &[]));
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
    let problems = validate(Platform::Bluesky, &Limits::default(), &Content::new("a", &[image(), pdf]));
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

#[test]
fn a_format_has_its_own_rules() {
    let judge = |platform, format, media: &[MediaFacts]| {
        all_codes(platform, &Content { format, ..Content::new("Hello", media) })
    };
    let upright = MediaFacts { width: Some(1080), height: Some(1920), ..video() };
    assert!(judge(Platform::Facebook, Format::Reel, std::slice::from_ref(&upright)).is_empty());
    assert_eq!(
        judge(Platform::Facebook, Format::Reel, &[video()]),
        ["/media/0 media-too-small", "/media/0 media-aspect"]
    );
    assert_eq!(judge(Platform::Facebook, Format::Reel, &[image()]), ["/media too-many-images"]);
    assert_eq!(judge(Platform::Facebook, Format::Reel, &[]), ["/media media-missing"]);
    assert_eq!(judge(Platform::Instagram, Format::Story, std::slice::from_ref(&upright)), ["/text text-unused?"]);
    let both = judge(Platform::Instagram, Format::Story, &[upright.clone(), image()]);
    assert_eq!(both, ["/text text-unused?", "/media too-many-media"]);
    let long = MediaFacts { duration_ms: Some(61_000), ..upright };
    assert_eq!(judge(Platform::Instagram, Format::Story, &[long]), ["/text text-unused?", "/media/0 video-too-long"]);
    assert_eq!(judge(Platform::X, Format::Story, &[]), ["/format format-not-offered"]);
}

#[test]
fn shape_and_coding_are_judged() {
    let panorama = MediaFacts { width: Some(10_000), height: Some(1000), bytes: 9_000_000, ..image() };
    let found = codes(Platform::Instagram, "a", std::slice::from_ref(&panorama));
    assert_eq!(found, ["media-too-large?", "media-too-wide?", "media-aspect"]);
    assert_eq!(codes(Platform::Threads, "a", &[panorama]), ["media-too-large?", "media-too-wide?"]);
    let small = MediaFacts { width: Some(300), height: Some(300), ..image() };
    assert_eq!(codes(Platform::Instagram, "a", &[small]), ["media-too-small?"]);
    let png = MediaFacts { mime: "image/png".into(), ..image() };
    assert_eq!(codes(Platform::Instagram, "a", &[png]), ["media-converted?"]);
    let gif = MediaFacts { mime: "image/gif".into(), ..image() };
    assert_eq!(codes(Platform::Instagram, "a", &[gif]), ["media-type"]);
    let coded = |codec: &str, frame_rate| MediaFacts {
        codec: Some(codec.into()),
        frame_rate: Some(frame_rate),
        audio: Some(false),
        ..video()
    };
    assert!(codes(Platform::Instagram, "a", &[coded("hvc1", 23_976)]).is_empty());
    assert!(codes(Platform::Instagram, "a", &[coded("avc1", 60_100)]).is_empty());
    assert_eq!(codes(Platform::Instagram, "a", &[coded("apcn", 120_000)]), ["video-codec", "video-frame-rate"]);
    assert_eq!(codes(Platform::X, "a", &[coded("hvc1", 30_000)]), ["video-codec"]);
    let short = MediaFacts { duration_ms: Some(2_900), ..video() };
    assert_eq!(codes(Platform::Linkedin, "a", std::slice::from_ref(&short)), ["video-too-short"]);
    let problems = validate(Platform::Linkedin, &Limits::default(), &Content::new("a", &[short]));
    assert_eq!(problems[0].detail, "The video runs 2.9 seconds; LinkedIn takes at least 3.");
}

#[test]
fn pins_of_several_images_share_a_ratio_and_gifs_stand_alone() {
    let board = [("board", text("1"))];
    let tall = MediaFacts { width: Some(800), height: Some(1200), ..image() };
    assert_eq!(with_settings(Platform::Pinterest, &board, &[image(), tall]), ["/media aspects-differ"]);
    let gif = MediaFacts { mime: "image/gif".into(), bytes: 9_000_000, ..image() };
    assert!(codes(Platform::X, "a", std::slice::from_ref(&gif)).is_empty());
    assert_eq!(codes(Platform::X, "a", &[gif, image()]), ["gif-alone"]);
}

#[test]
fn links_hashtags_and_mentions_are_limited() {
    let many = |word: &str, number: usize| (0..number).map(|index| format!("{word}{index} ")).collect::<String>();
    assert_eq!(codes(Platform::Threads, &many("https://a.de/", 6), &[]), ["too-many-links"]);
    assert!(codes(Platform::Threads, &"https://a.de/1 ".repeat(6), &[]).is_empty());
    assert_eq!(codes(Platform::Threads, "#one #two", &[]), ["too-many-hashtags?"]);
    assert_eq!(codes(Platform::Instagram, &many("#a", 31), &[image()]), ["too-many-hashtags"]);
    assert_eq!(codes(Platform::Instagram, &many("@a", 21), &[image()]), ["too-many-mentions"]);
    let settings = demanded(Platform::Youtube);
    let film = [video()];
    let content = Content { settings: &settings, ..Content::new("a > b", &film) };
    assert_eq!(all_codes(Platform::Youtube, &content), ["/text forbidden-character"]);
}

#[test]
fn a_comment_has_its_own_length() {
    let long = "x".repeat(1251);
    let comment =
        |platform, text| all_codes(platform, &Content { first_comment: Some(text), ..Content::new("a", &[]) });
    assert!(comment(Platform::Linkedin, &long[1..]).is_empty());
    assert_eq!(comment(Platform::Linkedin, &long), ["/first_comment text-too-long"]);
    let families = "👩‍👩‍👧‍👦".repeat(150);
    assert_eq!(comment(Platform::Bluesky, &families), ["/first_comment text-too-many-bytes"]);
    let content = Content { first_comment: Some("日本"), ..Content::new("a", &[]) };
    let counted = counts(Platform::Youtube, &Limits::default(), &content).first_comment.unwrap();
    assert_eq!((counted.used, counted.limit), (2, 10_000));
    assert_eq!(comment(Platform::Page, "a"), ["/first_comment first-comment-not-offered"]);
}

#[test]
fn parts_of_a_thread_are_judged_like_posts() {
    let part = |text| PartContent { text, media: Vec::new() };
    let long = "日".repeat(141);
    let parts = [part("fine"), part(" "), part(&long), PartContent { text: "", media: vec![image(); 5] }];
    let found = all_codes(Platform::X, &Content { thread: &parts, ..Content::new("a", &[]) });
    let expected = ["/thread/1/text part-empty", "/thread/2/text text-too-long", "/thread/3/media too-many-images"];
    assert_eq!(found, expected);
    let many = vec![part("a"); 25];
    let found = all_codes(Platform::Bluesky, &Content { thread: &many, ..Content::new("a", &[]) });
    assert_eq!(found, ["/thread thread-too-long"]);
    let found = all_codes(Platform::Linkedin, &Content { thread: &parts, ..Content::new("a", &[]) });
    assert_eq!(found, ["/thread thread-not-offered"]);
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
        codec: Option<String>,
        settings: BTreeMap<String, String>,
    ) {
        let media: Vec<_> = mimes
            .into_iter()
            .map(|mime| MediaFacts {
                mime,
                bytes,
                width: side,
                height: Some(700),
                duration_ms,
                codec: codec.clone(),
                frame_rate: side,
                audio: Some(ready),
                pages: side,
                vtt_bytes: Some(bytes),
                alt: alt.clone(),
                ready,
            })
            .collect();
        let settings: Settings = settings.into_iter().map(|(name, value)| (name, Setting::Text(value))).collect();
        let parts = [PartContent { text: &text, media: media.clone() }];
        let moment = CoverFacts::Frame { at_ms: bytes };
        let cover = media.last().filter(|_| ready).map_or(moment, |file| CoverFacts::Picture(file.clone()));
        let subtitles = [SubtitleFacts { file: media.first().cloned(), language: alt.clone() }];
        for (platform, format) in Platform::ALL.into_iter().flat_map(|platform| Format::ALL.map(|format| (platform, format))) {
            let content =
                Content { text: &text, media: &media, format, settings: &settings, cover: Some(&cover), subtitles: &subtitles, thread: &parts, first_comment: Some(&text) };
            for problem in validate(platform, &Limits::default(), &content) {
                let known = match problem.pointer.strip_prefix("/thread/0").unwrap_or(&problem.pointer) {
                    "/text" | "/media" | "/format" | "/cover" | "/thread" | "/first_comment" => true,
                    "/subtitles" | "/subtitles/0" | "/subtitles/0/language" => true,
                    other if other.starts_with("/settings/") => true,
                    other => other.strip_prefix("/media/").and_then(|i| i.parse::<usize>().ok()).is_some_and(|i| i < media.len()),
                };
                prop_assert!(known, "{}", problem.pointer);
                prop_assert!(!problem.detail.is_empty() && !problem.fix.is_empty());
            }
        }
    }
}
