//! One post as one request, and what goes with it.

use domain::delivery::{COMMENT, Failure};
use domain::target::Format;
use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::api::{
    DUPLICATE, METHOD_HEADER, WAITING, encoded, is_code, is_post, posting, rejected, repeated, versioned,
    without_answer,
};
use super::media::Kind;
use super::{Access, Budget, Linkedin, little};
use crate::http::{Effect, Request};
use crate::network::{Attachment, Job, MediaSource, Published, Steps, aside, shown};

/// The step of the post itself, as [`shown`] names it.
pub(super) const POST: &str = "post";
/// Recorded before the request of an organization's post is sent for the first time.
const SENDING: &str = "sending";
/// Longest time for the comment, of which nothing depends.
const COMMENT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(8);
const LONGEST_PAUSE: u64 = 8;

/// What the post is known by once it is out.
pub(super) fn published(urn: &str) -> Published {
    Published { remote_id: urn.to_owned(), permalink: format!("https://www.linkedin.com/feed/update/{urn}/") }
}

impl Linkedin {
    pub(super) async fn publish_post(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        let budget = self.budget();
        let urn = match self.known(job, access, steps).await? {
            Some(urn) => shown(steps, POST, async { Ok(urn) }).await?,
            None => self.make(job, access, steps, media, budget).await?,
        };
        if let Some(comment) = job.first_comment.as_deref() {
            aside(steps, COMMENT, self.comment(&urn, comment, access)).await?;
        }
        Ok(published(&urn))
    }

    /// The post, if an earlier attempt made it.
    async fn known(&self, job: &Job, access: Access<'_>, steps: &dyn Steps) -> Result<Option<String>, Failure> {
        match recorded(steps) {
            Some(urn) => Ok(Some(urn.to_owned())),
            None if job.unsettled && access.is_organization() => self.find(job, access, steps).await,
            None => Ok(None),
        }
    }

    async fn make(
        &self,
        job: &Job,
        access: Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        budget: Budget<'_>,
    ) -> Result<String, Failure> {
        // What cannot become a post is refused before anything is uploaded.
        content(job, &vec![String::new(); job.media.len()], None)?;
        let files = self.upload_all(job, access, steps, media, budget).await?;
        let picture = self.upload_card_picture(job, access, steps, media, budget).await?;
        budget.check_post()?;
        let body = body(job, access, content(job, &files, picture.as_deref())?)?;
        let again = job.unsettled || steps.get(SENDING).is_some();
        if access.is_organization() && !again {
            steps.record(SENDING, self.tools.clock.now().to_string()).await?;
        }
        let result = self.create(&body, access, budget).await;
        let result = match result {
            Err(failure) if is_code(&failure, DUPLICATE) => self.repeat(failure, again, job, access, steps).await,
            other => other,
        };
        shown(steps, POST, async { result }).await
    }

