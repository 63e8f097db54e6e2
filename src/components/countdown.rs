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
    view! {
        <span>
            " Try again in " <span class="hidden">{in_words(seconds)}</span>
            <span class="countdown" aria-hidden="true"></span>
        </span>
    }
}

fn in_words(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "less than a minute".to_owned(),
        minutes => format!("about {minutes} minutes"),
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
    }
}
