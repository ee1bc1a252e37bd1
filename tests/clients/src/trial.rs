//! What is tried with one network, and what came of it.

use domain::delivery::{AttemptOutcome, Delivery, DeliveryState, LATE_LANDING};
use domain::platform::{Class, Platform};
use http::Method;
use jiff::SignedDuration;
use networks::cases::{ErrorCase, FormatCase, Make};
use networks::world::Shown;
use platforms::Holding;

use crate::stage::{Accident, Asked, Stage};

/// How late requests land: while the attempt that gave up on them may still run, and just before nothing lands any more.
const LATE: [SignedDuration; 2] = [SignedDuration::from_secs(3), SignedDuration::from_secs(LATE_LANDING.as_secs() - 1)];

/// What came of one format.
#[derive(Debug, Default)]
pub struct FormatResult {
    /// Its name.
    pub name: &'static str,
    /// Requests that publishing it takes.
    pub requests: u32,
    /// Accidents that were tried.
    pub accidents: u32,
    /// Requests that landed late, of those that change something.
    pub late: u32,
    /// Whether it was found again at the network.
    pub read_back: bool,
    /// What went wrong.
    pub failures: Vec<String>,
}

/// What came of one network.
#[derive(Debug)]
pub struct NetworkResult {
    /// The network.
    pub platform: Platform,
    /// Its class.
    pub class: Option<Class>,
    /// Its formats.
    pub formats: Vec<FormatResult>,
    /// Error classes that were tried.
    pub errors: usize,
    /// What went wrong with them, or with connecting.
    pub failures: Vec<String>,
}

impl NetworkResult {
    /// Everything that went wrong.
    pub fn all_failures(&self) -> impl Iterator<Item = String> {
        let formats = self
            .formats
            .iter()
            .flat_map(|format| format.failures.iter().map(move |failure| format!("{}: {failure}", format.name)));
        let name = self.platform.as_str();
        formats.chain(self.failures.iter().cloned()).map(move |failure| format!("{name}: {failure}"))
    }
}

/// Tries everything with a network.
pub async fn try_network(platform: Platform, make: Make) -> NetworkResult {
    let mut result = NetworkResult { platform, class: None, formats: Vec::new(), errors: 0, failures: Vec::new() };
    let (stage, cases) = match Stage::set(platform, make).await {
        Ok(set) => set,
        Err(reason) => {
            result.failures.push(reason);
            return result;
        }
    };
    result.class = Some(stage.class());
    for index in 0..cases.formats.len() {
        result.formats.push(try_format(platform, make, index).await);
    }
    for case in &cases.errors {
        result.errors += 1;
        if let Err(reason) = try_error(platform, make, case).await {
            result.failures.push(format!("{}: {reason}", case.name));
        }
    }
    result
}

async fn try_format(platform: Platform, make: Make, index: usize) -> FormatResult {
    let mut result = FormatResult::default();
    let asked = match happily(platform, make, index, &mut result).await {
        Ok(asked) => asked,
        Err(reason) => {
            result.failures.push(reason);
            return result;
        }
    };
    for (number, request) in (0..).zip(&asked) {
        let late = LATE.map(|delay| Accident::Late(number, delay));
        let late = if request.method == Method::GET { &[] } else { late.as_slice() };
        let may_show = request.may_show(&asked);
        let cuts = [Accident::DieBefore(number), Accident::DieAfter(number), Accident::LoseAnswer(number)];
        result.accidents += 3;
        result.late += u32::try_from(late.len()).unwrap_or(u32::MAX);
        for accident in cuts.iter().chain(late) {
            if let Err(reason) = with_accident(platform, make, index, (*accident, may_show)).await {
                result.failures.push(format!("{accident:?} ({}): {reason}", request.method));
            }
        }
    }
    result
}

/// Publishes it without any accident, and yields what that asked.
async fn happily(
    platform: Platform,
    make: Make,
    index: usize,
    result: &mut FormatResult,
) -> Result<Vec<Asked>, String> {
    let (stage, cases) = Stage::set(platform, make).await?;
    let case = &cases.formats[index];
    result.name = case.name;
    let (asked, delivery) = stage.publish(&case.job, None).await?;
    result.requests = u32::try_from(asked.len()).unwrap_or(u32::MAX);
    let receipt = delivery.receipt.as_ref();
    let receipt = receipt.ok_or_else(|| format!("not published: {:?} {:?}", delivery.state, delivery.error))?;
    let shown = stage.world.shown(platform);
    if shown.len() != case.shown {
        return Err(format!("people see {} things instead of {}: {shown:?}", shown.len(), case.shown));
    }
    (case.check)(&shown)?;
    if receipt.permalink.is_empty() || !shown.iter().any(|item| receipt.remote_id.contains(&item.id)) {
        return Err(format!("the receipt names {} instead of what is there", receipt.remote_id));
    }
    let key = delivery.key.as_ref();
    let job = platforms::Job {
        key: key.map(|key| key.id.clone()).unwrap_or_default(),
        created_at: key.map_or(case.job.created_at, |key| key.created_at),
        profile: stage.profile.clone(),
        ..case.job.clone()
    };
    let found = stage.client.read_back(&job, &stage.credentials, &Recorded(delivery.steps)).await;
    match found {
        Ok(Holding::All(found) | Holding::Thread(found, _)) if found.remote_id == receipt.remote_id => {
            result.read_back = true;
            Ok(asked)
        }
        // Where nobody can look, nobody finds.
        _ if stage.class() == Class::Blind => Ok(asked),
        other => Err(format!("reading back gave {other:?} instead of {}", receipt.remote_id)),
    }
}

