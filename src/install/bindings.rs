//! What an installation does to the `[[match]]` tables of the configuration. Addresses are compared
//! by what they mean, and not by how they are written.

use super::Request;
use super::edit::Direction;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::profile::binding::Binding;
use crate::profile::target::Pattern;
use crate::session::Context;

/// What happens to the bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingChange {
    /// An address is bound that was not.
    Added,
    /// All addresses are bound already, and get another user name or another token.
    Updated,
    /// An address is bound no longer.
    Removed,
    /// Nothing changes.
    Unchanged,
}

/// What is to be bound or unbound. To remove without a host is to remove all that is bound to the
/// profile for this hook.
///
/// # Errors
/// When one of the hosts is not valid.
pub fn wanted(request: &Request, profile: &str, config: &Config) -> Result<Binding, Error> {
    let patterns = if request.direction == Direction::Remove && request.hosts.is_empty() {
        bound_patterns(config.bindings(), &request.hook, profile)
    } else {
        requested_patterns(&request.hosts)?
    };
    Ok(Binding {
        patterns,
        profile: Some(profile.to_owned()),
        hooks: vec![request.hook.clone()],
        username: request.username.clone(),
        token: request.token,
        ..Binding::default()
    })
}

/// The patterns that the user names, each once.
fn requested_patterns(hosts: &[String]) -> Result<Vec<(String, Pattern)>, Error> {
    let mut patterns: Vec<(String, Pattern)> = Vec::new();
    for host in hosts {
        let pattern = Pattern::parse(host).ok_or_else(|| {
            let message = format!("`{}` is not a valid host", host.escape_debug());
            Error::new(ErrorKind::Usage, message)
                .hint("git.example.com, or https://git.example.com/team")
        })?;
        if !means(&patterns, &pattern) {
            patterns.push((host.clone(), pattern));
        }
    }
    Ok(patterns)
}

/// The patterns that are bound to this profile for this hook alone.
fn bound_patterns(bindings: &[Binding], hook: &str, profile: &str) -> Vec<(String, Pattern)> {
    bindings
        .iter()
        .filter(|known| known.hooks == [hook] && known.profile.as_deref() == Some(profile))
        .flat_map(|known| known.patterns.clone())
        .collect()
}

/// What has to happen to the bindings.
pub fn change(bindings: &[Binding], binding: &Binding, direction: Direction) -> BindingChange {
    let known = binding
        .patterns
        .iter()
        .filter(|(_, pattern)| is_bound(bindings, binding, pattern))
        .count();
    let has_options = binding.username.is_some() || binding.token.is_some();
    match direction {
        Direction::Install if known < binding.patterns.len() => BindingChange::Added,
        Direction::Install if known > 0 && has_options => BindingChange::Updated,
        Direction::Remove if known > 0 => BindingChange::Removed,
        _ => BindingChange::Unchanged,
    }
}

/// Writes the change to the configuration.
///
/// # Errors
/// When the configuration cannot be written.
pub fn write(
    context: &Context,
    bindings: &[Binding],
    binding: &Binding,
    change: BindingChange,
) -> Result<(), Error> {
    match change {
        BindingChange::Unchanged => {}
        BindingChange::Removed => {
            context.locations.remove_bindings(
                |known| has_same_owner(known, binding),
                |text| {
                    Pattern::parse(text).is_some_and(|pattern| means(&binding.patterns, &pattern))
                },
            )?;
        }
        BindingChange::Added | BindingChange::Updated => add(context, bindings, binding)?,
    }
    Ok(())
}

/// Gives what is bound already the new options, and binds the rest.
fn add(context: &Context, bindings: &[Binding], binding: &Binding) -> Result<(), Error> {
    context.locations.refine_bindings(
        |known| has_same_owner(known, binding) && overlaps(known, binding),
        binding,
    )?;
    let mut new = binding.clone();
    new.patterns
        .retain(|(_, pattern)| !is_bound(bindings, binding, pattern));
    if !new.patterns.is_empty() {
        context.locations.write_binding(&new)?;
    }
    Ok(())
}

/// The patterns that are bound for the same protocol, apart from those of `binding`.
pub fn remaining<'a>(bindings: &'a [Binding], binding: &Binding) -> Vec<&'a Pattern> {
    let mut remaining = Vec::new();
    for known in bindings.iter().filter(|known| shares_hook(known, binding)) {
        for (_, pattern) in &known.patterns {
            if !has_same_owner(known, binding) || !means(&binding.patterns, pattern) {
                remaining.push(pattern);
            }
        }
    }
    remaining
}

/// The profile that these hosts are bound to for this hook; `None` if there is none, or more than
/// one. Without a host, all that is bound for this hook counts.
pub fn only_profile(bindings: &[Binding], request: &Request) -> Option<String> {
    let hosts: Vec<Pattern> = request
        .hosts
        .iter()
        .filter_map(|host| Pattern::parse(host))
        .collect();
    let mut profiles: Vec<&String> = bindings
        .iter()
        .filter(|known| known.hooks == [request.hook.as_str()])
        .filter(|known| hosts.is_empty() || hosts.iter().any(|host| means(&known.patterns, host)))
        .filter_map(|known| known.profile.as_ref())
        .collect();
    profiles.dedup();
    match profiles.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

/// Refuses a host that another profile answers for already, and would go on answering for.
///
/// # Errors
/// When there is such a host.
pub fn refuse_other_profiles(bindings: &[Binding], binding: &Binding) -> Result<(), Error> {
    let hook = &binding.hooks[0];
    let others = bindings
        .iter()
        .filter(|known| known.profile != binding.profile && shares_hook(known, binding));
    for other in others {
        let profile = other.profile.as_deref().unwrap_or_default();
        for (host, pattern) in &other.patterns {
            if !means(&binding.patterns, pattern) {
                continue;
            }
            let message = format!("{host} is bound to {profile} for {hook}");
            let hint =
                format!("`authctl hook uninstall {hook} --host {host} --profile {profile}` first");
            return Err(Error::new(ErrorKind::Config, message).hint(hint));
        }
    }
    Ok(())
}

fn shares_hook(known: &Binding, binding: &Binding) -> bool {
    known.hooks.iter().any(|hook| binding.hooks.contains(hook))
}

/// Whether both are for the same hooks and the same profile.
fn has_same_owner(known: &Binding, binding: &Binding) -> bool {
    known.hooks == binding.hooks && known.profile == binding.profile
}

/// Whether one of the patterns means the same addresses as `pattern`.
fn means(patterns: &[(String, Pattern)], pattern: &Pattern) -> bool {
    patterns.iter().any(|(_, known)| known.is_same_as(pattern))
}

fn overlaps(known: &Binding, binding: &Binding) -> bool {
    known
        .patterns
        .iter()
        .any(|(_, pattern)| means(&binding.patterns, pattern))
}

/// Whether the pattern is bound to the profile of `binding` for its hook.
fn is_bound(bindings: &[Binding], binding: &Binding, pattern: &Pattern) -> bool {
    bindings
        .iter()
        .any(|known| has_same_owner(known, binding) && means(&known.patterns, pattern))
}
