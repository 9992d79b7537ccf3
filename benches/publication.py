"""A publication of any size, as a file that `kroniek import kroniek` takes: always the same for the same number of articles.

python3 publication.py ARTICLES > FILE

Bodies have about 6 KB, articles up to 3 updates, 5 entities and 3 picks. Sections, authors and entities are used unevenly, as in life.
"""

import hashlib
import json
import random
import sys
from datetime import datetime, timedelta, timezone

SECTIONS, AUTHORS, ENTITIES = 40, 300, 50_000
KINDS = ["person", "organisation", "place", "topic", "event", "work"]
LANGUAGES = ["nl", "nl", "nl", "nl", "en", "de", "fr"]
BEGIN = datetime(2010, 1, 1, tzinfo=timezone.utc)
VOWELS, CONSONANTS = "aeiou", "bdfghklmnprstvwz"


def words(count, seed):
    """Words that can be spoken, each once."""
    dice, made = random.Random(seed), {}
    while len(made) < count:
        word = "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(dice.randint(2, 4)))
        made[word + dice.choice(["", "n", "r", "s", "t"])] = None
    return list(made)


WORDS = words(20_000, 1)


def text(dice, length):
    """Text of about this many characters; common words are common."""
    made = []
    size = 0
    while size < length:
        word = WORDS[int(len(WORDS) ** dice.random()) - 1]
        made.append(word)
        size += len(word) + 1
    return " ".join(made).capitalize() + "."


# Paragraphs are made once and drawn from: to invent 6 GB word by word would take longer than to import it.
PARAGRAPHS = [text(random.Random(f"p{i}"), 420) for i in range(4_000)]


