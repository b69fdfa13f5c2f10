//! A government that does not exist: units, posts, and one person for each role.

use jiff::civil::Date;
use tracking::{Actor, Assignment, Grant, Party, Role};

/// A unit of the administration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id, a plain word.
    pub id: String,
    /// Its name in English.
    pub english: String,
    /// And in Spanish.
    pub spanish: String,
    /// What it is.
    pub party: Party,
}

/// A post in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id: the unit's id, a hyphen and what it is.
    pub id: String,
    /// The unit's id.
    pub unit: String,
    /// Its name in English.
    pub english: String,
    /// And in Spanish.
    pub spanish: String,
}

/// Somebody of the cast. The post's id, if there is one, is the actor's post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// A made-up name.
    pub name: String,
    /// Id, post and roles.
    pub actor: Actor,
}

/// The id of a unit, its name in English and in Spanish, and the theme of its recommendations.
const UNITS: [(&str, &str, &str, &str); 9] = [
    ("parks", "Parks and Trees", "Parques y Arbolado", "Shade and trees"),
    ("water", "Water Services", "Servicios de Agua", "Water"),
    ("schools", "Schools", "Escuelas", "Schools"),
    ("housing", "Housing", "Vivienda", "Homes"),
    ("health", "Health and Care", "Salud y Cuidados", "Health and care"),
    ("transport", "Streets and Transport", "Calles y Transporte", "Streets and transport"),
    ("economy", "Work and Economy", "Trabajo y Economía", "Work"),
    ("data", "Data and Participation", "Datos y Participación", "Knowing and deciding"),
    ("council", "Council Office", "Oficina del Consejo", ""),
];

/// The unit whose officer and approver show the service.
pub const SHOWN: &str = "parks";

/// A post's ending, and its name before the unit's in English and in Spanish.
const POSTS: [(&str, &str, &str); 3] = [
    ("head", "Head of", "Dirección de"),
    ("deputy", "Deputy head of", "Subdirección de"),
    ("officer", "Officer for", "Técnica de"),
];

const FAMILY_NAMES: [&str; 9] =
    ["Alder", "Birch", "Cedar", "Elm", "Hazel", "Linden", "Maple", "Rowan", "Willow"];

pub(crate) fn units() -> Vec<Unit> {
    let unit = |(id, english, spanish, _): &(&str, &str, &str, &str)| Unit {
        id: (*id).to_owned(),
        english: (*english).to_owned(),
        spanish: (*spanish).to_owned(),
        party: Party::Department,
    };
    UNITS.iter().map(unit).chain([crate::outside::unit()]).collect()
}

pub(crate) fn posts() -> Vec<Post> {
    let named = |unit: &str, end: &str, english: String, spanish: String| Post {
        id: format!("{unit}-{end}"),
        unit: unit.to_owned(),
        english,
        spanish,
    };
    let of_unit = |(id, english, spanish, _): &(&str, &str, &str, &str)| {
        let post = |(end, before, antes): (&str, &str, &str)| {
            named(id, end, format!("{before} {english}"), format!("{antes} {spanish}"))
        };
        POSTS.map(post)
    };
    let mut posts: Vec<Post> = UNITS.iter().flat_map(of_unit).collect();
    posts.push(named(
        "council",
        "secretariat",
        "Secretariat of the assembly".into(),
        "Secretaría de la asamblea".into(),
    ));
    posts.push(named(
        "council",
        "coordinator",
        "Coordinator of recommendations".into(),
        "Coordinación de recomendaciones".into(),
    ));
    posts.push(named(
        "council",
        "governor",
        "Governor of the county".into(),
        "Presidencia del condado".into(),
    ));
    posts.push(crate::outside::post());
    posts.push(named("council", "audit", "County audit office".into(), "Sindicatura de cuentas".into()));
    posts
}

/// The unit that answers for a theme.
pub(crate) fn unit_for(theme: &str) -> &'static str {
    UNITS.iter().find(|unit| unit.3 == theme).map_or("council", |unit| unit.0)
}

pub(crate) fn assignment(unit: &str) -> Assignment {
    Assignment {
        unit: unit.to_owned(),
        accountable: format!("{unit}-head"),
        deputy: format!("{unit}-deputy"),
        responsible: vec![format!("{unit}-officer")],
        consulted: Vec::new(),
        informed: vec!["council-coordinator".to_owned()],
        hours: [("head", 2), ("deputy", 1), ("officer", 8)]
            .map(|(end, hours)| (format!("{unit}-{end}"), hours))
            .into(),
    }
}

/// Everybody: those of the council and the members first, then officer and head of each unit, and a second officer for water.
pub(crate) fn cast(assembly: &str, from: Date) -> Vec<Player> {
    let player = |name: &str, person: String, role, unit: Option<&str>, post: Option<String>| {
        let everywhere = matches!(role, Role::Administrator | Role::Coordinator | Role::Auditor);
        let assembly = (!everywhere).then(|| assembly.to_owned());
        let grants = vec![Grant { role, assembly, unit: unit.map(str::to_owned), from, until: None }];
        Player { name: name.to_owned(), actor: Actor { person, post, units: Vec::new(), grants } }
    };
    let post = |end: &str| Some(format!("council-{end}"));
    let mut cast = vec![
        player("Ada Admin", "sample-administrator".into(), Role::Administrator, None, None),
        player("Sol Secretary", "sample-secretariat".into(), Role::Secretariat, None, post("secretariat")),
        player("Cleo Coordinator", "sample-coordinator".into(), Role::Coordinator, None, post("coordinator")),
        player("Gil Governor", "sample-signatory".into(), Role::Signatory, None, post("governor")),
        player("Vera Verifier", "sample-verifier".into(), Role::Verifier, None, post("audit")),
        player("Max Member", "sample-member".into(), Role::Member, None, None),
        player("Mia Member", "sample-member-2".into(), Role::Member, None, None),
        player("Otto Auditor", "sample-auditor".into(), Role::Auditor, None, None),
    ];
    for ((unit, ..), family) in UNITS.iter().zip(FAMILY_NAMES) {
        let (officer, head) = (Some(format!("{unit}-officer")), Some(format!("{unit}-head")));
        let person = |role: &str| format!("sample-{role}-{unit}");
        cast.push(player(&format!("Olga {family}"), person("officer"), Role::Officer, Some(unit), officer));
        cast.push(player(&format!("Hugo {family}"), person("approver"), Role::Approver, Some(unit), head));
    }
    cast.push(crate::outside::speaker(assembly, from));
    let (person, unit) = ("sample-officer-water-2".to_owned(), Some("water"));
    cast.push(player("Petra Pond", person, Role::Officer, unit, None));
    cast
}
