using System.Reflection;
using Berth.Contracts;
using Berth.Host.Pipeline;
using Berth.Packaging.Manifest;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Finds what a version offers: its public classes with <see cref="PluginServiceAttribute"/>, against what its manifest lists.</summary>
internal static class OfferedServices
{
    private const string Code = "plugin.service_invalid";

    /// <summary>Returns why the version's services are not what its manifest says; all reasons at once.</summary>
    public static StageFault? Find(PluginVersionId id, Assembly assembly, ModuleManifest module, out IReadOnlyList<OfferedService> offered)
    {
        var found = new List<OfferedService>();
        var reasons = new List<string>();
        foreach (var type in assembly.GetExportedTypes().Where(type => type.IsClass))
        {
            foreach (var token in type.GetCustomAttributes<PluginServiceAttribute>(inherit: false).Select(attribute => attribute.Token))
                Add(type, token, module, found, reasons);
        }

        foreach (var listed in module.CrossPluginServices.Where(listed => !found.Exists(one => string.Equals(one.Token, listed.Token, StringComparison.Ordinal)) && reasons.Count == 0))
            reasons.Add($"the manifest offers '{listed.Token}', and no public class of the main assembly has [PluginService(\"{listed.Token}\")]");
        offered = found;
        return reasons.Count == 0 ? null : new StageFault(Code, $"{id}: {string.Join("; ", reasons)}. Its publisher has to correct it.");
    }

    private static void Add(Type type, string token, ModuleManifest module, List<OfferedService> found, List<string> reasons)
    {
        if (type.IsAbstract || type.ContainsGenericParameters)
            reasons.Add($"{type.FullName} offers '{token}' and cannot be constructed");
        else if (module.CrossPluginServices.FirstOrDefault(one => string.Equals(one.Token, token, StringComparison.Ordinal)) is not { } listed)
            reasons.Add($"{type.FullName} offers '{token}', which module.crossPluginServices does not list");
        else if (found.Exists(one => string.Equals(one.Token, token, StringComparison.Ordinal)))
            reasons.Add($"two classes offer '{token}'");
        else if (ContractsOf(type, listed.Contract) is not [var contract])
            reasons.Add($"{type.FullName} must implement exactly one interface with [ServiceContract]{(listed.Contract is null ? "" : $", {listed.Contract}")}");
        else if (ServiceContract.Of(contract) is not { } generated)
            reasons.Add($"{contract.FullName} is in an assembly that was not compiled with Berth.Sdk");
        else
            found.Add(new OfferedService(token, type, generated));
    }

    private static List<Type> ContractsOf(Type type, string? named) =>
        [.. type.GetInterfaces().Where(contract => contract.IsDefined(typeof(ServiceContractAttribute), inherit: false) && (named is null || string.Equals(contract.FullName, named, StringComparison.Ordinal)))];
}
