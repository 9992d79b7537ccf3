-- What each table and column holds, in which unit, and who writes it. For people at a psql prompt: \d+ newsroom.articles.
--
-- Said once, here: ids of things that readers know are random UUIDs (v4), ids of versions and audit rows are UUIDs of version 7.
-- Times are by the database's clock, in milliseconds. `json` columns are written by Kroniek from checked types, never passed through.

COMMENT ON SCHEMA newsroom IS 'Everything, every version. Written by management, the command line and imports, as the owner. Readers never see it.';
COMMENT ON SCHEMA delivery IS 'What readers may see, shaped for reading. Written by the door (src/publishing) alone; delivery''s login may select and nothing else.';

-- newsroom ------------------------------------------------------------------------------------------------------------------------------

COMMENT ON TABLE  newsroom.site IS 'The publication: always one row. Made by the first migration, changed by management.';
COMMENT ON COLUMN newsroom.site.id IS 'Always true, so that there can be one row only.';
COMMENT ON COLUMN newsroom.site.version IS 'How often it was written, from 1; its ETag. 1 means that nobody has set it up yet.';
COMMENT ON COLUMN newsroom.site.title IS 'The title; at most 200 characters.';
COMMENT ON COLUMN newsroom.site.tagline IS 'What it is, in a line of at most 300 characters.';
COMMENT ON COLUMN newsroom.site.public_url IS 'Where the frontend is: an absolute http or https address without query and fragment.';
COMMENT ON COLUMN newsroom.site.paths IS 'Path patterns of the frontend by kind of thing: article, section, author, entity.';
COMMENT ON COLUMN newsroom.site.default_language IS 'The language (BCP 47) of what has none of its own.';
COMMENT ON COLUMN newsroom.site.time_zone IS 'The newsroom''s time zone (IANA), for frontends; no stored time depends on it.';
COMMENT ON COLUMN newsroom.site.about IS 'The box about the publication: a rich text with its source and all that was rendered from it.';
COMMENT ON COLUMN newsroom.site.logo IS 'The mark: url and alt.';
COMMENT ON COLUMN newsroom.site.social_links IS 'Where else to find it: a list of label and url.';
COMMENT ON COLUMN newsroom.site.copyright IS 'Whose the rights are.';
COMMENT ON COLUMN newsroom.site.licence IS 'What others may do with the texts.';
COMMENT ON COLUMN newsroom.site.public_text IS 'How much of a text anyone may read: full, excerpt or none. Only full can be set so far.';
COMMENT ON COLUMN newsroom.site.modified_at IS 'When it was last written.';

COMMENT ON TABLE  newsroom.slugs IS 'Whose a slug is, for each kind of thing over all languages. Claimed by every write that names something.';
COMMENT ON COLUMN newsroom.slugs.kind IS 'What it names: section, author, entity or article.';
COMMENT ON COLUMN newsroom.slugs.slug IS 'Lower-case ASCII words joined by single dashes; at most 120 characters.';
COMMENT ON COLUMN newsroom.slugs.owner_id IS 'The thing whose it is. A removed thing keeps the slugs that readers have known.';
COMMENT ON COLUMN newsroom.slugs.public_since IS 'When a section or article first had it in public. Without it, an article gives the slug back when it takes another.';

COMMENT ON TABLE  newsroom.sections IS 'The parts of the site. Public from the moment that they are made. Written by management and imports.';
COMMENT ON COLUMN newsroom.sections.id IS 'The section''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.sections.version IS 'How often it was written, from 1; its ETag.';
COMMENT ON COLUMN newsroom.sections.slug IS 'The slug it has now.';
COMMENT ON COLUMN newsroom.sections.name IS 'The name; at most 200 characters.';
COMMENT ON COLUMN newsroom.sections.description IS 'What it is about, as plain text of at most 2,000 characters.';
COMMENT ON COLUMN newsroom.sections.position IS 'Where it stands in the menu, from low to high; equal ones by name.';
COMMENT ON COLUMN newsroom.sections.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.sections.modified_at IS 'When it, or the list of donation links on it, was last written.';

