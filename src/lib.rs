//! mwscope
