//! The emails and text messages that Appwrite sends, under its subjects.

use crate::{
    store::{MessageKind, NewMessage},
    user_agent::Device,
};

fn email(to: &str, subject: String, text: String) -> NewMessage {
    NewMessage {
        kind: MessageKind::Email,
        to: to.to_owned(),
        subject,
        text,
        link: None,
        code: None,
    }
}

/// The security phrase, which the app shows as well. Empty if the app didn't ask for one.
fn phrase_line(phrase: &str) -> String {
    if phrase.is_empty() {
        String::new()
    } else {
        format!(
            "\n\nSecurity phrase: {phrase}\nThe page where you requested this shows the same words."
        )
    }
}

/// A sign-in code.
pub fn otp(project: &str, to: &str, code: &str, phrase: &str) -> NewMessage {
    let text = format!(
        "Use OTP {code} to sign in to {project}. Expires in 15 minutes.{}\n\nIf you didn't \
         request this, you can ignore this email.",
        phrase_line(phrase)
    );
    NewMessage {
        code: Some(code.to_owned()),
        ..email(to, format!("OTP for {project} Login"), text)
    }
}

/// A sign-in link.
pub fn magic_url(project: &str, to: &str, link: &str, phrase: &str) -> NewMessage {
    let text = format!(
        "Sign in to {project} with your secure link. Expires in 1 hour.\n\n{link}{}\n\nIf you \
         didn't request this, you can ignore this email.",
        phrase_line(phrase)
    );
    NewMessage {
        link: Some(link.to_owned()),
        ..email(to, format!("{project} Login"), text)
    }
}

/// A link to choose a new password.
pub fn recovery(project: &str, to: &str, name: &str, link: &str) -> NewMessage {
    let text = format!(
        "Hello {name},\n\nReset your {project} password with this link. It expires in 1 \
         hour.\n\n{link}\n\nIf you didn't request this, you can ignore this email."
    );
    NewMessage {
        link: Some(link.to_owned()),
        ..email(to, format!("Password Reset for {project}"), text)
    }
}

/// A link to verify an email address.
pub fn verification(project: &str, to: &str, name: &str, link: &str) -> NewMessage {
    let text = format!(
        "Hello {name},\n\nVerify your email address for {project} with this link. It expires in 1 \
         hour.\n\n{link}\n\nIf you didn't request this, you can ignore this email."
    );
    NewMessage {
        link: Some(link.to_owned()),
        ..email(to, format!("Account Verification for {project}"), text)
    }
}

/// A code that answers a challenge.
pub fn challenge(project: &str, to: &str, name: &str, code: &str) -> NewMessage {
    let text = format!(
        "Hello {name},\n\nUse code {code} to verify your sign-in to {project}. It expires in 15 \
         minutes.\n\nIf this wasn't you, change your password."
    );
    NewMessage {
        code: Some(code.to_owned()),
        ..email(to, format!("Verification Code for {project}"), text)
    }
}

/// A notice about a new session.
pub fn session_alert(
    project: &str,
    to: &str,
    name: &str,
    device: &Device,
    ip: &str,
    at: &str,
) -> NewMessage {
    let known = |text: &str| if text.is_empty() { "unknown" } else { text }.to_owned();
    let text = format!(
        "Hello {name},\n\nA new session was started on your {project} account.\n\nDevice: \
         {}\nBrowser: {}\nAddress: {ip}\nTime: {at}\n\nIf this wasn't you, change your password.",
        known(&device.os[1]),
        known(&device.client[2]),
    );
    let subject = format!("Security alert: new session on your {project} account");
    email(to, subject, text)
}

/// A text message. It holds the code and nothing else.
pub fn sms(to: &str, code: &str) -> NewMessage {
    NewMessage {
        kind: MessageKind::Sms,
        to: to.to_owned(),
        subject: String::new(),
        text: code.to_owned(),
        link: None,
        code: Some(code.to_owned()),
    }
}
