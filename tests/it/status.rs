//! `status` and `profile`: what is shown, and that it costs nothing.

use serde_json::Value;

use crate::support::stage::{Done, Stage};

fn status(stage: &Stage) -> Value {
    let all: Value = serde_json::from_str(stage.run(&["status", "--json"]).answer()).expect("json");
    all[0].clone()
}

#[test]
fn each_state_has_its_word() {
    let stage = Stage::logged_in();
    assert_eq!(status(&stage)["state"], "logged in");
    assert_eq!(status(&stage)["subject"]["name"], "alice@sandbox.example");
    assert_eq!(status(&stage)["generation"], 1);
    let text = stage.run(&["status"]);
    for words in [
        "work: logged in",
        "alice@sandbox.example",
        "left, until",
        "by refresh token",
        "openid offline_access",
    ] {
        assert!(text.answer().contains(words), "no `{words}` in {text:?}");
    }

    stage.expire();
    assert_eq!(status(&stage)["state"], "logged in, token to be refreshed");
    stage.sandbox.revoke_everything();
    stage.run(&["token", "work"]).fails(4, "invalid_grant");
    assert_eq!(status(&stage)["state"], "ended by the server");
    assert!(
        status(&stage)["refused"]["error"]
            .as_str()
            .expect("a reason")
            .contains("invalid_grant")
    );

    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&config.replace("client_id = \"sandbox\"", "client_id = \"other\""));
    assert_eq!(status(&stage)["state"], "profile changed");
    assert_eq!(
        status(&stage)["changed"][0],
        "client_id was sandbox and is other"
    );
    stage.configure(&config);
    stage.run(&["logout", "work", "--local"]);
    assert_eq!(status(&stage)["state"], "not logged in");
    assert_eq!(
        stage.ledger().refreshes,
        0,
        "asking for the status asks no server"
    );
}

#[test]
fn profiles_are_listed_shown_chosen_and_removed() {
    let stage = Stage::new();
    stage.configure(
        "default_profile = \"work\"\n[profile.work]\nprovider = \"gitlab\"\nclient_id = \"c\"\n\
         [profile.home]\nissuer = \"https://as.example\"\nclient_id = \"d\"\n",
    );
    assert_eq!(stage.run(&["profile", "list"]).answer(), "* work\n  home");
    assert_eq!(stage.run(&["profile", "use", "home"]).code, Some(0));
    assert_eq!(stage.run(&["profile", "list"]).answer(), "  work\n* home");
    let mut shown = stage.command(&["profile", "show", "work"]);
    let shown = Done::from(shown.env("AUTHCTL_SCOPE", "api").output().expect("runs"));
    for words in [
        "client_id",
        "(config file)",
        "api  (environment)",
        "documented: docs.gitlab.com",
        "DiesOnRefresh",
    ] {
        assert!(shown.answer().contains(words), "no `{words}` in {shown:?}");
    }
    assert_eq!(stage.run(&["profile", "remove", "home"]).code, Some(0));
    assert_eq!(stage.run(&["profile", "list"]).answer(), "  work");
    stage
        .run(&["profile", "remove", "home"])
        .fails(6, "there is no profile `home`");
    stage
        .run(&["profile", "use", "home"])
        .fails(6, "there is no profile `home`");
}

#[test]
fn a_profile_that_is_logged_in_is_not_forgotten() {
    let stage = Stage::logged_in();
    stage
        .run(&["profile", "remove", "work"])
        .fails(1, "work is still logged in");
    stage.token();
}
