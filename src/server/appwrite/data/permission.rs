use std::fmt;

/// Who a permission is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Role(String);

/// Whether an address or number of a person's is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// It is.
    Verified,
    /// It isn't.
    Unverified,
}

impl Role {
    /// Everybody, signed in or not.
    pub fn any() -> Self {
        Self("any".to_owned())
    }

    /// Everybody who isn't signed in.
    pub fn guests() -> Self {
        Self("guests".to_owned())
    }

    /// Everybody who is signed in.
    pub fn users() -> Self {
        Self("users".to_owned())
    }

    /// Everybody who is signed in and has, or has not, verified.
    pub fn users_with(status: Status) -> Self {
        Self(format!("users/{status}"))
    }

    /// The user with this ID.
    pub fn user(id: &str) -> Self {
        Self(format!("user:{id}"))
    }

    /// The user with this ID, while they have, or have not, verified.
    pub fn user_with(id: &str, status: Status) -> Self {
        Self(format!("user:{id}/{status}"))
    }

    /// The members of the team with this ID.
    pub fn team(id: &str) -> Self {
        Self(format!("team:{id}"))
    }

    /// The members of a team who have a role in it.
    pub fn team_role(id: &str, role: &str) -> Self {
        Self(format!("team:{id}/{role}"))
    }

    /// The member whose membership has this ID.
    pub fn member(id: &str) -> Self {
        Self(format!("member:{id}"))
    }

    /// Users with this label.
    pub fn label(name: &str) -> Self {
        Self(format!("label:{name}"))
    }
}

/// What somebody may do with a row or a table: `read("user:…")`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Permission(String);

impl Permission {
    /// They may read it.
    pub fn read(role: &Role) -> Self {
        Self::new("read", role)
    }

    /// They may create rows; of a table only.
    pub fn create(role: &Role) -> Self {
        Self::new("create", role)
    }

    /// They may change it.
    pub fn update(role: &Role) -> Self {
        Self::new("update", role)
    }

    /// They may delete it.
    pub fn delete(role: &Role) -> Self {
        Self::new("delete", role)
    }

    /// They may change and delete it, and in a table create rows. Appwrite keeps the single
    /// permissions.
    pub fn write(role: &Role) -> Self {
        Self::new("write", role)
    }

    /// Whether it's for one user, whom it names.
    pub fn names_a_user(&self) -> bool {
        self.0.contains("(\"user:")
    }

    fn new(action: &str, role: &Role) -> Self {
        Self(format!("{action}(\"{}\")", role.0))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_written_as_appwrite_reads_them() {
        for (permission, text) in [
            (Permission::read(&Role::any()), r#"read("any")"#),
            (Permission::create(&Role::users()), r#"create("users")"#),
            (
                Permission::update(&Role::user("u1")),
                r#"update("user:u1")"#,
            ),
            (
                Permission::delete(&Role::user_with("u1", Status::Verified)),
                r#"delete("user:u1/verified")"#,
            ),
            (
                Permission::write(&Role::users_with(Status::Unverified)),
                r#"write("users/unverified")"#,
            ),
            (
                Permission::read(&Role::team_role("t1", "owner")),
                r#"read("team:t1/owner")"#,
            ),
            (Permission::read(&Role::team("t1")), r#"read("team:t1")"#),
            (
                Permission::read(&Role::member("m1")),
                r#"read("member:m1")"#,
            ),
            (
                Permission::read(&Role::label("vip")),
                r#"read("label:vip")"#,
            ),
            (Permission::read(&Role::guests()), r#"read("guests")"#),
        ] {
            assert_eq!(permission.to_string(), text);
        }
    }
}
