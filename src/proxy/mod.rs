//! Requests with a token: one that a person or a script makes (`authctl request`), with one more
//! try when the token was refused.
//!
//! A refusal means "this very token was refused": one refresh for all processes, and the same
//! request once more with its body. Then the answer is the answer. A token that is younger than
//! [`YOUNG`] seconds is refused for another reason, and no refresh would help.
//!
//! The token goes to hosts that are bound to its profile, and to no other one, also after a
//! redirect; and never over plain http but on this machine.
//!
//! Deliberately absent: what curl can do better. This is a client that heals.

mod allowed;
mod pipe;
pub mod receive;
mod refusal;
mod request;
mod spool;

pub use allowed::Allowed;
pub use pipe::{pipe, stdin};
pub use refusal::YOUNG;
pub use request::{Answer, Outgoing, send};
pub use spool::{Source, Spool};
