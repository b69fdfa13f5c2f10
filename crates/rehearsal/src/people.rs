//! Names and contacts of people who do not exist.

use crate::dice::Dice;

/// The columns that every made-up pool has, before those of its features.
pub(crate) const COLUMNS: [&str; 7] =
    ["id", "first_name", "last_name", "email", "phone", "address", "postcode"];

const FIRST_NAMES: [&str; 48] = [
    "Ada", "Aisha", "Alba", "Amir", "Anouk", "Arjun", "Bela", "Bjarne", "Carmen", "Chidi", "Clara", "Dario",
    "Dina", "Eamon", "Elif", "Emeka", "Esther", "Farah", "Femi", "Greta", "Hana", "Hugo", "Ines", "Ivo",
    "Jonas", "Juna", "Kofi", "Lea", "Levi", "Linh", "Magda", "Mateo", "Mira", "Nadia", "Nils", "Noor",
    "Olga", "Otto", "Paula", "Quentin", "Rosa", "Sami", "Selma", "Tariq", "Una", "Viktor", "Yara", "Zoë",
];

const LAST_NAMES: [&str; 48] = [
    "Abel",
    "Adeyemi",
    "Almeida",
    "Bakker",
    "Baxter",
    "Berger",
    "Bianchi",
    "Carver",
    "Chen",
    "Dahl",
    "Demir",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Fontaine",
    "Garnier",
    "Grant",
    "Haddad",
    "Hartley",
    "Horvath",
    "Ibrahim",
    "Jansen",
    "Kaya",
    "Keller",
    "Kowal",
    "Larsen",
    "Lindqvist",
    "Marino",
    "Mensah",
    "Müller",
    "Nakamura",
    "Novak",
    "O'Shea",
    "Okafor",
    "Patel",
    "Petrov",
    "Quinn",
    "Rahman",
    "Reyes",
    "Rossi",
    "Santos",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weber",
    "Yilmaz",
    "Zeman",
];

const TREES: [&str; 10] =
    ["Alder", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Larch", "Maple", "Rowan", "Willow"];
const WAYS: [&str; 10] =
    ["Street", "Lane", "Road", "Square", "Row", "Hill", "Gardens", "Crescent", "Close", "Terrace"];
const NUMBERS: usize = 120;

/// A first name.
pub(crate) fn first_name(dice: &mut Dice) -> String {
    dice.one_of(&FIRST_NAMES).to_owned()
}

/// A last name.
pub(crate) fn last_name(dice: &mut Dice) -> String {
    dice.one_of(&LAST_NAMES).to_owned()
}

/// The address and postcode of a dwelling; two dwellings never have the same. No postcode anywhere begins with ZZ.
pub(crate) fn address(dwelling: usize) -> (String, String) {
    let (street, flat) = ((dwelling / NUMBERS) % 100, dwelling / (NUMBERS * 100));
    let number = 1 + dwelling % NUMBERS;
    let name = format!("{number} {} {}", TREES[street % 10], WAYS[street / 10]);
    let address = if flat == 0 { name } else { format!("Flat {flat}, {name}") };
    (address, format!("ZZ{} {}AA", 1 + street / 10, street % 10))
}

/// The id of the member in a row, counted from 1.
pub(crate) fn id(row: usize) -> String {
    format!("P{row:04}")
}

/// An email address that nobody has: example.org is kept for examples (RFC 2606).
pub(crate) fn email(row: usize) -> String {
    format!("p{row:04}@example.org")
}

/// A telephone number that cannot be dialled.
pub(crate) fn phone(row: usize) -> String {
    format!("000-{:04}-{:03}", row / 1000, row % 1000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_dwelling_has_its_own_address() {
        let addresses: BTreeSet<_> = (0..30_000).map(super::address).collect();
        assert_eq!(addresses.len(), 30_000);
    }
}
