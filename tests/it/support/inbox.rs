use appwrite_local::Server;
use reqwest::Client;
use serde::Deserialize;

/// A mail or a text message.
#[derive(Deserialize)]
pub struct Message {
    pub kind: String,
    pub subject: String,
    pub text: String,
    link: Option<String>,
    code: Option<String>,
}

impl Message {
    pub fn link(&self) -> &str {
        self.link.as_deref().unwrap()
    }

    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap()
    }

    /// A code that isn't the one in it.
    pub fn wrong_code(&self) -> &'static str {
        if self.code() == "123456" {
            "654321"
        } else {
            "123456"
        }
    }
}

/// What a local Appwrite has sent to an address or a number, newest first.
pub async fn messages(client: &Client, local: &Server, to: &str) -> Vec<Message> {
    #[derive(Deserialize)]
    struct Inbox {
        messages: Vec<Message>,
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("to", to)
        .finish();
    let url = format!("{}.json?{query}", local.inbox_url());
    let response = client.get(url).send().await.unwrap();
    response.json::<Inbox>().await.unwrap().messages
}

/// A parameter of an address.
pub fn query_of(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == name).unwrap();
    value.into_owned()
}
