//! What a user agent tells about the device, in the words and codes of Matomo's DeviceDetector,
//! which Appwrite uses.
//!
//! woothee parses the user agent; the tables here turn its names into Matomo's. Whatever they lack
//! stays empty, as it does with Appwrite. This crate's README lists where the two differ.

use woothee::parser::Parser;

/// A device, its operating system, and the client running on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Code, name, version.
    pub os: [String; 3],
    /// Type, code, name, version, engine, engine's version.
    pub client: [String; 6],
    /// Name, brand, model.
    pub device: [String; 3],
}

/// A browser: woothee's name, Matomo's code and name on desktop and on mobile, and the engine with
/// the token that comes before its version in the user agent.
struct Browser {
    name: &'static str,
    desktop: [&'static str; 2],
    mobile: [&'static str; 2],
    engine: [&'static str; 2],
}

const BLINK: [&str; 2] = ["Blink", "Chrome/"];

const BROWSERS: &[Browser] = &[
    Browser {
        name: "Chrome",
        desktop: ["CH", "Chrome"],
        mobile: ["CM", "Chrome Mobile"],
        engine: BLINK,
    },
    Browser {
        name: "Edge",
        desktop: ["PS", "Microsoft Edge"],
        mobile: ["PS", "Microsoft Edge"],
        engine: BLINK,
    },
    Browser {
        name: "Opera",
        desktop: ["OP", "Opera"],
        mobile: ["OM", "Opera Mobile"],
        engine: BLINK,
    },
    Browser {
        name: "Vivaldi",
        desktop: ["VI", "Vivaldi"],
        mobile: ["VI", "Vivaldi"],
        engine: BLINK,
    },
    Browser {
        name: "SamsungBrowser",
        desktop: ["SB", "Samsung Browser"],
        mobile: ["SB", "Samsung Browser"],
        engine: BLINK,
    },
    Browser {
        name: "Firefox",
        desktop: ["FF", "Firefox"],
        mobile: ["FM", "Firefox Mobile"],
        engine: ["Gecko", "Firefox/"],
    },
    Browser {
        name: "Safari",
        desktop: ["SF", "Safari"],
        mobile: ["MF", "Mobile Safari"],
        engine: ["WebKit", "AppleWebKit/"],
    },
];

/// Operating systems: what woothee's name starts with, Matomo's code, and Matomo's name.
const SYSTEMS: &[[&str; 3]] = &[
    ["iPhone", "IOS", "iOS"],
    ["iPad", "IOS", "iPadOS"],
    ["iPod", "IOS", "iOS"],
    ["Android", "AND", "Android"],
    ["ChromeOS", "COS", "Chrome OS"],
    ["Mac OSX", "MAC", "Mac"],
    ["Windows", "WIN", "Windows"],
    ["Linux", "LIN", "GNU/Linux"],
];

/// HTTP clients, by the word before the slash. woothee doesn't tell them apart.
const LIBRARIES: &[[&str; 2]] = &[
    ["curl/", "curl"],
    ["Wget/", "Wget"],
    ["python-requests/", "Python Requests"],
];

/// Parses a user agent.
pub fn parse(user_agent: &str) -> Device {
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
    let Some(found) = Parser::new().parse(user_agent) else {
        return Device::default();
    };
    let apple = found.os.starts_with("iP");
    let mobile = apple || user_agent.contains("Mobile");
    let os = SYSTEMS
        .iter()
        .find(|[prefix, ..]| found.os.starts_with(prefix))
        .map(|[_, code, name]| {
            let version = match *code {
                // For Windows, woothee's version is the token, and the name has the product.
                "WIN" => found.os.trim_start_matches("Windows").trim().to_owned(),
                "LIN" => String::new(),
                _ => short(&found.os_version.replace('_', ".")),
            };
            [(*code).to_owned(), (*name).to_owned(), version]
        })
        .unwrap_or_default();
    let client = BROWSERS
        .iter()
        .find(|browser| browser.name == found.name)
        .map(|browser| {
            let [code, name] = match (apple, found.name, mobile) {
                (true, "Chrome", _) => ["CI", "Chrome Mobile iOS"],
                (true, "Firefox", _) => ["4F", "Firefox Mobile iOS"],
                (_, _, true) => browser.mobile,
                (_, _, false) => browser.desktop,
            };
            let [engine, token] = if apple {
                ["WebKit", "AppleWebKit/"]
            } else {
                browser.engine
            };
            let engine_version = after(user_agent, token).unwrap_or_default();
            [
                "browser",
                code,
                name,
                &short(found.version),
                engine,
                engine_version,
            ]
            .map(str::to_owned)
        })
        .unwrap_or_default();
    let device = match (found.os, found.category) {
        ("iPhone", _) => ["smartphone", "Apple", "iPhone"],
        ("iPad", _) => ["tablet", "Apple", "iPad"],
        ("Mac OSX", _) => ["desktop", "Apple", ""],
        ("Android", _) if !mobile => ["tablet", "", ""],
        (_, "smartphone") => ["smartphone", "", ""],
        (_, "pc") => ["desktop", "", ""],
        _ => ["", "", ""],
    };
    Device {
        os,
        client,
        device: device.map(str::to_owned),
    }
}

/// The word right after a token.
fn after<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    let rest = text.get(text.find(token)? + token.len()..)?;
    Some(rest.split([' ', ';', ')']).next().unwrap_or_default())
}

/// The first two numbers of a version.
fn short(version: &str) -> String {
    version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn common_browsers_are_recognized() {
        for (user_agent, os, client, device) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
                ["LIN", "GNU/Linux", ""],
                ["browser", "CH", "Chrome", "124.0", "Blink", "124.0.0.0"],
                ["desktop", "", ""],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                ["WIN", "Windows", "10"],
                ["browser", "FF", "Firefox", "140.0", "Gecko", "140.0"],
                ["desktop", "", ""],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                ["WIN", "Windows", "10"],
                [
                    "browser",
                    "PS",
                    "Microsoft Edge",
                    "140.0",
                    "Blink",
                    "140.0.0.0",
                ],
                ["desktop", "", ""],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                ["MAC", "Mac", "10.15"],
                ["browser", "SF", "Safari", "18.0", "WebKit", "605.1.15"],
                ["desktop", "Apple", ""],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                ["IOS", "iOS", "17.0"],
                [
                    "browser",
                    "MF",
                    "Mobile Safari",
                    "17.0",
                    "WebKit",
                    "605.1.15",
                ],
                ["smartphone", "Apple", "iPhone"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                ["AND", "Android", "14"],
                [
                    "browser",
                    "CM",
                    "Chrome Mobile",
                    "126.0",
                    "Blink",
                    "126.0.0.0",
                ],
                ["smartphone", "", ""],
            ),
            (
                "curl/8.5.0",
                ["", "", ""],
                ["library", "", "curl", "8.5", "", ""],
                ["", "", ""],
            ),
            ("my-program/1.0", [""; 3], [""; 6], [""; 3]),
            ("", [""; 3], [""; 6], [""; 3]),
        ] {
            let found = parse(user_agent);
            assert_eq!(found.os, os, "{user_agent}");
            assert_eq!(found.client, client, "{user_agent}");
            assert_eq!(found.device, device, "{user_agent}");
        }
    }
}
