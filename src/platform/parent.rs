//! The process that started this one, and others whose end is waited for.

use std::time::Duration;

use super::system;
use crate::text::printable;

/// How many programs of a chain are told.
const LONGEST_CHAIN: usize = 8;

/// The parent's process number; `None` where it cannot be told.
#[must_use]
pub fn pid() -> Option<u32> {
    system::parent_pid()
}

/// The parent's process number, the moment at which it began, and its program, so that it differs
/// from every other process that has had the number and from a program that has made way for it.
/// The text is opaque and compared for equality only.
///
/// `None` where the moment is not known: only Linux's `/proc` is read. A caller that says nothing
/// of a refusal then waits for the token's end.
#[must_use]
pub fn id() -> Option<String> {
    system::parent_id()
}

/// Which program called this one, which program called that, and so on, by the names that the
/// system has for them, without any argument: `git < make < bash`. The first process of the system
/// calls no program. Empty where nothing can be told.
#[must_use]
pub fn chain() -> String {
    let mut names = Vec::new();
    let mut next = pid();
    while let Some(number) = next.filter(|number| *number > 1 && names.len() < LONGEST_CHAIN) {
        let Some((name, parent)) = system::named_process(number) else {
            break;
        };
        names.push(printable(&name, 32));
        // A process that took over a child may be younger than it, and look like its own parent.
        next = Some(parent).filter(|parent| *parent != number);
    }
    names.join(" < ")
}

/// Another process, whose end is waited for.
pub struct Other(system::Other);

impl Other {
    /// The process of this number; `None` if there is none.
    #[must_use]
    pub fn watch(number: u32) -> Option<Self> {
        system::Other::watch(number).map(Self)
    }

    /// Waits for so long, or until the process ends. Whether it lives still.
    #[must_use]
    pub fn lives_for(&self, time: Duration) -> bool {
        self.0.lives_for(time)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_chain_begins_with_the_parent() {
        let chain = super::chain();
        let parent = super::pid().expect("on Linux");
        let name = std::fs::read_to_string(format!("/proc/{parent}/comm")).expect("/proc");
        let first = chain.split(" < ").next();
        assert_eq!(first, Some(name.trim_end()), "{chain}");
    }

    #[test]
    fn the_parent_is_the_same_at_each_look() {
        let id = super::id().expect("there is /proc");
        assert_eq!(Some(&id), super::id().as_ref());
        assert!(
            id.split(' ').all(|part| part.parse::<u64>().is_ok()),
            "{id}"
        );
        assert_eq!(
            id.split(' ').next(),
            Some(super::pid().expect("on Unix").to_string()).as_deref()
        );
    }
}
