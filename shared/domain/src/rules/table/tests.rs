use super::*;
use crate::rules::{CoverRule, SettingKind};

#[test]
fn every_platform_has_an_entry_that_names_its_source() {
    assert!(version() > 0);
    for platform in Platform::ALL {
        for format in Format::ALL {
            let Some(rule) = rule_for(platform, format) else { continue };
            assert!(!rule.source.is_empty());
            assert!(rule.media_max >= rule.images_max && rule.media_max >= rule.media_min);
            assert!(rule.formats.contains_key(&Format::Post) && rule.formats.contains_key(&format));
            assert!(rule.url_pattern.is_none() || rule.url_counts_as.is_some(), "{platform:?}");
            assert!(!rule.media_required || rule.media_min > 0, "{platform:?}");
            let cover = rule.cover.as_ref();
            let picture = cover.and_then(|cover| cover.picture.as_ref());
            assert!(picture.is_none_or(|picture| picture.types[0] == "image/jpeg"), "{platform:?}");
            let choosable =
                |cover: &CoverRule| cover.frame_step_ms.is_some_and(|step| step > 0) || cover.picture.is_some();
            assert!(cover.is_none_or(|cover| !cover.of.is_empty() && choosable(cover)), "{platform:?}");
            assert!(rule.image_convert.as_ref().is_none_or(|mime| rule.image_types.contains(mime)), "{platform:?}");
        }
    }
}

#[test]
fn a_format_replaces_only_what_it_names() {
    let reel = rule_for(Platform::Facebook, Format::Reel).unwrap();
    assert_eq!((reel.images_max, reel.video_max_ms, reel.media_required), (0, Some(90_000), true));
    assert_eq!((reel.text_max, reel.first_comment.map(|comment| comment.text_max)), (63_206, Some(8000)));
    assert!(rule_for(Platform::Instagram, Format::Story).unwrap().first_comment.is_none());
    assert!(rule_for(Platform::Bluesky, Format::Reel).is_none());
    assert_eq!(rule(Platform::Facebook).video_max_ms, Some(14_400_000));
}

#[test]
fn every_setting_says_what_it_takes() {
    for platform in Platform::ALL {
        let rule = rule(platform);
        for (index, setting) in rule.settings.iter().enumerate() {
            let said = format!("{platform:?} {}", setting.name);
            assert!(rule.settings[..index].iter().all(|other| other.name != setting.name), "{said}");
            assert_eq!(setting.kind == SettingKind::Choice, !setting.choices.is_empty(), "{said}");
            assert!(setting.default.as_ref().is_none_or(|value| setting.choices.contains(value)), "{said}");
            assert!(!(setting.required && setting.default.is_some()), "{said}");
            assert!(setting.formats.iter().all(|format| rule.formats.contains_key(format)), "{said}");
            let known = |name: &str| name == "document" || rule.setting(name).is_some();
            assert!(setting.required_with.as_deref().is_none_or(known), "{said}");
            let with = setting.only_with.as_deref();
            assert!(with.is_none_or(|with| matches!(with, "files" | "video") || known(with)), "{said}");
            assert!(setting.language.is_none() || setting.kind == SettingKind::Text, "{said}");
            assert!(setting.excludes.keys().all(|name| known(name)), "{said}");
        }
    }
}

#[test]
fn an_accounts_limits_replace_only_what_they_name() {
    let limits = Limits {
        text_max: Some(5000),
        media_max: Some(16),
        media_types: Some(vec!["image/png".into(), "audio/ogg".into()]),
        ..Limits::default()
    };
    let merged = rule(Platform::Mastodon).with(&limits);
    assert_eq!((merged.text_max, merged.media_max, merged.images_max), (5000, 16, 16));
    assert_eq!(merged.first_comment.map(|comment| comment.text_max), Some(5000));
    assert_eq!(merged.image_types, ["image/png"]);
    assert!(merged.video_types.is_empty());
    assert_eq!(merged.alt_max, 1500);
    assert_eq!(merged.url_counts_as, Some(23));
    let story = rule_for(Platform::Instagram, Format::Story).unwrap().with(&limits);
    assert_eq!(story.text_max, 0);
}

#[test]
fn what_is_offered_by_way_is_offered_to_no_other() {
    let instagram = rule(Platform::Instagram).take_down.as_ref().unwrap();
    assert!(instagram.allows(Some("facebook")));
    assert!(!instagram.allows(Some("instagram")) && !instagram.allows(None));
    assert!(rule(Platform::Bluesky).take_down.as_ref().unwrap().allows(None));
    assert!(rule(Platform::Tiktok).take_down.is_none() && rule(Platform::Page).figures.is_none());
}

#[test]
fn every_pattern_compiles() {
    let patterns = TABLE.rules.values().flat_map(|rule| [&rule.url_pattern, &rule.mention_pattern]).flatten();
    let compiled: Vec<_> = patterns.map(|pattern| pattern.regex().as_str()).collect();
    assert!(!compiled.is_empty());
}
