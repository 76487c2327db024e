//! A certified server that authctl's authors did not write, with a grace and without.

use serde_json::Value;

use crate::interop::{Server, album, browser, is_installed, run};
use crate::support::stage::Stage;

fn measure(grace: u32, more: &[&str]) -> Option<Value> {
    if !is_installed() {
        return None;
    }
    let stage = Stage::new();
    let album = album(&format!("probed-{grace}"));
    let server = Server::with_grace(stage.home.path(), grace);
    // A person has one browser, in which the first login lasts.
    let browser = browser(&album, "light+kept");
    let mut args = vec!["probe", "--issuer", &server.issuer, "--client-id", "cli"];
    args.extend(["--scope", "openid", "--scope", "offline_access"]);
    // This server gives a refresh token only to those who ask for consent.
    args.extend(["--param", "prompt=consent", "--timeout", "60s", "--json"]);
    args.extend(["--browser", &browser]);
    args.extend(more);
    let done = run(&stage, &server, &args);
    let found: Value = serde_json::from_str(done.answer()).expect("json");
    let grants = server.grants();
    assert_eq!(grants["now"], 0, "{grants} {found}");
    assert!(grants["ever"].as_u64() > Some(1), "{grants}");
    Some(found)
}

fn says(found: &Value, question: &str, words: &str) {
    let said = found[question]["answer"].as_str().unwrap_or_default();
    assert!(said.contains(words), "{question}: no `{words}` in {found}");
}

#[test]
fn a_certified_server_is_measured() {
    let Some(found) = measure(0, &[]) else { return };
    says(&found, "refresh", "it is spent, and a new one comes");
    says(&found, "spent", "is refused at once");
    says(&found, "reuse", "ends it");
    says(&found, "old_access", "lives on until its end");
    says(&found, "expires_in", "5m, as it says");
    says(&found, "revoke_refresh", "ends it, and its access token");
    // It asks the person whether they mean it, which a probe cannot answer.
    says(&found, "logout", "not known");
    says(&found, "left", "nothing is logged in");
}

#[test]
fn a_certified_server_with_a_grace_is_measured() {
    let Some(found) = measure(3, &["--long"]) else {
        return;
    };
    says(
        &found,
        "spent",
        "gives new tokens at once, and is refused after 5 s",
    );
    says(&found, "reuse", "ends it");
    says(&found, "at_once", "both are answered");
    says(&found, "left", "nothing is logged in");
}
