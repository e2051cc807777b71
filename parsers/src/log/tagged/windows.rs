//! Windows' events in XML, as `wevtutil` prints them and the viewer saves them: what stands in the elements that have
//! other names for it than loggers. Their schema is
//! [public](https://learn.microsoft.com/windows/win32/wes/eventschema-schema).
//!
//! Knows nothing of lines, nor of what becomes of a value.

use super::around;
use crate::xml::Document;

/// The element right below the event that says when, how bad and by whom.
pub(super) const SYSTEM: &str = "System";
/// What a program handed over to be put into the event's message, which is a template in a library of the machine.
const DATA: &str = "EventData";
/// The message as the machine of the event had it, with words for what `System` has as numbers.
const RENDERED: &str = "RenderingInfo";

/// A part right below an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    System,
    Data,
    Rendered,
}

impl Part {
    /// The part that an element of this name is.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            SYSTEM => Some(Self::System),
            DATA => Some(Self::Data),
            RENDERED => Some(Self::Rendered),
            _ => None,
        }
    }

    /// Calls `each` with what an element right in this part says, under the names that loggers use. Values stay as they
    /// are but for the level, which becomes the viewer's word for its number.
    pub(super) fn of_event(self, document: &Document<'_>, at: usize, each: &mut dyn FnMut(&str, &str)) {
        let Some(element) = document.elements.get(at) else { return };
        let text = element.text.trim();
        match self {
            Self::System => {
                for (key, value) in &element.attributes {
                    match (element.name, *key) {
                        // Its other attribute is a count of ticks.
                        ("TimeCreated", key) if key != "RawTime" => each("time", value),
                        ("Provider", "Name") => each("logger", value),
                        ("Execution", "ThreadID") => each("thread", value),
                        (name, key) => each(&format!("{name}.{key}"), value),
                    }
                }
                match element.name {
                    "Level" => each("level", level(text).unwrap_or(text)),
                    name if !text.is_empty() => each(name, text),
                    _ => {}
                }
            }
            Self::Data => {
                if let Some(name) = element.attribute("Name").filter(|_| !text.is_empty()) {
                    each(name, text);
                }
            }
            // The rest is in `System`, in the words of no language.
            Self::Rendered if element.name == "Message" => each("message", text),
            Self::Rendered => {}
        }
    }
}

/// What a program handed over without names, a line each: all that an event says where its message isn't rendered.
pub(super) fn inserts(document: &Document<'_>) -> String {
    let data = document.descendants(0).filter(|(_, element)| {
        element.depth == 2 && around(document, element) == Some(DATA) && element.attribute("Name").is_none()
    });
    let texts: Vec<&str> = data.map(|(_, element)| element.text.trim()).filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

/// The viewer's word for a level
/// ([the standard ones](https://learn.microsoft.com/windows/win32/wes/eventmanifestschema-leveltype-complextype)); 0 is of
/// what is logged at any level, and shown as information.
fn level(number: &str) -> Option<&'static str> {
    Some(match number {
        "0" | "4" => "INFORMATION",
        "1" => "CRITICAL",
        "2" => "ERROR",
        "3" => "WARNING",
        "5" => "VERBOSE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::records;

    const SCHEMA: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

    fn event(level: u8, second: u32, rest: &str) -> String {
        format!(
            "<Event xmlns='{SCHEMA}'><System><Provider Name='M3 BE'/><EventID Qualifiers='0'>7031</EventID>\
             <Level>{level}</Level><TimeCreated SystemTime='2026-01-13T10:15:{second:02}.1234567Z'/>\
             <Execution ProcessID='4' ThreadID='8'/><Correlation/><Computer>srv</Computer></System>{rest}</Event>\n"
        )
    }

    #[test]
    fn windows_events_are_records() {
        let rendered = "<EventData><Data Name='port'>80</Data><Data>unsaid</Data></EventData>\
            <RenderingInfo Culture='de-DE'><Message>Dienst\n2026-01-13 10:15:02 beendet</Message><Level>Fehler</Level></RenderingInfo>";
        let text = event(2, 2, "<EventData><Data>one</Data><Data>two</Data></EventData>") + &event(4, 3, rendered);
        let (layout, read) = records(&text);
        assert_eq!(layout, "xml:Event/1");
        let columns = "EventID.Qualifiers=0,EventID=7031,Execution.ProcessID=4,Computer=srv";
        assert_eq!(
            read,
            [
                format!("2026-01-13T10:15:02.1234567Z|ERROR|8|M3 BE|{columns}|one\ntwo|-"),
                format!(
                    "2026-01-13T10:15:03.1234567Z|INFORMATION|8|M3 BE|{columns},port=80,RenderingInfo.Culture=de-DE|\
                     Dienst\n2026-01-13 10:15:02 beendet|-"
                ),
            ]
        );
    }

    #[test]
    fn events_over_several_lines_are_records() {
        let text = format!("<Events>\n{}</Events>\n", (event(3, 2, "") + &event(1, 3, "")).replace("><", ">\n  <"));
        let (_, read) = records(&text);
        let heads: Vec<&str> = read.iter().map(|record| record.split("|8|").next().unwrap_or_default()).collect();
        assert_eq!(heads, ["2026-01-13T10:15:02.1234567Z|WARNING", "2026-01-13T10:15:03.1234567Z|CRITICAL"]);
    }

    #[test]
    fn an_event_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
        let whole = event(2, 2, "<EventData><Data>one</Data></EventData>");
        for end in 0..whole.len() {
            let _read = records(&whole[..end]);
            let _read = records(&format!("{whole}{}", &whole[..end]));
        }
    }
}