COMMENT ON TABLE  newsroom.authors IS 'Who writes. Reaches delivery when something published first names them. Written by management and imports.';
COMMENT ON COLUMN newsroom.authors.id IS 'The author''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.authors.version IS 'How often it was written, from 1; its ETag.';
COMMENT ON COLUMN newsroom.authors.slug IS 'The slug it has now.';
COMMENT ON COLUMN newsroom.authors.name IS 'The name; at most 200 characters.';
COMMENT ON COLUMN newsroom.authors.biography IS 'Who it is: a rich text with its source and all that was rendered from it.';
COMMENT ON COLUMN newsroom.authors.image IS 'A portrait: url, alt, caption, credit, and width and height in pixels.';
COMMENT ON COLUMN newsroom.authors.links IS 'Where else to find them: a list of label and url.';
COMMENT ON COLUMN newsroom.authors.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.authors.modified_at IS 'When it was last written.';

COMMENT ON TABLE  newsroom.entities IS 'What articles are about. Reaches delivery when something published first refers to it. Written by management and imports.';
COMMENT ON COLUMN newsroom.entities.id IS 'The entity''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.entities.version IS 'How often it was written, from 1; its ETag.';
COMMENT ON COLUMN newsroom.entities.kind IS 'person, organisation, place, topic, event or work.';
COMMENT ON COLUMN newsroom.entities.slug IS 'The slug it has now.';
COMMENT ON COLUMN newsroom.entities.name IS 'The name; at most 200 characters. With the kind, in any case, it finds an entity that an article names.';
COMMENT ON COLUMN newsroom.entities.aliases IS 'Other names it goes by; at most 50.';
COMMENT ON COLUMN newsroom.entities.description IS 'Who or what it is, as plain text of at most 2,000 characters.';
COMMENT ON COLUMN newsroom.entities.same_as IS 'Addresses of the same thing elsewhere, such as at Wikidata; at most 50.';
COMMENT ON COLUMN newsroom.entities.image IS 'A picture: url, alt, caption, credit, and width and height in pixels.';
COMMENT ON COLUMN newsroom.entities.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.entities.modified_at IS 'When it was last written.';

COMMENT ON TABLE  newsroom.donation_links IS 'How readers support the writers. Reaches delivery when it hangs on something public. Written by management.';
COMMENT ON COLUMN newsroom.donation_links.id IS 'The link''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.donation_links.version IS 'How often it was written, from 1; its ETag.';
COMMENT ON COLUMN newsroom.donation_links.provider IS 'Who takes the money; bank_transfer has bank details, every other an address.';
COMMENT ON COLUMN newsroom.donation_links.url IS 'Where to give: an https address.';
COMMENT ON COLUMN newsroom.donation_links.bank IS 'Where a transfer goes: iban, bic, beneficiary (at most 70 characters) and remittance (at most 140).';
COMMENT ON COLUMN newsroom.donation_links.call_to_action IS 'What asks the reader to give: texts by language tag.';
COMMENT ON COLUMN newsroom.donation_links.thank_you IS 'What thanks those who gave: texts by language tag.';
COMMENT ON COLUMN newsroom.donation_links.currency IS 'The currency of the amounts (ISO 4217).';
COMMENT ON COLUMN newsroom.donation_links.suggested_amounts IS 'Amounts to offer, in the currency''s minor unit (250 is 2.50 EUR, 250 JPY is 250 yen); at most 10.';
COMMENT ON COLUMN newsroom.donation_links.placement IS 'Where the frontend shows it, in its own words; article_end unless told.';
COMMENT ON COLUMN newsroom.donation_links.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.donation_links.modified_at IS 'When it was last written.';

COMMENT ON TABLE  newsroom.donation_attachments IS 'The links that hang on the site and on sections. An article''s own stand in its versions. Written whole, a list at a time, by management.';
COMMENT ON COLUMN newsroom.donation_attachments.owner_kind IS 'site or section.';
COMMENT ON COLUMN newsroom.donation_attachments.owner_id IS 'The section; all zeros for the site.';
COMMENT ON COLUMN newsroom.donation_attachments.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.donation_attachments.link_id IS 'The link.';

