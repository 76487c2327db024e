//! Requests with a token: one that a person or a script makes (`authctl request`), and those of a
//! program that knows of no token (`authctl proxy`), with one more try when the token was refused.
//!
//! A refusal means "this very token was refused": one refresh for all processes, and the same
//! request once more with its body. Then the answer is the answer. A token that is younger than
//! [`YOUNG`](crate::session::YOUNG) seconds is refused for another reason, and no refresh would
//! help.
//!
//! The token goes to hosts that are bound to its profile, and to no other one, also after a
//! redirect; and never over plain http but on this machine.
//!
//! Deliberately absent: what curl can do better, and TLS of its own: no program is made to trust a
//! certificate of this one.

mod allowed;
mod forward;
mod guard;
mod pipe;
pub mod receive;
mod refusal;
mod request;
pub mod run;
mod serve;
mod spool;
mod tokens;
pub mod written;

pub use allowed::Allowed;
pub use forward::Forward;
pub use guard::Guard;
pub use pipe::{pipe, stdin};
pub use request::{Answer, Outgoing, send};
pub use serve::{Door, Place};
pub use spool::{Source, Spool};
pub use tokens::Tokens;
