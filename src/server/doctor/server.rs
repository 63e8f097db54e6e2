//! The checks of this server itself: its address and its files.

use url::Host;

use super::finding::Finding;
use crate::server::{
    assets::{Assets, Missing},
    config::Site,
};

/// What to do about any such address.
const SET_SITE_URL: &str =
    "Set SITE_URL to the address that people type, like http://192.168.1.5:3000.";

/// Whether people can open the site's URL. Nothing is said if they can.
pub(super) fn address(site: &Site) -> Option<Finding> {
    let is_unspecified = match site.url.host() {
        Some(Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_unspecified(),
        _ => false,
    };
    let url = site.origin();
    let detail = if site.url_is_guess {
        format!(
            "SITE_URL isn't set, and nobody can open {}, so links in emails and OAuth2 lead to {url}, \
             which is this machine only",
            site.addr
        )
    } else if is_unspecified {
        format!("{url} is every address of this machine, and not one that people can open")
    } else {
        return None;
    };
    Some(Finding::problem("address", detail, SET_SITE_URL))
}

/// Whether the files that cargo-leptos builds are where this server looks for them.
pub(super) fn files(site: &Site) -> Finding {
    const CHECK: &str = "files";
    let root = site.root.display();
    match Assets::find(site).missing(site) {
        None => Finding::ok(
            CHECK,
            format!("the bundle and the style sheet are in {root}"),
        ),
        Some(Missing::Everything) => Finding::cannot_tell(
            CHECK,
            format!(
                "nothing is built: neither {root}/pkg nor hash.txt next to the program is there"
            ),
        )
        .with_fix("Build with cargo-leptos, then set LEPTOS_SITE_ROOT to its folder \"site\"."),
        Some(Missing::Hashes(file)) => Finding::problem(
            CHECK,
            format!(
                "{} isn't there, so pages have no styles and no scripts",
                file.display()
            ),
            "Copy the hash.txt that cargo-leptos wrote next to the program it built.",
        ),
        Some(Missing::Files(files)) => {
            let files: Vec<_> = files
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            Finding::problem(
                CHECK,
                format!("these aren't there: {}", files.join(", ")),
                "Set LEPTOS_SITE_ROOT to the folder \"site\" from the build that hash.txt is from.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Config, Vars};

    fn site(vars: &[(&str, &str)]) -> Site {
        let appwrite = [
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ];
        let vars = Vars::from_pairs(appwrite.iter().chain(vars).copied());
        Config::read(&vars).unwrap().site
    }

    #[test]
    fn an_address_that_nobody_can_open_is_a_problem() {
        for vars in [
            &[("LEPTOS_SITE_ADDR", "0.0.0.0:3000")][..],
            &[("LEPTOS_SITE_ADDR", "[::]:3000")],
            &[("SITE_URL", "http://0.0.0.0:3000")],
        ] {
            let finding = address(&site(vars)).unwrap();
            assert!(finding.fix.unwrap().contains("Set SITE_URL"), "{vars:?}");
        }
        for vars in [
            &[][..],
            &[("LEPTOS_SITE_ADDR", "[::1]:3000")],
            &[
                ("LEPTOS_SITE_ADDR", "0.0.0.0:3000"),
                ("SITE_URL", "http://192.168.1.5:3000"),
            ],
        ] {
            assert_eq!(address(&site(vars)), None, "{vars:?}");
        }
    }

    #[test]
    fn where_the_server_listens_everywhere_links_lead_to_this_machine() {
        let site = site(&[("LEPTOS_SITE_ADDR", "0.0.0.0:3000")]);
        assert_eq!(site.origin(), "http://localhost:3000");
        assert!(site.url_is_guess);
    }
}
