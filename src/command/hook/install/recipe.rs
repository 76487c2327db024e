//! How each client is told to ask us: a table of the protocols, with what has to change on this machine for each. What a
//! client can change itself, by a tool of its own, it changes itself.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::edit::{self, Refused, Way};
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::provider::binding::TokenKind;

/// What to install.
pub struct Wish<'a> {
    /// Whether to make or to undo it.
    pub way: Way,
    /// Our own path.
    pub program: String,
    /// The profile.
    pub profile: &'a str,
    /// The hosts or URLs, as they are written.
    pub hosts: &'a [String],
    /// Where links of ours go.
    pub links: PathBuf,
    /// Which token, if somebody says so.
    pub token: Option<TokenKind>,
    /// kubectl: the name of the user; aws: that of the profile there.
    pub user: Option<&'a str>,
    /// aws: the role.
    pub role: Option<&'a str>,
}

/// Something that changes.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// A file's text.
    Text {
        /// Which.
        path: PathBuf,
        /// As it is.
        before: String,
        /// As it will be.
        after: String,
    },
    /// A client's own tool does it.
    Run(Vec<String>),
    /// A link to us, under the name that the client looks for.
    Link(PathBuf),
    /// That link no longer.
    Unlink(PathBuf),
}

/// Everything that changes, and what is left to the person.
#[derive(Debug, Default)]
pub struct Plan {
    /// In this order.
    pub changes: Vec<Change>,
    /// What to do besides.
    pub notes: Vec<String>,
}

/// A plan, or why there is none.
pub type Planned = Result<Plan, Error>;

/// How a protocol is installed.
pub struct Recipe {
    /// The protocol's name.
    pub hook: &'static str,
    /// Whether its callers ask about every host that they meet, so that ours have to be named.
    pub needs_host: bool,
    /// What has to change.
    pub plan: fn(&Wish<'_>) -> Planned,
}

const fn recipe(hook: &'static str, needs_host: bool, plan: fn(&Wish<'_>) -> Planned) -> Recipe {
    Recipe { hook, needs_host, plan }
}

/// How each protocol is installed.
pub const RECIPES: &[Recipe] = &[
    recipe("aws", false, aws),
    recipe("bazel", true, bazel),
    recipe("cargo", true, cargo),
    recipe("docker", true, docker),
    recipe("git", true, git),
    recipe("go", true, go),
    recipe("google", false, |wish| {
        noted(
            wish,
            "in the credential configuration, as credential_source.executable.command, with GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 in the environment",
            "google",
            "",
        )
    }),
    recipe("headers", false, |wish| noted(wish, "as the client's headersHelper", "headers", "")),
    recipe("keyring", true, keyring),
    recipe("kubectl", false, kubectl),
    recipe("kubelet", true, kubelet),
    recipe("nuget", true, nuget),
    recipe("oauthbearer", false, |wish| {
        noted(
            wish,
            "where the mail program runs a command for the response",
            "oauthbearer",
            " --server HOST --port PORT --username ADDRESS",
        )
    }),
    recipe("pnpm", true, pnpm),
    recipe("terraform", true, terraform),
    recipe("token", false, |wish| {
        noted(wish, "where the program runs a command and reads a token", "token", "")
    }),
    recipe("vault", true, vault),
    recipe("xoauth2", false, |wish| {
        noted(
            wish,
            "where the mail program runs a command for the response (msmtp and mutt make that themselves, and want the hook `token`)",
            "xoauth2",
            " --username ADDRESS",
        )
    }),
];

/// For those whose configuration is no file that we know, or is written by hand in any case.
fn noted(wish: &Wish<'_>, place: &str, hook: &str, more: &str) -> Planned {
    let note = format!("{place}: {} hook {hook} --profile {}{more}", wish.program, wish.profile);
    Ok(Plan { notes: if wish.makes() { vec![note] } else { vec![] }, ..Plan::default() })
}

fn failed(message: String, hint: &str) -> Error {
    Error::new(ErrorKind::Failed, message).hint(hint)
}

