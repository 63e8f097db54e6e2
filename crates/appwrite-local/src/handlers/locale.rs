//! Countries and languages, in English.

use isocountry::CountryCode;
use isolang::Language;
use serde_json::{Value, json};

use crate::{call::Call, error::ApiError, model, reply::Reply};

const CONTINENTS: [(&str, &str); 7] = [
    ("AF", "Africa"),
    ("AN", "Antarctica"),
    ("AS", "Asia"),
    ("EU", "Europe"),
    ("NA", "North America"),
    ("OC", "Oceania"),
    ("SA", "South America"),
];

const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// `GET /locale`: where the caller is. That's always unknown for an address on this machine.
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(json!({
        "ip": call.ip,
        "countryCode": "--",
        "country": "Unknown",
        "continentCode": "--",
        "continent": "Unknown",
        "eu": false,
        "currency": null,
    })))
}

/// `GET /locale/continents`
pub async fn list_continents(_: Call) -> Result<Reply, ApiError> {
    let models: Vec<_> = CONTINENTS
        .iter()
        .map(|(code, name)| json!({ "name": name, "code": code }))
        .collect();
    Ok(Reply::ok(model::list("continents", models.len(), models)))
}

/// The countries whose code is `wanted`, sorted by name.
fn countries(wanted: impl Fn(&str) -> bool) -> Reply {
    let mut found: Vec<_> = CountryCode::iter()
        .filter(|country| wanted(country.alpha2()))
        .map(|country| (country.name(), country.alpha2()))
        .collect();
    found.sort_unstable();
    let models: Vec<Value> = found
        .into_iter()
        .map(|(name, code)| json!({ "name": name, "code": code }))
        .collect();
    Reply::ok(model::list("countries", models.len(), models))
}

/// `GET /locale/countries`
pub async fn list_countries(_: Call) -> Result<Reply, ApiError> {
    Ok(countries(|_| true))
}

/// `GET /locale/countries/eu`: the countries of the European Union.
pub async fn list_countries_eu(_: Call) -> Result<Reply, ApiError> {
    Ok(countries(|code| EUROPEAN_UNION.contains(&code)))
}

/// `GET /locale/languages`: the languages with a two-letter code.
pub async fn list_languages(_: Call) -> Result<Reply, ApiError> {
    let models: Vec<_> = isolang::languages()
        .filter_map(|language: Language| {
            let code = language.to_639_1()?;
            let name = language.to_name();
            let native = language.to_autonym().unwrap_or(name);
            Some(json!({ "name": name, "code": code, "nativeName": native }))
        })
        .collect();
    Ok(Reply::ok(model::list("languages", models.len(), models)))
}
