//! The page of one party on a terminal: its names, what others saw, what it was given, whether it can reach us.

use super::reach;
use super::rows::{LINES_MAX, ROWS_MAX, label, place};
use crate::Style;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::terminal::rows::{grade, more};
use crate::words::finding::short_id;
use crate::words::handing::{at, day};
use crate::words::phrase::{count_of, counted, number};
use model::Tlp;
use model::party::{PartyGiven, PartyName, PartyNotice, PartyPage, PartyRecord};
use std::io::{self, Write};

pub(super) fn table(of: &PartyPage, tlp: Tlp, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    head(&mut page, of, tlp);
    page.blank();
    for (index, name) in of.names.iter().take(ROWS_MAX).enumerate() {
        put_name(&mut page, label(index, "NAMES"), name);
    }
    more(&mut page, of.names.len(), ROWS_MAX);
    page.blank();
    records(&mut page, of);
    if of.summary.has_contact.is_some() {
        page.blank();
        given(&mut page, of);
    }
    if let Some(answer) = &of.reach {
        page.blank();
        reach::put(&mut page, answer);
    }
    page.write(out)
}

fn head(page: &mut TerminalPage, of: &PartyPage, tlp: Tlp) {
    let summary = &of.summary;
    let relations = Shown::joined(summary.relations.iter().map(|one| Shown::from(*one)), " and ");
    let count = summary.malicious + summary.suspicious;
    let mut says = vec![match count {
        0 => "no record of a collection is about it".into(),
        _ => Shown::of(&[
            &counted(count, "record", "records"),
            &" (",
            &number(summary.malicious),
            &" malicious, ",
            &number(summary.suspicious),
            &" suspicious)",
        ]),
    }];
    says.extend(summary.newest.map(|newest| Shown::of(&[&"newest ", &day(newest)])));
    says.extend(
        (summary.kept_back > 0).then(|| Shown::of(&[&number(summary.kept_back), &" marked for us alone"])),
    );
    let head = Shown::of(&[
        &Shown::prose(&summary.party),
        &", ",
        &relations,
        &": ",
        &Shown::joined(says, ", "),
        &".",
    ]);
    page.whole(InkText::new(head, Ink::Bold));
    page.whole(InkText::dim(tlp.name()));
    let owners = match summary.owners.is_empty() {
        true => "no owner in the table of names".into(),
        false => {
            let owners = summary.owners.iter().map(|one| Shown::prose(one));
            Shown::of(&[&"owner ", &Shown::joined(owners, ", ")])
        }
    };
    let contact = match summary.has_contact {
        None => "",
        Some(true) => " · a contact is configured",
        Some(false) => " · no contact: add one under [parties] in outpace.toml",
    };
    page.whole(InkText::plain(Shown::of(&[&owners, &contact])));
}

fn put_name(page: &mut TerminalPage, label: &'static str, name: &PartyName) {
    let mut about = vec![Shown::of(&[&name.kind])];
    about.extend(name.owner.as_ref().map(|owner| Shown::of(&[&"owner ", &Shown::prose(owner)])));
    about.extend(name.expires.map(|day| match name.is_expired {
        true => Shown::of(&[&"watched no more since ", &day]),
        false => Shown::of(&[&"until ", &day]),
    }));
    about.push(place(&name.document, &name.place));
    let text = InkText::new(Shown::prose(&name.value), Ink::Bold).and("  ", Ink::Plain);
    page.row(label, text.and(Shown::joined(about, " · "), Ink::Dim), 2, LINES_MAX);
}

