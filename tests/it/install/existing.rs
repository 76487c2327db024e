//! What the user has there already: other programs and helpers, links, comments, git's own rules.

use std::fs;

use super::{everything, hook, install, read, stage, uninstall, write};
use crate::support::machine;
use crate::support::stage::{Done, Stage};

#[cfg(unix)]
#[test]
fn another_program_of_that_name_is_not_replaced() {
    for by_link in [true, false] {
        let stage = stage();
        write(&stage, "venv/keyring", "#!/bin/sh\n");
        fs::create_dir_all(stage.home.path().join(".local/bin")).expect("made");
        let place = stage.home.path().join(".local/bin/keyring");
        if by_link {
            std::os::unix::fs::symlink(stage.home.path().join("venv/keyring"), &place)
                .expect("linked");
        } else {
            fs::copy(stage.home.path().join("venv/keyring"), &place).expect("copied");
        }
        let before = everything(stage.home.path());
        install(&stage, "keyring", "p.example.com").fails(1, "is there, and is not authctl's");
        hook(
            &stage,
            &[
                "install",
                "keyring",
                "--host",
                "p.example.com",
                "--profile",
                "work",
                "--dry-run",
            ],
        )
        .fails(1, "nothing was changed");
        assert_eq!(uninstall(&stage, "keyring", "p.example.com").code, Some(0));
        assert_eq!(everything(stage.home.path()), before);
    }
}

