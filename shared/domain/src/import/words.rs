//! What the page calls the choices of networks' settings: a sheet may say them in the same words.

use std::sync::LazyLock;

use serde_json::Value;

use crate::platform::Platform;

/// The page's own catalogue, so that nobody has to keep two of them alike. Read when a cell is first not understood
/// otherwise.
static CATALOGUE: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../../frontend/src/locales/en/networks.json");
    serde_json::from_str(text).expect("the page's catalogue is JSON")
});

/// What the page calls a choice; nothing where it has no word for it.
pub(super) fn choice(platform: Platform, setting: &str, value: &str) -> Option<&'static str> {
    let choices = &CATALOGUE["choice"];
    [platform.as_str(), "any"].into_iter().find_map(|whose| choices[whose][setting][value].as_str())
}
