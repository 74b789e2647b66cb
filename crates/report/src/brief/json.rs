//! A briefing as one JSON document: the same numbers, exact values, identifiers whole. The shape is in `docs/briefing.md`.
//!
//! Names are stable; what is unknown is `null`.

use super::words::{lead, remark};
use model::Tlp;
use model::answer::RaceWindow;
use model::brief::{
    Audience, Brief, BriefIntrusion, BriefRace, BriefTask, CollectionRow, Counted, DecisionWanted, Due,
    FindingsOf, MostFrequent, Period, TouchRow, Watched, WatchedRow, WorldFlaw,
};
use serde_json::{Value, json};

/// The version of the shape.
const SHAPE: u64 = 1;

/// The document; `what` is its first sentence where the audience has its own.
pub(super) fn document(brief: &Brief, tlp: Tlp) -> Value {
    let head = json!({
        "shape": SHAPE,
        "organisation": brief.organisation,
        "audience": audience(&brief.audience),
        "tlp": tlp.name(),
        "period": period(&brief.period),
        "as_of": brief.now.to_string(),
        "memory_began": brief.began.to_string(),
        "is_first": !brief.has_past,
    });
    let mut all = match head {
        Value::Object(all) => all,
        _ => serde_json::Map::new(),
    };
    let others = json!({
        "collections": brief.others.collections.iter().map(collection).collect::<Vec<_>>(),
        "addresses": brief.others.addresses.iter().map(|(address, count, is_about)| {
            json!({ "address": address, "records": count, "ours_or_partners": is_about })
        }).collect::<Vec<_>>(),
        "families": brief.others.families.iter().map(|(family, now, before)| {
            json!({ "family": family, "records": now, "records_before": before })
        }).collect::<Vec<_>>(),
        "kept_back": brief.others.kept_back,
    });
    all.insert("others_saw".to_owned(), others);
    match &brief.audience {
        Audience::Party(_) => {
            all.insert("about_party".to_owned(), Value::Array(brief.party.iter().map(party_row).collect()));
        }
        Audience::Management | Audience::Team => ours(brief, &mut all),
    }
    Value::Object(all)
}

fn party_row(row: &model::brief::PartyRow) -> Value {
    json!({
        "id": row.id.as_str(),
        "value": row.value,
        "what": row.what,
        "collection": row.collection,
        "records": row.count,
        "first": row.first.map(|time| time.to_string()),
        "last": row.last.map(|time| time.to_string()),
        "is_new": row.is_new,
        "remedy": row.remedy,
    })
}

/// What is for us alone.
fn ours(brief: &Brief, all: &mut serde_json::Map<String, Value>) {
    let list = |values: Vec<Value>| Value::Array(values);
    let world = json!({
        "kev": brief.world.kev.iter().map(flaw).collect::<Vec<_>>(),
        "kev_newest": brief.world.kev_newest.map(|day| day.to_string()),
        "exploits": brief.world.exploits.iter().map(flaw).collect::<Vec<_>>(),
        "exploits_newest": brief.world.exploits_newest.map(|day| day.to_string()),
        "advisories": brief.world.advisories.iter().map(advisory).collect::<Vec<_>>(),
        "slips": brief.world.slips,
    });
    let done = brief.done.iter().map(|one| {
        json!({ "what": one.what, "by_people": one.by_people, "count": one.count,
                "findings": one.findings.iter().map(counted).collect::<Vec<_>>() })
    });
    let done: Vec<Value> = done.collect();
    let watched = brief.watched.as_ref().map_or(Value::Null, watched);
    for (name, value) in [
        ("watched", watched),
        ("sentence", Value::String(lead(brief))),
        ("remark", Value::String(remark(brief))),
        ("touches", list(brief.touches.iter().map(touch).collect())),
        ("intrusions", list(brief.intrusions.iter().map(intrusion).collect())),
        ("world", world),
        ("race", race(&brief.race)),
        ("unchecked", json!(brief.unchecked)),
        ("done", list(done)),
        ("next", list(brief.next.iter().map(task).collect())),
        ("decisions", list(brief.decisions.iter().map(decision).collect())),
        ("looked_at", looked_at(brief)),
    ] {
        all.insert(name.to_owned(), value);
    }
}

