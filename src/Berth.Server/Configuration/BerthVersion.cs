using System.Reflection;

namespace Berth.Server.Configuration;

/// <summary>The version of this server, which <c>engines.berth</c> of a manifest is held against.</summary>
public static class BerthVersion
{
    /// <summary>SemVer 2.0.0.</summary>
    public static string Text { get; } =
        typeof(BerthVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
