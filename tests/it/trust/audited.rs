//! What an auditor has made happen, each proof as a test.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET, Options};

use super::{home_of_another, open};
use crate::support::machine;
use crate::support::programs::{recorder, visitor};
use crate::support::stage::{Done, Stage, StageOf};
use crate::support::storage::ByEnvironment;
use crate::support::users::{STRANGER, give};

/// A stage on which `work` has logged in as a registered client that has a secret.
fn registered() -> Stage {
    let stage = Stage::with(Options {
        client_secrets: true,
        ..Options::default()
    });
    let words = ["login", "work", "--register", "--timeout", "60s"];
    let more = [
        "--issuer",
        stage.sandbox.issuer(),
        "--browser",
        &visitor("alice"),
    ];
    let done = stage.run(&[&words[..], &more].concat());
    assert_eq!(done.code, Some(0), "{done:?}");
    stage
}

/// The editor ran as root, and the user put a link to root's file into the place of his own.
#[test]
fn root_edits_nothing_in_a_users_home() {
    if !machine::has_root() {
        return;
    }
    let outside = tempfile::tempdir().expect("a directory");
    let treasure = outside.path().join("treasure");
    fs::write(&treasure, "only root's").expect("written");
    let stage = home_of_another(Stage::logged_in());
    let editor = format!(
        "sh -c 'sleep 1; echo x > \"$0\"; touch {}/ran'",
        outside.path().display()
    );
    let mut command = stage.command(&["profile", "edit"]);
    command
        .env("EDITOR", &editor)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let edit = command.spawn().expect("runs");
    let _ = fs::remove_file(stage.config());
    symlink(&treasure, stage.config()).expect("linked");
    Done::of(edit).fails(6, "root edits nothing in the place of another user");
    assert_eq!(fs::read_to_string(&treasure).expect("there"), "only root's");
    assert!(!outside.path().join("ran").exists());
}

/// The profile had another name, and its clients did not.
#[test]
fn root_renames_nothing_by_half_in_a_users_home() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let done = stage.run(&["profile", "rename", "work", "home"]);
    done.fails(6, "in the home of another user");
    assert_eq!(stage.run(&["token", "work"]).code, Some(0));
}

/// The secret of root's registered client went to an address in a user's configuration.
#[test]
fn a_registered_secret_goes_to_no_address_of_the_configuration() {
    let stage = registered();
    let (sink, asked) = recorder("400 Bad Request");
    let written = fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!("{written}token_endpoint = \"{sink}/token\"\n"));
    let login = [
        "login",
        "work",
        "--replace",
        "--browser",
        &visitor("alice"),
        "--timeout",
        "20s",
    ];
    let done = stage.run(&login);
    done.fails(6, "goes only to those of its issuer");
    assert!(asked.try_recv().is_err());

    if !machine::has_root() {
        return;
    }
    // Another user's configuration, and root's sessions.
    stage.configure(&format!("{written}token_endpoint = \"{sink}/token\"\n"));
    let theirs = tempfile::tempdir().expect("a directory");
    open(theirs.path(), 0o755);
    let config = theirs.path().join("config.toml");
    fs::write(&config, written).expect("written");
    give(theirs.path(), STRANGER);
    let mut command = stage.command(&login);
    command.env("AUTHCTL_CONFIG", &config);
    let done = Done::from(command.output().expect("runs"));
    done.fails(6, "is not read for the configuration of uid 54321");
    assert_eq!(stage.ledger().logins, 1);
}

/// A profile that is changed by another user's configuration sent root's token there.
#[test]
fn a_stored_token_is_shown_to_its_own_server_only() {
    let (stage, other) = (Stage::logged_in(), Stage::new());
    let written = fs::read_to_string(stage.config()).expect("there");
    let own = stage.sandbox.issuer().to_owned();
    stage.run(&["inspect", "-p", "work", "--online"]).answer();
    let (sink, asked) = recorder("200 OK");
    for changed in [
        written.replace(&own, other.sandbox.issuer()),
        format!("{written}userinfo_endpoint = \"{sink}/me\"\n"),
    ] {
        fs::write(stage.config(), changed).expect("written");
        let done = stage.run(&["inspect", "-p", "work", "--online"]);
        done.fails(4, "the profile has changed since its login");
        // Without the server, the token is shown all the same.
        stage.run(&["inspect", "-p", "work"]).answer();
    }
    assert!(asked.try_recv().is_err());
}

/// The refresh token of the session that gave way went where the profile says by now.
#[test]
fn a_replaced_session_is_ended_where_it_was_made() {
    let stage = Stage::logged_in();
    let (sink, asked) = recorder("200 OK");
    stage.add_to_config(&format!("revocation_endpoint = \"{sink}/revoke\"\n"));
    let done = stage.run(&["login", "work", "--replace", "--browser", &visitor("bob")]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stderr.contains("that was here lives on at"),
        "{done:?}"
    );
    assert!(asked.try_recv().is_err());
}

