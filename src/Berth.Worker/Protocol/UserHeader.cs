using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;

namespace Berth.Worker.Protocol;

/// <summary>
/// A user, as <see cref="WorkerProtocol.UserHeader"/> carries it: JSON in URL-safe base64 (RFC 4648, section 5). Either end keeps the
/// last ones, because a user says the same with each request. Safe for concurrent use.
/// </summary>
internal static class UserHeader
{
    /// <summary>More users than that are forgotten, and worked out anew when they come again.</summary>
    private const int Most = 4096;

    private static readonly ConcurrentDictionary<string, (WorkerUser User, string Text)> Encoded = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, WorkerUser> Decoded = new(StringComparer.Ordinal);

    public static string Encode(WorkerUser user)
    {
        if (Encoded.TryGetValue(user.Id, out var known) && IsSame(known.User, user))
            return known.Text;
        // Copies: what was encoded is what is compared with later, whatever becomes of the lists.
        var copy = user with { Roles = [.. user.Roles], Granted = [.. user.Granted] };
        var text = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(copy, ProtocolJson.Default.WorkerUser));
        Keep(Encoded, copy.Id, (copy, text));
        return text;
    }

    public static WorkerUser Decode(string text)
    {
        if (Decoded.TryGetValue(text, out var known))
            return known;
        var user = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), ProtocolJson.Default.WorkerUser)!;
        Keep(Decoded, text, user);
        return user;
    }

    private static void Keep<T>(ConcurrentDictionary<string, T> kept, string key, T value)
    {
        if (kept.Count >= Most)
            kept.Clear();
        kept[key] = value;
    }

    private static bool IsSame(WorkerUser one, WorkerUser other) =>
        string.Equals(one.Name, other.Name, StringComparison.Ordinal) && IsSame(one.Roles, other.Roles) && IsSame(one.Granted, other.Granted);

    private static bool IsSame(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other) =>
        one.Count == other.Count && (one.Count == 0 || one.SequenceEqual(other, StringComparer.Ordinal));
}
