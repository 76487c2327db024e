//! `hook install` and `hook uninstall`: what the user has put there stays, to do it twice is to do
//! it once, and to undo it gives back what was there. With the clients' own tools, see `clients`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

mod existing;
mod hosts;

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
            "arn:aws:iam::1:role/x",
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
                "arn:aws:iam::1:role/x",
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
