//! Bad input: each case is a clear message with a hint and its exit code, and nothing is lost.

use crate::support::programs::{AUTHCTL, visitor};
use crate::support::stage::{Done, Stage};

fn profile(stage: &Stage, more: &str) -> String {
    format!(
        "[profile.work]\nissuer = \"{}\"\nclient_id = \"sandbox\"\n{more}",
        stage.sandbox.issuer()
    )
}

#[test]
fn a_broken_configuration_is_told_with_line_and_column() {
    let stage = Stage::new();
    for (text, at, words) in [
        ("[profile.work\n", "config.toml:1:", ""),
        ("[profile.work]\nclient_id = \n", "config.toml:2:", ""),
        (
            "[profile.work]\n\n  clientid = \"x\"\n",
            "config.toml:3:14: ",
            "did you mean `client_id`?",
        ),
        (
            "[profile.work]\nissuer = 5\n",
            "config.toml:2:10: ",
            "`issuer`: expected a string",
        ),
        (
            "[profile.work]\nports = \"80\"\n",
            "config.toml:2:9: ",
            "expected an array of ports",
        ),
    ] {
        stage.configure(text);
        let done = stage.run(&["token", "work"]);
        done.fails(6, at);
        done.fails(6, words);
    }
}

#[test]
fn values_that_cannot_be_used_are_named_with_what_was_expected() {
    let stage = Stage::new();
    for (line, words) in [
        (
            "provider = \"gogle\"",
            "`provider` is `gogle`: expected one of atlassian, auth0",
        ),
        (
            "grant = \"password\"",
            "`grant` is `password`: expected one of authorization_code",
        ),
        (
            "assumed_ttl = \"soon\"",
            "`assumed_ttl` is `soon`: expected a length of time",
        ),
        (
            "redirect_host = \"0.0.0.0\"",
            "`redirect_host` is `0.0.0.0`: expected 127.0.0.1 or localhost",
        ),
        (
            "redirect_path = \"callback\"",
            "`redirect_path` is `callback`: expected a path",
        ),
        ("ports = [70000]", "`ports` is `70000`: expected a port"),
        (
            "client_secret = { plain = \"hunter2\" }",
            "`client_secret` is something else: expected { env",
        ),
    ] {
        stage.configure(&profile(&stage, line));
        let done = stage.run(&["token", "work"]);
        done.fails(6, words);
        assert!(!done.stderr.contains("hunter2"));
    }
}

#[test]
fn an_unknown_profile_finds_its_neighbours() {
    let stage = Stage::new();
    stage.run(&["token"]).fails(6, "there is no profile yet");
    stage.configure(&profile(
        &stage,
        "[profile.home]\nissuer = \"https://as.example\"\nclient_id = \"x\"\n",
    ));
    let done = stage.run(&["token", "wrok"]);
    done.fails(6, "there is no profile `wrok`");
    done.fails(6, "did you mean work?");
    stage
        .run(&["token"])
        .fails(6, "which profile? there are work, home");
    stage
        .run(&["token", "../work"])
        .fails(6, "cannot be a profile's name");
}

#[test]
fn a_profile_that_changed_since_its_login_says_what_changed() {
    let stage = Stage::logged_in();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}scope = [\"openid\", \"offline_access\", \"admin\"]\n"
    ));
    let done = stage.run(&["token", "work"]);
    done.fails(
        4,
        "the profile has changed since its login: scope was offline_access openid and is admin",
    );
    stage.configure(&config);
    stage.token();
}

#[test]
fn what_is_not_a_server_is_told_apart() {
    for (fault, code, words) in [
        ("status=200*2@discovery", 6, "is a page that is not JSON"),
        ("status=404*2@discovery", 6, "answered HTTP 404"),
        (
            "redirect*2@discovery",
            6,
            "redirects, which metadata must not",
        ),
        ("huge@discovery", 5, "larger than a mebibyte"),
        (
            "issuer=https://evil.example@discovery",
            6,
            "says it is of https://evil.example",
        ),
        (
            "without=token_endpoint@discovery",
            6,
            "no token endpoint is known",
        ),
        (
            "without=authorization_endpoint@discovery",
            6,
            "no authorization endpoint is known",
        ),
        ("drop_before@discovery", 5, "no answer from 127.0.0.1"),
    ] {
        let stage = Stage::new();
        stage.fault(fault);
        let done = stage.login(&["--browser", &visitor("alice")]);
        assert_eq!(done.code, Some(code), "{fault}: {done:?}");
        done.fails(code, words);
        assert!(!stage.file("work.json").exists(), "{fault}");
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let stage = Stage::new();
    for (issuer, words) in [
        (
            "http://as.example",
            "plain http, and tokens would cross the network in the open",
        ),
        ("file:///etc", "not a plain https address"),
        ("as.example", "not a valid address"),
    ] {
        let login = ["login", "work", "--issuer", issuer, "--client-id", "x"];
        stage
            .run(&[&login[..], &["--browser", "true"]].concat())
            .fails(6, words);
    }
}

#[test]
fn a_wrong_command_line_is_exit_2_and_nothing_on_stdout() {
    let stage = Stage::new();
    for args in [
        &["tokn"][..],
        &["token", "--min-ttl", "soon"],
        &["token", "a", "b"],
        &["login", "--device", "--paste"],
        &[],
    ] {
        let done = stage.run(args);
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(2), ""),
            "{args:?}: {done:?}"
        );
    }
    assert!(
        stage
            .run(&["tokn"])
            .stderr
            .contains("similar subcommand exists: 'token'")
    );
    stage
        .run(&["sandbox", "--fault", "explode"])
        .fails(2, "`explode` is not a fault");
    stage
        .run(&["sandbox", "--grace", "perhaps"])
        .fails(2, "`perhaps` is not a grace");
}

