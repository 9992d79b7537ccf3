//! What readers may see: the tables of the `delivery` schema.

diesel::table! {
    delivery.head (id) { id -> Bool, epoch -> Integer, seq -> BigInt, cards -> Integer, kept_from -> BigInt, words_gone -> BigInt, }
}
diesel::table! {
    delivery.changes (seq) {
        seq -> BigInt, committed_at -> Timestamptz, kind -> Text, id -> Nullable<Uuid>, event -> Text, update_number -> Nullable<Integer>,
        quiet -> Bool, keys -> Array<Text>,
    }
}
diesel::table! {
    delivery.tombstones (kind, id) { kind -> Text, id -> Uuid, seq -> BigInt, withdrawn -> Bool, deleted_at -> Timestamptz, }
}
diesel::table! {
    delivery.site (id) {
        id -> Bool, seq -> BigInt, title -> Text, tagline -> Nullable<Text>, public_url -> Text, paths -> Json, default_language -> Text,
        time_zone -> Text, about_html -> Nullable<Text>, about_blocks -> Nullable<Json>, about_text -> Nullable<Text>, logo -> Nullable<Json>,
        social_links -> Json, copyright -> Nullable<Text>, licence -> Nullable<Text>, public_text -> Text, donation_links -> Json,
        feeds -> Json, robots -> Json,
    }
}
diesel::table! {
    delivery.embargoes (seconds) { seconds -> Integer, id -> Uuid, released_until -> Timestamptz, }
}
diesel::table! {
    delivery.releases (seconds, seq, article_id) { seconds -> Integer, seq -> BigInt, article_id -> Uuid, refers -> Bool, }
}
diesel::table! {
    delivery.departures (article_id, seq) {
        article_id -> Uuid, seq -> BigInt, section_id -> Nullable<Uuid>, language -> Text, entity_ids -> Array<Uuid>, held -> Array<Integer>,
    }
}
diesel::table! {
    delivery.sections (id) {
        id -> Uuid, seq -> BigInt, slug -> Text, name -> Text, names -> Json, description -> Nullable<Text>, position -> Integer,
        donation_links -> Json,
    }
}
diesel::table! {
    delivery.authors (id) {
        id -> Uuid, seq -> BigInt, slug -> Text, name -> Text, biography_html -> Nullable<Text>, biography_blocks -> Nullable<Json>,
        biography_text -> Nullable<Text>, image -> Nullable<Json>, links -> Json,
    }
}
diesel::table! {
    delivery.entities (id) {
        id -> Uuid, seq -> BigInt, kind -> Text, slug -> Text, name -> Text, names -> Json, aliases -> Array<Text>, description -> Nullable<Text>,
        same_as -> Array<Text>, image -> Nullable<Json>, article_count -> Integer,
    }
}
diesel::table! {
    delivery.entity_names (entity_id, name_key) { entity_id -> Uuid, name_key -> Text, whole -> Bool, }
}
diesel::table! {
    delivery.merged_entities (id) { id -> Uuid, into_id -> Uuid, }
}
diesel::table! {
    delivery.donation_links (id) {
        id -> Uuid, seq -> BigInt, provider -> Text, url -> Nullable<Text>, bank -> Nullable<Json>, call_to_action -> Json, thank_you -> Json,
        currency -> Nullable<Text>, suggested_amounts -> Array<BigInt>, placement -> Text,
    }
}
diesel::table! {
    delivery.donation_attachments (scope, owner_id, position) { scope -> SmallInt, owner_id -> Uuid, position -> Integer, link_id -> Uuid, }
}
diesel::table! {
    delivery.articles (id) {
        id -> Uuid, seq -> BigInt, slug -> Text, #[sql_name = "type"] article_type -> Text, language -> Text, section_id -> Nullable<Uuid>,
        headline -> Text, standfirst_html -> Nullable<Text>, standfirst_blocks -> Nullable<Json>, standfirst_text -> Nullable<Text>,
        body_html -> Nullable<Text>, outline -> Json, word_count -> Integer,
        reading_minutes -> Integer, renderer_version -> Integer, image -> Nullable<Json>, seo -> Nullable<Json>, canonical_url -> Nullable<Text>,
        guid -> Nullable<Text>, translation_of -> Nullable<Uuid>, donation_mode -> Text, published_at -> Timestamptz, last_update_at -> Nullable<Timestamptz>, fresh_at -> Timestamptz,
        modified_at -> Timestamptz, update_count -> Integer, correction_count -> Integer, updates -> Json,
    }
}
diesel::table! {
    delivery.article_texts (id) { id -> Uuid, body_blocks -> Json, body_text -> Text, }
}
diesel::table! {
    delivery.article_cards (id) { id -> Uuid, card -> Json, }
}
diesel::table! {
    delivery.stale_cards (kind, id) { kind -> Text, id -> Uuid, seq -> BigInt, }
}
diesel::table! {
    delivery.article_authors (article_id, position) {
        article_id -> Uuid, position -> Integer, author_id -> Uuid, published_at -> Nullable<Timestamptz>, fresh_at -> Nullable<Timestamptz>,
        modified_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    delivery.article_entities (article_id, position) {
        article_id -> Uuid, position -> Integer, entity_id -> Uuid, relation -> Text, published_at -> Nullable<Timestamptz>,
        language -> Nullable<Text>, section_id -> Nullable<Uuid>, fresh_at -> Nullable<Timestamptz>, modified_at -> Nullable<Timestamptz>,
        kind -> Nullable<Text>, leads -> Nullable<Bool>,
    }
}
diesel::table! {
    delivery.article_related (article_id, position) {
        article_id -> Uuid, position -> Integer, target_id -> Nullable<Uuid>, url -> Nullable<Text>, title -> Nullable<Text>,
    }
}
diesel::table! {
    delivery.slugs (kind, slug) { kind -> Text, slug -> Text, id -> Uuid, current -> Bool, }
}
diesel::table! {
    delivery.old_paths (path) { path -> Text, kind -> Text, id -> Uuid, }
}
diesel::table! {
    delivery.old_addresses (kind, pattern) { kind -> Text, pattern -> Text, until -> Timestamptz, }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::db::schema::Tsvector;

    delivery.article_search (id) {
        id -> Uuid, slug -> Text, #[sql_name = "type"] article_type -> Text, language -> Text, section_id -> Nullable<Uuid>, translation_of -> Nullable<Uuid>,
        published_at -> Timestamptz, fresh_at -> Timestamptz, modified_at -> Timestamptz, update_count -> Integer, stemming -> Text,
        vector -> Tsvector, room -> Nullable<Integer>, room_of -> Nullable<Integer>, appended -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::db::schema::Tsvector;

    delivery.appended_words (id) { id -> Uuid, since -> Timestamptz, vectors -> Array<Tsvector>, }
}
diesel::table! {
    delivery.words (stemming, word) { stemming -> Text, word -> Text, article_id -> Uuid, }
}
diesel::table! {
    delivery.media (id) {
        id -> Uuid, seq -> BigInt, mime -> Text, width -> Integer, height -> Integer, bytes -> BigInt, digest -> Text, animated -> Bool,
        widths -> Array<Integer>, focal_x -> Nullable<SmallInt>, focal_y -> Nullable<SmallInt>,
    }
}
diesel::table! {
    delivery.media_uses (kind, owner_id, media_id) { kind -> Text, owner_id -> Uuid, media_id -> Uuid, }
}
