//! Requests in which secrets were masked: what is missing is asked for where somebody can answer, else refused by name.

use super::{Call, ask};
use crate::cli::output::Failure;
use crate::replay::{Credentials, Draft, missing};

/// Calls as `USER[:PASSWORD]`.
///
/// # Errors
/// When the password is missing and nobody can be asked, or the request signs it.
pub(super) fn sign_on(user: &str, calls: &mut [Call]) -> Result<(), Failure> {
    let (user, password) = match user.split_once(':') {
        Some((user, password)) => (user, password.to_owned()),
        None => (user, password_of(user)?),
    };
    let credentials = Credentials { user: Some(user.to_owned()), password: Some(password), ..Credentials::default() };
    put(&credentials, calls, "--user")
}

/// Puts credentials into calls. A masked cookie goes with them: the session that it belonged to is another's.
///
/// # Errors
/// When a request signs its password.
pub(super) fn put(credentials: &Credentials, calls: &mut [Call], option: &str) -> Result<(), Failure> {
    for call in calls {
        let usage = |why: crate::replay::Unsendable| Failure::Usage(format!("{option}: {why}"));
        credentials.put(&mut call.draft).map_err(usage)?;
        let signs_on = credentials.password.is_some() || credentials.token.is_some();
        let masked = call.draft.holes.iter().any(|hole| hole.name.eq_ignore_ascii_case("Cookie"));
        if signs_on && masked && call.draft.remove_header("Cookie") {
            call.draft.edited("the recorded session is masked, so the server is asked for a new one", None, None);
        }
    }
    Ok(())
}

/// Asks for a password.
///
/// # Errors
/// When nobody can be asked, or the answer was broken off.
pub(super) fn password_of(user: &str) -> Result<String, Failure> {
    if !ask::can() {
        let text =
            format!("the password of {user} is missing and there is no terminal to ask for it; give USER:PASSWORD");
        return Err(Failure::Usage(text));
    }
    let typed = ask::hidden(&format!("password of {user}:"))?;
    typed.ok_or_else(|| Failure::Usage("nothing was sent".to_owned()))
}

/// Asks for the password of a recorded user where it was masked and somebody is there to answer.
///
/// # Errors
/// When the answer was broken off.
pub(super) fn ask_for(calls: &mut [Call]) -> Result<(), Failure> {
    let mut known: Vec<(String, String)> = Vec::new();
    for call in calls.iter_mut().filter(|call| !call.draft.holes.is_empty()) {
        let Some(user) = Credentials::recorded_user(&call.draft).or_else(|| call.recorded.call.user.clone()) else {
            continue;
        };
        let password = match known.iter().find(|(known, _)| *known == user) {
            Some((_, password)) => password.clone(),
            None if ask::can() => password_of(&user)?,
            None => continue,
        };
        known.push((user.clone(), password.clone()));
        let credentials = Credentials { user: Some(user), password: Some(password), ..Credentials::default() };
        // What can't be put in stays masked, and is refused by name.
        let _stays = credentials.put(&mut call.draft);
    }
    Ok(())
}

/// Refuses a request that still has fillers in it.
///
/// # Errors
/// With what is masked.
pub(super) fn refuse(id: &str, draft: &Draft) -> Result<(), Failure> {
    let missing = missing(draft);
    if missing.is_empty() && draft.masked.is_empty() {
        return Ok(());
    }
    let missing = if missing.is_empty() { "secrets".to_owned() } else { missing.join(", ") };
    Err(Failure::Usage(format!(
        "{id} can't be sent as it is, since secrets were masked when it was recorded: {missing}; give them with --env NAME, \
         --user USER, or --set PATH=VALUE (--remove PATH sends it without)"
    )))
}
