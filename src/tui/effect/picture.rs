//! An image body as it looks: decoded, and scaled to the cells of a terminal, each of which shows two points one above
//! the other. It knows three formats, those that web pages and services sent when M3's were written.

use std::io::Cursor;

use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::tui::model::picture::{Cell, Picture};

/// Points of an image that is decoded: four bytes each are held while it is scaled.
const MOST: usize = 32 << 20;

/// An image as its file tells it.
struct Image {
    width: usize,
    height: usize,
    /// Red, green, blue and opacity of each point, row by row.
    points: Vec<u8>,
}

/// Which image format the bytes begin as; `None` for all that isn't drawn.
pub(super) fn format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("PNG"),
        [0xff, 0xd8, 0xff, ..] => Some("JPEG"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("GIF"),
        _ => None,
    }
}

/// The image in at most so many cells a row, and what its file says of its size.
///
/// # Errors
///
/// In words, where the bytes are damaged, cut off, or make a larger image than is drawn.
pub(super) fn read(bytes: &[u8], cells: usize) -> Result<(Picture, (usize, usize)), String> {
    let image = match format(bytes) {
        Some("PNG") => png(bytes),
        Some("JPEG") => jpeg(bytes),
        Some("GIF") => gif(bytes),
        _ => Err("its format isn't known".to_owned()),
    }?;
    if image.width == 0 || image.height == 0 || image.points.len() < image.width * image.height * 4 {
        return Err("it has no points".to_owned());
    }
    Ok((scaled(&image, cells), (image.width, image.height)))
}

/// Refuses what would take too much memory.
fn fits(width: usize, height: usize) -> Result<usize, String> {
    let points = width.checked_mul(height).filter(|points| *points <= MOST);
    points.ok_or_else(|| format!("{width} x {height} points are more than are drawn"))
}

fn png(bytes: &[u8]) -> Result<Image, String> {
    let words = |error: png::DecodingError| error.to_string();
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST * 4 });
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(words)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    fits(width, height)?;
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut points = vec![0; size];
    let frame = reader.next_frame(&mut points).map_err(words)?;
    points.truncate(frame.buffer_size());
    let points = match frame.color_type {
        png::ColorType::Rgba => points,
        png::ColorType::GrayscaleAlpha => {
            points.chunks_exact(2).flat_map(|point| [point[0], point[0], point[0], point[1]]).collect()
        }
        other => return Err(format!("points of the kind {other:?} aren't drawn")),
    };
    Ok(Image { width, height, points })
}

fn jpeg(bytes: &[u8]) -> Result<Image, String> {
    // What is cut off is drawn as far as it goes.
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGBA)
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions().ok_or("it says no size")?;
    fits(width, height)?;
    let points = decoder.decode().map_err(|error| error.to_string())?;
    Ok(Image { width, height, points })
}

/// The first picture of a GIF, on its canvas.
fn gif(bytes: &[u8]) -> Result<Image, String> {
    let words = |error: gif::DecodingError| error.to_string();
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(words)?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let mut points = vec![0; fits(width, height)? * 4];
    let frame = decoder.read_next_frame().map_err(words)?.ok_or("it holds no picture")?;
    let (left, across) = (usize::from(frame.left), usize::from(frame.width));
    fits(across, usize::from(frame.height))?;
    let rows = frame.buffer.chunks_exact((across * 4).max(1));
    for (y, row) in rows.enumerate().map(|(y, row)| (y + usize::from(frame.top), row)).take_while(|(y, _)| *y < height)
    {
        let kept = row.len().min(width.saturating_sub(left) * 4);
        let at = (y * width + left) * 4;
        if let (Some(to), Some(from)) = (points.get_mut(at..at + kept), row.get(..kept)) {
            to.copy_from_slice(from);
        }
    }
    Ok(Image { width, height, points })
}

/// The image in cells: as wide as fits, never larger than it is; a cell is about twice as high as it is wide.
fn scaled(image: &Image, cells: usize) -> Picture {
    let across = image.width.min(cells.max(1));
    let down = (image.height * across).div_ceil(image.width).max(1);
    let point = |x: usize, y: usize| {
        (y < down).then(|| mean(image, (x, across, image.width), (y, down, image.height))).flatten()
    };
    let row = |y: usize| (0..across).map(|x| Cell { upper: point(x, 2 * y), lower: point(x, 2 * y + 1) }).collect();
    Picture { rows: (0..down.div_ceil(2)).map(row).collect() }
}

