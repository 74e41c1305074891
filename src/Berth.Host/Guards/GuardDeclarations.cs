using System.Reflection;
using Berth.Host.Pipeline;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Guards;

/// <summary>
/// Brings together the guards of the manifest and those that the plugin's code added: the manifest's classes are added to
/// the services, and every name means exactly one guard.
/// </summary>
internal static class GuardDeclarations
{
    private const string Code = "plugin.guard_invalid";

    /// <summary>Completes <paramref name="services"/> and lists the guards, or says why the version cannot run.</summary>
    /// <param name="files">The version.</param>
    /// <param name="assembly">Its main assembly.</param>
    /// <param name="services">What the plugin's code registered.</param>
    /// <param name="guards">The manifest's, in declared order, then those that only the code knows.</param>
    public static StageFault? Read(PluginVersionFiles files, Assembly assembly, IServiceCollection services, out List<GuardManifest> guards)
    {
        guards = [.. files.Manifest.Module!.Guards];
        var added = new Dictionary<string, ServiceDescriptor>(StringComparer.Ordinal);
        foreach (var descriptor in services.Where(IsGuard))
        {
            var name = (string)descriptor.ServiceKey!;
            if (!added.TryAdd(name, descriptor))
                return Fault(files, $"its code adds the guard '{name}' twice, and the second would stand in for the first. Its publisher has to rename one.");
        }

        foreach (var declared in guards)
        {
            if (Add(files, assembly, services, declared, added) is { } fault)
                return fault;
            added.Remove(declared.Name);
        }

        guards.AddRange(added.Keys.Select(GuardSpec.Undeclared));
        return null;
    }

    private static StageFault? Add(
        PluginVersionFiles files, Assembly assembly, IServiceCollection services, GuardManifest declared, Dictionary<string, ServiceDescriptor> added)
    {
        added.TryGetValue(declared.Name, out var own);
        if (declared.Source is not null)
        {
            return own is null
                ? null
                : Fault(files, $"its manifest takes the guard '{declared.Name}' from '{declared.Source}', and its code adds one of the same name. Its publisher has to rename one.");
        }

        var type = assembly.GetType(declared.Class!, throwOnError: false);
        if (type is not { IsAbstract: false, ContainsGenericParameters: false } || !typeof(IGuard).IsAssignableFrom(type))
            return Fault(files, $"its manifest gives the guard '{declared.Name}' the class '{declared.Class}', which is {(type is null ? "not in the main assembly" : "no class that implements Berth.IGuard")}. Its publisher has to correct the name.");
        if (own is null)
            services.AddKeyedScoped(typeof(IGuard), declared.Name, type);
        else if (own.KeyedImplementationType != type)
            return Fault(files, $"its manifest gives the guard '{declared.Name}' the class '{declared.Class}', and its code adds another one of that name. Its publisher has to rename one.");
        return null;
    }

    // Asked with a key that is no text, nobody could name it.
    private static bool IsGuard(ServiceDescriptor descriptor) =>
        descriptor.IsKeyedService && descriptor.ServiceType == typeof(IGuard) && descriptor.ServiceKey is string;

    private static StageFault Fault(PluginVersionFiles files, string what) => new(Code, $"{files.Id} cannot run: {what}");
}
