//! What a caller's environment or request says besides the address: each of it is bound, or there
//! is no token.

use serde_json::{Value, json};

use crate::support::stage::{Done, Stage};

fn stage() -> Stage {
    let stage = Stage::logged_in();
    stage.add_to_config(
        "[[match]]\nhost = [\"*.example.com\", \"proxy.example.net:3128\"]\nprofile = \"work\"\n\
         [[match]]\nhost = \"vault.example.org\"\nprofile = \"other\"\n\
         [profile.other]\nclient_id = \"c\"\n",
    );
    stage
}

fn kubectl(stage: &Stage, cluster: &Value) -> Done {
    let info = json!({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
        "spec": {"interactive": false, "cluster": cluster}});
    stage.run_with(
        &[("KUBERNETES_EXEC_INFO", &info.to_string())],
        &["hook", "kubectl"],
    )
}

#[test]
fn kubectl_gets_nothing_for_a_cluster_that_anybody_can_play() {
    let stage = stage();
    let server = "https://k.example.com:443";
    for bad in [
        json!({"server": server, "insecure-skip-tls-verify": true}),
        json!({"server": server, "tls-server-name": "k.example.org"}),
        json!({"server": server, "proxy-url": "http://proxy.example.org:3128"}),
        json!({"server": server, "proxy-url": "http://proxy.example.net"}),
        json!({"server": server, "proxy-url": "socks5://vault.example.org:443"}),
        json!({"server": "https://k.example.org"}),
    ] {
        let done = kubectl(&stage, &bad);
        assert_ne!(done.code, Some(0), "{bad}: {done:?}");
        assert_eq!(done.stdout, "", "{bad}");
    }
    for good in [
        json!({"server": server}),
        json!({"server": server, "insecure-skip-tls-verify": false, "proxy-url": ""}),
        json!({"server": server, "tls-server-name": "inner.example.com"}),
        json!({"server": server, "proxy-url": "http://proxy.example.net:3128"}),
    ] {
        assert_eq!(kubectl(&stage, &good).code, Some(0), "{good}");
    }
}

/// The client decides which of its variables counts.
#[test]
fn vault_gets_nothing_while_one_of_its_addresses_is_not_bound() {
    let stage = stage();
    let bound = ("VAULT_ADDR", "https://vault.example.com");
    for name in [
        "BAO_ADDR",
        "VAULT_AGENT_ADDR",
        "BAO_AGENT_ADDR",
        "VAULT_PROXY_ADDR",
        "BAO_PROXY_ADDR",
    ] {
        for elsewhere in ["https://evil.example.net", "https://vault.example.org"] {
            let done = stage.run_with(&[bound, (name, elsewhere)], &["hook", "vault", "get"]);
            assert_eq!(done.stdout, "", "{name}={elsewhere}");
        }
        let variables = [bound, (name, "https://agent.example.com")];
        let done = stage.run_with(&variables, &["hook", "vault", "get"]);
        assert!(done.answer().starts_with("at-"), "{name}: {done:?}");
    }
}

/// An address with a line break in it made git write a key twice.
#[test]
fn git_gets_nothing_for_a_request_that_contradicts_itself() {
    let stage = stage();
    for (request, answered) in [
        ("protocol=https\nhost=git.example.com\n", true),
        (
            "protocol=https\nhost=git.example.com\nhost=git.example.com\n",
            true,
        ),
        (
            "protocol=https\nhost=evil.example.net\nhost=git.example.com\n",
            false,
        ),
        (
            "protocol=http\nprotocol=https\nhost=git.example.com\n",
            false,
        ),
        (
            "protocol=https\nhost=git.example.com\npath=a\npath=b\n",
            false,
        ),
        (
            "protocol=https\nhost=git.example.com\nusername=a\nusername=b\n",
            false,
        ),
    ] {
        let done = stage.run_with_stdin(&["hook", "git", "get"], request);
        assert_eq!(
            done.stdout.contains("password=at-"),
            answered,
            "{request}: {done:?}"
        );
    }
}

#[test]
fn aws_is_asked_where_it_may_be_and_for_a_role() {
    let stage = stage();
    let call = |variables: &[(&str, &str)], role: &str| {
        stage.run_with(
            variables,
            &["hook", "aws", "-v", "--profile", "work", "--role-arn", role],
        )
    };
    let role = "arn:aws:iam::123456789012:role/r";
    for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
        let done = call(&[(name, "http://sts.example.com")], role);
        assert!(done.stderr.contains("plain http"), "{name}: {done:?}");
        let done = call(&[(name, "http://127.0.0.1:1/sts")], role);
        assert!(
            done.stderr.contains("at http://127.0.0.1:1/sts"),
            "{name}: {done:?}"
        );
    }
    let both = [
        ("AWS_ENDPOINT_URL", "http://sts.example.com"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1/sts"),
    ];
    assert!(
        call(&both, role)
            .stderr
            .contains("at http://127.0.0.1:1/sts")
    );
    for bad in [
        "role",
        "arn:aws:iam",
        "arn:aws:iam::1:role/a b",
        "arn:aws:iam::1:role/$(id)",
        "",
    ] {
        let done = call(&[], bad);
        assert!(
            done.code == Some(1) && done.stderr.contains("not a valid ARN"),
            "{done:?}"
        );
    }
    let install = [
        "hook",
        "install",
        "aws",
        "--profile",
        "work",
        "--role-arn",
        "x --profile y",
    ];
    stage.run(&install).fails(2, "not a valid ARN");
}

/// A pattern with a path decided about paths that a server may read in another way.
#[test]
fn a_path_that_can_be_read_in_two_ways_is_bound_to_nothing() {
    let stage = Stage::logged_in();
    stage.add_to_config("[[match]]\nurl = \"https://git.example.com/team\"\nprofile = \"work\"\n");
    for (path, answered) in [
        ("team/x.git", true),
        ("team%2fx.git", false),
        ("team/%2e%2e/other.git", false),
        ("team/%252e%252e/other.git", false),
        ("team//x.git", false),
        ("team/..%5cother.git", false),
        ("team/../other.git", false),
    ] {
        let request = format!("protocol=https\nhost=git.example.com\npath={path}\n");
        let done = stage.run_with_stdin(&["hook", "git", "get"], &request);
        assert_eq!(
            done.stdout.contains("password=at-"),
            answered,
            "{path}: {done:?}"
        );
    }
}

#[test]
fn a_pattern_that_anybody_could_match_is_refused_with_the_way_out() {
    let stage = Stage::logged_in();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    for host in [
        "*",
        "*.com",
        "git.*.com",
        "10.0.*",
        "*example.com",
        "10.0.0.0/4",
    ] {
        stage.configure(&format!(
            "{config}[[match]]\nhost = \"{host}\"\nprofile = \"work\"\n"
        ));
        let done = stage.run(&["token", "work"]);
        done.fails(6, &format!("`{host}` is not a host"));
    }
    stage.configure(&format!(
        "{config}[[match]]\nhost = \"10.0.0.0/8\"\nprofile = \"work\"\n"
    ));
    let request = "protocol=https\nhost=10.1.2.3\n";
    let done = stage.run_with_stdin(&["hook", "git", "get"], request);
    assert!(done.stdout.contains("password=at-"), "{done:?}");
}
