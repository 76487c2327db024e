//! The calls of Windows that neither the standard library nor a kept crate has in safe form: the
//! only file that calls the system itself. Each function checks what the system says, and takes and
//! gives values only.

#![expect(
    unsafe_code,
    reason = "the functions of Windows are foreign functions, and each call says why it may be made"
)]

use std::fs::File;
use std::io;
use std::os::windows::io::{AsRawHandle, RawHandle};

use windows_sys::Win32::Foundation::{
    ERROR_LOCK_VIOLATION, ERROR_NOT_LOCKED, HANDLE_FLAG_INHERIT, SetHandleInformation,
};
use windows_sys::Win32::Storage::FileSystem::{
    LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx, UnlockFileEx,
};
use windows_sys::Win32::System::IO::{OVERLAPPED, OVERLAPPED_0, OVERLAPPED_0_0};

/// Locks the byte of `file` at `offset` for this process alone. Says whether it did; it always does
/// where it `waits`.
///
/// # Errors
/// When the file system has no locks.
pub fn lock_byte(file: &File, offset: u64, waits: bool) -> io::Result<bool> {
    let mut flags = LOCKFILE_EXCLUSIVE_LOCK;
    if !waits {
        flags |= LOCKFILE_FAIL_IMMEDIATELY;
    }
    let mut place = place_of(offset);
    // SAFETY: the handle is open for as long as `file` is borrowed. It was not opened for
    // overlapped use, so that the call returns when it is done, and `place` outlives it.
    let done = unsafe { LockFileEx(file.as_raw_handle(), flags, 0, 1, 0, &raw mut place) };
    match check(done) {
        Ok(()) => Ok(true),
        Err(error) if is(&error, ERROR_LOCK_VIOLATION) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives up a lock that [`lock_byte`] has taken. One that is not held is no error.
///
/// # Errors
/// When the file system fails.
pub fn unlock_byte(file: &File, offset: u64) -> io::Result<()> {
    let mut place = place_of(offset);
    // SAFETY: as in `lock_byte`.
    let done = unsafe { UnlockFileEx(file.as_raw_handle(), 0, 1, 0, &raw mut place) };
    match check(done) {
        Err(error) if !is(&error, ERROR_NOT_LOCKED) => Err(error),
        _ => Ok(()),
    }
}

/// Keeps a handle from the processes that this one starts from now on. A failure is ignored: it is
/// no handle then, or cannot be inherited anyway.
pub fn keep_from_children(handle: RawHandle) {
    // SAFETY: the call changes a flag of the handle, if it is one, and touches no memory.
    unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0) };
}

fn place_of(offset: u64) -> OVERLAPPED {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves of the offset"
    )]
    let (low, high) = (offset as u32, (offset >> 32) as u32);
    OVERLAPPED {
        Internal: 0,
        InternalHigh: 0,
        Anonymous: OVERLAPPED_0 {
            Anonymous: OVERLAPPED_0_0 {
                Offset: low,
                OffsetHigh: high,
            },
        },
        hEvent: std::ptr::null_mut(),
    }
}

fn check(done: i32) -> io::Result<()> {
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == i32::try_from(code).ok()
}
