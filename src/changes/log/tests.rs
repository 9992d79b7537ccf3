use super::memory::REMEMBERED;
use super::*;
use crate::publishing::Kind;
use uuid::Uuid;

fn at(number: i64) -> Seq {
    Seq { epoch: 1, number }
}

fn entry(seq: i64, keys: &[&str]) -> Entry {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Entry { seq, keys }
}

fn started(number: i64) -> Log {
    let log = Log::default();
    log.apply(at(number), Vec::new(), log.ask());
    log
}

/// Something made of authors that was read at this number.
fn made(log: &Log, number: i64) -> Provenance {
    let mut keys = Keys::default();
    keys.any(Kind::Author);
    let mark = Mark {
        applied: at(number),
        ..log.mark()
    };
    Provenance::new(mark, Some(at(number)), &keys)
}

#[test]
fn what_no_change_touches_is_current() {
    let log = started(5);
    let kept = made(&log, 5);
    assert_eq!(log.standing(&kept), Standing::Current);
    log.apply(at(6), vec![entry(6, &["site"])], log.ask());
    assert_eq!(log.standing(&kept), Standing::Current);
    assert_eq!(log.applied(), at(6));
}

#[test]
fn a_change_after_it_was_read_touches_it() {
    let log = started(5);
    let (before, after) = (made(&log, 5), made(&log, 6));
    assert_eq!(log.standing(&before), Standing::Current);
    log.apply(at(6), vec![entry(6, &["author:any"])], log.ask());
    assert_eq!(log.standing(&before), Standing::Touched);
    assert_eq!(log.standing(&after), Standing::Current);
}

#[test]
fn what_was_read_before_the_memory_begins_is_not_shown() {
    let log = started(5);
    assert_eq!(log.standing(&made(&log, 4)), Standing::Touched);
    let many: Vec<String> = (0..REMEMBERED).map(|key| key.to_string()).collect();
    log.apply(at(6), vec![entry(6, &["site"])], log.ask());
    log.apply(at(7), vec![Entry { seq: 7, keys: many }], log.ask());
    assert_eq!(log.standing(&made(&log, 5)), Standing::Touched);
    assert_eq!(log.standing(&made(&log, 7)), Standing::Current);
}

#[test]
fn another_epoch_or_a_head_that_went_back_empties_everything() {
    let log = started(5);
    let kept = made(&log, 5);
    log.apply(
        Seq {
            epoch: 2,
            number: 5,
        },
        Vec::new(),
        log.ask(),
    );
    assert_eq!(log.standing(&kept), Standing::Touched);
    let log = started(5);
    let kept = made(&log, 5);
    log.apply(at(3), Vec::new(), log.ask());
    assert_eq!(log.standing(&kept), Standing::Touched);
    assert_eq!(log.applied(), at(3));
}

