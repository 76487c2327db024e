//! What has to change on this machine for each client to ask us. What a client can change itself,
//! by a tool of its own that keeps the rest, it changes itself.

pub(super) mod git;

use std::path::PathBuf;

use serde_json::{Value, json};

use super::edit::{self, Way};
use super::ini::ini;
use super::plan::{Change, Plan, Planned, Wish, is_ours, refusal, run, says};
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::oauth::want::TokenKind;

/// A word as a shell reads it.
pub(super) fn quoted(word: &str) -> Result<String, Error> {
    let quoted = shlex::try_quote(word);
    let quoted = quoted.map_err(|_| {
        refusal(
            "authctl's own path cannot be quoted".to_owned(),
            "install it elsewhere",
        )
    })?;
    Ok(quoted.into_owned())
}

pub(super) fn kubectl(wish: &Wish<'_>) -> Planned {
    let usual = format!("authctl-{}", wish.profile);
    let user = wish.user.unwrap_or(&usual);
    let config = says(&["kubectl", "config", "view", "--raw", "-o", "json"])?;
    let config: Option<Value> = config.and_then(|text| serde_json::from_str(&text).ok());
    let config = config.ok_or_else(|| {
        refusal(
            "kubectl cannot read its configuration".to_owned(),
            "mend it first",
        )
    })?;
    let known = config["users"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|known| known["name"] == user);
    let mut args = vec!["hook", "kubectl", "--profile", wish.profile];
    let token = wish.token.map(TokenKind::name);
    args.extend(token.iter().flat_map(|token| ["--token", *token]));
    let cluster = !wish.hosts.is_empty();
    if !wish.makes() && !wish.last {
        return Ok(Plan::default());
    }
    let mut plan = Plan::default();
    // As a plugin of kubectl's, too: `kubectl authctl`.
    plan.changes
        .extend(wish.link(wish.links.clone(), "kubectl-authctl")?);
    if let Some(exec) = known.map(|known| &known["user"]["exec"]) {
        let command = exec["command"].as_str().unwrap_or_default();
        let words: Vec<&str> = exec["args"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let ours = is_ours(
            &shlex::try_join([&[command][..], &words].concat()).unwrap_or_default(),
            "kubectl",
        ) && words.get(3) == Some(&wish.profile);
        if !ours && !wish.makes() {
            return Ok(Plan::default());
        }
        if !ours {
            let message = format!("kubectl's user `{user}` has other credentials");
            return Err(refusal(message, "choose another with `--user NAME`"));
        }
        let same = command == wish.program
            && words == args
            && exec["provideClusterInfo"] == json!(cluster);
        if wish.makes() && same {
            return Ok(plan);
        }
    }
    if known.is_some() {
        plan.changes
            .push(run(&["kubectl", "config", "delete-user", user]));
    }
    if wish.makes() {
        let mut words = ["kubectl", "config", "set-credentials", user]
            .map(str::to_owned)
            .to_vec();
        words.push(format!("--exec-command={}", wish.program));
        words.extend(args.iter().map(|arg| format!("--exec-arg={arg}")));
        words.push("--exec-api-version=client.authentication.k8s.io/v1".to_owned());
        words.push("--exec-interactive-mode=IfAvailable".to_owned());
        // With the cluster's address we answer for what is bound, and for nothing else.
        words.push(format!("--exec-provide-cluster-info={cluster}"));
        plan.changes.push(Change::Run(words));
        plan.notes.push(format!(
            "to use it: kubectl config set-context --current --user={user}"
        ));
    }
    Ok(plan)
}

pub(super) fn kubelet(wish: &Wish<'_>) -> Planned {
    let images: Vec<String> = wish
        .authorities()
        .iter()
        .map(|host| format!("\"{host}\""))
        .collect();
    let mut plan = Plan::default();
    if wish.shared() {
        plan.changes
            .extend(wish.link(wish.links.clone(), "kubelet-credential-authctl")?);
    }
    if wish.makes() {
        plan.notes.push(format!(
            "on each node: --image-credential-provider-bin-dir={}, and in the file of \
             --image-credential-provider-config: \
             {{apiVersion: kubelet.config.k8s.io/v1, kind: CredentialProviderConfig, providers: \
             [{{name: \
             kubelet-credential-authctl, apiVersion: credentialprovider.kubelet.k8s.io/v1, \
             matchImages: [{}], \
             defaultCacheDuration: 5m}}]}}",
            wish.links.display(),
            images.join(", ")
        ));
    }
    Ok(plan)
}

pub(super) fn docker(wish: &Wish<'_>) -> Planned {
    let hosts = wish.plain_hosts(false)?;
    let hosts: Vec<String> = hosts
        .iter()
        .map(|host| {
            host.to_ascii_lowercase()
                .trim_end_matches(":443")
                .trim_end_matches('.')
                .to_owned()
        })
        .collect();
    if hosts
        .iter()
        .any(|host| ["docker.io", "registry-1.docker.io"].contains(&host.as_str()))
    {
        return Err(refusal(
            "docker calls its own registry index.docker.io".to_owned(),
            "`--host index.docker.io`",
        ));
    }
    let mut plan = Plan::default();
    let path = wish.home("DOCKER_CONFIG", "~/.docker", "config.json");
    let key = |host: &str| {
        if host == "index.docker.io" {
            "https://index.docker.io/v1/".to_owned()
        } else {
            host.to_owned()
        }
    };
    let edit = |text: &str, way| {
        let each = |text: String, host: &String| {
            edit::json(&text, ["credHelpers", &key(host)], "authctl", way)
        };
        hosts.iter().try_fold(text.to_owned(), each)
    };
    plan.changes.extend(wish.text(path, edit)?);
    if wish.shared() {
        wish.on_path(&mut plan, "docker-credential-authctl")?;
    }
    Ok(plan)
}

pub(super) fn cargo(wish: &Wish<'_>) -> Planned {
    if wish.program.contains(char::is_whitespace) {
        let message = "cargo cannot run a program with a space in its path".to_owned();
        return Err(refusal(
            message,
            "link authctl into a directory without one",
        ));
    }
    let mut plan = Plan::default();
    let old = wish.home("CARGO_HOME", "~/.cargo", "config");
    let path = if old.exists() {
        old
    } else {
        wish.home("CARGO_HOME", "~/.cargo", "config.toml")
    };
    let names = ["registry", "global-credential-providers"];
    let provider = format!("{} hook cargo", wish.program);
    let edit = |text: &str, way| {
        edit::toml_array(
            text,
            names,
            "cargo:token",
            &provider,
            |item| is_ours(item, "cargo"),
            way,
        )
    };
    if wish.shared() {
        plan.changes.extend(wish.text(path, edit)?);
    }
    Ok(plan)
}

pub(super) fn bazel(wish: &Wish<'_>) -> Planned {
    let link = wish
        .links
        .join("bazel-credential-authctl")
        .display()
        .to_string();
    if wish.hosts.iter().any(|host| host.contains('[')) {
        return Err(refusal(
            "bazel names no addresses".to_owned(),
            "give the host's name",
        ));
    }
    if link.contains(char::is_whitespace) {
        return Err(refusal(
            format!("bazel takes `{link}` for several words"),
            "choose another directory with `--links`",
        ));
    }
    let mut plan = Plan::default();
    let hosts = wish.plain_hosts(true)?;
    let edit = |text: &str, way| {
        hosts.iter().try_fold(text.to_owned(), |text, host| {
            // bazel compares names, and no ports.
            let option = format!(
                "--credential_helper={}=",
                host.split(':').next().unwrap_or_default()
            );
            let named = |line: &str| {
                !line.starts_with('#')
                    && line
                        .split_whitespace()
                        .any(|word| word.starts_with(&option))
            };
            let ours = |line: &str| {
                let words: Vec<&str> = line.split_whitespace().collect();
                words.len() == 2
                    && words[0] == "common"
                    && words[1].ends_with("/bazel-credential-authctl")
            };
            edit::line(&text, &format!("common {option}{link}"), named, ours, way)
        })
    };
    plan.changes.extend(wish.text(expand("~/.bazelrc"), edit)?);
    if wish.shared() {
        plan.changes
            .extend(wish.link(wish.links.clone(), "bazel-credential-authctl")?);
    }
    Ok(plan)
}

pub(super) fn terraform(wish: &Wish<'_>) -> Planned {
    wish.plain_hosts(true)?;
    let mut plan = Plan::default();
    if !wish.shared() {
        return Ok(plan);
    }
    let directory = expand("~/.terraform.d");
    for other in std::fs::read_dir(&directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        let name = other
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        #[expect(
            clippy::case_sensitive_file_extension_comparisons,
            reason = "terraform reads the endings in lower case only"
        )]
        let reads = name.ends_with(".tfrc") || name.ends_with(".tfrc.json");
        if wish.makes()
            && reads
            && std::fs::read_to_string(&other)
                .unwrap_or_default()
                .lines()
                .any(has("credentials_helper"))
        {
            let message = format!(
                "{} already has a credentials_helper, of which there may be only one",
                other.display()
            );
            return Err(refusal(
                message,
                "remove that first, if authctl is to answer instead",
            ));
        }
    }
    let path = env::path("TF_CLI_CONFIG_FILE").unwrap_or_else(|| expand("~/.terraformrc"));
    let (helper, own) = ("credentials_helper \"authctl\" {}", |line: &str| {
        line.trim() == "credentials_helper \"authctl\" {}"
    });
    let edit = |text: &str, way| {
        // A block of somebody's own that names us is as good, and theirs.
        let theirs = |line: &str| {
            line.trim_start()
                .starts_with("credentials_helper \"authctl\"")
                && !own(line)
        };
        if text.lines().any(theirs) {
            return Ok(text.to_owned());
        }
        edit::line(text, helper, has("credentials_helper"), own, way)
    };
    plan.changes.extend(wish.text(path, edit)?);
    plan.changes
        .extend(wish.link(directory.join("plugins"), "terraform-credentials-authctl")?);
    Ok(plan)
}

