//! Which profile, and which of its tokens: what the command line says, then the `[[match]]` that
//! says most.
//!
//! A caller that says for where is only answered where that is bound. One that does not say gets
//! what is bound for its protocol, else the profile that is used when none is named.

use super::handout::secret_of;
use super::misunderstood;
use crate::cli::{HookArgs, token_kind};
use crate::config::Config;
use crate::error::Error;
use crate::hook::protocol::{Coverage, Failure, FailureKind, HOOKS, Row, TokenRequest};
use crate::oauth::jwt;
use crate::oauth::want::TokenKind;
use crate::profile::Profile;
use crate::profile::binding::{self, Binding};
use crate::profile::target::{Pattern, Target};
use crate::store::Peek;
use crate::text::printable;

/// What was chosen.
pub struct Choice {
    /// The profile.
    pub profile: Profile,
    /// Which token of it.
    pub kind: TokenKind,
    /// The user name, if somebody says which.
    pub username: Option<String>,
    /// How much of its host the profile is bound to.
    pub coverage: Coverage,
    /// Who the token must be for.
    audience: Option<String>,
}

/// Chooses. `None` if the address is not bound, and the caller asks us about every address that it
/// meets.
///
/// # Errors
/// When the address is not bound, and the caller asks only us; when the profile cannot be used.
pub fn choose(
    config: &Config,
    row: &Row,
    args: &HookArgs,
    ask: &TokenRequest,
) -> Result<Option<Choice>, Failure> {
    let bindings = bindings(config, row, args)?;
    let bound = match &ask.target {
        Some(target) => match bound(&bindings, row, args, ask, target) {
            Err(_) if ask.asks_about_all => return Ok(None),
            other => other?,
        },
        None if ask.asks_about_all && args.profile.is_none() => return Ok(None),
        None => (agreed(&bindings, row, args)?, None),
    };
    let (binding, pattern) = bound;
    let none = Binding::default();
    let binding = binding.unwrap_or(&none);
    let profile = config
        .profile(args.profile.as_deref().or(binding.profile.as_deref()))
        .map_err(Error::from)?;
    let username = args.username.clone().or_else(|| binding.username.clone());
    if username
        .as_ref()
        .is_some_and(|name| name.contains(char::is_control))
    {
        return Err(misunderstood(
            "a user name has no control characters".to_owned(),
        ));
    }
    let wanted = args.token.as_deref().map(token_kind).transpose()?;
    Ok(Some(Choice {
        profile,
        kind: wanted.or(binding.token).unwrap_or(row.token),
        username,
        coverage: coverage(pattern),
        audience: args.audience.clone().or_else(|| binding.audience.clone()),
    }))
}

/// How much of its host a pattern means.
fn coverage(pattern: Option<&Pattern>) -> Coverage {
    let Some(pattern) = pattern.filter(|pattern| pattern.has_path()) else {
        return Coverage::Host;
    };
    pattern.address().map_or(Coverage::Pattern, Coverage::Path)
}

type Bound<'a> = (Option<&'a Binding>, Option<&'a Pattern>);

/// What is bound to an address. A profile that is named needs no binding, unless it has some for
/// this very hook.
fn bound<'a>(
    bindings: &'a [Binding],
    row: &Row,
    args: &HookArgs,
    ask: &TokenRequest,
    target: &Target,
) -> Result<Bound<'a>, Failure> {
    if let Some(found) = binding::find(bindings, Some(row.name), target).first() {
        let pattern = found
            .binding
            .patterns
            .iter()
            .find(|(text, _)| text == found.pattern);
        return Ok((Some(found.binding), pattern.map(|(_, pattern)| pattern)));
    }
    // Whoever asks about every address that it meets is only told of what is bound.
    let clear = target.scheme.as_deref() == Some("http") && !target.is_loopback();
    if args.profile.is_some()
        && !ask.asks_about_all
        && !clear
        && !bindings.iter().any(|binding| names(binding, row))
    {
        return Ok((None, None));
    }
    Err(Failure {
        kind: FailureKind::Other,
        message: format!("no profile is bound to {target}"),
        hints: vec![
            "`[[match]]` in the configuration binds one to its host; or name one with `--profile`"
                .to_owned(),
        ],
    })
}

