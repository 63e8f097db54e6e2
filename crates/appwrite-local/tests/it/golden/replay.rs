//! Plays one scenario.

use std::time::Duration;

use appwrite_local::Server;
use fancy_regex::Regex;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    compare::{Difference, compare},
    request::build,
    scenario::{Expected, ExpectedMail, GivenUser, Request, Scenario, Step},
    variables::{Missing, TOTP_STEP, Variables},
    window::wait_for_room,
};

/// The number to which no message is sent, and its code.
pub const MOCK_PHONE: (&str, &str) = ("+15005550006", "123456");

/// Seconds for which calls are counted.
const LIMITS_WINDOW: u64 = 3600;

const PASSWORD: &str = "password-1";

/// What became of a step.
pub struct Outcome {
    pub step: String,
    pub group: String,
    pub scored: bool,
    pub differences: Vec<Difference>,
}

/// Plays a scenario's steps one after another, against a server.
pub async fn replay(scenario: &Scenario, server: &Server, client: &Client) -> Vec<Outcome> {
    if scenario.needs_limits() {
        wait_for_room(LIMITS_WINDOW, Duration::from_secs(10)).await;
    }
    let mut stage = Stage::new(scenario, server, client);
    for (name, user) in &scenario.users {
        stage.make_user(name, user).await;
    }
    let mut outcomes = Vec::new();
    for step in &scenario.steps {
        if let Some(addresses) = &step.purge {
            for (attribute, value) in addresses {
                stage.purge(attribute, value).await;
            }
            continue;
        }
        let played = stage.play(step).await;
        outcomes.push(Outcome {
            step: format!(
                "{}: {} ({} {})",
                scenario.title, step.note, scenario.id, step.id
            ),
            group: step.group.as_ref().unwrap_or(&scenario.group).clone(),
            scored: step.is_scored(),
            differences: played.unwrap_or_else(|missing| vec![missing.into()]),
        });
    }
    outcomes
}

/// What a scenario is played with.
struct Stage<'a> {
    server: &'a Server,
    client: &'a Client,
    endpoint: String,
    variables: Variables,
}

impl<'a> Stage<'a> {
    fn new(scenario: &Scenario, server: &'a Server, client: &'a Client) -> Self {
        // By name: that's how the recordings' origins and redirects call it.
        let origin = format!("http://localhost:{}", server.addr().port());
        let endpoint = format!("{origin}/v1");
        let mut variables = Variables::new(&scenario.id);
        for (name, value) in [
            ("endpoint", endpoint.as_str()),
            ("origin", &origin),
            ("hostname", "localhost"),
            ("project", server.project()),
            ("project_lc", server.project()),
            ("key", server.key()),
            ("mock_phone", MOCK_PHONE.0),
            ("mock_otp", MOCK_PHONE.1),
        ] {
            variables.set(name, value);
        }
        Self {
            server,
            client,
            endpoint,
            variables,
        }
    }

