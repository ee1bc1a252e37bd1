//! Every problem that a network would have with a post, found before it is sent.

mod cover;
mod files;
mod media;
mod settings;
mod subtitles;
mod text;

pub use cover::CoverFacts;
pub use files::MediaFacts;
pub use subtitles::SubtitleFacts;

use super::count::{Count, count_by};
use super::limits::Limits;
use super::table::{Rule, rule, rule_for};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::target::{Format, Setting, Settings};

/// What one account would receive.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The text.
    pub text: &'a str,
    /// The files, in order.
    pub media: &'a [MediaFacts],
    /// What it becomes there.
    pub format: Format,
    /// The network's own settings.
    pub settings: &'a Settings,
    /// The cover that was chosen, if one was.
    pub cover: Option<&'a CoverFacts>,
    /// The subtitles that were chosen for the film.
    pub subtitles: &'a [SubtitleFacts],
    /// What follows as a thread.
    pub thread: &'a [PartContent<'a>],
    /// The first comment, if there is one.
    pub first_comment: Option<&'a str>,
}

/// One part of a thread, after the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartContent<'a> {
    /// The text.
    pub text: &'a str,
    /// The files, in order.
    pub media: Vec<MediaFacts>,
}

static NO_SETTINGS: Settings = Settings::new();

impl<'a> Content<'a> {
    /// An ordinary post without settings, thread and comment.
    #[must_use]
    pub const fn new(text: &'a str, media: &'a [MediaFacts]) -> Self {
        Self {
            text,
            media,
            format: Format::Post,
            settings: &NO_SETTINGS,
            cover: None,
            subtitles: &[],
            thread: &[],
            first_comment: None,
        }
    }
}

/// How long each text of a post is, as its network counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The text itself, with the settings that count as part of it.
    pub text: Count,
    /// Each further part of the thread, in order.
    pub thread: Vec<Count>,
    /// The first comment, where there is one and the network has such.
    pub first_comment: Option<Count>,
}

/// How long each text is, in time linear in their length.
#[must_use]
pub fn counts(platform: Platform, limits: &Limits, content: &Content<'_>) -> Counts {
    let rule = rule_for(platform, content.format).unwrap_or_else(|| rule(platform)).with(limits);
    Counts {
        text: text::counted(&rule, content),
        thread: content.thread.iter().map(|part| count_by(&rule, part.text)).collect(),
        first_comment: text::comment(&rule, content),
    }
}

/// Every problem, texts first, then files, cover, subtitles, settings, thread and comment, each in order. Pointers
/// are relative to the content, such as `/text`, `/media/2`, `/cover`, `/subtitles/0`, `/settings/poll`, `/thread/0/text`,
/// `/first_comment` or `/format`; the caller puts them in place and adds the account.
#[must_use]
pub fn validate(platform: Platform, limits: &Limits, content: &Content<'_>) -> Vec<Problem> {
    let Some(rule) = rule_for(platform, content.format) else {
        return vec![format_not_offered(rule(platform), content.format)];
    };
    let rule = rule.with(limits);
    let mut problems = Vec::new();
    text::judge(&rule, content, &mut problems);
    media::judge(&rule, content.media, "", &mut problems);
    cover::judge(&rule, content, &mut problems);
    subtitles::judge(&rule, content, &mut problems);
    settings::judge(&rule, content, &mut problems);
    thread(&rule, content.thread, &mut problems);
    text::judge_comment(&rule, content, &mut problems);
    problems
}

fn format_not_offered(rule: &Rule, format: Format) -> Problem {
    let offered: Vec<_> = rule.formats.keys().map(|format| format.as_str()).collect();
    Problem::error(
        "/format",
        "format-not-offered",
        format!("{} has no format {}.", rule.label, format.as_str()),
        format!("Choose one of these for the account: {}.", offered.join(", ")),
    )
}

fn thread(rule: &Rule, parts: &[PartContent<'_>], problems: &mut Vec<Problem>) {
    let label = &rule.label;
    if parts.is_empty() {
        return;
    }
    let Some(limit) = rule.thread.map(|thread| thread.parts_max) else {
        problems.push(Problem::error(
            "/thread",
            "thread-not-offered",
            format!("{label} has no threads."),
            "Leave the thread out for this account: give it an empty one of its own.",
        ));
        return;
    };
    if parts.len() > limit {
        problems.push(Problem::error(
            "/thread",
            "thread-too-long",
            format!("The thread goes on for {} parts; at most {limit} can follow the first.", parts.len()),
            format!("Remove {} of them.", parts.len() - limit),
        ));
    }
    for (index, part) in parts.iter().enumerate() {
        let at = format!("/thread/{index}");
        text::judge_part(rule, part, &at, problems);
        media::judge(rule, &part.media, &at, problems);
    }
}

/// Whether a film is all that is attached.
fn is_only_film(media: &[MediaFacts]) -> bool {
    matches!(media, [only] if only.is_video())
}

/// Whether a setting has a value worth sending.
fn is_set(value: &Setting) -> bool {
    match value {
        Setting::Flag(on) => *on,
        Setting::Text(text) => !text.trim().is_empty(),
        Setting::List(items) => items.iter().any(|item| !item.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests;
