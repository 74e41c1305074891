using System.Diagnostics.CodeAnalysis;

namespace FeedReader;

/// <summary>Addresses that may be fetched. Which hosts may be reached is the host's decision, behind the capability.</summary>
internal static class FeedUrl
{
    public const int MaxLength = 2048;

    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        if (text is null or { Length: > MaxLength } || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var parsed))
            return false;
        if (!IsWeb(parsed) || parsed.UserInfo.Length > 0 || parsed.Host.Length == 0)
            return false;
        // The fragment never reaches a server: with it, one feed would be cached and subscribed twice.
        url = parsed.Fragment.Length == 0 ? parsed : new Uri(parsed.GetLeftPart(UriPartial.Query));
        return true;
    }

    public static bool IsWeb(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps;
}
