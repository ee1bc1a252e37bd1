use super::*;

#[test]
fn a_document_stands_alone_and_has_a_title() {
    let title = [("document_title", text("Report"))];
    assert!(with_settings(Platform::Linkedin, &title, &[pdf()]).is_empty());
    assert_eq!(with_settings(Platform::Linkedin, &[], &[pdf()]), ["/settings/document_title setting-missing"]);
    assert_eq!(with_settings(Platform::Linkedin, &title, &[pdf(), image()]), ["/media document-alone"]);
    for mime in [crate::media::PPTX, crate::media::DOCX, crate::media::PPT, crate::media::DOC] {
        let office = MediaFacts { mime: mime.into(), ..pdf() };
        assert!(with_settings(Platform::Linkedin, &title, std::slice::from_ref(&office)).is_empty(), "{mime}");
        assert_eq!(with_settings(Platform::X, &[], &[office]), ["/media/0 media-type"], "{mime}");
    }
    let long = MediaFacts { pages: Some(301), bytes: 100_000_001, ..pdf() };
    let found = with_settings(Platform::Linkedin, &title, &[long]);
    assert_eq!(found, ["/media/0 media-too-large", "/media/0 document-too-long"]);
}

#[test]
fn a_poll_has_choices_and_stands_alone() {
    let poll = ("poll", list(&["Yes", "No"]));
    assert!(with_settings(Platform::X, std::slice::from_ref(&poll), &[]).is_empty());
    assert_eq!(
        with_settings(Platform::X, std::slice::from_ref(&poll), &[image()]),
        ["/settings/poll setting-with-media"]
    );
    assert_eq!(with_settings(Platform::X, &[("poll", list(&["Yes"]))], &[]), ["/settings/poll setting-too-few"]);
    let long = [("poll", list(&["Yes", &"x".repeat(26)]))];
    assert_eq!(with_settings(Platform::X, &long, &[]), ["/settings/poll setting-too-long"]);
    assert_eq!(
        with_settings(Platform::X, &[("poll", list(&["Yes", " "]))], &[]),
        ["/settings/poll setting-item-empty"]
    );
    let link = ("link", text("https://example.com"));
    assert_eq!(with_settings(Platform::Threads, &[poll.clone(), link], &[]), ["/settings/poll setting-alone"]);
    assert_eq!(with_settings(Platform::Linkedin, &[poll], &[]), ["/settings/poll_question setting-missing"]);
}

#[test]
fn settings_are_of_the_kind_that_the_table_says() {
    let one = |platform, name, value: Setting| with_settings(platform, &[(name, value)], &[]);
    assert_eq!(one(Platform::X, "board", text("1")), ["/settings/board setting-unknown"]);
    assert_eq!(one(Platform::X, "ai_generated", text("yes")), ["/settings/ai_generated setting-kind"]);
    assert_eq!(one(Platform::X, "reply_settings", text("nobody")), ["/settings/reply_settings setting-choice"]);
    assert_eq!(one(Platform::Threads, "topic", text("a.b")), ["/settings/topic forbidden-character"]);
    assert_eq!(one(Platform::Threads, "topic", text(&"x".repeat(51))), ["/settings/topic setting-too-long"]);
    for address in ["example.com", "ftp://example.com", "https://", "javascript:alert(1)"] {
        assert_eq!(one(Platform::Bluesky, "link", text(address)), ["/settings/link setting-not-url"], "{address}");
    }
    assert_eq!(
        one(Platform::Bluesky, "languages", list(&["a", "b", "c", "d"])),
        ["/settings/languages setting-too-many"]
    );
    assert_eq!(one(Platform::Bluesky, "a/b~c", text("1")), ["/settings/a~1b~0c setting-unknown"]);
}

#[test]
fn what_has_to_be_chosen_is_asked_for() {
    assert_eq!(with_settings(Platform::Tiktok, &[], &[video()]), ["/settings/privacy setting-missing"]);
    let own = [("privacy", text("SELF_ONLY")), ("branded_content", Setting::Flag(true))];
    assert_eq!(with_settings(Platform::Tiktok, &own, &[video()]), ["/settings/branded_content setting-excluded"]);
    let promotes = |more: &[(&str, Setting)]| {
        let first = [("privacy", text("PUBLIC_TO_EVERYONE")), ("commercial_content", Setting::Flag(true))];
        with_settings(Platform::Tiktok, &[&first, more].concat(), &[video()])
    };
    assert_eq!(promotes(&[]), ["/settings/commercial_content setting-kind-missing"]);
    assert!(promotes(&[("brand_organic", Setting::Flag(true))]).is_empty());
    let title = [("title", text("a < b"))];
    let found = with_settings(Platform::Youtube, &title, &[video()]);
    assert_eq!(found, ["/settings/title forbidden-character", "/settings/made_for_kids setting-missing"]);
    let tags = [("title", text("T")), ("made_for_kids", text("no")), ("tags", list(&[&"x y".repeat(167)]))];
    assert_eq!(with_settings(Platform::Youtube, &tags, &[video()]), ["/settings/tags setting-too-long"]);
    let hidden = [("hide_from_feed", Setting::Flag(true))];
    assert_eq!(with_settings(Platform::Instagram, &hidden, &[image()]), ["/settings/hide_from_feed setting-unused?"]);
}

