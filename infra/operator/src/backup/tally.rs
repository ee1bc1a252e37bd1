//! Counts and checksums of items, by partition.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Context as _;
use cloud::crypto::sha256;
use store::Item;

use crate::json;

/// What one partition holds. The checksum is the sum of those of its items, whatever their order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) items: u64,
    pub(crate) checksum: u128,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.checksum)
    }
}

/// What many hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<String, Sum>);

impl Tally {
    /// Counts an item in.
    ///
    /// # Errors
    /// When it has no keys, or a value of a type that nothing is stored as.
    pub(crate) fn add(&mut self, item: &Item) -> anyhow::Result<()> {
        let partition = partition(item)?;
        let sum = self.0.entry(partition.to_owned()).or_default();
        sum.items += 1;
        sum.checksum = sum.checksum.wrapping_add(checksum(&json::line(item)?));
        Ok(())
    }

    /// The partitions, by name.
    pub(crate) fn sums(&self) -> impl Iterator<Item = (&str, Sum)> {
        self.0.iter().map(|(name, sum)| (name.as_str(), *sum))
    }

    /// Takes over a partition's sum that was written down.
    pub(crate) fn insert(&mut self, partition: String, sum: Sum) {
        self.0.insert(partition, sum);
    }

    pub(crate) fn items(&self) -> u64 {
        self.0.values().map(|sum| sum.items).sum()
    }

    pub(crate) fn partitions(&self) -> usize {
        self.0.len()
    }

    /// Of everything.
    pub(crate) fn total(&self) -> Sum {
        let checksum = self.0.values().fold(0_u128, |total, sum| total.wrapping_add(sum.checksum));
        Sum { items: self.items(), checksum }
    }

    /// The partitions that differ.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let missing = |name: &&String| !self.0.contains_key(*name);
        let changed = self.0.iter().filter(|(name, sum)| other.0.get(*name) != Some(sum)).map(|(name, _)| name);
        changed.chain(other.0.keys().filter(missing)).cloned().collect()
    }
}

fn partition(item: &Item) -> anyhow::Result<&str> {
    let partition = item.get("PK").and_then(|value| value.as_s().ok()).context("an item has no partition key")?;
    Ok(partition)
}

/// 128 bits of the text's SHA-256, which comes as base64url.
fn checksum(text: &str) -> u128 {
    use base64::Engine as _;
    let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(sha256(text.as_bytes())).unwrap_or_default();
    digest.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use store::AttributeValue;

    use super::*;

    fn item(partition: &str, text: &str) -> Item {
        Item::from([("PK", partition), ("SK", text)].map(|(name, text)| (name.into(), AttributeValue::S(text.into()))))
    }

    fn tally(items: &[Item]) -> Tally {
        let mut tally = Tally::default();
        items.iter().for_each(|item| tally.add(item).unwrap());
        tally
    }

    #[test]
    fn order_does_not_count_and_everything_else_does() {
        let (a, b, c) = (item("1", "a"), item("1", "b"), item("2", "c"));
        let all = tally(&[a.clone(), b.clone(), c.clone()]);
        assert_eq!(all, tally(&[c.clone(), b, a.clone()]));
        assert_eq!(all.differences(&tally(&[a.clone(), item("1", "B"), c.clone()])), ["1"]);
        assert_eq!(all.differences(&tally(&[c])), ["1"]);
        assert_eq!(tally(&[a]).differences(&all), ["1", "2"]);
        assert_eq!((all.items(), all.partitions()), (3, 2));
    }
}
