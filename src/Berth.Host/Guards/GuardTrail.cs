using Berth.Events;
using Berth.Host.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Guards;

/// <summary>Tells of every request that a guard did not let through. The events are protected: the audit has them all.</summary>
internal sealed partial class GuardTrail(IHostEvents events, ILogger<GuardTrail> logger)
{
    public void Tell(PluginVersionId plugin, GuardRound round, GuardVerdict.Refused refused)
    {
        events.Raise(Record(plugin, round, refused), plugin, round.User.Id);

        // A no is a guard's work; anything else is for somebody to mend.
        if (refused.Why != GuardRefusal.Denied)
            LogRefused(plugin, round.Method, round.Route, refused.Code, refused.Reason);
    }

    private static BerthEvent Record(PluginVersionId plugin, GuardRound round, GuardVerdict.Refused refused) => refused.Why switch
    {
        GuardRefusal.Denied => new GuardDenied(plugin.Slug, plugin.Version, refused.Guard, refused.Provider, round.Method, round.Route, refused.Reason),
        GuardRefusal.Missing => new GuardMissing(plugin.Slug, plugin.Version, refused.Guard, refused.Provider, round.Method, round.Route, refused.Reason),
        _ => new GuardFailed(plugin.Slug, plugin.Version, refused.Guard, refused.Provider, round.Method, round.Route, refused.Reason),
    };

    [LoggerMessage(1502, LogLevel.Warning, "{Plugin}: {Method} {Route} was denied ({Code}): {Reason}")]
    private partial void LogRefused(PluginVersionId plugin, string method, string route, string code, string reason);
}