#[test]
fn nothing_is_confirmed_before_all_is_read() {
    let log = Log::default();
    assert_eq!(log.standing(&made(&log, 0)), Standing::Touched);
    let log = started(5);
    log.distrust();
    log.apply(at(9), vec![entry(6, &["site"])], log.ask());
    assert_eq!(log.unconfirmed_for(), None);
    log.apply(at(6), Vec::new(), log.ask());
    assert!(log.unconfirmed_for().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_was_confirmed_long_ago_is_unconfirmed() {
    let log = started(5);
    let kept = made(&log, 5);
    tokio::time::advance(CONFIRMED_WITHIN + Duration::from_millis(1)).await;
    assert!(matches!(log.standing(&kept), Standing::Unconfirmed(_)));
    log.apply(at(5), Vec::new(), log.ask());
    assert_eq!(log.standing(&kept), Standing::Current);
}

#[tokio::test(start_paused = true)]
async fn a_reading_from_before_a_distrust_confirms_nothing() {
    let log = started(5);
    let asked = log.ask();
    tokio::time::advance(Duration::from_millis(5)).await;
    log.distrust();
    log.apply(at(5), Vec::new(), asked);
    assert_eq!(log.standing(&made(&log, 5)), Standing::Touched);
    tokio::time::advance(Duration::from_millis(5)).await;
    log.apply(at(5), Vec::new(), log.ask());
    assert_eq!(log.standing(&made(&log, 5)), Standing::Current);
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told_when_it_is_reached() {
    let log = started(5);
    assert!(log.reach(at(5), Duration::ZERO).await);
    assert!(!log.reach(at(6), Duration::from_secs(1)).await);
    let (reached, ()) = tokio::join!(log.reach(at(6), Duration::from_secs(1)), async {
        log.wanted().await;
        log.apply(at(6), vec![entry(6, &["site"])], log.ask());
    });
    assert!(reached);
}

#[tokio::test(start_paused = true)]
async fn what_has_been_read_by_then_is_not_read_again_for_who_waits() {
    let log = started(5);
    let soon = Duration::from_secs(1);
    assert!(!log.reach(at(6), Duration::ZERO).await);
    log.apply(at(6), vec![entry(6, &["site"])], log.ask());
    let wanted = tokio::time::timeout(soon, log.wanted());
    wanted.await.expect_err("it has been read");
    // Who no longer trusts what is known, or hears of another epoch, wants it read in any case.
    log.distrust();
    log.wanted().await;
    let other = Seq {
        epoch: 2,
        number: 1,
    };
    assert!(!log.reach(other, Duration::ZERO).await);
    log.wanted().await;
}

#[test]
fn too_many_of_a_kind_stand_for_all_of_it() {
    let mut keys = Keys::default();
    for _ in 0..=40 {
        keys.thing(Kind::Entity, Uuid::new_v4());
    }
    keys.thing(Kind::Author, Uuid::nil()).articles();
    assert_eq!(
        keys.bounded().to_string(),
        "articles:any author:00000000-0000-0000-0000-000000000000 entity:any"
    );
}

#[test]
fn a_seq_is_read_as_it_is_shown() {
    assert_eq!("1-42".parse(), Ok(at(42)));
    for wrong in [
        "",
        "1",
        "1-",
        "-1",
        "1-+2",
        "1-2-3",
        "a-1",
        "1-99999999999999999999",
    ] {
        assert!(wrong.parse::<Seq>().is_err(), "{wrong}");
    }
}

fn own(number: i64, keys: &[&str]) -> Own {
    let Entry { seq, keys } = entry(number, keys);
    Own { seq: at(seq), keys }
}

/// What this node has written is not waited for.
#[tokio::test(start_paused = true)]
async fn what_this_node_wrote_is_known_before_it_is_read() {
    let log = started(5);
    let kept = made(&log, 5);
    let asked = log.ask();
    log.under_way(1).committed(own(6, &["author:any"])).await;
    assert_eq!(log.applied(), at(6));
    assert_eq!(log.standing(&kept), Standing::Touched);
    assert_eq!(log.standing(&made(&log, 6)), Standing::Current);
    // What was asked before tells of less, or of the same once more, and takes nothing back.
    log.apply(at(5), Vec::new(), asked);
    log.apply(at(6), vec![entry(6, &["author:any"])], asked);
    assert_eq!(log.applied(), at(6));
    assert_eq!(log.standing(&made(&log, 6)), Standing::Current);
}

/// What comes before it may be of another node.
#[tokio::test(start_paused = true)]
async fn what_this_node_wrote_counts_once_all_before_it_is_known() {
    let log = started(5);
    let kept = made(&log, 5);
    log.under_way(1).committed(own(8, &["site"])).await;
    log.under_way(1).committed(own(7, &["site"])).await;
    assert_eq!(log.applied(), at(5));
    log.apply(at(8), vec![entry(6, &["author:any"])], log.ask());
    assert_eq!(log.applied(), at(8), "all three");
    assert_eq!(log.standing(&kept), Standing::Touched);
    // Its own may have been read with the other.
    log.under_way(1).committed(own(10, &["site"])).await;
    log.apply(
        at(11),
        vec![entry(9, &["site"]), entry(10, &["site"])],
        log.ask(),
    );
    assert_eq!(log.applied(), at(10));
    log.under_way(1).committed(own(11, &["site"])).await;
    assert_eq!(log.applied(), at(11));
}

#[tokio::test(start_paused = true)]
async fn what_this_node_wrote_in_another_epoch_is_read() {
    let log = started(5);
    let mut other = own(6, &["site"]);
    other.seq.epoch = 2;
    log.under_way(1).committed(other).await;
    assert_eq!(log.applied(), at(5));
    log.under_way(1).committed(own(7, &["site"])).await;
    let anew = Seq {
        epoch: 2,
        number: 6,
    };
    log.apply(anew, Vec::new(), log.ask());
    log.apply(anew, Vec::new(), log.ask());
    assert_eq!(log.applied(), anew, "what it kept of before went");
}

#[tokio::test(start_paused = true)]
async fn what_this_node_is_about_to_write_is_no_news() {
    let log = started(5);
    assert!(log.is_news(at(6), 1));
    let under_way = log.under_way(1);
    assert!(!log.is_news(at(6), 1));
    assert!(log.is_news(at(6), 2), "another's");
    under_way.committed(own(6, &["site"])).await;
    assert!(!log.is_news(at(6), 1));
    assert!(log.is_news(at(7), 1));
    log.under_way(1).ended();
    let soon = Duration::from_secs(1);
    let wanted = tokio::time::timeout(soon, log.wanted());
    wanted.await.expect_err("all is known");
    // Of one that was committed but not answered nobody else tells.
    drop(log.under_way(1));
    log.wanted().await;
}

/// What comes before it is not waited for where no other write of this node could tell it.
#[tokio::test(start_paused = true)]
async fn who_writes_waits_for_the_listener_only_behind_other_nodes() {
    let log = started(5);
    let begun = Instant::now();
    log.under_way(1).committed(own(7, &["site"])).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let other = log.under_way(2);
    let first = log.under_way(1).committed(own(8, &["site"]));
    let second = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        other.committed(own(6, &["site"])).await;
    };
    tokio::join!(first, second);
    assert_eq!(log.applied(), at(8));
    assert_eq!(begun.elapsed(), Duration::from_millis(1));
}

/// What it knows of its own shows that a log went back, also where it was yet to hear of others.
#[tokio::test(start_paused = true)]
async fn a_log_that_went_back_behind_what_this_node_wrote_empties_everything() {
    let log = started(5);
    let kept = made(&log, 5);
    log.under_way(1).committed(own(8, &["site"])).await;
    log.apply(at(6), vec![entry(6, &["site"])], log.ask());
    assert_eq!(log.standing(&kept), Standing::Touched);
    log.apply(at(7), vec![entry(7, &["site"])], log.ask());
    assert_eq!(log.applied(), at(7), "that is another now");
}

#[tokio::test(start_paused = true)]
async fn so_many_of_its_own_are_kept_and_the_rest_is_read() {
    let log = started(5);
    let own = async |number: i64| log.under_way(1).committed(own(number, &["site"])).await;
    let most = i64::try_from(super::memory::OWN_KEPT).unwrap();
    for number in 7..most + 9 {
        own(number).await;
    }
    let head = at(most + 8);
    log.apply(head, vec![entry(6, &["site"])], log.ask());
    assert_eq!(log.applied(), at(most + 6));
    let rest = [most + 7, most + 8].map(|number| entry(number, &["site"]));
    log.apply(head, rest.into(), log.ask());
    assert_eq!(log.applied(), head);
}
