use grid::Point;
#[test]
fn corner() {}
