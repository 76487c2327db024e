//! The log: a line for all that happens to a session, written by whatever process it happens in.

use std::fs;

use serde_json::Value;

use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET, Options};

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// The lines of the log, each as JSON. Every line has to be whole.
fn lines(stage: &Stage) -> Vec<Value> {
    let text = fs::read_to_string(stage.file("log.jsonl")).unwrap_or_default();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
        .collect()
}

fn events(stage: &Stage) -> Vec<String> {
    let lines = lines(stage);
    let events = lines.iter().map(|line| line["event"].as_str());
    events
        .map(|event| event.expect("a text").to_owned())
        .collect()
}

#[test]
fn a_sessions_life_can_be_read_from_its_beginning_to_its_end() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.token();
    stage.expire();
    stage.fault("status=503");
    stage.run(&["token", "work"]).fails(5, "503");
    stage.run(&["token", "work", "--now"]).answer();
    stage.expire();
    stage.sandbox.revoke_everything();
    stage.run(&["token", "work"]).fails(4, "invalid_grant");
    stage.run(&["logout", "work"]).answer();
    let story = [
        "session_began",
        "refreshed",
        "refresh_failed",
        "refreshed",
        "refresh_refused",
        "logged_out",
    ];
    assert_eq!(events(&stage), story);
    let lines = lines(&stage);
    let [began, first, failed, second, refused, ended] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert_eq!(began["generation"], 1);
    assert_eq!((&first["generation"], &first["to"]), (&1.into(), &2.into()));
    // The tokens of one line are those of the next.
    assert_eq!(began["refresh"], first["spent"]);
    assert_eq!(first["refresh"], second["spent"]);
    assert_eq!(second["refresh"], refused["spent"]);
    assert_ne!(first["spent"], second["spent"]);
    assert_eq!(
        (&failed["why"], &failed["status"]),
        (&"not_oauth".into(), &503.into())
    );
    assert_eq!(failed["lost"], false);
    assert_eq!(refused["status"], 400);
    assert!(
        refused["error"]
            .as_str()
            .is_some_and(|it| it.starts_with("invalid_grant"))
    );
    let session = &began["session"];
    for line in [first, failed, second, refused] {
        assert_eq!(&line["session"], session);
    }
    for line in [began, first, ended] {
        assert_eq!(line["profile"], "work");
        assert!(
            line["at"]
                .as_str()
                .is_some_and(|at| at.ends_with('Z') && at.contains('.'))
        );
        assert!(line["host"].is_string() && line["pid"].is_number());
    }
}

#[test]
fn log_shows_what_is_wanted_and_no_more() {
    let stage = Stage::logged_in();
    let other = stage
        .login_command("home", &["--browser", &visitor("alice")])
        .output();
    assert!(other.expect("authctl runs").status.success());
    stage.expire();
    stage.token();
    let shown = |args: &[&str]| stage.run(&[&["log"], args].concat()).answer().to_owned();
    let all = shown(&[]);
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(
        all.contains("  work: a session begins, as generation 1"),
        "{all}"
    );
    assert!(
        all.contains("  work: refreshed: generation 1 is now 2"),
        "{all}"
    );
    assert_eq!(shown(&["home"]).lines().count(), 1);
    assert_eq!(shown(&["nobody"]), "");
    assert_eq!(shown(&["--since", "1h"]), all);
    assert_eq!(shown(&["--since", "2099-01-01T00:00:00Z"]), "");
    let json = shown(&["work", "--json"]);
    let parsed = json.lines().map(serde_json::from_str::<Value>);
    assert_eq!(
        parsed
            .filter(|line| line.as_ref().is_ok_and(Value::is_object))
            .count(),
        2
    );
    stage.run(&["log", "--since", "soon"]).fails(2, "--since");
}

/// What a reader of `log --follow` sees comes while it waits, also when the log's files change.
#[test]
fn log_follows_what_happens() {
    use std::io::{BufRead, BufReader};
    let stage = Stage::logged_in();
    let mut follower = stage.spawn(&["log", "-f"]);
    let mut reader = BufReader::new(follower.stdout.take().expect("piped"));
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).expect("text");
        line
    };
    assert!(next().contains("a session begins"));
    stage.expire();
    stage.token();
    assert!(next().contains("generation 1 is now 2"));
    fs::rename(stage.file("log.jsonl"), stage.file("log.1.jsonl")).expect("renamed");
    stage.expire();
    stage.token();
    assert!(next().contains("generation 2 is now 3"));
    follower.kill().expect("ended");
    follower.wait().expect("ended");
}

