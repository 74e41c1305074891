using System.Text.Json;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>dependencies</c>, <c>optionalDependencies</c> and <c>conflicts</c>: slug → range, or a list of slugs (any version).</summary>
internal static class DependencySection
{
    public static IReadOnlyDictionary<string, VersionRange> Read(ManifestObject root, string member, string? self)
    {
        var ranges = new Dictionary<string, VersionRange>(StringComparer.OrdinalIgnoreCase);
        switch (root.Find(member, "an object from slug to range, or a list of slugs", JsonValueKind.Object, JsonValueKind.Array))
        {
            case { ValueKind: JsonValueKind.Object } value:
                var map = new ManifestObject(value, root.PointerTo(member), root.Faults);
                foreach (var slug in map.Members.Select(entry => entry.Name).Distinct(StringComparer.Ordinal))
                {
                    Add(ranges, slug, ManifestReader.ReadRange(map, slug), map.PointerTo(slug), self, root.Faults);
                }

                break;
            case { ValueKind: JsonValueKind.Array }:
                var slugs = root.Texts(member, 1024);
                for (var i = 0; i < slugs.Count; i++)
                {
                    Add(ranges, slugs[i], VersionRange.Any, $"{root.PointerTo(member)}/{i}", self, root.Faults);
                }

                break;
        }

        return ranges;
    }

    public static void RefuseOverlap(ManifestObject root, IReadOnlyDictionary<string, VersionRange> required, IReadOnlyDictionary<string, VersionRange> optional)
    {
        foreach (var slug in optional.Keys.Where(required.ContainsKey))
        {
            root.Faults.Add(
                ManifestFaultCodes.DependencyDuplicate,
                JsonPointer.Append("/optionalDependencies", slug),
                $"'{slug}' is required and optional at once. Keep it in one of the two.");
        }
    }

    private static void Add(Dictionary<string, VersionRange> ranges, string slug, VersionRange? range, string pointer, string? self, ManifestFaults faults)
    {
        if (!ManifestText.IsSlug(slug))
        {
            faults.Add(ManifestFaultCodes.Name, pointer, $"{ManifestFaults.Quote(slug)} is not a plugin's name. {ManifestText.SlugAdvice}");
        }
        else if (string.Equals(slug, self, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(ManifestFaultCodes.DependencySelf, pointer, "The plugin names itself. Remove the entry.");
        }
        else if (!ranges.TryAdd(slug, range ?? VersionRange.Any))
        {
            faults.Add(ManifestFaultCodes.DependencyDuplicate, pointer, $"'{slug}' is named twice; upper and lower case do not matter. Keep one.");
        }
    }
}
