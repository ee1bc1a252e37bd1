//! What is published, and the evidence that it was.

use std::fmt;

use domain::ids::{AccountId, OrgId, PostId};
use domain::target::{Format, Setting, Settings};
use jiff::Timestamp;

use super::Profile;

/// A file to publish: its facts as they were when the post was saved.
pub type Attachment = domain::media::MediaUse;

/// What is to stand for a film until it plays, or on the card of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// A picture.
    Picture(Attachment),
    /// The moment of the film so many milliseconds from its beginning.
    Frame {
        /// When.
        at_ms: u64,
    },
}

/// Subtitles for a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtitles {
    /// The file.
    pub file: Attachment,
    /// Their language, as a tag of BCP 47.
    pub language: String,
}

/// Everything that one delivery needs.
#[derive(Clone)]
pub struct Job {
    /// The tenant.
    pub org: OrgId,
    /// The post.
    pub post: PostId,
    /// The account.
    pub account: AccountId,
    /// Which version of the post's intent this is.
    pub revision: u64,
    /// 26 characters of a ULID, drawn at the first claim of this revision and stored with the
    /// delivery: what makes a repeat recognizable to the network.
    pub key: String,
    /// When the key was drawn: the time of creation that the network sees.
    pub created_at: Timestamp,
    /// The text.
    pub text: String,
    /// The files, in order.
    pub media: Vec<Attachment>,
    /// What it becomes.
    pub format: Format,
    /// The network's own settings.
    pub settings: Settings,
    /// The cover; absent = what the network takes.
    pub cover: Option<Cover>,
    /// Subtitles for the film.
    pub subtitles: Vec<Subtitles>,
    /// What follows as a thread.
    pub thread: Vec<ThreadPart>,
    /// The first comment.
    pub first_comment: Option<String>,
    /// The account as last seen.
    pub profile: Profile,
    /// Whether an earlier attempt with this key may have had its effect. A network that can only be
    /// searched then looks for each part of a post before making it.
    pub unsettled: bool,
}

/// One part of a thread, after the first.
#[derive(Clone, PartialEq, Eq)]
pub struct ThreadPart {
    /// The text.
    pub text: String,
    /// The files, in order.
    pub media: Vec<Attachment>,
}

/// A first comment that was begun and that the network never named, where such comments are posts of their own.
#[derive(Debug, Clone)]
pub struct LostComment {
    /// What it goes with. Of its content only the comment's text and the number of parts count.
    pub job: Job,
    /// The ids of everything that the network named of it; the post that the comment answers is the last.
    pub known: Vec<String>,
    /// When it came to be at the latest.
    pub until: Timestamp,
}

impl LostComment {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.job.first_comment.as_deref().unwrap_or_default()
    }

    /// The post that it answers.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        self.known.last().map(String::as_str)
    }

    /// Whether something is another of the delivery's own.
    #[must_use]
    pub fn is_other(&self, id: &str) -> bool {
        self.known.iter().any(|known| known == id)
    }
}

impl Job {
    /// A setting that is a text or a choice; absent when it is not set or empty.
    #[must_use]
    pub fn text_setting(&self, name: &str) -> Option<&str> {
        match self.settings.get(name) {
            Some(Setting::Text(text)) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// The picture that is to be the cover.
    #[must_use]
    pub const fn cover_picture(&self) -> Option<&Attachment> {
        match &self.cover {
            Some(Cover::Picture(picture)) => Some(picture),
            Some(Cover::Frame { .. }) | None => None,
        }
    }

    /// The moment of the film that is to be the cover, in milliseconds.
    #[must_use]
    pub const fn cover_at_ms(&self) -> Option<u64> {
        match self.cover {
            Some(Cover::Frame { at_ms }) => Some(at_ms),
            Some(Cover::Picture(_)) | None => None,
        }
    }

    /// The subtitles that go with its film; none where a film is not all that is attached.
    #[must_use]
    pub fn film_subtitles(&self) -> &[Subtitles] {
        match &self.media[..] {
            [only] if only.mime.starts_with("video/") => &self.subtitles,
            _ => &[],
        }
    }

    /// A setting that is on or off; off when it is not set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.settings.get(name) == Some(&Setting::Flag(true))
    }

    /// A setting that is a list; empty when it is not set.
    #[must_use]
    pub fn list_setting(&self, name: &str) -> &[String] {
        match self.settings.get(name) {
            Some(Setting::List(list)) => list,
            _ => &[],
        }
    }
}

/// Without the text: it is the user's, and may be unpublished.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("org", &self.org)
            .field("post", &self.post)
            .field("account", &self.account)
            .field("revision", &self.revision)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Evidence that the network holds the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its id at the network.
    pub remote_id: String,
    /// Where people see it.
    pub permalink: String,
}

/// What a network holds of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// Nothing; and nothing is on its way any more.
    Nothing,
    /// The beginning of something made of several parts.
    Part,
    /// All of it.
    All(Published),
    /// All of it, a thread: with the ids of its parts in their order, the first one's included.
    Thread(Published, Vec<String>),
}

impl From<Option<Published>> for Holding {
    fn from(found: Option<Published>) -> Self {
        found.map_or(Self::Nothing, Self::All)
    }
}
