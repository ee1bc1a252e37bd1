//! Series as the API shows them.

use api::{ApiResult, Tenant};
use domain::ids::{PostId, SeriesId, UserId};
use domain::media::MediaUse;
use domain::platform::Platform;
use domain::post::{Part, Post, PostStatus, excerpt};
use domain::series::{Missed, Occurrence, RepeatRule, Series, SeriesState};
use domain::when::Schedule;
use jiff::Timestamp;
use serde::Serialize;

use super::AHEAD;
use crate::view::{Cover, MediaView, TargetView, cover, media_views};

/// A post that repeats.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Series)]
pub(crate) struct SeriesView {
    /// Its id.
    id: SeriesId,
    /// Also the `ETag`.
    version: u64,
    /// Whether it goes on.
    state: SeriesState,
    /// What its posts say.
    content: ContentView,
    /// When they go out.
    rule: RepeatRule,
    /// The post that waits; null unless it is active.
    #[schema(required)]
    next: Option<NextPost>,
    /// Its next occurrences by the rule, ten at most. Of a paused series: what would come if it were resumed.
    upcoming: Vec<Occurrence>,
    /// What did not go out, newest first, a hundred at most.
    missed: Vec<Missed>,
    /// How many did not go out in all.
    missed_count: u64,
    /// Who started it.
    created_by: UserId,
    /// When.
    created_at: Timestamp,
    /// When a person last changed it.
    updated_at: Timestamp,
}

/// What every post of a series says, and where.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SeriesContent)]
pub(crate) struct ContentView {
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
    /// Where they go.
    targets: Vec<TargetView>,
}

/// The post that waits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SeriesNextPost)]
pub(crate) struct NextPost {
    /// Its id.
    post_id: PostId,
    /// Which occurrence it is.
    number: u32,
    /// Where it stands; null when somebody deleted it, so that this occurrence is left out.
    #[schema(required)]
    status: Option<PostStatus>,
    /// When it goes out, which a person may have moved; null without one.
    #[schema(required)]
    schedule: Option<Schedule>,
}

/// A series in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct SeriesSummary {
    /// Its id.
    id: SeriesId,
    /// Also the `ETag`.
    version: u64,
    /// Whether it goes on.
    state: SeriesState,
    /// The beginning of its text.
    excerpt: String,
    /// Its first picture.
    #[schema(required)]
    cover: Option<Cover>,
    /// The networks it goes to, one per account.
    platforms: Vec<Platform>,
    /// When its posts go out.
    rule: RepeatRule,
    /// Its next occurrence by the rule; null unless it is active.
    #[schema(required)]
    next: Option<Occurrence>,
    /// How many did not go out in all.
    missed_count: u64,
}

/// The series as the API shows it, with the post that waits.
pub(crate) async fn series_view<P>(tenant: &Tenant<P>, series: Series, post: Option<&Post>) -> ApiResult<SeriesView> {
    let content = &series.content;
    let used = |id: &domain::ids::FileId| content.files.iter().find(|file| file.file_id == *id);
    let media: Vec<&MediaUse> = content.media.iter().filter_map(used).collect();
    let (media, files) =
        tokio::try_join!(media_views(tenant, media), media_views(tenant, content.files.iter().collect()))?;
    let next = series.upcoming.as_ref().map(|upcoming| NextPost {
        post_id: upcoming.post_id,
        number: upcoming.number,
        status: post.map(|post| post.status(tenant.now())),
        schedule: post.and_then(|post| post.schedule.clone()),
    });
    let from = series.upcoming.as_ref().map(|upcoming| upcoming.number);
    let from = from.or_else(|| Some(series.rule.first_after(tenant.now())?.number));
    let upcoming = from.map(|number| series.rule.from_number(number).take(AHEAD).collect());
    let content = series.content;
    Ok(SeriesView {
        id: series.id,
        version: series.version,
        state: series.state,
        content: ContentView {
            text: content.text,
            media,
            thread: content.thread,
            first_comment: content.first_comment,
            files,
            targets: content.targets.into_iter().map(TargetView::from).collect(),
        },
        upcoming: upcoming.unwrap_or_default(),
        rule: series.rule.into(),
        next,
        missed: series.missed.into_iter().rev().collect(),
        missed_count: series.missed_count,
        created_by: series.created_by,
        created_at: series.created_at,
        updated_at: series.updated_at,
    })
}

/// The series as lists show it.
pub(crate) async fn summary<P>(tenant: &Tenant<P>, series: Series) -> ApiResult<SeriesSummary> {
    let content = &series.content;
    let first = content.media.first().and_then(|id| content.files.iter().find(|file| file.file_id == *id));
    Ok(SeriesSummary {
        id: series.id,
        version: series.version,
        state: series.state,
        excerpt: excerpt(&content.text),
        cover: cover(tenant, first).await?,
        platforms: content.targets.iter().map(|target| target.platform).collect(),
        next: series.next_occurrence(),
        rule: series.rule.into(),
        missed_count: series.missed_count,
    })
}
