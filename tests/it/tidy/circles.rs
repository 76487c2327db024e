//! No circle of imports: among rooms, among folders and among files.

use std::collections::{BTreeMap, BTreeSet};

use super::house::room;
use super::imports::{Arrow, arrows};
use super::refuse;

#[test]
fn files_and_rooms_form_no_circle() {
    let problems: Vec<String> = Beside::of(arrows()).circles().into_iter().collect();
    refuse(
        &problems,
        "files and folders that lie beside each other name each other in a circle: move what both \
         need into a third one (a mod.rs and the files of its own folder may know each other)",
    );
}

/// For each folder, how the files and folders in it name each other. A folder counts as one with
/// everything in it; its own `mod.rs` belongs to neither of them.
struct Beside<'a> {
    /// By folder and name in it: what it names, with one arrow as an example.
    named: BTreeMap<(String, String), BTreeMap<String, &'a Arrow>>,
}

impl<'a> Beside<'a> {
    fn of(arrows: &'a BTreeSet<Arrow>) -> Self {
        let mut named: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for arrow in arrows {
            if let Some((folder, from, to)) = common_folder(arrow) {
                named.entry((folder, from)).or_default().insert(to, arrow);
            }
        }
        Self { named }
    }

    /// The arrows of a shortest way from where an arrow ends to where it begins.
    fn way_back(&self, arrow: &Arrow) -> Option<Vec<&'a Arrow>> {
        let (folder, goal, start) = common_folder(arrow)?;
        let mut ways = vec![(start, Vec::new())];
        let mut seen = BTreeSet::new();
        let mut next = 0;
        while let Some((at, way)) = ways.get(next).cloned() {
            if at == goal {
                return Some(way);
            }
            next += 1;
            for (to, arrow) in self.named.get(&(folder.clone(), at)).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    ways.push((to.clone(), [way.as_slice(), &[*arrow]].concat()));
                }
            }
        }
        None
    }

    /// A description of each circle, one for each set of files that are in it.
    fn circles(&self) -> BTreeSet<String> {
        let mut found: BTreeMap<BTreeSet<&str>, String> = BTreeMap::new();
        for arrow in self.named.values().flat_map(BTreeMap::values) {
            if let Some(way) = self.way_back(arrow) {
                let circle: Vec<&Arrow> = [&[*arrow], way.as_slice()].concat();
                let files = circle.iter().map(|arrow| arrow.from.as_str()).collect();
                let steps: Vec<String> = circle.iter().map(ToString::to_string).collect();
                found
                    .entry(files)
                    .or_insert_with(|| steps.join(",\n    and "));
            }
        }
        found.into_values().collect()
    }
}

/// The deepest folder that holds both ends of an arrow, and the names of the two in it; nothing
/// where one of them is that folder's own `mod.rs`.
fn common_folder(arrow: &Arrow) -> Option<(String, String, String)> {
    let from = path_by_rooms(&arrow.from);
    let to = path_by_rooms(&arrow.to);
    let mut shared = 0;
    while from[shared] == to[shared] {
        shared += 1;
    }
    let heads = ["mod.rs", "lib.rs", "main.rs"];
    if heads.contains(&from[shared]) || heads.contains(&to[shared]) {
        return None;
    }
    let from_name = from[shared].trim_end_matches(".rs").to_owned();
    let to_name = to[shared].trim_end_matches(".rs").to_owned();
    // `a.rs` and the folder `a` are one module.
    (from_name != to_name).then(|| (from[..shared].join("/"), from_name, to_name))
}

/// The folders and the name of a file. A sub-room with a floor of its own lies beside its folder
/// and not in it.
fn path_by_rooms(file: &str) -> Vec<&str> {
    let Some((room, _)) = room(file).filter(|(room, _)| room.contains('/')) else {
        return file.split('/').collect();
    };
    let mut path = vec![room];
    path.extend(file[room.len()..].split('/').skip(1));
    path
}

mod tests {
    use super::*;

    fn circles(arrows: &[(&str, &str)]) -> Vec<String> {
        let mut all = BTreeSet::new();
        for (from, to) in arrows {
            all.insert(Arrow {
                from: (*from).to_owned(),
                to: (*to).to_owned(),
                item: None,
                line: 1,
            });
        }
        Beside::of(&all).circles().into_iter().collect()
    }

    #[test]
    fn two_files_that_name_each_other_are_a_circle() {
        let found = circles(&[
            ("a/b.rs", "a/c.rs"),
            ("a/c.rs", "a/b.rs"),
            ("a/b.rs", "d.rs"),
        ]);
        let expected =
            "src/a/b.rs:1 names src/a/c.rs,\n    and src/a/c.rs:1 names src/a/b.rs".to_owned();
        assert_eq!(found, [expected]);
    }

    #[test]
    fn folders_form_a_circle_through_any_of_their_files() {
        let found = circles(&[
            ("a/b.rs", "c/mod.rs"),
            ("c/d/e.rs", "f.rs"),
            ("f.rs", "a/g.rs"),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].lines().count(), 3);
    }

    #[test]
    fn a_sub_room_with_a_floor_lies_beside_its_folder() {
        let arrows = [
            ("hook/choice.rs", "cli/hook.rs"),
            ("cli/hook.rs", "hook/protocol/mod.rs"),
            ("hook/mod.rs", "hook/protocol/git.rs"),
        ];
        assert_eq!(circles(&arrows), Vec::<String>::new());
    }

    #[test]
    fn a_mod_rs_and_the_files_of_its_folder_may_name_each_other() {
        let mut arrows = vec![
            ("a/mod.rs", "a/b.rs"),
            ("a/b.rs", "a/mod.rs"),
            ("lib.rs", "a/b.rs"),
        ];
        arrows.extend([
            ("a/c/d.rs", "a/mod.rs"),
            ("a/mod.rs", "a/c/d.rs"),
            ("a.rs", "a/b.rs"),
        ]);
        assert_eq!(circles(&arrows), Vec::<String>::new());
    }
}
