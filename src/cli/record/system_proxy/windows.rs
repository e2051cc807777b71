//! The user's Internet Settings in the registry.

use std::io;

use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, KEY_READ, KEY_WRITE, RegType};

use super::{Settings, Value};

const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

/// The settings of the user.
///
/// # Errors
/// When the registry says no.
pub(super) fn open() -> io::Result<Registry> {
    RegKey::predef(HKEY_CURRENT_USER).create_subkey_with_flags(KEY, KEY_READ | KEY_WRITE).map(|(key, _)| Registry(key))
}

pub(super) struct Registry(RegKey);

impl Settings for Registry {
    fn get(&self, name: &str) -> io::Result<Option<Value>> {
        let kind = match self.0.get_raw_value(name) {
            Ok(raw) => raw.vtype,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match kind {
            RegType::REG_DWORD => self.0.get_value(name).map(|number| Some(Value::Number(number))),
            _ => self.0.get_value(name).map(|text| Some(Value::Text(text))),
        }
    }

    fn set(&mut self, name: &str, value: Option<&Value>) -> io::Result<()> {
        match value {
            Some(Value::Number(number)) => self.0.set_value(name, number),
            Some(Value::Text(text)) => self.0.set_value(name, text),
            None => match self.0.delete_value(name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}
