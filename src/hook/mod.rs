//! Programs that ask for credentials, and how they are answered.

pub mod protocol;
