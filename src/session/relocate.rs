//! Storing a session in another way: nothing else of it changes.
//!
//! Under the session's lock, by the same write-ahead file as a refresh: a process that dies on the
//! way leaves the old record or the new one. The profile is changed while a record in either form
//! may be had with it: after the record was sealed, before it is opened for good. So a process that
//! asks for a token meanwhile gets one.

use super::{Session, keys};
use crate::broker::PATIENCE;
use crate::config::{of_flag, variable};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::fault;
use crate::platform::signals;
use crate::profile::Profile;
use crate::profile::setting::{Setting, Source};
use crate::profile::store_kind::StoreKind;
use crate::store::seal::Sealing;
use crate::store::{Locked, Store};

impl Session<'_> {
    /// Stores the session in another way from now on: as `store` says, by the name that a profile
    /// calls it, with the key that `key_command` prints where that is given.
    ///
    /// # Errors
    /// Why it is stored as it was. Nothing was lost.
    pub fn relocate(&self, store: &str, key_command: Option<&str>) -> Result<StoreKind, Error> {
        self.relocate_by(settings(store, key_command))
            .map_err(|error| self.about(error))
    }

    fn relocate_by(&self, settings: Vec<Setting>) -> Result<StoreKind, Error> {
        refuse_fixed(&self.profile, &settings)?;
        let context = self.context;
        let name = &self.profile.name;
        let new = context.profile_with(name, settings.clone())?;
        if matches!(new.store, StoreKind::None | StoreKind::Auto) {
            let message = format!("a session cannot be moved to `{}`", new.store.name());
            return Err(Error::new(ErrorKind::Usage, message)
                .hint("move it to file, keyring, command or env"));
        }
        context.locations.rehearse()?;
        let lock_dir = context.lock_dir_of(name, Some(&self.profile));
        let new_keys = keys::source(context, &new, keys::limit(&new));
        let to = context.record_with_locks(name, lock_dir.as_deref())?;
        let to = to.with_kind(new.store, new.readable_access, new_keys);
        let mut notify = |event: Event| self.notify(&event);
        // The key that is the newest now has to be that until the session is sealed with it.
        let _reseal_lock = match new.store {
            StoreKind::Keyring => Some(to.lock_reseal(self.now(), PATIENCE, &mut notify)?),
            _ => None,
        };
        keys::ensure(context, &new, &to, keys::limit(&new))?;
        // After an interruption here, the next run finds a record of either form.
        let both = keys::either(context, &self.profile, &new);
        let from = context.record_with_locks(name, lock_dir.as_deref())?;
        let from = from.with_kind(StoreKind::Auto, new.readable_access, both);
        let _login_lock = from.lock_login(self.now(), PATIENCE, &mut notify)?;
        from.fetch_client_key()?;
        self.seal_with(&from, to.sealing()?, &settings)?;
        let kept = new.store.words().to_owned();
        self.notify(&Event::Relocated { kept });
        Ok(new.store)
    }

    fn seal_with(
        &self,
        from: &Store,
        target: Option<Sealing>,
        settings: &[Setting],
    ) -> Result<(), Error> {
        let mut notify = |event: Event| self.notify(&event);
        let mut locked = from.lock(self.now(), "move", PATIENCE, &mut notify)?;
        let events = locked.take_events();
        let moved = self.seal_and_write(&mut locked, target, settings);
        drop(locked);
        self.notify_all(events);
        moved
    }

    /// Seals the session anew and changes the profile, in an order in which both can be had by a
    /// process that asks.
    fn seal_and_write(
        &self,
        locked: &mut Locked<'_>,
        target: Option<Sealing>,
        settings: &[Setting],
    ) -> Result<(), Error> {
        let now = self.now();
        // What is wrong with the disk shows before anything is changed.
        locked.prepare_grant(now)?.withdraw_intent();
        let _deferred = signals::defer();
        let sealed = target.is_some();
        if !sealed {
            self.write_settings(settings)?;
            fault::point("move: the profile says file");
        } else if let (None, [_, command]) = (&self.profile.key_command, settings) {
            // A process that reads a sealed record before the profile says so needs the command,
            // too.
            self.write_settings(std::slice::from_ref(command))?;
        }
        if let Err(error) = locked.seal_anew(target.clone(), now) {
            if !sealed {
                self.write_settings(&[setting("store", self.profile.store.name())])?;
            }
            return Err(error.into());
        }
        fault::point("move: the session is moved");
        locked.seal_client_anew(target.as_ref())?;
        if sealed {
            self.write_settings(settings)?;
            fault::point("move: the profile says so");
        }
        Ok(())
    }

    fn write_settings(&self, settings: &[Setting]) -> Result<(), Error> {
        let locations = &self.context.locations;
        locations.write_profile(&self.profile.name, settings)?;
        Ok(())
    }
}

/// What the profile will say.
fn settings(store: &str, key_command: Option<&str>) -> Vec<Setting> {
    let mut settings = vec![setting("store", store)];
    settings.extend(key_command.map(|command| setting("key_command", command)));
    settings
}

/// Refuses to change what the profile has from elsewhere than from its file: the change would not
/// count.
fn refuse_fixed(old: &Profile, changed: &[Setting]) -> Result<(), Error> {
    for setting in &old.settings {
        let is_changed = changed.iter().any(|changed| changed.name == setting.name);
        let is_of_file = matches!(setting.source, Source::File | Source::FileOf { .. });
        if is_changed && !is_of_file {
            let name = setting.name;
            let message = format!("`{name}` comes from the {}", setting.source);
            return Err(Error::new(ErrorKind::Config, message)
                .hint(format!("unset {}, or change it there", variable(name))));
        }
    }
    Ok(())
}

fn setting(name: &'static str, value: &str) -> Setting {
    of_flag(name, vec![value.to_owned()])
}
