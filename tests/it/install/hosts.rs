//! Hosts: in which forms they are taken, and what several of them share.

use std::fs;

use super::{BY_FILES, everything, hook, install, stage, uninstall};

#[test]
fn what_several_hosts_share_goes_with_the_last_of_them() {
    for name in BY_FILES.iter().filter(|name| **name != "aws") {
        let stage = stage();
        assert_eq!(install(&stage, name, "a.example.com").code, Some(0));
        let alone = everything(stage.home.path());
        assert_eq!(install(&stage, name, "b.example.com").code, Some(0));
        assert_eq!(uninstall(&stage, name, "b.example.com").code, Some(0));
        assert_eq!(
            everything(stage.home.path()),
            alone,
            "{name}: a is as it was"
        );
        assert_eq!(uninstall(&stage, name, "a.example.com").code, Some(0));
        let left: Vec<String> = everything(stage.home.path())
            .into_values()
            .filter(|text| text.contains("authctl"))
            .collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
}

#[test]
fn forms_of_a_host_that_a_client_never_asks_for_are_refused() {
    let stage = stage();
    for (name, host) in [
        ("docker", "*.example.com"),
        ("docker", "r.example.com:*"),
        ("docker", "https://r.example.com/team"),
        ("docker", "docker.io"),
        ("pnpm", "*.example.com"),
        ("git", "git.example.com:*"),
        ("git", "https://git.example.com/*/x"),
    ] {
        install(&stage, name, host).fails(1, "nothing was changed");
    }
    for host in ["$(id)", "-x", "a b", "r.example.com:0"] {
        assert_eq!(
            hook(
                &stage,
                &[
                    "install",
                    "docker",
                    &format!("--host={host}"),
                    "--profile",
                    "work"
                ]
            )
            .code,
            Some(2),
            "{host}"
        );
    }
    hook(&stage, &["install", "docker", "--profile", "work"]).fails(2, "without a host");
    hook(&stage, &["install", "dokcer", "--profile", "work"]).fails(2, "there is no hook `dokcer`");
}

/// Hooks that are installed at the same time do not overwrite each other.
#[test]
fn installations_at_once_lose_nothing_of_each_other() {
    let stage = stage();
    let hosts: Vec<String> = (0..8).map(|n| format!("r{n}.example.com")).collect();
    std::thread::scope(|scope| {
        for host in &hosts {
            scope.spawn(|| assert_eq!(install(&stage, "docker", host).code, Some(0)));
        }
    });
    let docker = fs::read_to_string(stage.home.path().join(".docker/config.json")).expect("there");
    let config = fs::read_to_string(stage.config()).expect("there");
    for host in &hosts {
        assert!(docker.contains(host) && config.contains(host), "{host}");
    }
}

/// One host in another spelling, and a profile that it is not bound to.
#[test]
fn a_host_is_what_it_means_and_belongs_to_the_profile_that_it_is_bound_to() {
    let stage = stage();
    assert_eq!(install(&stage, "docker", "r.example.com").code, Some(0));
    let made = everything(stage.home.path());
    assert_eq!(
        install(&stage, "docker", "https://r.example.com:443/").code,
        Some(0)
    );
    assert_eq!(everything(stage.home.path()), made, "that is the same host");
    let other = hook(
        &stage,
        &[
            "uninstall",
            "docker",
            "--host",
            "r.example.com",
            "--profile",
            "home",
        ],
    );
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(everything(stage.home.path()), made, "it is work's");
    hook(
        &stage,
        &[
            "install",
            "docker",
            "--host",
            "https://r.example.com",
            "--profile",
            "home",
        ],
    )
    .fails(6, "is bound to work for docker");
    assert_eq!(install(&stage, "bazel", "b.example.com:8080").code, Some(0));
    assert_eq!(install(&stage, "bazel", "b.example.com:9090").code, Some(0));
    assert_eq!(
        uninstall(&stage, "bazel", "b.example.com:8080").code,
        Some(0)
    );
    let bazel = fs::read_to_string(stage.home.path().join(".bazelrc")).expect("there");
    assert!(bazel.contains("b.example.com="), "the other port needs it");
    // Without a word more, what is bound is undone.
    assert_eq!(hook(&stage, &["uninstall", "docker"]).code, Some(0));
    assert_eq!(hook(&stage, &["uninstall", "bazel"]).code, Some(0));
    let left: Vec<String> = everything(stage.home.path())
        .into_values()
        .filter(|text| text.contains("authctl"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