#[cfg(unix)]
#[test]
fn the_log_names_the_programs_that_asked_without_their_arguments() {
    let stage = Stage::logged_in();
    stage.expire();
    // The `:` behind it keeps the shell from making way for its last command.
    let shell = ["sh", "-c", "\"$@\"; :", "a-secret-argument"];
    Done::of(stage.spawn_by(&shell, &["token", "work"])).answer();
    let line = lines(&stage).pop().expect("a line");
    let asked_by = line["asked_by"].as_str().unwrap_or_default();
    assert!(asked_by.starts_with("sh < "), "{line}");
    assert!(!line.to_string().contains("a-secret-argument"), "{line}");
}

#[test]
fn a_stored_token_is_handed_out_without_a_line() {
    let stage = Stage::logged_in();
    let before = lines(&stage);
    stage.token();
    stage.run(&["status"]).answer();
    stage.run(&["token", "work", "-v"]).answer();
    assert_eq!(lines(&stage), before);
}

#[test]
fn the_log_can_be_switched_off_and_bounded() {
    let stage = Stage::logged_in();
    let config = fs::read_to_string(stage.config()).expect("there");
    let refresh = |variables: &[(&str, &str)]| {
        stage.expire();
        stage.run_with(variables, &["token", "work"]).answer();
        lines(&stage).len()
    };
    assert_eq!(refresh(&[]), 2);
    assert_eq!(refresh(&[("AUTHCTL_LOG", "false")]), 2);
    stage.configure(&format!("log = false\n{config}"));
    assert_eq!(refresh(&[]), 2);
    assert_eq!(refresh(&[("AUTHCTL_LOG", "file")]), 3);
    for (wrong, expected) in [("log = 5", "`log`"), ("log_size = \"1\"", "`log_size`")] {
        stage.configure(&format!("{wrong}\n{config}"));
        stage.run(&["token", "work"]).fails(6, expected);
    }
    // A line makes the file too long for another one.
    stage.configure(&format!("log_size = \"16KiB\"\n{config}"));
    let long = format!("{{\"filler\":\"{}\"}}\n", "x".repeat(16 << 10));
    fs::write(stage.file("log.jsonl"), &long).expect("written");
    assert_eq!(refresh(&[]), 1);
    let older = fs::read_to_string(stage.file("log.1.jsonl")).expect("the older one");
    assert_eq!(older, long);
}

/// A configuration that comes by a pipe can be read once.
#[cfg(unix)]
#[test]
fn a_configuration_in_a_pipe_is_not_read_again_for_the_log() {
    let stage = Stage::logged_in();
    stage.expire();
    let script = format!(
        "cat {} | AUTHCTL_CONFIG=/dev/stdin \"$@\"",
        stage.config().display()
    );
    Done::of(stage.spawn_by(&["sh", "-c", &script, "sh"], &["token", "work"])).answer();
    assert_eq!(events(&stage), ["session_began", "refreshed"]);
}

#[test]
fn each_process_that_died_in_a_refresh_is_told_of_once() {
    if !machine::has_fault_points() {
        return;
    }
    let mut stage = Stage::logged_in();
    stage.expects_reuse = true;
    stage.expire();
    // It dies once and again, and the first time is what explains the rest.
    for n in 1.. {
        let (step, _) = stage.token_dying_at(n, true);
        if step.expect("a step") == "refresh: about to be sent" {
            break;
        }
    }
    let before = events(&stage);
    stage.fault("drop_before");
    stage.run(&["token", "work", "--now"]).fails(5, "not known");
    stage.run(&["token", "work", "--now"]).answer();
    let after = events(&stage);
    let story = ["refresh_interrupted", "refresh_failed", "refreshed"];
    assert_eq!(after[before.len()..], story);
    let told = after.iter().filter(|event| *event == "refresh_interrupted");
    assert_eq!(told.count(), 3, "{after:?}");
    let told = lines(&stage)
        .into_iter()
        .find(|it| it["event"] == "refresh_interrupted");
    let told = told.expect("a line");
    assert!(
        told["of_pid"].is_number() && told["of_host"].is_string(),
        "{told}"
    );
}

/// An address with a password stood in the text of an error.
#[test]
fn a_password_in_an_address_reaches_no_log() {
    let stage = Stage::new();
    fs::create_dir(stage.state()).expect("made");
    stage.configure(
        "[profile.work]\ntoken_endpoint = \"https://svc:hunter2@127.0.0.1:1/token\"\n\
         client_id = \"c\"\ngrant = \"client_credentials\"\nclient_secret = { env = \"S\" }\n",
    );
    let done = stage.run_with(&[("S", "s3cret-of-the-client")], &["token", "work"]);
    assert_ne!(done.code, Some(0));
    let log = fs::read_to_string(stage.file("log.jsonl")).expect("a line");
    assert!(log.contains("refresh_failed"), "{log}");
    assert!(!log.contains("hunter2") && !log.contains("s3cret"), "{log}");
    assert!(!done.stderr.contains("hunter2"), "{done:?}");
}

