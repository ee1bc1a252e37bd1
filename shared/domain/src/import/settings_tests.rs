use jiff::Timestamp;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use super::*;
use crate::ids::{Ulid, UserId};
use crate::import::{Column, Sheet, read};
use crate::platform::Platform;
use crate::rules::{Content, Limits, validate};

fn account(number: u128, platform: Platform, handle: &str) -> Account {
    let id = AccountId::new(Ulid::from(number));
    let by = UserId::new(Ulid::from(1));
    Account { handle: handle.to_owned(), ..Account::new(id, platform, by, Timestamp::UNIX_EPOCH) }
}

fn sheet(csv: &str) -> Sheet {
    read(csv).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// What a cell of a column becomes at one account, or what is wrong with it.
fn cell(column: &str, cell: &str) -> Result<Setting, Box<Problem>> {
    let platform = Platform::parse(column.split('.').next().unwrap()).unwrap();
    let one = account(1, platform, "ada");
    let choices = [
        ("board", vec![("11", "Bowls"), ("12", "Cups"), ("13", "cups"), ("14", "12")]),
        ("privacy", vec![("PUBLIC_TO_EVERYONE", "Everyone"), ("SELF_ONLY", "Only me")]),
    ];
    let choice = |(value, label): (&str, &str)| OfferedChoice { value: value.into(), label: label.into() };
    let choices = choices.map(|(name, all)| (name.to_owned(), all.into_iter().map(choice).collect()));
    let sheet = sheet(&format!("text,{column}\nHello,\"{cell}\"\n"));
    let (mut found, mut problems) = settings(&sheet.rows[0], &[&one], &[(one.id, Choices::from(choices))].into());
    match problems.pop() {
        Some(problem) => {
            assert!(problems.is_empty() && found.is_empty());
            Err(Box::new(problem))
        }
        None => Ok(found.remove(&one.id).unwrap().into_values().next().unwrap()),
    }
}

fn text(text: &str) -> Setting {
    Setting::Text(text.to_owned())
}

fn fault(column: &str, said: &str) -> (String, String, String) {
    let problem = cell(column, said).expect_err(said);
    assert!(problem.is_error());
    (problem.pointer, problem.code, problem.fix)
}

#[test]
fn a_column_is_named_after_network_and_setting() {
    let named = |name: &str| match Column::named(name) {
        Some(Column::Setting(column)) => Some(column.to_string()),
        _ => None,
    };
    for name in ["tiktok.privacy", "TikTok Privacy", " TIKTOK_privacy", "tiktok . privacy"] {
        assert_eq!(named(name).as_deref(), Some("tiktok.privacy"), "{name}");
    }
    assert_eq!(named("YouTube made for kids").as_deref(), Some("youtube.made_for_kids"));
    assert_eq!(named("twitter.reply settings").as_deref(), Some("x.reply_settings"));
    for name in ["privacy", "tiktok", "tiktok.", "tiktok.board", "first comment"] {
        assert_eq!(named(name), None, "{name}");
    }
    for column in Platform::ALL.into_iter().flat_map(SettingColumn::of) {
        assert_eq!(Column::named(&column.to_string()), Some(Column::Setting(column)));
        assert!(column.rule().is_some());
    }
}

#[test]
fn a_setting_that_a_network_does_not_have_stops_the_sheet() {
    let problems = read("text,tiktok.privcy,Page.views,Mood.of.day\nHello,a,1,b\n").unwrap_err();
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["column-setting-unknown"; 2]);
    assert!(problems[0].fix.contains("tiktok.privacy") && problems[1].fix.contains("no settings"), "{problems:?}");
    let twice = read("text,tiktok.title,TikTok title\nHello,a,b\n").unwrap_err();
    assert_eq!(twice[0].code, "column-twice");
    assert_eq!(sheet("text,tiktok.privacy\nHello, \n").rows[0].settings.len(), 0, "an empty cell says nothing");
}

#[test]
fn values_are_read_as_their_kind() {
    assert_eq!(cell("youtube.title", "Kiln day").unwrap(), text("Kiln day"));
    let list = |items: &[&str]| Setting::List(items.iter().map(|item| (*item).to_owned()).collect());
    assert_eq!(cell("youtube.tags", "clay; wheel;;\nkiln").unwrap(), list(&["clay", "wheel", "kiln"]));
    for (said, on) in [("yes", true), ("TRUE", true), ("On", true), ("No", false), ("false", false), ("0", false)] {
        assert_eq!(cell("youtube.ai_generated", said).unwrap(), Setting::Flag(on), "{said}");
    }
    let (pointer, code, _) = fault("youtube.ai_generated", "perhaps");
    assert_eq!((pointer.as_str(), code.as_str()), ("/youtube.ai_generated", "setting-flag"));
}

