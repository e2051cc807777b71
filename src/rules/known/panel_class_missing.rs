//! A class of a panel or program that M3 Business Engine loads by name isn't there.

use super::{Explanation, Known, message, short};

pub(super) const KNOWN: Known = Known {
    name: "panel-class-missing",
    symptom: "ClassNotFoundException or NoClassDefFoundError of mvx.dsp.obj.<PGM>DSP or mvx.app.pgm.<PGM>",
    source: "M3's display files are classes mvx.dsp.obj.<PGM>DSP, its programs mvx.app.pgm.<PGM> (imports in public M3 projects)",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if !matches!(short(throwable), "NoClassDefFoundError" | "ClassNotFoundException") {
        return None;
    }
    let class = message(throwable).split_whitespace().next()?.replace('/', ".");
    let panel = class.starts_with("mvx.dsp.");
    if !panel && !class.starts_with("mvx.app.pgm.") {
        return None;
    }
    let customer = class.contains(".customer.");
    let what = if panel { "the panel (display file)" } else { "the program" };
    let whose = if customer { "a modification of the site" } else { "standard code or a modification" };
    Explanation::new(
        format!(
            "M3 Business Engine can't load the class of {what}, {class}: it isn't deployed on this node, or not in the same version as what calls it ({whose})."
        ),
        format!(
            "M3 developer: compile {class} with the program that uses it and deploy both to the environment; then let the administrator restart the job's node, so that no old class stays loaded."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit =
            "java.lang.ClassNotFoundException: mvx.dsp.obj.CRS008DSP\n\tat mvx.runtime.Loader.load(Loader.java:9)\n";
        let program = hit.replace("mvx.dsp.obj.CRS008DSP", "mvx.app.pgm.customer.CRS008");
        holds(
            &super::KNOWN,
            hit,
            &["the panel (display file), mvx.dsp.obj.CRS008DSP", "M3 developer"],
            &[&hit.replace("mvx.dsp.obj.", "com.acme."), &hit.replace("ClassNotFoundException", "ClassCastException")],
        );
        holds(&super::KNOWN, &program, &["the program", "a modification of the site"], &[]);
    }
}
