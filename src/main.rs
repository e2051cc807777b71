//! The `mwscope` program; everything is in the library.

/// What is recorded is made by the threads of the proxy and let go of by others, which the allocators of most systems
/// are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    mwscope::cli::main()
}
