//! The person who is signed in.

use super::{
    factors::Factors,
    preferences::Preferences,
    sign_in_methods::{SignInMethod, SignInMethods},
};

/// An Appwrite account, as far as pages need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Appwrite's `$id`.
    pub id: String,
    /// May be empty: Appwrite doesn't require one.
    pub name: String,
    /// Empty for an account that has none (a guest, or one with a phone number only).
    pub email: String,
    /// Whether the address is verified.
    pub email_verified: bool,
    /// When the account got its address, in RFC 3339; empty if that was when it was made, and
    /// [`EMAIL_CHANGED_UNKNOWN`] if nobody can say.
    pub email_changed: String,
    /// `+` and digits; empty for an account that has none.
    pub phone: String,
    /// Whether the number is verified.
    pub phone_verified: bool,
    /// Whether there is a password.
    pub has_password: bool,
    /// When it was set, in Appwrite's words; empty if there never was one.
    pub password_set: String,
    /// Whether Appwrite has forgotten it, because it was set before anybody had proved the address. Only a
    /// link in an email sets a new one then.
    pub password_forgotten: bool,
    /// Whether signing in takes a second step.
    pub mfa: bool,
    /// When the account was created, in RFC 3339.
    pub registered: String,
    /// When anything of it last changed, in RFC 3339.
    pub updated: String,
    /// What the server has [noted](crate::server::auth::proved) about this account's addresses.
    pub proved: String,
    /// Their preferences.
    pub preferences: Preferences,
}

/// Nobody can say when an account got its address.
pub const EMAIL_CHANGED_UNKNOWN: &str = "unknown";

impl Account {
    /// Whether there is no way back in once the session ends: neither an address nor a number.
    pub fn is_guest(&self) -> bool {
        self.email.is_empty() && self.phone.is_empty()
    }

    /// Whether there's a password, and an address to use it with.
    pub fn can_use_password(&self) -> bool {
        self.has_password && !self.email.is_empty()
    }

    /// What to call its owner.
    pub fn display_name(&self) -> &str {
        [&self.name, &self.email, &self.phone]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or("Guest", String::as_str)
    }

    /// Whether somebody with these factors could sign in with a second step, among the ways that
    /// the site offers. The steps have to differ: Appwrite counts kinds of factors, and a link or
    /// code by email, or an account at a provider, is of the kind that a second step by email is.
    ///
    /// Recovery codes don't count, because they run out.
    pub fn can_pass_second_step(&self, factors: Factors, methods: &SignInMethods) -> bool {
        let by_password = self.can_use_password() && methods.has(SignInMethod::Password);
        let by_email = !self.email.is_empty()
            && [
                SignInMethod::MagicUrl,
                SignInMethod::EmailOtp,
                SignInMethod::OAuth2,
            ]
            .into_iter()
            .any(|method| methods.has(method));
        let by_phone = !self.phone.is_empty() && methods.has(SignInMethod::Phone);
        let factors = factors.accepted();
        factors.totp && (by_password || by_email || by_phone)
            || factors.phone && (by_password || by_email)
            || factors.email && (by_password || by_phone)
    }

    /// Whether an account at a provider has the same address as this one.
    pub fn has_address_of(&self, identity: &Identity) -> bool {
        identity.email.eq_ignore_ascii_case(&self.email)
    }

    /// Whether there's still a way to sign in without this identity, among those that the site
    /// offers: another identity, a password, or an address or number that a link or code can be
    /// sent to.
    pub fn can_unlink(&self, id: &str, identities: &[Identity], methods: &SignInMethods) -> bool {
        // Where passwords are on, a link by email can set one.
        let by_mail = [
            SignInMethod::Password,
            SignInMethod::MagicUrl,
            SignInMethod::EmailOtp,
        ];
        let mut others = identities.iter().filter(|identity| identity.id != id);
        others.any(|identity| methods.providers.contains(&identity.provider))
            || self.can_use_password() && methods.has(SignInMethod::Password)
            || self.email_verified && by_mail.into_iter().any(|method| methods.has(method))
            || self.phone_verified && methods.has(SignInMethod::Phone)
    }
}

