//! Pages in gzip's format, with a part that was compressed beforehand.
//!
//! A gzip stream is a list of blocks, and a block may hold bytes as they are. So what's the same in every
//! page is compressed once, and each page is laid around it, at the cost of copying it.
//!
//! The format: RFC 1952, and RFC 1951 for the blocks.

use std::io::{self, Write};

use flate2::{Compression, Crc, write::DeflateEncoder, write::GzEncoder};

/// Gzip's two magic bytes, the method (deflate), no flags, no time, nothing said about the effort, and
/// an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The most bytes that a block holds as they are.
const MOST_STORED: usize = u16::MAX as usize;

/// A text that's compressed once and sent many times.
#[derive(Debug)]
pub struct Precompressed {
    text: String,
    blocks: Vec<u8>,
    checksum: Crc,
}

impl Precompressed {
    /// Compresses a text as well as it goes.
    ///
    /// # Errors
    ///
    /// None that can happen: it's all in memory.
    pub fn new(text: String) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes())?;
        // Ends the last block at a whole byte, without saying that it's the stream's last.
        encoder.flush()?;
        Ok(Self {
            blocks: encoder.get_ref().clone(),
            checksum: checksum(text.as_bytes()),
            text,
        })
    }

    /// The text as it was.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Lays a page around this text: what stands before it, and after it, both as they are.
    pub fn between(&self, before: &[u8], after: &[u8]) -> Vec<u8> {
        let room = before.len() + self.blocks.len() + after.len() + 64;
        let mut stream = Vec::with_capacity(room);
        stream.extend(HEADER);
        for block in before.chunks(MOST_STORED) {
            store(&mut stream, block, false);
        }
        stream.extend(&self.blocks);
        for block in after.chunks(MOST_STORED) {
            store(&mut stream, block, false);
        }
        store(&mut stream, &[], true);
        let mut sum = checksum(before);
        sum.combine(&self.checksum);
        sum.combine(&checksum(after));
        stream.extend(sum.sum().to_le_bytes());
        stream.extend(sum.amount().to_le_bytes());
        stream
    }
}

/// A whole page, compressed.
///
/// # Errors
///
/// None that can happen: it's all in memory.
pub fn gzip(page: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(page)?;
    encoder.finish()
}

/// Adds a block with these bytes as they are.
fn store(stream: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
    // There are never more, so this is exact.
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    stream.push(u8::from(is_last));
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(bytes);
}

fn checksum(bytes: &[u8]) -> Crc {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn gunzip(stream: &[u8]) -> Vec<u8> {
        let mut page = Vec::new();
        // It checks the checksum and the length as well.
        GzDecoder::new(stream).read_to_end(&mut page).unwrap();
        page
    }

    #[test]
    fn a_page_is_the_same_after_the_way() {
        let style = ":root { color: red }\n".repeat(500);
        let piece = Precompressed::new(style.clone()).unwrap();
        for (before, after) in [
            ("", String::new()),
            ("<head>", "</head>".to_owned()),
            ("ä", "ö".repeat(100_000)),
        ] {
            let page = format!("{before}{style}{after}");
            let stream = piece.between(before.as_bytes(), after.as_bytes());
            assert!(gunzip(&stream) == page.as_bytes(), "{before}");
            assert!(stream.len() < before.len() + after.len() + 500);
            assert!(gunzip(&gzip(page.as_bytes()).unwrap()) == page.as_bytes());
        }
    }
}
