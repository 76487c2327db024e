//! What a caller finds in its answer: in a file, on stdout and stderr, and when it is to come back.

use std::path::Path;
use std::process::Command;

use authctl::secret::Fingerprint;

use super::{bind, git, stage, value};
use crate::support::stage::{Done, Stage};

#[test]
fn a_token_in_a_file_is_whole_private_and_without_a_line_break() {
    let stage = stage();
    let path = stage.home.path().join("token");
    std::fs::write(
        &path,
        "an older one that is rather longer than any token which comes in its place\n",
    )
    .expect("written");
    let text = path.display().to_string();
    assert_eq!(
        stage.run(&["token", "--output", &text]).answer(),
        "",
        "nothing on stdout"
    );
    let token = std::fs::read_to_string(&path).expect("there");
    assert_eq!(token, stage.token());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path)
                .expect("there")
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
    stage
        .run(&["token", "--id-token", "--output", &text])
        .answer();
    assert_eq!(
        std::fs::read_to_string(&path)
            .expect("there")
            .matches('.')
            .count(),
        2,
        "a JWT"
    );
    stage
        .run(&["token", "--output", "/nowhere/at/all"])
        .fails(1, "cannot write /nowhere/at/all");
    stage
        .run(&[
            "token",
            "--output",
            &stage.home.path().display().to_string(),
        ])
        .fails(1, "cannot write");
}

/// The remaining seconds are counted from now, and not from the server's answer.
#[test]
fn the_remaining_seconds_are_those_of_this_moment() {
    let stage = stage();
    let answer: serde_json::Value =
        serde_json::from_str(stage.run(&["token", "--json"]).answer()).expect("json");
    let left = answer["expires_in"].as_u64().expect("a number");
    assert!(
        (200..=240).contains(&left),
        "five minutes, of which one is over: {answer}"
    );
    assert_eq!(
        answer["fingerprint"],
        Fingerprint::of(answer["access_token"].as_str().expect("text")).to_string()
    );
}

#[test]
fn google_finds_the_answer_in_its_file_before_it_asks() {
    let stage = stage();
    let path = stage.home.path().join("google.json");
    let mut command = stage.command(&["hook", "google"]);
    command.env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", &path);
    let done = Done::from(command.output().expect("runs"));
    assert_eq!(std::fs::read_to_string(&path).expect("there"), done.stdout);
    // A failure is not left there: the next call must ask.
    let nobody = Stage::new();
    bind(&nobody, "");
    let mut command = nobody.command(&["hook", "google"]);
    let other = nobody.home.path().join("google.json");
    command.env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", &other);
    assert!(
        Done::from(command.output().expect("runs"))
            .answer()
            .contains("\"success\":false")
    );
    assert!(!other.exists());
}

/// Calls the hook as Google's library does while a person looks at its stdout: the answer, which is
/// in the file alone.
fn call_google(stage: &Stage, file: &Path) -> String {
    let mut command = stage.command(&["hook", "google"]);
    command
        .env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", file)
        .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "1");
    let done = Done::from(command.output().expect("runs"));
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), "", "")
    );
    std::fs::read_to_string(file).expect("there")
}

/// A caller whose stdout belongs to a person finds the answer in its file, good or bad.
#[test]
fn google_interactively_answers_in_the_file_only() {
    let stage = stage();
    let path = stage.home.path().join("google.json");
    assert!(call_google(&stage, &path).contains("\"success\":true"));
    assert_eq!(stage.run(&["logout", "work", "--local"]).code, Some(0));
    assert!(call_google(&stage, &path).contains("\"success\":false"));
}

/// As root, a rename over a device would be the end of it; and a link in a common directory may
/// belong to any user.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_written_to_and_never_replaced() {
    let stage = stage();
    let pipe = stage.home.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("runs")
            .success()
    );
    let reader = Command::new("cat")
        .arg(&pipe)
        .stdout(std::process::Stdio::piped())
        .spawn();
    let path = pipe.display().to_string();
    stage.run(&["token", "--output", &path]).answer();
    let read = reader
        .expect("cat runs")
        .wait_with_output()
        .expect("it ends");
    assert!(String::from_utf8_lossy(&read.stdout).starts_with("at-"));
    let done = stage.run(&["token", "--output", "/dev/stdout"]);
    assert!(done.answer().starts_with("at-"), "{done:?}");
    let home = stage.home.path().display().to_string();
    stage
        .run(&["token", "--output", &home])
        .fails(1, "is not a regular file");
    use std::os::unix::fs::{FileTypeExt, lchown, symlink};
    assert!(
        std::fs::metadata(&pipe)
            .expect("there")
            .file_type()
            .is_fifo()
    );
    let (file, link) = (
        stage.home.path().join("file"),
        stage.home.path().join("link"),
    );
    std::fs::write(&file, "mine").expect("written");
    symlink(&file, &link).expect("linked");
    let text = link.display().to_string();
    stage.run(&["token", "--output", &text]).answer();
    assert!(
        link.is_symlink()
            && std::fs::read_to_string(&file)
                .expect("there")
                .starts_with("at-")
    );
    let another = rustix::process::geteuid().as_raw() + 1;
    if lchown(&link, Some(another), None).is_ok() {
        stage
            .run(&["token", "--output", &text])
            .fails(1, "a link that another user made");
    }
}

/// With one byte on stderr, Google's library cannot read the answer.
#[test]
fn google_hears_no_warning_on_stderr() {
    let stage = stage();
    stage.age(236);
    stage.fault("status=503*10");
    let loud = stage.run(&["hook", "token"]);
    assert!(
        loud.stderr.contains("handing out the old token"),
        "{loud:?}"
    );
    let done = stage.run(&["hook", "google", "--token", "access_token", "--verbose"]);
    assert!(
        done.answer().contains("\"success\":true") && done.stderr.is_empty(),
        "{done:?}"
    );
}

fn told_to_come_back(stage: &Stage) -> i64 {
    let done = git(stage, "get", "");
    let date = value(done.answer(), "password_expiry_utc");
    date.parse().expect("a date")
}

/// A caller is told to come back when authctl would refresh, and not when it is too late.
#[test]
fn a_caller_comes_back_before_the_token_ends() {
    let stage = stage();
    let ends = stage.record()["tokens"]["expires_at"]
        .as_i64()
        .expect("a date");
    assert_eq!(
        told_to_come_back(&stage),
        ends - 10,
        "a refresh kills the old one here, and comes as late as possible"
    );
    // Closer to the end than that, it is told the end itself: a time that is over would make it ask
    // for each request.
    stage.age(235);
    stage.fault("status=503*10");
    assert_eq!(told_to_come_back(&stage), ends - 235);
}
