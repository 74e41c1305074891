using System.Numerics;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Compatibility;

/// <summary>
/// Whether a range admits less than another one. A range changes its answer only at the versions that it names, so it is
/// enough to ask at each of them, right before and right after; prereleases are left out.
/// </summary>
internal static class RangeComparer
{
    private static readonly BigInteger Far = BigInteger.Pow(10, 9);

    /// <summary>A release that <paramref name="from"/> admits and <paramref name="to"/> does not; <see langword="null"/> when there is none. No range admits everything.</summary>
    public static SemanticVersion? FindExcluded(VersionRange? from, VersionRange? to) =>
        to is null ? null : Points(from).Concat(Points(to)).Distinct().Order().FirstOrDefault(version => from?.Contains(version) is not false && !to.Contains(version));

    private static IEnumerable<SemanticVersion> Points(VersionRange? range)
    {
        yield return Version(0, 0, 0);
        yield return Version(Far, 0, 0);
        foreach (var bound in range?.Bounds ?? [])
        {
            yield return Version(bound.Major, bound.Minor, bound.Patch);
            yield return Version(bound.Major, bound.Minor, bound.Patch + 1);
            if (!bound.Patch.IsZero)
                yield return Version(bound.Major, bound.Minor, bound.Patch - 1);
            else if (!bound.Minor.IsZero)
                yield return Version(bound.Major, bound.Minor - 1, Far);
            else if (!bound.Major.IsZero)
                yield return Version(bound.Major - 1, Far, 0);
        }
    }

    private static SemanticVersion Version(BigInteger major, BigInteger minor, BigInteger patch) => SemanticVersion.Parse($"{major}.{minor}.{patch}");
}
