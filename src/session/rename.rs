//! Giving a profile another name, with its session.
//!
//! Under the locks of both names. The session is written under the new name first, then the profile
//! is renamed, then the old record is removed: a process that dies on the way leaves a session that
//! the profile, whatever it is called by then, has whole, and the same command makes the rest. No
//! process can refresh meanwhile.

use super::Context;
use crate::broker::PATIENCE;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::fault;
use crate::platform::signals;
use crate::store::{Locked, Store};

impl Context {
    /// Gives the profile `old` the name `new`.
    ///
    /// # Errors
    /// When there is no such profile, `new` is another's, or the session cannot be moved. The
    /// profile has its old name then.
    pub fn rename_profile(&self, old: &str, new: &str) -> Result<(), Error> {
        let is_begun = self.is_renamed_already(old, new)?;
        if !is_begun {
            self.demand_profile(old)?;
            self.demand_free(new)?;
            self.refuse_other_session(old, new)?;
        }
        self.locations.rehearse()?;
        self.rename_with_session(old, new, is_begun)
            .map_err(|error| error.about(old))?;
        let from = old.to_owned();
        self.notify(Some(new), &Event::Renamed { from });
        Ok(())
    }

    /// Whether an earlier call has renamed the profile, and died before the old record was removed.
    fn is_renamed_already(&self, old: &str, new: &str) -> Result<bool, Error> {
        let names = self.config()?.names();
        let has = |name: &str| names.iter().any(|known| known == name);
        let is_one = || {
            let is_session = self.session_id(old).is_some() && self.is_one_session(old, new);
            let client = self.client_id(old);
            is_session || (client.is_some() && client == self.client_id(new))
        };
        Ok(!has(old) && has(new) && is_one())
    }

    fn is_one_session(&self, old: &str, new: &str) -> bool {
        self.session_id(old) == self.session_id(new)
    }

    fn session_id(&self, name: &str) -> Option<String> {
        let summary = self.record(name).ok()?.summary().ok()??;
        Some(summary.header.id)
    }

    fn client_id(&self, name: &str) -> Option<String> {
        let client = self.record(name).ok()?.client().ok().flatten();
        client.map(|client| client.client_id)
    }

    /// Refuses to write over a session or a registered client that a profile of the new name has
    /// left.
    fn refuse_other_session(&self, old: &str, new: &str) -> Result<(), Error> {
        let client = self.client_id(new);
        if client.is_some() && client != self.client_id(old) {
            let message = format!("there is a registered client of the name {new}");
            let hint = format!("`authctl logout {new} --unregister` deletes it");
            return Err(Error::new(ErrorKind::Failed, message).hint(hint));
        }
        if !self.record(new)?.path().exists() || self.is_one_session(old, new) {
            return Ok(());
        }
        let message = format!("there is a session of the name {new}, which no profile has");
        Err(Error::new(ErrorKind::Failed, message).hint(format!("`authctl logout {new}` ends it")))
    }

    fn rename_with_session(&self, old: &str, new: &str, is_begun: bool) -> Result<(), Error> {
        let from = self.store_of_either(old, [old, new])?;
        let to = self.store_of_either(new, [old, new])?;
        let mut notify = |event: Event| self.notify(Some(old), &event);
        let _old_login = from.lock_login(self.clock.now(), PATIENCE, &mut notify)?;
        let _new_login = to.lock_login(self.clock.now(), PATIENCE, &mut notify)?;
        let mut locked = self.lock_for_rename(&from, old)?;
        let mut target = self.lock_for_rename(&to, old)?;
        let mut events = locked.take_events();
        events.extend(target.take_events());
        let moved = if is_begun {
            // The profile has its new name, under which the session may have been renewed since.
            remove_old(locked)
        } else {
            self.move_session(locked, &mut target, old, new)
        };
        drop(target);
        self.notify_all(new, events);
        moved
    }

    fn lock_for_rename<'s>(&self, store: &'s Store, name: &str) -> Result<Locked<'s>, Error> {
        let mut notify = |event: Event| self.notify(Some(name), &event);
        let locked = store.lock(self.clock.now(), "rename", PATIENCE, &mut notify);
        Ok(locked?)
    }

    /// The record `name`, whose keys and locks are where the profile says, by whichever of its
    /// names it has now.
    fn store_of_either(&self, name: &str, [old, new]: [&str; 2]) -> Result<Store, Error> {
        let profile = self.profile(Some(old)).or_else(|_| self.profile(Some(new)));
        let profile = profile.ok();
        let lock_dir = self.lock_dir_of(old, profile.as_ref());
        let store = self.record_with_locks(name, lock_dir.as_deref())?;
        Ok(self.in_any_form(store, profile.as_ref()))
    }

    fn move_session(
        &self,
        locked: Locked<'_>,
        target: &mut Locked<'_>,
        old: &str,
        new: &str,
    ) -> Result<(), Error> {
        let _deferred = signals::defer();
        target.take_over(&locked, self.clock.now())?;
        target.take_over_client(&locked)?;
        fault::point("rename: the session has both names");
        self.locations.rename_profile(old, new)?;
        fault::point("rename: the profile is renamed");
        remove_old(locked)
    }
}

/// Removes what is left under the old name.
fn remove_old(locked: Locked<'_>) -> Result<(), Error> {
    locked.remove_client()?;
    Ok(locked.remove_session()?)
}
