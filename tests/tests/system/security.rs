//! What holds for the whole product and belongs to no route: what is linked, how sign-in is set, and that the wall
//! between tenants stands where the handles are.

use std::path::{Path, PathBuf};
use std::process::Command;

use cloud::{Cloud, Config, Endpoints, ObjectError};
use domain::groups::AccountGroups;
use domain::ids::{OrgId, Ulid};
use domain::tenancy::OrgScope;
use serde_json::Value;
use store::{Condition, OrgKey, StoreError, Table};
use tests::template::Template;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Settings of a deployment that nobody answers for: what is sent fails otherwise than what is refused.
async fn nowhere() -> std::sync::Arc<Cloud> {
    let nobody = Some("http://127.0.0.1:9".to_owned());
    Cloud::connect(Config {
        region: "us-east-1".into(),
        table: "table".into(),
        bucket: "bucket".into(),
        endpoints: Endpoints { dynamodb: nobody.clone(), s3: nobody, ..Endpoints::default() },
        static_credentials: Some(("id".into(), "secret".into())),
        ..Config::default()
    })
    .await
}

/// Every item of everybody is an operator's to reach: no route, event or network's client asks for it.
#[test]
fn only_operators_reach_the_whole_table() {
    let mut folders =
        ["functions", "shared/api", "shared/platforms", "infra/local"].map(|name| root().join(name)).to_vec();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                read += 1;
                let text = std::fs::read_to_string(&path).expect("a source");
                assert!(!text.contains("WholeTable"), "{}", path.display());
            }
        }
    }
    assert!(read > 100, "{read} sources");
}

#[tokio::test]
async fn a_write_of_another_organization_is_never_sent() {
    let cloud = nowhere().await;
    let table = Table::new(&cloud);
    let [ours, theirs] = [1_u128, 2].map(|n| table.org(OrgScope::from_verified_claims(OrgId::new(Ulid::from(n)))));
    let groups = AccountGroups::default();
    let write = |store: &store::OrgStore| store.put(&OrgKey::Groups, &groups, Condition::Always).expect("a write");
    // Made by one handle and done by another, or by none in particular.
    for refused in [
        ours.transact(vec![write(&theirs)]).await,
        ours.transact(vec![write(&ours), write(&theirs)]).await,
        table.transact(vec![write(&ours), write(&theirs)]).await,
    ] {
        assert!(matches!(refused, Err(StoreError::Outside(_))), "{refused:?}");
    }
    // What is one's own is sent, and finds nobody there.
    let sent = ours.transact(vec![write(&ours)]).await;
    assert!(matches!(sent, Err(StoreError::Unavailable(_))), "{sent:?}");
    let escaping = cloud.objects().get(ours.scope(), &format!("../{}/a.png", theirs.org()), None).await;
    assert!(matches!(escaping, Err(ObjectError::Outside(_))), "{escaping:?}");
    // It is a bug, so it answers 500, in words that say nothing of it.
    let answer = api::ApiError::from(ours.transact(vec![write(&theirs)]).await.expect_err("refused"));
    assert_eq!(answer.status().as_u16(), 500);
}

#[test]
fn the_user_pool_is_set_as_the_documents_say() {
    let template = Template::read().expect("the template");
    let pool = template.block("UserPool").expect("a pool");
    for setting in [
        "MinimumLength: 10",
        "RequireLowercase: false",
        "RequireUppercase: false",
        "RequireNumbers: false",
        "RequireSymbols: false",
        "Name: verified_email",
        "DeletionProtection: ACTIVE",
    ] {
        assert!(pool.contains(setting), "UserPool: {setting}");
    }
    let client = template.block("UserPoolClient").expect("a client");
    for setting in [
        "AllowedOAuthFlows: [code]",
        "AllowedOAuthScopes: [openid, email, profile]",
        "PreventUserExistenceErrors: ENABLED",
        "EnableTokenRevocation: true",
        "AccessTokenValidity: 5",
        "IdTokenValidity: 5",
        "RefreshTokenValidity: 30",
        "TokenValidityUnits: { AccessToken: minutes, IdToken: minutes, RefreshToken: days }",
    ] {
        assert!(client.contains(setting), "UserPoolClient: {setting}");
    }
}

/// A list of `deny.toml`.
fn listed(text: &str, section: &str, name: &str) -> Vec<String> {
    let section = text.split_once(&format!("\n[{section}]\n")).unwrap_or_else(|| panic!("no [{section}]")).1;
    let section = section.split("\n[").next().unwrap_or_default();
    let list = section.split_once(&format!("{name} = [")).unwrap_or_else(|| panic!("no {name}")).1;
    let list = list.split_once(']').expect("its end").0;
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met by allowed licences.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "-with-");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&tokens, &mut at, allowed);
    assert_eq!(at, tokens.len(), "a strange expression: {expression}");
    met
}

