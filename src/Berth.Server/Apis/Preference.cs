using System.Globalization;

namespace Berth.Server.Apis;

/// <summary>How long a client wants to wait for an answer (RFC 7240).</summary>
/// <param name="Wait">As long as this; zero when it does not want to.</param>
/// <param name="Applied">What of its preferences counts, for <c>Preference-Applied</c>; <see langword="null"/> when it has none.</param>
internal sealed record Preference(TimeSpan Wait, string? Applied)
{
    /// <summary>How long who says nothing waits.</summary>
    public static readonly TimeSpan Preset = TimeSpan.FromSeconds(30);

    /// <summary>Nobody waits longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    public static Preference Of(HttpRequest request)
    {
        var isAsync = false;
        TimeSpan? wait = null;
        foreach (var preference in request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [var flag] && flag.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                isAsync = true;
            // Of a preference that comes twice the first counts; one that makes no sense is ignored (section 2).
            else if (wait is null && parts is [var name, var value] && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                wait = TimeSpan.FromSeconds(Math.Min(seconds, (int)Longest.TotalSeconds));
        }

        var waited = wait is { } asked ? string.Create(CultureInfo.InvariantCulture, $"wait={asked.TotalSeconds:0}") : null;
        return (isAsync, wait) switch
        {
            (true, null) => new Preference(TimeSpan.Zero, "respond-async"),
            (true, { } limit) => new Preference(limit, "respond-async, " + waited),
            (false, { } limit) => new Preference(limit, waited),
            _ => new Preference(Preset, null),
        };
    }
}
