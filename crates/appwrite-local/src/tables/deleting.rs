//! Deleting rows, and what hangs on them.

use std::{
    collections::{HashMap, hash_map::Entry},
    rc::Rc,
};

use super::{
    kind::{OnDelete, RelationType, Side},
    pairs::Pairs,
    rows::{self, StoredRow},
    schema::Table,
    writing::{Writer, referring},
};
use crate::error::ApiError;

impl Writer<'_> {
    /// Deletes a row, and what hangs on it.
    ///
    /// # Errors
    ///
    /// `user_unauthorized` if the caller may not delete one of them; `row_delete_restricted` if rows
    /// that hang on one forbid it.
    pub fn delete(&self, table: &Table, row: &StoredRow) -> Result<(), ApiError> {
        // Not by calling itself: chains of rows may be longer than the stack is deep.
        let mut known = HashMap::new();
        let mut waiting = vec![(Rc::new(table.clone()), row.clone())];
        while let Some((table, row)) = waiting.pop() {
            // Another way to it may have deleted it by now.
            let Some(row) = rows::find(self.connection, &table, &row.id)? else {
                continue;
            };
            self.access.check(&table, &row.permissions, "delete")?;
            let with_it = self.delete_one(&table, &row, &mut known)?;
            waiting.extend(with_it.into_iter().rev());
        }
        Ok(())
    }

    /// Deletes this one row. Answers the rows that are to be deleted with it.
    fn delete_one(
        &self,
        table: &Table,
        row: &StoredRow,
        known: &mut HashMap<i64, Rc<Table>>,
    ) -> Result<Vec<(Rc<Table>, StoredRow)>, ApiError> {
        let mut hanging = Vec::new();
        for column in &table.columns {
            let Some(relation) = &column.spec.options.relation else {
                continue;
            };
            let related = match known.entry(relation.table) {
                Entry::Occupied(entry) => Rc::clone(entry.get()),
                Entry::Vacant(entry) => {
                    match Table::find_by_sequence(self.connection, relation.table)? {
                        Some(related) => Rc::clone(entry.insert(Rc::new(related))),
                        None => continue,
                    }
                }
            };
            let found = if relation.is_stored() {
                // Only of a pair of rows does one hang on the row that names it.
                match rows::value(&row.values, &column.spec.key).as_str() {
                    Some(id) if relation.relation_type == RelationType::OneToOne => {
                        rows::find(self.connection, &related, id)?
                            .into_iter()
                            .collect()
                    }
                    _ => Vec::new(),
                }
            } else {
                referring(self.connection, column, &related, &row.id)?
            };
            if !found.is_empty() && relation.on_delete == OnDelete::Restrict {
                return Err(self.api.delete_restricted());
            }
            hanging.push((column, relation, related, found));
        }
        rows::delete(self.connection, table, row.sequence)?;
        let mut deleted = Vec::new();
        for (column, relation, related, found) in hanging {
            let pairs = Pairs::of(column, &related);
            if let Some(pairs) = &pairs {
                pairs.remove(self.connection, &row.id)?;
            }
            // Of many to many, only the children go with their parent, even if it isn't the last.
            let cascades = relation.on_delete == OnDelete::Cascade
                && (pairs.is_none() || relation.side == Side::Parent);
            for one in found {
                if cascades {
                    deleted.push((Rc::clone(&related), one));
                } else if pairs.is_none() && !relation.is_stored() {
                    self.refer(&related, &one, &relation.two_way_key, None)?;
                }
            }
        }
        Ok(deleted)
    }
}
