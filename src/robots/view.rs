//! `robots.txt`, written down.

use crate::site::model::RobotsSettings;

/// The text; `base` is where clients reach this API.
pub fn text(settings: &RobotsSettings, base: &str) -> String {
    let lines = settings.lines.as_deref();
    let mut text = lines.unwrap_or("User-agent: *\nAllow: /").to_owned();
    text.push('\n');
    let sitemap = format!("Sitemap: {base}/sitemap.xml");
    let told = text.lines().any(|line| line.trim() == sitemap);
    if settings.sitemap && !told {
        text.push('\n');
        text.push_str(&sitemap);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::site::model::RobotsSettings;

    #[test]
    fn the_sitemap_is_named_once_unless_it_is_not_to_be() {
        let told = |lines: Option<&str>, sitemap| {
            let lines = lines.map(str::to_owned);
            text(&RobotsSettings { lines, sitemap }, "https://api.example")
        };
        assert_eq!(
            told(None, true),
            "User-agent: *\nAllow: /\n\nSitemap: https://api.example/sitemap.xml\n"
        );
        assert_eq!(told(None, false), "User-agent: *\nAllow: /\n");
        let own = "Sitemap: https://api.example/sitemap.xml\nUser-agent: X\nDisallow: /";
        assert_eq!(told(Some(own), true), format!("{own}\n"));
        assert_eq!(
            told(Some("User-agent: X\nDisallow: /"), true),
            "User-agent: X\nDisallow: /\n\nSitemap: https://api.example/sitemap.xml\n"
        );
    }
}
