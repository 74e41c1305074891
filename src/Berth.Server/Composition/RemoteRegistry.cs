using Berth.Lifecycle.Store;
using Berth.Server.Configuration;

namespace Berth.Server.Composition;

/// <summary>The registry of a host that runs alone: another process, over HTTP.</summary>
internal static class RemoteRegistry
{
    public static IPackageSource Connect(BerthSettings settings) =>
        throw new NotSupportedException(settings.RegistryUrls[0]);
}
