using System.Reflection;
using Berth.Contracts;

namespace Berth.Worker.Protocol;

/// <summary>Which services a plugin's assembly offers, against what its manifest lists: the same rules in the host's own process and in a worker.</summary>
internal static class OfferedTypes
{
    /// <summary>Finds them.</summary>
    /// <param name="assembly">The plugin's main assembly.</param>
    /// <param name="listed">The manifest's contracts by token; <see langword="null"/> for one that names none.</param>
    /// <param name="problems">What is not as the manifest says; all of it.</param>
    public static List<(string Token, Type Implementation, ServiceContract Contract)> Find(Assembly assembly, IReadOnlyDictionary<string, string?> listed, out List<string> problems)
    {
        var found = new List<(string Token, Type Implementation, ServiceContract Contract)>();
        problems = [];
        foreach (var type in assembly.GetExportedTypes().Where(type => type.IsClass))
        {
            foreach (var token in type.GetCustomAttributes<PluginServiceAttribute>(inherit: false).Select(attribute => attribute.Token))
            {
                if (Add(type, token, listed, found) is { } problem)
                    problems.Add(problem);
            }
        }

        if (problems.Count > 0)
            return found;
        foreach (var token in listed.Keys.Where(token => !found.Exists(one => string.Equals(one.Token, token, StringComparison.Ordinal))))
            problems.Add($"the manifest offers '{token}', and no public class of the main assembly has [PluginService(\"{token}\")]");
        return found;
    }

    private static string? Add(Type type, string token, IReadOnlyDictionary<string, string?> listed, List<(string Token, Type Implementation, ServiceContract Contract)> found)
    {
        if (type.IsAbstract || type.ContainsGenericParameters)
            return $"{type.FullName} offers '{token}' and cannot be constructed";
        if (!listed.TryGetValue(token, out var named))
            return $"{type.FullName} offers '{token}', which module.crossPluginServices does not list";
        if (found.Exists(one => string.Equals(one.Token, token, StringComparison.Ordinal)))
            return $"two classes offer '{token}'";
        if (ContractsOf(type, named) is not [var contract])
            return $"{type.FullName} must implement exactly one interface with [ServiceContract]{(named is null ? "" : $", {named}")}";
        if (ServiceContract.Of(contract) is not { } generated)
            return $"{contract.FullName} is in an assembly that was not compiled with Berth.Sdk";
        found.Add((token, type, generated));
        return null;
    }

    private static List<Type> ContractsOf(Type type, string? named) =>
        [.. type.GetInterfaces().Where(contract => contract.IsDefined(typeof(ServiceContractAttribute), inherit: false) && (named is null || string.Equals(contract.FullName, named, StringComparison.Ordinal)))];
}
