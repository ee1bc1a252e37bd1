//! Each quota in posts per second: what the product takes of it, and what people notice when it is reached.

use std::fmt::Write as _;

use domain::delivery::INVOCATION_TIMEOUT;
use domain::sweep::{BEGIN_WITHIN, BY_ITSELF, DUE_SHARDS, PER_SHARD, SIDE_BY_SIDE};

use crate::cost::Cost;
use crate::quotas::Quotas;

/// One quota.
struct Row {
    name: &'static str,
    quota: f64,
    unit: &'static str,
    /// How much of it one post takes; nothing = it does not grow with posts.
    per_post: Option<f64>,
    at_it: &'static str,
}

/// The tables, as text.
#[must_use]
pub fn tables(quotas: &Quotas) -> String {
    let cost = Cost::usual();
    let mut text = format!(
        "one post to one account: item {} B, delivery {} B; write units: claim {}+{} index, conclusion {}+{} index+{} \
         calendar = {} in all\n\n",
        cost.post_bytes,
        cost.delivery_bytes,
        cost.claim,
        cost.claim_index,
        cost.conclude,
        cost.conclude_index,
        cost.conclude_calendar,
        cost.of_all(),
    );
    let _ = writeln!(text, "{:<46} {:>9} {:<12} {:>9} {:>9}  at it", "quota", "default", "", "per post", "posts/s");
    for row in rows(quotas, &cost) {
        let used = row.per_post.map_or("-".to_owned(), |used| format!("{used:.3}"));
        let posts = row.per_post.map_or("-".to_owned(), |used| format!("{:.0}", row.quota / used));
        let _ =
            writeln!(text, "{:<46} {:>9} {:<12} {used:>9} {posts:>9}  {}", row.name, row.quota, row.unit, row.at_it);
    }
    text
}

fn rows(quotas: &Quotas, cost: &Cost) -> Vec<Row> {
    let network = quotas.network_least + quotas.network_more;
    // A batch takes as long as its slowest: of ten exponentials the greatest is 2.93 times the mean.
    let batch = quotas.network_least + quotas.network_more * 2.93 + 0.25 + 0.03;
    let prepare = quotas.prepare + 0.5;
    let batches = f64::from(u32::try_from(quotas.batch).unwrap_or(1));
    let sweep = f64::from(u32::try_from(SIDE_BY_SIDE).unwrap_or(1)) / (network + 0.03);
    let minute = f64::from(u32::try_from(BY_ITSELF).unwrap_or(0)).min(sweep * BEGIN_WITHIN.as_secs_f64());
    let shards = f64::from(DUE_SHARDS);
    let free = f64::from(quotas.concurrency - quotas.others);
    let row = |name, quota, unit, per_post, at_it| Row { name, quota, unit, per_post, at_it };
    vec![
        row(
            "Scheduler: invocations",
            quotas.scheduler_per_second.into(),
            "a second",
            Some(1.0),
            "invocations wait; posts are late by their place in line",
        ),
        row(
            "Scheduler: CreateSchedule",
            1_000.0,
            "a second",
            Some(1.0),
            "scheduling is answered all the same; the sweep publishes, a minute late at most",
        ),
        row("Scheduler: schedules", 10_000_000.0, "at once", None, "as CreateSchedule; ask for more at half of it"),
        row(
            "Lambda: executions, preparing and releasing",
            free,
            "at once",
            Some(prepare + batch / batches),
            "invocations wait in Lambda's own queue, messages in SQS; API calls are answered 503",
        ),
        row(
            "Lambda: new environments",
            f64::from(quotas.environments_per_ten_seconds) / 10.0,
            "a second",
            None,
            "a burst after silence waits seconds",
        ),
        row(
            "SQS mapping: receivers",
            quotas.mapping_most.into(),
            "at once",
            Some(batch / batches),
            "messages wait; growth is the narrower limit: see the plays",
        ),
        row(
            "SQS mapping: in the first second of a burst",
            quotas.mapping_starts.into(),
            "at once",
            Some(batch / batches),
            "what is due together is late by what the mapping takes to grow",
        ),
        row("SQS: messages in flight", 120_000.0, "at once", Some(1.0 / batches), "never: receivers are fewer"),
        row(
            "DynamoDB: one organization's partition",
            quotas.partition_wcu.into(),
            "write units",
            Some(cost.of_org().into()),
            "claims are refused; the sweep finds those posts a minute later",
        ),
        row(
            "DynamoDB: the due index, all shards",
            f64::from(quotas.partition_wcu) * shards,
            "write units",
            Some(cost.of_shard().into()),
            "the same, for everybody",
        ),
        row(
            "DynamoDB: the table",
            quotas.table_wcu.into(),
            "write units",
            Some(cost.of_all().into()),
            "the same, for everybody",
        ),
        row(
            "DynamoDB: a new table on demand",
            4_000.0,
            "write units",
            Some(cost.of_all().into()),
            "the same, until it has doubled",
        ),
        row("Sweep: publishes itself", minute, "a minute", Some(60.0), "it hands the rest to the queue"),
        row(
            "Sweep: looks at",
            f64::from(PER_SHARD) * shards,
            "a minute",
            Some(60.0),
            "the longest overdue first; the rest a minute later",
        ),
        row("API: stage throttle in template.yaml", 1_000.0, "a second", None, "429; the page tries again"),
        row("API: HTTP API, account", 10_000.0, "a second", None, "429"),
        row("SES: production, to begin with", 14.0, "a second", None, "an invitation says that its mail was not sent"),
        row("Cognito: sign-ins", 120.0, "a second", None, "429; sessions go on"),
        row("Secrets Manager: GetSecretValue", 10_000.0, "a second", None, "each process asks once in minutes"),
        row("Lambda: publish", INVOCATION_TIMEOUT.as_secs_f64(), "s", None, "a lease outlives it; the sweep goes on"),
    ]
}