COMMENT ON TABLE  newsroom.articles IS 'What stands beside an article''s versions: where it is in its life. Every write of an article locks its row. Written by management and imports.';
COMMENT ON COLUMN newsroom.articles.id IS 'The article''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.articles.status IS 'draft (never published), published, or withdrawn (410 for readers).';
COMMENT ON COLUMN newsroom.articles.version IS 'The number of its newest version, the working copy.';
COMMENT ON COLUMN newsroom.articles.revision IS 'How often it was saved, published or withdrawn, from 1. With version it makes the ETag; updates count their own.';
COMMENT ON COLUMN newsroom.articles.published_version IS 'The number of the version that readers see, or last saw.';
COMMENT ON COLUMN newsroom.articles.published_at IS 'First publication; set once.';
COMMENT ON COLUMN newsroom.articles.modified_at IS 'The last change that readers could see; its updates count.';
COMMENT ON COLUMN newsroom.articles.withdrawn_at IS 'When it was withdrawn; none once it is published again.';
COMMENT ON COLUMN newsroom.articles.withdrawal_reason IS 'Why, for the newsroom''s own record.';
COMMENT ON COLUMN newsroom.articles.guid IS 'The id by which feed readers knew it before an import. Kept so that no feed shows the archive as new.';
COMMENT ON COLUMN newsroom.articles.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.articles.saved_at IS 'When its newest version was saved.';

COMMENT ON TABLE  newsroom.article_versions IS 'What an article said each time it was saved. A row, once written, never changes, but for what is rendered from its sources; a trigger sees to it.';
COMMENT ON COLUMN newsroom.article_versions.id IS 'The version''s id; it never leaves the newsroom.';
COMMENT ON COLUMN newsroom.article_versions.article_id IS 'Whose version it is.';
COMMENT ON COLUMN newsroom.article_versions.number IS '1, 2, 3 … in the order saved.';
COMMENT ON COLUMN newsroom.article_versions.slug IS 'The slug that this version has or wants in public.';
COMMENT ON COLUMN newsroom.article_versions.type IS 'article, or page for the colophon and its like, which lists leave out.';
COMMENT ON COLUMN newsroom.article_versions.headline IS 'The headline; at most 300 characters.';
COMMENT ON COLUMN newsroom.article_versions.standfirst IS 'The introduction: a rich text (source of at most 5,000 characters) and all that was rendered from it.';
COMMENT ON COLUMN newsroom.article_versions.body IS 'The text: format and source as written (at most 1 MB), and html, blocks, text, outline, word_count, reading_minutes, renderer_version.';
COMMENT ON COLUMN newsroom.article_versions.language IS 'The language (BCP 47).';
COMMENT ON COLUMN newsroom.article_versions.section_id IS 'The section, if it is in one.';
COMMENT ON COLUMN newsroom.article_versions.image IS 'The picture: url, alt, caption, credit, and width and height in pixels.';
COMMENT ON COLUMN newsroom.article_versions.seo IS 'What search engines are told: title, description, noindex.';
COMMENT ON COLUMN newsroom.article_versions.canonical_url IS 'The address of the original, where this is not it.';
COMMENT ON COLUMN newsroom.article_versions.donation_mode IS 'inherit (the section''s links, else the site''s), none, or own (article_version_donation_links).';
COMMENT ON COLUMN newsroom.article_versions.created_at IS 'When it was saved.';
COMMENT ON COLUMN newsroom.article_versions.key_id IS 'The API key that saved it; none for the command line and imports.';
COMMENT ON COLUMN newsroom.article_versions.actor IS 'The person that the key wrote for, as the header Kroniek-Actor told.';

COMMENT ON TABLE  newsroom.article_version_authors IS 'The byline of a version.';
COMMENT ON COLUMN newsroom.article_version_authors.version_id IS 'The version.';
COMMENT ON COLUMN newsroom.article_version_authors.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.article_version_authors.author_id IS 'The author.';

COMMENT ON TABLE  newsroom.article_version_entities IS 'What a version is about or mentions.';
COMMENT ON COLUMN newsroom.article_version_entities.version_id IS 'The version.';
COMMENT ON COLUMN newsroom.article_version_entities.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.article_version_entities.entity_id IS 'The entity.';
COMMENT ON COLUMN newsroom.article_version_entities.relation IS 'about or mentions.';

COMMENT ON TABLE  newsroom.article_version_related IS 'What the editor of a version picked as related: articles, and pages elsewhere.';
COMMENT ON COLUMN newsroom.article_version_related.version_id IS 'The version.';
COMMENT ON COLUMN newsroom.article_version_related.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.article_version_related.article_id IS 'The article picked, published or not.';
COMMENT ON COLUMN newsroom.article_version_related.url IS 'The address of a page elsewhere, in place of an article.';
COMMENT ON COLUMN newsroom.article_version_related.title IS 'The title of the page elsewhere; at most 300 characters.';

