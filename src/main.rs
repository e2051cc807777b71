//! The `mwscope` program; everything is in the library.

/// What is recorded is made by the threads of the proxy and let go of by others, which the allocators of most systems
/// are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    in_small_pages();
    mwscope::cli::main()
}

/// Has the system give memory in small pages. Most of what a command reads is touched once, and of a page of two megabytes
/// all is cleared for the little that is used; under a hypervisor it may even have to be fetched first. Memory that is
/// resident shrinks with it.
#[cfg(target_os = "linux")]
fn in_small_pages() {
    let _as_it_was = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
const fn in_small_pages() {}
