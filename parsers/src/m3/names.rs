//! The names by which M3's programs and subsystems are known: in stack frames, loggers and file names.
//!
//! The table of packages is what has been seen in public (imports, stack traces, jar names); a package that isn't in it
//! has no subsystem. This file must not know where a name was found.

/// An M3 program as a Java class names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramClass<'a> {
    /// The program: `CRS008`, `CRS610MI`.
    pub program: &'a str,
    /// Whose code it is.
    pub origin: Origin,
}

/// Whose code a program class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `mvx.app.pgm`: as delivered.
    Standard,
    /// `mvx.app.pgm.customer`: modified at the site.
    Customer,
}

/// The part of a system that a class belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subsystem {
    /// M3 Business Engine, programs and runtime.
    BusinessEngine,
    /// M3 Web Services server, CXF and WSS4J below it.
    WebServices,
    /// ION Grid.
    Grid,
    /// M3 UI Adapter (MNE).
    UiAdapter,
    /// M3 Enterprise Collaborator.
    EnterpriseCollaborator,
    /// SSH and SFTP (JSch), which MEC uses.
    Ssh,
    /// A JDBC driver.
    Jdbc,
    /// TLS and certificates of the JDK.
    Tls,
    /// The JDK's HTTP and SOAP clients.
    HttpClient,
}

impl Subsystem {
    /// What people call it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BusinessEngine => "M3 Business Engine",
            Self::WebServices => "M3 Web Services",
            Self::Grid => "ION Grid",
            Self::UiAdapter => "M3 UI Adapter",
            Self::EnterpriseCollaborator => "M3 Enterprise Collaborator",
            Self::Ssh => "SSH client",
            Self::Jdbc => "JDBC driver",
            Self::Tls => "TLS",
            Self::HttpClient => "HTTP client",
        }
    }
}

// Longest prefix wins, so the order doesn't matter.
const PACKAGES: [(&str, Subsystem); 36] = [
    ("mvx.", Subsystem::BusinessEngine),
    ("m3.program", Subsystem::BusinessEngine),
    ("com.intentia.mws.", Subsystem::WebServices),
    ("com.lawson.ws.", Subsystem::WebServices),
    ("com.lawson.mws.", Subsystem::WebServices),
    ("com.infor.mws.", Subsystem::WebServices),
    ("org.apache.cxf.", Subsystem::WebServices),
    ("org.apache.wss4j.", Subsystem::WebServices),
    ("org.apache.ws.security.", Subsystem::WebServices),
    ("com.lawson.grid.", Subsystem::Grid),
    ("com.infor.grid.", Subsystem::Grid),
    ("com.intentia.mc.", Subsystem::UiAdapter),
    ("com.intentia.ec.", Subsystem::EnterpriseCollaborator),
    ("com.infor.ec.", Subsystem::EnterpriseCollaborator),
    ("com.infor.m3be", Subsystem::EnterpriseCollaborator),
    ("com.jcraft.", Subsystem::Ssh),
    ("org.apache.commons.vfs2.provider.sftp.", Subsystem::Ssh),
    ("com.microsoft.sqlserver.jdbc.", Subsystem::Jdbc),
    ("com.microsoft.jdbc.", Subsystem::Jdbc),
    ("net.sourceforge.jtds.", Subsystem::Jdbc),
    ("oracle.jdbc.", Subsystem::Jdbc),
    ("oracle.net.", Subsystem::Jdbc),
    ("com.ibm.db2.", Subsystem::Jdbc),
    ("com.ibm.as400.", Subsystem::Jdbc),
    ("com.mysql.", Subsystem::Jdbc),
    ("org.postgresql.", Subsystem::Jdbc),
    ("org.h2.", Subsystem::Jdbc),
    ("javax.net.ssl.", Subsystem::Tls),
    ("sun.security.ssl.", Subsystem::Tls),
    ("sun.security.validator.", Subsystem::Tls),
    ("sun.security.provider.certpath.", Subsystem::Tls),
    ("com.ibm.jsse2.", Subsystem::Tls),
    ("com.sun.xml.internal.ws.client.", Subsystem::HttpClient),
    ("com.sun.xml.ws.client.", Subsystem::HttpClient),
    ("sun.net.www.protocol.http", Subsystem::HttpClient),
    ("org.apache.http.", Subsystem::HttpClient),
];