#[test]
fn what_another_helper_answers_is_refused_with_nothing_changed() {
    for (name, file, text) in [
        (
            "docker",
            ".docker/config.json",
            "{\"credHelpers\": {\"r.example.com\": \"other\"}}",
        ),
        (
            "terraform",
            ".terraformrc",
            "credentials_helper \"other\" {\n}\n",
        ),
        (
            "terraform",
            ".terraform.d/a.tfrc",
            "credentials_helper \"other\" {}\n",
        ),
        ("vault", ".vault", "token_helper = \"/x\"\n"),
        (
            "aws",
            ".aws/config",
            "[profile work]\nCredential_Process: /other\n",
        ),
        (
            "keyring",
            ".config/uv/uv.toml",
            "keyring-provider = \"disabled\"\n",
        ),
        (
            "keyring",
            ".config/pip/pip.conf",
            "[global]\nkeyring-provider = import\n",
        ),
        (
            "bazel",
            ".bazelrc",
            "common --credential_helper=r.example.com=/x\n",
        ),
        ("pnpm", ".npmrc", "//r.example.com/:tokenHelper=/x\n"),
        ("cargo", ".cargo/config.toml", "[registry\n"),
    ] {
        let stage = stage();
        write(&stage, file, text);
        let before = everything(stage.home.path());
        install(&stage, name, "r.example.com").fails(1, "nothing was changed");
        assert_eq!(everything(stage.home.path()), before, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_dotfile_managers_link_stays_one_and_a_file_that_may_not_be_written_is_not() {
    let stage = stage();
    write(&stage, "dotfiles/bazelrc", "# mine\n");
    std::os::unix::fs::symlink("dotfiles/bazelrc", stage.home.path().join(".bazelrc"))
        .expect("linked");
    assert_eq!(install(&stage, "bazel", "b.example.com").code, Some(0));
    assert!(stage.home.path().join(".bazelrc").is_symlink());
    assert!(
        fs::read_to_string(stage.home.path().join("dotfiles/bazelrc"))
            .expect("there")
            .contains("b.example.com")
    );
    write(&stage, ".npmrc", "x=1\n");
    let path = stage.home.path().join(".npmrc");
    let mut mode = fs::metadata(&path).expect("there").permissions();
    mode.set_readonly(true);
    fs::set_permissions(&path, mode).expect("set");
    install(&stage, "pnpm", "n.example.com").fails(1, "cannot change");
    assert_eq!(fs::read_to_string(&path).expect("there"), "x=1\n");
}

/// What people write around their `[[match]]` tables.
#[test]
fn comments_options_and_line_ends_of_the_configuration_stay() {
    let stage = stage();
    let config = fs::read_to_string(stage.config()).expect("there");
    let table = "# about both\n[[match]] # head\nhost = [\n  \"a.example.com\", # \
        one\n  \"b.example.com\", # two\n]\nhook = \"docker\" # why\nprofile = \"work\"\naudience \
        = \"x\"\n";
    let written = format!("# file header\n\n{config}\n{table}").replace('\n', "\r\n");
    stage.configure(&format!("\u{feff}{written}"));
    assert_eq!(install(&stage, "docker", "a.example.com").code, Some(0));
    assert_eq!(
        read(&stage, "config.toml"),
        format!("\u{feff}{written}"),
        "it is bound already"
    );
    assert_eq!(uninstall(&stage, "docker", "a.example.com").code, Some(0));
    let text = read(&stage, "config.toml");
    for kept in [
        "# file header",
        "# about both",
        "# head",
        "# two",
        "# why",
        "audience = \"x\"",
        "b.example.com",
    ] {
        assert!(text.contains(kept), "{kept} is lost:\n{text}");
    }
    assert!(!text.contains("a.example.com") && text.starts_with('\u{feff}'));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(uninstall(&stage, "docker", "b.example.com").code, Some(0));
    assert!(
        read(&stage, "config.toml").contains("# about both")
            && !read(&stage, "config.toml").contains("b.example.com")
    );
}

/// A block of the user's own that names authctl does its work, and stays the user's.
#[test]
fn a_block_over_several_lines_is_not_cut_in_half() {
    let stage = stage();
    let written = "credentials_helper \"authctl\" {\n  args = []\n}\nplugin_cache_dir = \"/x\"\n";
    write(&stage, ".terraformrc", written);
    assert_eq!(install(&stage, "terraform", "tf.example.com").code, Some(0));
    assert_eq!(read(&stage, ".terraformrc"), written);
    assert_eq!(
        uninstall(&stage, "terraform", "tf.example.com").code,
        Some(0)
    );
    assert_eq!(read(&stage, ".terraformrc"), written);
}

/// A stage with this configuration of git, and what came of installing the hook for a host there.
#[cfg(unix)]
fn install_git_over(text: &str, host: &str) -> (Stage, Done) {
    let stage = stage();
    write(&stage, ".gitconfig", text);
    let words = ["install", "git", "--host", host, "--profile", "work"];
    let done = hook(&stage, &words);
    (stage, done)
}

/// What git had before is there again, and what it would show to others is refused.
#[cfg(unix)]
#[test]
fn what_git_had_before_is_what_it_has_after() {
    if !machine::has_programs(&["git"]) {
        return;
    }
    for (text, host) in [
        ("[credential]\n\thelper = store\n", "g.example.com"),
        (
            "[credential \"https://g.example.com\"]\n\thelper = \n",
            "g.example.com",
        ),
        (
            "[credential \"https://g.example.com/t\"]\n\tuseHttpPath = true\n",
            "https://g.example.com/t",
        ),
        ("[user]\n\tname = x\n", "https://g.example.com/t/*"),
    ] {
        let (stage, done) = install_git_over(text, host);
        assert_eq!(done.code, Some(0), "{done:?}");
        let made = read(&stage, ".gitconfig");
        assert!(made.contains("hook git"), "{made}");
        let install = ["install", "git", "--host", host, "--profile", "work"];
        assert_eq!(hook(&stage, &install).code, Some(0));
        assert_eq!(read(&stage, ".gitconfig"), made, "twice");
        assert_eq!(uninstall(&stage, "git", host).code, Some(0));
        assert_eq!(read(&stage, ".gitconfig"), text);
        assert_eq!(uninstall(&stage, "git", host).code, Some(0));
        assert_eq!(read(&stage, ".gitconfig"), text, "nothing to undo");
    }
    for text in [
        "[credential \"https://g.example.com\"]\n\thelper = store\n",
        "[credential \"https://g.example.com\"]\n\thelper = !/opt/oauthctl hook github\n",
        "[credential \"https://g.example.com\"]\n\thelper = !/opt/oauthctl hook git\n",
        // git would put authctl above the helper for all hosts, which would be shown the token
        // then.
        "[credential \"https://g.example.com\"]\n\tusername = foo\n[credential]\n\thelper = \
         store\n",
    ] {
        let (stage, done) = install_git_over(text, "g.example.com");
        done.fails(1, "nothing was changed");
        assert_eq!(read(&stage, ".gitconfig"), text);
    }
}
