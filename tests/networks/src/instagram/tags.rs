//! People who are tagged in a picture or a reel.

use serde_json::Value;

use crate::graph::Refusal;

const PEOPLE_MAX: usize = 20;

/// Who is tagged by `user_tags`, and where: only what is a picture has places, and there each has one.
pub(super) fn tagged(tags: Option<&str>, places: bool) -> Result<Option<String>, Refusal> {
    let Some(tags) = tags else { return Ok(None) };
    let tags: Vec<Value> =
        serde_json::from_str(tags).map_err(|_| Refusal::parameter("user_tags must be a list of objects"))?;
    if tags.len() > PEOPLE_MAX {
        return Err(Refusal::new(100, 2_207_040, "Too many user tags."));
    }
    let words: Result<Vec<String>, Refusal> = tags.iter().map(|tag| word(tag, places)).collect();
    Ok(Some(words?.join(", ")))
}

fn word(tag: &Value, places: bool) -> Result<String, Refusal> {
    let name = tag["username"].as_str().filter(|name| !name.is_empty() && !name.contains(['@', ' ']));
    let name = name.ok_or_else(|| Refusal::parameter("user_tags needs usernames"))?;
    match (places, tag["x"].as_f64(), tag["y"].as_f64()) {
        (true, Some(x), Some(y)) if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) => {
            Ok(format!("{name} at {x} {y}"))
        }
        (true, ..) => Err(Refusal::parameter("user_tags needs x and y between 0 and 1")),
        (false, None, None) => Ok(name.to_owned()),
        (false, ..) => Err(Refusal::parameter("user_tags takes no x and y here")),
    }
}
