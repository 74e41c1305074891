using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// Looks for calls that would end the host's own process. Reads the assemblies' member references (ECMA-335, II.22.25) and runs
/// nothing; what is called by reflection is not seen, and is a matter of review and of trust.
/// </summary>
internal static class ProcessEnders
{
    private static readonly HashSet<(string Type, string Member)> Known =
    [
        ("System.Environment", "Exit"),
        ("System.Environment", "FailFast"),
    ];

    /// <summary>Where the first such call is, for example <c>Environment.Exit in Tools.dll</c>; <see langword="null"/> when there is none.</summary>
    /// <param name="mainAssembly">The main assembly; the assemblies beside it are looked through as well.</param>
    public static string? Find(string mainAssembly)
    {
        var folder = Path.GetDirectoryName(mainAssembly)!;
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal).Select(FindIn).FirstOrDefault(found => found is not null)
            : null;
    }

    private static string? FindIn(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var image = new PEReader(stream);
            if (!image.HasMetadata)
                return null;
            var metadata = image.GetMetadataReader();
            foreach (var handle in metadata.MemberReferences)
            {
                var member = metadata.GetMemberReference(handle);
                if (member.Parent.Kind != HandleKind.TypeReference)
                    continue;
                var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
                var name = metadata.GetString(member.Name);
                if (Known.Contains(($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}", name)))
                    return $"{metadata.GetString(type.Name)}.{name} in {Path.GetFileName(path)}";
            }

            return null;
        }
        catch (BadImageFormatException)
        {
            // The load says so in its own words.
            return null;
        }
    }
}
