//! Users, as a key manages them.

mod common;

use appwrite::{
    enums::{MessagingProviderType, PasswordHash},
    id::ID,
    query::Query,
    services::Users,
};
use common::{
    PASSWORD, a_phone, admin, an_email, enrol, guest, refused, sign_in, somebody, status_and_type,
    users,
};
use serde_json::json;

#[tokio::test]
async fn a_user_is_made_changed_and_deleted() {
    let users = users();
    let id = ID::unique();
    let (email, phone) = (an_email(), a_phone());
    let made = users
        .create(&id, Some(&email), Some(&phone), Some(PASSWORD), Some("Ada"))
        .await
        .unwrap();
    assert_eq!(
        (made.id.as_str(), made.hash.as_deref()),
        (id.as_str(), Some("argon2"))
    );
    let twice = users.create(&id, None, None, None, None).await;
    assert_eq!(refused(twice), status_and_type(409, "user_already_exists"));

    assert_eq!(users.update_name(&id, "Bea").await.unwrap().name, "Bea");
    let email = an_email();
    assert_eq!(users.update_email(&id, &email).await.unwrap().email, email);
    let phone = a_phone();
    assert_eq!(users.update_phone(&id, &phone).await.unwrap().phone, phone);
    assert!(
        users
            .update_email_verification(&id, true)
            .await
            .unwrap()
            .email_verification
    );
    assert!(
        users
            .update_phone_verification(&id, true)
            .await
            .unwrap()
            .phone_verification
    );
    assert_eq!(
        users
            .update_labels(&id, ["vip", "beta"])
            .await
            .unwrap()
            .labels,
        ["vip", "beta"]
    );
    let prefs = json!({ "theme": "dark" });
    assert_eq!(
        json!(users.update_prefs(&id, prefs.clone()).await.unwrap().data),
        prefs
    );
    assert_eq!(json!(users.get_prefs(&id).await.unwrap().data), prefs);
    users.update_password(&id, "password-2").await.unwrap();
    sign_in(&email, "password-2").await.unwrap();

    assert!(!users.update_status(&id, false).await.unwrap().status);
    assert_eq!(
        refused(sign_in(&email, "password-2").await),
        status_and_type(403, "user_blocked")
    );
    users.delete(&id).await.unwrap();
    assert_eq!(
        refused(users.get(&id).await),
        status_and_type(404, "user_not_found")
    );
}

#[tokio::test]
async fn users_are_found_by_query_and_search() {
    let users = users();
    let name = format!("Group{}", ID::unique());
    for number in 0..3 {
        let email = format!("{number}-{}", an_email());
        users
            .create(ID::unique(), Some(&email), None, None, Some(&name))
            .await
            .unwrap();
    }
    let queries = vec![
        Query::equal("name", name.as_str()).to_string(),
        Query::order_desc("email").to_string(),
        Query::limit(2).to_string(),
    ];
    let list = users.list(Some(queries), None, None).await.unwrap();
    assert_eq!((list.total, list.users.len()), (3, 2));
    assert!(list.users[0].email.starts_with("2-") && list.users[1].email.starts_with("1-"));
    let after = vec![
        Query::equal("name", name.as_str()).to_string(),
        Query::order_desc("email").to_string(),
        Query::cursor_after(list.users[1].id.as_str()).to_string(),
    ];
    let rest = users.list(Some(after), None, Some(false)).await.unwrap();
    assert_eq!((rest.total, rest.users.len()), (0, 1));
    assert!(rest.users[0].email.starts_with("0-"));
    assert_eq!(users.list(None, Some(&name), None).await.unwrap().total, 3);
    let unknown = Query::equal("nosuch", 1).to_string();
    let refusal = refused(users.list(Some(vec![unknown]), None, None).await);
    assert_eq!(refusal, status_and_type(400, "general_argument_invalid"));
}

