//! Alarms, dashboard, runbooks and code name the same things.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::template::Template;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn monitoring() -> Template {
    Template::monitoring().expect("the nested template")
}

fn alarms() -> Vec<String> {
    monitoring().of_type("AWS::CloudWatch::Alarm")
}

/// The product's own source text.
fn sources() -> String {
    let mut text = String::new();
    let mut folders: Vec<PathBuf> = ["shared", "functions"].map(|folder| root().join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                text += &std::fs::read_to_string(path).expect("a source");
            }
        }
    }
    text
}

/// What stands between `before` and `after`, wherever it does.
fn between<'a>(text: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

/// The dashboard's document, with names as the template leaves them.
fn dashboard() -> Value {
    let block = monitoring().block("Dashboard").expect("the dashboard");
    let (_, body) = block.split_once("DashboardBody: !Sub |").expect("a document");
    let body: String = body.lines().take_while(|line| line.is_empty() || line.starts_with("        ")).collect();
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// The names of our figures that a text speaks of.
fn figures_in(text: &str) -> BTreeSet<String> {
    let mut names = between(text, "Namespace: Atelier\n      MetricName: ", "\n");
    names.extend(between(text, "Namespace: Atelier, MetricName: ", ","));
    names.extend(between(text, "[\"Atelier\", \"", "\""));
    names.extend(between(text, "MetricName=\\\"", "\\\""));
    names.into_iter().map(str::to_owned).collect()
}

/// The names of the figures that the code writes.
fn figures_written(sources: &str) -> BTreeSet<String> {
    let outcomes = between(sources, "=> \"Deliveries", "\"").into_iter().map(|rest| format!("Deliveries{rest}"));
    between(sources, ".figure(\"", "\"").into_iter().map(str::to_owned).chain(outcomes).collect()
}

#[test]
fn every_alarm_has_its_runbook_and_names_it() {
    let runbooks = read("docs/runbooks.md");
    let sections: BTreeSet<String> =
        runbooks.lines().filter_map(|line| line.strip_prefix("### ")).map(str::to_owned).collect();
    assert_eq!(sections, alarms().into_iter().collect());
    for alarm in &sections {
        let block = monitoring().block(alarm).expect("the alarm");
        let link = format!("See ${{Runbooks}}#{}'\n", alarm.to_lowercase());
        assert!(block.contains("AlarmDescription: ") && block.contains(&link), "{block}");
        assert!(block.contains("AlarmActions: !If [HasAlarmTopic, [!Ref AlarmTopicArn]"), "{block}");
        let section = runbooks.split(&format!("### {alarm}\n")).nth(1).expect("the section");
        let section = section.split("\n## ").next().and_then(|rest| rest.split("\n### ").next()).unwrap_or_default();
        for part in ["**Means.**", "**Users.**", "**Look.**", "**Do.**"] {
            assert!(section.contains(part), "{alarm} has no {part}");
        }
    }
}

/// An alarm on a figure that nobody writes would never fire, or always; a figure that nobody sees tells nothing.
#[test]
fn code_alarms_and_dashboard_name_the_same_figures() {
    let (sources, template) = (sources(), read("infra/monitoring.yaml"));
    let written = figures_written(&sources);
    assert!(written.len() >= 13, "{written:?}");
    assert_eq!(figures_in(&template), written);
    let runbooks = read("docs/runbooks.md");
    for name in written {
        assert!(runbooks.contains(&format!("`{name}`")), "the runbooks do not say what {name} is");
    }
}

#[test]
fn the_sweeps_alarms_tell_nothing_overdue_from_nothing_told() {
    for (alarm, missing) in [("OverdueAlarm", "notBreaching"), ("SweepAlarm", "breaching")] {
        let alarm = monitoring().block(alarm).expect("the alarm");
        assert!(alarm.contains(&format!("Namespace: {}\n", cloud::telemetry::NAMESPACE)), "{alarm}");
        assert!(alarm.contains("Name: FunctionName, Value: !Ref Publish "), "{alarm}");
        assert!(alarm.contains(&format!("TreatMissingData: {missing}\n")), "{alarm}");
    }
}

#[test]
fn no_figure_is_by_organization() {
    let sources = sources();
    let dimensions = between(&sources, ".of(\"", "\"");
    assert_eq!(dimensions.into_iter().collect::<Vec<_>>(), ["Network"]);
}

#[test]
fn the_dashboard_answers_in_its_first_row() {
    let dashboard = dashboard();
    let widgets = dashboard["widgets"].as_array().expect("widgets");
    let text = widgets[0]["properties"]["markdown"].as_str().expect("a text");
    assert!(text.starts_with("# Is publishing healthy?"), "{text}");
    let titles: Vec<&str> = widgets.iter().filter_map(|widget| widget["properties"]["title"].as_str()).collect();
    assert_eq!(titles[..3], ["Lateness (ms)", "Oldest unfinished (s), overdue", "Dead letters"]);
    let mut taken = BTreeSet::new();
    for widget in widgets {
        let number = |name: &str| widget[name].as_u64().expect("a number");
        assert!(number("x") + number("width") <= 24, "{widget}");
        for x in number("x")..number("x") + number("width") {
            for y in number("y")..number("y") + number("height") {
                assert!(taken.insert((x, y)), "{widget} lies on another");
            }
        }
    }
}

/// Queries of the runbooks go by messages and fields that are really told.
#[test]
fn the_runbooks_ask_for_what_is_told() {
    let (runbooks, sources) = (read("docs/runbooks.md"), sources());
    let messages = between(&runbooks, "message = \"", "\"");
    assert!(messages.len() >= 5, "{messages:?}");
    for message in messages {
        assert!(sources.contains(&format!("\"{message}\"")), "nobody says {message}");
    }
}

#[test]
fn what_may_be_told_in_detail_is_ours() {
    let crates =
        ["shared", "functions", "infra"].map(|folder| std::fs::read_dir(root().join(folder)).expect("a folder"));
    let folders = crates.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let named = folders.filter(|path| path.join("Cargo.toml").is_file());
    let mut own: BTreeSet<String> =
        named.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    own.insert("atelier".to_owned());
    assert_eq!(cloud::telemetry::DETAILED.map(str::to_owned).into_iter().collect::<BTreeSet<_>>(), own);
}
