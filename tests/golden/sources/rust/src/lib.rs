//! Grids of cells.
//!
//! ```
//! let corner = grid::Point::origin();
//! ```
#![warn(missing_docs)]

pub mod grid;
mod missing;
use std::collections::HashMap;
pub use grid::cell::{Cell, Wide as Broad};
use serde::Serialize;

/// The length of a side.
pub const SIDE: usize = 8;
static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
pub type Names = HashMap<String, Point>;

/// A place on the grid.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "x", repr(C))]
pub struct Point<T = i32>
where
    T: Copy,
{
    /// Across.
    pub x: T,
    pub(crate) y: T,
}

/// What has an area.
pub trait Area: Sized {
    type Unit;
    const SQUARE: bool = true;
    fn area(&self) -> i32;
    /// Twice.
    fn twice(&self) -> i32 {
        2 * self.area()
    }
}

impl Area for Point {
    type Unit = ();
    fn area(&self) -> i32 {
        self.x * self.y
    }
}

impl Point {
    /// The corner.
    #[deprecated(since = "1.0")]
    pub const fn origin() -> Self {
        Point { x: 0, y: 0 }
    }
}

pub async unsafe fn walk<'a>(
    from: &'a Point, // where it begins
    mut steps: impl Iterator<Item = Point> + 'a,
) -> Result<Point, Box<dyn std::error::Error>> {
    fn inner() {}
    steps.next().ok_or("none".into())
}

#[macro_export]
macro_rules! point {
    ($x:expr) => { Point { x: $x, y: 0 } };
}

extern "C" {
    fn outside(x: i32) -> u8;
}