/// Whether a line of HCL has this word, and is no comment.
fn has(word: &'static str) -> impl Fn(&str) -> bool {
    move |line| line.contains(word) && !line.trim_start().starts_with(['#', '/'])
}

pub(super) fn vault(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    if !wish.shared() {
        return Ok(plan);
    }
    let link = wish.links.join("vault-token-authctl");
    let path = env::path("VAULT_CONFIG_PATH").unwrap_or_else(|| expand("~/.vault"));
    let setting = format!("token_helper = \"{}\"", link.display());
    let ours = |line: &str| line.contains("vault-token-authctl");
    plan.changes.extend(wish.text(path, |text, way| {
        edit::line(text, &setting, has("token_helper"), ours, way)
    })?);
    plan.changes
        .extend(wish.link(wish.links.clone(), "vault-token-authctl")?);
    Ok(plan)
}

pub(super) fn aws(wish: &Wish<'_>) -> Planned {
    let role = match (wish.role, wish.way) {
        (None, Way::Make) => {
            let error = Error::new(ErrorKind::Usage, "which role?");
            return Err(error
                .hint("`--role-arn ARN`: the one whose trust policy names the profile's issuer"));
        }
        (role, _) => role.unwrap_or_default(),
    };
    let name = wish.user.unwrap_or(wish.profile);
    if name.contains(char::is_whitespace) {
        return Err(refusal(
            "aws wants a name without a space".to_owned(),
            "choose another with `--user NAME`",
        ));
    }
    let section = if name == "default" {
        name.to_owned()
    } else {
        format!("profile {name}")
    };
    let path = env::path("AWS_CONFIG_FILE").unwrap_or_else(|| expand("~/.aws/config"));
    let process = format!(
        "{} hook aws --profile {} --role-arn {role}",
        quoted(&wish.program)?,
        wish.profile
    );
    let mut plan = Plan::default();
    let of_profile = format!("--profile {}", wish.profile);
    let words = |value: &str| shlex::split(value).unwrap_or_default();
    let ours = |value: &str| {
        is_ours(value, "aws")
            && words(value)
                .windows(2)
                .any(|pair| pair.join(" ") == of_profile)
    };
    let edit = |text: &str, way| {
        ini(
            text,
            [&section, "credential_process"],
            &process,
            Some(&ours),
            way,
        )
    };
    plan.changes.extend(wish.text(path, edit)?);
    let keys =
        env::path("AWS_SHARED_CREDENTIALS_FILE").unwrap_or_else(|| expand("~/.aws/credentials"));
    if wish.makes()
        && std::fs::read_to_string(&keys)
            .unwrap_or_default()
            .contains(&format!("[{name}]"))
    {
        plan.notes.push(format!(
            "{} has keys of `{name}`, which aws prefers: remove them",
            keys.display()
        ));
    }
    Ok(plan)
}

