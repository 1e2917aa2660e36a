//! The `dingdong` program: parses the arguments, calls `cli`, returns its exit code.

fn main() {}
