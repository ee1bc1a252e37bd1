//! Subtitles: whether the network takes them, for what, and in which languages.

use super::super::language::LanguageForm;
use super::super::subtitles::SubtitlesRule;
use super::super::table::Rule;
use super::{Content, MediaFacts, is_only_film};
use crate::media::VTT;
use crate::problem::Problem;

const AT: &str = "/subtitles";

/// Subtitles that were chosen, with the facts of their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubtitleFacts {
    /// The file; absent when it does not exist.
    pub file: Option<MediaFacts>,
    /// The language.
    pub language: String,
}

pub(super) fn judge(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let (chosen, label) = (content.subtitles, &rule.label);
    if chosen.is_empty() {
        return;
    }
    let Some(offered) = &rule.subtitles else {
        let detail = format!("{label} takes no subtitles for a {}.", content.format.as_str());
        let fix = "Remove the subtitles for this account.";
        problems.push(Problem::error(AT, "subtitles-not-offered", detail, fix));
        return;
    };
    if !is_only_film(content.media) {
        let detail = "There is nothing that the subtitles could go with: a video alone.";
        problems.push(Problem::error(AT, "subtitles-unused", detail, "Nothing: they are left out.").as_warning());
        return;
    }
    if let Some(limit) = offered.files_max.filter(|limit| chosen.len() > *limit) {
        let detail = format!("There are subtitles in {} languages; {label} takes {limit}.", chosen.len());
        let fix = format!("Remove {} of them.", chosen.len() - limit);
        problems.push(Problem::error(AT, "subtitles-too-many", detail, fix));
    }
    for (index, one) in chosen.iter().enumerate() {
        problems.extend(language_problem(index, one, &chosen[..index]));
        let at = format!("{AT}/{index}");
        problems.extend(one.file.as_ref().and_then(|file| file_problem(label, offered, file, at)));
    }
}

fn language_problem(index: usize, one: &SubtitleFacts, before: &[SubtitleFacts]) -> Option<Problem> {
    let at = format!("{AT}/{index}/language");
    let language = &one.language;
    if language.is_empty() {
        let fix = "Choose the language that they are in.";
        return Some(Problem::error(at, "language-missing", "The subtitles have no language.", fix));
    }
    if !LanguageForm::Tag.fits(language) {
        let detail = format!("“{language}” is no language as BCP 47 writes them.");
        return Some(Problem::error(at, "language-invalid", detail, "Use a tag such as en, de or pt-BR."));
    }
    before.iter().any(|other| other.language.eq_ignore_ascii_case(language)).then(|| {
        let detail = format!("There are subtitles in “{language}” already.");
        Problem::error(at, "language-twice", detail, "Keep one file for each language.")
    })
}

fn file_problem(label: &str, offered: &SubtitlesRule, file: &MediaFacts, at: String) -> Option<Problem> {
    let Some(sent_as) = offered.sent_as(&file.mime) else {
        let detail = if file.is_subtitles() {
            format!("{label} does not take subtitles of type {}.", file.mime)
        } else {
            "The file has no subtitles in it.".to_owned()
        };
        return Some(Problem::error(at, "subtitles-type", detail, "Choose a file of type SRT or VTT."));
    };
    if !file.ready {
        let detail = "The file is still being uploaded or checked.";
        let fix = "Wait until the upload is complete, or remove the file.";
        return Some(Problem::error(at, "media-not-ready", detail, fix));
    }
    let bytes = file.vtt_bytes.filter(|_| sent_as == VTT).unwrap_or(file.bytes);
    (bytes > offered.max_bytes).then(|| {
        let detail = format!("The subtitles have {bytes} bytes; {label} takes {}.", offered.max_bytes);
        Problem::error(at, "subtitles-too-large", detail, "Use shorter ones, or leave them out for this account.")
    })
}
