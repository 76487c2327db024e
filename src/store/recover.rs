//! What is found under the lock, and what is made of it: a dead writer's record is rolled forward,
//! damage is kept aside and the last good generation used, a salvaged record is brought home.
//! Nothing is deleted in doubt.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::open::{Closed, Opened};
use super::record::{Intent, Interrupted, NotARecord};
use super::record_files::Leftover;
use super::seal::{Form, Summary};
use super::{Locked, StoreError};
use crate::event::Event;
use crate::fault;
use crate::oauth::token::RefreshToken;
use crate::platform::files;
use crate::time::Timestamp;

/// Fills `locked` with the best record there is.
pub(super) fn settle(locked: &mut Locked<'_>, now: Timestamp) -> Result<(), StoreError> {
    let files = &locked.store.files;
    locked.events.extend(locked.store.mend_mode());
    let directory = files
        .path()
        .parent()
        .filter(|directory| files::is_open_to_others(directory));
    if let Some(directory) = directory {
        // It may be a directory that others share on purpose, so its mode is not ours to mend.
        locked.events.push(Event::DirectoryOpen {
            path: directory.display().to_string(),
        });
    }
    let damaged = read(locked)?;
    let leftover = files.read_leftover()?;
    if let Some(leftover) = leftover {
        judge(locked, &leftover, damaged, now)?;
    } else if damaged {
        restore(locked, now)?;
    }
    if locked.record.is_none() {
        locked.sealing = locked.store.sealing_in_hand()?;
    }
    bring_home(locked, now);
    if locked.record.is_some() && locked.sealing.is_some() {
        wipe_unsealed(locked);
    }
    if let Some(at) = locked.header().and_then(|header| header.restored_at) {
        let what = "the record was damaged and an earlier generation took its place".to_owned();
        locked.interrupted.get_or_insert(Interrupted {
            since: at,
            what,
            restored: true,
        });
    }
    Ok(())
}

fn take(locked: &mut Locked<'_>, Opened { record, sealing }: Opened) {
    locked.record = Some(record);
    locked.sealing = sealing;
}

/// Reads the record; says whether there is one that is damaged.
fn read(locked: &mut Locked<'_>) -> Result<bool, StoreError> {
    let Some(stored) = locked.store.files.read()? else {
        return Ok(false);
    };
    locked.size = stored.bytes.len() as u64;
    match locked.store.open(&stored.bytes, false) {
        Ok(opened) => {
            locked.version = opened.record.header.generation;
            take(locked, opened);
        }
        Err(Closed::NotARecord(NotARecord::Corrupt)) => {
            // It may be JSON still, with a version to be replaced.
            locked.version = stored.version;
            locked.damaged = true;
        }
        Err(why) if locked.store.replaces(&why) => {
            locked.version = stored.version;
            locked.events.push(Event::RecordGivesWay {
                cause: locked.store.closed(why).to_string(),
            });
        }
        Err(why) => return Err(locked.store.closed(why)),
    }
    Ok(locked.damaged)
}

/// A write-ahead file was left: its writer is dead, for we hold the lock.
fn judge(
    locked: &mut Locked<'_>,
    leftover: &Leftover,
    damaged: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    match locked.store.open(&leftover.bytes, false) {
        Ok(opened) => return roll_forward(locked, opened, damaged, now),
        Err(Closed::NotARecord(NotARecord::Corrupt)) => {}
        Err(why) if locked.store.replaces(&why) => {}
        Err(_) if has_the_same_tokens(locked, leftover) => {
            // It would only have been kept in another way.
            locked.store.files.remove_pending();
            return Ok(());
        }
        Err(why) => {
            return Err(locked
                .store
                .closed_at(locked.store.files.beside("pending"), why));
        }
    }
    if damaged && !restore(locked, now)? {
        // What was restored could not be saved, and may lie whole in the write-ahead file.
        return Ok(());
    }
    let intent: Option<Intent> = serde_json::from_slice(&leftover.bytes).ok();
    let held = locked.refresh_token().map(RefreshToken::fingerprint);
    let at_risk = match &intent {
        Some(intent) => held.is_some() && intent.spends == held,
        None => held.is_some(),
    };
    if !at_risk {
        // A login that went nowhere, or a refresh that another record has overtaken since.
        locked.store.files.remove_pending();
        return Ok(());
    }
    locked.interrupted = Some(match intent {
        Some(intent) => Interrupted {
            since: intent.since,
            what: format!(
                "a refresh by pid {} on {} was interrupted",
                intent.pid, intent.host
            ),
            restored: false,
        },
        None => Interrupted {
            since: leftover.written_at,
            what: "a refresh was interrupted".to_owned(),
            restored: false,
        },
    });
    Ok(())
}

fn has_the_same_tokens(locked: &Locked<'_>, leftover: &Leftover) -> bool {
    let (Some(record), Ok(form)) = (&locked.record, Form::of(&leftover.bytes)) else {
        return false;
    };
    form.summary().has_tokens_of(&Summary::of(record))
}

