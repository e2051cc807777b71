//! What bodies are compared as: a tree of named values with a hash for each subtree, whatever notation they came in.
//! It must not know how two trees are compared.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::volatile;

/// A tree. The nodes stand in document order, so that what is in a node follows it at once.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// The text that ranges point into.
    pub(super) text: &'a str,
    /// What stands before every path.
    pub(super) prefix: String,
    /// The children of all nodes, each node's together.
    children: Vec<u32>,
}

/// One value with what is in it.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) parent: Option<u32>,
    pub(super) sort: Sort,
    /// The name as paths have it; empty for items.
    pub(super) label: Cow<'a, str>,
    /// The namespace, for elements and attributes.
    pub(super) space: Option<Cow<'a, str>>,
    /// The value in the one spelling that all spellings of it have in common.
    pub(super) value: Cow<'a, str>,
    /// The value or the whole subtree, as it stands in the text.
    pub(super) range: Range<usize>,
    /// Its number among those beside it that are called the same, from 1; among all of them for items.
    pub(super) position: u32,
    /// Whether others beside it are called the same, so that paths have its number.
    several: bool,
    /// How many nodes the subtree has.
    pub(super) size: u32,
    /// Equal subtrees have it in common.
    pub(super) exact: u64,
    /// Subtrees that differ in values which change from call to call have it in common.
    pub(super) loose: u64,
    first: u32,
    count: u32,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    /// An element of XML.
    Element,
    /// An attribute of XML.
    Attribute,
    /// A value of JSON that has members.
    Object,
    /// A value of JSON that has items.
    Array,
    /// A string of JSON.
    String,
    /// A number of JSON.
    Number,
    /// `true`, `false` or `null`.
    Word,
    /// A field of a form or a query.
    Field,
}

impl<'a> Node<'a> {
    pub(super) fn new(parent: Option<u32>, sort: Sort, label: Cow<'a, str>, range: Range<usize>) -> Self {
        Self {
            parent,
            sort,
            label,
            space: None,
            value: Cow::Borrowed(""),
            range,
            position: 1,
            several: false,
            size: 1,
            exact: 0,
            loose: 0,
            first: 0,
            count: 0,
        }
    }
}

