//! What was measured so far, kept in a file, so that a long comparison can be made in pieces.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::measure::median;

/// One round of one cell: numbers by name.
pub(super) type Sample = BTreeMap<String, f64>;

/// Every round, by cell.
pub(super) struct Samples {
    file: PathBuf,
    rounds: BTreeMap<String, Vec<Sample>>,
}

impl Samples {
    /// Those of earlier pieces; none when `fresh`.
    pub(super) fn load(folder: &Path, fresh: bool) -> io::Result<Self> {
        let file = folder.join("samples.jsonl");
        if fresh && file.exists() {
            fs::remove_file(&file)?;
        }
        let mut rounds: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
        let text = if file.exists() { fs::read_to_string(&file)? } else { String::new() };
        for line in text.lines() {
            let (cell, sample): (String, Sample) = serde_json::from_str(line)?;
            rounds.entry(cell).or_default().push(sample);
        }
        Ok(Self { file, rounds })
    }

    /// Adds a round, and keeps it; a number there is none of, such as the lateness of what never
    /// came, is left out.
    pub(super) fn add(&mut self, cell: &str, mut sample: Sample) -> io::Result<()> {
        sample.retain(|_, number| number.is_finite());
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.file)?;
        writeln!(file, "{}", serde_json::to_string(&(cell, &sample))?)?;
        self.rounds.entry(cell.to_owned()).or_default().push(sample);
        Ok(())
    }

    /// How many rounds a cell has.
    pub(super) fn count(&self, cell: &str) -> usize {
        self.rounds.get(cell).map_or(0, Vec::len)
    }

    /// The median of a number; none without a round.
    pub(super) fn median(&self, cell: &str, name: &str) -> Option<f64> {
        let numbers: Vec<f64> =
            self.rounds.get(cell)?.iter().filter_map(|round| round.get(name).copied()).collect();
        (!numbers.is_empty()).then(|| median(numbers))
    }

    /// The sum of a number over all rounds.
    pub(super) fn sum(&self, cell: &str, name: &str) -> Option<f64> {
        Some(self.rounds.get(cell)?.iter().filter_map(|round| round.get(name)).sum())
    }
}
