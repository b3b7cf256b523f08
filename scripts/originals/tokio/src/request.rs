//! A request: what to run, and its settings, all of them whole numbers.
use std::collections::HashMap;

pub struct Request {
    pub name: String,
    /// Pairs of ns: of requests the arrival and the work, of timers the deadline.
    pub items: Vec<(u64, u64)>,
    settings: HashMap<String, u64>,
}

impl Request {
    /// `items=N` announces N further lines of two numbers each.
    pub fn parse(line: &str, further: &mut impl Iterator<Item = String>) -> Request {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_string();
        let settings: HashMap<String, u64> = words
            .map(|word| {
                let (key, value) = word.split_once('=').expect("KEY=VALUE");
                (key.to_string(), value.parse().expect("a whole number"))
            })
            .collect();
        let count = settings.get("items").copied().unwrap_or(0);
        let items = (0..count)
            .map(|_| {
                let line = further.next().expect("as many items as announced");
                let (first, second) = line.split_once(' ').expect("two numbers");
                (first.parse().expect("ns"), second.parse().expect("ns"))
            })
            .collect();
        Request { name, items, settings }
    }

    /// Defaults to 1: runs, rounds and workers, of which there is always one.
    pub fn number(&self, key: &str) -> usize {
        self.settings.get(key).copied().unwrap_or(1) as usize
    }
}
