//! What several handlers share: loading a post with what it names, and storing a plan.

use std::collections::BTreeMap;

use api::{ApiError, ApiResult, Tenant};
use domain::account::Account;
use domain::composition::Composition;
use domain::delivery::Delivery;
use domain::ids::{AccountId, FileId, PostId};
use domain::media::{File, MediaUse, UsedBy};
use domain::org::Organization;
use domain::plan::{DeliveryChange, Hindrance, Plan};
use domain::post::{ChosenCover, ChosenSubtitles, Format, HeldSlot, Part, Post, Settings, Target};
use domain::problem::Problem;
use domain::slots::SlotReservation;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::{Condition, OrgKey, Write};

use crate::timing::ScheduleInput;

/// How long a reservation stays after its slot has passed.
const SLOT_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the user writes.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostInput {
    /// Text for every account without one of its own.
    pub(crate) text: String,
    /// Media for every account without its own, in order.
    #[serde(default)]
    #[schema(required)]
    pub(crate) media: Vec<FileId>,
    /// What follows as a thread, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) thread: Vec<Part>,
    /// The first comment, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_comment: Option<String>,
    /// Where it goes.
    #[serde(default)]
    #[schema(required)]
    pub(crate) targets: Vec<TargetInput>,
}

/// A new post, and when it goes out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPost {
    /// Text for every account without one of its own.
    text: String,
    /// Media for every account without its own, in order.
    #[serde(default)]
    #[schema(required)]
    media: Vec<FileId>,
    /// What follows as a thread, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thread: Vec<Part>,
    /// The first comment, for every account without one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_comment: Option<String>,
    /// Where it goes.
    #[serde(default)]
    #[schema(required)]
    targets: Vec<TargetInput>,
    /// When it goes out, for editors and above; absent = it stays a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schedule: Option<ScheduleInput>,
}

impl NewPost {
    /// What is written, and when it is to go out.
    pub(crate) fn parts(self) -> (PostInput, Option<ScheduleInput>) {
        let Self { text, media, thread, first_comment, targets, schedule } = self;
        (PostInput { text, media, thread, first_comment, targets }, schedule)
    }
}

/// An account a post goes to, and what differs for it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetInput {
    /// The account.
    pub(crate) account_id: AccountId,
    /// Text for this account; null = the post's.
    #[schema(required)]
    pub(crate) text: Option<String>,
    /// Media for this account; null = the post's.
    #[schema(required)]
    pub(crate) media: Option<Vec<FileId>>,
    /// What follows as a thread at this account; absent = the post's, empty = nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) thread: Option<Vec<Part>>,
    /// The first comment at this account; absent = the post's, empty = none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_comment: Option<String>,
    /// What it becomes there; absent = an ordinary post.
    #[serde(default, skip_serializing_if = "Format::is_post")]
    pub(crate) format: Format,
    /// The network's own settings, by the names that the rule table gives them.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, domain::target::Setting>, required = false)]
    pub(crate) settings: Settings,
    /// What stands for its film until it plays, or on its link's card; absent = what the network takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cover: Option<ChosenCover>,
    /// Subtitles for its film, each in another language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) subtitles: Vec<ChosenSubtitles>,
}

/// A post's content with everything it names, loaded.
pub(crate) struct Loaded {
    pub(crate) targets: Vec<Target>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) files: Vec<File>,
    require_alt_text: bool,
}

impl Loaded {
    /// Loads what `input` names, in one round trip.
    pub(crate) async fn of<P>(tenant: &Tenant<P>, input: &PostInput) -> ApiResult<Self> {
        let accounts = unique(input.targets.iter().map(|target| OrgKey::Account(target.account_id)));
        let plain: Vec<Target> = input.targets.iter().map(|target| resolve(target, &[])).collect();
        let named = Post::file_ids(&input.media, &input.thread, &plain);
        let files = unique(named.into_iter().map(OrgKey::File));
        // Only files raise the question whether a description is demanded.
        let organization = if files.is_empty() { None } else { Some(OrgKey::Org) };
        let keys: Vec<OrgKey> = accounts.iter().chain(&files).chain(&organization).cloned().collect();
        let mut found = tenant.store.get_together(&keys).await?;
        let accounts: Vec<Account> = found.take(&accounts)?;
        let files: Vec<File> = found.take(&files)?;
        let organization: Option<Organization> = found.take_one(&OrgKey::Org)?;
        let targets = input.targets.iter().map(|target| resolve(target, &accounts)).collect();
        let require_alt_text = organization.is_some_and(|organization| organization.require_alt_text);
        Ok(Self { targets, accounts, files, require_alt_text })
    }

