//! Root as the guest of another user: what a variable, a link or a file of that user's makes root
//! do. Beside it, what else a second auditor has made happen.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::{home_of_another, mode_of, open};
use crate::support::machine;
use crate::support::programs::{AUTHCTL, recorder, visitor};
use crate::support::stage::{Done, Stage};
use crate::support::users::{STRANGER, give};

/// A program of the name authctl that leaves a trace, in a directory of the stranger's.
struct Trap {
    place: tempfile::TempDir,
}

impl Trap {
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let trap = Self { place };
        let script = format!("#!/bin/sh\necho ran >> {}\n", trap.trace().display());
        fs::write(trap.program(), script).expect("written");
        open(&trap.program(), 0o755);
        open(trap.place.path(), 0o755);
        give(trap.place.path(), STRANGER);
        trap
    }

    fn trace(&self) -> PathBuf {
        self.place.path().join("trace")
    }

    fn program(&self) -> PathBuf {
        self.place.path().join("authctl")
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::write(&path, text).expect("written");
        give(self.place.path(), STRANGER);
        path
    }

    #[track_caller]
    fn has_not_sprung(&self) {
        assert!(!self.trace().exists(), "a stranger's program ran");
    }
}

fn run(stage: &Stage, variables: &[(&str, &Path)], args: &[&str]) -> Done {
    let mut command = stage.command(args);
    command.envs(variables.iter().copied());
    command.output().expect("runs").into()
}

/// `doctor` ran each program of the name authctl that a client's file calls, and git's helpers.
#[test]
fn doctor_runs_no_program_that_another_users_files_name() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    stage.add_to_config(
        "[[match]]\nurl = \"https://git.example.com\"\nprofile = \"work\"\nhook = [\"git\"]\n",
    );
    let trap = Trap::new();
    let kube = format!("x: \"{}\"\n", trap.program().display());
    let kube = trap.write("kube", &kube);
    let done = run(&stage, &[("KUBECONFIG", &kube)], &["doctor"]);
    assert!(done.stdout.contains("and was not run"), "{done:?}");
    trap.has_not_sprung();

    // A home of the stranger's, with helpers for git.
    let helper = format!(
        "[credential]\n\thelper = \"!{} hook git\"\n",
        trap.program().display()
    );
    trap.write(".gitconfig", &helper);
    let done = run(&stage, &[("HOME", trap.place.path())], &["doctor"]);
    assert!(done.stdout.contains("git was not asked"), "{done:?}");
    trap.has_not_sprung();
}

/// The repository in which `doctor` was called had its helper run.
#[test]
fn doctor_asks_no_helper_of_the_repository_that_it_is_called_in() {
    let stage = Stage::logged_in();
    stage.add_to_config(
        "[[match]]\nurl = \"https://git.example.com\"\nprofile = \"work\"\nhook = [\"git\"]\n",
    );
    let repository = tempfile::tempdir().expect("a directory");
    let trace = repository.path().join("trace");
    let helper = format!("!echo ran >> {}; : authctl", trace.display());
    let at = repository.path().to_string_lossy().into_owned();
    let inits: [&[&str]; 2] = [
        &["git", "init", "-q", &at],
        &["git", "-C", &at, "config", "credential.helper", &helper],
    ];
    if !machine::has_programs(&["git"]) || !inits.iter().all(|words| machine::succeeds(words)) {
        return;
    }
    let mut command = stage.command(&["doctor"]);
    command.current_dir(repository.path());
    let done = Done::from(command.output().expect("runs"));
    assert!(!done.stdout.is_empty(), "{done:?}");
    assert!(!trace.exists(), "the repository's helper ran");
}

