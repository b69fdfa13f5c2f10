//! What `boule init` puts into a new folder.

use sortition::{Population, Slack};

/// `assembly.toml`: every key, explained.
pub fn settings(event: &str, size: u32) -> String {
    // A JSON string is a TOML string too.
    let event = serde_json::Value::from(event).to_string();
    SETTINGS.replace("SIZE", &size.to_string()).replace("EVENT", &event)
}

const SETTINGS: &str = r#"# The settings of this assembly. Lines that begin with # are remarks; take the # away to set what stands there.
# Every key is also a flag: size here is --size on the command line, and the flag wins.

# The assembly's name. It goes into the public commitment, so keep it from the first attempt to the last.
event = EVENT

# How many people the panel has.
size = SIZE

# The quotas: a CSV or Excel file with the columns feature, value, min, max.
quotas = "quotas.csv"

# The pool: a CSV or Excel file with a row per person who volunteered. It is personal data, so it stays in private/.
pool = "private/pool.csv"

# The pool's id column. Without this line it is the one called id, or else the first in which no two rows agree.
id = "id"

# Columns that make a household. Of people who agree in all of them, a panel takes at most one.
# household = ["address", "postcode"]

# Columns in which only so many members of a panel may agree, and how many: at most 2 from one village.
# at-most = ["village=2"]

# Quotas on combinations, such as at least 2 young women: a CSV or Excel file with a column for each feature, and min and
# max; a cell that is empty means that any value will do.
# combinations = "combinations.csv"

# Columns that say who somebody is. The record holds a code made of them, and only who knows them and the member's
# receipt can match it. Without this line it is the id column.
# identity = ["first_name", "last_name", "date_of_birth"]

# What fair means. "leximin" raises the smallest chance as far as it goes, then the next smallest, and so on.
# "maximin" raises the smallest chance and leaves it at that. "nash" makes the product of all chances as large as it
# can be. "goldilocks" keeps the smallest chance and the largest near the average. prepare shows what each would give.
objective = "leximin"

# How many panels the lottery has. Each of them meets every quota and is equally likely to be drawn.
panels = 1000

# How many digits are rolled in front of witnesses: 20 or more, or 0 where a beacon decides alone.
witnessed-digits = 20

# Where the digits come from and in which order they are read. Announce exactly this.
witnessed-description = "ten-sided dice, rolled one after the other, read in the order of rolling"

# When the draw is. Then a round of a public randomness beacon, which nobody can know before, decides together with the
# dice: roll them first, wait for the round last. With the distance from Greenwich, or the place:
# "2026-12-01T19:00[Europe/Madrid]". We recommend it; without this line the dice decide alone.
# at = "2026-12-01T19:00:00+01:00"

# The network of the drand beacon: "quicknet" (a round every three seconds) or "mainnet" (every thirty).
chain = "quicknet"

# A rehearsal: the secret follows from this text, so that the same lottery comes out every time. The commitment says
# that it is a rehearsal. Never use it for a real draw.
# rehearsal = "dry run"

# After an attempt was voided: the next number, and why the one before is void. Give them on the command line
# rather than here: boule prepare DIR --attempt 2 --void "reason"
# attempt = 2
# void = "reason"
"#;

/// `quotas.csv`: an example to be replaced, for a panel of `size`. One person of room each way.
pub fn quotas(size: u32) -> String {
    let sheet = reading::read("population", POPULATION.as_bytes()).value.expect("the example is a table");
    let population = Population::read(&sheet).value.expect("the example is in order");
    population.quotas(size, Slack::People(1)).to_csv()
}

/// A population in hundredths, of which the example quotas are a mirror.
const POPULATION: &str = "\
feature,value,share
gender,Female,49.5
gender,Male,49.5
gender,Non-binary or other,1
age,16-29,23
age,30-44,27
age,45-64,30
age,65+,20
area,North,33
area,South,40
area,Islands,27
";

/// The panel size where nobody says another.
pub const SIZE: u32 = 30;

/// `private/pool.csv`: the header and two people who do not exist, to be replaced.
pub const POOL: &str = "\
id,status,first_name,last_name,date_of_birth,email,address,postcode,gender,age,area
P0001,active,Ada,Example,1991-02-03,p0001@example.org,1 Example Street,ZZ1 1AA,Female,30-44,North
P0002,active,Otto,Example,1950-04-05,p0002@example.org,2 Example Street,ZZ1 1AA,Male,65+,Islands
";

/// `README.md`.
pub const README: &str = r#"# This folder

Made by `boule init`. Fill in three files, in this order:

1. `assembly.toml`: the assembly's name and the size of the panel. Every key is explained there.
2. `quotas.csv`: how many people of each kind the panel may have. One row per feature value:
   - `feature`: what is looked at, as the pool's column is called, e.g. age
   - `value`: as it stands in that column, e.g. 16-29
   - `min`, `max`: the least and the greatest number of panel members with that value

   For each feature the minima add up to at most the size of the panel, and the maxima to at least that. Leave some
   room between them: it makes the chances more equal. The rows that stand there now are an example. From the census
   of your town, with the columns feature, value and share or count:

       boule quotas --population census.csv --size SIZE --out FOLDER/quotas.csv
3. `private/pool.csv`: everybody who volunteered, one row per person, with an id and a column for each feature. Other
   columns (name, address, telephone) are kept for you and never leave `private/`. The column `status` says `active`,
   `withdrawn` (left out) or `seated` (sits without being drawn, and counts for the quotas). The two people who stand there now are an example.

Then, from the folder above this one (put this folder's name for FOLDER):

    boule check FOLDER                       what is wrong, and what to do about it; changes nothing
    boule sample --quotas FOLDER/quotas.csv --size 300 --out FOLDER/private/pool.csv
                                             made-up people, to rehearse with
    boule prepare FOLDER                     the lottery, and the commitment that you publish
    boule draw FOLDER --witnessed DIGITS     the panel
    boule verify FOLDER/public               what anybody can check

Who may see what:

- `public/`: everybody. Publish it.
- `observers/`: people whom you trust with the pool's features, without names: a notary, a university, the press.
- `private/`: you alone. It holds names and the secret. Keep a copy in a safe place; without it nobody can draw.
"#;
