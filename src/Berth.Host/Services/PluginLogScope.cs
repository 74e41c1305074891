namespace Berth.Host.Services;

/// <summary>What every log entry of a version carries: plugin and version, and on whose behalf its code runs just then.</summary>
internal sealed class PluginLogScope(PluginVersionId id)
{
    private readonly KeyValuePair<string, object?>[] _ofNobody = [new("plugin", id.Slug), new("pluginVersion", id.Version)];

    public KeyValuePair<string, object?>[] Current => PluginScope.Current is { UserId: { } userId } scope && scope.Id == id
        ? [.. _ofNobody, new("user", userId)]
        : _ofNobody;
}
