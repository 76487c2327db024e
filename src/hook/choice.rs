//! Which profile, and which of its tokens: what the command line says, then the `[[match]]` that
//! says most.
//!
//! A caller that names an address is answered only where the address is bound. A caller that names
//! none gets what is bound for its protocol, else the profile that is used when none is named.

use super::malformed;
use super::protocol::{Coverage, Failure, FailureKind, HOOKS, Row, TokenRequest};
use crate::cli::{HookArgs, token_kind};
use crate::config::Config;
use crate::error::Error;
use crate::oauth::want::TokenKind;
use crate::profile::Profile;
use crate::profile::binding::{self, Binding};
use crate::profile::target::{Pattern, Target};
use crate::session::Token;

/// What was chosen for a request.
pub(super) struct Choice {
    /// The profile.
    pub profile: Profile,
    /// Which token of it.
    pub kind: TokenKind,
    /// The user name that the command line or the binding chooses.
    pub chosen_username: Option<String>,
    /// How much of its host the profile is bound to.
    pub coverage: Coverage,
    /// Who the token must be for (RFC 7519, section 4.1.3).
    audience: Option<String>,
}

/// Chooses. `None` if the address is not bound, and the caller asks about every address that it
/// meets.
///
/// # Errors
/// When the address is not bound, and the caller asks only authctl; when the profile cannot be
/// used.
pub(super) fn choose(
    config: &Config,
    row: &Row,
    args: &HookArgs,
    request: &TokenRequest,
) -> Result<Option<Choice>, Failure> {
    let bindings = bindings(config, row, args)?;
    let (binding, pattern) = match &request.target {
        Some(target) => match bound_to_address(&bindings, row, args, request, target) {
            Err(_) if request.asks_about_all => return Ok(None),
            found => found?,
        },
        None if request.asks_about_all && args.profile.is_none() => return Ok(None),
        None => (bound_to_hook(&bindings, row, args)?, None),
    };
    let unbound = Binding::default();
    let binding = binding.unwrap_or(&unbound);
    let name = args.profile.as_deref().or(binding.profile.as_deref());
    let profile = config.profile(name).map_err(Error::from)?;
    for address in &request.also {
        let found = binding::find(&bindings, Some(row.name), address);
        let bound_to = found.first().and_then(|it| it.binding.profile.as_deref());
        if bound_to.or(args.profile.as_deref().filter(|_| !found.is_empty())) == Some(&profile.name)
        {
            continue;
        }
        if request.asks_about_all {
            return Ok(None);
        }
        return Err(not_bound(address));
    }
    let chosen_username = args.username.clone().or_else(|| binding.username.clone());
    if let Some(username) = &chosen_username
        && username.contains(char::is_control)
    {
        return Err(malformed(
            "a user name has no control characters".to_owned(),
        ));
    }
    let wanted = args.token.as_deref().map(token_kind).transpose()?;
    Ok(Some(Choice {
        profile,
        kind: wanted.or(binding.token).unwrap_or(row.token),
        chosen_username,
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

/// What is bound to an address. A profile that is named on the command line needs no binding,
/// unless there is one for this very hook.
fn bound_to_address<'a>(
    bindings: &'a [Binding],
    row: &Row,
    args: &HookArgs,
    request: &TokenRequest,
    target: &Target,
) -> Result<Bound<'a>, Failure> {
    if let Some(found) = binding::find(bindings, Some(row.name), target).first() {
        let mut patterns = found.binding.patterns.iter();
        let pattern = patterns.find(|(text, _)| text == found.pattern);
        return Ok((Some(found.binding), pattern.map(|(_, pattern)| pattern)));
    }
    // A caller that asks about every address that it meets is only told of what is bound.
    let in_the_clear = target.scheme.as_deref() == Some("http") && !target.is_loopback();
    let is_named = args.profile.is_some() && !request.asks_about_all;
    if is_named && !in_the_clear && !bindings.iter().any(|binding| names(binding, row)) {
        return Ok((None, None));
    }
    Err(not_bound(target))
}

fn not_bound(target: &Target) -> Failure {
    Failure {
        kind: FailureKind::Other,
        message: format!("no profile is bound to {target}"),
        hints: vec![
            "`[[match]]` in the configuration binds one to its host; or name one with `--profile`"
                .to_owned(),
        ],
    }
}

/// What is bound for this very hook, where the caller does not say for which address it asks.
fn bound_to_hook<'a>(
    bindings: &'a [Binding],
    row: &Row,
    args: &HookArgs,
) -> Result<Option<&'a Binding>, Failure> {
    let mut first: Option<&Binding> = None;
    for binding in bindings.iter().filter(|binding| names(binding, row)) {
        let Some(first) = first else {
            first = Some(binding);
            continue;
        };
        if args.profile.is_none() && binding.profile != first.profile {
            let hook = row.name;
            return Err(Failure {
                kind: FailureKind::Other,
                message: format!(
                    "several profiles are bound for {hook}, which does not say what it is for"
                ),
                hints: vec!["name one with `--profile`".to_owned()],
            });
        }
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
        all.push(Binding {
            patterns: patterns(&args.host)?,
            profile: args.profile.clone(),
            hooks: vec![row.name.to_owned()],
            ..Binding::default()
        });
    }
    for binding in config.bindings() {
        if args.profile.is_none() || args.profile == binding.profile {
            all.push(binding.clone());
        }
    }
    for name in all.iter().flat_map(|binding| &binding.hooks) {
        if Row::find(name).is_none() {
            return Err(no_such_hook(name));
        }
    }
    Ok(all)
}

