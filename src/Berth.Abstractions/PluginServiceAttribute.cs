namespace Berth;

/// <summary>
/// Offers a class of the plugin to other plugins under a token that the manifest lists in <c>module.crossPluginServices</c>.
/// The class implements one interface with <see cref="ServiceContractAttribute"/>. A call gets an object of its own, made
/// from the plugin's services in the scope of that call: <see cref="IUserData"/> is the calling user's, of this plugin.
/// </summary>
/// <param name="token">The service's token.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PluginServiceAttribute(string token) : Attribute
{
    /// <summary>The service's token.</summary>
    public string Token => token;
}
