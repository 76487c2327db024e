//! What became of so many deaths, and how the next call judges each.

use std::fmt;

use crate::support::stage::{Done, StageOf};
use crate::support::storage::Storage;

/// What became of so many deaths.
#[derive(Debug, Default)]
pub struct Tally {
    /// The caller was there to be killed.
    pub hits: u64,
    /// It had ended by itself before.
    pub misses: u64,
    /// The server had rotated, and the next call found nothing that works.
    pub lost: u64,
    /// A record that is no record.
    pub torn: u64,
    /// A next call that found the lock taken by a process that is dead.
    pub stale: u64,
    /// A loss that the next call did not explain.
    pub unexplained: u64,
    /// A next call that left a temporary file or an intent behind.
    pub left: u64,
    /// A keyring that did not survive the death of a process that asked it. That is the keyring's
    /// own fault; it is started again.
    pub keyrings: u64,
}

impl Tally {
    /// Looks at what a death has left, by the next call.
    pub fn judge<S: Storage>(&mut self, stage: &StageOf<S>) {
        let whole = std::fs::read(stage.file("work.json"))
            .is_ok_and(|bytes| authctl::store::seal::Form::of(&bytes).is_ok());
        self.torn += u64::from(!whole);
        self.keyrings += u64::from(stage.revive_keyring());
        let mut next: Done = stage.run(&["token", "work"]);
        // A request that a pause cut off is known to have failed, and is shared for a while.
        if next
            .stderr
            .contains("`authctl token work --now` asks at once")
        {
            next = stage.run(&["token", "work", "--now"]);
        }
        match next.code {
            Some(0) => {}
            Some(4) => {
                self.lost += 1;
                self.unexplained += u64::from(!next.stderr.contains("was interrupted at"));
                stage.log_in();
            }
            _ if next.stderr.contains("is busy") => self.stale += 1,
            _ => panic!("{next:?}"),
        }
        self.left += u64::from(has_left_something(stage));
    }

    /// How many promises were broken, other than that no session is lost.
    pub fn broken(&self) -> u64 {
        self.unexplained + self.torn + self.stale + self.left
    }

    /// Both together.
    pub fn and(self, other: &Self) -> Self {
        Self {
            hits: self.hits + other.hits,
            misses: self.misses + other.misses,
            lost: self.lost + other.lost,
            torn: self.torn + other.torn,
            stale: self.stale + other.stale,
            unexplained: self.unexplained + other.unexplained,
            left: self.left + other.left,
            keyrings: self.keyrings + other.keyrings,
        }
    }
}

/// Whether there is a file beside the record that the call which came after should have removed.
fn has_left_something<S: Storage>(stage: &StageOf<S>) -> bool {
    let entries = std::fs::read_dir(stage.state()).expect("there");
    let is_left = |name: &str| {
        [".tmp", ".new", ".pending"]
            .iter()
            .any(|part| name.contains(part))
    };
    entries
        .flatten()
        .any(|entry| is_left(&entry.file_name().to_string_lossy()))
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hits,
            misses,
            lost,
            torn,
            stale,
            unexplained,
            left,
            keyrings,
        } = self;
        write!(
            f,
            "{hits} hit it at work, {misses} came too late; {lost} sessions lost, {unexplained} of \
             them unexplained; {torn} torn records, {stale} stale locks, {left} files left behind; \
             {keyrings} keyrings died of it"
        )
    }
}
