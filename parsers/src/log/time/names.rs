//! The words in a time stamp: months, weekdays, half days, zones.

use super::zones;

/// Whether `b` can start with the name of a month or a weekday: a cheap look that nearly every other word fails.
pub(crate) fn may_name(b: &[u8]) -> bool {
    let Some([first, second]) = b.first_chunk() else { return false };
    if first.is_ascii() && second.is_ascii() && MAY_START[place(*first)][place(*second)] == 0 {
        return false;
    }
    let len = letters(b);
    matches!(b.get(len), Some(b' ' | b',' | b'.' | b'-' | b'/'))
        && b.iter().skip(len + 1).take(12).any(u8::is_ascii_digit)
}

/// Letters at the start of `b`, 16 at most: no month or weekday has more bytes.
fn letters(b: &[u8]) -> usize {
    b.iter().take(16).take_while(|c| c.is_ascii_alphabetic() || **c >= 0x80).count()
}

/// For the first two letters of a word, which lengths words have that begin so, and what they end in: a bit each. Words
/// of a log are looked up as often as a number stands before one, and nearly all of them fail here.
struct Shapes {
    lengths: Pairs,
    ends: Pairs,
}

type Pairs = [[u32; PLACES]; PLACES];

/// A row for each letter, and one for what is none.
const PLACES: usize = 27;

/// The first two letters of all names of months and days.
static MAY_START: Pairs = {
    let mut starts = [[0; PLACES]; PLACES];
    let mut at = 0;
    while at < PLACES * PLACES {
        let (first, second) = (at / PLACES, at % PLACES);
        starts[first][second] = MONTH_SHAPES.lengths[first][second] | DAY_SHAPES.lengths[first][second];
        at += 1;
    }
    starts
};

const fn place(byte: u8) -> usize {
    let letter = byte.to_ascii_lowercase();
    if letter.is_ascii_lowercase() { (letter - b'a') as usize } else { PLACES - 1 }
}

/// Those of the words in the lists, which blanks separate.
const fn shapes(lists: &[&str]) -> Shapes {
    let mut shapes = Shapes { lengths: [[0; PLACES]; PLACES], ends: [[0; PLACES]; PLACES] };
    let mut list = 0;
    while list < lists.len() {
        let words = lists[list].as_bytes();
        let (mut start, mut at) = (0, 0);
        while at <= words.len() {
            if at == words.len() || words[at] == b' ' {
                assert!(at >= start + 2);
                let (first, second) = (place(words[start]), place(words[start + 1]));
                shapes.lengths[first][second] |= 1 << (at - start);
                shapes.ends[first][second] |= 1 << place(words[at - 1]);
                start = at + 1;
            }
            at += 1;
        }
        list += 1;
    }
    shapes
}

/// The month named at the start of `b` and the length of its name, with a full stop that belongs to it.
///
/// Names in full and short in English and the languages that M3 sites run Java in.
/// How many bytes an era has that says that a year is one of ours.
pub(crate) fn era(b: &[u8]) -> Option<usize> {
    let eras = ["Anno Domini", "n. Chr.", "apr. J.-C.", "d.C.", "d. C.", "e.Kr.", "AD", "CE", "A"];
    eras.iter().find(|era| b.starts_with(era.as_bytes())).map(|era| era.len())
}

pub(crate) fn month(b: &[u8]) -> Option<(u32, usize)> {
    if b.first().is_some_and(u8::is_ascii_digit) {
        return numbered_month(b);
    }
    let len = letters(b);
    if len < 3 {
        return None;
    }
    let index = named(&b[..len], &MONTHS, &MONTH_SHAPES)?;
    let dot = usize::from(b.get(len) == Some(&b'.'));
    Some((index as u32 + 1, len + dot))
}

