//! What a hook does when a person is needed.

use std::path::PathBuf;

use super::bind;
use crate::support::programs::{AUTHCTL, visitor};
use crate::support::stage::{Done, Stage};

/// A profile whose hooks may open a browser, which counts how often it is opened.
struct Person {
    stage: Stage,
    opened: PathBuf,
    browser: String,
}

impl Person {
    /// A person whose browser does this with the address, which is `$0` to a shell.
    fn who_does(what: &str) -> Self {
        let stage = Stage::new();
        let opened = stage.home.path().join("opened");
        let browser = format!("sh -c 'echo >> {}; {what}'", opened.display());
        let person = Self {
            stage,
            opened,
            browser,
        };
        person.bind("interactive_hooks = true");
        person
    }

    fn bind(&self, more: &str) {
        let browser = &self.browser;
        bind(&self.stage, &format!("browser = {browser:?}\n{more}"));
    }

    /// Calls the hook as kubectl does, which says whether a person may be asked.
    fn call(&self, interactive: bool, options: &[&str]) -> Done {
        let info = format!(
            "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"spec\":{{\"interactive\":{interactive}}}}}"
        );
        self.stage.run_with(
            &[("KUBERNETES_EXEC_INFO", &info)],
            &[&["hook", "kubectl"], options].concat(),
        )
    }

    /// Calls so often, all at once.
    fn call_at_once(&self, count: usize) -> Vec<Done> {
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..count)
                .map(|_| scope.spawn(|| self.call(true, &[])))
                .collect();
            calls
                .into_iter()
                .map(|call| call.join().expect("it ends"))
                .collect()
        })
    }

    fn times_opened(&self) -> usize {
        let text = std::fs::read_to_string(&self.opened).unwrap_or_default();
        text.lines().count()
    }
}

/// A person is asked only if the caller allows it and the profile says so, and once for all callers
/// that wait.
#[cfg(unix)]
#[test]
fn one_login_for_all_waiting_hooks_where_that_is_allowed() {
    let person = Person::who_does(&format!("exec {} \"$0\"", visitor("alice")));
    person.bind("");
    let done = person.call(true, &[]);
    assert_eq!(done.code, Some(1), "the profile does not say so: {done:?}");
    assert_eq!(person.times_opened(), 0, "the profile does not say so");
    person.bind("interactive_hooks = true");
    let done = person.call(false, &[]);
    assert_eq!(done.code, Some(1), "the caller does not allow it: {done:?}");
    assert_eq!(person.times_opened(), 0, "the caller does not allow it");
    let answers = person.call_at_once(8);
    for done in &answers {
        assert_eq!(done.answer(), answers[0].answer(), "{done:?}");
    }
    assert_eq!(person.times_opened(), 1, "one login for all of them");
}

/// A person who says no is asked once, and does not find hundreds of open tabs later.
#[cfg(unix)]
#[test]
fn who_does_not_answer_one_hook_is_not_asked_by_the_next() {
    let person = Person::who_does(&format!("exec {AUTHCTL} sandbox visit --deny \"$0\""));
    let answers = person.call_at_once(6);
    for done in &answers {
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    }
    assert_eq!(person.times_opened(), 1, "{answers:?}");
    assert!(person.call(true, &[]).stderr.contains("did not come about"));
    // A person who logs in without being asked is not held up.
    person.stage.log_in();
    assert_eq!(person.call(true, &[]).code, Some(0));
}

/// A person who is not there is waited for once.
#[cfg(unix)]
#[test]
fn who_is_not_there_is_waited_for_once() {
    let person = Person::who_does("");
    for _ in 0..3 {
        assert_eq!(person.call(true, &["--wait", "1s"]).code, Some(1));
        assert_eq!(person.call(true, &["--wait", "1s"]).stdout, "");
    }
    assert_eq!(person.times_opened(), 1);
}