def uid(kind, number):
    text = hashlib.md5(f"{kind}{number}".encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def at(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}+00:00"


class Article:
    """Everything that is random about one article."""

    def __init__(self, number, articles):
        dice = random.Random(number)
        self.number, self.id, self.version = number, uid("article", number), uid("version", number)
        self.published = BEGIN + timedelta(seconds=dice.randrange(15 * 365 * 86_400), milliseconds=dice.randrange(1000))
        self.language = dice.choice(LANGUAGES)
        self.section = int(SECTIONS * dice.random() ** 2)
        self.authors = dice.sample(range(AUTHORS), dice.choice([1, 1, 1, 2]))
        entities = {int(ENTITIES ** dice.random()) - 1 for _ in range(5)}
        self.entities = sorted(entities)
        related = {dice.randrange(articles) for _ in range(3)} - {number}
        self.related = sorted(related)
        self.updates = dice.choice([0, 0, 0, 0, 1, 1, 2, 3])
        self.dice = dice

    @property
    def slug(self):
        return f"article-{self.number}"

    def body(self):
        parts = []
        for part in range(5):
            parts += [f"## {self.dice.choice(WORDS).capitalize()} {part}"] if part else []
            parts += [self.dice.choice(PARAGRAPHS) for _ in range(3)]
        return "\n\n".join(parts)

    def headline(self):
        return " ".join(self.dice.choice(WORDS) for _ in range(7)).capitalize()


def rows(articles):
    """Kind and row of everything, in the order of an export."""
    now = at(BEGIN)
    yield "site", {
        "id": True, "title": "Benchmark", "tagline": None, "public_url": "https://example.org", "default_language": "nl", "time_zone": "UTC",
        "paths": {"article": "/{section}/{slug}", "section": "/{slug}", "author": "/authors/{slug}", "entity": "/topics/{slug}"},
        "about": None, "logo": None, "social_links": [], "copyright": None, "licence": None, "public_text": "full", "modified_at": now, "version": 2,
    }
    for i in range(SECTIONS):
        yield "sections", {"id": uid("section", i), "slug": f"section-{i}", "name": f"Section {i}", "names": {}, "description": None, "position": i,
                           "created_at": now, "modified_at": now, "version": 1}
    for i in range(AUTHORS):
        yield "authors", {"id": uid("author", i), "slug": f"author-{i}", "name": f"Author {i}", "biography": None, "image": None, "links": [],
                          "created_at": now, "modified_at": now, "version": 1}
    for i in range(ENTITIES):
        yield "entities", {"id": uid("entity", i), "kind": KINDS[i % 6], "slug": f"entity-{i}", "name": f"{WORDS[i % 20_000].capitalize()} {i}",
                           "names": {}, "aliases": [], "description": None, "same_as": [], "image": None, "created_at": now, "modified_at": now,
                           "version": 1, "names_version": 1}
    for i in range(ENTITIES):
        word = WORDS[i % 20_000]
        yield "entity_names", {"entity_id": uid("entity", i), "name_key": f"{word} {i}", "whole": True}
    link = uid("link", 0)
    yield "donation_links", {"id": link, "provider": "paypal", "url": "https://example.org/give", "bank": None, "call_to_action": {"nl": "Steun ons"},
                             "thank_you": {}, "currency": "EUR", "suggested_amounts": [250, 500], "placement": "article_end",
                             "active_from": None, "active_until": None, "phase": "running", "public_since": now, "created_at": now,
                             "modified_at": now, "version": 1}
    yield "donation_attachments", {"owner_kind": "site", "owner_id": "00000000-0000-0000-0000-000000000000", "position": 0, "link_id": link}
    for article in every(articles):
        when = at(article.published)
        yield "articles", {"id": article.id, "status": "published", "version": 1, "published_version": 1, "revision": 1, "guid": None,
                           "published_at": when, "modified_at": when, "created_at": when, "saved_at": when, "purged_at": None,
                           "withdrawn_at": None, "withdrawal_reason": None}
    for article in every(articles):
        yield "article_versions", {
            "id": article.version, "article_id": article.id, "number": 1, "slug": article.slug, "type": "article", "language": article.language,
            "section_id": uid("section", article.section), "headline": article.headline(),
            "standfirst": {"format": "markdown", "source": article.dice.choice(PARAGRAPHS)[:200]},
            "body": {"format": "markdown", "source": article.body()},
            "image": None, "seo": None, "canonical_url": None, "translation_of": None, "donation_mode": "inherit",
            "created_at": at(article.published), "key_id": None, "actor": None,
        }
    for article in every(articles):
        for position, author in enumerate(article.authors):
            yield "article_version_authors", {"version_id": article.version, "position": position, "author_id": uid("author", author)}
    for article in every(articles):
        for position, entity in enumerate(article.entities):
            yield "article_version_entities", {"version_id": article.version, "position": position, "entity_id": uid("entity", entity),
                                               "relation": "about" if position == 0 else "mentions"}
    for article in every(articles):
        for position, other in enumerate(article.related):
            yield "article_version_related", {"version_id": article.version, "position": position, "article_id": uid("article", other), "url": None,
                                              "title": None}
    for article in every(articles):
        for number in range(1, article.updates + 1):
            when = at(article.published + timedelta(days=number))
            yield "updates", {"id": uid(f"update{number}", article.number), "article_id": article.id, "number": number, "state": "shown",
                              "version": 1, "revision": 1, "published_at": when, "created_at": when, "revised_at": None, "retracted_at": None,
                              "retraction_reason": None}
    for article in every(articles):
        for number in range(1, article.updates + 1):
            when = at(article.published + timedelta(days=number))
            yield "update_versions", {"id": uid(f"text{number}", article.number), "update_id": uid(f"update{number}", article.number), "number": 1,
                                      "kind": "update", "headline": None, "concerns": None,
                                      "body": {"format": "markdown", "source": article.dice.choice(PARAGRAPHS)},
                                      "created_at": when, "key_id": None, "actor": None}
    for kind, count in [("section", SECTIONS), ("author", AUTHORS), ("entity", ENTITIES), ("article", articles)]:
        for i in range(count):
            yield "slugs", {"kind": kind, "owner_id": uid(kind, i), "slug": f"{kind}-{i}", "public_since": now}


def every(articles):
    return (Article(number, articles) for number in range(articles))


def main():
    articles, written = int(sys.argv[1]), 0
    out = sys.stdout
    out.write('{"kind":"kroniek","format":1,"version":"0.1.0"}\n')
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for kind, row in rows(articles):
        out.write(f'{{"kind":"{kind}","row":{encode(row)}}}\n')
        written += 1
    out.write(f'{{"kind":"end","rows":{written}}}\n')


if __name__ == "__main__":
    main()
