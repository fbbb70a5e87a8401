use crate::{Point, SIDE};

/// What a cell holds.
pub enum Cell { Empty, Full(Point), Named { name: String } = 7 }
pub union Wide { whole: u64, half: u32 }

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn fills() { let _ = Cell::Empty; }
}