/// Root read, through the user's link, and root's tools wrote, where the client's own variable
/// says.
#[test]
fn root_installs_nothing_where_a_variable_leads_to_another_users_place() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let trap = Trap::new();
    let role = "arn:aws:iam::123456789012:role/x";
    let own = stage.home.path().join("treasure");
    fs::write(&own, "only root's").expect("written");
    for (variable, words) in [
        (
            "AWS_CONFIG_FILE",
            &["aws", "--profile", "work", "--role-arn", role][..],
        ),
        (
            "GIT_CONFIG_GLOBAL",
            &["git", "--profile", "work", "--host", "git.example.com"],
        ),
        (
            "VAULT_CONFIG_PATH",
            &["vault", "--profile", "work", "--host", "v.example.com"],
        ),
    ] {
        let link = trap.place.path().join(variable);
        symlink(&own, &link).expect("linked");
        let args = [&["hook", "install"], words].concat();
        let done = run(&stage, &[(variable, &link)], &args);
        done.fails(6, "in the place of another user");
        assert_eq!(fs::read_to_string(&own).expect("there"), "only root's");
    }
}

/// The secret that root names in a variable went to the server of another user's configuration.
#[test]
fn a_secret_of_roots_environment_goes_to_no_server_of_another_users_configuration() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let (sink, asked) = recorder("400 Bad Request");
    let trap = Trap::new();
    let config = trap.write(
        "config.toml",
        &format!(
            "[profile.work]\nissuer = \"{sink}\"\ntoken_endpoint = \"{sink}/token\"\n\
             client_id = \"c\"\ngrant = \"client_credentials\"\n"
        ),
    );
    let secret = Path::new("ROOTS-SECRET");
    let variables = [
        ("AUTHCTL_CONFIG", config.as_path()),
        ("AUTHCTL_CLIENT_SECRET", secret),
    ];
    let done = run(&stage, &variables, &["token", "work"]);
    done.fails(6, "is not read for the configuration of uid 54321");
    assert!(asked.try_recv().is_err());
    // Who trusts that user says so.
    let trusts = [
        &variables[..],
        &[("AUTHCTL_TRUST_OWNER", Path::new("54321"))],
    ]
    .concat();
    run(&stage, &trusts, &["token", "work"]);
    asked.try_recv().expect("the server is asked");
}

/// The secret of root's client went to the address that a record in the user's place names.
#[test]
fn a_replaced_session_in_another_users_place_is_told_to_no_server() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let (sink, asked) = recorder("200 OK");
    let path = stage.file("work.json");
    let record = fs::read_to_string(&path).expect("there");
    let mut record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    record["subject"]["id"] = "another".into();
    record["endpoints"]["revocation"] = format!("{sink}/steal").into();
    fs::write(&path, record.to_string()).expect("written");
    give(&stage.state(), STRANGER);
    let done = stage.run(&["login", "work", "--replace", "--browser", &visitor("alice")]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("lives on at"), "{done:?}");
    assert!(asked.try_recv().is_err());
}

/// The user whose directory it was reached root's socket, and used root's token.
#[test]
fn root_listens_nowhere_in_another_users_place() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let trap = Trap::new();
    let socket = format!("unix:{}", trap.place.path().join("s").display());
    let upstream = stage.sandbox.issuer().to_owned();
    let words = ["proxy", "-p", "work", "--upstream", &upstream];
    let done = stage.run(&[&words[..], &["--listen", &socket]].concat());
    assert_ne!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("root listens nowhere"), "{done:?}");
}

/// The user could exchange the directory in which root's sessions lay for a while.
#[test]
fn root_keeps_nothing_for_a_while_in_another_users_place() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let trap = Trap::new();
    let done = run(&stage, &[("TMPDIR", trap.place.path())], &["demo"]);
    assert_ne!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("set TMPDIR"), "{done:?}");
}

/// Root's own link led into the user's place, and only the link was looked at.
#[test]
fn root_edits_nothing_to_which_an_own_link_leads_in_a_users_place() {
    if !machine::has_root() {
        return;
    }
    let stage = home_of_another(Stage::logged_in());
    let own = tempfile::tempdir().expect("a directory");
    let link = own.path().join("config.toml");
    symlink(stage.config(), &link).expect("linked");
    let variables = [
        ("AUTHCTL_CONFIG", link.as_path()),
        ("EDITOR", Path::new("true")),
    ];
    let done = run(&stage, &variables, &["profile", "edit"]);
    done.fails(6, "root edits nothing in the place of another user");
}

