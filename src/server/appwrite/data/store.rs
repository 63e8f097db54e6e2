//! The calls about rows, in the words of either service: TablesDB says "table", "row" and "column"
//! where Databases says "collection", "document" and "attribute". Both are about the same rows.

use axum::http::HeaderMap;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    permission::Permission,
    query::{self, Query},
};
use crate::server::appwrite::{
    account::SessionAccount,
    error::AppwriteError,
    id::Id,
    seen_sessions::Seen,
    transport::{Call, Transport},
};

/// What a service calls its things, in paths and parameters.
pub(super) struct Words {
    pub service: &'static str,
    pub tables: &'static str,
    pub rows: &'static str,
    pub row_id: &'static str,
}

/// Who asks, and over which connections.
#[derive(Clone, Copy)]
pub(in crate::server::appwrite) struct Access<'a> {
    pub transport: &'a Transport,
    pub credentials: &'a HeaderMap,
    pub by: By,
}

/// Whose credentials they are.
#[derive(Clone, Copy)]
pub(in crate::server::appwrite) enum By {
    /// The visitor's session.
    Session(Seen),
    /// The project's API key.
    Key,
}

impl Access<'_> {
    pub async fn send<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, AppwriteError> {
        self.admit().await?;
        let answer = self.transport.send(self.credentials.clone(), call).await;
        answer.map_err(|error| self.refused(error))
    }

    pub async fn send_empty(&self, call: Call<'_>) -> Result<(), AppwriteError> {
        self.admit().await?;
        let credentials = self.credentials.clone();
        let answer = self.transport.send_empty(credentials, call).await;
        answer.map_err(|error| self.refused(error))
    }

    /// Whether Appwrite may be asked. What it answers about rows doesn't tell whether it knows the
    /// session: to one that it doesn't know it shows what everybody may see. So of a session that hasn't been
    /// seen alive here, it's asked first whose it is.
    async fn admit(&self) -> Result<(), AppwriteError> {
        match self.by {
            By::Session(seen) if !self.transport.sessions.is_alive(seen) => {
                let account = SessionAccount {
                    transport: self.transport,
                    credentials: self.credentials,
                    seen,
                };
                account.get().await.map(drop)
            }
            By::Session(_) | By::Key => Ok(()),
        }
    }

    fn refused(&self, error: AppwriteError) -> AppwriteError {
        let error = error.or_schema_missing();
        match self.by {
            By::Session(_) => error.or_not_permitted(),
            By::Key => error.or_key_refused(),
        }
    }
}

/// The rows of one table.
#[derive(Clone, Copy)]
pub(super) struct Store<'a> {
    pub access: Access<'a>,
    pub words: &'static Words,
    pub database: &'a Id,
    pub table: &'a Id,
    /// The transaction that the calls are part of.
    pub transaction: Option<&'a Id>,
}

impl Store<'_> {
    fn path(&self) -> String {
        let Words {
            service,
            tables,
            rows,
            ..
        } = self.words;
        let Self {
            database, table, ..
        } = self;
        format!("/{service}/{database}/{tables}/{table}/{rows}")
    }

    fn row_path(&self, id: &Id) -> String {
        format!("{}/{id}", self.path())
    }

    fn body(&self, mut body: Map<String, Value>) -> Value {
        if let Some(id) = self.transaction {
            body.insert("transactionId".to_owned(), id.to_string().into());
        }
        body.into()
    }

    fn query(&self, path: String, queries: &[Query]) -> String {
        let mut parameters = query::parameters(queries);
        if let Some(id) = self.transaction {
            parameters.append_pair("transactionId", &id.to_string());
        }
        match parameters.finish().as_str() {
            "" => path,
            parameters => format!("{path}?{parameters}"),
        }
    }

    pub async fn list<A: DeserializeOwned>(&self, queries: &[Query]) -> Result<A, AppwriteError> {
        let path = self.query(self.path(), queries);
        self.access.send(Call::get(&path)).await
    }

    pub async fn get<A: DeserializeOwned>(
        &self,
        id: &Id,
        queries: &[Query],
    ) -> Result<A, AppwriteError> {
        let path = self.query(self.row_path(id), queries);
        self.access.send(Call::get(&path)).await
    }

    pub async fn create<A: DeserializeOwned>(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<A, AppwriteError> {
        let mut body = written(data, permissions)?;
        body.insert(self.words.row_id.to_owned(), id.to_string().into());
        let body = self.body(body);
        self.access.send(Call::post(&self.path(), body)).await
    }

    pub async fn update<A: DeserializeOwned>(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<A, AppwriteError> {
        let path = self.row_path(id);
        let body = self.body(written(data, permissions)?);
        self.access.send(Call::patch(&path, body)).await
    }

    pub async fn upsert<A: DeserializeOwned>(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<A, AppwriteError> {
        let path = self.row_path(id);
        let body = self.body(written(data, permissions)?);
        self.access.send(Call::put(&path, body)).await
    }

    pub async fn delete(&self, id: &Id) -> Result<(), AppwriteError> {
        let path = self.row_path(id);
        let call = Call::delete_with(&path, self.body(Map::new()));
        self.access.send_empty(call).await
    }

    pub async fn increment<A: DeserializeOwned>(
        &self,
        id: &Id,
        column: &Id,
        by: f64,
        max: Option<f64>,
    ) -> Result<A, AppwriteError> {
        self.count(id, column, "increment", by, ("max", max)).await
    }

    pub async fn decrement<A: DeserializeOwned>(
        &self,
        id: &Id,
        column: &Id,
        by: f64,
        min: Option<f64>,
    ) -> Result<A, AppwriteError> {
        self.count(id, column, "decrement", by, ("min", min)).await
    }

    async fn count<A: DeserializeOwned>(
        &self,
        id: &Id,
        column: &Id,
        verb: &str,
        by: f64,
        (bound, limit): (&str, Option<f64>),
    ) -> Result<A, AppwriteError> {
        let path = format!("{}/{column}/{verb}", self.row_path(id));
        let mut body = Map::new();
        body.insert("value".to_owned(), number(by));
        if let Some(limit) = limit {
            body.insert(bound.to_owned(), number(limit));
        }
        self.access.send(Call::patch(&path, self.body(body))).await
    }
}

/// The parameters of a row that is written.
fn written(
    data: &(impl Serialize + ?Sized),
    permissions: Option<&[Permission]>,
) -> Result<Map<String, Value>, AppwriteError> {
    let data = serde_json::to_value(data)?;
    let mut body = Map::new();
    body.insert("data".to_owned(), data);
    if let Some(permissions) = permissions {
        body.insert("permissions".to_owned(), json!(permissions));
    }
    Ok(body)
}

/// Whole numbers are written without a fraction: an integer column takes no other.
pub(super) fn number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        json!(number as i64)
    } else {
        json!(number)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::number;

    #[test]
    fn a_whole_number_has_no_fraction() {
        assert_eq!(number(3.0), json!(3));
        assert_eq!(number(-0.5), json!(-0.5));
        assert_eq!(number(1e300), json!(1e300));
    }
}
