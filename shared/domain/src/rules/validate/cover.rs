//! The cover: of what, and whether the network takes that.

use super::super::cover::{CoverRule, Covered};
use super::super::table::Rule;
use super::{Content, MediaFacts, is_set, media};
use crate::problem::Problem;

const AT: &str = "/cover";

/// The cover that was chosen, with the facts of its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverFacts {
    /// A picture.
    Picture(MediaFacts),
    /// The moment of the film so many milliseconds from its beginning.
    Frame {
        /// When.
        at_ms: u64,
    },
}

pub(super) fn judge(rule: &Rule, content: &Content<'_>, problems: &mut Vec<Problem>) {
    let (Some(cover), label) = (content.cover, &rule.label) else { return };
    let not_taken = |detail: String, fix: &str| Problem::error(AT, "cover-not-offered", detail, fix);
    let Some(offered) = &rule.cover else {
        let detail = format!("{label} lets nobody choose the cover of a {}.", content.format.as_str());
        problems.push(not_taken(detail, "Remove the cover for this account."));
        return;
    };
    let Some((covered, video)) = covered(offered, content) else {
        let names: Vec<_> = offered.of.iter().map(|covered| covered.said()).collect();
        let detail = format!("There is nothing that the cover could stand for: {} alone.", names.join(" or "));
        problems.push(Problem::error(AT, "cover-unused", detail, "Nothing: it is left out.").as_warning());
        return;
    };
    problems.extend(video.and_then(|video| short_problem(rule, video)));
    match (cover, offered.frame_step_ms.filter(|_| covered == Covered::Video), &offered.picture) {
        (CoverFacts::Picture(file), _, Some(taken)) => media::judge_cover(rule, taken, file, problems),
        (CoverFacts::Picture(_), _, None) => {
            let detail = format!("{label} takes a moment of the video as its cover, and no picture.");
            problems.push(not_taken(detail, "Choose a moment, or leave the cover to the network."));
        }
        (CoverFacts::Frame { at_ms }, Some(step), _) => problems.extend(frame_problem(label, *at_ms, step, video)),
        (CoverFacts::Frame { .. }, None, _) => {
            let detail = format!("{label} takes a picture as the cover, and no moment of a video.");
            problems.push(not_taken(detail, "Choose a picture, or leave the cover to the network."));
        }
    }
}

/// What the post has that can have a cover, and the film if it is one.
fn covered<'a>(offered: &CoverRule, content: &Content<'a>) -> Option<(Covered, Option<&'a MediaFacts>)> {
    let media: &'a [MediaFacts] = content.media;
    let video = if let [only] = media { Some(only).filter(|file| file.is_video()) } else { None };
    if let Some(video) = video.filter(|_| offered.of.contains(&Covered::Video)) {
        return Some((Covered::Video, Some(video)));
    }
    let link = content.settings.get("link").is_some_and(is_set);
    (link && offered.of.contains(&Covered::Link)).then_some((Covered::Link, None))
}

/// That the film is shown by a frame of the network's own.
fn short_problem(rule: &Rule, video: &MediaFacts) -> Option<Problem> {
    let shorts = rule.shorts.filter(|shorts| shorts.is_short(video.width, video.height, video.duration_ms))?;
    let (label, minutes) = (&rule.label, shorts.video_max_ms / 60_000);
    let detail = format!(
        "An upright or square video of at most {minutes} minutes becomes a Short, which {label}’s app shows by a frame of its own."
    );
    let fix = "The cover is set all the same; a wider or a longer video is shown by it everywhere.";
    Some(Problem::error(AT, "cover-not-shown", detail, fix).as_warning())
}

fn frame_problem(label: &str, at_ms: u64, step: u64, video: Option<&MediaFacts>) -> Option<Problem> {
    if let Some(length) = video.and_then(|video| video.duration_ms).filter(|length| at_ms >= *length) {
        let (at, length) = (media::seconds(at_ms), media::seconds(length));
        let detail = format!("The video runs {length} seconds; the cover is to show its second {at}.");
        return Some(Problem::error(AT, "cover-outside", detail, "Choose an earlier moment."));
    }
    let taken = at_ms - at_ms % step.max(1);
    (taken != at_ms).then(|| {
        let detail = format!("{label} counts in steps of {} seconds.", media::seconds(step));
        let fix = format!("Nothing: the cover shows second {}.", media::seconds(taken));
        Problem::error(AT, "cover-rounded", detail, fix).as_warning()
    })
}

impl Covered {
    const fn said(self) -> &'static str {
        match self {
            Self::Video => "a video",
            Self::Link => "a link",
        }
    }
}
