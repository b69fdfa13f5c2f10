//! Receipts and acknowledgements to print: one file, a page for each member.

use sortition::acknowledgement::Acknowledgement;
use sortition::people::People;
use sortition::receipt::Receipt;
use sortition::words::words;

use crate::page::{escaped, page};
use crate::say::{amount, percent_down};

const STYLE: &str = "body{font:12pt/1.45 Georgia,serif;margin:0;color:#111;background:#fff}\
section{max-width:42em;margin:0 auto;padding:2em;break-after:page}h1{font-size:1.5em}h2{font-size:1.1em;margin:1.2em 0 .3em}\
table{border-collapse:collapse}th{text-align:left;font-weight:normal;padding:.1em 1.5em .1em 0;color:#444;vertical-align:top}\
td{padding:.1em 0;vertical-align:top}.big{font-size:1.5em}code{font:10.5pt/1.5 monospace;overflow-wrap:anywhere}ol{padding-left:1.3em}\
@media print{@page{size:A4;margin:12mm 15mm}body{font-size:11pt;line-height:1.3}section{max-width:none;padding:0}h1{margin:0 0 .4em}\
p{margin:.4em 0}h2{margin:.8em 0 .2em}.big{font-size:1.3em}code{font-size:9pt;line-height:1.3}}";

fn table<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let row = |(name, value): (&str, &str)| {
        format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name), escaped(value))
    };
    format!("<table>\n{}</table>\n", rows.into_iter().map(row).collect::<String>())
}

/// Hexadecimal digits in groups of eight, as the eye can compare them.
fn grouped(hex: &str) -> String {
    let groups: Vec<String> =
        hex.as_bytes().chunks(8).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join(" ")
}

/// All receipts, each with what the organiser's list says of the member.
pub fn receipts(receipts: &[Receipt], people: &People) -> String {
    let body: String =
        receipts.iter().zip(&people.rows).map(|(receipt, row)| receipt_page(receipt, people, row)).collect();
    page("Receipts", STYLE, &body, "")
}

fn receipt_page(receipt: &Receipt, people: &People, row: &[String]) -> String {
    let Receipt { commit, count, index, attributes, commitment, .. } = receipt;
    let chance = percent_down((*count).into(), commit.m.into());
    let rehearsal = if commit.rehearsal { "<p><strong>This is a rehearsal.</strong></p>\n" } else { "" };
    format!(
        "<section>\n<h1>{event}: your receipt</h1>\n{rehearsal}{you}\
         <p class=\"big\">You are in {count} of {m} panels.</p>\n\
         <p>One of these {m} panels will be drawn, each with the same chance. So your chance is {chance}; on average it is {average}.\n\
         Your number is <strong>{index}</strong>: where the panel is published, look for it.</p>\n\
         <h2>What counts for the quotas</h2>\n{values}\
         <h2>The commitment</h2>\n<p><code>{hex}</code></p>\n<p>In words, to be read aloud:<br>{words}.</p>\n\
         <h2>How to check</h2>\n<ol>\n\
         <li>Is what stands here about you right? If not, tell the organiser before the draw.</li>\n\
         <li>Compare the commitment with the one that was published (newspaper, web site, town hall) and with the receipt of\n\
         somebody else. If there are two, the draw is not to be trusted: both receipts together prove it.</li>\n\
         <li>The file {index}.json, which the organiser gives you with this page, proves the rest: drop it on the page\n\
         verify.html, or type <code>boule receipt check {index}.json --commitment</code> and the published commitment.</li>\n\
         <li>Keep both until the draw is over.</li>\n</ol>\n\
         <p>Attempt {attempt}. Signed with the key <code>{key}</code>:<br><code>{signature}</code></p>\n</section>\n",
        event = escaped(&commit.event),
        you = table(people.columns.iter().map(String::as_str).zip(row.iter().map(String::as_str))),
        count = amount(*count as usize),
        m = amount(commit.m as usize),
        average = percent_down(commit.k.into(), commit.n.into()),
        values = table(attributes.iter().map(|(feature, value)| (feature.as_str(), value.as_str()))),
        hex = grouped(&commitment.to_string()),
        words = words(commitment).join(" "),
        attempt = commit.attempt,
        key = grouped(&commit.receipt_key.to_string()),
        signature = grouped(receipt.signature.as_deref().unwrap_or_default()),
    )
}

/// Acknowledgements of enrolment, each with the name of its file.
pub fn acknowledgements(list: &[(String, Acknowledgement)]) -> String {
    let one = |(file, read): &(String, Acknowledgement)| {
        format!(
            "<section>\n<h1>{event}: you are enrolled</h1>\n<p>On {date} you were enrolled as</p>\n<p class=\"big\">{who}</p>\n\
             <h2>What will count for the quotas</h2>\n{values}\
             <p>Is it right? If not, tell the organiser now. Before the draw you will get a receipt that says in how many of the\n\
             possible panels you are. If you get none, or one that says something else about you, this page and the file\n\
             <code>{file}</code> prove that you had enrolled like this.</p>\n\
             <p>Signed with the key <code>{key}</code>:<br><code>{signature}</code></p>\n</section>\n",
            event = escaped(&read.event),
            date = escaped(&read.date),
            who = escaped(&read.identity),
            values = table(read.attributes.iter().map(|(feature, value)| (feature.as_str(), value.as_str()))),
            file = escaped(file),
            key = grouped(&read.key.to_string()),
            signature = grouped(read.signature.as_deref().unwrap_or_default()),
        )
    };
    page("Acknowledgements", STYLE, &list.iter().map(one).collect::<String>(), "")
}
