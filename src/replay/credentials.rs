//! Who calls: user, password and company in the places where M3's callers carry them, put into a draft.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::xml;

use super::change::{BodyText, Change};
use super::draft::{Draft, Unsendable, coded};
use super::place::{Place, paths};
use crate::model::Part;

/// What is put into a request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The division.
    pub division: Option<String>,
    /// The MWS configuration.
    pub config: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).field("company", &self.company).finish_non_exhaustive()
    }
}

/// The elements in which SOAP callers carry who they are.
struct InBody {
    /// Paths of user names and passwords.
    users: Vec<String>,
    passwords: Vec<String>,
    /// Where a password is a digest of it, which can't be made anew.
    digest: bool,
    companies: Vec<String>,
    divisions: Vec<String>,
    configs: Vec<String>,
}

impl Credentials {
    /// Whether there is anything to be put in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The user name that a recorded `Authorization` says, also where its password is masked.
    #[must_use]
    pub fn recorded_user(draft: &Draft) -> Option<String> {
        let value = draft.headers.text("Authorization")?;
        let coded = strip_scheme(&value, "Basic")?;
        let whole = coded.split('*').next().unwrap_or_default();
        let readable = &whole[..whole.len() / 4 * 4];
        let bytes = STANDARD.decode(coded).or_else(|_| STANDARD.decode(readable)).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.split_once(':').map(|(user, _)| user.to_owned()).filter(|user| !user.is_empty())
    }

    /// Puts them in the places where the request has such things: `Authorization`, WS-Security, the `mws` and `lws`
    /// headers, the parameters of M3's API. Without any such place for the user, `Authorization` is added.
    ///
    /// # Errors
    /// When the body can't be changed, or signs its password.
    pub fn put(&self, draft: &mut Draft) -> Result<(), Unsendable> {
        let places = in_body(draft)?;
        self.sign_on(draft, &places)?;
        for (paths, value) in [
            (&places.companies, &self.company),
            (&places.divisions, &self.division),
            (&places.configs, &self.config),
            (&places.users, &self.user),
            (&places.passwords, &self.password),
        ] {
            for (path, value) in paths.iter().filter_map(|path| Some((path, value.as_ref()?))) {
                draft.change(&Change::Set(Place::parse(path).map_err(internal)?, value.clone()))?;
            }
        }
        for (name, value) in [("cono", &self.company), ("divi", &self.division)] {
            let Some(value) = value else { continue };
            if has_parameter(&draft.url, name) {
                draft.change(&Change::Set(Place::Query(parameter(&draft.url, name), None), value.clone()))?;
            }
        }
        Ok(())
    }

    fn sign_on(&self, draft: &mut Draft, places: &InBody) -> Result<(), Unsendable> {
        let recorded = draft.headers.text("Authorization");
        if let Some(token) = &self.token {
            draft.set_header("Authorization", &format!("Bearer {token}"));
            return Ok(());
        }
        // Those that belong to one connection, or are reckoned from the request, can't be made anew.
        let signs = |value: &str, scheme: &str| strip_scheme(value, scheme).is_some();
        let bound = ["NTLM", "Negotiate", "Digest"]
            .into_iter()
            .find(|scheme| recorded.as_deref().is_some_and(|v| signs(v, scheme)));
        let basic = bound.is_some() || recorded.as_deref().is_some_and(|value| signs(value, "Basic"));
        let signs_on_in_body = !places.passwords.is_empty();
        if places.digest && (self.password.is_some() || self.user.is_some()) {
            return Err(Unsendable::new(
                "the request signs on with a digest of its password (WS-Security PasswordDigest), which is not made anew",
                "record a client that sends PasswordText, or set nonce, time and digest with --set",
            ));
        }
        let user = self.user.clone().or_else(|| Self::recorded_user(draft));
        if let (Some(user), Some(password)) = (user, &self.password)
            && (basic || (recorded.is_none() && !signs_on_in_body))
        {
            let listed = draft.edits.len();
            draft.set_header("Authorization", &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
            draft.edits.truncate(listed);
            let instead = bound.map(|scheme| format!(", in the place of {scheme}")).unwrap_or_default();
            draft.edited(format!("signs on as {user} by Basic{instead}"), None, None);
        }
        Ok(())
    }
}

fn internal(what: String) -> Unsendable {
    Unsendable::new(what, "set it with --set")
}

fn strip_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (named, rest) = value.trim().split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

fn in_body(draft: &Draft) -> Result<InBody, Unsendable> {
    let mut places = InBody {
        users: Vec::new(),
        passwords: Vec::new(),
        digest: false,
        companies: Vec::new(),
        divisions: Vec::new(),
        configs: Vec::new(),
    };
    if draft.body.is_empty() {
        return Ok(places);
    }
    let plain = coded::plain(draft)?;
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    let text = BodyText::of(&plain, kind.as_ref().and_then(|kind| kind.parameter("charset")));
    let document = xml::read(text.text());
    let paths = paths(&document);
    for (element, path) in document.elements.iter().zip(&paths) {
        let parent = element.parent.and_then(|at| document.elements.get(at)).map_or("", |parent| parent.name);
        let credentials = matches!(parent, "mws" | "lws");
        match element.name {
            "Username" if parent == "UsernameToken" => places.users.push(path.clone()),
            "Password" if parent == "UsernameToken" => {
                places.digest |= element.attribute("Type").is_some_and(|kind| kind.ends_with("PasswordDigest"));
                places.passwords.push(path.clone());
            }
            "user" | "username" if credentials => places.users.push(path.clone()),
            "password" if credentials => places.passwords.push(path.clone()),
            "company" if credentials => places.companies.push(path.clone()),
            "division" if credentials => places.divisions.push(path.clone()),
            "config" | "configuration" if credentials => places.configs.push(path.clone()),
            // The header of M3's MI services.
            "Cono" if parent.starts_with("MI") => places.companies.push(path.clone()),
            "Divi" if parent.starts_with("MI") => places.divisions.push(path.clone()),
            _ => {}
        }
    }
    Ok(places)
}

/// What must still be given before a draft can be sent, in words; empty where nothing is missing.
#[must_use]
pub fn missing(draft: &Draft) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let plain = coded::plain(draft).ok();
    for hole in &draft.holes {
        let place = match (hole.part, &plain) {
            (Part::RequestBody, Some(plain)) => {
                element_at(draft, plain, hole.range.start).unwrap_or_else(|| hole.place())
            }
            _ => hole.place(),
        };
        let words = format!("{place} ({})", hole.rule);
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told
}

/// The path of the innermost element around a byte of the body.
fn element_at(draft: &Draft, plain: &bytes::Bytes, at: usize) -> Option<String> {
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    let text = BodyText::of(plain, kind.as_ref().and_then(|kind| kind.parameter("charset")));
    let document = xml::read(text.text());
    let paths = paths(&document);
    let around = |range: &std::ops::Range<usize>| text.bytes_of(range).contains(&at);
    let inner = document.elements.iter().zip(&paths).rev().find(|(element, _)| around(&element.inner));
    inner.map(|(_, path)| path.clone())
}

fn has_parameter(url: &str, name: &str) -> bool {
    !parameter(url, name).is_empty()
}

/// The parameter as it is spelled in the URL, in whatever case.
fn parameter(url: &str, name: &str) -> String {
    let named = |field: &&str| field.split('=').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
    let field = url.split(['?', '&', ';']).skip(1).find(|field| named(field) && field.contains('='));
    field.and_then(|field| field.split('=').next()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