#[test]
fn a_language_is_named_as_the_network_names_it() {
    let one = |platform, name: &str| with_settings(platform, &[("language", text(name))], &[]);
    for name in ["en", "pt", "yue", " de "] {
        assert_eq!(one(Platform::Mastodon, name), Vec::<String>::new(), "{name}");
    }
    for name in ["e", "english", "pt-BR", "12", "ü"] {
        assert_eq!(one(Platform::Mastodon, name), ["/settings/language setting-language"], "{name}");
    }
    let tag = |name: &str| {
        let settings = [("title", text("T")), ("made_for_kids", text("no")), ("language", text(name))];
        with_settings(Platform::Youtube, &settings, &[video()])
    };
    for name in ["en", "pt-BR", "zh-Hant-TW", "de-CH-1996"] {
        assert_eq!(tag(name), Vec::<String>::new(), "{name}");
    }
    for name in ["en_GB", "en-", "english", &format!("en{}", "-abcdefgh".repeat(4))] {
        assert_eq!(tag(name), ["/settings/language setting-language"], "{name}");
    }
}

#[test]
fn what_has_nothing_to_act_on_is_told() {
    let on = |name| (name, Setting::Flag(true));
    let poll = ("poll", list(&["Yes", "No"]));
    let unused = |name: &str| vec![format!("/settings/{name} setting-unused?")];
    assert_eq!(with_settings(Platform::Threads, &[on("spoiler")], &[]), unused("spoiler"));
    assert!(with_settings(Platform::Threads, &[on("spoiler")], &[image()]).is_empty());
    let part = PartContent { text: "More", media: vec![image()] };
    let settings: Settings = [("spoiler".to_owned(), Setting::Flag(true))].into();
    let content = Content { settings: &settings, thread: &[part], ..Content::new("Hello", &[]) };
    assert!(all_codes(Platform::Threads, &content).is_empty(), "a part of the thread has files");
    assert_eq!(with_settings(Platform::Mastodon, &[on("poll_multiple")], &[]), unused("poll_multiple"));
    assert!(with_settings(Platform::Mastodon, &[poll, on("poll_multiple")], &[]).is_empty());
    let titled = [("video_title", text("Sawing"))];
    for platform in [Platform::Linkedin, Platform::Facebook] {
        assert_eq!(with_settings(platform, &titled, &[image()]), unused("video_title"));
        assert!(with_settings(platform, &titled, &[video()]).is_empty());
    }
}

#[test]
fn a_choice_that_the_account_does_not_have_is_refused() {
    let settings: Settings = [("visibility".to_owned(), text("connections"))].into();
    let content = Content { settings: &settings, ..Content::new("Hello", &[]) };
    let barred = [("visibility".to_owned(), vec!["connections".to_owned()])].into();
    let organization = Limits { barred, ..Limits::default() };
    assert!(validate(Platform::Linkedin, &Limits::default(), &content).is_empty());
    let found = validate(Platform::Linkedin, &organization, &content);
    assert_eq!((found.len(), found[0].code.as_str(), found[0].is_error()), (1, "setting-choice", true));
}

#[test]
fn a_video_is_as_long_as_the_account_may_post() {
    let settings: Settings = [("privacy".to_owned(), text("SELF_ONLY"))].into();
    let long = [MediaFacts { duration_ms: Some(61_000), ..video() }];
    let content = Content { settings: &settings, ..Content::new("Hello", &long) };
    assert!(validate(Platform::Tiktok, &Limits::default(), &content).is_empty());
    let minute = Limits { video_max_ms: Some(60_000), ..Limits::default() };
    assert_eq!(validate(Platform::Tiktok, &minute, &content)[0].code, "video-too-long");
}

#[test]
fn a_link_can_stand_for_a_text_and_a_spoiler_counts_as_one() {
    let settings: Settings = [("link".to_owned(), text("https://example.com"))].into();
    for (platform, found) in [(Platform::Facebook, vec![]), (Platform::Threads, vec!["/text text-missing"])] {
        assert_eq!(all_codes(platform, &Content { settings: &settings, ..Content::new("", &[]) }), found);
    }
    let settings: Settings = [("spoiler".to_owned(), text("careful"))].into();
    let long = "x".repeat(494);
    let content = Content { settings: &settings, ..Content::new(&long, &[]) };
    assert_eq!(all_codes(Platform::Mastodon, &content), ["/text text-too-long"]);
    assert_eq!(counts(Platform::Mastodon, &Limits::default(), &content).text.used, 501);
}
