//! Ways in, and the way out.

mod sign_in;
mod sign_out;
mod sign_up;

pub use sign_in::sign_in;
pub use sign_out::sign_out;
pub use sign_up::sign_up;
