//! The demo's posts: four weeks published, two weeks ahead, some drafts, one that failed.

use std::collections::BTreeMap;

use domain::delivery::{Delivery, Failure, Receipt};
use domain::ids::PostId;
use domain::media::{File, MediaUse};
use domain::platform::{Class, Platform};
use domain::post::{Post, Target, TargetOutcome};
use domain::when;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use store::{Condition, OrgKey, PageEntry, PageFile};

use crate::demo::{Demo, SLUG, ZONE};

const TEXTS: [&str; 12] = [
    "The kiln is open. Forty-one bowls, two cracked, one better than planned.",
    "Open studio this Saturday, 10 to 4. Coffee is on, clay is soft, children welcome. #opentable",
    "A note on celadon: the green is not a colour we add but what the fire leaves when it runs out of air.",
    "New in the shop: eight breakfast bowls in oatmeal. No two sit the same in the hand.",
    "Throwing day. Thirty kilos of clay, one podcast, no phone.",
    "What a glaze test looks like after eleven tries. The twelfth is in the kiln.",
    "We ship on Mondays and Thursdays. Everything is packed in shredded paper from the school next door.",
    "Workshop places for January are up: two evenings, six people, everything included.",
    "Iron red, reduced at 1280 degrees. It looks brown until the sun gets to it.",
    "From the reader's letters: yes, they go in the dishwasher. We do not tell the bowls.",
    "The wheel got a new belt today. It had the last one for nineteen years.",
    "Slow week, on purpose.",
];

/// Whole days from today, hour of day, index of the text.
const PLAN: [(i32, i8, usize); 22] = [
    (-27, 9, 0),
    (-25, 17, 1),
    (-22, 9, 2),
    (-20, 12, 3),
    (-18, 9, 4),
    (-15, 17, 5),
    (-13, 9, 6),
    (-11, 18, 7),
    (-9, 9, 8),
    (-7, 12, 9),
    (-5, 9, 10),
    (-3, 17, 11),
    (-1, 9, 1),
    (1, 9, 2),
    (2, 17, 3),
    (4, 9, 4),
    (5, 12, 5),
    (7, 9, 0),
    (8, 18, 7),
    (10, 9, 8),
    (12, 17, 6),
    (13, 9, 9),
];

/// Writes them all.
pub(crate) async fn write(demo: &Demo, pictures: &[File]) -> anyhow::Result<()> {
    let zone = TimeZone::get(ZONE)?;
    let now = demo.cloud.clock.now();
    let today = zone.to_datetime(now).date();
    for (index, (days, hour, text)) in PLAN.into_iter().enumerate() {
        let at = zone.to_timestamp(today.checked_add(days.days())?.at(hour, 0, 0, 0))?;
        let picture = pictures.get(index % (pictures.len() + 2));
        let post = demo.post(TEXTS[text], picture, at - SignedDuration::from_hours(40), Some(at));
        demo.deliver(post, at, now, index == 8).await?;
    }
    for (index, text) in [(3, TEXTS[11]), (1, "Idea: a series on handles. Why most of them are too small.")] {
        let draft = demo.post(text, pictures.get(index), now - SignedDuration::from_hours(20), None);
        let write = demo.store.put(&OrgKey::Post(draft.id), &draft, Condition::Absent)?;
        demo.store.transact(vec![write]).await?;
    }
    Ok(())
}

impl Demo {
    fn post(&self, text: &str, picture: Option<&File>, written: Timestamp, at: Option<Timestamp>) -> Post {
        Post {
            id: PostId::new(self.cloud.random.ulid(written)),
            version: 1,
            revision: 1,
            text: text.to_owned(),
            media: picture.iter().map(|file| file.id).collect(),
            thread: Vec::new(),
            first_comment: None,
            files: picture.iter().map(|file| MediaUse::from(*file)).collect(),
            targets: vec![Target::new(self.account, Platform::Page)],
            schedule: at.map(|at| when::immediately(ZONE, at)),
            outcomes: BTreeMap::new(),
            series: None,
            slot: None,
            created_by: self.user,
            created_at: written,
            updated_at: written,
        }
    }

    /// Stores the post with its delivery: waiting if its time is ahead, concluded by the ordinary rules if not.
    async fn deliver(&self, mut post: Post, at: Timestamp, now: Timestamp, fails: bool) -> anyhow::Result<()> {
        let mut delivery = Delivery::new(post.id, self.account, Platform::Page, post.revision, at);
        let mut writes = Vec::new();
        if at <= now {
            let claimed = delivery.claim(1, at, self.cloud.random.ulid(at)).map_err(|_| anyhow::anyhow!("not due"))?;
            let out = at + SignedDuration::from_millis(640);
            let key = claimed.key.clone().map(|key| key.id).unwrap_or_default();
            let result = if fails {
                Err(Failure::Rejected {
                    code: "file-gone".to_owned(),
                    message: "a file of the post is no longer in the media library".to_owned(),
                    advice: "Edit the post: replace the file, then retry.".to_owned(),
                })
            } else {
                writes.extend(self.entry(&post, &key, out)?);
                let permalink = format!("{}/p/{SLUG}/{key}", self.base_url);
                Ok(Receipt { remote_id: key, permalink, published_at: out })
            };
            delivery = claimed.conclude(out, result, Class::Keyed, 0.5);
        }
        let permalink = delivery.receipt.as_ref().map(|receipt| receipt.permalink.clone());
        post.outcomes.insert(self.account, TargetOutcome { state: delivery.state, permalink });
        writes.push(self.store.put(&OrgKey::Post(post.id), &post, Condition::Absent)?);
        writes.push(self.store.put(&OrgKey::Delivery(post.id, self.account), &delivery, Condition::Absent)?);
        self.store.transact(writes).await?;
        Ok(())
    }

    fn entry(&self, post: &Post, key: &str, out: Timestamp) -> anyhow::Result<Vec<store::Write>> {
        let entry = PageEntry {
            id: key.to_owned(),
            post_id: post.id,
            text: post.text.clone(),
            media: post.files.clone(),
            published_at: out,
        };
        let mut writes = vec![self.store.put(&OrgKey::PageEntry(key.to_owned()), &entry, Condition::Absent)?];
        for file in &post.files {
            let shown = PageFile { file_id: file.file_id, mime: file.mime.clone(), thumb: file.thumb };
            writes.push(self.store.put(&OrgKey::PageFile(file.file_id), &shown, Condition::Always)?);
        }
        Ok(writes)
    }
}
