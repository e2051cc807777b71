"""Synthetic dumps in notations made up to be unlike each other, and what a reader must see in them.

Nothing here is taken from the program that is examined, nor claimed to be M3's own.

    words     what keys are called, in which language and letters
    truth     what a dump says, how its times are written, and what may be answered
    parts     traces, stacks of programs, fields, headings, and sections of noise
    lines     notations of keys and values in plain text
    documents notations of a whole dump: XML, JSON, YAML, HTML
    later     notations thought of later, with words, traces and headings of their own
    further   those thought of once `later` was read
    held_back more of these, which whoever mends the reader does not look at
    apart     those made by somebody who hasn't read the reader, once all others were looked at
    aside     those made likewise once `apart` was looked at as well
    plausible those near to what a dumplog may well look like, made likewise
    sites     whole dumps, each in the handwriting of one vendor or site, made likewise
    fresh     mixtures of usual notations, formats of the trade and other languages, made likewise once more; what has its
              keys in sections is in fresh_reports, lists and tables in fresh_listings
    anew_again the like of `fresh` by somebody who had read of the other sets only that one: reports are in anew_reports, lists
              and tables in anew_listings
    other_hands six notations by each of six imaginary people, made likewise: screens and templates are in other_screens, other
              languages and tables in other_tables
    judge_all those of somebody who tests a reader that they know only from what it's asked for; its parts are in judge_*
    jury_all  those of an administrator of M3 who was told only what a reader is judged by; its parts are in jury_*
    court_all those of three testers, a Java developer, one of IBM i and a support engineer, by somebody who knows neither the reader
              nor the other sets; its parts are in court_*
    bench_all those of a tester who chose anew, for each, how its keys, headings, stack, fields, trace and times are written; its parts
              are in bench_*
    quay_all  those of twelve imaginary authors of different trades and decades, by somebody who knows neither the reader nor the
              other sets; their parts are in quay_*
    sets      which of them belong together
    carriers  what holds dumps: logs, several in a file, character sets, cut files
    scoring   right, missing or wrong
"""