COMMENT ON TABLE  newsroom.article_version_donation_links IS 'A version''s own donation links, where its donation_mode is own.';
COMMENT ON COLUMN newsroom.article_version_donation_links.version_id IS 'The version.';
COMMENT ON COLUMN newsroom.article_version_donation_links.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.article_version_donation_links.link_id IS 'The link.';

COMMENT ON TABLE  newsroom.updates IS 'Dated additions to articles: where each is in its life. Once shown, a row is never removed. Written by management and imports.';
COMMENT ON COLUMN newsroom.updates.id IS 'The update''s id, the same in delivery.';
COMMENT ON COLUMN newsroom.updates.article_id IS 'Its article.';
COMMENT ON COLUMN newsroom.updates.version IS 'The number of its newest text.';
COMMENT ON COLUMN newsroom.updates.revision IS 'How often it was written in all, from 1. With version it makes the ETag.';
COMMENT ON COLUMN newsroom.updates.number IS '1, 2, 3 … in the order shown, given when it is shown; none for a draft.';
COMMENT ON COLUMN newsroom.updates.state IS 'draft, shown, or retracted (place, date and reason stay for readers, the text goes).';
COMMENT ON COLUMN newsroom.updates.published_at IS 'When it was shown, or the earlier date it was given. A draft may have the date that it will be shown under.';
COMMENT ON COLUMN newsroom.updates.revised_at IS 'When its text last changed after it was shown.';
COMMENT ON COLUMN newsroom.updates.retracted_at IS 'When it was retracted.';
COMMENT ON COLUMN newsroom.updates.retraction_reason IS 'Why, for readers; at most 1,000 characters.';
COMMENT ON COLUMN newsroom.updates.created_at IS 'When it was made.';

COMMENT ON TABLE  newsroom.update_versions IS 'What an update said each time it was written. A row, once written, never changes, but for what is rendered from its source; a trigger sees to it.';
COMMENT ON COLUMN newsroom.update_versions.id IS 'The version''s id; it never leaves the newsroom.';
COMMENT ON COLUMN newsroom.update_versions.update_id IS 'Whose version it is.';
COMMENT ON COLUMN newsroom.update_versions.number IS '1, 2, 3 … in the order written.';
COMMENT ON COLUMN newsroom.update_versions.kind IS 'update, correction or clarification.';
COMMENT ON COLUMN newsroom.update_versions.headline IS 'Its own headline; at most 300 characters.';
COMMENT ON COLUMN newsroom.update_versions.body IS 'The text: format and source as written (at most 1 MB), and all that was rendered from it; anchors begin with a prefix of the update''s id.';
COMMENT ON COLUMN newsroom.update_versions.created_at IS 'When it was written.';
COMMENT ON COLUMN newsroom.update_versions.key_id IS 'The API key that wrote it; none for the command line and imports.';
COMMENT ON COLUMN newsroom.update_versions.actor IS 'The person that the key wrote for, as the header Kroniek-Actor told.';

COMMENT ON TABLE  newsroom.update_version_authors IS 'The byline of a version of an update.';
COMMENT ON COLUMN newsroom.update_version_authors.version_id IS 'The version.';
COMMENT ON COLUMN newsroom.update_version_authors.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN newsroom.update_version_authors.author_id IS 'The author.';

COMMENT ON FUNCTION newsroom.refuse_version_change() IS 'Refuses to change a version, but for what is rendered from its sources.';

COMMENT ON TABLE  newsroom.api_keys IS 'Credentials of tools. The key itself is never stored. Written by `kroniek keys` and `kroniek demo`.';
COMMENT ON COLUMN newsroom.api_keys.id IS 'The key''s id, for revoking it.';
COMMENT ON COLUMN newsroom.api_keys.name IS 'For whom or what it is; at most 100 characters.';
COMMENT ON COLUMN newsroom.api_keys.role IS 'The bundle that its scopes came from: author, editor, admin or partner. For people; only scopes count.';
COMMENT ON COLUMN newsroom.api_keys.scopes IS 'What it may do, fixed when it was made.';
COMMENT ON COLUMN newsroom.api_keys.hash IS 'SHA-256 of the key.';
COMMENT ON COLUMN newsroom.api_keys.hint IS 'The first characters of the key, to tell keys apart.';
COMMENT ON COLUMN newsroom.api_keys.created_at IS 'When it was made.';
COMMENT ON COLUMN newsroom.api_keys.expires_at IS 'When it ends by itself.';
COMMENT ON COLUMN newsroom.api_keys.revoked_at IS 'When it was revoked.';