fn records(page: &mut TerminalPage, of: &PartyPage) {
    for (index, one) in of.collections.iter().take(ROWS_MAX).enumerate() {
        let count = one.malicious + one.suspicious;
        let mut about = vec![Shown::of(&[
            &counted(count, "record", "records"),
            &": ",
            &number(one.malicious),
            &" malicious, ",
            &number(one.suspicious),
            &" suspicious",
        ])];
        about.push(match (one.first, one.last) {
            (Some(first), Some(last)) if first.date() == last.date() => day(last),
            (Some(first), Some(last)) => Shown::of(&[&day(first), &" to ", &day(last)]),
            _ => "undated".into(),
        });
        about.push(one.tlp.name().into());
        about.extend((one.kept_back > 0).then(|| Shown::of(&[&number(one.kept_back), &" for us alone"])));
        let text = InkText::new(Shown::prose(&one.collection), Ink::Bold).and("  ", Ink::Plain);
        page.row(label(index, "SEEN BY"), text.and(Shown::joined(about, " · "), Ink::Plain), 2, LINES_MAX);
    }
    more(page, of.collections.len(), ROWS_MAX);
    if of.collections.is_empty() {
        page.row("SEEN BY", InkText::dim("no collection that was read has a record about it"), 0, 2);
        return;
    }
    page.blank();
    for (index, record) in of.records.iter().take(ROWS_MAX).enumerate() {
        put_record(page, label(index, "RECORDS"), record);
    }
    let left = usize::try_from(of.records_left).unwrap_or(usize::MAX);
    more(page, of.records.len().saturating_add(left), of.records.len().min(ROWS_MAX));
}

fn put_record(page: &mut TerminalPage, label: &'static str, one: &PartyRecord) {
    let time = one.time.map_or_else(
        || Shown::of(&[&"undated, learnt ", &one.learnt.date()]),
        |time| Shown::of(&[&at(time)]),
    );
    let text = InkText::plain(Shown::of(&[&time, &"  "]));
    let text = text.and(Shown::prose(&one.value), Ink::Bold);
    let text = text.and(Shown::of(&[&": ", &Shown::prose(&one.what)]), Ink::Plain);
    page.row(label, text, 2, LINES_MAX);
    let mut about = vec![Shown::from(one.nature), Shown::prose(&one.collection), one.tlp.name().into()];
    about.extend(one.is_kept_back.then(|| "for us alone".into()));
    about.extend(one.held_secret.then(|| "it held a secret, which is not kept".into()));
    about.push(place(&one.document, &one.place));
    about.extend(one.finding.as_ref().map(short_id));
    page.row("", InkText::dim(Shown::of(&[&"  ", &Shown::joined(about, " · ")])), 2, LINES_MAX);
}

fn given(page: &mut TerminalPage, of: &PartyPage) {
    for (index, one) in of.given.iter().take(ROWS_MAX).enumerate() {
        let title = grade(one.severity).and(Shown::of(&[&"  ", &Shown::prose(&one.title)]), Ink::Plain);
        let title = title.and(Shown::of(&[&"\u{a0}\u{a0}", &short_id(&one.finding)]), Ink::Dim);
        page.row(label(index, "GIVEN"), title, 2, LINES_MAX);
        page.row("", InkText::dim(Shown::of(&[&"  ", &fate(one)])), 2, LINES_MAX);
    }
    more(page, of.given.len(), ROWS_MAX);
    if of.given.is_empty() {
        page.row("GIVEN", InkText::dim("no finding about it is there"), 0, 1);
    }
}

/// What became of a finding on its way to the party.
fn fate(one: &PartyGiven) -> Shown {
    let released = match (one.released_at, &one.released_by) {
        (Some(time), Some(who)) => Shown::of(&[&"released ", &at(time), &" by ", &Shown::prose(who)]),
        _ => "not released".into(),
    };
    if one.is_kept_back {
        return Shown::of(&[&released, &"; kept back: ", &one.tlp.name(), &" is for us alone"]);
    }
    if one.released_at.is_none() {
        return Shown::of(&[&released, &": outpace notify release ", &short_id(&one.finding)]);
    }
    if one.notices.is_empty() {
        return Shown::of(&[&released, &"; no notice went to it yet"]);
    }
    let notices = Shown::joined(one.notices.iter().take(3).map(notice), "; ");
    let left = count_of(&one.notices).saturating_sub(3);
    let left = if left > 0 { Shown::of(&[&"; ", &number(left), &" more"]) } else { Shown::default() };
    Shown::of(&[&released, &"; ", &notices, &left])
}

fn notice(one: &PartyNotice) -> Shown {
    let time = one.at.map(|time| Shown::of(&[&" ", &at(time)])).unwrap_or_default();
    let due = if one.state == "waiting" && one.at.is_some() { ", due" } else { "" };
    let why = one.why.as_ref().map(|why| Shown::of(&[&" (", &Shown::prose(why), &")"])).unwrap_or_default();
    Shown::of(&[&one.state, &due, &time, &" to ", &Shown::exact(&one.destination), &why])
}
