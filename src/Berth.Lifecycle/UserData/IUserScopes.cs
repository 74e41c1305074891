using Berth.Host;
using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.UserData;

/// <summary>Opens what belongs to one user for one call into a plugin.</summary>
public interface IUserScopes
{
    /// <summary>The scope of a request: touches the database only when the plugin does.</summary>
    IUserScope Open(InstalledPlugin plugin, IPluginUser user);
}
