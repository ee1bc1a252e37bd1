//! Containers: made from a part of a job, waited for, and recorded, so that each is published at most once.

use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{NOT_YET, Threads, access};
use crate::graph::{Fields, Patience, is_gone, rejected};
use crate::http::Effect;
use crate::network::{Attachment, Job, MediaSource, Steps};
use crate::token::Token;

/// Containers end after a day; one that is nearly as old is made anew.
const KEPT: SignedDuration = SignedDuration::from_hours(23);
/// Longest description, in characters.
const ALT_MAX: usize = 1000;
/// Reasons for which another container may succeed.
const PASSING: [&str; 4] =
    ["FAILED_DOWNLOADING_VIDEO", "FAILED_PROCESSING_AUDIO", "FAILED_PROCESSING_VIDEO", "UNKNOWN"];
const MEDIA_ADVICE: &str = "Save the file anew: MP4 with H.264 and AAC, 23 to 60 pictures a second, up to five minutes; \
    pictures as JPEG or PNG.";

/// A part of a job: the post itself, or an answer in its thread.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) number: usize,
    pub(super) text: &'a str,
    pub(super) media: &'a [Attachment],
}

/// The parts of a job, in order.
pub(super) fn parts(job: &Job) -> Vec<Piece<'_>> {
    let first = (job.text.as_str(), job.media.as_slice());
    let rest = job.thread.iter().map(|part| (part.text.as_str(), part.media.as_slice()));
    let all = std::iter::once(first).chain(rest).enumerate();
    all.map(|(number, (text, media))| Piece { number, text, media }).collect()
}

/// A container as it is recorded: its id, when it was made, and whether it was seen to be ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) id: String,
    made: Timestamp,
    pub(super) ready: bool,
}

impl Container {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (id, made) = (words.next().filter(|id| !id.is_empty())?, words.next()?);
        let made = Timestamp::from_second(made.parse().ok()?).ok()?;
        Some(Self { id: id.to_owned(), made, ready: words.next() == Some("ready") })
    }

    fn text(&self) -> String {
        format!("{} {}{}", self.id, self.made.as_second(), if self.ready { " ready" } else { "" })
    }

    /// The container of a step.
    pub(super) fn of(steps: &dyn Steps, step: &str) -> Option<Self> {
        steps.get(step).and_then(Self::parse)
    }
}

/// The step that a part's container is recorded in.
pub(super) fn step_of(number: usize) -> String {
    format!("container.{number}")
}

/// Where a container stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    Waiting,
    Ready,
    Published,
    /// It ended, or Threads does not know it any more.
    Gone,
    Broken(String),
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    status: String,
    error_message: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Id {
    pub(super) id: String,
}

/// Whether something is not known yet, or not ready: code 24, or an object that does not exist.
pub(super) fn is_not_yet(failure: &Failure) -> bool {
    let own = NOT_YET.to_string();
    is_gone(failure)
        || matches!(failure, Failure::Rejected { code, .. } if code.split('/').next() == Some(own.as_str()))
}

impl Threads {
    /// Where a container stands.
    pub(super) async fn status(&self, id: &str, token: &Token) -> Result<Status, Failure> {
        let fields = vec![("fields", "status,error_message".to_owned())];
        let asked: Asked = match self.graph.read(&access(token), id, "/{container}", fields).await {
            Ok(asked) => asked,
            Err(failure) if is_not_yet(&failure) => return Ok(Status::Gone),
            Err(failure) => return Err(failure),
        };
        Ok(match asked.status.as_str() {
            "FINISHED" => Status::Ready,
            "PUBLISHED" => Status::Published,
            "EXPIRED" => Status::Gone,
            "ERROR" => Status::Broken(asked.error_message.unwrap_or_default()),
            _ => Status::Waiting,
        })
    }

