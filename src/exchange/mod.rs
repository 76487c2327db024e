//! Turning one token into another.

pub mod aws;
