//! Readers, who note every text that they get.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::desk::{Desk, Request, Standing, fingerprint, lines};
use crate::history::Dice;

/// Reads until the desk closes.
pub async fn read(desk: &Desk, number: usize) {
    let mut dice = Dice(1000 + number as u64);
    while desk.goes_on() {
        let path = address(desk, &mut dice);
        let before = desk.standings.lock().unwrap().clone();
        let request = Request {
            method: "GET",
            path: &path,
            id: String::new(),
            headers: Vec::new(),
            body: None,
        };
        if let Some(answer) = desk.send(request).await
            && answer.status == 200
            // What says of itself that it is stale, while the database is away, may be.
            && !answer.header("cache-status").contains("stale")
        {
            desk.readings.fetch_add(1, Ordering::Relaxed);
            let after = desk.standings.lock().unwrap().clone();
            let items = answer.json["data"].as_array();
            let whole = std::slice::from_ref(&answer.json);
            for item in items.map_or(whole, Vec::as_slice) {
                note(desk, item, &before, &after);
            }
        }
        sleep(Duration::from_millis(10 + dice.below(40) as u64)).await;
    }
}

fn address(desk: &Desk, dice: &mut Dice) -> String {
    let article = dice.pick(&desk.shared).cloned().unwrap();
    match dice.below(10) {
        0 => "/v1/articles?body=text&limit=100&include=updates".to_owned(),
        1 => format!("/v1/articles/{article}/updates?body=text&limit=100"),
        2 | 3 => {
            let entity = dice.pick(&desk.entities).cloned().unwrap();
            format!("/v1/entities/{entity}")
        }
        _ => format!("/v1/articles/{article}?body=text"),
    }
}

/// Notes one article, update or entity, and those in it.
fn note(
    desk: &Desk,
    item: &Value,
    before: &BTreeMap<String, Standing>,
    after: &BTreeMap<String, Standing>,
) {
    let id = item["id"].as_str().unwrap();
    let (was, is) = (before.get(id).copied(), after.get(id).copied());
    let floor = was.map_or(0, |standing| standing.floor);
    if let (Some(was), Some(is)) = (was, is) {
        assert!(
            !(was.hidden && is.hidden && was.begun == is.begun),
            "{id} was withdrawn, and is read"
        );
    }
    if let Some(text) = item["body"]["text"].as_str() {
        let told = fingerprint(&lines(text).join(" "));
        let mut seen = desk.seen.lock().unwrap();
        let noted = seen.entry((id.to_owned(), told)).or_insert(floor);
        *noted = floor.max(*noted);
    }
    if let Some(count) = item["description"]
        .as_str()
        .and_then(|text| text.split(' ').next()?.parse::<i32>().ok())
    {
        // It begins as version 1 with none.
        assert!(
            count + 1 >= floor,
            "{id} is as it was before an acknowledged change: {count}, {floor}"
        );
    }
    for update in item["updates"].as_array().into_iter().flatten() {
        note(desk, update, before, after);
    }
}
