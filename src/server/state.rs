//! What all requests share.

use std::sync::Arc;

use url::Url;

use super::{
    appwrite::{Transport, TransportError},
    assets::Assets,
    auth::{
        cookie::CookieKey, counters::Counters, floor::Floor, just_here::JustHere,
        sent_phrases::SentPhrases, used_states::UsedStates,
    },
    config::{ApiKey, Appwrite, Backend, Config, Site},
    http::{kept_pages::KeptPages, works::Works},
};
use crate::model::SignInMethods;

/// What all requests share. None of it belongs to a visitor.
#[derive(Debug)]
pub struct AppState {
    /// Where this site is.
    pub site: Site,
    /// The connections to Appwrite.
    pub transport: Arc<Transport>,
    /// The names of the bundle's files.
    pub assets: Assets,
    /// The sign-in methods that the site offers.
    pub sign_in_methods: SignInMethods,
    /// The page with the emails and text messages, if the Appwrite is the local one that the app has
    /// started, which sends none.
    pub local_inbox: Option<Url>,
    /// How often things were tried lately.
    pub counters: Counters,
    /// The words that Appwrite sends.
    pub sent_phrases: SentPhrases,
    /// What has just happened here to accounts.
    pub just_here: JustHere,
    /// Which sign-ins at providers have come back.
    pub used_states: UsedStates,
    /// How long answers take that mustn't tell whether an account exists.
    pub floor: Floor,
    /// The same of answers to codes. Those take more calls where there's more to find out about an account.
    pub code_floor: Floor,
    /// The pages that are the same for everybody.
    pub kept_pages: KeptPages,
    /// The work that goes on without its request.
    pub works: Works,
    /// Seals every cookie but the session's.
    pub cookie_key: CookieKey,
    pub(in crate::server) api_key: ApiKey,
}

impl AppState {
    /// Makes what all requests share.
    ///
    /// # Errors
    ///
    /// See [`Transport::new`].
    pub fn new(config: &Config, appwrite: &Appwrite) -> Result<Arc<Self>, TransportError> {
        let transport = Transport::new(appwrite, config.timeouts)?;
        let transport = transport.remembering_visitors(config.visitor_cache);
        Ok(Arc::new(Self {
            site: config.site.clone(),
            transport: Arc::new(transport),
            assets: Assets::find(&config.site),
            sign_in_methods: config.sign_in_methods.clone(),
            local_inbox: match config.backend {
                Backend::Local { .. } => appwrite.endpoint.join("/_local/inbox").ok(),
                Backend::Configured(_) => None,
            },
            counters: Counters::default(),
            sent_phrases: SentPhrases::default(),
            just_here: JustHere::default(),
            used_states: UsedStates::default(),
            floor: Floor::new(config.answer_floor),
            code_floor: Floor::new(config.answer_floor),
            kept_pages: KeptPages::new(),
            works: Works::default(),
            cookie_key: CookieKey::derive(&appwrite.key),
            api_key: appwrite.key.clone(),
        }))
    }
}

#[cfg(test)]
impl AppState {
    /// One in front of nothing.
    pub fn alone() -> Arc<Self> {
        use super::config::Vars;

        let endpoint = "http://127.0.0.1:9/v1";
        let config = Config::read(&Vars::from_pairs([
            ("APPWRITE_ENDPOINT", endpoint),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]));
        let appwrite = Appwrite {
            endpoint: endpoint.parse().unwrap(),
            project_id: "p".to_owned(),
            key: ApiKey::new("k"),
        };
        Self::new(&config.unwrap(), &appwrite).unwrap()
    }
}