COMMENT ON TABLE  newsroom.audit IS 'Who wrote what: a row for every write of content, in the write''s own transaction. Rows are never changed.';
COMMENT ON COLUMN newsroom.audit.id IS 'The row''s id; they sort by time.';
COMMENT ON COLUMN newsroom.audit.at IS 'The time of the write.';
COMMENT ON COLUMN newsroom.audit.key_id IS 'The API key; none for the command line. Not a reference: the row outlives the key.';
COMMENT ON COLUMN newsroom.audit.key_name IS 'The key''s name then, or the command.';
COMMENT ON COLUMN newsroom.audit.actor IS 'The person that the key wrote for, as the header Kroniek-Actor told.';
COMMENT ON COLUMN newsroom.audit.request_id IS 'The id of the request, as in the log; of a command''s run, one of its own.';
COMMENT ON COLUMN newsroom.audit.action IS 'The operation''s id in the OpenAPI document, or the command.';
COMMENT ON COLUMN newsroom.audit.subject_kind IS 'What was written: site, section, author, entity, donation_link, article or update.';
COMMENT ON COLUMN newsroom.audit.subject_id IS 'Its id; none for the site.';
COMMENT ON COLUMN newsroom.audit.version_from IS 'Its version before, as its ETag names it without quotes; none for a new thing.';
COMMENT ON COLUMN newsroom.audit.version_to IS 'Its version after; none for a removed thing.';

COMMENT ON TABLE  newsroom.idempotency IS 'Answers kept for retries, committed with the write itself. Each node forgets those older than 24 hours, once an hour.';
COMMENT ON COLUMN newsroom.idempotency.key_id IS 'The API key of the request.';
COMMENT ON COLUMN newsroom.idempotency.route IS 'Method and path of the request.';
COMMENT ON COLUMN newsroom.idempotency.key IS 'The client''s Idempotency-Key; at most 200 characters.';
COMMENT ON COLUMN newsroom.idempotency.body_hash IS 'SHA-256 of the request''s body.';
COMMENT ON COLUMN newsroom.idempotency.status IS 'The answer''s HTTP status.';
COMMENT ON COLUMN newsroom.idempotency.headers IS 'The answer''s Location and ETag: a list of name and value.';
COMMENT ON COLUMN newsroom.idempotency.body IS 'The answer''s body; empty when it had none.';
COMMENT ON COLUMN newsroom.idempotency.created_at IS 'When the request came.';

COMMENT ON TABLE  newsroom.old_paths IS 'Addresses that things had on the site they were imported from. Written by imports.';
COMMENT ON COLUMN newsroom.old_paths.path IS 'The path, with its query where that names the thing (/?p=12); no slash at its end.';
COMMENT ON COLUMN newsroom.old_paths.kind IS 'What it leads to: section, author, entity or article.';
COMMENT ON COLUMN newsroom.old_paths.owner_id IS 'The thing.';

COMMENT ON TABLE  newsroom.imported IS 'What an import made of each of its source''s records, so that a second run changes nothing. Written by imports.';
COMMENT ON COLUMN newsroom.imported.source IS 'The site that was exported: wordpress: and its address.';
COMMENT ON COLUMN newsroom.imported.source_kind IS 'What the record is there: post, author or category.';
COMMENT ON COLUMN newsroom.imported.source_id IS 'What the record is known by there: a post''s number, an author''s login, a category''s slug.';
COMMENT ON COLUMN newsroom.imported.owner_id IS 'The article, author or section made of it.';
COMMENT ON COLUMN newsroom.imported.fingerprint IS 'SHA-256 of all that a post said then, its picture included; empty for authors and categories.';
COMMENT ON COLUMN newsroom.imported.revision IS 'An article''s revision when the import left it: another one now means that somebody has edited it here.';
COMMENT ON COLUMN newsroom.imported.imported_at IS 'When the import last wrote it.';

-- delivery ------------------------------------------------------------------------------------------------------------------------------

