using System.Reflection;
using Berth.Host.Pipeline;
using Berth.Packaging.Manifest;
using Berth.Worker.Protocol;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Finds what a version offers: its public classes with <see cref="PluginServiceAttribute"/>, against what its manifest lists.</summary>
internal static class OfferedServices
{
    private const string Code = "plugin.service_invalid";

    /// <summary>Returns why the version's services are not what its manifest says; all reasons at once.</summary>
    public static StageFault? Find(PluginVersionId id, Assembly assembly, ModuleManifest module, out IReadOnlyList<OfferedService> offered)
    {
        var listed = module.CrossPluginServices.ToDictionary(service => service.Token, service => service.Contract, StringComparer.Ordinal);
        offered = [.. OfferedTypes.Find(assembly, listed, out var problems).Select(found => new OfferedService(found.Token, found.Implementation, found.Contract))];
        return problems.Count == 0 ? null : new StageFault(Code, $"{id}: {string.Join("; ", problems)}. Its publisher has to correct it.");
    }
}
