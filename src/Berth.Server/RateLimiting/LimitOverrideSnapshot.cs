using System.Net;

namespace Berth.Server.RateLimiting;

/// <summary>The overrides in force, as requests find them.</summary>
/// <param name="readAt">When they were read.</param>
/// <param name="overrides">All of them.</param>
/// <param name="tokens">The hash of each token that has some, by its id.</param>
internal sealed class LimitOverrideSnapshot(DateTimeOffset readAt, IReadOnlyList<LimitOverride> overrides, IReadOnlyDictionary<string, string> tokens)
{
    private readonly Dictionary<(string User, RateCategory Category), Entry> _users = Entries(overrides, "user").ToDictionary(entry => (entry.Value, entry.Rule.Category));

    private readonly Dictionary<(RateKey Token, RateCategory Category), Entry> _tokens = Entries(overrides, "token")
        .Where(entry => tokens.ContainsKey(entry.Value)).ToDictionary(entry => (RateKey.OfToken(tokens[entry.Value]), entry.Rule.Category));

    // The smallest network first: it is the one that was meant.
    private readonly (IPNetwork Network, Entry Entry)[] _networks = [.. Entries(overrides, "address")
        .Select(entry => (Network: LimitSubject.NetworkOf(entry.Value), Entry: entry)).Where(pair => pair.Network is not null)
        .Select(pair => (pair.Network!.Value, pair.Entry)).OrderByDescending(pair => pair.Value.PrefixLength)];

    public DateTimeOffset ReadAt => readAt;

    /// <summary>Of a caller: what their token has, else what they have themselves.</summary>
    public CategoryRule? Find(string userId, RateKey? token, RateCategory category, DateTimeOffset now) =>
        token is { } known && _tokens.TryGetValue((known, category), out var own) && own.IsInForce(now) ? own.Rule
        : _users.TryGetValue((userId, category), out var entry) && entry.IsInForce(now) ? entry.Rule
        : null;

    /// <summary>Of a caller whom nobody knows.</summary>
    public CategoryRule? Find(IPAddress? address, RateCategory category, DateTimeOffset now)
    {
        if (address is null || _networks.Length == 0)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var (network, entry) in _networks)
        {
            if (entry.Rule.Category == category && entry.IsInForce(now) && network.Contains(address))
                return entry.Rule;
        }

        return null;
    }

    // A rule that this version can't read counts as none: the ordinary limit stands.
    private static IEnumerable<Entry> Entries(IReadOnlyList<LimitOverride> overrides, string kind) =>
        from one in overrides
        where LimitSubject.KindOf(one.UserId) == kind
        let category = RateLimitSettings.Find(one.Name)
        let rule = RateRule.TryParse(one.Value)
        where category is not null && rule is not null
        select new Entry(LimitSubject.ValueOf(one.UserId), new CategoryRule(category.Value, rule), one.ExpiresAt);

    private sealed record Entry(string Value, CategoryRule Rule, DateTimeOffset? Until)
    {
        public bool IsInForce(DateTimeOffset now) => !(Until <= now);
    }
}
