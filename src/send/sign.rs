//! HMAC-SHA256, the one way every vendor here signs.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The code over some texts, one after the other, under a key.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(super) fn hmac_sha256(key: &[u8], texts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for text in texts {
        mac.update(text);
    }
    mac.finalize().into_bytes().into()
}
