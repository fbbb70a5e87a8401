pub fn fine() {}
impl X { fn half( {
