"""Notations of the set `attic` that are about Java's traces."""

from .attic_case import Case
from .attic_keyed import report_of
from .attic_looks import heading_form, pairs_form
from .attic_report import ago, facts, fields, joined, report, rest, stack, trace
from .attic_stacks import stack_pair
from .attic_traces import table
from .attic_traces import say as say_trace
from .parts import head
from .register import Register

SET = Register()
document = SET.document


@document
def attic_trace_first(sheet):
    """The trace at the very top, what else is known below."""
    case = Case(sheet)
    first, look = trace(case, may_table=0)[1], heading_form(case)
    found = facts(case, exception=0)
    if case.maybe(0.8):
        found.append(stack(case))
    found.append(fields(case))
    return joined(first, *[f"{look(name, at)}\n{text}" for at, (name, text) in enumerate(found, 1)])


@document
def attic_trace_causes(sheet):
    """Traces of the virtual machine with what they may have: causes, modules, jars, what was suppressed."""
    case = Case(sheet)
    return report(case, traces=trace(case, case.pick("tab", "modules", "versions", "jars", "blanks", "compiled"), may_cut=0))


@document
def attic_trace_cut(sheet):
    """The lower frames left out."""
    case = Case(sheet)
    return report(case, traces=trace(case, case.pick("tab", "blanks", "bare", "numbers", "modules"), may_cut=1))


@document
def attic_trace_table(sheet):
    """Frames in columns."""
    case = Case(sheet)
    say_trace(case)
    return report(case, traces=(case.heading("java_stack"), f"{head(case.truth.exception, case.truth.exception_message)}\n{table(case)}"))


@document
def attic_trace_numbered(sheet):
    """Frames with numbers, or without `at`."""
    case = Case(sheet)
    return report(case, traces=trace(case, case.pick("numbers", "hashes", "counted", "in line", "bare", "spaced"), may_table=0))


@document
def attic_trace_earlier(sheet):
    """An earlier error that was handled stands before or after the one of the dump, and is said to be that."""
    case = Case(sheet, english=1)
    name = case.pick("Previous error (handled, not the cause of this dump)", "Earlier exception in this job (ignored)")
    earlier = (f"java.io.FileNotFoundException: /m3/tmp/spool0017 (No such file or directory)\n\tat java.io.FileInputStream.open0(Native Method)\n"
               f"\tat mvx.app.common.Spool.open(Spool.java:{case.chance.randint(20, 900)})\n\tat java.lang.Thread.run(Thread.java:748)")
    found = rest(case, traces=trace(case, may_table=0), count=(0,)) + [(name, f"{ago(case, 12)}\n{earlier}")]
    case.chance.shuffle(found)
    look = heading_form(case)
    return joined(pairs_form(case)(case.pairs(exception=0.7)), *[f"{look(title, at)}\n{text}" for at, (title, text) in enumerate(found, 1)])


@document
def attic_trace_by_key(sheet):
    """The trace is the last key's value, in the lines below it."""
    case = Case(sheet)
    pairs = case.pairs(exception=0.6)
    if case.maybe():
        pairs.append(stack_pair(case))
    lines = pairs_form(case)(pairs)
    heading, text = trace(case, may_table=0)
    return joined("\n".join(lines), *([fields(case, "quoted", "apostrophes")[1]] if case.maybe() else []),
                  f"{heading}{case.pick(':', ' :', ' =', ':')}\n{text}")


@document
def attic_message_of_job(sheet):
    """Beside the trace the messages of a job's log, in the way of IBM i."""
    case = Case(sheet, english=1)
    messages = [f"{kind:<10} {case.pick('Information', 'Completion', 'Diagnostic'):<14} {case.pick('00', '10', '40')}   {ago(case, at)}   {text}"
                for kind, at, text in (("CPF1124", 300, "Job started in subsystem QINTER."), ("CPC2196", 200, "Library list changed."),
                                       ("MVX0017", 11, "Cache of messages refreshed."))]
    found = ("Job log", "MSGID      TYPE           SEV  DATE       TIME       TEXT\n" + "\n".join(messages))
    lines = pairs_form(case)(case.pairs())
    return report_of(case, [*lines, "", *[heading_form(case)(found[0], 2), found[1]]])
