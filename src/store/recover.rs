//! What is done with what is found under the lock: a dead writer's whole record is rolled forward,
//! a damaged record is set aside and the last good generation used, a salvaged record is brought
//! home. Nothing is deleted in doubt.

use std::path::PathBuf;

use super::open::{Closed, Opened};
use super::record::{Intent, Interrupted, Loss, NotARecord};
use super::record_files::Leftover;
use super::seal::{Form, Summary};
use super::{Locked, StoreError};
use crate::event::Event;
use crate::fault;
use crate::oauth::token::RefreshToken;
use crate::time::Timestamp;

/// Fills `locked` with the best record there is.
pub(super) fn recover(locked: &mut Locked<'_>, now: Timestamp) -> Result<(), StoreError> {
    locked.events.extend(locked.store.mend_mode());
    let damaged = read_record(locked)?;
    if let Some(leftover) = locked.store.files.read_leftover()? {
        recover_leftover(locked, &leftover, damaged, now)?;
    } else if damaged {
        restore_previous(locked, now)?;
    }
    if locked.record.is_none() {
        locked.sealing = locked.store.sealing_in_hand()?;
    }
    bring_home(locked, now);
    if locked.record.is_some() && locked.sealing.is_some() {
        wipe_unsealed(locked);
    }
    if let Some((what, event)) = doubt(locked) {
        let doubt = Interrupted::restored(now, what);
        locked.interrupted.get_or_insert(doubt);
        locked.events.push(event);
    }
    if let Some(at) = locked.header().and_then(|header| header.restored_at) {
        let what = "the record was damaged and an earlier generation took its place";
        let doubt = Interrupted::restored(at, what);
        locked.interrupted.get_or_insert(doubt);
    }
    Ok(())
}

/// Why the refresh token of the record may have been spent already, although nothing was
/// interrupted here: an older copy lies in the record's place, or the directory is a copy.
fn doubt(locked: &Locked<'_>) -> Option<(&'static str, Event)> {
    let header = locked.header()?;
    let files = &locked.store.files;
    let before = files.previous().and_then(|bytes| Form::of(&bytes).ok());
    if let Some(before) = before.as_ref().map(Form::header)
        && before.id == header.id
        && before.generation > header.generation
    {
        let event = Event::OlderRecordFound {
            generation: header.generation,
            newer: before.generation,
        };
        return Some(("an older copy of the record was put back", event));
    }
    let is_copy = header.home.is_some() && files.home().is_some() && header.home != files.home();
    is_copy.then_some((
        "the session was copied from another directory",
        Event::CopyFound,
    ))
}

fn use_record(locked: &mut Locked<'_>, opened: Opened) {
    locked.record = Some(opened.record);
    locked.sealing = opened.sealing;
}

/// Reads the record, and says whether there is one that is damaged.
fn read_record(locked: &mut Locked<'_>) -> Result<bool, StoreError> {
    let Some(stored) = locked.store.files.read()? else {
        return Ok(false);
    };
    locked.size = stored.bytes.len() as u64;
    match locked.store.open(&stored.bytes, false) {
        Ok(opened) => {
            locked.version = opened.record.header.generation;
            use_record(locked, opened);
        }
        Err(Closed::NotARecord(NotARecord::Corrupt)) => {
            // It may still be JSON, and have a version to be replaced.
            locked.version = stored.version;
            locked.damaged = true;
        }
        Err(why) if locked.store.gives_way(&why) => {
            locked.version = stored.version;
            locked.events.push(Event::RecordGivesWay {
                cause: locked.store.closed_error(why).to_string(),
            });
        }
        Err(why) => return Err(locked.store.closed_error(why)),
    }
    Ok(locked.damaged)
}

