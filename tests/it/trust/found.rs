//! What fresh eyes found when they tried to break what this room promises, each as it was.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::PathBuf;
use std::process::Command;

use authctl::sandbox::MACHINE_CLIENT;

use super::{home_of_another, mode_of, open};
use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, STRANGER, give, run_script_as};

/// A directory of root's that nobody else may enter, with a file in it.
fn roots_own(stage: &Stage) -> PathBuf {
    let place = stage.home.path().join("roots");
    fs::create_dir(&place).expect("made");
    fs::write(place.join("precious"), "root's own\n").expect("written");
    open(&place, 0o700);
    place
}

/// Root gave a damaged record a second name, through a link that the user had put there first.
#[test]
fn root_keeps_no_damaged_record_behind_a_users_link() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let roots = roots_own(&stage);
    let evil = roots.join("evil");
    let script = format!(
        "printf '* * * * * root id' > work.json; now=$(date +%s); i=0; \
         while [ $i -lt 20 ]; do ln -s {} \
         work.json.corrupt-$(date -u -d @$((now + i)) +%Y%m%dT%H%M%SZ); i=$((i + 1)); done",
        evil.display()
    );
    run_script_as(ANOTHER, &stage.state(), &script);
    stage.run(&["token", "work"]);
    assert!(!evil.exists(), "root wrote behind the link");
}

/// A user's `lock_dir` had root make a directory for the user wherever the user liked.
#[test]
fn root_makes_no_directory_of_locks_where_the_user_could_not() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let roots = roots_own(&stage);
    for name in ["new", "."] {
        stage.expire();
        let config = fs::read_to_string(stage.config()).expect("there");
        let config = config
            .split("lock_dir")
            .next()
            .unwrap_or_default()
            .to_owned();
        let place = roots.join(name);
        stage.configure(&format!("{config}lock_dir = \"{}\"\n", place.display()));
        stage.edit_record(|record| record["lock_dir"] = place.display().to_string().into());
        give(&stage.state(), ANOTHER);
        stage
            .run(&["token", "work"])
            .fails(3, "it belongs to another user (uid 0)");
        assert!(!roots.join("new").exists());
        assert_eq!(fs::read_dir(&roots).expect("there").count(), 1, "{name}");
    }
}

/// A user's configuration sent root's files and variables to the user's server.
#[test]
fn root_reads_no_secret_of_its_own_for_a_user() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let roots = roots_own(&stage).join("precious");
    let own = stage.home.path().join("own");
    fs::write(&own, "the-users-own\n").expect("written");
    for (source, code, words) in [
        (
            format!("file = \"{}\"", roots.display()),
            6,
            "is not read for the configuration",
        ),
        (
            "env = \"ROOTS_SECRET\"".to_owned(),
            6,
            "is not read for the configuration",
        ),
        (format!("file = \"{}\"", own.display()), 6, "invalid_client"),
    ] {
        stage.configure(&format!(
            "[profile.work]\nclient_id = \"{MACHINE_CLIENT}\"\ngrant = \"client_credentials\"\n\
             token_endpoint = \"{}/token\"\nclient_secret = {{ {source} }}\n",
            stage.sandbox.issuer()
        ));
        give(stage.home.path(), ANOTHER);
        chown(&roots, Some(0), Some(0)).expect("root may");
        let before = stage.ledger().token_requests;
        let done = stage.run_with(&[("ROOTS_SECRET", "hunter2")], &["token", "work"]);
        done.fails(code, words);
        let asked = stage.ledger().token_requests > before;
        assert_eq!(asked, words == "invalid_client", "{source}");
    }
}

/// A link that leads to a directory was followed, whoever had made it.
#[test]
fn no_strangers_link_to_a_directory_is_followed() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let roots = roots_own(&stage);
    fs::rename(roots.join("precious"), roots.join("work.json")).expect("renamed");
    give(&stage.state(), ANOTHER);
    chown(stage.config(), Some(0), Some(0)).expect("root may");
    let state = stage.home.path().join("elsewhere");
    let link = format!("ln -s {} elsewhere", roots.display());
    open(stage.home.path(), 0o777);
    run_script_as(ANOTHER, stage.home.path(), &link);
    let run = |args: &[&str]| -> Done {
        let mut command = stage.command(args);
        command
            .env("AUTHCTL_HOME", &state)
            .output()
            .expect("runs")
            .into()
    };
    run(&["token", "work"]).fails(3, "it is a link that another user made");
    assert_eq!(fs::read_dir(&roots).expect("there").count(), 1);
    assert_eq!(mode_of(&roots.join("work.json")), 0o644);
    // The directory of keys is one as well.
    fs::remove_dir_all(stage.file(".jwks")).expect("there");
    let link = format!("ln -s {} .jwks", roots.display());
    run_script_as(ANOTHER, &stage.state(), &link);
    stage.login(&["--browser", &visitor("alice")]);
    let text = fs::read_to_string(roots.join("work.json")).expect("there");
    assert_eq!(text, "root's own\n");
}

/// What root made at a first login in a user's home kept the user out.
#[test]
fn what_root_makes_in_a_home_is_its_users() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::new());
    let config = stage.home.path().join("deep/config.toml");
    let browser = visitor("alice");
    let mut login = stage.login_command("work", &["--browser", &browser]);
    let done = Done::from(login.env("AUTHCTL_CONFIG", &config).output().expect("runs"));
    assert_eq!(done.code, Some(0), "{done:?}");
    for path in [
        stage.state(),
        stage.file(".jwks"),
        config.clone(),
        stage.file("work.json"),
    ] {
        let owner = fs::metadata(&path).expect("there").uid();
        assert_eq!(owner, ANOTHER, "{}", path.display());
    }
    let mut token = stage.command_as_another(&["token", "work"]);
    let done = Done::from(token.env("AUTHCTL_CONFIG", &config).output().expect("runs"));
    assert!(done.answer().starts_with("at-"));
}