/// Programs saw what the configuration names as secrets, where that could not be read.
#[test]
fn a_configuration_that_is_no_good_names_its_secrets_all_the_same() {
    let stage = Stage::new();
    let sound = "[profile.ci]\nclient_id = \"c\"\nclient_secret = { env = \"MY_SEC\" }\n";
    let escaped = sound.replace("MY_SEC", "MY\\u005FSEC") + "x = = 1\n";
    let job: [(&str, &str); 5] = [
        ("AUTHCTL_ISSUER", stage.sandbox.issuer()),
        ("AUTHCTL_CLIENT_ID", MACHINE_CLIENT),
        ("AUTHCTL_CLIENT_SECRET", MACHINE_SECRET),
        ("AUTHCTL_GRANT", "client_credentials"),
        ("MY_SEC", "hunter2"),
    ];
    let show = "echo \"[$MY_SEC]\"";
    for (text, mode) in [
        (sound.as_bytes().to_vec(), 0o600),
        (sound.as_bytes().to_vec(), 0o666),
        ([sound.as_bytes(), b"# caf\xe9\n"].concat(), 0o600),
        (escaped.into_bytes(), 0o600),
    ] {
        fs::write(stage.config(), &text).expect("written");
        open(&stage.config(), mode);
        let done = stage.run_with(&job, &["exec", "--", "sh", "-c", show]);
        assert_eq!(done.stdout, "[]\n", "{mode:o} {done:?}");
    }
}

/// `probe` works in a configuration of its own, and forgot what the user's names as secrets.
#[test]
fn a_probe_keeps_the_secrets_of_the_configuration_from_the_browser() {
    let mut stage = Stage::new();
    stage.expects_reuse = true;
    stage.configure("[profile.ci]\nclient_id = \"c\"\nclient_secret = { env = \"MY_SEC\" }\n");
    let seen = stage.home.path().join("seen");
    let script = stage.home.path().join("browser.sh");
    let visit = visitor("alice");
    let text = format!(
        "echo \"[$MY_SEC]\" >> {}\nexec {visit} \"$1\"\n",
        seen.display()
    );
    fs::write(&script, text).expect("written");
    let browser = format!("sh {}", script.display());
    let issuer = stage.sandbox.issuer().to_owned();
    let words = ["probe", "-y", "--issuer", &issuer, "--client-id", "sandbox"];
    let words = [&words[..], &["--browser", &browser, "--timeout", "20s"]].concat();
    stage.run_with(&[("MY_SEC", "hunter2")], &words);
    let seen = fs::read_to_string(seen).expect("the browser ran");
    assert!(!seen.is_empty() && !seen.contains("hunter2"), "{seen}");
}

/// A sealed client was taken by its name, before anything had shown that it was sealed so.
#[test]
fn a_sealed_client_with_another_name_is_not_used_again() {
    let stage = StageOf::<ByEnvironment>::new();
    let issuer = stage.sandbox.issuer().to_owned();
    let browser = visitor("alice");
    let words = ["login", "work", "--issuer", &issuer, "--register"];
    let words = [&words[..], &["--browser", &browser, "--timeout", "20s"]].concat();
    assert_eq!(stage.run(&words).code, Some(0));
    fs::remove_file(stage.config()).expect("removed");
    let path = stage.file("work.client");
    let text = fs::read_to_string(&path).expect("there");
    let (before, rest) = text.split_once("client-").expect("a name");
    fs::write(&path, format!("{before}attack-{rest}")).expect("written");
    let done = stage.run(&words);
    assert_ne!(done.code, Some(0), "{done:?}");
    assert!(!done.stderr.contains("authorize?"), "{done:?}");
}

/// git writes lines that end in one way, without a blank at their edges.
#[test]
fn git_gets_nothing_for_a_request_with_blanks_that_git_does_not_write() {
    let stage = Stage::logged_in();
    stage.add_to_config("[[match]]\nhost = \"git.example.com\"\nprofile = \"work\"\n");
    for (request, answered) in [
        ("protocol=https\nhost=git.example.com\n\n", true),
        ("protocol=https\r\nhost=git.example.com\r\n\r\n", true),
        ("protocol= https\nhost=git.example.com\n\n", false),
        ("protocol=https\nhost=git.example.com \n\n", false),
        ("protocol=https\nhost=git.example.com\r\n", false),
        ("protocol=https\r\nhost=git.example.com\n\n", false),
    ] {
        let done = stage.run_with_stdin(&["hook", "git", "get"], request);
        assert_eq!(
            done.stdout.contains("password=at-"),
            answered,
            "{request:?}: {done:?}"
        );
    }
}

#[test]
fn a_secret_in_more_wrong_places_is_not_repeated() {
    const TOKEN: &str = "ghp_Abcdefghijklmnopqrstuvwxyz0123456789";
    let stage = Stage::logged_in();
    let issuer = stage.sandbox.issuer().to_owned();
    let login = [
        "login",
        "new",
        "--issuer",
        &issuer,
        "--client-id",
        "c",
        "--dry-run",
    ];
    let mut said = vec![
        stage.run(&[&login[..], &["--client-secret-file", TOKEN]].concat()),
        stage.run(&[&login[..], &["--key-command", TOKEN, "--store", "command"]].concat()),
        stage.run(&[&login[..], &["--account", TOKEN, "--json"]].concat()),
        stage.run_with(&[("EDITOR", TOKEN)], &["profile", "edit"]),
    ];
    stage.add_to_config(&format!("lock_dir = \"{TOKEN}\"\n"));
    said.push(stage.run(&["token", "work"]));
    said.push(stage.run(&["logout", "work"]));
    for done in said {
        let all = done.stdout.clone() + &done.stderr;
        // The preview shows the request that would be sent, and what it asks for.
        let all = all.replace(&format!("login_hint={TOKEN}"), "");
        assert!(!all.contains(TOKEN), "{done:?}");
    }
}