/// Steps as they were recorded.
struct Recorded(std::collections::BTreeMap<String, String>);

#[async_trait::async_trait]
impl platforms::Steps for Recorded {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), domain::delivery::Failure> {
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

async fn with_accident(
    platform: Platform,
    make: Make,
    index: usize,
    (accident, may_show): (Accident, bool),
) -> Result<(), String> {
    let (stage, cases) = Stage::set(platform, make).await?;
    let case = &cases.formats[index];
    let (_, delivery) = stage.publish(&case.job, Some(accident)).await?;
    stage.settle();
    let shown = stage.world.shown(platform);
    let open = stage.class() == Class::Blind && accident.leaves_open(may_show);
    judge(case, open, &delivery, &shown)
        .map_err(|reason| format!("{reason} ({:?}; attempts {:?})", delivery.error, delivery.attempts))
}

/// Nothing is there twice, and what is called published is there whole, except that a first comment may be missing:
/// then the user is told. `open`: nobody can find out what became of it.
fn judge(case: &FormatCase, open: bool, delivery: &Delivery, shown: &[Shown]) -> Result<(), String> {
    let comments = usize::from(case.job.first_comment.is_some());
    if shown.len() > case.shown {
        return Err(format!("people see {} things instead of {}", shown.len(), case.shown));
    }
    match delivery.state {
        DeliveryState::Published if shown.len() >= case.shown => Ok(()),
        DeliveryState::Published if shown.len() + comments >= case.shown => {
            let told = delivery.shortfalls(true);
            if told.is_empty() { Err("nobody is told that the comment is missing".to_owned()) } else { Ok(()) }
        }
        DeliveryState::Published => Err(format!("called published, but only {} things are there", shown.len())),
        DeliveryState::Unknown if open => Ok(()),
        other => Err(format!("ended {other:?} with {} things there", shown.len())),
    }
}

async fn try_error(platform: Platform, make: Make, case: &ErrorCase) -> Result<(), String> {
    let (stage, cases) = Stage::set(platform, make).await?;
    let format = cases.formats.iter().find(|format| format.name == case.format).ok_or("no such format")?;
    (case.bring)(&stage.world);
    let (_, delivery) = stage.publish(&format.job, None).await?;
    let first = delivery.attempts.first().and_then(|attempt| attempt.outcome);
    if first != Some(case.expect) {
        return Err(format!("{first:?} instead of {:?}: {:?}", case.expect, delivery.attempts));
    }
    let error = delivery.error.as_ref();
    let told = error.map(|error| format!("{} {}", error.message, error.advice)).unwrap_or_default();
    let lasting = matches!(case.expect, AttemptOutcome::Rejected | AttemptOutcome::Revoked);
    if lasting && (told.trim().is_empty() || !told.contains(case.says)) {
        return Err(format!("the user is told {told:?}"));
    }
    let shown = stage.world.shown(platform);
    if shown.len() > format.shown {
        return Err(format!("people see {} things instead of {}", shown.len(), format.shown));
    }
    let ended_well = delivery.state == DeliveryState::Published;
    let open = stage.class() == Class::Blind && case.expect == AttemptOutcome::Ambiguous;
    if !lasting && !ended_well && !open {
        return Err(format!("ended {:?} although it passes: {told}", delivery.state));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn late(platform: Platform, delay: SignedDuration) -> Result<(), String> {
        let (_, make) = networks::cases::all().into_iter().find(|(known, _)| *known == platform).unwrap();
        with_accident(platform, make, 0, (Accident::Late(0, delay), true)).await
    }

    #[tokio::test]
    async fn a_request_that_lands_later_than_anybody_waits_for_is_seen_twice_where_no_key_says_that_it_is_the_same() {
        let too_late = late(Platform::Pinterest, LATE_LANDING + SignedDuration::from_secs(5)).await.unwrap_err();
        assert!(too_late.starts_with("people see 2 things instead of 1"), "{too_late}");
        assert_eq!(late(Platform::Mastodon, LATE_LANDING + SignedDuration::from_secs(5)).await, Ok(()));
        assert_eq!(late(Platform::Pinterest, LATE_LANDING - SignedDuration::from_secs(1)).await, Ok(()));
    }
}