    /// Makes a container, which nobody sees. What it answers may not be known for a moment.
    pub(super) async fn create(
        &self,
        fields: Fields,
        token: &Token,
        patience: &mut Patience<'_>,
    ) -> Result<String, Failure> {
        let path = format!("{}/threads", token.subject);
        let answers = fields.iter().any(|(name, _)| *name == "reply_to_id");
        let access = access(token);
        loop {
            let made = self.graph.write(&access, &path, "/{user}/threads", fields.clone(), Effect::None);
            match made.await {
                Ok(Id { id }) => return Ok(id),
                Err(failure) if answers && is_not_yet(&failure) => patience.wait("the post before").await?,
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// What one attempt works with.
pub(super) struct Work<'a> {
    pub(super) threads: &'a Threads,
    pub(super) job: &'a Job,
    pub(super) token: &'a Token,
    pub(super) steps: &'a mut dyn Steps,
    pub(super) media: &'a dyn MediaSource,
    pub(super) patience: Patience<'a>,
}

impl Work<'_> {
    /// What a part of the job is published from, ready as far as this can be told without asking: a recorded one,
    /// or else one that is made and waited for.
    pub(super) async fn container(&mut self, piece: Piece<'_>, parent: Option<&str>) -> Result<Container, Failure> {
        let step = step_of(piece.number);
        let mut container = match self.recorded(&step) {
            Some(known) => known,
            None => {
                let fields = self.fields(piece, parent).await?;
                self.make(&step, fields).await?
            }
        };
        // A text needs no processing.
        if !piece.media.is_empty() {
            self.wait(&step, &mut container).await?;
        }
        Ok(container)
    }

    /// What a container is made from; a carousel's children are made on the way.
    async fn fields(&mut self, piece: Piece<'_>, parent: Option<&str>) -> Result<Fields, Failure> {
        let mut fields = match piece.media {
            [] => vec![("media_type", "TEXT".to_owned())],
            [file] => of_file(file, self.media).await?,
            files => {
                let children = self.children(piece.number, files).await?;
                vec![("media_type", "CAROUSEL".to_owned()), ("children", children.join(","))]
            }
        };
        if !piece.text.is_empty() {
            fields.push(("text", piece.text.to_owned()));
        }
        // Whatever part has files: one that is not hidden would give the others away.
        if !piece.media.is_empty() && self.job.flag("spoiler") {
            fields.push(("is_spoiler_media", "true".to_owned()));
        }
        match parent {
            Some(parent) => fields.push(("reply_to_id", parent.to_owned())),
            None => fields.extend(settings(self.job)),
        }
        Ok(fields)
    }

    /// The ready children of a carousel: all are made first, so that they are processed side by side.
    async fn children(&mut self, number: usize, files: &[Attachment]) -> Result<Vec<String>, Failure> {
        let mut children = Vec::with_capacity(files.len());
        for (index, file) in files.iter().enumerate() {
            let step = format!("child.{number}.{index}");
            let child = match self.recorded(&step) {
                Some(known) => known,
                None => {
                    let mut fields = of_file(file, self.media).await?;
                    fields.push(("is_carousel_item", "true".to_owned()));
                    self.make(&step, fields).await?
                }
            };
            children.push((step, child));
        }
        for (step, child) in &mut children {
            self.wait(step, child).await?;
        }
        Ok(children.into_iter().map(|(_, child)| child.id).collect())
    }

    fn recorded(&self, step: &str) -> Option<Container> {
        let now = self.threads.graph.tools().clock.now();
        Container::of(self.steps, step).filter(|known| now.duration_since(known.made) <= KEPT)
    }

    async fn make(&mut self, step: &str, fields: Fields) -> Result<Container, Failure> {
        let made = self.threads.graph.tools().clock.now();
        let id = self.threads.create(fields, self.token, &mut self.patience).await?;
        let container = Container { id, made, ready: false };
        self.steps.record(step, container.text()).await?;
        Ok(container)
    }

    /// Forgets a container, so that another is made.
    pub(super) async fn forget(&mut self, step: &str) -> Result<(), Failure> {
        self.steps.record(step, String::new()).await
    }

    /// Waits until a container is ready. A broken one is forgotten, so that the next attempt makes another.
    async fn wait(&mut self, step: &str, container: &mut Container) -> Result<(), Failure> {
        while !container.ready {
            match self.threads.status(&container.id, self.token).await? {
                Status::Waiting => self.patience.wait("a file").await?,
                Status::Ready | Status::Published => {
                    container.ready = true;
                    self.steps.record(step, container.text()).await?;
                }
                Status::Gone => {
                    self.forget(step).await?;
                    return Err(forgotten());
                }
                Status::Broken(why) => {
                    self.forget(step).await?;
                    let message = format!("Threads could not use a file: {why}");
                    if why.is_empty() || PASSING.contains(&why.as_str()) {
                        return Err(Failure::Transient { message });
                    }
                    return Err(rejected(&why, message, MEDIA_ADVICE));
                }
            }
        }
        Ok(())
    }
}

/// Threads does not have a container any more: the next attempt makes another.
pub(super) fn forgotten() -> Failure {
    Failure::Transient { message: "Threads forgot what was prepared".to_owned() }
}

/// The fields of one file, which Threads reads from an address.
async fn of_file(file: &Attachment, media: &dyn MediaSource) -> Result<Fields, Failure> {
    let (kind, name) = if file.mime.starts_with("video/") { ("VIDEO", "video_url") } else { ("IMAGE", "image_url") };
    let url = media.fitted_url(file, rule(Platform::Threads).image_bounds()).await?;
    let mut fields = vec![("media_type", kind.to_owned()), (name, url.to_string())];
    let alt: String = file.alt.trim().chars().take(ALT_MAX).collect();
    if !alt.is_empty() {
        fields.push(("alt_text", alt));
    }
    Ok(fields)
}

/// What the first part is told beside its content.
fn settings(job: &Job) -> Fields {
    let mut fields = Fields::new();
    if let Some(topic) = job.text_setting("topic") {
        fields.push(("topic_tag", topic.trim().trim_start_matches('#').to_owned()));
    }
    if let Some(who) = job.text_setting("reply_control").filter(|who| *who != "everyone") {
        fields.push(("reply_control", who.to_owned()));
    }
    if !job.media.is_empty() {
        return fields;
    }
    let options = job.list_setting("poll");
    if options.is_empty() {
        fields.extend(job.text_setting("link").map(|link| ("link_attachment", link.to_owned())));
    } else {
        let names = ["option_a", "option_b", "option_c", "option_d"];
        let poll: serde_json::Map<String, serde_json::Value> =
            names.iter().zip(options).map(|(name, option)| ((*name).to_owned(), json!(option))).collect();
        fields.push(("poll_attachment", json!(poll).to_string()));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_recorded_as_text() {
        for ready in [false, true] {
            let container = Container { id: "179".into(), made: Timestamp::UNIX_EPOCH, ready };
            assert_eq!(Container::parse(&container.text()), Some(container));
        }
        assert_eq!(Container::parse(""), None);
    }
}