/// A month by its number, as Java writes it where others have a name: `1月` in Chinese and Japanese, `1월` in Korean, and in
/// Java 8's Japanese the number alone, which only the day, comma and year behind it tell from any other.
fn numbered_month(b: &[u8]) -> Option<(u32, usize)> {
    let digits = b.iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    let month = b[..digits].iter().fold(0, |n, c| n * 10 + u32::from(c - b'0'));
    let behind = &b[digits..];
    let sign = ["月", "월"].iter().find(|sign| behind.starts_with(sign.as_bytes()));
    let alone = matches!(behind, [b' ', tens, ones, b',', b' ', year, ..]
        if [tens, ones, year].iter().all(|c| c.is_ascii_digit()));
    let known = (1..=12).contains(&month) && (alone || sign.is_some());
    known.then_some((month, digits + sign.map_or(0, |sign| sign.len())))
}

/// Which of the lists has the word.
fn named(letters: &[u8], lists: &[&str], shapes: &Shapes) -> Option<usize> {
    let ([first, second], last) = (letters.first_chunk()?, letters.last()?);
    let (first, second) = (place(*first), place(*second));
    if shapes.lengths[first][second] >> letters.len() & shapes.ends[first][second] >> place(*last) & 1 == 0 {
        return None;
    }
    let mut word = [0_u8; 16];
    let word = word.get_mut(..letters.len())?;
    word.copy_from_slice(letters);
    word.make_ascii_lowercase();
    lists.iter().position(|forms| forms.split(' ').any(|form| form.as_bytes() == word))
}

const MONTHS: [&str; 12] = [
    "jan january janv ene gen sty jän januar januari janvier enero gennaio janeiro stycznia tammik tammikuuta led \
     ledna leden január oca ocak янв янва января 一月 Янв Янва Января",
    "feb february févr fev lut februar februari février febrero febbraio fevereiro lutego helmik helmikuuta úno \
     února únor febr február şub şubat фев февр февраля 二月 Úno Února Únor Şub Şubat Фев Февр Февраля",
    "mar march mars mär mrz mrt märz maart marzo marts março marca maalisk maaliskuuta bře března březen márc \
     március mart мар март марта 三月 Мар Март Марта",
    "apr april avr abr kwi avril abril aprile kwietnia huhtik huhtikuuta dub dubna duben ápr április nis nisan апр \
     апреля 四月 Ápr Április Апр Апреля",
    "may mai maj mag mei maggio mayo maio maja toukok toukokuuta kvě května květen máj május mayıs май мая 五月 Май \
     Мая",
    "jun june juin juni giu cze junio giugno junho czerwca kesäk kesäkuuta čvn června červen jún június haz haziran \
     июн июнь июня 六月 Čvn Června Červen Июн Июнь Июня",
    "jul july juil juli lug lip juillet julio luglio julho lipca heinäk heinäkuuta čvc července červenec júl július \
     tem temmuz июл июль июля 七月 Čvc Července Červenec Июл Июль Июля",
    "aug august août ago sie augusti augustus agosto sierpnia elok elokuuta srp srpna srpen augusztus ağu ağustos \
     авг августа 八月 Авг Августа",
    "sep sept september set wrz settembre septembre septiembre setembro września syysk syyskuuta zář září szept \
     szeptember eyl eylül сен сент сентября 九月 Сен Сент Сентября",
    "oct october okt ott paź out oktober octobre octubre ottobre outubro października lokak lokakuuta říj října \
     říjen október eki ekim окт октября 十月 Říj Října Říjen Окт Октября",
    "nov november lis novembre noviembre novembro listopada marrask marraskuuta listopadu kas kasım ноя нояб ноября \
     十一月 Ноя Нояб Ноября",
    "dec december dez déc dic gru des dezember décembre diciembre desember dicembre dezembro grudnia jouluk \
     joulukuuta pro prosince prosinec ara aralık дек декабря 十二月 Дек Декабря",
];

static MONTH_SHAPES: Shapes = shapes(&MONTHS);

