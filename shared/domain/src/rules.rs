//! What each network accepts, from the one rule table `rules.json` that the page reads as well.
//!
//! An account may know better than the table (a Mastodon instance states its own limits): such
//! [`Limits`] travel with the account and replace the table's values of the same name.

mod count;
mod cover;
mod fit;
mod language;
mod limits;
mod marks;
mod settings;
mod subtitles;
mod table;
mod validate;

pub use count::{Count, Unit, count};
pub use cover::{CoverPicture, CoverRule, Covered};
pub use fit::ImageFit;
pub use language::LanguageForm;
pub use limits::Limits;
pub use settings::{SettingKind, SettingRule};
pub use subtitles::SubtitlesRule;
pub use table::{CommentRule, DocumentRule, Over, Rule, ShortsRule, ThreadRule, WayRule, rule, rule_for, version};
pub use validate::{Content, Counts, CoverFacts, MediaFacts, PartContent, SubtitleFacts, counts, validate};
