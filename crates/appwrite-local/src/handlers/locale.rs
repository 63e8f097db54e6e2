//! Countries, languages and currencies. Their names are in English; continents have German ones too.

use serde_json::{Value, json};

use crate::{call::Call, error::ApiError, model, reply::Reply};

/// Code, name, and calling code, which one of them lacks; by name.
const COUNTRIES: &str = include_str!("../locale/countries.tsv");

/// Code, name, and what speakers call it.
const LANGUAGES: &str = include_str!("../locale/languages.tsv");

/// Code, name, plural, symbol, the symbol where it's used, digits after the point, and rounding.
const CURRENCIES: &str = include_str!("../locale/currencies.tsv");

/// Code and name of what `X-Appwrite-Locale` may ask for.
const LOCALE_CODES: &str = include_str!("../locale/codes.tsv");

/// Code, name, and German name.
const CONTINENTS: [(&str, &str, &str); 7] = [
    ("AF", "Africa", "Afrika"),
    ("AN", "Antarctica", "Antarktis"),
    ("AS", "Asia", "Asien"),
    ("EU", "Europe", "Europa"),
    ("NA", "North America", "Nordamerika"),
    ("OC", "Oceania", "Ozeanien"),
    ("SA", "South America", "Südamerika"),
];

const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The lines of a table with so many columns.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let columns = |line: &'static str| line.split('\t').collect::<Vec<_>>().try_into().ok();
    table.lines().filter_map(columns)
}

/// 200 with a list of models under its name.
fn list(name: &str, models: impl Iterator<Item = Value>) -> Reply {
    let models: Vec<_> = models.collect();
    Reply::ok(model::list(name, models.len(), models))
}

/// The one of two names that the request asks for.
fn translated<'a>(call: &Call, english: &'a str, german: &'a str) -> &'a str {
    if call.locale == "de" { german } else { english }
}

/// `GET /locale`: where the caller is. That's always unknown for an address on this machine.
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    let unknown = translated(&call, "Unknown", "Unbekannt");
    Ok(Reply::ok(json!({
        "ip": call.ip,
        "countryCode": "--",
        "country": unknown,
        "continentCode": "--",
        "continent": unknown,
        "eu": false,
        "currency": "",
    })))
}

/// `GET /locale/codes`
pub async fn list_codes(_: Call) -> Result<Reply, ApiError> {
    let model = |[code, name]: [&str; 2]| json!({ "code": code, "name": name });
    Ok(list("localeCodes", rows(LOCALE_CODES).map(model)))
}

/// `GET /locale/continents`
pub async fn list_continents(call: Call) -> Result<Reply, ApiError> {
    let models = CONTINENTS.iter().map(|(code, english, german)| {
        json!({ "name": translated(&call, english, german), "code": code })
    });
    Ok(list("continents", models))
}

/// The countries whose code is `wanted`, sorted by name.
fn countries(wanted: impl Fn(&str) -> bool) -> Reply {
    let models = rows::<3>(COUNTRIES)
        .filter(|[code, ..]| wanted(code))
        .map(|[code, name, _]| json!({ "name": name, "code": code }));
    list("countries", models)
}

/// `GET /locale/countries`
pub async fn list_countries(_: Call) -> Result<Reply, ApiError> {
    Ok(countries(|_| true))
}

/// `GET /locale/countries/eu`: those of the European Union.
pub async fn list_countries_eu(_: Call) -> Result<Reply, ApiError> {
    Ok(countries(|code| EUROPEAN_UNION.contains(&code)))
}

/// `GET /locale/countries/phones`: calling codes, lowest first.
pub async fn list_phones(_: Call) -> Result<Reply, ApiError> {
    let mut phones: Vec<(u32, &str, &str)> = rows::<3>(COUNTRIES)
        .filter_map(|[code, name, phone]| Some((phone.parse().ok()?, name, code)))
        .collect();
    phones.sort_unstable();
    let models = phones.iter().map(|(phone, name, code)| {
        json!({ "code": format!("+{phone}"), "countryCode": code, "countryName": name })
    });
    Ok(list("phones", models))
}

/// `GET /locale/currencies`
pub async fn list_currencies(_: Call) -> Result<Reply, ApiError> {
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let model = |[code, name, plural, symbol, native, digits, rounding]: [&str; 7]| {
        json!({
            "symbol": symbol,
            "name": name,
            "symbolNative": native,
            "decimalDigits": number(digits),
            "rounding": number(rounding),
            "code": code,
            "namePlural": plural,
        })
    };
    Ok(list("currencies", rows(CURRENCIES).map(model)))
}

/// `GET /locale/languages`
pub async fn list_languages(_: Call) -> Result<Reply, ApiError> {
    let model = |[code, name, native]: [&str; 3]| json!({ "name": name, "code": code, "nativeName": native });
    Ok(list("languages", rows(LANGUAGES).map(model)))
}