/// The length of the weekday at the start of `b`, in the languages of [`month`], with a full stop that belongs to it.
pub(crate) fn weekday(b: &[u8]) -> Option<usize> {
    let len = letters(b);
    if len < 2 {
        return None;
    }
    named(&b[..len], &DAYS, &DAY_SHAPES)?;
    let fair = &b[len..];
    let behind = if fair.starts_with(b"-feira") { 6 } else { usize::from(fair.starts_with(b".")) };
    Some(len + behind)
}

const DAYS: [&str; 7] = [
    "monday mon montag mo mån måndag lun lundi lunes lunedì maandag ma segunda seg man mandag maanantai maanantaina \
     pon poniedziałek po hétfő pzt пн 周一 星期一 월 月 Пн",
    "tuesday tue tues dienstag di tis tisdag mar mardi martes martedì dinsdag terça ter tir tirsdag ti tiistai \
     tiistaina wt wtorek út sal вт 周二 星期二 화 火 Út Вт",
    "wednesday wed mittwoch mi ons onsdag mer mercredi mié miércoles mercoledì woensdag wo quarta qua ke \
     keskiviikko keskiviikkona śr środa st sze çar ср 周三 星期三 수 水 Śr Środa Çar Ср",
    "thursday thu thur thurs donnerstag do tors torsdag jeu jeudi jue jueves gio giovedì donderdag quinta qui tor \
     to torstai torstaina czw czwartek čt cs per чт 周四 星期四 목 木 Čt Чт",
    "friday fri freitag fr fre fredag ven vendredi vie viernes venerdì vrijdag vr sexta sex pe perjantai \
     perjantaina pt piątek pá cum пт 周五 星期五 금 金 Пт",
    "saturday sat samstag sonnabend sa lör lördag sam samedi sáb sábado sab sabato zaterdag za lør lørdag la \
     lauantai lauantaina sob sobota szo cmt сб 周六 星期六 토 土 Сб",
    "sunday sun sonntag so sön söndag dim dimanche dom domingo domenica zondag zo søn søndag su sunnuntai \
     sunnuntaina ndz niedz niedziela ne paz вс 周日 星期日 일 日 Вс",
];

static DAY_SHAPES: Shapes = shapes(&DAYS);

/// `AM` or `PM` (true) at the start of `b`, with the blank before it, which newer Java writes as U+202F.
pub(crate) fn am_pm(b: &[u8]) -> Option<(bool, usize)> {
    let start = blank(b);
    let rest = &b[start..];
    let in_any_case = |(form, pm): &(&str, bool)| {
        let found = rest.get(..form.len())?;
        found.eq_ignore_ascii_case(form.as_bytes()).then_some((form.len(), *pm))
    };
    let as_written = |(form, pm): &(&str, bool)| rest.starts_with(form.as_bytes()).then_some((form.len(), *pm));
    let (form, pm) = HALVES.iter().find_map(in_any_case).or_else(|| HALVES_AS_WRITTEN.iter().find_map(as_written))?;
    let ends = !rest.get(form).is_some_and(|c| c.is_ascii_alphanumeric() || *c >= 0x80);
    ends.then_some((pm, start + form))
}

/// How long the blank at the start of `b` is, whichever kind it is of.
fn blank(b: &[u8]) -> usize {
    match b {
        [b' ', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF, ..] => 3,
        _ => 0,
    }
}

/// The halves of a day as Java writes them in English, Swedish, Finnish, Spanish, Czech, Hungarian, Japanese, Chinese and
/// Korean; longer forms first.
const HALVES: [(&str, bool); 24] = [
    ("a.m.", false),
    ("p.m.", true),
    ("a.\u{a0}m.", false),
    ("p.\u{a0}m.", true),
    ("a. m.", false),
    ("p. m.", true),
    ("am", false),
    ("pm", true),
    ("fm", false),
    ("em", true),
    ("ap.", false),
    ("ip.", true),
    ("ap", false),
    ("ip", true),
    ("dop.", false),
    ("odp.", true),
    ("de.", false),
    ("du.", true),
    ("午前", false),
    ("午後", true),
    ("上午", false),
    ("下午", true),
    ("오전", false),
    ("오후", true),
];

