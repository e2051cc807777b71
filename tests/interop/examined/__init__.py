"""Incidents of M3's web services, made up: logs, dumps and recorded calls with a truth that is known, and the scoring of
what `mwscope investigate` says of them.

All of it is synthetic. Names, messages and layouts follow what is published of such systems and what administrators
configure; no line comes from anybody's server, and nothing here says what a certain release writes. No code is shared
with the generator of `cargo bench --bench incidents`, so that no mistake need be in both.

Every number is drawn from one source of chance in a fixed order: a seed gives the same incident for ever, and whoever
adds a draw in between makes other incidents of all seeds.
"""
