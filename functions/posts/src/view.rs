//! Posts as the API shows them.

use api::{ApiResult, Tenant};
use domain::delivery::{Attempt, Decision, Delivery, DeliveryError, DeliveryState, Shortfall, TakenDown};
use domain::ids::{AccountId, FileId, PostId, UserId};
use domain::listed::PostInList;
use domain::media::{MediaUse, object_name, thumb_name};
use domain::platform::Platform;
use domain::post::{
    ChosenCover, ChosenSubtitles, Format, HeldSlot, OccurrenceOf, Part, Post, PostStatus, Settings, Target,
};
use domain::when::Schedule;
use jiff::Timestamp;
use serde::Serialize;

/// A post.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostView {
    /// Its id.
    id: PostId,
    /// Also the `ETag`.
    version: u64,
    /// Counts changes of content, targets and time.
    revision: u64,
    /// Where it stands as a whole.
    status: PostStatus,
    /// Text for every account without one of its own.
    text: String,
    /// Media for every account without its own, in order.
    media: Vec<MediaView>,
    /// What follows as a thread, for every account without one of its own.
    thread: Vec<Part>,
    /// The first comment, for every account without one of its own.
    #[schema(required)]
    first_comment: Option<String>,
    /// Facts of every file that body and variants name.
    files: Vec<MediaView>,
    /// Where it goes.
    targets: Vec<TargetView>,
    /// When it goes or went out; null for a draft.
    #[schema(required)]
    schedule: Option<Schedule>,
    /// The life of each delivery.
    deliveries: Vec<DeliveryView>,
    /// The series it is an occurrence of.
    #[schema(required)]
    series: Option<OccurrenceOf>,
    /// The slot it was queued into.
    #[schema(required)]
    slot: Option<HeldSlot>,
    /// Who wrote it.
    created_by: UserId,
    /// When.
    created_at: Timestamp,
    /// When a person last changed it.
    updated_at: Timestamp,
}

/// A file as a post uses it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PostMedia)]
pub(crate) struct MediaView {
    /// The file.
    file_id: FileId,
    /// Its MIME type.
    #[serde(rename = "type")]
    mime: String,
    /// Alternative text when the post was saved.
    alt: String,
    /// An address to read it from, for an hour.
    url: String,
    /// An address of its thumbnail, for an hour.
    #[schema(required)]
    thumb_url: Option<String>,
    /// Pixels.
    #[schema(required)]
    width: Option<u32>,
    /// Pixels.
    #[schema(required)]
    height: Option<u32>,
}

/// An account a post goes to, and what differs for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PostTarget)]
pub(crate) struct TargetView {
    /// The account.
    account_id: AccountId,
    /// Its network.
    platform: Platform,
    /// Text for this account; null = the post's.
    #[schema(required)]
    text: Option<String>,
    /// Media for this account; null = the post's.
    #[schema(required)]
    media: Option<Vec<FileId>>,
    /// What follows as a thread at this account; null = the post's.
    #[schema(required)]
    thread: Option<Vec<Part>>,
    /// The first comment at this account; null = the post's.
    #[schema(required)]
    first_comment: Option<String>,
    /// What it becomes there.
    format: Format,
    /// The network's own settings.
    #[schema(value_type = std::collections::HashMap<String, domain::target::Setting>)]
    settings: Settings,
    /// What stands for its film until it plays, or on its link's card; null = what the network takes.
    #[schema(required)]
    cover: Option<ChosenCover>,
    /// Subtitles for its film, each in another language.
    subtitles: Vec<ChosenSubtitles>,
}

impl From<Target> for TargetView {
    fn from(target: Target) -> Self {
        Self {
            account_id: target.account_id,
            platform: target.platform,
            text: target.text,
            media: target.media,
            thread: target.thread,
            first_comment: target.first_comment,
            format: target.format,
            settings: target.settings,
            cover: target.cover,
            subtitles: target.subtitles,
        }
    }
}

/// The life of one post at one account: its receipt.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    /// The account.
    account_id: AccountId,
    /// Its network.
    platform: Platform,
    /// Where it stands.
    state: DeliveryState,
    /// When it was wanted out.
    due_at: Timestamp,
    /// When the network confirmed it; null when only a person did.
    #[schema(required)]
    published_at: Option<Timestamp>,
    /// Milliseconds from due to out.
    #[schema(required)]
    late_ms: Option<i64>,
    /// Whether it went out noticeably late.
    late: bool,
    /// Whether it should have ended more than five minutes ago, and is still being tried.
    overdue: bool,
    /// Its id at the network; null when only a person confirmed it.
    #[schema(required)]
    remote_id: Option<String>,
    /// Its address at the network.
    #[schema(required)]
    permalink: Option<String>,
    /// Why it is not out.
    #[schema(required)]
    error: Option<DeliveryError>,
    /// When it is tried next.
    #[schema(required)]
    next_attempt_at: Option<Timestamp>,
    /// What a person last decided while its outcome was unknown.
    #[schema(required)]
    decision: Option<Decision>,
    /// That a person took it down after it was out.
    #[schema(required)]
    taken_down: Option<TakenDown>,
    /// What is missing beside the post, or may be, although it is out; once it was taken down, what may be left of it.
    shortfalls: Vec<Shortfall>,
    /// Every attempt, oldest first.
    attempts: Vec<Attempt>,
}