#[test]
fn choices_go_by_value_and_by_the_page_s_words() {
    for said in ["unlisted", "UNLISTED", "whoever has the link"] {
        assert_eq!(cell("youtube.privacy", said).unwrap(), text("unlisted"), "{said}");
    }
    for said in ["no", "FALSE", "No, not made for children"] {
        assert_eq!(cell("youtube.made_for_kids", said).unwrap(), text("no"), "{said}");
    }
    let (pointer, code, fix) = fault("youtube.privacy", "friends");
    assert_eq!((pointer.as_str(), code.as_str()), ("/youtube.privacy", "setting-choice"));
    assert!(fix.contains("unlisted (“Whoever has the link”)"), "{fix}");
    for column in Platform::ALL.into_iter().flat_map(SettingColumn::of) {
        for value in &column.rule().unwrap().choices {
            assert_eq!(cell(&column.to_string(), value).unwrap(), text(value), "{column}");
            let label =
                words::choice(column.platform, column.name, value).unwrap_or_else(|| panic!("{column} {value}"));
            assert_eq!(cell(&column.to_string(), label).unwrap(), text(value), "{column} {label}");
        }
    }
}

#[test]
fn what_only_the_network_knows_goes_by_its_id_and_by_its_name() {
    assert_eq!(cell("pinterest.board", "bowls").unwrap(), text("11"));
    assert_eq!(cell("pinterest.board", "12").unwrap(), text("12"), "an id before a name");
    let (pointer, code, fix) = fault("pinterest.board", "Cups");
    assert_eq!((pointer.as_str(), code.as_str()), ("/pinterest.board", "setting-ambiguous"));
    assert!(fix.contains("12, 13"), "{fix}");
    let (_, code, fix) = fault("pinterest.board", "Plates");
    assert!(code == "setting-choice" && fix.contains("Bowls"), "{fix}");
    for said in ["SELF_ONLY", "only me", "Only you"] {
        assert_eq!(cell("tiktok.privacy", said).unwrap(), text("SELF_ONLY"), "{said}");
    }
    let (_, code, _) = fault("youtube.playlist", "Classes");
    assert_eq!(code, "choices-unknown", "nobody has asked for playlists");
}

#[test]
fn each_account_has_its_own_boards_and_only_its_network_s_settings() {
    let (one, other) = (account(1, Platform::Pinterest, "one"), account(2, Platform::Pinterest, "other"));
    let (page, tiktok) = (account(3, Platform::Page, "studio"), account(4, Platform::Tiktok, "ada"));
    let board = |id: &str, label: &str| {
        Choices::from([("board".to_owned(), vec![OfferedChoice { value: id.into(), label: label.into() }])])
    };
    let sheet = sheet("text,pinterest.board,pinterest.title,x.poll\nHello,Bowls,Clay,a;b\n");
    let both = [(one.id, board("1", "Bowls")), (other.id, board("2", "bowls"))].into();
    let (found, problems) = settings(&sheet.rows[0], &[&one, &other, &page, &tiktok], &both);
    assert_eq!(found[&one.id]["board"], text("1"));
    assert_eq!(found[&other.id]["board"], text("2"));
    assert!(!found.contains_key(&page.id) && !found.contains_key(&tiktok.id));
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((problem.pointer.as_str(), problem.code.as_str()), ("/x.poll", "setting-without-account"));
    let apart = [(one.id, board("1", "Bowls")), (other.id, board("2", "Cups"))].into();
    let (_, problems) = settings(&sheet.rows[0], &[&one, &other], &apart);
    let told = problems.last().unwrap();
    assert_eq!(told.account_id, Some(other.id));
    assert!(told.detail.starts_with("pinterest:other: "), "{problems:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A sheet never has a limit of its own: whatever is written, a setting that is understood is of the kind that the
    /// rules know, and they decide.
    #[test]
    fn what_is_understood_is_for_the_rules_to_judge(said in "[ -!#-~äß;]{1,40}") {
        for column in Platform::ALL.into_iter().flat_map(SettingColumn::of) {
            if said.trim().is_empty() {
                continue;
            }
            match cell(&column.to_string(), &said) {
                Ok(value) => {
                    let settings: Settings = [(column.name.to_owned(), value)].into();
                    let content = Content { settings: &settings, ..Content::new("Hello", &[]) };
                    let told = validate(column.platform, &Limits::default(), &content);
                    let odd = |problem: &Problem| matches!(&problem.code[..], "setting-kind" | "setting-unknown");
                    prop_assert!(!told.iter().any(odd), "{} {}: {:?}", column, said, told);
                }
                Err(problem) => {
                    let at = format!("/{column}");
                    prop_assert!(!problem.fix.is_empty() && problem.pointer == at, "{:?}", problem);
                }
            }
        }
    }
}