/// An account at an OAuth2 provider that signs its owner in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Appwrite's `$id`.
    pub id: String,
    /// Appwrite's ID of the provider: `github`, `google` ….
    pub provider: String,
    /// The address there, as Appwrite has it; may be empty.
    pub email: String,
    /// When it was linked, in RFC 3339.
    pub linked: String,
    /// When somebody last came by it, in RFC 3339.
    pub used: String,
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn two_step_verification_takes_two_kinds_of_factors() {
        let account = |email: &str, phone: &str, has_password| Account {
            id: "u1".to_owned(),
            name: String::new(),
            email: email.to_owned(),
            email_verified: true,
            email_changed: String::new(),
            phone: phone.to_owned(),
            phone_verified: true,
            has_password,
            password_set: String::new(),
            password_forgotten: false,
            mfa: false,
            registered: String::new(),
            updated: String::new(),
            proved: String::new(),
            preferences: Preferences::default(),
        };
        let (email, phone) = ("ada@example.com", "+15550100199");
        let password = account(email, "", true);
        let by_email = account(email, "", false);
        let by_phone = account("", phone, false);
        let both = account(email, phone, false);
        let guest = account("", "", false);
        let none = Factors::default();
        let app = Factors { totp: true, ..none };
        let mail = Factors {
            email: true,
            ..none
        };
        let text = Factors {
            phone: true,
            ..none
        };
        let codes = Factors {
            recovery_code: true,
            ..none
        };
        let all = SignInMethods {
            methods: SignInMethod::VARIANTS.to_vec(),
            providers: vec!["github".to_owned()],
        };
        let only = |method| SignInMethods {
            methods: vec![method],
            providers: Vec::new(),
        };
        for (account, factors, methods, can) in [
            (&password, mail, all.clone(), true),
            (&password, none, all.clone(), false),
            (&password, codes, all.clone(), false),
            (&password, mail, only(SignInMethod::EmailOtp), false),
            (&password, mail, only(SignInMethod::OAuth2), false),
            (&by_email, mail, all.clone(), false),
            (&by_email, app, all.clone(), true),
            (&by_phone, text, all.clone(), false),
            (&by_phone, app, all.clone(), true),
            (&both, text, all.clone(), true),
            (&both, mail, all.clone(), true),
            (&both, text, only(SignInMethod::Phone), false),
            (&guest, app, all, false),
        ] {
            let found = account.can_pass_second_step(factors, &methods);
            assert_eq!(found, can, "{account:?} {factors:?} {methods:?}");
        }
    }

    #[test]
    fn the_last_way_to_sign_in_cannot_be_unlinked() {
        let guest = Account {
            id: "u1".to_owned(),
            name: String::new(),
            email: String::new(),
            email_verified: false,
            email_changed: String::new(),
            phone: String::new(),
            phone_verified: false,
            has_password: false,
            password_set: String::new(),
            password_forgotten: false,
            mfa: false,
            registered: String::new(),
            updated: String::new(),
            proved: String::new(),
            preferences: Preferences::default(),
        };
        let by_mail = Account {
            email: "ada@example.com".to_owned(),
            email_verified: true,
            ..guest.clone()
        };
        let by_phone = Account {
            phone_verified: true,
            ..guest.clone()
        };
        let identity = |provider: &str| Identity {
            id: provider.to_owned(),
            provider: provider.to_owned(),
            email: String::new(),
            linked: String::new(),
            used: String::new(),
        };
        let (one, two) = (
            vec![identity("github")],
            vec![identity("github"), identity("google")],
        );
        let offered = |methods: &[SignInMethod], providers: &[&str]| SignInMethods {
            methods: methods.to_vec(),
            providers: providers.iter().map(|&name| name.to_owned()).collect(),
        };
        let only_github = offered(&[SignInMethod::OAuth2], &["github"]);
        for (account, identities, methods, can) in [
            (
                &guest,
                &one,
                offered(SignInMethod::VARIANTS, &["github"]),
                false,
            ),
            (
                &guest,
                &two,
                offered(SignInMethod::VARIANTS, &["github", "google"]),
                true,
            ),
            (&guest, &two, only_github.clone(), false),
            (
                &guest,
                &two,
                offered(&[SignInMethod::OAuth2], &["google"]),
                true,
            ),
            (
                &by_mail,
                &one,
                offered(&[SignInMethod::EmailOtp], &["github"]),
                true,
            ),
            (&by_mail, &one, only_github.clone(), false),
            (
                &by_phone,
                &one,
                offered(&[SignInMethod::Phone], &["github"]),
                true,
            ),
            (&by_phone, &one, only_github, false),
        ] {
            let found = account.can_unlink("github", identities, &methods);
            assert_eq!(found, can, "{account:?} {methods:?}");
        }
    }
}
