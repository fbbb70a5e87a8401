//! The grid itself.
pub mod cell;
use super::Area;
use self::cell::*;

pub struct Grid(pub Vec<Cell>, usize);
impl Area for Grid {
    fn area(&self) -> i32 { 0 }
}
