"""Values for the set `jury`: programs, users, exceptions, frames, what fields hold, and what has nothing to do with the failure."""

import datetime

PROGRAMS = ["OIS101", "MMS080", "CRS008", "PPS220", "APS100", "MWS422", "PMS170", "CRS620MI", "OIS100MI", "GLS100", "MMS235", "SOS110",
            "ARS110", "MOS255", "QMS300", "STS200MI", "CRS945", "RPS205", "ZZS101", "XMS010"]
CALLERS = ["MMS001", "OIS100", "CRS610", "PPS200", "OIS300", "MWS410", "GLS200", "PMS100", "CMS100", "MNS150", "CRS999"]
USERS = ["HOLMBERG", "M3SRVUSR", "TVERHOEV", "batch_mi", "F.ROSSI", "PSCHMIDT", "LGARCIA", "CORP\\mdubois", "MWSPROD", "ELARSEN", "QA_USER7", "k.oberg"]
OTHERS = ["NYBERGA", "WEBERH", "OLDADMIN", "CONVUSR", "JJANSSEN"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None), ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", 'Cannot read field "value" because "this.record" is null'),
    ("java.lang.ArrayIndexOutOfBoundsException", "-1"), ("java.lang.ArithmeticException", "/ by zero"),
    ("java.lang.IllegalStateException", "Display file not open"), ("java.util.ConcurrentModificationException", None),
    ("java.lang.NumberFormatException", 'For input string: "1O0"'), ("java.lang.StackOverflowError", None),
    ("java.lang.ClassCastException", "mvx.db.dta.CCUCON cannot be cast to mvx.db.dta.OCUSMA"),
    ("java.sql.SQLException", "ORA-01722: invalid number"), ("java.sql.SQLTimeoutException", "Query timed out after 60 seconds"),
    ("java.lang.StringIndexOutOfBoundsException", "begin 4, end 2, length 6"),
    ("mvx.runtime.MvxAbortException", "Level check failed for OOLINE00"), ("mvx.util.MvxDecimalException", "Decimal data error in field W2TRQT"),
]
CAUSES = [("java.net.SocketTimeoutException", "Read timed out"), ("java.io.IOException", "Connection reset by peer"), ("java.lang.NullPointerException", None),
          ("com.microsoft.sqlserver.jdbc.SQLServerException", "Invalid column name 'MMZZ01'.")]
OPERATIONS = [("READ_DSP", ["ICFCMD", "OIS101D", "CRS008FM"]), ("CHAIN", ["MITMAS", "OCUSMA", "CFACIL", "MITBAL00"]), ("READE", ["OOLINE", "MPDHED10"]),
              ("SETLL", ["CSYTAB", "FGLEDG20"]), ("UPDATE", ["OOHEAD", "MITFAC"]), ("WRITE", ["MITTRA", "FSLEDG"]), ("WRITE_DSP", ["MMS080FM", "ICFCMD"]),
              ("DELETE", ["MHDISL"]), ("READ", ["CIDMAS", "CMNDIV"])]
ENVIRONMENTS = ["M3BE_15.1_PRD", "M3BE_15.1_QAS", "M3BE_16_TST", "MVX13PRD", "DEV05", "M3FDB_EDU", "m3be-eu-prod"]
VERSIONS = ["15.1.3:*NONE", "15.1.4:SP07", "13.4.2:JT-812344", "16.0.1", "14.1.0.12", "12.5:SP2", "16.0.20240611"]
PANELS = ["A", "B", "C", "E", "F", "G", "H", "B1", "E1", "B2"]
# Name, kind (A letters, P packed, S digits, D date), length, decimals.
FIELDS = [("WWFACI", "A", 3, 0), ("WEITNO", "A", 15, 0), ("W1CUNO", "A", 10, 0), ("WBORNO", "A", 10, 0), ("WTTRQT", "P", 15, 6), ("WSSAPR", "P", 17, 6),
          ("WFRGDT", "D", 8, 0), ("X1OPT2", "A", 2, 0), ("WEFACN", "A", 36, 0), ("IN91", "A", 1, 0), ("WXPONR", "S", 5, 0), ("W2WHLO", "A", 3, 0),
          ("PXPGNM", "A", 10, 0), ("WHLNAM", "A", 20, 0), ("WDAMNT", "P", 15, 2), ("WKCHNO", "S", 3, 0), ("WGTX40", "A", 40, 0)]
LETTERS = {1: ["1", "0", ""], 2: ["1", "5", "", "-1"], 3: ["A01", "B20", "", "D1"], 10: ["0010004321", "ACME", "", "KUND-77"],
           15: ["100-4711", "BOLT M8", "", "X/200.A"], 20: ["Große Straße 5", "", "Nordic AB"], 36: ["Main factory", "Hauptwerk", "", "Usine de Lyon"],
           40: ["Bolt M8 x 60 (zinc)", "Smith & Sons Ltd.", "", "Steel 100%"]}
