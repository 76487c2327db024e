//! What a process that runs for days says only once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::event::Event;
use crate::session::Sink;

/// How many different sentences are remembered.
const REMEMBERED: usize = 64;

/// A sink that hands an event on only if its sentence was not said before.
#[must_use]
pub fn once(sink: Arc<Sink>) -> Arc<Sink> {
    let said = Mutex::new(Vec::new());
    Arc::new(move |profile, event| {
        let line = (profile.map(str::to_owned), sentence(event));
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.contains(&line) {
            return;
        }
        if said.len() == REMEMBERED {
            said.remove(0);
        }
        said.push(line);
        drop(said);
        sink(profile, event);
    })
}

/// The sentence without its numbers, which change from try to try: times, process numbers.
fn sentence(event: &Event) -> String {
    let text = event.to_string();
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}
