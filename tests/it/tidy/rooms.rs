//! Rooms and floors: who may use what.

use std::collections::{BTreeMap, BTreeSet};

use super::house::{
    FENCED, FLOORS, IMPURE, NOT_PURE, PURE_UP_TO, ROOM_LINES, UNKNOWN_NAMES, UNKNOWN_ROOMS,
    VERBS_SHARE, is_in, room,
};
use super::imports::{Arrow, arrows, library};
use super::refuse;
use super::source::{Source, program};
use super::tokens::tokens;

/// Files that belong to no room: the door and the map.
const NO_ROOM: &[&str] = &["main.rs", "lib.rs"];

#[test]
fn every_file_is_on_a_floor_and_every_room_is_built() {
    let mut problems = Vec::new();
    let mut built = BTreeSet::new();
    for source in program() {
        match room(source.file()) {
            Some((room, _)) => {
                built.insert(room);
            }
            None if NO_ROOM.contains(&source.file()) => {}
            None => problems.push(format!("{} is on no floor", source.path)),
        }
    }
    for room in FLOORS.iter().flat_map(|(_, rooms)| *rooms) {
        if !built.contains(room) {
            problems.push(format!("{room} has a floor and no file"));
        }
    }
    refuse(
        &problems,
        "the table FLOORS in tests/it/tidy/house.rs and the folder src differ: give a new room \
         its place in the table and on the map in src/lib.rs, and take out what is gone",
    );
}

#[test]
fn a_room_uses_only_lower_floors() {
    let mut problems = Vec::new();
    for arrow in arrows() {
        let (Some((from, above)), Some((to, below))) = (room(&arrow.from), room(&arrow.to)) else {
            if arrow.to == "lib.rs" {
                problems.push(format!("{arrow}, which is only the map"));
            }
            continue;
        };
        if from != to && below >= above {
            let floors = format!("{from} on floor {above}, {to} on floor {below}");
            problems.push(format!("{arrow} ({floors})"));
        }
    }
    refuse(
        &problems,
        "a room uses only rooms of lower floors (FLOORS in tests/it/tidy/house.rs): move what is \
         shared into a lower room, or hand it over as an argument",
    );
}

#[test]
fn the_lower_floors_never_see_the_world() {
    let mut problems = Vec::new();
    for source in program() {
        let pure = room(source.file())
            .is_some_and(|(room, floor)| floor <= PURE_UP_TO && !NOT_PURE.contains(&room));
        if !pure {
            continue;
        }
        for mention in library().foreign(source.file()) {
            let path = mention.path.join("::");
            let impure = IMPURE.iter().any(|impure| {
                let rest = path.strip_prefix(impure);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            });
            if impure {
                problems.push(format!("{}:{} names {path}", source.path, mention.line));
            }
        }
    }
    refuse(
        &problems,
        "floors 0 to 3 compute with values: take bytes or text as an argument, and read files and \
         the network in a room above (platform excepted)",
    );
}

#[test]
fn no_room_knows_what_is_kept_from_it() {
    let mut problems = Vec::new();
    for (name, unknown) in UNKNOWN_ROOMS {
        for arrow in arrows() {
            let from_here = is_in(&arrow.from, name);
            if from_here && room(&arrow.to).is_some_and(|(to, _)| unknown.contains(&to)) {
                problems.push(arrow.to_string());
            }
        }
    }
    for (name, unknown) in UNKNOWN_NAMES {
        for source in program().iter().filter(|source| is_in(source.file(), name)) {
            problems.extend(names_of(source, unknown));
        }
    }
    refuse(
        &problems,
        "UNKNOWN_ROOMS and UNKNOWN_NAMES in tests/it/tidy/house.rs say what a room does without: a \
         protocol turns bytes into values; a session returns values, and the verb prints them",
    );
}

