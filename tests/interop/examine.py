#!/usr/bin/env python3
"""examine.py MWSCOPE [--incidents N] [--seed S] [--keep FOLDER] [--without A,B..]: how often the verdicts of
`mwscope investigate` are right for incidents whose truth is known.

The incidents are synthetic and made by `examined`, which shares no code with the generator of `cargo bench --bench
incidents`, with layouts, words and ways to lose evidence of its own. What comes out says how well mwscope reads what
was made up, and not how often it is right at somebody's server. N incidents (default 200) are made from the seeds S, S+1 and
so on (default: any). With --keep the incidents stay in FOLDER, each with its truth and the answer beside it.

Prints a table of what was right, then the calibration, then the misses, one a line. Rates count the failures where the
evidence decides: not those whose records are lost, nor those which no reader could tell from another; nor, for dumps,
those where another dump fits as well. Calibration counts all. --without leaves out incidents with what made trouble
once: A a wrapper's trace with "Caused by", B jobs on threads of their own, C threads that are numbers or stand in
messages, G dumps as events, H classes beside threads, W the Date of a gateway, Y the zone in parentheses.
Ends with 'N passed, N failed', by the figures that the project wants.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import checks
from checks import check
from examined.incidents import Incident
from examined.scoring import Score, part

SECONDS = 120


def answer_of(mwscope, folder, settings):
    """What mwscope says of a folder, as JSON, or why it says nothing."""
    try:
        done = subprocess.run([mwscope, "investigate", folder, "--format", "json"], capture_output=True, timeout=SECONDS,
                              env={**os.environ, "MWSCOPE_CONFIG_DIR": str(settings)}, check=False)
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} s"
    except ValueError:
        return f"ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[:300]}"


def examined(mwscope, seeds, folder, without):
    """Makes each incident, asks about it, and counts the answer; two at a time, since mwscope has threads of its own."""
    score = Score()
    settings = folder / "settings"
    settings.mkdir(parents=True)

    def one(seed):
        name = f"incident-{seed}"
        truth = Incident(seed).write(folder / name)
        if set(truth.groups) & without:
            return None
        answer = answer_of(mwscope, folder / name, settings)
        for what, content in (("truth", dataclasses.asdict(truth)), ("answer", answer)):
            (folder / f"{name}.{what}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
        return name, truth, answer

    with ThreadPoolExecutor(2) as pool:
        for counted in pool.map(one, seeds):
            if counted:
                score.add(*counted)
    return score


def rate(right, of):
    return f"{100 * right / of:.1f} % of {of}" if of else "none"


def print_table(title, rows):
    print(f"\n| {' | '.join(title)} |")
    print("|" + "---|" * len(title))
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")


def examine(score):
    """Prints the table and checks what the project wants."""
    decided = [judged for judged in score.failures if judged.failure.decidable]
    layer = part(judged.layer_right for judged in decided)
    cause = part(judged.cause_right for judged in decided)
    companion = part(judged.cause_or_companion_right for judged in decided)
    dump = part(judged.dump_right for judged in decided if judged.right_dump and judged.failure.dump_decidable)
    bold = [judged for judged in score.failures if judged.wrong_dump and judged.confidence > 0.5]
    bold_decided = [judged for judged in bold if judged.failure.dump_decidable]
    known = [clock for clock in score.clocks if clock.error is not None]
    inside = part(clock.inside for clock in known)
    many_dates = [clock for clock in known if clock.dated >= 50 and not clock.by_gateway]
    narrow = part(clock.uncertainty is not None and clock.uncertainty <= 250 for clock in many_dates)
    print_table(("of what the evidence decides", "measured", "wanted"), [
        ("layer", rate(*layer), "97 %"),
        ("cause record", rate(*cause), "98 %"),
        ("cause record, or another of the same failure", rate(*companion), ""),
        ("dump, where there is one", rate(*dump), "98 %"),
        ("wrong dumps above 0.5", len(bold_decided), 0),
        ("wrong dumps above 0.5 where it doesn't decide", len(bold) - len(bold_decided), ""),
        ("verdicts for calls that didn't fail", len(score.verdicts_for_successes), 0),
        ("calls with several verdicts", len(score.several_verdicts), ""),
        ("failures that are passed over", sum(judged.passed_over for judged in score.failures), ""),
        ("clocks inside offset ± uncertainty", rate(*inside), "95 %"),
        ("logs without a clock", len(score.clocks) - len(known), ""),
        ("uncertainty at most 250 ms, with 50 Dates and more", rate(*narrow), ""),
    ])
    print_table(("confidence", "verdicts", "mean", "right"), [
        (f"{tenth:.1f} to {tenth + 0.1:.1f}", verdicts, f"{mean:.2f}", f"{right:.2f}")
        for tenth, verdicts, mean, right in score.calibration()])
    print()
    check("every incident is answered", not score.unanswered, score.unanswered)
    check("the layer is right in 97 %", layer[0] >= 0.97 * layer[1], rate(*layer))
    check("the cause record is right in 98 %", cause[0] >= 0.98 * cause[1], rate(*cause))
    check("the dump is right in 98 %", dump[0] >= 0.98 * dump[1], rate(*dump))
    check("no wrong dump above 0.5", not bold_decided, [judged.name() for judged in bold_decided])
    check("no verdict for a call that didn't fail", not score.verdicts_for_successes, score.verdicts_for_successes)
    check("95 % of the clocks are inside", inside[0] >= 0.95 * inside[1], rate(*inside))


def print_misses(score):
    print("\nmisses:")
    for incident, call in score.several_verdicts:
        print(f"{incident} call {call}: several verdicts")
    for incident, call, titles in score.verdicts_for_successes:
        print(f"{incident} call {call}: didn't fail, said {titles}")
    for judged in score.failures:
        if judged.missed:
            print(f"{judged.name()}: said {judged.said()}; right {judged.wanted()}")
    for clock in score.clocks:
        if clock.error is None:
            print(f"{clock.incident} {clock.file}: no clock")
        elif not clock.inside:
            print(f"{clock.incident} {clock.file}: clock wrong by {clock.error:.0f} ms, said ± {clock.uncertainty} ms by"
                  f" {clock.basis}, {clock.dated} Dates")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[2].partition("\n\n")[0])
    parser.add_argument("mwscope", type=pathlib.Path)
    parser.add_argument("--incidents", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=pathlib.Path, help="a new folder that stays")
    parser.add_argument("--without", default="", help="letters, with commas between them")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    without = set(options.without.upper().replace(",", ""))
    with tempfile.TemporaryDirectory(prefix="mwscope-examine-") as scratch:
        folder = options.keep or pathlib.Path(scratch)
        score = examined(options.mwscope.absolute(), range(seed, seed + options.incidents), folder, without)
    print(f"{score.incidents} synthetic incidents from seed {seed}, {len(score.failures)} failures")
    examine(score)
    print_misses(score)


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
