using System.Text.RegularExpressions;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Webhooks;

/// <summary>What a webhook may be.</summary>
internal sealed partial class WebhookRules(IWebhookChannel channel)
{
    private const int LongestName = 100;
    private const int LongestUrl = 2048;
    private const int MostTypes = 32;

    /// <summary>All reasons why not; empty when it may be.</summary>
    public IReadOnlyList<RefusalReason> Judge(WebhookChange wanted)
    {
        List<RefusalReason> reasons = [];
        if (wanted.Url is { } url)
            JudgeUrl(url, reasons);
        if (wanted.Name is { } name && (name.Length > LongestName || name.Any(c => char.IsControl(c) || char.IsSurrogate(c))))
            reasons.Add(Reason("webhook.name", $"'name' has at most {LongestName} characters, none of them control characters.", "/name"));
        if (wanted.Types is { } types && (types.Count > MostTypes || types.Any(type => type is null || !TypeForm().IsMatch(type))))
            reasons.Add(Reason("webhook.types", $"'types' has at most {MostTypes} types of events, or prefixes that end in '*', for example berth.installation.*.", "/types"));
        if (wanted.Slug is { } slug && !SlugForm().IsMatch(slug))
            reasons.Add(Reason("webhook.slug", "'slug' is that of a plugin.", "/slug"));
        return reasons;
    }

    private void JudgeUrl(string url, List<RefusalReason> reasons)
    {
        if (url.Length > LongestUrl || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0 || address.Fragment.Length > 0 || address.Host.Length == 0)
        {
            reasons.Add(Reason("webhook.url", $"'url' is an address such as https://example.org/hook, of at most {LongestUrl} characters, without user and fragment.", "/url"));
            return;
        }

        if (channel.Refuse(address) is { } why)
            reasons.Add(Reason("webhook.address_refused", why, "/url"));
    }

    private static RefusalReason Reason(string code, string message, string pointer) => new(code, message, pointer);

    [GeneratedRegex("^[a-z][a-z0-9_.]{0,126}\\*?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeForm();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9._-]{1,63}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SlugForm();
}