    /// What `input` names, among what was loaded for several.
    pub(crate) fn among(input: &PostInput, accounts: Vec<Account>, files: Vec<File>, require_alt_text: bool) -> Self {
        let targets = input.targets.iter().map(|target| resolve(target, &accounts)).collect();
        Self { targets, accounts, files, require_alt_text }
    }

    /// The same for an input that names less.
    pub(crate) fn narrowed(self, input: &PostInput) -> Self {
        let targets = input.targets.iter().map(|target| resolve(target, &self.accounts)).collect();
        Self { targets, ..self }
    }

    /// The whole, for the rules.
    pub(crate) fn composition<'a>(&'a self, input: &'a PostInput) -> Composition<'a> {
        Composition {
            text: &input.text,
            media: &input.media,
            thread: &input.thread,
            first_comment: input.first_comment.as_deref(),
            targets: &self.targets,
            accounts: &self.accounts,
            files: &self.files,
            require_alt_text: self.require_alt_text,
        }
    }

    /// The copies of the files' facts that the post keeps.
    pub(crate) fn media_uses(&self, input: &PostInput) -> Vec<MediaUse> {
        let ids = Post::file_ids(&input.media, &input.thread, &self.targets);
        ids.iter().filter_map(|id| self.files.iter().find(|file| file.id == *id)).map(MediaUse::from).collect()
    }

    /// Notes on each file that the post uses it, so that it is not deleted under the post's feet.
    pub(crate) fn note_uses<P>(&self, tenant: &Tenant<P>, post: PostId) -> ApiResult<Vec<Write>> {
        Ok(tenant.store.note_use(&self.files, &[UsedBy::Post(post)])?)
    }
}

/// An account that does not exist keeps its place, for the rules to point at; its network is not used.
fn resolve(target: &TargetInput, accounts: &[Account]) -> Target {
    let account = accounts.iter().find(|account| account.id == target.account_id);
    Target {
        account_id: target.account_id,
        platform: account.map_or(domain::platform::Platform::Page, |account| account.platform),
        text: target.text.clone(),
        media: target.media.clone(),
        thread: target.thread.clone(),
        first_comment: target.first_comment.clone(),
        format: target.format,
        settings: target.settings.clone(),
        cover: target.cover,
        subtitles: target.subtitles.clone(),
    }
}

impl TargetInput {
    /// An account that gets the post as it is.
    pub(crate) fn plain(account: AccountId) -> Self {
        // Only the account counts: nothing of the network is in the input.
        Self::from(&Target::new(account, domain::platform::Platform::Page))
    }
}

impl From<&Target> for TargetInput {
    fn from(target: &Target) -> Self {
        Self {
            account_id: target.account_id,
            text: target.text.clone(),
            media: target.media.clone(),
            thread: target.thread.clone(),
            first_comment: target.first_comment.clone(),
            format: target.format,
            settings: target.settings.clone(),
            cover: target.cover,
            subtitles: target.subtitles.clone(),
        }
    }
}

/// The input that would write this post.
pub(crate) fn input_of(post: &Post) -> PostInput {
    PostInput {
        text: post.text.clone(),
        media: post.media.clone(),
        thread: post.thread.clone(),
        first_comment: post.first_comment.clone(),
        targets: post.targets.iter().map(TargetInput::from).collect(),
    }
}

/// A post with its deliveries.
pub(crate) async fn load<P>(tenant: &Tenant<P>, id: PostId) -> ApiResult<(Post, Vec<Delivery>)> {
    tenant.store.post(id).await?.ok_or_else(ApiError::not_found)
}

/// That nothing in `problems` stops the action.
pub(crate) fn must_be_fine(problems: Vec<Problem>) -> ApiResult<()> {
    if problems.iter().any(Problem::is_error) { Err(ApiError::rule_broken(problems)) } else { Ok(()) }
}

/// A draft of this content.
pub(crate) fn draft<P>(tenant: &Tenant<P>, input: PostInput, loaded: &Loaded) -> Post {
    let now = tenant.now();
    Post {
        id: PostId::new(tenant.ulid()),
        version: 1,
        revision: 1,
        files: loaded.media_uses(&input),
        text: input.text,
        media: input.media,
        thread: input.thread,
        first_comment: input.first_comment,
        targets: loaded.targets.clone(),
        schedule: None,
        outcomes: BTreeMap::new(),
        series: None,
        slot: None,
        created_by: tenant.caller.user,
        created_at: now,
        updated_at: now,
    }
}

