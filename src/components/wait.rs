use leptos::prelude::*;

/// How long somebody has to wait: in words, and counting down.
///
/// The counting is the style sheet's, so it needs no script; it starts from `--wait`, which the
/// document sets, or the form's island.
#[component]
pub fn Wait(
    /// Seconds.
    seconds: u32,
) -> impl IntoView {
    view! {
        <span>
            " Try again in "
            {in_words(seconds)}
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
