//! Films, posts, songs and maps of other sites: which addresses are of which provider, and the one
//! address by which each thing is known.

use url::Url;

use super::links;

/// A thing to embed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Embed {
    pub provider: &'static str,
    pub address: String,
}

/// Recognises the address of a player's frame, a share link or a page. The address of the result is
/// recognised as itself.
pub(super) fn recognise(address: &str) -> Option<Embed> {
    let url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.port().is_some() {
        return None;
    }
    let host = url.host_str()?;
    let host = ["www.", "m.", "mobile."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))
        .unwrap_or(host);
    let path: Vec<&str> = url
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let (provider, address) = match host {
        "youtube.com" | "youtube-nocookie.com" | "youtu.be" => {
            ("youtube", youtube(host, &path, &url)?)
        }
        "vimeo.com" | "player.vimeo.com" => ("vimeo", vimeo(&path, &url)?),
        "dailymotion.com" | "geo.dailymotion.com" | "dai.ly" => {
            ("dailymotion", dailymotion(&path, &url)?)
        }
        "twitter.com" | "x.com" | "platform.twitter.com" => ("x", x(&path, &url)?),
        "bsky.app" => ("bluesky", bluesky(&path)?),
        "instagram.com" => ("instagram", instagram(&path)?),
        "facebook.com" => ("facebook", facebook(&path, &url)?),
        "tiktok.com" => ("tiktok", tiktok(&path)?),
        "open.spotify.com" => ("spotify", spotify(&path)?),
        "soundcloud.com" | "w.soundcloud.com" => ("soundcloud", soundcloud(host, &path, &url)?),
        "google.com" | "maps.google.com" | "goo.gl" | "maps.app.goo.gl" => {
            ("google_maps", google_maps(host, &path, &url)?)
        }
        "openstreetmap.org" => ("openstreetmap", openstreetmap(&path, &url)?),
        "datawrapper.dwcdn.net" => ("datawrapper", datawrapper(&path)?),
        "flo.uri.sh" | "public.flourish.studio" => ("flourish", flourish(&path)?),
        _ => return None,
    };
    Some(Embed {
        provider,
        address: links::resource(&address)?,
    })
}

fn youtube(host: &str, path: &[&str], url: &Url) -> Option<String> {
    let video = match path {
        [video] if host == "youtu.be" => (*video).to_owned(),
        ["embed", "videoseries"] | ["playlist"] => {
            let list = token(&parameter(url, "list")?)?.to_owned();
            return Some(format!("https://www.youtube.com/playlist?list={list}"));
        }
        ["embed" | "v" | "shorts" | "live", video, ..] => (*video).to_owned(),
        ["watch"] => parameter(url, "v")?,
        _ => return None,
    };
    let video = token(&video)?;
    let start = parameter(url, "t").or_else(|| parameter(url, "start"));
    let start = start
        .as_deref()
        .and_then(token)
        .filter(|start| *start != "0");
    Some(match start {
        Some(start) => format!("https://www.youtube.com/watch?v={video}&t={start}"),
        None => format!("https://www.youtube.com/watch?v={video}"),
    })
}

/// A video that is not listed has a second part, its key.
fn vimeo(path: &[&str], url: &Url) -> Option<String> {
    let (video, key) = match path {
        ["video", video] => (*video, parameter(url, "h")),
        [video] => (*video, parameter(url, "h")),
        [video, key] if !key.is_empty() => (*video, Some((*key).to_owned())),
        _ => return None,
    };
    let video = number(video)?;
    Some(match key.as_deref().and_then(token) {
        Some(key) => format!("https://vimeo.com/{video}/{key}"),
        None => format!("https://vimeo.com/{video}"),
    })
}

fn dailymotion(path: &[&str], url: &Url) -> Option<String> {
    let video = match path {
        ["embed", "video", video] | ["video", video] => (*video).to_owned(),
        [player] if player.starts_with("player") => parameter(url, "video")?,
        [video] if url.host_str() == Some("dai.ly") => (*video).to_owned(),
        _ => return None,
    };
    Some(format!(
        "https://www.dailymotion.com/video/{}",
        token(&video)?
    ))
}

fn x(path: &[&str], url: &Url) -> Option<String> {
    let (user, post) = match path {
        ["embed", "Tweet.html"] => ("i", parameter(url, "id")?),
        [user, "status" | "statuses", post, ..] => (*user, (*post).to_owned()),
        ["i", "web", "status", post] => ("i", (*post).to_owned()),
        _ => return None,
    };
    Some(format!(
        "https://x.com/{}/status/{}",
        token(user)?,
        number(&post)?
    ))
}

fn bluesky(path: &[&str]) -> Option<String> {
    let ["profile", user, "post", post] = path else {
        return None;
    };
    let is_handle = user
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    is_handle.then_some(())?;
    Some(format!(
        "https://bsky.app/profile/{user}/post/{}",
        token(post)?
    ))
}

fn instagram(path: &[&str]) -> Option<String> {
    let (kind, post) = match path {
        [kind @ ("p" | "reel" | "tv"), post, ..] => (kind, post),
        [_, kind @ ("p" | "reel"), post, ..] => (kind, post),
        _ => return None,
    };
    Some(format!(
        "https://www.instagram.com/{kind}/{}/",
        token(post)?
    ))
}