/// A whole record was written and not renamed. If it is newer than ours, it takes the place that
/// was meant for it.
fn roll_forward(
    locked: &mut Locked<'_>,
    opened: Opened,
    damaged: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let generation = opened.record.header.generation;
    if !damaged && generation <= locked.version {
        // The mark of a refusal, or older than what we have: of no consequence, the server can be
        // asked again.
        locked.store.files.remove_pending();
        return Ok(());
    }
    if damaged {
        keep_aside(locked, now)?;
    }
    fault::point("recover: before rolling forward");
    locked.store.files.roll_forward(!damaged)?;
    locked.events.push(Event::SaveCompleted);
    locked.version = generation;
    locked.damaged = false;
    take(locked, opened);
    Ok(())
}

fn keep_aside(locked: &mut Locked<'_>, now: Timestamp) -> Result<(), StoreError> {
    let aside = locked.store.files.set_aside_damaged(now)?;
    locked.events.push(Event::DamageKept {
        path: aside.display().to_string(),
    });
    Ok(())
}

/// The record is damaged and nothing newer is in sight: the generation before takes its place.
/// Says whether that is how the disk has it now.
fn restore(locked: &mut Locked<'_>, now: Timestamp) -> Result<bool, StoreError> {
    keep_aside(locked, now)?;
    let store = locked.store;
    let previous = store
        .files
        .previous()
        .map(|bytes| store.open(&bytes, false));
    let mut opened = match previous {
        Some(Ok(opened)) => opened,
        // What cannot be opened just now may be the last good one.
        Some(Err(why)) if !matches!(why, Closed::NotARecord(_)) && !store.replaces(&why) => {
            return Err(store.closed_at(store.files.beside("previous"), why));
        }
        _ => return store.files.remove_damaged().map(|()| true),
    };
    let later = salvaged(locked, &opened.record.header.id)
        .filter(|(_, kept)| kept.record.header.generation > opened.record.header.generation);
    if let Some((_, kept)) = later {
        opened = kept;
    } else {
        opened.record.header.restored_at = Some(now);
    }
    let header = &mut opened.record.header;
    header.generation = header.generation.max(locked.version) + 1;
    let saved = adopt(locked, opened, now);
    locked.events.push(Event::GenerationRestored { saved });
    Ok(saved)
}

/// A record that could not be saved in its place was put elsewhere. If it continues the session
/// that is in place, it takes that place.
fn bring_home(locked: &mut Locked<'_>, now: Timestamp) {
    let Some(id) = locked.header().map(|header| header.id.clone()) else {
        return;
    };
    let Some((path, kept)) = salvaged(locked, &id) else {
        return;
    };
    if kept.record.header.generation > locked.version {
        let saved = adopt(locked, kept, now);
        locked.events.push(Event::RecordBroughtHome { saved });
        if !saved {
            return;
        }
    }
    locked.store.files.remove_salvaged(&path);
}

/// Wipes what is left of the time before the session was sealed: whoever sealed it died before they
/// could.
fn wipe_unsealed(locked: &mut Locked<'_>) {
    let files = &locked.store.files;
    let plain = |bytes: &[u8]| matches!(Form::of(bytes), Ok(Form::Plain(_)));
    if files.previous().is_some_and(|bytes| plain(&bytes)) {
        files.wipe_previous();
        locked.events.push(Event::EarlierGenerationWiped);
    }
    for (path, bytes) in files.salvaged() {
        let Ok(Form::Plain(kept)) = Form::of(&bytes) else {
            continue;
        };
        if locked
            .header()
            .is_none_or(|header| header.id != kept.header.id)
        {
            continue;
        }
        if kept.header.generation > locked.version {
            locked.events.push(Event::UnsealedGenerationIgnored {
                path: path.display().to_string(),
            });
        } else {
            files.wipe_file(&path);
        }
    }
}

/// The newest record of this session that was put elsewhere.
fn salvaged(locked: &Locked<'_>, id: &str) -> Option<(PathBuf, Opened)> {
    let parsed = |(path, bytes): (PathBuf, Zeroizing<Vec<u8>>)| {
        Some((path, locked.store.open(&bytes, false).ok()?))
    };
    let all = locked.store.files.salvaged().into_iter().filter_map(parsed);
    all.filter(|(_, kept)| kept.record.header.id == id)
        .max_by_key(|(_, kept)| kept.record.header.generation)
}

/// Makes `record` the one that is used, and saves it if that can be done. Says whether it was
/// saved.
fn adopt(locked: &mut Locked<'_>, Opened { record, sealing }: Opened, now: Timestamp) -> bool {
    let generation = record.header.generation;
    locked.sealing = sealing;
    let bytes = locked.bytes(&record);
    let saved = locked.prepare_grant(now).is_ok_and(|mut pending| {
        let (files, version) = (&pending.locked.store.files, pending.locked.version);
        files.write_if(&mut pending.claim, version, &bytes).is_ok()
    });
    if saved {
        locked.version = generation;
        locked.damaged = false;
    }
    locked.record = Some(record);
    locked.interrupted = None;
    saved
}
