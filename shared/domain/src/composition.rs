//! What is wrong with a post as a whole: its parts, its accounts, and each network's rules.

use crate::account::{Account, AccountStatus};
use crate::ids::FileId;
use crate::media::{File, FileStatus};
use crate::post::{ChosenCover, MAX_FILES, MAX_TARGETS, MAX_TEXT_BYTES, Part, Post, Setting, Target};
use crate::problem::Problem;
use crate::rules::{Content, Counts, CoverFacts, MediaFacts, PartContent, SubtitleFacts, counts, validate};

/// Most parts after the first that one thread can have here, before any network's own rule is asked.
const MAX_PARTS: usize = 50;
/// All texts of a post together, in bytes: more would not fit one item of the table.
const MAX_ALL_TEXT_BYTES: usize = 250_000;

/// A post's content with everything it names, as far as it exists.
#[derive(Debug, Clone, Copy)]
pub struct Composition<'a> {
    /// Text for every account without one of its own.
    pub text: &'a str,
    /// Media for every account without its own.
    pub media: &'a [FileId],
    /// What follows as a thread, for every account without one of its own.
    pub thread: &'a [Part],
    /// The first comment, for every account without one of its own.
    pub first_comment: Option<&'a str>,
    /// Where it goes.
    pub targets: &'a [Target],
    /// The accounts named that exist.
    pub accounts: &'a [Account],
    /// The files named that exist.
    pub files: &'a [File],
    /// Whether the organization demands alternative text.
    pub require_alt_text: bool,
}

