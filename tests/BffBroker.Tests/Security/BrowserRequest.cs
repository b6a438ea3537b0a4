namespace BffBroker.Tests.Security;

/// <summary>What browsers send along with a request for an address of ours, by what made them send it.</summary>
internal sealed record BrowserRequest(string Name, bool IsNavigation, params (string Name, string Value)[] Headers)
{
    private const string ChromePage = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
    private const string FirefoxPage = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private const string Image = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

    public static IReadOnlyList<BrowserRequest> All { get; } =
    [
        Navigation("Chrome, address bar", ChromePage, Metadata("none", "navigate", "document"), ("Sec-Fetch-User", "?1"), ("Upgrade-Insecure-Requests", "1"), ("Sec-CH-UA-Mobile", "?0")),
        Navigation("Chrome, link", ChromePage, Metadata("same-origin", "navigate", "document"), ("Sec-Fetch-User", "?1")),
        Navigation("Chrome, link of another site", ChromePage, Metadata("cross-site", "navigate", "document"), ("Sec-Fetch-User", "?1")),
        Navigation("Chrome, location.assign", ChromePage, Metadata("same-origin", "navigate", "document")),
        Navigation("Chrome, reload", ChromePage, Metadata("same-origin", "navigate", "document"), ("Cache-Control", "max-age=0")),
        Navigation("Chrome, navigation preload of a service worker", ChromePage, Metadata("none", "navigate", "document"), ("Service-Worker-Navigation-Preload", "true")),
        Navigation("Firefox, address bar", FirefoxPage, Metadata("none", "navigate", "document"), ("Sec-Fetch-User", "?1"), ("Priority", "u=0, i"), ("DNT", "1")),
        Navigation("Firefox, link", FirefoxPage, Metadata("same-site", "navigate", "document"), ("TE", "trailers")),
        Navigation("Safari 17, link", FirefoxPage, Metadata("same-origin", "navigate", "document")),
        Navigation("Safari 15, which has no Fetch Metadata", FirefoxPage, []),
        Navigation("a plain http origin, for which Chrome sends no Fetch Metadata", ChromePage, [], ("Upgrade-Insecure-Requests", "1")),
        Navigation("Chrome, navigation that a service worker passes on", ChromePage, Metadata("same-origin", "navigate", "empty")),
        Navigation("Facebook's in-app browser on Android", ChromePage, Metadata("none", "navigate", "document"), ("X-Requested-With", "com.facebook.katana")),
        Navigation("an in-app browser without Fetch Metadata", ChromePage, [], ("X-Requested-With", "com.example.app")),
        Navigation("curl", "*/*", []),

        Other("Chrome, fetch", "*/*", Metadata("same-origin", "cors", "empty")),
        Other("Chrome, fetch of another site", "*/*", Metadata("cross-site", "cors", "empty"), ("Origin", "https://evil.example")),
        Other("Chrome, fetch with no-cors", "*/*", Metadata("cross-site", "no-cors", "empty")),
        Other("Chrome, fetch with same-origin", "*/*", Metadata("same-origin", "same-origin", "empty")),
        Other("Chrome, XMLHttpRequest", "application/json", Metadata("same-origin", "cors", "empty"), ("X-Requested-With", "XMLHttpRequest")),
        Other("Chrome, image", Image, Metadata("same-origin", "no-cors", "image")),
        Other("Chrome, favicon", Image, Metadata("same-origin", "no-cors", "image")),
        Other("Chrome, script", "*/*", Metadata("same-origin", "no-cors", "script")),
        Other("Chrome, module script", "*/*", Metadata("same-origin", "cors", "script")),
        Other("Chrome, style sheet", "text/css,*/*;q=0.1", Metadata("same-origin", "no-cors", "style")),
        Other("Chrome, font", "*/*", Metadata("same-origin", "cors", "font")),
        Other("Chrome, video", "*/*", Metadata("same-origin", "no-cors", "video"), ("Range", "bytes=0-")),
        Other("Chrome, web app manifest", "*/*", Metadata("same-origin", "cors", "manifest")),
        Other("Chrome, ping", "*/*", Metadata("same-origin", "no-cors", "empty")),
        Other("Chrome, WebSocket", "", Metadata("same-origin", "websocket", "websocket")),
        Other("Chrome, worker", "*/*", Metadata("same-origin", "same-origin", "worker")),
        Other("Chrome, service worker script", "*/*", Metadata("same-origin", "same-origin", "serviceworker"), ("Service-Worker", "script")),
        Other("Chrome, iframe", ChromePage, Metadata("same-origin", "navigate", "iframe"), ("Upgrade-Insecure-Requests", "1")),
        Other("Chrome, iframe of another site", ChromePage, Metadata("cross-site", "navigate", "iframe")),
        Other("Chrome, frame", ChromePage, Metadata("same-origin", "navigate", "frame")),
        Other("Chrome, fenced frame", ChromePage, Metadata("cross-site", "navigate", "fencedframe")),
        Other("Chrome, object", ChromePage, Metadata("same-origin", "navigate", "object")),
        Other("Chrome, embed", ChromePage, Metadata("same-origin", "navigate", "embed")),
        Other("Chrome, link rel=prefetch", "*/*", Metadata("same-origin", "no-cors", "empty"), ("Purpose", "prefetch"), ("Sec-Purpose", "prefetch")),
        Other("Chrome, prefetch by speculation rules", ChromePage, Metadata("none", "navigate", "document"), ("Sec-Purpose", "prefetch")),
        Other("Chrome, prefetch through the private proxy", ChromePage, Metadata("cross-site", "navigate", "document"), ("Sec-Purpose", "prefetch;anonymous-client-ip")),
        Other("Chrome, prerender", ChromePage, Metadata("same-origin", "navigate", "document"), ("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")),
        Other("Chrome, prerender from the address bar", ChromePage, Metadata("none", "navigate", "document"), ("Sec-Purpose", "prefetch;prerender")),
        Other("Chrome 90, prefetch", ChromePage, Metadata("none", "navigate", "document"), ("Purpose", "prefetch")),
        Other("Firefox, fetch", "*/*", Metadata("same-origin", "cors", "empty")),
        Other("Firefox, image", "image/avif,image/webp,*/*", Metadata("same-origin", "no-cors", "image")),
        Other("Firefox, iframe", FirefoxPage, Metadata("same-origin", "navigate", "iframe")),
        Other("Firefox, prefetch", "*/*", Metadata("same-origin", "no-cors", "empty"), ("Sec-Purpose", "prefetch")),
        Other("Firefox 80, prefetch", FirefoxPage, [], ("X-Moz", "prefetch")),
        Other("Safari 17, fetch", "*/*", Metadata("same-origin", "cors", "empty")),
        Other("Safari 17, image", Image, Metadata("same-origin", "no-cors", "image")),
        Other("Safari 17, iframe", FirefoxPage, Metadata("same-origin", "navigate", "iframe")),
        Other("Safari 15, XMLHttpRequest of jQuery", "application/json", [], ("X-Requested-With", "XMLHttpRequest")),
        Other("Safari 15, prefetch", FirefoxPage, [], ("Purpose", "prefetch")),
        Other("a header twice", ChromePage, [.. Metadata("none", "navigate", "document"), ("Sec-Fetch-Mode", "cors")]),
        Other("an empty Sec-Fetch-Mode", ChromePage, Metadata("none", "", "document")),
    ];

    public override string ToString() => Name;

    private static BrowserRequest Navigation(string name, string accept, (string, string)[] metadata, params (string, string)[] others) =>
        new(name, IsNavigation: true, [("Accept", accept), .. metadata, .. others]);

    private static BrowserRequest Other(string name, string accept, (string, string)[] metadata, params (string, string)[] others) =>
        new(name, IsNavigation: false, [("Accept", accept), .. metadata, .. others]);

    private static (string Name, string Value)[] Metadata(string site, string mode, string destination) =>
        [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination)];
}
