//! `hook install` and `hook uninstall`: what the user has put there stays, to do it twice is to do
//! it once, and to undo it gives back what was there. With the clients' own tools, see `clients`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::machine;
use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

/// Protocols that are installed by changing files, and need no tool of the client's.
const BY_FILES: &[&str] = &[
    "aws",
    "bazel",
    "cargo",
    "docker",
    "keyring",
    "kubelet",
    "nuget",
    "pnpm",
    "terraform",
    "vault",
];

/// A home with configurations that the user has written.
const WRITTEN: &[(&str, &str)] = &[
    (
        ".aws/config",
        "# mine\r\n[profile other]  # theirs\r\nregion = x\r\n",
    ),
    (
        ".bazelrc",
        "build --jobs=4\ncommon --credential_helper=other.example.com=/opt/other\n",
    ),
    (
        ".cargo/config.toml",
        "# mine\n[build]\njobs = 2 # two\n\n[registry]\n# about\nglobal-credential-providers = \
         [\"cargo:token\"]\n",
    ),
    (
        ".docker/config.json",
        "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}",
    ),
    (
        ".config/uv/uv.toml",
        "# mine\nno-index = true\n\n[pip]\nstrict = true\n",
    ),
    (
        ".config/pip/pip.conf",
        "# mine\n[global]\n# about\nindex-url = https://x\n",
    ),
    (".npmrc", "registry=https://x\n"),
    (
        ".terraformrc",
        "# credentials_helper \"other\" {}\nplugin_cache_dir = \"/x\"\n",
    ),
    (".vault", "# token_helper = \"/x\"\n"),
];

fn stage() -> Stage {
    let stage = Stage::new();
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "# mine\n[profile.work]\nissuer = \"{issuer}\"\nclient_id \
         = \"sandbox\"\n\n[profile.home]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n\n\
         [[match]]\nhost = \"everything.example.com\"\nprofile = \"home\"\n"
    ));
    stage
}

fn write(stage: &Stage, name: &str, text: &str) {
    let path = stage.home.path().join(name);
    fs::create_dir_all(path.parent().expect("a directory")).expect("made");
    fs::write(path, text).expect("written");
}

fn read(stage: &Stage, name: &str) -> String {
    fs::read_to_string(stage.home.path().join(name)).expect("there")
}

fn hook(stage: &Stage, words: &[&str]) -> Done {
    let mut command = stage.command(&[&["hook"], words].concat());
    Done::from(command.env("PATH", "/usr/bin:/bin").output().expect("runs"))
}

fn install(stage: &Stage, name: &str, host: &str) -> Done {
    hook(
        stage,
        &[
            "install",
            name,
            "--host",
            host,
            "--profile",
            "work",
            "--role-arn",
            "arn:x",
        ],
    )
}

fn uninstall(stage: &Stage, name: &str, host: &str) -> Done {
    hook(
        stage,
        &["uninstall", name, "--host", host, "--profile", "work"],
    )
}

/// Every file and link below a directory, with its content; but for authctl's locks.
fn everything(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        match fs::read_link(&path) {
            Ok(target) => drop(all.insert(path, format!("-> {}", target.display()))),
            Err(_) if path.is_dir() => all.extend(everything(&path)),
            Err(_)
                if path
                    .extension()
                    .is_some_and(|extension| extension == "lock") => {}
            Err(_) => drop(all.insert(path.clone(), fs::read_to_string(path).expect("text"))),
        }
    }
    all
}

