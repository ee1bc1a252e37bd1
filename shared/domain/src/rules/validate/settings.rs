//! The network's own settings.

use url::Url;

use super::super::language::LanguageForm;
use super::super::settings::{SettingKind, SettingRule};
use super::super::table::Rule;
use super::{Content, is_set, text};
use crate::problem::Problem;
use crate::target::Setting;

pub(super) fn judge(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    for (name, value) in content.settings {
        let pointer = pointer(name);
        let Some(setting) = rule.setting(name) else {
            let detail = format!("{label} has no setting {name}.");
            problems.push(Problem::error(pointer, "setting-unknown", detail, "Remove it for this account."));
            continue;
        };
        if !setting.formats.is_empty() && !setting.formats.contains(&content.format) {
            let detail = format!("The setting {name} has no effect on a {}.", content.format.as_str());
            problems.push(Problem::error(pointer, "setting-unused", detail, "Nothing: it is left out.").as_warning());
            continue;
        }
        problems.extend(value_problem(rule, setting, value));
        if is_set(value) {
            problems.extend(idle(setting, content));
            problems.extend(company(rule, setting, content));
        }
    }
    for setting in &rule.settings {
        problems.extend(missing(setting, content));
    }
}

fn pointer(name: &str) -> String {
    format!("/settings/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn said(setting: &SettingRule) -> String {
    setting.name.replace('_', " ")
}

/// What is wrong with the value by itself.
fn value_problem(rule: &Rule, setting: &SettingRule, value: &Setting) -> Option<Problem> {
    let error =
        |code: &str, detail: String, fix: String| Some(Problem::error(pointer(&setting.name), code, detail, fix));
    let said = said(setting);
    match (setting.kind, value) {
        (SettingKind::Flag, Setting::Flag(_)) => None,
        (SettingKind::Choice, Setting::Text(choice)) => {
            if choice.is_empty() || setting.choices.contains(choice) {
                return None;
            }
            let fix = format!("Choose one of {}.", setting.choices.join(", "));
            error("setting-choice", format!("{} does not offer this for {said}.", rule.label), fix)
        }
        (SettingKind::Text | SettingKind::Remote, Setting::Text(text)) => text_problem(rule, setting, text),
        (SettingKind::List, Setting::List(items)) => list_problem(rule, setting, items),
        (kind, _) => {
            let wanted = match kind {
                SettingKind::Flag => "on or off (true or false)",
                SettingKind::List => "a list of texts",
                SettingKind::Choice | SettingKind::Text | SettingKind::Remote => "a text",
            };
            error("setting-kind", format!("The setting {said} is of another kind."), format!("Give {wanted}."))
        }
    }
}

fn text_problem(rule: &Rule, setting: &SettingRule, text: &str) -> Option<Problem> {
    let at = pointer(&setting.name);
    let (said, length) = (said(setting), text.encode_utf16().count());
    if let Some(limit) = setting.text_max.filter(|limit| length > *limit) {
        let detail = format!("The {said} has {length} characters; {} takes {limit}.", rule.label);
        return Some(Problem::error(at, "setting-too-long", detail, format!("Shorten it by {}.", length - limit)));
    }
    if setting.url && !text.trim().is_empty() && !is_address(text) {
        let detail = format!("The {said} is not an address of the web.");
        let fix = "Give a whole address, such as https://example.com/page.";
        return Some(Problem::error(at, "setting-not-url", detail, fix));
    }
    if let Some(form) = setting.language.filter(|form| !text.trim().is_empty() && !form.fits(text.trim())) {
        let detail = format!("The {said} is not named as {} names languages.", rule.label);
        let fix = match form {
            LanguageForm::Code => "Give its code of two or three letters, such as en or pt.",
            LanguageForm::Tag => "Give its tag, such as en or pt-BR.",
        };
        return Some(Problem::error(at, "setting-language", detail, fix));
    }
    text::forbidden(setting.forbidden_characters.as_deref(), &rule.label, text, &at)
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

fn list_problem(rule: &Rule, setting: &SettingRule, items: &[String]) -> Option<Problem> {
    let at = pointer(&setting.name);
    let (said, label) = (said(setting), &rule.label);
    if items.is_empty() {
        return None;
    }
    let error = |code: &str, detail: String, fix: String| Some(Problem::error(&at, code, detail, fix));
    if items.iter().any(|item| item.trim().is_empty()) {
        return error(
            "setting-item-empty",
            format!("An item of {said} is empty."),
            "Fill it in or remove it.".to_owned(),
        );
    }
    if let Some(least) = setting.items_min.filter(|least| items.len() < *least) {
        return error(
            "setting-too-few",
            format!("{label} needs at least {least} items in {said}."),
            "Add some.".to_owned(),
        );
    }
    if let Some(most) = setting.items_max.filter(|most| items.len() > *most) {
        let fix = format!("Remove {} of them.", items.len() - most);
        return error("setting-too-many", format!("{label} takes {most} items in {said}."), fix);
    }
    let length = |item: &String| item.encode_utf16().count();
    if let Some(most) = setting.item_max
        && let Some(long) = items.iter().map(length).find(|length| *length > most)
    {
        let detail = format!("An item of {said} has {long} characters; {label} takes {most}.");
        return error("setting-too-long", detail, format!("Shorten it by {}.", long - most));
    }
    let total = items.iter().map(|item| length(item) + if item.contains(' ') { 2 } else { 0 }).sum::<usize>();
    let total = total + items.len() - 1;
    if let Some(most) = setting.total_max.filter(|most| total > *most) {
        let detail = format!("All of {said} take {total} characters; {label} takes {most}.");
        return error("setting-too-long", detail, "Remove some, or shorten them.".to_owned());
    }
    items.iter().find_map(|item| text::forbidden(setting.forbidden_characters.as_deref(), label, item, &at))
}

/// That nothing is there for it to act on.
fn idle(setting: &SettingRule, content: &Content<'_>) -> Option<Problem> {
    let with = setting.only_with.as_deref()?;
    let mut files = content.media.iter().chain(content.thread.iter().flat_map(|part| &part.media));
    let (there, without) = match with {
        "files" => (files.next().is_some(), "a file".to_owned()),
        "video" => (files.any(super::MediaFacts::is_video), "a video".to_owned()),
        name => (content.settings.get(name).is_some_and(is_set), format!("a {}", name.replace('_', " "))),
    };
    let problem = || {
        let detail = format!("The setting {} has no effect without {without}.", said(setting));
        Problem::error(pointer(&setting.name), "setting-unused", detail, "Nothing: it is left out.").as_warning()
    };
    (!there).then(problem)
}

/// What it cannot be together with.
fn company(rule: &Rule, setting: &SettingRule, content: &Content<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let said = said(setting);
    let on = |name: &String| content.settings.get(name).is_some_and(is_set);
    if !setting.needs_one.is_empty() && !setting.needs_one.iter().any(on) {
        let kinds: Vec<String> = setting.needs_one.iter().map(|name| name.replace('_', " ")).collect();
        let detail = format!("{} wants to know of which kind the {said} is.", rule.label);
        let fix = format!("Switch on what it is ({}), or switch it off.", kinds.join(", "));
        problems.push(Problem::error(pointer(&setting.name), "setting-kind-missing", detail, fix));
    }
    let mut error = |code: &str, detail: String, fix: &str| {
        problems.push(Problem::error(pointer(&setting.name), code, detail, fix));
    };
    if setting.alone && !content.media.is_empty() {
        let detail = format!("{} takes no {said} together with files.", rule.label);
        error(
            "setting-with-media",
            detail,
            "Keep one of both for this account: give it no files of its own, or remove this.",
        );
    }
    let other = |name: &String| {
        // The later of two tells, so that it is told once.
        *name < setting.name && rule.setting(name).is_some_and(|other| other.alone)
    };
    let others = content.settings.iter().find(|(name, value)| setting.alone && other(name) && is_set(value));
    if let Some((name, _)) = others {
        let detail = format!("{} takes no {said} together with a {}.", rule.label, name.replace('_', " "));
        error("setting-alone", detail, "Keep one of both.");
    }
    for (name, excluded) in &setting.excludes {
        if matches!(content.settings.get(name), Some(Setting::Text(value)) if value == excluded) {
            let detail = format!("{} does not take {said} when {} is {excluded}.", rule.label, name.replace('_', " "));
            error("setting-excluded", detail, "Change one of both.");
        }
    }
    problems
}

fn missing(setting: &SettingRule, content: &Content<'_>) -> Option<Problem> {
    let there = |name: &str| content.settings.get(name).is_some_and(is_set);
    let offered = setting.formats.is_empty() || setting.formats.contains(&content.format);
    let with = setting.required_with.as_deref().is_some_and(|with| match with {
        "document" => content.media.iter().any(super::MediaFacts::is_document),
        name => there(name),
    });
    if !offered || !(setting.required || with) || there(&setting.name) {
        return None;
    }
    let said = said(setting);
    let chosen = || format!("Nothing is chosen for “{said}”.");
    let (detail, fix) = match setting.kind {
        SettingKind::Choice => (chosen(), format!("Choose {}.", setting.choices.join(" or "))),
        SettingKind::Remote => (chosen(), "Choose one of those that the account offers.".to_owned()),
        SettingKind::Flag | SettingKind::Text | SettingKind::List => {
            (format!("The {said} is missing."), "Fill it in.".to_owned())
        }
    };
    Some(Problem::error(pointer(&setting.name), "setting-missing", detail, fix))
}
