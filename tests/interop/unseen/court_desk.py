"""Of the set `court`: dumps as a support engineer pastes them: mails, tickets, chats, notes, and text marked as quoted.

See `court_all`. Tables, wikis and exports are in court_papers.
"""

from .court_case import DAY, EUROPE, ISO, OTHERS, Bench
from .court_parts import handled, even, lined, page, side_note, trace

SET = Bench()
document = SET.document


def quoted(text, mark="> "):
    return "\n".join((mark + line).rstrip() for line in text.rstrip("\n").split("\n"))


@document
def court_mail_forwarded(case):
    """A mail with the dump quoted in it, by somebody else and later."""
    rows = case.rows("Program <- $program; Panel <- $panel?; User <- $user; Company <- $company; Division <- $division?;"
                     " Environment <- $environment; Version <- $version?; Job <- $job?;"
                     " Time of failure <- $at; Failed operation <- $where; Last changed by <- @user")
    dump = page("M3 dump", lined(case.shuffled(rows), "{}: {}"), ["Program stack (outermost first):", *case.stack()],
                ["Fields:", *lined(case.fields(), '{} = "{}"')], ["Java stack trace:", *trace(case)])
    day = case.near("%a, %d MON %Y %H:%M:%S +0000", 3000)
    return page(["From: Linda Olsen <linda.olsen@example.com>", "To: support@example.org", f"Date: {day}",
                 "Subject: FW: orders stopped again", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"],
                "Hello,\nthe customer sent us this. Can you have a look?", quoted(dump, case.pick("> ", ">> ", "| ")),
                "Best regards\nLinda")


@document
def court_ticket(case):
    """A ticket whose own people and dates stand above the dump."""
    head = even([("Ticket", f"INC{case.chance.randrange(10**6, 10**7)}"), ("Opened by", case.pick(*OTHERS)),
                 ("Opened", case.near(ISO, 400)), ("Assigned to", "Second line"), ("Priority", "2 - High")])
    parts = [even(case.rows("Program <- $program; Panel <- $panel; Operation that failed <- $where; Time of failure <- $at;"
                            " Program last changed by <- @user"), ": "),
             even(case.rows("User <- $user; Company <- $company; Division <- $division?; Job no <- $job"), ": "),
             even(case.rows("Environment <- $environment; M3 version <- $version; Java version <- 1.8.0_372"), ": ")]
    return page(head, "Description\n-----------\nA user got thrown out of M3. The dump says:", *case.shuffled(parts),
                ["Program stack:", "  " + " > ".join(case.stack())],
                ["Fields at the time:", *lined(case.fields(), "  {}: '{}'")], ["Stack trace:", *trace(case, "  at {}", "  ... {} more")],
                "Work notes\n----------\nWaiting for the customer.")


@document
def court_chat(case):
    """Messages of a chat with their hours, the dump in pieces."""
    say = lambda minutes, who, lines: [f"{who}  {case.near('%H:%M', minutes)}", *lines]
    first = case.rows("Program <- $program; Panel <- $panel; Time of failure <- $at; Operation <- $where", EUROPE)
    second = case.rows("User <- $user; Company <- $company; Division <- $division?; Job <- $job?; Environment <- $environment;"
                       " M3 version <- $version?")
    return page(say(30, "Anna Berg", ["there was a crash again, this is the head of the dump:", *lined(first, "{}: {}")]),
                say(31, "Anna Berg", ["and who it was:", *lined(second, "{}: {}")]),
                say(33, "Tom K", ["thanks. the program stack and the fields please, and the java stack"]),
                say(36, "Anna Berg", ["Program stack (outermost first): " + " -> ".join(case.stack())]),
                say(36, "Anna Berg", ["Fields:", *lined(case.fields(), "{} = '{}'")]),
                say(37, "Anna Berg", ["Java stack:", *trace(case)]), say(40, "Tom K", ["ok, will look at it after lunch"]))


@document
def court_rough_notes(case):
    """Notes with several facts in one line, parted by semicolons."""
    line = lambda spec, form=ISO: "; ".join(f"{key}: {value}" for key, value in case.rows(spec, form))
    title, note = side_note(case)
    return page("Notes on the M3 dump", ["* " + line("Program <- $program; Panel <- $panel; Time <- $at", DAY),
                                         "* " + line("User <- $user; Company <- $company; Division <- $division; Job <- $job?"),
                                         "* " + line("Environment <- $environment; M3 version <- $version?; Java version <- 11.0.21"),
                                         *(["* Failed operation: " + case.fact("where", ISO)] if case.tells_operation else []),
                                         "* Call stack, outermost first: " + ", ".join(case.stack())],
                ["* Fields", *lined(case.fields(), "    {} = '{}'")], *case.maybe([f"* {title} (not important)",
                                                                                   *lined(note, "    {}: {}")]),
                                                                                   ["* Exception", *trace(case, "    at {}",
                                                                                                          "    ... {} more")])


@document
def court_label_above(case):
    """A web page copied as text: each label in a line, its value in the next."""
    part = lambda name, rows: "\n".join([name.upper(), "", *(f"{key}\n{value}" for key, value in rows)])
    parts = [part("Overview", case.rows("Program <- $program; Panel <- $panel; Date and time <- $at; Operation <- $where")),
             part("Session", case.rows("User <- $user; Company <- $company; Division <- $division?; Language <- GB")),
             part("System", case.rows("Environment <- $environment; M3 version <- $version?; Job ID <- $job; Host <- m3app07"))]
    return page("Business Engine Dump", *case.shuffled(parts), ["PROGRAM STACK (OUTERMOST FIRST)", *case.stack()],
                ["FIELDS", *lined(case.fields(), "{}\t'{}'")], ["STACK TRACE", *trace(case)])


@document
def court_issue_form(case):
    """A form for issues: a heading for each question, the answer below."""
    rows = case.rows("Program <- $program; Panel <- $panel; User <- $user; Company <- $company; Division <- $division?;"
                     " Environment <- $environment; M3 version <- $version;"
                     " Time of failure <- $at; Failed operation <- $where; Job number <- $job?; Java version <- 1.8.0_372")
    return page(*(f"### {key}\n\n{value}" for key, value in case.shuffled(rows)),
                "### Program stack (outermost first)\n\n" + "\n".join(f"{at}. {name}" for at, name in enumerate(case.stack(), 1)),
                "### Field values\n\n```\n" + "\n".join(f'{name} = "{value}"' for name, value in case.fields()) + "\n```",
                "### Java stack trace\n\n```\n" + "\n".join(trace(case)) + "\n```")


@document
def court_markdown_bullets(case):
    """Markdown with bold keys in lists."""
    part = lambda name, spec, form=ISO: [f"## {name}", "", *(f"- **{key}:** {value}" for key, value in case.rows(spec, form))]
    parts = [part("Failure", "Program <- $program; Panel <- $panel; Time <- $at; Operation <- $operation; File <- $object"),
             part("Session", "User <- $user; Company <- $company; Division <- $division?; Previous program <- @program"),
             part("System", "Environment <- $environment; Version <- $release; Fix level <- $fix; Job <- $job; JVM started <- @date")]
    title, lines = handled(case)
    return page("# M3 dump analysis", *case.shuffled(parts), ["## Program stack (first called first)", "",
                                                              *("  " * at + f"- {name}" for at, name in enumerate(case.stack()))],
                ["## Fields", "", *lined(case.fields(), "- `{}` = `'{}'`")], *case.maybe([f"## {title}", "", "```", *lines, "```"], 0.4),
                ["## Stack trace", "", "```java", *trace(case), "```"])


@document
def court_reply_with_marks(case):
    """An answer between the lines of a quoted dump."""
    mark = case.pick("> ", ": ", "> > ")
    first = lined(case.rows("Program <- $program; Panel <- $panel?; User <- $user; Company <- $company; Division <- $division"),
                  "{:<12}= {}")
    second = lined(case.rows("Environment <- $environment; Version <- $version?; Job <- $job; Dump taken <- $at; Operation <- $where;"
                             " Compiled <- @date"), "{:<12}= {}")
    block = lambda lines: quoted("\n".join(lines), mark)
    return page("Hi Anna, see my remarks below.", block(["--- M3 DUMP ---", *first]), "That user has all rights, so it isn't that.",
                block(second), "This version should be fine.",
                block(["--- PROGRAM STACK, OUTERMOST FIRST ---", *case.stack(), "", "--- FIELDS ---", *lined(case.fields(), '{}="{}"')]),
                block(["--- JAVA STACK ---", *trace(case)]),
                "Looks like something for the developers.\nTom")
