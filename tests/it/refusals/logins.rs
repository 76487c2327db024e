//! What a hook does when a person is needed.

use std::process::Stdio;

use super::bind;
use crate::support::programs::{AUTHCTL, visitor};
use crate::support::stage::{Done, Stage};

/// A person is asked only if the caller allows it and the profile says so; and once for all who
/// wait.
#[cfg(unix)]
#[test]
fn one_login_for_all_waiting_hooks_where_that_is_allowed() {
    let stage = Stage::new();
    let opened = stage.home.path().join("opened");
    let browser = format!(
        "sh -c 'echo >> {}; exec {} \"$0\"'",
        opened.display(),
        visitor("alice")
    );
    let info = |interactive: bool| {
        format!(
            "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"spec\":{{\"interactive\":{interactive}}}}}"
        )
    };
    let call = |interactive: bool| {
        let mut command = stage.command(&["hook", "kubectl"]);
        command.env("KUBERNETES_EXEC_INFO", info(interactive));
        Done::from(command.stdin(Stdio::null()).output().expect("runs"))
    };
    let opened = || {
        std::fs::read_to_string(&opened)
            .unwrap_or_default()
            .lines()
            .count()
    };
    bind(&stage, &format!("browser = {browser:?}"));
    assert_eq!(
        (call(true).code, opened()),
        (Some(1), 0),
        "the profile does not say so"
    );
    bind(
        &stage,
        &format!("browser = {browser:?}\ninteractive_hooks = true"),
    );
    assert_eq!(
        (call(false).code, opened()),
        (Some(1), 0),
        "the caller does not allow it"
    );
    let answers: Vec<Done> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| call(true))).collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("it ends"))
            .collect()
    });
    for done in &answers {
        assert_eq!(done.answer(), answers[0].answer(), "{done:?}");
    }
    assert_eq!(opened(), 1, "one login for all of them");
}

/// Hundreds of tabs in the morning: a person who says no is asked once.
#[cfg(unix)]
#[test]
fn who_does_not_answer_one_hook_is_not_asked_by_the_next() {
    let stage = Stage::new();
    let opened = stage.home.path().join("opened");
    let browser = format!(
        "sh -c 'echo >> {}; exec {AUTHCTL} sandbox visit --deny \"$0\"'",
        opened.display()
    );
    bind(
        &stage,
        &format!("browser = {browser:?}\ninteractive_hooks = true"),
    );
    let call = || {
        let mut command = stage.command(&["hook", "kubectl"]);
        command.env(
            "KUBERNETES_EXEC_INFO",
            "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"interactive\":true}}",
        );
        Done::from(command.output().expect("runs"))
    };
    let answers: Vec<Done> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(call)).collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("it ends"))
            .collect()
    });
    for done in &answers {
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    }
    assert_eq!(
        std::fs::read_to_string(&opened)
            .expect("there")
            .lines()
            .count(),
        1,
        "{answers:?}"
    );
    assert!(call().stderr.contains("did not come about"));
    // A person who comes by themselves is not held up.
    stage.log_in();
    assert_eq!(call().code, Some(0));
}

/// The same for a person who is not there.
#[cfg(unix)]
#[test]
fn who_is_not_there_is_waited_for_once() {
    let stage = Stage::new();
    let opened = stage.home.path().join("opened");
    let browser = format!("sh -c 'echo >> {}'", opened.display());
    bind(
        &stage,
        &format!("browser = {browser:?}\ninteractive_hooks = true"),
    );
    let call = || {
        let mut command = stage.command(&["hook", "kubectl", "--wait", "1s"]);
        command.env(
            "KUBERNETES_EXEC_INFO",
            r#"{"apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true}}"#,
        );
        Done::from(command.output().expect("runs"))
    };
    for _ in 0..3 {
        assert_eq!((call().code, call().stdout.as_str()), (Some(1), ""));
    }
    assert_eq!(
        std::fs::read_to_string(&opened)
            .expect("there")
            .lines()
            .count(),
        1
    );
}