/// A profile that is called as the environment's was redirected by the environment.
#[test]
fn a_profile_in_the_file_is_named_whatever_its_name_is() {
    let stage = Stage::new();
    let elsewhere = Stage::new();
    let secret = stage.home.path().join("secret");
    fs::write(&secret, authctl::sandbox::MACHINE_SECRET).expect("written");
    stage.configure(&format!(
        "[profile.env]\nissuer = \"{}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         grant = \"client_credentials\"\nclient_secret = {{ file = \"secret\" }}\n",
        stage.sandbox.issuer()
    ));
    let endpoint = format!("{}/token", elsewhere.sandbox.issuer());
    let done = stage.run_with(&[("AUTHCTL_TOKEN_ENDPOINT", &endpoint)], &["token", "env"]);
    assert!(done.answer().starts_with("at-"));
    assert_eq!(elsewhere.ledger().token_requests, 0);
}

/// A name that users give themselves was taken for the account.
#[test]
fn a_name_that_users_choose_is_no_account() {
    let stage = Stage::new();
    for claims in [
        r#"{"sub":"mallory","email":"mallory@evil.example","name":"alice@sandbox.example"}"#,
        r#"{"sub":"mallory","email":"alice@sandbox.example","email_verified":false}"#,
    ] {
        stage.fault(&format!("claims={claims}@authorization_code"));
        let account = [
            "--account",
            "alice@sandbox.example",
            "--browser",
            &visitor("alice"),
        ];
        stage
            .login(&account)
            .fails(1, "the profile is for alice@sandbox.example");
    }
}

/// The configuration was read a second time for the names of secrets, and a pipe was empty by then.
#[test]
fn a_configuration_from_a_pipe_names_its_secrets_all_the_same() {
    let stage = Stage::new();
    let seen = stage.home.path().join("seen");
    let text = format!(
        "[profile.other]\nclient_id = \"c\"\nclient_secret = {{ env = \"OTHER_SECRET\" }}\n\
         [profile.work]\nissuer = \"{}\"\nclient_id = \"c\"\ngrant = \"client_credentials\"\n\
         client_secret = {{ command = \"sh -c 'env > {}; echo x'\" }}\n",
        stage.sandbox.issuer(),
        seen.display()
    );
    let file = stage.home.path().join("text");
    fs::write(&file, text).expect("written");
    let script = format!(
        "AUTHCTL_CONFIG=<(cat {}) {} token work",
        file.display(),
        crate::support::programs::AUTHCTL
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &script])
        .env("AUTHCTL_HOME", stage.state())
        .env("OTHER_SECRET", "hunter2");
    command.output().expect("bash runs");
    let seen = fs::read_to_string(seen).expect("the command ran");
    assert!(!seen.contains("hunter2"), "{seen}");
}

/// Certificates and secrets that a stranger may have written were believed.
#[test]
fn certificates_and_secrets_of_strangers_are_not_believed() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let planted = stage.home.path().join("planted");
    let config = |more: &str| {
        stage.configure(&format!(
            "[profile.work]\nclient_id = \"c\"\nissuer = \"https://as.example\"\n\
             grant = \"client_credentials\"\n{more}"
        ));
        give(stage.home.path(), ANOTHER);
        open(stage.home.path(), 0o777);
        let _ = fs::remove_file(&planted);
        run_script_as(STRANGER, stage.home.path(), "echo x > planted");
    };
    config("client_secret = { env = \"S\" }\nca_file = \"planted\"\n");
    let mut command = stage.command_as_another(&["token", "work"]);
    let done = Done::from(command.env("S", "x").output().expect("runs"));
    done.fails(6, "it belongs to another user");
    config("client_secret = { file = \"planted\" }\n");
    stage
        .run_as_another(&["token", "work"])
        .fails(6, "it belongs to another user");
}

/// In a directory that was open, a stranger exchanged two sessions of one user by their names.
#[test]
fn the_record_of_another_profile_is_not_this_ones() {
    let stage = Stage::logged_in();
    let config = fs::read_to_string(stage.config()).expect("there");
    let other = config
        .replace("default_profile = \"work\"\n", "")
        .replace("work", "home");
    stage.configure(&format!("{config}{other}"));
    fs::copy(stage.file("work.json"), stage.file("home.json")).expect("copied");
    stage
        .run(&["token", "home"])
        .fails(3, "is the record of the profile `work`");
}

/// What root owns is believed because only root can write to it.
#[test]
fn a_file_of_roots_that_others_may_write_to_is_not_believed() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    stage.expire();
    let lock = stage.file("work.lock");
    fs::write(&lock, "").expect("written");
    for (file, code) in [(lock, 3), (stage.config(), 6)] {
        chown(&file, Some(0), Some(0)).expect("root may");
        open(&file, 0o666);
        stage
            .run_as_another(&["token", "work"])
            .fails(code, "other users");
        open(&file, 0o644);
        chown(&file, Some(ANOTHER), Some(ANOTHER)).expect("root may");
    }
    assert_eq!(stage.ledger().refreshes, 0);
    assert!(
        stage
            .run_as_another(&["token", "work"])
            .answer()
            .starts_with("at-")
    );
}
