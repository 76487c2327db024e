//! What saves time at each start with the C library of GNU: the program begins by itself, and is
//! linked with the static part of GCC's library that unwinds the stack.
//!
//! Where it begins by itself (`own_start`) it does not look for the bounds of its stack, for which
//! Rust's library reads `/proc/self/maps`. With other C libraries Rust finds no arguments then.
//!
//! Rust's own library names those functions, and would have the loader look for `libgcc_s.so.1` at
//! each start, map it and relocate it: a seventh of the processor time of a token that is at hand.
//! Where the archive is not found, for other systems and for another machine, nothing changes.

#![expect(
    clippy::disallowed_methods,
    reason = "the fences are for the program, not for what builds it"
)]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(own_start)");
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|it| it == value);
    let is_for_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let is_for_here = env::var("TARGET").ok() == env::var("HOST").ok();
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if is_for_glibc {
        println!("cargo:rustc-cfg=own_start");
    }
    if !is_for_glibc || !is_for_here || is_static {
        return;
    }
    if let Some(archive) = archive() {
        println!(
            "cargo:rustc-link-arg-bins=-Wl,--push-state,--whole-archive,{archive},--pop-state"
        );
    }
}

/// The path of the archive, as the linker tells it.
fn archive() -> Option<String> {
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let told = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .ok()?;
    let path = String::from_utf8(told.stdout).ok()?.trim().to_owned();
    // A linker that does not have it repeats the name.
    let is_there = Path::new(&path).is_absolute() && Path::new(&path).exists();
    (is_there && !path.contains(',')).then_some(path)
}
