using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Services;

/// <summary>Tells who used what the host does for plugins: each at once, the same within a minute by its number.</summary>
internal sealed class UsedCapabilities(IHostEvents events, TimeProvider time)
{
    private readonly MinuteTrail<(PluginVersionId Id, string Capability, string UserId)> _trail = new(
        (key, count) => events.Raise(new CapabilityUsed(key.Id.Slug, key.Id.Version, key.Capability, count), key.Id, key.UserId), time);

    /// <summary>Checks, and notes that it was used.</summary>
    /// <exception cref="CapabilityDeniedException">The capability is not in force for this call.</exception>
    public void Use(string capability, IPluginContext plugin, IUserScope user)
    {
        CapabilityCheck.Demand(capability, plugin, user);
        _trail.Note((new PluginVersionId(plugin.Slug, plugin.Version), capability, user.User.Id));
    }

    /// <summary>Tells what has gathered for a minute; everything when <paramref name="all"/> is set.</summary>
    public void Flush(bool all = false) => _trail.Flush(all);
}