impl Wish<'_> {
    fn makes(&self) -> bool {
        self.way == Way::Make
    }

    /// The change of a file's text, if there is one.
    fn text(
        &self,
        path: PathBuf,
        edit: impl FnOnce(&str, Way) -> Result<String, Refused>,
    ) -> Result<Option<Change>, Error> {
        let unread = |error: std::io::Error| {
            failed(format!("cannot read {}: {error}", path.display()), "check its owner and mode")
        };
        let before = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(unread)?,
        };
        match edit(&before, self.way) {
            Ok(after) if after == before => Ok(None),
            Ok(after) => Ok(Some(Change::Text { path, before, after })),
            Err(Refused::Unreadable) => Err(failed(
                format!("{} is not what its program could read", path.display()),
                "mend it first; nothing was changed",
            )),
            Err(Refused::Taken(other)) => Err(failed(
                format!("{} already has `{other}`", path.display()),
                "remove that first, if authctl is to answer instead; nothing was changed",
            )),
        }
    }

    fn link(&self, directory: PathBuf, name: &str) -> Option<Change> {
        let path = directory.join(name);
        let ours = std::fs::read_link(&path).is_ok_and(|target| target.as_os_str() == self.program.as_str());
        match (self.makes(), ours) {
            (true, false) => Some(Change::Link(path)),
            (false, true) => Some(Change::Unlink(path)),
            _ => None,
        }
    }

    /// A link in the usual place, and a word where that is not on the path.
    fn on_path(&self, plan: &mut Plan, name: &str) {
        plan.changes.extend(self.link(self.links.clone(), name));
        let path = env::path("PATH").unwrap_or_default();
        if self.makes() && !std::env::split_paths(&path).any(|directory| directory == self.links) {
            plan.notes
                .push(format!("{} has to be in PATH, where {name} is looked for", self.links.display()));
        }
    }

    /// `git.example.com`, without scheme and path.
    fn authorities(&self) -> Vec<&str> {
        let bare = |host: &String| host.find("://").map_or(0, |at| at + 3);
        self.hosts.iter().map(|host| host[bare(host)..].split('/').next().unwrap_or_default()).collect()
    }

    fn home(&self, variable: &str, otherwise: &str, name: &str) -> PathBuf {
        env::path(variable).unwrap_or_else(|| expand(otherwise)).join(name)
    }
}

/// What a client's own tool says; `None` if it says no.
fn says(words: &[&str]) -> Result<Option<String>, Error> {
    let [program, args @ ..] = words else { return Ok(None) };
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.map_err(|error| {
        failed(
            format!("cannot run {program}: {error}"),
            "it is the client's own tool that changes its configuration",
        )
    })?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn run(words: &[&str]) -> Change {
    Change::Run(words.iter().map(|&word| word.to_owned()).collect())
}

fn git(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    let ours = format!("!{} hook git", quoted(&wish.program)?);
    for host in wish.hosts {
        let url = if host.contains("://") { host.clone() } else { format!("https://{host}") };
        let key = format!("credential.{url}.helper");
        let config = ["git", "config", "--global"];
        let there = says(&[&config[..], &["--get-all", &key]].concat())?.unwrap_or_default();
        let there: Vec<&str> = there.lines().collect();
        let others = there.iter().filter(|value| **value != ours && !value.is_empty()).count();
        match (wish.way, there.contains(&ours.as_str())) {
            (Way::Make, true) | (Way::Undo, false) => {}
            (Way::Make, false) => {
                if !there.contains(&"") {
                    // Without it, whatever stores passwords for all hosts would be shown this one's token.
                    plan.changes.push(run(&[&config[..], &["--add", &key, ""]].concat()));
                }
                plan.changes.push(run(&[&config[..], &["--add", &key, &ours]].concat()));
            }
            (Way::Undo, true) if others > 0 => {
                plan.changes
                    .push(run(&[&config[..], &["--fixed-value", "--unset-all", &key, &ours]].concat()));
            }
            (Way::Undo, true) => plan.changes.push(run(&[&config[..], &["--unset-all", &key]].concat())),
        }
        let deep = url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty());
        let path = format!("credential.{url}.useHttpPath");
        let set = says(&[&config[..], &["--get", &path]].concat())?.is_some();
        match (deep && wish.makes(), deep && !wish.makes()) {
            (true, _) if !set => plan.changes.push(run(&[&config[..], &[&path, "true"]].concat())),
            (_, true) if set => plan.changes.push(run(&[&config[..], &["--unset-all", &path]].concat())),
            _ => {}
        }
    }
    Ok(plan)
}

fn quoted(word: &str) -> Result<String, Error> {
    let quoted = shlex::try_quote(word)
        .map_err(|_| failed("authctl's own path cannot be quoted".to_owned(), "install it elsewhere"))?;
    Ok(quoted.into_owned())
}