/// Decides what becomes of a write-ahead file. Its writer is dead, because this process holds the
/// lock.
fn recover_leftover(
    locked: &mut Locked<'_>,
    leftover: &Leftover,
    damaged: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    match locked.store.open(&leftover.bytes, false) {
        Ok(opened) => return roll_forward(locked, opened, damaged, now),
        Err(Closed::NotARecord(NotARecord::Corrupt)) => {}
        Err(why) if locked.store.gives_way(&why) => {}
        Err(_) if has_tokens_of_record(locked, leftover) => {
            // It would only have stored the same tokens in another way.
            locked.store.files.remove_pending();
            return Ok(());
        }
        Err(why) => {
            let path = locked.store.files.beside("pending");
            return Err(locked.store.closed_error_at(path, why));
        }
    }
    if damaged && !restore_previous(locked, now)? {
        // What was restored could not be saved, and may lie whole in the write-ahead file.
        return Ok(());
    }
    recover_intent(locked, leftover);
    Ok(())
}

/// No whole record was written to the write-ahead file: the refresh was interrupted, if it was one
/// and the refresh token that it was to spend is still the stored one.
fn recover_intent(locked: &mut Locked<'_>, leftover: &Leftover) {
    let intent: Option<Intent> = serde_json::from_slice(&leftover.bytes).ok();
    locked.failed = intent.as_ref().and_then(|intent| intent.failed.clone());
    let stored = locked.refresh_token().map(RefreshToken::fingerprint);
    let at_risk = match &intent {
        Some(intent) => stored.is_some() && intent.spends == stored,
        None => stored.is_some(),
    };
    if !at_risk {
        // A login that was not completed, or a refresh that another record has overtaken since. A
        // note that it failed is of use until the next one.
        if locked.failed.is_none() {
            locked.store.files.remove_pending();
        }
        return;
    }
    locked.interrupted = Some(match intent {
        Some(intent) => interruption(intent),
        None => Interrupted {
            restored: false,
            ..Interrupted::restored(leftover.written_at, "a refresh was interrupted")
        },
    });
}

/// What an intent tells of: of the refreshes whose answers are missing the first one, and whether
/// the process of the last one died.
fn interruption(intent: Intent) -> Interrupted {
    let Intent {
        since,
        pid,
        host,
        how,
        earlier,
        ..
    } = intent;
    let is_news = how == Loss::Died;
    let last = (pid, host);
    let (first, how) = match earlier {
        Some(earlier) => (earlier.process, earlier.how),
        None => (None, how),
    };
    let (pid, host) = first.clone().unwrap_or_else(|| last.clone());
    let what = match how {
        Loss::Unsaved => {
            format!("the session that a refresh by pid {pid} on {host} brought could not be saved")
        }
        Loss::Died | Loss::Unanswered => {
            format!("a refresh by pid {pid} on {host} was interrupted")
        }
    };
    Interrupted {
        since,
        what,
        restored: false,
        how,
        process: Some((pid, host)),
        died_last: is_news.then_some(last),
    }
}

fn has_tokens_of_record(locked: &Locked<'_>, leftover: &Leftover) -> bool {
    let (Some(record), Ok(form)) = (&locked.record, Form::of(&leftover.bytes)) else {
        return false;
    };
    form.summary().has_tokens_of(&Summary::of(record))
}

/// A whole record was written and not renamed. If it is newer than the stored one, it takes the
/// place that was meant for it.
fn roll_forward(
    locked: &mut Locked<'_>,
    opened: Opened,
    damaged: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let generation = opened.record.header.generation;
    if !damaged && generation <= locked.version {
        // The mark of a refusal, or an older generation. Without it nothing is lost: the server can
        // be asked again.
        locked.store.files.remove_pending();
        return Ok(());
    }
    if damaged {
        set_aside(locked, now)?;
    }
    fault::point("recover: before rolling forward");
    locked.store.files.roll_forward(!damaged)?;
    locked.events.push(Event::SaveCompleted);
    locked.version = generation;
    locked.damaged = false;
    use_record(locked, opened);
    Ok(())
}

fn set_aside(locked: &mut Locked<'_>, now: Timestamp) -> Result<(), StoreError> {
    let aside = locked.store.files.set_aside_damaged(now)?;
    locked.events.push(Event::DamageKept {
        path: aside.display().to_string(),
    });
    Ok(())
}

