using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Manifest;

/// <summary>One reason why a manifest is refused.</summary>
/// <param name="Code">Stable and dotted, for example <c>manifest.version.invalid</c>.</param>
/// <param name="Pointer">RFC 6901 pointer to the member, empty for the document.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record ManifestFault(string Code, string Pointer, string Message);

/// <summary>A manifest, or all reasons why there is none.</summary>
public sealed record ManifestReadOutcome(PluginManifest? Manifest, IReadOnlyList<ManifestFault> Faults)
{
    /// <summary>Whether the manifest was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Manifest))]
    public bool IsAccepted => Manifest is not null && Faults.Count == 0;
}

/// <summary>The one parser of <c>plugin.json</c>: registry, host, command line and tests all come here.</summary>
public static class ManifestReader
{
    /// <summary>Reads a manifest and reports every fault at once.</summary>
    /// <param name="utf8">The bytes of <c>plugin.json</c>.</param>
    public static ManifestReadOutcome Read(ReadOnlyMemory<byte> utf8) => throw new NotImplementedException();
}
