//! The pages of the documentation: those that are made of tables, and what holds for all of them.
//! `UPDATE_GOLDEN=1 cargo test pages` writes the former anew.

use std::fs;
use std::path::{Path, PathBuf};

use authctl::hook::protocol::{HOOKS, Row};
use authctl::install::RECIPES;
use authctl::provider::registration::Use;
use authctl::provider::{PRESETS, Preset};
use authctl::view::provider::steps;

use crate::support::stage::Stage;

/// The README is read whole; what is longer has a page of its own.
const MOST_WORDS: usize = 1500;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every page that people read, with its text.
pub fn pages() -> Vec<(PathBuf, String)> {
    let mut paths = vec![root().join("README.md")];
    for folder in ["docs", "docs/hooks", ".github"] {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "md"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("readable");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

fn compare(path: &str, made: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(&path, made).expect("written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{}: UPDATE_GOLDEN=1 cargo test pages",
        path.display()
    );
}

/// From nothing to the first use of a token at a provider, as the program prints it.
fn of_provider(preset: &Preset) -> String {
    let provider = preset.provider();
    let has_git = provider.scopes_for(Use::Git).is_some();
    let wanted = has_git.then_some(Use::Git);
    let (id, name) = (preset.id, preset.name);
    let mut text = format!("## {name}\n\n```text\n{}```\n\n", steps(preset, wanted));
    let address = provider.issuer.or(provider.authorization_endpoint);
    let host = address.and_then(|address| address.split('/').nth(2));
    let host = provider.git_host.or(host).unwrap_or("HOST");
    let first_use = match provider.whoami {
        _ if has_git => format!(
            "authctl hook install git --host {host} --profile {id}\n\
             git clone https://{host}/OWNER/REPOSITORY\n"
        ),
        Some((address, _)) => {
            format!("authctl token {id} --format header | curl -H @- {address}\n")
        }
        None => format!("authctl inspect -p {id} --online\nauthctl exec {id} -- COMMAND\n"),
    };
    text.push_str(&format!("and then:\n\n```text\n{first_use}```\n\n"));
    text
}

#[test]
fn the_page_of_providers_is_what_the_program_prints() {
    let mut text = String::from(
        "# Providers\n\nFrom nothing to a `git clone` or a call of an API, for each provider that \
         authctl knows by name. This page is made of its table; `authctl provider show NAME` \
         prints the same with the source of each value and how sure it is. None was tried against \
         a live server. A server that is not here needs no entry: `authctl login --issuer \
         URL`.\n\n",
    );
    for preset in PRESETS {
        text.push_str(&of_provider(preset));
    }
    text.push_str("[Back to the README](../README.md)\n");
    compare("docs/providers.md", &text);
}

fn of_hook(stage: &Stage, row: &Row) -> String {
    let name = row.name;
    let help = stage.run(&["hook", name, "--help"]).answer().to_owned();
    let recipe = RECIPES.iter().find(|recipe| recipe.hook == name);
    let recipe = recipe.expect("each protocol has one");
    let host = if recipe.needs_host {
        " --host HOST"
    } else {
        ""
    };
    let mut text = format!(
        "# {name}\n\nFor {}.\n\n```sh\nauthctl hook install {name}{host} --profile NAME\n\
         authctl hook uninstall {name}{host} --profile NAME\n```\n\n",
        row.help
    );
    if !recipe.then.is_empty() {
        let then = recipe
            .then
            .replace("{host}", "HOST")
            .replace("{profile}", "NAME");
        text.push_str(&format!("Then {then}\n\n"));
    }
    text.push_str(&format!(
        "```text\n$ authctl hook {name} --help\n{help}\n```\n\n"
    ));
    text.push_str("[All hooks](../hooks.md)\n");
    text
}

#[test]
fn each_hook_has_its_page() {
    let stage = Stage::new();
    let index = fs::read_to_string(root().join("docs/hooks.md")).expect("there");
    for row in HOOKS {
        compare(
            &format!("docs/hooks/{}.md", row.name),
            &of_hook(&stage, row),
        );
        let link = format!("(hooks/{}.md)", row.name);
        assert!(index.contains(&link), "no link {link} in docs/hooks.md");
    }
    let count = fs::read_dir(root().join("docs/hooks"))
        .expect("there")
        .count();
    assert_eq!(count, HOOKS.len(), "a page of a hook that is gone");
}

#[test]
fn every_link_leads_somewhere_and_every_page_is_linked() {
    let mut linked = vec![root().join("README.md")];
    for (page, text) in pages() {
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = page.parent().expect("a directory").join(target);
            let path = path.canonicalize();
            let path = path.unwrap_or_else(|_| panic!("{}: {target} is not there", page.display()));
            linked.push(path);
        }
    }
    for (page, _) in pages() {
        let page = page.canonicalize().expect("there");
        let is_of_github = page.to_string_lossy().contains(".github/ISSUE_TEMPLATE");
        assert!(
            linked.contains(&page) || is_of_github,
            "{} is not linked",
            page.display()
        );
    }
}

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there");
    let words = readme.split_whitespace().count();
    assert!(words <= MOST_WORDS, "{words} words");
}

/// Every command of authctl's that a page shows is one: its verbs and flags are known.
#[test]
fn the_commands_of_the_pages_are_understood() {
    let stage = Stage::new();
    let mut checked = 0;
    for (page, text) in pages() {
        for block in text.split("```sh\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            for line in block.lines() {
                let line = line.split(" #").next().unwrap_or_default();
                let Some(command) = line.trim().strip_prefix("authctl ") else {
                    continue;
                };
                let words = shlex::split(command).expect("words");
                let is_end = |word: &String| [";", "|", "&", ">"].contains(&word.as_str());
                let words = words.into_iter().take_while(|word| !is_end(word));
                let mut words: Vec<String> = words.collect();
                let end = words.iter().position(|word| word == "--");
                // What a program says to its hook is no place for a flag.
                let is_call = words.len() > 1 && Row::find(&words[1]).is_some();
                let place = if is_call {
                    2
                } else {
                    end.unwrap_or(words.len())
                };
                words.insert(place, "--help".to_owned());
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let done = stage.run(&words);
                assert_eq!(done.code, Some(0), "{}: {line}: {done:?}", page.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "{checked}");
}
