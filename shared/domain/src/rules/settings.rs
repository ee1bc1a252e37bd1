//! A network's own settings, such as who may see a post.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::language::LanguageForm;
use crate::target::Format;

/// What a setting's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// One of the table's choices.
    Choice,
    /// A text.
    Text,
    /// On or off; off when it is not set.
    Flag,
    /// Several texts.
    List,
    /// A value that the network offers the account.
    Remote,
}

/// One setting of a network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingRule {
    /// Its name.
    pub name: String,
    /// What its value is.
    pub kind: SettingKind,
    /// Whether a value has to be chosen.
    #[serde(default)]
    pub required: bool,
    /// What can be chosen.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What is taken when nothing is chosen.
    pub default: Option<String>,
    /// Longest text, in UTF-16 code units.
    pub text_max: Option<usize>,
    /// Fewest items.
    pub items_min: Option<usize>,
    /// Most items.
    pub items_max: Option<usize>,
    /// Longest item, in UTF-16 code units.
    pub item_max: Option<usize>,
    /// Longest list, in UTF-16 code units of all items and the commas between. An item with a space
    /// counts two more, for its quotes.
    pub total_max: Option<usize>,
    /// Characters that the network refuses in it.
    pub forbidden_characters: Option<String>,
    /// Whether the text has to be an address.
    #[serde(default)]
    pub url: bool,
    /// The form of a language's name that the text has to have.
    pub language: Option<LanguageForm>,
    /// The formats that have it; none = all.
    #[serde(default)]
    pub formats: Vec<Format>,
    /// Whether it cannot be together with files or another such setting.
    #[serde(default)]
    pub alone: bool,
    /// The setting, or the kind of file, with which it is required.
    pub required_with: Option<String>,
    /// The setting, or `files` or `video`, without which it has no effect.
    pub only_with: Option<String>,
    /// Settings of which one has to be on when this is.
    #[serde(default)]
    pub needs_one: Vec<String>,
    /// Values of other settings with which it cannot be.
    #[serde(default)]
    pub excludes: BTreeMap<String, String>,
    /// Whether its length counts as part of the text.
    #[serde(default)]
    pub counts: bool,
    /// Whether a post without text and files makes sense with it.
    #[serde(default)]
    pub instead_of_text: bool,
}
