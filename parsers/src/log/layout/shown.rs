//! A layout as the conversion pattern that it prints as.

use super::{Field, Form, Layout, Pad, Part, tagged};
use std::fmt;

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Parts => {}
            Form::Json => return f.write_str("json"),
            Form::Pairs => return f.write_str("logfmt"),
            Form::Tagged => return write!(f, "xml:{}/{}", tagged::element(self), self.lines()),
        }
        for part in &self.head {
            part.fmt(f)?;
            if self.simple_logger && matches!(part, Part::Field(Field::Logger, _)) {
                f.write_str("{1}")?;
            }
        }
        f.write_str("%m")?;
        for part in &self.tail {
            part.fmt(f)?;
        }
        f.write_str("%n")
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                for c in text.chars() {
                    match c {
                        '%' => f.write_str("%%")?,
                        '\\' => f.write_str("\\\\")?,
                        '\t' => f.write_str("\\t")?,
                        _ => write!(f, "{c}")?,
                    }
                }
                Ok(())
            }
            Self::Time(format) => write!(f, "%d{{{format}}}"),
            Self::LineBreak => f.write_str("%n"),
            Self::Field(field, pad) => {
                f.write_str("%")?;
                match pad {
                    Pad::None => {}
                    Pad::Left(width) => write!(f, "-{width}")?,
                    Pad::Right(width) => write!(f, "{width}")?,
                }
                match field {
                    Field::Level => f.write_str("p"),
                    Field::Thread => f.write_str("t"),
                    Field::Logger => f.write_str("c"),
                    Field::Column(name) if name == "line" => f.write_str("L"),
                    Field::Column(name) if name == "method" => f.write_str("M"),
                    Field::Column(name) if name == "file" => f.write_str("F"),
                    Field::Column(name) if name == "location" => f.write_str("l"),
                    Field::Column(name) if name == "ndc" => f.write_str("x"),
                    Field::Column(name) if name == "elapsed" => f.write_str("r"),
                    Field::Column(name) if name == "sequence" => f.write_str("sn"),
                    Field::Column(name) if name == "pid" => f.write_str("pid"),
                    Field::Column(name) if name == "class" => f.write_str("C"),
                    Field::Column(name) if name == "mdc" => f.write_str("X"),
                    Field::Column(name) => write!(f, "X{{{name}}}"),
                }
            }
        }
    }
}