/// Reads `--host`.
fn patterns(hosts: &[String]) -> Result<Vec<(String, Pattern)>, Failure> {
    let mut patterns = Vec::new();
    for host in hosts {
        let Some(pattern) = Pattern::parse(host) else {
            return Err(malformed("--host takes a host, or host:port".to_owned()));
        };
        patterns.push((host.clone(), pattern));
    }
    Ok(patterns)
}

fn no_such_hook(name: &str) -> Failure {
    let known: Vec<&str> = HOOKS.iter().map(|row| row.name).collect();
    Failure {
        kind: FailureKind::Unknown,
        message: format!(
            "`hook = \"{}\"` in a `[[match]]`: there is no such hook",
            name.escape_debug()
        ),
        hints: vec![format!("there are {}", known.join(", "))],
    }
}

/// The addresses that are bound for this hook, as far as they are literal.
///
/// # Errors
/// When what is bound is not understood.
pub(super) fn addresses(
    config: &Config,
    row: &Row,
    args: &HookArgs,
) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for binding in bindings(config, row, args)? {
        if binding.is_for(row.name) {
            let patterns = binding.patterns.iter();
            all.extend(patterns.filter_map(|(_, pattern)| pattern.address()));
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

impl Choice {
    /// The user name that goes with the token.
    pub(super) fn username(&self) -> &str {
        let default = self.profile.provider.basic_username;
        self.chosen_username.as_deref().unwrap_or(default)
    }

    /// Refuses a token for another audience: the caller's server could use it there.
    ///
    /// # Errors
    /// When the token is for another audience, or does not say for which.
    pub(super) fn check_audience(&self, token: &Token) -> Result<(), Failure> {
        let Some(wanted) = self.audience.as_deref() else {
            return Ok(());
        };
        let Some(whose) = token.other_audience(wanted) else {
            return Ok(());
        };
        let profile = &self.profile.name;
        let kind = self.kind.name();
        Err(Failure {
            kind: FailureKind::Other,
            message: format!("{profile}: the {kind} is for {whose}, and not for {wanted}"),
            hints: vec![
                "make a profile with that `audience` or `resource`, and bind that".to_owned(),
            ],
        })
    }
}
