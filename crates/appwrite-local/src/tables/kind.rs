//! What a column is made of, apart from its name.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use strum::{EnumString, IntoStaticStr, VariantNames};

/// A column's type, by Appwrite's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Kind {
    String,
    Varchar,
    Text,
    Mediumtext,
    Longtext,
    Integer,
    Bigint,
    Double,
    Boolean,
    Datetime,
    Point,
    Linestring,
    Polygon,
    Relationship,
}

impl Kind {
    /// Whether its values are texts, other than dates.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::String | Self::Varchar | Self::Text | Self::Mediumtext | Self::Longtext
        )
    }

    /// Whether its values are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Bigint | Self::Double)
    }

    /// Whether its values are coordinates.
    pub fn is_spatial(self) -> bool {
        matches!(self, Self::Point | Self::Linestring | Self::Polygon)
    }
}

/// What a text has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    Email,
    Url,
    Ip,
    Enum,
}

impl Format {
    /// The size of the columns that its own routes make.
    pub fn size(self) -> i64 {
        match self {
            Self::Email => 254,
            Self::Url => 2000,
            Self::Ip => 39,
            Self::Enum => 255,
        }
    }
}

/// What only some types have. It's stored as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    pub format: Option<Format>,
    pub elements: Vec<String>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    /// Whether an integer has 64 bits.
    pub wide: bool,
    pub encrypt: bool,
    pub relation: Option<Relation>,
}

/// The other end of a relationship column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    /// The related table's sequence.
    pub table: i64,
    pub table_id: String,
    pub relation_type: RelationType,
    pub two_way: bool,
    /// The key of the column at the other end.
    pub two_way_key: String,
    pub on_delete: OnDelete,
    pub side: Side,
}

impl Relation {
    /// Whether a row has any number of related rows, rather than one at most.
    pub fn to_many(&self) -> bool {
        match self.relation_type {
            RelationType::OneToOne => false,
            RelationType::OneToMany => self.side == Side::Parent,
            RelationType::ManyToOne => self.side == Side::Child,
            RelationType::ManyToMany => true,
        }
    }

    /// Whether the ID of the related row is in the row itself. Otherwise this row's ID is in
    /// the related ones.
    pub fn is_stored(&self) -> bool {
        match self.relation_type {
            RelationType::OneToOne => self.side == Side::Parent,
            RelationType::OneToMany | RelationType::ManyToOne => !self.to_many(),
            RelationType::ManyToMany => false,
        }
    }
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum RelationType {
    OneToOne,
    ManyToOne,
    ManyToMany,
    OneToMany,
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum OnDelete {
    Cascade,
    Restrict,
    SetNull,
}

/// Which end of a relationship a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Side {
    Parent,
    Child,
}
