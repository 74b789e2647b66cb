//! Ten slides, one statement each, to be read aloud in fifteen minutes: each with lines for whoever speaks. Watched words
//! are one more.

use super::deciding::{asked, capital, why};
use super::team;
use super::watched;
use super::words::{Room, day, due, figure, lead, looked, many, owner, period, prose, this_period};
use model::brief::{Brief, Due, Touch, Watched};
use paper::{Block, Column, Slide, Table, Text};

/// What a slide has room for.
const ROOM: Room = Room { behind: 1, rows: 6, points: 4, letters: 130 };

/// The slides, in order.
pub(super) fn slides(brief: &Brief) -> Vec<Slide> {
    let first = [opening(brief), touching(brief), gravest(brief), others(brief)];
    let words = brief.watched.iter().map(|one| watched_words(one, brief));
    let then = [world(brief), race(brief), unchecked(brief), done(brief), next(brief), decisions(brief)];
    first.into_iter().chain(words).chain(then).collect()
}

fn watched_words(one: &Watched, brief: &Brief) -> Slide {
    let mut support = Vec::new();
    if !one.rows.is_empty() {
        let table = watched::table(one, ROOM);
        // Where each was found is for a page.
        let columns = table.columns.into_iter().take(4).collect();
        let rows = table.rows.into_iter().map(|row| row.into_iter().take(4).collect()).collect();
        support.push(Block::Table(Table { columns, rows, ..Table::default() }));
    }
    let spoken = [
        watched::looked(one),
        "A mail with one of the words may be innocent: say which were looked at by somebody.".to_owned(),
    ];
    slide(watched::sentence(one, brief), support, &spoken)
}

fn slide(statement: String, support: Vec<Block>, spoken: &[String]) -> Slide {
    Slide {
        statement: statement.into(),
        support,
        spoken: spoken.iter().map(|line| line.as_str().into()).collect(),
    }
}

fn opening(brief: &Brief) -> Slide {
    let support = vec![
        Block::Paragraph(period(brief).into()),
        Block::Note(format!("Looked at: {}.", looked(brief)).into()),
    ];
    let spoken = [
        "Read the sentence aloud, then wait.".to_owned(),
        match brief.has_past {
            true => "Numbers are compared with the period before.".to_owned(),
            false => {
                "This is the first briefing of this memory: there is nothing to compare with yet.".to_owned()
            }
        },
    ];
    slide(lead(brief), support, &spoken)
}

fn touching(brief: &Brief) -> Slide {
    let new: u64 = brief.touches.iter().map(|row| row.new.count).sum();
    let closed: u64 = brief.touches.iter().map(|row| row.closed.count).sum();
    let open: u64 = Touch::ALL.iter().map(|touch| brief.open(*touch)).sum();
    let statement = format!(
        "Of what touches us, {} new {}, {} closed, and {} open.",
        team::are_of(new, "is", "are"),
        this_period(brief),
        team::are_of(closed, "was", "were"),
        team::are_of(open, "is", "are")
    );
    let table = team::touches(brief, ROOM);
    // A slide has no room for what is behind each number.
    let columns = table.columns.into_iter().take(4).collect();
    let rows = table.rows.into_iter().map(|row| row.into_iter().take(4).collect()).collect();
    let table = Table { columns, rows, ..Table::default() };
    let spoken = [
        "Go down the rows from the gravest. What people set aside is counted as open nowhere.".to_owned(),
        "Each number has its findings in the page for the team.".to_owned(),
    ];
    slide(statement, vec![Block::Table(table)], &spoken)
}