#[test]
fn what_is_installed_is_installed_once_and_undone_it_is_as_it_was() {
    for name in BY_FILES {
        let stage = stage();
        WRITTEN
            .iter()
            .for_each(|(name, text)| write(&stage, name, text));
        let before = everything(stage.home.path());
        let dry = hook(
            &stage,
            &[
                "install",
                name,
                "--host",
                "r.example.com",
                "--profile",
                "work",
                "--role-arn",
                "arn:x",
                "--dry-run",
            ],
        );
        assert!(
            dry.answer().contains("[[match]] r.example.com"),
            "{name}: {dry:?}"
        );
        assert_eq!(
            everything(stage.home.path()),
            before,
            "{name}: a rehearsal changes nothing"
        );

        let done = install(&stage, name, "r.example.com");
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(0), ""),
            "{name}: {done:?}"
        );
        let made = everything(stage.home.path());
        assert_ne!(made, before, "{name}");
        for (path, text) in &before {
            for line in text.lines() {
                let is_mine = line.contains('#') || line.contains("other");
                assert!(
                    !is_mine || made[path].contains(line.trim()),
                    "{name}: {} lost something:\n{}",
                    path.display(),
                    made[path]
                );
            }
        }
        assert_eq!(install(&stage, name, "r.example.com").code, Some(0));
        assert_eq!(everything(stage.home.path()), made, "{name}: twice");

        let done = uninstall(&stage, name, "r.example.com");
        assert_eq!(done.code, Some(0), "{name}: {done:?}");
        assert_eq!(everything(stage.home.path()), before, "{name}: undone");
        assert_eq!(
            uninstall(&stage, name, "r.example.com").code,
            Some(0),
            "{name}: nothing to undo"
        );
        assert_eq!(everything(stage.home.path()), before, "{name}");
    }
}

#[test]
fn what_several_hosts_share_goes_with_the_last_of_them() {
    for name in BY_FILES.iter().filter(|name| **name != "aws") {
        let stage = stage();
        assert_eq!(install(&stage, name, "a.example.com").code, Some(0));
        let alone = everything(stage.home.path());
        assert_eq!(install(&stage, name, "b.example.com").code, Some(0));
        assert_eq!(uninstall(&stage, name, "b.example.com").code, Some(0));
        assert_eq!(
            everything(stage.home.path()),
            alone,
            "{name}: a is as it was"
        );
        assert_eq!(uninstall(&stage, name, "a.example.com").code, Some(0));
        let left: Vec<String> = everything(stage.home.path())
            .into_values()
            .filter(|text| text.contains("authctl"))
            .collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
}

/// Options that change, or are forgotten, leave nothing behind.
#[test]
fn the_newest_options_count_and_the_undoing_needs_none() {
    let stage = stage();
    let words = [
        "install",
        "docker",
        "--host",
        "r.example.com",
        "--host",
        "s.example.com",
        "--profile",
        "work",
    ];
    assert_eq!(hook(&stage, &words).code, Some(0));
    let named = [&words[..], &["--username", "puller"]].concat();
    assert_eq!(hook(&stage, &named).code, Some(0));
    assert!(
        hook(&stage, &["which", "r.example.com", "--hook", "docker"])
            .answer()
            .contains("puller")
    );
    let config = fs::read_to_string(stage.config()).expect("there");
    assert_eq!(config.matches("docker").count(), 1, "{config}");
    assert_eq!(uninstall(&stage, "docker", "r.example.com").code, Some(0));
    assert!(
        hook(&stage, &["which", "s.example.com", "--hook", "docker"])
            .answer()
            .contains("puller")
    );
    assert_eq!(
        hook(&stage, &["which", "r.example.com", "--hook", "docker"]).code,
        Some(6)
    );
    let done = hook(
        &stage,
        &[
            "install",
            "docker",
            "--host",
            "s.example.com",
            "--profile",
            "home",
        ],
    );
    done.fails(6, "s.example.com is bound to work for docker");
    assert_eq!(stage.run(&["profile", "remove", "work"]).code, Some(0));
    assert!(
        !fs::read_to_string(stage.config())
            .expect("there")
            .contains("s.example.com"),
        "bound to no profile"
    );
}

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

#[test]
fn forms_of_a_host_that_a_client_never_asks_for_are_refused() {
    let stage = stage();
    for (name, host) in [
        ("docker", "*.example.com"),
        ("docker", "r.example.com:*"),
        ("docker", "https://r.example.com/team"),
        ("docker", "docker.io"),
        ("pnpm", "*.example.com"),
        ("git", "git.example.com:*"),
        ("git", "https://git.example.com/*/x"),
    ] {
        install(&stage, name, host).fails(1, "nothing was changed");
    }
    for host in ["$(id)", "-x", "a b", "r.example.com:0"] {
        assert_eq!(
            hook(
                &stage,
                &[
                    "install",
                    "docker",
                    &format!("--host={host}"),
                    "--profile",
                    "work"
                ]
            )
            .code,
            Some(2),
            "{host}"
        );
    }
    hook(&stage, &["install", "docker", "--profile", "work"]).fails(2, "without a host");
    hook(&stage, &["install", "dokcer", "--profile", "work"]).fails(2, "there is no hook `dokcer`");
}

/// Hooks that are installed at the same time do not overwrite each other.
#[test]
fn installations_at_once_lose_nothing_of_each_other() {
    let stage = stage();
    let hosts: Vec<String> = (0..8).map(|n| format!("r{n}.example.com")).collect();
    std::thread::scope(|scope| {
        for host in &hosts {
            scope.spawn(|| assert_eq!(install(&stage, "docker", host).code, Some(0)));
        }
    });
    let docker = fs::read_to_string(stage.home.path().join(".docker/config.json")).expect("there");
    let config = fs::read_to_string(stage.config()).expect("there");
    for host in &hosts {
        assert!(docker.contains(host) && config.contains(host), "{host}");
    }
}

/// Installs the hook for cargo by calling the program by this path. Returns cargo's configuration.
#[cfg(unix)]
fn installed_by(stage: &Stage, program: &Path) -> String {
    let mut command = Command::new(program);
    command
        .args(["hook", "install", "cargo"])
        .args(["--host", "r.example.com", "--profile", "work"])
        .env_clear()
        .env("HOME", stage.home.path())
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config());
    let done = Done::from(command.output().expect("runs"));
    assert_eq!(done.code, Some(0), "{done:?}");
    read(stage, ".cargo/config.toml")
}

