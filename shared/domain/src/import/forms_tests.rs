use jiff::Timestamp;

use super::*;
use crate::ids::{Ulid, UserId};
use crate::import::read;

fn account(number: u128, platform: Platform) -> Account {
    Account::new(AccountId::new(Ulid::from(number)), platform, UserId::new(Ulid::from(1)), Timestamp::UNIX_EPOCH)
}

/// The forms at Instagram, Facebook and X, and the codes of what is wrong.
fn said(cell: &str) -> ([Option<Format>; 3], Vec<String>) {
    at(cell, &[account(1, Platform::Instagram), account(2, Platform::Facebook), account(3, Platform::X)])
}

fn at(cell: &str, accounts: &[Account]) -> ([Option<Format>; 3], Vec<String>) {
    let sheet = read(&format!("text,form\nHello,\"{cell}\"\n")).unwrap();
    let (forms, problems) = forms(&sheet.rows[0], &accounts.iter().collect::<Vec<_>>());
    assert!(problems.iter().all(|problem| problem.pointer == AT && problem.is_error() && !problem.fix.is_empty()));
    let of = |number: u128| forms.get(&AccountId::new(Ulid::from(number))).copied();
    ([of(1), of(2), of(3)], problems.into_iter().map(|problem| problem.code).collect())
}

#[test]
fn one_form_is_for_every_network_that_has_it() {
    use Format::{Post, Reel, Story};
    assert_eq!(said(""), ([None; 3], vec![]));
    assert_eq!(said("Reel"), ([Some(Reel), Some(Reel), None], vec![]));
    assert_eq!(said(" post ;"), ([Some(Post); 3], vec![]));
    assert_eq!(said("instagram: story"), ([Some(Story), None, None], vec![]));
    assert_eq!(said("reel; Instagram:Story"), ([Some(Story), Some(Reel), None], vec![]));
    assert_eq!(said("instagram: story\nfacebook: reel"), ([Some(Story), Some(Reel), None], vec![]));
}

#[test]
fn what_cannot_be_meant_is_told() {
    let codes = |cell: &str| said(cell).1.join(" ");
    assert_eq!(codes("clip"), "form-unknown");
    assert_eq!(codes("instagram: "), "form-unknown");
    assert_eq!(codes("myspace: reel"), "form-network-unknown");
    assert_eq!(codes("x: story"), "form-not-offered");
    assert_eq!(codes("reel; story"), "form-twice");
    assert_eq!(codes("facebook: reel; facebook: story"), "form-twice");
    let x = [account(3, Platform::X)];
    assert_eq!(at("reel", &x).1, ["form-without-account"]);
    assert_eq!(at("instagram: reel", &x).1, ["form-without-account"]);
    assert_eq!(at("reel", &[]).1, ["form-without-account"]);
    assert_eq!(at("post", &x), ([None, None, Some(Format::Post)], vec![]));
}