fn gravest(brief: &Brief) -> Slide {
    let Some(one) = brief.intrusions.first() else {
        let statement = match brief.looked_at.events {
            0 => "No logs were read: nobody knows whether there is an intruder.",
            _ => "Our logs show no intrusion that is open.",
        };
        let spoken = ["Say what the logs cover, and what they do not: slide 7.".to_owned()];
        return slide(statement.to_owned(), Vec::new(), &spoken);
    };
    let count = u64::try_from(one.hosts.len()).unwrap_or(u64::MAX);
    let steps = if one.steps > 0 { many(one.steps, "step", "steps") } else { "one way".to_owned() };
    let statement = format!(
        "The intruder went {steps} over {}.",
        many(count, "machine or address", "machines and addresses")
    );
    let hosts: Vec<String> = one.hosts.iter().take(8).map(|host| prose(host, 40)).collect();
    let mut points: Vec<Text> = Vec::new();
    points.extend((!hosts.is_empty()).then(|| Text::new().strong(hosts.join(" → "))));
    let is_noted = one.notes.iter().any(|note| note.starts_with("first sign"));
    if let Some((first, last)) = one.first.zip(one.last).filter(|_| !is_noted) {
        points.push(format!("First sign {}, last sign {}.", day(first.date()), day(last.date())).into());
    }
    points.extend(one.notes.iter().take(ROOM.points).map(|note| prose(note, ROOM.letters).into()));
    let actors: Vec<String> = one.actors.iter().take(3).map(|name| prose(name, 40)).collect();
    let spoken = [
        "That the logs hold the events is certain; that they are one story is a reading, and likely."
            .to_owned(),
        match actors.as_slice() {
            [] => "Nobody is named: no source ties it to a group.".to_owned(),
            _ => format!("It is consistent with {}; that is no attribution.", actors.join(", ")),
        },
    ];
    slide(statement, vec![Block::Bullets(points)], &spoken)
}

fn others(brief: &Brief) -> Slide {
    let rows = &brief.others.collections;
    let sum = |of: fn(&model::brief::CollectionRow) -> u64| rows.iter().map(of).sum::<u64>();
    let (now, before, ours) = (sum(|row| row.now), sum(|row| row.before), sum(|row| row.ours_now));
    let (late, partners) = (sum(|row| row.late), sum(|row| row.partners_now));
    let statement = match (rows.is_empty(), ours + partners, late) {
        (true, ..) => "Others saw nothing of us in these two periods, in what we read.".to_owned(),
        (false, 0, 0) => {
            format!("Of {} of others, none is about us.", many(now, "new record", "new records"))
        }
        (false, 0, late) => {
            let are = if late == 1 { "is" } else { "are" };
            format!(
                "No new record is about us; {} {are} older and came only now.",
                many(late, "record", "records")
            )
        }
        (false, about, _) => format!(
            "Of {} of others, {} are about us or partners.",
            many(now, "new record", "new records"),
            figure(about)
        ),
    };
    let support =
        if rows.is_empty() { Vec::new() } else { vec![Block::Table(slim(team::collections(brief, ROOM)))] };
    let spoken = [
        format!("In the period before there were {}.", many(before, "record", "records")),
        "A record is of the day on which its source published it. Late: it was published before, and came to us now.".to_owned(),
    ];
    slide(statement, support, &spoken)
}

/// Without the widest column, which is for a page.
fn slim(table: Table) -> Table {
    let columns: Vec<Column> = table.columns.into_iter().take(6).collect();
    let rows = table.rows.into_iter().map(|row| row.into_iter().take(6).collect()).collect();
    Table { columns, rows, ..Table::default() }
}

fn world(brief: &Brief) -> Slide {
    let world = &brief.world;
    let ours = |flaws: &[model::brief::WorldFlaw]| flaws.iter().filter(|flaw| flaw.ours > 0).count();
    let of_lists = ours(&world.kev) + ours(&world.exploits);
    let of_advisories: usize = world.advisories.iter().map(|one| one.flaws_ours.len()).sum();
    let touch = u64::try_from(of_lists.max(of_advisories)).unwrap_or(u64::MAX);
    let advisories = u64::try_from(world.advisories.len()).unwrap_or(u64::MAX);
    let statement = match (advisories, touch) {
        (0, 0) => "Nothing that the world learnt is known to touch us.".to_owned(),
        (0, touch) => format!("{} of the world's news touch us.", many(touch, "flaw", "flaws")),
        (advisories, 0) => format!(
            "{} learnt, and no flaw of it touches us.",
            many(advisories, "advisory was", "advisories were")
        ),
        (advisories, touch) => format!(
            "{} learnt; {}.",
            many(advisories, "advisory was", "advisories were"),
            match touch {
                1 => "1 of the flaws touches us".to_owned(),
                touch => format!("{} of the flaws touch us", figure(touch)),
            }
        ),
    };
    let spoken =
        ["Say for each list how old its newest record is: silence of an old list is no good news."
            .to_owned()];
    slide(statement, vec![Block::Bullets(team::world(brief, ROOM))], &spoken)
}