    /// A call by the API key, outside of the story.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.endpoint))
            .header("x-appwrite-project", self.server.project())
            .header("x-appwrite-key", self.server.key());
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::read(request.send().await.unwrap()).await
    }

    /// Makes a user, whose ID, email, password and session templates can name.
    async fn make_user(&mut self, name: &str, user: &GivenUser) {
        let email = self.variables.get(&format!("email:{name}")).unwrap();
        let body = json!({
            "userId": "unique()", "email": email, "password": PASSWORD, "name": format!("User {name}")
        });
        let made = self.call(Method::POST, "/users", Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        for (field, value) in [
            ("id", made.body["$id"].clone()),
            ("email", email.clone()),
            ("password", PASSWORD.into()),
        ] {
            self.variables.set(format!("{name}.{field}"), value);
        }
        if user.session {
            let body = json!({ "email": email, "password": PASSWORD });
            let path = "/account/sessions/email";
            let session = self.call(Method::POST, path, Some(body)).await;
            assert_eq!(session.status, 201, "{}", session.body);
            for (field, value) in [("session", "secret"), ("sessionId", "$id")] {
                let value = session.body[value].clone();
                self.variables.set(format!("{name}.{field}"), value);
            }
        }
    }

    /// Deletes the users who hold an address that scenarios share.
    async fn purge(&self, attribute: &str, value: &str) {
        let value = self.variables.render_text(value).unwrap();
        let query = json!({ "method": "equal", "attribute": attribute, "values": [value] });
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("queries[]", &query.to_string())
            .finish();
        let found = self
            .call(Method::GET, &format!("/users?{query}"), None)
            .await;
        for user in found.body["users"].as_array().unwrap() {
            let path = format!("/users/{}", user["$id"].as_str().unwrap());
            let deleted = self.call(Method::DELETE, &path, None).await;
            assert_eq!(deleted.status, 204, "{}", deleted.body);
        }
    }

    /// Plays a step, and tells where it differs.
    async fn play(&mut self, step: &Step) -> Result<Vec<Difference>, Missing> {
        match (&step.request, &step.expect, &step.mail) {
            (Some(request), Some(expected), None) => {
                let answer = self.send(request, step).await?;
                let differences = self.differences(expected, &answer);
                for (variable, pointer) in &step.capture {
                    match self.pick(pointer, &answer)? {
                        Some(value) => self.variables.set(variable, value),
                        None => self.variables.remove(variable),
                    }
                }
                differences
            }
            (None, None, Some(mail)) => self.read_mail(mail).await,
            _ => panic!("step {} is neither a request nor a mail", step.id),
        }
    }

    /// Sends a request; again and again where the step says until when.
    async fn send(&self, request: &Request, step: &Step) -> Result<Answer, Missing> {
        const TRIES: usize = 60;
        const PAUSE: Duration = Duration::from_millis(50);
        let is_totp = |body: &Value| body.to_string().contains("totp:");
        if request.body.as_ref().is_some_and(is_totp) {
            wait_for_room(TOTP_STEP, Duration::from_millis(1500)).await;
        }
        let mut tries = 0;
        loop {
            let response = build(self.client, request, &self.variables)?
                .send()
                .await
                .unwrap();
            let answer = Answer::read(response).await;
            tries += 1;
            let done = match &step.until {
                Some(until) => {
                    answer.status >= 400
                        || tries == TRIES
                        || self.pick(&until.pointer, &answer)?.as_ref() == Some(&until.equals)
                }
                None => true,
            };
            if done {
                return Ok(answer);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn differences(
        &self,
        expected: &Expected,
        answer: &Answer,
    ) -> Result<Vec<Difference>, Missing> {
        let mut differences = Vec::new();
        if expected.status != answer.status {
            let (expected, actual) = (expected.status.into(), answer.status.into());
            differences.push(Difference::new("status", &expected, &actual, "status"));
        }
        for (name, expected) in &expected.headers {
            let name = name.to_lowercase();
            let actual = answer.header_view(&name);
            let mut variables = self.variables.clone();
            if name == "location" {
                // Both sides name the server itself by this template.
                variables.set("endpoint", "{{endpoint}}");
            }
            let path = format!("header {name}");
            differences.extend(compare(expected, &actual, &variables, &path)?);
        }
        let body = compare(&expected.body, &answer.body, &self.variables, "body")?;
        differences.extend(body);
        Ok(differences)
    }

    /// The value at a place in an answer.
    fn pick(&self, pointer: &str, answer: &Answer) -> Result<Option<Value>, Missing> {
        let (kind, argument) = pointer.split_once(':').unwrap();
        let argument = self.variables.render_text(argument)?;
        Ok(match kind {
            "body" => answer.body.pointer(&argument).cloned(),
            "location" => answer.header_view("location").pointer(&argument).cloned(),
            "rawlocation" => answer.location_query().pointer(&argument).cloned(),
            "cookie" => answer.cookie(&argument).map(Value::from),
            "header" => answer.header(&argument).map(Value::from),
            _ => panic!("{pointer} is nowhere in an answer"),
        })
    }

    /// Looks for a mail in the inbox, where it is before the request that sends it is answered.
    async fn read_mail(&mut self, expected: &ExpectedMail) -> Result<Vec<Difference>, Missing> {
        let to = self.variables.render_text(&expected.to)?;
        let inbox = format!("http://{}/_local/inbox.txt", self.server.addr());
        let newest = self
            .client
            .get(inbox)
            .query(&[("to", &to), ("contains", &expected.contains)]);
        let response = newest.send().await.unwrap();
        let found = response.status().is_success();
        let mail = response.text().await.unwrap();
        let shown = Value::from(mail.as_str());
        let mut differences = Vec::new();
        if !found || !mail.contains(&to) {
            let wanted = format!("a mail to {to} with {}", expected.contains);
            differences.push(Difference::new("mail", &wanted.into(), &shown, "no mail"));
            return Ok(differences);
        }
        for (variable, pattern) in &expected.capture {
            let regex = Regex::new(pattern).unwrap();
            let last = regex.captures_iter(&mail).last();
            match last.and_then(|found| found.unwrap().get(1)) {
                Some(value) => self.variables.set(variable, value.as_str()),
                None => {
                    let pattern = pattern.as_str().into();
                    differences.push(Difference::new(
                        "mail",
                        &pattern,
                        &shown,
                        "pattern is absent",
                    ));
                }
            }
        }
        for text in &expected.has {
            let text = self.variables.render_text(text)?;
            if !mail.contains(&text) {
                differences.push(Difference::new(
                    "mail",
                    &text.into(),
                    &shown,
                    "text is absent",
                ));
            }
        }
        Ok(differences)
    }
}
