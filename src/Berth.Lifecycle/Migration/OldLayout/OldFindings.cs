using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Collects findings; may be filled by several threads, since the order is made at the end.</summary>
internal sealed class OldFindings(OldLayoutLimits limits)
{
    private readonly Lock _lock = new();
    private readonly List<OldFinding> _findings = [];
    private int _strays;

    public void Add(OldBucket bucket, string message, string? user = null, string? slug = null, string? version = null, string? path = null)
    {
        lock (_lock)
            _findings.Add(new OldFinding(bucket, user, slug, version, path is null ? null : PackagePaths.Shown(path), message));
    }

    /// <summary>A file or folder that belongs to nothing. After many of them only their number is kept.</summary>
    public void Stray(string path, string what, string? user = null)
    {
        if (Interlocked.Increment(ref _strays) <= limits.MaxStrays)
            Add(OldBucket.Stray, $"{what} It is not carried over and stays where it is.", user, path: path);
    }

    /// <summary>All of them, in an order that depends on nothing but themselves.</summary>
    public IReadOnlyList<OldFinding> Sorted()
    {
        if (_strays > limits.MaxStrays)
            Add(OldBucket.Stray, $"{_strays - limits.MaxStrays} more files and folders belong to nothing; only the first are named. They stay where they are.");
        return
        [
            .. _findings.Distinct()
                .OrderBy(finding => finding.Bucket)
                .ThenBy(finding => finding.UserId, StringComparer.Ordinal)
                .ThenBy(finding => finding.Slug, StringComparer.Ordinal)
                .ThenBy(finding => finding.Version, StringComparer.Ordinal)
                .ThenBy(finding => finding.Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Message, StringComparer.Ordinal),
        ];
    }
}
