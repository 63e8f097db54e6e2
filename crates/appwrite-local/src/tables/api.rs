//! The two names that Appwrite gives the same data: `/tablesdb` has tables, columns and rows,
//! `/databases` has collections, attributes and documents.

use crate::error::ApiError;

/// Which of the two a call came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    TablesDb,
    Databases,
}

/// A word, a parameter or an error type in both.
macro_rules! words {
    ($($name:ident: $tables:literal, $legacy:literal;)+) => {
        impl Api {
            $(
                pub fn $name(self) -> &'static str {
                    match self {
                        Self::TablesDb => $tables,
                        Self::Databases => $legacy,
                    }
                }
            )+
        }
    };
}

words! {
    kind: "tablesdb", "legacy";
    namespace: "tablesDB", "databases";
    tables: "tables", "collections";
    table_id: "tableId", "collectionId";
    dollar_table_id: "$tableId", "$collectionId";
    related_table: "relatedTable", "relatedCollection";
    related_table_id: "relatedTableId", "relatedCollectionId";
    row_security: "rowSecurity", "documentSecurity";
    column: "column", "attribute";
    columns: "columns", "attributes";
    row: "row", "document";
    rows: "rows", "documents";
    row_id: "rowId", "documentId";
    row_title: "Row", "Document";
    missing_data: "row_missing_data", "document_missing_data";
    missing_payload: "row_missing_payload", "document_missing_payload";
    invalid_structure: "row_invalid_structure", "document_invalid_structure";
    default_unsupported: "column_default_unsupported", "attribute_default_unsupported";
    value_invalid: "column_value_invalid", "attribute_value_invalid";
    column_limit: "column_limit_exceeded", "attribute_limit_exceeded";
    column_type_invalid: "column_type_invalid", "attribute_type_invalid";
    invalid_resize: "column_invalid_resize", "attribute_invalid_resize";
    index_invalid: "column_index_invalid", "index_invalid";
}

impl Api {
    fn not_found(kind: &'static str, what: &str, id: &str) -> ApiError {
        let message = format!("{what} with the requested ID '{id}' could not be found.");
        ApiError::with(kind, 404, message)
    }

    fn exists(kind: &'static str, what: &str, id: &str) -> ApiError {
        let message = format!(
            "{what} with the requested ID '{id}' already exists. Try again with a different ID or \
             use ID.unique() to generate a unique ID."
        );
        ApiError::with(kind, 409, message)
    }

    /// There's no such database, or it's switched off.
    pub fn database_not_found(id: &str) -> ApiError {
        Self::not_found("database_not_found", "Database", id)
    }

    /// The database's ID is taken.
    pub fn database_exists(id: &str) -> ApiError {
        Self::exists("database_already_exists", "Database", id)
    }

    /// There's no such table, or it's switched off.
    pub fn table_not_found(self, id: &str) -> ApiError {
        match self {
            Self::TablesDb => Self::not_found("table_not_found", "Table", id),
            Self::Databases => Self::not_found("collection_not_found", "Collection", id),
        }
    }

    /// The table's ID is taken.
    pub fn table_exists(self, id: &str) -> ApiError {
        match self {
            Self::TablesDb => Self::exists("table_already_exists", "A table", id),
            Self::Databases => Self::exists("collection_already_exists", "A collection", id),
        }
    }

    /// There's no such row, or the caller may not read it.
    pub fn row_not_found(self, id: &str) -> ApiError {
        match self {
            Self::TablesDb => Self::not_found("row_not_found", "Row", id),
            Self::Databases => Self::not_found("document_not_found", "Document", id),
        }
    }

    /// The row's ID or one of its unique values is taken.
    pub fn row_exists(self, id: &str) -> ApiError {
        match self {
            Self::TablesDb => Self::exists("row_already_exists", "Row", id),
            Self::Databases => Self::exists("document_already_exists", "Document", id),
        }
    }

    /// There's no such column.
    pub fn column_not_found(self, key: &str) -> ApiError {
        let (kind, title) = match self {
            Self::TablesDb => ("column_not_found", "Column"),
            Self::Databases => ("attribute_not_found", "Attribute"),
        };
        let message = format!("{title} with the requested key '{key}' could not be found.");
        ApiError::with(kind, 404, message)
    }

    /// The column's key is taken.
    pub fn column_exists(self, key: &str) -> ApiError {
        let (kind, title) = match self {
            Self::TablesDb => ("column_already_exists", "Column"),
            Self::Databases => ("attribute_already_exists", "Attribute"),
        };
        let message = format!(
            "{title} with the requested key '{key}' already exists. {title} keys must be unique, \
             try again with a different key."
        );
        ApiError::with(kind, 409, message)
    }

    /// An index names a column that isn't there.
    pub fn column_unknown(self, key: &str) -> ApiError {
        let (kind, one, many) = match self {
            Self::TablesDb => ("column_unknown", "column", "columns"),
            Self::Databases => ("attribute_unknown", "attribute", "attributes"),
        };
        let message = format!(
            "The {one} '{key}' required for the index could not be found. Please confirm all your \
             {many} are in the available state."
        );
        ApiError::with(kind, 400, message)
    }

    /// There's no such index.
    pub fn index_not_found(self, key: &str) -> ApiError {
        let kind = match self {
            Self::TablesDb => "column_index_not_found",
            Self::Databases => "index_not_found",
        };
        let message = format!("Index with the requested key '{key}' could not be found.");
        ApiError::with(kind, 404, message)
    }

    /// The index's key is taken.
    pub fn index_exists(self, key: &str) -> ApiError {
        let kind = match self {
            Self::TablesDb => "column_index_already_exists",
            Self::Databases => "index_already_exists",
        };
        let message = format!(
            "Index with the requested key '{key}' already exists. Try again with a different key."
        );
        ApiError::with(kind, 409, message)
    }

    /// No data was sent for a new row.
    pub fn no_data(self) -> ApiError {
        let message = match self {
            Self::TablesDb => "The row data is missing. Try again with row data populated.",
            Self::Databases => {
                "The document data is missing. Try again with document data populated"
            }
        };
        ApiError::with(self.missing_data(), 400, message.to_owned())
    }

    /// Nothing was sent to change a row.
    pub fn no_payload(self) -> ApiError {
        let row = self.row();
        let message = format!(
            "The {row} data and permissions are missing. You must provide either {row} data or \
             permissions to be updated."
        );
        ApiError::with(self.missing_payload(), 400, message)
    }

    /// A row doesn't fit its table.
    pub fn structure(self, reason: &str) -> ApiError {
        let message = format!("Invalid document structure: {reason}");
        ApiError::with(self.invalid_structure(), 400, message)
    }

    /// Rows of others hang on the row that was to be deleted.
    pub fn delete_restricted(self) -> ApiError {
        let (kind, row) = match self {
            Self::TablesDb => ("row_delete_restricted", "Row"),
            Self::Databases => ("document_delete_restricted", "Document"),
        };
        let message = format!(
            "{row} cannot be deleted because it is referenced by another {}.",
            row.to_lowercase()
        );
        ApiError::with(kind, 403, message)
    }
}
