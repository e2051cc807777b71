"""Synthetic layouts of server logs: functions that write a record as one. None is claimed to be M3's own."""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Callable

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
OF_JAVA_LOGGING = {"ERROR": "SEVERE", "WARN": "WARNING", "NOTE": "INFO", "INFO": "INFO", "DEBUG": "FINE",
                   "TRACE": "FINER"}
OF_WEBSPHERE = {"ERROR": "E", "WARN": "W", "NOTE": "A", "INFO": "I", "DEBUG": "1", "TRACE": "3"}


@dataclass
class Layout:
    """`write` takes a record, its local time and the zone's distance from UTC. `merged`: two nodes may write one file
    of it."""
    write: Callable
    zoned: bool
    resolution: float
    weight: float
    merged: bool


LAYOUTS = {}


def layout(name, *, zoned=False, resolution=0.001, weight=1, merged=False):
    def added(write):
        LAYOUTS[name] = Layout(write, zoned, resolution, weight, merged)
        return write
    return added


def offset(zone, colon=True, letter=False):
    """A distance from UTC as `+01:00`, `+0100` or, of none, `Z`."""
    minutes = int(zone.total_seconds() // 60)
    if minutes == 0 and letter:
        return "Z"
    sign, minutes = "+" if minutes >= 0 else "-", abs(minutes)
    return f"{sign}{minutes // 60:02d}{':' if colon else ''}{minutes % 60:02d}"


def millis(time):
    return f"{time.microsecond // 1000:03d}"


def seconds(time, between="-", middle=" "):
    return time.strftime(f"%Y{between}%m{between}%d{middle}%H:%M:%S")


def comma(time):
    return f"{seconds(time)},{millis(time)}"


def dot(time, between="-", middle=" "):
    return f"{seconds(time, between, middle)}.{millis(time)}"


def twelve_hours(time):
    return f"{time.hour % 12 or 12}:{time:%M:%S} {half_of_day(time)}"


def half_of_day(time):
    return "AM" if time.hour < 12 else "PM"


def month_first(time):
    return f"{MONTHS[time.month - 1]} {time.day:02d}, {time.year} {twelve_hours(time)}"


def simple(logger):
    return logger.split(".")[-1]


def before_trace(message, added):
    """The message with something after its text, which is before the frames of its stack."""
    if "\n\tat " not in message:
        return message + added
    text, _, frames = message.partition("\n")
    return f"{text}{added}\n{frames}"


@layout("log4j_iso")
def _(r, time, zone):
    return f"{comma(time)} {r.level:<5} [{r.thread}] {r.logger} - {r.message}"


@layout("grid_T_Z", zoned=True, merged=True)
def _(r, time, zone):
    stamp = dot(time, middle="T") + offset(zone, letter=True)
    return f"{stamp}  {r.level:<5}  {r.application}  {r.node}  [{r.thread}]  {r.logger}: {r.message}"


@layout("space_offset", zoned=True)
def _(r, time, zone):
    return f"{comma(time)} {offset(zone, colon=False)} {r.level} {r.logger} [{r.thread}] {r.message}"


@layout("german")
def _(r, time, zone):
    return f"{time:%d.%m.%Y %H:%M:%S}.{millis(time)} {r.level:<5} {r.thread} {simple(r.logger)} : {r.message}"


@layout("jul", resolution=1)
def _(r, time, zone):
    return f"{month_first(time)} {r.logger} handle\n{OF_JAVA_LOGGING[r.level]}: [{r.thread}] {r.message}"


@layout("jul_one", resolution=1)
def _(r, time, zone):
    return f"{month_first(time)} {r.logger} {r.thread} {OF_JAVA_LOGGING[r.level]}: {r.message}"


@layout("brackets", merged=True)
def _(r, time, zone):
    return f"[{dot(time)}] [{r.level}] [{r.node}] [{r.thread}] {r.logger} | {r.message}"


@layout("semicolon", merged=True)
def _(r, time, zone):
    stamp = f"{time:%Y-%m-%d};{time:%H:%M:%S},{millis(time)}"
    return f"{stamp};{r.node};{r.application};{r.level};{r.thread};{r.logger};{r.message}"


@layout("tab", merged=True)
def _(r, time, zone):
    return f"{dot(time)}\t{r.level}\t{r.node}\t{r.thread}\t{r.logger}\t{r.message}"


@layout("log4j_date")
def _(r, time, zone):
    stamp = f"{time.day:02d} {MONTHS[time.month - 1]} {time:%Y %H:%M:%S},{millis(time)}"
    return f"{stamp} {r.level:<5} {r.thread} {r.logger} - {r.message}"


@layout("compact", merged=True)
def _(r, time, zone):
    stamp = f"{time:%Y%m%d-%H:%M:%S}.{millis(time)}"
    return f"{stamp} {r.level:<5} {r.node}/{r.application} {r.thread} {simple(r.logger)}: {r.message}"


@layout("epoch_ms", zoned=True)
def _(r, time, zone):
    stamp = round((time - zone - datetime(1970, 1, 1)).total_seconds() * 1000)
    return f"{stamp} {r.level} [{r.thread}] {r.logger} - {r.message}"


@layout("pipes", merged=True)
def _(r, time, zone):
    where = f"{r.application:<8} | {r.node:<10} | {r.thread:<22}"
    return f"{comma(time)} | {r.level:<5} | {where} | {r.logger} | {r.message}"


@layout("level_first", resolution=1)
def _(r, time, zone):
    return f"{r.level:<5} {seconds(time)} ({r.thread}) [{r.logger}] {r.message}"


@layout("level_bar_first")
def _(r, time, zone):
    return f"{r.level}|{dot(time)}|{r.thread}|{r.logger}|{r.message}"


@layout("node_first", merged=True)
def _(r, time, zone):
    return f"{r.node:<12} {r.application:<10} {comma(time)} {r.level:<5} {r.thread} {r.logger} {r.message}"


@layout("node_first_br_zone", zoned=True, merged=True)
def _(r, time, zone):
    stamp = dot(time, middle="T") + offset(zone)
    return f"[{r.node}:{r.application}] {stamp} {r.level} {r.thread} {r.logger} - {r.message}"


@layout("seconds", resolution=1)
def _(r, time, zone):
    return f"{seconds(time)} {r.level} [{r.thread}] {r.logger}: {r.message}"


@layout("slashes")
def _(r, time, zone):
    return f"{dot(time, between='/')} {r.level} [{r.thread}] {r.logger} {r.message}"


@layout("micros_zone", zoned=True)
def _(r, time, zone):
    stamp = f"{seconds(time, middle='T')}.{time.microsecond:06d}{offset(zone)}"
    return f"{stamp} [{r.thread}] {r.level:<5} {r.logger} - {r.message}"


@layout("location_end")
def _(r, time, zone):
    message = before_trace(r.message, f" ({simple(r.logger)}.java:{100 + len(r.logger)})")
    return f"{comma(time)} [{r.thread}] {r.level:<5} {r.logger} - {message}"


@layout("wrapped_grid", merged=True)
def _(r, time, zone):
    where = f"{r.application}@{r.node} <{r.thread}>"
    return f"{dot(time)} {r.level:<5} {where} {simple(r.logger)}#run {r.message}"


@layout("us_slash")
def _(r, time, zone):
    clock = f"{time.hour % 12 or 12:02d}:{time:%M:%S}.{millis(time)} {half_of_day(time)}"
    return f"{time:%m/%d/%Y} {clock} {r.level} {r.thread} {r.logger} - {r.message}"


@layout("json", zoned=True, weight=0.4, merged=True)
def _(r, time, zone):
    stamp = dot(time, middle="T") + offset(zone, letter=True)
    return json.dumps({"timestamp": stamp, "level": r.level, "thread": r.thread, "logger": r.logger, "node": r.node,
                       "message": r.message})


@layout("logback_time", weight=0.3)
def _(r, time, zone):
    return f"{time:%H:%M:%S}.{millis(time)} [{r.thread}] {r.level:<5} {r.logger} - {r.message}"


@layout("quoted_csv")
def _(r, time, zone):
    message = r.message.replace('"', '""')
    return f'"{comma(time)}","{r.level}","{r.node}","{r.thread}","{r.logger}","{message}"'


@layout("thread_logger_tail")
def _(r, time, zone):
    return f"{comma(time)} {r.level:<5} {before_trace(r.message, f' [{r.thread}, {r.logger}]')}"


@layout("syslog", resolution=1, weight=0.5, merged=True)
def _(r, time, zone):
    head = f"{MONTHS[time.month - 1]} {time.day:2d} {time:%H:%M:%S} {r.node} {r.application}[2711]"
    return f"{head}: {r.level} [{r.thread}] {r.logger} - {r.message}"


@layout("websphere", weight=0.7)
def _(r, time, zone):
    stamp = f"{time.month}/{time.day}/{time:%y} {time.hour}:{time:%M:%S}:{millis(time)}"
    thread = zlib.crc32(r.thread.encode()) & 0xFFFF
    return f"[{stamp}] {thread:08x} {simple(r.logger):<13.13} {OF_WEBSPHERE[r.level]} {r.message}"


@layout("logfmt", zoned=True, weight=0.5, merged=True)
def _(r, time, zone):
    message = r.message
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        message = message.replace(character, escaped)
    stamp = dot(time, middle="T") + offset(zone, letter=True)
    where = f'node={r.node} thread="{r.thread}" logger={r.logger}'
    return f'time={stamp} level={r.level.lower()} {where} msg="{message}"'


@layout("iso_basic", zoned=True, weight=0.7)
def _(r, time, zone):
    stamp = f"{time:%Y%m%dT%H%M%S},{millis(time)}{offset(zone, colon=False)}"
    return f"{stamp} {r.level:<5} {r.thread} {r.logger}: {r.message}"


@layout("java8_ctime", resolution=1, weight=0.5)
def _(r, time, zone):
    stamp = f"{time:%a} {MONTHS[time.month - 1]} {time.day:02d} {time:%H:%M:%S %Y}"
    return f"{stamp} | {r.level} | {r.thread} | {r.logger} | {r.message}"


@layout("mdc_user", merged=True)
def _(r, time, zone):
    return f"{comma(time)} {r.level:<5} [{r.application},{r.node}] [{r.thread}] {r.logger} - {r.message}"


@layout("tz_paren", zoned=True, merged=True)
def _(r, time, zone):
    return f"{dot(time)} (UTC{offset(zone)}) <{r.level}> {r.node} - {r.thread} - {r.logger} - {r.message}"


@layout("thread_first")
def _(r, time, zone):
    return f"[{r.thread}] {r.level:<5} {comma(time)} {r.logger} - {r.message}"