/// The subsystem that a class, logger or package belongs to, where it is one we know.
#[must_use]
pub fn subsystem(class: &str) -> Option<Subsystem> {
    let fits = PACKAGES.iter().filter(|(prefix, _)| class.starts_with(prefix) || class == prefix.trim_end_matches('.'));
    fits.max_by_key(|(prefix, _)| prefix.len()).map(|(_, subsystem)| *subsystem)
}

/// The M3 program that a class is, where it is one: `mvx.app.pgm.CRS008`, `mvx.app.pgm.customer.CRS008$Panel`.
#[must_use]
pub fn program_of(class: &str) -> Option<ProgramClass<'_>> {
    let path = class.strip_prefix("mvx.app.pgm.")?;
    let (origin, path) = match path.strip_prefix("customer.") {
        Some(path) => (Origin::Customer, path),
        None => (Origin::Standard, path),
    };
    // Programs may stand in a package of their own below (`mvx.app.pgm.customer.mi.CRS610MI`).
    let name = path.rsplit('.').next().unwrap_or(path);
    let program = name.split('$').next().unwrap_or(name);
    is_program(program).then_some(ProgramClass { program, origin })
}

/// Whether a word has the form of an M3 program's name: two to four capital letters, three digits, and at most a short
/// tail (`CRS008`, `MMS100`, `CRS610MI`, `PPS200DS`, `XAPS450`).
#[must_use]
pub fn is_program(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let Some(rest) = word.as_bytes().get(letters..) else { return false };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let tail = &rest[digits..];
    (2..=5).contains(&letters) && digits == 3 && tail.len() <= 4 && tail.iter().all(u8::is_ascii_alphanumeric)
}

/// The panel that a program's method serves: `E` for `PEDSP`, `B` for `PBINZ`; `None` for any other method.
///
/// M3's display programs name their panel methods `P`, the panel's letter or letters, and what is done (`INZ`, `DSP`,
/// `CHK`, `UPD`).
#[must_use]
pub fn panel_of_method(method: &str) -> Option<&str> {
    const STEPS: [&str; 6] = ["INZ", "DSP", "CHK", "UPD", "DLT", "NXT"];
    let panel = STEPS.iter().find_map(|step| method.strip_prefix('P')?.strip_suffix(step))?;
    let letters = (1..=2).contains(&panel.len()) && panel.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (letters && panel.starts_with(|c: char| c.is_ascii_uppercase())).then_some(panel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_form() {
        for word in ["CRS008", "MMS001", "CRS610MI", "GLS850MI", "OIS100", "XAPS450"] {
            assert!(is_program(word), "{word}");
        }
        for word in ["CRS08", "CRS0080", "crs008", "C008", "ABCDEFGH", "CRS008-X", "SYS", ""] {
            assert!(!is_program(word), "{word}");
        }
    }

    #[test]
    fn a_class_says_its_program_and_whose_code_it_is() {
        let customer = program_of("mvx.app.pgm.customer.CRS008").expect("a program");
        assert_eq!((customer.program, customer.origin), ("CRS008", Origin::Customer));
        let inner = program_of("mvx.app.pgm.MMS100$1").expect("a program");
        assert_eq!((inner.program, inner.origin), ("MMS100", Origin::Standard));
        assert_eq!(program_of("mvx.app.common.Interactive"), None);
        assert_eq!(program_of("mvx.app.pgm.Helper"), None);
    }

    #[test]
    fn panel_methods_say_their_panel() {
        assert_eq!(panel_of_method("PEDSP"), Some("E"));
        assert_eq!(panel_of_method("PBINZ"), Some("B"));
        assert_eq!(panel_of_method("PECHK"), Some("E"));
        assert_eq!(panel_of_method("PROCESS"), None);
        assert_eq!(panel_of_method("PDSP"), None);
        assert_eq!(panel_of_method("INIT"), None);
    }

    #[test]
    fn subsystems_by_longest_package() {
        assert_eq!(subsystem("com.intentia.ec.communication.HTTPOut"), Some(Subsystem::EnterpriseCollaborator));
        assert_eq!(subsystem("com.lawson.grid.node.Node"), Some(Subsystem::Grid));
        assert_eq!(subsystem("mvx.db.dta.CFACIL"), Some(Subsystem::BusinessEngine));
        assert_eq!(subsystem("com.example.Main"), None);
    }
}
