//! Links in a text, with a scheme or without one, as the public text library of X finds them.
//!
//! One pass: what can be a host is a run of labels and dots, looked at once from its end, so that the
//! time stays linear in the length of any text.

use std::ops::Range;

use super::super::table::is_link_domain;

/// Longest address that counts as a link, in characters.
const ADDRESS_MAX: usize = 4096;
const LABEL_MAX: usize = 63;
/// Longest short link's name.
const SHORT_MAX: usize = 40;

/// Where the links of `text` are, in order.
pub(in crate::rules) fn links(text: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < text.len() {
        if !may_precede(text, from, at) {
            at += 1;
            continue;
        }
        if let Some(host) = scheme(&text[at..]).map(|length| at + length)
            && let Some(name) = host_at(text, host)
        {
            let (_, end) = address(text, name.end);
            if fits(text, &name, host - at + end - at) {
                found.extend(with_scheme(text, at, host, end));
            }
            (from, at) = (end, end);
            continue;
        }
        if is_host(text[at]) || is_joint(text[at]) || text[at] == '.' {
            (from, at) = run(text, from, at, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Looks for links without a scheme in the run of host characters around `at`. Where to go on: what
/// is before the first is taken, what is before the second was looked at.
fn run(text: &[char], mut from: usize, at: usize, found: &mut Vec<Range<usize>>) -> (usize, usize) {
    let labels = Labels::of(text, at);
    // At the very beginning the library prefers to take the first character as one before a link.
    let second = at == 0 && may_precede(text, from, 1) && labels.host_from(text, 1).is_some();
    let mut start = at + usize::from(second);
    while start < labels.end {
        // A scheme within the run, such as in `日本http://…`.
        if start > at && may_precede(text, from, start) && scheme(&text[start..]).is_some() {
            return (from, start);
        }
        let Some(end) = may_precede(text, from, start).then(|| labels.host_from(text, start)).flatten() else {
            start += 1;
            continue;
        };
        let (slash, whole) = address(text, end);
        let joined = start > from && matches!(text[start - 1], '-' | '_' | '.' | '/');
        if !joined && fits(text, &(start..end), "https://".len() + whole - start) {
            bare(text, start..end, slash.map(|_| whole - end), found);
        }
        (from, start) = (whole, whole);
        if whole > labels.end {
            return (from, whole);
        }
    }
    (from, labels.end.max(from))
}

/// The ASCII names within a host without a scheme; the last takes the `rest` behind the host that
/// begins a path.
fn bare(text: &[char], host: Range<usize>, rest: Option<usize>, found: &mut Vec<Range<usize>>) {
    let before = found.len();
    let mut at = host.start;
    while at < host.end {
        if !is_latin(text[at]) {
            at += 1;
            continue;
        }
        let latin = at + text[at..host.end].iter().take_while(|c| is_latin(**c) || **c == '.').count();
        let mut dots = (at..latin).filter(|index| text[*index] == '.').rev();
        let name = dots.find_map(|dot| Some(dot + 1 + top_level(&text[dot + 1..])?));
        found.extend(name.map(|name| at..name));
        at = name.unwrap_or(latin);
    }
    if let Some((last, rest)) = found[before..].last_mut().zip(rest) {
        last.end += rest;
    }
}

/// A link with a scheme from `start` to `end`; a short link ends after its name.
fn with_scheme(text: &[char], start: usize, host: usize, end: usize) -> Option<Range<usize>> {
    let rest: String = text[host..end].iter().take(6 + SHORT_MAX).collect::<String>().to_ascii_lowercase();
    let Some(name) = rest.strip_prefix("t.co/") else { return Some(start..end) };
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    match length {
        0 => Some(start..end),
        1..=SHORT_MAX => {
            let name = host + 5 + length;
            Some(start..query(text, name).min(end))
        }
        _ => None,
    }
}

/// The labels of a run of host characters.
struct Labels {
    labels: Vec<Label>,
    end: usize,
}

struct Label {
    place: Range<usize>,
    /// Where its last underscore is; the label before a top-level domain must have none.
    underscore: Option<usize>,
    /// Where the top-level domain that it begins with ends.
    top: Option<usize>,
    /// The end of the longest host that begins with the whole of it.
    reach: Option<usize>,
}

impl Labels {
    fn of(text: &[char], at: usize) -> Self {
        let end = at + text[at..].iter().take_while(|c| is_host(**c) || is_joint(**c) || **c == '.').count();
        let mut labels = Vec::new();
        let mut start = at;
        for dot in (at..end).filter(|index| text[*index] == '.').chain([end]) {
            let underscore = text[start..dot].iter().rposition(|c| *c == '_').map(|index| start + index);
            let top = top_level(&text[start..]).map(|length| start + length);
            labels.push(Label { place: start..dot, underscore, top, reach: None });
            start = dot + 1;
        }
        let mut labels = Self { labels, end };
        for index in (0..labels.labels.len()).rev() {
            labels.labels[index].reach = labels.reach(text, index, labels.labels[index].place.start);
        }
        labels
    }

    /// The end of the longest host that begins at `start`, within label `index`.
    fn reach(&self, text: &[char], index: usize, start: usize) -> Option<usize> {
        let Label { place, underscore, .. } = &self.labels[index];
        if start >= place.end || !is_host(text[start]) || !is_host(text[place.end - 1]) {
            return None;
        }
        let next = self.labels.get(index + 1)?;
        next.reach.or(next.top.filter(|_| underscore.is_none_or(|at| at < start)))
    }

    fn host_from(&self, text: &[char], start: usize) -> Option<usize> {
        self.reach(text, self.labels.partition_point(|label| label.place.end < start), start)
    }
}

/// The host that begins right at `at`.
fn host_at(text: &[char], at: usize) -> Option<Range<usize>> {
    let end = Labels::of(text, at).host_from(text, at)?;
    Some(at..end)
}

/// Where the path of an address with a host until `host` begins, if it has one, and where the address ends.
fn address(text: &[char], host: usize) -> (Option<usize>, usize) {
    let digits = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = host;
    if text.get(end) == Some(&':') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    let slash = (text.get(end) == Some(&'/')).then_some(end);
    if let Some(slash) = slash {
        end = path(text, slash + 1);
    }
    (slash, query(text, end))
}

/// Where the path that begins at `at` ends: it may contain balanced brackets, and does not end with the
/// punctuation of a sentence.
fn path(text: &[char], mut at: usize) -> usize {
    let mut end = at;
    while let Some(&c) = text.get(at) {
        if is_path(c) {
            at += 1;
            if is_path_end(c) {
                end = at;
            }
        } else if let Some(close) = brackets(text, at) {
            (at, end) = (close, close);
        } else {
            break;
        }
    }
    end
}

/// Where brackets that open at `at`, and may have one pair within, are closed.
fn brackets(text: &[char], at: usize) -> Option<usize> {
    let skip = |from: usize| from + text[from..].iter().take_while(|c| is_path(**c)).count();
    if text.get(at) != Some(&'(') {
        return None;
    }
    let inner = skip(at + 1);
    match text.get(inner)? {
        ')' if inner > at + 1 => Some(inner + 1),
        '(' => {
            let close = skip(inner + 1);
            if close == inner + 1 || text.get(close) != Some(&')') {
                return None;
            }
            let outer = skip(close + 1);
            (text.get(outer) == Some(&')')).then_some(outer + 1)
        }
        _ => None,
    }
}

/// Where the query that begins at `at` ends; `at` when there is none.
fn query(text: &[char], at: usize) -> usize {
    if text.get(at) != Some(&'?') {
        return at;
    }
    let all = text[at + 1..].iter().take_while(|c| is_query(**c));
    all.enumerate().filter(|(_, c)| is_query_end(**c)).last().map_or(at, |(index, _)| at + 2 + index)
}

/// Length of the top-level domain at the beginning of `text`, if it is a known one that ends there.
fn top_level(text: &[char]) -> Option<usize> {
    let ascii = text.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    let ends =
        |length: usize| text.get(length).is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '+' | '-'));
    if ascii > 0 {
        let name: String = text[..ascii].iter().collect::<String>().to_ascii_lowercase();
        if ends(ascii) && is_link_domain(&name) {
            return Some(ascii);
        }
        let encoded = name == "xn" && text[ascii..].starts_with(&['-', '-']);
        let length = text.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '-').count();
        return (encoded && length > 4).then_some(length);
    }
    // The longest name in another script is shorter than this.
    let longest = text.iter().take(24).take_while(|c| is_host(**c) && !c.is_ascii()).count();
    (1..=longest).rev().find(|length| ends(*length) && is_link_domain(&text[..*length].iter().collect::<String>()))
}

fn fits(text: &[char], host: &Range<usize>, length: usize) -> bool {
    let labels = text[host.clone()].split(|c| *c == '.');
    length <= ADDRESS_MAX && labels.into_iter().all(|label| label.len() <= LABEL_MAX)
}

/// Length of `http://` or `https://` at the beginning of `text`.
fn scheme(text: &[char]) -> Option<usize> {
    let is = |scheme: &str| {
        text.len() >= scheme.len() && scheme.chars().zip(text).all(|(wanted, c)| c.eq_ignore_ascii_case(&wanted))
    };
    ["https://", "http://"].into_iter().find(|scheme| is(scheme)).map(str::len)
}

/// Whether a link may begin at `at`, given that what is before `from` is taken.
fn may_precede(text: &[char], from: usize, at: usize) -> bool {
    // The library sees UTF-16: the first half of a character beyond the basic plane precedes the second.
    if at == 0 || (at >= from && text.get(at).is_some_and(|c| c.len_utf16() > 1)) {
        return true;
    }
    let before = text[at - 1];
    at > from
        && !before.is_ascii_alphanumeric()
        && !matches!(before, '@' | '＠' | '$' | '#' | '＃' | '\u{fffe}' | '\u{feff}' | '\u{ffff}')
}

/// What a label begins and ends with: anything but punctuation, spaces and marks of direction.
fn is_host(c: char) -> bool {
    let punctuation = c.is_ascii_punctuation() && !matches!(c, '"' | '`');
    let space = matches!(
        c,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200a}'
            | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    );
    let mark = matches!(
        c,
        '\u{fffe}' | '\u{feff}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
            | '\u{2066}'..='\u{2069}'
    );
    !(punctuation || space || mark)
}

/// What may be within a label.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '_')
}

fn is_accented(c: char) -> bool {
    matches!(
        c,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{253}' | '\u{254}' | '\u{256}'
            | '\u{257}' | '\u{259}' | '\u{25b}' | '\u{263}' | '\u{268}' | '\u{26f}' | '\u{272}' | '\u{289}'
            | '\u{28b}' | '\u{2bb}' | '\u{300}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}'
    )
}

/// What a host without a scheme is made of.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || is_accented(c)
}

fn is_path_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_accented(c) || matches!(c, '\u{400}'..='\u{4ff}')
}

fn is_path(c: char) -> bool {
    is_path_letter(c) || "!*';:=+,.$/%#[]-\u{2013}_~@|&".contains(c)
}

fn is_path_end(c: char) -> bool {
    is_path_letter(c) || "+-=_#/".contains(c)
}

fn is_query(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!?*'@();:&=+$/%#[]-_.,~|".contains(c)
}

fn is_query_end(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_&=#/".contains(c)
}
