//! Protocols in which a caller does not say that its token was refused: it asks again.

use std::process::Command;

use super::stage;
use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

/// What client-go says to its plugin.
#[cfg(target_os = "linux")]
const INFO: &str = concat!(
    r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","#,
    r#""spec":{"interactive":false}}"#,
);

/// Calls from one process, as a program that links client-go makes them: a shell runs each of them
/// as a line. A call has the words after `authctl`, or the program's path itself.
#[cfg(target_os = "linux")]
fn one_process(stage: &Stage, calls: &[&str]) -> Vec<String> {
    let mut script = String::new();
    for call in calls {
        let program = if call.contains(AUTHCTL) { "" } else { AUTHCTL };
        script.push_str(&format!("{program} {call}; echo\n"));
    }
    // A shell runs its last command in its own place, which would be another process.
    script.push_str(":\n");
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    let done = Done::from(command.output().expect("sh runs"));
    assert_eq!(done.stderr, "");
    done.answer()
        .split('\n')
        .map(str::to_owned)
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn who_runs_the_kubectl_plugin_again_before_its_time_was_refused() {
    let stage = stage();
    let silent = "hook kubectl --token access_token";
    let answers = one_process(&stage, &[silent, silent]);
    assert_eq!(
        answers[0], answers[1],
        "a caller that does not speak the protocol means nothing by it"
    );
    let call = "hook kubectl --token access_token";
    let call = format!("KUBERNETES_EXEC_INFO='{INFO}' {AUTHCTL} {call}");
    let call = call.as_str();
    let answers = one_process(&stage, &[call, call, call]);
    assert_ne!(
        answers[0], answers[1],
        "the second call means that the first token was refused"
    );
    assert_eq!(
        answers[1], answers[2],
        "and the third comes too soon for another"
    );
    assert_eq!(stage.ledger().refreshes, 1);
    // Another process was told nothing yet, and gets what is there; and so does another question.
    let id_token = call.replace("access_token", "id_token");
    let other = one_process(&stage, &[call, &id_token, "hook headers"]);
    assert_eq!(other[0], answers[1]);
    assert_eq!(stage.ledger().refreshes, 1);
}

/// The server cannot be reached. The refusal was only guessed, and the token is still the best one
/// there is.
#[cfg(target_os = "linux")]
#[test]
fn a_guess_costs_no_caller_its_token() {
    let stage = stage();
    let call = format!(
        "KUBERNETES_EXEC_INFO='{INFO}' {AUTHCTL} hook kubectl --quiet --token access_token"
    );
    let call = call.as_str();
    stage.fault("status=503*10");
    let answers = one_process(&stage, &[call, call]);
    assert_eq!(answers[0], answers[1]);
}

/// A file with the answer that go has got, which it hands to the hook.
#[cfg(target_os = "linux")]
fn answer_file(stage: &Stage, status: &str) -> String {
    let path = stage.home.path().join(&status[..3]);
    let answer = format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\n\r\n");
    std::fs::write(&path, answer).expect("written");
    path.display().to_string()
}

#[cfg(target_os = "linux")]
fn go_call(host: &str, answer: &str) -> String {
    format!("hook go https://{host}/mod/@v/list < {answer}")
}

#[cfg(target_os = "linux")]
#[test]
fn go_asks_again_with_the_address_that_was_refused() {
    let stage = stage();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&config.replace(
        "\"*.example.com\"",
        "[\"proxy.example.com\", \"*.glob.example.com\"]",
    ));
    let missing = answer_file(&stage, "404 Not Found");
    let refused = answer_file(&stage, "401 Unauthorized");
    let calls = [
        "hook go".to_owned(),
        go_call("proxy.example.com", &missing),
        go_call("a.glob.example.com", &refused),
        go_call("proxy.example.com", &refused),
        go_call("proxy.example.com", &refused),
    ];
    let answers = one_process(
        &stage,
        &calls.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let tokens: Vec<&String> = answers
        .iter()
        .filter(|line| line.starts_with("Authorization"))
        .collect();
    assert_eq!(tokens.len(), 5, "{answers:?}");
    assert_eq!(
        tokens[0], tokens[1],
        "a page that is not there says nothing of the token"
    );
    assert_eq!(tokens[0], tokens[2], "that address was given no token yet");
    assert!(
        tokens[0] != tokens[3] && tokens[3] == tokens[4],
        "{answers:?}"
    );
    assert_eq!(stage.ledger().refreshes, 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_caller_that_asks_every_five_minutes_was_refused_if_it_comes_sooner_and_says_so_beforehand() {
    let stage = stage();
    let answers = one_process(
        &stage,
        &[
            "hook token",
            "hook token",
            "hook token --asks-every 5m",
            "hook token --asks-every 5m",
        ],
    );
    assert!(
        answers[0] == answers[1] && answers[1] == answers[2],
        "no caller said that asking again means anything"
    );
    assert_ne!(answers[2], answers[3]);
    assert_eq!(stage.ledger().refreshes, 1);
    stage.age(60);
    let later = one_process(
        &stage,
        &["hook token --asks-every 0s", "hook token --asks-every 0s"],
    );
    assert_eq!(later[0], later[1], "that was not sooner than it said");
}

fn nuget_request(retry: bool) -> String {
    format!(
        "{{\"RequestId\":\"1\",\"Type\":\"Request\",\
         \"Method\":\"GetAuthenticationCredentials\",\
         \"Payload\":{{\"Uri\":\"https://n.example.com/\",\"IsRetry\":{retry}}}}}\n"
    )
}

#[test]
fn nuget_says_that_it_tries_again() {
    let stage = stage();
    let talk = [
        nuget_request(false),
        nuget_request(false),
        nuget_request(true),
    ]
    .concat();
    let done = stage.run_with_stdin(&["hook", "nuget"], &talk);
    let words: Vec<&str> = done.answer().lines().skip(1).collect();
    assert_eq!(words[0], words[1]);
    assert_ne!(words[1], words[2]);
    assert_eq!(stage.ledger().refreshes, 1);
}

/// Notes on callers have 256 places, and another caller may have had the same one.
#[cfg(target_os = "linux")]
#[test]
fn a_note_for_another_caller_says_nothing() {
    let stage = stage();
    let call = format!("KUBERNETES_EXEC_INFO='{INFO}' {AUTHCTL} hook kubectl --token access_token");
    let call = call.as_str();
    let spoilt = format!(
        "{call}; sed -i 's/^................................/00112233445566778899aabbccddeeff/' \
         $AUTHCTL_HOME/.hooks/*"
    );
    let answers = one_process(&stage, &[&spoilt, call]);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(stage.ledger().refreshes, 0);
}

/// If only a part of a path is bound, go is given a token for one address at a time, and was not
/// given one for the next address yet.
#[cfg(target_os = "linux")]
#[test]
fn an_address_that_was_given_nothing_yet_was_refused_for_that() {
    let stage = stage();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nurl = \"https://gp.example.com/team-*/mods/*\"\nprofile = \"work\"\n"
    ));
    let refused = answer_file(&stage, "401 Unauthorized");
    let calls = ["a", "b"]
        .map(|team| format!("hook go https://gp.example.com/team-{team}/mods/x < {refused}"));
    let answers = one_process(&stage, &[&calls[0], &calls[1]]);
    let tokens: Vec<&String> = answers
        .iter()
        .filter(|line| line.starts_with("Authorization"))
        .collect();
    assert!(tokens.len() == 2 && tokens[0] == tokens[1], "{answers:?}");
    assert_eq!(stage.ledger().refreshes, 0);
}
