use domain::delivery::INVOCATION_TIMEOUT;

use super::*;
use crate::quotas::SECOND;
use crate::report::seconds;

const POSTS: usize = 20_000;

fn template() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml")).unwrap()
}

/// The default of a parameter of the template.
fn default(name: &str) -> u32 {
    let text = template();
    let (_, block) = text.split_once(&format!("\n  {name}:\n")).unwrap();
    let (_, value) = block.split_once("Default: ").unwrap();
    value.lines().next().unwrap().trim().parse().unwrap()
}

#[test]
fn the_model_has_the_template_s_settings() {
    let quotas = Quotas::default();
    assert_eq!(quotas.mapping_most, default("ReleaseReceivers"));
    assert_eq!(default("PublishReserved"), 0, "it deploys to an account with any quota");
    assert!(template().contains(&format!("BatchSize: {}\n", quotas.batch)));
    assert!(quotas.mapping_most + quotas.others < quotas.concurrency, "the API keeps its share");
}

#[test]
fn a_quiet_hour_is_on_time() {
    let report = play(&Load::spread(POSTS, 1), Quotas::default(), 1);
    assert_eq!((report.posts, report.lost, report.doubled, report.repeated), (POSTS, 0, 0, 0));
    assert!(report.late_at(99) < 2.5, "{report}");
}

#[test]
fn the_same_seed_makes_the_same_hour() {
    let hour = |seed| play(&Load::on_the_minute(POSTS, seed), Quotas::default(), seed).to_string();
    assert_eq!(hour(3), hour(3));
    assert_ne!(hour(3), hour(4));
}

#[test]
fn a_burst_waits_for_receivers_and_nothing_is_lost() {
    let report = play(&Load::on_the_minute(10 * POSTS, 1), Quotas::default(), 1);
    assert_eq!((report.lost, report.doubled), (0, 0), "{report}");
    assert!(report.peak_backlog > POSTS / 2 && report.late_at(99) < 120.0, "{report}");
}

#[test]
fn one_organization_s_burst_is_late_for_itself_alone() {
    let load = Load::one_organization(POSTS, 1);
    let report = play(&load, Quotas::default(), 1);
    assert_eq!((report.lost, report.doubled), (0, 0), "{report}");
    assert!(report.throttled > 0 && report.peak_org_wcu >= 900, "its partition is the limit: {report}");
}

#[test]
fn without_any_wake_up_the_sweep_publishes_everything() {
    let quotas = Quotas { wakes: false, ..Quotas::default() };
    let report = play(&Load::spread(POSTS, 1), quotas, 1);
    assert_eq!((report.lost, report.doubled), (0, 0), "{report}");
    assert!(report.swept + report.handed_over >= POSTS, "{report}");
    assert!(report.late_at(99) < 200.0, "{report}");
}

/// The model can fail: without executions nothing goes out, and it says so.
#[test]
fn without_executions_all_is_lost() {
    let quotas = Quotas { concurrency: 100, others: 100, ..Quotas::default() };
    let report = play(&Load::spread(100, 1), quotas, 1);
    assert_eq!(report.lost, 100, "{report}");
}

#[test]
fn the_tables_have_the_quotas_in_posts_per_second() {
    let text = tables(&Quotas::default());
    for name in ["Scheduler: invocations", "one organization's partition", "the due index", "SQS mapping", "SES"] {
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn times_are_in_seconds_for_people() {
    assert!((seconds(3 * SECOND / 2) - 1.5).abs() < f64::EPSILON);
    assert!(INVOCATION_TIMEOUT.as_secs() > 60);
}