pub(super) fn go(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    if !wish.shared() {
        return Ok(plan);
    }
    if wish.program.contains([';', '\'', '"']) {
        return Err(refusal(
            "go cannot run a program with such a path".to_owned(),
            "link authctl into another directory",
        ));
    }
    let program = if wish.program.contains(' ') {
        format!("'{}'", wish.program)
    } else {
        wish.program.clone()
    };
    let ours = format!("{program} hook go");
    if env::var("GOAUTH").is_some() || env::var("GOENV").is_some_and(|file| file == "off") {
        let message = "GOAUTH comes from the environment, or GOENV is off".to_owned();
        return Err(refusal(
            message,
            "what `go env -w` writes would not count: unset it first",
        ));
    }
    let there = says(&["go", "env", "GOAUTH"])?.unwrap_or_default();
    let parts: Vec<&str> = there
        .trim()
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if wish.makes() && parts == ["off"] {
        return Err(refusal(
            "GOAUTH is off".to_owned(),
            "`go env -u GOAUTH` undoes that, if authctl is to answer",
        ));
    }
    let others = parts.iter().copied().filter(|part| !is_ours(part, "go"));
    let wanted: Vec<&str> = wish
        .makes()
        .then_some(ours.as_str())
        .into_iter()
        .chain(others)
        .collect();
    if wanted != parts {
        let value = format!("GOAUTH={}", wanted.join("; "));
        // What is go's own is not written down.
        let usual = wanted.is_empty() || wanted == ["netrc"];
        plan.changes.push(if usual {
            run(&["go", "env", "-u", "GOAUTH"])
        } else {
            run(&["go", "env", "-w", &value])
        });
    }
    Ok(plan)
}

