"""log4j, logback, java.util.logging, servers that run Java, and what looks like Infor's."""

from .notation import JUL, layout, line, names, at

DATE = "%d{ISO8601}"
line("log4j 1 TTCC", "{iso},{ms} {level:<5} [{thread}] {logger} - {text}", 3, told=DATE + " %-5p [%t] %c - %m%n")
line("log4j 1 with lines", "{dd} {month} {year} {time},{ms} {level:>5} {short}:{line} - {text}", 3, asks="logger", short=True,
     told="%d{dd MMM yyyy HH:mm:ss,SSS} %5p %c{1}:%L - %m%n")
line("log4j 1 running time", "{running} [{thread}] {level:<5} {logger}  - {text}", date=False, told="%-4r [%t] %-5p %c %x - %m%n")
line("log4j 2 time of day", "{time}.{ms} [{thread}] {level:<5} {logger} - {text}", date=False,
     told="%d{HH:mm:ss.SSS} [%t] %-5level %logger{36} - %msg%n")
line("log4j 2 with methods", "{iso}.{ms} [{thread}] {level:<5} {logger}.run:{line} - {text}", 3, asks="thread ?logger",
     told="%d{yyyy-MM-dd HH:mm:ss.SSS} [%t] %-5level %c.%M:%L - %msg%n")
line("log4j 2 blank lines", "{iso},{ms} {level} {logger} [{thread}] {text}\n", 3, told="%d %p %c [%t] %m%n%n")
line("log4j 2 simple names", "{iso},{ms} {level} {short} [{thread}] {text}", 3, short=True, told="%d %p %C{1} [%t] %m%n")
line("log4j 2 context", "{iso},{ms} {level:<5} [{thread}] {{cono={cono}, user={user}}} {logger} - {text}", 3,
     told="%d %-5p [%t] %X %c - %m%n")
line("log4j 2 context behind", "{iso},{ms} {level:<5} [{thread}] {logger} {{cono={cono}, user={user}}} - {text}", 3,
     told="%d %-5p [%t] %c %X - %m%n")
line("logback context", "{iso}.{ms} {level:<5} [{thread}] [user={user}, cono={cono}] {logger} : {text}", 3,
     told="%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] [%mdc] %logger : %msg%n")
line("Spring Boot", "{isot}.{ms}{offset} {level:>5} 4711 --- [{thread:>30}] {logger:<45} : {text}", 3, zone="local")
line("log4j 2 zone", "{isot},{ms}{bare_offset} [{thread}] {level} {logger} | {text}", 3, zone="local",
     told="%d{yyyy-MM-dd'T'HH:mm:ss,SSSZ} [%t] %p %c | %m%n")
line("log4j twelve hours", "{m}/{d}/{y} {h12}:{min_s} {half} {level} [{thread}] {logger}: {text}",
     told="%d{M/d/yy h:mm:ss a} %p [%t] %c: %m%n")
line("log4j German", "{dd}.{mm}.{year} {time} {level} ({thread}) {logger} - {text}", told="%d{dd.MM.yyyy HH:mm:ss} %p (%t) %c - %m%n")
line("log4j level first", "{level:<5} {iso},{ms} [{thread}] ({short}.java:{line}) - {text}", 3, asks="thread ?logger")
line("capital keys", "Time={iso},{ms} Level={level} Thread={thread} Logger={logger} Message={text}", 3,
     told="Time=%d{ISO8601} Level=%p Thread=%t Logger=%c Message=%m%n")
line("capital keys and commas", "Level={level}, Date={iso}, Thread={thread}, Message={text}", asks="thread",
     told="Level=%p, Date=%d{yyyy-MM-dd HH:mm:ss}, Thread=%t, Message=%m%n")
for _sign in [" :: ", " ¦ ", "::", "¦", " | ", " ~ ", " -- ", " » ", " · "]:
    line(f"columns with '{_sign}'", _sign.join(["{iso},{ms}", "{level}", "{thread}", "{logger}", "{text}"]), 3,
         told=_sign.join([DATE, "%p", "%t", "%c", "%m%n"]))


@layout("log4j 2 trace on a line", told="%d %-5p [%t] %c - %m %ex{separator( | )}%n")
def _on_a_line(rec):
    trace = " " + "".join(f"{part} | " for part in rec.trace) if rec.trace else ""
    text = "{iso},{ms} {level:<5} [{thread}] {logger} - {message}".format(**names(rec)) + trace.rstrip()
    return text, {"at": at(rec, 3), "level": names(rec)["level"], "thread": rec.thread, "logger": rec.logger,
                  "message": rec.message, "thrown": rec.thrown}


