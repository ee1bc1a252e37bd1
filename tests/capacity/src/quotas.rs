//! The services' limits, as parameters: AWS's defaults, and what the product assumes of the rest.

/// Microseconds, the model's unit of time.
pub const SECOND: i64 = 1_000_000;

/// What the services allow. Each field names the AWS document that its default is from.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// Invocations a second by EventBridge Scheduler, where the region gives most ("Quotas for Amazon EventBridge
    /// Scheduler"; smaller regions begin with 500).
    pub scheduler_per_second: u32,
    /// Executions at once in the account and region ("Lambda quotas"; a new account may begin with 10).
    pub concurrency: u32,
    /// Of those, what other functions hold: the API's, mostly.
    pub others: u32,
    /// New execution environments of one function in ten seconds ("Understanding Lambda function scaling").
    pub environments_per_ten_seconds: u32,
    /// Invocations at once with which the event source mapping of a queue begins ("Configuring scaling behavior for SQS
    /// event source mappings").
    pub mapping_starts: u32,
    /// By how many more it may grow in a minute.
    pub mapping_per_minute: u32,
    /// The most: `ReleaseReceivers` of `template.yaml`; without it there may be 1,250.
    pub mapping_most: u32,
    /// Messages in a batch, as in `template.yaml`.
    pub batch: usize,
    /// Write units a second of one partition key, in the table as in an index ("Best practices for designing partition
    /// keys").
    pub partition_wcu: u32,
    /// Write units a second of a table on demand ("Quotas in Amazon DynamoDB").
    pub table_wcu: u32,
    /// How long the SDK repeats what was throttled before it gives up: three attempts with pauses.
    pub sdk_patience: i64,
    /// How long preparing takes on the average: credentials, uploads.
    pub prepare: f64,
    /// How long a network takes to answer, at least and on the average more.
    pub network_least: f64,
    /// See above.
    pub network_more: f64,
    /// Whether the scheduler and the queue's messages work at all: without them the sweep does everything.
    pub wakes: bool,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            scheduler_per_second: 1_000,
            concurrency: 1_000,
            others: 100,
            environments_per_ten_seconds: 1_000,
            mapping_starts: 5,
            mapping_per_minute: 300,
            mapping_most: 500,
            batch: 10,
            partition_wcu: 1_000,
            table_wcu: 40_000,
            sdk_patience: SECOND,
            prepare: 0.3,
            network_least: 0.15,
            network_more: 0.25,
            wakes: true,
        }
    }
}