/// What was found of a list of watched words.
fn watched(one: &Watched) -> Value {
    let row = |row: &WatchedRow| {
        json!({
            "date": row.time.to_string(),
            "subject": row.subject,
            "detections": row.detections,
            "sender": row.sender,
            "recipients": row.recipients,
            "words": row.words.iter().map(|word| json!({
                "word": word.word, "found": word.found, "variant": word.is_variant, "in": word.place,
            })).collect::<Vec<_>>(),
            "of": row.of.name(),
            "source": row.source,
            "place": row.place.to_string(),
        })
    };
    let most = |these: &MostFrequent| {
        let listed = these
            .listed
            .iter()
            .map(|(name, count, whose)| json!({ "name": name, "count": count, "whose": whose }));
        json!({ "different": these.count, "listed": listed.collect::<Vec<_>>() })
    };
    json!({
        "list": one.list,
        "period": period(&one.period),
        "words": one.words,
        "expired_words": one.expired,
        "count": one.count,
        "variants_only": one.variants,
        "rows": one.rows.iter().map(row).collect::<Vec<_>>(),
        "subjects": most(&one.subjects),
        "attacker_domains": most(&one.attackers),
        "known_senders": one.known_senders,
        "target_domains": most(&one.targets),
        "looked_at": {
            "mails": one.looked.mails,
            "first_mail": one.looked.first.map(|time| time.to_string()),
            "last_mail": one.looked.last.map(|time| time.to_string()),
            "lines_without_time": one.looked.untimed,
            "mail_logs": one.looked.logs,
            "records": one.looked.records,
            "reports": one.looked.reports,
            "reports_without_text": one.looked.without_text,
        },
        "bounds": one.bounds,
    })
}

fn audience(audience: &Audience) -> Value {
    match audience {
        Audience::Management => json!("management"),
        Audience::Team => json!("team"),
        Audience::Party(name) => json!({ "party": name }),
    }
}

fn period(period: &Period) -> Value {
    json!({
        "name": period.name,
        "since": period.since.to_string(),
        "until": period.until.to_string(),
        "zone": period.zone,
    })
}

fn counted(one: &Counted) -> Value {
    json!({ "id": one.id.as_str(), "severity": one.severity.name(), "title": one.title })
}

fn findings(these: &FindingsOf) -> Value {
    json!({ "count": these.count, "findings": these.listed.iter().map(counted).collect::<Vec<_>>() })
}

fn touch(row: &TouchRow) -> Value {
    json!({
        "what": row.touch.name(),
        "open_before": row.before,
        "new": findings(&row.new),
        "moved_in": row.moved_in,
        "moved_out": row.moved_out,
        "closed": findings(&row.closed),
        "open": findings(&row.open),
        "set_aside": row.set_aside,
    })
}

fn intrusion(one: &BriefIntrusion) -> Value {
    json!({
        "id": one.id.as_str(),
        "title": one.title,
        "first": one.first.map(|time| time.to_string()),
        "last": one.last.map(|time| time.to_string()),
        "learnt": one.learnt.to_string(),
        "hosts": one.hosts,
        "accounts": one.accounts,
        "steps": one.steps,
        "consistent_with": one.actors,
        "notes": one.notes,
    })
}

fn collection(row: &CollectionRow) -> Value {
    json!({
        "name": row.name,
        "records": row.now,
        "records_before": row.before,
        "ours": row.ours_now,
        "ours_before": row.ours_before,
        "partners": row.partners_now,
        "partners_before": row.partners_before,
        "late": row.late,
        "undated": row.undated,
        "newest": row.newest.map(|day| day.to_string()),
        "about": row.about.iter().map(|((value, what), count)| {
            json!({ "value": value, "what": what, "records": count })
        }).collect::<Vec<_>>(),
    })
}