/// A client that logged in a second time was said to have had its token refused by an API.
#[test]
fn a_second_login_of_a_client_is_no_refusal_by_an_api() {
    let stage = Stage::with(Options::default());
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"{MACHINE_CLIENT}\"\n\
         grant = \"client_credentials\"\nclient_secret = {{ env = \"S\" }}\n"
    ));
    for args in [&["login", "work"][..], &["login", "work"]] {
        let done = stage.run_with(&[("S", MACHINE_SECRET)], args);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    let refreshed: Vec<Value> = lines(&stage)
        .into_iter()
        .filter(|line| line["event"] == "refreshed")
        .collect();
    assert_eq!(refreshed.len(), 2, "{refreshed:?}");
    for line in refreshed {
        assert_eq!(line["rejected"], Value::Null, "{line}");
    }
}

/// What does not end a session is no refusal of it.
#[test]
fn a_client_that_is_refused_is_a_refresh_that_failed() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.fault("error=invalid_client");
    stage.run(&["token", "work"]).fails(6, "invalid_client");
    let events = events(&stage);
    let last = events.last().map(String::as_str);
    assert_eq!(last, Some("refresh_failed"), "{events:?}");
}

/// A limit on the size of files ended the process behind a logout, for a line of the log.
#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_costs_a_line_and_no_more() {
    let stage = Stage::logged_in();
    let log = stage.file("log.jsonl");
    let whole = fs::read_to_string(&log).expect("there").repeat(20);
    fs::write(&log, &whole).expect("written");
    let way = ["sh", "-c", "ulimit -f 4; exec \"$@\"", "-"];
    let done = stage.command_by(&way, &["logout", "work"]).output();
    let done: Done = done.expect("runs").into();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(fs::read_to_string(&log).expect("there"), whole);
}

/// Many processes write at once, each a line of its own.
#[test]
fn many_processes_write_whole_lines() {
    const PROFILES: usize = 40;
    let stage = Stage::with(Options::default());
    let mut running = Vec::new();
    for number in 0..PROFILES {
        let mut command = stage.machine_command(&["token", "--now"]);
        command.env("AUTHCTL_ACCOUNT", number.to_string());
        command.stdout(std::process::Stdio::null());
        running.push(command.spawn().expect("authctl runs"));
    }
    for mut process in running {
        assert!(process.wait().expect("it ends").success());
    }
    let refreshed = events(&stage)
        .into_iter()
        .filter(|event| event == "refreshed");
    let tokens = usize::try_from(stage.ledger().client_credentials).expect("few");
    assert_eq!(refreshed.count(), tokens);
}

/// The system's log gets the lines where that is wanted. The directory of devices is another one
/// for these processes, so that the system's own log hears nothing of it.
#[cfg(target_os = "linux")]
#[test]
fn the_systems_log_gets_the_lines_where_that_is_wanted() {
    let way = ["unshare", "-m"];
    if !machine::succeeds(&[&way[..], &["true"]].concat()) || !machine::has_programs(&["python3"]) {
        machine::not_run("no mount namespace can be made here");
        return;
    }
    let stage = Stage::logged_in();
    stage.expire();
    let heard = stage.home.path().join("heard");
    let script = format!(
        "set -e; mkdir -p {0}/dev; mount --rbind /dev {0}/dev; mount -t tmpfs none /dev
         for device in null zero random urandom; do
           touch /dev/$device; mount --bind {0}/dev/$device /dev/$device
         done
         python3 -c '
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(\"/dev/log\")
log.settimeout(20)
open(\"/dev/ready\", \"w\").close()
open(\"{1}\", \"wb\").write(log.recv(65536))' &
         until [ -e /dev/ready ]; do sleep 0.05; done
         \"$@\" >/dev/null
         wait $!",
        stage.home.path().display(),
        heard.display()
    );
    let mut command = stage.command_by(
        &[&way[..], &["sh", "-c", &script, "sh"]].concat(),
        &["token", "work"],
    );
    let done: Done = command
        .env("AUTHCTL_LOG", "syslog")
        .output()
        .expect("it runs")
        .into();
    done.answer();
    let line = fs::read_to_string(heard).expect("a line");
    assert!(line.starts_with("<86>authctl["), "{line}");
    assert!(line.contains(r#""event":"refreshed""#), "{line}");
    assert_eq!(events(&stage), ["session_began"]);
}
