using Berth.Host;

namespace Berth.Bench.Material;

/// <summary>A user without documents, for calls that ask for none.</summary>
internal sealed class Nobody : IUserScope, IPluginUser
{
    public string Id => "0123456789abcdef0123456789abcdef";

    public string Name => "nobody";

    public IReadOnlyCollection<string> Roles => [];

    public IPluginUser User => this;

    public IReadOnlySet<string> GrantedCapabilities { get; } = new HashSet<string>(StringComparer.Ordinal);

    public IUserData Data => throw new NotSupportedException("The benchmarked calls use no documents.");

    public string SettingsJson => "{}";
}
