using Berth.Events;

namespace Berth.Host.Events;

/// <summary>Where the parts of the host say what happened. Never blocks, never throws: it may be called under a lock.</summary>
public interface IHostEvents
{
    /// <summary>Hands an event to whoever reads. Protected ones (<see cref="EventTypeAttribute.IsProtected"/>) are never dropped.</summary>
    /// <param name="happened">The record of the catalogue.</param>
    /// <param name="plugin">The version it is about, if it is about one.</param>
    /// <param name="userId">Whose event it is; <see langword="null"/> for what only administrators see.</param>
    void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null);
}
