using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Berth.Server.RateLimiting;

namespace Berth.Server.Auth;

/// <summary>Callers by the embedding application's own authentication. Each gets a row on first sight, so that installations can refer to it.</summary>
internal sealed class ExternalCallerResolver(Func<HttpContext, ExternalUser?> userOf, UserStore users, TimeProvider time) : ICallerResolver
{
    private const int MaxKnown = 100_000;
    private readonly ConcurrentDictionary<string, Caller> _known = new(StringComparer.Ordinal);

    public ValueTask<Caller?> ResolveAsync(HttpContext context)
    {
        if (userOf(context) is not { } user)
            return ValueTask.FromResult<Caller?>(null);
        return _known.TryGetValue(user.Id, out var caller) && caller.UserName == user.Name && caller.Roles.SequenceEqual(user.Roles)
            ? ValueTask.FromResult<Caller?>(caller)
            : IntroduceAsync(user, context.RequestAborted);
    }

    private async ValueTask<Caller?> IntroduceAsync(ExternalUser user, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(UserId(user.Id), user.Name, [.. user.Roles], []);
        caller = caller with { Budget = RateKey.OfUser(caller.UserId) };
        await users.EnsureAsync(new UserRecord(caller.UserId, user.Name, caller.Roles, time.GetUtcNow()), cancellationToken);
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known[user.Id] = caller;
        return caller;
    }

    private static string UserId(string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];
}
