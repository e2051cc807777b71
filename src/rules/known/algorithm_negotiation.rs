//! SSH client and server have no algorithm in common.

use super::{Explanation, Known, caller, message, short};

pub(super) const KNOWN: Known = Known {
    name: "algorithm-negotiation",
    symptom: "JSchException or JSchAlgoNegoFailException: Algorithm negotiation fail",
    source: "com.jcraft.jsch.Session, KeyExchange.guess; RFC 4253, section 7.1",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let said = message(throwable);
    let of_jsch = matches!(short(throwable), "JSchException" | "JSchAlgoNegoFailException");
    if !of_jsch || !said.starts_with("Algorithm negotiation fail") {
        return None;
    }
    // The fork of JSch that is kept up says which: algorithmName="kex" jschProposal="..." serverProposal="...".
    let part = |name: &str| {
        let rest = said.split_once(&format!("{name}=\""))?.1;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let offers = match (part("algorithmName"), part("jschProposal"), part("serverProposal")) {
        (Some(kind), Some(ours), Some(theirs)) => format!(" For {kind} the client offered {ours}; the server {theirs}."),
        _ => " The trace doesn't say which; a capture of the connection does: mwscope packets --streams shows what each side offered.".to_owned(),
    };
    Explanation::new(
        format!(
            "The SSH client of {} and the server have no key exchange, cipher, MAC or host key algorithm in common; old JSch knows none that servers of today still allow.{offers}",
            caller(trace)
        ),
        "Administrator of the client: replace jsch-0.1.5x.jar by com.github.mwiede:jsch 0.2 or newer (same packages), \
         or, for the time being, let the server's administrator allow an algorithm that the client has.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.jcraft.jsch.JSchException: Algorithm negotiation fail\n\tat com.jcraft.jsch.Session.receive_kexinit(Session.java:590)\n\tat com.jcraft.jsch.Session.connect(Session.java:320)\n";
        holds(
            &super::KNOWN,
            hit,
            &["no key exchange", "mwscope packets --streams"],
            &[
                &hit.replace("Algorithm negotiation fail", "Auth fail"),
                &hit.replace("com.jcraft.jsch.JSch", "a.b.Other"),
            ],
        );
        let told =
            hit.replace("fail\n", "fail: algorithmName=\"kex\" jschProposal=\"dh-1\" serverProposal=\"curve25519\"\n");
        let offers = ["For kex the client offered dh-1; the server curve25519."];
        holds(&super::KNOWN, &told, &offers, &[]);
        // The fork has a class of its own for it.
        holds(&super::KNOWN, &told.replace("JSchException", "JSchAlgoNegoFailException"), &offers, &[]);
    }
}