# Months, halves of the day, and levels from INFO to SEVERE as the JDK has them.
TONGUES = {
    "en": (["Jan", "May", "Dec"], ["AM", "PM"], JUL),
    "de": (["Jan.", "Mai", "Dez."], ["AM", "PM"], ["FEINER", "FEIN", "INFORMATION", "WARNUNG", "SCHWERWIEGEND"]),
    "fr": (["janv.", "mai", "déc."], ["AM", "PM"], ["PLUS PRÉCIS", "PRÉCIS", "INFOS", "AVERTISSEMENT", "GRAVE"]),
    "sv": (["jan.", "maj", "dec."], ["FM", "EM"], ["FINARE", "FIN", "INFO", "VARNING", "ALLVARLIG"]),
    "cs": (["led", "kvě", "pro"], ["DOP.", "ODP."], JUL), "hu": (["jan.", "máj.", "dec."], ["DE.", "DU."], JUL),
    "tr": (["Oca", "May", "Ara"], ["ÖÖ", "ÖS"], JUL), "ru": (["янв.", "мая", "дек."], ["AM", "PM"], JUL),
    "pl": (["sty", "maj", "gru"], ["AM", "PM"], JUL), "fi": (["tammik.", "toukok.", "jouluk."], ["AP.", "IP."], JUL),
    "zh": (["1月", "5月", "12月"], ["上午", "下午"], ["较详细", "详细", "信息", "警告", "严重"]),
    "ja": (["1月", "5月", "12月"], ["午前", "午後"], ["詳細", "普通", "情報", "警告", "重大"]),
    "ja of Java 8": (["1", "5", "12"], ["午前", "午後"], ["詳細", "普通", "情報", "警告", "重大"]),
    "ko": (["1월", "5월", "12월"], ["오전", "오후"], ["보다 미세", "미세", "정보", "경고", "심각"]),
    "it": (["gen", "mag", "dic"], ["AM", "PM"], ["MIGLIORE", "BUONO", "INFORMAZIONI", "AVVERTENZA", "GRAVE"]),
    "pt-BR": (["jan.", "mai.", "dez."], ["AM", "PM"], ["MAIS DETALHADO", "DETALHADO", "INFORMAÇÕES", "ADVERTÊNCIA", "GRAVE"]),
}


def of_tongue(months, halves, levels):
    def write(rec):
        level = levels[min(rec.level, len(levels) - 1)]
        month = months[{1: 0, 5: 1, 12: 2}[rec.when.month]]
        head = "{dd}, {year} {h12}:{min_s} ".format(**names(rec)) + f"{halves[rec.when.hour > 11]} {rec.logger} run"
        return f"{month} {head}\n{level}: {rec.text()}", {"at": at(rec, 0), "level": level, "logger": rec.logger,
                                                          "message": rec.message, "thrown": rec.thrown}
    return write


for _tongue, _words in TONGUES.items():
    layout(f"java.util.logging {_tongue}")(of_tongue(*_words))
line("java.util.logging on a line", "{iso}.{ms} {level:<7} [{logger}] {text}", 3, JUL, asks="logger",
     told="%1$tF %1$tT.%1$tL %4$-7s [%3$s] %5$s%6$s%n")
line("java.util.logging %tc", "[{day} {month} {dd} {time} {zone} {year}] {level}: {logger} - {text}", 0, JUL, "local", asks="logger",
     told="[%1$tc] %4$s: %3$s - %5$s%6$s%n")
line("java.util.logging level first", "{level}: {iso} {logger} - {text}", 0, JUL, asks="logger",
     told="%4$s: %1$tF %1$tT %3$s - %5$s%6$s%n")

line("WebSphere", "[{m}/{d}/{y} {h}:{min_s}:{ms} {zone}] {hex} {short:<22} {level}   {text}", 3, ["3", "1", "I", "W", "E", "F"], "local",
     asks="?thread logger", short=True)
line("Liberty", "[{m}/{d}/{y}, {h}:{min_s}:{ms} {zone}] 0000002a {logger:<60} {level} {text}", 3, ["3", "1", "I", "W", "E", "F"], "local",
     asks="?thread logger", header="*" * 80 + "\nproduct = Open Liberty 23.0.0.9\njava.home = /opt/java\n" + "*" * 80 + "\n")