/// The writes of a plan: all under the condition that nothing moved since it was read.
pub(crate) fn writes_of<P>(tenant: &Tenant<P>, before: &Post, plan: &Plan) -> ApiResult<Vec<Write>> {
    let mut writes = writes_under(tenant, plan, Condition::Version(before.version))?;
    // Right behind the post, where whoever takes a slot looks for its conflict.
    writes.splice(1..1, slot_writes(tenant, before, plan.post.slot)?);
    Ok(writes)
}

/// The writes of a plan for a post that is new.
pub(crate) fn writes_of_new<P>(tenant: &Tenant<P>, plan: &Plan) -> ApiResult<Vec<Write>> {
    writes_under(tenant, plan, Condition::Absent)
}

fn writes_under<P>(tenant: &Tenant<P>, plan: &Plan, condition: Condition) -> ApiResult<Vec<Write>> {
    let mut writes = vec![tenant.store.put(&OrgKey::Post(plan.post.id), &plan.post, condition)?];
    for change in &plan.deliveries {
        writes.extend(delivery_write(tenant, plan.post.id, change)?);
    }
    Ok(writes)
}

/// The writes that remove a post from here: all under the condition that nothing moved since it was read.
pub(crate) fn removal_of<P>(tenant: &Tenant<P>, post: &Post, changes: &[DeliveryChange]) -> ApiResult<Vec<Write>> {
    let mut writes = vec![tenant.store.delete(&OrgKey::Post(post.id), Condition::Version(post.version))];
    writes.extend(slot_writes(tenant, post, None)?);
    for change in changes {
        writes.extend(delivery_write(tenant, post.id, change)?);
    }
    Ok(writes)
}

/// Takes the slot that a post is to hold, where it is free, and then gives back the one it held.
fn slot_writes<P>(tenant: &Tenant<P>, before: &Post, wanted: Option<HeldSlot>) -> ApiResult<Vec<Write>> {
    let mut writes = Vec::new();
    if before.slot == wanted {
        return Ok(writes);
    }
    if let Some(HeldSlot { account_id, at }) = wanted {
        let reservation = SlotReservation { account_id, at, post_id: before.id, expires: (at + SLOT_KEPT).as_second() };
        writes.push(tenant.store.put(&OrgKey::Slot(account_id, at), &reservation, Condition::Absent)?);
    }
    if let Some(HeldSlot { account_id, at }) = before.slot {
        // Once a slot has passed its reservation may be gone; nobody else can have taken it.
        writes.push(tenant.store.delete(&OrgKey::Slot(account_id, at), Condition::Always));
    }
    Ok(writes)
}

pub(crate) fn delivery_write<P>(tenant: &Tenant<P>, post: PostId, change: &DeliveryChange) -> ApiResult<Option<Write>> {
    let condition = change.before.as_ref().map_or(Condition::Absent, Condition::unmoved);
    let delivery = change.after.as_ref().or(change.before.as_ref());
    let Some(key) = delivery.map(|delivery| OrgKey::Delivery(post, delivery.account_id)) else { return Ok(None) };
    Ok(Some(match &change.after {
        Some(after) => tenant.store.put(&key, after, condition)?,
        None => tenant.store.delete(&key, condition),
    }))
}

/// Stores a plan; `what` is what the user wanted, for the refusal when a publication got ahead.
pub(crate) async fn commit<P>(tenant: &Tenant<P>, writes: Vec<Write>) -> ApiResult<()> {
    tenant.store.transact(writes).await.map_err(|error| {
        if error.is_conflict_at(0) {
            ApiError::stale_version()
        } else if error.is_conflict() {
            ApiError::conflict(
                "It began to go out, or a file was deleted, just now. Load it again to see where it stands.",
            )
        } else {
            error.into()
        }
    })
}

/// What a refused change tells the user.
pub(crate) fn refused(hindrance: Hindrance) -> ApiError {
    match hindrance {
        Hindrance::UnderWay => ApiError::conflict(
            "It is going out, or may be out already. Wait for its deliveries, or duplicate the post.",
        ),
        Hindrance::Published => {
            ApiError::conflict("It is published. Publishing never happens twice: duplicate the post to send it again.")
        }
        Hindrance::NeverOut => {
            ApiError::conflict("It surely did not arrive, so it cannot be there. Send it again, or duplicate the post.")
        }
        Hindrance::NotThere => ApiError::not_found(),
    }
}

fn unique(keys: impl Iterator<Item = OrgKey>) -> Vec<OrgKey> {
    let mut seen = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    // A batch reads at most 100; what is beyond breaks the size rules anyway.
    seen.truncate(100);
    seen
}
