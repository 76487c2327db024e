//! The house, kept tidy: who may use what, how large things may grow, and how they are written.
//!
//! `house` has the rules about rooms as tables, `habits` those about files and words. What they
//! rest on (`source`, `tokens`, `paths`, `imports`, `measure`) has tests of its own, so that it is
//! known to count right. A rule that fails says what to do.

mod circles;
mod habits;
mod house;
mod imports;
mod measure;
mod paths;
mod rooms;
mod source;
mod systems;
mod tokens;

/// Fails with the advice and all problems, if there are any.
#[track_caller]
fn refuse(problems: &[String], advice: &str) {
    assert!(
        problems.is_empty(),
        "{advice}\n  {}\n",
        problems.join("\n  ")
    );
}
