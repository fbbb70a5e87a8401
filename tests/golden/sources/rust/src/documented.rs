//! Comments, see [`Cell`] and [open](crate::documented::open).

/// A cell of [`open`], [the book](https://example.org/book).
///
/// # Examples
///
/// ```no_run
/// # use shop::Cell;
/// let cell = Cell::new();
/// ## not hidden
/// ```
///
/// # Panics
///
/// * Never.
/// * <b>Not</b> HTML.
pub struct Cell;

/// # Safety
///
/// The caller must know | that.
///
/// # Errors
///
/// Returns [`Cell`]:
///
///     indented
pub unsafe fn open() {}
