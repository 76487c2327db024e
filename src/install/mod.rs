//! `authctl hook install` and `uninstall`: what has to change on this machine so that a client asks
//! authctl, or no longer does. Everything can be undone, nothing is done twice, and what other
//! programs or the user have written stays.
//!
//! It goes in three steps. [`resolve`] finds out what is meant, [`plan()`] reads the clients'
//! configuration and plans every change, [`apply()`] makes them.
//!
//! Deliberately absent: stdout and the command line. A [`Request`] comes in, and a [`Plan`] can be
//! shown.

mod apply;
mod bindings;
mod clients;
mod completions;
mod edit;
mod made;
mod manual;
mod plan;
mod program;
mod rename;
mod show;

use std::fs::File;
use std::path::PathBuf;

pub use apply::apply;
use bindings::BindingChange;
pub use completions::install_completions;
pub use edit::Direction;
pub use manual::install_manual;
use plan::{ClientPlan, Setup};
pub use rename::rename_in_clients;

use crate::config::{Config, expand, is_anothers_home};
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::Row;
use crate::oauth::scope;
use crate::oauth::want::TokenKind;
use crate::profile::binding::Binding;
use crate::profile::target::Pattern;
use crate::provider::registration::Use;
use crate::session::Context;
use crate::text::did_you_mean;