pub(super) fn keyring(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    if wish.makes() {
        plan.notes.push(
            "both ask only where the index's URL has a user name: https://oauth2@HOST/simple/"
                .to_owned(),
        );
    }
    if !wish.shared() {
        return Ok(plan);
    }
    let uv = wish.home("XDG_CONFIG_HOME", "~/.config", "uv/uv.toml");
    plan.changes.extend(wish.text(uv, |text, way| {
        edit::toml_string(text, "keyring-provider", "subprocess", way)
    })?);
    let setting = ["global", "keyring-provider"];
    plan.changes.extend(wish.text(pip(wish), |text, way| {
        ini(text, setting, "subprocess", None, way)
    })?);
    wish.on_path(&mut plan, "keyring")?;
    Ok(plan)
}

/// Where pip's settings of this user are: pip's own tool would drop the comments in them.
fn pip(wish: &Wish<'_>) -> PathBuf {
    let old = expand("~/.pip/pip.conf");
    let usual = wish.home("XDG_CONFIG_HOME", "~/.config", "pip/pip.conf");
    let place = if old.exists() && !usual.exists() {
        old
    } else {
        usual
    };
    env::path("PIP_CONFIG_FILE").unwrap_or(place)
}

pub(super) fn nuget(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    if wish.shared() {
        wish.on_path(&mut plan, "nuget-plugin-authctl")?;
    }
    if wish.makes() {
        let link = wish.links.join("nuget-plugin-authctl");
        plan.notes.push(format!(
            "a NuGet before 6.13 looks only in NUGET_PLUGIN_PATHS={}",
            link.display()
        ));
    }
    Ok(plan)
}

pub(super) fn pnpm(wish: &Wish<'_>) -> Planned {
    let link = wish.links.join("pnpm-token-authctl");
    let hosts = wish.plain_hosts(false)?;
    let mut plan = Plan::default();
    let edit = |text: &str, way| {
        hosts.iter().try_fold(text.to_owned(), |text, host| {
            let key = format!("//{host}/:tokenHelper");
            let ours = |line: &str| line.contains("pnpm-token-authctl");
            edit::line(
                &text,
                &format!("{key}={}", link.display()),
                |line| line.starts_with(&key),
                ours,
                way,
            )
        })
    };
    plan.changes.extend(wish.text(expand("~/.npmrc"), edit)?);
    if wish.shared() {
        plan.changes
            .extend(wish.link(wish.links.clone(), "pnpm-token-authctl")?);
    }
    Ok(plan)
}
