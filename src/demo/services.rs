//! What the simulated MWS offers: a few services of each kind that MWS knows. Names of programs and transactions
//! are M3's, the definitions are made up.

/// A web service with its operations.
#[derive(Debug)]
pub struct Service {
    /// Its name, the last segment of its path.
    pub name: &'static str,
    /// What it can do.
    pub operations: &'static [Operation],
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// Its name, which is that of the element in the SOAP body.
    pub name: &'static str,
    /// What stands behind it.
    pub kind: Kind,
    /// Its input fields by their aliases.
    pub input: &'static [&'static str],
    /// Its output fields by their aliases, with the values that it gives.
    pub output: &'static [(&'static str, &'static str)],
    /// How many times the output is repeated.
    pub rows: u32,
    /// How it behaves.
    pub manner: Manner,
}

/// What stands behind an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A display program (MDP), by its name.
    DisplayProgram(&'static str),
    /// A transaction of an M3 API: program and transaction.
    Api(&'static str, &'static str),
    /// A prepared SQL statement.
    Sql,
}

/// How an operation behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It answers at once.
    Succeeds,
    /// It answers late.
    Slow,
    /// This program of M3 ends abnormally.
    Crashes(&'static str),
}

impl Service {
    /// The operation of that name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|o| o.name == name)
    }
}

impl Operation {
    /// The element inside the operation's that holds the input fields, where there is one.
    #[must_use]
    pub fn input_wrapper(&self) -> Option<String> {
        match self.kind {
            Kind::DisplayProgram(program) => Some(program.to_owned()),
            Kind::Api(..) => Some(format!("{}Item", self.name)),
            Kind::Sql => None,
        }
    }

    /// The elements inside the response's that hold one row of output, outermost first.
    #[must_use]
    pub fn output_wrappers(&self) -> Vec<String> {
        match self.kind {
            Kind::DisplayProgram(program) => vec![program.to_owned()],
            Kind::Api(..) => vec![format!("{}ResponseItem", self.name)],
            Kind::Sql => vec!["new1Collection".to_owned(), "new1Item".to_owned()],
        }
    }
}

/// The service of that name.
pub(super) fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|s| s.name == name)
}

/// The namespace of an operation: base, service and operation, as MWS Designer makes it.
pub(super) fn namespace(service: &str, operation: &str) -> String {
    format!("{BASE}/{service}/{operation}")
}

/// The base of all namespaces; MWS Designer proposes this one.
pub(super) const BASE: &str = "http://your.company.net";

/// All services, in the order in which they are listed.
pub const SERVICES: &[Service] = &[
    Service {
        name: "Facility",
        operations: &[
            Operation {
                name: "Create",
                kind: Kind::DisplayProgram("CRS008"),
                input: &["Facility", "Name", "Country", "Division"],
                output: &[("Facility", "A01")],
                rows: 1,
                manner: Manner::Crashes("CRS008"),
            },
            Operation {
                name: "Read",
                kind: Kind::DisplayProgram("CRS008"),
                input: &["Facility"],
                output: &[("Facility", "A01"), ("Name", "Main facility"), ("Country", "SE")],
                rows: 1,
                manner: Manner::Succeeds,
            },
        ],
    },
    Service {
        name: "Customer",
        operations: &[Operation {
            name: "GetBasicData",
            kind: Kind::Api("CRS610MI", "GetBasicData"),
            input: &["Company", "CustomerNumber"],
            output: &[("Name", "Example customer"), ("CustomerAddress1", "1 Example Street"), ("Country", "SE")],
            rows: 1,
            manner: Manner::Succeeds,
        }],
    },
    Service {
        name: "Item",
        operations: &[Operation {
            name: "LstAlias",
            kind: Kind::Api("MMS025MI", "LstAlias"),
            input: &["Company", "ItemNumber"],
            output: &[("AliasCategory", "03"), ("Alias", "4006381333931"), ("ItemNumber", "B-220")],
            rows: 3,
            manner: Manner::Succeeds,
        }],
    },
    Service {
        name: "Stock",
        operations: &[Operation {
            name: "PreAllocation",
            kind: Kind::Sql,
            input: &["CONO", "ORNO"],
            output: &[("ITNO", "B-220"), ("QTY", "12")],
            rows: 2,
            manner: Manner::Slow,
        }],
    },
];