#[test]
fn a_failure_in_json_is_one_object_on_stderr_with_the_same_kind() {
    let stage = Stage::new();
    for (args, code, name) in [
        (&["token", "nobody", "--json"][..], 6, "config"),
        (&["token", "--json", "--min-ttl", "x"], 2, "usage"),
        (
            &[
                "login",
                "--json",
                "work",
                "--issuer",
                stage.sandbox.issuer(),
                "--client-id",
                "sandbox",
            ],
            4,
            "login_required",
        ),
    ] {
        let done = stage.run(args);
        let error: serde_json::Value =
            serde_json::from_str(&done.stderr).unwrap_or_else(|_| panic!("{done:?}"));
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(code), ""),
            "{done:?}"
        );
        assert_eq!(
            (error["error"].as_str(), error["code"].as_i64()),
            (Some(name), Some(i64::from(code)))
        );
        assert!(
            error["hints"]
                .as_array()
                .is_some_and(|hints| !hints.is_empty()),
            "{error}"
        );
    }
}

#[test]
fn a_home_that_is_not_there_is_named_and_the_current_directory_is_never_used() {
    let stage = Stage::new();
    let here = tempfile::tempdir().expect("a directory");
    let mut command = std::process::Command::new(AUTHCTL);
    command.args([
        "login",
        "work",
        "--issuer",
        stage.sandbox.issuer(),
        "--client-id",
        "sandbox",
        "--browser",
        "true",
    ]);
    command.env_clear().current_dir(here.path());
    for (name, value, code, words) in [
        // Not even root can make a directory there.
        (
            "HOME",
            "/proc/nobody",
            3,
            "cannot create the directory at /proc/nobody",
        ),
        (
            "AUTHCTL_HOME",
            "relative/path",
            6,
            "AUTHCTL_HOME is not an absolute path",
        ),
    ] {
        let done = command
            .env_clear()
            .env("HOME", "/proc/nobody")
            .env(name, value)
            .output()
            .expect("runs");
        Done::from(done).fails(code, words);
    }
    assert_eq!(std::fs::read_dir(here.path()).expect("there").count(), 0);
}

/// A hint named a manual that was not installed, and flags that are none.
#[test]
fn hints_lead_somewhere() {
    let stage = Stage::new();
    for args in [["token", "--profile", "work"], ["status", "-p", "work"]] {
        let done = stage.run(&args);
        done.fails(2, "unexpected argument");
        assert!(done.stderr.contains("named without a flag"), "{done:?}");
        assert!(!done.stderr.contains("as a value"), "{done:?}");
    }
    stage.configure("[profile.work]\nissuerr = \"https://a.example\"\n");
    let done = stage.run(&["token", "work"]);
    done.fails(6, "unknown setting `issuerr`");
    assert!(done.stderr.contains("`authctl profile --help`"), "{done:?}");
    let help = stage.run(&["profile", "--help"]);
    assert!(help.answer().contains("\n  token_endpoint "), "{help:?}");
    stage.configure("");
    let mut job = stage.command(&["token"]);
    job.env("AUTHCTL_ISSUER", stage.sandbox.issuer());
    let done: Done = job
        .env("AUTHCTL_CLIENT_ID", "sandbox")
        .output()
        .expect("runs")
        .into();
    done.fails(4, "nobody has logged in");
    let hint = done.stderr.lines().nth(1).expect("a hint");
    assert!(
        hint.contains("set AUTHCTL_GRANT=client_credentials"),
        "a job has no person to log in: {done:?}"
    );
}

/// With `AUTHCTL_CONFIG=/dev/null` a person logged in before authctl said that the profile cannot
/// be written, and `/dev/null.lock` was left behind.
#[cfg(unix)]
#[test]
fn a_configuration_that_is_no_file_is_told_before_the_person_is_asked() {
    let stage = Stage::new();
    let made = std::process::Command::new("mkfifo")
        .arg(stage.config())
        .status();
    assert!(made.expect("mkfifo runs").success());
    stage
        .login(&["--browser", &visitor("alice")])
        .fails(6, "config.toml: it is not a file");
    assert_eq!(stage.ledger().logins, 0);
    assert!(!stage.home.path().join("config.toml.lock").exists());
    use std::os::unix::fs::FileTypeExt;
    let there = std::fs::metadata(stage.config())
        .expect("there")
        .file_type();
    assert!(there.is_fifo());
}