fn kubectl(wish: &Wish<'_>) -> Planned {
    let usual = format!("authctl-{}", wish.profile);
    let user = wish.user.unwrap_or(&usual);
    let config = says(&["kubectl", "config", "view", "--raw", "-o", "json"])?.unwrap_or_default();
    let config: Value = serde_json::from_str(&config).unwrap_or_default();
    let known = config["users"].as_array().into_iter().flatten().find(|known| known["name"] == user);
    let exec = known.map(|known| &known["user"]["exec"]);
    let ours =
        exec.is_some_and(|exec| exec["command"] == wish.program.as_str() && exec["args"][1] == "kubectl");
    let right = ours && exec.is_some_and(|exec| exec["args"][3] == wish.profile);
    if known.is_some() && !ours {
        return Err(failed(
            format!("kubectl's user `{user}` has other credentials"),
            "choose another with `--user NAME`; nothing was changed",
        ));
    }
    let mut plan = Plan::default();
    if ours && !(wish.makes() && right) {
        plan.changes.push(run(&["kubectl", "config", "delete-user", user]));
    }
    if wish.makes() && !right {
        let command = format!("--exec-command={}", wish.program);
        let profile = format!("--exec-arg={}", wish.profile);
        let token = wish.token.map(|kind| format!("--exec-arg={}", kind.name()));
        let token: Vec<&str> =
            token.iter().flat_map(|token| ["--exec-arg=--token", token.as_str()]).collect();
        let words = [
            "kubectl",
            "config",
            "set-credentials",
            user,
            &command,
            "--exec-arg=hook",
            "--exec-arg=kubectl",
            "--exec-arg=--profile",
            &profile,
            "--exec-api-version=client.authentication.k8s.io/v1",
            "--exec-interactive-mode=IfAvailable",
        ];
        plan.changes.push(run(&[&words[..], &token].concat()));
        plan.notes.push(format!("to use it: kubectl config set-context --current --user={user}"));
    }
    Ok(plan)
}

fn kubelet(wish: &Wish<'_>) -> Planned {
    let images: Vec<String> = wish.authorities().iter().map(|host| format!("\"{host}\"")).collect();
    let mut plan = Plan::default();
    plan.changes.extend(wish.link(wish.links.clone(), "kubelet-credential-authctl"));
    if wish.makes() {
        plan.notes.push(format!(
            "on each node: --image-credential-provider-bin-dir={}, and in the file of --image-credential-provider-config: {{apiVersion: kubelet.config.k8s.io/v1, kind: CredentialProviderConfig, providers: [{{name: kubelet-credential-authctl, apiVersion: credentialprovider.kubelet.k8s.io/v1, matchImages: [{}], defaultCacheDuration: 5m}}]}}",
            wish.links.display(),
            images.join(", ")
        ));
    }
    Ok(plan)
}

fn docker(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    let path = wish.home("DOCKER_CONFIG", "~/.docker", "config.json");
    let edit = |text: &str, way| {
        wish.authorities()
            .iter()
            .try_fold(text.to_owned(), |text, host| edit::json(&text, ["credHelpers", host], "authctl", way))
    };
    plan.changes.extend(wish.text(path, edit)?);
    // The other hosts of the file may need the link yet.
    if wish.makes() {
        wish.on_path(&mut plan, "docker-credential-authctl");
    }
    Ok(plan)
}

fn cargo(wish: &Wish<'_>) -> Planned {
    let path = wish.home("CARGO_HOME", "~/.cargo", "config.toml");
    let ours = format!("{} hook cargo", wish.program);
    if wish.program.contains(char::is_whitespace) {
        return Err(failed(
            "cargo cannot run a program with a space in its path".to_owned(),
            "link authctl into a directory without one",
        ));
    }
    let mut plan = Plan::default();
    let edit = |text: &str, way| {
        edit::toml_array(text, "registry", "global-credential-providers", "cargo:token", &ours, way)
    };
    plan.changes.extend(wish.text(path, edit)?);
    Ok(plan)
}

fn bazel(wish: &Wish<'_>) -> Planned {
    let link = wish.links.join("bazel-credential-authctl");
    let mut plan = Plan::default();
    let edit = |text: &str, way| {
        let line = |host: &&str| format!("common --credential_helper={host}={}", link.display());
        wish.authorities()
            .iter()
            .map(line)
            .try_fold(text.to_owned(), |text, line| edit::line(&text, &line, way))
    };
    plan.changes.extend(wish.text(expand("~/.bazelrc"), edit)?);
    if wish.makes() {
        plan.changes.extend(wish.link(wish.links.clone(), "bazel-credential-authctl"));
    }
    Ok(plan)
}

fn terraform(wish: &Wish<'_>) -> Planned {
    let path = env::path("TF_CLI_CONFIG_FILE").unwrap_or_else(|| expand("~/.terraformrc"));
    let is_named = |line: &str| line.starts_with("credentials_helper");
    let mut plan = Plan::default();
    plan.changes.extend(
        wish.text(path, |text, way| {
            edit::only_line(text, "credentials_helper \"authctl\" {}", is_named, way)
        })?,
    );
    plan.changes.extend(wish.link(expand("~/.terraform.d/plugins"), "terraform-credentials-authctl"));
    Ok(plan)
}