fn flaw(one: &WorldFlaw) -> Value {
    json!({
        "id": one.id,
        "product": one.product,
        "day": one.day.to_string(),
        "due": one.due.map(|day| day.to_string()),
        "exposures": one.ours,
        "hosts": one.hosts,
    })
}

fn advisory(one: &model::brief::BriefAdvisory) -> Value {
    let on = |(flaw, on): &(String, String)| json!({ "flaw": flaw, "on": on });
    json!({
        "title": one.title,
        "publisher": one.publisher,
        "actors": one.actors,
        "flaws": one.flaws,
        "flaws_ours": one.flaws_ours.iter().map(on).collect::<Vec<_>>(),
        "flaws_not_ours": one.flaws_not_ours,
        "flaws_unknown": one.flaws_unknown,
        "indicators": one.indicators,
        "indicators_seen": one.seen.iter().map(|(kind, detail)| json!({ "kind": kind, "detail": detail })).collect::<Vec<_>>(),
    })
}

/// Tenths of a day as days.
fn days(tenths: Option<i64>) -> Value {
    match tenths.and_then(|tenths| i32::try_from(tenths).ok()) {
        Some(tenths) => json!(f64::from(tenths) / 10.0),
        None => Value::Null,
    }
}

fn window(window: &RaceWindow) -> Value {
    let (yes, no, unknown) = window.on_day_7;
    json!({
        "flaws": window.flaws,
        "open": window.open,
        "closed": window.closed,
        "without_days": window.unknown,
        "average_days": days(window.average_tenths),
        "median_days": days(window.median_tenths),
        "open_on_day_7": yes,
        "not_open_on_day_7": no,
        "unknown_on_day_7": unknown,
    })
}

fn race(race: &BriefRace) -> Value {
    json!({
        "now": window(&race.window),
        "before": race.before.as_ref().map(window),
        "ahead": race.ahead,
        "behind": race.behind,
        "oldest": race.oldest.as_ref().map(|row| json!({
            "vulnerability": row.vulnerability, "product": row.product, "hosts": row.hosts, "days": race.oldest_days,
        })),
        "closed": race.closed,
    })
}

fn task(task: &BriefTask) -> Value {
    let (word, date) = match task.due {
        Due::Overdue(date) => ("overdue", Some(date)),
        Due::AtOnce => ("at once", None),
        Due::By(date) => ("by", Some(date)),
        Due::Open => ("no day set", None),
    };
    json!({
        "what": task.what,
        "entity": task.entity,
        "owner": task.owner,
        "due": word,
        "day": date.map(|date| date.to_string()),
        "day_from": (!task.due_why.is_empty()).then_some(task.due_why),
        "severity": task.severity.name(),
        "findings": task.findings.iter().map(model::FindingId::as_str).collect::<Vec<_>>(),
    })
}

fn decision(one: &DecisionWanted) -> Value {
    json!({
        "about": one.about.name(),
        "asked": super::deciding::asked(one),
        "why": super::deciding::why(one),
        "count": one.count,
        "facing_the_internet": one.facing,
        "names": one.names,
        "day": one.day.map(|day| day.to_string()),
        "findings": one.findings.iter().map(model::FindingId::as_str).collect::<Vec<_>>(),
    })
}

fn looked_at(brief: &Brief) -> Value {
    let looked = &brief.looked_at;
    json!({
        "devices": looked.devices,
        "components": looked.components,
        "accounts": looked.accounts,
        "names": looked.names,
        "observations": looked.observations,
        "vulnerabilities": looked.vulnerabilities,
        "indicators": looked.indicators,
        "rules": looked.rules,
        "events": looked.events,
        "first_event": looked.first_event.map(|time| time.to_string()),
        "last_event": looked.last_event.map(|time| time.to_string()),
    })
}
