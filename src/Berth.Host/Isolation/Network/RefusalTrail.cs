using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// Tells of refused connections: each once, the same ones within a minute by their number. A plugin that asks in a loop
/// cannot flood the audit, and no attempt goes uncounted.
/// </summary>
internal sealed class RefusalTrail(PluginVersionId id, Action<BerthEvent, string?> raise, TimeProvider time)
{
    private const int MostKinds = 100;

    private readonly MinuteTrail<Refusal> _trail = new(
        (refusal, count) => raise(new NetworkConnectionRefused(id.Slug, id.Version, refusal.Host, refusal.Port, refusal.Code, refusal.Reason, (int)Math.Min(count, int.MaxValue)), refusal.UserId),
        time,
        // More kinds than anybody reads: one line for all of them.
        MostKinds,
        refusal => new Refusal("*", 0, refusal.Code, "More than a hundred different connections were refused within a minute; these are the rest.", UserId: null));

    /// <summary>One attempt that came to nothing.</summary>
    public void Note(string host, int port, string code, string reason, string? userId) => _trail.Note(new Refusal(host, port, code, reason, userId));

    /// <summary>Tells what has gathered for a minute; everything when <paramref name="all"/> is set.</summary>
    public void Flush(bool all = false) => _trail.Flush(all);

    private readonly record struct Refusal(string Host, int Port, string Code, string Reason, string? UserId);
}