/// The colour of the points that fall into one; `None` where they can be seen through.
/// Each range is which of how many, over how many.
fn mean(image: &Image, across: (usize, usize, usize), down: (usize, usize, usize)) -> Option<[u8; 3]> {
    let range = |(n, of, over): (usize, usize, usize)| {
        let from = n * over / of;
        from..((n + 1) * over / of).max(from + 1)
    };
    let mut sums = [0_u64; 4];
    let mut count = 0_u64;
    for y in range(down) {
        for x in range(across) {
            let at = (y * image.width + x) * 4;
            let Some(&[red, green, blue, opacity]) = image.points.get(at..at + 4) else { continue };
            let weight = u64::from(opacity);
            for (sum, colour) in sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(colour) * weight;
            }
            sums[3] += weight;
            count += 1;
        }
    }
    let [red, green, blue, weight] = sums;
    // What can be seen through for more than half leaves the terminal's own background.
    (weight * 2 >= count * 255 && weight > 0).then(|| [red, green, blue].map(|sum| (sum / weight) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of points given by their colours, red, green, blue and opacity.
    fn made(width: u32, height: u32, points: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(points).expect("its points");
        writer.finish().expect("an end");
        out
    }

    const RED: [u8; 4] = [255, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 255, 255];
    const CLEAR: [u8; 4] = [9, 9, 9, 0];

    #[test]
    fn a_picture_has_two_points_in_a_cell() {
        let bytes = made(2, 3, &[RED, BLUE, CLEAR, BLUE, RED, RED].concat());
        let (picture, size) = read(&bytes, 80).expect("a picture");
        assert_eq!(size, (2, 3));
        let cell = |upper: Option<[u8; 3]>, lower| Cell { upper, lower };
        let (red, blue) = (Some([255, 0, 0]), Some([0, 0, 255]));
        assert_eq!(picture.rows, [[cell(red, None), cell(blue, blue)], [cell(red, None), cell(red, None)]]);
    }

    #[test]
    fn a_large_picture_is_made_to_fit() {
        let bytes = made(100, 50, &[RED, BLUE].concat().repeat(2500));
        let (picture, _) = read(&bytes, 10).expect("a picture");
        assert_eq!((picture.rows.len(), picture.rows[0].len()), (3, 10));
        assert_eq!(picture.rows[0][0].upper, Some([127, 0, 127]));
        assert_eq!(picture.rows[2][9].lower, None, "five rows of points have no sixth");
    }

    #[test]
    fn a_gif_stands_where_it_does_on_its_canvas() {
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, 3, 2, &[255, 0, 0, 0, 0, 255]).expect("a header");
        let frame =
            gif::Frame { left: 1, top: 1, width: 2, height: 1, buffer: vec![0, 1].into(), ..Default::default() };
        encoder.write_frame(&frame).expect("a frame");
        drop(encoder);
        let (picture, size) = read(&bytes, 80).expect("a picture");
        let lower: Vec<_> = picture.rows[0].iter().map(|cell| cell.lower).collect();
        assert_eq!((size, lower), ((3, 2), vec![None, Some([255, 0, 0]), Some([0, 0, 255])]));
    }

    #[test]
    fn what_is_damaged_or_too_large_is_refused_in_words() {
        let whole = made(64, 64, &RED.repeat(64 * 64));
        for end in [8, 20, whole.len() / 2, whole.len() - 13] {
            assert!(read(&whole[..end], 80).is_err(), "{end} bytes of {}", whole.len());
        }
        let mut huge = made(1, 1, &RED);
        // The header chunk: width, height, depth, colour, three zeros, and its checksum.
        huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let sum = crc32fast::hash(&huge[12..29]);
        huge[29..33].copy_from_slice(&sum.to_be_bytes());
        let refused = read(&huge, 80).expect_err("65,536 x 65,536");
        assert!(refused.contains("65536 x 65536") || refused.to_lowercase().contains("limit"), "{refused}");
        assert!(read(b"\xff\xd8\xff\xe0 no jpeg", 80).is_err());
        assert!(read(b"GIF89a", 80).is_err());
    }
}
