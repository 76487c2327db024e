//! A server refuses a token that looks alive: each protocol's own way to say so, one refresh for
//! all who say it, and none for those who say it again and again. And: what a hook does when a
//! person is needed.

use std::io::Write;
use std::process::{Command, Stdio};

use authctl::secret::Fingerprint;

use crate::support::programs::{AUTHCTL, visitor};
use crate::support::stage::{Done, Stage};

const GIT: &str = "protocol=https\nhost=git.example.com\n";

/// Somebody logged in a minute ago, for `*.example.com`.
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

fn value<'a>(answer: &'a str, key: &str) -> &'a str {
    let of = |line: &'a str| line.strip_prefix(key)?.strip_prefix('=');
    answer
        .lines()
        .find_map(of)
        .unwrap_or_else(|| panic!("no {key} in {answer}"))
}

#[test]
fn git_heals_inside_one_command_with_one_refresh_for_all() {
    let stage = stage();
    let modern = "capability[]=authtype\ncapability[]=state\nwwwauth[]=Bearer\n";
    let first = git(&stage, "get", modern);
    assert_eq!(value(first.answer(), "continue"), "1");
    let (gave, state) = (
        value(first.answer(), "credential"),
        value(first.answer(), "state[]"),
    );
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
            "username=oauth2\npassword=somebody-elses\n"
        )
        .answer(),
        ""
    );
    assert_eq!(stage.ledger().refreshes, 0, "that was none of ours");
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
fn erase_of_what_is_not_ours_asks_nobody_and_says_nothing() {
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

/// What knows no ID token gives none, and no other in its place: it would go to a cloud as one.
#[test]
fn an_access_token_is_never_handed_out_as_an_id_token() {
    for keeps in ["none", "file"] {
        let stage = Stage::new();
        let job = |words: &[&str]| {
            let mut command = stage.command(words);
            command
                .env("AUTHCTL_ISSUER", stage.sandbox.issuer())
                .env("AUTHCTL_CLIENT_ID", authctl::sandbox::MACHINE_CLIENT);
            command
                .env("AUTHCTL_CLIENT_SECRET", authctl::sandbox::MACHINE_SECRET)
                .env("AUTHCTL_GRANT", "client_credentials");
            Done::from(command.env("AUTHCTL_STORE", keeps).output().expect("runs"))
        };
        assert!(job(&["hook", "token"]).answer().starts_with("at-"));
        for words in [
            &["hook", "kubectl"][..],
            &["hook", "google"],
            &["hook", "token", "--token", "id_token"],
            &["hook", "aws", "--role-arn", "arn:x"],
            &["token", "--id-token"],
        ] {
            let done = job(words);
            assert!(!done.stdout.contains("at-"), "{keeps} {words:?}: {done:?}");
            assert!(
                format!("{}{}", done.stdout, done.stderr).contains("no ID token"),
                "{keeps} {words:?}: {done:?}"
            );
        }
    }
}

/// A profile that is named is no permission to send its token anywhere.
#[test]
fn a_profile_that_is_named_is_bound_to_nothing_by_that() {
    let stage = stage();
    let git = |words: &[&str], request: &str| {
        stage.run_with_stdin(&[&["hook", "git"], words].concat(), request)
    };
    let evil = "protocol=https\nhost=evil.example\n";
    assert_eq!(git(&["--profile", "work", "get"], evil).answer(), "");
    assert_eq!(
        git(
            &["--profile", "work", "--host", "git.x.example", "get"],
            evil
        )
        .answer(),
        ""
    );
    assert!(
        git(
            &["--profile", "work", "--host", "git.x.example", "get"],
            "protocol=https\nhost=git.x.example\n"
        )
        .answer()
        .contains("password=")
    );
    let kubectl = |server: &str, words: &[&str]| {
        let mut command =
            stage.command(&[&["hook", "kubectl", "--profile", "work"], words].concat());
        let info = format!(
            "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"spec\":{{\"cluster\":{{\"server\":\"{server}\"}}}}}}"
        );
        Done::from(
            command
                .env("KUBERNETES_EXEC_INFO", info)
                .output()
                .expect("runs"),
        )
    };
    assert_eq!(
        kubectl("https://k8s.example.org", &[]).code,
        Some(0),
        "its kubeconfig is whose the cluster is"
    );
    kubectl("http://k8s.example.org", &[]).fails(1, "no profile is bound");
    kubectl("https://k8s.example.org", &["--host", "other.example.org"])
        .fails(1, "no profile is bound");
}

/// What client-go says to its plugin.
#[cfg(target_os = "linux")]
const INFO: &str = concat!(
    r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","#,
    r#""spec":{"interactive":false}}"#,
);

/// Calls from one process, as a program that links client-go makes them: a shell that runs us as
/// often as it has lines.
#[cfg(target_os = "linux")]
fn one_process(stage: &Stage, calls: &[&str]) -> Vec<String> {
    // A shell runs its last command in its own place, and would be another process.
    let script = format!(
        "{}\n:",
        calls
            .iter()
            .map(|call| if call.contains(AUTHCTL) {
                format!("{call}; echo")
            } else {
                format!("{AUTHCTL} {call}; echo")
            })
            .collect::<Vec<_>>()
            .join("\n")
    );
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
        "who does not speak the protocol means nothing by it"
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

/// The server cannot be reached: nobody said that the token was refused, and it is still the best
/// one there is.
#[cfg(target_os = "linux")]
#[test]
fn a_guess_costs_nobody_their_token() {
    let stage = stage();
    let call = format!(
        "KUBERNETES_EXEC_INFO='{INFO}' {AUTHCTL} hook kubectl --quiet --token access_token"
    );
    let call = call.as_str();
    stage.fault("status=503*10");
    let answers = one_process(&stage, &[call, call]);
    assert_eq!(answers[0], answers[1]);
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
    let input = |status: &str| {
        let path = stage.home.path().join(&status[..3]);
        std::fs::write(
            &path,
            format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\n\r\n"),
        )
        .expect("written");
        path.display().to_string()
    };
    let (missing, refused) = (input("404 Not Found"), input("401 Unauthorized"));
    let url = |host: &str, file: &str| format!("hook go https://{host}/mod/@v/list < {file}");
    let calls = [
        "hook go".to_owned(),
        url("proxy.example.com", &missing),
        url("a.glob.example.com", &refused),
        url("proxy.example.com", &refused),
        url("proxy.example.com", &refused),
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
    assert_eq!(tokens[0], tokens[2], "that address was given none yet");
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
        "nobody said that asking again means anything"
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

#[test]
fn nuget_says_that_it_tries_again() {
    let stage = stage();
    let ask = |retry: bool| {
        format!(
            "{{\"RequestId\":\"1\",\"Type\":\"Request\",\
             \"Method\":\"GetAuthenticationCredentials\",\
             \"Payload\":{{\"Uri\":\"https://n.example.com/\",\"IsRetry\":{retry}}}}}\n"
        )
    };
    let talk = [ask(false), ask(false), ask(true)].concat();
    let done = stage.run_with_stdin(&["hook", "nuget"], &talk);
    let words: Vec<&str> = done.answer().lines().skip(1).collect();
    assert_eq!(words[0], words[1]);
    assert_ne!(words[1], words[2]);
    assert_eq!(stage.ledger().refreshes, 1);
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

/// What is printed tells what is left now, and not what was left when the server said it.
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

#[test]
fn which_explains_what_wins_and_why_something_does_not() {
    let stage = stage();
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n[profile.home]\nissuer \
         = \"{issuer}\"\nclient_id = \"sandbox\"\n\
         [[match]]\nhost = \"*.example.com\"\nprofile = \"work\"\n\
         [[match]]\nurl = \"https://git.example.com/mine\"\nhook = \"git\"\nprofile \
         = \"home\"\nusername = \"me\"\n\
         [[match]]\nurl = \"https://deep.example.org/a/b\"\nprofile = \"home\"\n"
    ));
    let which = |words: &[&str]| stage.run(&[&["hook", "which"], words].concat());
    let answer = which(&["https://git.example.com/mine/x.git"]);
    assert!(
        answer.answer().starts_with("home\n") && answer.stdout.contains("*.example.com (work)"),
        "{answer:?}"
    );
    assert!(
        which(&["https://git.example.com/mine/x.git", "--hook", "docker"])
            .answer()
            .starts_with("work\n")
    );
    let json = which(&["git.example.com", "--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(json.answer()).expect("json")["profile"],
        "work"
    );
    stage
        .run(&["hook", "which", "https://example.net"])
        .fails(6, "no profile is bound to https://example.net");
    assert!(
        which(&["http://git.example.com"])
            .stderr
            .contains("https only")
    );
    assert!(
        which(&["deep.example.org"])
            .stderr
            .contains("credential.useHttpPath")
    );
    stage
        .run(&["hook", "which", "https://git.example.com", "--hook", "gti"])
        .fails(2, "no hook `gti`");
    stage.configure(&format!(
        "{}hook = \"gti\"\n",
        std::fs::read_to_string(stage.config()).expect("there")
    ));
    // That others are kept from answering for a mistake of ours must not be.
    let done = git(&stage, "get", "");
    assert!(
        done.stderr.contains("there is no such hook")
            && done.stdout.is_empty()
            && done.code == Some(0),
        "{done:?}"
    );
}

/// What is bound by the command line alone: a job without a file.
#[test]
fn a_job_binds_by_arguments() {
    let stage = stage();
    stage.configure("");
    let mut command = stage.command(&["hook", "git", "--host", "git.example.com", "get"]);
    command
        .env("AUTHCTL_ISSUER", stage.sandbox.issuer())
        .env("AUTHCTL_CLIENT_ID", authctl::sandbox::MACHINE_CLIENT);
    command
        .env("AUTHCTL_CLIENT_SECRET", authctl::sandbox::MACHINE_SECRET)
        .env("AUTHCTL_GRANT", "client_credentials");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(GIT.as_bytes())
        .expect("written");
    let done = Done::from(child.wait_with_output().expect("ends"));
    assert!(done.answer().contains("password=at-"), "{done:?}");
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

/// A caller whose stdout is the person's finds the answer in its file, good or bad.
#[test]
fn google_interactively_answers_in_the_file_only() {
    let stage = stage();
    let path = stage.home.path().join("google.json");
    let call = || {
        let mut command = stage.command(&["hook", "google"]);
        command
            .env("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", &path)
            .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "1");
        let done = Done::from(command.output().expect("runs"));
        assert_eq!(
            (done.code, done.stdout.as_str(), done.stderr.as_str()),
            (Some(0), "", "")
        );
        std::fs::read_to_string(&path).expect("there")
    };
    assert!(call().contains("\"success\":true"));
    assert_eq!(stage.run(&["logout", "work", "--local"]).code, Some(0));
    assert!(call().contains("\"success\":false"));
}

/// What is bound for a hook counts also where its caller does not say for which address it asks.
#[test]
fn a_caller_that_names_no_address_gets_what_is_bound_for_it() {
    let stage = stage();
    let issuer = stage.sandbox.issuer();
    let home = format!(
        "[profile.home]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n[[match]]\nhost \
         = \"n.example.com\"\nhook = \"pnpm\"\nprofile = \"home\"\n"
    );
    bind(&stage, &format!("{home}\n"));
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!("default_profile = \"work\"\n{config}"));
    stage
        .run(&["hook", "pnpm"])
        .fails(1, "home: nobody has logged in");
    assert!(
        stage.run(&["hook", "token"]).answer().starts_with("at-"),
        "that is bound to nothing"
    );
    stage.configure(&format!(
        "{}[[match]]\nhost = \"m.example.com\"\nhook = \"pnpm\"\nprofile = \"work\"\n",
        std::fs::read_to_string(stage.config()).expect("there")
    ));
    stage
        .run(&["hook", "pnpm"])
        .fails(1, "several profiles are bound for pnpm");
    assert!(
        stage
            .run(&["hook", "pnpm", "--profile", "work"])
            .answer()
            .starts_with("Bearer at-")
    );
}

/// A kubeconfig that names another server than the one that is bound.
#[test]
fn a_cluster_that_is_not_bound_gets_nothing_once_one_is() {
    let stage = stage();
    let call = |server: &str| {
        let mut command = stage.command(&["hook", "kubectl", "--profile", "work"]);
        let info = format!(
            "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"spec\":{{\"cluster\":{{\"server\":\"{server}\"}}}}}}"
        );
        Done::from(
            command
                .env("KUBERNETES_EXEC_INFO", info)
                .output()
                .expect("runs"),
        )
    };
    assert_eq!(
        call("https://k8s.example.org").code,
        Some(0),
        "the profile is named, and nothing is bound for kubectl"
    );
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nhost = \"k8s.example.com\"\nhook = \"kubectl\"\nprofile = \"work\"\n"
    ));
    assert_eq!(call("https://k8s.example.com").code, Some(0));
    call("https://k8s.example.org").fails(1, "no profile is bound to https://k8s.example.org");
}

/// As root, a rename over a device would be the end of it; and a link in a common directory may be
/// anybody's.
#[cfg(target_os = "linux")]
#[test]
fn a_token_is_written_to_files_only() {
    let stage = stage();
    let pipe = stage.home.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("runs")
            .success()
    );
    stage
        .run(&["token", "--output", &pipe.display().to_string()])
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
    if lchown(&link, Some(12_345), None).is_ok() {
        stage
            .run(&["token", "--output", &text])
            .fails(1, "a link that another user made");
    }
}

