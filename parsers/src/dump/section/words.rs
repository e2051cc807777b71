//! The words that headings have in them, and what they speak of by these. It must not know what a heading is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What headings speak of, a bit for each list of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said(u8);

impl Said {
    pub(super) const TRACE: Self = Self(1);
    pub(super) const STACK: Self = Self(2);
    pub(super) const EARLIER: Self = Self(4);
    pub(super) const SURROUNDINGS: Self = Self(8);
    pub(super) const VALUES: Self = Self(16);

    /// What words in small letters speak of, with one blank before, between and behind them.
    pub(super) fn by(words: &str) -> Self {
        static LISTS: LazyLock<(AhoCorasick, Vec<Said>)> = LazyLock::new(|| {
            let lists = [
                (TRACE, Said::TRACE),
                (STACK, Said::STACK),
                (EARLIER, Said::EARLIER),
                (SURROUNDINGS, Said::SURROUNDINGS),
                (VALUES, Said::VALUES),
            ];
            let said = lists.iter().flat_map(|(words, said)| words.iter().map(|_| *said)).collect();
            let words = lists.iter().flat_map(|(words, _)| *words);
            (AhoCorasick::new(words).expect("nothing but too many words can go wrong"), said)
        });
        let (words_of_all, said) = &*LISTS;
        let found = words_of_all.find_overlapping_iter(words).filter_map(|found| said.get(found.pattern().as_usize()));
        Self(found.fold(0, |all, one| all | one.0))
    }

    pub(super) const fn of(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What headings of exceptions and of Java stacks have in them.
const TRACE: &[&str] = &[
    " java stack",
    " stack trace",
    " stacktrace",
    " backtrace",
    " traceback",
    " exception",
    " throwable",
    " java call",
    " java trace",
    " pile java",
    " java pile",
    " java stapel",
    " pila java",
    " pilha java",
    " ausnahme",
    " undantag",
    " stackspår",
    " stackspor",
    " undtagelse",
    " unntak",
    " uitzondering",
    " excepci",
    " eccezione",
    "スタックトレース",
    "例外",
    "堆栈跟踪",
    "异常",
];

/// What headings of program stacks have in them.
const STACK: &[&str] = &[
    " stack",
    " call chain",
    " invocation",
    " active programs",
    " called programs",
    " programs called",
    " program chain",
    " call hierarchy",
    " aufruf",
    " anrop",
    " pile ",
    " programstack",
    " aanroep",
    " aangeroepen programma",
    " pila ",
    " pilha ",
    " stack programmi",
    "呼び出し",
    "呼出",
    "コールスタック",
    "プログラムスタック",
    "调用",
    "程序堆栈",
];

/// What headings have in them that speak of another time, whatever it is that they name.
const EARLIER: &[&str] = &[
    " previous",
    " earlier",
    " before this ",
    " before the failure",
    " before the error",
    " handled",
    " recovered",
    " vorherig",
    " vorangegangen",
    " früher",
    " föregående",
    " tidigare",
    " précéd",
    " vorige ",
    " eerder",
    " forrige",
    " tidligere",
    " anterior",
    " antérieur",
    " poprzedni",
    " předchoz",
    " edellinen",
    " aiempi",
    " precedent",
    " latest ",
    " recent ",
];

/// What headings of the machine, of other jobs and other times have in them.
const SURROUNDINGS: &[&str] = &[
    " jvm",
    " java ",
    " virtual machine",
    " system propert",
    " java propert",
    " vm propert",
    " runtime propert",
    " operating",
    " memory",
    " heap",
    " threads ",
    " thread ",
    " garbage",
    " hardware",
    " environment variable",
    " locks ",
    " lock ",
    " caller",
    " calling",
    " history",
    " last run",
    " last commit",
    " last successful",
    " collector ",
    " exporter ",
    " agent ",
    " monitor ",
    " other ",
    " another ",
    " same time ",
    " sign ons ",
    " signed on at ",
    " logged on users ",
    " active users ",
    " signed on users ",
    " blocking ",
    " jobs ",
    " andra jobb ",
    " övriga jobb ",
    " aktiva jobb ",
    " trabajos ",
    " travaux ",
    " os ",
    " host ",
    " classpath",
    " class path",
    " libraries",
    " systemeigenschaft",
    " umgebungsvariabl",
    " speicher ",
    " speichernutzung",
    " speicherbelegung",
    " arbeitsspeicher",
    " hauptspeicher",
];

/// What headings of fields and records have in them.
const VALUES: &[&str] = &[
    " field",
    " variab",
    " record",
    " indicator",
    " parameter",
    " buffer",
    " data structure",
    " data area",
    " work area",
    " program data",
    " working storage",
    " lda ",
    " values ",
    " felder",
    " arbeitsfelder",
    " arbetsfält",
    " arbejdsfelt",
    " arbeidsfelt",
    " feld ",
    " feldwerte",
    " fält",
    " champs",
    " felt",
    " veld",
    " campo",
    " campi ",
    " kentt",
    " zone",
    " files ",
    " file ",
    " tables ",
    " table ",
    " dateien",
    " datensätze",
    " satz ",
    " poster ",
    " enregistrement",
    " arrays ",
    " list of ",
    " hex",
    " key values",
    "変数",
    "項目",
    "フィールド",
    "字段",
    "变量",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_found_in_one_go() {
        let lists = [TRACE, STACK, EARLIER, SURROUNDINGS, VALUES].into_iter().zip([1, 2, 4, 8, 16]);
        for (words, bit) in lists {
            for word in words {
                assert!(Said::by(&format!("a{word}b c")).of(Said(bit)), "{word}");
            }
        }
        assert_eq!(Said::by(" m3 business engine dump log "), Said::default());
        assert!(Said::by(" previous stack trace ").of(Said::EARLIER));
        assert!(Said::by(" previous stack trace ").of(Said::TRACE));
    }
}
