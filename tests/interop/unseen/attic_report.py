"""Whole reports of the set `attic`: what stands in a dump beside the failure, and how all of it is put together."""

import datetime

from . import parts, words
from .attic_fields import fields
from .attic_looks import heading_form, pairs_form, sections, top
from .attic_stacks import stack
from .attic_traces import trace


def other_program(case):
    return case.chance.choice([name for name in words.PROGRAMS if name not in case.truth.call_stack])


def ago(case, minutes):
    return f"{case.truth.at - datetime.timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"


NOISE = [
    lambda case: ("Last successful operations", "CHAIN  CSYTAB   ok   0.2 ms\nREADE  CSYSTR   ok   1.1 ms\nSETLL  CSYSTP   ok   0.1 ms"),
    lambda case: ("Earlier errors in this server", f"{ago(case, 4000)}  {other_program(case)}  OLDUSER  java.lang.ArithmeticException: / by zero\n"
                                                   f"{ago(case, 900)}  {other_program(case)}  LHANSEN  java.io.IOException: Broken pipe"),
    lambda case: ("Loaded program classes", "\n".join(f"{name:<10} {case.chance.randint(1, 90):>4} instances" for name in ("CMNFNC", "CCURCN", "CRTVDTA"))),
    lambda case: ("Java virtual machine", f"Vendor: Eclipse Adoptium\nVM version: 17.0.8+7\nVM started: {ago(case, 9000)}\nHeap: 812M of 4096M\n"
                                          "Arguments: -Xmx4096m"),
    lambda case: ("Signed on users", f"KOWALSKI   {ago(case, 70)}   {other_program(case)}\n"
                                     f"LHANSEN    {ago(case, 40)}   {other_program(case)}"),
    lambda case: ("Last SQL statement", "SELECT MMITNO, MMITDS FROM MVXCDTA.MITMAS\n WHERE MMCONO = 931 AND MMSTAT >= '20'\n ORDER BY MMITNO"),
    lambda case: ("Local data area", "0000  D3C4C140 F9F3F140 E9E9E940 40404040  *LDA 931 ZZZ     *\n"
                                     "0010  40404040 40404040 40404040 40404040  *                *"),
    lambda case: ("Server threads", "Name                 State      CPU ms\n-------------------  ---------  ------\nmain                 WAITING         12"
                                    "\njob-dispatcher       RUNNABLE       940"),
    lambda case: ("Library list", "MVXCUST     *PROD\nMVXCORE     *PROD\nQTEMP       *TEST"),
    lambda case: ("Open files", "MITMAS    I    1204\nOCUSMA    U       3\nCMNCMP    I       1"),
    lambda case: ("Job attributes", "Run priority: 20\nTime slice: 2000\nCCSID: 278\nDate separator: -"),
    lambda case: ("System properties", "user.name=svcm3\njava.version=17.0.8\nos.version=10.0\nuser.language=en"),
    lambda case: parts.noise(case.chance, case.truth),
]
END = ["", "", "", "End of dump", "*** END OF DUMP ***", "* * * * *  E N D  O F  L I S T I N G  * * * * *", "-- end --"]


def noise(case, *counts):
    return [case.pick(*NOISE)(case) for _ in range(case.pick(*(counts or (0, 0, 0, 1, 1, 2))))]


def rest(case, stacks=None, field=None, traces=None, shuffle=True, count=(), no_stack=False):
    """The sections beside the facts in any order, [(heading, text)]. Those given are as given, the others as one likes."""
    found = [traces or trace(case)]
    if not no_stack and (stacks or case.maybe(0.9)):
        found.append(stacks or stack(case))
    if field or case.maybe(0.9):
        found.append(field or fields(case))
    found += unique(found, noise(case, *count))
    if shuffle:
        case.chance.shuffle(found)
    return found


def unique(found, more):
    """Without those whose heading is there already."""
    taken = {name for name, _ in found}
    kept = []
    for name, text in more:
        if name not in taken:
            taken.add(name)
            kept.append((name, text))
    return kept


def facts(case, form=None, grouped=None, **more):
    """The facts as sections of their own or as one."""
    form = form or pairs_form(case)
    if grouped if grouped is not None else case.maybe(0.55):
        return [(name, "\n".join(form(pairs))) for name, pairs in case.groups(**more)]
    return [(case.heading(case.pick("failure", "session")) if case.language != "en" else case.pick("General", "Header", "Summary", "Job and program"),
             "\n".join(form(case.pairs(**more))))]


def joined(*texts, between="\n\n"):
    return between.join(text if isinstance(text, str) else "\n".join(text) for text in texts if text) + "\n"


def report(case, form=None, heading=None, facts_first=0.75, grouped=None, indent=None, top_line=None, facts_more=None, **more):
    """A title, then the facts and the other sections; nothing between but headings of one look."""
    first, others = facts(case, form, grouped, **(facts_more or {})), rest(case, **more)
    found = first + others if case.maybe(facts_first) else others + first
    if case.maybe(0.1):
        case.chance.shuffle(found)
    text = sections(case, found, heading or heading_form(case), indent)
    return joined(top(case) if top_line is None else top_line, text, case.pick(*END))
