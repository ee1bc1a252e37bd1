use jiff::Timestamp;

use super::*;
use crate::ids::{Ulid, UserId};
use crate::media::{Details, FileStatus};

fn account(number: u128, platform: Platform, handle: &str, name: &str) -> Account {
    Account {
        remote_id: number.to_string(),
        name: name.to_owned(),
        handle: handle.to_owned(),
        ..Account::new(AccountId::new(Ulid::from(number)), platform, UserId::new(Ulid::from(1)), Timestamp::UNIX_EPOCH)
    }
}

fn shelf() -> Vec<Account> {
    vec![
        account(1, Platform::Bluesky, "ada.test", "Ada"),
        account(2, Platform::X, "ada", "Ada"),
        account(3, Platform::Threads, "ada", "Ada at work"),
        account(4, Platform::Linkedin, "Ada Lovelace", "Ada Lovelace"),
        account(5, Platform::Linkedin, "Ada Lovelace", "Ada Lovelace"),
        account(6, Platform::Mastodon, "ada@m.example", "Ada"),
    ]
}

fn file(number: u128, name: &str) -> File {
    File {
        id: FileId::new(Ulid::from(number)),
        name: name.to_owned(),
        mime: "image/png".to_owned(),
        bytes: 1,
        status: FileStatus::Ready,
        width: None,
        height: None,
        duration_ms: None,
        details: Details::default(),
        alt: String::new(),
        thumb: false,
        used_by: Vec::new(),
        created_by: UserId::new(Ulid::from(1)),
        created_at: Timestamp::UNIX_EPOCH,
        version: 1,
        expires: None,
    }
}

fn numbers(cell: &str, known: &[Account]) -> Vec<u128> {
    let (found, problems) = accounts(cell, known);
    assert_eq!(problems, []);
    found.iter().map(|id| id.ulid().into()).collect()
}

#[test]
fn an_account_goes_by_handle_name_network_and_id() {
    let known = shelf();
    assert_eq!(numbers("@ADA.test ; ada at work;bluesky", &known), [1, 3, 1]);
    assert_eq!(numbers("x:@ada\nTwitter : ada; Threads:ada; @ada@m.example", &known), [2, 2, 3, 6]);
    assert_eq!(numbers(&known[4].id.to_string(), &known), [5]);
    assert_eq!(numbers(" ; \n", &known), [] as [u128; 0]);
}

#[test]
fn a_name_that_can_be_several_is_a_problem_that_lists_them() {
    let known = shelf();
    let (found, problems) = accounts("ada; linkedin; bluesky", &known);
    assert_eq!(found, [known[0].id]);
    assert_eq!(problems.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>(), ["account-ambiguous"; 2]);
    assert!(problems[0].detail.contains("x:ada, threads:ada"), "{}", problems[0].detail);
    let ids = format!("{}, {}", known[3].id, known[4].id);
    assert!(problems[1].detail.contains(&ids), "what no handle tells apart goes by id: {}", problems[1].detail);
}

#[test]
fn an_unknown_name_is_a_problem_that_lists_what_there_is() {
    let (found, problems) = accounts("grace; acc_00000000000000000000000009; myspace:ada; x:", &shelf());
    assert!(found.is_empty());
    assert_eq!(problems.len(), 4);
    assert!(problems[0].fix.contains("bluesky:ada.test, x:ada"), "{}", problems[0].fix);
    let (_, problems) = accounts("grace", &[]);
    assert!(problems[0].fix.starts_with("Connect an account"));
}

#[test]
fn what_was_disconnected_gives_way() {
    let mut known = shelf();
    known[1].status = AccountStatus::Disconnected;
    assert_eq!(numbers("ada", &known), [3]);
    assert_eq!(numbers("x:ada", &known), [2], "said plainly, it is meant");
}

#[test]
fn every_account_is_found_by_its_spelling() {
    let known = shelf();
    for account in &known {
        assert_eq!(accounts(&account_spelling(account, &known), &known), (vec![account.id], Vec::new()));
    }
}

#[test]
fn files_go_by_name_and_id() {
    let known = [file(1, "Bench.png"), file(2, "saw.png"), file(3, "saw.png")];
    let library = Library::new(known.clone(), true);
    let cell = format!("bench.PNG; {}", known[2].id);
    assert_eq!(library.find(&cell), (vec![known[0].id, known[2].id], Vec::new()));
    let (found, problems) = library.find("saw.png; plane.png");
    assert!(found.is_empty());
    assert_eq!(
        problems.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>(),
        ["file-ambiguous", "file-unknown"]
    );
    assert!(problems[0].fix.contains(&known[1].id.to_string()));
    let (_, cut) = Library::new(known.clone(), false).find("plane.png");
    assert!(cut[0].detail.contains("newest"), "{cut:?}");
    assert_eq!(library.get(known[1].id), Some(&known[1]));
}

#[test]
fn what_is_wanted_is_known_before_it_is_looked_up() {
    let known = [file(1, " Bench.png"), file(2, "saw.png")];
    let cells = ["bench.png;".to_owned(), String::new(), known[1].id.to_string()];
    let wanted = WantedFiles::of(cells.iter().map(String::as_str));
    assert!(!wanted.is_empty() && wanted.by_name());
    assert!(wanted.has_name_of(&known[0]) && !wanted.has_name_of(&known[1]));
    assert_eq!(wanted.ids.iter().copied().collect::<Vec<_>>(), [known[1].id]);
    assert!(WantedFiles::of(["", " ; "].into_iter()).is_empty());
}

#[test]
fn a_cell_has_no_more_names_than_a_post_can_have() {
    let (found, problems) = accounts(&"x;".repeat(MAX_TARGETS + 1), &shelf());
    assert_eq!((found.len(), problems.len(), problems[0].code.as_str()), (MAX_TARGETS, 1, "names-too-many"));
    let (_, problems) = Library::default().find(&"a;".repeat(10_000));
    assert_eq!(problems.len(), MAX_FILES + 1);
}

#[test]
fn what_a_problem_quotes_is_short() {
    let long = "name ".repeat(10_000);
    let (_, of_accounts) = accounts(&long, &shelf());
    let (_, of_files) = Library::new([], true).find(&long);
    assert!(of_accounts.iter().chain(&of_files).all(|problem| problem.detail.len() < 200));
}
