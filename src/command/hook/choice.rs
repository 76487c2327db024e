//! Which profile, and which of its tokens: what the command line says, then the `[[match]]` that says most.

use super::{Failure, FailureKind, Row, misunderstood, secret_of};
use crate::cli::HookArgs;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::hook::{Ask, HOOKS};
use crate::oauth::jwt;
use crate::provider::binding::{self, Binding, TokenKind};
use crate::provider::profile::Profile;
use crate::provider::target::Pattern;
use crate::store::Peek;

/// What was chosen.
pub struct Choice {
    /// The profile.
    pub profile: Profile,
    /// Which token of it.
    pub kind: TokenKind,
    /// The user name, if somebody says which.
    pub username: Option<String>,
    /// Who the token must be for.
    audience: Option<String>,
}

/// Chooses. `None` if the address is not bound, and the caller asks us about every address that it meets.
///
/// # Errors
/// When the address is not bound, and the caller asks only us; when the profile cannot be used.
pub fn choose(config: &Config, row: &Row, args: &HookArgs, ask: &Ask) -> Result<Option<Choice>, Failure> {
    let bindings = bindings(config, args)?;
    let found = ask.target.as_ref().map(|target| binding::find(&bindings, Some(row.name), target));
    let bound = match (found.as_ref().map(|found| found.first()), &ask.target) {
        (Some(Some(found)), _) => found.binding,
        (Some(None), _) if ask.any => return Ok(None),
        (Some(None), Some(target)) if args.profile.is_none() => {
            return Err(Failure {
                kind: FailureKind::Other,
                message: format!("no profile is bound to {target}"),
                hints: vec![format!(
                    "`[[match]]` in the configuration binds one to its host; or name one with `--profile`"
                )],
            });
        }
        _ => &Binding::default(),
    };
    let name = args.profile.as_deref().or(bound.profile.as_deref());
    let profile = config.profile(name).map_err(Error::from)?;
    let wanted = args.token.as_deref().map(kind).transpose()?;
    Ok(Some(Choice {
        profile,
        kind: wanted.or(ask.kind).or(bound.token).unwrap_or(row.token),
        username: args.username.clone().or_else(|| bound.username.clone()),
        audience: args.audience.clone().or_else(|| bound.audience.clone()),
    }))
}

/// What is bound for this call: by the command line, by the configuration.
fn bindings(config: &Config, args: &HookArgs) -> Result<Vec<Binding>, Failure> {
    let mut all = Vec::new();
    if !args.host.is_empty() {
        let pattern = |text: &String| Some((text.clone(), Pattern::parse(text)?));
        let patterns: Option<Vec<_>> = args.host.iter().map(pattern).collect();
        let patterns =
            patterns.ok_or_else(|| misunderstood("--host takes a host, or host:port".to_owned()))?;
        all.push(Binding { patterns, profile: args.profile.clone(), ..Binding::default() });
    }
    let theirs = |binding: &&Binding| args.profile.is_none() || args.profile == binding.profile;
    all.extend(config.bindings().iter().filter(theirs).cloned());
    let strange = all.iter().flat_map(|binding| &binding.hooks).find(|name| Row::find(name).is_none());
    match strange {
        None => Ok(all),
        Some(name) => Err(Failure {
            kind: FailureKind::Other,
            message: format!("`hook = \"{}\"` in a `[[match]]`: there is no such hook", name.escape_debug()),
            hints: vec![format!(
                "there are {}",
                HOOKS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
            )],
        }),
    }
}

/// The addresses that are bound for this hook, as far as they are literal.
pub fn addresses(config: &Config, row: &Row, args: &HookArgs) -> Vec<String> {
    let bindings = bindings(config, args).unwrap_or_default();
    let ours = bindings.iter().filter(|binding| binding.is_for(row.name));
    let mut all: Vec<String> =
        ours.flat_map(|binding| &binding.patterns).filter_map(|(_, pattern)| pattern.address()).collect();
    all.sort();
    all.dedup();
    all
}

/// Reads `--token`.
pub fn kind(text: &str) -> Result<TokenKind, Error> {
    let found = TokenKind::ALL.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind);
    found.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "--token takes access_token or id_token")
            .hint("see `authctl hook --help`")
    })
}

impl Choice {
    /// A token for somebody else would give them the power to use it there.
    ///
    /// # Errors
    /// When the token is for another audience, or does not say for which.
    pub fn check(&self, peek: &Peek) -> Result<(), Failure> {
        let Some(wanted) = self.audience.as_deref() else { return Ok(()) };
        let identity = &peek.session.identity;
        let asked_for =
            identity.audience.as_deref() == Some(wanted) || identity.resource.iter().any(|one| one == wanted);
        let said = jwt::audience(secret_of(peek, self.kind).expose());
        match &said {
            Some(said) if said.iter().any(|one| one == wanted) => return Ok(()),
            // Not a JWT: then it is for what it was asked for.
            None if asked_for && self.kind == TokenKind::Access => return Ok(()),
            _ => {}
        }
        let whose = said.map_or_else(|| "nobody that it names".to_owned(), |said| said.join(", "));
        Err(Failure {
            kind: FailureKind::Other,
            message: format!(
                "{}: the {} is for {whose}, and not for {wanted}",
                self.profile.name,
                self.kind.name()
            ),
            hints: vec!["make a profile with that `audience` or `resource`, and bind that".to_owned()],
        })
    }
}
