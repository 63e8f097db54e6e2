//! Permissions as Appwrite writes them: `read("user:ada")`.

use serde_json::Value;

use crate::{error::ApiError, params::Params};

/// What may be done to a row.
pub const ROW_ACTIONS: &[&str] = &["read", "update", "delete", "write"];
/// What may be done to a table and the rows in it.
pub const TABLE_ACTIONS: &[&str] = &["create", "read", "update", "delete", "write"];

/// The most permissions that one object has.
const MAX_PERMISSIONS: usize = 100;
/// The most characters in a user's, team's or label's ID.
const MAX_ID: usize = 36;
/// The most characters in the name of a role in a team.
const MAX_TEAM_ROLE: usize = 81;

/// A permission's text.
pub fn permission(action: &str, role: &str) -> String {
    format!("{action}(\"{role}\")")
}

/// The roles that may do this.
pub fn roles<'a>(permissions: &'a [String], action: &'a str) -> impl Iterator<Item = &'a str> {
    permissions.iter().filter_map(move |permission| {
        let (named, role) = split(permission)?;
        (named == action).then_some(role)
    })
}

/// The role that a permission is given to.
pub fn role(permission: &str) -> Option<&str> {
    split(permission).map(|(_, role)| role)
}

/// Every role with what it may do, in the order of the permissions.
pub fn by_role(permissions: &[String]) -> Vec<(&str, Vec<&str>)> {
    let mut roles: Vec<(&str, Vec<&str>)> = Vec::new();
    for (action, role) in permissions.iter().filter_map(|text| split(text)) {
        match roles.iter_mut().find(|(known, _)| *known == role) {
            Some((_, actions)) => actions.push(action),
            None => roles.push((role, vec![action])),
        }
    }
    roles
}

/// Reads the parameter `permissions`. `None` if it's missing or null.
///
/// # Errors
///
/// `general_argument_invalid`, which says what's wrong with them.
pub fn param(params: &Params, allowed: &[&str]) -> Result<Option<Vec<String>>, ApiError> {
    let Some(value) = params.optional("permissions") else {
        return Ok(None);
    };
    read(value, allowed)
        .map(Some)
        .map_err(|rule| ApiError::invalid("permissions", &format!("{rule} or null")))
}

/// Reads a list of permissions, with `write` replaced by what it stands for.
///
/// # Errors
///
/// What's wrong with it.
pub fn read(value: &Value, allowed: &[&str]) -> Result<Vec<String>, String> {
    let Value::Array(list) = value else {
        return Err("Permissions must be an array of strings.".to_owned());
    };
    if list.len() > MAX_PERMISSIONS {
        return Err(format!(
            "You can only provide up to {MAX_PERMISSIONS} permissions."
        ));
    }
    let mut permissions: Vec<String> = Vec::new();
    for item in list {
        let text = item
            .as_str()
            .ok_or("Every permission must be of type string.")?;
        let (action, role) = check(text, allowed)?;
        let granted = match action {
            "write" => allowed
                .iter()
                .filter(|known| matches!(**known, "create" | "update" | "delete"))
                .copied()
                .collect(),
            other => vec![other],
        };
        for action in granted {
            let one = permission(action, role);
            if !permissions.contains(&one) {
                permissions.push(one);
            }
        }
    }
    Ok(permissions)
}

fn split(permission: &str) -> Option<(&str, &str)> {
    let (action, rest) = permission.split_once("(\"")?;
    let role = rest.strip_suffix("\")")?;
    (!role.contains("(\"")).then_some((action, role))
}

fn check<'a>(text: &'a str, allowed: &[&str]) -> Result<(&'a str, &'a str), String> {
    if text.contains("\"role:") {
        return Err(
            "Permissions using the \"role:\" prefix have been replaced. Use \"users\", \
             \"guests\", or \"any\" instead."
                .to_owned(),
        );
    }
    if !allowed.iter().any(|action| text.starts_with(action)) {
        return Err(format!(
            "Permission \"{text}\" is not allowed. Must be one of: {}.",
            allowed.join(", ")
        ));
    }
    let found = split(text).filter(|(action, _)| allowed.contains(action));
    let (action, role) =
        found.ok_or_else(|| format!("Invalid permission string format: \"{text}\"."))?;
    check_role(role)?;
    Ok((action, role))
}