/// One byte there, and Google's library cannot read the answer.
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

/// A caller is told to come back when we would refresh, and not when it is too late.
#[test]
fn a_caller_comes_back_before_the_token_ends() {
    let stage = stage();
    let ends = stage.record()["tokens"]["expires_at"]
        .as_i64()
        .expect("a date");
    let told = |stage: &Stage| {
        let done = git(stage, "get", "");
        value(done.answer(), "password_expiry_utc")
            .parse::<i64>()
            .expect("a date")
    };
    assert_eq!(
        told(&stage),
        ends - 10,
        "a refresh kills the old one here, and comes as late as possible"
    );
    // Closer to the end than that, it is told the end itself: a time that is over would make it ask
    // for each request.
    stage.age(235);
    stage.fault("status=503*10");
    assert_eq!(told(&stage), ends - 235);
}

/// Notes have 256 places, and another caller may have had the same one.
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

/// Where only a part of a path is bound, go is given a token for one address at a time, and the
/// next one had none yet.
#[cfg(target_os = "linux")]
#[test]
fn an_address_that_was_given_nothing_yet_was_refused_for_that() {
    let stage = stage();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nurl = \"https://gp.example.com/team-*/mods/*\"\nprofile = \"work\"\n"
    ));
    let refused = stage.home.path().join("401");
    std::fs::write(&refused, "HTTP/1.1 401 Unauthorized\r\n\r\n").expect("written");
    let call = |team: &str| {
        format!(
            "hook go https://gp.example.com/team-{team}/mods/x < {}",
            refused.display()
        )
    };
    let (a, b) = (call("a"), call("b"));
    let answers = one_process(&stage, &[&a, &b]);
    let tokens: Vec<&String> = answers
        .iter()
        .filter(|line| line.starts_with("Authorization"))
        .collect();
    assert!(tokens.len() == 2 && tokens[0] == tokens[1], "{answers:?}");
    assert_eq!(stage.ledger().refreshes, 0);
}
