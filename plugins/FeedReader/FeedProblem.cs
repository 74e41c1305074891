using Plugins.Http;

namespace FeedReader;

/// <summary>
/// What can be wrong with a feed, each with its code. All are answers to the caller, never a 5xx: one user's broken feed
/// must not open the circuit breaker for everybody.
/// </summary>
internal static class FeedProblem
{
    public static Problem InvalidUrl(string pointer) => Problem.Of(
        400, "feed.url.invalid", "Invalid address", $"A feed's address is an absolute http or https URL of at most {FeedUrl.MaxLength} characters, without a user name.",
        [new InvalidMember(pointer, "Send an absolute http or https URL.")]);

    public static Problem InvalidLimit(int max) => Problem.Of(
        400, "entries.limit.invalid", "Invalid limit", $"A limit is a whole number from 1 to {max}.",
        [new InvalidMember("limit", $"Send a whole number from 1 to {max}, or none.")]);

    public static Problem Unreachable(Uri url, string why) =>
        Of("feed.unreachable", "Feed not reachable", $"{url.Host} could not be reached: {why}");

    public static Problem Status(Uri url, int status) =>
        Of("feed.status", "Feed not answered", $"{url.Host} answered {status} instead of a feed. Look at the address in a browser.");

    public static Problem TooSlow(Uri url) =>
        Of("feed.too_slow", "Feed too slow", $"{url.Host} did not deliver the feed in time. Try again later.");

    public static Problem TooLarge(Uri url, long max) =>
        Of("feed.too_large", "Feed too large", $"The feed of {url.Host} has more than {max} bytes.");

    public static Problem Dtd(Uri url) =>
        Of("feed.dtd", "Feed with a document type", $"The feed of {url.Host} declares a document type (DTD), which is not read: it can be used to attack its readers.");

    public static Problem Malformed(Uri url, int line, int position) =>
        Of("feed.malformed", "Feed is not XML", $"The answer of {url.Host} is not well-formed XML: see line {line}, position {position}.");

    public static Problem WebPage(Uri url) =>
        Of("feed.web_page", "A web page, not a feed", $"{url.Host} answered a web page. Look there for the address of its RSS or Atom feed.");

    public static Problem TooComplex(Uri url) =>
        Of("feed.too_complex", "Feed too complex", $"The feed of {url.Host} is nested too deeply, or has too many elements, to be an honest feed.");

    public static Problem UnknownFormat(Uri url, string root) =>
        Of("feed.format", "Neither RSS nor Atom", $"The answer of {url.Host} is XML, but <{root}> is not an RSS 2.0, RSS 1.0 or Atom 1.0 feed.");

    private static Problem Of(string code, string title, string detail) => Problem.Of(422, code, title, detail);
}