fn either(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = both(tokens, at, allowed);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(tokens, at, allowed);
    }
    met
}

fn both(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(tokens, at, allowed);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(tokens, at, allowed);
    }
    met
}

fn one(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(token) = tokens.get(*at).copied() else { return false };
    *at += 1;
    if token == "(" {
        let met = either(tokens, at, allowed);
        *at += 1;
        return met;
    }
    allowed.iter().any(|licence| licence == token)
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned()];
    for met in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "ISC AND (GPL-3.0 OR MIT)", "(MIT)"] {
        assert!(is_allowed(met, &allowed), "{met}");
    }
    for unmet in ["GPL-3.0", "MIT AND GPL-3.0", "ISC AND (GPL-3.0 OR AGPL-3.0)", "MIT WITH an-exception", ""] {
        assert!(!is_allowed(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_dependency_has_an_allowed_licence_and_source() {
    let lists = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let (licences, sources) = (listed(&lists, "licenses", "allow"), listed(&lists, "sources", "allow-registry"));
    let banned = listed(&lists, "bans", "deny");
    assert!(licences.len() > 3 && !sources.is_empty() && !banned.is_empty());
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let linked: Vec<&str> =
        metadata["resolve"]["nodes"].as_array().into_iter().flatten().filter_map(|n| n["id"].as_str()).collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    let packages = metadata["packages"].as_array().expect("packages");
    for package in packages.iter().filter(|package| linked.contains(&package["id"].as_str().unwrap_or_default())) {
        let name = package["name"].as_str().unwrap_or_default();
        if banned.iter().any(|ban| ban == name) {
            wrong.push(format!("{name} is banned"));
        }
        // Without a source it is one of ours.
        let Some(source) = package["source"].as_str() else { continue };
        seen += 1;
        if !sources.iter().any(|allowed| source == format!("registry+{allowed}")) {
            wrong.push(format!("{name} comes from {source}"));
        }
        let licence = package["license"].as_str().unwrap_or_default();
        if !is_allowed(licence, &licences) {
            wrong.push(format!("{name} is under {licence:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 200, "{seen} dependencies");
    println!("dependencies: crates={seen} licences={} banned={}", licences.len(), banned.len());
}

/// Licences of what the page is built from, and why those beyond the list of `deny.toml` are fine.
const OF_THE_PAGE: [(&str, &str); 6] = [
    ("BlueOak-1.0.0", "permissive"),
    ("CC0-1.0", "a dedication to the public domain"),
    ("CC-BY-4.0", "data on browsers, used by the build alone"),
    ("MPL-2.0", "by file, and only in tools of tests and builds; nothing of it is shipped changed"),
    ("OFL-1.1", "the font"),
    ("Python-2.0", "permissive; a tool of the lints"),
];
/// Packages that name their licence elsewhere than in their manifest.
const UNNAMED: [(&str, &str); 1] =
    [("twitter-text", "Apache-2.0, in its LICENSE file; used to test the counting of links")];

#[test]
fn every_package_of_the_page_is_locked_by_its_content_and_has_an_allowed_licence() {
    let lists = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let mut allowed = listed(&lists, "licenses", "allow");
    allowed.extend(OF_THE_PAGE.map(|(licence, _)| licence.to_owned()));
    let lock = std::fs::read_to_string(root().join("frontend/package-lock.json")).expect("the lock file");
    let lock: Value = serde_json::from_str(&lock).expect("JSON");
    let mut seen = 0;
    for (path, package) in lock["packages"].as_object().expect("packages").iter().filter(|(path, _)| !path.is_empty()) {
        seen += 1;
        let integrity = package["integrity"].as_str().unwrap_or_default();
        assert!(integrity.starts_with("sha512-"), "{path} is not locked by its content");
        let elsewhere =
            package["resolved"].as_str().is_some_and(|from| !from.starts_with("https://registry.npmjs.org/"));
        assert!(!elsewhere, "{path} comes from {}", package["resolved"]);
        let unnamed = UNNAMED.iter().any(|(name, _)| path.ends_with(&format!("node_modules/{name}")));
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(unnamed || is_allowed(licence, &allowed), "{path} is under {licence:?}");
        // What is bundled into the page itself has no copyleft at all.
        let shipped = package["dev"] != true && package["devOptional"] != true;
        assert!(!(shipped && licence.contains("MPL")), "{path} is shipped under {licence}");
    }
    assert!(seen > 100, "{seen} packages");
    println!("dependencies: packages={seen}");
}