/// How a protocol is installed.
pub struct Recipe {
    /// The protocol's name.
    pub hook: &'static str,
    /// Whether its callers ask about every host that they meet, so that the hosts have to be named.
    pub needs_host: bool,
    /// Whether its callers tell ports apart. If not, two addresses that differ only in the port
    /// share one entry of the client's configuration.
    pub compares_ports: bool,
    /// What the client needs a token for, where providers have scopes for that.
    pub wanted: Option<Use>,
    /// What happens now, and how to try it: `{host}` and `{profile}` stand for those that are
    /// installed. Empty where the manual steps say it.
    pub then: &'static str,
    /// Plans what has to change for the client.
    pub plan: fn(&Setup<'_>) -> Result<ClientPlan, Error>,
}

const fn recipe(
    hook: &'static str,
    needs_host: bool,
    plan: fn(&Setup<'_>) -> Result<ClientPlan, Error>,
    then: &'static str,
) -> Recipe {
    Recipe {
        hook,
        needs_host,
        compares_ports: true,
        wanted: None,
        then,
        plan,
    }
}

/// How each protocol is installed.
pub const RECIPES: &[Recipe] = &[
    recipe(
        "aws",
        false,
        clients::aws::plan,
        "aws asks authctl for keys; try: aws sts get-caller-identity --profile {profile}",
    ),
    Recipe {
        compares_ports: false,
        ..recipe(
            "bazel",
            true,
            clients::bazel::plan,
            "bazel asks authctl for {host}; try: bazel fetch //...",
        )
    },
    recipe(
        "cargo",
        true,
        clients::cargo::plan,
        "cargo asks authctl for {host}; try: cargo fetch, where a crate comes from there",
    ),
    recipe(
        "docker",
        true,
        clients::docker::plan,
        "docker asks authctl for {host}; try: docker pull {host}/IMAGE",
    ),
    Recipe {
        wanted: Some(Use::Git),
        ..recipe(
            "git",
            true,
            clients::git::plan,
            "git asks authctl for {host}; try: git ls-remote https://{host}/OWNER/REPOSITORY",
        )
    },
    recipe(
        "go",
        true,
        clients::go::plan,
        "go asks authctl for {host}; try: go mod download, where a module comes from there",
    ),
    recipe("google", false, clients::manual::google, ""),
    recipe("headers", false, clients::manual::headers, ""),
    recipe(
        "keyring",
        true,
        clients::keyring::plan,
        "pip and uv ask authctl for {host}; try: pip download PACKAGE --no-deps",
    ),
    recipe(
        "kubectl",
        false,
        clients::kubectl::plan,
        "kubectl asks authctl for that user; try: kubectl --user=authctl-{profile} get pods",
    ),
    recipe(
        "kubelet",
        true,
        clients::kubelet::plan,
        "the kubelet asks authctl for {host} after its next start",
    ),
    recipe(
        "nuget",
        true,
        clients::nuget::plan,
        "dotnet asks authctl for {host}; try: dotnet restore --interactive",
    ),
    Recipe {
        wanted: Some(Use::Mail),
        ..recipe("oauthbearer", false, clients::manual::oauthbearer, "")
    },
    recipe(
        "pnpm",
        true,
        clients::pnpm::plan,
        "pnpm asks authctl for {host}; try: pnpm view PACKAGE",
    ),
    recipe(
        "terraform",
        true,
        clients::terraform::plan,
        "terraform asks authctl for {host}; try: terraform init",
    ),
    recipe("token", false, clients::manual::token, ""),
    recipe(
        "vault",
        true,
        clients::vault::plan,
        "vault asks authctl for {host}; try: vault token lookup",
    ),
    Recipe {
        wanted: Some(Use::Mail),
        ..recipe("xoauth2", false, clients::manual::xoauth2, "")
    },
];

/// Whether there is a recipe for a protocol.
#[must_use]
pub fn covers(row: &Row) -> bool {
    RECIPES.iter().any(|recipe| recipe.hook == row.name)
}

/// What the user asks for.
#[derive(Debug)]
pub struct Request {
    /// Whether to install or to remove.
    pub direction: Direction,
    /// The protocol's name.
    pub hook: String,
    /// The hosts or URLs that the profile answers for. Without one, to remove is to remove all.
    pub hosts: Vec<String>,
    /// The profile; `None` for the default profile, or to remove for the one that is bound.
    pub profile: Option<String>,
    /// Whether the plan is only shown. Then nothing is locked.
    pub dry_run: bool,
    /// The user name that goes with the token.
    pub username: Option<String>,
    /// Which token the client gets; `None` for the one that its protocol expects.
    pub token: Option<TokenKind>,
    /// The directory of links to authctl; `None` for `~/.local/bin`.
    pub links: Option<PathBuf>,
    /// What the client's own configuration calls its user or profile.
    pub user: Option<String>,
    /// The role that the token is exchanged for.
    pub role: Option<String>,
}

/// A request with the recipe, the profile and the addresses that it means. While it lives, no other
/// installation changes anything, except during a dry run.
pub struct ResolvedRequest<'a> {
    request: &'a Request,
    recipe: &'static Recipe,
    profile: String,
    binding: Binding,
    config: Config,
    _lock: Option<File>,
}

/// Everything that changes on this machine. Its `Display` is what the user is shown.
pub struct Plan {
    direction: Direction,
    program: String,
    config: PathBuf,
    binding: Binding,
    binding_change: BindingChange,
    client: ClientPlan,
    /// What the profile lacks for this client, if anything.
    lacks: Option<String>,
    /// What happens now, and how to try it; empty to remove.
    then: String,
}

/// Refuses to work as root in the home of another user. The clients' own tools do there whatever
/// that user's files tell them, and would do it as root.
pub fn refuse_other_homes() -> Result<(), Error> {
    if !is_anothers_home() {
        return Ok(());
    }
    let message = "root installs nothing in the home of another user";
    Err(Error::new(ErrorKind::Config, message).hint("run it as that user, without sudo"))
}

/// Finds out what a request means.
///
/// # Errors
/// When there is no such hook or profile, a host is missing or not valid, another profile is bound
/// to a host, or another installation does not end.
pub fn resolve<'a>(context: &Context, request: &'a Request) -> Result<ResolvedRequest<'a>, Error> {
    let recipe = recipe_of(request)?;
    refuse_other_homes()?;
    // Two installations at once would each overwrite what the other has written.
    let lock = if request.dry_run {
        None
    } else {
        Some(apply::lock(context)?)
    };
    let config = context.config()?;
    let profile = profile_of(context, request, &config)?;
    let binding = bindings::wanted(request, &profile, &config)?;
    if request.direction == Direction::Install {
        bindings::refuse_other_profiles(config.bindings(), &binding)?;
    }
    Ok(ResolvedRequest {
        request,
        recipe,
        profile,
        binding,
        config,
        _lock: lock,
    })
}

/// The refusal of a name that is no hook's.
#[must_use]
pub fn unknown_hook(name: &str) -> Error {
    let message = format!("there is no hook `{}`", name.escape_debug());
    let error = Error::new(ErrorKind::Usage, message);
    let question = did_you_mean(name, RECIPES.iter().map(|recipe| recipe.hook));
    let error = question.into_iter().fold(error, Error::hint);
    error.hint("`authctl hook list` shows them")
}

fn recipe_of(request: &Request) -> Result<&'static Recipe, Error> {
    let recipe = RECIPES.iter().find(|recipe| recipe.hook == request.hook);
    let Some(recipe) = recipe else {
        return Err(unknown_hook(&request.hook));
    };
    let installs = request.direction == Direction::Install;
    if installs && recipe.needs_host && request.hosts.is_empty() {
        let message = format!(
            "cannot install {} without a host: its callers ask about every host that they meet",
            request.hook
        );
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("`--host HOST`, or `--host https://HOST/PATH`"));
    }
    Ok(recipe)
}

