//! No secret of any flow appears in any output at any verbosity, in an argument, or in a file that
//! is not the record.

use std::fs;

use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};

/// What must never be seen: tokens as they come and go, and every piece of a JWT's signature.
fn secrets(stage: &Stage) -> Vec<String> {
    let tokens = &stage.record()["tokens"];
    let mut found = Vec::new();
    for name in ["access_token", "refresh_token"] {
        found.extend(tokens[name].as_str().map(str::to_owned));
    }
    let jwt = tokens["id_token"].as_str();
    let signature = jwt.and_then(|jwt| jwt.rsplit('.').next());
    found.extend(signature.map(str::to_owned));
    found
}

#[test]
fn no_output_at_any_verbosity_holds_a_secret() {
    let mut stage = Stage::new();
    stage.expects_reuse = true;
    let mut seen: Vec<Done> = vec![stage.login(&["--browser", &visitor("alice"), "-v"])];
    let mut known = secrets(&stage);
    for args in [
        &["status", "-v"][..],
        &["status", "--json"],
        &["profile", "show", "work", "-v"],
        &["profile", "list", "--json"],
    ] {
        seen.push(stage.run(args));
    }
    // Every way in which a refresh can go, with all that is said about it.
    for fault in [
        "status=503",
        "drop_after",
        "error=invalid_request",
        "error=server_error",
        "truncate",
        "not_json",
        "redirect",
        "status_after=500",
        "error=interaction_required",
        "error=invalid_client",
        "form",
        "date=90",
    ] {
        if stage.run(&["token", "work", "-q"]).code != Some(0) {
            seen.push(stage.login(&["--browser", &visitor("alice"), "-v"]));
            known.extend(secrets(&stage));
        }
        stage.expire();
        stage.fault(fault);
        let mut done = stage.run(&["token", "work", "-v"]);
        // What a token command prints on stdout is its answer.
        done.stdout.clear();
        seen.push(done);
        known.extend(secrets(&stage));
    }
    seen.push(stage.login(&["--browser", &visitor("mallory"), "-v"]));
    seen.push(stage.run(&["logout", "work", "-v"]));
    let log = stage.run(&["log", "--json"]);
    assert!(log.answer().lines().count() > 12, "{log:?}");
    seen.push(log);
    seen.push(stage.run(&["log"]));
    known.push("sandbox-secret".to_owned());
    known.sort();
    known.dedup();
    assert!(
        known.len() > 12,
        "the test knows too little to find anything"
    );
    for done in &seen {
        for secret in &known {
            assert!(
                !done.stderr.contains(secret.as_str()),
                "a secret on stderr: {done:?}"
            );
            assert!(
                !done.stdout.contains(secret.as_str()),
                "a secret on stdout: {done:?}"
            );
        }
    }
}

#[test]
fn only_the_record_and_its_generation_before_hold_a_secret() {
    let stage = Stage::logged_in();
    stage.expire();
    stage.token();
    let known = secrets(&stage);
    let mut looked_at = 0;
    for directory in [stage.state(), stage.home.path().to_owned()] {
        for entry in fs::read_dir(directory).expect("there").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if ["work.json", "work.previous"].contains(&name.as_str()) || entry.path().is_dir() {
                continue;
            }
            looked_at += 1;
            let text =
                String::from_utf8_lossy(&fs::read(entry.path()).expect("readable")).into_owned();
            assert!(
                known.iter().all(|secret| !text.contains(secret.as_str())),
                "a secret in {name}"
            );
        }
    }
    assert!(looked_at >= 3, "config, lock and login lock");
}

#[cfg(target_os = "linux")]
#[test]
fn no_argument_of_authctl_or_of_a_child_holds_a_secret() {
    let stage = Stage::logged_in_with(authctl::sandbox::Options {
        latency: std::time::Duration::from_millis(400),
        ..Default::default()
    });
    let known = secrets(&stage);
    stage.expire();
    let child = stage.spawn(&["token", "work"]);
    std::thread::sleep(std::time::Duration::from_millis(150));
    let arguments = fs::read(format!("/proc/{}/cmdline", child.id())).expect("it runs");
    let arguments = String::from_utf8_lossy(&arguments).into_owned();
    assert!(
        arguments.contains("token"),
        "the test looks at the right process"
    );
    assert!(
        known
            .iter()
            .all(|secret| !arguments.contains(secret.as_str()))
    );
    assert_eq!(
        child.wait_with_output().expect("it ends").status.code(),
        Some(0)
    );
}

#[test]
fn a_description_that_echoes_a_token_is_not_repeated() {
    let stage = Stage::logged_in();
    let said = authctl::oauth::response::decode_error(
        format!(
            r#"{{"error":"server_error","error_description":"duplicate key {}"}}"#,
            stage.refresh_token()
        )
        .as_bytes(),
    );
    assert_eq!(
        said.expect("an error").description.as_deref(),
        Some("duplicate key [removed]")
    );
}

/// A key command, the browser and the clients' own tools saw the secrets of all other profiles.
#[cfg(unix)]
#[test]
fn no_child_sees_what_any_profile_names_as_its_secret() {
    use std::os::unix::fs::PermissionsExt;
    const SECRETS: [(&str, &str); 3] = [
        ("SECRET_OF_ANOTHER", "hunter2-of-another"),
        ("AUTHCTL_CLIENT_SECRET", "hunter2-of-the-environment"),
        ("AUTHCTL_KEY", "hunter2-the-key"),
    ];
    let stage = Stage::new();
    let place = stage.home.path();
    // Each child leaves its environment behind.
    let trace = |name: &str| place.join(format!("env-of-{name}"));
    let dump = |name: &str, then: &str| {
        let script = place.join(name);
        let text = format!("#!/bin/sh\nenv > {}\n{then}\n", trace(name).display());
        fs::write(&script, text).expect("written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("owned");
        script.display().to_string()
    };
    let key_command = dump(
        "key-command",
        &format!("cat {}", place.join("key").display()),
    );
    let secret_command = dump("secret-command", "echo secret");
    dump("git", "exit 1");
    stage.configure(&format!(
        "[profile.other]\nclient_id = \"c\"\nclient_secret = {{ env = \"SECRET_OF_ANOTHER\" }}\n\
         [profile.work]\nclient_id = \"sandbox\"\nissuer = \"{issuer}\"\nstore = \"command\"\n\
         key_command = \"{key_command}\"\n\
         [profile.machine]\nclient_id = \"machine\"\nissuer = \"{issuer}\"\n\
         grant = \"client_credentials\"\nclient_secret = {{ command = \"{secret_command}\" }}\n",
        issuer = stage.sandbox.issuer()
    ));
    let browser = dump("browser", &format!("exec {} \"$@\"", visitor("alice")));
    let without_own = [SECRETS[0], SECRETS[2]];
    let login = ["login", "work", "--browser", &browser];
    assert_eq!(stage.run_with(&without_own, &login).code, Some(0));
    stage.run_with(&without_own, &["token", "machine"]);
    let path = format!("{}:/usr/bin:/bin", place.display());
    let install = [
        "hook",
        "install",
        "git",
        "--profile",
        "work",
        "--host",
        "git.example.com",
    ];
    stage.run_with(
        &[SECRETS[0], SECRETS[1], SECRETS[2], ("PATH", &path)],
        &install,
    );
    for name in ["browser", "key-command", "secret-command", "git"] {
        let seen = fs::read_to_string(trace(name)).unwrap_or_else(|_| panic!("{name} ran"));
        assert!(seen.contains("PATH="), "{name}: {seen}");
        assert!(!seen.contains("hunter2"), "{name}: {seen}");
    }
}
