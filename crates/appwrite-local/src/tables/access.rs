//! What a caller may do.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::schema::Table;
use crate::{
    caller::Caller,
    error::ApiError,
    permissions::{self, permission},
    roles,
};

/// A caller, as far as permissions go. By default it's nobody, who may do nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Access {
    roles: Vec<String>,
    /// An API key may do everything.
    pub privileged: bool,
    /// The signed-in user, who also owns what a key creates for them.
    pub user_id: Option<String>,
}

impl Access {
    pub fn of(caller: &Caller) -> Self {
        Self {
            roles: roles::of(caller),
            privileged: caller.key.is_some(),
            user_id: caller
                .signed_in
                .as_ref()
                .map(|signed_in| signed_in.user.id.clone()),
        }
    }

    /// Everything is allowed, since it was checked before.
    pub fn unlimited() -> Self {
        Self {
            roles: Vec::new(),
            privileged: true,
            user_id: None,
        }
    }

    /// The roles that the caller holds.
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    fn holds(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }

    /// Whether one of these permissions lets the caller do this.
    pub fn has(&self, permissions: &[String], action: &str) -> bool {
        self.privileged || permissions::roles(permissions, action).any(|role| self.holds(role))
    }

    /// Whether the caller may do this to a row with these permissions.
    pub fn may(&self, table: &Table, row: &[String], action: &str) -> bool {
        self.has(&table.permissions, action) || (table.row_security && self.has(row, action))
    }

    /// Refuses a caller who may not do this to a row with these permissions.
    pub fn check(&self, table: &Table, row: &[String], action: &str) -> Result<(), ApiError> {
        if self.may(table, row, action) {
            Ok(())
        } else {
            Err(ApiError::known("user_unauthorized"))
        }
    }

    /// Refuses a caller who may not create rows. The message says why, as Appwrite's does.
    pub fn check_create(&self, table: &Table) -> Result<(), ApiError> {
        if self.has(&table.permissions, "create") {
            return Ok(());
        }
        let granted: Vec<&str> = permissions::roles(&table.permissions, "create").collect();
        let message = match granted.last() {
            None => "No permissions provided for action 'create'".to_owned(),
            Some(last) => format!(
                "Missing \"create\" permission for role \"{last}\". Only \"{}\" scopes are \
                 allowed and \"{}\" was given.",
                php_json(&json!(self.roles)),
                php_json(&json!(granted))
            ),
        };
        Err(ApiError::with("user_unauthorized", 401, message))
    }

    /// Refuses permissions for roles that the caller doesn't hold. Keys may give any.
    pub fn check_grant(&self, permissions: &[String]) -> Result<(), ApiError> {
        let held = |text: &String| permissions::role(text).is_some_and(|role| self.holds(role));
        if self.privileged || permissions.iter().all(held) {
            return Ok(());
        }
        let message = format!("Permissions must be one of: ({})", self.roles.join(", "));
        Err(ApiError::with("user_unauthorized", 401, message))
    }

    /// The permissions of a new row when none were given: everything for the user who created it.
    pub fn default_permissions(&self) -> Vec<String> {
        let Some(id) = &self.user_id else {
            return Vec::new();
        };
        ["read", "update", "delete"]
            .map(|action| permission(action, &format!("user:{id}")))
            .into()
    }
}

/// JSON as PHP writes it.
fn php_json(value: &serde_json::Value) -> String {
    value.to_string().replace('/', "\\/")
}
