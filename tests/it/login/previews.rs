//! `login --dry-run`: what would be sent, without a login.

use authctl::sandbox::{MACHINE_CLIENT, PUBLIC_CLIENT};
use serde_json::Value;

use crate::support::stage::Stage;

/// Each way to log in with the flags that lead to it, and its first request.
const WAYS: &[(&[&str], &str, &str, &str)] = &[
    (
        &["--scope", "openid read"],
        "authorization_code",
        "GET",
        "/authorize",
    ),
    (
        &["--device"],
        "device_code",
        "POST",
        "/device_authorization",
    ),
];

#[test]
fn a_dry_run_shows_the_request_and_changes_nothing() {
    for (flags, grant, verb, path) in WAYS {
        let stage = Stage::new();
        let issuer = stage.sandbox.issuer();
        let dry = [*flags, &["--dry-run"]].concat();
        let done = stage.run_login(&[&dry[..], &["--json"]].concat());
        let found: Value = serde_json::from_str(done.answer()).expect("json");
        assert_eq!(found["grant"], *grant, "{found}");
        assert_eq!(found["request"]["method"], *verb, "{found}");
        let url = found["request"]["url"].as_str().expect("an address");
        assert!(url.starts_with(&format!("{issuer}{path}")), "{url}");
        let whole = format!("{url} {}", found["request"]["body"]);
        assert!(whole.contains("client_id=sandbox"), "{whole}");
        assert_eq!(found["auth_method"], "none");
        assert_eq!(found["writes"]["client_id"][0], PUBLIC_CLIENT);
        assert!(stage.run_login(&dry).answer().contains("a public client"));
        assert!(!stage.state().exists() && !stage.config().exists());
        let ledger = stage.ledger();
        assert_eq!((ledger.token_requests, ledger.logins), (0, 0));
    }
}

/// Nothing is run that would print a secret, and none is shown.
#[test]
fn a_dry_run_shows_no_secret() {
    let stage = Stage::new();
    let issuer = stage.sandbox.issuer();
    let ran = stage.home.path().join("ran");
    for method in ["client_secret_basic", "client_secret_post"] {
        stage.configure(&format!(
            "[profile.job]\nissuer = \"{issuer}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
             grant = \"client_credentials\"\nauth_method = \"{method}\"\n\
             client_secret = {{ command = \"touch {}\" }}\n",
            ran.display()
        ));
        let done = stage.run(&["login", "job", "--dry-run"]);
        let shown = done.answer();
        assert!(shown.contains("grant_type=client_credentials"), "{shown}");
        assert!(
            shown.contains(&format!("proves itself by {method}")),
            "{shown}"
        );
        let is_in_body = method == "client_secret_post";
        assert_eq!(shown.contains("client_secret=***"), is_in_body, "{shown}");
    }
    assert!(!ran.exists());
    assert_eq!(stage.ledger().token_requests, 0);
}
