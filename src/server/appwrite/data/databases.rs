use serde::{Serialize, de::DeserializeOwned};

use super::{
    permission::Permission,
    query::Query,
    row::{Row, Rows},
    store::{Access, Store, Words},
};
use crate::server::appwrite::{error::AppwriteError, id::Id};

const WORDS: Words = Words {
    service: "databases",
    tables: "collections",
    rows: "documents",
    row_id: "documentId",
};

/// The Databases service: what [`TablesDB`](super::TablesDB) does, in the words that Appwrite used
/// before it had tables, for projects and code of that time.
pub struct Databases<'a> {
    access: Access<'a>,
}

impl<'a> Databases<'a> {
    pub(in crate::server::appwrite) fn new(access: Access<'a>) -> Self {
        Self { access }
    }

    fn documents(&self, database: &'a Id, collection: &'a Id) -> Store<'a> {
        Store {
            access: self.access,
            words: &WORDS,
            database,
            table: collection,
            transaction: None,
        }
    }

    /// `GET …/documents`: the documents that match, at most 25 unless a query says otherwise.
    pub async fn list_documents<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        queries: &[Query],
    ) -> Result<Rows<T>, AppwriteError> {
        self.documents(database, collection).list(queries).await
    }

    /// `GET …/documents/{id}`. The only query is [`Query::select`].
    pub async fn get_document<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        queries: &[Query],
    ) -> Result<Row<T>, AppwriteError> {
        self.documents(database, collection).get(id, queries).await
    }

    /// `POST …/documents`: a new document; see [`TablesDB::create_row`](super::TablesDB::create_row).
    pub async fn create_document<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let documents = self.documents(database, collection);
        documents.create(id, data, permissions).await
    }

    /// `PATCH …/documents/{id}`: changes the attributes that are in `data`, and no others.
    pub async fn update_document<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let documents = self.documents(database, collection);
        documents.update(id, data, permissions).await
    }

    /// `PUT …/documents/{id}`: makes the document, or changes it if it's there.
    pub async fn upsert_document<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let documents = self.documents(database, collection);
        documents.upsert(id, data, permissions).await
    }

    /// `DELETE …/documents/{id}`.
    pub async fn delete_document(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
    ) -> Result<(), AppwriteError> {
        self.documents(database, collection).delete(id).await
    }

    /// `PATCH …/documents/{id}/{attribute}/increment`: adds to a number, up to `max`.
    pub async fn increment_document_attribute<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        attribute: &Id,
        by: f64,
        max: Option<f64>,
    ) -> Result<Row<T>, AppwriteError> {
        let documents = self.documents(database, collection);
        documents.increment(id, attribute, by, max).await
    }

    /// `PATCH …/documents/{id}/{attribute}/decrement`: takes from a number, down to `min`.
    pub async fn decrement_document_attribute<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        collection: &'a Id,
        id: &Id,
        attribute: &Id,
        by: f64,
        min: Option<f64>,
    ) -> Result<Row<T>, AppwriteError> {
        let documents = self.documents(database, collection);
        documents.decrement(id, attribute, by, min).await
    }
}
