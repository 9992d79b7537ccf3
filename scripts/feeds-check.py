"""What scripts/feeds-check asks of a running demo: BASE KEY."""

import json
import sys
import urllib.request

import feedparser

BASE, KEY = sys.argv[1:]
FILES = ["rss.xml", "atom.xml", "feed.json"]
FOLDERS = ["", "sections/water/", "authors/fenna-oldewaert/", "entities/wendemonde/"]
QUERIES = ["", "?language=nl", "?has_updates=true&limit=3", "?updates=items", "?q=water"]


def ask(method, path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(BASE + path, data, {**headers, "Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(sent, timeout=20) as answer:
        return answer.read(), answer.headers


def manage(method, path, body=None, **headers):
    told, answered = ask(method, "/v1/manage" + path, body, Authorization=f"Bearer {KEY}", **headers)
    return json.loads(told), answered


def entries(path):
    """The entries of a feed as its format's reader has them: id, title, link, when it was published and updated, what it says."""
    told, headers = ask("GET", path)
    if path.split("?")[0].endswith(".json"):
        feed = json.loads(told)
        assert headers["Content-Type"] == "application/feed+json" and feed["version"] == "https://jsonfeed.org/version/1.1", path
        return [(item["id"], item["title"], item["url"], item["date_published"], item["date_modified"], item.get("content_html", "")) for item in feed["items"]]
    feed = feedparser.parse(told, response_headers={"content-type": headers["Content-Type"]})
    assert not feed.bozo, f"{path}: {feed.get('bozo_exception')}"
    assert feed.version in ("rss20", "atom10"), f"{path}: {feed.version}"
    assert feed.feed.title and feed.feed.link, path
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links["self"] == BASE + path, f"{path}: {links}"
    found = []
    for entry in feed.entries:
        assert entry.id and entry.title and entry.link.startswith("http"), f"{path}: {entry}"
        content = entry.content[0].value if "content" in entry else ""
        assert 'href="/' not in content and 'src="/' not in content, f"{path}: {content}"
        found.append((entry.id, entry.title, entry.link, entry.published, entry.updated, content))
    return found


def all_of_them():
    read = {}
    for folder in FOLDERS:
        for query in QUERIES:
            for file in FILES:
                path = f"/feeds/{folder}{file}{query}"
                read[path] = entries(path)
            # All three tell the same articles in the same order.
            rss, atom, json_feed = (read[f"/feeds/{folder}{file}{query}"] for file in FILES)
            titles = [[entry[1] for entry in feed] for feed in (rss, atom, json_feed)]
            assert titles[0] == titles[1] == titles[2], f"{folder}{query}: {titles}"
    return read


def main():
    begun = all_of_them()
    print(f"{len(begun)} feeds with {sum(map(len, begun.values()))} entries are read by feedparser")
    oldest = begun["/feeds/atom.xml"][-1]
    article, _ = manage("GET", "/articles/" + oldest[2].rsplit("/", 1)[1])
    place = f"/articles/{article['id']}"

    def first(file):
        return entries(f"/feeds/{file}")[0]

    manage("POST", place + "/updates", {"headline": "Nagekomen", "body": {"format": "markdown", "source": "Dit kwam later."}})
    for file in FILES:
        entry = first(file)
        assert entry[1] == oldest[1] and "Nagekomen" in entry[5] and "Dit kwam later." in entry[5], f"{file}: {entry}"
    print("an appended update moves its article to the top of each format, and stands in it")
    moved = first("atom.xml")
    manage("POST", place + "/updates", {"kind": "correction", "body": {"format": "markdown", "source": "Het was andersom."}})
    for file in FILES:
        assert "Correctie" in first(file)[5] and "Het was andersom." in first(file)[5], file
    corrected = first("atom.xml")
    assert corrected[4] > moved[4] and corrected[3] == moved[3], (moved, corrected)
    print("a correction is marked and moves it once more; when it was published stays")
    seen, headers = manage("GET", place)
    _, headers = manage("PATCH", place, {"headline": seen["headline"] + "."}, **{"If-Match": headers["ETag"]})
    manage("POST", place + "/publish", {}, **{"If-Match": headers["ETag"]})
    for file in FILES:
        assert first(file)[1] == seen["headline"] + ".", file
    assert first("atom.xml")[4] == corrected[4], "a typo moved the entry"
    print("a typo is put right and moves nothing")


main()
