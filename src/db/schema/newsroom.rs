//! Everything, every version: the tables of the `newsroom` schema.

diesel::table! {
    newsroom.site (id) {
        id -> Bool, version -> Integer, title -> Text, tagline -> Nullable<Text>, public_url -> Text, paths -> Json, default_language -> Text,
        time_zone -> Text, about -> Nullable<Json>, logo -> Nullable<Json>, social_links -> Json, copyright -> Nullable<Text>,
        licence -> Nullable<Text>, public_text -> Text, modified_at -> Timestamptz, checks -> Json,
        feeds -> Json, robots -> Json,
    }
}
diesel::table! {
    newsroom.slugs (kind, slug) { kind -> Text, slug -> Text, owner_id -> Uuid, public_since -> Nullable<Timestamptz>, }
}
diesel::table! {
    newsroom.sections (id) {
        id -> Uuid, version -> Integer, slug -> Text, name -> Text, names -> Json, description -> Nullable<Text>, position -> Integer,
        created_at -> Timestamptz, modified_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.authors (id) {
        id -> Uuid, version -> Integer, slug -> Text, name -> Text, biography -> Nullable<Json>, image -> Nullable<Json>, links -> Json,
        created_at -> Timestamptz, modified_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.entities (id) {
        id -> Uuid, version -> Integer, kind -> Text, slug -> Text, name -> Text, names -> Json, aliases -> Array<Text>, description -> Nullable<Text>,
        same_as -> Array<Text>, image -> Nullable<Json>, created_at -> Timestamptz, modified_at -> Timestamptz,
        names_version -> Nullable<Integer>,
    }
}
diesel::table! {
    newsroom.entity_names (entity_id, name_key) { entity_id -> Uuid, name_key -> Text, whole -> Bool, }
}
diesel::table! {
    newsroom.entity_merges (id) { id -> Uuid, into_id -> Uuid, was_public -> Bool, was -> Json, merged_at -> Timestamptz, }
}
diesel::table! {
    newsroom.donation_links (id) {
        id -> Uuid, version -> Integer, provider -> Text, url -> Nullable<Text>, bank -> Nullable<Json>, call_to_action -> Json, thank_you -> Json,
        currency -> Nullable<Text>, suggested_amounts -> Array<BigInt>, placement -> Text, created_at -> Timestamptz, modified_at -> Timestamptz,
        active_from -> Nullable<Timestamptz>, active_until -> Nullable<Timestamptz>, phase -> Text, due_at -> Nullable<Timestamptz>,
        public_since -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    newsroom.donation_attachments (owner_kind, owner_id, position) { owner_kind -> Text, owner_id -> Uuid, position -> Integer, link_id -> Uuid, }
}
diesel::table! {
    newsroom.articles (id) {
        id -> Uuid, status -> Text, version -> Integer, revision -> Integer, published_version -> Nullable<Integer>,
        published_at -> Nullable<Timestamptz>, modified_at -> Nullable<Timestamptz>, withdrawn_at -> Nullable<Timestamptz>,
        withdrawal_reason -> Nullable<Text>, guid -> Nullable<Text>, created_at -> Timestamptz, saved_at -> Timestamptz,
        purged_at -> Nullable<Timestamptz>, publish_at -> Nullable<Timestamptz>, withdraw_at -> Nullable<Timestamptz>,
        withdraw_reason -> Nullable<Text>, schedule_failure -> Nullable<Text>, withdraw_notice -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.lineage (id) { id -> Bool, told -> Nullable<Text>, }
}
diesel::table! {
    newsroom.previews (id) {
        id -> Uuid, article_id -> Uuid, version -> Nullable<Integer>, update_id -> Nullable<Uuid>, created_at -> Timestamptz, expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>, key_id -> Nullable<Uuid>, actor -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.article_versions (id) {
        id -> Uuid, article_id -> Uuid, number -> Integer, slug -> Text, #[sql_name = "type"] article_type -> Text, headline -> Text,
        standfirst -> Nullable<Json>, body -> Nullable<Json>, language -> Text, section_id -> Nullable<Uuid>, image -> Nullable<Json>,
        seo -> Nullable<Json>, canonical_url -> Nullable<Text>, translation_of -> Nullable<Uuid>, donation_mode -> Text, created_at -> Timestamptz, key_id -> Nullable<Uuid>,
        actor -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.article_version_authors (version_id, position) { version_id -> Uuid, position -> Integer, author_id -> Uuid, }
}
diesel::table! {
    newsroom.article_version_entities (version_id, position) { version_id -> Uuid, position -> Integer, entity_id -> Uuid, relation -> Text, }
}
diesel::table! {
    newsroom.article_version_related (version_id, position) {
        version_id -> Uuid, position -> Integer, article_id -> Nullable<Uuid>, url -> Nullable<Text>, title -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.article_version_donation_links (version_id, position) { version_id -> Uuid, position -> Integer, link_id -> Uuid, }
}
diesel::table! {
    newsroom.updates (id) {
        id -> Uuid, article_id -> Uuid, version -> Integer, revision -> Integer, number -> Nullable<Integer>, state -> Text,
        published_at -> Nullable<Timestamptz>, revised_at -> Nullable<Timestamptz>, retracted_at -> Nullable<Timestamptz>,
        retraction_reason -> Nullable<Text>, created_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.update_versions (id) {
        id -> Uuid, update_id -> Uuid, number -> Integer, kind -> Text, headline -> Nullable<Text>, body -> Json, concerns -> Nullable<Json>,
        created_at -> Timestamptz, key_id -> Nullable<Uuid>, actor -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.update_version_authors (version_id, position) { version_id -> Uuid, position -> Integer, author_id -> Uuid, }
}
diesel::table! {
    newsroom.kept_versions (kind, owner_id, number) {
        kind -> Text, owner_id -> Uuid, number -> Integer, content -> Json, created_at -> Timestamptz, key_id -> Nullable<Uuid>,
        actor -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.api_keys (id) {
        id -> Uuid, name -> Text, role -> Text, scopes -> Array<Text>, hash -> Bytea, hint -> Text, created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>, revoked_at -> Nullable<Timestamptz>, version -> Integer, rotated_at -> Nullable<Timestamptz>,
        previous_hash -> Nullable<Bytea>, previous_hint -> Nullable<Text>, previous_valid_until -> Nullable<Timestamptz>,
        partner_id -> Nullable<Uuid>,
    }
}
diesel::table! {
    newsroom.api_key_uses (key_id) { key_id -> Uuid, last_used_at -> Timestamptz, }
}
diesel::table! {
    newsroom.audit (id) {
        id -> Uuid, at -> Timestamptz, key_id -> Nullable<Uuid>, key_name -> Text, actor -> Nullable<Text>, request_id -> Text, action -> Text,
        subject_kind -> Text, subject_id -> Nullable<Uuid>, version_from -> Nullable<Text>, version_to -> Nullable<Text>, reason -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.idempotency (key_id, route, key) {
        key_id -> Uuid, route -> Text, key -> Text, body_hash -> Bytea, status -> Nullable<SmallInt>, headers -> Nullable<Json>,
        body -> Nullable<Text>, created_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.old_paths (path) { path -> Text, kind -> Text, owner_id -> Uuid, }
}
diesel::table! {
    newsroom.imported (source, source_kind, source_id) {
        source -> Text, source_kind -> Text, source_id -> Text, owner_id -> Uuid, fingerprint -> Bytea, revision -> Integer,
        imported_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.old_addresses (kind, pattern) { kind -> Text, pattern -> Text, until -> Timestamptz, }
}

diesel::table! {
    newsroom.removed (kind, id) { kind -> Text, id -> Uuid, slug -> Nullable<Text>, removed_at -> Timestamptz, }
}
diesel::table! {
    newsroom.rebuild (id) { id -> Bool, program -> Text, step -> Text, after_id -> Uuid, begun_at -> Timestamptz, }
}
diesel::table! {
    newsroom.media (id) {
        id -> Uuid, version -> Integer, mime -> Text, width -> Integer, height -> Integer, bytes -> BigInt, digest -> Text, source_digest -> Text,
        animated -> Bool, widths -> Array<Integer>, file_name -> Nullable<Text>, source_url -> Nullable<Text>, alt -> Nullable<Text>,
        caption -> Nullable<Text>, credit -> Nullable<Text>, focal_x -> Nullable<SmallInt>, focal_y -> Nullable<SmallInt>,
        created_at -> Timestamptz, modified_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.media_uses (kind, owner_id, media_id) { kind -> Text, owner_id -> Uuid, media_id -> Uuid, }
}
diesel::table! {
    newsroom.media_removals (media_id) { media_id -> Uuid, noted_at -> Timestamptz, }
}
diesel::table! {
    newsroom.partners (id) {
        id -> Uuid, version -> Integer, terms -> Integer, name -> Text, sections -> Nullable<Array<Uuid>>, languages -> Nullable<Array<Text>>,
        entities -> Nullable<Array<Uuid>>, text -> Text, media -> Bool, embargo_seconds -> Integer, licence -> Nullable<Text>,
        quota_per_day -> Nullable<Integer>, networks -> Nullable<Array<Text>>, begins_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>, created_at -> Timestamptz, modified_at -> Timestamptz, terms_since -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    newsroom.partner_days (partner_id, day) { partner_id -> Uuid, day -> Date, used -> Integer, }
}
diesel::table! {
    newsroom.notices (id) {
        id -> Uuid, article_id -> Uuid, kind -> Text, update_number -> Nullable<Integer>, text -> Nullable<Text>, at -> Timestamptz,
        epoch -> Nullable<Integer>, seq -> Nullable<BigInt>, section_id -> Nullable<Uuid>, language -> Nullable<Text>,
        entity_ids -> Nullable<Array<Uuid>>, held -> Nullable<Array<Integer>>,
    }
}
diesel::table! {
    newsroom.notice_partners (partner_id, notice_id) {
        partner_id -> Uuid, notice_id -> Uuid, seq -> BigInt, at -> Timestamptz, has_read -> Bool, acknowledged -> Bool,
    }
}
diesel::table! {
    newsroom.acknowledgements (notice_id, partner_id) {
        notice_id -> Uuid, partner_id -> Uuid, at -> Timestamptz, key_id -> Nullable<Uuid>, note -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.partner_reads (partner_id, article_id) {
        partner_id -> Uuid, article_id -> Uuid, first_epoch -> Integer, first_seq -> BigInt, epoch -> Integer, seq -> BigInt,
        text_epoch -> Nullable<Integer>, text_seq -> Nullable<BigInt>, updates_epoch -> Nullable<Integer>, updates_seq -> Nullable<BigInt>,
        first_at -> Timestamptz, last_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.texts_since (article_id) {
        article_id -> Uuid, text_epoch -> Nullable<Integer>, text_seq -> Nullable<BigInt>,
        updates_epoch -> Nullable<Integer>, updates_seq -> Nullable<BigInt>,
    }
}
diesel::table! {
    newsroom.embargoes (id) { id -> Uuid, seconds -> Integer, released_until -> Timestamptz, }
}
diesel::table! {
    newsroom.webhooks (id) {
        id -> Uuid, version -> Integer, url -> Text, description -> Nullable<Text>, events -> Array<Text>, sections -> Nullable<Array<Uuid>>,
        enabled -> Bool, disabled_reason -> Nullable<Text>, disabled_at -> Nullable<Timestamptz>, secret -> Bytea,
        previous_secret -> Nullable<Bytea>, previous_until -> Nullable<Timestamptz>, cursor_epoch -> Integer, cursor_seq -> BigInt,
        round -> Integer, missed_after -> Nullable<Text>, missed_until -> Nullable<Text>, missed_at -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>, last_success_at -> Nullable<Timestamptz>, created_at -> Timestamptz, modified_at -> Timestamptz, partner_id -> Nullable<Uuid>,
    }
}
diesel::table! {
    newsroom.webhook_deliveries (id) {
        id -> Uuid, position -> BigInt, webhook_id -> Uuid, round -> Integer, epoch -> Nullable<Integer>, seq -> Nullable<BigInt>, event -> Text,
        article_id -> Nullable<Uuid>, replay_of -> Nullable<Uuid>, state -> Text, waits -> Bool, attempts -> Integer,
        first_at -> Nullable<Timestamptz>, next_at -> Timestamptz, lease -> Nullable<Uuid>, body -> Nullable<Text>, note -> Nullable<Text>,
        created_at -> Timestamptz, finished_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    newsroom.webhook_attempts (delivery_id, number) {
        delivery_id -> Uuid, number -> Integer, at -> Timestamptz, duration_ms -> Integer, status -> Nullable<Integer>, headers -> Json,
        answer -> Nullable<Text>, failure -> Nullable<Text>,
    }
}
diesel::table! {
    newsroom.websub_subscriptions (id) {
        id -> Uuid, line -> Uuid, callback -> Text, host -> Text, topic -> Text, scope_id -> Nullable<Uuid>, secret -> Nullable<Bytea>,
        lease_until -> Timestamptz, looked_epoch -> Integer, looked_seq -> BigInt, sent_digest -> Bytea, sent_at -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>, created_at -> Timestamptz, verified_at -> Timestamptz,
    }
}
diesel::table! {
    newsroom.websub_messages (id) {
        id -> Uuid, subscription -> Uuid, line -> Uuid, kind -> Text, callback -> Text, host -> Text, topic -> Text, scope_id -> Nullable<Uuid>,
        secret -> Nullable<Bytea>, lease_seconds -> Nullable<Integer>, reason -> Nullable<Text>, state -> Text, attempts -> Integer,
        first_at -> Nullable<Timestamptz>, next_at -> Timestamptz, lease -> Nullable<Uuid>, status -> Nullable<Integer>,
        failure -> Nullable<Text>, created_at -> Timestamptz, finished_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    articles, article_versions, article_version_authors, article_version_entities, article_version_related,
    article_version_donation_links, authors, entities, sections, donation_links, donation_attachments, updates, update_versions,
    update_version_authors, imported, old_paths, entity_names, entity_merges,
);
diesel::allow_tables_to_appear_in_same_query!(api_keys, api_key_uses);