COMMENT ON TABLE  delivery.head IS 'Where the change log stands: always one row. The door locks it before it reads what it projects, and until it commits.';
COMMENT ON COLUMN delivery.head.id IS 'Always true, so that there can be one row only.';
COMMENT ON COLUMN delivery.head.epoch IS 'The epoch of the log: another one begins when commits may have been lost. Shown as epoch-seq in Kroniek-Seq.';
COMMENT ON COLUMN delivery.head.seq IS 'The number of the last change; 0 before the first.';

COMMENT ON TABLE  delivery.changes IS 'The change log: a row for each committed write that readers can see. No content, only what it was about.';
COMMENT ON COLUMN delivery.changes.seq IS '1, 2, 3 … without gaps, in the order of the commits.';
COMMENT ON COLUMN delivery.changes.committed_at IS 'When, a moment before the commit.';
COMMENT ON COLUMN delivery.changes.kind IS 'What it was about: site, section, author, entity, donation_link or article. An import''s batch says site.';
COMMENT ON COLUMN delivery.changes.id IS 'Its id; none for the site and for a batch.';
COMMENT ON COLUMN delivery.changes.event IS 'article.published, article.changed, article.withdrawn, update.appended, update.revised, update.retracted; changed or removed for other things.';
COMMENT ON COLUMN delivery.changes.update_number IS 'The number of the update it was about.';
COMMENT ON COLUMN delivery.changes.quiet IS 'Whether it came from an import or bulk load, which readers that keep copies learn of and nobody is told.';
COMMENT ON COLUMN delivery.changes.keys IS 'The keys of all that was touched, as before and as after, sorted: article:id, slug:article:slug, articles:section:id and their like.';

COMMENT ON TABLE  delivery.tombstones IS 'What was public and is no longer. What stands here answers 410.';
COMMENT ON COLUMN delivery.tombstones.kind IS 'What it was: section, author, entity, donation_link or article.';
COMMENT ON COLUMN delivery.tombstones.id IS 'Its id.';
COMMENT ON COLUMN delivery.tombstones.seq IS 'The change that took it away.';
COMMENT ON COLUMN delivery.tombstones.withdrawn IS 'Whether it was withdrawn and may come back; else it was removed for good.';
COMMENT ON COLUMN delivery.tombstones.deleted_at IS 'When.';

COMMENT ON TABLE  delivery.site IS 'The publication as readers see it: always one row.';
COMMENT ON COLUMN delivery.site.id IS 'Always true, so that there can be one row only.';
COMMENT ON COLUMN delivery.site.seq IS 'The change that wrote it.';
COMMENT ON COLUMN delivery.site.title IS 'The title.';
COMMENT ON COLUMN delivery.site.tagline IS 'What it is, in a line.';
COMMENT ON COLUMN delivery.site.public_url IS 'Where the frontend is.';
COMMENT ON COLUMN delivery.site.paths IS 'Path patterns of the frontend by kind of thing.';
COMMENT ON COLUMN delivery.site.default_language IS 'The language (BCP 47) of what has none of its own.';
COMMENT ON COLUMN delivery.site.time_zone IS 'The newsroom''s time zone (IANA).';
COMMENT ON COLUMN delivery.site.about_html IS 'The about box as HTML.';
COMMENT ON COLUMN delivery.site.about_blocks IS 'The about box as blocks.';
COMMENT ON COLUMN delivery.site.about_text IS 'The about box as plain text.';
COMMENT ON COLUMN delivery.site.logo IS 'The mark: url and alt.';
COMMENT ON COLUMN delivery.site.social_links IS 'Where else to find it: a list of label and url.';
COMMENT ON COLUMN delivery.site.copyright IS 'Whose the rights are.';
COMMENT ON COLUMN delivery.site.licence IS 'What others may do with the texts.';
COMMENT ON COLUMN delivery.site.public_text IS 'How much of a text anyone may read.';

COMMENT ON TABLE  delivery.sections IS 'Sections as readers see them: every one.';
COMMENT ON COLUMN delivery.sections.id IS 'The section''s id.';
COMMENT ON COLUMN delivery.sections.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.sections.slug IS 'The slug it has now.';
COMMENT ON COLUMN delivery.sections.name IS 'The name.';
COMMENT ON COLUMN delivery.sections.description IS 'What it is about.';
COMMENT ON COLUMN delivery.sections.position IS 'Where it stands in the menu, from low to high; equal ones by name.';

