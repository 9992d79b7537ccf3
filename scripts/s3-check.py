"""What scripts/s3-check asks of a node whose media are in a bucket. Only Python's own library.

    BASE KEY BUCKET    the node's address, a key, and the address of the bucket
"""

import json
import struct
import sys
import time
import urllib.error
import urllib.request
import zlib

BASE, KEY, BUCKET = sys.argv[1:]


def ask(method, url, body=None, **headers):
    """The status, the headers and the body of an answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def manage(method, path, body=None, **headers):
    status, told, text = ask(method, f"{BASE}/v1/manage{path}", body, Authorization=f"Bearer {KEY}", **headers)
    return status, told, json.loads(text) if text else None


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, not {wanted!r}")


def picture(width, height):
    """A PNG of these sides, red on the left and blue on the right."""
    row = b"\0" + b"\xf0\x10\x10" * (width // 2) + b"\x10\x10\xf0" * (width - width // 2)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


def stored():
    """The names of what is in the bucket."""
    _, _, text = ask("GET", f"{BUCKET}?list-type=2")
    return sorted(part.split("</Key>")[0] for part in text.decode().split("<Key>")[1:])


file = picture(800, 600)
form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + file + b"\r\n--x--\r\n"
status, _, media = manage("POST", "/media", form, Content_Type="multipart/form-data; boundary=x")
expect("uploading", status, 201)
folder = f"of/media/{media['id']}"
expect("what is stored", stored(), [f"{folder}/original.png"])
address = f"{BASE}/v1/media/{media['id']}"
expect("before publication", ask("GET", f"{address}/original.png")[0], 404)

article = json.dumps({"headline": "Een", "image": {"media": media["id"]}}).encode()
status, told, article = manage("POST", "/articles", article, Content_Type="application/json")
expect("making an article", status, 201)
json_type = {"Content_Type": "application/json"}
status, told, _ = manage("POST", f"/articles/{article['id']}/publish", b"{}", If_Match=told["ETag"], **json_type)
expect("publishing it", status, 200)
status, headers, got = ask("GET", f"{address}/original.png")
expect("the file", (status, got == file, headers["Content-Type"]), (200, True, "image/png"))
status, headers, got = ask("GET", f"{address}/original.png", Range="bytes=100-199")
expect("a part of it", (status, got == file[100:200]), (206, True))
status, headers, got = ask("GET", f"{address}/w320.webp")
expect("a rendition", (status, got[8:12], headers["Content-Type"]), (200, b"WEBP", "image/webp"))
expect("the same again", ask("GET", f"{address}/w320.webp")[2] == got, True)
expect("what is stored", stored(), [f"{folder}/original.png", f"{folder}/w320.webp"])

status, _, _ = manage("POST", f"/articles/{article['id']}/purge", b'{"reason": "check"}', If_Match=told["ETag"], **json_type)
expect("purging the article", status, 204)
expect("after the purge", ask("GET", f"{address}/w320.webp")[0], 404)
for _ in range(120):
    if not stored():
        break
    time.sleep(0.25)
expect("what is stored after the purge", stored(), [])
print("media in a bucket are kept, served in parts and sizes, and gone after a purge")
