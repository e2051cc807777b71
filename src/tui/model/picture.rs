//! A picture in a text: what its cells show, in colour or, where a terminal has none, as letters of different weight.

/// What one cell shows: two points, the upper and the lower; `None` where the background is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct Cell {
    pub(in crate::tui) upper: Option<[u8; 3]>,
    pub(in crate::tui) lower: Option<[u8; 3]>,
}

/// A picture, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct Picture {
    pub(in crate::tui) rows: Vec<Vec<Cell>>,
}

/// Letters by the light they give, from none to most.
const WEIGHTS: &[u8] = b".:-=+*#%@";

impl Cell {
    /// A letter that is as bright as the cell; a space where it can be seen through.
    pub(in crate::tui) fn letter(self) -> char {
        let lights: Vec<u32> = [self.upper, self.lower].into_iter().flatten().map(light).collect();
        let Some(most) = u32::try_from(lights.len()).ok().filter(|count| *count > 0) else { return ' ' };
        let light = lights.iter().sum::<u32>() / most;
        let at = light as usize * WEIGHTS.len() / 256;
        WEIGHTS.get(at).map_or('@', |letter| char::from(*letter))
    }
}

/// How bright a colour is, from 0 to 255: ITU-R BT.601's weights, in thousandths.
fn light([red, green, blue]: [u8; 3]) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_as_bright_as_its_cell() {
        let cell = |upper, lower| Cell { upper, lower }.letter();
        let (black, white) = (Some([0; 3]), Some([255; 3]));
        assert_eq!([cell(None, None), cell(black, black), cell(white, None), cell(white, white)], [' ', '.', '@', '@']);
        assert_eq!(cell(black, white), '+');
    }
}
