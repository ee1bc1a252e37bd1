//! Every client against its simulated network: `cargo test --workspace --test networks`.

use clients::try_network;
use domain::platform::Platform;

/// Tries what is listed for a network, in each of its ways.
async fn tried(platform: Platform) {
    let mut failures = Vec::new();
    for (_, make) in networks::cases::all().into_iter().filter(|(known, _)| *known == platform) {
        let result = try_network(platform, make).await;
        failures.extend(result.all_failures());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

macro_rules! networks {
    ($($name:ident $platform:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $name() {
            tried(Platform::$platform).await;
        })*
    };
}

networks! {
    bluesky Bluesky,
    mastodon Mastodon,
    linkedin Linkedin,
    facebook Facebook,
    instagram Instagram,
    threads Threads,
    tiktok Tiktok,
    x X,
    youtube Youtube,
    pinterest Pinterest,
}
