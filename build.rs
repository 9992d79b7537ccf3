//! Migrations are embedded in the binary: a new one must build it anew.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
