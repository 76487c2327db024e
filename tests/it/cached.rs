//! What the cached way does not do: seen from outside, by the system calls of the process.

use std::process::Command;

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::Stage;

#[test]
fn a_cached_token_opens_config_and_record_and_nothing_else() {
    if !machine::has_strace() || !machine::can_look_into_processes() {
        return;
    }
    let stage = Stage::logged_in();
    let config = std::fs::read_to_string(stage.config()).expect("there");
    stage.configure(&format!(
        "{config}[[match]]\nhost = \"*.example.com\"\nprofile = \"work\"\n"
    ));
    for args in [
        &["hook", "terraform", "get", "tf.example.com"][..],
        &[
            "hook",
            "keyring",
            "get",
            "https://pypi.example.com/simple/",
            "u",
        ],
        &["hook", "headers", "--profile", "work"],
        &["token", "work"],
        &["token"],
        &["token", "work", "--format", "header"],
        &["token", "--min-ttl", "1m"],
    ] {
        let trace = stage.home.path().join("trace");
        let mut command = Command::new("strace");
        command
            .args(["-f", "-o"])
            .arg(&trace)
            .arg(AUTHCTL)
            .args(args)
            .env_clear();
        command
            .env("AUTHCTL_HOME", stage.state())
            .env("AUTHCTL_CONFIG", stage.config());
        assert!(command.output().expect("strace runs").status.success());
        let trace = std::fs::read_to_string(trace).expect("a trace");
        let home = stage.home.path().display().to_string();
        let opened: Vec<&str> = trace
            .lines()
            .filter(|line| line.contains("open") && line.contains(&home))
            .collect();
        assert_eq!(opened.len(), 2, "{args:?}: {opened:#?}");
        assert!(
            opened[0].contains("config.toml") && opened[1].contains("work.json"),
            "{opened:#?}"
        );
        for call in [
            "socket(",
            "connect(",
            "clone(",
            "clone3(",
            "flock(",
            "rename",
            "epoll_create",
            "fsync(",
            "O_CREAT",
        ] {
            assert!(!trace.contains(call), "{args:?}: {call}");
        }
    }
    assert_eq!(stage.ledger().token_requests, 1);
}
