//! Sealed sessions: what can be read of them and what cannot, and keys that are missing, lost,
//! wrong or replaced.

use std::fs;
use std::path::{Path, PathBuf};

use authctl::secret::Fingerprint;
use authctl::store::key::Key;
use authctl::store::seal::Form;
use serde_json::Value;

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::{ByEnvironment, Storage, WithReadableToken};

mod damage;
mod machines;
mod moves;
mod processes;

type Sealed = StageOf<ByEnvironment>;

/// Runs the program with the stage's key in its environment, whatever the storage.
fn run(stage: &Stage, args: &[&str]) -> Done {
    run_by_key(stage, &stage.key, args)
}

/// Runs the program with other keys in its environment than the stage's.
fn run_by_key<S: Storage>(stage: &StageOf<S>, keys: &str, args: &[&str]) -> Done {
    stage.run_with(&[("AUTHCTL_KEY", keys)], args)
}

/// Says that the API has refused the token.
fn refuse_token(stage: &Stage) -> Done {
    let refused = Fingerprint::of(run(stage, &["token", "work"]).answer()).to_string();
    run(stage, &["token", "work", "--rejected", &refused])
}

#[track_caller]
fn is_sealed(stage: &Stage) -> bool {
    let bytes = fs::read(stage.file("work.json")).expect("there is a record");
    matches!(Form::of(&bytes).expect("it is whole"), Form::Sealed(_))
}

/// Every token of a session.
fn secrets(record: &Value) -> Vec<String> {
    let tokens =
        ["access_token", "refresh_token", "id_token"].map(|name| record["tokens"][name].as_str());
    tokens.into_iter().flatten().map(str::to_owned).collect()
}

/// Every file in a directory, and in those below it.
fn files_in(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("there").flatten() {
        if entry.path().is_dir() {
            files.extend(files_in(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

/// What any program can find that reads every file of the state directory.
fn found<'a>(stage: &Stage, secrets: &'a [String]) -> Vec<&'a String> {
    let mut all = Vec::new();
    for file in files_in(&stage.state()) {
        all.extend(fs::read(file).expect("readable"));
    }
    let all = String::from_utf8_lossy(&all).into_owned();
    secrets
        .iter()
        .filter(|secret| all.contains(secret.as_str()))
        .collect()
}

#[test]
fn no_token_is_found_in_the_directory_of_a_sealed_session() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = Sealed::logged_in();
    let mut known = secrets(&stage.record());
    for _ in 0..3 {
        stage.expire();
        stage.token();
        known.extend(secrets(&stage.record()));
    }
    // A process that dies leaves what it had begun.
    stage.expire();
    stage.token_dying_at(8, true);
    assert!(stage.file("work.pending").exists());
    known.push(stage.key.clone());
    assert_eq!(known.len(), 13);
    for file in files_in(&stage.state()) {
        let bytes = fs::read(&file).expect("readable");
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            known.iter().all(|secret| !text.contains(secret.as_str())),
            "{file:?}"
        );
    }
    assert!(stage.token().starts_with("at-"));
}

#[test]
fn the_status_of_a_sealed_session_needs_no_key() {
    let stage = Sealed::logged_in();
    let status = stage
        .command(&["status", "--json"])
        .env_remove("AUTHCTL_KEY")
        .output()
        .expect("runs");
    let status: Value = serde_json::from_slice(&status.stdout).expect("json");
    let record = stage.record();
    let status = &status[0];
    assert_eq!(status["state"], "logged in");
    assert_eq!(status["generation"], 1);
    assert_eq!(status["renewable"], true);
    assert_eq!(status["scope"], record["tokens"]["scope"]);
    assert_eq!(status["subject"]["name"], "alice@sandbox.example");
    assert_eq!(status["seal"]["store"], "env");
    let token = record["tokens"]["access_token"].as_str().expect("a token");
    assert_eq!(status["fingerprint"], Fingerprint::of(token).to_string());
}

#[test]
fn a_missing_wrong_or_lost_key_is_named_and_is_no_logout() {
    let stage = Sealed::logged_in();
    let before = fs::read(stage.file("work.json")).expect("there");
    let another = Key::random();
    for args in [
        &["token", "work"][..],
        &["token", "work", "--id-token"],
        &["logout", "work"],
    ] {
        run_by_key(&stage, "", args).fails(3, "there is no key in AUTHCTL_KEY");
        run_by_key(&stage, "correct horse battery staple", args)
            .fails(3, "what is in AUTHCTL_KEY is not a key");
    }
    for expired in [false, true] {
        if expired {
            stage.expire();
        }
        run_by_key(&stage, another.expose(), &["token", "work"])
            .fails(3, "which is no longer in AUTHCTL_KEY");
    }
    assert_eq!(
        (stage.ledger().refreshes, stage.ledger().token_requests),
        (0, 1)
    );
    assert!(!stage.file("work.previous").exists());
    // Any of several will do.
    let both = format!("{}\n{}", another.expose(), stage.key);
    run_by_key(&stage, &both, &["token", "work"]).answer();
    assert_ne!(fs::read(stage.file("work.json")).expect("there"), before);
}

#[test]
fn a_login_takes_the_place_of_a_session_whose_key_is_lost() {
    let stage = Sealed::logged_in();
    let key = Key::random();
    let mut login = stage.login_command("work", &["--browser", &visitor("alice")]);
    login.env("AUTHCTL_KEY", key.expose());
    let done = Done::from(login.output().expect("runs"));
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("it gives way to a new session"),
        "{done:?}"
    );
    let token = run_by_key(&stage, key.expose(), &["token", "work"]);
    assert!(token.answer().starts_with("at-"));
    assert!(
        !stage.file("work.previous").exists(),
        "no caller can go back to what cannot be opened"
    );
    // A session that cannot be opened is removed all the same, and authctl says that the server
    // does not know.
    let done = stage.run(&["logout", "work"]);
    assert!(
        done.stderr.contains("its tokens cannot be read"),
        "{done:?}"
    );
    assert!(!stage.file("work.json").exists());
}

