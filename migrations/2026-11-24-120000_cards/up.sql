-- What lists and pages show of an article stands ready in one row: itself without its text, and the names of what it refers to. The door writes
-- it anew with the article, and with whatever it names. Where too many would have to be written at once, what is stale is noted, no card is read
-- for the time, and a node writes them one after the other.

SET LOCAL lock_timeout = '5s';

CREATE TABLE delivery.article_cards (
    id   uuid PRIMARY KEY REFERENCES delivery.articles (id) ON DELETE CASCADE,
    card json NOT NULL
);

CREATE TABLE delivery.stale_cards (
    kind text   NOT NULL CONSTRAINT stale_cards_kind CHECK (kind IN ('all', 'section', 'author', 'entity')),
    id   uuid   NOT NULL,
    seq  bigint NOT NULL,
    PRIMARY KEY (kind, id)
);

ALTER TABLE delivery.head ADD COLUMN cards integer NOT NULL DEFAULT 0;

-- The donation links of the site and of each section stand ready too: they are few, and nearly every page shows some of them.
ALTER TABLE delivery.site ADD COLUMN donation_links json NOT NULL DEFAULT '[]';
ALTER TABLE delivery.sections ADD COLUMN donation_links json NOT NULL DEFAULT '[]';

UPDATE delivery.site SET donation_links = d.links
FROM (SELECT json_agg(json_build_object(
        'id', l.id, 'provider', l.provider, 'url', l.url, 'bank', l.bank, 'call_to_action', l.call_to_action, 'thank_you', l.thank_you,
        'currency', l.currency, 'suggested_amounts', l.suggested_amounts, 'placement', l.placement, 'origin', 'site') ORDER BY a.position) AS links
      FROM delivery.donation_attachments a JOIN delivery.donation_links l ON l.id = a.link_id WHERE a.scope = 3) d
WHERE d.links IS NOT NULL;
UPDATE delivery.sections s SET donation_links = d.links
FROM (SELECT a.owner_id, json_agg(json_build_object(
        'id', l.id, 'provider', l.provider, 'url', l.url, 'bank', l.bank, 'call_to_action', l.call_to_action, 'thank_you', l.thank_you,
        'currency', l.currency, 'suggested_amounts', l.suggested_amounts, 'placement', l.placement, 'origin', 'section') ORDER BY a.position) AS links
      FROM delivery.donation_attachments a JOIN delivery.donation_links l ON l.id = a.link_id WHERE a.scope = 2 GROUP BY a.owner_id) d
WHERE d.owner_id = s.id;

-- What is published by now gets its cards from a node of the new version.
INSERT INTO delivery.stale_cards (kind, id, seq)
SELECT 'all', '00000000-0000-0000-0000-000000000000', 0 WHERE EXISTS (SELECT FROM delivery.articles);
UPDATE delivery.head SET cards = 1 WHERE NOT EXISTS (SELECT FROM delivery.articles);

COMMENT ON COLUMN delivery.head.cards IS 'The version of all cards, when every article has its own and none is stale; else 0, and readers put together what they show.';
COMMENT ON COLUMN delivery.site.donation_links IS 'The donation links that hang on the site, in order, ready for its articles.';
COMMENT ON COLUMN delivery.sections.donation_links IS 'The donation links that hang on the section, in order, ready for its articles.';
COMMENT ON TABLE  delivery.article_cards IS 'What lists and pages show of a published article, ready: all but its text, updates and donation links. Written by the door.';
COMMENT ON COLUMN delivery.article_cards.id IS 'The article.';
COMMENT ON COLUMN delivery.article_cards.card IS 'Its properties, its section, authors, entities, picks, translations and aliases, as the statement that puts them together gives them.';
COMMENT ON TABLE  delivery.stale_cards IS 'Whose cards are to be written anew, because what they name has changed and is named by too many to do it at once.';
COMMENT ON COLUMN delivery.stale_cards.kind IS 'What has changed: section, author or entity; or all, when cards have another form.';
COMMENT ON COLUMN delivery.stale_cards.id IS 'Which; of all, zeros.';
COMMENT ON COLUMN delivery.stale_cards.seq IS 'The number of the change, so that one that comes while cards are written is not taken for done.';
