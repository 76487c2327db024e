//! What is shown of a session or a token: as lines for a person, as JSON for a program.
//!
//! Deliberately absent: stdout, and anything that is asked for here. A view is made from what its
//! caller knows.

pub mod bound;
pub mod hooks;
pub mod inspection;
pub mod login;
pub mod logout;
pub mod overview;
pub mod profile;
pub mod provider;
pub mod status;
pub mod token;