/// Where a file has one of these names in a path or as a macro.
fn names_of(source: &Source, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for mention in library().foreign(source.file()) {
        if mention
            .path
            .iter()
            .any(|name| names.contains(&name.as_str()))
        {
            let path = mention.path.join("::");
            found.push(format!("{}:{}: {path}", source.path, mention.line));
        }
    }
    for pair in tokens(&source.code).windows(2) {
        if names.contains(&pair[0].text) && pair[1].text == "!" {
            found.push(format!(
                "{}:{}: {}!",
                source.path, pair[0].line, pair[0].text
            ));
        }
    }
    found
}

#[test]
fn no_verb_names_a_verb() {
    let mut problems = Vec::new();
    for arrow in arrows() {
        let is_inside = is_in(&arrow.from, "command") && is_in(&arrow.to, "command");
        if is_inside && !may_share(arrow) {
            problems.push(arrow.to_string());
        }
    }
    refuse(
        &problems,
        "a verb turns flags into a request and prints what comes back: what two verbs need belongs \
         into session or another room below (or, if it only prints, into VERBS_SHARE in \
         tests/it/tidy/house.rs)",
    );
}

/// Whether a file of `command` may name another: a folder's `mod.rs` its own files, and each verb
/// what all of them share.
fn may_share(arrow: &Arrow) -> bool {
    if let Some(folder) = arrow.from.strip_suffix("mod.rs") {
        return arrow.to.starts_with(folder);
    }
    let item = arrow.item.as_deref().unwrap_or_default();
    arrow.to == "command/mod.rs" && VERBS_SHARE.contains(&item)
}

#[test]
fn the_verbs_are_thin() {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for source in program() {
        if let Some((room, _)) = room(source.file()) {
            *lines.entry(room).or_default() += source.text.lines().count();
        }
    }
    let mut problems = Vec::new();
    for (room, limit) in ROOM_LINES {
        let lines = lines.get(room).copied().unwrap_or_default();
        if lines > *limit {
            problems.push(format!("{room} has {lines} lines; the limit is {limit}"));
        }
    }
    let largest = lines.iter().max_by_key(|(_, lines)| **lines);
    if largest.is_some_and(|(room, _)| *room == "command") {
        problems.push("command is the largest room".to_owned());
    }
    refuse(
        &problems,
        "a room outgrows ROOM_LINES in tests/it/tidy/house.rs: the work of a verb belongs into \
         session, hook or install, which can be used without flags and stdout",
    );
}

#[test]
fn a_crate_that_touches_the_world_is_imported_in_one_file() {
    let mut problems = Vec::new();
    for (krate, home) in FENCED {
        let mut at_home = false;
        for source in program() {
            for mention in library().foreign(source.file()) {
                if mention.path[0] != *krate {
                    continue;
                }
                if source.file() == *home {
                    at_home = true;
                } else {
                    let line = mention.line;
                    problems.push(format!("{}:{line} imports {krate}", source.path));
                }
            }
        }
        if !at_home {
            problems.push(format!("src/{home} does not import {krate}"));
        }
    }
    refuse(
        &problems,
        "FENCED in tests/it/tidy/house.rs says which one file imports a crate: use what that file \
         offers, or correct the table and the list in src/lib.rs",
    );
}

#[test]
fn the_map_names_every_room() {
    let map = program().iter().find(|source| source.path == "src/lib.rs");
    let map = &map.expect("the map").text;
    let mut problems = Vec::new();
    for (floor, rooms) in FLOORS {
        let drawn = map
            .lines()
            .find_map(|line| line.strip_prefix(&format!("//! floor {floor} ")))
            .unwrap_or_default();
        // Two spaces part the rooms from what they are for.
        let names = drawn.trim_start().split("  ").next().unwrap_or_default();
        let names: Vec<&str> = names.split(", ").collect();
        for room in rooms.iter().filter(|room| !names.contains(room)) {
            problems.push(format!("{room} is not on floor {floor} of the map"));
        }
    }
    for source in program() {
        if let Some((room, _)) = room(source.file())
            && let top = room.split('/').next().unwrap_or(room)
            && !map.contains(&format!("pub mod {top};"))
        {
            problems.push(format!("{} is not declared in src/lib.rs", source.path));
        }
    }
    refuse(
        &problems,
        "src/lib.rs opens with the map of the house: draw every room of FLOORS on its floor",
    );
}
