//! Which file names which: every path in the code (`use` trees, `crate::a::b`, `super::x`) is
//! resolved to the file that declares what it means, through every re-export on the way.
//!
//! Deliberately absent: methods and fields. A file that calls a method on a value does not name the
//! file which declares that method, and only names are counted here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use super::paths::{Mention, declared, mentions};
use super::source::{Source, program};
use super::tokens::tokens;

/// How many re-exports are followed for one path.
const REEXPORTS: usize = 8;

/// One file names another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file that names, below `src`, as `store/mod.rs`.
    pub from: String,
    /// The file that is meant.
    pub to: String,
    /// What is meant in it; `*` for everything and nothing for the module itself.
    pub item: Option<String>,
    /// The line in `from`.
    pub line: usize,
}

impl fmt::Display for Arrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, line, .. } = self;
        write!(f, "src/{from}:{line} names src/{to}")?;
        match self.item.as_deref() {
            None => Ok(()),
            Some("*") => write!(f, ": everything in it"),
            Some(item) => write!(f, ": {item}"),
        }
    }
}

/// The program.
pub fn library() -> &'static Crate {
    static LIBRARY: LazyLock<Crate> = LazyLock::new(|| Crate::read("authctl", program()));
    &LIBRARY
}

/// Every path that leads from one file of the program to another.
pub fn arrows() -> &'static BTreeSet<Arrow> {
    static ARROWS: LazyLock<BTreeSet<Arrow>> = LazyLock::new(|| library().arrows());
    assert!(ARROWS.len() > 300, "the tests read the sources wrongly");
    &ARROWS
}

/// A file, and the item in it that a path means.
type Place = (String, Option<String>);

/// One file as others see it.
struct Module {
    file: String,
    mentions: Vec<Mention>,
    /// The names that it declares itself.
    declared: BTreeSet<String>,
}

/// All modules of a crate, by their paths: `["store", "locked"]`.
pub struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
    /// What other crates call it, as the door does.
    name: String,
}

impl Crate {
    /// Reads the paths in all files. Their names are below `src`.
    pub fn read(name: &str, sources: &[Source]) -> Self {
        let mut modules = BTreeMap::new();
        for source in sources {
            let file = source.path.trim_start_matches("src/").to_owned();
            let tokens = tokens(&source.code);
            let module = Module {
                mentions: mentions(&tokens),
                declared: declared(&tokens),
                file,
            };
            modules.insert(module_path(&module.file), module);
        }
        Self {
            modules,
            name: name.to_owned(),
        }
    }

