use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::when::Schedule;

const NOW: &str = "2026-01-10T12:00:00Z";

fn sheet(csv: &str) -> Sheet {
    read(csv).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn refused(csv: &str) -> Problem {
    read(csv).unwrap_err().remove(0)
}

/// When the only row of a sheet goes out.
fn when(header: &str, cells: &str) -> Result<Option<Schedule>, Box<Problem>> {
    let sheet = sheet(&format!("text,{header}\nHello,{cells}\n"));
    sheet.rows[0].schedule(sheet.days, "Europe/Berlin", NOW.parse().unwrap())
}

fn at(header: &str, cells: &str) -> String {
    let schedule = when(header, cells).unwrap_or_else(|problem| panic!("{cells}: {problem:?}"));
    schedule.map_or_else(String::new, |schedule| format!("{} {}", schedule.local, schedule.zone))
}

fn fault(header: &str, cells: &str) -> (String, String, String) {
    let problem = when(header, cells).expect_err(cells);
    (problem.pointer, problem.code, problem.fix)
}

#[test]
fn a_sheet_is_read_whatever_a_spreadsheet_makes_of_it() {
    let with = |mark: &str| {
        let first = "\"Hello, \"\"world\"\"\nand more\"";
        format!(
            "text{mark}date{mark}time{mark}accounts\n{first}{mark}2026-12-01{mark}09:00{mark}\"ada; page\"\nBye{mark}{mark}{mark}\n"
        )
    };
    let plain = with(",");
    let read = sheet(&plain);
    assert_eq!(read.rows[0].text, "Hello, \"world\"\nand more");
    assert_eq!((read.rows[0].date.as_str(), read.rows[0].accounts.as_str()), ("2026-12-01", "ada; page"));
    assert_eq!(read.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    assert!(read.remarks.is_empty());
    let rows = |csv: &str| sheet(csv).rows;
    assert_eq!(rows(&format!("\u{feff}{}", plain.replace('\n', "\r\n"))), read.rows);
    assert_eq!(rows(&with(";")), read.rows);
    assert_eq!(rows(&with("\t")), read.rows);
    let announced = rows(&format!("sep=;\r\n{}", with(";")));
    assert_eq!(announced.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5]);
}

#[test]
fn columns_go_by_several_names_in_any_order() {
    let read = sheet("First_Comment,  Caption ,TIME ZONE,Scheduled-At,Image\nMore,Words,UTC,2026-12-01 09:00,a.png\n");
    let row = &read.rows[0];
    assert_eq!((row.text.as_str(), row.first_comment.as_str(), row.zone.as_str()), ("Words", "More", "UTC"));
    assert_eq!((row.when.as_str(), row.media.as_str()), ("2026-12-01 09:00", "a.png"));
}

#[test]
fn columns_that_nobody_knows_are_named() {
    let read = sheet("text,Campaign,Owner\nHello,Spring,Ada\n");
    assert_eq!(read.remarks.len(), 1);
    assert!(!read.remarks[0].is_error());
    assert!(read.remarks[0].detail.contains("“Campaign”, “Owner”"), "{:?}", read.remarks);
}

#[test]
fn what_is_wrong_with_a_sheet_as_a_whole_is_told() {
    for (csv, code) in [
        ("", "sheet-empty"),
        ("\u{feff}\r\n \n", "sheet-empty"),
        ("text,date\n", "sheet-empty"),
        ("text,date\n,\n ,\t\n", "sheet-empty"),
        ("Hello,2026-12-01\nBye,2026-12-02\n", "column-text-missing"),
        ("text,caption\nHello,Hello\n", "column-twice"),
        ("text,date\n\"Hello,2026-12-01\nBye,2026-12-02\n", "sheet-quote-open"),
    ] {
        assert_eq!(refused(csv).code, code, "{csv:?}");
    }
    assert!(refused("text\nfine\n\"Hello\nBye\n").detail.contains("line 3"));
    let many = format!("text\n{}", "Hello\n".repeat(MAX_ROWS + 1));
    assert!(refused(&many).detail.contains("201 rows"));
    assert_eq!(sheet(&format!("text\n{}", "Hello\n\n".repeat(MAX_ROWS))).rows.len(), MAX_ROWS);
    let lost = sheet("text\nGr\u{fffd}\u{df}e\n");
    assert_eq!(lost.remarks[0].code, "sheet-characters-lost");
}

#[test]
fn a_row_with_too_many_cells_is_at_fault() {
    let read = sheet("text,date\nHello, world,2026-12-01\nBye,2026-12-01,,\n");
    assert!(read.rows[0].form_problem().is_some());
    assert!(read.rows[1].form_problem().is_none(), "empty cells at the end are a spreadsheet's habit");
}

#[test]
fn rows_that_say_the_same_are_found() {
    let read = sheet("text,date\nHello,\nBye,\nHello,\nHello,2026-12-01\n");
    assert_eq!(twins(&read.rows), [None, None, Some(0), None]);
}

#[test]
fn times_are_read_as_spreadsheets_write_them() {
    for time in ["09:30", "9:30", "09:30:00", "9:30 AM", "9:30\u{202f}am", "9:30 a.m."] {
        assert_eq!(at("date,time", &format!("2026-12-01,{time}")), "2026-12-01T09:30:00 Europe/Berlin", "{time}");
    }
    assert_eq!(at("date,time", "2026-12-01,12:00 am"), "2026-12-01T00:00:00 Europe/Berlin");
    assert_eq!(at("date,time", "2026-12-01,12 pm"), "2026-12-01T12:00:00 Europe/Berlin");
    for day in ["2026-12-31", "2026/12/31", "31.12.2026", "31. 12. 2026", "31/12/2026", "12/31/2026", "12-31-2026"] {
        assert_eq!(at("date,time", &format!("{day},09:30")), "2026-12-31T09:30:00 Europe/Berlin", "{day}");
    }
    for when in ["2026-12-01 09:30", "2026-12-01T09:30", "2026-12-01  9:30 AM"] {
        assert_eq!(at("when", when), "2026-12-01T09:30:00 Europe/Berlin", "{when}");
    }
    assert_eq!(at("when,zone", "2026-12-01 09:30,Asia/Tokyo"), "2026-12-01T09:30:00 Asia/Tokyo");
    assert_eq!(at("date,time,when", ",,"), "", "no time: a draft");
}

#[test]
fn a_date_that_can_be_two_is_read_only_if_others_tell() {
    let (pointer, code, fix) = fault("date,time", "3/4/2026,09:00");
    assert_eq!((pointer.as_str(), code.as_str()), ("/date", "date-ambiguous"));
    assert_eq!(fix, "Write 2026-04-03 or 2026-03-04.");
    assert_eq!(at("date,time", "4/4/2026,09:00"), "2026-04-04T09:00:00 Europe/Berlin");
    let of = |csv: &str| {
        let read = sheet(csv);
        let first = read.rows[0].schedule(read.days, "UTC", NOW.parse().unwrap());
        (read.days, read.remarks.len(), first.ok().flatten().map(|schedule| schedule.local))
    };
    let rows = |other: &str| of(&format!("text,when\nHello,3/4/2026 9:00\nBye,{other} 9:00\n"));
    assert_eq!(rows("12/31/2026"), (DayOrder::MonthFirst, 1, Some("2026-03-04T09:00:00".to_owned())));
    assert_eq!(rows("31/12/2026"), (DayOrder::DayFirst, 1, Some("2026-04-03T09:00:00".to_owned())));
    assert_eq!(rows("2026-12-31"), (DayOrder::Open, 0, None));
    let both = of("text,when\nHello,3/4/2026 9:00\nBye,31/12/2026 9:00\nBye,12/31/2026 9:00\n");
    assert_eq!(both, (DayOrder::Both, 0, None));
}

#[test]
fn what_is_wrong_with_a_time_is_told_with_the_ways_out() {
    for (header, cells, pointer, code) in [
        ("date,time", "2026-12-01,", "/time", "time-missing"),
        ("date,time", ",09:00", "/date", "date-missing"),
        ("when", "2026-12-01", "/when", "time-invalid"),
        ("when,date", "2026-12-01 09:00,2026-12-01", "/when", "when-twice"),
        ("date,time", "2026-02-30,09:00", "/date", "date-invalid"),
        ("date,time", "Dec 1,09:00", "/date", "date-invalid"),
        ("date,time", "46357,09:00", "/date", "date-invalid"),
        ("date,time", "2026-12-01,noon", "/time", "time-invalid"),
        ("date,time", "2026-12-01,13:00 pm", "/time", "time-invalid"),
        ("date,time", "2026-12-01,09:00Z", "/time", "time-invalid"),
        ("date,time", "2026-12-01,24:00", "/time", "time-invalid"),
        ("date,time,zone", "2026-12-01,09:00,Mars/Base", "/zone", "zone-unknown"),
        ("date,time", "2099-12-01,09:00", "/date", "time-too-far"),
    ] {
        let told = fault(header, cells);
        assert_eq!((told.0.as_str(), told.1.as_str()), (pointer, code), "{cells}");
        assert!(!told.2.is_empty(), "{cells}");
    }
    let (pointer, code, fix) = fault("when", "2026-01-10 09:00");
    assert_eq!((pointer.as_str(), code.as_str()), ("/when", "time-in-past"));
    assert!(fix.contains("such as 2026-01-10 13:15"), "{fix}");
    let (_, code, fix) = fault("date,time", "2026-03-29,02:30");
    assert_eq!((code.as_str(), fix.as_str()), ("time-in-gap", "Write 2026-03-29 01:30 or 2026-03-29 03:30."));
    let (_, code, fix) = fault("date,time", "2026-10-25,2:30");
    assert_eq!(code, "time-ambiguous");
    assert!(fix.contains("“2:30 earlier” for Sun 25 Oct 2026, 02:30 (UTC+02:00), or “2:30 later”"), "{fix}");
    let chosen = |word: &str| when("date,time", &format!("2026-10-25,2:30 {word}")).unwrap().unwrap().at;
    assert_eq!(chosen("later").duration_since(chosen("earlier")).as_hours(), 1);
    let long = fault("date,time", &format!("2026-12-01,{}", "noon".repeat(10_000)));
    assert_eq!(long.1, "time-invalid");
}

/// A sheet of these cells, quoted as a spreadsheet quotes them.
fn quoted(separator: char, rows: &[[String; 3]]) -> String {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |cells: &[String; 3]| cells.each_ref().map(cell).join(&separator.to_string());
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!("text{separator}media{separator}first comment\r\n{}\r\n", lines.join("\r\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_gets_an_answer(csv in ".*", zone in ".*") {
        drop(read(&csv));
        if let Ok(sheet) = read(&format!("text,when,date,time,zone\n{csv}")) {
            let now: Timestamp = NOW.parse().unwrap();
            for row in &sheet.rows {
                drop(row.schedule(sheet.days, &zone, now));
                drop(accounts(&row.text, &[]));
                drop(Library::default().find(&row.text));
            }
        }
    }

    #[test]
    fn any_cells_of_time_get_an_answer(
        date in "[0-9/. -]{0,12}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}",
        time in "[0-9]{0,3}:?[0-9]{0,3}(:[0-9]{0,2})? ?(am|pm|later|earlier)?",
    ) {
        let row = Row { date, time, ..Row::default() };
        for days in [DayOrder::Open, DayOrder::DayFirst, DayOrder::MonthFirst, DayOrder::Both] {
            if let Ok(Some(schedule)) = row.schedule(days, "UTC", NOW.parse().unwrap()) {
                let read: jiff::civil::DateTime = schedule.local.parse().unwrap();
                prop_assert!(row.date.contains(&read.year().to_string()));
            }
        }
    }

    #[test]
    fn what_was_quoted_reads_back(
        rows in vec(["[^\u{0}\r\u{feff}]{0,20}", "[ -~\n]{0,20}", "[\",;\t\na]{0,9}"], 1..12),
        separator in "[,;\t]",
    ) {
        let separator = separator.chars().next().unwrap();
        let full: Vec<_> = rows.iter().filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty())).collect();
        match read(&quoted(separator, &rows)) {
            Ok(sheet) => {
                prop_assert_eq!(sheet.rows.len(), full.len());
                for (row, cells) in sheet.rows.iter().zip(full) {
                    prop_assert_eq!(&row.text, cells[0].trim());
                    prop_assert_eq!(&row.media, cells[1].trim());
                    prop_assert_eq!(&row.first_comment, cells[2].trim());
                }
            }
            Err(problems) => {
                prop_assert!(full.is_empty(), "{problems:?}");
            }
        }
    }

    #[test]
    fn lines_are_those_of_the_sheet(gaps in vec(0usize..4, 1..20), windows in proptest::bool::ANY) {
        let ending = if windows { "\r\n" } else { "\n" };
        let mut csv = format!("text{ending}");
        let mut lines = Vec::new();
        let mut line = 2;
        for gap in gaps {
            csv.push_str(&ending.repeat(gap));
            line += gap;
            lines.push(line);
            csv.push_str(&format!("\"one{ending}two\"{ending}"));
            line += 2;
        }
        let read = sheet(&csv);
        prop_assert_eq!(read.rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines);
        prop_assert!(read.rows.iter().all(|row| row.text == "one\ntwo"));
    }
}