/// What is bound for this very hook, where the caller does not say for which address it asks.
fn agreed<'a>(
    bindings: &'a [Binding],
    row: &Row,
    args: &HookArgs,
) -> Result<Option<&'a Binding>, Failure> {
    let mut ours = bindings.iter().filter(|binding| names(binding, row));
    let first = ours.next();
    if args.profile.is_none()
        && ours.any(|other| Some(&other.profile) != first.map(|first| &first.profile))
    {
        return Err(Failure {
            kind: FailureKind::Other,
            message: format!(
                "several profiles are bound for {}, which does not say what it is for",
                row.name
            ),
            hints: vec!["name one with `--profile`".to_owned()],
        });
    }
    Ok(first)
}

fn names(binding: &Binding, row: &Row) -> bool {
    binding.hooks.iter().any(|name| name == row.name)
}

/// What is bound for this call: by the command line, by the configuration.
fn bindings(config: &Config, row: &Row, args: &HookArgs) -> Result<Vec<Binding>, Failure> {
    let mut all = Vec::new();
    if !args.host.is_empty() {
        let pattern = |text: &String| Some((text.clone(), Pattern::parse(text)?));
        let patterns: Option<Vec<_>> = args.host.iter().map(pattern).collect();
        let patterns = patterns
            .ok_or_else(|| misunderstood("--host takes a host, or host:port".to_owned()))?;
        let hooks = vec![row.name.to_owned()];
        all.push(Binding {
            patterns,
            profile: args.profile.clone(),
            hooks,
            ..Binding::default()
        });
    }
    let theirs = |binding: &&Binding| args.profile.is_none() || args.profile == binding.profile;
    all.extend(config.bindings().iter().filter(theirs).cloned());
    let strange = all
        .iter()
        .flat_map(|binding| &binding.hooks)
        .find(|name| Row::find(name).is_none());
    match strange {
        None => Ok(all),
        Some(name) => Err(Failure {
            kind: FailureKind::Unknown,
            message: format!(
                "`hook = \"{}\"` in a `[[match]]`: there is no such hook",
                name.escape_debug()
            ),
            hints: vec![format!(
                "there are {}",
                HOOKS
                    .iter()
                    .map(|row| row.name)
                    .collect::<Vec<_>>()
                    .join(", ")
            )],
        }),
    }
}

/// The addresses that are bound for this hook, as far as they are literal.
///
/// # Errors
/// When what is bound is not understood.
pub fn addresses(config: &Config, row: &Row, args: &HookArgs) -> Result<Vec<String>, Failure> {
    let bindings = bindings(config, row, args)?;
    let ours = bindings.iter().filter(|binding| binding.is_for(row.name));
    let mut all: Vec<String> = ours
        .flat_map(|binding| &binding.patterns)
        .filter_map(|(_, pattern)| pattern.address())
        .collect();
    all.sort();
    all.dedup();
    Ok(all)
}

impl Choice {
    /// A token for somebody else would give them the power to use it there.
    ///
    /// # Errors
    /// When the token is for another audience, or does not say for which.
    pub fn check(&self, peek: &Peek) -> Result<(), Failure> {
        let Some(wanted) = self.audience.as_deref() else {
            return Ok(());
        };
        let identity = &peek.header.identity;
        let asked_for = identity.audience.as_deref() == Some(wanted)
            || identity.resource.iter().any(|one| one == wanted);
        let said = secret_of(peek, self.kind).and_then(|secret| jwt::audience(secret.expose()));
        match &said {
            Some(said) if said.iter().any(|one| one == wanted) => return Ok(()),
            // Not a JWT: then it is for what it was asked for.
            None if asked_for && self.kind == TokenKind::Access => return Ok(()),
            _ => {}
        }
        let whose = said.map_or_else(
            || "nobody that it names".to_owned(),
            |said| printable(&said.join(", "), 200),
        );
        Err(Failure {
            kind: FailureKind::Other,
            message: format!(
                "{}: the {} is for {whose}, and not for {wanted}",
                self.profile.name,
                self.kind.name()
            ),
            hints: vec![
                "make a profile with that `audience` or `resource`, and bind that".to_owned(),
            ],
        })
    }
}
