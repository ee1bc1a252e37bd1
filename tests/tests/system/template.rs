//! The templates: valid by the tools' word, and true to the code where the code relies on them.

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::delivery::INVOCATION_TIMEOUT;
use store::Index;
use tests::template::Template;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn tool(name: &str, arguments: &[&str]) {
    let program = root().join("tests/.venv/sam/bin").join(name);
    let run = Command::new(&program)
        .args(arguments)
        .current_dir(root())
        .env("SAM_CLI_TELEMETRY", "0")
        .output()
        .unwrap_or_else(|error| panic!("{} ({error}): run scripts/setup-tests", program.display()));
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name}: {said}");
}

#[test]
fn sam_accepts_it() {
    tool("sam", &["validate", "--lint", "--template", "template.yaml", "--region", "eu-central-1"]);
}

#[test]
fn cfn_lint_accepts_all() {
    tool("cfn-lint", &["template.yaml", "infra/edge.yaml", "infra/monitoring.yaml"]);
}

#[test]
fn publish_may_run_as_long_as_its_lease_expects() {
    let publish = Template::read().expect("the template").block("Publish").expect("the function");
    assert!(publish.contains(&format!("Timeout: {}\n", INVOCATION_TIMEOUT.as_secs())), "{publish}");
}

#[test]
fn a_release_is_hidden_until_publish_surely_ended() {
    let queue = Template::read().expect("the template").block("ReleaseQueue").expect("the queue");
    assert!(queue.contains(&format!("VisibilityTimeout: {}\n", 6 * INVOCATION_TIMEOUT.as_secs())), "{queue}");
}

#[test]
fn every_dead_letter_raises_an_alarm() {
    let (template, monitoring) = (Template::read().expect("the template"), Template::monitoring().expect("its alarms"));
    let letters = ["ReleaseDeadLetters", "PublishDeadLetters", "ScheduleDeadLetters"];
    let policy = template.block("QueuePolicies").expect("the policy");
    for name in letters {
        let alarm = monitoring.block(&format!("{name}Alarm")).expect("its alarm");
        assert!(alarm.contains(&format!("Value: !Ref {name} ")) && alarm.contains("Threshold: 0\n"), "{alarm}");
        let given = template.block("Monitoring").expect("the nested stack");
        assert!(given.contains(&format!("{name}: !GetAtt {name}.QueueName\n")), "{given}");
        assert!(policy.contains(&format!("!Ref {name}\n")), "{name} takes requests without TLS");
    }
    assert!(policy.contains("!Ref ReleaseQueue\n") && policy.contains("aws:SecureTransport: 'false'"), "{policy}");
}

#[test]
fn every_function_is_built_from_its_own_crate() {
    let template = Template::read().expect("the template");
    let mut declared = template.functions();
    let mut crates: Vec<_> = std::fs::read_dir(root().join("functions"))
        .expect("functions/")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    declared.sort();
    crates.sort();
    assert_eq!(declared, crates);
}

#[test]
fn every_index_has_the_keys_and_attributes_that_the_code_relies_on() {
    let table = Template::read().expect("the template").block("Table").expect("the table");
    for index in [Index::Calendar, Index::Due, Index::User] {
        let (_, declared) = table.split_once(&format!("IndexName: {}\n", index.name())).expect("it is declared");
        let declared = declared.split("- IndexName").next().unwrap_or_default();
        let (partition, sort) = index.keys();
        for key in [format!("{partition}, KeyType: HASH"), format!("{sort}, KeyType: RANGE")] {
            assert!(declared.contains(&key), "{key}: {declared}");
        }
        let projection = match index.carries() {
            None => "{ ProjectionType: ALL }".to_owned(),
            Some([]) => "{ ProjectionType: KEYS_ONLY }".to_owned(),
            Some(names) => format!("{{ ProjectionType: INCLUDE, NonKeyAttributes: [{}] }}", names.join(", ")),
        };
        assert!(declared.contains(&projection), "{projection}: {declared}");
    }
}
