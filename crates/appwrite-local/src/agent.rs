//! What a user agent says of the device, in the words and codes of Matomo's DeviceDetector, which
//! Appwrite uses. Knows the common browsers; for anything else the fields stay empty, as they do
//! with Appwrite for what it does not know.

/// Operating system (code, name, version), client (type, code, name, version, engine, engine's
/// version) and device (name, brand, model).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Code, name, version.
    pub os: [String; 3],
    /// Type, code, name, version, engine, engine's version.
    pub client: [String; 6],
    /// Name, brand, model.
    pub device: [String; 3],
}

/// A browser: what its version follows in the user agent, its code and name on desktops and on
/// mobiles, and its engine with what that one's version follows.
struct Browser {
    token: &'static str,
    desktop: [&'static str; 2],
    mobile: [&'static str; 2],
    engine: [&'static str; 2],
}

/// In this order, because most browsers also claim to be an older one.
const BROWSERS: &[Browser] = &[
    Browser {
        token: "Edg/",
        desktop: ["PS", "Microsoft Edge"],
        mobile: ["PS", "Microsoft Edge"],
        engine: ["Blink", "Chrome/"],
    },
    Browser {
        token: "EdgA/",
        desktop: ["PS", "Microsoft Edge"],
        mobile: ["PS", "Microsoft Edge"],
        engine: ["Blink", "Chrome/"],
    },
    Browser {
        token: "OPR/",
        desktop: ["OP", "Opera"],
        mobile: ["OM", "Opera Mobile"],
        engine: ["Blink", "Chrome/"],
    },
    Browser {
        token: "SamsungBrowser/",
        desktop: ["SB", "Samsung Browser"],
        mobile: ["SB", "Samsung Browser"],
        engine: ["Blink", "Chrome/"],
    },
    Browser {
        token: "HeadlessChrome/",
        desktop: ["HC", "Headless Chrome"],
        mobile: ["HC", "Headless Chrome"],
        engine: ["Blink", "HeadlessChrome/"],
    },
    Browser {
        token: "CriOS/",
        desktop: ["CI", "Chrome Mobile iOS"],
        mobile: ["CI", "Chrome Mobile iOS"],
        engine: ["WebKit", "AppleWebKit/"],
    },
    Browser {
        token: "FxiOS/",
        desktop: ["FM", "Firefox Mobile iOS"],
        mobile: ["4F", "Firefox Mobile iOS"],
        engine: ["WebKit", "AppleWebKit/"],
    },
    Browser {
        token: "Chrome/",
        desktop: ["CH", "Chrome"],
        mobile: ["CM", "Chrome Mobile"],
        engine: ["Blink", "Chrome/"],
    },
    Browser {
        token: "Firefox/",
        desktop: ["FF", "Firefox"],
        mobile: ["FM", "Firefox Mobile"],
        engine: ["Gecko", "Firefox/"],
    },
    Browser {
        token: "Version/",
        desktop: ["SF", "Safari"],
        mobile: ["MF", "Mobile Safari"],
        engine: ["WebKit", "AppleWebKit/"],
    },
];

/// Programs that call over HTTP, by the word before the slash.
const LIBRARIES: &[[&str; 2]] = &[
    ["curl/", "curl"],
    ["Wget/", "Wget"],
    ["python-requests/", "Python Requests"],
];

/// Reads a user agent.
pub fn parse(user_agent: &str) -> Device {
    let text = |parts: [&str; 3]| parts.map(str::to_owned);
    for [token, name] in LIBRARIES {
        if user_agent.starts_with(token) {
            let version = short(after(user_agent, token).unwrap_or_default());
            let client = ["library", "", name, &version, "", ""].map(str::to_owned);
            return Device {
                client,
                ..Device::default()
            };
        }
    }
    let Some(browser) = BROWSERS
        .iter()
        .find(|browser| user_agent.contains(browser.token))
    else {
        return Device::default();
    };
    let mobile = user_agent.contains("Mobile");
    let (os, device) = if user_agent.contains("iPhone") {
        (
            ["IOS", "iOS", &apple_version(user_agent)].map(str::to_owned),
            text(["smartphone", "Apple", "iPhone"]),
        )
    } else if user_agent.contains("iPad") {
        (
            ["IOS", "iPadOS", &apple_version(user_agent)].map(str::to_owned),
            text(["tablet", "Apple", "iPad"]),
        )
    } else if let Some(version) = after(user_agent, "Android ") {
        let kind = if mobile { "smartphone" } else { "tablet" };
        (
            ["AND", "Android", version].map(str::to_owned),
            text([kind, "", ""]),
        )
    } else if let Some(version) = after(user_agent, "Windows NT ") {
        // The token has stood still at 10.0 since Windows 10.
        let version = version.trim_end_matches(".0");
        (
            ["WIN", "Windows", version].map(str::to_owned),
            text(["desktop", "", ""]),
        )
    } else if let Some(version) = after(user_agent, "Mac OS X ") {
        let version = short(&version.replace('_', "."));
        (
            ["MAC", "Mac", &version].map(str::to_owned),
            text(["desktop", "Apple", ""]),
        )
    } else if user_agent.contains("Linux") {
        (text(["LIN", "GNU/Linux", ""]), text(["desktop", "", ""]))
    } else {
        Default::default()
    };
    let [code, name] = if mobile {
        browser.mobile
    } else {
        browser.desktop
    };
    let [engine, engine_token] = browser.engine;
    let version = short(after(user_agent, browser.token).unwrap_or_default());
    let engine_version = after(user_agent, engine_token).unwrap_or_default();
    let client = ["browser", code, name, &version, engine, engine_version].map(str::to_owned);
    Device { os, client, device }
}

/// The word right after a token.
fn after<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    let rest = &text[text.find(token)? + token.len()..];
    Some(rest.split([' ', ';', ')']).next().unwrap_or_default())
}

/// The first two numbers of a version.
fn short(version: &str) -> String {
    version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

fn apple_version(user_agent: &str) -> String {
    let version = after(user_agent, "OS ").unwrap_or_default();
    short(&version.replace('_', "."))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn common_browsers_are_known() {
        for (user_agent, os, client, device) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
                "GNU/Linux",
                "Chrome",
                "desktop",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Windows",
                "Firefox",
                "desktop",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                "iOS",
                "Mobile Safari",
                "smartphone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                "Android",
                "Chrome Mobile",
                "smartphone",
            ),
            ("curl/8.5.0", "", "curl", ""),
            ("my-program/1.0", "", "", ""),
            ("", "", "", ""),
        ] {
            let found = parse(user_agent);
            assert_eq!(
                [&found.os[1], &found.client[2], &found.device[0]],
                [os, client, device],
                "{user_agent}"
            );
        }
    }
}
