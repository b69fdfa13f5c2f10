//! People who may be in a pool twice, under two ids.

use std::collections::BTreeMap;

use crate::columns::{Columns, cell};
use crate::findings::Findings;
use crate::fold::fold;
use crate::problem::Problem;
use crate::sheet::{Row, Sheet};
use crate::wording::names;

/// What the name of a column of names has as one of its words.
const NAMES: [&str; 12] = [
    "name",
    "firstname",
    "lastname",
    "surname",
    "forename",
    "fullname",
    "vorname",
    "nachname",
    "nombre",
    "nombres",
    "apellido",
    "apellidos",
];
/// What the name of a column has by which one reaches or knows somebody.
const CONTACTS: [&str; 18] = [
    "email",
    "mail",
    "correo",
    "phone",
    "telephone",
    "mobile",
    "telefon",
    "teléfono",
    "telefono",
    "móvil",
    "movil",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "born",
    "geburtsdatum",
    "nacimiento",
];
/// What the name of a column has that says where people live. Two of a name may live together.
const HOMES: [&str; 7] = ["address", "street", "adresse", "straße", "dirección", "direccion", "domicilio"];

/// Warns of rows that agree in all columns of names and in one of e-mail, telephone or birth; or in the address, if nothing
/// else that both give tells them apart. No cell is shown. Where the organiser has named identity columns, those decide.
pub(crate) fn warn(sheet: &Sheet, rows: &[&Row], columns: &Columns, findings: &mut Findings) {
    let free = |column: &usize| {
        columns.id != Some(*column)
            && columns.status != Some(*column)
            && !columns.features.contains(&Some(*column))
    };
    let like = |words: &[&str]| -> Vec<usize> {
        let is_like = |column: &usize| has_word(&sheet.header[*column], words);
        (0..sheet.header.len()).filter(free).filter(is_like).collect()
    };
    let (name, contacts, homes) = (like(&NAMES), like(&CONTACTS), like(&HOMES));
    if !columns.identity.is_empty() || name.is_empty() {
        return;
    }
    let differ = |one: &Row, other: &Row| {
        let told = |row: &Row, column: usize| fold(cell(row, column));
        contacts.iter().any(|&column| {
            let (one, other) = (told(one, column), told(other, column));
            !one.is_empty() && !other.is_empty() && one != other
        })
    };
    let mut known = BTreeMap::<(Vec<String>, usize, String), &Row>::new();
    for row in rows {
        let called: Vec<String> = name.iter().map(|&column| fold(cell(row, column))).collect();
        if called.iter().all(String::is_empty) {
            continue;
        }
        let mut twin = None;
        for &column in contacts.iter().chain(&homes) {
            let contact = fold(cell(row, column));
            if !contact.is_empty() {
                let before = known.insert((called.clone(), column, contact), row);
                let before = before.filter(|before| !homes.contains(&column) || !differ(before, row));
                twin = twin.or(before.map(|before| (before.number, column)));
            }
        }
        if let Some((before, column)) = twin {
            let agree: Vec<&str> = name.iter().chain([&column]).map(|&c| sheet.header[c].as_str()).collect();
            findings.warning("one person twice", |file| {
                let reason = format!("row {before} agrees in {}: one person twice?", names(&agree));
                let remedy = "if so, delete one of the rows, or that person has two chances";
                Problem::warning(file, reason, remedy).at_row(row.number)
            });
        }
    }
}

/// Whether one of the words of a column's name is among `words`; `e-mail` counts as `email`.
fn has_word(header: &str, words: &[&str]) -> bool {
    let header = fold(header).replace("e-mail", "email");
    header.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}