COMMENT ON TABLE  delivery.authors IS 'Authors that something published names, or once named.';
COMMENT ON COLUMN delivery.authors.id IS 'The author''s id.';
COMMENT ON COLUMN delivery.authors.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.authors.slug IS 'The slug it has now.';
COMMENT ON COLUMN delivery.authors.name IS 'The name. Joined when read, so that renaming an author writes one row.';
COMMENT ON COLUMN delivery.authors.biography_html IS 'Who it is, as HTML.';
COMMENT ON COLUMN delivery.authors.biography_blocks IS 'Who it is, as blocks.';
COMMENT ON COLUMN delivery.authors.biography_text IS 'Who it is, as plain text.';
COMMENT ON COLUMN delivery.authors.image IS 'A portrait: url, alt, caption, credit, and width and height in pixels.';
COMMENT ON COLUMN delivery.authors.links IS 'Where else to find them: a list of label and url.';

COMMENT ON TABLE  delivery.entities IS 'Entities that something published refers to, or once referred to.';
COMMENT ON COLUMN delivery.entities.id IS 'The entity''s id.';
COMMENT ON COLUMN delivery.entities.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.entities.kind IS 'person, organisation, place, topic, event or work.';
COMMENT ON COLUMN delivery.entities.slug IS 'The slug it has now.';
COMMENT ON COLUMN delivery.entities.name IS 'The name. Joined when read, so that renaming an entity writes one row.';
COMMENT ON COLUMN delivery.entities.aliases IS 'Other names it goes by.';
COMMENT ON COLUMN delivery.entities.description IS 'Who or what it is.';
COMMENT ON COLUMN delivery.entities.same_as IS 'Addresses of the same thing elsewhere.';
COMMENT ON COLUMN delivery.entities.image IS 'A picture: url, alt, caption, credit, and width and height in pixels.';

COMMENT ON TABLE  delivery.donation_links IS 'Donation links that hang on something public, or once did.';
COMMENT ON COLUMN delivery.donation_links.id IS 'The link''s id.';
COMMENT ON COLUMN delivery.donation_links.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.donation_links.provider IS 'Who takes the money.';
COMMENT ON COLUMN delivery.donation_links.url IS 'Where to give.';
COMMENT ON COLUMN delivery.donation_links.bank IS 'Where a transfer goes: iban, bic, beneficiary and remittance.';
COMMENT ON COLUMN delivery.donation_links.call_to_action IS 'What asks the reader to give: texts by language tag.';
COMMENT ON COLUMN delivery.donation_links.thank_you IS 'What thanks those who gave: texts by language tag.';
COMMENT ON COLUMN delivery.donation_links.currency IS 'The currency of the amounts (ISO 4217).';
COMMENT ON COLUMN delivery.donation_links.suggested_amounts IS 'Amounts to offer, in the currency''s minor unit.';
COMMENT ON COLUMN delivery.donation_links.placement IS 'Where the frontend shows it, in its own words.';

COMMENT ON TABLE  delivery.donation_attachments IS 'What donation links hang on. Of those an article can show, the lowest scope that has any is in effect.';
COMMENT ON COLUMN delivery.donation_attachments.scope IS '1 an article''s own, 2 its section''s, 3 the site''s.';
COMMENT ON COLUMN delivery.donation_attachments.owner_id IS 'The article or section; all zeros for the site.';
COMMENT ON COLUMN delivery.donation_attachments.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN delivery.donation_attachments.link_id IS 'The link.';

