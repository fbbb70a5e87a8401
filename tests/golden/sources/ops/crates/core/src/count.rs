//! Counts what is left.

use log::info;
use rand::random;

fn main() {
    info!("{}", random::<u8>());
}