fn facebook(path: &[&str], url: &Url) -> Option<String> {
    if let ["plugins", "post.php" | "video.php"] = path {
        let inner = Url::parse(&parameter(url, "href")?).ok()?;
        let host = inner.host_str()?;
        let is_facebook = matches!(host, "facebook.com" | "www.facebook.com" | "m.facebook.com");
        let inner_path: Vec<&str> = inner
            .path()
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        return match inner_path.first() {
            Some(&"plugins") => None,
            _ if is_facebook => facebook(&inner_path, &inner),
            _ => None,
        };
    }
    let is_post = matches!(
        path,
        [_, "posts" | "videos" | "photos", _, ..] | ["reel", _]
    ) || matches!(
        path,
        ["watch" | "permalink.php" | "photo.php" | "photo" | "story.php"]
    );
    is_post.then_some(())?;
    let kept: Vec<String> = ["v", "fbid", "story_fbid", "id"]
        .iter()
        .filter_map(|name| Some(format!("{name}={}", token(&parameter(url, name)?)?)))
        .collect();
    let query = if kept.is_empty() {
        String::new()
    } else {
        format!("?{}", kept.join("&"))
    };
    Some(format!(
        "https://www.facebook.com/{}{query}",
        path.join("/")
    ))
}

/// A player's address does not tell whose film it is, so it stays as it is.
fn tiktok(path: &[&str]) -> Option<String> {
    match path {
        [user, "video", video] if user.starts_with('@') => Some(format!(
            "https://www.tiktok.com/{user}/video/{}",
            number(video)?
        )),
        ["embed", "v2", video] | ["embed", video] | ["player", "v1", video] => Some(format!(
            "https://www.tiktok.com/embed/v2/{}",
            number(video)?
        )),
        _ => None,
    }
}

fn spotify(path: &[&str]) -> Option<String> {
    let path = match path {
        ["embed", rest @ ..] | ["embed-podcast", rest @ ..] => rest,
        [language, rest @ ..] if language.starts_with("intl-") => rest,
        rest => rest,
    };
    let [
        kind @ ("track" | "album" | "playlist" | "episode" | "show" | "artist"),
        id,
    ] = path
    else {
        return None;
    };
    Some(format!("https://open.spotify.com/{kind}/{}", token(id)?))
}

fn soundcloud(host: &str, path: &[&str], url: &Url) -> Option<String> {
    if host != "w.soundcloud.com" {
        let [user, track @ ..] = path else {
            return None;
        };
        let is_track = matches!(track, [_] | ["sets", _]);
        return is_track.then(|| format!("https://soundcloud.com/{user}/{}", track.join("/")));
    }
    let inner = Url::parse(&parameter(url, "url")?).ok()?;
    let inner_path: Vec<&str> = inner
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    match inner.host_str()? {
        "soundcloud.com" | "www.soundcloud.com" => {
            soundcloud("soundcloud.com", &inner_path, &inner)
        }
        // The player knows tracks by number only; its own address is the only one there is.
        "api.soundcloud.com" => match inner_path.as_slice() {
            [kind @ ("tracks" | "playlists" | "users"), id] => Some(format!(
                "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2F{kind}%2F{}",
                number(id)?
            )),
            _ => None,
        },
        _ => None,
    }
}

fn google_maps(host: &str, path: &[&str], url: &Url) -> Option<String> {
    match (host, path) {
        ("google.com", ["maps", ..]) | ("goo.gl", ["maps", _]) | ("maps.app.goo.gl", [_]) => {}
        ("maps.google.com", _) if url.query().is_some() => {}
        _ => return None,
    }
    let mut canonical = url.clone();
    canonical.set_scheme("https").ok()?;
    if host == "google.com" {
        canonical.set_host(Some("www.google.com")).ok()?;
    }
    Some(canonical.into())
}

fn openstreetmap(path: &[&str], url: &Url) -> Option<String> {
    let is_map = matches!(
        path,
        ["export", "embed.html"] | ["node" | "way" | "relation", _]
    ) || (path.is_empty() && (url.query().is_some() || url.fragment().is_some()));
    is_map.then_some(())?;
    let mut canonical = url.clone();
    canonical.set_scheme("https").ok()?;
    canonical.set_host(Some("www.openstreetmap.org")).ok()?;
    Some(canonical.into())
}

fn datawrapper(path: &[&str]) -> Option<String> {
    match path {
        [chart] => Some(format!("https://datawrapper.dwcdn.net/{}/", token(chart)?)),
        [chart, version, ..] => Some(format!(
            "https://datawrapper.dwcdn.net/{}/{}/",
            token(chart)?,
            number(version)?
        )),
        [] => None,
    }
}

fn flourish(path: &[&str]) -> Option<String> {
    let [kind @ ("visualisation" | "story"), id, ..] = path else {
        return None;
    };
    Some(format!(
        "https://public.flourish.studio/{kind}/{}/",
        number(id)?
    ))
}

/// The first value of a parameter that is not empty.
fn parameter(url: &Url, name: &str) -> Option<String> {
    let found = url
        .query_pairs()
        .find(|(key, value)| key == name && !value.is_empty())?;
    Some(found.1.into_owned())
}

/// An id as providers give them.
fn token(id: &str) -> Option<&str> {
    let is_token = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (is_token && !id.is_empty() && id.len() <= 128).then_some(id)
}

fn number(id: &str) -> Option<&str> {
    token(id).filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
