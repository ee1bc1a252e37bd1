//! Where a post goes, and what differs there: text, files, form, settings, thread and first comment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FileId};
use crate::platform::Platform;

/// What a post becomes at a network that offers several forms.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The ordinary form, by what is attached: text, link, pictures, carousel, video, document or poll.
    #[default]
    Post,
    /// Upright, gone after a day.
    Story,
    /// A short upright video in the network's player for those.
    Reel,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Post, Self::Story, Self::Reel];

    /// The name used in the API and in the rule table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Story => "story",
            Self::Reel => "reel",
        }
    }

    /// Whether it is the ordinary form.
    #[must_use]
    pub fn is_post(&self) -> bool {
        *self == Self::Post
    }
}

/// The value of one of a network's settings; the rule table says which there are and of which kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Setting {
    /// On or off.
    Flag(bool),
    /// A text, or one of several choices.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// What stands for a film until it plays, or on the card of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ChosenCover {
    /// A picture.
    Picture {
        /// It, in the library.
        media_id: FileId,
    },
    /// A moment of the film.
    Frame {
        /// When, in milliseconds from the film's beginning.
        at_ms: u64,
    },
}

impl ChosenCover {
    /// The picture, if it is one.
    #[must_use]
    pub const fn media_id(self) -> Option<FileId> {
        match self {
            Self::Picture { media_id } => Some(media_id),
            Self::Frame { .. } => None,
        }
    }
}

/// Subtitles for a film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenSubtitles {
    /// The file, in the library.
    pub media_id: FileId,
    /// Its language, as a tag of BCP 47 such as `de` or `pt-BR`.
    #[schema(example = "de")]
    pub language: String,
}

/// Values by the setting's name, such as `privacy` or `board`.
pub type Settings = BTreeMap<String, Setting>;

/// One part of a thread, after the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Its media, in order.
    #[serde(default)]
    #[schema(required)]
    pub media: Vec<FileId>,
}

/// An account a post goes to, and what differs for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The account.
    pub account_id: AccountId,
    /// Its network.
    pub platform: Platform,
    /// Text for this account; absent = the post's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Media for this account; absent = the post's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<FileId>>,
    /// What follows as a thread at this account; absent = the post's, empty = nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Vec<Part>>,
    /// The first comment at this account; absent = the post's, empty = none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<String>,
    /// What it becomes there.
    #[serde(default, skip_serializing_if = "Format::is_post")]
    pub format: Format,
    /// The network's own settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: Settings,
    /// What stands for the film, or on the link's card; absent = what the network takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<ChosenCover>,
    /// Subtitles for the film, each in another language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtitles: Vec<ChosenSubtitles>,
}

impl Target {
    /// An account that gets the post as it is.
    #[must_use]
    pub const fn new(account_id: AccountId, platform: Platform) -> Self {
        Self {
            account_id,
            platform,
            text: None,
            media: None,
            thread: None,
            first_comment: None,
            format: Format::Post,
            settings: Settings::new(),
            cover: None,
            subtitles: Vec::new(),
        }
    }

    /// The picture chosen as its cover.
    #[must_use]
    pub fn cover_picture(&self) -> Option<FileId> {
        self.cover?.media_id()
    }

    /// The files that it names beside the post's own.
    pub fn file_ids(&self) -> impl Iterator<Item = FileId> {
        let parts = self.thread.iter().flatten().flat_map(|part| &part.media);
        let subtitles = self.subtitles.iter().map(|subtitles| subtitles.media_id);
        self.media.iter().flatten().chain(parts).copied().chain(self.cover_picture()).chain(subtitles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ulid;

    #[test]
    fn a_cover_is_one_thing_and_its_picture_is_a_file_of_the_target() {
        let picture = FileId::new(Ulid::from(7));
        let mut target = Target::new(AccountId::new(Ulid::from(1)), Platform::Youtube);
        assert!(!serde_json::to_string(&target).unwrap().contains("cover"));
        target.cover = Some(ChosenCover::Picture { media_id: picture });
        assert_eq!(target.file_ids().collect::<Vec<_>>(), [picture]);
        let text = serde_json::to_string(&target).unwrap();
        assert_eq!(serde_json::from_str::<Target>(&text).unwrap(), target);
        let read = |text: &str| serde_json::from_str::<ChosenCover>(text);
        assert_eq!(read(r#"{"at_ms":1500}"#).unwrap(), ChosenCover::Frame { at_ms: 1500 });
        let both = format!(r#"{{"at_ms":1500,"media_id":"{picture}"}}"#);
        for wrong in [both.as_str(), "{}", r#"{"at_ms":-1}"#, r#"{"at_ms":1.5}"#, r#"{"media_id":"x"}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn subtitles_are_files_of_the_target_and_older_targets_have_none() {
        let (english, german) = (FileId::new(Ulid::from(7)), FileId::new(Ulid::from(8)));
        let mut target = Target::new(AccountId::new(Ulid::from(1)), Platform::Youtube);
        let old = serde_json::to_string(&target).unwrap();
        assert!(!old.contains("subtitles"));
        assert_eq!(serde_json::from_str::<Target>(&old).unwrap(), target);
        let of = |media_id, language: &str| ChosenSubtitles { media_id, language: language.to_owned() };
        target.subtitles = vec![of(english, "en"), of(german, "de")];
        assert_eq!(target.file_ids().collect::<Vec<_>>(), [english, german]);
        let text = serde_json::to_string(&target).unwrap();
        assert_eq!(serde_json::from_str::<Target>(&text).unwrap(), target);
    }
}
