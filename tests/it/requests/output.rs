//! Where an answer goes: to stdout as it comes, or to a file once it is whole.

use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{address, bound};
use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Done;

#[test]
fn a_file_takes_the_answer_once_it_is_whole() {
    let stage = bound();
    let file = stage.home.path().join("answer");
    let output = file.display().to_string();
    fs::write(&file, "before").expect("written");
    let url = address(&stage, "/resource");
    let events = address(&stage, "/resource/events?count=1000&every=20");
    let cut = stage.spawn(&["request", "-o", &output, &events]);
    while stage.ledger().resource_ok == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    stage.sandbox.restart(Duration::from_millis(10));
    Done::of(cut).fails(5, "the answer broke off");
    assert_eq!(fs::read_to_string(&file).expect("there"), "before");
    while stage.run(&["request", &url]).code != Some(0) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = stage.run(&["request", "-o", &output, &url]);
    assert_eq!((done.code, &*done.stdout, &*done.stderr), (Some(0), "", ""));
    assert!(fs::read_to_string(&file).expect("there").contains("alice"));
    let done = stage.run(&["request", "-o", "/no/such/directory/file", &url]);
    done.fails(1, "cannot write /no/such");
}

/// What has come of an answer stayed behind when a person lost patience.
#[cfg(unix)]
#[test]
fn an_interrupted_answer_leaves_nothing_behind() {
    let stage = bound();
    let place = stage.home.path().join("place");
    fs::create_dir(&place).expect("a directory");
    let output = place.join("answer").display().to_string();
    let url = address(&stage, "/resource/events?count=1000&every=20");
    let mut child = stage.spawn(&["request", "-o", &output, &url]);
    while stage.ledger().resource_ok == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    let pid = child.id().to_string();
    assert!(machine::succeeds(&["kill", "-TERM", &pid]));
    assert_eq!(child.wait().expect("it ends").code(), None);
    assert_eq!(fs::read_dir(&place).expect("there").count(), 0);
}

/// The mode of a file stays, and what may not be written to is not replaced.
#[cfg(unix)]
#[test]
fn a_file_keeps_its_mode() {
    let stage = bound();
    let file = stage.home.path().join("answer");
    let output = file.display().to_string();
    let url = address(&stage, "/resource");
    fs::write(&file, "before").expect("written");
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(&file, mode(0o644)).expect("owned");
    stage.run(&["request", "-o", &output, &url]).answer();
    let found: fs::Permissions = fs::metadata(&file).expect("there").permissions();
    assert_eq!(found, mode(0o100_644));
    fs::set_permissions(&file, mode(0o444)).expect("owned");
    stage
        .run(&["request", "-o", &output, &url])
        .fails(1, "cannot write");
}

/// `-o /dev/stdout` replaced the log that stdout was, and a token was written over its beginning.
#[cfg(unix)]
#[test]
fn what_is_open_already_is_written_behind_what_is_there() {
    let stage = bound();
    let log = stage.home.path().join("log");
    for verb in ["token work --output", "request -o"] {
        fs::write(&log, "").expect("written");
        let url = if verb.starts_with("request") {
            address(&stage, "/resource")
        } else {
            String::new()
        };
        let script = format!(
            "(echo first; {AUTHCTL} {verb} /dev/stdout {url}; {AUTHCTL} {verb} /dev/fd/5 {url} \
             5>&1; echo last) >>{}",
            log.display()
        );
        let done = stage
            .command_by(&["sh", "-c", &script], &[])
            .output()
            .expect("runs");
        assert!(done.status.success(), "{done:?}");
        let text = fs::read_to_string(&log).expect("there");
        assert!(
            text.starts_with("first\n") && text.ends_with("last\n"),
            "{text}"
        );
        let mark = if url.is_empty() { "at-" } else { "alice" };
        assert_eq!(text.matches(mark).count(), 2, "{text}");
    }
}

/// Events are seen as they come, and not when the last one has come.
#[test]
fn a_stream_is_passed_on_as_it_comes() {
    let stage = bound();
    let url = address(&stage, "/resource/events?count=100&every=200");
    let mut command = stage.command(&["request", &url]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("runs");
    let mut stdout = child.stdout.take().expect("piped");
    let began = Instant::now();
    let mut first = [0; 9];
    stdout.read_exact(&mut first).expect("an event");
    assert_eq!(&first, b"data: 1\n\n");
    assert!(began.elapsed() < Duration::from_secs(10));
    child.kill().expect("it runs");
    let _ = child.wait();
}

/// Root's answer took the place of a file that another user had put into a shared directory, and
/// became that user's.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_in_a_shared_directory_is_nothing_to_other_users() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    if !machine::has_root() {
        return;
    }
    let stage = bound();
    let shared = stage.home.path().join("shared");
    fs::create_dir(&shared).expect("made");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).expect("root may");
    let file = shared.join("answer");
    fs::write(&file, "").expect("written");
    chown(&file, Some(54_321), Some(54_321)).expect("root may");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("root may");
    let output = file.display().to_string();
    stage
        .run(&["request", "-o", &output, &address(&stage, "/resource")])
        .answer();
    let meta = fs::metadata(&file).expect("there");
    assert_eq!((meta.uid(), meta.mode() & 0o777), (0, 0o600));
}
