//! Which profile answers for which address.

use std::io::Write;
use std::process::Stdio;

use super::{GIT, bind, git, stage};
use crate::support::stage::{Done, Stage};

fn git_for_work(stage: &Stage, options: &[&str], request: &str) -> Done {
    let words = ["hook", "git", "--profile", "work"];
    stage.run_with_stdin(&[&words, options, &["get"]].concat(), request)
}

/// Calls the hook as kubectl does for a cluster at this address.
fn kubectl_for_work(stage: &Stage, server: &str, options: &[&str]) -> Done {
    let words = ["hook", "kubectl", "--profile", "work"];
    let info = format!(
        "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
         \"spec\":{{\"cluster\":{{\"server\":\"{server}\"}}}}}}"
    );
    stage.run_with(
        &[("KUBERNETES_EXEC_INFO", &info)],
        &[&words, options].concat(),
    )
}

/// A profile that is named is no permission to send its token anywhere.
#[test]
fn a_profile_that_is_named_is_bound_to_nothing_by_that() {
    let stage = stage();
    let host = ["--host", "git.x.example"];
    let evil = "protocol=https\nhost=evil.example\n";
    let bound = "protocol=https\nhost=git.x.example\n";
    assert_eq!(git_for_work(&stage, &[], evil).answer(), "");
    assert_eq!(git_for_work(&stage, &host, evil).answer(), "");
    assert!(
        git_for_work(&stage, &host, bound)
            .answer()
            .contains("password=")
    );
    assert_eq!(
        kubectl_for_work(&stage, "https://k8s.example.org", &[]).code,
        Some(0),
        "the kubeconfig belongs to the cluster's user"
    );
    kubectl_for_work(&stage, "http://k8s.example.org", &[]).fails(1, "no profile is bound");
    kubectl_for_work(
        &stage,
        "https://k8s.example.org",
        &["--host", "other.example.org"],
    )
    .fails(1, "no profile is bound");
}

fn which(stage: &Stage, words: &[&str]) -> Done {
    stage.run(&[&["hook", "which"], words].concat())
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
    let answer = which(&stage, &["https://git.example.com/mine/x.git"]);
    assert!(
        answer.answer().starts_with("home\n") && answer.stdout.contains("*.example.com (work)"),
        "{answer:?}"
    );
    assert!(
        which(
            &stage,
            &["https://git.example.com/mine/x.git", "--hook", "docker"]
        )
        .answer()
        .starts_with("work\n")
    );
    let json = which(&stage, &["git.example.com", "--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(json.answer()).expect("json")["profile"],
        "work"
    );
    stage
        .run(&["hook", "which", "https://example.net"])
        .fails(6, "no profile is bound to https://example.net");
    assert!(
        which(&stage, &["http://git.example.com"])
            .stderr
            .contains("https only")
    );
    assert!(
        which(&stage, &["deep.example.org"])
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
    // A mistake in authctl's configuration does not keep another helper from answering.
    let done = git(&stage, "get", "");
    assert!(
        done.stderr.contains("there is no such hook")
            && done.stdout.is_empty()
            && done.code == Some(0),
        "{done:?}"
    );
}

/// A job without a configuration file binds by its command line alone.
#[test]
fn a_job_binds_by_arguments() {
    let stage = stage();
    stage.configure("");
    let words = ["hook", "git", "--host", "git.example.com", "get"];
    let mut command = stage.machine_command(&words);
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
    let done = Done::of(child);
    assert!(done.answer().contains("password=at-"), "{done:?}");
}

/// A binding for a hook counts too if the hook's caller does not say for which address it asks.
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
    assert_eq!(
        kubectl_for_work(&stage, "https://k8s.example.org", &[]).code,
        Some(0),
        "the profile is named, and nothing is bound for kubectl"
    );
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nhost = \"k8s.example.com\"\nhook = \"kubectl\"\nprofile = \"work\"\n"
    ));
    assert_eq!(
        kubectl_for_work(&stage, "https://k8s.example.com", &[]).code,
        Some(0)
    );
    kubectl_for_work(&stage, "https://k8s.example.org", &[])
        .fails(1, "no profile is bound to https://k8s.example.org");
}
