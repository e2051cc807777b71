//! The `mwscope` program; everything is in the library.

fn main() -> std::process::ExitCode {
    mwscope::cli::main()
}