/// What a kind of role needs after its name.
#[derive(PartialEq)]
enum Id {
    No,
    Yes,
}

/// What may follow a role's slash.
#[derive(PartialEq)]
enum Dimension {
    No,
    Verified,
    TeamRole,
}

fn check_role(text: &str) -> Result<(), String> {
    let (rest, dimension) = match text.split_once('/') {
        Some((rest, dimension)) => (rest, Some(dimension)),
        None => (text, None),
    };
    let (name, id) = match rest.split_once(':') {
        Some((name, id)) => (name, Some(id)),
        None => (rest, None),
    };
    let (takes_id, takes_dimension) = match name {
        "any" | "guests" => (Id::No, Dimension::No),
        "users" => (Id::No, Dimension::Verified),
        "user" => (Id::Yes, Dimension::Verified),
        "team" => (Id::Yes, Dimension::TeamRole),
        "member" | "label" => (Id::Yes, Dimension::No),
        _ => {
            return Err(format!(
                "Role \"{name}\" is not allowed. Must be one of: any, guests, users, user, team, \
                 member, label."
            ));
        }
    };
    let id = id.filter(|id| !id.is_empty());
    match (takes_id, id) {
        (Id::No, Some(_)) => return Err(format!("Role \"{name}\" can not have an ID value.")),
        (Id::Yes, None) => return Err(format!("Role \"{name}\" must have an ID value.")),
        (Id::Yes, Some(id)) if !is_key(id, MAX_ID) => {
            return Err(format!("Role \"{name}\" identifier value is invalid."));
        }
        _ => {}
    }
    match (takes_dimension, dimension) {
        (_, None) => Ok(()),
        (Dimension::No, Some(_)) => Err(format!("Role \"{name}\" can not have a dimension value.")),
        (Dimension::Verified, Some("verified" | "unverified")) => Ok(()),
        (Dimension::Verified, Some(_)) => Err(format!(
            "Role \"{name}\" dimension value is invalid. Must be one of: verified, unverified."
        )),
        (Dimension::TeamRole, Some(role)) if is_key(role, MAX_TEAM_ROLE) => Ok(()),
        (Dimension::TeamRole, Some(_)) => {
            Err(format!("Role \"{name}\" dimension value is invalid."))
        }
    }
}

fn is_key(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn write_stands_for_what_it_allows() {
        let of_row = read(&json!(["write(\"any\")", "read(\"any\")"]), ROW_ACTIONS).unwrap();
        assert_eq!(
            of_row,
            ["update(\"any\")", "delete(\"any\")", "read(\"any\")"]
        );
        let of_table = read(&json!(["write(\"users\")"]), TABLE_ACTIONS).unwrap();
        assert_eq!(
            of_table,
            [
                "create(\"users\")",
                "update(\"users\")",
                "delete(\"users\")"
            ]
        );
        assert_eq!(roles(&of_row, "update").collect::<Vec<_>>(), ["any"]);
    }

    #[test]
    fn what_is_no_permission_is_refused() {
        for text in [
            "",
            "read",
            "read(any)",
            "read(\"any",
            "read(\"any:x\")",
            "read(\"user\")",
            "read(\"user:\")",
            "read(\"user:a b\")",
            "read(\"user:a/owner\")",
            "read(\"member:a/x\")",
            "read(\"team:t/\")",
            "read(\"team:a(\"b\")\")",
            "create(\"any\")",
            "readers(\"any\")",
        ] {
            assert!(read(&json!([text]), ROW_ACTIONS).is_err(), "{text}");
        }
        for text in ["read(\"team:t/owner\")", "update(\"user:a/verified\")"] {
            assert!(read(&json!([text]), ROW_ACTIONS).is_ok(), "{text}");
        }
    }
}
