//! A backup in a folder: laid out as an export of DynamoDB is, with a checksum for each partition beside it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Item;

use super::tally::{Sum, Tally};
use crate::json;

const SUMMARY: &str = "manifest-summary.json";
const FILES: &str = "manifest-files.json";
const PARTITIONS: &str = "partitions.json";
const DATA: &str = "data";
/// Items in one file: AWS takes many files side by side.
const ITEMS_PER_FILE: u64 = 200_000;

/// What an export says of itself.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    export_time: Timestamp,
    item_count: u64,
    output_format: String,
    #[serde(default)]
    table_arn: String,
}

/// What it says of each file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataFile {
    item_count: u64,
    #[serde(rename = "dataFileS3Key")]
    key: String,
}

/// What a partition holds.
#[derive(Serialize, Deserialize)]
struct Partition {
    partition: String,
    items: u64,
    checksum: String,
}

/// Writes a backup; it is one only when [`Writer::finish`] wrote its summary.
pub(crate) struct Writer {
    folder: PathBuf,
    file: Option<GzEncoder<BufWriter<File>>>,
    files: Vec<DataFile>,
    tally: Tally,
}

impl Writer {
    /// # Errors
    /// When the folder is there already or cannot be made.
    pub(crate) fn create(folder: &Path) -> anyhow::Result<Self> {
        let shown = folder.display();
        // It holds everything: nobody else may read it.
        let mut private = DirBuilder::new();
        private.mode(0o700);
        ensure!(!folder.exists(), "{shown} is there already: name a folder that is not");
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent)?;
        }
        private.create(folder).with_context(|| format!("cannot make {shown}"))?;
        private.create(folder.join(DATA))?;
        Ok(Self { folder: folder.to_owned(), file: None, files: Vec::new(), tally: Tally::default() })
    }

    /// # Errors
    /// When it cannot be written.
    pub(crate) fn put(&mut self, item: &Item) -> anyhow::Result<()> {
        self.tally.add(item)?;
        if self.files.last().is_none_or(|file| file.item_count == ITEMS_PER_FILE) {
            self.close()?;
            let key = format!("{DATA}/{:05}.json.gz", self.files.len());
            let file = BufWriter::new(private(&self.folder.join(&key))?);
            self.file = Some(GzEncoder::new(file, Compression::default()));
            self.files.push(DataFile { item_count: 0, key });
        }
        if let (Some(file), Some(about)) = (&mut self.file, self.files.last_mut()) {
            writeln!(file, "{}", json::line(item)?)?;
            about.item_count += 1;
        }
        Ok(())
    }

    /// # Errors
    /// When it cannot be written.
    pub(crate) fn finish(mut self, as_of: Timestamp, table: &str) -> anyhow::Result<Tally> {
        self.close()?;
        let mut partitions = BufWriter::new(private(&self.folder.join(PARTITIONS))?);
        for (partition, sum) in self.tally.sums() {
            let own = Partition { partition: partition.to_owned(), items: sum.items, checksum: sum.to_string() };
            writeln!(partitions, "{}", serde_json::to_string(&own)?)?;
        }
        synced(partitions)?;
        let mut files = BufWriter::new(private(&self.folder.join(FILES))?);
        for file in &self.files {
            writeln!(files, "{}", serde_json::to_string(file)?)?;
        }
        synced(files)?;
        let summary = Summary {
            export_time: as_of,
            item_count: self.tally.items(),
            output_format: "DYNAMODB_JSON".to_owned(),
            table_arn: table.to_owned(),
        };
        let mut file = BufWriter::new(private(&self.folder.join(SUMMARY))?);
        writeln!(file, "{}", serde_json::to_string(&summary)?)?;
        synced(file)?;
        Ok(self.tally)
    }

    fn close(&mut self) -> anyhow::Result<()> {
        match self.file.take() {
            Some(file) => synced(file.finish()?),
            None => Ok(()),
        }
    }
}

fn private(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("cannot write {}", path.display()))
}

fn synced(file: BufWriter<File>) -> anyhow::Result<()> {
    Ok(file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?)
}

/// A backup that is read: one of this command, or an export of AWS.
pub(crate) struct Reader {
    folder: PathBuf,
    files: Vec<DataFile>,
    items: u64,
    /// The instant that it shows.
    pub(crate) as_of: Timestamp,
    /// Where it is from.
    pub(crate) table: String,
}

impl Reader {
    /// # Errors
    /// When there is no whole backup.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let shown = folder.display();
        let read = |name: &str| {
            std::fs::read_to_string(folder.join(name))
                .with_context(|| format!("{shown} holds no whole backup: no {name}"))
        };
        let summary: Summary =
            serde_json::from_str(&read(SUMMARY)?).with_context(|| format!("{shown}/{SUMMARY} is damaged"))?;
        ensure!(summary.output_format == "DYNAMODB_JSON", "{shown} is an export in another format than DYNAMODB_JSON");
        let listed = read(FILES)?;
        let lines = listed.lines().filter(|line| !line.trim().is_empty());
        let files: Vec<DataFile> = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
        let Summary { export_time: as_of, item_count: items, table_arn: table, .. } = summary;
        Ok(Self { folder: folder.to_owned(), files, items, as_of, table })
    }

    /// Its files.
    pub(crate) fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// The items of a file, one by one.
    ///
    /// # Errors
    /// When it cannot be opened; each item, when it cannot be read.
    pub(crate) fn items(&self, file: &DataFile) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Item>> + use<>> {
        // An export names its files from the bucket's root; downloaded, they lie beside the manifest.
        let name = file.key.rsplit('/').next().unwrap_or_default().to_owned();
        let path = self.folder.join(DATA).join(&name);
        let opened = File::open(&path).with_context(|| format!("{} is missing", path.display()))?;
        let lines = BufReader::new(GzDecoder::new(BufReader::new(opened))).lines();
        Ok(lines.map(move |line| {
            let damaged = || format!("{name} is damaged");
            json::item(&line.with_context(damaged)?).with_context(damaged)
        }))
    }

    /// Calls `take` with each item.
    ///
    /// # Errors
    /// When one cannot be read, a file holds another number of them than it should, or `take` fails.
    pub(crate) fn each(&self, mut take: impl FnMut(Item) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for file in &self.files {
            let mut count = 0;
            for item in self.items(file)? {
                take(item?)?;
                count += 1;
            }
            ensure!(count == file.item_count, "{} holds {count} items instead of {}", file.key, file.item_count);
        }
        Ok(())
    }

    /// Compares with what was written down.
    ///
    /// # Errors
    /// When something is missing, changed or too many.
    pub(crate) fn verify(&self, found: &Tally) -> anyhow::Result<()> {
        ensure!(found.items() == self.items, "the backup holds {} items instead of {}", found.items(), self.items);
        // An export of AWS has no such file.
        let Ok(known) = std::fs::read_to_string(self.folder.join(PARTITIONS)) else { return Ok(()) };
        let mut expected = Tally::default();
        for line in known.lines() {
            let Partition { partition, items, checksum } = serde_json::from_str(line)?;
            expected.insert(partition, Sum { items, checksum: u128::from_str_radix(&checksum, 16)? });
        }
        let differences = expected.differences(found);
        ensure!(
            differences.is_empty(),
            "the backup is damaged: {} partitions are not as they were, such as {}",
            differences.len(),
            differences[0]
        );
        Ok(())
    }
}