impl Composition<'_> {
    /// What keeps it from being saved at all: parts that do not exist, and sizes no network takes.
    /// Everything else can be saved as a draft, so that nothing typed is lost.
    #[must_use]
    pub fn structural_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.sizes(&mut problems);
        for (pointer, media) in self.media_lists() {
            for (index, id) in media.iter().enumerate() {
                problems.extend(self.file_problem(format!("{pointer}/{index}"), *id, &media[..index]));
            }
        }
        for (index, target) in self.targets.iter().enumerate() {
            let cover = target.cover_picture();
            let at = format!("/targets/{index}/cover/media_id");
            problems.extend(cover.and_then(|id| self.file_problem(at, id, &[])));
            for (number, one) in target.subtitles.iter().enumerate() {
                let at = format!("/targets/{index}/subtitles/{number}/media_id");
                problems.extend(self.file_problem(at, one.media_id, &[]));
            }
            let pointer = format!("/targets/{index}/account_id");
            if self.account(target).is_none() {
                problems.push(Problem::error(
                    pointer,
                    "account-unknown",
                    "There is no such account.",
                    "Choose one of the connected accounts.",
                ));
            } else if self.targets[..index].iter().any(|other| other.account_id == target.account_id) {
                problems.push(Problem::error(
                    pointer,
                    "account-twice",
                    "The account is chosen twice.",
                    "Keep it once; one post goes to an account once.",
                ));
            }
        }
        problems
    }

    /// Every problem: what keeps it from being saved, and what keeps it from being published.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.structural_problems();
        if self.targets.is_empty() {
            problems.push(Problem::error(
                "/targets",
                "targets-missing",
                "No account is chosen.",
                "Choose at least one account to publish to.",
            ));
        }
        for (index, target) in self.targets.iter().enumerate() {
            if let Some(account) = self.account(target) {
                problems.extend(account_problem(account, format!("/targets/{index}/account_id")));
                problems.extend(self.network_problems(index, target, account));
            }
        }
        problems
    }

    /// The same for a draft: what keeps it from being saved stops, the rest is to be mended before it is published.
    #[must_use]
    pub fn problems_of_draft(&self) -> Vec<Problem> {
        let stopping = self.structural_problems().len();
        let all = self.problems().into_iter().enumerate();
        all.map(|(index, problem)| if index < stopping { problem } else { problem.as_warning() }).collect()
    }

    /// How long each text is at a target, as its network counts; nothing for an account that does not exist.
    #[must_use]
    pub fn counts(&self, target: &Target) -> Option<Counts> {
        let account = self.account(target)?;
        let limits = account.limits();
        Some(counts(account.platform, &limits, &self.content(target, &[], None, &self.parts(target))))
    }

    fn sizes(&self, problems: &mut Vec<Problem>) {
        let mut all = 0;
        for (pointer, text) in self.texts() {
            all += text.len();
            if text.len() > MAX_TEXT_BYTES {
                let detail = format!("The text is {} bytes long; at most {MAX_TEXT_BYTES} can be kept.", text.len());
                problems.push(Problem::error(
                    pointer,
                    "text-too-large",
                    detail,
                    "Shorten it, or split it over several posts.",
                ));
            }
        }
        if all > MAX_ALL_TEXT_BYTES {
            let detail = format!("All texts take {all} bytes; at most {MAX_ALL_TEXT_BYTES} can be kept.");
            problems.push(Problem::error("/text", "texts-too-large", detail, "Split it over several posts."));
        }
        for (pointer, thread) in self.threads() {
            if thread.len() > MAX_PARTS {
                let detail = format!("The thread has {} further parts; at most {MAX_PARTS} can be kept.", thread.len());
                problems.push(Problem::error(pointer, "parts-too-many", detail, "Split it over several posts."));
            }
        }
        for (index, target) in self.targets.iter().enumerate() {
            let count = target.subtitles.len();
            if count > MAX_FILES {
                let detail = format!("There are subtitles in {count} languages; at most {MAX_FILES} can be kept.");
                let at = format!("/targets/{index}/subtitles");
                problems.push(Problem::error(at, "subtitles-too-many", detail, "Remove some of them."));
            }
        }
        let files = Post::file_ids(self.media, self.thread, self.targets).len();
        if files > MAX_FILES {
            let detail = format!("The post names {files} files; at most {MAX_FILES} fit.");
            problems.push(Problem::error("/media", "files-too-many", detail, "Split it over several posts."));
        }
        if self.targets.len() > MAX_TARGETS {
            let detail = format!("The post goes to {} accounts; at most {MAX_TARGETS} fit.", self.targets.len());
            problems.push(Problem::error("/targets", "targets-too-many", detail, "Duplicate the post for the rest."));
        }
    }

    /// Every text with its pointer.
    fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = vec![("/text".to_owned(), self.text)];
        texts.extend(self.first_comment.map(|comment| ("/first_comment".to_owned(), comment)));
        for (index, target) in self.targets.iter().enumerate() {
            let at = |name: &str| format!("/targets/{index}/{name}");
            texts.extend(target.text.as_deref().map(|text| (at("text"), text)));
            texts.extend(target.first_comment.as_deref().map(|comment| (at("first_comment"), comment)));
            let languages = target.subtitles.iter().enumerate();
            texts.extend(languages.map(|(number, one)| (at(&format!("subtitles/{number}/language")), &*one.language)));
            for (name, value) in &target.settings {
                let values = match value {
                    Setting::Flag(_) => &[],
                    Setting::Text(text) => std::slice::from_ref(text),
                    Setting::List(items) => &items[..],
                };
                texts.extend(values.iter().map(|value| (at(&format!("settings/{name}")), value.as_str())));
            }
        }
        for (pointer, thread) in self.threads() {
            let parts = thread.iter().enumerate();
            texts.extend(parts.map(|(index, part)| (format!("{pointer}/{index}/text"), part.text.as_str())));
        }
        texts
    }

    /// Every thread with its pointer: the post's, and those that targets have of their own.
    fn threads(&self) -> impl Iterator<Item = (String, &[Part])> {
        let own = self.targets.iter().enumerate();
        let own =
            own.filter_map(|(index, target)| Some((format!("/targets/{index}/thread"), target.thread.as_deref()?)));
        std::iter::once(("/thread".to_owned(), self.thread)).chain(own)
    }

    fn media_lists(&self) -> impl Iterator<Item = (String, &[FileId])> {
        let own = self.targets.iter().enumerate();
        let own = own.filter_map(|(index, target)| Some((format!("/targets/{index}/media"), target.media.as_deref()?)));
        let parts = self.threads().flat_map(|(pointer, thread)| {
            let parts = thread.iter().enumerate();
            parts.map(move |(index, part)| (format!("{pointer}/{index}/media"), &part.media[..]))
        });
        std::iter::once(("/media".to_owned(), self.media)).chain(own).chain(parts)
    }

    fn file_problem(&self, pointer: String, id: FileId, before: &[FileId]) -> Option<Problem> {
        let Some(file) = self.files.iter().find(|file| file.id == id) else {
            return Some(Problem::error(
                pointer,
                "file-unknown",
                "There is no such file; it may have been deleted.",
                "Remove it, or choose another file.",
            ));
        };
        if before.contains(&id) {
            return Some(Problem::error(pointer, "file-twice", "The file is attached twice.", "Keep it once."));
        }
        (file.status == FileStatus::Uploading).then(|| {
            Problem::error(
                pointer,
                "file-uploading",
                "The upload is not finished.",
                "Wait for it, or upload the file again.",
            )
        })
    }

    fn network_problems(&self, index: usize, target: &Target, account: &Account) -> Vec<Problem> {
        let ids = target.media.as_deref().unwrap_or(self.media);
        let (media, parts) = (self.facts_of(ids), self.parts(target));
        let (cover, subtitles) = (self.cover(target), self.subtitles(target));
        let content = Content { subtitles: &subtitles, ..self.content(target, &media, cover.as_ref(), &parts) };
        let mut limits = account.limits();
        if self.require_alt_text {
            limits.alt_required = Some(true);
        }
        let mut problems = validate(account.platform, &limits, &content);
        for problem in &mut problems {
            problem.account_id = Some(account.id);
            let own = match problem.pointer.split('/').nth(1) {
                Some("text") => target.text.is_some(),
                Some("media") => target.media.is_some(),
                Some("thread") => target.thread.is_some(),
                Some("first_comment") => target.first_comment.is_some(),
                // Format, settings, cover and subtitles are always a target's own.
                _ => true,
            };
            if own {
                problem.pointer = format!("/targets/{index}{}", problem.pointer);
            }
        }
        problems
    }

    /// What goes to a target, with the files and parts that were looked up for it.
    fn content<'b>(
        &'b self,
        target: &'b Target,
        media: &'b [MediaFacts],
        cover: Option<&'b CoverFacts>,
        parts: &'b [PartContent<'b>],
    ) -> Content<'b> {
        let comment = target.first_comment.as_deref().or(self.first_comment);
        Content {
            text: target.text.as_deref().unwrap_or(self.text),
            media,
            format: target.format,
            settings: &target.settings,
            cover,
            subtitles: &[],
            thread: parts,
            first_comment: comment.filter(|comment| !comment.trim().is_empty()),
        }
    }

    fn parts<'b>(&'b self, target: &'b Target) -> Vec<PartContent<'b>> {
        let parts = target.thread.as_deref().unwrap_or(self.thread).iter();
        parts.map(|part| PartContent { text: &part.text, media: self.facts_of(&part.media) }).collect()
    }

    /// The cover of a target; nothing where its picture does not exist.
    fn cover(&self, target: &Target) -> Option<CoverFacts> {
        Some(match target.cover? {
            ChosenCover::Frame { at_ms } => CoverFacts::Frame { at_ms },
            ChosenCover::Picture { media_id } => CoverFacts::Picture(self.facts_of(&[media_id]).pop()?),
        })
    }

    /// The subtitles of a target; without facts where their file does not exist.
    fn subtitles(&self, target: &Target) -> Vec<SubtitleFacts> {
        let facts = |id: FileId| self.facts_of(&[id]).pop();
        let subtitles = target.subtitles.iter();
        subtitles.map(|one| SubtitleFacts { file: facts(one.media_id), language: one.language.clone() }).collect()
    }

    fn facts_of(&self, ids: &[FileId]) -> Vec<MediaFacts> {
        ids.iter().filter_map(|id| self.files.iter().find(|file| file.id == *id)).map(MediaFacts::from).collect()
    }

    fn account(&self, target: &Target) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == target.account_id)
    }
}

fn account_problem(account: &Account, pointer: String) -> Option<Problem> {
    let detail = match account.status {
        AccountStatus::Healthy | AccountStatus::Error => return None,
        AccountStatus::Reconnect => format!("{} no longer accepts our access.", account.name),
        AccountStatus::Disconnected => format!("{} is disconnected.", account.name),
    };
    let problem = Problem::error(pointer, "account-reconnect", detail, "Connect the account again, or leave it out.");
    Some(Problem { account_id: Some(account.id), ..problem })
}

#[cfg(test)]
mod tests;