impl<'a> Tree<'a> {
    /// Puts the nodes in order: children, sizes, hashes. Each node's parent stands before it.
    pub(super) fn new(mut nodes: Vec<Node<'a>>, text: &'a str, prefix: String) -> Self {
        let mut next = 0;
        for at in 0..nodes.len() {
            if let Some(parent) = nodes[at].parent {
                nodes[parent as usize].count += 1;
            }
        }
        for node in &mut nodes {
            node.first = next;
            next += node.count;
        }
        let mut children = vec![0; next as usize];
        let mut filled = vec![0_u32; nodes.len()];
        for (at, node) in nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                let slot = nodes[parent as usize].first + filled[parent as usize];
                filled[parent as usize] += 1;
                children[slot as usize] = u32::try_from(at).unwrap_or(u32::MAX);
            }
        }
        number_those_of_one_name(&mut nodes);
        let mut tree = Self { nodes, text, prefix, children };
        tree.hash();
        tree
    }

    pub(super) fn node(&self, at: u32) -> &Node<'a> {
        &self.nodes[at as usize]
    }

    pub(super) fn children(&self, of: u32) -> &[u32] {
        let node = self.node(of);
        &self.children[node.first as usize..(node.first + node.count) as usize]
    }

    /// The nodes that stand in no other.
    pub(super) fn roots(&self) -> Vec<u32> {
        let mut roots = Vec::new();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at as usize) {
            roots.push(at);
            at += node.size;
        }
        roots
    }

    /// The subtree of a node, itself first.
    pub(super) fn below(&self, at: u32) -> &[Node<'a>] {
        &self.nodes[at as usize..(at + self.node(at).size) as usize]
    }

    /// What names a node and only it.
    pub(super) fn path(&self, at: u32) -> String {
        let mut steps = Vec::new();
        let mut next = Some(at);
        while let Some(at) = next {
            let node = self.node(at);
            steps.push(node);
            next = node.parent;
        }
        let mut path = self.prefix.clone();
        for node in steps.into_iter().rev() {
            node.step(&mut path);
        }
        path
    }

    /// The value of a node for reading: a leaf's own, of others the beginning of what stands there.
    pub(super) fn shown(&self, at: u32) -> String {
        let node = self.node(at);
        match node.sort {
            Sort::Attribute | Sort::Field | Sort::String => node.value.clone().into_owned(),
            Sort::Element if node.count == 0 => node.value.clone().into_owned(),
            _ => self.source(at),
        }
    }

    /// The beginning of what stands there.
    pub(super) fn source(&self, at: u32) -> String {
        beginning(self.text.get(self.node(at).range.clone()).unwrap_or_default())
    }

    fn hash(&mut self) {
        // What is in a node, put together so far; in the order in which children are met, which is the last first.
        let mut inside = vec![(0_u64, 0_u64); self.nodes.len()];
        for at in (0..self.nodes.len()).rev() {
            let node = &mut self.nodes[at];
            let head = hash_of(&(node.sort, &node.label, &node.space));
            let loose = if volatile::by_name(&node.label) { Cow::Borrowed("") } else { volatile::plain(&node.value) };
            let (exact_inside, loose_inside) = inside[at];
            node.exact = hash_of(&(head, &node.value, exact_inside));
            node.loose = hash_of(&(head, &loose, loose_inside));
            let (exact, loose, size, sort) = (node.exact, node.loose, node.size, node.sort);
            let Some(parent) = node.parent else { continue };
            let parent = parent as usize;
            let in_order = match sort {
                Sort::Element => true,
                Sort::Attribute | Sort::Field => false,
                _ => self.nodes[parent].sort == Sort::Array,
            };
            let into = &mut inside[parent];
            if in_order {
                *into = (hash_of(&(into.0, exact)), hash_of(&(into.1, loose)));
            } else {
                *into = (into.0.wrapping_add(hash_of(&exact)), into.1.wrapping_add(hash_of(&loose)));
            }
            self.nodes[parent].size += size;
        }
    }
}

impl Node<'_> {
    /// Whether paths call it by its number among all beside it.
    pub(super) fn is_item(&self) -> bool {
        self.label.is_empty() && !matches!(self.sort, Sort::Element | Sort::Attribute | Sort::Field)
    }

    fn step(&self, path: &mut String) {
        match self.sort {
            Sort::Attribute => path.push_str("/@"),
            Sort::Field => {}
            // The root of JSON has no step.
            _ if self.parent.is_none() && self.sort != Sort::Element => return,
            _ => path.push('/'),
        }
        match self.sort {
            Sort::Element | Sort::Attribute | Sort::Field => {
                path.push_str(&self.label);
                if self.several {
                    path.push_str(&format!("[{}]", self.position));
                }
            }
            _ if self.is_item() => path.push_str(&(self.position - 1).to_string()),
            _ => path.push_str(&mwscope_parsers::json::escaped(&self.label)),
        }
    }
}

/// As `--set` wants it: a name that stands alone has no number, of several each has one.
fn number_those_of_one_name(nodes: &mut [Node<'_>]) {
    let has_number = |node: &Node<'_>| matches!(node.sort, Sort::Element | Sort::Field);
    let others = nodes.iter().filter(|node| has_number(node) && node.position == 2);
    let twice: HashSet<(Option<u32>, String)> = others.map(|node| (node.parent, node.label.to_string())).collect();
    for node in nodes.iter_mut().filter(|node| has_number(node)) {
        node.several =
            node.position > 1 || (!twice.is_empty() && twice.contains(&(node.parent, node.label.to_string())));
    }
}

/// A hash that is the same in every run.
pub(super) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// How much of a value or subtree is shown; `show --body` has all of it.
const SHOWN: usize = 2_000;

/// The beginning of a text, with a sign where it goes on.
pub(super) fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
