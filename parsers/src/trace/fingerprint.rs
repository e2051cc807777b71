//! What stays the same when the same crash happens again, as a short hash.
//!
//! Line numbers change with every fix, generated names with every start of the VM, messages with every key value; none
//! of them counts. The hash is FNV-1a with 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>), written out here so
//! that it never changes with a library or a compiler.

use super::frame::FrameLine;
use super::{Frame, Role};

/// A call on a stack, kept or not.
pub(crate) trait Call {
    /// Its class, with the package.
    fn class(&self) -> &str;
    /// Its method.
    fn method(&self) -> &str;
}

impl Call for Frame {
    fn class(&self) -> &str {
        &self.class
    }

    fn method(&self) -> &str {
        &self.method
    }
}

impl Call for FrameLine<'_> {
    fn class(&self) -> &str {
        self.class
    }

    fn method(&self) -> &str {
        self.method
    }
}

/// The fingerprint of a trace, from role, class and calls of each of its throwables.
pub(crate) fn of<'t, C: Call + 't>(throwables: impl Iterator<Item = (Role, &'t str, &'t [C])> + Clone) -> u64 {
    let mut hash = Fnv::new();
    let app_only = throwables.clone().flat_map(|(.., calls)| calls).any(is_app);
    for (role, exception, calls) in throwables {
        hash.throwable(role, exception);
        for call in calls.iter().filter(|call| !app_only || is_app(*call)) {
            hash.stable(call.class());
            hash.stable(call.method());
        }
    }
    hash.0
}

/// FNV-1a over words, each closed by a zero byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn word(&mut self, word: &str) {
        self.bytes(word.as_bytes());
        self.bytes(&[0]);
    }

    /// What a throwable counts for, but for its calls.
    pub(crate) fn throwable(&mut self, role: Role, exception: &str) {
        self.word(caption(role));
        self.word(exception);
    }

    /// A class or method without what generators number: `Foo$$Lambda$14/0x0800` counts as `Foo$$Lambda`,
    /// `lambda$main$0` as `lambda$main`, `$Proxy12` as `$Proxy`, `GeneratedMethodAccessor7` without its number.
    pub(crate) fn stable(&mut self, name: &str) {
        let (own, behind) = without_maker(stable(name));
        self.bytes(own.as_bytes());
        self.word(behind);
    }

    /// The bytes that [`Fnv::stable`] hashes, appended.
    pub(crate) fn stable_bytes(name: &str, to: &mut Vec<u8>) {
        let (own, behind) = without_maker(stable(name));
        to.extend_from_slice(own.as_bytes());
        to.extend_from_slice(behind.as_bytes());
        to.push(0);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// A class that Spring made, by the name that it gives such classes before its version 6: what it calls one there, and the
/// word it puts behind it. Others as they are.
fn without_maker(name: &str) -> (&str, &str) {
    name.strip_suffix("$$SpringCGLIB").map_or((name, ""), |own| (own, "$$EnhancerBy"))
}

/// The part of a name that no generator numbers.
pub(crate) fn stable(name: &str) -> &str {
    const MADE_UP: [&str; 9] = [
        "$$Lambda",
        "$$EnhancerBy",
        "$$FastClassBy",
        "$$SpringCGLIB",
        "GeneratedMethodAccessor",
        "GeneratedConstructorAccessor",
        "GeneratedSerializationConstructorAccessor",
        "$Proxy",
        "_$$_jvst",
    ];
    // Every mark has one of these, few other names do.
    if memchr::memchr3(b'$', b'G', b'/', name.as_bytes()).is_none() {
        return name;
    }
    let made_up = MADE_UP.iter().filter_map(|mark| name.find(mark).map(|at| at + mark.len())).min();
    let name = &name[..made_up.unwrap_or(name.len())];
    let name = name.split("/0x").next().unwrap_or(name);
    if name.starts_with("lambda$") {
        return name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('$');
    }
    name
}

const fn caption(role: Role) -> &'static str {
    match role {
        Role::Outer => "outer",
        Role::Cause => "cause",
        Role::Suppressed => "suppressed",
        Role::Wrapper => "wrapper",
        Role::Circular { .. } => "circular",
    }
}

/// Whether a frame is neither the JDK's nor a reflection stub.
pub(crate) fn is_app(call: &impl Call) -> bool {
    const PLATFORM: [&str; 7] = ["java.", "javax.", "jdk.", "sun.", "com.sun.", "com.ibm.java.", "$Proxy"];
    !PLATFORM.iter().any(|p| call.class().starts_with(p))
        && (memchr::memchr(b'$', call.class().as_bytes()).is_none() || !call.class().contains(".$Proxy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_spring_made_counts_the_same_by_both_of_its_names() {
        let hash = |name: &str| {
            let mut hash = Fnv::new();
            hash.stable(name);
            hash.hex()
        };
        assert_eq!(hash("a.Foo$$EnhancerBySpringCGLIB$$1a2b3c"), hash("a.Foo$$SpringCGLIB$$0"));
        assert_ne!(hash("a.Foo$$SpringCGLIB$$0"), hash("a.Bar$$SpringCGLIB$$0"));
    }
}
