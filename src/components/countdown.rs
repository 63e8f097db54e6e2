use leptos::prelude::*;

/// How long people have to wait, counting down: "Try again in 9:49".
///
/// The style sheet does the counting, so it needs no script. It starts from `--wait`, which the
/// document or the form's island sets. Screen readers get words that don't change.
#[component]
pub fn Countdown(
    /// Seconds.
    seconds: u32,
) -> impl IntoView {
    // Nobody watches hours go by, so then everybody gets the words.
    let (words, clock) = if seconds > 7200 {
        ("", "hidden")
    } else {
        ("hidden", "countdown")
    };
    view! {
        <span>
            " Try again in " <span class=words>{in_words(seconds)}</span>
            <span class=clock aria-hidden="true"></span>
        </span>
    }
}

fn in_words(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "less than a minute".to_owned(),
        minutes @ ..120 => format!("about {minutes} minutes"),
        minutes => format!("about {} hours", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_wait_is_said_as_people_say_it() {
        assert_eq!(in_words(1), "less than a minute");
        assert_eq!(in_words(60), "less than a minute");
        assert_eq!(in_words(61), "about 2 minutes");
        assert_eq!(in_words(600), "about 10 minutes");
        assert_eq!(in_words(7140), "about 119 minutes");
        assert_eq!(in_words(7141), "about 2 hours");
        assert_eq!(in_words(86_400), "about 24 hours");
    }
}