/// A post in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct PostSummary {
    /// Its id.
    id: PostId,
    /// Also the `ETag`.
    version: u64,
    /// Where it stands as a whole.
    status: PostStatus,
    /// The beginning of its text.
    excerpt: String,
    /// Its first picture.
    #[schema(required)]
    cover: Option<Cover>,
    /// When it goes or went out; null for a draft.
    #[schema(required)]
    schedule: Option<Schedule>,
    /// Where it goes, and where each stands.
    targets: Vec<TargetSummary>,
    /// The series it is an occurrence of.
    #[schema(required)]
    series: Option<OccurrenceOf>,
    /// When it was written.
    created_at: Timestamp,
    /// When a person last changed it.
    updated_at: Timestamp,
}

/// The first picture of a post.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Cover {
    /// The file.
    file_id: FileId,
    /// An address of its thumbnail, for an hour.
    thumb_url: String,
}

/// A target in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct TargetSummary {
    /// The account.
    account_id: AccountId,
    /// Its network.
    platform: Platform,
    /// Where its delivery stands; `pending` before there is one.
    state: DeliveryState,
    /// Its address at the network.
    #[schema(required)]
    permalink: Option<String>,
}

/// The post as the API shows it.
pub(crate) async fn post_view<P>(tenant: &Tenant<P>, post: Post, deliveries: Vec<Delivery>) -> ApiResult<PostView> {
    let now = tenant.now();
    let status = post.status(now);
    let media: Vec<&MediaUse> = post.media.iter().filter_map(|id| post.file(*id)).collect();
    let media = media_views(tenant, media).await?;
    let files = media_views(tenant, post.files.iter().collect()).await?;
    let deliveries = deliveries.into_iter().map(|delivery| delivery_view(&post, delivery, now)).collect();
    Ok(PostView {
        id: post.id,
        version: post.version,
        revision: post.revision,
        status,
        text: post.text,
        media,
        thread: post.thread,
        first_comment: post.first_comment,
        files,
        targets: post.targets.into_iter().map(TargetView::from).collect(),
        schedule: post.schedule,
        deliveries,
        series: post.series,
        slot: post.slot,
        created_by: post.created_by,
        created_at: post.created_at,
        updated_at: post.updated_at,
    })
}

pub(crate) async fn media_views<P>(tenant: &Tenant<P>, uses: Vec<&MediaUse>) -> ApiResult<Vec<MediaView>> {
    let mut views = Vec::with_capacity(uses.len());
    for media in uses {
        let objects = tenant.cloud.objects();
        let url = objects.presign_get(&tenant.scope(), &object_name(media.file_id, &media.mime)).await?;
        let thumb_url = thumb_url(tenant, media).await?;
        views.push(MediaView {
            file_id: media.file_id,
            mime: media.mime.clone(),
            alt: media.alt.clone(),
            url,
            thumb_url,
            width: media.width,
            height: media.height,
        });
    }
    Ok(views)
}

pub(crate) async fn thumb_url<P>(tenant: &Tenant<P>, media: &MediaUse) -> ApiResult<Option<String>> {
    if !media.thumb {
        return Ok(None);
    }
    Ok(Some(tenant.cloud.objects().presign_get(&tenant.scope(), &thumb_name(media.file_id)).await?))
}

fn delivery_view(post: &Post, delivery: Delivery, now: Timestamp) -> DeliveryView {
    let target = post.targets.iter().find(|target| target.account_id == delivery.account_id);
    let commented = target.is_some_and(|target| post.first_comment_for(target).is_some());
    let permalink = delivery.permalink().map(str::to_owned);
    let put_off = delivery.state == DeliveryState::Pending && delivery.wake_at > Some(delivery.due_at);
    let waits_again = put_off || delivery.state == DeliveryState::Retrying;
    DeliveryView {
        late_ms: delivery.late_ms(),
        late: delivery.is_late(),
        overdue: delivery.is_overdue(now),
        shortfalls: delivery.shortfalls(commented),
        account_id: delivery.account_id,
        platform: delivery.platform,
        state: delivery.state,
        due_at: delivery.due_at,
        published_at: delivery.receipt.as_ref().map(|receipt| receipt.published_at),
        remote_id: delivery.receipt.as_ref().map(|receipt| receipt.remote_id.clone()),
        permalink,
        decision: delivery.decision,
        taken_down: delivery.taken_down,
        error: delivery.error,
        next_attempt_at: delivery.wake_at.filter(|_| waits_again),
        attempts: delivery.attempts,
    }
}

/// The post as lists show it.
pub(crate) async fn summary<P>(tenant: &Tenant<P>, listed: PostInList, now: Timestamp) -> ApiResult<PostSummary> {
    let status = listed.status(now);
    let PostInList { version, mut outcomes, post } = listed;
    let cover = match post.cover {
        Some(file_id) => {
            let thumb_url = tenant.cloud.objects().presign_get(&tenant.scope(), &thumb_name(file_id)).await?;
            Some(Cover { file_id, thumb_url })
        }
        None => None,
    };
    let target = |(account_id, platform)| {
        let outcome = outcomes.remove(&account_id);
        let state = outcome.as_ref().map_or(DeliveryState::Pending, |outcome| outcome.state);
        TargetSummary { account_id, platform, state, permalink: outcome.and_then(|outcome| outcome.permalink) }
    };
    Ok(PostSummary {
        id: post.id,
        version,
        status,
        excerpt: post.excerpt,
        cover,
        targets: post.targets.into_iter().map(target).collect(),
        schedule: post.schedule,
        series: post.series,
        created_at: post.created_at,
        updated_at: post.updated_at,
    })
}

/// The picture that stands for a post in a list.
pub(crate) async fn cover<P>(tenant: &Tenant<P>, first: Option<&MediaUse>) -> ApiResult<Option<Cover>> {
    let Some(media) = first else { return Ok(None) };
    Ok(thumb_url(tenant, media).await?.map(|thumb_url| Cover { file_id: media.file_id, thumb_url }))
}
