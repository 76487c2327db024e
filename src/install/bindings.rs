//! What an installation does to the `[[match]]` tables. Addresses are compared by what they mean,
//! and not by how they are written.

use super::edit::Way;
use crate::cli::{HookInstallArgs, token_kind};
use crate::error::{Error, ErrorKind};
use crate::profile::binding::Binding;
use crate::profile::target::Pattern;
use crate::session::Context;

/// What becomes of what is bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Something is bound that was not.
    New,
    /// It is given with another user name, or another token.
    Refined,
    /// It is bound no longer.
    Gone,
    /// Nothing.
    AsItWas,
}

/// What becomes of `binding`.
pub fn fate(bindings: &[Binding], binding: &Binding, way: Way) -> Fate {
    let known = binding
        .patterns
        .iter()
        .filter(|(_, pattern)| is_known(bindings, binding, pattern))
        .count();
    let refines = binding.username.is_some() || binding.token.is_some();
    match way {
        Way::Make if known < binding.patterns.len() => Fate::New,
        Way::Make if known > 0 && refines => Fate::Refined,
        Way::Undo if known > 0 => Fate::Gone,
        _ => Fate::AsItWas,
    }
}

/// Writes it down.
///
/// # Errors
/// When the configuration cannot be written.
pub fn write(
    context: &Context,
    bindings: &[Binding],
    binding: &Binding,
    fate: Fate,
) -> Result<(), Error> {
    let goes = |text: &str| Pattern::parse(text).is_some_and(|pattern| covers(binding, &pattern));
    let meant = |known: &Binding| is_kin(known, binding);
    let touched = |known: &Binding| {
        meant(known)
            && known
                .patterns
                .iter()
                .any(|(_, pattern)| covers(binding, pattern))
    };
    match fate {
        Fate::AsItWas => {}
        Fate::Gone => drop(context.locations.remove_bindings(meant, goes)?),
        Fate::New | Fate::Refined => {
            context.locations.refine_bindings(touched, binding)?;
            let new = binding
                .patterns
                .iter()
                .filter(|(_, pattern)| !is_known(bindings, binding, pattern));
            let new = Binding {
                patterns: new.cloned().collect(),
                ..binding.clone()
            };
            if !new.patterns.is_empty() {
                context.locations.write_binding(&new)?;
            }
        }
    }
    Ok(())
}

/// What stays bound for the same protocol without `binding`.
pub fn left<'a>(bindings: &'a [Binding], binding: &Binding) -> Vec<&'a Pattern> {
    let same = bindings
        .iter()
        .filter(|known| known.hooks.iter().any(|hook| binding.hooks.contains(hook)));
    let stays =
        |known: &Binding, pattern: &Pattern| !is_kin(known, binding) || !covers(binding, pattern);
    let patterns = same.flat_map(|known| {
        known
            .patterns
            .iter()
            .map(move |(_, pattern)| (known, pattern))
    });
    patterns
        .filter(|(known, pattern)| stays(known, pattern))
        .map(|(_, pattern)| pattern)
        .collect()
}

/// For the same protocol and the same profile, and nothing else.
fn is_kin(known: &Binding, binding: &Binding) -> bool {
    known.hooks == binding.hooks && known.profile == binding.profile
}

fn covers(binding: &Binding, pattern: &Pattern) -> bool {
    binding
        .patterns
        .iter()
        .any(|(_, known)| known.is_same_as(pattern))
}

fn is_known(bindings: &[Binding], binding: &Binding, pattern: &Pattern) -> bool {
    bindings
        .iter()
        .any(|known| is_kin(known, binding) && covers(known, pattern))
}

/// The profile that these hosts are bound to for this protocol, if it is one.
pub fn only_profile(bindings: &[Binding], args: &HookInstallArgs) -> Option<String> {
    let hosts: Vec<Pattern> = args
        .host
        .iter()
        .filter_map(|host| Pattern::parse(host))
        .collect();
    let meant = |known: &&Binding| {
        let covers = |host: &Pattern| {
            known
                .patterns
                .iter()
                .any(|(_, pattern)| pattern.is_same_as(host))
        };
        known.hooks == [args.hook.clone()] && (hosts.is_empty() || hosts.iter().any(covers))
    };
    let mut profiles: Vec<&String> = bindings
        .iter()
        .filter(meant)
        .filter_map(|known| known.profile.as_ref())
        .collect();
    profiles.dedup();
    if let [only] = profiles.as_slice() {
        Some((*only).clone())
    } else {
        None
    }
}

/// A host that another profile answers for already, and would go on answering for.
///
/// # Errors
/// When there is one.
pub fn refuse_others(bindings: &[Binding], binding: &Binding) -> Result<(), Error> {
    let others = bindings
        .iter()
        .filter(|known| known.profile != binding.profile);
    for other in others.filter(|known| known.hooks.iter().any(|hook| binding.hooks.contains(hook)))
    {
        for (host, pattern) in &other.patterns {
            if binding
                .patterns
                .iter()
                .any(|(_, ours)| ours.is_same_as(pattern))
            {
                let (profile, hook) = (
                    other.profile.as_deref().unwrap_or_default(),
                    &binding.hooks[0],
                );
                let message = format!("{host} is bound to {profile} for {hook}");
                let hint = format!(
                    "`authctl hook uninstall {hook} --host {host} --profile {profile}` first"
                );
                return Err(Error::new(ErrorKind::Config, message).hint(hint));
            }
        }
    }
    Ok(())
}

/// What is to be bound; to undo everything, all that is.
///
/// # Errors
/// When one of the hosts is none.
pub fn binding(
    args: &HookInstallArgs,
    profile: &str,
    bindings: &[Binding],
    way: Way,
) -> Result<Binding, Error> {
    let mut patterns: Vec<(String, Pattern)> = Vec::new();
    for host in &args.host {
        let pattern = Pattern::parse(host).ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                format!("`{}` is no host", host.escape_debug()),
            )
            .hint("git.example.com, or https://git.example.com/team")
        })?;
        if patterns
            .iter()
            .all(|(_, known)| !known.is_same_as(&pattern))
        {
            patterns.push((host.clone(), pattern));
        }
    }
    if way == Way::Undo && args.host.is_empty() {
        let ours = |known: &&Binding| {
            known.hooks == [args.hook.clone()] && known.profile.as_deref() == Some(profile)
        };
        patterns = bindings
            .iter()
            .filter(ours)
            .flat_map(|known| known.patterns.clone())
            .collect();
    }
    Ok(Binding {
        patterns,
        profile: Some(profile.to_owned()),
        hooks: vec![args.hook.clone()],
        username: args.username.clone(),
        token: args.token.as_deref().map(token_kind).transpose()?,
        ..Binding::default()
    })
}
