//! Texts: the post's own, those of its thread, and the first comment.

use super::super::count::{Count, count_by, count_in, different_links};
use super::super::marks::{hashtags, mentions};
use super::super::table::{Over, Rule};
use super::{Content, PartContent, is_set};
use crate::problem::Problem;
use crate::target::Setting;

const OWN_VARIANT: &str = "or write a shorter variant for this account.";

/// The length of the text with the settings that count as part of it.
pub(super) fn counted(rule: &Rule, content: &Content<'_>) -> Count {
    let mut counted = count_by(rule, content.text);
    for setting in rule.settings.iter().filter(|setting| setting.counts) {
        if let Some(Setting::Text(text)) = content.settings.get(&setting.name) {
            counted.used += count_by(rule, text).used;
        }
    }
    counted
}

/// The length of the first comment, where there is one and the network has such.
pub(super) fn comment(rule: &Rule, content: &Content<'_>) -> Option<Count> {
    let (comment, text) = rule.first_comment.zip(content.first_comment)?;
    // Where threads exist a comment is a post that answers, under all of its rules.
    let bytes_limit = rule.text_max_bytes.filter(|_| rule.thread.is_some());
    let counted = count_in(rule, comment.counting.unwrap_or(rule.counting), text);
    Some(Count { limit: comment.text_max, bytes_limit, ..counted })
}

pub(super) fn judge(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    if rule.text_max == 0 {
        if !content.text.trim().is_empty() {
            let detail = format!("{label} shows no text with a {}.", content.format.as_str());
            problems.push(Problem::error("/text", "text-unused", detail, "Nothing: it is left out.").as_warning());
        }
        return;
    }
    let stands_for_it = |name: &String, value: &Setting| {
        is_set(value) && rule.setting(name).is_some_and(|setting| setting.instead_of_text)
    };
    let instead = content.settings.iter().any(|(name, value)| stands_for_it(name, value));
    if content.media.is_empty() && !instead {
        missing(rule, content.text, "/text", problems);
    }
    lengths(rule, counted(rule, content), "/text", problems);
    marks(rule, content.text, "/text", problems);
}

pub(super) fn judge_part(rule: &Rule, part: &PartContent<'_>, at: &str, problems: &mut Vec<Problem>) {
    let pointer = format!("{at}/text");
    if part.media.is_empty() && part.text.trim().is_empty() {
        problems.push(Problem::error(
            &pointer,
            "part-empty",
            "This part of the thread has neither a text nor a file.",
            "Write something, or remove the part.",
        ));
    }
    lengths(rule, count_by(rule, part.text), &pointer, problems);
    marks(rule, part.text, &pointer, problems);
}

pub(super) fn judge_comment(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let Some(text) = content.first_comment else { return };
    let Some(counted) = comment(rule, content) else {
        let what = if content.format.is_post() { "no first comments through its API" } else { "no comment with this" };
        problems.push(Problem::error(
            "/first_comment",
            "first-comment-not-offered",
            format!("{} takes {what}.", rule.label),
            "Leave it out for this account: give it an empty one of its own.",
        ));
        return;
    };
    lengths(rule, counted, "/first_comment", problems);
    marks(rule, text, "/first_comment", problems);
}

fn missing(rule: &Rule, text: &str, pointer: &str, problems: &mut Vec<Problem>) {
    if rule.text_required_without_media && text.trim().is_empty() {
        problems.push(Problem::error(
            pointer,
            "text-missing",
            format!("{} needs a text when nothing is attached.", rule.label),
            "Write a text or add a picture.",
        ));
    }
}

fn lengths(rule: &Rule, counted: Count, pointer: &str, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    if counted.used > counted.limit {
        problems.push(Problem::error(
            pointer,
            "text-too-long",
            format!("The text has {} characters; {label} takes {}.", counted.used, counted.limit),
            format!("Shorten it by {}, {OWN_VARIANT}", counted.used - counted.limit),
        ));
    }
    if let Some(limit) = counted.bytes_limit.filter(|limit| counted.bytes > *limit) {
        problems.push(Problem::error(
            pointer,
            "text-too-many-bytes",
            format!("The text takes {} bytes; {label} takes {limit}.", counted.bytes),
            "Use fewer composed characters such as family emoji, or shorten the text.",
        ));
    }
}

/// Links, hashtags, mentions, and characters that the network refuses.
fn marks(rule: &Rule, text: &str, pointer: &str, problems: &mut Vec<Problem>) {
    let label = &rule.label;
    let mut limited = |code: &str, what: &str, limit: Option<usize>, over: Over, count: fn(&str) -> usize| {
        let Some((limit, used)) = limit.map(|limit| (limit, count(text))).filter(|(limit, used)| used > limit) else {
            return;
        };
        let detail = format!("The text has {used} {what}; {label} takes {limit}.");
        problems.push(match over {
            Over::Refused => {
                let fix = format!("Remove {} of them, {OWN_VARIANT}", used - limit);
                Problem::error(pointer, code, detail, fix)
            }
            Over::Ignored => {
                let detail = format!("The text has {used} {what}; {label} honours at most {limit}.");
                Problem::error(pointer, code, detail, "Remove some if they matter.").as_warning()
            }
        });
    };
    limited("too-many-links", "different links", rule.links_max, Over::Refused, different_links);
    limited("too-many-hashtags", "hashtags", rule.hashtags_max, rule.hashtags_over, hashtags);
    limited("too-many-mentions", "mentions", rule.mentions_max, Over::Refused, mentions);
    problems.extend(forbidden(rule.forbidden_characters.as_deref(), label, text, pointer));
}

/// A character that the network refuses.
pub(super) fn forbidden(characters: Option<&str>, label: &str, text: &str, pointer: &str) -> Option<Problem> {
    let characters = characters?;
    let found = text.chars().find(|c| characters.contains(*c))?;
    let all: Vec<_> = characters.chars().map(String::from).collect();
    Some(Problem::error(
        pointer,
        "forbidden-character",
        format!("{label} refuses the character {found} here."),
        format!("Write it without {}.", all.join(" and ")),
    ))
}