    /// Makes the post. Where its files cannot be asked about, the refusal of those that are not ready is how to wait for
    /// them: it has no effect.
    async fn create(&self, body: &Value, access: Access<'_>, budget: Budget<'_>) -> Result<String, Failure> {
        let mut pause = 1;
        loop {
            let request = posting("/rest/posts", "/rest/posts", access, body.clone());
            match self.send(request, Effect::Visible).await {
                Ok(response) => {
                    let urn = response.header("x-restli-id").filter(|urn| is_post(urn)).map(str::to_owned);
                    let unnamed = || without_answer("LinkedIn did not name the post".to_owned(), Effect::Visible);
                    return urn.ok_or_else(unnamed);
                }
                Err(Failure::Transient { message }) if message.starts_with(WAITING) => {
                    budget.check(&message)?;
                    budget.pause(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// What to make of a post that LinkedIn calls a repeat: ours from an earlier attempt, if it can be read and is the
    /// same. LinkedIn goes on naming posts that were deleted, so the name alone proves nothing.
    async fn repeat(
        &self,
        failure: Failure,
        again: bool,
        job: &Job,
        access: Access<'_>,
        steps: &dyn Steps,
    ) -> Result<String, Failure> {
        let Some(urn) = repeated(failure.message()).map(str::to_owned) else { return Err(failure) };
        if again && access.is_organization() {
            return match self.read(&urn, access).await {
                Ok(post) if post.is_of(job, access, steps) => Ok(urn),
                Ok(_) => Err(failure),
                Err(absent) if is_code(&absent, "not-found") => Err(failure),
                // The earlier attempt may have landed: look again later.
                Err(other) => Err(other.in_doubt()),
            };
        }
        let message = format!("LinkedIn says it has this post already: {}", published(&urn).permalink);
        Err(rejected(DUPLICATE, message, "Look there. To post it again, change the text or wait a while."))
    }

    async fn comment(&self, urn: &str, text: &str, access: Access<'_>) -> Result<String, Failure> {
        const ROUTE: &str = "/rest/socialActions/{urn}/comments";
        let path = format!("/rest/socialActions/{}/comments", encoded(urn));
        // Comments are plain text: nothing is escaped.
        let body = json!({"actor": access.author, "object": urn, "message": {"text": text}});
        let request = Request { timeout: COMMENT_TIMEOUT, ..posting(&path, ROUTE, access, body) };
        let response = self.send(request, Effect::Visible).await?;
        let named = response.json::<Value>().and_then(|body| body["commentUrn"].as_str().map(str::to_owned));
        let named = named.or_else(|| response.header("x-restli-id").map(str::to_owned));
        named.ok_or_else(|| without_answer("LinkedIn did not name the comment".to_owned(), Effect::Visible))
    }

    pub(super) async fn delete_post(&self, urn: &str, access: Access<'_>) -> Result<(), Failure> {
        let path = format!("/rest/posts/{}", encoded(urn));
        let request = versioned(Method::DELETE, &path, "/rest/posts/{urn}", access).header(METHOD_HEADER, "DELETE");
        match self.send(request, Effect::None).await {
            Err(failure) if !is_code(&failure, "not-found") => Err(failure),
            _ => Ok(()),
        }
    }
}

/// The post that an earlier attempt recorded.
pub(super) fn recorded(steps: &dyn Steps) -> Option<&str> {
    steps.get(&format!("{}{POST}", domain::delivery::OUT))
}

fn body(job: &Job, access: Access<'_>, content: Option<Value>) -> Result<Value, Failure> {
    let visibility = match job.text_setting("visibility") {
        Some("connections") if access.is_organization() => {
            let message = "an organization's posts are public";
            return Err(rejected("visibility", message, "Choose public visibility."));
        }
        Some("connections") => "CONNECTIONS",
        Some("logged_in") => "LOGGED_IN",
        _ => "PUBLIC",
    };
    let mut body = json!({
        "author": access.author,
        "commentary": little::escape(&job.text),
        "visibility": visibility,
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": job.flag("no_reshare"),
    });
    if let Some(content) = content {
        body["content"] = content;
    }
    Ok(body)
}

/// What the post shows beside its text: exactly one of poll, link card (with `picture`), and files of one kind.
fn content(job: &Job, files: &[String], picture: Option<&str>) -> Result<Option<Value>, Failure> {
    if job.format != Format::Post || !job.thread.is_empty() {
        let message = "LinkedIn has posts only: neither stories, reels nor threads";
        return Err(rejected("format", message, "Make it an ordinary post for LinkedIn."));
    }
    let (options, link) = (job.list_setting("poll"), job.text_setting("link"));
    let kinds: Vec<Kind> = job.media.iter().map(Kind::of).collect();
    let pictures_only = kinds.iter().all(|kind| *kind == Kind::Picture);
    match (options.is_empty(), link, job.media.as_slice()) {
        (false, None, []) => poll(job, options).map(Some),
        (true, Some(link), []) => Ok(Some(card(job, link, picture))),
        (true, None, []) => Ok(None),
        (true, None, [one]) => single(job, one, kinds[0], files).map(Some),
        (true, None, many) if pictures_only => {
            let images = many.iter().zip(files).map(|(image, urn)| described(json!({"id": urn}), image));
            Ok(Some(json!({"multiImage": {"images": images.collect::<Vec<_>>()}})))
        }
        _ => {
            let message = "LinkedIn shows either a poll, a link card, pictures, one video or one document";
            Err(rejected("content", message, "Keep one of them for LinkedIn."))
        }
    }
}

fn described(mut image: Value, attachment: &Attachment) -> Value {
    if !attachment.alt.is_empty() {
        image["altText"] = json!(attachment.alt);
    }
    image
}

fn single(job: &Job, attachment: &Attachment, kind: Kind, files: &[String]) -> Result<Value, Failure> {
    let media = json!({"id": files.first()});
    Ok(json!({"media": match kind {
        Kind::Picture => described(media, attachment),
        Kind::Video => {
            let mut media = media;
            if let Some(title) = job.text_setting("video_title") {
                media["title"] = json!(title);
            }
            media
        }
        Kind::Document => {
            let title = job.text_setting("document_title").ok_or_else(|| {
                rejected("document-title", "LinkedIn shows a document with its title", "Give the document a title.")
            })?;
            let mut media = media;
            media["title"] = json!(title);
            media
        }
    }}))
}

/// The network never looks at the link: what the card shows is what it is given.
fn card(job: &Job, link: &str, picture: Option<&str>) -> Value {
    let host = Url::parse(link).ok().and_then(|url| url.host_str().map(str::to_owned));
    let title = job.text_setting("link_title").map(str::to_owned).or(host);
    let mut article = json!({"source": link, "title": title.unwrap_or_else(|| link.to_owned())});
    if let Some(description) = job.text_setting("link_description") {
        article["description"] = json!(description);
    }
    if let Some(picture) = picture {
        article["thumbnail"] = json!(picture);
    }
    json!({"article": article})
}

fn poll(job: &Job, options: &[String]) -> Result<Value, Failure> {
    let question = job.text_setting("poll_question").ok_or_else(|| {
        rejected("poll-question", "a poll at LinkedIn has a question of its own", "Write the poll's question.")
    })?;
    let duration = match job.text_setting("poll_duration") {
        Some("1d") => "ONE_DAY",
        Some("7d") => "SEVEN_DAYS",
        Some("14d") => "FOURTEEN_DAYS",
        _ => "THREE_DAYS",
    };
    let options: Vec<Value> = options.iter().map(|text| json!({"text": text})).collect();
    Ok(json!({"poll": {"question": question, "options": options, "settings": {"duration": duration}}}))
}