/// What is written survives an upgrade: the link by which authctl was called, and not the version
/// behind it.
#[cfg(unix)]
#[test]
fn the_path_that_is_written_is_the_one_by_which_authctl_was_called() {
    let stage = stage();
    let link = stage.home.path().join("authctl");
    std::os::unix::fs::symlink(AUTHCTL, &link).expect("linked");
    assert!(installed_by(&stage, &link).contains(&format!("{} hook cargo", link.display())));
    let moved = installed_by(&stage, Path::new(AUTHCTL));
    assert!(
        moved.contains(&format!("{AUTHCTL} hook cargo"))
            && moved.matches("hook cargo").count() == 1,
        "{moved}"
    );
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

/// One host in another spelling, and a profile that it is not bound to.
#[test]
fn a_host_is_what_it_means_and_belongs_to_the_profile_that_it_is_bound_to() {
    let stage = stage();
    assert_eq!(install(&stage, "docker", "r.example.com").code, Some(0));
    let made = everything(stage.home.path());
    assert_eq!(
        install(&stage, "docker", "https://r.example.com:443/").code,
        Some(0)
    );
    assert_eq!(everything(stage.home.path()), made, "that is the same host");
    let other = hook(
        &stage,
        &[
            "uninstall",
            "docker",
            "--host",
            "r.example.com",
            "--profile",
            "home",
        ],
    );
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(everything(stage.home.path()), made, "it is work's");
    hook(
        &stage,
        &[
            "install",
            "docker",
            "--host",
            "https://r.example.com",
            "--profile",
            "home",
        ],
    )
    .fails(6, "is bound to work for docker");
    assert_eq!(install(&stage, "bazel", "b.example.com:8080").code, Some(0));
    assert_eq!(install(&stage, "bazel", "b.example.com:9090").code, Some(0));
    assert_eq!(
        uninstall(&stage, "bazel", "b.example.com:8080").code,
        Some(0)
    );
    let bazel = fs::read_to_string(stage.home.path().join(".bazelrc")).expect("there");
    assert!(bazel.contains("b.example.com="), "the other port needs it");
    // Without a word more, what is bound is undone.
    assert_eq!(hook(&stage, &["uninstall", "docker"]).code, Some(0));
    assert_eq!(hook(&stage, &["uninstall", "bazel"]).code, Some(0));
    let left: Vec<String> = everything(stage.home.path())
        .into_values()
        .filter(|text| text.contains("authctl"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
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