    /// Every path that leads from one file to another.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (path, module) in &self.modules {
            for mention in &module.mentions {
                let Some((to, item)) = self.resolve(path, mention, REEXPORTS) else {
                    continue;
                };
                if to != module.file {
                    arrows.insert(Arrow {
                        from: module.file.clone(),
                        to,
                        item,
                        line: mention.line,
                    });
                }
            }
        }
        arrows
    }

    /// All paths in a file that lead out of the crate: into other crates, the standard library, and
    /// types that are in scope.
    pub fn foreign(&self, file: &str) -> Vec<&Mention> {
        let path = module_path(file);
        let mentions = self.modules.get(&path).map(|module| &module.mentions);
        let mut foreign = Vec::new();
        let mut own_names = BTreeSet::new();
        for mention in mentions.into_iter().flatten() {
            match (self.resolve(&path, mention, 0), &mention.name) {
                (None, _) => foreign.push(mention),
                (Some(_), Some(name)) => {
                    own_names.insert(name);
                }
                (Some(_), None) => {}
            }
        }
        // After `use super::open`, `open::x` stays in the crate.
        foreign.retain(|mention| !own_names.contains(&mention.path[0]));
        foreign
    }

    /// The file and the item that a path in `module` means; nothing where it leaves the crate.
    fn resolve(&self, module: &[String], mention: &Mention, reexports: usize) -> Option<Place> {
        let path = self.absolute(module, mention)?;
        let depth = (0..=path.len())
            .rev()
            .find(|depth| self.modules.contains_key(&path[..*depth]))?;
        let (home, rest) = path.split_at(depth);
        let found = &self.modules[home];
        let item = rest.first().cloned();
        let followed = match &item {
            Some(item) if reexports > 0 => self.follow(home, item, reexports - 1),
            _ => None,
        };
        Some(followed.unwrap_or((found.file.clone(), item)))
    }

    /// Where a module has a name from that it does not declare itself.
    fn follow(&self, home: &[String], item: &str, reexports: usize) -> Option<Place> {
        let module = &self.modules[home];
        if module.declared.contains(item) {
            return None;
        }
        for mention in module.mentions.iter().filter(|m| m.inner.is_empty()) {
            match mention.name.as_deref() {
                Some(name) if name == item => return self.resolve(home, mention, reexports),
                Some("*") => {
                    if let Some(found) = self.through_glob(home, mention, item, reexports) {
                        return Some(found);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Where `use path::*` has a name from, if it has it at all.
    fn through_glob(
        &self,
        home: &[String],
        glob: &Mention,
        item: &str,
        reexports: usize,
    ) -> Option<Place> {
        let mut named = glob.clone();
        *named.path.last_mut()? = item.to_owned();
        let (file, found) = self.resolve(home, &named, reexports)?;
        let module = &self.modules[&module_path(&file)];
        let declared = found
            .as_ref()
            .is_some_and(|name| module.declared.contains(name));
        declared.then_some((file, found))
    }

    /// The path from the crate's root, without `crate`, `self` and `super`.
    fn absolute(&self, module: &[String], mention: &Mention) -> Option<Vec<String>> {
        let mut here = module.to_vec();
        here.extend(mention.inner.iter().cloned());
        let mut rest = mention.path.as_slice();
        match rest[0].as_str() {
            "crate" => here.clear(),
            "self" | "super" => {
                while let Some(step @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if step == "super" {
                        here.pop();
                    }
                    rest = &rest[1..];
                }
                here.extend(rest.iter().cloned());
                return Some(here);
            }
            // The door is a crate of its own and knows the library by its name.
            name if name == self.name => here.clear(),
            name => {
                here.push(name.to_owned());
                // A path may begin with a module that is declared right here.
                if !self.modules.contains_key(&here) {
                    return None;
                }
            }
        }
        here.extend(rest[1..].iter().cloned());
        Some(here)
    }
}

/// `store/locked.rs` is `store::locked`, `store/mod.rs` is `store`, and the root has no name.
fn module_path(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let parts: Vec<&str> = path.split('/').collect();
    let names: &[&str] = match parts.as_slice() {
        ["lib"] => &[],
        // A crate of its own: no other module may find it by a path.
        ["main"] => &["(main)"],
        [directories @ .., "mod"] => directories,
        names => names,
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Crate {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source::new(&format!("src/{path}"), text))
            .collect();
        Crate::read("authctl", &sources)
    }

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let arrows = read(files).arrows();
        let described = arrows.into_iter().map(|arrow| {
            let item = arrow.item.as_deref().unwrap_or("itself");
            format!("{} > {} {item}", arrow.from, arrow.to)
        });
        described.collect()
    }

    fn foreign(library: &Crate, file: &str) -> Vec<String> {
        let mentions = library.foreign(file).into_iter();
        mentions.map(|mention| mention.path.join("::")).collect()
    }

    #[test]
    fn a_path_means_the_file_that_declares_it() {
        let found = arrows(&[
            ("lib.rs", "pub mod a; pub mod b;"),
            (
                "a/mod.rs",
                "mod c; pub use c::Seen; pub fn own() { c::Seen::new() }",
            ),
            ("a/c.rs", "use super::own; pub struct Seen;"),
            (
                "b.rs",
                "fn f() { crate::a::Seen::new(); crate::a::own(); crate::a::c::x() }",
            ),
            (
                "main.rs",
                "use authctl::b::{self as other, f}; fn main() { b::no() }",
            ),
        ]);
        let expected = [
            "a/c.rs > a/mod.rs own",
            "a/mod.rs > a/c.rs Seen",
            "b.rs > a/c.rs Seen",
            "b.rs > a/c.rs x",
            "b.rs > a/mod.rs own",
            "main.rs > b.rs itself",
            "main.rs > b.rs f",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn trees_globs_and_inner_modules_are_followed() {
        let found = arrows(&[
            ("lib.rs", "mod a; mod b; mod d;"),
            (
                "a.rs",
                "use crate::{b::{self, B, Second as Two}, d};\nuse super::d::Deep;",
            ),
            (
                "b.rs",
                "pub use self::inner::*; pub use crate::d::*; pub enum B {} enum Second {}",
            ),
            (
                "d.rs",
                "pub struct Deep; mod e { use super::super::b::Deep as Same; }",
            ),
        ]);
        let expected = [
            "a.rs > b.rs itself",
            "a.rs > b.rs B",
            "a.rs > b.rs Second",
            "a.rs > d.rs itself",
            "a.rs > d.rs Deep",
            "b.rs > d.rs *",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_path_into_the_crate_is_foreign() {
        let library = read(&[
            ("lib.rs", "mod a;"),
            (
                "a/mod.rs",
                "mod open; use open::X; use open2::Y; fn f() { open::g(); x.collect::<V>() }",
            ),
            (
                "a/open.rs",
                "use std::fmt; fn g() { ::fs2::lock(); a::<super::b::C>() }",
            ),
            ("b.rs", "use super::a::open; fn h() { open::g() }"),
        ]);
        assert_eq!(foreign(&library, "a/mod.rs"), ["open2::Y"]);
        assert_eq!(
            foreign(&library, "a/open.rs"),
            ["std::fmt", "fs2::lock", "a"]
        );
        assert_eq!(foreign(&library, "b.rs"), [""; 0]);
    }

    #[test]
    fn the_line_is_that_of_the_name() {
        let arrows = read(&[
            ("a.rs", "\nuse crate::b::{\n    C,\n    D,\n};"),
            ("b.rs", ""),
        ])
        .arrows();
        let lines: Vec<usize> = arrows.iter().map(|arrow| arrow.line).collect();
        assert_eq!(lines, [3, 4]);
    }
}
