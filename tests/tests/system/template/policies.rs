//! Least privilege: what roles allow is what the executables and delivering can ask for, and the report can fail.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::root;

/// A run of the report.
struct Report {
    passed: bool,
    text: String,
}

impl Report {
    fn of(template: &str, executables: &Path, more: &[&str]) -> Self {
        let run = Command::new(root().join("tests/.venv/sam/bin/python"))
            .args(["tests/policies/report.py", "--template", template, "--executables"])
            .arg(executables)
            .args(more)
            .current_dir(root())
            .output()
            .unwrap_or_else(|error| panic!("{error}: run scripts/setup-tests"));
        let text = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
        Self { passed: run.status.success(), text: text.into_owned() }
    }

    /// The report on the project, with what it read of the executables kept in a file for the others.
    fn on_project() -> &'static (Self, PathBuf) {
        static REPORT: LazyLock<(Report, PathBuf)> = LazyLock::new(|| {
            // The executables of this build: the tests' own is among them, one folder down.
            let own = std::env::current_exe().expect("a path");
            let executables = own.parent().and_then(Path::parent).expect("a folder");
            assert!(executables.join("publish").is_file(), "run cargo build --workspace --bins");
            let told = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("executables.json");
            (Report::of("template.yaml", executables, &["--tell", &told.to_string_lossy()]), told)
        });
        &REPORT
    }

    /// The report on the template with one thing changed.
    fn on(name: &str, from: &str, to: &str) -> Self {
        Self::of(&changed("template.yaml", name, from, to), &Self::on_project().1, &[])
    }

    /// The report with one thing changed in the template of the roles that deliver.
    fn on_delivery(name: &str, from: &str, to: &str) -> Self {
        let delivery = changed("infra/delivery.yaml", name, from, to);
        Self::of("template.yaml", &Self::on_project().1, &["--delivery", &delivery])
    }

    fn must_find(&self, fault: &str) {
        assert!(!self.passed && self.text.contains(&format!("fault {fault}")), "{fault}: {}", self.text);
    }
}

