//! What was typed is not repeated where it may be a secret: it would go into logs and terminals.

use crate::support::stage::Stage;

/// A token, and an address with a password.
const TOKEN: &str = "at-Zx81kq0P3vQx7LtVbN4cYw2JfsKmQ9";
const URL: &str = "https://alice:hunter2-of-alice@as.example";
const PASSWORD: &str = "hunter2-of-alice";

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let stage = Stage::logged_in();
    let id_token = format!("--id-token={TOKEN}");
    let rejected = format!("--rejected={TOKEN}");
    let param = format!("access_token={TOKEN}");
    let cases: &[&[&str]] = &[
        &[TOKEN],
        &["token", TOKEN],
        &["token", &id_token],
        &["token", "--require-scope", TOKEN, "--min-ttl", TOKEN],
        &["token", &rejected],
        &["token", "--format", TOKEN],
        &["token", "--wait", TOKEN],
        &["status", TOKEN],
        &["logout", TOKEN],
        &["profile", "show", TOKEN],
        &["profile", "use", TOKEN],
        &["profile", "remove", TOKEN],
        &["profile", "move", TOKEN, "--store", "file"],
        &["profile", "move", "work", "--store", TOKEN],
        &["login", TOKEN],
        &["login", "new", "--client-id", "c", "--issuer", TOKEN],
        &["login", "new", "--client-id", "c", "--issuer", URL],
        &["login", "new", "--client-id", "c", "--provider", TOKEN],
        &["login", "new", "--client-id", "c", "--store", TOKEN],
        &["login", "new", "--param", &param, "--param", TOKEN],
        &["hook", TOKEN],
        &["hook", "git", TOKEN],
        &["hook", "which", URL],
        &["hook", "which", TOKEN],
        &["hook", "which", "--hook", TOKEN, "git.example.com"],
        &["hook", "install", TOKEN],
        &["hook", "install", "git", "--host", URL],
        &[
            "hook",
            "install",
            "git",
            "--profile",
            TOKEN,
            "--host",
            "git.example.com",
        ],
        &["hook", "token", "--token", TOKEN],
        &["hook", "docker", TOKEN],
        &["hook", "vault", TOKEN],
        &["hook", "terraform", TOKEN],
        &["hook", "headers", "--profile", TOKEN],
        &["login", "work", "--browser", TOKEN, "--timeout", "1s"],
        &["hook", "aws", "--profile", "work", "--role-arn", TOKEN],
        &["completions", TOKEN],
        &["sandbox", "--fault", TOKEN],
        &["sandbox", "--grace", TOKEN],
        &["sandbox", "visit", URL],
        &["sandbox", "visit", TOKEN],
    ];
    for args in cases {
        for more in [&[][..], &["--json"]] {
            let args = [args, more].concat();
            let done = stage.run(&args);
            // git calls its helpers with verbs of later versions, too.
            let may_succeed = args.starts_with(&["hook", "git"]);
            assert!(may_succeed || done.code != Some(0), "{args:?}");
            let said = format!("{}{}", done.stdout, done.stderr);
            assert!(!said.contains(&TOKEN[..20]), "{args:?}: {said}");
            assert!(!said.contains(PASSWORD), "{args:?}: {said}");
        }
    }
    for (variable, value) in [
        ("AUTHCTL_PROFILE", TOKEN),
        ("AUTHCTL_STORE", TOKEN),
        ("AUTHCTL_GRANT", TOKEN),
        ("AUTHCTL_ISSUER", URL),
        ("AUTHCTL_TRUST_OWNER", TOKEN),
        ("AUTHCTL_ASSUMED_TTL", TOKEN),
    ] {
        let variables = [(variable, value)];
        let done = stage.run_machine(&variables, &["token"]);
        let said = format!("{}{}", done.stdout, done.stderr);
        assert_ne!(done.code, Some(0), "{variable}");
        assert!(
            !said.contains(&TOKEN[..20]) && !said.contains(PASSWORD),
            "{variable}: {said}"
        );
    }
}

/// A configuration with a password in an address is refused, and the message named the address.
#[test]
fn a_password_in_the_configuration_is_not_repeated() {
    let stage = Stage::new();
    for setting in [
        format!("issuer = \"{URL}\""),
        format!("issuer = \"https://as.example\"\ntoken_endpoint = \"{URL}/token\""),
        format!("issuer = \"https://as.example\"\nredirect_uri = \"{URL}/cb\""),
        format!("issuer = \"https://as.example\"\nprovider = \"{URL}\""),
        format!("issuer = \"https://as.example\"\ngrant = \"{PASSWORD}{TOKEN}\""),
        format!("issuer = \"https://as.example\"\n{TOKEN} = \"{PASSWORD}{TOKEN}\""),
        format!("issuer = \"https://as.example\"\n[[match]]\nurl = \"{URL}\"\nprofile = \"work\""),
    ] {
        stage.configure(&format!("[profile.work]\nclient_id = \"c\"\n{setting}\n"));
        for args in [
            &["token", "work", "-v"][..],
            &["login", "work", "--browser", "none", "--timeout", "1s"],
            &["login", "work", "--device", "--timeout", "1s"],
            &["hook", "which", "git.example.com"],
            &["status", "work", "--json"],
        ] {
            let done = stage.run(args);
            assert_ne!(done.code, Some(0), "{setting} {args:?}: {done:?}");
            assert!(
                ![PASSWORD, TOKEN]
                    .iter()
                    .any(|secret| { done.stderr.contains(secret) || done.stdout.contains(secret) }),
                "{setting} {args:?}: {done:?}"
            );
        }
    }
}
