//! Records that were restored from a backup, and directories that were copied: what can be told of
//! them is told before a token is spent.

use std::fs;

use crate::support::stage::{Done, StageOf};
use crate::support::storage::Storage;

/// A record from a backup took the place of a newer one, and ended in a bare `invalid_grant`.
fn an_older_copy_that_is_put_back_is_named_before_its_token_is_spent<S: Storage>() {
    let mut stage = StageOf::<S>::logged_in();
    stage.expects_reuse = true;
    let backup = fs::read(stage.file("work.json")).expect("there");
    for _ in 0..2 {
        stage.expire();
        stage.token();
    }
    fs::write(stage.file("work.json"), backup).expect("written");
    // While its token lives, nothing is put at risk.
    let asked = stage.ledger().token_requests;
    stage.age(293);
    let early = stage.run(&["token", "work"]);
    assert!(early.answer().starts_with("at-"), "{early:?}");
    assert!(early.stderr.contains("a copy was put back"), "{early:?}");
    assert_eq!(stage.ledger().token_requests, asked);
    stage.expire();
    let done = stage.run(&["token", "work"]);
    done.fails(4, "an older copy of the record was put back");
    stage.log_in();
    stage.token();
}

/// Two copies of a directory refreshed one session, and each was told `invalid_grant`.
fn a_copied_directory_is_named_at_its_first_refresh<S: Storage>() {
    let stage = StageOf::<S>::logged_in();
    stage.expire();
    let copy = stage.home.path().join("copy");
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(stage.state())
        .arg(&copy)
        .status();
    assert!(copied.expect("cp runs").success());
    let run = || {
        let mut command = stage.command(&["token", "work", "--min-ttl", "4m50s"]);
        let output = command.env("AUTHCTL_HOME", &copy).output();
        Done::from(output.expect("authctl runs"))
    };
    let first = run();
    assert!(first.answer().starts_with("at-"), "{first:?}");
    assert!(
        first.stderr.contains("saved in another directory"),
        "{first:?}"
    );
    let next = run();
    assert!(!next.stderr.contains("another directory"), "{next:?}");
    assert_eq!((stage.ledger().refreshes, stage.ledger().reuses), (1, 0));
}

tests_by_storage! {
    an_older_copy_that_is_put_back_is_named_before_its_token_is_spent,
    a_copied_directory_is_named_at_its_first_refresh,
}