fn race(brief: &Brief) -> Slide {
    let race = &brief.race;
    let statement = match (race.window.flaws, race.ahead, race.behind) {
        (0, ..) => "No exploited flaw touches us, as far as we know.".to_owned(),
        (_, ahead, behind) if ahead > behind => {
            "We are ahead: more flaws were closed in time than too late.".to_owned()
        }
        (_, 0, _) => "We are behind: no exploited flaw was closed before it could be attacked.".to_owned(),
        _ => "We are behind: more flaws were closed too late, or are open, than in time.".to_owned(),
    };
    let support = team::race(brief).into_iter().map(|line| Block::Paragraph(line.into())).collect();
    let spoken =
        ["Days count from the first on which a flaw could be attacked. A day that nobody knows is no zero."
            .to_owned()];
    slide(statement, support, &spoken)
}

fn unchecked(brief: &Brief) -> Slide {
    let count = u64::try_from(brief.unchecked.len()).unwrap_or(u64::MAX);
    let statement = match count {
        0 => "Nothing is known to be missing.".to_owned(),
        count => format!("{} could not be checked.", capital(&many(count, "thing", "things"))),
    };
    let spoken = ["Whatever is not seen here is in none of the numbers before.".to_owned()];
    slide(statement, vec![team::unchecked(brief, Room { points: 8, ..ROOM })], &spoken)
}

fn done(brief: &Brief) -> Slide {
    let people = brief.done.iter().filter(|one| one.by_people).map(|one| one.count).sum::<u64>();
    let others = brief.done.iter().filter(|one| !one.by_people).map(|one| one.count).sum::<u64>();
    let statement = match (people, others) {
        (0, 0) => format!("Nothing was closed or taken on {}.", this_period(brief)),
        (0, others) => format!("{} went, none of them by our doing.", many(others, "finding", "findings")),
        (people, _) => format!("Something was done about {}.", many(people, "finding", "findings")),
    };
    let spoken = ["Thank those who did it by name.".to_owned()];
    let support =
        if brief.done.is_empty() { Vec::new() } else { vec![Block::Bullets(team::done(brief, ROOM))] };
    slide(statement, support, &spoken)
}

fn next(brief: &Brief) -> Slide {
    let now = brief.next.iter().filter(|task| matches!(task.due, Due::AtOnce | Due::Overdue(_))).count();
    let all = u64::try_from(brief.next.len()).unwrap_or(u64::MAX);
    let statement = match (all, now) {
        (0, _) => "Nothing is to be done that we know of.".to_owned(),
        (all, 0) => format!("{} next.", many(all, "task is", "tasks are")),
        (all, now) => {
            format!("{} next, {now} of them at once or overdue.", many(all, "task is", "tasks are"))
        }
    };
    let columns = vec![Column::words("what", 8), Column::words("who", 3), Column::words("by", 3)];
    let rows = brief
        .next
        .iter()
        .take(ROOM.rows)
        .map(|task| vec![prose(&task.what, ROOM.letters).into(), owner(task).into(), due(task).into()]);
    let mut rows: Vec<Vec<Text>> = rows.collect();
    let left = brief.next.len().saturating_sub(ROOM.rows);
    if left > 0 {
        rows.push(vec![Text::new().soft(format!("and {left} more in the page for the team"))]);
    }
    let spoken =
        ["Ask each owner by name whether the day holds. A task that nobody has gets an owner now."
            .to_owned()];
    let support = if rows.is_empty() {
        Vec::new()
    } else {
        vec![Block::Table(Table { columns, rows, ..Table::default() })]
    };
    slide(statement, support, &spoken)
}

fn decisions(brief: &Brief) -> Slide {
    let count = u64::try_from(brief.decisions.len()).unwrap_or(u64::MAX);
    let statement = match count {
        0 => "Nothing waits for a decision.".to_owned(),
        count => format!("{} wanted today.", many(count, "decision is", "decisions are")),
    };
    let line = |one| Text::new().strong(capital(&asked(one))).plain(format!(": {}.", why(one)));
    let spoken = ["Do not leave before each has an answer, a name and a day.".to_owned()];
    let support = if count == 0 {
        Vec::new()
    } else {
        vec![Block::Numbered(brief.decisions.iter().map(line).collect())]
    };
    slide(statement, support, &spoken)
}