/// A copy of a file with one thing changed.
fn changed(file: &str, name: &str, from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(root().join(file)).expect("the file");
    assert!(text.contains(from), "{file} no longer has {from}");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn roles_allow_what_the_executables_use_and_no_more() {
    let (report, _) = Report::on_project();
    assert!(report.passed, "{}", report.text);
    let last = report.text.lines().last().unwrap_or_default();
    assert!(last.starts_with("policies: functions=9 ") && last.contains(" unused=0 missing=0 "), "{last}");
}

const AUTH: &str = "{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";

#[test]
fn an_action_that_nothing_uses_is_found() {
    let more = AUTH.replace("dynamodb:GetItem", "[dynamodb:GetItem, dynamodb:DeleteItem]");
    Report::on("more", AUTH, &more).must_find("auth: dynamodb:DeleteItem on Table is allowed and not used");
}

#[test]
fn an_action_that_is_missing_is_found() {
    let less = AUTH.replace("GetItem", "Query");
    let report = Report::on("less", AUTH, &less);
    report.must_find("auth: dynamodb:GetItem on Table is used and not allowed: store::table::Table::get");
}

#[test]
fn a_resource_that_could_be_named_is_found() {
    let star = AUTH.replace("!GetAtt Table.Arn", "'*'");
    Report::on("star", AUTH, &star).must_find("auth: dynamodb:GetItem on * has no reason");
}

/// What SAM adds by itself is in no line of the template.
#[test]
fn grants_that_sam_adds_are_seen() {
    let report = Report::on("implicit", "      Role: !GetAtt RolloutRole.Arn\n", "");
    let said = "CodeDeployServiceRole has arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda";
    assert!(!report.passed && report.text.contains(said), "{}", report.text);
}

/// What Lambda does under the role because of how a function is set up.
#[test]
fn the_queue_that_a_function_reads_is_seen() {
    let report =
        Report::on("mapping", "[sqs:SendMessage, sqs:ReceiveMessage, sqs:DeleteMessage, ", "[sqs:SendMessage, ");
    report.must_find("publish: sqs:DeleteMessage on ReleaseQueue is used and not allowed: PublishReleases");
}

/// A release reaches people through the alias, so whatever goes past it would be one release ahead.
#[test]
fn nothing_invokes_a_function_past_its_alias() {
    let past = [
        ("integration", "IntegrationUri: !Ref Posts.Alias", "IntegrationUri: !GetAtt Posts.Arn", "PostsIntegration"),
        ("permission", "FunctionName: !Ref Posts.Alias", "FunctionName: !Ref Posts", "PostsPermission"),
        ("schedule", "Arn: !Ref Health.Alias", "Arn: !GetAtt Health.Arn", "HealthSchedule"),
        ("trigger", "PostConfirmation: !Ref Identity.Alias", "PostConfirmation: !GetAtt Identity.Arn", "UserPool"),
    ];
    for (name, from, to, resource) in past {
        let report = Report::on(name, from, to);
        assert!(!report.passed && report.text.contains("past its alias") && report.text.contains(resource), "{name}");
    }
    let setting = "ATELIER_PUBLISH_ARN: !Sub arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-publish";
    let report = Report::on("setting", &format!("{setting}:live"), setting);
    report.must_find("Posts names function:${AWS::StackName}-publish past its alias");
}

#[test]
fn a_release_that_nothing_takes_back_is_found() {
    let report = Report::on("rollout", "      Alarms: [!Ref ApiFailuresAlarm]\n", "");
    report.must_find("Posts is rolled out with no alarm that takes it back");
}

const PACES: &str = "Action: codedeploy:GetDeploymentConfig";

#[test]
fn whoever_delivers_may_do_what_that_takes_and_no_more() {
    let all = Report::on_delivery("all", PACES, "Action: codedeploy:*");
    all.must_find("(making): codedeploy:* on arn:aws:codedeploy:region:account:deploymentconfig:CodeDeployDefault.Lambda* has no reason");
    all.must_find("(making): codedeploy:getdeploymentconfig is used and not allowed: AWS::CodeDeploy::DeploymentGroup, AWS::Lambda::Alias");
    let items = Report::on_delivery("items", "dynamodb:DescribeTable,", "dynamodb:DescribeTable, dynamodb:Scan,");
    items
        .must_find("(making): dynamodb:Scan on arn:aws:dynamodb:region:account:table/atelier* is allowed and not used");
    let more = Report::on_delivery(
        "delivers-more",
        "[s3:GetObject, s3:PutObject]",
        "[s3:GetObject, s3:PutObject, s3:DeleteObject]",
    );
    more.must_find("(delivering): s3:DeleteObject on Artifacts/* is allowed and not used");
    let less = Report::on_delivery("delivers-less", "                  - cloudformation:ExecuteChangeSet\n", "");
    less.must_find("(delivering): cloudformation:ExecuteChangeSet on arn:aws:cloudformation:region:account:stack/atelier*/* is used and not allowed: sam deploy");
    let any = Report::on_delivery("any", "Resource: !Sub '${Artifacts.Arn}/*'", "Resource: '*'");
    any.must_find("(delivering): s3:GetObject on * has no reason");
}

#[test]
fn a_command_of_the_script_that_nobody_knows_is_found() {
    let script =
        changed("scripts/deploy", "deploy", "  run sam build", "  run aws sns publish --message x\n  run sam build");
    let report = Report::of("template.yaml", &Report::on_project().1, &["--script", &script]);
    assert!(
        !report.passed && report.text.contains("aws sns publish is not known to tests/policies/delivery.py"),
        "{}",
        report.text
    );
}

#[test]
fn whoever_trusts_too_many_is_found() {
    let subject = "token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:${Environment}";
    let branch =
        Report::on_delivery("subject", subject, "token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:*");
    branch.must_find("Delivery trusts a provider without naming audience and subject in full");
    let account = "            Condition: { StringEquals: { aws:SourceAccount: !Ref AWS::AccountId } }\n";
    Report::on_delivery("account", account, "")
        .must_find("Execution trusts cloudformation.amazonaws.com whoever asks it to");
    let topic = "            Resource: !Ref AlarmTopic\n";
    let report = Report::on("topic", &format!("{topic}{account}"), topic);
    report
        .must_find("AlarmTopicPolicy allows sns:Publish to {'Service': 'cloudwatch.amazonaws.com'} whoever asks it to");
}