COMMENT ON TABLE  delivery.articles IS 'Published articles and pages, each with its updates ready to send. Written anew, whole, by every change of it.';
COMMENT ON COLUMN delivery.articles.id IS 'The article''s id.';
COMMENT ON COLUMN delivery.articles.seq IS 'The change that last wrote it.';
COMMENT ON COLUMN delivery.articles.slug IS 'The slug it has now.';
COMMENT ON COLUMN delivery.articles.type IS 'article, or page, which lists leave out unless asked.';
COMMENT ON COLUMN delivery.articles.language IS 'The language (BCP 47).';
COMMENT ON COLUMN delivery.articles.section_id IS 'Its section, whose name is joined when read.';
COMMENT ON COLUMN delivery.articles.headline IS 'The headline.';
COMMENT ON COLUMN delivery.articles.standfirst_html IS 'The introduction as HTML.';
COMMENT ON COLUMN delivery.articles.standfirst_blocks IS 'The introduction as blocks.';
COMMENT ON COLUMN delivery.articles.standfirst_text IS 'The introduction as plain text.';
COMMENT ON COLUMN delivery.articles.body_html IS 'The text as HTML.';
COMMENT ON COLUMN delivery.articles.body_blocks IS 'The text as blocks.';
COMMENT ON COLUMN delivery.articles.body_text IS 'The text as plain text.';
COMMENT ON COLUMN delivery.articles.outline IS 'Its headings: a list of level, text and anchor.';
COMMENT ON COLUMN delivery.articles.word_count IS 'Words of the body, updates not counted.';
COMMENT ON COLUMN delivery.articles.reading_minutes IS 'Minutes to read the body, begun ones counted.';
COMMENT ON COLUMN delivery.articles.renderer_version IS 'Which renderer made the body''s forms; 0 without a body.';
COMMENT ON COLUMN delivery.articles.image IS 'The picture: url, alt, caption, credit, and width and height in pixels.';
COMMENT ON COLUMN delivery.articles.seo IS 'What search engines are told: title, description, noindex.';
COMMENT ON COLUMN delivery.articles.canonical_url IS 'The address of the original, where this is not it.';
COMMENT ON COLUMN delivery.articles.guid IS 'The id by which feed readers knew it before an import.';
COMMENT ON COLUMN delivery.articles.donation_mode IS 'inherit, none or own: see newsroom.article_versions.';
COMMENT ON COLUMN delivery.articles.published_at IS 'First publication; never changes.';
COMMENT ON COLUMN delivery.articles.last_update_at IS 'The date of the newest update that is shown and not retracted.';
COMMENT ON COLUMN delivery.articles.fresh_at IS 'last_update_at, else published_at: what lists sort by for freshness.';
COMMENT ON COLUMN delivery.articles.modified_at IS 'The last change of its text, lists or updates that readers could see.';
COMMENT ON COLUMN delivery.articles.update_count IS 'How many updates it has, retracted ones too.';
COMMENT ON COLUMN delivery.articles.updates IS 'Its updates in order, in every form, with their authors'' ids; a retracted one without its text.';

COMMENT ON TABLE  delivery.article_authors IS 'The byline of a published article.';
COMMENT ON COLUMN delivery.article_authors.article_id IS 'The article.';
COMMENT ON COLUMN delivery.article_authors.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN delivery.article_authors.author_id IS 'The author.';

COMMENT ON TABLE  delivery.article_entities IS 'What a published article is about or mentions.';
COMMENT ON COLUMN delivery.article_entities.article_id IS 'The article.';
COMMENT ON COLUMN delivery.article_entities.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN delivery.article_entities.entity_id IS 'The entity.';
COMMENT ON COLUMN delivery.article_entities.relation IS 'about or mentions.';

COMMENT ON TABLE  delivery.article_related IS 'What the editor of a published article picked as related. A pick shows while its own article is published.';
COMMENT ON COLUMN delivery.article_related.article_id IS 'The article.';
COMMENT ON COLUMN delivery.article_related.position IS 'Where it stands in the list, from 0.';
COMMENT ON COLUMN delivery.article_related.target_id IS 'The article picked. Its id says nothing of it: it may not be published.';
COMMENT ON COLUMN delivery.article_related.url IS 'The address of a page elsewhere, in place of an article.';
COMMENT ON COLUMN delivery.article_related.title IS 'The title of the page elsewhere.';

COMMENT ON TABLE  delivery.slugs IS 'Every slug that was ever public, and whose it is.';
COMMENT ON COLUMN delivery.slugs.kind IS 'What it names: section, author, entity or article.';
COMMENT ON COLUMN delivery.slugs.slug IS 'The slug.';
COMMENT ON COLUMN delivery.slugs.id IS 'The thing whose it is.';
COMMENT ON COLUMN delivery.slugs.current IS 'Whether it is the one in use; any other redirects to that.';

COMMENT ON TABLE  delivery.old_paths IS 'Addresses that public things had on the site they were imported from.';
COMMENT ON COLUMN delivery.old_paths.path IS 'The path, with its query where that names the thing.';
COMMENT ON COLUMN delivery.old_paths.kind IS 'What it leads to.';
COMMENT ON COLUMN delivery.old_paths.id IS 'The thing.';
