//! What comes from outside, on a stable compiler: the fuzzers' corpus, and bytes that are made up
//! on the spot, from nothing and from the corpus. The fuzzers themselves are in `tests/fuzz`;
//! `tests/run` lets them run. Corpus and subjects are here and not there, because a package of this
//! crate leaves out `tests/fuzz`, which is a crate of its own.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::machine;

mod subjects;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/fuzzed/corpus")
        .join(name);
    let files = fs::read_dir(&directory).unwrap_or_else(|_| panic!("no corpus for {name}"));
    files
        .flatten()
        .map(|file| fs::read(file.path()).expect("readable"))
        .collect()
}

#[test]
fn the_corpus_breaks_nothing() {
    machine::use_the_usual_umask();
    for (name, subject) in subjects::SUBJECTS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 3, "{name} has a corpus of {}", corpus.len());
        corpus.iter().for_each(|bytes| subject(bytes));
    }
}

#[test]
fn bytes_that_are_made_up_break_nothing() {
    machine::use_the_usual_umask();
    for (name, subject) in subjects::SUBJECTS {
        let mut runner = TestRunner::new(Config {
            cases: 3000,
            failure_persistence: None,
            ..Config::default()
        });
        let seeds = corpus(name);
        let edits =
            proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..8);
        let made = (
            prop::sample::select(seeds),
            edits,
            proptest::collection::vec(any::<u8>(), 0..64),
        );
        let outcome = runner.run(&made, |(seed, edits, junk)| {
            subject(&junk);
            subject(&edited(seed, &edits, &junk));
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}

/// A seed with bytes changed, taken out and put in.
fn edited(mut seed: Vec<u8>, edits: &[(prop::sample::Index, u8, u8)], junk: &[u8]) -> Vec<u8> {
    for (at, byte, how) in edits {
        let at = at.index(seed.len() + 1);
        match how {
            0 if at < seed.len() => seed[at] = *byte,
            1 if at < seed.len() => drop(seed.remove(at)),
            2 => seed.insert(at, *byte),
            _ => drop(seed.splice(at..at, junk.iter().copied())),
        }
    }
    seed
}

/// Every subject has a fuzzer, and every fuzzer a subject.
#[test]
fn every_subject_has_its_fuzzer() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    if !machine::allows(fuzz.exists(), "a package has no fuzzers") {
        return;
    }
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("there");
    let targets = fs::read_dir(fuzz.join("targets")).expect("there").count();
    assert_eq!(targets, subjects::SUBJECTS.len());
    for (name, _) in subjects::SUBJECTS {
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} has no fuzzer"
        );
        assert!(
            fuzz.join("targets").join(format!("{name}.rs")).exists(),
            "{name} has no fuzzer"
        );
    }
}
