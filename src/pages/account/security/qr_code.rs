use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// A QR code as one path, dark on light in any theme, because scanners need that. The lowest level
/// of error correction keeps it small: screens don't get damaged the way paper does.
pub fn qr_code(text: &str) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut dark = (0..colors.len())
        .filter(|at| colors[*at] == Color::Dark)
        .peekable();
    let mut path = String::new();
    // Where the last stroke ended.
    let mut pen = (0, usize::MAX);
    while let Some(start) = dark.next() {
        let mut end = start;
        // A run of them in one row is one stroke.
        while let Some(next) = dark.next_if(|at| *at == end + 1 && at % width != 0) {
            end = next;
        }
        let (x, y, length) = (start % width, start / width, end - start + 1);
        // A relative move is shorter, and there are hundreds of them.
        path += &if pen.1 == y {
            format!("m{} 0h{length}", x - pen.0)
        } else {
            format!("M{x} {y}h{length}")
        };
        pen = (x + length, y);
    }
    // It needs four light modules all around. A stroke is centered on its line, hence the half.
    let view_box = format!("-4 -4.5 {0} {0}", width + 8);
    Some(view! {
        <svg viewBox=view_box aria-hidden="true">
            <path d=path />
        </svg>
    })
}