/// Those whose letters have to be written so: capitals that [`u8::eq_ignore_ascii_case`] doesn't know, and Java 8's Hungarian
/// ones, which are words of French in small letters.
const HALVES_AS_WRITTEN: [(&str, bool); 6] =
    [("ÖÖ", false), ("ÖS", true), ("öö", false), ("ös", true), ("DE", false), ("DU", true)];

/// A numeric offset at the start of `b` in seconds east of UTC: `Z`, `+01`, `+0100`, `+01:00`, `GMT+01:00`.
pub(crate) fn offset(b: &[u8]) -> Option<(i32, usize)> {
    if let Some(rest) = b.strip_prefix(b"GMT").or_else(|| b.strip_prefix(b"UTC")) {
        return match offset_digits(rest) {
            Some((offset, len)) => Some((offset, len + 3)),
            None if ends_word(rest) => Some((0, 3)),
            None => None,
        };
    }
    match b.first()? {
        b'Z' | b'z' if ends_word(&b[1..]) => Some((0, 1)),
        _ => offset_digits(b),
    }
}

fn ends_word(rest: &[u8]) -> bool {
    !rest.first().is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_')
}

fn offset_digits(b: &[u8]) -> Option<(i32, usize)> {
    // U+2212 is what some locales print for the minus sign.
    let (sign, start) = match b {
        [b'+', ..] => (1, 1),
        [b'-', ..] => (-1, 1),
        [0xE2, 0x88, 0x92, ..] => (-1, 3),
        _ => return None,
    };
    let two = |at: usize| -> Option<i32> {
        match b.get(at..at + 2)? {
            [a, c] if a.is_ascii_digit() && c.is_ascii_digit() => Some(i32::from((a - b'0') * 10 + (c - b'0'))),
            _ => None,
        }
    };
    // Db2 writes minutes: `+060`.
    if let Some([hundreds, tens, ones]) = b.get(start..start + 3).and_then(|b| <&[u8; 3]>::try_from(b).ok())
        && [hundreds, tens, ones].iter().all(|c| c.is_ascii_digit())
        && !b.get(start + 3).is_some_and(|c| c.is_ascii_digit() || *c == b':')
    {
        let minutes = [hundreds, tens, ones].iter().fold(0, |n, c| n * 10 + i32::from(**c - b'0'));
        return (minutes <= 14 * 60 && minutes % 15 == 0).then_some((sign * minutes * 60, start + 3));
    }
    let hours = two(start)?;
    let colon = usize::from(b.get(start + 2) == Some(&b':'));
    let (minutes, len) = match two(start + 2 + colon) {
        Some(minutes) => (minutes, start + 4 + colon),
        None if colon == 0 => (0, start + 2),
        None => return None,
    };
    if hours > 18 || minutes > 59 || b.get(len).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some((sign * (hours * 3600 + minutes * 60), len))
}

/// A named zone at the start of `b`, its offset where the name leaves no doubt, and its length.
///
/// `CST`, `IST` and `BST` mean different things in different places, so they are read and give no offset.
pub(crate) fn zone(b: &[u8]) -> Option<(Option<i32>, usize)> {
    if b.first() == Some(&b'[') {
        let len = b.iter().take(48).position(|c| *c == b']')?;
        return region(&b[1..len]).then_some((None, len + 1));
    }
    if let Some((offset, len)) = offset(b)
        && len > 1
    {
        return Some((Some(offset), len));
    }
    let len = b.iter().take(48).take_while(|c| c.is_ascii_alphanumeric() || b"/_+-".contains(c)).count();
    let word = &b[..len];
    if region(word) {
        return Some((None, len));
    }
    let known = ZONES.iter().find(|(name, _)| name.as_bytes() == word)?;
    Some((known.1.map(|quarters| quarters * 900), len))
}

