//! The causes behind an error of the HTTP library, whose outer layers say "error sending request".

use std::error::Error;
use std::io;

use crate::text::printable;

/// The error of this type that is among the causes of `error`, or is that itself.
pub(super) fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An input or output error holds another error, and gives that one's cause for its own.
        let inner = error.downcast_ref().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// Whether the other side refused the connection.
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    find(error).is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The innermost cause, which says what happened.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    printable(&innermost.to_string(), 200)
}