WEBLOGIC = ["Debug", "Debug", "Info", "Warning", "Error", "Critical"]
line("WebLogic", "####<{month} {d}, {year} {h12}:{min_s},{ms} {half} {zone}> <{level}> <Security> <wls01> <AdminServer> <[ACTIVE] "
     "ExecuteThread: '1' for queue: 'weblogic.kernel.Default (self-tuning)'> <<WLS Kernel>> <> <> <{millis}> <BEA-90{line}> <{text}> ",
     3, WEBLOGIC, "local", asks="?thread ?logger")
line("WebLogic standard output", "<{month} {d}, {year} {h12}:{min_s} {half} {zone}> <{level}> <Security> <BEA-90{line}> <{text}> ",
     0, WEBLOGIC, "local", asks="?logger")
line("Tomcat", "{dd}-{month}-{year} {time}.{ms} {level} [{thread}] {logger}.run {text}", 3, JUL, asks="thread ?logger")
line("WildFly", "{iso},{ms} {level:<5} [{logger}] ({thread}) {text}", 3, told="%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c] (%t) %m%n")
line("WildFly console", "{time},{ms} {level:<5} [{logger}] ({thread}) {text}", date=False)
line("Jetty", "{iso}.{ms}:{level}:{package}.{short}:{qtp}: {text}", 3, ["DBUG", "DBUG", "INFO", "WARN", "WARN", "WARN"],
     asks="?thread ?logger")
line("Payara", "[{isot}.{ms}{bare_offset}] [Payara 5] [{level}] [NCLS-{line}] [{logger}] [tid: _ThreadID={pid} _ThreadName={thread}] "
     "[timeMillis: {millis}] [levelValue: 800] [[\n  {text}]]\n", 3, JUL, "local", asks="?thread logger")
line("Oracle diagnostics", "[{isot}.{ms}{offset}] [AdminServer] [{level}] [BEA-{line}] [{logger}] [tid: {thread}] [userId: {user}] "
     "[ecid: 0000-{i},0] [APP: m3] {text}", 3, ["TRACE", "TRACE", "NOTIFICATION", "WARNING", "ERROR", "INCIDENT_ERROR"], "local",
     asks="?thread ?logger")
line("ActiveMQ", "{iso},{ms} | {level:<5} | {message} | {logger} | {thread}{below}", 3, told="%d | %-5p | %m | %c | %t%n")
line("Kafka", "[{iso},{ms}] {level} {message} ({logger}){below}", 3, asks="logger", told="[%d] %p %m (%c)%n")
line("Artemis", "{iso},{ms} {level:<5} [{logger}] {text}", 3, asks="logger")
line("Elasticsearch", "[{isot},{ms}][{level:<5}][o.e.n.{short:<25}] [node-1] {text}", 3, asks="?thread ?logger")
line("Cassandra", "{level:<5} [{thread}] {iso},{ms} {short}.java:{line} - {text}", 3, asks="thread ?logger")
line("ZooKeeper", "{iso},{ms} [myid:1] - {level:<5} [{thread}:{short}@{line}] - {text}", 3, asks="?thread ?logger")
line("Solr", "{iso}.{ms} {level:<5} ({thread}) [c:m3 s:shard1 r:core1 x:m3_shard1] {logger} {text}", 3)
line("Mule", "{level:<5} {iso},{ms} [[m3app].http.{i}] [processor: flow/1; event: {line}] {logger}: {text}", 3, asks="?thread logger")

# Not Infor's own, which isn't public: merged columns, compact dates.
GRID = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "NOTE"]
line("merged with bars", "{node} | M3BE_15 | {iso},{ms} | {level:<5} | {thread} | {logger} | {text}", 3, GRID)
line("merged with tabs", "{iso}.{ms}\t{node}\tMWS\t{level}\t{thread}\t{logger}\t{text}", 3, GRID)
line("compact dates", "{compact}{ms} {level:<5} [{thread}] ({logger}) {text}", 3, GRID)
line("compact dates of two digits", "{compact2} {level} {short} [{thread}] {text}", short=True)
line("MEC", "{iso},{ms} [{thread}] {level:<5} ({short}.java:{line}) - {text}", 3, asks="thread ?logger")
line("brackets all over", "[{isot}.{ms}Z] [{level}] [{thread}] [{logger}] [tenant=ACME_PRD] [corr=ab{line}] {text}", 3, zone="Z")
