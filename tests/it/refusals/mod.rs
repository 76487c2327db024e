//! A server refuses a token that looks alive: one refresh for all callers that say it, and none for
//! those that say it again and again.

use crate::support::stage::{Done, Stage};

mod answers;
mod bindings;
mod by_calls;
mod logins;

const GIT: &str = "protocol=https\nhost=git.example.com\n";

/// A stage on which `work` logged in a minute ago, and is bound to `*.example.com`.
fn stage() -> Stage {
    let stage = Stage::logged_in();
    bind(&stage, "");
    stage.age(60);
    stage
}

fn bind(stage: &Stage, more: &str) {
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n{more}\n[[match]]\nhost \
         = \"*.example.com\"\nprofile = \"work\"\n"
    ));
}

fn git(stage: &Stage, verb: &str, more: &str) -> Done {
    stage.run_with_stdin(&["hook", "git", verb], &format!("{GIT}{more}\n"))
}

fn value<'a>(answer: &'a str, name: &str) -> &'a str {
    for line in answer.lines() {
        if let Some((found, value)) = line.split_once('=')
            && found == name
        {
            return value;
        }
    }
    panic!("no {name} in {answer}")
}

#[test]
fn git_heals_inside_one_command_with_one_refresh_for_all() {
    let stage = stage();
    let modern = "capability[]=authtype\ncapability[]=state\nwwwauth[]=Bearer\n";
    let first = git(&stage, "get", modern);
    assert_eq!(value(first.answer(), "continue"), "1");
    let gave = value(first.answer(), "credential");
    let state = value(first.answer(), "state[]");
    assert!(!state.contains(gave), "what other helpers see is no token");
    let again = format!("{modern}state[]={state}\n");
    let answers: Vec<Done> = std::thread::scope(|scope| {
        let asks: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| git(&stage, "get", &again)))
            .collect();
        asks.into_iter()
            .map(|ask| ask.join().expect("it ends"))
            .collect()
    });
    for done in &answers {
        assert_ne!(value(done.answer(), "credential"), gave);
        assert!(
            !done.stdout.contains("continue"),
            "it is asked for once: {done:?}"
        );
    }
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn erase_fetches_another_token_and_ends_nothing() {
    let stage = stage();
    let first = git(&stage, "get", "");
    let gave = value(first.answer(), "password").to_owned();
    assert_eq!(
        git(
            &stage,
            "erase",
            "username=oauth2\npassword=another-helpers\n"
        )
        .answer(),
        ""
    );
    assert_eq!(stage.ledger().refreshes, 0, "that was not authctl's token");
    assert_eq!(
        git(
            &stage,
            "erase",
            &format!("username=oauth2\npassword={gave}\n")
        )
        .answer(),
        ""
    );
    assert_eq!(
        git(
            &stage,
            "erase",
            &format!("authtype=Bearer\ncredential={gave}\n")
        )
        .answer(),
        ""
    );
    assert_eq!(
        stage.ledger().refreshes,
        1,
        "the second one spoke of a token that is gone"
    );
    assert_ne!(value(git(&stage, "get", "").answer(), "password"), gave);
    assert_eq!(stage.run(&["status", "work"]).code, Some(0));
}

/// A server that refuses whatever it is given: a repository that this person may not see.
#[test]
fn a_token_that_is_refused_at_birth_is_not_refreshed_again_and_again() {
    let stage = stage();
    for _ in 0..20 {
        let gave = value(git(&stage, "get", "").answer(), "password").to_owned();
        git(&stage, "erase", &format!("password={gave}\n"));
    }
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn erase_of_another_programs_token_asks_no_server_and_says_nothing() {
    let stage = stage();
    stage.expire();
    let done = git(&stage, "erase", "username=bob\npassword=hunter2\n");
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), "", "")
    );
    assert_eq!(stage.ledger().refreshes, 0);
    let nobody = Stage::new();
    bind(&nobody, "");
    let done = git(&nobody, "erase", "password=x\n");
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), "", "")
    );
}

/// A session without an ID token gives none, and no other token in its place, which would go to a
/// cloud as one.
#[test]
fn an_access_token_is_never_handed_out_as_an_id_token() {
    for store in ["none", "file"] {
        let stage = Stage::new();
        let variables = [("AUTHCTL_STORE", store)];
        let access = stage.run_machine(&variables, &["hook", "token"]);
        assert!(access.answer().starts_with("at-"));
        for words in [
            &["hook", "kubectl"][..],
            &["hook", "google"],
            &["hook", "token", "--token", "id_token"],
            &["hook", "aws", "--role-arn", "arn:aws:iam::1:role/x"],
            &["token", "--id-token"],
        ] {
            let done = stage.run_machine(&variables, words);
            assert!(!done.stdout.contains("at-"), "{store} {words:?}: {done:?}");
            assert!(
                format!("{}{}", done.stdout, done.stderr).contains("no ID token"),
                "{store} {words:?}: {done:?}"
            );
        }
    }
}

#[test]
fn a_herd_of_hooks_of_all_kinds_on_an_expired_token_makes_one_refresh() {
    let stage = stage();
    stage.expire();
    let calls: &[(&[&str], &str)] = &[
        (&["hook", "git", "get"], GIT),
        (&["hook", "kubectl", "--token", "access_token"], ""),
        (&["hook", "docker", "get"], "r.example.com"),
        (
            &["hook", "cargo"],
            "{\"v\":1,\"registry\":{\"index-url\":\"sparse+https://c.example.com/\"},\
             \"kind\":\"get\"}\n",
        ),
        (
            &["hook", "bazel", "get"],
            "{\"uri\":\"https://b.example.com/\"}",
        ),
        (&["hook", "terraform", "get", "t.example.com"], ""),
        (
            &[
                "hook",
                "keyring",
                "get",
                "https://p.example.com/simple/",
                "u",
            ],
            "",
        ),
        (&["hook", "token"], ""),
    ];
    std::thread::scope(|scope| {
        for (args, stdin) in calls.iter().cycle().take(80) {
            scope.spawn(|| assert_eq!(stage.run_with_stdin(args, stdin).code, Some(0)));
        }
    });
    assert_eq!(stage.ledger().refreshes, 1);
    let token = stage.token();
    for (args, stdin) in calls {
        let done = stage.run_with_stdin(args, stdin);
        assert!(done.answer().contains(&token), "{args:?}: {done:?}");
    }
}