fn vault(wish: &Wish<'_>) -> Planned {
    let link = wish.links.join("vault-token-authctl");
    let path = env::path("VAULT_CONFIG_PATH").unwrap_or_else(|| expand("~/.vault"));
    let setting = format!("token_helper = \"{}\"", link.display());
    let mut plan = Plan::default();
    plan.changes.extend(wish.text(path, |text, way| {
        edit::only_line(text, &setting, |line| line.starts_with("token_helper"), way)
    })?);
    plan.changes.extend(wish.link(wish.links.clone(), "vault-token-authctl"));
    Ok(plan)
}

fn aws(wish: &Wish<'_>) -> Planned {
    let role = wish.role.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "which role?")
            .hint("`--role-arn ARN`: the one whose trust policy names the profile's issuer")
    })?;
    let section = match wish.user.unwrap_or(wish.profile) {
        "default" => "default".to_owned(),
        name => format!("profile {name}"),
    };
    let path = env::path("AWS_CONFIG_FILE").unwrap_or_else(|| expand("~/.aws/config"));
    let process = format!("{} hook aws --profile {} --role-arn {role}", quoted(&wish.program)?, wish.profile);
    let mut plan = Plan::default();
    plan.changes
        .extend(wish.text(path, |text, way| edit::ini(text, &section, "credential_process", &process, way))?);
    Ok(plan)
}

fn go(wish: &Wish<'_>) -> Planned {
    let ours = format!("{} hook go", wish.program);
    let there = says(&["go", "env", "GOAUTH"])?.unwrap_or_default();
    let parts: Vec<&str> = there.trim().split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut plan = Plan::default();
    let has = parts.contains(&ours.as_str());
    if wish.makes() != has {
        let others = parts.into_iter().filter(|part| *part != ours);
        let all: Vec<&str> = wish.makes().then_some(ours.as_str()).into_iter().chain(others).collect();
        let usual = all == ["netrc"];
        let value = format!("GOAUTH={}", all.join("; "));
        plan.changes.push(if usual {
            run(&["go", "env", "-u", "GOAUTH"])
        } else {
            run(&["go", "env", "-w", &value])
        });
    }
    Ok(plan)
}

fn keyring(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    let uv = wish.home("XDG_CONFIG_HOME", "~/.config", "uv/uv.toml");
    plan.changes
        .extend(wish.text(uv, |text, way| edit::toml_string(text, "keyring-provider", "subprocess", way))?);
    let key = "global.keyring-provider";
    let there = says(&["pip", "config", "get", key]).unwrap_or_default().unwrap_or_default();
    match (wish.makes(), there.trim()) {
        (true, "") if says(&["pip", "--version"]).is_ok() => {
            plan.changes.push(run(&["pip", "config", "--user", "set", key, "subprocess"]));
        }
        (false, "subprocess") => plan.changes.push(run(&["pip", "config", "--user", "unset", key])),
        _ => {}
    }
    wish.on_path(&mut plan, "keyring");
    if wish.makes() {
        plan.notes.push(
            "both ask only where the index's URL has a user name: https://oauth2@HOST/simple/".to_owned(),
        );
    }
    Ok(plan)
}

fn nuget(wish: &Wish<'_>) -> Planned {
    let mut plan = Plan::default();
    wish.on_path(&mut plan, "nuget-plugin-authctl");
    if wish.makes() {
        let link = wish.links.join("nuget-plugin-authctl");
        plan.notes.push(format!("a NuGet before 6.13 looks only in NUGET_PLUGIN_PATHS={}", link.display()));
    }
    Ok(plan)
}

fn pnpm(wish: &Wish<'_>) -> Planned {
    let link = wish.links.join("pnpm-token-authctl");
    let mut plan = Plan::default();
    let edit = |text: &str, way| {
        let lines =
            wish.authorities().into_iter().map(|host| (format!("//{host}/:tokenHelper"), link.display()));
        lines.into_iter().try_fold(text.to_owned(), |text, (key, link)| {
            edit::only_line(&text, &format!("{key}={link}"), |line| line.starts_with(&key), way)
        })
    };
    plan.changes.extend(wish.text(expand("~/.npmrc"), edit)?);
    if wish.makes() {
        plan.changes.extend(wish.link(wish.links.clone(), "pnpm-token-authctl"));
    }
    Ok(plan)
}
