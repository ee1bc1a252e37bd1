//! The demo's pictures: drawn here, so that nothing has to be shipped or fetched.

use std::io::Cursor;

use anyhow::Context;
use domain::ids::FileId;
use domain::media::{File, FileStatus, object_name, thumb_name};
use image::{ImageFormat, Rgb, RgbImage, imageops};
use store::{Condition, OrgKey};

use crate::demo::Demo;

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;
const THUMB_WIDTH: u32 = 480;

/// A glaze: the colours of wall, table and vessel, and what one sees.
struct Glaze(&'static str, &'static str, [[u8; 3]; 3]);

const GLAZES: [Glaze; 6] = [
    Glaze(
        "bowl-celadon",
        "A celadon bowl on a pale table, seen from the front.",
        [[226, 228, 219], [198, 188, 170], [122, 158, 142]],
    ),
    Glaze("bowl-iron", "A dark iron-red bowl against a warm wall.", [[233, 221, 205], [176, 152, 128], [117, 58, 44]]),
    Glaze("bowl-cobalt", "A cobalt blue bowl on a grey bench.", [[221, 225, 229], [160, 163, 166], [44, 72, 128]]),
    Glaze(
        "bowl-oatmeal",
        "An unglazed oatmeal-coloured bowl in soft light.",
        [[238, 233, 224], [205, 196, 182], [186, 163, 132]],
    ),
    Glaze("bowl-ash", "An ash-glazed bowl with a green rim.", [[215, 219, 214], [150, 144, 132], [104, 112, 84]]),
    Glaze("bowl-night", "A black bowl with a faint blue sheen.", [[206, 210, 218], [122, 122, 128], [32, 36, 46]]),
];

/// Draws and stores the pictures, each with its thumbnail, as the media library would.
pub(crate) async fn store(demo: &Demo) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::with_capacity(GLAZES.len());
    for glaze in &GLAZES {
        let (picture, thumb) = tokio::task::spawn_blocking(|| draw(glaze)).await??;
        files.push(keep(demo, glaze, picture, thumb).await?);
    }
    Ok(files)
}

async fn keep(demo: &Demo, glaze: &Glaze, picture: Vec<u8>, thumb: Vec<u8>) -> anyhow::Result<File> {
    let now = demo.cloud.clock.now();
    let id = FileId::new(demo.cloud.random.ulid(now));
    let file = File {
        id,
        name: format!("{}.jpg", glaze.0),
        mime: "image/jpeg".to_owned(),
        bytes: u64::try_from(picture.len())?,
        status: FileStatus::Ready,
        width: Some(WIDTH),
        height: Some(HEIGHT),
        duration_ms: None,
        details: domain::media::Details::default(),
        alt: glaze.1.to_owned(),
        thumb: true,
        used_by: Vec::new(),
        created_by: demo.user,
        created_at: now,
        version: 1,
        expires: None,
    };
    let (objects, scope) = (demo.cloud.objects(), demo.store.scope());
    objects.put(scope, &object_name(id, &file.mime), &file.mime, picture).await?;
    objects.put(scope, &thumb_name(id), "image/jpeg", thumb).await?;
    let write = demo.store.put(&OrgKey::File(id), &file, Condition::Absent)?;
    demo.store.transact(vec![write]).await?;
    Ok(file)
}

fn draw(glaze: &Glaze) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb(shade(glaze, x, y)));
    let thumb = imageops::thumbnail(&picture, THUMB_WIDTH, THUMB_WIDTH * HEIGHT / WIDTH);
    Ok((jpeg(&picture)?, jpeg(&thumb)?))
}

/// A bowl (the lower half of an ellipse under a thin rim) on a table before a wall, lit from the left.
fn shade(Glaze(_, _, [wall, table, vessel]): &Glaze, x: u32, y: u32) -> [u8; 3] {
    let (u, v) = (f64::from(x) / f64::from(WIDTH), f64::from(y) / f64::from(HEIGHT));
    let (dx, dy) = ((u - 0.5) / 0.27, (v - 0.42) / 0.34);
    let rim = dx.mul_add(dx, ((v - 0.42) / 0.055).powi(2));
    let shadow = ((u - 0.56) / 0.34).mul_add((u - 0.56) / 0.34, ((v - 0.77) / 0.05).powi(2));
    let (colour, light) = if rim < 1.0 {
        (vessel, (u - 0.5).mul_add(0.7, 0.72))
    } else if v > 0.42 && dx.mul_add(dx, dy * dy) < 1.0 {
        (vessel, (-dx).mul_add(0.32, 1.02) - dy * 0.18)
    } else if v > 0.66 {
        (table, (v - 0.66).mul_add(0.3, 0.92) - 0.28 * (1.0 - shadow).clamp(0.0, 1.0))
    } else {
        (wall, (0.5 - u).mul_add(0.16, 1.0) - v * 0.08)
    };
    colour.map(|channel| byte(f64::from(channel) * light))
}

/// The nearest byte.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of a byte")]
fn byte(value: f64) -> u8 {
    value.clamp(0.0, 255.0).round() as u8
}

fn jpeg(picture: &RgbImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).context("a demo picture could not be written")?;
    Ok(bytes.into_inner())
}
