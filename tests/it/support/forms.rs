//! What people type into the forms that many tests fill in, under the names that the fields have.

/// The password of everybody whom [`TestApp::signed_up`](super::TestApp::signed_up) signs up.
pub const PASSWORD: &str = "password-1";

/// Another one, for forms that change it.
pub const NEW_PASSWORD: &str = "another-password-2";

/// The form on `/signup` and on `/account/upgrade`.
pub fn sign_up<'a>(email: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    [("name", "Ada"), ("email", email), ("password", password)]
}

/// The form on `/signin`.
pub fn sign_in<'a>(email: &'a str, password: &'a str) -> [(&'static str, &'a str); 2] {
    [("email", email), ("password", password)]
}

/// The form on `/account/email`.
pub fn change_email<'a>(email: &'a str, password: &'a str) -> [(&'static str, &'a str); 2] {
    [("email", email), ("password", password)]
}

/// The form on `/account/phone`.
pub fn change_phone<'a>(phone: &'a str, password: &'a str) -> [(&'static str, &'a str); 2] {
    [("phone", phone), ("password", password)]
}

/// The form on `/account/password`.
pub fn change_password<'a>(old: &'a str, new: &'a str) -> [(&'static str, &'a str); 2] {
    [("password", old), ("new_password", new)]
}

/// The form that a link to reset a password leads to, and the one on `/account/password/new`.
pub fn choose_password(password: &str) -> [(&'static str, &str); 1] {
    [("password", password)]
}

/// The form on `/mfa/recovery-code`.
pub fn recovery_code(code: &str) -> [(&'static str, &str); 1] {
    [("code", code)]
}

/// The form on `/account/deactivate`.
pub const DEACTIVATE: [(&str, &str); 1] = [("confirmation", "deactivate")];
