use std::{fmt, sync::Arc};

use crate::{error::AppError, model::Problem};

/// How many characters anybody types where nothing is said about it.
const MOST_TYPED: usize = 1000;

/// The state of a page's form: new, refused, with what was typed and what was wrong, or with what was
/// typed before the visitor had to sign in.
///
/// The page provides it as context, where the fields find it. It also has what was typed into
/// password and code fields, but those don't show it.
#[derive(Clone, Default)]
pub struct FormState(Option<Arc<Posted>>);

struct Posted {
    fields: Vec<(String, String)>,
    error: Option<AppError>,
}

impl FormState {
    /// A form that was posted and refused.
    pub fn refused(fields: Vec<(String, String)>, error: AppError) -> Self {
        let error = Some(error);
        Self(Some(Arc::new(Posted { fields, error })))
    }

    /// A form that was filled in before the visitor had to sign in.
    pub fn filled_in(fields: Vec<(String, String)>) -> Self {
        let error = None;
        Self(Some(Arc::new(Posted { fields, error })))
    }

    /// The same, for a page that says itself what was wrong.
    #[must_use]
    pub fn without_error(self) -> Self {
        let posted = self.0.as_ref();
        posted.map_or_else(Self::default, |posted| {
            Self::filled_in(posted.fields.clone())
        })
    }

    /// What was wrong.
    pub fn error(&self) -> Option<&AppError> {
        self.0.as_ref()?.error.as_ref()
    }

    /// What was wrong with this field.
    pub(super) fn problem(&self, field: &str) -> Option<Problem> {
        let errors = self.error()?.fields();
        let found = errors.iter().find(|error| error.field == field);
        found.map(|error| error.problem)
    }

    /// Whether this is the first field with an error.
    pub(super) fn is_first_to_mend(&self, field: &str) -> bool {
        let first = self.error().and_then(|error| error.fields().first());
        first.is_some_and(|error| error.field == field)
    }

    /// What was posted under this name, or `start` where nothing was: by another form on the page,
    /// or by none.
    pub(super) fn value_or(&self, field: &str, start: &str) -> String {
        match &self.0 {
            Some(posted) => posted.value(field).unwrap_or(start).to_owned(),
            None => start.to_owned(),
        }
    }

    /// As [`value_or`](Self::value_or), for a field that takes so many characters. Of more, which no browser lets
    /// anybody type, there are at most four times as many: an answer takes memory until its last byte has been
    /// read.
    pub(super) fn text_or(&self, field: &str, start: &str, maxlength: Option<usize>) -> String {
        let mut text = self.value_or(field, start);
        let most = maxlength.unwrap_or(MOST_TYPED).saturating_mul(4);
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
        }
        text
    }

    /// Whether a checkbox was posted as ticked, or `start` if the form wasn't posted.
    pub(super) fn is_ticked_or(&self, field: &str, start: bool) -> bool {
        match &self.0 {
            Some(posted) => posted.value(field).is_some(),
            None => start,
        }
    }
}

impl Posted {
    fn value(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name == field);
        found.map(|(_, value)| value.as_str())
    }
}

/// Leaves out what was typed, because it may be a password.
impl fmt::Debug for FormState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FormState").field(&self.error()).finish()
    }
}
