//! People who are tagged in a picture or a reel.

use serde_json::{Value, json};

use super::is_video;
use crate::network::Job;

/// How far down a picture the tags stand: along its lower edge, where they cover least.
const HEIGHT: f64 = 0.9;

/// The tags for the file at `index`, if they belong on it: on the first picture of a carousel, else on its first film.
/// In a picture everybody has a place, which Instagram demands: side by side at even distances. In a film nobody has.
pub(super) fn tags(job: &Job, index: usize) -> Option<(&'static str, String)> {
    let names = job.list_setting("people");
    let tagged = job.media.iter().position(|file| !is_video(&file.mime)).unwrap_or(0);
    let file = job.media.get(index).filter(|_| index == tagged && !names.is_empty())?;
    let names = names.iter().map(|name| name.trim().trim_start_matches('@'));
    let tags: Vec<Value> = if is_video(&file.mime) {
        names.map(|name| json!({"username": name})).collect()
    } else {
        let places = places(names.len());
        names.zip(places).map(|(name, x)| json!({"username": name, "x": x, "y": HEIGHT})).collect()
    };
    Some(("user_tags", json!(tags).to_string()))
}

/// Where so many stand from left to right, between 0 and 1, to a thousandth.
fn places(count: usize) -> impl Iterator<Item = f64> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    (1..=count).map(move |number| (f64::from(number) / f64::from(count + 1) * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use domain::target::Setting;

    use super::*;
    use crate::testing::job;

    fn tagged(mimes: &[&str], names: &[&str]) -> Vec<Option<Value>> {
        let mut job = job("hello", mimes.len());
        for (file, mime) in job.media.iter_mut().zip(mimes) {
            file.mime = (*mime).to_owned();
        }
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        job.settings.insert("people".to_owned(), Setting::List(names));
        let tags = |index| tags(&job, index).map(|(_, tags)| serde_json::from_str(&tags).unwrap());
        (0..mimes.len()).map(tags).collect()
    }

    #[test]
    fn people_stand_side_by_side_along_the_lower_edge() {
        let [Some(tags)] = &tagged(&["image/jpeg"], &["@ada", " ben ", "cleo"])[..] else { panic!("no tags") };
        let tag = |name: &str, x: f64| json!({"username": name, "x": x, "y": 0.9});
        assert_eq!(tags, &json!([tag("ada", 0.25), tag("ben", 0.5), tag("cleo", 0.75)]));
        let all: Vec<f64> = places(20).collect();
        assert!(all.is_sorted_by(|left, right| left < right) && all.iter().all(|x| (0.0..=1.0).contains(x)), "{all:?}");
    }

    #[test]
    fn a_carousel_has_them_on_its_first_picture_and_a_film_without_places() {
        let found = tagged(&["video/mp4", "image/jpeg", "image/jpeg"], &["ada"]);
        assert!(found[0].is_none() && found[1].is_some() && found[2].is_none());
        let films = tagged(&["video/mp4", "video/mp4"], &["ada"]);
        assert_eq!(films, [Some(json!([{"username": "ada"}])), None]);
        assert_eq!(tagged(&["image/jpeg"], &[]), [None]);
    }
}
