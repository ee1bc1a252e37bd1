//! What CloudFront's functions do with an address, run as they are written in the template.

use std::process::Command;

use serde_json::{Value, json};
use tests::template::Template;

/// The address that a function of the edge makes of `uri` at `host`.
fn rewritten(function: &str, host: &str, uri: &str) -> String {
    let block = Template::at("infra/edge.yaml").expect("the edge").block(function).expect("the function");
    let (_, code) = block.split_once("FunctionCode: |\n").expect("its code");
    // Behind the code are the comments of the next resource.
    let code = code.split("\n\n").next().unwrap_or_default();
    let event = json!({ "request": { "uri": uri, "headers": { "host": { "value": host } } } });
    let script = format!("{code}\nconsole.log(JSON.stringify(handler({event})));");
    let run = Command::new("node").args(["-e", &script]).output().expect("Node");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let request: Value = serde_json::from_slice(&run.stdout).expect("a request");
    request["uri"].as_str().expect("an address").to_owned()
}

#[test]
fn public_pages_have_names_of_their_own() {
    let at = |uri| rewritten("SlugRoutes", "workshop.atelier.example", uri);
    assert_eq!(at("/"), "/p/workshop");
    assert_eq!(at("/feed.atom"), "/p/workshop/feed.atom");
    assert_eq!(at("/p/workshop/entry"), "/p/workshop/entry", "a link of the page itself");
    assert_eq!(at("/p/assets/inter-5.2.woff2"), "/p/assets/inter-5.2.woff2");
    assert_eq!(at("/api/posts"), "/p/workshop/api/posts", "only public pages are here");
}

#[test]
fn every_address_of_the_page_is_its_one_document() {
    let at = |uri| rewritten("PageRoutes", "atelier.example", uri);
    assert_eq!((at("/").as_str(), at("/posts/post_1").as_str()), ("/index.html", "/index.html"));
    assert_eq!((at("/assets/a.js").as_str(), at("/config.json").as_str()), ("/assets/a.js", "/config.json"));
}