/// An address that the user has added since the login got the session's tokens.
#[test]
fn an_address_that_is_added_later_gets_no_token_of_an_earlier_session() {
    let stage = Stage::logged_in();
    let (sink, asked) = recorder("200 OK");
    let path = stage.file("work.json");
    let record = fs::read_to_string(&path).expect("there");
    let mut record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    let endpoints = record["endpoints"].as_object_mut().expect("an object");
    endpoints.remove("revocation");
    endpoints.remove("userinfo");
    fs::write(&path, record.to_string()).expect("written");
    stage.add_to_config(&format!(
        "revocation_endpoint = \"{sink}/revoke\"\nuserinfo_endpoint = \"{sink}/me\"\n"
    ));
    let done = stage.run(&["inspect", "-p", "work", "--online"]);
    done.fails(4, "userinfo_endpoint was nothing");
    let done = stage.run(&["logout", "work"]);
    assert!(done.stderr.contains("was not named"), "{done:?}");
    assert!(asked.try_recv().is_err());
}

/// What a configuration says moved the cursor of whoever looked at it, and ran in their shell.
#[test]
fn a_configuration_gives_no_orders_to_a_terminal_or_a_shell() {
    let stage = Stage::logged_in();
    stage.add_to_config(
        "[profile.\"bad\\u001b[2J;touch x\"]\nclient_id = \"c\"\n\
         [profile.other]\nclient_id = \"c\\u001b]0;title\\u0007\"\n",
    );
    for args in [&["status"][..], &["profile", "list"], &["doctor"]] {
        let done = stage.run(args);
        let all = done.stdout.clone() + &done.stderr;
        assert!(!all.contains(['\u{1b}', '\u{7}']), "{done:?}");
    }
    let done = stage.run(&["profile", "show", "other"]);
    done.fails(6, "it has a control character");
    assert!(stage.token().starts_with("at-"));
    let mut completes = stage.command(&["--", "authctl", "token", ""]);
    completes.env("AUTHCTL_COMPLETE", "fish");
    let done = Done::from(completes.output().expect("runs"));
    assert!(done.stdout.contains("work"), "{done:?}");
    assert!(!done.stdout.contains("touch"), "{done:?}");
}

/// The answer of a hook on stdout repeated what was typed.
#[test]
fn a_hook_repeats_no_secret_that_was_typed() {
    let stage = Stage::logged_in();
    for address in [
        "https://h.example/x?access_token=ghp_Abcdefghijklmnopqrstuvwxyz0123456789",
        "user:ghp_Abcdefghijklmnopqrstuvwxyz0123456789@h.example",
    ] {
        let done = stage.run(&["hook", "docker", address]);
        let all = done.stdout.clone() + &done.stderr;
        assert!(!all.contains("ghp_Abcdef"), "{done:?}");
    }
}

/// git made its file with a mode that the umask of 000 gave it.
#[test]
fn what_clients_tools_make_is_writable_for_no_other_user() {
    if !machine::has_programs(&["git"]) {
        return;
    }
    let stage = Stage::logged_in();
    let install =
        format!("umask 000; exec {AUTHCTL} hook install git --profile work --host git.example.com");
    let mut command = stage.command_by(&["sh", "-c", &install], &[]);
    let done = Done::from(command.output().expect("runs"));
    assert_eq!(done.code, Some(0), "{done:?}");
    let mode = mode_of(&stage.home.path().join(".gitconfig"));
    assert_eq!(mode & 0o022, 0, "{mode:o}");
}

/// With a relative home, the directory in which a command happened to run had the configuration.
#[test]
fn a_relative_home_is_none() {
    let here = tempfile::tempdir().expect("a directory");
    let config = here.path().join(".config/authctl");
    fs::create_dir_all(&config).expect("made");
    fs::write(
        config.join("config.toml"),
        "[profile.work]\nclient_id = \"c\"\n",
    )
    .expect("written");
    fs::set_permissions(config, fs::Permissions::from_mode(0o700)).expect("own");
    let stage = Stage::new();
    let mut command = stage.command(&["profile", "list"]);
    command
        .env_remove("AUTHCTL_CONFIG")
        .env_remove("AUTHCTL_HOME")
        .env("HOME", ".")
        .current_dir(here.path());
    let done = Done::from(command.output().expect("runs"));
    assert!(!done.stdout.contains("work"), "{done:?}");
}
