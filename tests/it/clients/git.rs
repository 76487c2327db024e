//! git, by its own protocols.

use std::fs;

use super::{Client, Loopback, Recovers, crowd, version_of};
use crate::support::machine;
use crate::support::programs::AUTHCTL;

/// A repository with one commit, which git's own server serves.
fn repository(world: &Loopback) {
    world.ok(&["git", "config", "--global", "user.name", "somebody"]);
    world.ok(&[
        "git",
        "config",
        "--global",
        "user.email",
        "somebody@example.com",
    ]);
    world.ok(&["git", "init", "-q", "-b", "main", "here"]);
    world.file("here/file", "one\n");
    world.ok(&["git", "-C", "here", "add", "."]);
    world.ok(&["git", "-C", "here", "commit", "-qm", "one"]);
    fs::create_dir_all(world.home().join("repos")).expect("made");
    world.ok(&["git", "clone", "-q", "--bare", "here", "repos/r.git"]);
    world.ok(&[
        "git",
        "-C",
        "repos/r.git",
        "config",
        "http.receivepack",
        "true",
    ]);
}

/// Whether git knows `state[]` and `continue`. An older one is tested too, for what it can do.
fn git_heals() -> bool {
    let heals = version_of("git") >= [2, 46];
    if !heals {
        machine::announce("this git is too old to heal inside one command (2.46)");
    }
    heals
}

#[test]
fn git_by_bearer_and_by_basic() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    world.install("git", &format!("http://127.0.0.1:{}", world.http), &[]);
    let recovers = if git_heals() {
        Recovers::Inside
    } else {
        Recovers::Next
    };
    world.rehearse(&Client {
        name: "git",
        drive: |world| {
            world.run(&[
                "git",
                "ls-remote",
                &format!("http://127.0.0.1:{}/git/r.git", world.http),
            ])
        },
        recovers,
        tells: true,
    });
    assert!(!world.requests().is_empty());
    world.stage.log_in();
    world.stage.age(60);
    let basic = format!("http://127.0.0.1:{}/basic/r.git", world.http);
    assert_eq!(world.run(&["git", "ls-remote", &basic]).code, Some(0));
    world.refuse();
    let before = world.refreshes();
    assert_eq!(
        world.run(&["git", "ls-remote", &basic]).code == Some(0),
        recovers == Recovers::Inside
    );
    assert_eq!(world.run(&["git", "ls-remote", &basic]).code, Some(0));
    assert_eq!(world.refreshes(), before + 1);
}

#[test]
fn git_clones_and_pushes_with_one_refresh_and_leaves_no_token_behind() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    let url = format!("https://127.0.0.1:{}/git/r.git", world.https);
    // A helper that stores every credential is asked for all hosts.
    let stored = world.home().join("stored");
    world.ok(&[
        "git",
        "config",
        "--global",
        "credential.helper",
        &format!("store --file {}", stored.display()),
    ]);
    world.install("git", &format!("127.0.0.1:{}", world.https), &[]);
    world.stage.expire();
    world.ok(&["git", "clone", "-q", &url, "there"]);
    world.file("there/file", "two\n");
    world.ok(&["git", "-C", "there", "commit", "-qam", "two"]);
    world.ok(&["git", "-C", "there", "push", "-q"]);
    assert_eq!(world.refreshes(), 1);
    assert!(
        world
            .ok(&["git", "-C", "repos/r.git", "log", "--oneline"])
            .lines()
            .count()
            == 2
    );
    let left = fs::read_to_string(&stored).unwrap_or_default()
        + &fs::read_to_string(world.home().join("there/.git/config")).expect("there");
    assert!(!left.contains(&world.stage.token()), "{left}");
    let links = world.home().join("links").display().to_string();
    let host = format!("127.0.0.1:{}", world.https);
    world.ok(&[
        AUTHCTL,
        "hook",
        "uninstall",
        "git",
        "--host",
        &host,
        "--profile",
        "work",
        "--links",
        &links,
    ]);
    let config = fs::read_to_string(world.home().join(".gitconfig")).expect("there");
    assert!(
        !config.contains("authctl") && config.contains("store --file"),
        "{config}"
    );
    assert_ne!(world.run(&["git", "ls-remote", &url]).code, Some(0));
}

#[test]
fn a_hundred_gits_at_once_on_an_expired_token_make_one_refresh() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    world.install("git", &format!("http://127.0.0.1:{}", world.http), &[]);
    world.stage.expire();
    crowd(
        &world,
        100,
        &[
            "git",
            "ls-remote",
            &format!("http://127.0.0.1:{}/git/r.git", world.http),
        ],
    );
}

/// git knows of no token: the proxy adds it, and heals a refused one inside one command.
#[test]
fn git_over_the_proxy() {
    let Some(world) = Loopback::start(&["git"]) else {
        return;
    };
    repository(&world);
    let upstream = format!("http://127.0.0.1:{}", world.http);
    let script = "git clone -q \"$AUTHCTL_PROXY_URL/git/r.git\" there && cat there/file && \
                  git -C there config user.name x && \
                  git -C there config user.email x@example.com && \
                  git -C there commit -q --allow-empty -m two && git -C there push -q && \
                  echo pushed";
    world.stage.age(60);
    world.refuse();
    let before = world.refreshes();
    let words = [
        AUTHCTL,
        "proxy",
        "-p",
        "work",
        "--upstream",
        &upstream,
        "--",
        "sh",
        "-c",
        script,
    ];
    let done = world.run(&words);
    assert_eq!(done.answer(), "one\npushed", "{done:?}");
    assert_eq!(world.refreshes(), before + 1);
}
