//! Logging out: at the server first, then here; never blocked by a server that does not confirm.

use crate::support::programs::{raw, visitor};
use crate::support::stage::{Done, Stage};

#[test]
fn a_logout_revokes_and_removes() {
    let stage = Stage::logged_in();
    let token = stage.token();
    let done = stage.run(&["logout", "work"]);
    assert!(
        done.code == Some(0) && done.stderr.contains("logged out, here and at the server"),
        "{done:?}"
    );
    assert_eq!(
        stage.ledger().revocations,
        2,
        "refresh token, then access token"
    );
    assert!(!stage.file("work.json").exists() && !stage.file("work.previous").exists());
    assert!(
        stage.file("work.lock").exists(),
        "the lock file is never deleted"
    );
    stage
        .run(&["token", "work"])
        .fails(4, "nobody has logged in");
    let host = stage
        .sandbox
        .issuer()
        .strip_prefix("http://")
        .expect("plain http");
    let request = format!(
        "GET /resource HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: \
         close\r\n\r\n"
    );
    assert_eq!(raw(host, &request).0, 401);
    let again = stage.run(&["logout", "work"]);
    assert!(
        again.code == Some(0) && again.stderr.contains("was not logged in"),
        "{again:?}"
    );
}

#[test]
fn a_server_that_does_not_confirm_is_reported_and_not_in_the_way() {
    for fault in [
        "status=503@revoke",
        "drop_before@revoke",
        "error=invalid_client@revoke",
    ] {
        let stage = Stage::logged_in();
        stage.fault(fault);
        let done = stage.run(&["logout", "work"]);
        assert!(
            done.code == Some(0) && done.stderr.contains("may live on at the server"),
            "{fault}: {done:?}"
        );
        assert!(!stage.file("work.json").exists(), "{fault}");
    }
}

#[test]
fn a_local_logout_tells_no_server() {
    let stage = Stage::logged_in();
    let done = stage.run(&["logout", "work", "--local", "--json"]);
    let report: serde_json::Value = serde_json::from_str(done.answer()).expect("json");
    assert_eq!(
        (report[0]["removed"].clone(), report[0]["revoked"].clone()),
        (true.into(), false.into())
    );
    assert_eq!(stage.ledger().revocations, 0);
}

#[test]
fn all_means_every_session_even_of_a_profile_that_is_gone() {
    let stage = Stage::logged_in();
    let browser = visitor("bob");
    let mut other = stage.login_command("other", &["--browser", &browser]);
    let other = Done::from(other.output().expect("runs"));
    assert_eq!(other.code, Some(0), "{other:?}");
    stage.configure("");
    assert_eq!(stage.run(&["logout", "--all"]).code, Some(0));
    assert!(!stage.file("work.json").exists() && !stage.file("other.json").exists());
    assert_eq!(stage.ledger().revocations, 4);
}

#[test]
fn nothing_of_one_server_goes_to_another() {
    let (stage, other) = (Stage::logged_in(), Stage::new());
    let elsewhere = other.sandbox.issuer();
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{elsewhere}\"\nclient_id = \"sandbox\"\nrevocation_endpoint \
         = \"{elsewhere}/revoke\"\n"
    ));
    let done = stage.run(&["logout", "work"]);
    assert!(
        done.stderr.contains("logged out, here and at the server"),
        "{done:?}"
    );
    assert_eq!(
        (stage.ledger().revocations, other.ledger().revocations),
        (2, 0)
    );
}

fn corrupt_files(stage: &Stage) -> usize {
    let entries = std::fs::read_dir(stage.state()).expect("there").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("corrupt")).count()
}

#[test]
fn what_was_kept_aside_goes_with_the_logout() {
    let stage = Stage::logged_in();
    std::fs::write(stage.file("work.json"), "{").expect("written");
    stage
        .run(&["token", "work"])
        .fails(4, "nobody has logged in");
    assert_eq!(corrupt_files(&stage), 1);
    let done = stage.run(&["logout", "--all"]);
    assert!(
        done.code == Some(0) && done.stderr.contains("logged out on this machine"),
        "{done:?}"
    );
    assert_eq!(corrupt_files(&stage), 0);
}