/// Each user signs in with "appwrite", which proves that the server understood the hash.
#[tokio::test]
async fn imported_users_sign_in_and_are_hashed_anew() {
    let users = users();
    let name = Some("Imported");
    let emails: Vec<String> = (0..7).map(|_| an_email()).collect();
    let [argon2, bcrypt, md5, phpass, sha, scrypt, modified] = &emails[..] else {
        panic!("seven imports");
    };
    let imported = [
        users.create_argon2_user(
            ID::unique(),
            argon2,
            "$argon2i$v=19$m=20,t=3,p=2$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI",
            name,
        ).await,
        users.create_bcrypt_user(
            ID::unique(),
            bcrypt,
            "$2a$15$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq",
            name,
        ).await,
        users.create_md5_user(ID::unique(), md5, "144fa7eaa4904e8ee120651997f70dcc", name).await,
        users.create_ph_pass_user(
            ID::unique(),
            phpass,
            "$P$Br387rwferoKN7uwHZqNMu98q3U8RO.",
            name,
        ).await,
        users.create_sha_user(
            ID::unique(),
            sha,
            "ece375199f9118cf29e19e171742f668b6b13367dc1797d11da1c74795e758cc",
            Some(PasswordHash::Sha256),
            name,
        ).await,
        users.create_scrypt_user(
            ID::unique(),
            scrypt,
            "5c74541770dbe2ef3bd58d2aa297e587c86493f7fbb647c073a3a8f40008825ac22f5289f853165b34488b2f6fd42cf46d19950b932bdaeff22e89500c5af19d",
            "salt",
            1024,
            8,
            2,
            64,
            name,
        ).await,
        users.create_scrypt_modified_user(
            ID::unique(),
            modified,
            "UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ==",
            "UxLMreBr6tYyjQ==",
            "Bw==",
            "XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==",
            name,
        ).await,
    ];
    for (email, user) in emails.iter().zip(imported) {
        let user = user.unwrap();
        let expected = status_and_type(401, "user_invalid_credentials");
        assert_eq!(refused(sign_in(email, "appwrite!").await), expected);
        assert_eq!(
            sign_in(email, "appwrite").await.unwrap().user_id,
            user.id,
            "{:?}",
            user.hash
        );
        assert_eq!(
            users.get(&user.id).await.unwrap().hash.as_deref(),
            Some("argon2")
        );
        sign_in(email, "appwrite").await.unwrap();
    }
}

#[tokio::test]
async fn a_key_manages_sessions() {
    let ada = somebody().await;
    let users = users();
    let session = users.create_session(&ada.id).await.unwrap();
    assert_eq!(
        common::visiting(&session.secret).get().await.unwrap().id,
        ada.id
    );
    assert_eq!(users.list_sessions(&ada.id, None).await.unwrap().total, 2);
    users.delete_session(&ada.id, &session.id).await.unwrap();
    users.delete_sessions(&ada.id).await.unwrap();
    let gone = status_and_type(401, "general_unauthorized_scope");
    assert_eq!(refused(ada.account.get().await), gone);
}

#[tokio::test]
async fn a_key_manages_a_second_factor() {
    let ada = somebody().await;
    enrol(&ada.account).await;
    let users = users();
    assert!(users.list_mfa_factors(&ada.id).await.unwrap().totp);
    let codes = users
        .create_mfa_recovery_codes(&ada.id)
        .await
        .unwrap()
        .recovery_codes;
    assert_eq!(
        users
            .get_mfa_recovery_codes(&ada.id)
            .await
            .unwrap()
            .recovery_codes,
        codes
    );
    let fresh = users
        .update_mfa_recovery_codes(&ada.id)
        .await
        .unwrap()
        .recovery_codes;
    assert_ne!(fresh, codes);
    assert!(!users.update_mfa(&ada.id, false).await.unwrap().mfa);
    sign_in(&ada.email, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_key_manages_targets() {
    let ada = somebody().await;
    let users = users();
    let address = an_email();
    let target = users
        .create_target(
            &ada.id,
            "unique()",
            MessagingProviderType::Email,
            &address,
            None,
            Some("Work"),
        )
        .await
        .unwrap();
    assert_eq!(
        (target.identifier.as_str(), target.name.as_str()),
        (address.as_str(), "Work")
    );
    assert_eq!(
        users.list_targets(&ada.id, None, None).await.unwrap().total,
        2
    );
    let other = an_email();
    let moved = users
        .update_target(&ada.id, &target.id, Some(&other), None, None)
        .await
        .unwrap();
    assert_eq!(
        users
            .get_target(&ada.id, &target.id)
            .await
            .unwrap()
            .identifier,
        moved.identifier
    );
    users.delete_target(&ada.id, &target.id).await.unwrap();
    let gone = users.get_target(&ada.id, &target.id).await;
    assert_eq!(refused(gone), status_and_type(404, "user_target_not_found"));
}

#[tokio::test]
async fn only_a_known_key_manages_users() {
    let scope = status_and_type(401, "general_unauthorized_scope");
    assert_eq!(
        refused(Users::new(&guest()).list(None, None, None).await),
        scope
    );
    let unknown = guest().set_key("standard_nope");
    let refusal = refused(Users::new(&unknown).list(None, None, None).await);
    assert_eq!(refusal, status_and_type(401, "user_unauthorized"));
    let elsewhere = admin().set_project("elsewhere");
    let refusal = refused(Users::new(&elsewhere).list(None, None, None).await);
    assert_eq!(refusal, status_and_type(404, "project_not_found"));
}