#[test]
fn the_sealed_record_of_another_profile_or_installation_is_named() {
    let (mine, other) = (Sealed::logged_in(), Sealed::logged_in());
    let config = fs::read_to_string(mine.config()).expect("there");
    mine.configure(&format!(
        "{config}{}",
        config
            .split_once("[profile.work]")
            .map_or(String::new(), |(_, keys)| format!("\n[profile.home]{keys}"))
    ));
    fs::copy(mine.file("work.json"), mine.file("home.json")).expect("copied");
    mine.run(&["token", "home"])
        .fails(3, "is the record of the profile `work`");
    // Its name is part of what is sealed.
    let renamed = fs::read_to_string(mine.file("work.json")).expect("text");
    let renamed = renamed.replace("\"profile\": \"work\"", "\"profile\": \"home\"");
    fs::write(mine.file("home.json"), renamed).expect("written");
    let done = mine.run(&["token", "home"]);
    done.fails(4, "nobody has logged in");
    assert!(
        done.stderr
            .contains("the record was damaged; it is kept as"),
        "{done:?}"
    );

    fs::copy(other.file("work.json"), mine.file("work.json")).expect("copied");
    mine.run(&["token", "work"])
        .fails(3, "is the record of another installation");
    // The same key in several places does not make one installation of them.
    run_by_key(&mine, &other.key, &["token", "work"])
        .fails(3, "is the record of another installation");
    // A directory that has lost its name has it from its session.
    fs::remove_file(mine.file(".installation")).expect("there");
    run_by_key(&mine, &other.key, &["token", "work"]).fails(4, "issuer was");
}

fn run_without_key<S: Storage>(stage: &StageOf<S>, args: &[&str]) -> Done {
    let mut command = stage.command(args);
    let output = command.env_remove("AUTHCTL_KEY").output();
    output.expect("authctl runs").into()
}

#[test]
fn a_readable_access_token_needs_no_key_and_the_rest_does() {
    let stage = StageOf::<WithReadableToken>::logged_in();
    assert_eq!(
        run_without_key(&stage, &["token", "work"]).answer(),
        stage.token()
    );
    run_without_key(&stage, &["token", "work", "--id-token"])
        .fails(3, "there is no key in AUTHCTL_KEY");
    let text = fs::read_to_string(stage.file("work.json")).expect("text");
    let known = secrets(&stage.record());
    assert_eq!(
        known
            .iter()
            .map(|secret| text.contains(secret.as_str()))
            .collect::<Vec<_>>(),
        [true, false, false]
    );
    stage.age(293);
    let early = run_without_key(&stage, &["token", "work"]);
    assert_eq!(early.answer(), known[0], "it lives");
    assert!(
        early.stderr.contains("there is no key in AUTHCTL_KEY"),
        "{early:?}"
    );
    // No caller is sent away because of what is readable: the seal is checked first.
    let refused = "\"refused\": {\"at\": 1, \"error\": \"go to http://evil\"},\n\"renewable\"";
    let planted = text
        .replacen("\"renewable\"", refused, 1)
        .replacen("at-", "ax-", 1);
    let ended = planted.replacen("\"expires_at\": 1", "\"expires_at\": ", 1);
    fs::write(stage.file("work.json"), ended).expect("written");
    let done = stage.run(&["token", "work"]);
    assert!(
        done.stderr.contains("the record was damaged") && !done.stderr.contains("evil"),
        "{done:?}"
    );
    // A bit that is changed is found out by the first who has the key in hand.
    fs::write(stage.file("work.json"), text.replacen("at-", "ax-", 1)).expect("written");
    let fingerprint = Fingerprint::of("ax-").to_string();
    let done = stage.run(&["token", "work", "--rejected", &fingerprint, "--id-token"]);
    assert!(
        done.stderr
            .contains("the record was damaged; it is kept as"),
        "{done:?}"
    );
}

#[test]
fn a_session_is_sealed_anew_with_the_first_key_of_several() {
    let stage = Sealed::logged_in();
    let (token, key) = (stage.token(), Key::random());
    let both = format!("{} {}", key.expose(), stage.key);
    let with = |keys: &str, args: &[&str]| -> Done {
        stage
            .command(args)
            .env("AUTHCTL_KEY", keys)
            .output()
            .expect("runs")
            .into()
    };
    let done = with(&both, &["profile", "reseal"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("work: sealed anew, by AUTHCTL_KEY"),
        "{done:?}"
    );
    assert_eq!(with(key.expose(), &["token", "work"]).answer(), token);
    stage
        .run(&["token", "work"])
        .fails(3, "which is no longer in AUTHCTL_KEY");
}

#[test]
fn tokens_of_64_kib_are_sealed_and_refreshed() {
    let stage = Sealed::logged_in();
    let large = format!("at-{}", "x".repeat(64 << 10));
    stage.edit_record(|record| {
        record["tokens"]["access_token"] = large.clone().into();
        record["tokens"]["ballast"] = "y".repeat(64 << 10).into();
    });
    assert_eq!(stage.token(), large);
    stage.expire();
    assert_ne!(stage.token(), large);
    assert_eq!(stage.record()["tokens"]["ballast"], "y".repeat(64 << 10));
}