/// The record is damaged, and no newer one is found: the generation before takes its place. Says
/// whether the disk has it there now.
fn restore_previous(locked: &mut Locked<'_>, now: Timestamp) -> Result<bool, StoreError> {
    set_aside(locked, now)?;
    let store = locked.store;
    let previous = store.files.previous();
    let mut opened = match previous.map(|bytes| store.open(&bytes, false)) {
        Some(Ok(opened)) => opened,
        // A record that cannot be opened just now may be the last good one.
        Some(Err(why)) if !matches!(why, Closed::NotARecord(_)) && !store.gives_way(&why) => {
            return Err(store.closed_error_at(store.files.beside("previous"), why));
        }
        _ => return store.files.remove_damaged().map(|()| true),
    };
    let header = &opened.record.header;
    match salvaged(locked, &header.id) {
        Some((_, later)) if later.record.header.generation > header.generation => opened = later,
        _ => opened.record.header.restored_at = Some(now),
    }
    let header = &mut opened.record.header;
    header.generation = header.generation.max(locked.version) + 1;
    let saved = adopt(locked, opened, now);
    locked.events.push(Event::GenerationRestored { saved });
    Ok(saved)
}

/// Looks for a record that could not be saved in its place. If it continues the session that is in
/// place, it takes that place.
fn bring_home(locked: &mut Locked<'_>, now: Timestamp) {
    let Some(id) = locked.header().map(|header| header.id.clone()) else {
        return;
    };
    let Some((path, opened)) = salvaged(locked, &id) else {
        return;
    };
    if opened.record.header.generation > locked.version {
        let saved = adopt(locked, opened, now);
        locked.events.push(Event::RecordBroughtHome { saved });
        if !saved {
            return;
        }
    }
    locked.store.files.remove_salvaged(&path);
}

/// Wipes copies from the time before the session was sealed. The process that sealed it may have
/// died before it could.
fn wipe_unsealed(locked: &mut Locked<'_>) {
    let files = &locked.store.files;
    let previous = files.previous();
    if previous.is_some_and(|bytes| matches!(Form::of(&bytes), Ok(Form::Plain(_)))) {
        files.wipe_previous();
        locked.events.push(Event::EarlierGenerationWiped);
    }
    for (path, bytes) in files.salvaged() {
        let Ok(Form::Plain(plain)) = Form::of(&bytes) else {
            continue;
        };
        if locked
            .header()
            .is_none_or(|header| header.id != plain.header.id)
        {
            continue;
        }
        if plain.header.generation > locked.version {
            locked.events.push(Event::UnsealedGenerationIgnored {
                path: path.display().to_string(),
            });
        } else {
            files.wipe_file(&path);
        }
    }
}

/// The newest record of the session with this `id` that could not be saved in its place, and its
/// path.
fn salvaged(locked: &Locked<'_>, id: &str) -> Option<(PathBuf, Opened)> {
    let mut newest: Option<(PathBuf, Opened)> = None;
    for (path, bytes) in locked.store.files.salvaged() {
        let Ok(opened) = locked.store.open(&bytes, false) else {
            continue;
        };
        let header = &opened.record.header;
        let is_older = newest
            .as_ref()
            .is_some_and(|(_, newest)| header.generation < newest.record.header.generation);
        if header.id == id && !is_older {
            newest = Some((path, opened));
        }
    }
    newest
}

/// Makes `opened` the record that is used, and saves it if that is possible. Says whether it was
/// saved.
fn adopt(locked: &mut Locked<'_>, opened: Opened, now: Timestamp) -> bool {
    let Opened { record, sealing } = opened;
    locked.sealing = sealing;
    let bytes = locked.bytes(&record);
    let saved = locked.prepare_grant(now).is_ok_and(|mut pending| {
        let version = pending.locked.version;
        let files = &pending.locked.store.files;
        files.write_if(&mut pending.claim, version, &bytes).is_ok()
    });
    if saved {
        locked.version = record.header.generation;
        locked.damaged = false;
    }
    locked.record = Some(record);
    locked.interrupted = None;
    saved
}
