//! Words in each language, phrases, exclusions, beginnings, parts of words, accents.

use serde_json::json;

use super::{found, found_among, publish, publish_in};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_language_is_searched_by_its_own_stems() {
    let app = App::start().await;
    for (language, headline, body, other) in [
        (
            "nl",
            "Een",
            "De schippers vertelden over de wandelingen.",
            "wandeling",
        ),
        (
            "en",
            "Two",
            "They were discussing the harbours quietly.",
            "discussed harbour",
        ),
        (
            "de",
            "Drei",
            "Die Zeitungen berichteten darüber.",
            "Zeitung",
        ),
        (
            "fr",
            "Quatre",
            "Les élections régionales approchaient.",
            "élection régional",
        ),
        (
            "es",
            "Cinco",
            "Los trabajadores protestaban en las calles.",
            "trabajador calle",
        ),
        (
            "pt-BR",
            "Seis",
            "As informações chegaram tarde.",
            "informação",
        ),
        (
            "it",
            "Sette",
            "Le navigazioni erano pericolose.",
            "navigazione pericolosa",
        ),
        ("pl", "Osiem", "Statek stoi w porcie.", "statek porcie"),
    ] {
        let made = publish_in(&app, language, headline, body).await;
        let slug = made.json["slug"].as_str().unwrap().to_owned();
        assert_eq!(
            found(&app, other).await,
            [slug.as_str()],
            "{language}: {other}"
        );
        assert_eq!(
            found_among(&app, other, &format!("&language={language}")).await,
            [slug],
            "{language}: {other}"
        );
    }
    // Stop words are those of the article's own language.
    publish_in(&app, "en", "Die hard", "A film.").await;
    assert_eq!(found(&app, "die").await, ["die-hard"]);
    assert_eq!(found_among(&app, "die", "&language=de").await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_words_must_be_there_and_none_that_is_excluded() {
    let app = App::start().await;
    publish(&app, "Een", "De sluis en de kade.").await;
    publish(&app, "Twee", "De sluis en de brug.").await;
    publish(&app, "Drie", "De kade.").await;
    assert_eq!(found(&app, "sluis kade").await, ["een"]);
    assert_eq!(found(&app, "sluis -kade").await, ["twee"]);
    assert_eq!(found(&app, "kade -sluis").await, ["drie"]);
    assert_eq!(found(&app, "sluis -\"de brug\"").await, ["een"]);
    assert_eq!(
        found(&app, "-sluis").await,
        [""; 0],
        "nothing is looked for"
    );
    assert_eq!(
        found(&app, "de het").await,
        [""; 0],
        "nor by what says too little"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phrase_is_found_as_it_stands() {
    let app = App::start().await;
    publish(&app, "Een", "De rode boot voer uit.").await;
    publish(&app, "Twee", "De boot was rode verf vergeten.").await;
    let both = found(&app, "rode boot").await;
    assert_eq!(both.len(), 2);
    assert_eq!(found(&app, "\"rode boot\"").await, ["een"]);
    assert_eq!(found(&app, "„rode boot”").await, ["een"]);
    assert_eq!(found(&app, "rode-boot").await, ["een"]);
    assert_eq!(found(&app, "boot -\"rode boot\"").await, ["twee"]);
    assert_eq!(found(&app, "\"boot de verf\"").await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_word_more_may_follow() {
    let app = App::start().await;
    publish_in(&app, "en", "Een", "A terminal at Vlissingen.").await;
    assert_eq!(found(&app, "terminal vliss").await, ["een"]);
    assert_eq!(found(&app, "vliss").await, ["een"]);
    assert_eq!(found(&app, "vliss terminal").await, [""; 0]);
    assert_eq!(found(&app, "\"terminal vliss\"").await, [""; 0]);
    assert_eq!(found(&app, "terminal -vliss").await, ["een"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_of_dutch_and_german_words_are_found() {
    let app = App::start().await;
    publish(&app, "Een", "Bij Waddenhaven.").await;
    publish(&app, "Twee", "Het havenbedrijf zegt niets.").await;
    publish(&app, "Drie", "De havens liggen stil.").await;
    publish(&app, "Vier", "Een haven van beton.").await;
    publish(&app, "Vijf", "Haver en gort.").await;
    publish_in(&app, "de", "Sechs", "Der Binnenhafen ist voll.").await;
    publish_in(&app, "en", "Seven", "Notes on a safehaven.").await;
    let mut all = found_among(&app, "haven", "&language=nl").await;
    assert!(
        ["drie", "vier"].contains(&all[0].as_str()) && ["drie", "vier"].contains(&all[1].as_str()),
        "the word itself comes first: {all:?}"
    );
    all.sort();
    assert_eq!(all, ["drie", "een", "twee", "vier"]);
    let mut plural = found_among(&app, "havens", "&language=nl").await;
    plural.sort();
    assert_eq!(plural, ["drie", "een", "vier"]);
    assert_eq!(found(&app, "hafen").await, ["sechs"]);
    assert_eq!(found_among(&app, "haven", "&language=en").await, [""; 0]);
    assert_eq!(found(&app, "haven beton").await, ["vier"]);
    // Three letters are a part of a word beside another word only.
    publish(&app, "Acht", "De zeedijk en de dijken. De zeepbel.").await;
    assert_eq!(found(&app, "zee -dijk").await, [""; 0]);
    assert_eq!(found(&app, "zee dijk").await, ["acht"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accents_and_case_do_not_matter() {
    let app = App::start().await;
    publish(&app, "Een", "Crème brûlée in CAFÉ Zuid.").await;
    publish_in(&app, "fr", "Deux", "L’État et l'économie d’aujourd’hui.").await;
    publish_in(&app, "de", "Drei", "Die Straße nach Köln.").await;
    publish_in(&app, "zh", "Si", "我在深圳工作。").await;
    publish_in(&app, "ru", "Pyat", "Порт Владивосток.").await;
    for (q, slug) in [
        ("creme brulee", "een"),
        ("Cafe\u{301} zuid", "een"),
        ("CRÈME", "een"),
        ("etat", "deux"),
        ("Économie", "deux"),
        ("strasse koln", "drei"),
        ("深圳", "si"),
        ("ВЛАДИВОСТОК", "pyat"),
    ] {
        assert_eq!(found(&app, q).await, [slug], "{q}");
    }
    assert_eq!(found(&app, "圳深").await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_search_finds_articles_in_several_languages() {
    let app = App::start().await;
    publish_in(&app, "nl", "Een", "De Rotterdamse schepen.").await;
    publish_in(&app, "en", "Two", "Some boots by the quay.").await;
    publish_in(&app, "fr", "Trois", "Le boot est en anglais.").await;
    let mut all = found(&app, "boot").await;
    all.sort();
    assert_eq!(all, ["trois", "two"]);
    let page = app
        .publish(json!({"headline": "Boot", "type": "page"}))
        .await;
    assert_eq!(
        found_among(&app, "boot", "&type=page").await,
        [page.json["slug"].as_str().unwrap()]
    );
    app.stop().await;
}
