//! What the departments of a county that does not exist ask its people, before and after a day.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::Table;

const HEADER: [&str; 18] = [
    "id", "unit", "title", "kind", "standing", "audience", "area", "topic", "from", "until", "minutes",
    "people", "contact", "question", "outcome", "url", "series", "settled",
];

/// `id|unit|title|kind|standing|audience|area|topic|first day|last day|minutes|people|question|outcome|series|settled`, the
/// days counted from the given one.
const LINES: &str = "\
trees-2|parks|Which streets get trees first|survey|announced|residents|Harbour County|parks-nature; heat-climate|-420|-390|15|900|In which streets would trees help you most in hot weather?|Twelve streets were planted in the following winter; two were refused because of pipes.||
water-1|water|Saving water at home|consultation|announced|residents|Harbour County|water|-300|-240|20|400|What would help you to use less water in a dry summer?|A tariff with a cheap first part was adopted; meters with a leak alarm were not paid for.||
youth-1|schools|How do you get to school?|survey|announced|young-people; parents|Harbour County > North|streets-transport; schools|-160|-120|10|1200|How do you get to school, and what would make it safer?|Four crossings were rebuilt.||
rent-1|housing|Rents and heat: a round table|meeting|cancelled|tenants|Harbour County > Old Town|housing|-40|-40|120|60|What should landlords do about flats that get too hot?|||
forum|health|Forum of older people|standing_body|announced|older-people|Harbour County|health-care|-330|330|600|25|What does health and care look like from where you live?|||
shade-1|parks|Shade for playgrounds|survey|announced|parents; children|Harbour County > North|parks-nature|-10|25|10|500|Where should shade be put up first?|||
lunch-1|schools|School meals in summer|workshop|announced|Parents of small children|Harbour County > North|schools|5|19|120|40|What should children eat and drink on hot days?|||
heat-1|health|Heat and health at home|consultation|announced|older people|Harbour County|heat-climate; health-care|12|60|30|300|What would help you on the hottest days?|||
cool-1|council|Cool places: where should they be?|consultation|announced|Toda la población|Harbour County|Calor|30|75|15|800|Where do you need a cool place that you can walk to?|||
shops-1|economy|Opening hours on hot days|survey|announced|businesses|Harbour County > Old Town|work-economy|40|61|10|150|When would you open on hot days if you could choose?|||
shops-2|transport|Deliveries in the old town|workshop|announced|Comercios|Harbour County > Old Town|streets-transport|50|57|180|30|When and where should vans unload?||| shops-1: one visit to each shop with both forms
river-1|water|The river after the flood: meeting|meeting|announced|residents|Harbour County > Riverside|water|70|70|150|120|What should never happen again, and what would you give up for it?||The river plan|
river-2|parks|The river after the flood: walks|workshop|announced|residents|Harbour County > Riverside|water; parks-nature|72|80|180|45|Where do you want to be close to the water?||The river plan|
buses-1|economy|Late buses for late shifts|survey|announced|businesses|Harbour County > North|streets-transport|100|125|10|80|Which bus would your staff need after ten at night?|||
bikes-1|transport|Cycling to school|consultation|intended|young people|Harbour County > North|streets-transport; schools|90|130|20|600|Which street on your way to school is the worst, and why?|||
";

/// The entries as a table, their days counted from `today`.
pub fn engagements(today: Date) -> Table {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let &[
            id,
            unit,
            title,
            kind,
            standing,
            audience,
            area,
            topic,
            from,
            until,
            minutes,
            people,
            question,
            outcome,
            series,
            settled,
        ] = cells.as_slice()
        else {
            return None;
        };
        let day = |days: &str| {
            let days: i64 = days.parse().unwrap_or_default();
            today.checked_add(days.days()).unwrap_or(today).to_string()
        };
        let contact = format!("{unit}-officer");
        let (from, until) = (day(from), day(until));
        let row = [
            id, unit, title, kind, standing, audience, area, topic, &from, &until, minutes, people, &contact,
            question, outcome, "", series, settled,
        ];
        Some(row.map(str::to_owned).to_vec())
    };
    let header = HEADER.map(str::to_owned).to_vec();
    Table { header, rows: LINES.lines().filter_map(row).collect() }
}
