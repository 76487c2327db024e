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

    stage
        .run(&["status", "work"])
        .code
        .filter(|code| *code == 4)
        .expect("nothing to hand out");
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

/// After a refused refresh the status said "logged in", and the next caller was given the token
/// that an API had just refused.
#[test]
fn a_token_that_was_refused_with_its_session_is_handed_to_nobody() {
    let stage = Stage::logged_in();
    let token = stage.token();
    let named: Value =
        serde_json::from_str(stage.run(&["token", "work", "--json"]).answer()).expect("json");
    let fingerprint = named["fingerprint"].as_str().expect("a text").to_owned();
    stage.fault("error=invalid_grant");
    let rejected = ["token", "work", "--rejected", &fingerprint];
    stage.run(&rejected).fails(4, "invalid_grant");
    stage.run(&["token", "work"]).fails(4, "invalid_grant");
    assert_eq!(status(&stage)["state"], "refused");
    let text = stage.run(&["status", "work"]);
    assert_eq!(text.code, Some(4));
    assert!(text.stdout.contains("work: refused") && text.stdout.contains("authctl login work"));
    assert_eq!(stage.ledger().refreshes, 0);

    // Where only the refresh was refused, the token that lives is used up.
    stage.log_in();
    assert_ne!(stage.token(), token);
    stage.fault("error=invalid_grant");
    let early = stage.run(&["token", "work", "--min-ttl", "299s"]);
    stage.age(60);
    let early = if early.stderr.contains("invalid_grant") {
        early
    } else {
        stage.run(&["token", "work", "--min-ttl", "4m30s"])
    };
    assert!(early.stderr.contains("invalid_grant"), "{early:?}");
    assert!(
        stage.token().starts_with("at-"),
        "it was not refused itself"
    );
    assert_eq!(status(&stage)["state"], "refused");
    assert_eq!(stage.run(&["status", "work"]).code, Some(0));
}

/// An API refused the token after the refresh had been refused: `--rejected` on a session that was
/// marked already was told that the session has ended, and the next caller was given that token.
#[test]
fn a_token_that_is_refused_after_its_session_is_handed_out_no_more() {
    let stage = Stage::logged_in();
    stage.fault("error=invalid_grant");
    let early = ["token", "work", "--min-ttl", "4m30s"];
    stage.age(60);
    let early = stage.run(&early);
    assert!(early.stderr.contains("invalid_grant"), "{early:?}");
    let token = stage.token();
    assert_eq!(token, early.answer(), "it was not refused itself");
    let record = stage.record();

    let fingerprint = authctl::secret::Fingerprint::of(&token).to_string();
    let asked = stage.ledger().token_requests;
    for _ in 0..2 {
        let rejected = ["token", "work", "--rejected", &fingerprint];
        stage.run(&rejected).fails(4, "invalid_grant");
        stage.run(&["token", "work"]).fails(4, "invalid_grant");
    }
    assert_eq!(stage.ledger().token_requests, asked, "nothing is spent");
    let mut marked = record.clone();
    marked["refused"]["access"] = fingerprint.into();
    assert_eq!(stage.record(), marked, "only the mark is new");
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
        "a refresh may end the access token before it",
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

/// One unknown setting in one profile stopped every other one, cached tokens too.
#[test]
fn what_is_wrong_with_one_profile_is_no_concern_of_the_others() {
    let stage = Stage::logged_in();
    stage.add_to_config("[profile.bad]\nisuer = \"https://as.example\"\nclient_id = \"c\"\n");
    assert!(stage.token().starts_with("at-"));
    assert_eq!(stage.run(&["profile", "list"]).answer(), "* work\n  bad");
    stage
        .run(&["token", "bad"])
        .fails(6, "did you mean `issuer`");
    let all = stage.run(&["status", "--all"]);
    assert!(
        all.answer().contains("work: logged in") && all.answer().contains("did you mean `issuer`"),
        "{all:?}"
    );
    let all = stage.run(&["status", "--json"]);
    let all: Value = serde_json::from_str(all.answer()).expect("json");
    assert!(all[0].get("profile_error").is_none(), "{all}");
    assert!(all[1]["profile_error"].as_str().is_some(), "{all}");
    stage.expire();
    assert!(stage.token().starts_with("at-"), "and it can be refreshed");
}

/// A session ended after its ninety days, and had said so to its user at no time before.
#[test]
fn a_person_is_told_before_the_session_itself_ends() {
    const DAY: i64 = 86_400;
    let stage = Stage::new();
    stage.fault("with={\"authorization_expires_in\":864000}@authorization_code");
    stage.log_in();
    assert_eq!(status(&stage)["login_needed_in_any_case"], true);
    let text = stage.run(&["status"]);
    assert!(
        text.answer().contains("person      has to log in by "),
        "{text:?}"
    );
    let refresh = |left: i64, variables: &[(&str, &str)]| {
        // The login was ninety days ago.
        let mut record = stage.record();
        let now = authctl::time::Clock.now().0;
        record["logged_in_at"] = (now - 90 * DAY).into();
        std::fs::write(stage.file("work.json"), record.to_string()).expect("written");
        stage.expire();
        stage.fault(&format!("with={{\"authorization_expires_in\":{left}}}"));
        let done = stage.run_with(variables, &["token", "work"]);
        done.answer();
        done.stderr
    };
    assert_eq!(refresh(4 * DAY, &[]), "");
    let warned = refresh(2 * DAY, &[]);
    assert!(warned.contains("work: the session ends in "), "{warned}");
    assert!(warned.contains("log in again before that"), "{warned}");
    // A stored token is handed out in silence.
    assert_eq!(stage.run(&["token", "work"]).stderr, "");
    assert_eq!(refresh(2 * DAY, &[("AUTHCTL_WARN_BEFORE", "1d")]), "");
    assert_eq!(refresh(DAY / 2, &[("AUTHCTL_WARN_BEFORE", "0s")]), "");
    assert!(refresh(4 * DAY, &[("AUTHCTL_WARN_BEFORE", "5d")]).contains("the session ends in "));
}
