use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;
use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

use crate::error::AppError;

/// Scanners need this many light modules all around.
const QUIET: usize = 4;

/// A QR code as an image of one bit a pixel and one pixel a module, which is a fifth of what the same
/// picture weighs as a path. The style sheet makes it large.
///
/// # Errors
///
/// `Internal` if the text is too long for a QR code.
pub fn qr_code(text: &str) -> Result<impl IntoView + use<>, AppError> {
    let png = png(text).map_err(|error| {
        tracing::error!(error, "no QR code");
        AppError::Internal
    })?;
    let src = format!("data:image/png;base64,{}", STANDARD.encode(png));
    Ok(view! { <img src=src alt="" /> })
}

/// Dark on light in any theme, because scanners need that. The lowest level of error correction keeps
/// it small: screens don't get damaged the way paper does.
fn png(text: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let bytes_a_row = side.div_ceil(8);
    // White is 1.
    let mut pixels = vec![0xFF_u8; bytes_a_row * side];
    for y in 0..width {
        for x in 0..width {
            if code[(x, y)] == Color::Dark {
                let column = x + QUIET;
                pixels[(y + QUIET) * bytes_a_row + column / 8] &= !(0x80 >> (column % 8));
            }
        }
    }
    let mut png = Vec::new();
    let side = u32::try_from(side)?;
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, iter};

    use super::*;

    /// What an authenticator app reads from the picture, a few pixels a module as on a screen.
    fn scan(png: &[u8]) -> String {
        let mut reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let side = frame.width as usize;
        let (zoom, mut screen) = (5, Vec::new());
        for y in (0..side).flat_map(|y| iter::repeat_n(y, zoom)) {
            for x in 0..side {
                let is_light = pixels[y * frame.line_size + x / 8] & (0x80 >> (x % 8)) != 0;
                screen.extend(iter::repeat_n(if is_light { 255 } else { 0 }, zoom));
            }
        }
        let mut scanner = quircs::Quirc::new();
        let mut codes = scanner.identify(side * zoom, side * zoom, &screen);
        let code = codes.next().unwrap().unwrap().decode().unwrap();
        String::from_utf8(code.payload).unwrap()
    }

    #[test]
    fn a_scanner_reads_what_the_code_says() {
        let secret = "4QLNUDHN6YH2VB2I25MZG6Z63K7XJIX6CB3MSM2A".repeat(3);
        for text in [
            "short".to_owned(),
            format!("otpauth://totp/Site:ada%40example.com?secret={secret}&issuer=Site"),
        ] {
            assert_eq!(scan(&png(&text).unwrap()), text);
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        assert!(png(&"x".repeat(3_000)).is_err());
    }
}