ENGLISH = "January February March April May June July August September October November December".split()


def field(chance, of):
    """Name, kind, length, decimals and what the field holds."""
    name, kind, length, decimals = of
    if kind == "A":
        return (*of, "MENU10" if name == "PXPGNM" else chance.choice(LETTERS[length]))
    if kind == "D":
        return (*of, chance.choice(["20240229", "20251231", "0"]))
    if kind == "S":
        return (*of, str(chance.choice([0, 1, 17, 310]) + chance.randrange(9)))
    number = chance.choice([0, 1250, 9999, 7, 123456]) * chance.choice([1, 1, 1, -1])
    return (*of, f"{number / 100:.{decimals}f}" if number else f"{0:.{decimals}f}")


def fill(chance, truth, has_stack):
    """Facts of this set's own, in place of those that the sheet came with."""
    truth.program = chance.choice(PROGRAMS)
    truth.panel = "" if truth.program.endswith("MI") else chance.choice(PANELS)
    truth.user, truth.environment, truth.version = chance.choice(USERS), chance.choice(ENVIRONMENTS), chance.choice(VERSIONS)
    truth.company, truth.division = chance.choice(["200", "001", "735", "42", "610"]), chance.choice(["NO1", "CCC", "210", "DE2", "FRA"])
    truth.job = chance.choice([str(chance.randrange(10**4, 10**7)), f"{chance.getrandbits(128):032x}", f"{chance.randrange(10**6):06d}"])
    truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
    truth.operation, files = chance.choice(OPERATIONS)
    truth.object = chance.choice(files)
    truth.customer = chance.random() < 0.25
    truth.at = datetime.datetime(chance.randint(2021, 2026), chance.randint(1, 12), chance.randint(1, 28), chance.randrange(24), chance.randrange(60),
                                 chance.randrange(60), chance.randrange(1, 1000) * 1000)
    truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits = None, False, False, 0
    called = chance.sample(CALLERS, chance.randint(0, 3))
    truth.call_stack = ["SYS"] * (chance.random() < 0.3) + called + [truth.program]
    truth.frames = frames(chance, truth, called if has_stack else [])
    truth.causes = [(chance.choice(CAUSES), inner(chance))] if chance.random() < 0.3 else []


def inner(chance):
    """The frames of what caused an exception or came on top."""
    return chance.sample([("java.net.SocketInputStream", "read", "SocketInputStream.java", 171), ("mvx.db.common.Connector", "fetch", "Connector.java", chance.randint(50, 900)),
                          ("mvx.db.common.DBPool", "lease", "DBPool.java", chance.randint(50, 400))], chance.randint(1, 3))


def methods(chance, program, panel):
    if program.endswith("MI"):
        return [chance.choice(["addRecord", "getBasicData", "listByNumber"]), "MITransaction"]
    letter = panel[:1] or "B"
    return [f"P{letter}{chance.choice(['INZ', 'DSP', 'CHK', 'UPD'])}", f"P{letter}"]


def frames(chance, truth, callers):
    """Class, method, file and line of each: the runtime's, the program's, those of its callers, the job's."""
    line = lambda: chance.randint(15, 7000)
    found = [(name, method, f"{name.split('.')[-1].split('$')[0]}.java", line()) for name, method in chance.sample(
        [("mvx.db.common.GenericDB", "chain"), ("mvx.dsp.common.GenericDSP", "read"), ("java.util.HashMap$HashIterator", "nextNode"), ("mvx.util.MvxString", "moveLeft")],
        chance.choice([0, 0, 1, 1, 2]))]
    for at, program in enumerate([truth.program, *reversed(callers)]):
        package = "mvx.app.pgm.customer" if truth.customer and not at else "mvx.app.pgm"
        steps = methods(chance, program, truth.panel if not at else chance.choice("BEF"))
        found += [(f"{package}.{program}", method, f"{program}.java", line()) for method in [*steps, "mainLine"][: 3 if not at else chance.randint(1, 3)]]
        if at < len(callers):
            found.append(("mvx.runtime.ProgramCaller", "call", "ProgramCaller.java", line()))
    kind = "MIBatch" if truth.program.endswith("MI") else chance.choice(["Batch", "Interactive"])
    found.append((f"mvx.app.common.{kind}", "execute", f"{kind}.java", line()))
    if chance.random() < 0.4:
        found += [("sun.reflect.NativeMethodAccessorImpl", "invoke0", None, None), ("mvx.runtime.JobStarter", "<init>", "JobStarter.java", line())]
    if chance.random() < 0.3:
        found.append(("mvx.runtime.Dispatcher$Worker", "lambda$start$3", "Dispatcher.java", line()))
    return found + [("java.lang.Thread", "run", "Thread.java", chance.choice([748, 829, 1583]))]