/// Where the name of a region stands in what [`zone`] read, which brackets may stand around.
pub(crate) fn region_in(zone: &[u8]) -> Option<(usize, usize)> {
    let (from, name) = match zone {
        [b'[', name @ .., b']'] => (1, name),
        name => (0, name),
    };
    region(name).then_some((from, from + name.len()))
}

/// Whether a zone is one of a known region, or an abbreviation or an offset, and no other word with a slash in it.
pub(crate) fn may_be_zone(zone: &[u8]) -> bool {
    region_in(zone).is_none_or(|(from, to)| std::str::from_utf8(&zone[from..to]).is_ok_and(zones::is_known))
}

fn region(word: &[u8]) -> bool {
    let Some(slash) = word.iter().position(|c| *c == b'/') else { return false };
    // `INFO/Dispatcher` is no region.
    let continent = word.first().is_some_and(u8::is_ascii_uppercase) && word.get(1).is_some_and(u8::is_ascii_lowercase);
    slash > 1
        && (continent || word.starts_with(b"US/"))
        && word.get(slash + 1).is_some_and(u8::is_ascii_uppercase)
        && word.iter().all(|c| c.is_ascii_alphanumeric() || b"/_+-".contains(c))
}

// In quarters of an hour east of UTC.
const ZONES: [(&str, Option<i32>); 40] = [
    ("UTC", Some(0)),
    ("GMT", Some(0)),
    ("UT", Some(0)),
    ("Z", Some(0)),
    ("WET", Some(0)),
    ("WEST", Some(4)),
    ("CET", Some(4)),
    ("CEST", Some(8)),
    ("MEZ", Some(4)),
    ("MESZ", Some(8)),
    ("MET", Some(4)),
    ("MEST", Some(8)),
    ("EET", Some(8)),
    ("EEST", Some(12)),
    ("MSK", Some(12)),
    ("BST", None),
    ("IST", None),
    ("EST", Some(-20)),
    ("EDT", Some(-16)),
    ("CST", None),
    ("CDT", Some(-20)),
    ("MST", Some(-28)),
    ("MDT", Some(-24)),
    ("PST", Some(-32)),
    ("PDT", Some(-28)),
    ("AKST", Some(-36)),
    ("AKDT", Some(-32)),
    ("HST", Some(-40)),
    ("AST", None),
    ("ADT", None),
    ("BRT", Some(-12)),
    ("ART", Some(-12)),
    ("SAST", Some(8)),
    ("SGT", Some(32)),
    ("HKT", Some(32)),
    ("JST", Some(36)),
    ("KST", Some(36)),
    ("AEST", Some(40)),
    ("AEDT", Some(44)),
    ("NZST", Some(48)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_by_its_ends_and_its_length() {
        for (lists, shapes) in [(MONTHS.as_slice(), &MONTH_SHAPES), (DAYS.as_slice(), &DAY_SHAPES)] {
            for word in lists.iter().flat_map(|forms| forms.split(' ')) {
                let of = |forms: &&str| forms.split(' ').any(|form| form == word);
                let list = lists.iter().position(of);
                assert_eq!(named(word.as_bytes(), lists, shapes), list, "{word}");
                assert_eq!(named(word.to_ascii_uppercase().as_bytes(), lists, shapes), list, "{word}");
                assert_eq!(named(format!("{word}x").as_bytes(), lists, shapes), None, "{word}");
                assert!(may_name(format!("{word} 1").as_bytes()), "{word}");
            }
        }
        assert_eq!(month(b"rows, of"), None);
        assert_eq!(month(b"setting up"), None);
        assert!(!may_name(b"rx 1"));
    }
}