/// The name of the profile that is meant. To remove, the profile itself need not exist any more.
fn profile_of(context: &Context, request: &Request, config: &Config) -> Result<String, Error> {
    if request.direction == Direction::Remove {
        let named = request.profile.clone();
        if let Some(name) = named.or_else(|| bindings::only_profile(config.bindings(), request)) {
            return Ok(name);
        }
    }
    Ok(context.profile(request.profile.as_deref())?.name)
}

/// Plans every change. Nothing is changed yet.
///
/// # Errors
/// When the client cannot be told to ask authctl, or its configuration cannot be read or has
/// something else in that place.
pub fn plan(context: &Context, resolved: &ResolvedRequest<'_>) -> Result<Plan, Error> {
    let request = resolved.request;
    let bindings = resolved.config.bindings();
    let remaining = bindings::remaining(bindings, &resolved.binding);
    let program = program::own_path()?;
    let links = request
        .links
        .clone()
        .unwrap_or_else(|| expand("~/.local/bin"));
    let links = std::path::absolute(links)
        .map_err(|error| Error::new(ErrorKind::Usage, format!("--links: {error}")))?;
    let client = (resolved.recipe.plan)(&Setup {
        direction: request.direction,
        is_last: remaining.is_empty(),
        program: &program,
        profile: &resolved.profile,
        hosts: &resolved.hosts_to_change(&remaining),
        links: &links,
        token: request.token,
        user: request.user.as_deref(),
        role: request.role.as_deref(),
        secrets: &context.locations.secrets(),
    })?;
    client.refuse_other_places()?;
    Ok(Plan {
        direction: request.direction,
        program,
        config: context.locations.config()?.to_owned(),
        binding: resolved.binding.clone(),
        binding_change: bindings::change(bindings, &resolved.binding, request.direction),
        client,
        lacks: resolved.lacks(),
        then: resolved.then(),
    })
}

impl ResolvedRequest<'_> {
    /// What the scopes of the profile lack for this client, by what is known of its provider, with
    /// the command that mends it.
    fn lacks(&self) -> Option<String> {
        let wanted = self.recipe.wanted?;
        let profile = self.config.profile(Some(&self.profile)).ok()?;
        let needed = profile.provider.scopes_for(wanted)?;
        let needed: Vec<String> = needed.iter().map(|&scope| scope.to_owned()).collect();
        let missing = scope::missing(&needed, &profile.scope);
        if missing.is_empty() || self.request.direction == Direction::Remove {
            return None;
        }
        let (name, hook, missing) = (&self.profile, self.recipe.hook, missing.join(" "));
        let provider = profile.provider.id;
        Some(format!(
            "{name} does not ask for {missing}, which {provider} wants for {hook}: \
             `authctl login {name} --add-scope \"{missing}\"`"
        ))
    }

    /// What happens now, and how to try it.
    fn then(&self) -> String {
        if self.request.direction == Direction::Remove {
            return String::new();
        }
        let host = self.binding.patterns.first().map(|(host, _)| host.as_str());
        let host = host.unwrap_or("the hosts that are bound");
        let host = host.split_once("://").map_or(host, |(_, host)| host);
        let host = host.trim_end_matches(['/', '*']);
        let then = self.recipe.then.replace("{host}", host);
        let then = then.replace("{profile}", &self.profile);
        match then.as_str() {
            "" => String::new(),
            then if self.request.dry_run => format!("afterwards {then}"),
            then => then.to_owned(),
        }
    }

    /// The hosts whose entries in the client's configuration are to change. An entry that an
    /// address among the remaining ones needs is not removed.
    fn hosts_to_change(&self, remaining: &[&Pattern]) -> Vec<String> {
        let mut hosts = Vec::new();
        for (host, pattern) in &self.binding.patterns {
            let is_needed = remaining
                .iter()
                .any(|other| self.recipe.shares_entry(pattern, other));
            if self.request.direction == Direction::Install || !is_needed {
                hosts.push(host.clone());
            }
        }
        hosts
    }
}

impl Recipe {
    /// Whether the client's configuration has one entry for both addresses.
    fn shares_entry(&self, one: &Pattern, other: &Pattern) -> bool {
        one.is_beside(other) || !self.compares_ports && one.host() == other.host()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::protocol::HOOKS;

    #[test]
    fn every_protocol_has_its_recipe() {
        assert!(HOOKS.iter().all(covers));
        assert_eq!(RECIPES.len(), HOOKS.len());
    }
}
