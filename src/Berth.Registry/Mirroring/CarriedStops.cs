namespace Berth.Registry.Mirroring;

/// <summary>What became of a source's quarantines.</summary>
/// <param name="Stopped">Versions that were stopped, <c>slug@version</c>.</param>
/// <param name="Lifted">Versions that are not stopped any more, <c>slug@version</c>.</param>
/// <param name="Left">What has to be lifted by somebody here, a sentence each.</param>
internal sealed record CarriedStops(IReadOnlyList<string> Stopped, IReadOnlyList<string> Lifted, IReadOnlyList<string> Left)
{
    public static readonly CarriedStops None = new([], [], []);
}
