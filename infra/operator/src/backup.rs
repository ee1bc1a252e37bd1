//! Backups of the table, and putting them into a new one.

mod folder;
mod table;
mod tally;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use cloud::{Cloud, Config};
use jiff::Timestamp;
use store::{Doubts, Item, Window};

use crate::command::{Hold, Target};
use folder::{Reader, Writer};
use table::TableIn;
use tally::Tally;

/// Writes all items of the table into a folder that is not there yet.
///
/// # Errors
/// When the table cannot be read or the folder not be written.
pub(crate) async fn backup(config: Config, folder: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let cloud = crate::connect(config).await;
    let table = TableIn::new(&cloud, &cloud.config.table);
    // As precise as it is shown, so that what is shown names this very instant.
    let began = Timestamp::from_millisecond(cloud.clock.now().as_millisecond())?;
    let mut writer = Writer::create(Path::new(folder))?;
    table.scan(|item| writer.put(&item)).await?;
    let tally = writer.finish(began, &cloud.config.table)?;
    let (items, partitions) = (tally.items(), tally.partitions());
    Ok(writeln!(out, "backup: items={items} partitions={partitions} as_of={began:.3} checksum={}", tally.total())?)
}

/// Puts a backup into a new table, or into files that AWS imports, with what may have gone out since held back.
///
/// # Errors
/// When the backup is damaged, before anything is written; when the target is there already, or what is in it
/// afterwards is not what was to be.
pub(crate) async fn restore(
    config: Config,
    folder: &str,
    target: &Target,
    hold: &Hold,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let cloud = crate::connect(config).await;
    let reader = Reader::open(Path::new(folder))?;
    let window = window(hold, Some(reader.as_of), cloud.clock.now())?;
    let mut doubts = Doubts::new(window);
    let mut found = Tally::default();
    reader.each(|item| {
        found.add(&item)?;
        Ok(doubts.note(&item)?)
    })?;
    reader.verify(&found)?;
    let doubts = doubts.decided();
    let stored = match target {
        Target::Table(name) => into_table(&cloud, &reader, &doubts, name).await?,
        Target::Files(path) => into_files(&cloud, &reader, &doubts, &PathBuf::from(path), window)?,
    };
    report("restore", &doubts, &stored, out)
}

async fn into_table(cloud: &Cloud, reader: &Reader, doubts: &Doubts, name: &str) -> anyhow::Result<Tally> {
    let table = TableIn::new(cloud, name);
    table.create().await?;
    let mut expected = Tally::default();
    let mut batch = table.batch();
    for file in reader.files() {
        for item in reader.items(file)? {
            if let Some(item) = doubts.settled(item?, &*cloud.random)? {
                expected.add(&item)?;
                batch.put(item).await?;
            }
        }
    }
    for item in doubts.audit(&*cloud.random)? {
        expected.add(&item)?;
        batch.put(item).await?;
    }
    batch.finish().await?;
    let mut stored = Tally::default();
    table.scan(|item| stored.add(&item)).await?;
    let differences = expected.differences(&stored);
    ensure!(
        differences.is_empty(),
        "the new table differs from the backup in {} partitions, such as {}: remove it and restore again",
        differences.len(),
        differences[0]
    );
    // Only then: what has expired since the backup may go at once, and would look like a loss.
    table.protect().await?;
    Ok(stored)
}

fn into_files(cloud: &Cloud, reader: &Reader, doubts: &Doubts, path: &Path, window: Window) -> anyhow::Result<Tally> {
    let mut writer = Writer::create(path)?;
    reader.each(|item| match doubts.settled(item, &*cloud.random)? {
        Some(item) => writer.put(&item),
        None => Ok(()),
    })?;
    for item in doubts.audit(&*cloud.random)? {
        writer.put(&item)?;
    }
    writer.finish(window.until, &reader.table)
}

/// Holds back what may have gone out since, in a table that AWS itself restored and that nothing uses yet.
///
/// # Errors
/// When the table cannot be read or written.
pub(crate) async fn hold(config: Config, name: &str, hold: &Hold, out: &mut impl Write) -> anyhow::Result<()> {
    let cloud = crate::connect(config).await;
    let table = TableIn::new(&cloud, name);
    let window = window(hold, None, cloud.clock.now())?;
    let mut doubts = Doubts::new(window);
    table.scan(|item| Ok(doubts.note(&item)?)).await?;
    let doubts = doubts.decided();
    let mut changed: Vec<Item> = Vec::new();
    let mut gone: Vec<Item> = Vec::new();
    table
        .scan(|item| {
            match doubts.settled(item.clone(), &*cloud.random)? {
                Some(settled) if settled == item => {}
                Some(settled) => changed.push(settled),
                None => gone.push(item),
            }
            Ok(())
        })
        .await?;
    changed.extend(doubts.audit(&*cloud.random)?);
    let mut batch = table.batch();
    for item in changed {
        batch.put(item).await?;
    }
    for item in gone {
        batch.delete(&item).await?;
    }
    batch.finish().await?;
    let mut stored = Tally::default();
    table.scan(|item| stored.add(&item)).await?;
    report("hold", &doubts, &stored, out)
}

/// Adds to the table what older versions did not write yet. It may be in use meanwhile.
///
/// # Errors
/// When the table cannot be read or written.
pub(crate) async fn upgrade(config: Config, out: &mut impl Write) -> anyhow::Result<()> {
    let cloud = crate::connect(config).await;
    let mut writes = Vec::new();
    let add = |item: Item| {
        writes.extend(store::upgraded(&item, cloud.clock.now(), cloud.random.fraction())?);
        Ok(())
    };
    TableIn::new(&cloud, &cloud.config.table).scan(add).await?;
    let (table, mut done, found) = (store::Table::new(&cloud), 0, writes.len());
    for write in writes {
        match table.transact(vec![write]).await {
            Ok(()) => done += 1,
            // Changed just now, by code that writes it.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(writeln!(out, "upgrade: found={found} changed={done}")?)
}

fn report(what: &str, doubts: &Doubts, stored: &Tally, out: &mut impl Write) -> anyhow::Result<()> {
    let (held, drafts) = doubts.count();
    let (items, partitions, checksum) = (stored.items(), stored.partitions(), stored.total());
    Ok(writeln!(out, "{what}: items={items} partitions={partitions} held={held} drafts={drafts} checksum={checksum}")?)
}

/// What lies between backup and restore.
fn window(hold: &Hold, backup: Option<Timestamp>, now: Timestamp) -> anyhow::Result<Window> {
    let instant = |text: &str| text.parse::<Timestamp>().with_context(|| format!("{text} is no instant in UTC"));
    let backup = match (&hold.as_of, backup) {
        (Some(text), _) => instant(text)?,
        (None, Some(backup)) => backup,
        (None, None) => anyhow::bail!("say which instant the table shows: --as-of 2026-11-24T09:00:00Z"),
    };
    let until = hold.until.as_deref().map_or(Ok(now), instant)?;
    ensure!(backup <= until, "the backup is of {backup:.0}, after publishing stopped at {until:.0}");
    Ok(Window { backup, until, all: hold.all })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_of_the_future_is_refused() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (early, late) = ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
        let hold = Hold { as_of: Some(late.to_owned()), until: None, all: false };
        assert!(window(&hold, None, at(early)).is_err());
        assert!(window(&Hold::default(), None, at(late)).is_err(), "nobody said of when it is");
        let window = window(&Hold::default(), Some(at(early)), at(late)).unwrap();
        assert_eq!((window.backup, window.until), (at(early), at(late)));
    }
}
