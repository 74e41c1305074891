using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Plugins.Tests;

internal sealed record TestPluginContext(string Slug, string Version) : IPluginContext
{
    public ILogger Logger => NullLogger.Instance;

    public IReadOnlySet<string> Capabilities { get; } = new HashSet<string> { Berth.Capabilities.HttpClient };

    public string Directory => Repository.Folder(Slug, Version);

    public CancellationToken Unloading => CancellationToken.None;
}

internal sealed record TestUser : IPluginUser
{
    public string Id => "0123456789abcdef0123456789abcdef";

    public string Name => "Ada";

    public IReadOnlyCollection<string> Roles => [];
}

internal sealed record TestSettings(string Json) : IUserSettingsSource;
