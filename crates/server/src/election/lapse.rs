//! What lapses with a dissolution where the duty rule says so: applied when an election is recorded whose dissolution is over, and
//! by the rounds when its day comes. Every other rule outlives every election.

use tracking::DutyRule;

use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::election::record::of_assembly;
use crate::fault::Fault;

/// Lets lapse what the rule of an assembly lets lapse, each recommendation in a change of its own. What somebody else changed at
/// the same moment is left for the next round; doing it again does nothing.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn apply(app: &App, assembly: &Assembly) -> Result<(), Fault> {
    // Each deadline goes by the version of the rule that set it.
    let rules = std::iter::once(&assembly.about.rule).chain(&assembly.about.earlier);
    let rules: Vec<&DutyRule> = rules.filter(|rule| !rule.survives_dissolution).collect();
    if rules.is_empty() {
        return Ok(());
    }
    for election in super::of(app, &assembly.id).await? {
        let Some(by) = &election.value.by else { continue };
        if app.today() < election.value.dissolved() {
            continue;
        }
        for (id, mut it) in of_assembly(app, &assembly.id).await? {
            for rule in &rules {
                let (day, at) = (election.value.dissolved(), app.now());
                let Some((after, event)) = it.lapse(by, &election.entry.id, day, at, rule) else { continue };
                let mut change = app.store.change(&by.person, at).await?;
                match desk::keep(&mut change, &id, &after, &event).await {
                    Ok(()) => change.commit().await?,
                    Err(store::Error::Stale { .. }) => break,
                    Err(error) => return Err(error.into()),
                }
                it = after;
            }
        }
    }
    Ok(())
}
